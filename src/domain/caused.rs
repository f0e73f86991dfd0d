//! The mails that an item has caused: what became of them, and whether they are still right.

use super::effect::{Effect, ReadBy, Right};
use super::event::{Failure, Flag};
use super::item::{Done, Item, State};
use chrono::{DateTime, Utc};

impl Item {
    /// When the notice left, if it did and did not come back.
    #[must_use]
    pub fn noticed_at(&self) -> Option<DateTime<Utc>> {
        let notice = self.done.get(&Effect::Notice)?;
        if notice.failed.is_some() {
            None
        } else {
            notice.sent_at
        }
    }

    /// Whether its citizen has a notice: it left, or a person has posted it.
    #[must_use]
    pub fn has_notice(&self) -> bool {
        self.noticed_at().is_some() || self.posted.is_some()
    }

    /// Whether the notice is known not to have arrived. One in doubt may have.
    #[must_use]
    pub fn is_notice_lost(&self) -> bool {
        let lost = [Failure::Bounced, Failure::Rejected, Failure::PutOff];
        self.done
            .get(&Effect::Notice)
            .and_then(|notice| notice.failed)
            .is_some_and(|(_, failure)| lost.contains(&failure))
    }

    /// Whether its notice has neither left nor ended otherwise. It waits, or may have been handed
    /// over: the outbox knows.
    #[must_use]
    pub fn is_notice_on_its_way(&self) -> bool {
        let notice = self.done.get(&Effect::Notice);
        notice.is_some_and(|notice| !notice.has_ended())
    }

    /// Whether no notice has left, or the one that left did not arrive.
    #[must_use]
    pub fn lacks_notice(&self) -> bool {
        !self.done.contains_key(&Effect::Notice) || self.is_notice_lost()
    }

    /// When the notice to post was made, or its first paper, of two that may lie printed.
    #[must_use]
    pub fn letter_made_at(&self) -> Option<DateTime<Utc>> {
        let last = self.done.get(&Effect::Letter)?;
        Some(self.printed.as_deref().unwrap_or(last).queued_at)
    }

    /// Whether the mail with the letter to post was not taken: whoever has the item next may get it.
    #[must_use]
    pub fn is_letter_refused(&self, effect: Effect) -> bool {
        let failed = self.done.get(&effect).and_then(|done| done.failed);
        effect == Effect::Letter && matches!(failed, Some((_, Failure::Rejected | Failure::PutOff)))
    }

    /// A mail is caused once, but for a letter whose mail was refused.
    pub(super) fn may_be_next(&self, effect: Effect) -> bool {
        !self.has_caused(effect) || self.is_letter_refused(effect)
    }

    /// A person lets the notice go. One that did not arrive has told nothing, so it may leave once
    /// more, to another address.
    pub fn free_notice(&mut self, at: DateTime<Utc>) {
        self.no_notice = false;
        self.freed = Some(at);
        if self.is_notice_lost() {
            self.notice_lost = self.done.remove(&Effect::Notice).map(Box::new);
            self.done.remove(&Effect::NoticeTrouble);
        }
    }

    /// A person takes back that the notice was barred or let go: it is as it was before.
    pub fn reset_notice(&mut self, barred: bool, freed: bool, at: DateTime<Utc>) {
        self.no_notice = barred;
        if let Some(lost) = self.notice_lost.take() {
            self.done.entry(Effect::Notice).or_insert(*lost);
        }
        self.freed = self.freed.or(Some(at)).filter(|_| freed);
    }

    /// When a notice would have left, had the service not been in shadow.
    #[must_use]
    pub fn notice_withheld_at(&self) -> Option<DateTime<Utc>> {
        self.done
            .get(&Effect::Notice)
            .filter(|notice| notice.withheld)
            .map(|notice| notice.queued_at)
    }

    /// The morning mails in which it stood as most likely no question, in their order.
    #[must_use = "iterators are lazy"]
    pub fn showings(&self) -> impl DoubleEndedIterator<Item = &Done> + Clone {
        self.done
            .iter()
            .filter_map(|(effect, done)| matches!(effect, Effect::NoQuestion(_)).then_some(done))
    }

    /// How often people have wanted a reminder; `None`: never.
    #[must_use]
    pub fn urges(&self) -> Option<u16> {
        u16::try_from(self.urged.len())
            .ok()
            .filter(|count| *count > 0)
    }

    /// A morning mail that showed it as most likely no question was taken by its reader's server.
    #[must_use]
    pub fn was_shown(&self) -> bool {
        self.showings()
            .any(|done| done.sent_at.is_some() && done.failed.is_none())
    }

    /// Whether a mail of that effect is still true.
    #[must_use]
    pub fn still_wants(&self, effect: Effect) -> bool {
        if self.no_notice && (effect.is_for_citizen() || effect == Effect::Letter) {
            return false;
        }
        self.holds(effect.row().right)
    }

    fn holds(&self, right: Right) -> bool {
        let (open, live) = (self.state == State::Open, self.state.is_live());
        match right {
            Right::Always => true,
            Right::WhileOpen => open,
            Right::WhileUnnoticed => open && !self.has_caused(Effect::Notice),
            Right::WhileLive => live,
            Right::WhileAsked => live && !open,
            Right::WhileUnsettled => open || live && self.has_caused(Effect::Confirm),
            Right::WhileTrashed => live && self.trashed_at.is_some(),
            Right::WhileFiled => self.flags.contains(&Flag::FiledUnanswered),
            Right::WhilePresumed => self.is_presumed(),
            Right::WhileNoteMissing => self.flags.contains(&Flag::NoteMissing),
            Right::WhileUnheard => live && self.is_unheard(),
            Right::WhilePromised(date) => live && self.promise == Some(date),
            Right::WhileLastPromise(number) => open && usize::from(number) == self.by_hand.len(),
        }
    }

    /// The citizen has not heard what they should have.
    fn is_unheard(&self) -> bool {
        self.noticed_at().is_none() || self.is_new_date_lost()
    }

    /// Mails to the person who has it, but for those of steps that are long past. Supervisors hear of
    /// an item, they do not have it.
    #[must_use = "iterators are lazy"]
    pub fn told(&self) -> impl Iterator<Item = (&Effect, &Done)> {
        self.done
            .iter()
            .filter(|(effect, _)| matches!(effect.row().reader, ReadBy::Hands | ReadBy::Anybody))
    }
}
