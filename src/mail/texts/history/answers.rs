//! How an item was answered or closed.

use super::Teller;
use crate::domain::event::{Evidence, EvidenceKind, Fact, of_other_topics};
use crate::mail::texts::names;
use crate::words::of;
use chrono::{DateTime, Utc};

impl Teller<'_> {
    /// An answer, a closing, or the word that it was none.
    pub(super) fn settling(&self, fact: &Fact) -> String {
        let say = self.say();
        match fact {
            Fact::Answered {
                at,
                answered_by,
                evidence,
            } => self.answered(say.was_answered, *at, answered_by.as_deref(), evidence),
            Fact::ProbablyAnswered {
                at,
                answered_by,
                evidence,
            } => {
                let verb = say.was_perhaps_answered;
                self.answered(verb, *at, answered_by.as_deref(), evidence)
            }
            Fact::Contacted {
                at,
                answered_by,
                evidence,
            } => self.answered(say.contact, *at, answered_by.as_deref(), evidence),
            Fact::NotAnswered { evidence: None } => say.not_answered.to_owned(),
            Fact::NotAnswered {
                evidence: Some(evidence),
            } => (say.flag_of_another)(&names::evidence(self.language, evidence)),
            Fact::Closed { note, .. } => {
                self.with_note(&format!("{}.", self.closed(fact)), note.as_deref())
            }
            of_other_topics!(Answer) => String::new(),
        }
    }

    /// Without the full stop.
    fn closed(&self, fact: &Fact) -> String {
        let say = self.say();
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
        let mut text = (say.closed)((of(self.language).names.how)(*how));
        if evidence.kind == EvidenceKind::Command {
            text = (say.by_command)(&text);
        }
        if *self_reported {
            text = (say.self_reported)(&text, &self.moment(*at));
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
        let mut text = format!("{verb} {}", self.moment(at));
        if let Some(by) = by {
            text = (self.say().done_by)(&text, &self.person(by));
        }
        let evidence = names::evidence(self.language, evidence);
        format!("{text}: {evidence}.")
    }
}
