//! Marks that a mail to others explains, and forwards to colleagues.

use super::{Finding, Judge, Pointed, Question, is_by_id, is_latest_word};
use crate::domain::event::{AssignedBy, EvidenceKind, Fact, MatchedBy};
use crate::domain::item::{Item, State};
use crate::domain::trust::Belief;
use crate::domain::whose::Whose;

impl Judge<'_, '_> {
    /// The mark of the mail program made an answer probable; a mail in Sent that names the question
    /// by id and goes past its citizen is why the mark is there.
    pub(super) fn explained(&self, target: &Question, by: MatchedBy) -> Option<Finding> {
        let item = &target.item;
        let by_mark = item.state == State::ProbablyAnswered
            && item
                .settled
                .as_ref()
                .is_some_and(|settled| settled.evidence.kind == EvidenceKind::AnsweredFlag);
        let explains = by_mark && !self.mail.copy && is_by_id(by) && self.is_before(item);
        let fact = Fact::NotAnswered {
            evidence: Some(self.evidence(by)),
        };
        explains.then_some(Finding {
            item: item.id,
            by: None,
            fact,
        })
    }

    /// A mail seemed to point at nothing when it was read, since what it points at was read later:
    /// of what else it was taken for the answer, it is none. `theirs`: live questions of its
    /// recipients.
    #[must_use]
    pub fn explained_away(&self, pointed: &Pointed, theirs: &[Question]) -> Vec<Finding> {
        let is_other = |question: &&Question| {
            let is_target = |target: &Question| target.item.id == question.item.id;
            self.is_the_answer_by_address(&question.item)
                && !pointed.questions.iter().any(is_target)
                && pointed
                    .questions
                    .iter()
                    .any(|target| target.citizen.is_same(&question.citizen))
        };
        let none = |question: &Question| Finding {
            item: question.item.id,
            by: None,
            fact: Fact::NotAnswered {
                evidence: Some(self.evidence(pointed.by)),
            },
        };
        theirs.iter().filter(is_other).map(none).collect()
    }

    /// This mail was taken for its probable answer because of its address alone.
    fn is_the_answer_by_address(&self, item: &Item) -> bool {
        let settled = item
            .settled
            .as_ref()
            .filter(|_| item.state == State::ProbablyAnswered);
        settled.is_some_and(|settled| {
            let evidence = &settled.evidence;
            evidence.message_id.is_some()
                && evidence.message_id == self.mail.message_id
                && evidence.matched_by == Some(MatchedBy::Address)
        })
    }

    /// The citizen is not among the recipients: with one member of staff among them, that one has
    /// it from now on.
    pub(super) fn handed_over(&self, target: &Question) -> Option<Finding> {
        let mut staff: Vec<&str> = self
            .mail
            .recipients
            .iter()
            .filter_map(|to| match (self.whose)(to) {
                Whose::Staff(id) => Some(id),
                _ => None,
            })
            .collect();
        staff.sort_unstable();
        staff.dedup();
        let [to] = staff[..] else { return None };
        let item = &target.item;
        let is_news = item.state.is_live()
            && item.handler.as_deref() != Some(to)
            && is_latest_word(item, self.mail.at);
        let fact = Fact::Assigned {
            to: to.to_owned(),
            how: AssignedBy::Forward,
        };
        is_news.then(|| Finding {
            item: item.id,
            by: self.who(),
            fact,
        })
    }

    /// Whether a mail of staff outside Sent is meant for another person: to the citizen of a
    /// question, or only to colleagues. What says something to the mailbox (a member of staff who
    /// asks as a citizen, or asks about an item) is a message. Pointing at nothing it may be
    /// either, and stays a message.
    #[must_use]
    pub fn is_about_another(&self, pointed: Option<&Pointed>) -> bool {
        let from = self.mail.from.as_deref().unwrap_or_default();
        let mut others = self
            .mail
            .recipients
            .iter()
            .filter(|to| (self.whose)(to) != Whose::Own && *to != from)
            .peekable();
        let passed_on = others.peek().is_some() && others.all(|to| (self.whose)(to).is_inside());
        let is_followed =
            |pointed: &&Pointed| self.mail.belief != Belief::OnlyById || is_by_id(pointed.by);
        pointed.filter(is_followed).is_some_and(|pointed| {
            pointed.questions.iter().any(|target| {
                // Who asked is not known any more: perhaps this very member of staff.
                let is_known =
                    target.item.erased.is_none() && !target.citizen.is_reached_by([from]);
                is_known && (passed_on || self.strength(target).is_some())
            })
        })
    }
}
