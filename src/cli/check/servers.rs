//! What `check` says of the servers: login, folders, the newest messages, and SMTP.

use super::asked::{newest, within};
use super::said::Report;
use super::{access, clock, lease, mistakes, people, send, senders, unwatched};
use crate::config::{self, Config};
use crate::daemon::{SystemClock, alarm_transport, header_fields};
use crate::domain::folders::{Role, Unclear, watch};
use crate::failure::Failure;
use crate::imap::ImapMailbox;
use crate::mail::parse;
use crate::oauth::claims::Service;
use crate::ports::{Clock, Mailbox, MailboxError};
use crate::smtp::SmtpTransport;

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
        let server = &mailbox.imap.server;
        access::token(&mailbox.name, server, Service::Imap, report).await?;
        let fields = header_fields(config, mailbox);
        match within(ImapMailbox::connect(server, &fields)).await {
            Ok(mut connection) => {
                report.ok(&format!(
                    "{}: IMAP {}:{}: logged in",
                    mailbox.name, server.host, server.port
                ))?;
                access::certificate(
                    &format!("{}: IMAP", mailbox.name),
                    connection.certificate_ends(),
                    report,
                )?;
                if let Err(error) = folders(mailbox, &mut connection, report).await? {
                    report.fault(&format!("{}: IMAP: {error}", mailbox.name))?;
                }
                connection.logout().await;
            }
            Err(error) => report.fault(&format!("{}: IMAP: {error}", mailbox.name))?,
        }
        if mailbox.smtp.server.login.is_some() {
            access::token(&mailbox.name, &mailbox.smtp.server, Service::Smtp, report).await?;
        }
        let staff = config
            .staff
            .members
            .values()
            .filter(|member| mailbox.serves(&member.id) && !member.left);
        let readers = [config.service.operator.as_str(), OUTSIDE].into_iter();
        let readers: Vec<&str> = readers
            .chain(staff.map(|member| member.email.as_str()))
            .collect();
        smtp(
            &format!("{}: SMTP", mailbox.name),
            &mailbox.smtp,
            (&mailbox.address, &readers),
            report,
        )
        .await?;
        if reach == Reach::Send {
            send::tried(config, mailbox, report).await?;
        }
    }
    if config.service.alarm_smtp.is_none() {
        report.warning(
            "alarms: they go the same way as the first mailbox's mail; set service.alarm_smtp to another server",
        )?;
    } else if let Some(smtp_settings) = alarm_transport(config) {
        access::token("alarms", &smtp_settings.server, Service::Smtp, report).await?;
        let from = config
            .mailboxes
            .first()
            .map_or("", |mailbox| mailbox.address.as_str());
        smtp(
            "alarms: SMTP",
            smtp_settings,
            (from, &[&config.service.operator]),
            report,
        )
        .await?;
    }
    Ok(())
}

/// Every folder that is watched can be opened; Sent above all.
async fn folders(
    mailbox: &config::Mailbox,
    connection: &mut ImapMailbox,
    report: &mut Report<'_>,
) -> Result<Result<(), MailboxError>, Failure> {
    let listed = match within(connection.folders()).await {
        Ok(listed) => listed,
        Err(error) => return Ok(Err(error)),
    };
    let watch = watch(&listed, &mailbox.wanted());
    if let Some(Unclear { inbox, why }) = &watch.unclear {
        report.fault(&format!("{}: folder {inbox:?}: {why}", mailbox.name))?;
        return Ok(Ok(()));
    }
    for name in &watch.missing {
        let seen: Vec<&str> = listed
            .iter()
            .map(|folder| folder.name.as_str())
            .take(40)
            .collect();
        report.fault(&format!(
            "{}: folder {name:?} does not exist; the server has: {}",
            mailbox.name,
            seen.join(", ")
        ))?;
    }
    let (mut sent, mut inbox) = (None, Vec::new());
    for folder in &watch.folders {
        match within(connection.examine(&folder.name)).await {
            Ok(selected) => {
                let owner = people::owner(mailbox, folder);
                let role = match folder.role {
                    Role::Inbox => "inbox",
                    Role::Junk => "junk",
                    Role::Done => "done",
                    Role::Sent => {
                        sent = Some(sent.unwrap_or(0) + selected.exists);
                        "sent"
                    }
                };
                report.ok(&format!(
                    "{}: {role} folder {:?}: {} message(s){owner}",
                    mailbox.name, folder.name, selected.exists
                ))?;
                if folder.role == Role::Inbox && !watch.left_to_chance.contains(&folder.name) {
                    match newest(&selected, connection).await {
                        Ok(newest) => {
                            clock::of_stamps(&mailbox.name, &newest, report)?;
                            inbox.extend(newest);
                        }
                        Err(error) => return Ok(Err(error)),
                    }
                }
            }
            Err(error @ (MailboxError::Folder { .. } | MailboxError::Refused(_)))
                if watch.left_to_chance.contains(&folder.name) =>
            {
                report.warning(&format!(
                    "{}: left out: {error}; give the account the right to read it, or name it in `ignore`",
                    mailbox.name
                ))?;
            }
            Err(error @ (MailboxError::Folder { .. } | MailboxError::Refused(_))) => {
                report.fault(&format!(
                    "{}: {error}; give the account the right to read it",
                    mailbox.name
                ))?;
            }
            Err(error) => return Ok(Err(error)),
        }
    }
    if let Err(error) = unwatched::told(&mailbox.name, &watch.unwatched, connection, report).await?
    {
        return Ok(Err(error));
    }
    senders::vouched_for(mailbox, &inbox, report)?;
    let traces: Vec<_> = inbox
        .iter()
        .map(|fetched| parse::message(&fetched.header).received)
        .collect();
    mistakes::borders(&mailbox.name, &mailbox.border_hosts, &traces, report)?;
    match sent {
        // Those that were named have had their line.
        None if mailbox.wanted().sent.is_some_and(|named| !named.is_empty()) => {}
        None => report.fault(&format!(
            "{}: no Sent folder was found, so answers cannot be seen; name it in mailbox.imap.sent",
            mailbox.name
        ))?,
        Some(0) => report.warning(&format!(
            "{}: the Sent folder is empty; see that copies of answers from the shared mailbox are stored there",
            mailbox.name
        ))?,
        Some(_) => {}
    }
    Ok(Ok(()))
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
        Ok(seen) => {
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
            report.ok(&format!(
                "{what} {}:{}: {login}, {tls}",
                server.host, server.port
            ))?;
            access::certificate(what, seen.certificate_ends, report)?;
            if let Some(date) = clock::of_greeting(&seen.greeting) {
                clock::compared(
                    &format!("{what}, by its greeting"),
                    SystemClock.now() - date,
                    report,
                )?;
            }
            for (reader, why) in seen.refused {
                let remedy = match reader.as_str() {
                    _ if why.starts_with("MAIL:") => {
                        "give the account the right to send as this address"
                    }
                    OUTSIDE => {
                        "citizens are outside: let this account, or this host, send to other domains"
                    }
                    _ => "correct the address, or have the server take mail for it",
                };
                report.fault(&format!(
                    "{what} {}:{}: takes no mail from {} to {reader}: {why}; {remedy}",
                    server.host, server.port, path.0
                ))?;
            }
            Ok(())
        }
        Err(error) => report.fault(&format!("{what}: {error}")),
    }
}
