//! Two daemons, one mailbox, one promise: a host that is killed, stopped, cut off or without etcd
//! gives way to the other, and no citizen hears twice, or after an answer.

mod faults;
mod lacking;
mod network;
mod rounds;
mod said;

use super::gate::{Gate, Way};
use super::post::Mail;
use super::process::{Daemon, Ended, wait_until};
use super::site::{Office, Site, at, mail, program};
use crate::servers::etcd::Etcd;
use crate::servers::net::Net;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// Seconds of the lease: the shortest that the configuration takes.
const TTL: u64 = 6;

/// The longest time without a leader that is promised: the lease and half a minute.
const WITHOUT_LEADER: Duration = Duration::from_secs(TTL + 30);

/// The copies of these servers come within seconds: the shortest wait after a take-over, six
/// seconds of ours.
const WAIT: &str = "wait_minutes = 1\n";

/// Long enough for a lease to end, its margin included.
const PAST: Duration = Duration::from_secs(TTL + 2);

/// One of the two hosts.
struct Host {
    office: Office,
    /// The way to etcd.
    etcd: Gate,
    time: Time,
}

/// The time of all that runs here, ten times as quick as ours: whoever starts later begins later,
/// as on machines whose clocks are right.
#[derive(Clone, Copy)]
struct Time {
    begun: Instant,
    /// The same on this machine's clock.
    at: SystemTime,
    /// By so much a clock is wrong.
    ahead: chrono::Duration,
}

impl Time {
    fn begin() -> Self {
        Self {
            begun: Instant::now(),
            at: Self::of_this_machine(),
            ahead: chrono::Duration::zero(),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the mail server's log is in this machine's time"
    )]
    fn of_this_machine() -> SystemTime {
        SystemTime::now()
    }

    /// A moment on this machine's clock, in seconds.
    fn seconds(at: SystemTime) -> f64 {
        let since = at.duration_since(SystemTime::UNIX_EPOCH);
        since.expect("after 1970").as_secs_f64()
    }

    fn instant(self) -> chrono::DateTime<chrono::Utc> {
        let tenths = i64::try_from(self.begun.elapsed().as_millis() / 100).expect("short");
        at("2026-11-19 13:30") + chrono::Duration::seconds(tenths) + self.ahead
    }

    fn now(self) -> String {
        let now = self.instant();
        now.format("@%Y-%m-%d %H:%M:%S x10").to_string()
    }

    /// The day has less than an hour left. What comes after midnight is due on another day.
    fn is_late(self) -> bool {
        let local = self.instant() + chrono::Duration::hours(1);
        local.format("%H").to_string() == "23"
    }

    /// The minute, as it is called in Sweden.
    fn minute(self) -> String {
        let local = self.instant() + chrono::Duration::hours(1);
        local.format("%Y-%m-%d %H:%M").to_string()
    }
}

impl Host {
    /// A host on the same servers. `smtp` is its way out, `replica` its table of commands.
    async fn new(site: &Site, etcd: &Etcd, smtp: u16, replica: &str, time: Time) -> Self {
        let gate = Gate::before(etcd.places[0].1).await;
        let endpoints = [format!("http://127.0.0.1:{}", gate.port)];
        Self::at(site, &endpoints, ("localhost", smtp), replica, time, gate)
    }

    /// The same, with these members of etcd, and that way out.
    fn at(
        site: &Site,
        endpoints: &[String],
        (smtp, port): (&str, u16),
        replica: &str,
        time: Time,
        etcd: Gate,
    ) -> Self {
        let lease =
            format!("[service.lease]\nendpoints = {endpoints:?}\nname = \"kf\"\nttl = {TTL}\n");
        let office = office(site, port, &(lease + replica));
        let way_out =
            |host: &str| format!("host = \"{host}\"\nport = {port}\nsecurity = \"starttls\"");
        office.change(&[(&way_out("localhost"), &way_out(smtp))]);
        Self { office, etcd, time }
    }

    fn start(&self) -> Daemon {
        Daemon::start(program(), &self.office.config(), &self.time.now())
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        self.office.run_at(&self.time.now(), arguments)
    }

    fn once(&self) -> Ended {
        self.run(&["run", "--once"])
    }
}

