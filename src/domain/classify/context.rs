//! What the caller knows of the message that it asks about.

use crate::domain::trust::Trust;

/// Whether a message is a mail that we sent. Anybody can write our mark, so the mark alone proves
/// nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ours {
    /// Looked up: it is none.
    No,
    /// The register knows its id, and receiver and references fit.
    ById,
    /// The register lacks it, and the tag of its id fits.
    ByTag,
    /// Not looked up (the command `classify`): the mark is believed from our own address, unless
    /// that was forged.
    #[default]
    NotLookedUp,
}

/// Whether the message belongs to a conversation that we know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Conversation {
    /// Looked up: none.
    #[default]
    Unknown,
    /// Looked up: it does.
    Known,
    /// Not looked up (the command `classify`).
    NotLookedUp,
}

/// Where the writer sits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum House {
    #[default]
    Outside,
    /// A member of staff.
    Staff,
    /// Another address of the organisation's domains.
    Colleague,
}

/// A form, a switchboard, voice mail: it writes for a citizen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel {
    /// The citizen in Reply-To may get a notice.
    pub notice: bool,
}

/// What the caller knows of the message. The default knows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// Addresses of the mailbox and its aliases, lower case.
    pub own: &'a [String],
    /// Whether it is a mail that we sent.
    pub ours: Ours,
    /// A letter pledge's rule (the scanner) fits it.
    pub letter: bool,
    /// Senders of notifications that may get a notice, at their Reply-To: addresses or `@domain`.
    pub notify_senders: &'a [String],
    /// It lies in the junk folder.
    pub in_junk: bool,
    /// It lies in a Sent folder: from the mailbox itself is then what an answer looks like.
    pub in_sent: bool,
    pub conversation: Conversation,
    /// Who the writer is to the organisation, as far as From says.
    pub house: House,
    /// The message came through a channel, of any domain.
    pub channel: Option<Channel>,
    /// Addresses or `@domain` that never get a notice.
    pub never_notify: &'a [String],
    /// What the border says of the sender; `None` where `authserv_id` is not configured.
    pub trust: Option<Trust>,
}
