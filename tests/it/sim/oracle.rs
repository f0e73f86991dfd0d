//! The oracle: what really happened, and what must therefore stand in the register and may have
//! left the house. Written from the page of rules about people and from the simulation's own
//! knowledge, never from the program's core; slow and obvious. What the program tells about itself
//! (which item a mail speaks for, who has an item) is used to ask, not to judge.

pub mod class;
pub mod facts;
pub mod judge;
mod letters;
mod lies;
pub mod mail;
pub mod pointing;
mod presence;
mod tables;
pub mod trust;
pub mod words;

/// What the rules say: for certain, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    Yes,
    No,
    /// It depends on what the program could see at a moment that the oracle does not know.
    Any,
}

/// The pledges of the town, by what they match.
pub fn pledge(mail: &mail::Mail) -> &'static str {
    if mail.from == "skanner@example.se" {
        "letter"
    } else if mail.subject.to_lowercase().contains("klagomål") {
        "complaint"
    } else {
        "email"
    }
}

/// What such a pledge covers is never presumed anything.
pub fn has_match(pledge: &str) -> bool {
    pledge != "email"
}
