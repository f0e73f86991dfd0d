//! What a mail to staff shows of the citizen's mail. It cannot be made without the mailbox's policy, so that nobody shows by
//! mistake what the municipality has not opted in to (secrecy between its boards).

use crate::domain::board::StaffMail;
use serde::Serialize;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    subject: Option<String>,
    sender: Option<String>,
}

impl Shown {
    #[must_use]
    pub fn new(policy: StaffMail, subject: &str, sender: &str) -> Self {
        Self { subject: policy.subject.then(|| subject.to_owned()), sender: policy.sender.then(|| sender.to_owned()) }
    }

    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    #[must_use]
    pub fn sender(&self) -> Option<&str> {
        self.sender.as_deref()
    }

    /// Whether it shows nothing.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.subject.is_none() && self.sender.is_none()
    }
}
