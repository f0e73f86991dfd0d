//! How soon new mail is seen on a real Dovecot, and what it costs to see that there is none.

use super::dovecot::{Dovecot, DovecotOptions};
use super::meter::Meter;
use chrono::{DateTime, Utc};
use servicelofte::config::Config;
use servicelofte::daemon::{SystemClock, header_fields};
use servicelofte::drivers::reader::Reader;
use servicelofte::drivers::sync::Reported;
use servicelofte::engine::{Engine, handle};
use servicelofte::imap::ImapMailbox;
use servicelofte::mail::texts::Texts;
use servicelofte::ports::{Clock, Mailbox, MailboxError, Selected};
use servicelofte::store::Store;
use servicelofte::store::items::Filter;
use std::future::pending;
use std::path::Path;
use std::time::Duration;

/// Longer than any of these tests may take.
const LONG: Duration = Duration::from_mins(4);
const SHORT: Duration = Duration::from_millis(50);

/// Parallel tests use up the machine's inotify instances; then Dovecot looks by itself.
fn dovecot() -> Dovecot {
    Dovecot::start(&DovecotOptions {
        extra: "mailbox_idle_check_interval = 1 secs".to_owned(),
        ..Default::default()
    })
}

fn mail(n: usize) -> Vec<u8> {
    format!(
        "From: Medborgare {n} <m{n}@example.org>\r\nTo: kf@example.se\r\nSubject: Fråga {n}\r\n\
         Message-ID: <fresh-{n}@example.org>\r\nDate: Tue, 17 Nov 2026 09:12:00 +0100\r\n\r\nHej!\r\n"
    )
    .into_bytes()
}

/// What the mailbox has written to a citizen.
fn sent(n: usize) -> Vec<u8> {
    format!(
        "From: kf@example.se\r\nTo: Medborgare {n} <m{n}@example.org>\r\nSubject: Svar {n}\r\n\
         Message-ID: <sent-{n}@example.se>\r\nDate: Tue, 17 Nov 2026 09:12:00 +0100\r\n\r\nHej!\r\n"
    )
    .into_bytes()
}

fn now() -> DateTime<Utc> {
    SystemClock.now()
}

/// One mailbox with its register, read through a meter.
struct Desk {
    engine: handle::Handle,
    config: Config,
    meter: Meter,
    mailbox: ImapMailbox,
    /// The inbox as it was last read.
    inbox: Option<Selected>,
}

impl Desk {
    async fn open(dovecot: &Dovecot) -> Self {
        let meter = Meter::before(dovecot.port).await;
        let text = format!(
            "[service]\noperator = \"drift@example.se\"\n[organisation]\nname = \"Exempelköpings kommun\"\n\
             [[pledge]]\nname = \"email\"\ntime = {{ working_days = 2 }}\n[[staff]]\nid = \"r\"\nname = \"R\"\n\
             email = \"r@example.se\"\nreports_to = \"k\"\n[[staff]]\nid = \"k\"\nname = \"K\"\n\
             email = \"k@example.se\"\n[[mailbox]]\nname = \"kf\"\naddress = \"kf@example.se\"\nhandler = \"r\"\n\
             start = \"2020-01-01T00:00:00Z\"\n[mailbox.imap]\nhost = \"127.0.0.1\"\nport = {}\n\
             security = \"plaintext\"\nuser = \"user1\"\npassword = \"secret\"\n[mailbox.smtp]\n\
             host = \"127.0.0.1\"\nsecurity = \"plaintext\"\n",
            meter.port
        );
        let config = Config::parse(&text, Path::new("")).expect("a configuration");
        let texts = Texts::new(config.service.language, None).expect("texts");
        let engine = Engine::new(
            Store::in_memory().expect("a store"),
            config.municipality(),
            texts,
            now(),
        );
        let (engine, _) = handle::spawn(engine.expect("an engine")).expect("a thread");
        let settings = &config.mailboxes[0];
        let fields = header_fields(&config, settings);
        let mailbox = match ImapMailbox::connect(&settings.imap.server, &fields).await {
            Ok(mailbox) => mailbox,
            Err(error) => panic!("{error}\n{}", dovecot.log()),
        };
        Self {
            engine,
            config,
            meter,
            mailbox,
            inbox: None,
        }
    }

