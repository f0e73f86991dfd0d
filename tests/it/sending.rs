//! The report that goes out by itself: to whom, when, and once.

use crate::kommunen;
use crate::year;
use chrono::{DateTime, Utc};
use servicelofte::config::Config;
use servicelofte::domain::period::Period;
use servicelofte::mail::parse;
use servicelofte::report::gather::Counted;
use servicelofte::report::sending::{Prepared, by_hand, enqueue, hand_over, prepare};
use servicelofte::store::{Access, Store};
use tempfile::TempDir;

/// Eight o'clock on the first working day of January 2027.
const FIRST: &str = "2027-01-04T07:00:00Z";

/// When all of December is due.
const ALL_DUE: &str = "2027-01-12T07:00:00Z";

const OF_ALL: &str = "[report]\nto = [\"kf-ordforande@kommunen.test\"]\n";
const OF_BYGGLOV: &str = "report = { to = [\"namnden@kommunen.test\"] }\n";

struct Town {
    _folder: TempDir,
    config: Config,
    store: Store,
}

impl Town {
    /// December of three mailboxes; `all` is the table of the whole report, `own` the key of the
    /// mailbox bygglov.
    fn new(all: &str, own: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let name = "name = \"bygglov\"\n";
        let text = year::config();
        assert!(text.contains(name));
        let own = text.replacen(name, &format!("{name}{own}"), 1);
        let config = kommunen::read(&format!("{all}{own}"), folder.path());
        let mut store = Store::open(&config.service.database, Access::Daemon).expect("a register");
        let days = ("2026-12-01", "2026-12-31");
        let days = (
            days.0.parse().expect("a date"),
            days.1.parse().expect("a date"),
        );
        year::fill(&mut store, &config, 300, days, at(ALL_DUE));
        Self {
            _folder: folder,
            config,
            store,
        }
    }

    fn prepared(&mut self, now: &str) -> Vec<Prepared> {
        self.store
            .read(|db| Ok(prepare(db, &self.config, true, at(now)).expect("it is written")))
            .expect("it is read")
    }

    fn hand_over(&mut self, prepared: &Prepared) -> bool {
        self.store
            .write(|db| hand_over(db, prepared))
            .expect("it is handed over")
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn readers(prepared: &[Prepared]) -> Vec<String> {
    prepared
        .iter()
        .flat_map(|report| &report.mails)
        .map(|mail| mail.address.clone())
        .collect()
}

#[test]
fn it_goes_to_whom_a_table_names_and_to_nobody_else() {
    let (chair, board) = ("kf-ordforande@kommunen.test", "namnden@kommunen.test");
    for (all, own, expected) in [
        ("", "", &[][..]),
        (OF_ALL, "", &[chair]),
        ("", OF_BYGGLOV, &[board]),
        (OF_ALL, OF_BYGGLOV, &[chair, board]),
    ] {
        let mut town = Town::new(all, own);
        assert_eq!(
            town.prepared("2027-01-04T06:59:00Z").len(),
            0,
            "before eight"
        );
        assert_eq!(readers(&town.prepared(FIRST)), expected, "{all}{own}");
    }
}

#[test]
fn each_report_goes_once_and_the_final_one_after_the_preliminary() {
    let mut town = Town::new(OF_ALL, "");
    let first = town.prepared(FIRST).pop().expect("a report");
    assert!(town.hand_over(&first));
    assert!(!town.hand_over(&first), "one that was prepared beside it");
    assert_eq!(town.prepared(FIRST).len(), 0);
    assert!(!first.is_final, "letters of the last days are not due yet");
    let last = town.prepared(ALL_DUE).pop().expect("the final one");
    assert!(last.is_final && town.hand_over(&last));
    assert_eq!(town.prepared(ALL_DUE).len(), 0);
}

#[test]
fn one_that_a_person_sent_is_not_sent_by_itself() {
    let mut town = Town::new(OF_ALL, "");
    let period = Period::month("2026-12").expect("a month");
    let config = &town.config;
    let sent = town.store.write(|db| {
        let counted = Counted::new(db, config, period, at(FIRST))?;
        let prepared = by_hand(db, config, period, &counted, at(FIRST)).expect("it is written");
        enqueue(db, &prepared)?;
        Ok(prepared)
    });
    assert_eq!(
        readers(&[sent.expect("it is sent")]),
        ["kf-ordforande@kommunen.test"]
    );
    assert_eq!(town.prepared(FIRST).len(), 0);
}

/// The subject has the shares, and no mail names a citizen.
#[test]
fn its_mail_says_the_shares_and_nobody() {
    let mut town = Town::new(OF_ALL, "");
    let report = town.prepared(FIRST).pop().expect("a report");
    let mail = &report.mails[0].mail;
    let message = parse::message(mail);
    assert!(
        message.subject.starts_with("Servicelöften december 2026: ")
            && message.subject.contains('%'),
        "{message:?}"
    );
    let raw = String::from_utf8_lossy(mail);
    assert!(
        raw.contains("application/pdf") && !raw.contains("@example."),
        "a file, and no sender"
    );
}
