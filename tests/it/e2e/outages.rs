//! A day of each outage, on clocks that run [`RATE`] times as quickly: how often the program logs
//! in, how many mails the operator gets, how many lines are in the log; and that nothing is lost.
//! `OUTAGE_HOURS=24` is a whole day (a quarter of an hour); without it each lasts [`HOURS`]. They
//! are lived through beside each other, since each mostly waits.

mod town;

use super::gate::Way;
use super::process::{self, wait_until};
use super::site::mail;
use crate::servers::dovecot::DovecotOptions;
use crate::servers::fake_imap::Fake;
use crate::servers::pem::Pem;
use crate::servers::sink::{Act, Script, Sink, Step, Tls, at};
use std::pin::Pin;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;
use town::{Cost, HANDFUL, Limits, Town, told_ends};

/// Thursday 19 November 2026, 13:30 in Sweden. Quick, but a machine that is building must not look
/// like a server that is silent: two minutes are more than a second, and a name has a seventh of
/// one.
const CLOCK: &str = "@2026-11-19 12:30:00 x100";
const RATE: u32 = 100;

const HOURS: u32 = 3;

/// As long as the longest that is known.
const GREYLISTING: u32 = 5;

/// Longest ordered stop.
const STOP: Duration = Duration::from_secs(20);

/// Between the starts of two: starting is what takes the machine.
const STAGGER: Duration = Duration::from_secs(2);

/// How long each outage lasts, in its own time.
fn hours() -> u32 {
    std::env::var("OUTAGE_HOURS")
        .ok()
        .and_then(|hours| hours.parse().ok())
        .unwrap_or(HOURS)
}

/// Lives through some minutes of the daemon's time.
async fn pass(minutes: u32) {
    tokio::time::sleep(Duration::from_mins(minutes.into()) / RATE).await;
}

type Day = Pin<Box<dyn Future<Output = Cost>>>;

/// A whole outage.
const DAYS: [fn() -> Day; 6] = [
    || Box::pin(a_changed_password()),
    || Box::pin(no_servers()),
    || Box::pin(flapping()),
    || Box::pin(greylisting()),
    || Box::pin(a_full_quota()),
    || Box::pin(a_slow_server()),
];

#[test]
fn a_day_of_each_outage_costs_little_and_loses_nothing() {
    let begin = |(number, day): (u32, fn() -> Day)| {
        thread::sleep(STAGGER * number.min(1));
        // Each waits for things without giving way, so each has threads of its own.
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(day())
        })
    };
    let days: Vec<_> = (0..).zip(DAYS).map(begin).collect();
    let costs: Vec<_> = days.into_iter().map(thread::JoinHandle::join).collect();
    println!(
        "| outage | hours | logins | tried in vain | alarms | ends told | lines of warning | mails lost |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for cost in costs.iter().flatten() {
        let Cost {
            outage,
            hours,
            logins,
            in_vain,
            begun,
            ended,
            lines,
            lost,
        } = cost;
        println!(
            "| {outage} | {hours} | {logins} | {in_vain} | {begun} | {ended} | {lines} | {lost} |"
        );
    }
    let failed = costs.iter().filter(|cost| cost.is_err()).count();
    assert_eq!(failed, 0, "outages that cost too much: see above");
}

