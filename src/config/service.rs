//! `[service]` and `[calendar]`.

use super::access::Smtp;
use super::lease::{Lease, Replica};
use super::reader::Section;
use super::staff_file::StaffFile;
use super::{lease, server, staff_file, values};
use crate::domain::calendar::holidays::{COUNTRIES, SWEDEN};
use crate::domain::calendar::{Calendar, Counting};
use crate::domain::gate::Shadow;
use crate::domain::language::Language;
use crate::domain::retention::Retention;
use chrono::NaiveTime;
use chrono_tz::Tz;
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Where the database is when nothing else is said.
const DATABASE: &str = "/var/lib/servicelofte/servicelofte.db";
/// Minutes of failed polling or sending before the operator is alarmed.
const ALARM_AFTER_MINUTES: u32 = 30;
/// The longest wait for that alarm: within the working day.
const MAX_ALARM_AFTER_MINUTES: u32 = 480;
/// Fifty years: a longer value is not meant as a retention time.
const MAX_RETENTION_MONTHS: u32 = 600;
const OFFICE_HOURS: &str = "08:00-17:00";

#[derive(Clone, Debug)]
pub struct Service {
    pub database: PathBuf,
    pub language: Language,
    /// Where alarms go.
    pub operator: String,
    /// The alarms' own path; the first mailbox's `smtp` when not given.
    pub alarm_smtp: Option<Smtp>,
    /// Folder of templates that replace the built-in ones.
    pub templates: Option<PathBuf>,
    pub retention: Option<Retention>,
    /// More staff, from a file that another system writes.
    pub staff_file: Option<StaffFile>,
    /// The postlista names senders and matters; default: it masks both.
    pub postlista_open: bool,
    /// What does not leave until the service goes live.
    pub shadow: Shadow,
    /// Where figures are served to a monitoring system: an address of this machine alone.
    pub metrics: Option<SocketAddr>,
    /// How long polling or sending may fail before the operator is alarmed; default 30 minutes.
    pub alarm_after: Duration,
    /// Of several hosts only the one that holds it works; `None`: there is one host.
    pub lease: Option<Lease>,
    /// How the register is brought to another host.
    pub replica: Replica,
}

/// `[service]`, and the zone that the calendar counts in. `mailboxes` are the addresses of the
/// watched mailboxes.
pub(super) fn read(section: Section, mailboxes: &BTreeSet<String>) -> Option<(Service, Tz)> {
    let zone = section
        .parsed("timezone", values::zone)
        .unwrap_or(chrono_tz::Europe::Stockholm);
    let service = service(&section, mailboxes);
    section.finish();
    Some((service?, zone))
}

fn service(section: &Section, mailboxes: &BTreeSet<String>) -> Option<Service> {
    let language = section.choice("language", &Language::with_codes());
    let database = section.path("database");
    let operator = operator(section, mailboxes);
    let alarm_smtp = section.section("alarm_smtp").and_then(server::alarm_smtp);
    let templates = templates(section);
    let retention = section.section("retention").and_then(retention);
    let shadow = shadow(section);
    let alarm_after = alarm_after(section);
    let postlista_open = postlista_open(section);
    let metrics = section.parsed("metrics", loopback);
    let staff_file = staff_file::of(section);
    let lease = section.section("lease").map(lease::read);
    let replica = section.section("replica").map(lease::replica);
    Some(Service {
        database: database.unwrap_or_else(|| DATABASE.into()),
        language: language.unwrap_or(Language::Swedish),
        operator: operator?,
        alarm_smtp,
        templates,
        retention,
        shadow,
        alarm_after,
        postlista_open,
        metrics,
        staff_file,
        lease: lease.map_or(Some(None), |read| read.map(Some))?,
        replica: replica.unwrap_or_default(),
    })
}

fn postlista_open(section: &Section) -> bool {
    let words = [("masked", false), ("open", true)];
    section.choice("postlista", &words).unwrap_or(false)
}

fn alarm_after(section: &Section) -> Duration {
    let minutes = section.number("alarm_after_minutes", 1..=MAX_ALARM_AFTER_MINUTES);
    let minutes = minutes.unwrap_or(ALARM_AFTER_MINUTES);
    Duration::from_secs(u64::from(minutes) * 60)
}

fn operator(section: &Section, mailboxes: &BTreeSet<String>) -> Option<String> {
    let operator = section.required(
        "operator",
        "give the address that alarms go to",
        values::address,
    )?;
    if mailboxes.contains(&operator) {
        section.fault(
            "operator",
            "must not be a watched mailbox: alarms would come back as new mail",
        );
    }
    Some(operator)
}

fn shadow(section: &Section) -> Shadow {
    let words = [("live", false), ("shadow", true)];
    let in_shadow = |key| section.choice(key, &words).unwrap_or(false);
    let shadow = Shadow {
        citizens: in_shadow("citizens"),
        staff: in_shadow("staff"),
    };
    if shadow.staff && !shadow.citizens {
        section.fault(
            "staff",
            "is in shadow only together with citizens: staff must know what citizens are told",
        );
    }
    shadow
}

/// An address and port of this machine alone: the figures are for a monitoring system that runs
/// here.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: Option<SocketAddr> = text.parse().ok();
    address
        .filter(|address| address.ip().is_loopback() && address.port() > 0)
        .ok_or_else(|| {
            "must be an address of this machine with a port, such as \"127.0.0.1:9464\"".to_owned()
        })
}

fn templates(section: &Section) -> Option<PathBuf> {
    let folder = section.path("templates")?;
    if section.reader.files == super::reader::Files::Open && !folder.is_dir() {
        section.fault("templates", "must be a folder that can be read");
    }
    Some(folder)
}

fn retention(section: Section) -> Option<Retention> {
    if !section.has("months") {
        section.fault_unseen("months", "missing; give the retention time in months");
    }
    let months = section.number("months", 1..=MAX_RETENTION_MONTHS);
    let decision = section.required(
        "decision",
        "give the number of the decision, such as \"KS 2026/123\"",
        values::line,
    );
    section.finish();
    Some(Retention {
        months: u16::try_from(months?).ok()?,
        decision: decision?,
    })
}

/// `[calendar]`.
pub(super) fn calendar(section: Section, zone: Tz) -> Calendar {
    let words = [
        ("arrival-date", Counting::ArrivalDate),
        ("next-working-day", Counting::NextWorkingDay),
    ];
    let counting = section.choice("counting", &words).unwrap_or_default();
    let countries = COUNTRIES.map(|country| (country.name, country));
    let country = section.choice("holidays", &countries).unwrap_or(&SWEDEN);
    let mut closed_days = BTreeMap::new();
    for day in section.sections("closed_days") {
        let date = day.required("date", "give the day that is closed", values::date);
        let decision = day.required(
            "decision",
            "give the number of the decision that closes it",
            values::line,
        );
        if let (Some(date), Some(decision)) = (date, decision)
            && closed_days.insert(date, decision).is_some()
        {
            day.fault("date", "stands twice; give each day once");
        }
        day.finish();
    }
    let office_hours = office_hours(&section);
    section.finish();
    Calendar {
        country,
        zone,
        counting,
        closed_days,
        office_hours,
    }
}

fn office_hours(section: &Section) -> (NaiveTime, NaiveTime) {
    let given = section.parsed("office_hours", values::hours);
    given
        .or_else(|| values::hours(OFFICE_HOURS).ok())
        .unwrap_or_default()
}
