//! Where an item lies, its marks, and who has it.

use super::Teller;
use crate::domain::event::Fact;
use crate::mail::texts::{names, words};

impl Teller<'_> {
    pub(super) fn place(&self, fact: &Fact) -> String {
        let pick = |sv, en| self.pick(sv, en);
        match fact {
            Fact::Moved { folder } => {
                format!(
                    "{} {}.",
                    pick("Flyttades till", "Was moved to"),
                    words::folder(self.language, folder)
                )
            }
            Fact::Gone => pick(
                "Finns inte längre i brevlådan.",
                "Is no longer in the mailbox.",
            )
            .to_owned(),
            Fact::Flagged { flag } => {
                format!(
                    "{}: {}.",
                    pick("Märktes", "Was marked"),
                    names::flag(self.language, *flag)
                )
            }
            Fact::Unflagged { flag } => {
                let unmarked = pick("Inte längre märkt", "Is no longer marked");
                format!("{unmarked}: {}.", names::flag(self.language, *flag))
            }
            Fact::Assigned { to, how } => format!(
                "{} {}, {}.",
                pick("Handläggare blev", "Was given to"),
                self.person(to),
                names::assigned_by(self.language, *how)
            ),
            Fact::HandedBack { to: Some(to), .. } => {
                format!(
                    "{} {}.",
                    pick("Handläggare är åter", "Is again with"),
                    self.person(to)
                )
            }
            Fact::HandedBack { to: None, .. } => {
                pick("Har åter ingen handläggare.", "Has no handler again.").to_owned()
            }
            _ => String::new(),
        }
    }
}
