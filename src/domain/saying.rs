//! What a mail says that every host which shares the promise must know before it leaves
//! ([`crate::lease`]): up to which numbers items are known by now, and what its citizen is told. A
//! register that goes on after a take-over may know neither.

use super::item_id::ItemId;

/// Things that one mail is written down for: a notice for very many of one writer tells of its
/// first ones.
pub const MOST_TOLD: usize = 40;

/// What one mail says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saying {
    /// Its Message-ID.
    pub id: String,
    /// The highest reference of each year that any mail can name by now.
    pub numbers: Vec<ItemId>,
    /// What its citizen is told, one key for each question, hidden by the register's own key.
    pub told: Vec<String>,
    /// From this generation on the register knows what became of every mail.
    pub since: i64,
    /// Message-IDs of mails of this kind to this reader of which it knows that too.
    pub ended: Vec<String>,
}

/// A mail for which something was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub generation: i64,
    pub id: String,
}

impl Told {
    /// As it is written down.
    #[must_use]
    pub fn as_text(&self) -> String {
        format!("{} {}", self.generation, self.id)
    }

    /// Reads what [`Told::as_text`] writes. What cannot be read was told by nobody knows whom.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let (generation, id) = text.split_once(' ').unwrap_or(("", text));
        Self {
            generation: generation.parse().unwrap_or(-1),
            id: id.to_owned(),
        }
    }
}

impl Saying {
    /// Whether this register knows what became of a mail that has told the same before: then it has
    /// decided that this one may leave all the same.
    #[must_use]
    pub fn knows(&self, told: &Told) -> bool {
        told.generation >= self.since || self.ended.contains(&told.id)
    }
}

/// The highest of each year, of two lists.
#[must_use]
pub fn highest(one: &[ItemId], other: &[ItemId]) -> Vec<ItemId> {
    let mut all: Vec<ItemId> = one.iter().chain(other).copied().collect();
    all.sort();
    let mut highest: Vec<ItemId> = Vec::new();
    for id in all {
        highest.pop_if(|last| last.year() == id.year());
        highest.push(id);
    }
    highest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_number_of_each_year_counts() {
        let id = ItemId::new;
        let check = |one: &[ItemId], other: &[ItemId], expected: &[ItemId]| {
            assert_eq!(highest(one, other), expected, "{one:?} {other:?}");
            assert_eq!(highest(other, one), expected, "{other:?} {one:?}");
        };
        check(&[], &[], &[]);
        check(&[id(2026, 41)], &[], &[id(2026, 41)]);
        check(&[id(2026, 41)], &[id(2026, 7)], &[id(2026, 41)]);
        check(
            &[id(2026, 41), id(2027, 2)],
            &[id(2026, 43), id(2027, 1)],
            &[id(2026, 43), id(2027, 2)],
        );
    }

    #[test]
    fn a_register_knows_what_left_since_it_is_whole_and_what_it_saw_end() {
        let saying = Saying {
            since: 8,
            ended: vec!["a@x".to_owned()],
            ..Saying::default()
        };
        for (text, knows) in [
            ("9 b@x", true),
            ("8 b@x", true),
            ("7 b@x", false),
            ("7 a@x", true),
            ("b@x", false),
            ("", false),
        ] {
            assert_eq!(saying.knows(&Told::read(text)), knows, "{text:?}");
        }
        let told = Told {
            generation: 7,
            id: "a@x".to_owned(),
        };
        assert_eq!(Told::read(&told.as_text()), told);
    }
}
