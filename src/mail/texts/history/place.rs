//! Where an item lies, its marks, and who has it.

use super::Teller;
use crate::domain::event::{Fact, of_other_topics};
use crate::mail::texts::in_words;
use crate::words::of;

impl Teller<'_> {
    pub(super) fn place(&self, fact: &Fact) -> String {
        let say = self.say();
        let names = &of(self.language).names;
        match fact {
            Fact::Moved { folder } => (say.moved)(&in_words::folder(self.language, folder)),
            Fact::Gone => say.gone.to_owned(),
            Fact::Flagged { flag } => (say.marked)((names.flag)(*flag)),
            Fact::Unflagged { flag } => (say.unmarked)((names.flag)(*flag)),
            Fact::Assigned { to, how } => {
                (say.assigned)(&self.person(to), (names.assigned_by)(*how))
            }
            Fact::HandedBack { to: Some(to), .. } => (say.handed_back)(&self.person(to)),
            Fact::HandedBack { to: None, .. } => say.handed_back_to_none.to_owned(),
            of_other_topics!(Place) => String::new(),
        }
    }
}
