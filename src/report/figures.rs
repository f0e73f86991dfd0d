//! The figures of a report: items and facts about the watching in, numbers out. Pure; its JSON form is the report's JSON.
//!
//! What is counted when:
//! - A message belongs to the period in which it came into the mailbox, by its local date of arrival there.
//! - Every message of the period is in exactly one of these: under a pledge (`arrived`), `excluded`, or `history`.
//! - Of those under a pledge, each is `answered_in_time`, `noticed_in_time`, `broken` or `pending`
//!   ([`Item::outcome`] at the time of the report); a notice is never an answer.
//! - Times to answer are office hours of working days from arrival to answer, of all that were answered, in time or not.
//! - A promise is a date that a notice named or the handler gave. Each is kept (settled on that date or before), moved (to
//!   another date while it could still be kept), broken, or still pending: moving a broken promise mends nothing.

use super::Period;
use super::hours::{office_minutes, percentile};
use crate::domain::blind::{Blind, Cause, Sight};
use crate::domain::calendar::Calendar;
use crate::domain::classify::Class;
use crate::domain::coverage::{Comparison, Method};
use crate::domain::event::{EvidenceKind, Flag, How};
use crate::domain::item::{ByHand, Item, ItemId, Outcome, State};
use crate::domain::reason::Reason;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The shape of the figures; grows when a field changes its meaning.
pub const VERSION: u32 = 1;

/// One report. Instants are RFC 3339 in the municipality's zone, dates are local.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub version: u32,
    pub organisation: String,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub made_at: String,
    /// The clock of the times to answer: `08:00-17:00` on working days.
    pub office_hours: String,
    pub pledges: Vec<PledgeFigures>,
    pub mailboxes: Vec<MailboxFigures>,
    pub folders: Vec<FolderFigures>,
    pub blind: Vec<BlindFigures>,
    pub alarms: Vec<AlarmFigures>,
    pub corrections: Vec<Correction>,
}

/// One pledge of one mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PledgeFigures {
    pub mailbox: String,
    pub pledge: String,
    pub arrived: u32,
    pub answered_in_time: u32,
    pub noticed_in_time: u32,
    pub broken: u32,
    pub pending: u32,
    /// Answered at all, in time or not.
    pub answered: u32,
    /// Answered after the due date, whether a notice had kept the pledge or not.
    pub answered_late: u32,
    /// Not answered by the time of the report.
    pub unanswered: u32,
    /// Probably answered: nobody has confirmed it, so it counts as unanswered.
    pub probably_answered: u32,
    /// Answered in another way than by mail, by a person's word.
    pub self_reported: u32,
    pub median_minutes: Option<u32>,
    pub p90_minutes: Option<u32>,
    pub promises_kept: u32,
    pub promises_broken: u32,
    pub promises_pending: u32,
    /// Reports of older programs do not have it: nothing could be moved then.
    #[serde(default)]
    pub promises_moved: u32,
    /// Closed with a note of what was done, and settled without the one that the pledge asks for.
    #[serde(default)]
    pub noted: u32,
    #[serde(default)]
    pub note_missing: u32,
    /// Items of which a supervisor was told.
    pub escalated: u32,
    pub escalations: u32,
}

/// What one mailbox received in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailboxFigures {
    pub mailbox: String,
    pub received: u32,
    pub under_pledge: u32,
    pub history: u32,
    /// Needs no answer, by reason.
    pub excluded: BTreeMap<ExcludedBy, u32>,
}

/// Why a message is under no pledge; a person's own words are not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExcludedBy {
    Bulk,
    AutoReply,
    Bounce,
    Receipt,
    Calendar,
    Own,
    StaffReply,
    CopyOfAnswer,
    /// A person excluded it.
    Person,
    /// A person closed it: no answer needed.
    NoAnswerNeeded,
    Other,
}

