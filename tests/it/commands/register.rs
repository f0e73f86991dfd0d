//! A small register of November 2024, made as the daemon would make it, in a folder of its own.

use chrono::{DateTime, Utc};
use servicelofte::config::{Config, Language};
use servicelofte::domain::event::{Effect, Fact, How};
use servicelofte::domain::folders::{Role, Watched};
use servicelofte::domain::item::ItemId;
use servicelofte::engine::{Arrived, Engine};
use servicelofte::mail::parse;
use servicelofte::mail::texts::Texts;
use servicelofte::ports::Flags;
use servicelofte::store::{Access, Store};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, OnceLock};

/// Monday morning: one item is overdue, one is due today.
pub const NOW: &str = "2024-11-25T08:00:00Z";

pub const HISTORY: i64 = 1;
/// Noticed, escalated and overdue.
pub const OVERDUE: i64 = 2;
pub const ANSWERED: i64 = 3;
pub const NEWSLETTER: i64 = 4;
pub const PROBABLY: i64 = 5;
pub const DUE_TODAY: i64 = 6;
pub const OPEN: i64 = 7;
pub const CLOSED: i64 = 8;
/// A further question of [`OPEN`]'s conversation.
pub const FOLLOWER: i64 = 9;

pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).expect("a time").to_utc()
}

pub fn id(number: i64) -> ItemId {
    ItemId::new(2024, number)
}

pub struct Register {
    pub folder: tempfile::TempDir,
}

impl Register {
    /// Nine items, and no daemon that holds them.
    pub fn new() -> Self {
        let register = Self::empty();
        std::fs::write(register.database(), filled()).expect("the register is copied");
        register
    }

    /// The configuration alone.
    pub fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/commands/config.toml");
        std::fs::copy(config, folder.path().join("config.toml"))
            .expect("the configuration is copied");
        Self { folder }
    }

    pub fn config(&self) -> Config {
        Config::load(&self.folder.path().join("config.toml")).expect("a good configuration")
    }

    pub fn in_english(&self) -> Config {
        let mut config = self.config();
        config.service.language = Language::English;
        config
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("register.db")
    }

    pub fn open(&self, access: Access) -> Store {
        Store::open(&self.database(), access).expect("the register opens")
    }

    /// Runs the program as the user `tove`.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program runs")
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
        let config = if arguments.first() == Some(&"check") {
            self.its_own()
        } else {
            self.folder.path().join("config.toml")
        };
        command.args(arguments).env("SERVICELOFTE_CONFIG", config);
        command
            .env("USER", "tove")
            .env_remove("SUDO_USER")
            .env_remove("RUST_LOG")
            .stdin(Stdio::null());
        command
    }

    /// The configuration with values of its own: `check` refuses those of the example, which these
    /// tests live by.
    fn its_own(&self) -> PathBuf {
        let text = std::fs::read_to_string(self.folder.path().join("config.toml"))
            .expect("a configuration");
        let file = self.folder.path().join("own.toml");
        let text = text
            .replace("example.se", "kommunen.test")
            .replace("Exempelköpings kommun", "Kommunen");
        std::fs::write(&file, text).expect("a configuration");
        file
    }

    #[expect(clippy::too_many_lines, reason = "one kind of item after the other")]
    fn fill(&self) {
        let config = Arc::new(self.config());
        let texts = Texts::new(Language::Swedish, None).expect("texts");
        let mut engine = Engine::new(
            self.open(Access::Daemon),
            config.municipality(),
            texts,
            at("2024-11-01T00:00:00Z"),
        )
        .expect("an engine");
        let inbox = Watched {
            name: "INBOX".to_owned(),
            role: Role::Inbox,
            separator: None,
        };
        let sent = Watched {
            name: "Sent".to_owned(),
            role: Role::Sent,
            separator: None,
        };
        let altan = "Bygglov för altan på Storgatan 12, där grannarna redan har sagt ja till både höjd och bredd";
        let mails = [
            mail(
                1,
                "2024-10-15T08:00:00Z",
                "Gammal Fråga <gammal@example.com>",
                "Före starten",
                "",
            ),
            mail(
                2,
                "2024-11-14T08:12:00Z",
                "Karin Öberg <karin@example.com>",
                altan,
                "",
            ),
            mail(
                3,
                "2024-11-18T09:30:00Z",
                "Lars <lars@example.com>",
                "Fråga om skolskjuts",
                "",
            ),
            mail(
                4,
                "2024-11-19T04:00:00Z",
                "nyheter@example.net",
                "Veckans nyheter",
                NEWSLETTER_SIGNS,
            ),
            mail(
                5,
                "2024-11-20T10:00:00Z",
                "maja@example.com",
                "Synpunkt på snöröjningen",
                "",
            ),
            mail(
                6,
                "2024-11-21T07:00:00Z",
                "Nils Å <nils@example.com>",
                "Begäran om protokoll",
                "",
            ),
            mail(
                7,
                "2024-11-22T12:00:00Z",
                "Olof <olof@example.com>",
                "När öppnar badhuset?",
                "",
            ),
            mail(
                8,
                "2024-11-22T13:00:00Z",
                "Pia <pia@example.com>",
                "Trasig gatlykta",
                "",
            ),
            mail(
                9,
                "2024-11-22T14:00:00Z",
                "Olof <olof@example.com>",
                "Sv: När öppnar badhuset?",
                "In-Reply-To: <7@example.com>\r\n",
            ),
        ];
        // The first of them lay there at the first reading.
        engine
            .begins_anew("kf", &inbox, 2, false)
            .expect("the folder is met");
        for arrived in mails {
            let seen = arrived.internal_date.expect("a date") + chrono::Duration::minutes(1);
            engine
                .record(
                    "kf",
                    &inbox,
                    &[arrived],
                    seen.max(at("2024-11-01T00:00:00Z")),
                )
                .expect("recorded");
        }
        for (seen, arrived) in [
            (
                "2024-11-19T12:01:00Z",
                answer(
                    1,
                    "2024-11-19T12:00:00Z",
                    "lars@example.com",
                    "In-Reply-To: <3@example.com>\r\n",
                ),
            ),
            (
                "2024-11-21T12:01:00Z",
                answer(2, "2024-11-21T12:00:00Z", "maja@example.com", ""),
            ),
        ] {
            engine
                .record("kf", &sent, &[arrived], at(seen))
                .expect("recorded");
        }
        notice_and_escalate(&mut engine);
        let done = Some(at("2024-11-22T14:30:00Z"));
        let note = Some("lampan byts i morgon".to_owned());
        engine
            .close(
                id(CLOSED),
                How::Phone,
                done,
                note,
                "cli:tove",
                at("2024-11-22T15:00:00Z"),
            )
            .expect("closed");
    }
}

