//! Sweden.
//!
//! Public holidays: lag (1989:253) om allmänna helgdagar, as it stood in each year (annandag pingst
//! until 2004, nationaldagen from 2005, SFS 2004:1320). Eves that count as Sundays for deadlines:
//! lag (1930:173) om beräkning av lagstadgad tid, 2 §.
//!
//! Deliberately absent: half days, klämdagar, påskafton, pingstafton and trettondagsafton. They are
//! working days (or Saturdays) until the municipality closes them by decision.

use super::known::Known;
use super::{Country, Date, Holiday};
use crate::domain::language::Language;
use chrono::Weekday;

pub static SWEDEN: Country = Country {
    name: "sweden",
    language: Language::Swedish,
    holidays: &[
        holiday("new_years_day", "nyårsdagen", |d| d.is(1, 1)),
        holiday("epiphany", "trettondedag jul", |d| d.is(1, 6)),
        holiday("good_friday", "långfredagen", |d| d.from_easter == -2),
        holiday("easter_sunday", "påskdagen", |d| d.from_easter == 0),
        holiday("easter_monday", "annandag påsk", |d| d.from_easter == 1),
        holiday("may_day", "första maj", |d| d.is(5, 1)),
        holiday("ascension_day", "Kristi himmelsfärdsdag", |d| {
            d.from_easter == 39
        }),
        holiday("whit_sunday", "pingstdagen", |d| d.from_easter == 49),
        holiday("whit_monday", "annandag pingst", |d| {
            d.from_easter == 50 && d.year < NATIONAL_DAY_SINCE
        }),
        holiday("national_day", "nationaldagen", |d| {
            d.is(6, 6) && d.year >= NATIONAL_DAY_SINCE
        }),
        holiday("midsummer_day", "midsommardagen", |d| {
            d.weekday == Weekday::Sat && d.month == 6 && (20..=26).contains(&d.day)
        }),
        holiday("all_saints_day", "alla helgons dag", |d| {
            d.weekday == Weekday::Sat && (d.is(10, 31) || (d.month == 11 && d.day <= 6))
        }),
        holiday("christmas_day", "juldagen", |d| d.is(12, 25)),
        holiday("boxing_day", "annandag jul", |d| d.is(12, 26)),
    ],
    eves: &[
        // The day before midsommardagen.
        eve("midsummer_eve", "midsommarafton", |d| {
            d.weekday == Weekday::Fri && d.month == 6 && (19..=25).contains(&d.day)
        }),
        eve("christmas_eve", "julafton", |d| d.is(12, 24)),
        eve("new_years_eve", "nyårsafton", |d| d.is(12, 31)),
    ],
    known: Known::new(),
};

/// First year with nationaldagen, and without annandag pingst, as a public holiday.
const NATIONAL_DAY_SINCE: i32 = 2005;

const fn holiday(code: &'static str, name: &'static str, falls: fn(&Date) -> bool) -> Holiday {
    let law = "lag (1989:253)";
    Holiday {
        code,
        name,
        law,
        falls,
    }
}

const fn eve(code: &'static str, name: &'static str, falls: fn(&Date) -> bool) -> Holiday {
    let law = "lag (1930:173) 2 §";
    Holiday {
        code,
        name,
        law,
        falls,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::date;

    fn names(text: &str) -> Vec<&'static str> {
        let days = SWEDEN.holidays_on(date(text));
        days.map(|day| day.name).collect()
    }

    #[test]
    fn two_holidays_can_share_a_day() {
        assert_eq!(
            names("2008-05-01"),
            ["första maj", "Kristi himmelsfärdsdag"]
        );
        assert_eq!(names("2049-06-06"), ["pingstdagen", "nationaldagen"]);
        assert_eq!(
            names("2026-05-15"),
            [""; 0],
            "a bridge day is a working day"
        );
    }

    #[test]
    fn whit_monday_gave_way_to_national_day() {
        for (text, name) in [
            ("2004-05-31", Some("annandag pingst")),
            ("2005-05-16", None),
            ("2004-06-06", None),
            ("2005-06-06", Some("nationaldagen")),
        ] {
            assert_eq!(names(text).first().copied(), name, "{text}");
        }
    }
}
