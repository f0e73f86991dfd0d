//! Erasing what the retention time ends, in small steps after a reading, so that nothing waits for
//! it. When it is time, and what goes, says [`crate::engine::purge`].

use super::Interrupted;
use crate::engine::SYSTEM;
use crate::engine::handle::Handle;
use crate::engine::purge::Purge;
use crate::ports::Clock;

/// Transactions after one reading of a mailbox; the next reading goes on.
pub const STEPS: usize = 25;

/// What a daemon does after each reading: nothing, unless it is time. `at_any_time`: it does not
/// run at night.
pub async fn daily(
    engine: &Handle,
    clock: &impl Clock,
    at_any_time: bool,
) -> Result<Option<Purge>, Interrupted> {
    let now = clock.now();
    if !engine
        .step(move |engine| engine.is_purge_due(now, at_any_time))
        .await?
    {
        return Ok(None);
    }
    for _ in 0..STEPS {
        let run = engine.step(move |engine| engine.purge(SYSTEM, now)).await?;
        if run.done {
            engine
                .step(move |engine| engine.tidy_up(now, false))
                .await?;
            return Ok(Some(run));
        }
    }
    Ok(None)
}
