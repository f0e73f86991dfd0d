//! Refused logins, over all ways of one process: when the same user may be tried again with the
//! same secret.
//!
//! A password that was changed must not lock the account. IMAP, SMTP and the alarms draw on one
//! ledger: after a refusal a way rests, and a way that has never got in with this secret rests
//! along. Another secret (its file is read before each try) may be tried at once. An answer that
//! the server is busy does not mean a wrong password, and is tried again sooner.

use crate::config::{Login, Proof, Secret, Server};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// After the first refusal of a secret; doubled each time.
pub const AFTER_REFUSAL: Duration = Duration::from_mins(15);
/// The longest rest after refusals: an account that was unlocked is served within this.
pub const LONGEST_REFUSAL: Duration = Duration::from_mins(30);
/// After a server's first word that it lets no client in now; doubled each time.
pub const AFTER_BUSY: Duration = Duration::from_mins(1);
/// The longest rest after such words.
pub const LONGEST_BUSY: Duration = Duration::from_mins(15);

/// What a server said to a login.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The secret, the user or their right is wrong.
    Wrong,
    /// Not now: too many sessions, a backend that is away.
    Busy,
}

/// One user on one way: host and port.
type Way = (String, String, u16);

#[derive(Clone, Debug)]
struct State {
    secret: Option<Secret>,
    /// It has got in with this secret since its last refusal.
    is_good: bool,
    /// Refusals in a row, and until when the way rests for the last one.
    refusals: u32,
    until: Option<Instant>,
    why: String,
}

/// The state of every way.
#[derive(Debug, Default)]
pub struct Logins(Mutex<BTreeMap<Way, State>>);

impl Logins {
    /// Whether this way may be tried now; the error says why not, and for how long.
    pub fn may(&self, server: &Server, now: Instant) -> Result<(), String> {
        let Some((way, secret)) = way_of(server) else {
            return Ok(());
        };
        let ways = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = ways.get(&way).filter(|state| state.secret == secret);
        let rests =
            |state: &State| state.secret == secret && state.until.is_some_and(|until| until > now);
        let is_good = own.is_some_and(|state| state.is_good);
        let others = ways
            .iter()
            .filter(|((user, ..), _)| !is_good && *user == way.0)
            .map(|(_, state)| state);
        let Some(resting) = own.into_iter().chain(others).find(|state| rests(state)) else {
            return Ok(());
        };
        let left = resting.until.map_or(0, |until| {
            until.saturating_duration_since(now).as_secs().div_ceil(60)
        });
        Err(format!(
            "{} (tried again in {left} min, or at once with another secret, so that the account is not locked)",
            resting.why
        ))
    }

    /// The server has let this way in.
    pub fn accepted(&self, server: &Server) {
        let Some((way, secret)) = way_of(server) else {
            return;
        };
        let mut ways = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let recovers = ways.get(&way).is_some_and(|state| state.refusals > 0);
        if recovers {
            // The secret is right after all: the others may try it too.
            for ((user, ..), state) in ways.iter_mut() {
                if *user == way.0 && state.secret == secret {
                    state.until = None;
                }
            }
        }
        ways.insert(
            way,
            State {
                secret,
                is_good: true,
                refusals: 0,
                until: None,
                why: String::new(),
            },
        );
    }

    /// The server has refused this way.
    pub fn refused(&self, server: &Server, said: Said, why: &str, now: Instant) {
        let Some((way, secret)) = way_of(server) else {
            return;
        };
        let mut ways = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = ways
            .get(&way)
            .filter(|state| state.secret == secret)
            .map_or(0, |state| state.refusals);
        let rest = match said {
            Said::Wrong => doubled(AFTER_REFUSAL, before, LONGEST_REFUSAL),
            Said::Busy => doubled(AFTER_BUSY, before, LONGEST_BUSY),
        };
        let (until, why) = (Some(now + rest), why.to_owned());
        ways.insert(
            way,
            State {
                secret,
                is_good: false,
                refusals: before.saturating_add(1),
                until,
                why,
            },
        );
    }
}

fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    first.saturating_mul(1 << times.min(16)).min(longest)
}

/// A way and the secret that it would show now; `None` without a login.
fn way_of(server: &Server) -> Option<(Way, Option<Secret>)> {
    let Login { user, proof } = server.login.as_ref()?;
    let secret = match proof {
        Proof::Password(password) => Some(password.now()),
        // A token is renewed by itself; the refusal is about the application.
        Proof::Token(_) => None,
    };
    Some((
        (user.to_lowercase(), server.host.clone(), server.port),
        secret,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Security;

    fn way(port: u16, password: &str) -> Server {
        let login = Some(Login::with_password("kf@example.se", password));
        Server {
            host: "mail.example.se".to_owned(),
            port,
            security: Security::Tls,
            ca_file: None,
            login,
            address: None,
        }
    }

    /// A day with a password that was changed on the server: IMAP looks each 20 s, SMTP and the
    /// alarms too.
    #[test]
    fn a_wrong_password_is_tried_a_handful_of_times_an_hour_over_all_ways() {
        let (logins, start) = (Logins::default(), Instant::now());
        let ways = [993, 587, 465].map(|port| way(port, "gammalt"));
        for way in &ways {
            logins.accepted(way);
        }
        let mut tries = Vec::new();
        for tick in 0..24 * 180 {
            let now = start + Duration::from_secs(20 * tick);
            for way in &ways {
                if logins.may(way, now).is_ok() {
                    logins.refused(way, Said::Wrong, "no", now);
                    tries.push(tick / 180);
                }
            }
        }
        let most = (0..24)
            .map(|hour| tries.iter().filter(|tried| **tried == hour).count())
            .max();
        println!(
            "a day with a changed password: {} logins, at most {most:?} in an hour",
            tries.len()
        );
        assert!(
            most <= Some(6) && tries.len() <= 80,
            "{most:?} {}",
            tries.len()
        );
        // Another secret may be tried at once, and does well.
        let now = start + Duration::from_hours(24);
        assert_eq!(logins.may(&way(993, "nytt"), now), Ok(()));
        logins.accepted(&way(993, "nytt"));
        assert_eq!(logins.may(&way(587, "nytt"), now), Ok(()));
    }

    #[test]
    fn a_way_that_works_is_not_held_back_by_another_and_a_busy_server_is_tried_sooner() {
        let (logins, now) = (Logins::default(), Instant::now());
        let (imap, smtp, other) = (way(993, "x"), way(587, "x"), way(465, "x"));
        logins.accepted(&imap);
        logins.refused(&smtp, Said::Wrong, "SMTP AUTH is switched off", now);
        assert_eq!(logins.may(&imap, now), Ok(()));
        let why = logins.may(&other, now).unwrap_err();
        assert!(
            why.contains("switched off") && why.contains("15 min"),
            "{why}"
        );
        assert_eq!(logins.may(&smtp, now + AFTER_REFUSAL), Ok(()));
        logins.refused(&imap, Said::Busy, "[UNAVAILABLE]", now);
        assert!(logins.may(&imap, now + AFTER_BUSY / 2).is_err());
        assert_eq!(logins.may(&imap, now + AFTER_REFUSAL), Ok(()));
        // Who gets in again vouches for the secret.
        logins.accepted(&imap);
        logins.refused(&imap, Said::Wrong, "no", now);
        logins.accepted(&imap);
        assert_eq!(logins.may(&smtp, now), Ok(()));
        let nobody = Server {
            login: None,
            ..way(25, "")
        };
        logins.refused(&nobody, Said::Wrong, "no", now);
        assert_eq!(logins.may(&nobody, now), Ok(()));
    }
}