    async fn read(&mut self) -> Reported {
        let settings = &self.config.mailboxes[0];
        let mailbox = &mut self.mailbox;
        let mut reader = Reader {
            engine: &self.engine,
            settings,
            mailbox,
            clock: &SystemClock,
            progress: &|_| {},
        };
        let reported = reader.run().await.expect("reads");
        self.inbox = reported.inbox.as_ref().map(|(_, read)| *read);
        reported
    }

    async fn idle(
        &mut self,
        time: Duration,
        until: impl Future<Output = ()> + Send,
    ) -> Result<bool, MailboxError> {
        let read = self.inbox.expect("an inbox that was read");
        self.mailbox.idle("INBOX", &read, time, until).await
    }

    /// Reads until nothing stirs.
    async fn settle(&mut self) {
        self.read().await;
        while self.idle(SHORT, pending()).await.expect("idles") {
            self.read().await;
        }
        self.meter.read();
    }

    async fn items(&self) -> usize {
        self.engine
            .call(|engine| engine.db().list(&Filter::default()).expect("items").len())
            .await
            .expect("the engine")
    }
}

#[tokio::test]
async fn a_mail_that_arrives_ends_the_wait() {
    let dovecot = dovecot();
    dovecot.deliver("user1", "INBOX", &mail(1), "", now());
    let mut desk = Desk::open(&dovecot).await;
    desk.settle().await;
    assert_eq!(desk.items().await, 1);
    let (woken, ()) = tokio::join!(desk.idle(LONG, pending()), async {
        tokio::time::sleep(SHORT).await;
        dovecot.deliver("user1", "INBOX", &mail(2), "", now());
    });
    assert_eq!(woken, Ok(true));
    // NOOP before FETCH: Exchange shows new messages only then.
    let commands = desk.meter.read().commands;
    assert_eq!(commands, ["IDLE", "DONE", "NOOP"]);
    assert_eq!(desk.read().await.tally.new_items, 1);
    assert_eq!(desk.items().await, 2);
}

#[tokio::test]
async fn what_came_between_reading_and_waiting_ends_the_wait_at_once() {
    let dovecot = dovecot();
    let mut desk = Desk::open(&dovecot).await;
    desk.settle().await;
    for (number, opened) in (1..).zip([&["Skickat"][..], &["INBOX"], &["INBOX", "Skickat"]]) {
        // As a comparison, the settling of doubts and the copies to Sent leave it: the last look at
        // the inbox was later than the reading, and saw the mail.
        dovecot.deliver("user1", "INBOX", &mail(number), "", now());
        for folder in opened {
            desk.mailbox.examine(folder).await.expect("opens");
        }
        assert_eq!(desk.idle(LONG, pending()).await, Ok(true), "{opened:?}");
        assert_eq!(desk.read().await.tally.new_items, 1, "{opened:?}");
        desk.settle().await;
    }
}

#[tokio::test]
async fn the_wait_ends_when_it_is_told_to_and_the_connection_goes_on() {
    let dovecot = dovecot();
    let mut desk = Desk::open(&dovecot).await;
    desk.settle().await;
    for _ in 0..3 {
        assert_eq!(desk.idle(LONG, tokio::time::sleep(SHORT)).await, Ok(false));
        assert_eq!(desk.idle(SHORT, pending()).await, Ok(false));
    }
    desk.mailbox.noop().await.expect("still there");
    assert_eq!(desk.meter.read().connections, 0, "no other connection");
    desk.mailbox.logout().await;
}

#[tokio::test]
async fn a_quiet_poll_costs_a_few_bytes() {
    let dovecot = dovecot();
    for n in 0..500 {
        dovecot.deliver("user1", "INBOX", &mail(n), "S", now());
        dovecot.deliver("user1", "Skickat", &sent(1000 + n), "S", now());
    }
    let mut desk = Desk::open(&dovecot).await;
    desk.settle().await;
    assert_eq!(desk.items().await, 500);
    for _ in 0..3 {
        assert_eq!(desk.idle(SHORT, pending()).await, Ok(false));
        let waited = desk.meter.read();
        assert_eq!(waited.commands, ["IDLE", "DONE"]);
        desk.read().await;
        let passed = desk.meter.read();
        let words: Vec<&str> = passed
            .commands
            .iter()
            .filter_map(|line| line.split(' ').next())
            .collect();
        assert_eq!(
            words,
            ["LIST", "NOOP"],
            "500 open items, and nothing but this is asked"
        );
        println!(
            "a quiet poll: {} bytes, the wait: {} bytes",
            passed.bytes, waited.bytes
        );
        assert!(
            passed.bytes < 600 && waited.bytes < 120,
            "{passed:?} {waited:?}"
        );
    }
}

