//! What an alarm takes, read also of a configuration whose other sections have faults: of those
//! above all the operator must hear.

use super::reader::{Files, Reader};
use super::{
    Config, Language, MAX_CONFIG_SIZE, Smtp, credentials, mailbox, organisation, read_small,
    service,
};
use crate::domain::calendar::Calendar;
use crate::domain::organisation::{Letterhead, Organisation};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use toml::Table;

/// To whom alarms go, from where, by which way, in which words.
#[derive(Clone, Debug)]
pub struct Alarms {
    pub operator: String,
    /// The first mailbox's address.
    pub from: String,
    pub smtp: Smtp,
    pub language: Language,
    pub templates: Option<PathBuf>,
    pub letterhead: Letterhead,
    pub calendar: Arc<Calendar>,
}

impl Alarms {
    /// `None` only without a mailbox, which no configuration is.
    #[must_use]
    pub fn of(config: &Config) -> Option<Self> {
        let first = config.mailboxes.first()?;
        Some(Self {
            operator: config.service.operator.clone(),
            from: first.address.clone(),
            smtp: config
                .service
                .alarm_smtp
                .clone()
                .unwrap_or_else(|| first.smtp.clone()),
            language: config.service.language,
            templates: config.service.templates.clone(),
            letterhead: spoken(&config.organisation, config.service.language),
            calendar: Arc::clone(&config.calendar),
        })
    }

    /// Of a file with faults. `None` where they are in the very keys that an alarm takes, or the
    /// text is not TOML.
    #[must_use]
    pub fn load(path: &Path) -> Option<Self> {
        let text = read_small(path, MAX_CONFIG_SIZE)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())?;
        Self::parse(&text, path.parent().unwrap_or(Path::new("")))
    }

    fn parse(text: &str, base: &Path) -> Option<Self> {
        let table = text
            .strip_prefix('\u{feff}')
            .unwrap_or(text)
            .parse::<Table>()
            .ok()?;
        let reader = Reader::new(base, credentials(), Files::Open);
        let root = reader.root(&table);
        let mailboxes = root.sections("mailbox");
        let watched = mailbox::addresses(&mailboxes);
        let (service, zone) = service::read(root.section_or_empty("service"), &watched)?;
        let (from, first) = mailbox::way_out(&root, mailboxes)?;
        // It is for the operator, who knows whose address this is.
        let nameless = || Organisation::named(&from);
        let organisation = organisation::read(&root, &watched).unwrap_or_else(nameless);
        Some(Self {
            operator: service.operator,
            smtp: service.alarm_smtp.or(first)?,
            language: service.language,
            templates: service.templates.filter(|folder| folder.is_dir()),
            letterhead: spoken(&organisation, service.language),
            calendar: Arc::new(service::calendar(root.section_or_empty("calendar"), zone)),
            from,
        })
    }
}

/// How the municipality presents itself to the operator.
fn spoken(organisation: &Organisation, language: Language) -> Letterhead {
    organisation.letterhead_in(language.into()).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../../config.example.toml");

    /// The example with a fault: can the operator be warned of it?
    #[track_caller]
    fn check(from: &str, to: &str, expected: bool) {
        assert!(EXAMPLE.contains(from), "{from}");
        let text = EXAMPLE.replace(from, to);
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("imap-password"), "x").expect("written");
        assert_eq!(
            Alarms::parse(&text, folder.path()).is_some(),
            expected,
            "{from:?} to {to:?}"
        );
    }

    #[test]
    fn faults_elsewhere_leave_a_way_to_the_operator() {
        check(
            "time = { working_days = 2 }",
            "time = { working_days = -2 }",
            true,
        );
        check("id = \"registrator\"", "id = 7", true);
        check("[organisation]\n", "[organisation]\nnamn = \"x\"\n", true);
        check("[[staff]]", "[[stab]]", true);
        check("alarm_after_minutes = 30", "alarm_after_minutes = 0", true);
        check("[[mailbox]]\n", "[[mailbox]]\nhandlers = 7\n", true);
        // Without these there is none.
        check("operator = ", "operatör = ", false);
        check("[service]", "[service", false);
    }
}
