//! Stories of mail that says little of itself: a form that no setting names, and a subject that is
//! our reference alone.

use super::Draws;
use crate::sim::oracle::trust::Auth;
use crate::sim::play::script::{Points, Write};

impl Draws<'_> {
    /// Citizens write through a form of the house, which is no configured channel.
    pub(super) fn unlisted_form(&mut self, mailbox: usize) {
        let (citizen, subject) = (self.citizen(), self.dice.one(&super::SUBJECTS));
        let mut form = self.outside(mailbox, "webbformular@example.se", subject);
        form.kind = "form";
        form.reply_to = Some(citizen);
        if self.border {
            form.auth = Auth::Pass;
        }
        self.write(&form);
        self.ends(&form, mailbox);
    }

    /// The citizen writes again when the notice has come, and has only its reference for a subject.
    pub(super) fn only_reference(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(2_800, 6_500);
        let again = Write {
            kind: "only our reference",
            points: Points::Reference(question.slot),
            ..self.outside(mailbox, &question.from, "")
        };
        self.write(&again);
        let ended = if self.dice.percent(60) {
            &question
        } else {
            &again
        };
        self.ends(&ended.clone(), mailbox);
    }
}