/// Every login is refused: IMAP and SMTP by the same user.
async fn a_changed_password() -> Cost {
    let town = Town::new(DovecotOptions::default()).await;
    let refuses = b"TAG NO [AUTHENTICATIONFAILED] Authentication failed.\r\n".to_vec();
    let fake = Fake::stubborn(vec![("LOGIN", refuses)]).await;
    let folder = TempDir::new().expect("a folder");
    let tls = Tls::OnRequest(Pem::write(folder.path()).good);
    let sink = Sink::start(Script {
        tls,
        login: Some(("user1", "another")),
        ..Script::default()
    })
    .await;
    let (imap, smtp) = (
        format!("port = {}", town.imap.port),
        format!("port = {}", town.smtp.port),
    );
    let own_login = format!("user = \"user1\"\npassword = \"{}\"", process::PASSWORD);
    town.asked();
    // Read once while all was well, so that a notice waits.
    town.smtp.set(Way::Shut);
    assert_eq!(
        town.site
            .run_at("@2026-11-19 12:29:00", &["run", "--once"])
            .code,
        Some(1)
    );
    town.site.change(&[
        (&imap, &format!("port = {}", fake.port)),
        (
            "security = \"tls\"\nca_file = \"ca.pem\"",
            "security = \"plaintext\"",
        ),
        (
            "[mailbox.imap]\nhost = \"localhost\"",
            "[mailbox.imap]\nhost = \"127.0.0.1\"",
        ),
    ]);
    let sends = format!("{smtp}\nsecurity = \"starttls\"\nca_file = \"ca.pem\"\nlogin = false");
    town.site.change(&[(
        &sends,
        &format!(
            "port = {}\nsecurity = \"starttls\"\nca_file = \"ca.pem\"\n{own_login}",
            sink.port
        ),
    )]);
    let daemon = town.daemon();
    daemon.wait_told("READY=1");
    pass(hours() * 60).await;
    let ended = daemon.stop(STOP);
    let by_smtp = sink
        .seen()
        .commands
        .iter()
        .filter(|command| *command == "AUTH")
        .count();
    let by_imap = fake.commands("LOGIN");
    println!("by IMAP {by_imap}, by SMTP {by_smtp}");
    assert!(by_imap > 0, "{}", ended.err);
    let cost = Cost::of(
        ("password changed", hours()),
        &town,
        (by_imap + by_smtp, 0),
        &ended,
    );
    assert!(cost.begun > 0, "nobody was told: {}", ended.err);
    cost.kept_within(
        Limits {
            logins_an_hour: HANDFUL,
            alarms_a_day: 4,
        },
        &ended,
    )
}

/// Nothing can be reached; then everything can.
async fn no_servers() -> Cost {
    let town = Town::new(DovecotOptions::default()).await;
    town.asked();
    town.smtp.set(Way::Shut);
    let daemon = town.daemon();
    daemon.wait_told("STATUS=kf read at");
    town.imap.set(Way::Shut);
    let connections = || town.imap.tried() + town.smtp.tried();
    let before = connections();
    pass(hours() * 60).await;
    let tries = connections() - before;
    town.imap.set(Way::To(town.site.dovecot.tls_port));
    town.smtp.set(Way::To(town.site.post.port));
    wait_until("the waiting mail has left", || {
        !town.site.post.mails().is_empty()
    });
    wait_until("the end is told", || told_ends(&town.alarms));
    let ended = daemon.stop(STOP);
    assert!(
        tries <= 40 * usize::try_from(hours()).expect("a number"),
        "{tries}"
    );
    let logins = town.imap.let_in() + town.smtp.let_in();
    let cost = Cost::of(("servers down", hours()), &town, (logins, tries), &ended);
    assert!(cost.begun > 0, "nobody was told: {}", ended.err);
    cost.kept_within(
        Limits {
            logins_an_hour: HANDFUL,
            alarms_a_day: 4,
        },
        &ended,
    )
}

/// Ten minutes away, ten minutes there, the whole day.
async fn flapping() -> Cost {
    let town = Town::new(DovecotOptions::default()).await;
    town.asked();
    let daemon = town.daemon();
    daemon.wait_told("STATUS=kf read at");
    for _ in 0..hours() * 3 {
        town.imap.set(Way::Shut);
        pass(10).await;
        town.imap.set(Way::To(town.site.dovecot.tls_port));
        pass(10).await;
    }
    let ended = daemon.stop(STOP);
    assert!(
        !town.site.post.mails().is_empty(),
        "the mail has left: {}",
        ended.err
    );
    let (logins, in_vain) = (
        town.imap.let_in() + town.smtp.let_in(),
        town.imap.tried() - town.imap.let_in(),
    );
    let cost = Cost::of(("flapping", hours()), &town, (logins, in_vain), &ended);
    cost.kept_within(
        Limits {
            logins_an_hour: HANDFUL,
            alarms_a_day: 6,
        },
        &ended,
    )
}

