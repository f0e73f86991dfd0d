//! The failures of a call: the connection, the server's answer, the process itself.

use servicelofte::ports::MailboxError;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// One mishap at one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Strike {
    /// The call never reaches the server, or is refused.
    Before(MailboxError),
    /// In the middle of what it brings.
    Inside(MailboxError),
    /// It was done, but its answer is lost.
    After(MailboxError),
    /// Fewer messages than there are come, and the server says OK.
    Partial,
    /// The process ends before the call, or after it.
    DieBefore,
    DieAfter,
}

/// The mishap that waits, and whether the process still lives: a dead one has no effect on the
/// world any more.
#[derive(Clone, Debug, Default)]
pub struct Troubles {
    /// After this many more calls.
    pub planned: Option<(u32, Strike)>,
    pub dead: Arc<AtomicBool>,
    /// How many mishaps have happened.
    pub struck: u32,
}

impl Troubles {
    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    pub fn die(&mut self) {
        self.struck += 1;
        self.dead.store(true, Ordering::SeqCst);
    }

    /// Whether the process lives to send a mail.
    pub fn call_for_sending(&self) -> Result<(), String> {
        if self.is_dead() {
            Err("the process has ended".to_owned())
        } else {
            Ok(())
        }
    }

    /// A call begins. Returns the failure in its middle or at its end; only a fetch has a middle.
    pub fn call(&mut self, is_fetch: bool) -> Result<Option<Strike>, MailboxError> {
        if self.is_dead() {
            return Err(ended());
        }
        if !is_fetch && matches!(self.planned, Some((0, Strike::Inside(_) | Strike::Partial))) {
            return Ok(None);
        }
        match self.planned.take() {
            Some((0, Strike::Before(error))) => {
                self.struck += 1;
                Err(error)
            }
            Some((0, Strike::DieBefore)) => {
                self.die();
                Err(ended())
            }
            Some((0, strike)) => {
                self.struck += 1;
                Ok(Some(strike))
            }
            later => {
                self.planned = later.map(|(calls, strike)| (calls - 1, strike));
                Ok(None)
            }
        }
    }

    /// The call has done its work.
    pub fn answer(&mut self, strike: Option<Strike>) -> Result<(), MailboxError> {
        match strike {
            Some(Strike::Inside(error) | Strike::After(error)) => Err(error),
            Some(Strike::DieAfter) => {
                self.die();
                Err(ended())
            }
            _ => Ok(()),
        }
    }
}

fn ended() -> MailboxError {
    MailboxError::Lost("the process has ended".to_owned())
}
