//! `check`: tries everything that the promise depends on, a line each, with the remedy for what
//! fails.

mod access;
mod clock;
mod mistakes;
mod people;
mod retention;
mod send;
mod senders;
pub(super) mod unit;
mod unwatched;

use super::{Failure, live, preview, write_text};
use crate::config::{self, Config, Language};
use crate::daemon::{SystemClock, alarm_transport, free_space, header_fields};
use crate::domain::calendar::holidays::KNOWN_YEARS;
use crate::domain::coverage::Method;
use crate::domain::folders::{Role, Unclear, watch};
use crate::engine::clock_waits;
use crate::engine::fit;
use crate::engine::sweep::sent_seems_empty;
use crate::imap::ImapMailbox;
use crate::mail::parse;
use crate::mail::texts::Texts;
use crate::mail::texts::facts::Sender;
use crate::oauth::claims::Service;
use crate::ports::{Clock, Fetched, Mailbox, MailboxError, Selected};
use crate::report::coverage;
use crate::report::figures::FolderFigures;
use crate::smtp::SmtpTransport;
use crate::store::aside::Aside;
use crate::store::{Access, Store, StoreError};
use chrono::Datelike;
use std::io::Write;
use std::time::Duration;
use tokio::sync::mpsc;

/// The longest that one server may take to answer; `check` is for people who wait.
const PATIENCE: Duration = Duration::from_secs(30);

/// The last UIDs of an inbox that are looked at: some of them may be gone.
const LOOKED_AT: u32 = 20;

/// How far back `check` looks at the service's own findings.
const LOOKED_BACK: chrono::Duration = chrono::Duration::days(8);

/// An address outside, like every citizen's: the server is only asked whether it would take mail to
/// it.
const OUTSIDE: &str = "postmaster@gmail.com";

/// Less free space than this is a warning, in MiB.
const LITTLE_SPACE: u64 = 1_024;

/// How far `check` goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// No server is asked.
    Offline,
    Servers,
    /// A mail is sent too.
    Send,
}

/// Tries everything. Fails when a line is a fault.
pub fn run(config: &Config, reach: Reach, out: &mut dyn Write) -> Result<(), Failure> {
    let mut report = Report {
        out,
        faults: 0,
        warnings: 0,
        is_refused: false,
    };
    report.ok(&format!(
        "configuration: {} mailbox(es), {} pledge(s)",
        config.mailboxes.len(),
        config.pledges.len()
    ))?;
    for warning in &config.warnings {
        report.warning(warning)?;
    }
    mistakes::told(config, SystemClock.now(), &mut report)?;
    calendar(config, &mut report)?;
    templates(config, &mut report)?;
    people::there_today(config, SystemClock.now(), &mut report)?;
    database(config, &mut report)?;
    retention::kept(config, SystemClock.now(), &mut report)?;
    if reach != Reach::Offline {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Failure::Failed(format!("cannot start the tasks: {error}")))?;
        runtime.block_on(servers(config, reach, &mut report))?;
    }
    let told = format!("{} fault(s), {} warning(s)", report.faults, report.warnings);
    match report {
        Report {
            is_refused: true, ..
        } => Err(Failure::Config(vec![told])),
        Report { faults: 0, out, .. } => write_text(out, &told),
        _ => Err(Failure::Failed(told)),
    }
}

struct Report<'a> {
    out: &'a mut dyn Write,
    faults: usize,
    warnings: usize,
    /// The service would not start with this configuration, and so the exit code is its own.
    is_refused: bool,
}

impl Report<'_> {
    fn ok(&mut self, text: &str) -> Result<(), Failure> {
        write_text(self.out, &format!("ok       {text}"))
    }

    fn warning(&mut self, text: &str) -> Result<(), Failure> {
        self.warnings += 1;
        write_text(self.out, &format!("warning  {text}"))
    }

    fn fault(&mut self, text: &str) -> Result<(), Failure> {
        self.faults += 1;
        write_text(self.out, &format!("fault    {text}"))
    }
}

