//! Why a citizen gets no automatic notice, as a mail to staff says it.

use serde::Serialize;

/// Why no automatic notice is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldWhy {
    /// Through a mailing list or a group.
    Group,
    /// From an automatic system that is not configured for notices.
    System,
    /// no-reply, abuse …
    RoleAddress,
    /// Reply-To another address than From.
    OtherReplyTo,
    Junk,
    /// A failed DMARC verdict: the sender may be forged.
    Forged,
    /// The border's server says nothing of the sender.
    Unvouched,
    /// Return-Path `<>`, or no usable address.
    NoReturnAddress,
    /// The address has had a notice today.
    AddressCap,
    /// The mailbox has sent as many as it may this hour.
    HourCap,
    /// Mail to citizens is paused.
    Paused,
    NoHandler,
    /// Too long past the due date (after an outage).
    TooLate,
    /// A letter: the sender has no mail address.
    NoAddress,
    /// A colleague passed it on: the citizen's address is not known.
    ForwardedIn,
    /// It is not sure that a notice would reach the right one.
    Doubtful,
}
