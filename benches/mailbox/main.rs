//! The whole-mailbox benchmark: how long a first sync takes beside the peers, and what a quiet
//! mailbox costs.
//!
//! `cargo bench --bench mailbox -- 100000` (the default) makes a Maildir of that many mails for a
//! throw-away Dovecot, lets the server fill its caches, and then measures in turn, over TLS, on one
//! machine: a bare socket that drains the very FETCH that the product sends; the release binary's
//! `run --once`, all mails being history and all being open items; mbsync and, for some seconds,
//! getmail on a part of the mailbox; a quiet poll; a tick with many open items against one with a
//! hundred. The peers copy whole messages and the product reads headers: the table says so. Of a
//! first sync the reading is timed by itself too (`reading`): a drain is like that part. Only
//! ratios within one run mean anything: the server shares the machine. `AGAINST=path` runs another
//! build of the product beside this one; `UNDER="perf record -g"` runs both first syncs once under
//! a profiler, and nothing else. It needs the Debian packages dovecot-imapd, isync and getmail6.

mod corpus;
mod peers;
mod reading;
mod watched;

#[path = "../../tests/it/servers/dovecot.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod dovecot;
#[path = "../../tests/it/servers/pki.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod pki;
#[path = "../../tests/it/servers/ports.rs"]
mod ports;

use chrono::{DateTime, Duration as Days, Utc};
use corpus::Corpus;
use dovecot::{Dovecot, DovecotOptions};
use reading::Reading;
use servicelofte::config::{Config, Security, Server};
use servicelofte::daemon::{SystemClock, header_fields};
use servicelofte::domain::folders::{Role, Watched};
use servicelofte::drivers::reader::Reader;
use servicelofte::engine::{Arrived, Engine, handle};
use servicelofte::imap::ImapMailbox;
use servicelofte::mail::{parse, texts::Texts};
use servicelofte::ports::{Clock, Flags};
use servicelofte::store::{Access, Store};
use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use watched::{Used, watch};

const MAILS: u32 = 100_000;
/// Part of the mailbox that mbsync and getmail copy.
const SAMPLE: u32 = 20_000;
/// Each measurement is repeated in turn with the others; the middle one counts.
const ROUNDS: usize = 3;
const SEED: u64 = 1;
/// Every mail arrived within this time before the run: young enough that no deadline comes near.
const AGE: Days = Days::hours(6);
/// Where the peers' part of the mailbox lies.
const PART: &str = "Prov";

fn main() {
    let mails = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(MAILS);
    let dir = tempfile::Builder::new()
        .prefix("bench")
        .tempdir()
        .expect("a temporary folder");
    let dovecot = Dovecot::start(&DovecotOptions::default());
    let began = Instant::now();
    let bytes = fill(&dovecot, mails);
    let mean = bytes / u64::from(mails.max(1));
    println!(
        "{mails} mails, {} MB, mean {mean} bytes, made in {:.1?}",
        bytes / 1_000_000,
        began.elapsed()
    );

    let bench = Bench {
        server: dovecot.server(Security::Tls),
        dir: dir.path(),
        mails,
    };
    let began = Instant::now();
    let first = bench.drain();
    bench.drain();
    println!(
        "the server's caches are warm after {:.1?} (first FETCH {:.1?})\n",
        began.elapsed(),
        first
    );
    if std::env::var_os("UNDER").is_some() {
        for live in [false, true] {
            bench.first_sync(Path::new(env!("CARGO_BIN_EXE_servicelofte")), "ours", live);
        }
        return;
    }
    bench.first_syncs();
    bench.quiet_poll(dovecot.tls_port);
    bench.ticks();
}

/// Delivers the corpus, and links the peers' part of it; returns the bytes.
fn fill(dovecot: &Dovecot, mails: u32) -> u64 {
    let mut corpus = Corpus::new(SEED);
    let now = SystemClock.now();
    let part = dovecot.make_folder("user1", PART).join("cur");
    let inbox = dovecot.make_folder("user1", "INBOX").join("cur");
    let mut bytes = 0;
    for number in 0..mails {
        let mail = corpus.mail(arrival(now, number, mails));
        bytes += mail.len() as u64;
        let name = dovecot.deliver("user1", "INBOX", &mail, "S", arrival(now, number, mails));
        if number < SAMPLE {
            let name = format!("{name}:2,S");
            std::fs::hard_link(inbox.join(&name), part.join(&name)).expect("mail linked");
        }
    }
    bytes
}

