//! A day of a month in words, or in one word: `fjärde december`, `sista november`, `4december`.

use super::words::{is_number, month_of, ordinal_of};
use super::{Reading, Words};

impl Reading<'_> {
    pub(super) fn in_words(&self, at: usize, article: bool) -> Option<Words> {
        let word = self.key(at);
        if ["sista", "siste"].contains(&word) {
            return self.last_of_month(at);
        }
        if let Some(day) = ordinal_of(word) {
            let day = day.to_string();
            return self
                .before_month(at, &day)
                .or_else(|| article.then(|| (self.day_of_month(&day), 1)));
        }
        let digits = word
            .trim_end_matches(char::is_alphabetic)
            .trim_end_matches('.');
        let month = month_of(word[digits.len()..].trim_start_matches('.'))?;
        let (year, words) = self.year_after(at, 1);
        is_number(digits).then(|| (self.day(year, month, digits), words))
    }

    fn last_of_month(&self, at: usize) -> Option<Words> {
        let month = month_of(self.key(at + 1))?;
        let (year, words) = self.year_after(at, 2);
        let mut days = (28..=31).rev();
        let last = days.find_map(|day| self.day(year, month, &day.to_string()));
        Some((last, words))
    }
}