/// How one folder compared with the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderFigures {
    pub mailbox: String,
    pub folder: String,
    /// Comparisons that told something, and those that did not.
    pub compared: u32,
    pub not_compared: u32,
    /// The last comparison that told something.
    pub last_at: Option<String>,
    pub last_method: Option<Method>,
    pub messages: u32,
    /// Headers that were read again and recognised.
    pub sampled: u32,
    /// Messages that had been missed and were found.
    pub found: u32,
    /// Missing at the last comparison.
    pub missing: u32,
}

/// One blind period, as far as it lies in the report's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlindFigures {
    pub mailbox: String,
    pub sight: Sight,
    pub from: String,
    pub until: String,
    /// It had not ended when the report was made.
    pub lasts: bool,
    pub minutes: u32,
    pub office_minutes: u32,
    pub cause: Cause,
    pub late: u32,
}

/// An alarm to the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmFigures {
    pub at: String,
    pub kind: String,
    pub mailbox: Option<String>,
    /// It told that the trouble was over.
    pub over: bool,
}

/// A figure of an earlier report that is another one now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub reported_at: String,
    pub mailbox: String,
    pub pledge: String,
    pub figure: String,
    pub then: u32,
    pub now: u32,
}

/// Facts beside the items.
#[derive(Clone, Debug, Default)]
pub struct Watching {
    pub comparisons: Vec<Comparison>,
    pub blind: Vec<Blind>,
    pub alarms: Vec<AlarmFigures>,
}

/// Counts items one by one.
#[derive(Debug)]
pub struct Counter<'a> {
    calendar: &'a Calendar,
    now: DateTime<Utc>,
    self_reported: BTreeSet<ItemId>,
    pledges: BTreeMap<(String, String), (PledgeFigures, Vec<u32>)>,
    mailboxes: BTreeMap<String, MailboxFigures>,
}

impl<'a> Counter<'a> {
    /// `self_reported`: items closed by a person's word about another way or time.
    #[must_use]
    pub fn new(calendar: &'a Calendar, now: DateTime<Utc>, self_reported: BTreeSet<ItemId>) -> Self {
        Self { calendar, now, self_reported, pledges: BTreeMap::new(), mailboxes: BTreeMap::new() }
    }

    /// A pledge of a mailbox that is to be shown even when nothing came.
    pub fn expect(&mut self, mailbox: &str, pledge: &str) {
        self.mailbox(mailbox);
        self.pledge(mailbox, pledge);
    }

    pub fn count(&mut self, item: &Item) {
        let outcome = item.outcome(self.now);
        let mailbox = self.mailbox(&item.mailbox);
        mailbox.received += 1;
        if item.state == State::History {
            mailbox.history += 1;
        } else if outcome == Outcome::Excluded {
            *mailbox.excluded.entry(excluded_by(item)).or_default() += 1;
        } else {
            mailbox.under_pledge += 1;
            self.under_pledge(item, outcome);
        }
    }

    /// Rows for every mailbox and pledge, in the order of their names.
    #[must_use]
    pub fn finish(self) -> (Vec<PledgeFigures>, Vec<MailboxFigures>) {
        let pledges = self.pledges.into_values().map(|(mut figures, mut minutes)| {
            minutes.sort_unstable();
            figures.median_minutes = percentile(&minutes, 50);
            figures.p90_minutes = percentile(&minutes, 90);
            figures
        });
        (pledges.collect(), self.mailboxes.into_values().collect())
    }

    fn mailbox(&mut self, name: &str) -> &mut MailboxFigures {
        let figures = self.mailboxes.entry(name.to_owned()).or_default();
        name.clone_into(&mut figures.mailbox);
        figures
    }

    fn pledge(&mut self, mailbox: &str, pledge: &str) -> &mut (PledgeFigures, Vec<u32>) {
        let row = self.pledges.entry((mailbox.to_owned(), pledge.to_owned())).or_default();
        mailbox.clone_into(&mut row.0.mailbox);
        pledge.clone_into(&mut row.0.pledge);
        row
    }

