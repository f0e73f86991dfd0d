//! Months of three mailboxes, as those live them who work there: how many mails each person gets
//! from the program, on which day the most, and how long they are.
//!
//! The town is drawn from a seed: citizens write to three boards, most are answered within a day or
//! two, some by telephone with `KLAR TELEFON`, some late, a few not at all; letters are scanned,
//! newsletters and absence replies come, people move promised dates and are away. A test lives
//! through three weeks; `make months` lives through three months (`MONTHS=3`) and prints the table
//! of `docs/measured.md`. `MAILS=folder` writes what each person read there, one mail after the
//! other.

use crate::sim::dice::Dice;
use crate::world::operator::{Clocks, Operator};
use crate::world::post::{Post, SetClock, header_field};
use crate::world::town::texts;
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use servicelofte::config::Config;
use servicelofte::engine::Engine;
use servicelofte::engine::handle::{self, Handle};
use servicelofte::ports::Flags;
use servicelofte::store::Store;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Between two looks at a mailbox by day; at night it is two hours.
const POLL: Duration = Duration::minutes(30);

/// Name, address, handler and how many citizens write to it on a working day.
const BOARDS: [(&str, &str, &str, u64); 3] = [
    ("ks", "kommunstyrelsen@kommun.test", "anna", 5),
    ("sn", "socialnamnden@kommun.test", "bo", 4),
    ("bn", "byggnadsnamnden@kommun.test", "cia", 9),
];

/// Staff: id, deputy, boss.
const STAFF: [(&str, Option<&str>, Option<&str>); 6] = [
    ("anna", Some("bo"), Some("eva")),
    ("bo", Some("anna"), Some("eva")),
    ("cia", Some("dan"), Some("eva")),
    ("dan", Some("cia"), Some("eva")),
    ("eva", None, Some("direktor")),
    ("direktor", None, None),
];

/// Most mails of one moment to one person: the morning's, and a second on an item's last day from a
/// mailbox that was read late.
const AT_ONCE: usize = 2;

/// Words of a mail to one who answers or leads: 250 about five items, 900 about forty; between and
/// beyond them on the same line.
fn most_words(items: usize) -> usize {
    let (five, forty) = (250, 900);
    five + (forty - five) * items.saturating_sub(5) / 35
}

