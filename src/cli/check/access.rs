//! What `check` says of tokens and certificates.

use super::clock;
use super::said::Report;
use crate::config::{Proof, Server};
use crate::daemon::SystemClock;
use crate::failure::Failure;
use crate::oauth::claims::Service;
use crate::oauth::expiry::{self, What};
use crate::oauth::{self, Token};
use crate::ports::Clock;
use chrono::{DateTime, Utc};

/// A server's certificate that ends within this many days is a warning: automatic renewal happens
/// earlier, and by hand it takes some days.
pub const CERTIFICATE_DAYS: i64 = 21;

/// The token, where the server is logged in to with one: that it can be had, what it opens, when
/// its secret ends, and by how much this machine's clock is off.
pub(super) async fn token(
    name: &str,
    server: &Server,
    service: Service,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let Some(Proof::Token(settings)) = server.login.as_ref().map(|login| &login.proof) else {
        return Ok(());
    };
    match oauth::token(settings).await {
        Ok(token) => roles(name, server, service, &token, report)?,
        Err(error) => report.fault(&format!("{name}: token: {error}"))?,
    }
    match expiry::ending(settings, SystemClock.now()) {
        Ok(None) => report.warning(&format!(
            "{name}: token: no one knows when the client secret ends; write its last day into `secret_expires` to be warned"
        )),
        Ok(Some(ending)) => {
            let what = match ending.what {
                What::Secret => "client secret",
                What::Certificate => "certificate",
            };
            let text = format!("{name}: token: the last day of the {what} is {}", ending.last_day);
            if ending.days_left < 0 {
                report.fault(&format!("{text}, which has passed; make a new one"))
            } else if ending.is_near() {
                report.warning(&format!("{text}, in {} day(s); make a new one in time", ending.days_left))
            } else {
                report.ok(&text)
            }
        }
        Err(why) => report.fault(&format!("{name}: token: {why}")),
    }
}

fn roles(
    name: &str,
    server: &Server,
    service: Service,
    token: &Token,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let lacks = token
        .claims
        .as_ref()
        .and_then(|claims| claims.lacks(&server.host, service));
    match lacks {
        Some(lacks) => report.fault(&format!("{name}: token for {}: {lacks}", server.host))?,
        None => report.ok(&format!("{name}: token for {}: granted", server.host))?,
    }
    token.clock_ahead.map_or(Ok(()), |ahead| {
        clock::compared("the token endpoint", ahead, report)
    })
}

/// The server's certificate, when its end is near.
pub(super) fn certificate(
    what: &str,
    ends: Option<DateTime<Utc>>,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let Some(ends) = ends else { return Ok(()) };
    let days = (ends - SystemClock.now()).num_days();
    if days > CERTIFICATE_DAYS {
        return Ok(());
    }
    let day = ends.date_naive();
    report.warning(&format!(
        "{what}: the server's certificate ends in {days} day(s), on {day}; its owner must renew it"
    ))
}
