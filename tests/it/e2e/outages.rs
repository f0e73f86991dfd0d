//! A day of each outage, on clocks that run [`RATE`] times as quickly: how often the program logs in, how many mails the
//! operator gets, how many lines stand in the log; and that nothing is lost. `OUTAGE_HOURS=24` is a whole day (a quarter of
//! an hour); without it each lasts [`HOURS`].

use super::post::{Mail, Post};
use super::process::{self, Daemon, Ended, wait_until};
use super::site::{Site, mail, program};
use crate::servers::dovecot::DovecotOptions;
use crate::servers::fake_imap::Fake;
use crate::servers::pem::Pem;
use crate::servers::sink::{Act, Script, Sink, Step, Tls, at};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Thursday 19 November 2026, 13:30 in Sweden. Quick, but a machine that is building must not look like a server that is
/// silent: two minutes are more than a second, and a name has a seventh of one.
const CLOCK: &str = "@2026-11-19 12:30:00 x100";
const RATE: u32 = 100;

const HOURS: u32 = 3;

/// As long as the longest that is known.
const GREYLISTING: u32 = 5;

/// Longest ordered stop.
const STOP: Duration = Duration::from_secs(20);

/// How long each outage lasts, in its own time.
fn hours() -> u32 {
    std::env::var("OUTAGE_HOURS").ok().and_then(|hours| hours.parse().ok()).unwrap_or(HOURS)
}

/// Lives through so many minutes of the daemon's time.
async fn pass(minutes: u32) {
    tokio::time::sleep(Duration::from_mins(minutes.into()) / RATE).await;
}

/// What a gate does with connections: lets them through to a port, at once or each answer so much later, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    To(u16),
    Slowly(u16, Duration),
    Shut,
}

/// A port before a server. When its way changes, the connections through it end.
struct Gate {
    port: u16,
    way: watch::Sender<Way>,
    entered: Arc<AtomicUsize>,
}

impl Gate {
    async fn before(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let (way, seen) = watch::channel(Way::To(to));
        let entered = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&entered);
        tokio::spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let mut seen = seen.clone();
                let way = *seen.borrow_and_update();
                tokio::spawn(async move {
                    tokio::select! {
                        // Who hangs up in the middle is part of the tests.
                        _ = through(outside, way) => {}
                        _ = seen.changed() => {}
                    }
                });
            }
        });
        Self { port, way, entered }
    }

    fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    fn entered(&self) -> usize {
        self.entered.load(Ordering::Relaxed)
    }
}

async fn through(mut outside: TcpStream, way: Way) -> std::io::Result<()> {
    let (to, later) = match way {
        Way::To(to) => (to, Duration::ZERO),
        Way::Slowly(to, later) => (to, later),
        Way::Shut => return Ok(()),
    };
    let mut inside = TcpStream::connect(("127.0.0.1", to)).await?;
    let (mut from_client, mut to_client) = outside.split();
    let (mut from_server, mut to_server) = inside.split();
    let answers = async {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = from_server.read(&mut buffer).await?;
            if read == 0 {
                return Ok::<(), std::io::Error>(());
            }
            tokio::time::sleep(later).await;
            to_client.write_all(&buffer[..read]).await?;
        }
    };
    tokio::select! {
        ended = answers => ended,
        ended = tokio::io::copy(&mut from_client, &mut to_server) => ended.map(drop),
    }
}

/// A municipality with gates before its servers; alarms go their own way, which always works.
struct Town {
    site: Site,
    imap: Gate,
    smtp: Gate,
    alarms: Post,
}

