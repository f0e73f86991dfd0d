//! A row of the postlista: when a message came, from whom and about what. Masked unless
//! `service.postlista` is "open": then the sender is given by kind, and the matter is that of the
//! pledge. Automatic mail and newsletters are post too.

use crate::config::Config;
use crate::domain::item::Item;
use crate::domain::kept::MessageRow;
use crate::mail::texts::{foreign, in_words};
use crate::words::of;
use chrono::NaiveDate;
use serde::Serialize;

/// Characters of the matter.
const MATTER: usize = 60;

/// A row of the postlista.
#[derive(Debug, Serialize)]
pub struct PostJson {
    date: NaiveDate,
    #[serde(rename = "ref")]
    reference: String,
    mailbox: String,
    sender: String,
    matter: String,
}

impl PostJson {
    /// The names of its fields, in their order.
    pub const FIELDS: [&'static str; 5] = ["date", "ref", "mailbox", "sender", "matter"];

    #[must_use]
    pub fn new(config: &Config, item: &Item, row: &MessageRow) -> Self {
        let language = config.service.language;
        let words = of(language);
        let is_open = config.service.postlista_open && item.erased.is_none();
        let sender = if is_open {
            row.name
                .clone()
                .or_else(|| row.sender.clone())
                .unwrap_or_else(|| "–".to_owned())
        } else {
            words.names.masked.to_owned()
        };
        let matter = match &item.pledge {
            _ if is_open => foreign::clip(&foreign::one_line(&row.subject), MATTER),
            Some(pledge) => in_words::pledge(language, pledge).to_owned(),
            None => words.commands.needed_no_answer.to_owned(),
        };
        Self {
            date: config.calendar.local_date(item.received_at),
            reference: item.id.to_string(),
            mailbox: item.mailbox.clone(),
            sender: foreign::one_line(&sender),
            matter,
        }
    }
}
