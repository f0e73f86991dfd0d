//! How an item began.

use super::Teller;
use crate::domain::event::{Logged, Standing};
use crate::domain::item::ItemId;
use crate::domain::reason::Reason;
use crate::mail::texts::{in_words, reasons};
use crate::words::of;

impl Teller<'_> {
    pub(super) fn logged(&self, logged: &Logged) -> String {
        let say = self.say();
        let mut text = (say.arrived)(
            &self.moment(logged.received_at),
            (say.arrival)(logged.arrival),
            (of(self.language).names.class)(logged.class),
            &in_words::folder(self.language, &logged.folder),
        );
        if !logged.reasons.is_empty() {
            let signs = reasons::signs(self.language, &logged.reasons);
            text = format!("{text} [{signs}]");
        }
        if let Some(whole) = logged.part_of {
            text = (say.part_of)(&text, ItemId(whole));
        }
        format!("{text}. {}", self.standing(&logged.standing))
    }

    fn standing(&self, standing: &Standing) -> String {
        let say = self.say();
        match standing {
            Standing::History => say.not_watched.to_owned(),
            Standing::Excluded {
                reason: Reason::Signs(_),
            } => say.needs_no_answer.to_owned(),
            Standing::Excluded { reason } => {
                (say.needs_no_answer_since)(&reasons::reason(self.language, reason))
            }
            Standing::NoQuestion { .. } => say.no_question.to_owned(),
            Standing::Open { .. } => self.open(standing),
        }
    }

    fn open(&self, standing: &Standing) -> String {
        let say = self.say();
        let Standing::Open {
            due,
            handler,
            assigned_by,
            leader,
            covered_by,
            ..
        } = standing
        else {
            return String::new();
        };
        let mut sentences = vec![(say.answer_by)(&self.date(due.date))];
        sentences.extend(leader.map(|leader| (say.follows)(ItemId(leader))));
        sentences.extend(covered_by.map(|by| (say.covered)(ItemId(by))));
        sentences.push(match (handler, assigned_by) {
            (Some(handler), Some(how)) => {
                let how = (of(self.language).names.assigned_by)(*how);
                (say.handler)(&self.person(handler), how)
            }
            _ => say.no_handler.to_owned(),
        });
        sentences.join(" ")
    }
}
