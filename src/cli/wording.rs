//! What the commands say of people and times, by the configuration. Words for items are in
//! [`crate::mail::texts::names`].

use crate::config::Config;
use crate::domain::kept::MessageRow;
use crate::mail::texts::history::Teller;
pub use crate::mail::texts::names::*;
use crate::words::of;
use chrono::{DateTime, Utc};
use std::borrow::Cow;

/// The teller, in the configured language.
#[must_use]
pub fn teller(config: &Config) -> Teller<'_> {
    Teller {
        language: config.service.language,
        staff: &config.staff,
        calendar: &config.calendar,
    }
}

/// A member of staff by name and id; a person whom the configuration no longer knows, as they were
/// logged.
#[must_use]
pub fn person(config: &Config, id: &str) -> String {
    teller(config).person(id)
}

/// Who did it; `None` for acts of the service itself.
#[must_use]
pub fn actor(config: &Config, by: &str) -> Option<String> {
    teller(config).actor(by)
}

/// `torsdag 19 november 2026 kl. 09.12`, local time.
#[must_use]
pub fn moment(config: &Config, at: DateTime<Utc>) -> String {
    teller(config).moment(at)
}

/// What a message is shown as: without sender and subject where its mailbox is sensitive.
#[must_use]
pub fn as_shown<'a>(config: &Config, mailbox: &str, row: &'a MessageRow) -> Cow<'a, MessageRow> {
    if is_sensitive(config, mailbox) {
        Cow::Owned(row.clone().masked(masked(config)))
    } else {
        Cow::Borrowed(row)
    }
}

/// Whether senders and subjects of a mailbox are hidden.
#[must_use]
pub fn is_sensitive(config: &Config, mailbox: &str) -> bool {
    config
        .mailboxes
        .iter()
        .any(|known| known.name == mailbox && known.sensitive)
}

/// The text shown instead.
#[must_use]
pub fn masked(config: &Config) -> &'static str {
    of(config.service.language).names.masked
}
