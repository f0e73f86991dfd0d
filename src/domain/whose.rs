//! Whose an address is, as the municipality sees it: a mailbox's own, a member of staff's, a
//! colleague's, or from outside.

/// Whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose<'a> {
    /// A watched mailbox's.
    Own,
    /// A member of staff's, with their id.
    Staff(&'a str),
    /// A member of staff's who has left, with their id: a colleague's by now.
    Former(&'a str),
    /// Another address of the municipality.
    Colleague,
    Outside,
}

impl Whose<'_> {
    /// Whether the municipality itself writes and reads there.
    #[must_use]
    pub fn is_inside(self) -> bool {
        self != Whose::Outside
    }

    #[must_use]
    pub fn is_colleague(self) -> bool {
        matches!(self, Whose::Colleague | Whose::Former(_))
    }
}
