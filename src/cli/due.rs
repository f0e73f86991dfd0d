//! `due --pledge NAME RECEIVED [--json]`: the due date of one arrival, with its derivation.
//!
//! It answers from the configuration alone: no database, no mailbox. A letter is counted from the
//! given day likewise, which is then its stamp day. The text is in the service's language. In JSON
//! the days are named in the language of the law that they are counted by, so that a program reads
//! the same whichever language people are spoken to in.

use super::output::{write_json, write_text};
use super::when::{self, Typed};
use crate::config::{Config, Language};
use crate::domain::calendar::{Calendar, Counting, holidays::KNOWN_YEARS};
use crate::domain::counted::CountedDay;
use crate::domain::pledge::{Due, Moment, Pledge, Span};
use crate::failure::Failure;
use crate::mail::texts::in_words;
use crate::words::{NO_BREAK, days, of};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;
use std::fmt::Write as _;
use std::io;

/// Prints the due date of what arrived at `received` (RFC 3339, or a local date or time in the
/// configured zone) under the pledge of that name. An unknown pledge and a time that cannot be read
/// are [`Failure::Usage`].
pub fn run(
    config: &Config,
    pledge: &str,
    received: &str,
    json: bool,
    out: &mut dyn io::Write,
) -> Result<(), Failure> {
    let promises = Promises {
        pledges: &config.pledges,
        calendar: &config.calendar,
        language: config.service.language,
    };
    promises.answer(pledge, received, json, out)
}

/// All of the configuration that a due date depends on, and the language to tell it in.
struct Promises<'a> {
    pledges: &'a [Pledge],
    calendar: &'a Calendar,
    language: Language,
}

impl Promises<'_> {
    fn answer(
        &self,
        name: &str,
        received: &str,
        json: bool,
        out: &mut dyn io::Write,
    ) -> Result<(), Failure> {
        let calendar = self.calendar;
        let pledge = self
            .pledges
            .iter()
            .find(|pledge| pledge.name == name)
            .ok_or_else(|| no_such_pledge(self.pledges, name))?;
        if pledge.without_clock {
            let why = format!("{name} has no time (time = \"none\"): nothing of it is ever due");
            return Err(Failure::Usage(why));
        }
        let typed = when::read(received, calendar)
            .map_err(|why| Failure::Usage(format!("RECEIVED {why}")))?;
        let received = typed.nearest(calendar);
        let arrival = calendar.local_date(received);
        let due = Due::of_arrival(received, arrival, pledge.time, calendar);
        if json {
            let derivation = Derivation::new(&pledge.name, received, &due, calendar);
            return write_json(out, &derivation);
        }
        let arrival = match typed {
            Typed::Day(date) => in_words::date(self.language, date),
            _ => self.time(received),
        };
        let text = self.text(pledge, &arrival, &due);
        write_text(out, &text.replace(NO_BREAK, " "))
    }
}

/// [`Failure::Usage`] for a year that the calendar is not known for.
pub(super) fn refuse_unknown_year(year: i32) -> Result<(), Failure> {
    if KNOWN_YEARS.contains(&year) {
        return Ok(());
    }
    let (first, last) = (KNOWN_YEARS.start(), KNOWN_YEARS.end());
    Err(Failure::Usage(format!(
        "the year {year} is out of range: the calendar covers {first} to {last}"
    )))
}

fn no_such_pledge(pledges: &[Pledge], name: &str) -> Failure {
    let known: Vec<&str> = pledges.iter().map(|pledge| pledge.name.as_str()).collect();
    Failure::Usage(format!(
        "no pledge is named {name:?}; the configuration has: {}",
        known.join(", ")
    ))
}

/// The contract's `due --json`; instants with the configured zone's offset.
#[derive(Serialize)]
pub(super) struct Derivation<'a> {
    pledge: &'a str,
    received: String,
    arrival_date: NaiveDate,
    rule: Counting,
    due_date: NaiveDate,
    /// The first instant that is too late.
    closes: String,
    days: Vec<DayJson>,
}

/// One day of it.
#[derive(Serialize)]
struct DayJson {
    date: NaiveDate,
    counted: bool,
    day: Option<u16>,
    reason: Option<String>,
}

