//! Dates and instants as JSON has them, letter for letter what chrono's own `Serialize` writes,
//! without the formatting machinery: every line of the log holds several of them, and every item. A
//! time in that form needs no parser either; any other form is chrono's to read.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

/// Years written with four digits; chrono writes the others with a sign.
const PLAIN_YEARS: std::ops::RangeInclusive<i32> = 0..=9999;

/// `2026-11-22`, for `serialize_with`.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over so"
)]
pub fn date<S: Serializer>(date: &NaiveDate, to: S) -> Result<S::Ok, S::Error> {
    let mut text = *b"0000-00-00";
    if !put_date(&mut text, *date) {
        return date.serialize(to);
    }
    ascii(&text, to)
}

/// `2026-11-22T20:15:00Z`, with milliseconds when there are any, for `serialize_with`.
pub fn instant<S: Serializer>(at: &DateTime<Utc>, to: S) -> Result<S::Ok, S::Error> {
    let mut text = *b"0000-00-00T00:00:00.000Z";
    let (millis, rest) = (at.nanosecond() / 1_000_000, at.nanosecond() % 1_000_000);
    // A leap second has more nanoseconds than a second holds.
    if rest != 0 || millis > 999 || !put_date(&mut text[..10], at.date_naive()) {
        return at.serialize(to);
    }
    put(&mut text[11..13], at.hour());
    put(&mut text[14..16], at.minute());
    put(&mut text[17..19], at.second());
    if millis == 0 {
        text[19] = b'Z';
        return ascii(&text[..20], to);
    }
    put(&mut text[20..23], millis);
    ascii(&text, to)
}

/// One of these where there may be none, for `serialize_with`.
#[expect(clippy::ref_option, reason = "serde hands fields over so")]
pub fn if_any<T: Word, S: Serializer>(word: &Option<T>, to: S) -> Result<S::Ok, S::Error> {
    word.as_ref().map(Write).serialize(to)
}

/// Whether its year has four digits.
fn put_date(text: &mut [u8], date: NaiveDate) -> bool {
    let Ok(year) = u32::try_from(date.year()) else {
        return false;
    };
    put(&mut text[..4], year);
    put(&mut text[5..7], date.month());
    put(&mut text[8..10], date.day());
    PLAIN_YEARS.contains(&date.year())
}

/// The last digits of a number, as many as there is room for.
fn put(text: &mut [u8], mut number: u32) {
    for digit in text.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

/// What [`date`] writes, for `deserialize_with`.
pub fn read_date<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveDate, D::Error> {
    from.deserialize_str(Words(PhantomData))
}

/// What [`instant`] writes, for `deserialize_with`.
pub fn read_instant<'de, D: Deserializer<'de>>(from: D) -> Result<DateTime<Utc>, D::Error> {
    from.deserialize_str(Words(PhantomData))
}

/// The same where there may be none.
pub fn read_date_or_none<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<NaiveDate>, D::Error> {
    Ok(Option::<Read<NaiveDate>>::deserialize(from)?.map(|Read(date)| date))
}

/// The same where there may be none.
pub fn read_instant_or_none<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    Ok(Option::<Read<DateTime<Utc>>>::deserialize(from)?.map(|Read(at)| at))
}

/// A value that JSON has as a word.
pub trait Word: FromStr<Err: fmt::Display> {
    /// What it is called when it is missing.
    const NAME: &'static str;

    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error>;

    /// Reads the usual form; `None` for every other.
    fn plain(text: &[u8]) -> Option<Self>;
}

impl Word for NaiveDate {
    const NAME: &'static str = "a date";

    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        date(self, to)
    }

    fn plain(text: &[u8]) -> Option<Self> {
        if text.len() != 10 || text[4] != b'-' || text[7] != b'-' {
            return None;
        }
        Self::from_ymd_opt(
            number(&text[..4])?.cast_signed(),
            number(&text[5..7])?,
            number(&text[8..])?,
        )
    }
}

impl Word for DateTime<Utc> {
    const NAME: &'static str = "an instant";

    fn write<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        instant(self, to)
    }

    fn plain(text: &[u8]) -> Option<Self> {
        let (date, time) = text.split_at_checked(10)?;
        let millis = match time {
            [.., b'Z'] if time.len() == 10 => 0,
            [.., b'Z'] if time.len() == 14 && time[9] == b'.' => number(&time[10..13])?,
            _ => return None,
        };
        if time[0] != b'T' || time[3] != b':' || time[6] != b':' {
            return None;
        }
        let [hour, minute, second] = [
            number(&time[1..3])?,
            number(&time[4..6])?,
            number(&time[7..9])?,
        ];
        let at = NaiveDate::plain(date)?.and_hms_milli_opt(hour, minute, second, millis)?;
        Some(at.and_utc())
    }
}