/// What a host has, with these tables in its configuration.
fn office(site: &Site, smtp: u16, tables: &str) -> Office {
    let office = Office::new(site.dovecot.tls_port, smtp);
    // A question of today is due tomorrow, and its notice was due at noon.
    let pledge =
        "time = { working_days = 1 }\nreminder = \"due-1 08:00\"\nnotice = \"due-1 12:00\"";
    office.change(&[
        ("[organisation]\n", &format!("{tables}[organisation]\n")),
        ("time = { working_days = 2 }", pledge),
        (
            "handler = \"registrator\"\n",
            "handler = \"registrator\"\nnotices_per_hour = 1000\n",
        ),
    ]);
    office
}

/// A script that can be run, in the site's folder.
fn hook(site: &Site, name: &str, lines: &str) -> String {
    let hook = site.folder.path().join(name);
    fs::write(&hook, format!("#!/bin/sh\nset -e\n{lines}\n")).expect("a hook");
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("its mode");
    hook.to_str().expect("a name").to_owned()
}

/// The table for replicas that a test makes itself.
fn by_copies(site: &Site, replica: &Path) -> String {
    let replica = replica.display();
    let lines = format!("if [ -e {replica} ]; then cp {replica} \"$SERVICELOFTE_RESTORE_TO\"; fi");
    let hook = hook(site, "hook", &lines);
    format!("[service.replica]\n{WAIT}restore = [\"{hook}\"]\n")
}

/// Both, and what they share.
struct Town {
    site: Site,
    etcd: Etcd,
    a: Host,
    b: Host,
    time: Time,
    /// The way out of the first.
    smtp: Gate,
    replica: PathBuf,
    carried: BTreeSet<String>,
    /// Where each has a network namespace of its own. It ends last.
    net: Option<Net>,
}

impl Town {
    async fn new() -> Option<Self> {
        Self::with(|site, replica| Some(by_copies(site, replica))).await
    }

    /// With a table that tells how replicas are made.
    async fn with(replicas: impl Fn(&Site, &Path) -> Option<String>) -> Option<Self> {
        let etcd = Etcd::start().await?;
        let site = Site::new().await;
        let smtp = Gate::before(site.post.port).await;
        let replica = site.folder.path().join("replica");
        let (table, time) = (replicas(&site, &replica)?, Time::begin());
        let a = Host::new(&site, &etcd, smtp.port, &table, time).await;
        let b = Host::new(&site, &etcd, site.post.port, &table, time).await;
        let carried = BTreeSet::new();
        Some(Self {
            site,
            etcd,
            a,
            b,
            time,
            smtp,
            replica,
            carried,
            net: None,
        })
    }

    /// Starts both: the first leads, and the second stands by.
    fn both_start(&self) -> (Daemon, Daemon) {
        let a = self.a.start();
        wait_until("the first leads", || leads(&a));
        let b = self.b.start();
        wait_until("the second stands by", || stands_by(&b));
        (a, b)
    }

    /// A replica as it is at this moment.
    fn replicate(&self, host: &Host) {
        // Where Litestream has that folder, it is the file beside it.
        let beside = self.replica.with_file_name("copy");
        let replica = if self.replica.is_dir() {
            &beside
        } else {
            &self.replica
        };
        let name = replica.to_str().expect("a name");
        host.run(&["backup", name]).succeeded();
    }

    fn asks(&self, name: &str) {
        asks(&self.site, name, &self.time.minute());
    }

    /// Asks, and is answered in the same minute.
    fn is_answered(&self, name: &str) {
        let minute = self.time.minute();
        self.answers(name, &minute);
        asks(&self.site, name, &minute);
    }

    fn answers(&self, name: &str, minute: &str) {
        let text = mail(
            "kf@example.se",
            &format!("SV: {name}"),
            &format!("a-{name}@x"),
            "",
        )
        .replace("To: kf@example.se", &format!("To: {name}@example.org"))
        .replace(
            "MIME-Version",
            &format!("In-Reply-To: <{name}@x>\nMIME-Version"),
        );
        self.site.deliver("Skickat", &text, minute);
    }

