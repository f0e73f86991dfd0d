//! Credentials that end: the operator is warned weeks ahead, once a week, and daily in the last
//! one.

use crate::config::{Config, Login, OAuth2, Proof, Server};
use crate::mail::texts::facts::{Expiring, Trouble};
use crate::oauth::expiry::{self, What};
use crate::rounds::health::{Health, Subject};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// The warnings that were given; kept in memory, so that a restart gives them once more.
#[derive(Debug, Default)]
pub(super) struct Credentials {
    looked: Option<NaiveDate>,
    told: BTreeMap<Subject, i64>,
}

impl Credentials {
    /// Takes a look, once a day.
    pub fn look(&mut self, config: &Config, health: &mut Health, now: DateTime<Utc>) {
        if self.looked.replace(now.date_naive()) == Some(now.date_naive()) {
            return;
        }
        for (settings, mailbox) in tokens(config) {
            // A certificate that cannot be read fails the login, which is reported.
            let Ok(Some(ending)) = expiry::ending(settings, now) else {
                continue;
            };
            let subject = Subject::Credential(settings.client_id.clone());
            if !ending.is_near() {
                self.told.remove(&subject);
                continue;
            }
            if self.told.insert(subject.clone(), ending.stage()) == Some(ending.stage()) {
                continue;
            }
            let what = match ending.what {
                What::Secret => Expiring::Secret,
                What::Certificate => Expiring::Certificate,
            };
            tracing::warn!(
                mailbox,
                days = ending.days_left,
                "what the program logs in with ends soon"
            );
            let (last_day, days_left) = (ending.last_day, ending.days_left);
            health.happened(
                subject,
                Trouble::Expiring {
                    mailbox: mailbox.to_owned(),
                    what,
                    last_day,
                    days_left,
                },
                now,
            );
        }
    }
}

/// Every different way to a token, with the address of the first mailbox that goes it.
pub(super) fn tokens(config: &Config) -> BTreeMap<&OAuth2, &str> {
    let mut found = BTreeMap::new();
    for mailbox in &config.mailboxes {
        for server in [&mailbox.imap.server, &mailbox.smtp.server] {
            found.extend(
                token(server)
                    .filter(|settings| !found.contains_key(settings))
                    .map(|s| (s, &*mailbox.address)),
            );
        }
    }
    if let Some(alarm) = &config.service.alarm_smtp {
        let operator = &*config.service.operator;
        found.extend(
            token(&alarm.server)
                .filter(|settings| !found.contains_key(settings))
                .map(|s| (s, operator)),
        );
    }
    found
}

fn token(server: &Server) -> Option<&OAuth2> {
    match server.login.as_ref()? {
        Login {
            proof: Proof::Token(settings),
            ..
        } => Some(settings),
        Login {
            proof: Proof::Password(_),
            ..
        } => None,
    }
}