impl DayJson {
    fn new(day: &CountedDay, language: Language) -> Self {
        let reason = day.reason.as_ref().map(|why| days::why(language, why));
        Self {
            date: day.date,
            counted: day.counted,
            day: day.day,
            reason: reason.map(|text| text.replace(NO_BREAK, " ")),
        }
    }
}

impl<'a> Derivation<'a> {
    pub fn new(pledge: &'a str, received: DateTime<Utc>, due: &Due, calendar: &Calendar) -> Self {
        let law = calendar.country.language;
        let rfc3339 = |at| {
            calendar
                .local(at)
                .to_rfc3339_opts(SecondsFormat::AutoSi, false)
        };
        Self {
            pledge,
            received: rfc3339(received),
            arrival_date: due.arrival_date,
            rule: due.rule,
            due_date: due.date,
            closes: rfc3339(due.closes),
            days: due.days.iter().map(|day| DayJson::new(day, law)).collect(),
        }
    }
}

impl Promises<'_> {
    fn text(&self, pledge: &Pledge, arrival: &str, due: &Due) -> String {
        let say = &of(self.language).days;
        let span = in_words::span(self.language, pledge.time);
        let mut lines = (say.pledge)(&pledge.name, &span) + "\n\n";
        row(&mut lines, say.came_in, arrival);
        if matches!(pledge.time, Span::WorkingDays(_)) {
            let counting = match due.rule {
                Counting::ArrivalDate => say.from_the_day_after,
                Counting::NextWorkingDay => say.from_the_next_working_day,
            };
            row(&mut lines, say.counting, counting);
        }
        lines.push('\n');
        for day in &due.days {
            derivation_line(&mut lines, day, self.language);
        }
        lines.push('\n');
        row(
            &mut lines,
            say.last_day,
            &in_words::date(self.language, due.date),
        );
        row(
            &mut lines,
            say.too_late,
            &(say.from)(&self.time(due.closes)),
        );
        self.moments(&mut lines, pledge, due.date);
        lines
    }

    /// When staff and the citizen hear of it, a line each.
    fn moments(&self, lines: &mut String, pledge: &Pledge, due: NaiveDate) {
        let say = &of(self.language).days;
        let mut tell = |label, moment: Option<&Moment>| {
            let time = |moment: &Moment| self.time(moment.at(due, self.calendar));
            let when = moment.map_or_else(|| say.never.to_owned(), time);
            row(lines, label, &when);
        };
        tell(say.reminder, pledge.reminder.as_ref());
        tell(say.notice, pledge.notice.as_ref());
        for step in &pledge.escalation {
            tell(say.escalation, Some(step));
        }
        row(lines, "", say.and_then);
        lines.truncate(lines.trim_end().len());
    }

    /// `torsdag 18 juni 2026 kl. 23.59`, local time.
    fn time(&self, at: DateTime<Utc>) -> String {
        let local = self.calendar.local(at).naive_local();
        let date = in_words::date(self.language, local.date());
        format!("{date} {}", in_words::time(self.language, local.time()))
    }
}

/// A label and its value, in two columns.
fn row(lines: &mut String, label: &str, value: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(lines, "  {label:<11} {value}");
}

