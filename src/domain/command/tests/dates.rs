//! Days as people write them: computed right, or refused. The day is Thursday 26 November 2026,
//! week 48.

use super::super::*;
use super::check;
use std::fmt::Write as _;

/// `by` that day, when a promise is written so.
#[track_caller]
fn promised(cases: &[(&str, &str)]) {
    for (day, expected) in cases {
        let mut expect = String::new();
        let _ = if expected.starts_with('?') {
            write!(expect, "{expected}")
        } else {
            write!(expect, "by {expected}")
        };
        check(&[(&format!("SVAR SENAST {day}"), &expect)]);
    }
}

#[test]
fn days_of_weeks() {
    promised(&[
        ("fredag nästa vecka", "2026-12-04"),
        ("på fredag nästa vecka", "2026-12-04"),
        ("fredagen nästa vecka", "2026-12-04"),
        ("torsdag nästa vecka", "2026-12-03"),
        ("nästa vecka fredag", "2026-12-04"),
        ("Friday next week", "2026-12-04"),
        ("fredag denna vecka", "2026-11-27"),
        ("fredag den här veckan", "2026-11-27"),
        ("fredag den här gången", "? MoreWords"),
        ("måndag vecka 50", "2026-12-07"),
        ("måndagen vecka 50.", "2026-12-07"),
        ("mån v 50", "2026-12-07"),
        ("mån v.50", "2026-12-07"),
        ("vecka 50 på måndag", "2026-12-07"),
        ("v50, fredag", "2026-12-11"),
        ("Monday week 50", "2026-12-07"),
        ("onsdag vecka 2", "2027-01-13"),
        ("fredag vecka 53", "2027-01-01"),
        ("måndag vecka 47", "? DateStrange"),
        ("måndag vecka 54", "? DateStrange"),
        ("vecka 50", "? DateStrange"),
        ("v. 50", "? DateStrange"),
        ("nästa vecka", "? DateStrange"),
        ("nästa fredag", "? DateStrange"),
        ("next Friday", "? DateStrange"),
        ("måndag om två veckor", "2026-12-07"),
        ("fredag om 2 veckor", "2026-12-11"),
        ("Friday in two weeks", "2026-12-11"),
    ]);
}

#[test]
fn days_with_stops() {
    promised(&[
        ("4.12.", "2026-12-04"),
        ("4.12.2026", "2026-12-04"),
        ("4.12 2026", "2026-12-04"),
        ("4. 12. 2026", "2026-12-04"),
        ("4. 12.", "2026-12-04"),
        ("den 4.12", "2026-12-04"),
        ("fredag 4.12", "2026-12-04"),
        ("onsdag 4.12", "? Weekday"),
        ("２０２６－１２－０４", "2026-12-04"),
        ("10.15", "? DateStrange"),
        (
            "4/12 (väntar på rektorn)",
            "2026-12-04 ((väntar på rektorn))",
        ),
    ]);
    check(&[
        ("KLAR TELEFON 24.11.", "phone on 2026-11-24"),
        ("KLAR TELEFON i morse", "phone on 2026-11-26"),
        ("KLAR TELEFON på förmiddagen", "phone on 2026-11-26"),
        ("KLAR TELEFON nyss", "phone on 2026-11-26"),
    ]);
}

#[test]
fn so_many_days_from_now() {
    promised(&[
        ("om två veckor", "2026-12-10"),
        ("om 2 veckor", "2026-12-10"),
        ("inom två veckor", "2026-12-10"),
        ("om en vecka", "2026-12-03"),
        ("om tre dagar", "2026-11-29"),
        ("in two weeks", "2026-12-10"),
        ("within 3 days", "2026-11-29"),
        ("imorgon", "2026-11-27"),
        ("i morgon", "2026-11-27"),
        ("i övermorgon", "2026-11-28"),
        ("tomorrow", "2026-11-27"),
        ("i dag", "2026-11-26"),
        ("om fem arbetsdagar", "? DateStrange"),
        ("om en månad", "? DateStrange"),
        ("om några veckor", "? DateStrange"),
        ("snart", "? DateStrange"),
        ("i veckan", "? DateStrange"),
        ("före jul", "? DateStrange"),
        ("i december", "? DateStrange"),
        ("december", "? DateStrange"),
    ]);
}

