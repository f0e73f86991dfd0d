//! When a report is sent by itself, and what the mail says.
//!
//! On the first working day of a month at 08.00 the month before is sent, preliminary as far as
//! something is pending; once everything of it is due, on the next working day at 08.00, it is sent
//! as final. A week is sent on the first working day of the next one. A report that was not sent
//! within [`LATE`] working days, because nothing ran, is not sent later: it can be made at any
//! time. The register notes each sending, so a report is sent once.

use super::document::{Block, Document, Section};
use super::gather::{Counted, Scope};
use super::worded::document;
use super::{html, pdf};
use crate::config::Config;
use crate::config::report::Attach;
use crate::domain::board::Board;
use crate::domain::calendar::Calendar;
use crate::domain::effect::Kind;
use crate::domain::keyed::Seal;
use crate::domain::message::Address;
use crate::domain::period::Period;
use crate::domain::reader::Reader;
use crate::mail::author::{Author, Draft, Thread, Words};
use crate::mail::compose::{File, FileKind};
use crate::mail::texts::wrap;
use crate::store::outbox::NewMail;
use crate::store::reports::ReportRow;
use crate::store::{Db, StoreError};
use crate::words::of;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

/// Working days after its own in which a report is still sent.
pub const LATE: i32 = 5;

/// How many months a report waits for its last due dates; later ones come as corrections in later
/// reports.
pub const WAITED_MONTHS: u32 = 6;

/// Lines of the mail's text.
pub const LINES: usize = 10;

/// The time of day at which a report is sent.
const AT: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("08:00 is a time");

/// One report that is sent by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issue {
    pub period: Period,
    pub which: Which,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// As soon as the month is over.
    Month,
    /// When everything of it is due.
    Final,
    Week,
}

impl Issue {
    /// The key under which the register notes that it was sent.
    #[must_use]
    pub fn key(&self) -> String {
        let which = match self.which {
            Which::Month => "month",
            Which::Final => "final",
            Which::Week => "week",
        };
        format!("report.{which}.{}.{}", self.period.from, self.period.to)
    }
}

/// A report that is ready to be handed over: its mails, and the figures to keep.
#[derive(Debug)]
pub struct Prepared {
    pub key: String,
    /// No other report of this period follows.
    pub is_final: bool,
    pub mails: Vec<NewMail>,
    pub report: ReportRow,
}

/// Why a mail cannot be written; without any of its words.
#[derive(Debug, thiserror::Error)]
pub enum SendingError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the report cannot be written: {0}")]
    Write(String),
}

/// Whether it is a working day, and late enough in it.
#[must_use]
pub fn is_time_for_finals(calendar: &Calendar, now: DateTime<Utc>) -> bool {
    let today = calendar.local_date(now);
    calendar.is_working_day(today) && now >= calendar.instant(today, AT)
}

/// Whether a report that may be sent from this day on can be sent now.
fn is_open(calendar: &Calendar, first: NaiveDate, now: DateTime<Utc>) -> bool {
    let day = calendar.working_day_from(first);
    let last = calendar.add_working_days(day, LATE);
    now >= calendar.instant(day, AT) && calendar.local_date(now) <= last
}

/// The reports that may be sent now, by the calendar alone.
#[must_use]
pub fn issues(calendar: &Calendar, weekly: bool, now: DateTime<Utc>) -> Vec<Issue> {
    let today = calendar.local_date(now);
    let opened = |first| is_open(calendar, first, now);
    let mut issues = Vec::new();
    if let (Some(first), Some(period)) = (today.with_day(1), Period::last_month(today))
        && opened(first)
    {
        issues.push(Issue {
            period,
            which: Which::Month,
        });
    }
    if is_time_for_finals(calendar, now)
        && let Some(last) = Period::last_month(today)
    {
        let months = last.months_until(WAITED_MONTHS);
        issues.extend(months.into_iter().map(|period| Issue {
            period,
            which: Which::Final,
        }));
    }
    if let Some(period) = Period::last_week(today).filter(|_| weekly)
        && let Some(monday) = period.to.succ_opt()
        && opened(monday)
    {
        issues.push(Issue {
            period,
            which: Which::Week,
        });
    }
    issues
}

/// The reports that are to be sent now, ready. A final one follows one that was sent as
/// preliminary, and no other; whether one is final takes counting it, so `finals` are asked for
/// once a day.
pub fn prepare(
    db: &Db<'_>,
    config: &Config,
    finals: bool,
    now: DateTime<Utc>,
) -> Result<Vec<Prepared>, SendingError> {
    if !config.sends_reports() {
        return Ok(Vec::new());
    }
    let weekly = config
        .report
        .as_ref()
        .is_some_and(|reporting| reporting.weekly);
    let mut prepared = Vec::new();
    for issue in issues(&config.calendar, weekly, now) {
        let is_sent = |which| db.meta(&Issue { which, ..issue }.key());
        if is_sent(issue.which)?.is_some() || issue.which == Which::Final && !finals {
            continue;
        }
        if issue.which == Which::Final
            && is_sent(Which::Month)?.is_none_or(|standing| standing == FINAL)
        {
            continue;
        }
        let counted = Counted::new(db, config, issue.period, now)?;
        let is_final = is_final(config, &counted);
        if issue.which == Which::Final && !is_final {
            continue;
        }
        prepared.push(ready(db, config, issue, &counted, is_final, now)?);
    }
    Ok(prepared)
}

