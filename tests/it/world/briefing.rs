//! One mail for each person and moment, over all mailboxes: when it is written, and its contents.

use super::settings::Settings;
use super::town::texts;
use chrono::{DateTime, Duration, Utc};
use servicelofte::domain::event::How;
use servicelofte::domain::folders::{Role, Watched};
use servicelofte::engine::{Arrived, Engine};
use servicelofte::mail::parse;
use servicelofte::ports::{Delivered, Flags};
use servicelofte::store::Store;
use std::sync::Arc;

/// Two mailboxes of one handler.
pub(super) struct Hall {
    pub engine: Engine,
    uid: u32,
}

/// A mail that waits to be handed over: from which mailbox, to whom, of which items, and its words.
#[derive(Debug)]
pub(super) struct Waiting {
    mailbox: &'static str,
    pub to: String,
    refs: Vec<String>,
    pub words: String,
}

const MAILBOXES: [&str; 2] = ["kf", "sn"];

pub(super) fn at(text: &str) -> DateTime<Utc> {
    format!("2026-11-{text}:00Z")
        .replacen(' ', "T", 1)
        .parse()
        .expect("a time")
}

impl Hall {
    fn new(unit: &str) -> Self {
        Self::of(&Settings::new(), unit)
    }

    pub fn of(settings: &Settings, unit: &str) -> Self {
        let mut config = settings.config();
        let mut mailbox = config.mailboxes[0].clone();
        let other = Arc::make_mut(&mut mailbox.board);
        "sn".clone_into(&mut other.name);
        "sn@example.se".clone_into(&mut other.address);
        Arc::make_mut(&mut other.organisation).letterhead.unit =
            Some(unit.to_owned()).filter(|unit| !unit.is_empty());
        for board in [&mut config.mailboxes[0].board, &mut mailbox.board] {
            Arc::make_mut(board).staff_mail.handler = true;
        }
        config.mailboxes.push(mailbox);
        let store = Store::in_memory().expect("a register");
        let engine =
            Engine::new(store, config.municipality(), texts(), at("16 08:00")).expect("an engine");
        Self { engine, uid: 0 }
    }

    pub fn arrives(&mut self, mailbox: &str, from: &str, header: &str) {
        self.uid += 1;
        let raw = format!(
            "From: {from}\r\nTo: x@example.se\r\nMessage-ID: <{}@x>\r\n{header}\r\n\r\n",
            self.uid
        );
        let (uid, internal_date, message) = (
            self.uid,
            Some(at("19 09:00")),
            parse::message(raw.as_bytes()),
        );
        let arrived = Arrived {
            uid,
            internal_date,
            size: 500,
            flags: Flags::default(),
            message,
            words: None,
        };
        let folder = Watched {
            name: "INBOX".to_owned(),
            role: Role::Inbox,
            separator: Some('/'),
        };
        self.engine
            .record(mailbox, &folder, &[arrived], at("19 09:00"))
            .expect("it is recorded");
    }

    /// The mailbox is read wholly, and decided about.
    pub fn round(&mut self, mailbox: &str, now: &str) {
        self.engine.viewed(mailbox, at(now)).expect("a view");
        let passed = Some(at(now) - at("16 08:00"));
        self.engine.look_at_clock(at(now), passed).expect("a clock");
        self.engine.decide(mailbox, at(now)).expect("decisions");
    }

    /// The server takes what waits.
    fn hand_over(&mut self, now: &str) {
        for mailbox in MAILBOXES {
            while let Some(job) = self.engine.next_job(mailbox, at(now)).expect("a job") {
                assert!(self.engine.committing(job.id, at(now)).expect("it leaves"));
                let taken = Delivered::Accepted("250".to_owned());
                self.engine
                    .delivered(job.id, &taken, at(now))
                    .expect("it left");
            }
        }
    }

    pub fn waiting(&self) -> Vec<Waiting> {
        let mut all = Vec::new();
        for mailbox in MAILBOXES {
            for row in self
                .engine
                .db()
                .queued_to_staff(mailbox)
                .expect("the outbox")
            {
                let refs = self.engine.db().items_of_mail(row.id).expect("items");
                let words = String::from_utf8_lossy(&row.mail).replace("=\r\n", "");
                let refs = refs.iter().map(ToString::to_string).collect();
                all.push(Waiting {
                    mailbox,
                    to: row.address,
                    refs,
                    words,
                });
            }
        }
        all
    }
}

#[test]
fn a_person_gets_one_mail_of_all_mailboxes() {
    let mut hall = Hall::new("");
    hall.arrives("kf", "anna@example.com", "Subject: Lampan");
    hall.arrives("sn", "bo@example.com", "Subject: Bidraget");
    hall.round("kf", "23 07:00");
    assert!(
        hall.waiting().is_empty(),
        "the other mailbox has not been read since 08:00"
    );
    hall.round("sn", "23 07:00");
    assert!(hall.waiting().is_empty(), "the first of both writes it");
    hall.round("kf", "23 07:01");
    let mails = hall.waiting();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(
        (mails[0].mailbox, mails[0].to.as_str()),
        ("kf", "registrator@example.se")
    );
    assert_eq!(mails[0].refs, ["SL-2026-00001", "SL-2026-00002"]);
    assert!(
        mails[0].words.contains("Lampan") && mails[0].words.contains("Bidraget"),
        "{}",
        mails[0].words
    );
}

