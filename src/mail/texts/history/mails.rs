//! The history of a mail: held, sent, lost, erased.

use super::Teller;
use crate::domain::event::{ERASED_TEXT, Fact};
use crate::mail::texts::names;
use crate::mail::texts::reasons;

impl Teller<'_> {
    /// How long it is kept.
    pub(super) fn keeping(&self, fact: &Fact) -> String {
        let pick = |sv, en| self.pick(sv, en);
        match fact {
            Fact::Held { note } => {
                let text = pick(
                    "Ska bevaras och inte gallras.",
                    "Is to be kept and not erased.",
                );
                note.as_ref().map_or_else(
                    || text.to_owned(),
                    |note| {
                        format!(
                            "{text} {}: {}",
                            pick("Anteckning", "Note"),
                            self.words(note)
                        )
                    },
                )
            }
            Fact::Released => {
                pick("Behöver inte längre bevaras.", "Need no longer be kept.").to_owned()
            }
            Fact::Erased { decision } => {
                format!(
                    "{} {decision}.",
                    pick("Gallrades enligt beslut", "Was erased by decision")
                )
            }
            Fact::Purged {
                items,
                sent,
                decision,
                ..
            } => format!(
                "{}: {}, {sent} {} ({} {decision}).",
                pick("Gallring", "Erased"),
                names::items(self.language, *items),
                pick("mejl från personalen", "mails of staff"),
                pick("beslut", "decision"),
            ),
            _ => String::new(),
        }
    }

    /// Whether mail leaves at all; said of the service, not of an item.
    pub(super) fn leaving(&self, fact: &Fact) -> String {
        let pick = |sv, en| self.pick(sv, en);
        match fact {
            Fact::WentLive { .. } => {
                pick("Tjänsten togs i skarp drift.", "The service went live.").to_owned()
            }
            Fact::Paused { reason } => {
                format!(
                    "{}: {reason}",
                    pick(
                        "Mejl till medborgare pausades",
                        "Mail to citizens was paused"
                    )
                )
            }
            _ => pick(
                "Mejl till medborgare skickas igen.",
                "Mail to citizens leaves again.",
            )
            .to_owned(),
        }
    }

    pub(super) fn mail(&self, fact: &Fact) -> String {
        let pick = |sv, en| self.pick(sv, en);
        let name = |effect| names::effect(self.language, effect);
        match fact {
            Fact::Queued {
                effect,
                to,
                promise,
                names,
            } => {
                let mut text = format!("{} {}", name(*effect), pick("lades i kö", "was queued"));
                if let Some(named) = names {
                    text = format!(
                        "{text}; {} {}",
                        pick("det namnger", "it names"),
                        self.person(named)
                    );
                }
                if !effect.is_for_citizen() {
                    let people: Vec<String> = to.iter().map(|id| self.person(id)).collect();
                    text = format!("{text} {} {}", pick("till", "for"), people.join(", "));
                }
                match promise {
                    Some(day) => format!(
                        "{text}; {} {}.",
                        pick("svar utlovas senast", "answer by"),
                        self.date(*day)
                    ),
                    None => format!("{text}."),
                }
            }
            Fact::Withheld { effect, .. } => format!(
                "{} {}.",
                name(*effect),
                pick(
                    "skulle ha skickats (skuggläge)",
                    "would have been sent (shadow)"
                )
            ),
            Fact::Sent { effect, at } => {
                format!(
                    "{} {} {}.",
                    name(*effect),
                    pick("skickades", "was sent on"),
                    self.moment(*at)
                )
            }
            Fact::Withdrawn { effect, why } => {
                let why = reasons::withdrawal(self.language, *why);
                format!(
                    "{} {}: {why}.",
                    name(*effect),
                    pick("drogs tillbaka", "was withdrawn")
                )
            }
            Fact::Failed {
                effect,
                failure,
                why,
            } => {
                let why = why.as_ref().filter(|why| why.as_str() != ERASED_TEXT);
                let why = why.map(|why| format!(": {}", reasons::undelivered(self.language, why)));
                let failure = names::failure(self.language, *failure);
                format!("{} {failure}{}.", name(*effect), why.unwrap_or_default())
            }
            _ => String::new(),
        }
    }
}
