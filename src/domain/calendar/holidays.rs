//! The days that Swedish law takes out of the working week, computed from the year.
//!
//! Public holidays: lag (1989:253) om allmänna helgdagar, as it stood in each year (annandag pingst
//! until 2004, nationaldagen from 2005, SFS 2004:1320). Eves that count as Sundays for deadlines:
//! lag (1930:173) om beräkning av lagstadgad tid, 2 §.
//!
//! Deliberately absent: half days, klämdagar, påskafton, pingstafton and trettondagsafton. They are
//! working days (or Saturdays) until the municipality closes them by decision.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::ops::RangeInclusive;

/// The years that the rules are known and tested for; configuration and commands refuse others. In
/// any other year the functions here still give an answer, by the rule of the nearest known year,
/// so that nothing in the core can fail.
pub const KNOWN_YEARS: RangeInclusive<i32> = 1990..=2100;

/// First year with nationaldagen, and without annandag pingst, as a public holiday.
const NATIONAL_DAY_SINCE: i32 = 2005;

/// The names of the public holidays on a date, in the order of the year in which they usually come:
/// none, one, or two when a movable one meets a fixed one (1 May 2008, 6 June 2049).
pub fn public_holidays(date: NaiveDate) -> impl Iterator<Item = &'static str> {
    let from_easter = days_from_easter(date);
    let (month, day) = (date.month(), date.day());
    let is = |this, that| (month, day) == (this, that);
    let national_day = date.year() >= NATIONAL_DAY_SINCE;
    [
        ("nyårsdagen", is(1, 1)),
        ("trettondedag jul", is(1, 6)),
        ("långfredagen", from_easter == -2),
        ("påskdagen", from_easter == 0),
        ("annandag påsk", from_easter == 1),
        ("första maj", is(5, 1)),
        ("Kristi himmelsfärdsdag", from_easter == 39),
        ("pingstdagen", from_easter == 49),
        ("annandag pingst", from_easter == 50 && !national_day),
        ("nationaldagen", is(6, 6) && national_day),
        ("midsommardagen", is_saturday_in(date, (6, 20), (6, 26))),
        ("alla helgons dag", is_saturday_in(date, (10, 31), (11, 6))),
        ("juldagen", is(12, 25)),
        ("annandag jul", is(12, 26)),
    ]
    .into_iter()
    .filter_map(|(name, today)| today.then_some(name))
}

/// Whether it is the Saturday between two days of the year, each with its month first.
fn is_saturday_in(date: NaiveDate, first: (u32, u32), last: (u32, u32)) -> bool {
    date.weekday() == Weekday::Sat && (first..=last).contains(&(date.month(), date.day()))
}

/// The eve on a date that lag (1930:173) 2 § puts on a level with a public holiday.
#[must_use]
pub fn eve(date: NaiveDate) -> Option<&'static str> {
    match (date.month(), date.day()) {
        // The day before midsommardagen: the Friday from 19 to 25 June.
        (6, 19..=25) if date.weekday() == Weekday::Fri => Some("midsommarafton"),
        (12, 24) => Some("julafton"),
        (12, 31) => Some("nyårsafton"),
        _ => None,
    }
}

/// Days from the Easter Sunday of the date's year; negative before it.
fn days_from_easter(date: NaiveDate) -> i64 {
    let golden = date.year().rem_euclid(19);
    let century = date.year().div_euclid(100);
    // The Gregorian computus: the paschal full moon, in days after 21 March. From year to year it
    // comes 11 days earlier (or 19 later); each leap day that a century drops makes it one day
    // later, and eight days in 2500 years keep up with the moon itself.
    let cycle = (19 * golden + century - century.div_euclid(4) - (8 * century + 13).div_euclid(25)
        + 15)
        .rem_euclid(30);
    // It never falls later than 18 April, and two years of one 19-year cycle never share a date.
    let late = cycle == 29 || (cycle == 28 && golden > 10);
    let full_moon = u64::from((cycle - i32::from(late)).unsigned_abs());
    let Some(moon) = NaiveDate::from_ymd_opt(date.year(), 3, 21)
        .and_then(|d| d.checked_add_days(Days::new(full_moon)))
    else {
        return i64::MAX;
    };
    // Easter is the Sunday after the full moon, never on it.
    let easter = i64::from(7 - moon.weekday().num_days_from_sunday());
    (date - moon).num_days() - easter
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn easter_follows_the_church_tables() {
        // Earliest and latest dates, both corrections of the full moon, and years outside the known
        // ones.
        for easter in [
            "1818-03-22",
            "1943-04-25",
            "1954-04-18",
            "1981-04-19",
            "2000-04-23",
            "2008-03-23",
            "2026-04-05",
            "2038-04-25",
            "2049-04-18",
            "2076-04-19",
            "2100-03-28",
            "2285-03-22",
            "4000-04-09",
        ] {
            assert_eq!(days_from_easter(date(easter)), 0, "{easter}");
            assert_eq!(
                public_holidays(date(easter)).next(),
                Some("påskdagen"),
                "{easter}"
            );
        }
    }

    #[test]
    fn two_holidays_can_share_a_day() {
        let names = |text| public_holidays(date(text)).collect::<Vec<_>>();
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
            assert_eq!(public_holidays(date(text)).next(), name, "{text}");
        }
    }

    #[test]
    fn no_date_is_too_far() {
        for far in [
            NaiveDate::MIN,
            NaiveDate::MAX,
            date("0001-01-01"),
            date("9999-12-31"),
        ] {
            let _ = (public_holidays(far).count(), eve(far));
        }
    }
}
