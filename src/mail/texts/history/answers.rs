//! How an item was answered or closed.

use super::Teller;
use crate::domain::event::{Evidence, EvidenceKind, Fact};
use crate::mail::texts::names;
use chrono::{DateTime, Utc};

impl Teller<'_> {
    /// An answer, a closing, or the word that it was none.
    pub(super) fn settling(&self, fact: &Fact) -> String {
        let pick = |sv, en| self.pick(sv, en);
        match fact {
            Fact::Answered {
                at,
                answered_by,
                evidence,
            } => self.answered(
                pick("Besvarades", "Was answered"),
                *at,
                answered_by.as_deref(),
                evidence,
            ),
            Fact::ProbablyAnswered {
                at,
                answered_by,
                evidence,
            } => {
                let verb = pick("Besvarades kanske", "Was perhaps answered");
                self.answered(verb, *at, answered_by.as_deref(), evidence)
            }
            Fact::Contacted {
                at,
                answered_by,
                evidence,
            } => {
                let verb = pick("Kontakt, men inget beslut", "Contact, and no decision");
                self.answered(verb, *at, answered_by.as_deref(), evidence)
            }
            Fact::NotAnswered { evidence: None } => pick(
                "Är inte besvarat: mejlet var inget svar.",
                "Is not answered: the mail was no answer.",
            )
            .to_owned(),
            Fact::NotAnswered {
                evidence: Some(evidence),
            } => format!(
                "{} ({}).",
                pick(
                    "Är inte besvarat: märket ”besvarat” kom av ett mejl till någon annan",
                    "Is not answered: the mark \"answered\" came of a mail to somebody else",
                ),
                names::evidence(self.language, evidence),
            ),
            Fact::Closed { note, .. } => match note {
                Some(note) => format!(
                    "{}. {}: {}",
                    self.closed(fact),
                    pick("Anteckning", "Note"),
                    self.words(note)
                ),
                None => format!("{}.", self.closed(fact)),
            },
            _ => String::new(),
        }
    }

    /// Without the full stop.
    fn closed(&self, fact: &Fact) -> String {
        let pick = |sv, en| self.pick(sv, en);
        let Fact::Closed {
            at,
            how,
            self_reported,
            evidence,
            ..
        } = fact
        else {
            return String::new();
        };
        let how = names::how(self.language, *how);
        let mut text = format!("{}: {how}", pick("Avslutades", "Was closed"));
        if evidence.kind == EvidenceKind::Command {
            text = format!("{text}, {}", pick("med mejlkommando", "by a mail command"));
        }
        if *self_reported {
            let account = pick("enligt uppgift", "by their account");
            text = format!("{text}, {account} {}", self.moment(*at));
        }
        text
    }

    fn answered(
        &self,
        verb: &str,
        at: DateTime<Utc>,
        by: Option<&str>,
        evidence: &Evidence,
    ) -> String {
        let by = by.map(|by| format!(" {} {}", self.pick("av", "by"), self.person(by)));
        let evidence = names::evidence(self.language, evidence);
        format!(
            "{verb} {}{}: {evidence}.",
            self.moment(at),
            by.unwrap_or_default()
        )
    }
}
