//! Pledges: what was promised, by when, and the moments on the way.
//!
//! A due date is a local calendar date, reckoned from the local date of arrival, with a derivation that a person can
//! check on the wall calendar. The pledge is kept by what leaves before 00:00 local time of the day after.
//!
//! A span in days, weeks or months is not moved when it ends on a Saturday or a holiday. The rejected alternative is
//! lag (1930:173) 2 §, which lets an act wait until the next weekday: that section is about acts that a statute wants
//! done by a time, and gives the one who must act more of it. Here the municipality has told the citizen a time; to
//! stretch it by a rule that the citizen has not been told would break the promise that is being measured. Whoever
//! wants working days configures working days. For the same reason `counting` touches working days only.

use crate::domain::calendar::{Calendar, Counting};
use crate::domain::matching::Match;
use crate::domain::written;
use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The reason given for the day of arrival, which is never counted.
const ARRIVAL_DAY: &str = "ankomstdag";
/// The same, for what came when nobody was there any more.
const AFTER_HOURS: &str = "ankomstdag, efter kontorstid";
const COUNTS_AS_ARRIVAL: &str = "räknas som ankomstdag";

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

/// In Swedish, as it is shown to staff: `2 arbetsdagar`, `1 månad`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (n, one, many) = match *self {
            Self::WorkingDays(0) => return f.write_str("samma arbetsdag"),
            Self::WorkingDays(n) => (n, "arbetsdag", "arbetsdagar"),
            Self::Days(n) => (n, "dag", "dagar"),
            Self::Weeks(n) => (n, "vecka", "veckor"),
            Self::Months(n) => (n, "månad", "månader"),
        };
        write!(f, "{n} {}", if n == 1 { one } else { many })
    }
}

/// A moment relative to a due date, in working days and local time: `due-1 08:00`. Ordered as moments of one due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Working days after (positive) or before (negative) the due date.
    pub days: i16,
    pub time: NaiveTime,
}

/// The most working days that a moment may lie before or after its due date: about a year.
pub const MOST_MOMENT_DAYS: i16 = 250;

/// The text is no moment; says what would be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a moment is `due`, `due-N` or `due+N` (N working days, 1 to {MOST_MOMENT_DAYS}), one space and a time from 00:00 \
     to 23:59, such as \"due-1 08:00\""
)]
pub struct NotAMoment;

/// One pledge of the configuration.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the configuration")]
pub struct Pledge {
    pub name: String,
    pub matches: Match,
    /// The mail is a scanned letter; its notice is a letter to print.
    pub letter: bool,
    /// Finds the stamp day in the subject; group 1 is `YYYY-MM-DD`.
    pub stamp: Option<regex::Regex>,
    pub time: Span,
    pub reminder: Option<Moment>,
    pub notice: Option<Moment>,
    /// Ascending, at least one; after the last, every second working day at the same time.
    pub escalation: Vec<Moment>,
    /// The date that a notice promises, counted from the day of the notice.
    pub promise: Span,
    /// A citizen who has had a notice is told when a person moves what it promised.
    pub tell_new_date: bool,
    /// The words of its notice.
    pub text: NoticeText,
    /// Who has what it covers, where no rule of the mailbox says otherwise.
    pub handler: Option<String>,
    /// The handler is told as soon as a message arrives, in office hours.
    pub tell_at_once: bool,
    /// A sentence that staff read with every item of it.
    pub advice: Option<String>,
    /// Closing says in a note what was done.
    pub needs_note: bool,
    /// A person sets the day from which the time runs. Until then it runs from the arrival: an item without a date would
    /// be forgotten when nobody sets one.
    pub set_start: bool,
}

/// The words of a notice: the usual ones, or those of a kind of pledge for which they would be wrong.
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

/// One day of a derivation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedDay {
    #[serde(serialize_with = "written::date")]
    pub date: NaiveDate,
    pub counted: bool,
    /// Its number when counted, from 1.
    #[serde(default)]
    pub day: Option<u16>,
    /// Why it was skipped (`lördag`, `julafton`, `stängt enligt KS 2026/12`); `None` when counted, but for the last
    /// day of a span in days, weeks or months, where it says what was counted (`4 veckor`).
    #[serde(default)]
    pub reason: Option<String>,
}

