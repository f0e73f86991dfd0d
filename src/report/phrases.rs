//! Pledges, periods and months as the report writes them.

use super::figures::PledgeFigures;
use crate::config::Language;
use crate::domain::period::Period;
use crate::domain::pledge::Span;
use crate::mail::texts::in_words;
use crate::words::figures::Promise;
use crate::words::of;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

/// A pledge by name, with a capital.
#[must_use]
pub fn pledge(language: Language, name: &str) -> String {
    capital(in_words::pledge(language, name))
}

/// The pledge as the municipality wrote it, or as a sentence.
#[must_use]
pub fn promise(language: Language, pledge: &PledgeFigures) -> String {
    if let Some(words) = &pledge.words {
        return words.clone();
    }
    let (say, name) = (&of(language), pledge.pledge.as_str());
    let Some((nature, time)) = pledge.nature.zip(pledge.time) else {
        return (say.figures.no_more)(name);
    };
    let is_own = (say.dates.pledge)(name).is_none();
    let (own_name, within) = (is_own.then(|| capital(name)), within(language, time));
    (say.figures.promise)(&Promise {
        name,
        own_name: own_name.as_deref(),
        nature,
        within: &within,
        notice: pledge.notice,
    })
}

/// The first sentence of it, where the sentence is ours.
#[must_use]
pub fn promise_in_short(language: Language, pledge: &PledgeFigures) -> String {
    let promise = promise(language, pledge);
    let first = promise.split_inclusive('.').next();
    match first.filter(|_| pledge.words.is_none()) {
        Some(first) => first.to_owned(),
        None => promise,
    }
}

/// Its questions, in the plural.
#[must_use]
pub fn questions(language: Language, pledge: &PledgeFigures) -> &'static str {
    (of(language).figures.questions)(&pledge.pledge, pledge.nature)
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
    use crate::domain::figures::Nature;

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

    /// A name says nothing of what was promised, and no sentence promises a notice that is never
    /// sent.
    #[test]
    fn every_pledge_is_said_as_it_was_given() {
        const CONFIG: &str = include_str!("../../tests/data/report/natures.toml");
        let folder = std::path::Path::new("/nowhere");
        let config = crate::config::Config::parse(CONFIG, folder)
            .unwrap_or_else(|faults| panic!("{faults:?}"));
        let figures = |pledge: &crate::domain::pledge::Pledge| PledgeFigures {
            pledge: pledge.name.clone(),
            words: pledge.words.clone(),
            nature: Some(Nature::of(pledge)),
            time: Some(pledge.time),
            notice: pledge.notice.is_some(),
            ..PledgeFigures::default()
        };
        let sv = Language::Swedish;
        let told: Vec<String> = config
            .pledges
            .iter()
            .map(figures)
            .map(|one| {
                format!(
                    "{}: {} ({})",
                    one.pledge,
                    promise(sv, &one),
                    questions(sv, &one)
                )
            })
            .collect();
        let expected = [
            "post: Post: Du får svar på brev inom fem arbetsdagar. Behöver vi längre tid på oss meddelar vi vem som \
             handlägger ditt ärende. (brev)",
            "bygglov: Bygglov: Du får ett beslut inom tio veckor. (ärenden)",
            "synpunkter: Synpunkter: Du får svar på klagomål inom tio arbetsdagar. (klagomål)",
            "allmänna: Allmänna: Den som begär en allmän handling får svar samma\u{a0}arbetsdag. (begäranden om allmän \
             handling)",
            "växeln: Växeln: Om den du söker inte är på plats blir du kontaktad inom två arbetsdagar. (önskemål om kontakt)",
            "felanmälan: Felanmälan: Du får svar inom en arbetsdag. (frågor)",
            "vatten: Vi svarar om vatten inom tre dagar, kl. 17 senast. Annars ringer vi. (frågor)",
            "email: Du får svar på e-post inom två arbetsdagar. Behöver vi längre tid på oss meddelar vi vem som handlägger \
             ditt ärende. (frågor)",
        ];
        assert_eq!(told, expected);
        let gone = PledgeFigures {
            pledge: "gammalt".to_owned(),
            ..PledgeFigures::default()
        };
        assert_eq!(promise(sv, &gone), "Löftet ”gammalt” gäller inte längre.");
        let short: Vec<String> = config
            .pledges
            .iter()
            .map(figures)
            .map(|one| promise_in_short(sv, &one))
            .collect();
        assert_eq!(short[0], "Post: Du får svar på brev inom fem arbetsdagar.");
        assert_eq!(
            short[6],
            "Vi svarar om vatten inom tre dagar, kl. 17 senast. Annars ringer vi."
        );
    }
}