impl Town {
    async fn new(options: DovecotOptions) -> Self {
        let site = Site::with(options, Post::quick().await);
        let alarms = Post::quick().await;
        let (imap, smtp) = (Gate::before(site.dovecot.tls_port).await, Gate::before(site.post.port).await);
        let own_way = format!(
            "operator = \"drift@example.se\"\n[service.alarm_smtp]\nhost = \"localhost\"\nport = {}\n\
             security = \"starttls\"\nca_file = \"ca.pem\"",
            alarms.port
        );
        site.change(&[
            (&format!("port = {}", site.dovecot.tls_port), &format!("port = {}", imap.port)),
            (&format!("port = {}", site.post.port), &format!("port = {}", smtp.port)),
            ("operator = \"drift@example.se\"", &own_way),
            ("poll_seconds = 1", "poll_seconds = 60"),
        ]);
        Self { site, imap, smtp, alarms }
    }

    fn daemon(&self) -> Daemon {
        Daemon::hurried(program(), &self.site.config(), CLOCK)
    }

    /// No mail was given up; prints how far each kind has come.
    fn nothing_is_lost(&self) {
        let outbox = self.site.register().outbox();
        println!("mails: {}", outbox.join(", "));
        assert!(!outbox.is_empty() && !outbox.iter().any(|mail| mail.contains(" failed ")), "{outbox:?}");
    }

    /// A question whose notice fell due half an hour ago.
    fn asked(&self) {
        self.site.deliver("INBOX", &mail("nina@example.org", "Simhallen", "q1@x", ""), "2026-11-17 09:12");
    }
}

/// What an outage cost.
#[derive(Debug, Default)]
struct Cost {
    logins: usize,
    begun: usize,
    ended: usize,
    lines: usize,
}

impl Cost {
    fn of(alarms: &Post, logins: usize, daemon: &Ended) -> Self {
        let told = alarms.mails();
        let subject = |mail: &Mail| mail.field("Subject").unwrap_or_default();
        let begun = told.iter().filter(|mail| subject(mail).starts_with("Larm")).count();
        let lines = daemon.err.lines().filter(|line| line.contains(" WARN ") || line.contains("ERROR ")).count();
        Self { logins, begun, ended: told.len() - begun, lines }
    }

    /// Prints what it was, and holds it against what may be: logins an hour, alarms a day, lines an hour.
    fn is_within(&self, (outage, hours): (&str, u32), logins_an_hour: usize, alarms: usize, daemon: &Ended) {
        let hours = usize::try_from(hours).expect("a number");
        println!(
            "{outage}, {hours} h: {} login(s), {} alarm(s) and {} end(s), {} line(s) of warning",
            self.logins, self.begun, self.ended, self.lines
        );
        assert!(self.logins <= logins_an_hour * hours + LOGINS_BEFORE, "{outage}: {self:?}\n{}", daemon.err);
        assert!(self.begun <= alarms * hours.div_ceil(24), "{outage}: {self:?}\n{}", daemon.err);
        assert!(self.ended <= self.begun, "{outage}: {self:?}");
        assert!(self.lines <= LINES_AN_HOUR * hours + LINES_BEFORE, "{outage}: {self:?}\n{}", daemon.err);
        assert_eq!(daemon.code, Some(0), "{outage}: {}", daemon.err);
    }
}

/// At most a handful of logins an hour.
const HANDFUL: usize = 6;
/// Logins of an ordinary start and end.
const LOGINS_BEFORE: usize = 4;
/// Each matter says so once an hour: reading, sending, the copies.
const LINES_AN_HOUR: usize = 6;
/// When it begins, changes and ends.
const LINES_BEFORE: usize = 12;