/// A due date with how it was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    #[serde(serialize_with = "written::date")]
    pub arrival_date: NaiveDate,
    pub rule: Counting,
    #[serde(serialize_with = "written::date")]
    pub date: NaiveDate,
    /// The first instant that is too late.
    #[serde(serialize_with = "written::instant")]
    pub closes: DateTime<Utc>,
    /// For working days, every day from the arrival date to the due date; else these two only.
    pub days: Vec<CountedDay>,
}

impl Due {
    /// Counts `span` from the local date of arrival.
    #[must_use]
    pub fn reckon(arrival: NaiveDate, span: Span, calendar: &Calendar) -> Due {
        let days_on = |days: u64| arrival.checked_add_days(Days::new(days));
        let (date, days) = match span {
            Span::WorkingDays(n) => reckon_working_days(arrival, n, calendar),
            Span::Days(n) => reckon_on_the_calendar(arrival, days_on(n.into()), span, calendar),
            Span::Weeks(n) => reckon_on_the_calendar(arrival, days_on(u64::from(n) * 7), span, calendar),
            Span::Months(n) => {
                reckon_on_the_calendar(arrival, arrival.checked_add_months(Months::new(n.into())), span, calendar)
            }
        };
        Due { arrival_date: arrival, rule: calendar.counting, date, closes: calendar.closes(date), days }
    }
}

impl Due {
    /// The due date of what arrived at that instant. Whose time is the same working day cannot be kept by what comes
    /// after office hours, when nobody is there: it counts as arrived on the next working day.
    #[must_use]
    pub fn of_arrival(received: DateTime<Utc>, arrival: NaiveDate, span: Span, calendar: &Calendar) -> Due {
        let local = calendar.local(received);
        let is_late = local.date_naive() == arrival && local.time() >= calendar.office_hours.1;
        if span != Span::WorkingDays(0) || !is_late || !calendar.is_working_day(arrival) {
            return Due::reckon(arrival, span, calendar);
        }
        let start = calendar.add_working_days(arrival, 1);
        let mut days = vec![skipped(arrival, AFTER_HOURS.to_owned())];
        days.extend(
            arrival
                .iter_days()
                .skip(1)
                .take_while(|date| *date <= start)
                .map(|date| skipped(date, calendar.day(date).reason().unwrap_or_else(|| COUNTS_AS_ARRIVAL.to_owned()))),
        );
        Due { arrival_date: arrival, rule: calendar.counting, date: start, closes: calendar.closes(start), days }
    }
}

impl Moment {
    /// Reads `due`, `due-N` or `due+N`, one space and `HH:MM`; nothing else, so that a slip of the pen is told.
    pub fn parse(text: &str) -> Result<Moment, NotAMoment> {
        let (days, time) = text.strip_prefix("due").and_then(|rest| rest.split_once(' ')).ok_or(NotAMoment)?;
        Ok(Moment { days: parse_days(days).ok_or(NotAMoment)?, time: parse_time(time).ok_or(NotAMoment)? })
    }

