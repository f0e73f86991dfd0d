//! When a message arrived: the time at the municipality's own border, else the mail server's.
//!
//! Never the `Date` header, which its sender writes. A trace line can be forged as well, below
//! those that our own hosts write on top: so only the unbroken run of own hosts from the top
//! counts, which ends where a foreign host handed the mail over; and a stamp that no queue explains
//! is not believed.

use super::event::Arrival;
use super::message::Received;
use super::providers::organisational_domain;
use chrono::{DateTime, Duration, Utc};

/// A time further ahead than this is not believed.
pub const CLOCK_SLACK: Duration = Duration::minutes(5);

/// A border stamp is believed for this long before the mail server's time: as long as hosts keep
/// trying to deliver (RFC 5321 §4.5.4.1). An older one was written by another host, or by a clock
/// that was wrong.
pub const BORDER_DELAY: Duration = Duration::days(5);

/// The earliest believed stamp of a border host, else the server's time, else `now`; never after
/// `latest`, which is later than `now` where our clock was set back. `hosts` are in lower case.
#[must_use]
pub fn arrival(
    trace: &[Received],
    hosts: &[String],
    server: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    latest: DateTime<Utc>,
) -> (DateTime<Utc>, Arrival) {
    let latest = latest + CLOCK_SLACK;
    let server = server.filter(|at| *at <= latest);
    let believed =
        server.unwrap_or(now) - BORDER_DELAY..=server.map_or(latest, |at| at + CLOCK_SLACK);
    let at_border = own_run(trace, hosts)
        .iter()
        .filter(|stamp| stamp.by.as_ref().is_some_and(|by| hosts.contains(by)))
        .map(|stamp| stamp.at)
        .filter(|at| believed.contains(at))
        .min();
    match (at_border, server) {
        (Some(at), _) => (at, Arrival::Border),
        (None, Some(at)) => (at, Arrival::Internaldate),
        (None, None) => (now, Arrival::FirstSeen),
    }
}

/// The lines from the top that our own hosts wrote. Own are the border hosts and the others of
/// their organisations.
fn own_run<'a>(trace: &'a [Received], hosts: &[String]) -> &'a [Received] {
    let is_own = |host: &str| {
        let organisation = organisational_domain(host);
        hosts
            .iter()
            .any(|own| own == host || organisational_domain(own) == organisation)
    };
    // A name without a dot, or an address, is of a host inside.
    let from_foreign = |line: &Received| {
        line.from
            .as_deref()
            .is_some_and(|from| is_qualified(from) && !is_own(from))
    };
    let mut length = 0;
    for line in trace {
        if !line.by.as_deref().is_some_and(is_own) {
            break;
        }
        length += 1;
        if from_foreign(line) {
            break;
        }
    }
    &trace[..length]
}