    fn under_pledge(&mut self, item: &Item, outcome: Outcome) {
        let answered_at = answered_at(item);
        let minutes = answered_at.map(|at| office_minutes(self.calendar, item.received_at, at));
        let promises = self.promises(item);
        let self_reported = self.is_self_reported(item);
        let (row, times) = self.pledge(&item.mailbox, item.pledge.as_deref().unwrap_or_default());
        row.arrived += 1;
        match outcome {
            Outcome::AnsweredInTime => row.answered_in_time += 1,
            Outcome::NoticedInTime => row.noticed_in_time += 1,
            Outcome::Pending => row.pending += 1,
            // What is excluded does not come here; if it did, it must not look kept.
            Outcome::Broken | Outcome::Excluded => row.broken += 1,
        }
        if answered_at.is_some() {
            row.answered += 1;
            row.answered_late += u32::from(outcome != Outcome::AnsweredInTime);
        } else {
            row.unanswered += 1;
        }
        row.probably_answered += u32::from(item.state == State::ProbablyAnswered);
        row.self_reported += u32::from(self_reported);
        times.extend(minutes);
        for promise in promises {
            match promise {
                Promise::Kept => row.promises_kept += 1,
                Promise::Broken => row.promises_broken += 1,
                Promise::Pending => row.promises_pending += 1,
                Promise::Moved => row.promises_moved += 1,
            }
        }
        row.noted += u32::from(item.noted);
        row.note_missing += u32::from(item.flags.contains(&Flag::NoteMissing));
        let told = item.escalations().filter(|(_, done)| done.sent_at.is_some()).count();
        row.escalated += u32::from(told > 0);
        row.escalations += u32::try_from(told).unwrap_or(u32::MAX);
    }

    fn is_self_reported(&self, item: &Item) -> bool {
        let by_word = item.settled.as_ref().is_some_and(|settled| {
            matches!(settled.evidence.kind, EvidenceKind::Cli | EvidenceKind::Command)
                && matches!(settled.how, Some(how) if how != How::NoAnswerNeeded)
        });
        item.state == State::Closed && (by_word || self.self_reported.contains(&item.id))
    }

