//! One sender for each mailbox: hands over what its outbox holds, so that a slow SMTP server never keeps the reader
//! waiting.

use super::health::Subject;
use super::{Shared, SystemClock};
use crate::config;
use crate::engine::deliver::{Handed, send_due};
use crate::mail::texts::facts::Trouble;
use crate::ports::Clock;
use crate::smtp::pace::Paced;
use std::sync::Arc;
use std::time::Duration;

/// How long a sender rests when nobody rings: mails that were deferred wait for their time.
pub const REST: Duration = Duration::from_secs(30);

pub(super) async fn run(shared: Arc<Shared>, index: usize) {
    let settings = shared.config.mailboxes[index].clone();
    let mut transport = None;
    while !shared.is_stopping() {
        // Boxed, so that its room is free while there is nothing to send.
        Box::pin(send(&shared, &settings, &mut transport)).await;
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

/// Sends all that is due; what went wrong is logged and noted for the alarm, and returned in words.
pub(super) async fn send(shared: &Shared, settings: &config::Mailbox, transport: &mut Option<Paced>) -> Vec<String> {
    let subject = Subject::Sending(settings.name.clone());
    let trouble = |error: &str| Trouble::Sending { mailbox: settings.address.clone(), error: error.to_owned() };
    let open = match transport {
        Some(open) => open,
        None => match Paced::new(&settings.smtp, shared.accounts.of(&settings.smtp), shared.stop.clone()) {
            Ok(new) => transport.insert(new),
            Err(error) => {
                let error = error.to_string();
                tracing::error!(mailbox = settings.name, %error, "cannot send");
                shared.health().fails(subject, trouble(&error), SystemClock.now());
                return vec![error];
            }
        },
    };
    let outcome = send_due(&shared.engine, &settings.name, open, &SystemClock, || !shared.is_stopping()).await;
    open.rest().await;
    let now = SystemClock.now();
    match outcome {
        Ok(handed) => tell(shared, settings, &subject, &handed, now),
        Err(error) => {
            let error = error.to_string();
            tracing::error!(mailbox = settings.name, %error, "the outbox cannot be worked on");
            shared.health().fails(subject, trouble(&error), now);
            vec![error]
        }
    }
}

fn tell(
    shared: &Shared,
    settings: &config::Mailbox,
    subject: &Subject,
    handed: &Handed,
    now: chrono::DateTime<chrono::Utc>,
) -> Vec<String> {
    let mailbox = &settings.name;
    let mut faults = Vec::new();
    let mut health = shared.health();
    for why in &handed.rejected {
        tracing::error!(mailbox, %why, "a mail was refused for good");
        let trouble = Trouble::Sending { mailbox: settings.address.clone(), error: why.clone() };
        health.happened(Subject::Item(format!("refused.{mailbox}")), trouble, now);
        faults.push(why.clone());
    }
    if handed.unknown > 0 {
        tracing::warn!(
            mailbox,
            mails = handed.unknown,
            "the connection was lost at the end; the mail will be looked for"
        );
        faults.push("the connection was lost at the end of a mail; it is looked for at the next run".to_owned());
    }
    if let Some(why) = &handed.copy_refused {
        tracing::warn!(mailbox, %why, "the server does not take the own copy of notices (own_copy); the mail has left");
    }
    if handed.accepted > 0 {
        tracing::info!(mailbox, mails = handed.accepted, "sent");
    }
    match &handed.deferred {
        Some(why) => {
            tracing::warn!(mailbox, %why, "sending has to wait");
            let trouble = Trouble::Sending { mailbox: settings.address.clone(), error: why.clone() };
            health.fails(subject.clone(), trouble, now);
            faults.push(why.clone());
        }
        None if handed.accepted > 0 => health.works(subject, now),
        None => {}
    }
    faults
}