/// Every login is refused: IMAP and SMTP by the same user.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_with_a_changed_password() {
    let town = Town::new(DovecotOptions::default()).await;
    let refuses = b"TAG NO [AUTHENTICATIONFAILED] Authentication failed.\r\n".to_vec();
    let fake = Fake::stubborn(vec![("LOGIN", refuses)]).await;
    let folder = TempDir::new().expect("a folder");
    let tls = Tls::OnRequest(Pem::write(folder.path()).good);
    let sink = Sink::start(Script { tls, login: Some(("user1", "another")), ..Script::default() }).await;
    let (imap, smtp) = (format!("port = {}", town.imap.port), format!("port = {}", town.smtp.port));
    let own_login = format!("user = \"user1\"\npassword = \"{}\"", process::PASSWORD);
    town.asked();
    // Read once while all was well, so that a notice waits.
    town.smtp.set(Way::Shut);
    assert_eq!(town.site.run_at("@2026-11-19 12:29:00", &["run", "--once"]).code, Some(1));
    town.site.change(&[
        (&imap, &format!("port = {}", fake.port)),
        ("security = \"tls\"\nca_file = \"ca.pem\"", "security = \"plaintext\""),
        ("[mailbox.imap]\nhost = \"localhost\"", "[mailbox.imap]\nhost = \"127.0.0.1\""),
    ]);
    let sends = format!("{smtp}\nsecurity = \"starttls\"\nca_file = \"ca.pem\"\nlogin = false");
    town.site.change(&[(
        &sends,
        &format!("port = {}\nsecurity = \"starttls\"\nca_file = \"ca.pem\"\n{own_login}", sink.port),
    )]);
    let daemon = town.daemon();
    daemon.wait_told("READY=1");
    pass(hours() * 60).await;
    let ended = daemon.stop(STOP);
    let by_smtp = sink.seen().commands.iter().filter(|command| *command == "AUTH").count();
    let by_imap = fake.commands("LOGIN");
    println!("by IMAP {by_imap}, by SMTP {by_smtp}");
    assert!(by_imap > 0, "{}", ended.err);
    let cost = Cost::of(&town.alarms, by_imap + by_smtp, &ended);
    assert!(cost.begun > 0, "nobody was told: {}", ended.err);
    cost.is_within(("password changed", hours()), HANDFUL, 4, &ended);
}

/// Nothing can be reached; then everything can.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_without_servers() {
    let town = Town::new(DovecotOptions::default()).await;
    town.asked();
    town.smtp.set(Way::Shut);
    let daemon = town.daemon();
    daemon.wait_told("STATUS=kf read at");
    town.imap.set(Way::Shut);
    let before = town.imap.entered() + town.smtp.entered();
    pass(hours() * 60).await;
    let tries = town.imap.entered() + town.smtp.entered() - before;
    town.imap.set(Way::To(town.site.dovecot.tls_port));
    town.smtp.set(Way::To(town.site.post.port));
    wait_until("the waiting mail has left", || !town.site.post.mails().is_empty());
    wait_until("the end is told", || told_ends(&town.alarms));
    let ended = daemon.stop(STOP);
    println!("connections tried: {tries}");
    assert!(tries <= 40 * usize::try_from(hours()).expect("a number"), "{tries}");
    town.nothing_is_lost();
    let cost = Cost::of(&town.alarms, 0, &ended);
    assert!(cost.begun > 0, "nobody was told: {}", ended.err);
    cost.is_within(("servers down", hours()), HANDFUL, 4, &ended);
}

/// As many ends as beginnings have been told.
fn told_ends(alarms: &Post) -> bool {
    let told = alarms.mails();
    let begun = told.iter().filter(|mail| mail.field("Subject").is_some_and(|subject| subject.starts_with("Larm")));
    begun.count() * 2 <= told.len()
}

/// Ten minutes away, ten minutes there, the whole day.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_flapping() {
    let town = Town::new(DovecotOptions::default()).await;
    town.asked();
    let daemon = town.daemon();
    daemon.wait_told("STATUS=kf read at");
    let before = town.imap.entered();
    for _ in 0..hours() * 3 {
        town.imap.set(Way::Shut);
        pass(10).await;
        town.imap.set(Way::To(town.site.dovecot.tls_port));
        pass(10).await;
    }
    let tries = town.imap.entered() - before;
    println!("connections tried: {tries}");
    let ended = daemon.stop(STOP);
    assert!(!town.site.post.mails().is_empty(), "the mail has left: {}", ended.err);
    town.nothing_is_lost();
    Cost::of(&town.alarms, 0, &ended).is_within(("flapping", hours()), HANDFUL, 6, &ended);
}

