//! What a mail to staff shows of the citizen's mail. It cannot be made without the word whether its
//! reader may see it ([`crate::domain::board::Board::shows`]), so that it is not shown by mistake
//! (secrecy between boards).

use serde::Serialize;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Shown {
    subject: Option<String>,
    sender: Option<String>,
}

impl Shown {
    #[must_use]
    pub fn new(is_shown: bool, subject: &str, sender: &str) -> Self {
        let shown = |text: &str| is_shown.then(|| text.to_owned());
        Self {
            subject: shown(subject),
            sender: shown(sender),
        }
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