/// A number of digits alone.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })
}

struct Words<T>(PhantomData<T>);

impl<T: Word> Visitor<'_> for Words<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::NAME)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::plain(text.as_bytes()).map_or_else(|| text.parse().map_err(E::custom), Ok)
    }
}

struct Write<'a, T>(&'a T);

impl<T: Word> Serialize for Write<'_, T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.write(to)
    }
}

struct Read<T>(T);

impl<'de, T: Word> Deserialize<'de> for Read<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(Words(PhantomData)).map(Self)
    }
}

fn ascii<S: Serializer>(text: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(std::str::from_utf8(text).map_err(serde::ser::Error::custom)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Days, TimeDelta};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Written {
        #[serde(serialize_with = "date", deserialize_with = "read_date")]
        date: NaiveDate,
        #[serde(serialize_with = "instant", deserialize_with = "read_instant")]
        at: DateTime<Utc>,
    }

    #[derive(Serialize, Deserialize)]
    struct Chrono {
        date: NaiveDate,
        at: DateTime<Utc>,
    }

    fn check(at: DateTime<Utc>) {
        let date = at.date_naive();
        let (ours, chrono) = (Written { date, at }, Chrono { date, at });
        let text = serde_json::to_string(&ours).unwrap();
        assert_eq!(text, serde_json::to_string(&chrono).unwrap());
        assert_eq!(
            serde_json::from_str::<Written>(&text).unwrap(),
            ours,
            "{text}"
        );
    }

    #[test]
    fn it_is_what_chrono_writes() {
        let start: DateTime<Utc> = "2026-02-27T23:59:59Z".parse().unwrap();
        for step in 0..2_000_u32 {
            let odd = TimeDelta::milliseconds(i64::from(step % 7) * 37)
                + TimeDelta::seconds(i64::from(step) * 4_321);
            check(start + Days::new(u64::from(step)) + odd);
        }
        for text in [
            "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59.999Z",
            "2026-11-22T20:15:00.000001Z",
            "2026-11-22T20:15:00.000000001Z",
            "2016-12-31T23:59:60.5Z",
            "2026-11-22T20:15:00.120Z",
        ] {
            check(text.parse().unwrap());
        }
        for at in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            check(at);
        }
    }

    /// Other forms than ours are read as chrono reads them, and what it refuses is refused.
    #[test]
    fn it_is_what_chrono_reads() {
        let plain = |text: &str| DateTime::<Utc>::plain(text.as_bytes());
        assert!(
            plain("2026-11-22T20:15:00Z").is_some() && plain("2026-11-22T20:15:00.120Z").is_some()
        );
        for at in [
            "2026-11-22T20:15:00Z",
            "2026-11-22T20:15:00.120Z",
            "2026-11-22T20:15:00.12Z",
            "2026-11-22T20:15:00+01:00",
            "2026-11-22t20:15:00z",
            "2026-11-22 20:15:00Z",
            "2016-12-31T23:59:60Z",
            "2026-02-29T00:00:00Z",
            "2028-02-29T24:00:00Z",
            "2026-1 -22T20:15:00Z",
            "+2026-11-22T20:15:00Z",
            "2026-11-22T20:15:00",
            "2026-11-22T20:15:00.åZ",
            "åååååT20:15:00Z",
            "",
        ] {
            for date in [
                "2026-11-22",
                "2026-02-29",
                "+2026-11-22",
                "2026-1-2",
                "-001-01-01",
                "0000-01-01",
                "22 nov",
            ] {
                let text = serde_json::json!({ "date": date, "at": at }).to_string();
                let ours = serde_json::from_str::<Written>(&text)
                    .ok()
                    .map(|read| (read.date, read.at));
                let chrono = serde_json::from_str::<Chrono>(&text)
                    .ok()
                    .map(|read| (read.date, read.at));
                assert_eq!(ours, chrono, "{text}");
            }
        }
        for text in ["null", "7", "[]"] {
            assert!(
                serde_json::from_str::<Written>(&format!(r#"{{"date":{text},"at":{text}}}"#))
                    .is_err()
            );
        }
    }
}
