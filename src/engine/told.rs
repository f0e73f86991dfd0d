//! The result of the commands of one reply, as the mail about it tells it.

use crate::domain::item::ItemId;
use crate::mail::texts::MAX_ITEMS;
use crate::mail::texts::confirmation::{Change, Deed, History, Presence, Refused, Why};
use crate::mail::texts::facts::StaffMailFacts;
use crate::store::confirmations::Answer;

#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    pub changes: Vec<Change>,
    pub refusals: Vec<Refused>,
    /// Who is away or back.
    pub presences: Vec<Presence>,
    /// What the writer wanted to see.
    pub histories: Vec<History>,
    pub list: Option<StaffMailFacts>,
}

impl Told {
    /// The reply had no command.
    pub fn is_nothing(&self) -> bool {
        self.refusals.is_empty() && !self.has_done()
    }

    fn has_done(&self) -> bool {
        !self.changes.is_empty()
            || !self.presences.is_empty()
            || !self.histories.is_empty()
            || self.list.is_some()
    }

    /// What a mail about it says.
    pub fn answer(&self) -> Answer {
        let asks = |refused: &Refused| matches!(refused.why, Why::AllMeant { .. });
        match (self.has_done(), self.refusals.is_empty()) {
            _ if self.refusals.iter().any(asks) => Answer::AskedOfAll,
            (true, _) => Answer::Done,
            (false, false) => Answer::Refused,
            (false, true) => Answer::Words,
        }
    }

    /// The items that the mail about it shows: an answer to it may be about them.
    pub fn shown(&self) -> impl Iterator<Item = ItemId> {
        let listed = self
            .list
            .iter()
            .flat_map(|list| list.most_urgent().into_iter().take(MAX_ITEMS));
        let histories = self.histories.iter().map(|history| &history.reference);
        let letters = self.changes.iter().flat_map(|change| match &change.deed {
            Deed::Split { others } => others.as_slice(),
            _ => &[],
        });
        listed
            .map(|item| &item.reference)
            .chain(histories)
            .chain(letters)
            .filter_map(|reference| ItemId::parse(reference))
    }

    /// Who is away or back, or why that is not so.
    pub fn is_there(&mut self, presence: Result<Presence, Why>) {
        match presence {
            Ok(presence) => self.presences.push(presence),
            Err(why) => self.refuse(None, why),
        }
    }

    pub fn refuse(&mut self, item: Option<ItemId>, why: Why) {
        self.refusals.push(Refused {
            reference: item.map(|id| id.to_string()),
            why,
        });
    }

    /// Whether it may stand in one mail with what other replies came to. A mail that asks which
    /// items were meant shows those of one reply: the answer to it is about them.
    pub fn may_join(&self) -> bool {
        let asks =
            |why: &Why| matches!(why, Why::SeveralItems | Why::AllMeant { .. } | Why::NotTied);
        !self.refusals.iter().any(|refused| asks(&refused.why))
    }

    pub fn lines(&self) -> usize {
        self.changes.len() + self.refusals.len() + self.presences.len() + self.histories.len()
    }

    pub fn then(mut self, later: Self) -> Self {
        self.changes.extend(later.changes);
        self.refusals.extend(later.refusals);
        self.presences.extend(later.presences);
        let is_newer = |reference: &String| {
            let mut newer = later.histories.iter();
            newer.any(|history| history.reference == *reference)
        };
        self.histories
            .retain(|history| !is_newer(&history.reference));
        self.histories.extend(later.histories);
        self.list = later.list.or(self.list);
        self
    }
}
