//! May a reply of staff be acted on? By what it names, and by what vouches for its writer.
//!
//! A reply that may not be is never silent: the member of staff whom it claims gets one mail that
//! asks, and the answer to that mail acts. Only the real one has it.

/// What vouches for the writer of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vouched {
    /// It was seen in Sent too, or the border says that it is genuine.
    For,
    /// No border is known to speak, and nothing in the mail failed.
    Unasked,
    /// The border is known to speak, and does not vouch for it.
    NotFor,
    /// It failed, or lies in Junk.
    Against,
}

/// What a reply names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// By id, the mail that asked its writer.
    Question,
    /// By id, a mail of ours to its writer, or to a member below them.
    Theirs,
    /// By id, a mail of ours to another person.
    Anothers,
    /// By id, a mail of ours; but it was sent as the mailbox, and nothing says by whom.
    AsMailbox,
    /// A reference or a mark of ours, or an id that only looks like ours: nothing that the register
    /// knows.
    Loosely,
}

/// What becomes of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Obey,
    /// One mail asks its writer.
    Ask,
    /// What it orders is not its writer's to order.
    Refuse,
}

#[must_use]
pub fn act(names: Names, vouched: Vouched) -> Act {
    match (names, vouched) {
        (_, Vouched::Against) | (Names::AsMailbox, _) => Act::Ask,
        (Names::Question, _)
        | (Names::Theirs, Vouched::For | Vouched::Unasked)
        | (Names::Loosely, Vouched::For) => Act::Obey,
        (Names::Anothers, Vouched::For | Vouched::Unasked) => Act::Refuse,
        (Names::Theirs | Names::Anothers | Names::Loosely, _) => Act::Ask,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_obeyed_and_what_is_asked_about() {
        use Act::{Ask, Obey, Refuse};
        let vouched = [
            Vouched::For,
            Vouched::Unasked,
            Vouched::NotFor,
            Vouched::Against,
        ];
        for (names, expected) in [
            (Names::Question, [Obey, Obey, Obey, Ask]),
            (Names::Theirs, [Obey, Obey, Ask, Ask]),
            (Names::Anothers, [Refuse, Refuse, Ask, Ask]),
            (Names::AsMailbox, [Ask, Ask, Ask, Ask]),
            (Names::Loosely, [Obey, Ask, Ask, Ask]),
        ] {
            assert_eq!(
                vouched.map(|vouched| act(names, vouched)),
                expected,
                "{names:?}"
            );
        }
    }
}
