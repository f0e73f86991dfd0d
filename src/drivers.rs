//! The drivers: they join the engine to the ports, and the only asynchronous code below the rounds.
//! They hold no rule: each asks the engine for the next step, lets the mailbox or the transport do
//! it, and hands back the result.
//!
//! A driver's work is kept when it ends, for any reason; the next one begins there.

pub mod closer;
mod compare;
pub mod deliver;
pub mod erase;
mod meeting;
mod numbers;
mod parsing;
pub mod reader;
pub mod sync;
mod trash;

use crate::domain::blind::Cause;
use crate::engine::handle::{Stopped, Undone};
use crate::ports::MailboxError;
use crate::store::StoreError;

/// Why a driver did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum Interrupted {
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl From<Undone> for Interrupted {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Store(error) => Self::Store(error),
            Undone::Stopped(stopped) => Self::Stopped(stopped),
        }
    }
}

/// What a failed reading says about its cause.
#[must_use]
pub fn cause_of(error: &Interrupted) -> Option<Cause> {
    match error {
        Interrupted::Mailbox(error) => Some(match error {
            MailboxError::Lost(_) | MailboxError::Expired(_) | MailboxError::Busy(_) => {
                Cause::Unreachable
            }
            MailboxError::Throttled(_) => Cause::Throttled,
            MailboxError::Login(_) => Cause::Login,
            MailboxError::Tls(_) => Cause::Tls,
            MailboxError::Folder { .. } => Cause::Folder,
            MailboxError::Refused(_) => Cause::Refused,
        }),
        Interrupted::Store(_) => Some(Cause::Register),
        Interrupted::Stopped(_) => None,
    }
}