fn config() -> Config {
    let mut text = String::from(
        "[service]\noperator = \"drift@elsewhere.test\"\n[organisation]\nname = \"Kommunen\"\n\
         complaints = \"synpunkter@kommun.test\"\n[[pledge]]\nname = \"letter\"\nletter = true\n\
         match = { from = [\"skanner@kommun.test\"] }\ntime = { working_days = 5 }\n\
         [[pledge]]\nname = \"email\"\ntime = { working_days = 2 }\n",
    );
    for (id, deputy, boss) in STAFF {
        let _ = writeln!(
            text,
            "[[staff]]\nid = \"{id}\"\nname = \"Namn {id}\"\nemail = \"{id}@kommun.test\""
        );
        for (key, value) in [("deputy", deputy), ("reports_to", boss)] {
            if let Some(value) = value {
                let _ = writeln!(text, "{key} = \"{value}\"");
            }
        }
    }
    for (name, address, handler, _) in BOARDS {
        let _ = writeln!(
            text,
            "[[mailbox]]\nname = \"{name}\"\naddress = \"{address}\"\nhandler = \"{handler}\"\n\
             [mailbox.imap]\nhost = \"imap.kommun.test\"\nuser = \"{name}\"\npassword = \"x\"\n\
             [mailbox.smtp]\nhost = \"smtp.kommun.test\""
        );
    }
    Config::parse(&text, Path::new(".")).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

/// An event in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A mail of that number, of a citizen or of a machine.
    Arrives { number: u32, header: String },
    /// The answer to it, in Sent.
    Answered { number: u32, late: bool },
    /// The person who has it says so in answer to a mail of ours that names it.
    Says { number: u32, words: &'static str },
    /// The same of no item.
    SaysOfNone {
        who: &'static str,
        words: &'static str,
    },
}

struct Town {
    config: Arc<Config>,
    clock: SetClock,
    engine: Handle,
    operator: Operator,
    posts: Vec<Post>,
    began: DateTime<Utc>,
}

impl Town {
    fn new(began: DateTime<Utc>) -> Self {
        let config = Arc::new(config());
        let clock = SetClock(Arc::new(Mutex::new(began)));
        let store = Store::in_memory().expect("a register");
        let engine = Engine::new(store, config.municipality(), texts(), began).expect("an engine");
        let posts = BOARDS.iter().map(|_| Post::new(clock.clone())).collect();
        Self {
            config,
            clock,
            engine: handle::in_place(engine),
            operator: Operator::default(),
            posts,
            began,
        }
    }

    async fn round(&mut self, at: DateTime<Utc>) {
        self.clock.set(at);
        let clocks = Clocks {
            wall: self.clock.clone(),
            steady: at - self.began,
        };
        for (settings, post) in self.config.mailboxes.iter().zip(&mut self.posts) {
            let round = self
                .operator
                .round(&self.engine, settings, post, &clocks)
                .await;
            assert!(
                round.errors().next().is_none(),
                "{at}: {:?}",
                round.errors().next()
            );
        }
    }

    /// The reference of a mail, once it is an item.
    async fn reference(&self, number: u32) -> Option<String> {
        let sought = id_of(number);
        let found = self.engine.call(move |engine| {
            let db = engine.db();
            let live = db.live_items().expect("items");
            live.into_iter().find(|id| {
                db.message_of(*id).expect("a row").message_id.as_deref() == Some(&sought)
            })
        });
        found
            .await
            .expect("the engine lives")
            .map(|id| id.to_string())
    }

    /// The newest mail to a person in a mailbox that is about an item, or about any.
    fn newest(
        &self,
        board: usize,
        who: Option<&str>,
        about: Option<&str>,
    ) -> Option<(String, String)> {
        let state = self.posts[board].state();
        state.accepted.iter().rev().find_map(|one| {
            let to = one.envelope.to.first()?.clone();
            let mark = header_field(&one.envelope.mail, "X-Servicelofte")?;
            let is_theirs = who.is_none_or(|who| to.starts_with(&format!("{who}@")));
            let fits = to.ends_with("@kommun.test")
                && is_theirs
                && about.is_none_or(|about| mark.contains(about));
            fits.then(|| Some((to, header_field(&one.envelope.mail, "Message-ID")?)))?
        })
    }

    async fn happens(&self, at: DateTime<Utc>, board: usize, event: &Event) {
        let address = BOARDS[board].1;
        let put = |folder: &str, raw: String| {
            self.posts[board].put(folder, raw.into_bytes(), at, Flags::default());
        };
        match event {
            Event::Arrives { number, header } => {
                put(
                    "INBOX",
                    format!(
                        "To: {address}\r\nMessage-ID: <{}>\r\n{header}\r\n\r\nHej!\r\n",
                        id_of(*number)
                    ),
                );
            }
            Event::Answered { number, .. } => put(
                "Skickat",
                format!(
                    "From: {address}\r\nTo: {}\r\nSubject: SV: Fråga {number}\r\nMessage-ID: <a{number}@kommun.test>\r\n\
                     Date: {}\r\nIn-Reply-To: <{}>\r\n\r\nSvar\r\n",
                    citizen(*number),
                    at.to_rfc2822(),
                    id_of(*number)
                ),
            ),
            Event::Says { number, words } => {
                let Some(reference) = self.reference(*number).await else {
                    return;
                };
                let Some((from, id)) = self.newest(board, None, Some(&reference)) else {
                    return;
                };
                put(
                    "INBOX",
                    reply(at, &from, address, &id, &format!("{words} {reference}")),
                );
            }
            Event::SaysOfNone { who, words } => {
                let Some((from, id)) = self.newest(board, Some(who), None) else {
                    return;
                };
                put("INBOX", reply(at, &from, address, &id, words));
            }
        }
    }
}

fn id_of(number: u32) -> String {
    format!("m{number}@example.com")
}

fn citizen(number: u32) -> String {
    format!("kim{number}@example.com")
}

fn reply(at: DateTime<Utc>, from: &str, to: &str, id: &str, words: &str) -> String {
    let serial = at.timestamp();
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: SV: {words}\r\nMessage-ID: <r{serial}.{from}>\r\nDate: {}\r\n\
         In-Reply-To: {id}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n",
        at.to_rfc2822()
    )
}

