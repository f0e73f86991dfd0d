//! The history of a mail: held, sent, lost, erased.

use super::Teller;
use crate::domain::event::{ERASED_TEXT, Effect, Fact, of_other_topics};
use crate::domain::reason::Undelivered;
use crate::mail::texts::reasons;
use crate::words::of;

impl Teller<'_> {
    /// How long it is kept.
    pub(super) fn keeping(&self, fact: &Fact) -> String {
        let say = self.say();
        match fact {
            Fact::Held { note } => self.with_note(say.held, note.as_deref()),
            Fact::Released => say.released.to_owned(),
            Fact::Erased { decision } => (say.erased)(decision),
            of_other_topics!(Keeping) => String::new(),
        }
    }

    /// Of the service: the mails that it has erased, and whether mail leaves at all.
    pub(super) fn service(&self, fact: &Fact) -> String {
        let say = self.say();
        match fact {
            Fact::Purged {
                items,
                sent,
                decision,
                ..
            } => {
                let items = (of(self.language).names.items)(*items);
                (say.purged)(&items, *sent, decision)
            }
            Fact::WentLive { .. } => say.went_live.to_owned(),
            Fact::Paused { reason } => (say.paused)(reason),
            Fact::Resumed => say.resumed.to_owned(),
            of_other_topics!(Service) => String::new(),
        }
    }

    fn sent(&self, fact: &Fact) -> String {
        let Fact::Sent {
            effect,
            at,
            promise,
        } = fact
        else {
            return String::new();
        };
        let (say, name) = (self.say(), of(self.language).names.effect);
        let text = (say.sent)(&name(*effect), &self.moment(*at));
        match promise {
            Some(day) => (say.promising)(text.trim_end_matches('.'), &self.date(*day)),
            None => text,
        }
    }

    pub(super) fn mail(&self, fact: &Fact) -> String {
        let say = self.say();
        let words = of(self.language);
        let name = |effect: &Effect| (words.names.effect)(*effect);
        match fact {
            Fact::Queued { .. } => self.queued(fact),
            Fact::Withheld { effect, .. } => (say.withheld)(&name(effect)),
            Fact::Sent { .. } => self.sent(fact),
            Fact::Withdrawn { effect, why, .. } => {
                (say.withdrawn)(&name(effect), (words.reasons.withdrawal)(*why))
            }
            Fact::Failed {
                effect,
                failure,
                why,
            } => {
                let failure = (words.names.failure)(*failure);
                format!("{} {failure}{}.", name(effect), self.because(why.as_ref()))
            }
            of_other_topics!(Mail) => String::new(),
        }
    }

    /// Why a mail did not arrive, in the words of its server.
    fn because(&self, why: Option<&Undelivered>) -> String {
        let why = why.filter(|why| why.as_str() != ERASED_TEXT);
        let why = why.map(|why| format!(": {}", reasons::undelivered(self.language, why)));
        why.unwrap_or_default()
    }

    /// A mail that was decided: to whom, whom it names, and what it promises.
    fn queued(&self, fact: &Fact) -> String {
        let Fact::Queued {
            effect,
            to,
            promise,
            names,
            ..
        } = fact
        else {
            return String::new();
        };
        let say = self.say();
        let mut text = (say.queued)(&(of(self.language).names.effect)(*effect));
        if let Some(named) = names {
            text = (say.naming)(&text, &self.person(named));
        }
        if !effect.is_for_citizen() {
            let people: Vec<String> = to.iter().map(|id| self.person(id)).collect();
            text = (say.for_people)(&text, &people.join(", "));
        }
        match promise {
            Some(day) => (say.promising)(&text, &self.date(*day)),
            None => format!("{text}."),
        }
    }
}
