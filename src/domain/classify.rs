//! What a message is, and three separate answers with their reasons: does it need an answer from us, may an automatic
//! notice be sent, and does it count as our answer when staff send it?

use serde::{Deserialize, Serialize};

/// The classes of product.md's table, in the order in which their signs are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Own,
    Unreadable,
    Bounce,
    Receipt,
    AutoReply,
    Calendar,
    Bulk,
    Group,
    Notification,
    Letter,
    Correspondence,
}

/// The verdict on one message. `reasons` name the signs in plain words; they hold no address and no subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub class: Class,
    pub needs_answer: bool,
    pub may_notify: bool,
    pub counts_as_answer: bool,
    pub reasons: Vec<String>,
}
