//! One sender for each mailbox: hands over what its outbox holds, so that a slow SMTP server never keeps the reader
//! waiting.

use super::health::Subject;
use super::{Shared, SystemClock};
use crate::config;
use crate::drivers::deliver::{Handed, send_due};
use crate::engine::Lost;
use crate::mail::texts::facts::Trouble;
use crate::ports::Clock;
use crate::smtp::pace::Paced;
use std::sync::Arc;
use std::time::Duration;

/// How long a sender rests when nobody rings: mails that were deferred wait for their time.
pub const REST: Duration = Duration::from_secs(30);

/// The longest rest of a sender whose server takes nothing: seldom enough not to lock an account, soon enough after it
/// was put right. The bell does not cut it.
pub const LONGEST_REST: Duration = Duration::from_mins(5);

pub(super) async fn run(shared: Arc<Shared>, index: usize) {
    let settings = shared.config.mailboxes[index].clone();
    let mut transport = None;
    let mut failures: u32 = 0;
    while !shared.is_stopping() {
        // Boxed, so that its room is free while there is nothing to send.
        let sent = Box::pin(send(&shared, &settings, &mut transport)).await;
        failures = if sent.goes { 0 } else { failures.saturating_add(1) };
        if failures > 0 {
            let rest = REST.saturating_mul(1 << (failures - 1).min(16)).min(LONGEST_REST);
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

/// How a round went.
pub(super) struct Round {
    /// The server takes mail, as far as was seen.
    pub goes: bool,
    /// What went wrong, in words.
    pub faults: Vec<String>,
}

impl Round {
    fn failed(why: String) -> Self {
        Self { goes: false, faults: vec![why] }
    }
}

/// Sends all that is due; what went wrong is logged, noted for the alarm, and returned.
pub(super) async fn send(shared: &Shared, settings: &config::Mailbox, transport: &mut Option<Paced>) -> Round {
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
                return Round::failed(error);
            }
        },
    };
    let outcome = send_due(&shared.engine, &settings.name, open, &SystemClock, || !shared.is_stopping()).await;
    open.rest().await;
    let now = SystemClock.now();
    match outcome {
        Ok(handed) => Round {
            goes: handed.deferred.is_none() && handed.barred.is_none(),
            faults: tell(shared, settings, &subject, &handed, now),
        },
        Err(error) => {
            let error = error.to_string();
            tracing::error!(mailbox = settings.name, %error, "the outbox cannot be worked on");
            shared.health().fails(subject, trouble(&error), now);
            Round::failed(error)
        }
    }
}

/// Mails that were given up: each is told to the operator once a day, beside what its handler hears.
pub(super) fn note_lost(
    shared: &Shared,
    settings: &config::Mailbox,
    lost: &[Lost],
    now: chrono::DateTime<chrono::Utc>,
) {
    for Lost { reference, reader, why } in lost {
        tracing::error!(mailbox = settings.name, item = reference, reader, %why, "a mail was given up");
        let (mailbox, error) = (settings.address.clone(), why.clone());
        let (subject, trouble) = match reader {
            None => (
                format!("undeliverable.{reference}"),
                Trouble::Undeliverable { reference: reference.clone(), mailbox, error },
            ),
            Some(reader) => {
                (format!("unreached.{reader}"), Trouble::Unreached { reader: reader.clone(), mailbox, error })
            }
        };
        shared.health().happened(Subject::Item(subject), trouble, now);
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
    note_lost(shared, settings, &handed.lost, now);
    let mut faults: Vec<String> = handed.lost.iter().map(|lost| lost.why.clone()).collect();
    let mut health = shared.health();
    if handed.unknown > 0 {
        tracing::warn!(
            mailbox,
            mails = handed.unknown,
            "the connection was lost at the end; the mail will be looked for"
        );
        faults.push("the connection was lost at the end of a mail; it is looked for at the next run".to_owned());
    }
    if let Some(why) = &handed.copy_refused {
        tracing::warn!(mailbox, %why, "the server does not take the copy (own_copy of a notice, the registrar's of a letter); the mail has left");
    }
    if handed.accepted > 0 {
        tracing::info!(mailbox, mails = handed.accepted, "sent");
    }
    if let Some(why) = &handed.barred {
        tracing::error!(mailbox, %why, "the server takes no mail of ours; an operator must act");
        let trouble = Trouble::Sending { mailbox: settings.address.clone(), error: why.clone() };
        health.happened(subject.clone(), trouble, now);
        faults.push(why.clone());
    }
    match &handed.deferred {
        Some(why) => {
            tracing::warn!(mailbox, %why, "sending has to wait");
            let trouble = Trouble::Sending { mailbox: settings.address.clone(), error: why.clone() };
            health.fails(subject.clone(), trouble, now);
            faults.push(why.clone());
        }
        None if handed.accepted > 0 && handed.barred.is_none() => health.works(subject, now),
        None => {}
    }
    faults
}