/// The report of a period that a person sends. The register notes it as sent, so it is not sent
/// once more by itself.
pub fn by_hand(
    db: &Db<'_>,
    config: &Config,
    period: Period,
    counted: &Counted,
    now: DateTime<Utc>,
) -> Result<Prepared, SendingError> {
    let which = if period.is_month() {
        Which::Month
    } else {
        Which::Week
    };
    ready(
        db,
        config,
        Issue { period, which },
        counted,
        is_final(config, counted),
        now,
    )
}

fn is_final(config: &Config, counted: &Counted) -> bool {
    counted
        .figures(config, &Scope::All)
        .pledges
        .iter()
        .all(|pledge| pledge.is_final)
}

fn ready(
    db: &Db<'_>,
    config: &Config,
    issue: Issue,
    counted: &Counted,
    is_final: bool,
    now: DateTime<Utc>,
) -> Result<Prepared, SendingError> {
    let mails = mails(db, config, counted, now)?;
    Ok(Prepared {
        key: issue.key(),
        is_final,
        mails,
        report: kept(counted, now)?,
    })
}

/// The register's note for a month that was final when it was first sent: no second report of it
/// follows.
pub const FINAL: &str = "final";

/// The note for any other month.
const PRELIMINARY: &str = "preliminary";

/// Puts it into the outbox, once. Whether it was this time.
pub fn hand_over(db: &Db<'_>, prepared: &Prepared) -> Result<bool, StoreError> {
    let is_first = db.meta(&prepared.key)?.is_none();
    if is_first {
        enqueue(db, prepared)?;
    }
    Ok(is_first)
}

/// Puts it into the outbox, and writes down that it was sent.
pub fn enqueue(db: &Db<'_>, prepared: &Prepared) -> Result<(), StoreError> {
    for mail in &prepared.mails {
        db.enqueue(mail, &[])?;
    }
    db.add_report(&prepared.report)?;
    db.set_meta(
        &prepared.key,
        if prepared.is_final {
            FINAL
        } else {
            PRELIMINARY
        },
    )
}

/// The figures of a report that are kept, for later corrections.
pub fn kept(counted: &Counted, now: DateTime<Utc>) -> Result<ReportRow, StoreError> {
    let reported = counted.reported();
    let figures = serde_json::to_string(&reported)?;
    Ok(ReportRow {
        at: now,
        from: reported.from,
        to: reported.to,
        figures,
    })
}

/// The mails of a report: one of all mailboxes, and one of each authority that has readers of its
/// own.
fn mails(
    db: &Db<'_>,
    config: &Config,
    counted: &Counted,
    now: DateTime<Utc>,
) -> Result<Vec<NewMail>, SendingError> {
    let mut mails = Vec::new();
    let all = config
        .report
        .as_ref()
        .map(|reporting| reporting.to.as_slice())
        .unwrap_or_default();
    if let Some(first) = config.mailboxes.first() {
        mails.extend(of_scope(db, config, counted, &Scope::All, first, all, now)?);
    }
    for mailbox in &config.mailboxes {
        let scope = Scope::Mailbox(mailbox.name.clone());
        mails.extend(of_scope(
            db,
            config,
            counted,
            &scope,
            mailbox,
            &mailbox.report_to,
            now,
        )?);
    }
    Ok(mails)
}

fn of_scope(
    db: &Db<'_>,
    config: &Config,
    counted: &Counted,
    scope: &Scope,
    board: &Board,
    to: &[String],
    now: DateTime<Utc>,
) -> Result<Vec<NewMail>, SendingError> {
    if to.is_empty() {
        return Ok(Vec::new());
    }
    let document = document(&counted.figures(config, scope), config.service.language);
    let attach = config
        .report
        .as_ref()
        .map(|reporting| reporting.attach)
        .unwrap_or_default();
    let file = file(&document, attach)?;
    to.iter()
        .map(|address| {
            mail(
                db,
                config,
                &document,
                (board, address),
                vec![file.clone()],
                now,
            )
        })
        .collect()
}

fn words(document: &Document) -> Result<Words, SendingError> {
    let lines = body(document);
    let html = html::note(document, &lines);
    Ok(Words {
        subject: format!("{}: {}", document.title, document.headline),
        text: wrap::wrap(&lines.join("\n\n")),
        html: html.map_err(|error| SendingError::Write(error.to_string()))?,
    })
}

