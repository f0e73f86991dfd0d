//! One notice for several: which questions of a citizen one mail speaks for, and in which order
//! notices leave when not all of them can.
//!
//! A citizen who has written three times does not get three mails at once. The mail that the first
//! question causes names the others as well, each with its handler and its date, and keeps each
//! that is not late yet. It names the questions that fall due at that moment and those of the same
//! matter, and no others: a promise for a question that is not due yet would only give its handler
//! more time.

use crate::domain::citizen::same_address;
use crate::domain::event::Effect;
use crate::domain::item::Item;
use crate::domain::pledge::NoticeText;
use std::collections::BTreeMap;

/// Mails of ours to one address on one local day, over all mailboxes. Any more wait for the next
/// working day.
pub const MAILS_A_DAY: u32 = 3;

/// Questions that one notice names; the rest is counted.
pub const NAMED: usize = 10;

/// A question that may be named, and what decides about it beside the item.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub item: &'a Item,
    /// The address that its notice goes to.
    pub address: &'a str,
    /// The text that its pledge chooses.
    pub text: NoticeText,
    /// The cores of what it is about.
    pub cores: &'a [String],
    /// The moment of its notice has come.
    pub falls_due: bool,
}

impl Question<'_> {
    /// Whether the notice of this question, which falls due, names the other one too.
    #[must_use]
    pub fn speaks_for(&self, other: &Question<'_>) -> bool {
        let same_mail = same_address(self.address, other.address)
            && self.item.mailbox == other.item.mailbox
            && self.item.language == other.item.language
            && self.text == other.text
            && self.text != NoticeText::Decision;
        let may_be_noticed = other.item.state.is_live()
            && other.item.may_be_noticed()
            && !other.item.done.contains_key(&Effect::Notice);
        same_mail
            && may_be_noticed
            && self.item.id != other.item.id
            && (other.falls_due || self.is_of_the_matter_of(other))
    }

    fn is_of_the_matter_of(&self, other: &Question<'_>) -> bool {
        self.item.conversation == other.item.conversation
            && self.item.pledge == other.item.pledge
            && self.cores.iter().any(|core| other.cores.contains(core))
    }
}

/// A mail to a citizen that could leave now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting<'a> {
    /// It moves a date that the citizen has read: it keeps no pledge.
    pub moves: bool,
    /// The pledge is broken already.
    pub late: bool,
    pub address: &'a str,
}

/// In which order mails to citizens leave: what keeps a pledge first, then late ones, then moved
/// dates; and in turns over the senders' domains, so that one sender of very many questions does
/// not use up the limit alone. Those that are equal stay in their order. Gives the places of the
/// mails.
#[must_use]
pub fn in_turns(waiting: &[Waiting<'_>]) -> Vec<usize> {
    let mut turns: BTreeMap<(bool, bool, &str), usize> = BTreeMap::new();
    let mut places: Vec<(bool, bool, usize, usize)> = Vec::with_capacity(waiting.len());
    for (place, mail) in waiting.iter().enumerate() {
        let domain = mail
            .address
            .rsplit_once('@')
            .map_or("", |(_, domain)| domain);
        let turn = turns.entry((mail.moves, mail.late, domain)).or_default();
        places.push((mail.moves, mail.late, *turn, place));
        *turn += 1;
    }
    places.sort_unstable();
    places.into_iter().map(|(.., place)| place).collect()
}

#[cfg(test)]
mod tests;
