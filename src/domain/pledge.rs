//! Pledges: the promise, its date, and the moments on the way.
//!
//! A due date is a local calendar date, counted from the local date of arrival, with a derivation
//! that a person can check on the wall calendar. The pledge is kept by what leaves before 00:00
//! local time of the day after.
//!
//! A span in days, weeks or months is not moved when it ends on a Saturday or a holiday. The
//! rejected alternative is lag (1930:173) 2 §, which lets an act wait until the next weekday: that
//! section is about acts that a statute wants done by a time, and gives the one who must act more
//! of it. Here the municipality has told the citizen a time; to stretch it by a rule that the
//! citizen has not been told would break the promise that is being measured. A municipality that
//! wants working days configures working days. For the same reason `counting` touches working days
//! only.

use crate::domain::calendar::{Calendar, Counting};
use crate::domain::counted::{CountedDay, Why};
use crate::domain::effect::Template;
use crate::domain::kept_by::KeptBy;
use crate::domain::matching::Match;
use crate::domain::written;
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The time that a pledge allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// 0 is the same working day: the day of arrival, or the next working day when that is none.
    WorkingDays(u16),
    Days(u16),
    Weeks(u16),
    /// To the same day of a later month, or that month's last day when it is shorter.
    Months(u16),
}

/// A moment relative to a due date, in working days and local time: `due-1 08:00`. Ordered as
/// moments of one due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Working days after (positive) or before (negative) the due date.
    pub days: i16,
    pub time: NaiveTime,
}

/// The most working days that a moment may lie before or after its due date: about a year.
pub const MOST_MOMENT_DAYS: i16 = 250;

/// The text is not a moment; says how to write one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a moment is `due`, `due-N` or `due+N` (N working days, 1 to {MOST_MOMENT_DAYS}), one space and a time from 00:00 \
     to 23:59, such as \"due-1 08:00\""
)]
pub struct NotAMoment;

/// One pledge of the configuration.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the configuration"
)]
pub struct Pledge {
    pub name: String,
    /// Names that it had before: items of the register have them.
    pub former: Vec<String>,
    pub matches: Match,
    /// The mail is a scanned letter; its notice is a letter to print.
    pub letter: bool,
    /// Finds the stamp day in the subject; group 1 is `YYYY-MM-DD`.
    pub stamp: Option<regex::Regex>,
    pub time: Span,
    /// No time runs: what it covers is logged and counted, and nobody is written to. Its `time` is
    /// nobody's.
    pub without_clock: bool,
    pub reminder: Option<Moment>,
    pub notice: Option<Moment>,
    /// Ascending, at least one; after the last, every second working day at the same time.
    pub escalation: Vec<Moment>,
    /// The date that a notice promises, counted from the day of the notice.
    pub promise: Span,
    /// A citizen who has had a notice hears when a person moves its promise.
    pub tell_new_date: bool,
    /// The words of its notice.
    pub text: NoticeText,
    /// What keeps it.
    pub kept_by: KeptBy,
    /// Who has what it covers, where no rule of the mailbox says otherwise.
    pub handler: Option<String>,
    /// Who has it when that one is not there, in order.
    pub others: Vec<String>,
    /// The handler hears as soon as a message arrives, in office hours.
    pub tell_at_once: bool,
    /// A sentence that staff read with every item of it.
    pub advice: Option<String>,
    /// A person sets the day from which the time runs. Until then it runs from the arrival: an item
    /// without a date would be forgotten if no person sets one.
    pub set_start: bool,
    /// The number of the decision by which the municipality adopted it.
    pub decision: Option<String>,
    /// The pledge as the municipality adopted it; the report begins with it.
    pub words: Option<String>,
}

impl Pledge {
    /// Whether what it covers may be presumed no question, or spoken for by another notice: a
    /// letter, and what a rule of its own names, never is.
    #[must_use]
    pub fn may_presume(&self) -> bool {
        !self.letter && self.matches.is_everything()
    }

    /// The due date of what arrived at that instant, on the local day that counts as its arrival.
    #[must_use]
    pub fn due_of_arrival(
        &self,
        received: DateTime<Utc>,
        arrival: NaiveDate,
        calendar: &Calendar,
    ) -> Due {
        Due {
            kept_by: self.kept_by,
            ..Due::of_arrival(received, arrival, self.time, calendar)
        }
    }

    /// The due date, counted from a day that a person has set.
    #[must_use]
    pub fn due_from(&self, day: NaiveDate, calendar: &Calendar) -> Due {
        Due {
            kept_by: self.kept_by,
            ..Due::reckon(day, self.time, calendar)
        }
    }

