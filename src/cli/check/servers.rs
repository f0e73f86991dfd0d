//! What `check` says of the servers: login, folders, the newest messages, and SMTP.

use super::asked::{Broken, newest, within};
use super::said::Report;
use super::{access, clock, lease, mistakes, people, send, senders, unwatched};
use crate::config::{self, Config};
use crate::daemon::{SystemClock, alarm_transport, header_fields};
use crate::domain::folders::{Folder, Role, Unclear, Watched, watch};
use crate::failure::Failure;
use crate::imap::ImapMailbox;
use crate::mail::parse;
use crate::oauth::claims::Service;
use crate::ports::{Clock, Fetched, Mailbox, MailboxError};
use crate::smtp::{Doubted, NotTaken, Seen, SmtpTransport};

/// An address outside, like every citizen's: the server is only asked whether it would take mail to
/// it.
const OUTSIDE: &str = "postmaster@gmail.com";

/// How far `check` goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// No server is asked.
    Offline,
    Servers,
    /// A mail is sent too.
    Send,
}

pub(super) async fn servers(
    config: &Config,
    reach: Reach,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    lease::asked(config, report).await?;
    for mailbox in &config.mailboxes {
        imap(config, mailbox, report).await?;
        if mailbox.smtp.server.login.is_some() {
            access::token(&mailbox.name, &mailbox.smtp.server, Service::Smtp, report).await?;
        }
        let readers = readers(config, mailbox);
        let what = format!("{}: SMTP", mailbox.name);
        let path = (mailbox.address.as_str(), readers.as_slice());
        smtp(&what, &mailbox.smtp, path, report).await?;
        if reach == Reach::Send {
            send::tried(config, mailbox, report).await?;
        }
    }
    alarms(config, report).await
}

/// The addresses that a mailbox's mails go to.
fn readers<'a>(config: &'a Config, mailbox: &config::Mailbox) -> Vec<&'a str> {
    let staff = config.staff.members.values();
    let staff = staff.filter(|member| mailbox.serves(&member.id) && !member.left);
    let readers = [config.service.operator.as_str(), OUTSIDE].into_iter();
    readers
        .chain(staff.map(|member| member.email.as_str()))
        .collect()
}

/// Logs in, and looks at the folders.
async fn imap(
    config: &Config,
    mailbox: &config::Mailbox,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let server = &mailbox.imap.server;
    let (name, host, port) = (&mailbox.name, &server.host, server.port);
    access::token(name, server, Service::Imap, report).await?;
    let fields = header_fields(config, mailbox);
    match within(ImapMailbox::connect(server, &fields)).await {
        Ok(mut connection) => {
            report.ok(&format!("{name}: IMAP {host}:{port}: logged in"))?;
            let ends = connection.certificate_ends();
            access::certificate(&format!("{name}: IMAP"), ends, report)?;
            match folders(mailbox, &mut connection, report).await {
                Ok(()) => {}
                Err(Broken::Server(error)) => report.fault(&format!("{name}: IMAP: {error}"))?,
                Err(Broken::Report(failure)) => return Err(failure),
            }
            connection.logout().await;
            Ok(())
        }
        Err(error) => report.fault(&format!("{name}: IMAP: {error}")),
    }
}

/// The way of the alarms, which had better not be that of the mail.
async fn alarms(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    if config.service.alarm_smtp.is_none() {
        return report.warning(
            "alarms: they go the same way as the first mailbox's mail; set service.alarm_smtp to another server",
        );
    }
    let Some(settings) = alarm_transport(config) else {
        return Ok(());
    };
    access::token("alarms", &settings.server, Service::Smtp, report).await?;
    let from = config.mailboxes.first();
    let from = from.map_or("", |mailbox| mailbox.address.as_str());
    let to = config.service.operator.as_str();
    smtp("alarms: SMTP", settings, (from, &[to]), report).await
}

/// Messages of the watched folders.
#[derive(Default)]
struct Held {
    /// Messages in Sent; `None` when there is no such folder.
    sent: Option<u32>,
    /// The newest of the inboxes.
    inbox: Vec<Fetched>,
}

/// Every folder that is watched can be opened; Sent above all.
async fn folders(
    mailbox: &config::Mailbox,
    connection: &mut ImapMailbox,
    report: &mut Report<'_>,
) -> Result<(), Broken> {
    let listed = within(connection.folders()).await?;
    let watch = watch(&listed, &mailbox.wanted());
    if let Some(Unclear { inbox, why }) = &watch.unclear {
        report.fault(&format!("{}: folder {inbox:?}: {why}", mailbox.name))?;
        return Ok(());
    }
    missing(&mailbox.name, &watch.missing, &listed, report)?;
    let mut held = Held::default();
    for folder in &watch.folders {
        let by_chance = watch.left_to_chance.contains(&folder.name);
        look(mailbox, (folder, by_chance), connection, &mut held, report).await?;
    }
    unwatched::told(&mailbox.name, &watch.unwatched, connection, report).await?;
    arrived(mailbox, &held.inbox, report)?;
    sent(mailbox, held.sent, report)?;
    Ok(())
}

/// Folders that the configuration names and the server does not have.
fn missing(
    mailbox: &str,
    missing: &[String],
    listed: &[Folder],
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let known = listed.iter().map(|folder| folder.name.as_str()).take(40);
    let known = known.collect::<Vec<_>>().join(", ");
    for name in missing {
        report.fault(&format!(
            "{mailbox}: folder {name:?} does not exist; the server has: {known}"
        ))?;
    }
    Ok(())
}