/// Registrars keep a folder for each matter: the questions to the server do not grow with them.
#[tokio::test]
async fn a_quiet_poll_of_many_folders_asks_no_more() {
    const FOLDERS: usize = 200;
    let dovecot = dovecot();
    for n in 0..FOLDERS {
        dovecot.deliver(
            "user1",
            &format!("Handl&AOQ-gg.{n:03}"),
            &mail(n),
            "S",
            now(),
        );
    }
    dovecot.deliver("user1", "INBOX", &mail(1000), "S", now());
    dovecot.deliver("user1", "Skickat", &sent(2000), "S", now());
    let mut desk = Desk::open(&dovecot).await;
    desk.settle().await;
    assert_eq!(desk.items().await, FOLDERS + 1);
    assert_eq!(desk.idle(SHORT, pending()).await, Ok(false));
    desk.meter.read();
    desk.read().await;
    let passed = desk.meter.read();
    let asked = passed
        .commands
        .iter()
        .filter(|line| line.starts_with("LIST"));
    assert_eq!(asked.count() + 1, passed.commands.len(), "and one NOOP");
    assert!(passed.commands.len() <= 4, "{:?}", passed.commands.len());
    println!("a quiet poll of {FOLDERS} folders: {} bytes", passed.bytes);
    assert!(passed.bytes < FOLDERS * 250, "{}", passed.bytes);
    // News in one of them is seen all the same, and that one alone is opened.
    dovecot.deliver("user1", "Handl&AOQ-gg.117", &mail(3000), "", now());
    let reported = desk.read().await;
    assert_eq!(reported.tally.new_items, 1);
    let commands = desk.meter.read().commands;
    let opened = commands.iter().filter(|line| line.starts_with("EXAMINE"));
    assert_eq!(opened.count(), 1, "{commands:?}");
}

#[tokio::test]
async fn one_changed_flag_among_hundreds_is_asked_for_alone() {
    let dovecot = dovecot();
    let names: Vec<String> = (0..500)
        .map(|n| dovecot.deliver("user1", "INBOX", &mail(n), "", now()))
        .collect();
    let mut desk = Desk::open(&dovecot).await;
    desk.settle().await;
    dovecot.remove("user1", "INBOX", &names[400]);
    dovecot.flag("user1", "INBOX", &names[7], "RS");
    let reported = desk.read().await;
    assert!(reported.tally.marked_answered);
    let passed = desk.meter.read();
    assert!(
        passed
            .commands
            .iter()
            .any(|line| line.contains("CHANGEDSINCE")),
        "{:?}",
        passed.commands
    );
    println!(
        "one answered and one deleted of 500: {} bytes",
        passed.bytes
    );
    assert!(passed.bytes < 3_000, "{passed:?}");
    let gone = desk
        .engine
        .call(|engine| {
            let items = engine.db().list(&Filter::default()).expect("items");
            let gone = |item: &&servicelofte::domain::item::Item| {
                item.flags
                    .contains(&servicelofte::domain::event::Flag::Gone)
            };
            items.iter().filter(gone).count()
        })
        .await
        .expect("the engine");
    assert_eq!(gone, 1);
}

#[tokio::test]
async fn a_mailbox_restored_from_a_backup_is_read_anew() {
    let dovecot = dovecot();
    dovecot.deliver("user1", "INBOX", &mail(1), "", now());
    let mut desk = Desk::open(&dovecot).await;
    desk.settle().await;
    // As if the server had been further: the backup is older than the last reading.
    let lower = desk.mailbox.examine("INBOX").await.expect("opens");
    let engine = desk.engine.clone();
    let further = servicelofte::store::folders::Cursor {
        uid_validity: lower.uid_validity,
        uid_next: lower.uid_next,
        present: lower.exists,
        modseq: lower.highest_modseq.map(|modseq| modseq + 100),
    };
    engine
        .call(move |engine| engine.advance("kf", "INBOX", &further))
        .await
        .expect("the engine")
        .expect("written");
    desk.meter.read();
    let tally = desk.read().await.tally;
    assert_eq!(
        (tally.new_items, tally.seen_before),
        (0, 1),
        "read again, and recognised"
    );
    let commands = desk.meter.read().commands;
    assert!(
        commands
            .iter()
            .any(|line| line.starts_with("UID FETCH 1:1 (UID FLAGS INTERNALDATE")),
        "{commands:?}"
    );
}
