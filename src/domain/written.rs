//! Dates and instants as JSON has them, letter for letter what chrono's own `Serialize` writes, without the formatting
//! machinery: every line of the log holds several of them, and every item.

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use serde::{Serialize, Serializer};

/// Years written with four digits; chrono writes the others with a sign.
const PLAIN_YEARS: std::ops::RangeInclusive<i32> = 0..=9999;

/// `2026-11-22`, for `serialize_with`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields over so")]
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

/// Whether its year has four digits.
fn put_date(text: &mut [u8], date: NaiveDate) -> bool {
    let Ok(year) = u32::try_from(date.year()) else { return false };
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

fn ascii<S: Serializer>(text: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(std::str::from_utf8(text).map_err(serde::ser::Error::custom)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Days, TimeDelta};

    #[derive(Serialize)]
    struct Written {
        #[serde(serialize_with = "date")]
        date: NaiveDate,
        #[serde(serialize_with = "instant")]
        at: DateTime<Utc>,
    }

    #[derive(Serialize)]
    struct Chrono {
        date: NaiveDate,
        at: DateTime<Utc>,
    }

    fn check(at: DateTime<Utc>) {
        let date = at.date_naive();
        let (ours, chrono) = (Written { date, at }, Chrono { date, at });
        assert_eq!(serde_json::to_string(&ours).unwrap(), serde_json::to_string(&chrono).unwrap());
    }

    #[test]
    fn it_is_what_chrono_writes() {
        let start: DateTime<Utc> = "2026-02-27T23:59:59Z".parse().unwrap();
        for step in 0..2_000_u32 {
            let odd = TimeDelta::milliseconds(i64::from(step % 7) * 37) + TimeDelta::seconds(i64::from(step) * 4_321);
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
}