fn is_qualified(host: &str) -> bool {
    host == "unknown" || (host.contains('.') && host.contains(|c: char| c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_border_tells_when_a_message_arrived_unless_it_is_forged() {
        let now = DateTime::UNIX_EPOCH + Duration::days(20_000);
        let ago = |minutes: i64| now - Duration::minutes(minutes);
        let day = 24 * 60;
        // Host and minutes ago, the top line first; then the server's time, and what counts.
        let check = |trace: &[(&str, i64)], server: Option<i64>, expected: (i64, Arrival)| {
            let trace: Vec<Received> = trace
                .iter()
                .map(|(by, at)| Received {
                    by: Some((*by).to_owned()),
                    from: None,
                    at: ago(*at),
                })
                .collect();
            let hosts = ["mx1.example.se".to_owned(), "mx2.example.se".to_owned()];
            let found = arrival(&trace, &hosts, server.map(ago), now, now);
            assert_eq!(found, (ago(expected.0), expected.1), "{trace:?}");
        };
        let inside = ("store.example.se", 10);
        check(
            &[inside, ("mx1.example.se", 30), ("other.example.org", 90)],
            Some(10),
            (30, Arrival::Border),
        );
        check(
            &[inside, ("mx2.example.se", 20), ("mx1.example.se", 30)],
            Some(10),
            (30, Arrival::Border),
        );
        check(
            &[inside, ("other.example.org", 90)],
            Some(10),
            (10, Arrival::Internaldate),
        );
        check(&[], Some(10), (10, Arrival::Internaldate));
        check(&[], None, (0, Arrival::FirstSeen));
        // A server's clock that is ahead is believed so far.
        check(&[], Some(-5), (-5, Arrival::Internaldate));
        check(&[], Some(-6), (0, Arrival::FirstSeen));
        // A queue of some days.
        check(
            &[inside, ("mx1.example.se", 4 * day)],
            Some(10),
            (4 * day, Arrival::Border),
        );
        // Forged, below the true one or in its place: older than any queue, or in the future.
        check(
            &[inside, ("mx1.example.se", 30), ("mx1.example.se", 9 * day)],
            Some(10),
            (30, Arrival::Border),
        );
        check(
            &[inside, ("mx1.example.se", 9 * day)],
            Some(10),
            (10, Arrival::Internaldate),
        );
        check(
            &[inside, ("mx1.example.se", 30), ("mx1.example.se", -day)],
            Some(10),
            (30, Arrival::Border),
        );
        check(
            &[inside, ("mx1.example.se", -60)],
            Some(10),
            (10, Arrival::Internaldate),
        );
        // After the server's own time: no mail passes the border after it has come in.
        check(
            &[("mx1.example.se", 30)],
            Some(60),
            (60, Arrival::Internaldate),
        );
        check(&[("mx1.example.se", 58)], Some(60), (58, Arrival::Border));
        // The server's time is of no use: the border's may be.
        check(&[("mx1.example.se", 30)], Some(-day), (30, Arrival::Border));
        check(&[("mx1.example.se", 30)], None, (30, Arrival::Border));
        check(
            &[("mx1.example.se", 9 * day)],
            None,
            (0, Arrival::FirstSeen),
        );
        check(&[], Some(-day), (0, Arrival::FirstSeen));
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_date_a_message_by_itself() {
        let now = DateTime::UNIX_EPOCH + Duration::days(20_000);
        let in_days = |days: i64| now + Duration::days(days);
        let line = |days: i64| Received {
            by: Some("mx1.example.se".to_owned()),
            from: None,
            at: in_days(days),
        };
        // Days ahead of our clock, which is five days behind.
        for (border, server, expected) in [
            (None, Some(5), (5, Arrival::Internaldate)),
            (Some(4), Some(5), (4, Arrival::Border)),
            (Some(4), None, (4, Arrival::Border)),
            (None, Some(6), (0, Arrival::FirstSeen)),
            (None, None, (0, Arrival::FirstSeen)),
        ] {
            let trace: Vec<Received> = border.map(line).into_iter().collect();
            let hosts = ["mx1.example.se".to_owned()];
            let found = arrival(&trace, &hosts, server.map(in_days), now, in_days(5));
            assert_eq!(found, (in_days(expected.0), expected.1), "{border:?}");
        }
    }

    #[test]
    fn below_the_line_of_a_foreign_host_nothing_is_believed() {
        let now = DateTime::UNIX_EPOCH + Duration::days(20_000);
        let ago = |minutes: i64| now - Duration::minutes(minutes);
        // Host, who handed over, and minutes ago, the top line first; then the minutes that count.
        let check = |trace: &[(&str, &str, i64)], expected: (i64, Arrival)| {
            let line = |(by, from, at): &(&str, &str, i64)| {
                let host = |name: &str| (!name.is_empty()).then(|| name.to_owned());
                Received {
                    by: host(by),
                    from: host(from),
                    at: ago(*at),
                }
            };
            let trace: Vec<Received> = trace.iter().map(line).collect();
            let hosts = ["mx1.example.se".to_owned()];
            let found = arrival(&trace, &hosts, Some(ago(10)), now, now);
            assert_eq!(found, (ago(expected.0), expected.1), "{trace:?}");
        };
        let store = ("store.example.se", "mx1.example.se", 10);
        let border = ("mx1.example.se", "mail.evil.org", 30);
        let forged = ("mx1.example.se", "home.evil.org", 600);
        check(&[store, border], (30, Arrival::Border));
        check(&[store, border, forged], (30, Arrival::Border));
        check(
            &[store, border, ("mail.evil.org", "x", 40), forged],
            (30, Arrival::Border),
        );
        check(&[border, forged], (30, Arrival::Border));
        check(
            &[store, ("mx1.example.se", "unknown", 30), forged],
            (30, Arrival::Border),
        );
        check(
            &[("mail.evil.org", "x", 5), forged],
            (10, Arrival::Internaldate),
        );
        check(&[("", "", 5), forged], (10, Arrival::Internaldate));
        // Hops inside, under names of their own.
        check(
            &[store, ("mx1.example.se", "localhost", 20), border],
            (30, Arrival::Border),
        );
        // A host of another organisation that the configuration does not name as ours, though it
        // may be a provider of ours.
        check(
            &[("a.outlook.com", "mx1.example.se", 5), border],
            (10, Arrival::Internaldate),
        );
    }
}