/// The database of the nine items, made once. Each test has a copy of its own, which this process
/// has never locked: a program that another test starts at the same time would for an instant
/// inherit the lock.
fn filled() -> &'static [u8] {
    static FILLED: OnceLock<Vec<u8>> = OnceLock::new();
    FILLED.get_or_init(|| {
        let register = Register::empty();
        register.fill();
        assert!(
            !register.folder.path().join("register.db-wal").exists(),
            "not all is in the file"
        );
        std::fs::read(register.database()).expect("the database is read")
    })
}

const NEWSLETTER_SIGNS: &str = "List-Unsubscribe: <mailto:av@example.net>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nPrecedence: bulk\r\nFeedback-ID: 1:nyheter:example\r\n";

/// What deciding and delivering would have logged.
fn notice_and_escalate(engine: &mut Engine) {
    let promise = "2024-12-02".parse().ok();
    let chief = || vec!["kanslichef".to_owned()];
    let steps = [
        (
            "2024-11-18T12:00:05Z",
            Fact::Queued {
                effect: Effect::Notice,
                to: vec!["citizen".to_owned()],
                promise,
                names: None,
                as_function: false,
            },
        ),
        (
            "2024-11-18T12:00:09Z",
            Fact::Sent {
                effect: Effect::Notice,
                at: at("2024-11-18T12:00:08Z"),
                promise: None,
            },
        ),
        (
            "2024-11-19T07:00:00Z",
            Fact::Queued {
                effect: Effect::Escalation(1),
                to: chief(),
                promise: None,
                names: None,
                as_function: false,
            },
        ),
        (
            "2024-11-19T07:00:04Z",
            Fact::Sent {
                effect: Effect::Escalation(1),
                at: at("2024-11-19T07:00:03Z"),
                promise: None,
            },
        ),
        (
            "2024-11-25T07:59:59Z",
            Fact::Queued {
                effect: Effect::Escalation(2),
                to: chief(),
                promise: None,
                names: None,
                as_function: false,
            },
        ),
    ];
    let written = engine.store().write(|db| {
        let mut item = db.item_of(id(OVERDUE))?;
        for (when, fact) in steps {
            db.happen(&mut item, at(when), "system", fact)?;
        }
        db.save_item(&item, None)
    });
    written.expect("the events are legal");
}

pub fn mail(number: u32, arrival: &str, from: &str, subject: &str, more: &str) -> Arrived {
    arrived(
        number,
        arrival,
        &format!(
            "From: {from}\r\nTo: kf@example.se\r\nSubject: {subject}\r\n{more}Message-ID: <{number}@example.com>\r\n"
        ),
    )
}

pub fn answer(number: u32, sent: &str, to: &str, more: &str) -> Arrived {
    arrived(
        number,
        sent,
        &format!(
            "From: kf@example.se\r\nTo: {to}\r\nSubject: Hej\r\n{more}Message-ID: <svar{number}@example.se>\r\n"
        ),
    )
}

pub fn arrived(uid: u32, arrival: &str, headers: &str) -> Arrived {
    let date = at(arrival);
    let eml = format!(
        "{headers}Date: {}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHej!\r\n",
        date.to_rfc2822()
    );
    Arrived {
        uid,
        internal_date: Some(date),
        size: u32::try_from(eml.len()).expect("small"),
        flags: Flags::default(),
        message: parse::message(eml.as_bytes()),
        words: None,
    }
}
