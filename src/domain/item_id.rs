//! The reference of an item: how the register, the mails and people name it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Year and running number in one integer, so that the reference needs no table of its own:
/// `SL-2026-00042` is `2026 * 10 000 000 + 42`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub i64);

/// Items a year before the references of two years would meet.
pub const ITEMS_PER_YEAR: i64 = 10_000_000;

impl ItemId {
    #[must_use]
    pub fn new(year: i32, number: i64) -> Self {
        Self(i64::from(year) * ITEMS_PER_YEAR + number)
    }

    #[must_use]
    pub fn year(self) -> i64 {
        self.0 / ITEMS_PER_YEAR
    }

    /// Reads a reference, with or without brackets, in any case.
    #[must_use]
    pub fn parse(reference: &str) -> Option<Self> {
        let reference = reference
            .trim()
            .trim_start_matches('[')
            .trim_end_matches(']');
        let mut parts = reference.split('-');
        let (prefix, year, number) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if !prefix.eq_ignore_ascii_case("SL")
            || parts.next().is_some()
            || !digits(year)
            || !digits(number)
        {
            return None;
        }
        let (year, number): (i32, i64) = (year.parse().ok()?, number.parse().ok()?);
        ((1..=9999).contains(&year) && (1..ITEMS_PER_YEAR).contains(&number))
            .then(|| Self::new(year, number))
    }

    /// The same, also without its year when that is `year`: `SL-42`.
    #[must_use]
    pub fn parse_in(reference: &str, year: i32) -> Option<Self> {
        let short = reference
            .trim()
            .trim_start_matches('[')
            .trim_end_matches(']')
            .split_once('-');
        let number = short
            .filter(|(prefix, number)| prefix.eq_ignore_ascii_case("SL") && !number.contains('-'));
        number.map_or_else(
            || Self::parse(reference),
            |(prefix, number)| Self::parse(&format!("{prefix}-{year}-{number}")),
        )
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SL-{:04}-{:05}",
            self.0 / ITEMS_PER_YEAR,
            self.0 % ITEMS_PER_YEAR
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_in_all_the_ways_people_write_it() {
        let id = ItemId::new(2026, 42);
        assert_eq!(id.to_string(), "SL-2026-00042");
        for text in [
            "SL-2026-00042",
            "[SL-2026-00042]",
            "sl-2026-42",
            " SL-2026-00042 ",
        ] {
            assert_eq!(ItemId::parse(text), Some(id), "{text}");
        }
        for text in [
            "",
            "SL-2026",
            "SL-2026-0",
            "SL-2026-00042-1",
            "XX-2026-1",
            "SL-+2026-1",
            "SL-2026-99999999",
        ] {
            assert_eq!(ItemId::parse(text), None, "{text}");
        }
        assert_eq!(ItemId::new(2026, 123_456).to_string(), "SL-2026-123456");
    }
}