#[test]
fn days_of_months() {
    promised(&[
        ("den 4:e december", "2026-12-04"),
        ("4:e december", "2026-12-04"),
        ("den 1:a december", "2026-12-01"),
        ("4e dec", "2026-12-04"),
        ("the 4th of December", "2026-12-04"),
        ("December 4th", "2026-12-04"),
        ("Dec 4th, 2026", "2026-12-04"),
        ("den 4:e", "2026-12-04"),
        ("den 4", "2026-12-04"),
        ("4", "? DateStrange"),
        ("1 december", "2026-12-01"),
        ("4/12", "2026-12-04"),
        ("4/12-26", "2026-12-04"),
        ("4/12/2026", "2026-12-04"),
        ("4.12.2026", "2026-12-04"),
        ("04-12-2026", "2026-12-04"),
        ("26-12-04", "2026-12-04"),
        ("2026-12-04", "2026-12-04"),
        ("2026–12–04", "2026-12-04"),
        ("4/12 kl. 15.00", "2026-12-04"),
        ("fredag em", "2026-11-27"),
        ("fredag den 4 december kl 12", "2026-12-04"),
        ("4.12", "? DateStrange"),
        ("1204", "? DateStrange"),
        ("31/11", "? DateStrange"),
        ("4/13", "? DateStrange"),
    ]);
}

#[test]
fn one_day_and_no_other() {
    promised(&[
        ("onsdag eller torsdag", "? TwoDates"),
        ("onsdag, kanske torsdag", "? TwoDates"),
        ("4/12, annars 11/12", "? TwoDates"),
        ("4/12, ev. 7/12", "? TwoDates"),
        ("4/12 eller 11/12", "? TwoDates"),
        ("4/12 or 11/12", "? TwoDates"),
        ("4/12, 11/12", "? TwoDates"),
        ("4/12 – 11/12", "? TwoDates"),
        ("4/12 och 11/12", "? TwoDates"),
        ("4/12 till 11/12", "? TwoDates"),
        ("4–5/12", "? DateStrange"),
        ("4/12-11/12", "? DateStrange"),
        ("4-5 december", "? DateStrange"),
        ("4 eller 5 december", "? DateStrange"),
        ("mellan 4 och 5 december", "? DateStrange"),
        ("fredag kanske", "? MoreWords"),
        ("fredag om jag hinner", "? MoreWords"),
        ("kanske fredag", "? DateStrange"),
        ("4/12: nämnden möts 3/12", "2026-12-04 (nämnden möts 3/12)"),
        ("4/12: 3/12 möts nämnden", "2026-12-04 (3/12 möts nämnden)"),
        ("torsdag 4 december", "? Weekday"),
        ("fredag 4/12", "2026-12-04"),
    ]);
}

#[test]
fn over_the_turn_of_the_year_and_leap_days() {
    let on = |day: &str, words: &str| {
        let today = day.parse().unwrap();
        match &read(&format!("SVAR SENAST {words}"), today)[..] {
            [
                Ok(Order {
                    verb: Verb::DoneBy { date, .. },
                    ..
                }),
            ] => date.to_string(),
            other => format!("{other:?}"),
        }
    };
    let strange = "[Err(DateStrange)]";
    for (day, words, expected) in [
        ("2026-12-30", "4/1", "2027-01-04"),
        ("2026-12-30", "fredag", "2027-01-01"),
        ("2026-12-30", "måndag vecka 1", "2027-01-04"),
        ("2026-12-30", "måndag nästa vecka", "2027-01-04"),
        ("2027-01-01", "fredag vecka 1", "2027-01-08"),
        ("2026-12-30", "i övermorgon", "2027-01-01"),
        ("2026-12-30", "den 3:e", "2027-01-03"),
        ("2027-01-04", "30/12", "2026-12-30"),
        ("2027-01-04", "30/6", "2027-06-30"),
        ("2026-11-26", "4/6", "2027-06-04"),
        ("2027-02-20", "29/2", strange),
        ("2028-02-20", "29/2", "2028-02-29"),
        ("2028-02-28", "i morgon", "2028-02-29"),
        ("2027-02-20", "2027-02-29", strange),
        ("2026-11-26", "29 februari", strange),
        ("2028-02-20", "tisdag 29 februari", "2028-02-29"),
        ("2026-10-23", "om en vecka", "2026-10-30"),
    ] {
        assert_eq!(on(day, words), expected, "{words:?} on {day}");
    }
}