    /// Whether it is, or was, called so.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.name == name || self.former.iter().any(|former| former == name)
    }

    /// All that a due date or a moment of an open item depends on: when this text changes, items
    /// are calculated again. Every field is named, so that a new one is thought of.
    #[must_use]
    pub fn reckoning(&self) -> String {
        let Self {
            name,
            former: _,
            letter,
            time,
            reminder,
            notice,
            escalation,
            promise,
            tell_new_date,
            tell_at_once,
            text,
            kept_by,
            // Which messages it covers, by when and by whom is settled when a message arrives.
            matches: _,
            without_clock: _,
            stamp: _,
            handler: _,
            others: _,
            set_start: _,
            // Words are chosen when a mail is written.
            advice: _,
            decision: _,
            words: _,
        } = self;
        format!(
            "{name} {letter} {time:?} {reminder:?} {notice:?} {escalation:?} {promise:?} {tell_new_date} {tell_at_once} \
             {text:?} {kept_by:?}"
        )
    }
}

/// The words of a notice: the usual ones, or those of a kind of pledge for which they would be
/// wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoticeText {
    #[default]
    Usual,
    Complaint,
    /// A request for public records.
    Records,
    /// A decision in a matter of authority.
    Decision,
}

impl NoticeText {
    pub const ALL: [Self; 4] = [Self::Usual, Self::Complaint, Self::Records, Self::Decision];

    /// The text that the notice is written by.
    #[must_use]
    pub fn template(self) -> Template {
        match self {
            Self::Usual => Template::Notice,
            Self::Complaint => Template::Complaint,
            Self::Records => Template::Records,
            Self::Decision => Template::Decision,
        }
    }

    /// As it is written in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Complaint => "complaint",
            Self::Records => "records",
            Self::Decision => "decision",
        }
    }
}

/// A due date with how it was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    #[serde(
        serialize_with = "written::date",
        deserialize_with = "written::read_date"
    )]
    pub arrival_date: NaiveDate,
    pub rule: Counting,
    #[serde(
        serialize_with = "written::date",
        deserialize_with = "written::read_date"
    )]
    pub date: NaiveDate,
    /// The first instant that is too late.
    #[serde(
        serialize_with = "written::instant",
        deserialize_with = "written::read_instant"
    )]
    pub closes: DateTime<Utc>,
    /// For working days, every day from the arrival date to the due date; else these two only.
    pub days: Vec<CountedDay>,
    /// What keeps the pledge until then.
    #[serde(default, skip_serializing_if = "KeptBy::is_usual")]
    pub kept_by: KeptBy,
}

impl Due {
    /// The date alone, for who need not know how it was reached.
    #[must_use]
    pub fn date_after(arrival: NaiveDate, span: Span, calendar: &Calendar) -> NaiveDate {
        match span {
            Span::WorkingDays(n) => walk_working_days(arrival, n, calendar).1,
            _ => Self::reckon(arrival, span, calendar).date,
        }
    }

    /// Counts `span` from the local date of arrival.
    #[must_use]
    pub fn reckon(arrival: NaiveDate, span: Span, calendar: &Calendar) -> Due {
        let days_on = |days: u64| arrival.checked_add_days(Days::new(days));
        let (date, days) = match span {
            Span::WorkingDays(n) => reckon_working_days(arrival, n, calendar),
            Span::Days(n) => reckon_on_the_calendar(arrival, days_on(n.into()), span, calendar),
            Span::Weeks(n) => {
                reckon_on_the_calendar(arrival, days_on(u64::from(n) * 7), span, calendar)
            }
            Span::Months(n) => reckon_on_the_calendar(
                arrival,
                arrival.checked_add_months(Months::new(n.into())),
                span,
                calendar,
            ),
        };
        Due {
            arrival_date: arrival,
            rule: calendar.counting,
            date,
            closes: calendar.closes(date),
            days,
            kept_by: KeptBy::default(),
        }
    }
}

impl Due {
    /// The due date of what arrived at that instant. Whose time is the same working day cannot be
    /// kept for a message after office hours: it counts as arrived on the next working day.
    #[must_use]
    pub fn of_arrival(
        received: DateTime<Utc>,
        arrival: NaiveDate,
        span: Span,
        calendar: &Calendar,
    ) -> Due {
        let local = calendar.local(received);
        let is_late = local.date_naive() == arrival && local.time() >= calendar.office_hours.1;
        if span != Span::WorkingDays(0) || !is_late || !calendar.is_working_day(arrival) {
            return Due::reckon(arrival, span, calendar);
        }
        let start = calendar.add_working_days(arrival, 1);
        let after = |date: NaiveDate| {
            let off = calendar.day(date).off;
            CountedDay::skipped(date, off.map_or(Why::CountsAsArrival, Why::Off))
        };
        let mut days = vec![CountedDay::skipped(arrival, Why::ArrivalAfterHours)];
        let next = arrival.iter_days().skip(1);
        days.extend(next.take_while(|date| *date <= start).map(after));
        Due {
            arrival_date: arrival,
            rule: calendar.counting,
            date: start,
            closes: calendar.closes(start),
            days,
            kept_by: KeptBy::default(),
        }
    }
}

