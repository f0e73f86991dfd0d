//! What `check` says of a configuration that can be read and is yet a mistake: values of the
//! example, a start that is to come, an account or a match that is given twice, a machine that is a
//! person, supervisors in a circle, paths that the service cannot see.

use super::doubts;
use super::said::Report;
use crate::cli::reach::keeps_sent;
use crate::config::{Config, Server};
use crate::domain::matching::address_fits;
use crate::domain::message::Received;
use crate::failure::Failure;
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use std::path::Path;

/// There is a systemd that runs units.
const SYSTEMD: &str = "/run/systemd/system";

/// What the unit shows the service (`RootDirectory=` with `BindReadOnlyPaths=`, `StateDirectory=`).
const SHOWN: [&str; 3] = ["/etc", "/usr", "/var/lib/servicelofte"];

/// Says all of it.
pub(super) fn told(
    config: &Config,
    now: DateTime<Utc>,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    for fault in faults(config, now) {
        report.fault(&fault)?;
    }
    for warning in warnings(config) {
        report.warning(&warning)?;
    }
    doubts::told(config, report)
}

fn faults(config: &Config, now: DateTime<Utc>) -> Vec<String> {
    let mut faults: Vec<String> = config
        .examples()
        .into_iter()
        .map(|example| {
            format!("example: {example} is a value of the example; write the municipality's own")
        })
        .collect();
    for mailbox in &config.mailboxes {
        if let Some(start) = mailbox.start.filter(|start| *start > now) {
            let start = config.calendar.local(start).format("%Y-%m-%d %H:%M");
            faults.push(format!(
                "{}: start = {start} is to come: until then every message is history, without a deadline; leave it out, or give a time that has passed",
                mailbox.name
            ));
        }
    }
    faults.extend(accounts_twice(config));
    faults.extend(machines(config));
    faults.extend(circles(config));
    faults.extend(matches_twice(config));
    faults
}

/// Two mailboxes that read the same inbox.
fn accounts_twice(config: &Config) -> Vec<String> {
    let account = |server: &Server| {
        let user = server.login.as_ref().map(|login| login.user.to_lowercase());
        (server.host.to_lowercase(), server.port, user)
    };
    let mut seen = BTreeMap::new();
    let mut faults = Vec::new();
    for mailbox in &config.mailboxes {
        for inbox in &mailbox.imap.inbox {
            let key = (account(&mailbox.imap.server), inbox.clone());
            if let Some(other) = seen.insert(key, &mailbox.name) {
                faults.push(format!(
                    "{}: reads the same inbox as {other}: every message would be two items; give each mailbox its own user or its own inbox",
                    mailbox.name
                ));
            }
        }
    }
    faults
}

/// Addresses that machines write from, of which one is a mailbox's or a person's.
fn machines(config: &Config) -> Vec<String> {
    let people = people(config);
    let mut faults = Vec::new();
    for (what, from, taken) in written_from(config) {
        let mut fitting = people
            .iter()
            .filter(|(address, _)| address_fits(from, address));
        if let Some((address, whose)) = fitting.next() {
            let is_domain = from.starts_with('@');
            let fits = if is_domain {
                format!("fits {address},")
            } else {
                "is".to_owned()
            };
            faults.push(format!(
                "{what} {from} {fits} {whose}, whose e-mails would be taken for {taken}; name the machine's own address"
            ));
        }
    }
    faults
}

/// What machine it is, the addresses that it writes from, and for what its mails are taken.
fn written_from(config: &Config) -> Vec<(String, &String, &'static str)> {
    let letters = config.pledges.iter().filter(|pledge| pledge.letter);
    let scanners = letters.flat_map(|pledge| {
        let from = pledge.matches.from.iter();
        from.map(move |from| {
            (
                format!("pledge {}: the scanner", pledge.name),
                from,
                "letters",
            )
        })
    });
    // All mailboxes have the same.
    let channels = config.mailboxes.iter().take(1);
    let channels = channels.flat_map(|mailbox| mailbox.channels.iter());
    let channels = channels.flat_map(|channel| &channel.from);
    let channels = channels.map(|from| ("channel:".to_owned(), from, "those of citizens"));
    scanners.chain(channels).collect()
}

/// The addresses of mailboxes and of staff, and whose each is.
fn people(config: &Config) -> Vec<(&str, &'static str)> {
    let mailboxes = config.mailboxes.iter();
    let own = mailboxes.flat_map(|mailbox| iter::once(&mailbox.address).chain(&mailbox.aliases));
    let members = config.staff.members.values();
    let staff = members.flat_map(|member| iter::once(&member.email).chain(&member.aliases));
    let own = own.map(|address| (address.as_str(), "a mailbox's own address"));
    let staff = staff.map(|address| (address.as_str(), "the address of a member of staff"));
    own.chain(staff).collect()
}