#[test]
fn days_that_have_been() {
    check(&[
        ("KLAR TELEFON i fredags", "phone on 2026-11-20"),
        ("KLAR TELEFON i torsdags", "phone on 2026-11-19"),
        ("KLAR TELEFON i förrgår", "phone on 2026-11-24"),
        ("KLAR BREV den 20:e", "letter on 2026-11-20"),
        (
            "KLAR BREV den 20:e november: skickat",
            "letter on 2026-11-20 (skickat)",
        ),
        ("KLAR BREV måndag vecka 47", "letter on 2026-11-16"),
        ("KLAR TELEFON i dag kl 10.30", "phone on 2026-11-26"),
        ("SVAR SENAST i fredags", "? DateStrange"),
        ("POSTAT i går", "posted on 2026-11-25"),
        ("KLAR TELEFON 4-6/12-26", "? DateStrange"),
        ("KLAR TELEFON 11.2026.", "? DateStrange"),
    ]);
}

#[test]
fn days_written_in_other_ways() {
    promised(&[
        ("fred 4/12", "2026-12-04"),
        ("fr 4/12", "2026-12-04"),
        ("to 3/12", "2026-12-03"),
        ("ti 1 dec", "2026-12-01"),
        ("fr", "? DateStrange"),
        ("to 4/12", "? Weekday"),
        ("4 dec -26", "2026-12-04"),
        ("4 dec 26", "2026-12-04"),
        ("den 4 dec '26", "2026-12-04"),
        ("4/12 -26", "2026-12-04"),
        ("4 / 12", "2026-12-04"),
        ("4 /12", "2026-12-04"),
        ("2026 12 04", "2026-12-04"),
        ("4december", "2026-12-04"),
        ("4.december", "2026-12-04"),
        ("fredag 4dec", "2026-12-04"),
        ("första december", "2026-12-01"),
        ("den fjärde december", "2026-12-04"),
        ("fredagen den fjärde", "2026-12-04"),
        ("torsdagen den fjärde", "? Weekday"),
        ("den tjugonde", "2026-12-20"),
        ("tjugoförsta december", "2026-12-21"),
        ("trettioförsta november", "? DateStrange"),
        ("sista november", "2026-11-30"),
        ("den sista februari", "2027-02-28"),
        ("fredag i vecka 49", "2026-12-04"),
        ("fredag i v. 49", "2026-12-04"),
        ("i vecka 49", "? DateStrange"),
        ("om fjorton dagar", "2026-12-10"),
        ("om 3 dgr", "2026-11-29"),
        ("om 2 v", "2026-12-10"),
        ("om ca två veckor", "? DateStrange"),
        ("nästa fredag 4/12", "2026-12-04"),
        ("nästa fredag, den 4 december", "2026-12-04"),
        ("kommande fredag", "? DateStrange"),
        ("till fredag", "2026-11-27"),
        ("senast den 4/12", "2026-12-04"),
        ("före 4/12", "? DateStrange"),
        ("4/12 - 26", "? MoreWords"),
    ]);
}

#[test]
fn the_time_of_day_is_no_other_day_and_no_reason() {
    promised(&[
        ("2026-12-04 16:00", "2026-12-04"),
        ("2026-12-04, 12.00", "2026-12-04"),
        ("fredag 12.00", "2026-11-27"),
        ("fredag lunch", "2026-11-27"),
        ("fredag efter lunch", "2026-11-27"),
        ("imorgon förmiddag", "2026-11-27"),
        ("i dag 16:30", "2026-11-26"),
        ("10.30", "? DateStrange"),
    ]);
}

#[test]
fn a_day_that_is_said_twice_is_one() {
    promised(&[
        ("4/12 (fredag)", "2026-12-04"),
        ("20261204 (fre)", "2026-12-04"),
        ("4/12 (v. 49)", "2026-12-04"),
        ("4/12, fredag v 49", "2026-12-04"),
        ("imorgon fredag", "2026-11-27"),
        ("i morgon, fredag 27/11", "2026-11-27"),
        ("4/12 (torsdag)", "? Weekday"),
        ("4/12 v 50", "? TwoDates"),
        ("4/12, fredag 11/12", "? TwoDates"),
    ]);
}
