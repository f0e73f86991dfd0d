//! What `check` doubts: values that can be right and seldom are. Each is a warning that says what to
//! look at.

use super::said::Report;
use crate::config::{Config, Mailbox};
use crate::domain::calendar::Calendar;
use crate::failure::Failure;
use std::collections::BTreeMap;

/// Letters of a domain for each that may differ before it is another name.
const LETTERS_A_SLIP: usize = 6;

/// Letters that may differ in a long domain: with more it is another one.
const MAX_SLIPS: usize = 2;

/// Says all of it.
pub(super) fn told(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    let doubts = closed_days(config)
        .into_iter()
        .chain(domains(config))
        .chain(alarms(config));
    for doubt in doubts {
        report.warning(&doubt)?;
    }
    Ok(())
}

/// Closed days that are days off without any decision: a slip of the date leaves the bridge day
/// open.
fn closed_days(config: &Config) -> Vec<String> {
    let open = Calendar {
        closed_days: BTreeMap::new(),
        ..(*config.calendar).clone()
    };
    let dates = config.calendar.closed_days.keys();
    dates
        .filter(|date| !open.is_working_day(**date))
        .map(|date| {
            format!(
                "calendar.closed_days: {} is a day off without a decision; is the date right?",
                date.format("%A %Y-%m-%d")
            )
        })
        .collect()
}

/// Addresses whose domain is nearly the own one: a stranger would get the mail, or a scan be a letter no more.
fn domains(config: &Config) -> Vec<String> {
    let staff = config.staff.members.values().flat_map(|member| {
        let addresses = std::iter::once(&member.email).chain(&member.aliases);
        addresses.map(move |address| (format!("staff {}", member.id), address))
    });
    let scanners = config.pledges.iter().flat_map(|pledge| {
        let from = pledge.matches.from.iter();
        from.map(move |address| (format!("pledge {}", pledge.name), address))
    });
    let readers = config.report.iter().flat_map(|report| &report.to);
    let readers = readers.map(|address| ("report.to".to_owned(), address));
    let mut doubts = Vec::new();
    for (whose, address) in staff.chain(scanners).chain(readers) {
        if let Some(own) = meant(config, address) {
            doubts.push(format!(
                "{whose}: {address} is not of {own}, but nearly; is it a slip?"
            ));
        }
    }
    doubts
}

/// The own domain that the address most probably means, and is not of.
fn meant<'a>(config: &'a Config, address: &str) -> Option<&'a str> {
    let (_, domain) = address.rsplit_once('@')?;
    let domain = domain.to_lowercase();
    let is_own = |mailbox: &Mailbox| mailbox.organisation.has_domain(&domain);
    if config.mailboxes.iter().any(is_own) {
        return None;
    }
    let slips = (domain.chars().count() / LETTERS_A_SLIP).clamp(1, MAX_SLIPS);
    let own = config.mailboxes.iter();
    own.filter_map(|mailbox| Some(mailbox.address.rsplit_once('@')?.1))
        .find(|own| strsim::osa_distance(&domain, &own.to_lowercase()) <= slips)
}

/// The way of the alarms is that of the mail which they are about.
fn alarms(config: &Config) -> Option<String> {
    let alarm = config.service.alarm_smtp.as_ref()?;
    let (host, port) = (&alarm.server.host, alarm.server.port);
    let is_that = |mailbox: &Mailbox| {
        let server = &mailbox.smtp.server;
        server.host.eq_ignore_ascii_case(host) && server.port == port
    };
    let mailbox = config.mailboxes.iter().find(|mailbox| is_that(mailbox))?;
    Some(format!(
        "service.alarm_smtp: {host} also sends the mail of {}: when it is down, its alarm does not leave either; name another server",
        mailbox.name
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn doubts(more: &str, colleague: &str) -> Vec<String> {
        let text = format!(
            "[service]\noperator = \"drift@elsewhere.test\"\n\
             alarm_smtp = {{ host = \"larm.elsewhere.test\" }}\n\
             [organisation]\nname = \"Kommunen\"\n\
             [calendar]\nclosed_days = [{{ date = \"2026-05-15\", decision = \"KS 3\" }}]\n\
             [[pledge]]\nname = \"email\"\ntime = {{ working_days = 2 }}\n\
             [[staff]]\nid = \"anna\"\nname = \"Anna\"\nemail = \"anna@kommunen.test\"\nreports_to = \"bo\"\n\
             [[staff]]\nid = \"bo\"\nname = \"Bo\"\nemail = \"{colleague}\"\n\
             [[mailbox]]\nname = \"kf\"\naddress = \"kf@kommunen.test\"\nhandler = \"anna\"\n\
             [mailbox.imap]\nhost = \"imap.kommunen.test\"\nuser = \"kf\"\npassword = \"x\"\n\
             [mailbox.smtp]\nhost = \"smtp.kommunen.test\"\n"
        );
        let (from, to) = more.split_once(" -> ").unwrap_or_default();
        let text = text.replacen(from, to, usize::from(!from.is_empty()));
        let config =
            Config::parse(&text, Path::new(".")).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let all = [closed_days(&config), domains(&config)].concat();
        all.into_iter().chain(alarms(&config)).collect()
    }

    #[test]
    fn slips_are_told_and_what_may_be_meant_is_not() {
        for (change, colleague, says) in [
            ("", "bo@kommunen.test", ""),
            ("", "bo@konsulten.test", ""),
            ("", "bo@kommunen.test.se", ""),
            (
                "",
                "bo@komunen.test",
                "bo@komunen.test is not of kommunen.test, but nearly",
            ),
            (
                "2026-05-15 -> 2026-05-16",
                "bo@kommunen.test",
                "Saturday 2026-05-16 is a day off",
            ),
            (
                "2026-05-15 -> 2026-12-24",
                "bo@kommunen.test",
                "Thursday 2026-12-24 is a day off",
            ),
            (
                "larm.elsewhere.test -> SMTP.kommunen.test",
                "bo@kommunen.test",
                "also sends the mail of kf",
            ),
        ] {
            let told = doubts(change, colleague);
            let expected = usize::from(!says.is_empty());
            assert_eq!(told.len(), expected, "{change} {colleague}: {told:?}");
            assert!(
                told.iter().all(|line| line.contains(says)),
                "{says}: {told:?}"
            );
        }
    }
}