    fn carry(&mut self) {
        carry(&self.site, &mut self.carried, &self.time.minute());
    }

    fn notices_to(&self, name: &str) -> usize {
        notices_to(&self.site, name)
    }

    /// Waits for the notice to a citizen.
    fn wait_for_notice(&mut self, name: &str) {
        wait_until(&format!("the notice to {name}"), || {
            self.carry();
            self.notices_to(name) > 0
        });
    }

    /// For so long no citizen hears anything, nor anybody else of those that `counts` names.
    fn is_quiet(&mut self, time: Duration, counts: fn(&Mail) -> bool) {
        let count = |town: &Self| {
            town.site
                .post
                .mails()
                .iter()
                .filter(|mail| counts(mail))
                .count()
        };
        let (begun, before) = (Instant::now(), count(self));
        while begun.elapsed() < time {
            self.carry();
            std::thread::sleep(Duration::from_millis(100));
            assert_eq!(count(self), before, "a mail has left");
        }
    }
}

/// Waits until this host leads, and for no longer than is promised.
fn takes_over(daemon: &Daemon, since: Instant) {
    wait_until("the other host leads", || leads(daemon));
    let without = since.elapsed();
    println!("without a leader for {:.1} s", without.as_secs_f64());
    assert!(without < WITHOUT_LEADER, "{without:?}");
}

/// A question of that minute, whose notice is due at once.
fn asks(site: &Site, name: &str, minute: &str) {
    let text = mail(
        &format!("{name}@example.org"),
        name,
        &format!("{name}@x"),
        "",
    )
    .replace(
        "Tue, 17 Nov 2026 09:12",
        &format!("Thu, 19 Nov 2026 {}", &minute["2026-11-19 ".len()..]),
    );
    site.deliver("INBOX", &text, minute);
}

/// Carries the mailbox's own copies into it, as its server would.
fn carry(site: &Site, carried: &mut BTreeSet<String>, minute: &str) {
    for (file, Mail(text)) in site.post.own_copies() {
        if carried.insert(file) {
            site.deliver("INBOX", &text, minute);
        }
    }
}

fn notices_to(site: &Site, name: &str) -> usize {
    let to = format!("{name}@example.org");
    let mails = site.post.mails();
    mails.iter().filter(|mail| mail.to() == to).count()
}

fn to_citizens(mail: &Mail) -> bool {
    mail.to().ends_with("@example.org")
}

fn to_anybody(_: &Mail) -> bool {
    true
}

/// Whether its last word was of a host that leads and reads.
fn leads(daemon: &Daemon) -> bool {
    let told = daemon.told();
    let last = told.iter().rev().find(|line| line.starts_with("STATUS="));
    last.is_some_and(|line| line.contains("leads, generation") && line.contains("read at"))
}