/// One reader's server puts off every mail, after DATA, for five hours.
async fn greylisting() -> Cost {
    let town = Town::new(DovecotOptions::default()).await;
    let folder = TempDir::new().expect("a folder");
    let pair = Pem::write(folder.path()).good;
    let maildir = town.site.folder.path().join("early");
    let puts_off = at(
        Step::Dot,
        Act::Say("451 4.7.1 Greylisting in action, please come back later"),
    )
    .about("To: nina@example.org");
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
    let tries = early
        .seen()
        .commands
        .iter()
        .filter(|command| command.contains("RCPT TO:<nina@example.org>"))
        .count();
    let others = early.seen().mails.len();
    town.smtp.set(Way::To(town.site.post.port));
    wait_until("the notice has left", || {
        town.site
            .post
            .mails()
            .iter()
            .any(|mail| mail.to() == "nina@example.org")
    });
    let ended = daemon.stop(STOP);
    println!("tries of the reader that was put off: {tries}; mails of others meanwhile: {others}");
    assert!((3..=40).contains(&tries), "{tries}: {}", ended.err);
    let logins = town.imap.let_in() + town.smtp.let_in();
    let cost = Cost::of(("greylisting", GREYLISTING), &town, (logins, 0), &ended);
    cost.kept_within(
        Limits {
            logins_an_hour: HANDFUL,
            alarms_a_day: 2,
        },
        &ended,
    )
}

/// Sent takes no copy: the quota is full. Everything else goes on.
async fn a_full_quota() -> Cost {
    let extra = "mail_plugins = quota\nprotocol imap {\n  mail_plugins = quota imap_quota\n}\n\
                 plugin {\n  quota = count:User quota\n  quota_rule = *:storage=1B\n  quota_vsizes = yes\n}\n";
    let town = Town::new(DovecotOptions {
        extra: extra.to_owned(),
        ..DovecotOptions::default()
    })
    .await;
    town.asked();
    let daemon = town.daemon();
    wait_until("the mail has left", || !town.site.post.mails().is_empty());
    pass(hours() * 60).await;
    town.site.deliver(
        "INBOX",
        &mail("eva@example.org", "Sopor", "q2@x", ""),
        "2026-11-19 12:00",
    );
    wait_until("what came meanwhile is read", || {
        town.site.register().knows("Sopor")
    });
    let ended = daemon.stop(STOP);
    assert!(
        ended.err.contains("the server does not take the copy"),
        "{}",
        ended.err
    );
    assert!(
        town.site
            .dovecot
            .snapshot("user1")
            .get("Skickat")
            .is_none_or(Vec::is_empty),
        "the quota was to be full"
    );
    let logins = town.imap.let_in() + town.smtp.let_in();
    let cost = Cost::of(("quota full", hours()), &town, (logins, 0), &ended);
    assert!(cost.begun > 0, "nobody was told: {}", ended.err);
    cost.kept_within(
        Limits {
            logins_an_hour: HANDFUL,
            alarms_a_day: 2,
        },
        &ended,
    )
}

/// Each answer takes twenty seconds. That is slow, and no trouble.
async fn a_slow_server() -> Cost {
    let town = Town::new(DovecotOptions::default()).await;
    town.asked();
    let later = Duration::from_secs(20) / RATE;
    town.imap
        .set(Way::Slowly(town.site.dovecot.tls_port, later));
    town.smtp.set(Way::Slowly(town.site.post.port, later));
    let daemon = town.daemon();
    pass(hours() * 60).await;
    town.site.deliver(
        "INBOX",
        &mail("eva@example.org", "Sopor", "q2@x", ""),
        "2026-11-19 12:00",
    );
    wait_until("what came meanwhile is read", || {
        town.site.register().knows("Sopor")
    });
    let logins = town.imap.let_in() + town.smtp.let_in();
    let ended = daemon.stop(STOP);
    assert!(
        !town.site.post.mails().is_empty(),
        "the mail has left: {}",
        ended.err
    );
    let cost = Cost::of(("slow", hours()), &town, (logins, 0), &ended);
    cost.kept_within(
        Limits {
            logins_an_hour: HANDFUL,
            alarms_a_day: 1,
        },
        &ended,
    )
}
