//! A message that lies in the mailbox more than once: each copy is judged alone, and the best one
//! decides.
//!
//! A list's copy needs no answer, the direct one does; what a filter put into the junk folder is
//! rescued; a forged copy comes before the real one. A later copy takes nothing back, and opens
//! nothing that a person, a command or an answer has settled. It is not a second message: its item
//! keeps its arrival and every mail that was sent about it.

use crate::domain::classify::{Class, Verdict};
use crate::domain::event::{Effect, Flag};
use crate::domain::item::{Item, State};
use crate::domain::no_question::Presumed;
use crate::domain::reason::Reason;

/// What a better copy changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// It needs an answer, as none before it did.
    Opens,
    /// An automatic notice may go, as for none before it.
    MayNotify,
}

/// Why a notice is withheld for every copy: by the surroundings of the message, not by the copy.
const BY_SURROUNDINGS: [Flag; 3] = [Flag::AfterAnswer, Flag::Echo, Flag::StrangersReply];

/// The flags of a copy that a better one does not have.
pub const OF_A_WORSE_COPY: [Flag; 2] = [Flag::DmarcFailed, Flag::ForgedMark];

/// Whether another copy can change anything about an item.
#[must_use]
pub fn may_change(item: &Item) -> bool {
    item.state == State::Excluded || item.is_presumed() || item.state.is_live() && !item.may_notify
}

/// Whether a copy outside the junk folder, judged by itself, is better than those before it.
#[must_use]
pub fn better(item: &Item, verdict: &Verdict) -> Option<Better> {
    match item.state {
        State::Excluded => {
            let by_signs = matches!(item.excluded_reason, Some(Reason::Signs(_)));
            (by_signs && verdict.needs_answer).then_some(Better::Opens)
        }
        State::Open | State::ProbablyAnswered => {
            let is_held = BY_SURROUNDINGS.iter().any(|flag| item.flags.contains(flag));
            let gains =
                verdict.may_notify && !item.may_notify && !item.done.contains_key(&Effect::Notice);
            (gains && !is_held).then_some(Better::MayNotify)
        }
        State::NoQuestion => {
            let by_copy = match item.no_question {
                Some(Presumed::Junk | Presumed::NoReply) => true,
                Some(Presumed::Absence) => verdict.class != Class::AutoReply,
                // That it follows an answer, every copy does.
                Some(Presumed::Thanks) | None => false,
            };
            (by_copy && item.is_presumed() && verdict.needs_answer).then_some(Better::Opens)
        }
        State::Answered | State::Closed | State::History => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::admit::tests::leader;
    use crate::domain::classify::Class;
    use crate::domain::reason::Sign;

    fn verdict(needs_answer: bool, may_notify: bool) -> Verdict {
        Verdict {
            class: Class::Correspondence,
            needs_answer,
            may_notify,
            counts_as_answer: false,
            reasons: vec![Sign::NoMachine],
            marks: Vec::new(),
            trust: None,
        }
    }

    fn item(state: State, may_notify: bool) -> Item {
        Item {
            state,
            may_notify,
            ..leader(None)
        }
    }

    #[test]
    fn a_copy_outside_the_junk_folder_makes_a_question() {
        let auto_reply = Verdict {
            class: Class::AutoReply,
            ..verdict(true, false)
        };
        for (why, verdict, opens) in [
            (Presumed::Junk, verdict(true, true), true),
            (Presumed::Junk, auto_reply.clone(), true),
            (Presumed::Junk, verdict(false, false), false),
            (Presumed::NoReply, verdict(true, false), true),
            (Presumed::Absence, verdict(true, true), true),
            (Presumed::Absence, auto_reply, false),
            (Presumed::Thanks, verdict(true, true), false),
        ] {
            let item = Item {
                no_question: Some(why),
                ..item(State::NoQuestion, false)
            };
            let expected = opens.then_some(Better::Opens);
            assert_eq!(better(&item, &verdict), expected, "{why:?} {verdict:?}");
        }
    }

    #[test]
    fn the_best_copy_decides() {
        let signs = || Some(Reason::Signs(vec![Sign::BulkAndList]));
        for (state, reason, verdict, expected) in [
            (
                State::Excluded,
                signs(),
                verdict(true, true),
                Some(Better::Opens),
            ),
            (
                State::Excluded,
                signs(),
                verdict(true, false),
                Some(Better::Opens),
            ),
            (State::Excluded, signs(), verdict(false, false), None),
            (
                State::Excluded,
                Some(Reason::Person("reklam".to_owned())),
                verdict(true, true),
                None,
            ),
            (
                State::Excluded,
                Some(Reason::OwnMail),
                verdict(true, true),
                None,
            ),
            (
                State::Open,
                None,
                verdict(true, true),
                Some(Better::MayNotify),
            ),
            (State::Open, None, verdict(true, false), None),
            (
                State::ProbablyAnswered,
                None,
                verdict(true, true),
                Some(Better::MayNotify),
            ),
            (State::Answered, None, verdict(true, true), None),
            (State::Closed, None, verdict(true, true), None),
            (State::History, None, verdict(true, true), None),
        ] {
            let item = Item {
                excluded_reason: reason,
                ..item(state, false)
            };
            assert_eq!(
                better(&item, &verdict),
                expected,
                "{state:?} {:?} {verdict:?}",
                item.excluded_reason
            );
        }
        assert_eq!(
            better(&item(State::Open, true), &verdict(true, true)),
            None,
            "it may be noticed already"
        );
    }

    #[test]
    fn what_surrounds_a_message_holds_every_copy() {
        for flag in BY_SURROUNDINGS {
            let mut item = item(State::Open, false);
            item.flags.insert(flag);
            assert_eq!(better(&item, &verdict(true, true)), None, "{flag:?}");
        }
        let told = Item {
            may_notify: false,
            ..leader(Some("2026-11-18T12:00:00Z"))
        };
        assert_eq!(
            better(&told, &verdict(true, true)),
            None,
            "there was a notice"
        );
    }

    #[test]
    fn a_copy_changes_what_no_person_and_no_answer_has_settled() {
        for (state, may_notify, may) in [
            (State::Open, false, true),
            (State::Open, true, false),
            (State::ProbablyAnswered, false, true),
            (State::Excluded, true, true),
            (State::NoQuestion, true, true),
            (State::Answered, false, false),
            (State::Closed, false, false),
            (State::History, false, false),
        ] {
            let item = item(state, may_notify);
            assert_eq!(may_change(&item), may, "{state:?} {may_notify}");
        }
    }
}
