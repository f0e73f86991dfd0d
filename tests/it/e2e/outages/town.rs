//! A municipality whose servers are to go away, and what an outage cost it.

use super::CLOCK;
use crate::e2e::gate::Gate;
use crate::e2e::post::{Mail, Post};
use crate::e2e::process::{Daemon, Ended};
use crate::e2e::site::{Site, mail, program};
use crate::servers::dovecot::DovecotOptions;

/// A municipality with gates before its servers; alarms go their own way, which always works.
pub struct Town {
    pub site: Site,
    pub imap: Gate,
    pub smtp: Gate,
    pub alarms: Post,
}

impl Town {
    pub async fn new(options: DovecotOptions) -> Self {
        let site = Site::with(options, Post::quick().await);
        let alarms = Post::quick().await;
        let (imap, smtp) = (
            Gate::before(site.dovecot.tls_port).await,
            Gate::before(site.post.port).await,
        );
        let own_way = format!(
            "operator = \"drift@example.se\"\n[service.alarm_smtp]\nhost = \"localhost\"\nport = {}\n\
             security = \"starttls\"\nca_file = \"ca.pem\"",
            alarms.port
        );
        site.change(&[
            (
                &format!("port = {}", site.dovecot.tls_port),
                &format!("port = {}", imap.port),
            ),
            (
                &format!("port = {}", site.post.port),
                &format!("port = {}", smtp.port),
            ),
            ("operator = \"drift@example.se\"", &own_way),
            ("poll_seconds = 1", "poll_seconds = 60"),
        ]);
        Self {
            site,
            imap,
            smtp,
            alarms,
        }
    }

    pub fn daemon(&self) -> Daemon {
        Daemon::hurried(program(), &self.site.config(), CLOCK)
    }

    /// A question whose notice fell due half an hour ago.
    pub fn asked(&self) {
        self.site.deliver(
            "INBOX",
            &mail("nina@example.org", "Simhallen", "q1@x", ""),
            "2026-11-17 09:12",
        );
    }
}

/// What an outage may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub logins_an_hour: usize,
    pub alarms_a_day: usize,
}

/// At most a handful of logins an hour.
pub const HANDFUL: usize = 6;
/// Logins of an ordinary start and end.
const LOGINS_BEFORE: usize = 4;
/// Each matter says so once an hour: reading, sending, the copies.
const LINES_AN_HOUR: usize = 6;
/// When it begins, changes and ends.
const LINES_BEFORE: usize = 12;

/// What an outage cost.
#[derive(Debug)]
pub struct Cost {
    pub outage: &'static str,
    pub hours: u32,
    /// Connections that came as far as a server, each of which logs in.
    pub logins: usize,
    /// Connections that were tried in vain.
    pub in_vain: usize,
    pub begun: usize,
    pub ended: usize,
    pub lines: usize,
    /// Mails that were given up.
    pub lost: usize,
}

impl Cost {
    /// Of an outage of that name that lasted some hours; the daemon has ended.
    pub fn of(
        (outage, hours): (&'static str, u32),
        town: &Town,
        (logins, in_vain): (usize, usize),
        daemon: &Ended,
    ) -> Self {
        let told = town.alarms.mails();
        let begun = told.iter().filter(|mail| is_beginning(mail)).count();
        let lines = daemon
            .err
            .lines()
            .filter(|line| line.contains(" WARN ") || line.contains("ERROR "))
            .count();
        let outbox = town.site.register().outbox();
        assert!(
            !outbox.is_empty(),
            "{outage}: no mail was to leave: {}",
            daemon.err
        );
        let lost = outbox
            .iter()
            .filter(|mail| mail.contains(" failed "))
            .count();
        println!("{outage}: mails: {}", outbox.join(", "));
        Self {
            outage,
            hours,
            logins,
            in_vain,
            begun,
            ended: told.len() - begun,
            lines,
            lost,
        }
    }

    /// Holds it against its limits: logins an hour, alarms a day, lines an hour, nothing lost.
    pub fn kept_within(self, limits: Limits, daemon: &Ended) -> Self {
        let (hours, outage) = (usize::try_from(self.hours).expect("a number"), self.outage);
        println!("{self:?}");
        assert!(
            self.logins <= limits.logins_an_hour * hours + LOGINS_BEFORE,
            "{outage}: {self:?}\n{}",
            daemon.err
        );
        assert!(
            self.begun <= limits.alarms_a_day * hours.div_ceil(24),
            "{outage}: {self:?}\n{}",
            daemon.err
        );
        assert!(self.ended <= self.begun, "{outage}: {self:?}");
        assert!(
            self.lines <= LINES_AN_HOUR * hours + LINES_BEFORE,
            "{outage}: {self:?}\n{}",
            daemon.err
        );
        assert_eq!(
            (self.lost, daemon.code),
            (0, Some(0)),
            "{outage}: {}",
            daemon.err
        );
        self
    }
}

fn is_beginning(alarm: &Mail) -> bool {
    alarm
        .field("Subject")
        .is_some_and(|subject| subject.starts_with("Larm"))
}

/// As many ends as beginnings have been reported.
pub fn told_ends(alarms: &Post) -> bool {
    let told = alarms.mails();
    told.iter().filter(|mail| is_beginning(mail)).count() * 2 <= told.len()
}