    /// What became of each date that was promised.
    fn promises(&self, item: &Item) -> Vec<Promise> {
        let settled = answered_at(item).map(|at| self.calendar.local_date(at));
        let today = self.calendar.local_date(self.now);
        let promises = item.promises();
        let next = promises.iter().skip(1).map(|next| Some(self.calendar.local_date(next.at))).chain([None]);
        let fate = |(promise, moved): (&ByHand, Option<NaiveDate>)| match (moved, settled) {
            (Some(on), _) if on <= promise.date => Promise::Moved,
            (None, Some(on)) if on <= promise.date => Promise::Kept,
            (None, None) if today <= promise.date => Promise::Pending,
            _ => Promise::Broken,
        };
        promises.iter().zip(next).map(fate).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Promise {
    Kept,
    Broken,
    Pending,
    Moved,
}

/// When it was answered, if it was.
fn answered_at(item: &Item) -> Option<DateTime<Utc>> {
    let settled = item.settled.as_ref()?;
    matches!(item.state, State::Answered | State::Closed).then_some(settled.at)
}

fn excluded_by(item: &Item) -> ExcludedBy {
    match &item.excluded_reason {
        _ if item.state == State::Closed => ExcludedBy::NoAnswerNeeded,
        Some(Reason::Person(_)) => ExcludedBy::Person,
        Some(Reason::OwnMail) => ExcludedBy::Own,
        Some(Reason::StaffReply) => ExcludedBy::StaffReply,
        Some(Reason::CopyOfAnswer { .. }) => ExcludedBy::CopyOfAnswer,
        _ => match item.class {
            Class::Bulk => ExcludedBy::Bulk,
            Class::AutoReply => ExcludedBy::AutoReply,
            Class::Bounce => ExcludedBy::Bounce,
            Class::Receipt => ExcludedBy::Receipt,
            Class::Calendar => ExcludedBy::Calendar,
            Class::Own => ExcludedBy::Own,
            _ => ExcludedBy::Other,
        },
    }
}

/// Folders in the order of their names.
#[must_use]
pub fn folders(comparisons: &[Comparison], calendar: &Calendar) -> Vec<FolderFigures> {
    let mut folders: BTreeMap<(&str, &str), FolderFigures> = BTreeMap::new();
    for comparison in comparisons {
        let figures = folders.entry((&comparison.mailbox, &comparison.folder)).or_insert_with(|| FolderFigures {
            mailbox: comparison.mailbox.clone(),
            folder: comparison.folder.clone(),
            compared: 0,
            not_compared: 0,
            last_at: None,
            last_method: None,
            messages: 0,
            sampled: 0,
            found: 0,
            missing: 0,
        });
        if !comparison.method.tells() {
            figures.not_compared += 1;
            continue;
        }
        figures.compared += 1;
        figures.last_at = Some(rfc3339(comparison.at, calendar));
        figures.last_method = Some(comparison.method);
        figures.messages = comparison.on_server;
        figures.sampled += comparison.sampled;
        figures.found += comparison.found;
        figures.missing = comparison.missing;
    }
    folders.into_values().collect()
}

/// Blind periods, cut to the report's.
#[must_use]
pub fn blind(periods: &[Blind], period: Period, calendar: &Calendar, now: DateTime<Utc>) -> Vec<BlindFigures> {
    let (begin, end) = bounds(period, calendar);
    let cut = periods.iter().map(|blind| (blind, blind.from.max(begin), blind.until.min(end)));
    cut.filter(|(_, from, until)| from < until)
        .map(|(blind, from, until)| BlindFigures {
            mailbox: blind.mailbox.clone(),
            sight: blind.sight,
            from: rfc3339(from, calendar),
            until: rfc3339(until, calendar),
            lasts: blind.until >= now,
            minutes: u32::try_from((until - from).num_minutes()).unwrap_or(u32::MAX),
            office_minutes: office_minutes(calendar, from, until),
            cause: blind.cause,
            late: blind.late,
        })
        .collect()
}

/// The period's first instant, and the first one after it.
#[must_use]
pub fn bounds(period: Period, calendar: &Calendar) -> (DateTime<Utc>, DateTime<Utc>) {
    (calendar.instant(period.from, chrono::NaiveTime::MIN), calendar.closes(period.to))
}

/// Where an earlier report's figures differ from what the same period's are now.
#[must_use]
pub fn corrections(then: &Figures, now: &[PledgeFigures]) -> Vec<Correction> {
    let mut corrections = Vec::new();
    let key = |row: &PledgeFigures| (row.mailbox.clone(), row.pledge.clone());
    let keys: BTreeSet<_> = then.pledges.iter().chain(now).map(key).collect();
    let none = PledgeFigures::default();
    for (mailbox, pledge) in keys {
        let of = |rows: &[PledgeFigures]| {
            let row = rows.iter().find(|row| row.mailbox == mailbox && row.pledge == pledge);
            counted(row.unwrap_or(&none))
        };
        for ((figure, then_count), (_, now_count)) in of(&then.pledges).into_iter().zip(of(now)) {
            if then_count != now_count {
                corrections.push(Correction {
                    from: then.from,
                    to: then.to,
                    reported_at: then.made_at.clone(),
                    mailbox: mailbox.clone(),
                    pledge: pledge.clone(),
                    figure: figure.to_owned(),
                    then: then_count,
                    now: now_count,
                });
            }
        }
    }
    corrections
}

/// The figures that a later report corrects, by their names in JSON.
fn counted(row: &PledgeFigures) -> [(&'static str, u32); 10] {
    [
        ("arrived", row.arrived),
        ("answered_in_time", row.answered_in_time),
        ("noticed_in_time", row.noticed_in_time),
        ("broken", row.broken),
        ("pending", row.pending),
        ("answered", row.answered),
        ("promises_kept", row.promises_kept),
        ("promises_broken", row.promises_broken),
        ("promises_pending", row.promises_pending),
        ("promises_moved", row.promises_moved),
    ]
}

/// An instant as the figures have it.
#[must_use]
pub fn rfc3339(at: DateTime<Utc>, calendar: &Calendar) -> String {
    calendar.local(at).to_rfc3339_opts(SecondsFormat::Secs, false)
}