impl Moment {
    /// Reads `due`, `due-N` or `due+N`, one space and `HH:MM`; nothing else, so that a slip of the
    /// pen is reported.
    pub fn parse(text: &str) -> Result<Moment, NotAMoment> {
        let (days, time) = text
            .strip_prefix("due")
            .and_then(|rest| rest.split_once(' '))
            .ok_or(NotAMoment)?;
        Ok(Moment {
            days: parse_days(days).ok_or(NotAMoment)?,
            time: parse_time(time).ok_or(NotAMoment)?,
        })
    }

    /// The instant of this moment for a due date. A due date that is not a working day (a span in
    /// days, weeks or months) counts as the last working day before it, so that staff hear of it in
    /// time.
    #[must_use]
    pub fn at(self, due: NaiveDate, calendar: &Calendar) -> DateTime<Utc> {
        let day = calendar.add_working_days(calendar.working_day_until(due), self.days.into());
        calendar.instant(day, self.time)
    }

    /// The same time of day at another distance.
    #[must_use]
    pub fn at_offset(self, days: i16) -> Moment {
        Moment { days, ..self }
    }
}

/// As it is written in the configuration.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("due")?;
        if self.days != 0 {
            write!(f, "{:+}", self.days)?;
        }
        write!(f, " {}", self.time.format("%H:%M"))
    }
}

/// `""`, `-N` or `+N` without leading zeros.
fn parse_days(text: &str) -> Option<i16> {
    if text.is_empty() {
        return Some(0);
    }
    let digits = text.strip_prefix(['-', '+'])?;
    let plain = !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit());
    let days: i16 = text.parse().ok()?;
    (plain && (1..=MOST_MOMENT_DAYS).contains(&days.saturating_abs())).then_some(days)
}

/// `HH:MM`, two digits each.
fn parse_time(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.split_once(':')?;
    let two = |part: &str| {
        (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
    };
    NaiveTime::from_hms_opt(two(hour)?, two(minute)?, 0)
}

/// The day that counts as that of arrival, and the `n`th working day after it.
fn walk_working_days(arrival: NaiveDate, n: u16, calendar: &Calendar) -> (NaiveDate, NaiveDate) {
    // Rule B, and a span of none, start from a working day; the day of arrival is moved to the next
    // one.
    let moves = calendar.counting == Counting::NextWorkingDay || n == 0;
    let start = if moves {
        calendar.working_day_from(arrival)
    } else {
        arrival
    };
    (start, calendar.add_working_days(start, n.into()))
}

/// Every day from the arrival date to the `n`th working day.
fn reckon_working_days(
    arrival: NaiveDate,
    n: u16,
    calendar: &Calendar,
) -> (NaiveDate, Vec<CountedDay>) {
    let (start, due) = walk_working_days(arrival, n, calendar);
    let mut day = 0;
    let days = arrival
        .iter_days()
        .take_while(|&date| date <= due)
        .map(|date| {
            if date == arrival {
                CountedDay::skipped(date, Why::Arrival)
            } else if let Some(off) = calendar.day(date).off {
                CountedDay::skipped(date, Why::Off(off))
            } else if date == start {
                CountedDay::skipped(date, Why::CountsAsArrival)
            } else {
                day += 1;
                CountedDay {
                    date,
                    counted: true,
                    day: Some(day),
                    reason: None,
                }
            }
        })
        .collect();
    (due, days)
}

/// The arrival date and the due date, which is not moved (see the head of this file). A date beyond
/// what the calendar can hold is its last one.
fn reckon_on_the_calendar(
    arrival: NaiveDate,
    due: Option<NaiveDate>,
    span: Span,
    calendar: &Calendar,
) -> (NaiveDate, Vec<CountedDay>) {
    let due = due.unwrap_or(NaiveDate::MAX);
    let mut days = vec![CountedDay::skipped(arrival, Why::Arrival)];
    if due > arrival {
        let off = calendar.day(due).off;
        days.push(CountedDay {
            date: due,
            counted: true,
            day: u16::try_from((due - arrival).num_days()).ok(),
            reason: Some(Why::Ends { span, off }),
        });
    }
    (due, days)
}

#[cfg(test)]
mod tests;
