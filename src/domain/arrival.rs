//! When a message arrived: the time at the municipality's own border, else the mail server's.
//!
//! Never the `Date` header, which its sender writes. A trace line can be forged as well, below those that our own hosts
//! write on top; so a stamp that no queue explains is not believed, and the next earliest counts.

use super::event::Arrival;
use super::message::Received;
use chrono::{DateTime, Duration, Utc};

/// A time further ahead than this is not believed.
pub const CLOCK_SLACK: Duration = Duration::minutes(5);

/// A border stamp is believed so long before the mail server's time: as long as hosts keep trying to deliver
/// (RFC 5321 §4.5.4.1). An older one was written by somebody else, or by a clock that was wrong.
pub const BORDER_DELAY: Duration = Duration::days(5);

/// The earliest believed stamp of a border host, else the server's time, else `now`; never in the future. `hosts` are
/// in lower case.
#[must_use]
pub fn arrival(
    trace: &[Received],
    hosts: &[String],
    server: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> (DateTime<Utc>, Arrival) {
    let latest = now + CLOCK_SLACK;
    let server = server.filter(|at| *at <= latest);
    let believed = server.unwrap_or(now) - BORDER_DELAY..=server.map_or(latest, |at| at + CLOCK_SLACK);
    let at_border = trace
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
            let trace: Vec<Received> =
                trace.iter().map(|(by, at)| Received { by: Some((*by).to_owned()), at: ago(*at) }).collect();
            let hosts = ["mx1.example.se".to_owned(), "mx2.example.se".to_owned()];
            let found = arrival(&trace, &hosts, server.map(ago), now);
            assert_eq!(found, (ago(expected.0), expected.1), "{trace:?}");
        };
        let inside = ("store.example.se", 10);
        check(&[inside, ("mx1.example.se", 30), ("other.example.org", 90)], Some(10), (30, Arrival::Border));
        check(&[inside, ("mx2.example.se", 20), ("mx1.example.se", 30)], Some(10), (30, Arrival::Border));
        check(&[inside, ("other.example.org", 90)], Some(10), (10, Arrival::Internaldate));
        check(&[], Some(10), (10, Arrival::Internaldate));
        check(&[], None, (0, Arrival::FirstSeen));
        // A queue of some days.
        check(&[inside, ("mx1.example.se", 4 * day)], Some(10), (4 * day, Arrival::Border));
        // Forged, below the true one or in its place: older than any queue, or in the future.
        check(&[inside, ("mx1.example.se", 30), ("mx1.example.se", 9 * day)], Some(10), (30, Arrival::Border));
        check(&[inside, ("mx1.example.se", 9 * day)], Some(10), (10, Arrival::Internaldate));
        check(&[inside, ("mx1.example.se", 30), ("mx1.example.se", -day)], Some(10), (30, Arrival::Border));
        check(&[inside, ("mx1.example.se", -60)], Some(10), (10, Arrival::Internaldate));
        // After the server's own time: no mail passes the border after it has come in.
        check(&[("mx1.example.se", 30)], Some(60), (60, Arrival::Internaldate));
        check(&[("mx1.example.se", 58)], Some(60), (58, Arrival::Border));
        // The server's time is of no use: the border's may be.
        check(&[("mx1.example.se", 30)], Some(-day), (30, Arrival::Border));
        check(&[("mx1.example.se", 30)], None, (30, Arrival::Border));
        check(&[("mx1.example.se", 9 * day)], None, (0, Arrival::FirstSeen));
        check(&[], Some(-day), (0, Arrival::FirstSeen));
    }
}
