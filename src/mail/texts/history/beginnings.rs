//! How an item began.

use super::Teller;
use crate::domain::event::{Arrival, Logged, Standing};
use crate::domain::item::ItemId;
use crate::domain::reason::Reason;
use crate::mail::texts::names;
use crate::mail::texts::{reasons, words};

impl Teller<'_> {
    pub(super) fn logged(&self, logged: &Logged) -> String {
        let pick = |sv, en| self.pick(sv, en);
        let source = match logged.arrival {
            Arrival::Internaldate => pick("serverns tid", "the server's time"),
            Arrival::Border => pick("tiden vid gränsen", "the time at the border"),
            Arrival::Stamp => pick("stämpeldagen gäller", "the stamp day counts"),
            Arrival::FirstSeen => pick("när det först sågs", "when it was first seen"),
        };
        let mut text = format!(
            "{} {} ({source}): {} {} {}",
            pick("Kom in", "Arrived on"),
            self.moment(logged.received_at),
            names::class(self.language, logged.class),
            pick("i", "in"),
            words::folder(self.language, &logged.folder)
        );
        if !logged.reasons.is_empty() {
            text = format!(
                "{text} [{}]",
                reasons::signs(self.language, &logged.reasons)
            );
        }
        match &logged.standing {
            Standing::History => {
                format!(
                    "{text}. {}",
                    pick(
                        "Före starten: bevakas inte.",
                        "Before the start: not watched."
                    )
                )
            }
            Standing::Excluded {
                reason: Reason::Signs(_),
            } => {
                format!(
                    "{text}. {}",
                    pick("Behöver inget svar.", "Needs no answer.")
                )
            }
            Standing::Excluded { reason } => {
                let reason = reasons::reason(self.language, reason);
                format!(
                    "{text}. {}: {reason}.",
                    pick("Behöver inget svar", "Needs no answer")
                )
            }
            Standing::NoQuestion { .. } => {
                format!(
                    "{text}. {}",
                    pick("Är troligen ingen fråga.", "Is most likely no question.")
                )
            }
            Standing::Open {
                due,
                handler,
                assigned_by,
                leader,
                covered_by,
                ..
            } => {
                text = format!(
                    "{text}. {} {}.",
                    pick("Svar senast", "Answer by"),
                    self.date(due.date)
                );
                if let Some(leader) = leader {
                    let same = pick("Väntar på samma svar som", "Waits for the same answer as");
                    text = format!("{text} {same} {}.", ItemId(*leader));
                }
                if let Some(by) = covered_by {
                    let covered = pick("Ingår i beskedet om", "Covered by the notice about");
                    text = format!("{text} {covered} {}.", ItemId(*by));
                }
                match (handler, assigned_by) {
                    (Some(handler), Some(how)) => format!(
                        "{text} {}: {}, {}.",
                        pick("Handläggare", "Handler"),
                        self.person(handler),
                        names::assigned_by(self.language, *how)
                    ),
                    _ => format!("{text} {}", pick("Ingen handläggare.", "No handler.")),
                }
            }
        }
    }
}