fn stands_by(daemon: &Daemon) -> bool {
    let told = daemon.told();
    let last = told.iter().rev().find(|line| line.starts_with("STATUS="));
    last.is_some_and(|line| line.starts_with("STATUS=standby"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_is_killed_gives_way_to_one_with_an_old_replica() {
    let Some(mut town) = Town::new().await else {
        return;
    };
    let a = town.a.start();
    wait_until("the first leads", || leads(&a));
    let b = town.b.start();
    b.wait_told("READY=1");
    wait_until("the second stands by", || stands_by(&b));
    assert!(
        !town.b.office.database().exists(),
        "it has opened no register"
    );
    // On a host that stands by nothing is written.
    town.a.run(&["list"]).succeeded();
    let refused = town.b.run(&["pause", "prov"]);
    assert_ne!(refused.code, Some(0), "{refused:?}");
    town.asks("olle");
    wait_until("it is known", || town.a.office.register().knows("olle"));
    // The replica is of now: it knows the question, and not what was sent.
    town.replicate(&town.a);
    town.wait_for_notice("olle");
    let killed = Instant::now();
    a.signal("KILL");
    drop(a);
    town.is_answered("karin");
    town.asks("nils");
    town.carry();
    takes_over(&b, killed);
    town.wait_for_notice("nils");
    town.is_quiet(Duration::from_secs(4), to_citizens);
    assert_eq!(town.notices_to("olle"), 1, "he has heard of the first host");
    assert_eq!(town.notices_to("karin"), 0, "she has an answer");
    assert_eq!(town.notices_to("nils"), 1);
    assert_eq!(town.b.office.register().items(), 3);
    let history = town.b.office.register().history("olle");
    assert!(history.contains(&"sent notice".to_owned()), "{history:?}");
    // The first comes back, and waits; it gets the other's register when its turn comes.
    let a = town.a.start();
    wait_until("the first stands by", || stands_by(&a));
    town.replicate(&town.b);
    let stopped = Instant::now();
    b.stop(Duration::from_secs(20)).succeeded();
    takes_over(&a, stopped);
    assert!(
        stopped.elapsed() < Duration::from_secs(20),
        "the lease was given back"
    );
    town.asks("stina");
    town.wait_for_notice("stina");
    town.is_quiet(Duration::from_secs(2), to_citizens);
    assert_eq!(town.a.office.register().items(), 4);
    for name in ["olle", "nils", "stina"] {
        assert_eq!(town.notices_to(name), 1, "{name}");
    }
    // While it leads, once is nothing for the other; when no host does, it is.
    town.b.once().says(1, &["leads (generation"]);
    a.stop(Duration::from_secs(20)).succeeded();
    town.a.once().succeeded();
    // A register from after the lease: etcd was set up anew.
    let register = rusqlite::Connection::open(town.a.office.database()).expect("the register");
    let later = "UPDATE meta SET value = '1000000000' WHERE key = 'generation'";
    assert_eq!(register.execute(later, []).expect("written"), 1);
    town.a
        .once()
        .says(78, &["generation 1000000000", "docs/two-hosts.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_was_stopped_with_a_mail_under_way_lets_it_not_out() {
    let Some(mut town) = Town::new().await else {
        return;
    };
    let (a, b) = town.both_start();
    town.replicate(&town.a);
    // The first is on its way through a slow dialogue when it is stopped.
    let slowly = Way::Slowly(town.site.post.port, Duration::from_millis(700));
    town.smtp.set(slowly);
    let before = town.smtp.let_in();
    town.asks("olle");
    wait_until("a mail is under way", || town.smtp.let_in() > before);
    std::thread::sleep(Duration::from_millis(1_500));
    a.signal("STOP");
    let stopped = Instant::now();
    takes_over(&b, stopped);
    town.wait_for_notice("olle");
    a.signal("CONT");
    a.wait_logged("this host leads no more");
    // The server's go-ahead comes now, and the mail stays.
    a.wait_logged("this host does not lead any more");
    wait_until("the first stands by", || stands_by(&a));
    town.is_quiet(Duration::from_secs(3), to_citizens);
    assert_eq!(town.notices_to("olle"), 1);
    town.smtp.set(Way::To(town.site.post.port));

    // The leader is cut off from etcd: it lets nothing out, and the other leads.
    town.replicate(&town.b);
    town.b.etcd.set(Way::Shut);
    let cut = Instant::now();
    takes_over(&a, cut);
    b.wait_logged("this host leads no more");
    town.asks("karin");
    town.wait_for_notice("karin");

    // No etcd at all: no host leads, and nothing leaves.
    town.b.etcd.set(Way::To(town.etcd.places[0].1));
    wait_until("the second stands by", || stands_by(&b));
    town.replicate(&town.a);
    town.etcd.signal_all("STOP");
    std::thread::sleep(PAST);
    town.asks("nils");
    town.is_quiet(Duration::from_secs(4), to_anybody);
    assert!(!leads(&a) && !leads(&b));
    town.etcd.signal_all("CONT");
    town.wait_for_notice("nils");
    town.is_quiet(Duration::from_secs(3), to_citizens);
    for name in ["olle", "karin", "nils"] {
        assert_eq!(town.notices_to(name), 1, "{name}");
    }
    // One of them has all of it.
    let known: Vec<usize> = [&town.a, &town.b]
        .map(|host| host.office.register().items())
        .to_vec();
    assert!(known.contains(&3), "{known:?}");
    a.stop(Duration::from_secs(20)).succeeded();
    b.stop(Duration::from_secs(20)).succeeded();
}

/// How many lines the log of a register has, whoever has it open.
fn lines(database: &Path) -> i64 {
    let register = rusqlite::Connection::open(database).expect("a register");
    register
        .query_row("SELECT count(*) FROM log", [], |row| row.get(0))
        .expect("a number")
}

/// The ready-made command for replicas in this folder, where Litestream is there.
fn litestream(site: &Site, replica: &Path) -> Option<String> {
    let named = std::env::var("LITESTREAM").unwrap_or_else(|_| "litestream".to_owned());
    if Command::new(&named)
        .arg("version")
        .stdout(Stdio::null())
        .status()
        .is_err()
    {
        println!("skipped: Litestream is not there (LITESTREAM names its program)");
        return None;
    }
    fs::create_dir(replica).expect("a folder");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/replica/litestream");
    let run = format!(
        "LITESTREAM={named} exec {script} \"$@\" 2>>{}/said",
        replica.display()
    );
    Some(hook(site, "by-litestream", &run))
}

/// The table for it.
fn by_litestream(site: &Site, replica: &Path) -> Option<String> {
    let (hook, place) = (litestream(site, replica)?, replica.display());
    Some(format!(
        "[service.replica]\n{WAIT}restore = [\"{hook}\", \"restore\", \"{place}\"]\n\
         replicate = [\"{hook}\", \"replicate\", \"{place}\"]\n"
    ))
}

#[tokio::test(flavor = "multi_thread")]
async fn litestream_carries_the_register_over() {
    let Some(mut town) = Town::with(by_litestream).await else {
        return;
    };
    let (a, b) = town.both_start();
    town.asks("olle");
    town.wait_for_notice("olle");
    wait_until("its notice is written down", || {
        town.a
            .office
            .register()
            .history("olle")
            .contains(&"sent notice".to_owned())
    });
    // Longer than Litestream waits.
    std::thread::sleep(Duration::from_secs(3));
    let killed = Instant::now();
    a.signal("KILL");
    drop(a);
    town.asks("karin");
    takes_over(&b, killed);
    town.wait_for_notice("karin");
    town.is_quiet(Duration::from_secs(2), to_citizens);
    let (before, after) = (
        lines(&town.a.office.database()),
        lines(&town.b.office.database()),
    );
    println!("{before} lines of the log before, {after} after");
    let register = town.b.office.register();
    assert_eq!(register.items(), 2);
    let history = register.history("olle");
    let sent = history
        .iter()
        .filter(|event| *event == "sent notice")
        .count();
    assert_eq!(sent, 1, "it came over by the replica: {history:?}");
    assert!(after > before, "nothing of the log is lost");
    // And back again, in order.
    let a = town.a.start();
    wait_until("the first stands by", || stands_by(&a));
    b.stop(Duration::from_secs(20)).succeeded();
    wait_until("the first leads again", || leads(&a));
    assert!(
        lines(&town.a.office.database()) > after,
        "the last line has come over"
    );
    // The other has ended in order, and its last line says so: there is nothing to wait for.
    town.asks("nils");
    town.wait_for_notice("nils");
    for name in ["olle", "karin", "nils"] {
        assert_eq!(town.notices_to(name), 1, "{name}");
    }
    let ended = a.stop(Duration::from_secs(20));
    ended.succeeded();
    assert!(!ended.err.contains("nothing leaves before"), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spare_takes_over_by_hand_when_the_other_host_is_off() {
    let site = Site::quick().await;
    let replica = site.folder.path().join("replica.db");
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = other.local_addr().expect("its address").port();
    let mut table = by_copies(&site, &replica);
    writeln!(table, "other = \"127.0.0.1:{port}\"").expect("a line");
    let first = office(&site, site.post.port, &table);
    let spare = office(&site, site.post.port, &table);
    let mut carried = BTreeSet::new();
    let time = Time::begin();
    let daemon = Daemon::start(program(), &first.config(), &time.now());
    daemon.wait_told("STATUS=kf read at");
    asks(&site, "olle", &time.minute());
    wait_until("it is known", || first.register().knows("olle"));
    let backup = ["backup", replica.to_str().expect("a name")];
    first.run_at(&time.now(), &backup).succeeded();
    wait_until("his notice", || notices_to(&site, "olle") > 0);
    drop(daemon);
    carry(&site, &mut carried, &time.minute());
    // It answers still; then it is gone.
    let refused = spare.run_at(&time.now(), &["takeover", "--yes"]);
    refused.says(1, &["still answers", &port.to_string()]);
    drop(other);
    spare.run_at(&time.now(), &["takeover"]).says(2, &["--yes"]);
    assert!(!spare.database().exists());
    let taken = spare.run_at(&time.now(), &["takeover", "--yes"]);
    taken.succeeded();
    assert!(taken.out.contains("Generation 1"), "{taken:?}");
    let daemon = Daemon::start(program(), &spare.config(), &time.now());
    asks(&site, "nils", &time.minute());
    wait_until("the next notice", || notices_to(&site, "nils") > 0);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(
        notices_to(&site, "olle"),
        1,
        "he has heard of the first host"
    );
    assert_eq!(spare.register().items(), 2);
    daemon.stop(Duration::from_secs(20)).succeeded();
    // Twice is once more, with what this host has.
    fs::remove_file(&replica).expect("the replica");
    let again = spare.run_at(&time.now(), &["takeover", "--yes"]);
    again.succeeded();
    assert!(
        again.out.contains("Ingen kopia") && again.out.contains("Generation 2"),
        "{again:?}"
    );
}

/// As the page says it: Litestream, and a spare that has no register yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_spare_takes_over_by_hand_from_litestream() {
    let site = Site::quick().await;
    let Some(mut table) = by_litestream(&site, &site.folder.path().join("replica")) else {
        return;
    };
    // No server is there.
    table += "other = \"127.0.0.1:1\"\n";
    let first = office(&site, site.post.port, &table);
    let spare = office(&site, site.post.port, &table);
    let time = Time::begin();
    let daemon = Daemon::start(program(), &first.config(), &time.now());
    daemon.wait_told("STATUS=kf read at");
    asks(&site, "olle", &time.minute());
    wait_until("his notice is written down", || {
        let register = first.register();
        register.knows("olle") && register.history("olle").contains(&"sent notice".to_owned())
    });
    // Longer than Litestream waits.
    std::thread::sleep(Duration::from_secs(3));
    daemon.signal("KILL");
    drop(daemon);
    let taken = spare.run_at(&time.now(), &["takeover", "--yes"]);
    taken.succeeded();
    assert!(taken.out.contains("Generation 1"), "{taken:?}");
    assert_eq!(lines(&spare.database()), lines(&first.database()) + 1);
    // And back: the first is the spare now.
    let daemon = Daemon::start(program(), &spare.config(), &time.now());
    asks(&site, "nils", &time.minute());
    wait_until("the next is logged", || spare.register().knows("nils"));
    std::thread::sleep(Duration::from_secs(3));
    daemon.stop(Duration::from_secs(20)).succeeded();
    let back = first.run_at(&time.now(), &["takeover", "--yes"]);
    back.succeeded();
    assert!(back.out.contains("Generation 2"), "{back:?}");
    assert!(first.register().knows("nils"));
    assert_eq!(notices_to(&site, "olle"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_with_neither_register_nor_replica_leaves_it_to_the_other() {
    let Some(mut town) = Town::new().await else {
        return;
    };
    let (a, b) = town.both_start();
    town.asks("olle");
    town.wait_for_notice("olle");
    a.signal("KILL");
    drop(a);
    let remedy = "this host has no register: let the host that led last replicate it first";
    b.wait_logged(remedy);
    town.asks("karin");
    town.is_quiet(Duration::from_secs(2), to_anybody);
    assert!(!leads(&b) && !town.b.office.database().exists());
    // That host goes on, though the lease was another's for a moment.
    let a = town.a.start();
    wait_until("the first leads again", || leads(&a));
    town.wait_for_notice("karin");
    a.stop(Duration::from_secs(20)).succeeded();
    b.stop(Duration::from_secs(20)).succeeded();
    town.b.once().says(1, &[remedy]);
    for name in ["olle", "karin"] {
        assert_eq!(town.notices_to(name), 1, "{name}");
    }
}
