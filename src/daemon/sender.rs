//! One sender for each mailbox: hands over what its outbox holds, so that a slow SMTP server never
//! keeps the reader waiting.

use super::lines;
use super::shared::Shared;
use crate::config;
use crate::drivers::deliver::send_due;
use crate::ports::Clock;
use crate::rounds::judge::{cannot_send, of_sent};
use crate::smtp::pace::Paced;
use std::sync::Arc;
use std::time::Duration;

/// How long a sender rests when it is not rung: mails that were deferred wait for their time.
pub const REST: Duration = Duration::from_secs(30);

/// The longest rest of a sender whose server takes nothing: seldom enough not to lock an account,
/// soon enough after it was put right. The bell does not cut it.
pub const LONGEST_REST: Duration = Duration::from_mins(5);

pub(super) async fn run(shared: Arc<Shared>, index: usize) {
    let settings = shared.config.mailboxes[index].clone();
    let mut transport = None;
    let mut failures: u32 = 0;
    while !shared.is_stopping() {
        // Boxed, so that its room is free while there is nothing to send.
        let goes = Box::pin(send(&shared, &settings, &mut transport)).await;
        failures = if goes { 0 } else { failures.saturating_add(1) };
        if failures > 0 {
            let rest = REST
                .saturating_mul(1 << (failures - 1).min(16))
                .min(LONGEST_REST);
            if shared.sleep(rest).await {
                continue;
            }
            break;
        }
        let mut stop = shared.stop.clone();
        tokio::select! {
            () = shared.outbox[index].notified() => {}
            () = tokio::time::sleep(REST) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
    if let Some(mut transport) = transport {
        transport.close().await;
    }
}

/// The way out of a mailbox.
pub(super) fn open(shared: &Shared, settings: &config::Mailbox) -> Result<Paced, String> {
    Paced::new(
        &settings.smtp,
        shared.accounts.of(&settings.smtp),
        Arc::clone(&shared.logins),
        shared.stop.clone(),
    )
    .map(|open| open.fenced(shared.leave.clone()))
    .map_err(|error| {
        let error = error.to_string();
        lines::cannot_send(shared, settings, &error);
        error
    })
}

/// Sends all that is due; what went wrong is logged, and noted for the alarm. Whether the server
/// takes mail, as far as was seen.
async fn send(shared: &Shared, settings: &config::Mailbox, transport: &mut Option<Paced>) -> bool {
    let open = match transport {
        Some(open) => open,
        None => match open(shared, settings) {
            Ok(new) => transport.insert(new),
            Err(error) => {
                shared
                    .health()
                    .note(vec![cannot_send(error, settings)], shared.clock.now());
                return false;
            }
        },
    };
    let goes_on = || !shared.is_stopping();
    let sending = send_due(&shared.engine, &settings.name, open, &shared.clock, goes_on);
    let sent = Box::pin(sending).await;
    open.rest().await;
    shared
        .health()
        .note(of_sent(&sent, settings), shared.clock.now());
    match sent {
        Ok(handed) => {
            lines::sent(shared, settings, &handed);
            handed.deferred.is_none() && handed.barred.is_none()
        }
        Err(error) => {
            tracing::error!(mailbox = settings.name, %error, "the outbox cannot be worked on");
            false
        }
    }
}
