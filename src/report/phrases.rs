//! Pledges, periods and months as the report writes them.

use crate::config::Language;
use crate::domain::period::Period;
use crate::domain::pledge::Span;
use crate::mail::texts::in_words;
use crate::words::of;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

/// A pledge by name, with a capital.
#[must_use]
pub fn pledge(language: Language, name: &str) -> String {
    capital(in_words::pledge(language, name))
}

/// The pledge as a sentence, where the municipality has not written its own.
#[must_use]
pub fn promise(language: Language, name: &str, time: Span) -> String {
    (of(language).figures.promise)(name, &within(language, time))
}

/// `inom två arbetsdagar`, `samma arbetsdag`.
#[must_use]
pub fn within(language: Language, time: Span) -> String {
    let words = in_words::within(language, time);
    let number = match time {
        Span::WorkingDays(n) | Span::Days(n) | Span::Weeks(n) | Span::Months(n) => n,
    };
    words.replace(
        &format!(" {number}\u{a0}"),
        &format!(" {} ", in_words(language, number)),
    )
}

/// Numbers up to twelve in words.
fn in_words(language: Language, number: u16) -> String {
    let words = &of(language).figures.numbers;
    words
        .get(usize::from(number))
        .map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// `november 2026`; `9–15 november 2026`; `1 oktober 2025–30 september 2026`.
#[must_use]
pub fn period(language: Language, period: Period) -> String {
    let day = |date| in_words::date_without_weekday(language, date);
    if period.is_month() {
        return format!("{} {}", month(language, period.from), period.from.year());
    }
    let (from, to) = (period.from, period.to);
    if from == to {
        day(from)
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{}–{}", from.day(), day(to))
    } else {
        format!("{} – {}", day(from), day(to))
    }
}

/// `oktober`, or `oktober 2025` where the year is another one than the reader thinks of; another
/// period in full.
#[must_use]
pub fn short_period(language: Language, short: Period, year: i32) -> String {
    if short.is_month() && short.from.year() == year {
        month(language, short.from)
    } else {
        period(language, short)
    }
}

/// The month's name.
#[must_use]
pub fn month(language: Language, date: NaiveDate) -> String {
    of(language).dates.months[date.month0() as usize].to_owned()
}

/// Its month and year, as a row begins: `Oktober 2026`.
#[must_use]
pub fn month_and_year(language: Language, date: NaiveDate) -> String {
    format!("{} {}", capital(&month(language, date)), date.year())
}

/// With a capital letter first.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// `2026-11-19 09:12`, of an RFC 3339 time.
#[must_use]
pub fn moment(rfc3339: &str) -> String {
    DateTime::<FixedOffset>::parse_from_rfc3339(rfc3339).map_or_else(
        |_| rfc3339.to_owned(),
        |at| at.format("%Y-%m-%d %H:%M").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pledges_and_periods_have_their_words() {
        let (sv, en) = (Language::Swedish, Language::English);
        for (time, swedish, english) in [
            (
                Span::WorkingDays(2),
                "inom två arbetsdagar",
                "within two working days",
            ),
            (
                Span::WorkingDays(1),
                "inom en arbetsdag",
                "within one working day",
            ),
            (
                Span::WorkingDays(0),
                "samma\u{a0}arbetsdag",
                "the same working\u{a0}day",
            ),
            (Span::Weeks(1), "inom en vecka", "within one week"),
            (Span::Months(6), "inom sex månader", "within six months"),
            (Span::Days(30), "inom 30 dagar", "within 30 days"),
        ] {
            assert_eq!(
                (within(sv, time).as_str(), within(en, time).as_str()),
                (swedish, english)
            );
        }
        let of = |from: &str, to: &str| {
            Period::new(from.parse().expect("a date"), to.parse().expect("a date"))
        };
        for (from, to, swedish, short) in [
            ("2026-10-01", "2026-10-31", "oktober 2026", "oktober"),
            ("2025-10-01", "2025-10-31", "oktober 2025", "oktober 2025"),
            (
                "2026-11-09",
                "2026-11-15",
                "9–15\u{a0}november 2026",
                "9–15\u{a0}november 2026",
            ),
            (
                "2026-11-15",
                "2026-11-15",
                "15\u{a0}november 2026",
                "15\u{a0}november 2026",
            ),
        ] {
            let of = of(from, to).expect("a period");
            assert_eq!(
                (period(sv, of).as_str(), short_period(sv, of, 2026).as_str()),
                (swedish, short)
            );
        }
    }
}
