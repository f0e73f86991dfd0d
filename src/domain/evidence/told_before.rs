//! A mail of staff that was read before is judged once more as soon as another mail of its matter
//! is known. It may answer that one; it says nothing against a person who opened an item after it.

use super::{DateTime, Fact, Finding, ItemId, MatchedBy, Utc};
use crate::domain::event::{Event, SYSTEM};

/// A person's word holds: it was opened again, or its seeming answer is none.
#[must_use]
pub fn is_said_to_be_a_question(event: &Event) -> bool {
    event.by != SYSTEM
        && matches!(
            event.fact,
            Fact::Reopened { .. } | Fact::NotAnswered { evidence: None }
        )
}

/// Whether a person opened the item after a mail had been sent, or in the same second: had that mail
/// been the later word, it would have settled the item when it was first read.
#[must_use]
pub fn was_opened_after(sent_at: DateTime<Utc>, history: &[Event]) -> bool {
    let is_later = |event: &Event| event.at >= sent_at && is_said_to_be_a_question(event);
    history.iter().any(is_later)
}

impl Finding {
    /// For which of its citizen's questions a mail without a thread is, was seen when it was first
    /// read: another does not become the oldest by what has been settled since. Only one that is
    /// `new` may be.
    #[must_use]
    pub fn was_told_before(&self, new: Option<ItemId>) -> bool {
        let Fact::ProbablyAnswered { evidence, .. } = &self.fact else {
            return false;
        };
        evidence.matched_by == Some(MatchedBy::Address) && new != Some(self.item)
    }
}