/// What the newest messages show of their senders, and of the way that they came.
fn arrived(
    mailbox: &config::Mailbox,
    newest: &[Fetched],
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    senders::vouched_for(mailbox, newest, report)?;
    let traces: Vec<_> = newest
        .iter()
        .map(|fetched| parse::message(&fetched.header).received)
        .collect();
    mistakes::borders(&mailbox.name, &mailbox.border_hosts, &traces, report)
}

/// Opens one folder. One that is watched `by_chance`, since it was not named, may be closed to us.
async fn look(
    mailbox: &config::Mailbox,
    (folder, by_chance): (&Watched, bool),
    connection: &mut ImapMailbox,
    held: &mut Held,
    report: &mut Report<'_>,
) -> Result<(), Broken> {
    let name = &mailbox.name;
    let selected = match within(connection.examine(&folder.name)).await {
        Ok(selected) => selected,
        Err(error @ (MailboxError::Folder { .. } | MailboxError::Refused(_))) => {
            return Ok(closed(name, &error, by_chance, report)?);
        }
        Err(error) => return Err(error.into()),
    };
    let (messages, owner) = (selected.exists, people::owner(mailbox, folder));
    let role = word_of(folder.role);
    report.ok(&format!(
        "{name}: {role} folder {:?}: {messages} message(s){owner}",
        folder.name
    ))?;
    if folder.role == Role::Sent {
        held.sent = Some(held.sent.unwrap_or(0) + messages);
    }
    if folder.role == Role::Inbox && !by_chance {
        let newest = newest(&selected, connection).await?;
        clock::of_stamps(name, &newest, report)?;
        held.inbox.extend(newest);
    }
    Ok(())
}

/// A folder that the account may not read.
fn closed(
    mailbox: &str,
    error: &MailboxError,
    by_chance: bool,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    if by_chance {
        report.warning(&format!(
            "{mailbox}: left out: {error}; give the account the right to read it, or name it in `ignore`"
        ))
    } else {
        report.fault(&format!(
            "{mailbox}: {error}; give the account the right to read it"
        ))
    }
}

/// The word for a folder's role.
#[must_use]
pub fn word_of(role: Role) -> &'static str {
    match role {
        Role::Inbox => "inbox",
        Role::Junk => "junk",
        Role::Done => "done",
        Role::Sent => "sent",
    }
}

/// Whether answers can be seen.
fn sent(
    mailbox: &config::Mailbox,
    messages: Option<u32>,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let name = &mailbox.name;
    let is_named = mailbox.wanted().sent.is_some_and(|named| !named.is_empty());
    match messages {
        // Those that were named have had their line.
        None if is_named => Ok(()),
        None => report.fault(&format!(
            "{name}: no Sent folder was found, so answers cannot be seen; name it in mailbox.imap.sent"
        )),
        Some(0) => report.warning(&format!(
            "{name}: the Sent folder is empty; see that copies of answers from the shared mailbox are stored there"
        )),
        Some(_) => Ok(()),
    }
}

/// Connects, logs in, and asks whether a mail may go this way; nothing is sent.
async fn smtp(
    what: &str,
    settings: &config::Smtp,
    path: (&str, &[&str]),
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let server = &settings.server;
    let seen = match SmtpTransport::new(settings) {
        Ok(transport) => transport.check_path(Some(path)).await,
        Err(error) => Err(error),
    };
    match seen {
        Ok(seen) => found(
            &format!("{what} {}:{}", server.host, server.port),
            what,
            (path.0, seen),
            report,
        ),
        Err(error) => report.fault(&format!("{what}: {error}")),
    }
}

/// An SMTP server's word about itself, and about the mail that may go its way.
fn found(
    place: &str,
    what: &str,
    (from, seen): (&str, Seen),
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let login = if seen.logged_in {
        "logged in"
    } else {
        "no login"
    };
    let tls = if seen.encrypted {
        "encrypted"
    } else {
        "not encrypted"
    };
    report.ok(&format!("{place}: {login}, {tls}"))?;
    access::certificate(what, seen.certificate_ends, report)?;
    if let Some(date) = clock::of_greeting(&seen.greeting) {
        let by = format!("{what}, by its greeting");
        clock::compared(&by, SystemClock.now() - date, report)?;
    }
    if seen.refused.is_empty() && seen.asked > 0 {
        let asked = seen.asked;
        report.ok(&format!(
            "{place}: would take mail from {from} to each of {asked} address(es); none was sent, so what becomes of a mail is not known: try one by servicelofte check --send"
        ))?;
    }
    let mut refused = seen.refused.iter();
    refused.try_for_each(|refused| not_taken(place, from, refused, report))
}

/// A reader for whom the server takes no mail, with the remedy.
fn not_taken(
    place: &str,
    from: &str,
    NotTaken { reader, why, about }: &NotTaken,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let remedy = match about {
        Doubted::Sender => "give the account the right to send as this address",
        Doubted::Reader if reader == OUTSIDE => {
            "citizens are outside: let this account, or this host, send to other domains"
        }
        Doubted::Reader => "correct the address, or have the server take mail for it",
        Doubted::Later | Doubted::Nobody => {
            return report.warning(&format!(
                "{place}: whether it takes mail from {from} to {reader} is not known: {why}; try again in an hour"
            ));
        }
    };
    report.fault(&format!(
        "{place}: takes no mail from {from} to {reader}: {why}; {remedy}"
    ))
}