fn draft(
    config: &Config,
    document: &Document,
    address: &str,
    files: Vec<File>,
    now: DateTime<Utc>,
) -> Result<Draft, SendingError> {
    Ok(Draft {
        kind: Kind::Report,
        refs: Vec::new(),
        to: vec![Address {
            name: None,
            addr: address.to_owned(),
        }],
        words: words(document)?,
        thread: Thread::default(),
        files,
        at: config.calendar.local(now),
    })
}

/// One mail with the report to one reader, from one mailbox.
pub fn mail(
    db: &Db<'_>,
    config: &Config,
    document: &Document,
    (board, address): (&Board, &str),
    files: Vec<File>,
    now: DateTime<Utc>,
) -> Result<NewMail, SendingError> {
    let draft = draft(config, document, address, files, now)?;
    let fresh = db.fresh_seal()?;
    let seal = Seal {
        unique: format!("report-{}", fresh.unique),
        ..fresh
    };
    let written = Author::new(&board.organisation.letterhead.name, &board.address)
        .write(draft, &seal)
        .map_err(|error| SendingError::Write(error.to_string()))?;
    let staff = config.staff.by_address(address);
    let staff = staff.map(|member| Reader::Staff(member.id.clone()));
    Ok(NewMail {
        copy: None,
        mailbox: board.name.clone(),
        kind: written.kind,
        message_id: written.message_id,
        reader: staff.unwrap_or(Reader::Council),
        address: address.to_owned(),
        names: None,
        mail: written.bytes,
        save: board.save_sent,
        created_at: now,
    })
}

/// The report as the file that goes with the mail.
pub fn file(document: &Document, attach: Attach) -> Result<File, SendingError> {
    let Period { from, to } = document.period;
    let days = if document.period.is_month() {
        format!("{}-{:02}", from.year(), from.month())
    } else {
        format!("{from}-{to}")
    };
    let write = SendingError::Write;
    Ok(match attach {
        Attach::Pdf => {
            let bytes = pdf::pdf(document).map_err(|error| write(error.to_string()))?;
            File {
                name: format!("servicelofte-{days}.pdf"),
                kind: FileKind::Pdf,
                bytes,
            }
        }
        Attach::Html => {
            let bytes = html::html(document)
                .map_err(|error| write(error.to_string()))?
                .into_bytes();
            File {
                name: format!("servicelofte-{days}.html"),
                kind: FileKind::Html,
                bytes,
            }
        }
    })
}

fn texts(section: &Section) -> impl Iterator<Item = String> {
    section.blocks.iter().filter_map(|block| match block {
        Block::Text(text) => Some(text.clone()),
        Block::Pledge(_) | Block::Table(_) | Block::Picture(_) => None,
    })
}

/// What the mail says: whether it is final, the shares, who waits; ten lines at most.
#[must_use]
pub fn body(document: &Document) -> Vec<String> {
    let mut lines: Vec<String> = document.lead.iter().skip(1).cloned().collect();
    lines.extend(
        document
            .page_one
            .first()
            .into_iter()
            .flat_map(texts)
            .take(2),
    );
    lines.extend(document.page_one.last().into_iter().flat_map(texts).take(1));
    lines.push(of(document.language).page.attached.to_owned());
    // The lines before the last but one are the most important.
    while lines.len() > 2 && wrap::wrap(&lines.join("\n")).lines().count() > LINES {
        lines.remove(lines.len() - 2);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::{sweden, utc};

    /// November 2026 begins on a Sunday; 2027 with a Friday off and a weekend.
    #[test]
    fn reports_are_sent_on_the_first_working_day_at_eight() {
        let of = |now: &str, weekly| -> Vec<String> {
            let issues = issues(&sweden(), weekly, utc(now));
            issues
                .iter()
                .filter(|issue| issue.which != Which::Final)
                .map(Issue::key)
                .collect()
        };
        let october = ["report.month.2026-10-01.2026-10-31"];
        for (now, expected) in [
            ("2026-11-01T12:00:00Z", &[][..]),
            ("2026-11-02T06:59:00Z", &[]),
            ("2026-11-02T07:00:00Z", &october),
            ("2026-11-09T20:00:00Z", &october),
            ("2026-11-10T07:00:00Z", &[]),
            ("2027-01-03T12:00:00Z", &[]),
            (
                "2027-01-04T07:00:00Z",
                &["report.month.2026-12-01.2026-12-31"],
            ),
        ] {
            assert_eq!(of(now, false), expected, "{now}");
        }
        assert_eq!(
            of("2026-11-16T07:00:00Z", true),
            ["report.week.2026-11-09.2026-11-15"]
        );
        assert_eq!(of("2026-11-16T06:59:00Z", true), [""; 0]);
        let finals = issues(&sweden(), false, utc("2026-11-10T07:00:00Z"));
        assert_eq!(finals.len(), WAITED_MONTHS as usize);
        assert!(
            issues(&sweden(), false, utc("2026-11-14T07:00:00Z")).is_empty(),
            "a Saturday"
        );
    }
}
