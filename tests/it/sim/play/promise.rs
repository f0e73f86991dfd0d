//! What must hold, by name. What is found wrong ends the life.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// Every mail that a reading could see is logged, once, with its true arrival.
    Logged,
    /// Every item stands as the rules say.
    Standing,
    /// Every live question past due stands by reference in some mail to staff of the last five
    /// working days.
    Stands,
    /// No address gets a mail of ours after an answer that lay in the view, or after a person
    /// closed the item.
    NotAfterAnswer,
    /// One notice per item ever, three mails an address and day.
    Once,
    /// A notice goes only where it may, when it may, and to the one whom it is for.
    MayBeSent,
    /// What may have a notice and nobody answers, has one in time.
    Noticed,
    /// Nothing is settled by what is older than itself.
    LaterThanItself,
    /// Every question is answered, noticed in time, covered, escalated, or closed by a person.
    Ends,
    /// Staff hear in office hours, while they are there.
    Staff,
    /// The operator hears of what lasts, and of nothing when all goes well.
    Operator,
    /// What must be gone is gone, and nothing else.
    Erased,
    /// Nothing of another part of the tree is read or written.
    Elsewhere,
    /// The same outcome for every reading order.
    Order,
    /// What is forged changes nothing.
    Forged,
    /// Rounds, text, log: the machine itself.
    Machine,
}

impl fmt::Display for Promise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// Something that is wrong.
#[derive(Clone, Debug)]
pub struct Wrong {
    pub promise: Promise,
    pub what: String,
}

pub type Verdict = Result<(), Wrong>;

pub fn wrong(promise: Promise, what: impl Into<String>) -> Verdict {
    Err(Wrong {
        promise,
        what: what.into(),
    })
}