#[test]
fn it_waits_a_quarter_of_an_hour_at_most() {
    let mut hall = Hall::new("");
    hall.arrives("kf", "anna@example.com", "Subject: Lampan");
    hall.round("kf", "23 07:00");
    hall.round("kf", "23 07:14");
    assert!(hall.waiting().is_empty());
    hall.round("kf", "23 07:15");
    let mails = hall.waiting();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].refs, ["SL-2026-00001"]);
}

#[test]
fn what_needs_nothing_any_more_is_not_in_it() {
    let mut hall = Hall::new("");
    hall.arrives("kf", "anna@example.com", "Subject: Lampan");
    hall.arrives("sn", "bo@example.com", "Subject: Bidraget");
    hall.round("kf", "23 07:00");
    let id = hall.engine.db().live_items().expect("items")[0];
    let now = at("23 07:00") + Duration::seconds(20);
    hall.engine
        .close(id, How::Phone, None, None, "registrator", now)
        .expect("it is open");
    hall.round("sn", "23 07:01");
    hall.round("kf", "23 07:02");
    let mails = hall.waiting();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].refs, ["SL-2026-00002"]);
}

/// Secrecy between units: a mail lies in the Sent folder of the mailbox that it is from.
#[test]
fn of_another_units_mailbox_nothing_is_shown() {
    let mut hall = Hall::new("Socialnämnden");
    hall.arrives("kf", "anna@example.com", "Subject: Lampan");
    hall.arrives("sn", "bo@example.com", "Subject: Bidraget");
    for (mailbox, now) in [("kf", "23 07:00"), ("sn", "23 07:00"), ("kf", "23 07:01")] {
        hall.round(mailbox, now);
    }
    let mails = hall.waiting();
    assert_eq!(mails.len(), 1, "{mails:?}");
    let words = &mails[0].words;
    assert!(
        words.contains("Lampan") && !words.contains("Bidraget") && !words.contains("bo@"),
        "{words}"
    );
    assert!(words.contains("SL-2026-00002"), "{words}");
}

/// "Bevakas inte" is a part of the morning mail: new senders one by one, the known ones as a count
/// of the week.
#[test]
fn what_is_not_watched_stands_in_the_same_mail() {
    let mut hall = Hall::new("");
    let bulk = "Subject: Nytt\r\nPrecedence: bulk\r\nList-Id: <n.example.org>\r\nList-Unsubscribe: <mailto:u@example.org>";
    hall.arrives("kf", "anna@example.com", "Subject: Lampan");
    hall.arrives("kf", "nytt@example.org", bulk);
    hall.arrives("kf", "nytt@example.org", &bulk.replace("Nytt", "Mer nytt"));
    for (mailbox, now) in [("kf", "23 07:00"), ("sn", "23 07:00"), ("kf", "23 07:01")] {
        hall.round(mailbox, now);
    }
    let mails = hall.waiting();
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(
        mails[0].refs,
        ["SL-2026-00001", "SL-2026-00002"],
        "the second of the same sender is known"
    );
}

/// The handler and the one above each wait for the same items of both mailboxes, which no notice
/// puts off.
#[test]
fn what_climbs_again_is_told_to_both_and_once() {
    let mut settings = Settings::new();
    for line in [
        r#"mailbox handler = "kanslist""#,
        "pledge email time = { working_days = 1 }",
        r#"pledge email escalation = ["due+1 08:00"]"#,
    ] {
        assert!(settings.set(line), "{line}");
    }
    let mut hall = Hall::of(&settings, "");
    hall.arrives(
        "kf",
        "anna@example.com",
        "Subject: Lampan\r\nX-Spam-Flag: YES",
    );
    hall.arrives(
        "sn",
        "bo@example.com",
        "Subject: Bidraget\r\nX-Spam-Flag: YES",
    );
    let mut mails = Vec::new();
    for day in ["23", "30"] {
        hall.round("kf", &format!("{day} 07:00"));
        hall.round("sn", &format!("{day} 07:00"));
        hall.round("kf", &format!("{day} 07:01"));
        mails.extend(hall.waiting());
        hall.hand_over(&format!("{day} 07:01"));
    }
    assert_eq!(hall.engine.db().aside().expect("a register"), []);
    let told: Vec<(&str, usize)> = mails
        .iter()
        .map(|mail| (mail.to.trim_end_matches("@example.se"), mail.refs.len()))
        .collect();
    let expected = [
        ("kanslichef", 2),
        ("kanslist", 2),
        ("kommundirektor", 2),
        ("kanslist", 2),
    ];
    assert_eq!(told, expected);
}
