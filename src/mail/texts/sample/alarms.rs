//! Samples of mails to the operator: every trouble, and its end.

use super::{Facts, MAILBOX, REFERENCE, Sample, at, day};
use crate::domain::effect::Kind;
use crate::mail::texts::facts::{AlarmFacts, Expiring, Sender, Trouble};

pub(super) fn samples(sender: &Sender) -> Vec<Sample> {
    let sample = |name, trouble, host: Option<&str>, recovered| {
        let (sender, since, host) = (sender.clone(), at(23, 8, 5), host.map(str::to_owned));
        Sample {
            name,
            kind: Kind::Alarm,
            facts: Facts::Alarm(AlarmFacts {
                sender,
                host,
                trouble,
                since,
                recovered,
            }),
        }
    };
    let fails = troubles()
        .into_iter()
        .map(|(name, trouble)| sample(name, trouble, Some("post1.example.se"), None));
    let works = RECOVERED.into_iter().zip(troubles());
    fails
        .chain(works.map(|(name, (_, trouble))| sample(name, trouble, None, Some(at(23, 10, 40)))))
        .collect()
}

const RECOVERED: [&str; 22] = [
    "recovered-polling",
    "recovered-unfinished",
    "recovered-copies",
    "recovered-folder",
    "recovered-sending",
    "recovered-disk",
    "recovered-clock",
    "recovered-sent-empty",
    "recovered-undeliverable",
    "recovered-unreached",
    "recovered-set-aside",
    "recovered-register",
    "recovered-stopped",
    "recovered-backup",
    "recovered-config",
    "recovered-erasing",
    "recovered-unreadable",
    "recovered-expiring",
    "recovered-found",
    "recovered-missing",
    "recovered-paused",
    "recovered-cap",
];

fn coverage(found: u32, missing: u32) -> Trouble {
    Trouble::Coverage {
        mailbox: MAILBOX.to_owned(),
        folder: "INBOX".to_owned(),
        found,
        missing,
    }
}

type Named = (&'static str, Trouble);

fn troubles() -> Vec<Named> {
    [
        of_the_mailbox(),
        of_some_readers(),
        of_the_service(),
        of_what_ends(),
    ]
    .concat()
}

fn of_the_mailbox() -> Vec<Named> {
    vec![
        (
            "alarm-polling",
            Trouble::Polling {
                mailbox: MAILBOX.to_owned(),
                error: "login refused".to_owned(),
            },
        ),
        (
            "alarm-unfinished",
            Trouble::Unfinished {
                mailbox: MAILBOX.to_owned(),
                error: "searching: the connection is gone".to_owned(),
            },
        ),
        (
            "alarm-copies",
            Trouble::Copies {
                mailbox: MAILBOX.to_owned(),
                error: "APPEND: NO [OVERQUOTA] quota exceeded".to_owned(),
            },
        ),
        (
            "alarm-folder",
            Trouble::Folder {
                mailbox: MAILBOX.to_owned(),
                folder: "Arkiv/Personal".to_owned(),
                error: "NO [NOPERM] Permission denied".to_owned(),
            },
        ),
        (
            "alarm-sending",
            Trouble::Sending {
                mailbox: MAILBOX.to_owned(),
                error: "535 5.7.3 Authentication unsuccessful".to_owned(),
            },
        ),
    ]
}

fn of_some_readers() -> Vec<Named> {
    vec![
        ("alarm-disk", Trouble::Disk { free_mb: 80 }),
        ("alarm-clock", Trouble::Clock { minutes: -61 }),
        (
            "alarm-sent-empty",
            Trouble::SentEmpty {
                mailbox: MAILBOX.to_owned(),
                answered: 12,
            },
        ),
        (
            "alarm-undeliverable",
            Trouble::Undeliverable {
                reference: REFERENCE.to_owned(),
                mailbox: MAILBOX.to_owned(),
                error: "550 5.1.1 User unknown".to_owned(),
            },
        ),
        (
            "alarm-unreached",
            Trouble::Unreached {
                reader: "kommundirektor".to_owned(),
                mailbox: MAILBOX.to_owned(),
                error: "452 4.2.2 Over quota".to_owned(),
            },
        ),
        (
            "alarm-set-aside",
            Trouble::SetAside {
                reference: REFERENCE.to_owned(),
                error: "log: expected value at line 1 column 1".to_owned(),
            },
        ),
    ]
}

fn of_the_service() -> Vec<Named> {
    vec![
        (
            "alarm-register",
            Trouble::Register {
                error: "the database /var/lib/servicelofte/servicelofte.db was deleted or renamed"
                    .to_owned(),
            },
        ),
        (
            "alarm-stopped",
            Trouble::Stopped {
                error: "the disk is full: nothing was written".to_owned(),
            },
        ),
        (
            "alarm-backup",
            Trouble::Backup {
                error: "servicelofte-backup.service has failed".to_owned(),
            },
        ),
        (
            "alarm-config",
            Trouble::Config {
                error: "2 live item(s) are with \"anna\", who is no member of staff".to_owned(),
            },
        ),
        (
            "alarm-erasing",
            Trouble::Erasing {
                error: "the disk is full: nothing was written".to_owned(),
            },
        ),
    ]
}

fn of_what_ends() -> Vec<Named> {
    vec![
        (
            "alarm-unreadable",
            Trouble::Unreadable {
                reference: REFERENCE.to_owned(),
                mailbox: MAILBOX.to_owned(),
            },
        ),
        (
            "alarm-expiring",
            Trouble::Expiring {
                mailbox: MAILBOX.to_owned(),
                what: Expiring::Secret,
                last_day: day(12, 21),
                days_left: 28,
            },
        ),
        ("alarm-found", coverage(2, 0)),
        ("alarm-missing", coverage(0, 1)),
        (
            "alarm-paused",
            Trouble::Paused {
                by: "root".to_owned(),
                reason: "Fel telefonnummer i beskeden".to_owned(),
            },
        ),
        (
            "alarm-cap",
            Trouble::Cap {
                mailbox: MAILBOX.to_owned(),
                limit: 60,
                held: 4,
            },
        ),
        (
            "alarm-border-silent",
            Trouble::BorderSilent {
                mailbox: MAILBOX.to_owned(),
                id: "mx.example.se".to_owned(),
            },
        ),
    ]
}