/// All that happens, in order.
fn drawn(first: NaiveDate, days: i64) -> BTreeSet<(DateTime<Utc>, usize, Event)> {
    let mut dice = Dice::new(7);
    let mut events = BTreeSet::new();
    let mut number = 0;
    for day in first.iter_days().take(usize::try_from(days).expect("days")) {
        let works = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        for (board, (_, _, handler, a_day)) in BOARDS.into_iter().enumerate() {
            let count = if works {
                1 + dice.below(2 * a_day)
            } else {
                dice.below(3)
            };
            for _ in 0..count {
                number += 1;
                let at = instant(day, 0) + dice.minutes(5, 1_430);
                let (header, needs) = mail(&mut dice, number);
                events.insert((at, board, Event::Arrives { number, header }));
                if needs {
                    let acts = what_becomes(&mut dice, number, at);
                    events.extend(acts.into_iter().map(|(at, event)| (at, board, event)));
                }
            }
            // Now and then a member is away for some days.
            if works && dice.below(40) == 0 {
                let away = Event::SaysOfNone {
                    who: handler,
                    words: "BORTA om tre dagar",
                };
                events.insert((instant(day, 9), board, away));
            }
        }
    }
    events
}

/// Its header, and whether it needs work.
fn mail(dice: &mut Dice, number: u32) -> (String, bool) {
    let plain = format!(
        "From: Kim {number} <{}>\r\nSubject: Fråga {number}",
        citizen(number)
    );
    match dice.below(100) {
        0..=69 => (plain, true),
        70..=74 => (
            format!("From: skanner@kommun.test\r\nSubject: Skannat brev {number}"),
            true,
        ),
        75..=89 => {
            let news = "List-Unsubscribe: <mailto:x@news.test>\r\nPrecedence: bulk\r\nReturn-Path: <b@news.test>";
            (
                format!(
                    "From: Nyheter <nyheter@news{}.test>\r\nSubject: Nyhetsbrev\r\n{news}",
                    dice.below(6)
                ),
                false,
            )
        }
        90..=95 => (format!("{plain}\r\nAuto-Submitted: auto-replied"), false),
        _ => (format!("{plain}\r\nX-Spam-Flag: YES"), true),
    }
}

/// What people do about a question.
fn what_becomes(dice: &mut Dice, number: u32, at: DateTime<Utc>) -> Vec<(DateTime<Utc>, Event)> {
    let mut after = |from: u64, to: u64| in_office(at + dice.minutes(from * 60, to * 60));
    let (soon, later, late) = (after(2, 40), after(44, 72), after(100, 300));
    let answered = |late| Event::Answered { number, late };
    let says = |words| Event::Says { number, words };
    match dice.below(100) {
        0..=69 => vec![(soon, answered(false))],
        70..=77 => vec![(later, says("KLAR TELEFON"))],
        78..=84 => vec![
            (later, says("SVAR SENAST om två veckor:")),
            (late, answered(true)),
        ],
        85..=95 => vec![(late, answered(true))],
        96..=97 => vec![(later, says("INGET SVAR reklam"))],
        _ => Vec::new(),
    }
}

/// No one answers at night or at the weekend.
fn in_office(at: DateTime<Utc>) -> DateTime<Utc> {
    let mut day = at.date_naive();
    if at.time() > NaiveTime::from_hms_opt(15, 0, 0).expect("a time") {
        day += Duration::days(1);
    }
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day += Duration::days(1);
    }
    let minutes = at.timestamp().rem_euclid(400);
    instant(day, 8) + Duration::minutes(minutes)
}

fn instant(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    day.and_hms_opt(hour, 0, 0).expect("a time").and_utc()
}

/// What one person got.
#[derive(Default)]
struct Got {
    by_day: BTreeMap<NaiveDate, usize>,
    by_moment: BTreeMap<DateTime<Utc>, usize>,
    words: Vec<usize>,
    /// The mail with most words, and how many they are.
    longest: (usize, String),
    /// Mails with more words than their items need.
    wordy: Vec<String>,
    confirmations: usize,
    /// With a notice to print and post: each has a mail of its own.
    letters: usize,
    /// All of them, as they are read, by when they came.
    read: BTreeMap<DateTime<Utc>, Vec<String>>,
}

