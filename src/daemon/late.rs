//! What time can mend at the start: a register that another process still holds, a full disk, a
//! file of a password that comes a minute late. A service waits for it, slowly and for ever, and
//! says so; a command ends with the reason.

use super::repeats::Repeats;
use super::{Signal, Signals, pulse};
use crate::failure::Failure;
use std::time::{Duration, Instant};

/// The first wait; doubled each time.
pub const FIRST_WAIT: Duration = Duration::from_secs(2);
/// The longest wait between two tries.
pub const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// After this time the service manager hears that the service is up, and waits: others must not
/// wait with it.
pub const UP_ALL_THE_SAME: Duration = Duration::from_secs(30);

/// Tries until it succeeds, or fails for a reason that time cannot mend. `None`: it was ordered to
/// stop meanwhile. `tell` hears of each failure, and for how long it has lasted.
pub(super) async fn patiently<T>(
    signals: &mut Signals,
    mut attempt: impl FnMut() -> Result<T, Failure>,
    mut tell: impl AsyncFnMut(&Failure, Duration),
) -> Result<Option<T>, Failure> {
    let (begun, repeats, mut wait) = (Instant::now(), Repeats::default(), FIRST_WAIT);
    loop {
        let failure = match attempt() {
            Ok(done) => {
                is_there(&repeats);
                return Ok(Some(done));
            }
            Err(failure) if failure.passes() && pulse::is_service() => failure,
            Err(failure) => return Err(failure),
        };
        let why = failure.to_string().replace('\n', "; ");
        if repeats.tells("start", &why, Instant::now()).is_some() {
            tracing::error!(%why, "the service cannot start yet; it is tried again");
        }
        pulse::waits(&why, begun.elapsed() >= UP_ALL_THE_SAME, LONGEST_WAIT * 2);
        tell(&failure, begun.elapsed()).await;
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            signal = signals.next() => if signal == Signal::Stop { return Ok(None) },
        }
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

fn is_there(repeats: &Repeats) {
    if let Some(lasted) = repeats.over("start", Instant::now()) {
        let seconds = lasted.as_secs();
        tracing::warn!(seconds, "what was missing at the start is there");
    }
}