    /// The instant of this moment for a due date. A due date that is no working day (a span in days, weeks or months)
    /// counts as the last working day before it, so that staff hear of it in time.
    #[must_use]
    pub fn at(self, due: NaiveDate, calendar: &Calendar) -> DateTime<Utc> {
        let day = calendar.add_working_days(calendar.working_day_until(due), self.days.into());
        calendar.instant(day, self.time)
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
    let two = |part: &str| (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?;
    NaiveTime::from_hms_opt(two(hour)?, two(minute)?, 0)
}

/// Every day from the arrival date to the `n`th working day.
fn reckon_working_days(arrival: NaiveDate, n: u16, calendar: &Calendar) -> (NaiveDate, Vec<CountedDay>) {
    // Rule B, and a span of none, start from a working day; the day of arrival is moved to the next one.
    let moves = calendar.counting == Counting::NextWorkingDay || n == 0;
    let start = if moves { calendar.working_day_from(arrival) } else { arrival };
    let due = calendar.add_working_days(start, n.into());
    let mut day = 0;
    let days = arrival
        .iter_days()
        .take_while(|&date| date <= due)
        .map(|date| {
            let off = calendar.day(date).reason();
            if date == arrival {
                skipped(date, ARRIVAL_DAY.to_owned())
            } else if let Some(reason) = off {
                skipped(date, reason)
            } else if date == start {
                skipped(date, COUNTS_AS_ARRIVAL.to_owned())
            } else {
                day += 1;
                CountedDay { date, counted: true, day: Some(day), reason: None }
            }
        })
        .collect();
    (due, days)
}

/// The arrival date and the due date, which is not moved (see the head of this file). A date beyond what the calendar
/// can hold is its last one.
fn reckon_on_the_calendar(
    arrival: NaiveDate,
    due: Option<NaiveDate>,
    span: Span,
    calendar: &Calendar,
) -> (NaiveDate, Vec<CountedDay>) {
    let due = due.unwrap_or(NaiveDate::MAX);
    let mut days = vec![skipped(arrival, ARRIVAL_DAY.to_owned())];
    if due > arrival {
        let mut reason = span.to_string();
        if let Some(off) = calendar.day(due).reason() {
            reason = format!("{reason} ({off}, flyttas inte)");
        }
        let day = u16::try_from((due - arrival).num_days()).ok();
        days.push(CountedDay { date: due, counted: true, day, reason: Some(reason) });
    }
    (due, days)
}

fn skipped(date: NaiveDate, reason: String) -> CountedDay {
    CountedDay { date, counted: false, day: None, reason: Some(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::{date, sweden, time, utc};

    fn rule_b() -> Calendar {
        Calendar { counting: Counting::NextWorkingDay, ..sweden() }
    }

    /// The derivation in short: `19 midsommarafton`, `22=1`.
    fn check(arrival: &str, span: Span, calendar: &Calendar, due: &str, derivation: &[&str]) {
        let reckoned = Due::reckon(date(arrival), span, calendar);
        let days: Vec<String> = reckoned
            .days
            .iter()
            .map(|d| match (&d.reason, d.day) {
                (Some(reason), None) => format!("{} {reason}", d.date.format("%d")),
                (None, Some(n)) => format!("{}={n}", d.date.format("%d")),
                (Some(reason), Some(n)) => format!("{}={n} {reason}", d.date.format("%d")),
                (None, None) => "nothing".to_owned(),
            })
            .collect();
        assert_eq!(reckoned.date, date(due), "{arrival} + {span}");
        assert_eq!(days, derivation, "{arrival} + {span}");
        assert!(reckoned.days.iter().all(|d| d.counted == d.day.is_some()));
        assert_eq!(reckoned.closes, calendar.closes(date(due)));
    }

    #[test]
    fn working_days_are_explained_day_by_day() {
        use Span::WorkingDays;
        let midsummer = ["18 ankomstdag", "19 midsommarafton", "20 midsommardagen", "21 söndag", "22=1", "23=2"];
        check("2026-06-18", WorkingDays(2), &sweden(), "2026-06-23", &midsummer);
        check("2026-06-18", WorkingDays(2), &rule_b(), "2026-06-23", &midsummer);
        let from_eve = ["19 ankomstdag", "20 midsommardagen", "21 söndag", "22=1", "23=2"];
        check("2026-06-19", WorkingDays(2), &sweden(), "2026-06-23", &from_eve);
        let moved = ["19 ankomstdag", "20 midsommardagen", "21 söndag", "22 räknas som ankomstdag", "23=1", "24=2"];
        check("2026-06-19", WorkingDays(2), &rule_b(), "2026-06-24", &moved);
        let closed = ["14 ankomstdag", "15 stängt enligt KS 2026/12", "16 lördag", "17 söndag", "18=1"];
        check("2026-05-14", WorkingDays(1), &sweden(), "2026-05-18", &closed);
        // The same working day: a request for public records.
        check("2026-11-19", WorkingDays(0), &sweden(), "2026-11-19", &["19 ankomstdag"]);
        let saturday = ["21 ankomstdag", "22 söndag", "23 räknas som ankomstdag"];
        check("2026-11-21", WorkingDays(0), &sweden(), "2026-11-23", &saturday);
        check("2026-11-21", WorkingDays(0), &rule_b(), "2026-11-23", &saturday);
    }

    #[test]
    fn the_same_working_day_is_the_next_one_after_office_hours() {
        let check = |received: &str, span, due: &str, derivation: &[&str]| {
            let at = utc(received);
            let reckoned = Due::of_arrival(at, sweden().local_date(at), span, &sweden());
            let reasons =
                |day: &CountedDay| format!("{} {}", day.date.format("%d"), day.reason.clone().unwrap_or_default());
            assert_eq!(reckoned.date, date(due), "{received}");
            assert_eq!(reckoned.days.iter().map(reasons).collect::<Vec<_>>(), derivation, "{received}");
            assert_eq!(reckoned.closes, sweden().closes(date(due)));
        };
        let same = Span::WorkingDays(0);
        check("2026-11-19T15:59:59Z", same, "2026-11-19", &["19 ankomstdag"]);
        check(
            "2026-11-19T16:00:00Z",
            same,
            "2026-11-20",
            &["19 ankomstdag, efter kontorstid", "20 räknas som ankomstdag"],
        );
        let friday = ["20 ankomstdag, efter kontorstid", "21 lördag", "22 söndag", "23 räknas som ankomstdag"];
        check("2026-11-20T22:30:00Z", same, "2026-11-23", &friday);
        // On a day off it is the next working day as it is; and a stamp has no hour.
        check("2026-11-21T22:30:00Z", same, "2026-11-23", &["21 ankomstdag", "22 söndag", "23 räknas som ankomstdag"]);
        let stamped = Due::of_arrival(utc("2026-11-19T20:00:00Z"), date("2026-11-18"), same, &sweden());
        assert_eq!(stamped, Due::reckon(date("2026-11-18"), same, &sweden()));
        check("2026-11-19T20:00:00Z", Span::WorkingDays(1), "2026-11-20", &["19 ankomstdag", "20 "]);
    }

    #[test]
    fn the_worked_examples_hold() {
        for (arrival, n, due, closes) in [
            ("2026-10-23", 2, "2026-10-27", "2026-10-27T23:00:00Z"),
            ("2026-03-27", 2, "2026-03-31", "2026-03-31T22:00:00Z"),
            ("2026-06-18", 5, "2026-06-26", "2026-06-26T22:00:00Z"),
            ("2026-12-30", 2, "2027-01-05", "2027-01-05T23:00:00Z"),
            ("2026-11-19", 2, "2026-11-23", "2026-11-23T23:00:00Z"),
        ] {
            let reckoned = Due::reckon(date(arrival), Span::WorkingDays(n), &sweden());
            assert_eq!((reckoned.date, reckoned.closes), (date(due), utc(closes)), "{arrival}");
        }
    }

    #[test]
    fn calendar_spans_stay_where_they_end() {
        for calendar in [sweden(), rule_b()] {
            let check = |arrival, span, due, derivation: &[&str]| check(arrival, span, &calendar, due, derivation);
            check("2026-11-19", Span::Days(1), "2026-11-20", &["19 ankomstdag", "20=1 1 dag"]);
            let weeks = ["14 ankomstdag", "11=28 4 veckor"];
            check("2026-05-14", Span::Weeks(4), "2026-06-11", &weeks);
            let saturday = ["29 ankomstdag", "28=30 1 månad (lördag, flyttas inte)"];
            check("2026-01-29", Span::Months(1), "2026-02-28", &saturday);
            let leap = ["31 ankomstdag", "29=29 1 månad"];
            check("2028-01-31", Span::Months(1), "2028-02-29", &leap);
            let year = ["29 ankomstdag", "28=365 12 månader"];
            check("2028-02-29", Span::Months(12), "2029-02-28", &year);
            check("2026-11-21", Span::Days(0), "2026-11-21", &["21 ankomstdag"]);
        }
    }

    #[test]
    fn a_later_arrival_is_never_due_earlier() {
        let spans = [0, 1, 2, 5, 30].map(Span::WorkingDays).into_iter();
        let spans = spans.chain([Span::Days(10), Span::Weeks(4), Span::Months(1), Span::Months(3)]);
        for (span, calendar) in spans.flat_map(|span| [(span, sweden()), (span, rule_b())]) {
            let mut before = Due::reckon(date("2003-12-31"), span, &calendar);
            for arrival in date("2004-01-01").iter_days().take(1_500) {
                let due = Due::reckon(arrival, span, &calendar);
                assert!(due.date >= before.date && due.closes >= before.closes, "{arrival} + {span}");
                assert!(due.date >= arrival);
                assert_eq!((due.days[0].date, due.days[due.days.len() - 1].date), (arrival, due.date));
                if let Span::WorkingDays(n) = span {
                    assert_eq!(due.days.iter().filter(|d| d.counted).count(), usize::from(n), "{arrival} + {span}");
                    let off = due.days.iter().skip(1).filter(|d| !d.counted);
                    assert!(off.clone().all(|d| d.reason.is_some()));
                    assert!(calendar.is_working_day(due.date));
                }
                before = due;
            }
        }
    }

    #[test]
    fn the_end_of_the_calendar_is_no_panic() {
        for span in [Span::WorkingDays(9), Span::Days(9), Span::Weeks(9), Span::Months(9)] {
            for arrival in [NaiveDate::MIN, NaiveDate::MAX] {
                let due = Due::reckon(arrival, span, &sweden());
                let _ = Moment { days: 9, time: NaiveTime::MIN }.at(due.date, &sweden());
            }
        }
        let longest = Due::reckon(date("2026-01-01"), Span::WorkingDays(u16::MAX), &sweden());
        assert_eq!(longest.days.last().and_then(|d| d.day), Some(u16::MAX));
    }

    #[test]
    fn moments_are_read_strictly_and_written_back() {
        for (text, days, at) in [
            ("due 08:00", 0, "08:00"),
            ("due-1 08:00", -1, "08:00"),
            ("due+3 13:30", 3, "13:30"),
            ("due+250 23:59", 250, "23:59"),
            ("due-250 00:00", -250, "00:00"),
        ] {
            assert_eq!(Moment::parse(text), Ok(Moment { days, time: time(at) }), "{text}");
            assert_eq!(Moment { days, time: time(at) }.to_string(), text);
        }
        for text in [
            "",
            "due",
            "due ",
            "08:00",
            "due 8:00",
            "due 08:0",
            "due 24:00",
            "due 08:60",
            "due  08:00",
            " due 08:00",
            "due 08:00 ",
            "due 08:00:00",
            "due 08.00",
            "due- 08:00",
            "due-0 08:00",
            "due+01 08:00",
            "due1 08:00",
            "due+-1 08:00",
            "due -1 08:00",
            "due+251 08:00",
            "due+99999 08:00",
            "Due 08:00",
            "due−1 08:00",
            "due +8:00",
            "due 08:+1",
            "due\t08:00",
            "due٣ 08:00",
            "due+٣ 08:00",
        ] {
            assert_eq!(Moment::parse(text), Err(NotAMoment), "{text:?}");
        }
        assert!(NotAMoment.to_string().ends_with("such as \"due-1 08:00\""));
    }

    #[test]
    fn moments_count_working_days_from_the_due_date() {
        for (moment, due, at) in [
            ("due 08:00", "2026-11-23", "2026-11-23T07:00:00Z"),
            ("due-1 08:00", "2026-11-23", "2026-11-20T07:00:00Z"),
            ("due+1 08:00", "2026-06-18", "2026-06-22T06:00:00Z"),
            ("due+1 08:00", "2026-05-14", "2026-05-18T06:00:00Z"),
            // Over both clock changes the local hour stays.
            ("due-1 13:00", "2026-03-30", "2026-03-27T12:00:00Z"),
            ("due+1 13:00", "2026-10-23", "2026-10-26T12:00:00Z"),
            // Due on a Saturday: the Friday before counts as the due date.
            ("due 08:00", "2026-11-21", "2026-11-20T07:00:00Z"),
            ("due-1 08:00", "2026-11-21", "2026-11-19T07:00:00Z"),
            ("due+1 08:00", "2026-11-21", "2026-11-23T07:00:00Z"),
        ] {
            let parsed = Moment::parse(moment).unwrap();
            assert_eq!(parsed.at(date(due), &sweden()), utc(at), "{moment} of {due}");
        }
    }

    #[test]
    fn a_derivation_is_stored_as_the_contract_shows_it() {
        let due = Due::reckon(date("2026-11-19"), Span::WorkingDays(1), &sweden());
        let json = serde_json::to_string(&due.days).unwrap();
        let expected = concat!(
            r#"[{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},"#,
            r#"{"date":"2026-11-20","counted":true,"day":1,"reason":null}]"#
        );
        assert_eq!(json, expected);
        let stored: Due = serde_json::from_str(&serde_json::to_string(&due).unwrap()).unwrap();
        assert_eq!(stored, due);
    }
}
