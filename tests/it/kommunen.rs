//! kommunen.test, the municipality of the registers that tests make fact by fact, without servers.

use servicelofte::config::Config;
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