/// This year and, towards its end, the next: is the calendar known, and has anybody looked at the
/// closed days?
fn calendar(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    let today = config.calendar.local_date(SystemClock.now());
    let years = if today.month() >= 11 {
        today.year()..=today.year() + 1
    } else {
        today.year()..=today.year()
    };
    for year in years {
        if !KNOWN_YEARS.contains(&year) {
            report.fault(&format!(
                "calendar {year}: holidays are known from {} to {}; set the machine's clock, or upgrade",
                KNOWN_YEARS.start(),
                KNOWN_YEARS.end()
            ))?;
            continue;
        }
        let closed = config
            .calendar
            .closed_days
            .keys()
            .filter(|date| date.year() == year)
            .count();
        if closed == 0 {
            report.warning(&format!(
                "calendar {year}: no day is closed by decision; add calendar.closed_days if the municipality closes on bridge days"
            ))?;
        } else {
            report.ok(&format!(
                "calendar {year}: {closed} day(s) closed by decision"
            ))?;
        }
    }
    Ok(())
}

fn templates(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    match Texts::new(config.service.language, config.service.templates.as_deref()) {
        Ok(texts) => {
            let language = match config.service.language {
                Language::Swedish => "Swedish",
                Language::English => "English",
            };
            for lacking in preview::lacking(&texts, &Sender::from(config.organisation.as_ref())) {
                report.fault(&format!(
                    "texts: {lacking}; look at it with: servicelofte preview"
                ))?;
            }
            let tongues = texts
                .tongues()
                .map(|tongue| tongue.to_string())
                .collect::<Vec<_>>()
                .join(", ");
            let own = match texts.own() {
                none if none.is_empty() => "all built in".to_owned(),
                own => format!("own templates: {}", own.join(", ")),
            };
            report.ok(&format!(
                "texts: {language}, to citizens also in {tongues}; {own}"
            ))
        }
        Err(problems) => problems
            .into_iter()
            .try_for_each(|problem| report.fault(&format!("texts: {problem}"))),
    }
}

/// The file can be read and written, by this user, and there is room.
fn database(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    let path = &config.service.database;
    let configured: Vec<&str> = config
        .mailboxes
        .iter()
        .map(|mailbox| mailbox.name.as_str())
        .collect();
    let tried = Store::open(path, Access::Command).and_then(|mut store| {
        store.probe()?;
        let marked = configured.iter().filter_map(|mailbox| {
            let marked = sent_seems_empty(&store.db(), mailbox).transpose()?;
            Some(marked.map(|marked| ((*mailbox).to_owned(), marked)))
        });
        let marked = marked.collect::<Result<Vec<_>, _>>()?;
        let known = store.db().mailboxes()?;
        let is_anothers = !known.is_empty()
            && known
                .iter()
                .all(|known| !configured.contains(&known.as_str()));
        let refusals = fit::refusals(&store.db(), &config.municipality())?;
        Ok((refusals, marked, store.db().aside()?, known, is_anothers))
    });
    match tried {
        Ok((refusals, marked, aside, known, is_anothers)) => {
            report.ok(&format!("database: {} can be written", path.display()))?;
            if is_anothers {
                report.fault(&format!(
                    "database: it is the register of other mailboxes ({}), and of none of these; correct service.database or the mailboxes' names",
                    known.join(", ")
                ))?;
            }
            for (mailbox, marked) in marked {
                report.warning(&format!(
                    "{mailbox}: {marked} message(s) are marked as answered, but no answer was ever seen in a Sent folder; have answers from the shared mailbox stored in its own Sent (Exchange: MessageCopyForSentAsEnabled)"
                ))?;
            }
            for refusal in refusals {
                report.is_refused = true;
                report.fault(&refusal)?;
            }
            for Aside { item, why, .. } in aside {
                report.fault(&format!(
                    "database: {item} is set aside, nobody hears of it: {why}; stop the service, run `servicelofte rebuild`, and if that does not help restore a backup"
                ))?;
            }
        }
        Err(StoreError::Missing(_)) => {
            let folder = path
                .parent()
                .map_or_else(|| ".".into(), std::path::Path::to_path_buf);
            if folder.is_dir() && rustix::fs::access(&folder, rustix::fs::Access::WRITE_OK).is_err()
            {
                report.fault(&format!(
                    "database: the folder {} cannot be written; give it to the service's user, or run this as that user",
                    folder.display()
                ))?;
            } else if folder.is_dir() {
                report.ok(&format!(
                    "database: {} will be made by the first `servicelofte run`",
                    path.display()
                ))?;
            } else {
                report.fault(&format!(
                    "database: the folder {} does not exist; make it and give it to the service's user",
                    folder.display()
                ))?;
            }
        }
        Err(error) => report.fault(&format!("database: {error}"))?,
    }
    if let Ok(mut store) = Store::open(path, Access::Reader) {
        watched(config, &mut store, report)?;
    }
    match free_space(path) {
        Some(free) if free < LITTLE_SPACE => {
            report.warning(&format!("disk: only {free} MiB are free; make room"))
        }
        Some(free) => report.ok(&format!("disk: {free} MiB free")),
        None => report.warning("disk: the free space cannot be asked for"),
    }
}

