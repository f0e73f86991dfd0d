//! The words and numbers of dates.

use chrono::{NaiveDate, Weekday as Day};

const WEEKDAYS: [[&str; 6]; 7] = [
    ["mandag", "man", "monday", "mon", "mandagen", "mand"],
    ["tisdag", "tis", "tuesday", "tue", "tisdagen", "tisd"],
    ["onsdag", "ons", "wednesday", "wed", "onsdagen", "onsd"],
    ["torsdag", "tors", "thursday", "thu", "torsdagen", "torsd"],
    ["fredag", "fre", "friday", "fri", "fredagen", "fred"],
    ["lordag", "lor", "saturday", "sat", "lordagen", "lord"],
    ["sondag", "son", "sunday", "sun", "sondagen", "sond"],
];

/// As calendars print them: other words too, so they count before a date alone.
const SHORT_WEEKDAYS: [&str; 7] = ["ma", "ti", "on", "to", "fr", "lo", "so"];

const MONTHS: [[&str; 4]; 12] = [
    ["januari", "jan", "january", "jan"],
    ["februari", "feb", "february", "febr"],
    ["mars", "mar", "march", "mar"],
    ["april", "apr", "april", "apr"],
    ["maj", "maj", "may", "may"],
    ["juni", "jun", "june", "jun"],
    ["juli", "jul", "july", "jul"],
    ["augusti", "aug", "august", "aug"],
    ["september", "sep", "sept", "sep"],
    ["oktober", "okt", "october", "oct"],
    ["november", "nov", "november", "nov"],
    ["december", "dec", "december", "dec"],
];

/// Numbers in words, from one on.
const NUMBERS: [[&str; 4]; 20] = [
    ["en", "ett", "one", "a"],
    ["tva", "tva", "two", "couple"],
    ["tre", "tre", "three", "three"],
    ["fyra", "fyra", "four", "four"],
    ["fem", "fem", "five", "five"],
    ["sex", "sex", "six", "six"],
    ["sju", "sju", "seven", "seven"],
    ["atta", "atta", "eight", "eight"],
    ["nio", "nio", "nine", "nine"],
    ["tio", "tio", "ten", "ten"],
    ["elva", "elva", "eleven", "eleven"],
    ["tolv", "tolv", "twelve", "twelve"],
    ["tretton", "tretton", "thirteen", "thirteen"],
    ["fjorton", "fjorton", "fourteen", "fourteen"],
    ["femton", "femton", "fifteen", "fifteen"],
    ["sexton", "sexton", "sixteen", "sixteen"],
    ["sjutton", "sjutton", "seventeen", "seventeen"],
    ["arton", "arton", "eighteen", "eighteen"],
    ["nitton", "nitton", "nineteen", "nineteen"],
    ["tjugo", "tjugo", "twenty", "twenty"],
];

/// Days of a month in words.
const ORDINALS: [&str; 20] = [
    "forsta",
    "andra",
    "tredje",
    "fjarde",
    "femte",
    "sjatte",
    "sjunde",
    "attonde",
    "nionde",
    "tionde",
    "elfte",
    "tolfte",
    "trettonde",
    "fjortonde",
    "femtonde",
    "sextonde",
    "sjuttonde",
    "artonde",
    "nittonde",
    "tjugonde",
];

pub(super) fn weekday_of(name: &str) -> Option<Day> {
    let at = WEEKDAYS.iter().position(|names| names.contains(&name))?;
    Day::try_from(u8::try_from(at).ok()?).ok()
}

pub(super) fn short_weekday_of(name: &str) -> Option<Day> {
    let at = SHORT_WEEKDAYS.iter().position(|short| *short == name)?;
    Day::try_from(u8::try_from(at).ok()?).ok()
}

/// `fjärde`, `tjugoförsta`, `trettionde`.
pub(super) fn ordinal_of(word: &str) -> Option<usize> {
    let first = |word: &str| Some(1 + ORDINALS.iter().position(|ordinal| *ordinal == word)?);
    let ten = |tens: &str| {
        word.strip_prefix(tens)
            .and_then(first)
            .filter(|unit| *unit < 10)
    };
    let number = match word {
        "trettionde" => Some(30),
        _ => first(word)
            .or_else(|| ten("tjugo").map(|unit| 20 + unit))
            .or_else(|| ten("trettio").map(|unit| 30 + unit)),
    };
    number.filter(|day| *day <= 31)
}

/// `4:e`, `1:a`, `4th`.
pub(super) fn without_ordinal(word: &str) -> &str {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    let ends = [":e", ":a", "e", "a", "th", "st", "nd", "rd"];
    if ends.contains(&&word[digits.len()..]) {
        digits
    } else {
        word
    }
}

pub(super) fn is_number(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// A small number, in figures or in words.
pub(super) fn number_of(text: &str) -> Option<u32> {
    if is_number(text) {
        return text.parse().ok().filter(|number| (1..=99).contains(number));
    }
    let at = NUMBERS.iter().position(|names| names.contains(&text))?;
    u32::try_from(at + 1).ok()
}

pub(super) fn month_of(name: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|names| names.contains(&name))?;
    u32::try_from(at + 1).ok()
}

/// Two digits of a year are of this century.
pub(super) fn day_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number: i32 = year.parse().ok()?;
    let year = if year.len() == 2 {
        2000 + number
    } else {
        number
    };
    if !(1990..=2100).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}