fn arrival(now: DateTime<Utc>, number: u32, mails: u32) -> DateTime<Utc> {
    let seconds = i64::from(mails - number) * AGE.num_seconds() / i64::from(mails);
    now - Days::seconds(seconds)
}

/// A first sync: the whole run of the program, and of it the reading that a drain is like. Before
/// it come start, login and EXAMINE; after it decisions, and the proof that nothing was missed,
/// which asks the server once more.
#[derive(Clone, Copy)]
struct Synced {
    run: Used,
    read: Duration,
}

struct Bench<'a> {
    server: Server,
    dir: &'a Path,
    mails: u32,
}

impl Bench<'_> {
    fn drain(&self) -> Duration {
        let config = self.config("drain", true, self.server.port).1;
        peers::drain(
            &self.server,
            "INBOX",
            &header_fields(&config, &config.mailboxes[0]),
        )
        .0
    }

    /// The configuration under a name of its own, with a database of its own.
    fn config(&self, name: &str, live: bool, port: u16) -> (PathBuf, Config) {
        let login = self.server.login.as_ref().expect("a login");
        let start = if live {
            "2000-01-01T00:00:00+01:00"
        } else {
            "2090-01-01T00:00:00+01:00"
        };
        let text = format!(
            r#"
[service]
database = "{name}.db"
operator = "drift@example.se"
[organisation]
name = "Exempelköpings kommun"
unit = "Kommunfullmäktige"
complaints = "synpunkter@example.se"
privacy_url = "https://www.example.se/personuppgifter"
[[pledge]]
name = "email"
time = {{ working_days = 2 }}
[[staff]]
id = "registrator"
name = "Anna Exempel"
email = "registrator@example.se"
reports_to = "kanslichef"
[[staff]]
id = "kanslichef"
name = "Cecilia Exempel"
email = "kanslichef@example.se"
[[mailbox]]
name = "kommun"
address = "kommun@example.se"
handler = "registrator"
start = "{start}"
[mailbox.imap]
host = "{host}"
port = {port}
ca_file = "{ca}"
user = "{user}"
password = "{password}"
[mailbox.smtp]
host = "localhost"
port = 1
"#,
            host = self.server.host,
            ca = self
                .server
                .ca_file
                .as_ref()
                .expect("an authority")
                .display(),
            user = login.user,
            password = login.password().expect("a password").reveal(),
        );
        let path = self.dir.join(format!("{name}.toml"));
        std::fs::write(&path, &text).expect("file written");
        // It holds a password; the product says so when others can read it.
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))
            .expect("permissions set");
        let config = Config::parse(&text, self.dir).unwrap_or_else(|faults| panic!("{faults:?}"));
        (path, config)
    }

    /// A first sync by a build of the product into a new database.
    fn first_sync(&self, program: &Path, name: &str, live: bool) -> Synced {
        for rest in ["", "-wal", "-shm", ".lock"] {
            // The database of an earlier round, if there is one.
            let _ = std::fs::remove_file(self.dir.join(format!("{name}.db{rest}")));
        }
        let (path, config) = self.config(name, live, self.server.port);
        let under = std::env::var("UNDER").unwrap_or_default();
        let words: Vec<&OsStr> = under
            .split_ascii_whitespace()
            .map(OsStr::new)
            .chain([program.as_os_str()])
            .collect();
        let mut command = Command::new(words[0]);
        command
            .args(&words[1..])
            .args(["run", "--once", "--config"])
            .arg(path)
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null());
        let mut reading = Reading::of(&config.service.database, self.mails + 1);
        let run = watch(&mut command, || reading.look()).expect("the product");
        assert!(run.succeeded, "the first sync failed");
        // A profiler may have been faster than two looks.
        let read = reading.took().unwrap_or(run.wall);
        drop(reading);
        let register = rusqlite::Connection::open(&config.service.database).expect("a register");
        let count = |sql| {
            register
                .query_row(sql, [], |row| row.get::<_, u32>(0))
                .expect("a count")
        };
        let found = [
            count("SELECT count(*) FROM message"),
            count("SELECT count(*) FROM item WHERE state <> 'history'"),
        ];
        assert_eq!(
            found,
            [self.mails, if live { self.mails } else { 0 }],
            "every mail is one item"
        );
        Synced { run, read }
    }

    fn first_syncs(&self) {
        let ours = PathBuf::from(env!("CARGO_BIN_EXE_servicelofte"));
        let against = std::env::var_os("AGAINST").map(PathBuf::from);
        let mut builds = vec![("first sync", "ours", ours)];
        builds.extend(against.map(|path| ("first sync (AGAINST)", "against", path)));
        let mut drains = Vec::new();
        let mut syncs: Vec<Vec<Synced>> = vec![Vec::new(); 2 * builds.len()];
        for _ in 0..ROUNDS {
            drains.push(self.drain());
            for (at, (_, name, program)) in builds.iter().enumerate() {
                for live in [false, true] {
                    syncs[2 * at + usize::from(live)].push(self.first_sync(program, name, live));
                }
            }
        }
        let drain = middle(&mut drains);
        let drained = f64::from(self.mails) / drain.as_secs_f64();
        let columns = [
            "",
            "mails/s",
            "drain",
            "mbsync",
            "getmail",
            "CPU µs/mail",
            "RSS MiB",
        ];
        row(columns.map(str::to_owned));
        let (mbsync, getmail) = (self.mbsync(), self.getmail());
        let line = |label: &str, rate: f64, used: Option<Used>| {
            let beside = |peer: Option<f64>| {
                peer.map_or_else(|| "-".to_owned(), |peer| format!("{:.2}", rate / peer))
            };
            let cpu = |used: Used| used.cpu.as_secs_f64() * 1e6 / f64::from(self.mails);
            row([
                label.to_owned(),
                format!("{rate:.0}"),
                format!("{:.3}", rate / drained),
                beside(mbsync),
                beside(getmail),
                used.map_or_else(String::new, |used| format!("{:.1}", cpu(used))),
                used.map_or_else(String::new, |used| {
                    format!("{:.1}", f64::from(used.peak_kib) / 1024.0)
                }),
            ]);
        };
        line("bare TLS socket, same FETCH", drained, None);
        if let Some(rate) = mbsync {
            line("mbsync, whole mails, no fsync", rate, None);
        }
        if let Some(rate) = getmail {
            line("getmail, whole mails", rate, None);
        }
        for (at, synced) in syncs.iter_mut().enumerate() {
            let label = format!(
                "{}, {}",
                builds[at / 2].0,
                ["all history", "all open"][at % 2]
            );
            let per_second = |time: Duration| f64::from(self.mails) / time.as_secs_f64();
            let mut reads: Vec<Duration> = synced.iter().map(|synced| synced.read).collect();
            line(
                &format!("{label}: reading"),
                per_second(middle(&mut reads)),
                None,
            );
            synced.sort_by_key(|synced| synced.run.wall);
            let run = synced[synced.len() / 2].run;
            line(
                &format!("{label}: whole run"),
                per_second(run.wall),
                Some(run),
            );
        }
        row([
            "goals, all history",
            "",
            "≥ 0.5",
            "≥ 8",
            "≥ 300",
            "≤ 40",
            "< 64",
        ]
        .map(str::to_owned));
        println!();
    }

    /// Mails a second that mbsync copies of its part.
    fn mbsync(&self) -> Option<f64> {
        peers::drain(&self.server, PART, &["From".to_owned()]);
        let mut walls = Vec::new();
        for round in 0..ROUNDS {
            let dir = self.dir.join(format!("round{round}"));
            std::fs::create_dir(&dir).expect("folder made");
            let Some(used) = peers::mbsync(&self.server, PART, &dir) else {
                println!("mbsync is not installed (package isync): no comparison with it");
                return None;
            };
            walls.push(used.wall);
        }
        Some(f64::from(self.mails.min(SAMPLE)) / middle(&mut walls).as_secs_f64())
    }

    /// Mails a second that getmail copies of its part.
    fn getmail(&self) -> Option<f64> {
        let rate = peers::getmail(&self.server, PART);
        if rate.is_none() {
            println!(
                "getmail is not installed (package getmail6) or refuses to run: no comparison with it"
            );
        }
        rate
    }

    /// One poll of the running service with nothing new, on the register where every mail is open.
    fn quiet_poll(&self, port: u16) {
        let counter = peers::Counter::before(port);
        let config = Arc::new(self.config("ours", true, counter.port).1);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build();
        let engine = engine(&config);
        let (handle, thread) = handle::spawn(engine).expect("a thread");
        let settings = &config.mailboxes[0];
        let mut polls = Vec::new();
        let mut bytes = 0;
        runtime.expect("a runtime").block_on(async {
            let fields = header_fields(&config, settings);
            let mut mailbox = ImapMailbox::connect(&settings.imap.server, &fields)
                .await
                .expect("a connection");
            for _ in 0..=10 {
                let (before, began) = (counter.bytes(), Instant::now());
                let clock = &SystemClock;
                let mailbox = &mut mailbox;
                let mut reader = Reader {
                    engine: &handle,
                    settings,
                    mailbox,
                    clock,
                    progress: &|_| {},
                };
                let reported = reader.run().await.expect("a quiet poll");
                assert_eq!(reported.tally.new_items, 0, "nothing is new");
                polls.push(began.elapsed());
                bytes = counter.bytes() - before;
            }
            mailbox.logout().await;
        });
        drop(handle);
        thread.join().expect("the engine's end");
        println!(
            "quiet poll, {} open items: {:.1?}, {bytes} bytes on the wire",
            self.mails,
            middle(&mut polls)
        );
    }

    /// A tick costs by due items, not by open ones.
    fn ticks(&self) {
        let [few, many] = [100, self.mails].map(|open| self.tick(open));
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        println!(
            "tick, nothing due: {few:.1?} with 100 open items, {many:.1?} with {}: ratio {ratio:.2}",
            self.mails
        );
    }

    fn tick(&self, open: u32) -> Duration {
        let config = Arc::new(
            self.config(&format!("tick{open}"), true, self.server.port)
                .1,
        );
        let mut engine = engine(&config);
        let inbox = Watched {
            name: "INBOX".to_owned(),
            role: Role::Inbox,
            separator: None,
        };
        let mut corpus = Corpus::new(SEED);
        let now = SystemClock.now();
        let mut batch = Vec::new();
        for uid in 1..=open {
            let at = arrival(now, uid, open);
            let mail = corpus.mail(at);
            let size = u32::try_from(mail.len()).expect("a small mail");
            let message = parse::message(&mail);
            batch.push(Arrived {
                uid,
                internal_date: Some(at),
                size,
                flags: Flags::default(),
                message,
                words: None,
            });
            if batch.len() == 1_000 || uid == open {
                engine
                    .record("kommun", &inbox, &std::mem::take(&mut batch), now)
                    .expect("recorded");
            }
        }
        engine.viewed("kommun", now).expect("noted");
        while engine.decide("kommun", now).expect("decided").more {}
        let mut ticks = Vec::new();
        for _ in 0..200 {
            let began = Instant::now();
            let decided = engine.decide("kommun", now).expect("decided");
            ticks.push(began.elapsed());
            assert_eq!(decided.items, 0, "nothing is due");
        }
        middle(&mut ticks)
    }
}

fn engine(config: &Arc<Config>) -> Engine {
    let texts = Texts::new(config.service.language, None).expect("the built-in texts");
    let store = Store::open(&config.service.database, Access::Daemon).expect("a register");
    Engine::new(store, config.municipality(), texts, SystemClock.now()).expect("an engine")
}

fn row([label, rate, drain, mbsync, getmail, cpu, rss]: [String; 7]) {
    println!("{label:36} {rate:>9} {drain:>8} {mbsync:>8} {getmail:>8} {cpu:>11} {rss:>9}");
}

fn middle(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}