/// What the service has found out about its own watching: does every folder agree with the
/// register, and was any mailbox unread for long?
fn watched(config: &Config, store: &mut Store, report: &mut Report<'_>) -> Result<(), Failure> {
    let now = SystemClock.now();
    let since = now - LOOKED_BACK;
    let days = LOOKED_BACK.num_days();
    // Also what a clock that was ahead wrote.
    let until = now + LOOKED_BACK;
    if let Some(waiting) = store
        .read(clock_waits)?
        .filter(|waiting| waiting.doubt.is_some())
    {
        let since = config
            .calendar
            .local(waiting.since)
            .format("%Y-%m-%d %H:%M");
        report.fault(&format!(
            "clock: nothing is sent, since the clock is doubted from {since} on; compare it with one that is right"
        ))?;
    }
    if let Some(line) = store.read(|db| live::line(config, db))? {
        report.warning(&line)?;
    }
    let (comparisons, blind, read) = store.read(|db| {
        Ok((
            db.comparisons(since, until)?,
            db.blind_periods(since, until)?,
            !db.mailboxes()?.is_empty(),
        ))
    })?;
    let folders = coverage::folders(comparisons.iter(), &config.calendar);
    if folders.is_empty() && read {
        report.warning(&format!(
            "coverage: no folder was compared with the register in {days} days; see that the daemon runs"
        ))?;
    }
    for FolderFigures {
        mailbox,
        folder,
        compared,
        last_at,
        last_method,
        messages,
        found,
        missing,
        ..
    } in &folders
    {
        let what = format!("coverage: {mailbox}: {folder:?}");
        let at = last_at.as_deref().unwrap_or("-");
        if *missing > 0 {
            report.fault(&format!(
                "{what}: {missing} message(s) on the server are in no item (compared {at}); see what the mail server's log says of this folder, and have people look into it"
            ))?;
        } else if *compared == 0 {
            report.warning(&format!(
                "{what}: could not be compared in {days} days; see the daemon's log"
            ))?;
        } else if *last_method == Some(Method::Counts) {
            report.warning(&format!(
                "{what}: compared by number only ({messages} message(s), {at}): the server does not list all that it counts"
            ))?;
        } else {
            report.ok(&format!(
                "{what}: {messages} message(s), none missing (compared {at})"
            ))?;
        }
        if *found > 0 {
            report.warning(&format!(
                "{what}: {found} message(s) had been missed and were logged afterwards; look at `list --overdue`"
            ))?;
        }
    }
    let local = |at| config.calendar.local(at).format("%Y-%m-%d %H:%M");
    if let Some(last) = blind.last() {
        report.warning(&format!(
            "coverage: {} time(s) in {days} days a mailbox was not read for long; the last: {} from {} to {} ({})",
            blind.len(),
            last.mailbox,
            local(last.from),
            local(last.until),
            last.cause.as_str()
        ))?;
    }
    Ok(())
}

async fn servers(config: &Config, reach: Reach, report: &mut Report<'_>) -> Result<(), Failure> {
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

async fn within<T>(work: impl Future<Output = Result<T, MailboxError>>) -> Result<T, MailboxError> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(ended) => ended,
        Err(_) => Err(MailboxError::Lost(format!(
            "no answer within {} s; look at the server",
            PATIENCE.as_secs()
        ))),
    }
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

/// The newest messages of the open inbox.
async fn newest(
    inbox: &Selected,
    connection: &mut ImapMailbox,
) -> Result<Vec<Fetched>, MailboxError> {
    let last = inbox.uid_next.saturating_sub(1);
    if inbox.exists == 0 || last == 0 {
        return Ok(Vec::new());
    }
    let (batches, mut received) = mpsc::channel::<Vec<Fetched>>(1);
    let all = async {
        let mut all = Vec::new();
        while let Some(batch) = received.recv().await {
            all.extend(batch);
        }
        all
    };
    let uids = (last.saturating_sub(LOOKED_AT - 1).max(1), last);
    let (fetched, all) = tokio::join!(within(connection.fetch(uids, batches)), all);
    fetched.map(|()| all)
}
