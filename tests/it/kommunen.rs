//! kommunen.test, the municipality of the registers that tests make fact by fact, without servers.

use chrono::{DateTime, Utc};
use servicelofte::config::Config;
use servicelofte::domain::kept::{MessageRow, More};
use std::path::Path;

/// Its staff and its servers.
const HOUSE: &str = r#"
[[staff]]
id = "registrator"
name = "Anna Åberg"
email = "registrator@kommunen.test"
reports_to = "kanslichef"
[[staff]]
id = "kanslichef"
name = "Cecilia Ek"
email = "kanslichef@kommunen.test"
[imap]
host = "imap.kommunen.test"
user = "x"
password = "x"
[smtp]
host = "smtp.kommunen.test"
"#;

/// Its configuration: tables of a test's own, and mailboxes of these names.
pub fn config(own: &str, mailboxes: &[&str]) -> String {
    let mailboxes = mailboxes.iter().map(|name| {
        format!(
            "[[mailbox]]\nname = \"{name}\"\naddress = \"{name}@kommunen.test\"\nhandler = \"registrator\"\n"
        )
    });
    format!("{own}{HOUSE}{}", mailboxes.collect::<String>())
}

/// The same as it is read, with the register in `folder`.
pub fn read(config: &str, folder: &Path) -> Config {
    Config::parse(config, folder).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// A question as the register keeps it.
pub fn question(received_at: DateTime<Utc>, message_id: String, sender: &str) -> MessageRow {
    MessageRow {
        received_at,
        size: 4_000,
        message_id: Some(message_id),
        sender: Some(format!("{sender}@medborgare.test")),
        name: None,
        subject: "Fråga".to_owned(),
        more: More::default(),
    }
}