/// One reader's server puts off whatever comes, after DATA, for five hours.
#[tokio::test(flavor = "multi_thread")]
async fn five_hours_of_greylisting() {
    let town = Town::new(DovecotOptions::default()).await;
    let folder = TempDir::new().expect("a folder");
    let pair = Pem::write(folder.path()).good;
    let maildir = town.site.folder.path().join("early");
    let puts_off =
        at(Step::Dot, Act::Say("451 4.7.1 Greylisting in action, please come back later")).about("nina@example.org");
    let early = Sink::start(Script {
        tls: Tls::OnRequest(pair),
        rules: vec![puts_off],
        maildir: Some(maildir),
        ..Script::default()
    })
    .await;
    town.smtp.set(Way::To(early.port));
    town.asked();
    let daemon = town.daemon();
    wait_until("staff do not wait", || !early.seen().mails.is_empty());
    pass(GREYLISTING * 60).await;
    let tries = early.seen().commands.iter().filter(|command| command.contains("RCPT TO:<nina@example.org>")).count();
    let others = early.seen().mails.len();
    town.smtp.set(Way::To(town.site.post.port));
    wait_until("the notice has left", || town.site.post.mails().iter().any(|mail| mail.to() == "nina@example.org"));
    let ended = daemon.stop(STOP);
    println!("tries of the reader that was put off: {tries}; mails of others meanwhile: {others}");
    assert!((3..=40).contains(&tries), "{tries}: {}", ended.err);
    town.nothing_is_lost();
    Cost::of(&town.alarms, 0, &ended).is_within(("greylisting", GREYLISTING), HANDFUL, 2, &ended);
}

/// Sent takes no copy: the quota is full. Everything else goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_over_quota() {
    let extra = "mail_plugins = quota\nprotocol imap {\n  mail_plugins = quota imap_quota\n}\n\
                 plugin {\n  quota = count:User quota\n  quota_rule = *:storage=1B\n  quota_vsizes = yes\n}\n";
    let town = Town::new(DovecotOptions { extra: extra.to_owned(), ..DovecotOptions::default() }).await;
    town.asked();
    let daemon = town.daemon();
    wait_until("the mail has left", || !town.site.post.mails().is_empty());
    pass(hours() * 60).await;
    town.site.deliver("INBOX", &mail("eva@example.org", "Sopor", "q2@x", ""), "2026-11-19 12:00");
    wait_until("what came meanwhile is read", || town.site.register().knows("Sopor"));
    let ended = daemon.stop(STOP);
    assert!(ended.err.contains("the server does not take the copy"), "{}", ended.err);
    assert!(town.site.dovecot.snapshot("user1").get("Skickat").is_none_or(Vec::is_empty), "the quota was to be full");
    let cost = Cost::of(&town.alarms, 0, &ended);
    assert!(cost.begun > 0, "nobody was told: {}", ended.err);
    cost.is_within(("quota", hours()), HANDFUL, 2, &ended);
}

/// Each answer takes twenty seconds. That is slow, and no trouble.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_of_a_slow_server() {
    let town = Town::new(DovecotOptions::default()).await;
    town.asked();
    let later = Duration::from_secs(20) / RATE;
    town.imap.set(Way::Slowly(town.site.dovecot.tls_port, later));
    town.smtp.set(Way::Slowly(town.site.post.port, later));
    let daemon = town.daemon();
    pass(hours() * 60).await;
    town.site.deliver("INBOX", &mail("eva@example.org", "Sopor", "q2@x", ""), "2026-11-19 12:00");
    wait_until("what came meanwhile is read", || town.site.register().knows("Sopor"));
    let entered = town.imap.entered();
    let ended = daemon.stop(STOP);
    assert!(!town.site.post.mails().is_empty(), "the mail has left: {}", ended.err);
    println!("connections: {entered}");
    town.nothing_is_lost();
    Cost::of(&town.alarms, entered, &ended).is_within(("slow", hours()), HANDFUL, 1, &ended);
}