fn got(town: &Town) -> BTreeMap<String, Got> {
    let mut all: BTreeMap<String, Got> = BTreeMap::new();
    for post in &town.posts {
        for one in &post.state().accepted {
            let mail = &one.envelope.mail;
            let Some(mark) = header_field(mail, "X-Servicelofte") else {
                continue;
            };
            for to in one
                .envelope
                .to
                .iter()
                .filter_map(|to| to.strip_suffix("@kommun.test"))
            {
                if !STAFF.iter().any(|(id, ..)| *id == to) {
                    continue;
                }
                let got = all.entry(to.to_owned()).or_default();
                *got.by_day
                    .entry(town.config.calendar.local_date(one.at))
                    .or_default() += 1;
                let parsed = mail_parser::MessageParser::default()
                    .parse(mail)
                    .expect("a mail");
                let text = parsed.body_text(0).expect("a text");
                got.words.push(text.split_whitespace().count());
                let (at, subject) = (one.at, parsed.subject().unwrap_or_default());
                let page = format!("{at}\nSubject: {subject}\n\n{text}");
                got.read.entry(at).or_default().push(page);
                if mark.trim().starts_with("confirmation") {
                    got.confirmations += 1;
                } else if mark.trim().starts_with("letter") {
                    got.letters += 1;
                } else {
                    *got.by_moment.entry(one.at).or_default() += 1;
                }
                let items = mark.matches("SL-").count();
                let words = text.split_whitespace().count();
                if words > most_words(items) {
                    got.wordy
                        .push(format!("about {items} items, {words} words: {text}"));
                }
                if got.longest.0 < words {
                    got.longest = (words, text.into_owned());
                }
            }
        }
    }
    all
}

fn table(all: &mut BTreeMap<String, Got>) -> String {
    let mut table = String::from(
        "| who | mails | confirmations of them | letters to post | on the worst day | words, median | words, most |\n\
         |---|---|---|---|---|---|---|\n",
    );
    for (who, got) in all {
        got.words.sort_unstable();
        let (count, most) = (
            got.words.len(),
            got.words.last().copied().unwrap_or_default(),
        );
        let worst = got.by_day.values().max().copied().unwrap_or_default();
        let median = got.words[count / 2];
        let _ = writeln!(
            table,
            "| {who} | {count} | {} | {} | {worst} | {median} | {most} |",
            got.confirmations, got.letters
        );
    }
    table
}

/// A file for each person, with their mails in the order in which they came.
fn write(all: &BTreeMap<String, Got>, folder: &Path) {
    std::fs::create_dir_all(folder).expect("a folder");
    for (who, got) in all {
        let pages: Vec<&String> = got.read.values().flatten().collect();
        let text = pages
            .iter()
            .map(|page| format!("{page}\n\n{}\n", "=".repeat(78)));
        std::fs::write(folder.join(who), text.collect::<String>()).expect("written");
    }
}

#[test]
fn nobody_gets_a_burst_of_mails() {
    let months: Option<i64> = std::env::var("MONTHS")
        .ok()
        .map(|months| months.parse().expect("MONTHS=3"));
    let first = NaiveDate::from_ymd_opt(2026, 9, 7).expect("a Monday");
    let days = months.map_or(21, |months| months * 30);
    let began = instant(first, 0);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let mut town = Town::new(began);
    let events = drawn(first, days);
    let mut events = events.into_iter().peekable();
    let end = began + Duration::days(days);
    let mut at = began;
    runtime.block_on(async {
        while at < end {
            while let Some((when, board, event)) = events.next_if(|(when, ..)| *when <= at) {
                town.happens(when, board, &event).await;
            }
            town.round(at).await;
            let by_day = (4..18).contains(&chrono::Timelike::hour(&at));
            at += if by_day { POLL } else { POLL * 4 };
        }
    });
    let mut all = got(&town);
    println!("{}", table(&mut all));
    if let Some(folder) = std::env::var_os("MAILS") {
        write(&all, Path::new(&folder));
    }
    if months.is_some() {
        for (who, got) in &all {
            println!("--- the longest to {who} ---\n{}", got.longest.1);
            for mail in &got.wordy {
                println!("--- wordy, to {who}, {mail}");
            }
        }
    }
    for (who, got) in &all {
        let (moment, most) = got
            .by_moment
            .iter()
            .max_by_key(|(_, count)| **count)
            .expect("a mail");
        assert!(*most <= AT_ONCE, "{who} gets {most} mails at {moment}");
        assert!(
            got.by_day
                .keys()
                .all(|day| town.config.calendar.is_working_day(*day)),
            "{who} gets mail on a day off"
        );
        assert!(
            got.wordy.is_empty(),
            "{who} gets {} wordy mails: {}",
            got.wordy.len(),
            got.wordy[0]
        );
    }
    assert!(
        all.len() + 1 >= STAFF.len(),
        "everybody hears of something: {:?}",
        all.keys()
    );
}