/// Members who report to each other, so that no supervisor is above them.
fn circles(config: &Config) -> Vec<String> {
    let above = |id: &str| {
        config
            .staff
            .get(id)
            .and_then(|member| member.reports_to.clone())
    };
    let mut told: BTreeSet<String> = BTreeSet::new();
    let mut faults = Vec::new();
    for id in config.staff.members.keys() {
        let mut circle = vec![id.clone()];
        let mut next = above(id);
        while let Some(superior) = next {
            if superior == *id {
                if circle.iter().all(|member| told.insert(member.clone())) {
                    faults.push(format!(
                        "staff: {} report to each other in a circle: no one above them hears of what is late; let one report to someone else, or to no one",
                        circle.join(", ")
                    ));
                }
                break;
            }
            if circle.contains(&superior) {
                break;
            }
            next = above(&superior);
            circle.push(superior);
        }
    }
    faults
}

/// Pledges of which the later one is never used.
fn matches_twice(config: &Config) -> Vec<String> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut faults = Vec::new();
    for pledge in config.pledges.iter() {
        let matches = format!("{:?}", pledge.matches);
        let is_anything = matches == format!("{:?}", crate::domain::matching::Match::default());
        if is_anything {
            continue;
        }
        if let Some(other) = seen.insert(matches, &pledge.name) {
            faults.push(format!(
                "pledge {}: its match is that of {other}, which stands before it and has every message; change one of them",
                pledge.name
            ));
        }
    }
    faults
}

fn warnings(config: &Config) -> Vec<String> {
    let mut warnings = saved_twice(config);
    if Path::new(SYSTEMD).exists() {
        warnings.extend(hidden(config));
    }
    warnings
}

/// Mailboxes whose server and service would both keep a copy in Sent.
fn saved_twice(config: &Config) -> Vec<String> {
    let mut warnings = Vec::new();
    for mailbox in config.mailboxes.iter().filter(|mailbox| mailbox.save_sent) {
        let host = mailbox.smtp.server.host.to_lowercase();
        if keeps_sent(&host) {
            warnings.push(format!(
                "{}: {host} keeps a copy in Sent of what it sends: set save_sent = false, or each mail lies there twice",
                mailbox.name
            ));
        }
    }
    warnings
}

/// Paths that the unit does not show the service.
fn hidden(config: &Config) -> Vec<String> {
    let database = ("service.database", Some(&config.service.database));
    let templates = ("service.templates", config.service.templates.as_ref());
    let authorities = config.mailboxes.iter().flat_map(|mailbox| {
        [
            ("imap.ca_file", mailbox.imap.server.ca_file.as_ref()),
            ("smtp.ca_file", mailbox.smtp.server.ca_file.as_ref()),
        ]
    });
    let mut warnings = Vec::new();
    for (key, path) in [database, templates].into_iter().chain(authorities) {
        if let Some(path) = path.filter(|path| is_hidden(path)) {
            warnings.push(format!(
                "{key}: the unit shows the service {} and nothing else, so {} is hidden unless a drop-in has BindPaths= for it; put it under /etc/servicelofte or /var/lib/servicelofte, and try it with: sudo servicelofte check --in-unit",
                SHOWN.join(", "),
                path.display()
            ));
        }
    }
    warnings
}

fn is_hidden(path: &Path) -> bool {
    std::path::absolute(path).is_ok_and(|path| !SHOWN.iter().any(|shown| path.starts_with(shown)))
}

/// Border hosts that no trace line of the newest messages names.
pub(super) fn borders(
    mailbox: &str,
    hosts: &[String],
    traces: &[Vec<Received>],
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    if hosts.is_empty() || traces.is_empty() {
        return Ok(());
    }
    let names = |line: &Received| line.by.as_ref().is_some_and(|by| hosts.contains(by));
    if traces.iter().flatten().any(names) {
        return report.ok(&format!(
            "{mailbox}: border_hosts: seen in the newest messages"
        ));
    }
    let seen: BTreeSet<&str> = traces
        .iter()
        .filter_map(|trace| trace.first()?.by.as_deref())
        .take(5)
        .collect();
    let seen = if seen.is_empty() {
        "none".to_owned()
    } else {
        seen.into_iter().collect::<Vec<_>>().join(", ")
    };
    report.warning(&format!(
        "{mailbox}: border_hosts: none of them stands in the newest {} messages, so the server's time is the arrival; seen at the top: {seen}",
        traces.len()
    ))
}