/// `tor 2026-06-18          ankomstdag`, `mån 2026-06-22  dag 1`; behind a day off its law.
pub(super) fn derivation_line(lines: &mut String, day: &CountedDay, language: Language) {
    let weekday: String = in_words::weekday(language, day.date)
        .chars()
        .take(3)
        .collect();
    let count = of(language).item.day;
    let number = day.day.map(|n| format!("{count} {n}")).unwrap_or_default();
    let mut reason = String::new();
    if let Some(why) = &day.reason {
        reason = days::why(language, why);
        if let Some(law) = why.law() {
            let _ = write!(reason, ", {law}");
        }
    }
    let line = format!("  {weekday} {}  {number:<6}  {reason}", day.date);
    let _ = writeln!(lines, "{}", line.trim_end());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::board;
    use crate::domain::calendar::tests::sweden;

    fn pledge(
        name: &str,
        time: Span,
        reminder: Option<&str>,
        notice: Option<&str>,
        escalation: &[&str],
    ) -> Pledge {
        let moment = |text: &str| Moment::parse(text).unwrap();
        Pledge {
            letter: name == "letter",
            time,
            reminder: reminder.map(moment),
            notice: notice.map(moment),
            escalation: escalation.iter().map(|text| moment(text)).collect(),
            ..board::tests::pledge(name)
        }
    }

    fn pledges() -> Vec<Pledge> {
        let eve = Some("due-1 08:00");
        vec![
            pledge(
                "letter",
                Span::WorkingDays(5),
                eve,
                eve,
                &["due+1 08:00", "due+3 08:00"],
            ),
            pledge("records", Span::Weeks(4), eve, None, &["due+1 08:00"]),
            pledge(
                "email",
                Span::WorkingDays(2),
                Some("due 08:00"),
                Some("due 13:00"),
                &["due+1 08:00"],
            ),
        ]
    }

    fn printed(name: &str, received: &str, json: bool) -> Result<String, Failure> {
        told(&sweden(), Language::Swedish, (name, received), json)
    }

    fn told(
        calendar: &Calendar,
        language: Language,
        (name, received): (&str, &str),
        json: bool,
    ) -> Result<String, Failure> {
        let promises = Promises {
            pledges: &pledges(),
            calendar,
            language,
        };
        let mut out = Vec::new();
        promises.answer(name, received, json, &mut out)?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn json_has_the_contracts_fields_in_order() {
        let json: String = printed("email", "2026-11-19T08:12:00Z", true).unwrap();
        let flat = json.split_whitespace().collect::<String>();
        let expected = concat!(
            r#"{"pledge":"email","received":"2026-11-19T09:12:00+01:00","arrival_date":"2026-11-19","#,
            r#""rule":"arrival-date","due_date":"2026-11-23","closes":"2026-11-24T00:00:00+01:00","days":["#,
            r#"{"date":"2026-11-19","counted":false,"day":null,"reason":"ankomstdag"},"#,
            r#"{"date":"2026-11-20","counted":true,"day":1,"reason":null},"#,
            r#"{"date":"2026-11-21","counted":false,"day":null,"reason":"lördag"},"#,
            r#"{"date":"2026-11-22","counted":false,"day":null,"reason":"söndag"},"#,
            r#"{"date":"2026-11-23","counted":true,"day":2,"reason":null}]}"#
        );
        assert_eq!(flat, expected);
    }

    #[test]
    fn received_is_read_in_every_form() {
        for (received, shown) in [
            ("2026-11-19", "2026-11-19T00:00:00+01:00"),
            ("2026-11-19 09:12", "2026-11-19T09:12:00+01:00"),
            ("2026-11-19T09:12", "2026-11-19T09:12:00+01:00"),
            ("2026-11-19T09:12:30", "2026-11-19T09:12:30+01:00"),
            ("2026-07-01 09:12:30", "2026-07-01T09:12:30+02:00"),
            ("2026-11-19T09:12:30.250", "2026-11-19T09:12:30.250+01:00"),
            ("2026-11-19t08:12:30z", "2026-11-19T09:12:30+01:00"),
            // It is the next day here already.
            ("2026-11-18T23:30:00-08:00", "2026-11-19T08:30:00+01:00"),
            // Local times that do not exist, and that come twice.
            ("2026-03-29 02:30", "2026-03-29T03:00:00+02:00"),
            ("2026-10-25 02:30", "2026-10-25T02:30:00+02:00"),
            ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+01:00"),
            (" 2026-11-19 ", "2026-11-19T00:00:00+01:00"),
        ] {
            let json: serde_json::Value =
                serde_json::from_str(&printed("email", received, true).unwrap()).unwrap();
            assert_eq!(json["received"], shown, "{received}");
            assert_eq!(json["arrival_date"], shown[..10], "{received}");
        }
    }

    #[test]
    fn what_cannot_be_answered_says_what_would_be_right() {
        for (name, received, says) in [
            (
                "mail",
                "2026-11-19",
                "the configuration has: letter, records, email",
            ),
            ("email", "", "write 2026-11-19, "),
            ("email", "igår", "write 2026-11-19, "),
            ("email", "2026-02-30", "write 2026-11-19, "),
            ("email", "2026-11-19 24:00", "write 2026-11-19, "),
            ("email", "19/11 2026", "write 2026-11-19, "),
            ("email", "1989-12-31", "1990 to 2100"),
            ("email", "2101-01-01T00:00:00+01:00", "1990 to 2100"),
            ("email", "-9999-01-01", "write 2026-11-19, "),
        ] {
            let Err(Failure::Usage(text)) = printed(name, received, false) else {
                panic!("{name} {received}")
            };
            assert!(text.contains(says), "{received}: {text}");
            assert!(text.lines().count() <= 2);
        }
    }

    #[test]
    fn text_explains_the_date() {
        let expected = "\
Löftet email: 2 arbetsdagar

  Kom in      torsdag 18 juni 2026 kl. 23.59
  Räknesätt   dag 1 är första arbetsdagen efter ankomstdagen

  tor 2026-06-18          ankomstdag
  fre 2026-06-19          midsommarafton, lag (1930:173) 2 §
  lör 2026-06-20          midsommardagen, lag (1989:253)
  sön 2026-06-21          söndag
  mån 2026-06-22  dag 1
  tis 2026-06-23  dag 2

  Sista dag   tisdag 23 juni 2026
  För sent    från onsdag 24 juni 2026 kl. 00.00
  Påminnelse  tisdag 23 juni 2026 kl. 08.00
  Besked      tisdag 23 juni 2026 kl. 13.00
  Till chef   onsdag 24 juni 2026 kl. 08.00
              därefter varannan arbetsdag, tills ärendet är klart
";
        assert_eq!(
            printed("email", "2026-06-18T23:59:59", false).unwrap(),
            expected
        );
    }

    #[test]
    fn text_is_in_the_services_language_and_json_in_the_laws() {
        let expected = "\
The pledge email: 2 working days

  Came in     Thursday 18 June 2026 at 23:59
  Counting    day 1 is the first working day after the day of arrival

  Thu 2026-06-18          day of arrival
  Fri 2026-06-19          Midsummer Eve, lag (1930:173) 2 §
  Sat 2026-06-20          Midsummer Day, lag (1989:253)
  Sun 2026-06-21          Sunday
  Mon 2026-06-22  day 1
  Tue 2026-06-23  day 2

  Last day    Tuesday 23 June 2026
  Too late    from Wednesday 24 June 2026 at 00:00
  Reminder    Tuesday 23 June 2026 at 08:00
  Notice      Tuesday 23 June 2026 at 13:00
  To manager  Wednesday 24 June 2026 at 08:00
              then every second working day, until the item is settled
";
        let asked = ("email", "2026-06-18T23:59:59");
        let english = |json| told(&sweden(), Language::English, asked, json).unwrap();
        assert_eq!(english(false), expected);
        assert_eq!(english(true), printed(asked.0, asked.1, true).unwrap());
    }

    #[test]
    fn both_rules_are_told() {
        let calendar = Calendar {
            counting: Counting::NextWorkingDay,
            ..sweden()
        };
        let asked = ("email", "2026-11-21");
        let text = told(&calendar, Language::Swedish, asked, false).unwrap();
        assert!(text.contains("en ledig ankomstdag flyttas först"), "{text}");
        assert!(
            text.contains("mån 2026-11-23          räknas som ankomstdag"),
            "{text}"
        );
        assert!(
            text.contains("Sista dag   onsdag 25 november 2026"),
            "{text}"
        );
    }

    #[test]
    fn text_stays_within_a_terminal() {
        for (name, received) in [
            ("letter", "2026-05-13"),
            ("records", "2026-05-23 10:00"),
            ("email", "2049-06-04"),
        ] {
            let text = printed(name, received, false).unwrap();
            assert!(
                text.lines().all(|line| line.chars().count() <= 80),
                "{text}"
            );
            assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
        }
        let records = printed("records", "2026-05-23 10:00", false).unwrap();
        assert!(
            records.contains("dag 28  4 veckor (midsommardagen, flyttas inte)"),
            "{records}"
        );
        assert!(records.contains("Besked      aldrig"), "{records}");
    }
}
