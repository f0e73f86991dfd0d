//! Match rules: which messages a pledge covers, which handler a message goes to.

use crate::domain::message::Message;
use regex::Regex;

/// All conditions that are given must hold; within one, any of its values. No condition at all
/// matches everything.
#[derive(Clone, Debug, Default)]
pub struct Match {
    /// Sender addresses, lower case: `name@domain`, or `@domain` for all of a domain.
    pub from: Vec<String>,
    /// Recipient addresses (To, Cc, Bcc, Delivered-To, X-Original-To), in the same two forms.
    pub to: Vec<String>,
    pub subject: Option<Regex>,
    /// Header name (lower case) and a pattern for its value.
    pub header: Option<(String, Regex)>,
    /// Folder names, as people see them (UTF-8).
    pub folder: Vec<String>,
}

impl Match {
    /// Whether a message in `folder` fits.
    #[must_use]
    pub fn fits(&self, message: &Message, folder: &str) -> bool {
        any_fits(&self.from, message.from.iter().map(|a| a.addr.as_str()))
            && any_fits(
                &self.to,
                message
                    .recipients()
                    .map(|a| a.addr.as_str())
                    .chain(message.headers_named("delivered-to"))
                    .chain(message.headers_named("x-original-to")),
            )
            && self
                .subject
                .as_ref()
                .is_none_or(|re| re.is_match(&message.subject))
            && self
                .header
                .as_ref()
                .is_none_or(|(name, re)| message.headers_named(name).any(|v| re.is_match(v)))
            && (self.folder.is_empty() || self.folder.iter().any(|f| f == folder))
    }

    /// Whether any message fits: no condition is given.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.from.is_empty()
            && self.to.is_empty()
            && self.subject.is_none()
            && self.header.is_none()
            && self.folder.is_empty()
    }
}

fn any_fits<'a>(wanted: &[String], mut have: impl Iterator<Item = &'a str>) -> bool {
    wanted.is_empty() || have.any(|addr| wanted.iter().any(|rule| address_fits(rule, addr)))
}

/// `rule` is an address or `@domain`; both sides are compared without case.
#[must_use]
pub fn address_fits(rule: &str, addr: &str) -> bool {
    match rule.strip_prefix('@') {
        Some(domain) => addr
            .rsplit_once('@')
            .is_some_and(|(_, d)| d.eq_ignore_ascii_case(domain)),
        None => rule.eq_ignore_ascii_case(addr),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Address;

    fn addresses(list: &[&str]) -> Vec<Address> {
        list.iter()
            .map(|addr| Address {
                name: None,
                addr: (*addr).to_owned(),
            })
            .collect()
    }

    fn message() -> Message {
        Message {
            from: addresses(&["asa@example.org"]),
            to: addresses(&["kommun@example.se"]),
            cc: addresses(&["namnd@example.se"]),
            bcc: addresses(&["arkiv@example.se"]),
            subject: "Fråga om bygglov".to_owned(),
            headers: vec![
                ("delivered-to".to_owned(), "kf@example.se".to_owned()),
                ("x-original-to".to_owned(), "kf-alias@example.se".to_owned()),
                ("x-form".to_owned(), "synpunkt".to_owned()),
                ("x-form".to_owned(), "klagomål".to_owned()),
            ],
            ..Message::default()
        }
    }

    fn check(rule: &Match, fits: bool) {
        assert_eq!(rule.fits(&message(), "INBOX"), fits, "{rule:?}");
        assert!(!rule.is_everything(), "{rule:?}");
    }

    #[test]
    fn no_condition_matches_everything() {
        assert!(Match::default().is_everything());
        assert!(Match::default().fits(&message(), "INBOX"));
        assert!(Match::default().fits(&Message::default(), ""));
    }

    #[test]
    fn one_condition_at_a_time() {
        let list = |rules: &[&str]| {
            rules
                .iter()
                .map(|rule| (*rule).to_owned())
                .collect::<Vec<_>>()
        };
        for (rules, fits) in [
            (["asa@example.org"].as_slice(), true),
            (&["@example.org"], true),
            (&["bo@example.org", "@example.org"], true),
            (&["bo@example.org"], false),
            (&["@example.com"], false),
            (&["@ample.org"], false),
            (&["example.org"], false),
        ] {
            check(
                &Match {
                    from: list(rules),
                    ..Match::default()
                },
                fits,
            );
        }
        for (rule, fits) in [
            ("kommun@example.se", true),
            ("namnd@example.se", true),
            ("arkiv@example.se", true),
            ("kf@example.se", true),
            ("kf-alias@example.se", true),
            ("@example.se", true),
            ("asa@example.org", false),
        ] {
            check(
                &Match {
                    to: list(&[rule]),
                    ..Match::default()
                },
                fits,
            );
        }
        for (pattern, fits) in [("(?i)BYGGLOV", true), ("BYGGLOV", false), ("^Fråga", true)] {
            check(
                &Match {
                    subject: Some(Regex::new(pattern).unwrap()),
                    ..Match::default()
                },
                fits,
            );
        }
        for (name, pattern, fits) in [
            ("x-form", "klagomål", true),
            ("x-form", "^synpunkt$", true),
            ("x-form", "^$", false),
            ("x-other", "", false),
        ] {
            let header = Some((name.to_owned(), Regex::new(pattern).unwrap()));
            check(
                &Match {
                    header,
                    ..Match::default()
                },
                fits,
            );
        }
        for (folders, fits) in [
            (["INBOX"].as_slice(), true),
            (&["Skräp", "INBOX"], true),
            (&["INBOX/Inkommet"], false),
        ] {
            check(
                &Match {
                    folder: list(folders),
                    ..Match::default()
                },
                fits,
            );
        }
    }

    #[test]
    fn every_given_condition_must_hold() {
        let both = |subject: &str| Match {
            from: vec!["@example.org".to_owned()],
            subject: Some(Regex::new(subject).unwrap()),
            ..Match::default()
        };
        check(&both("bygglov"), true);
        check(&both("avlopp"), false);
    }

    #[test]
    fn addresses_are_compared_without_case() {
        for (rule, addr, fits) in [
            ("Asa@Example.org", "asa@example.ORG", true),
            ("@EXAMPLE.org", "asa@example.org", true),
            ("@example.org", "asa@sub.example.org", false),
            ("@example.org", "\"a@b\"@example.org", true),
            ("@example.org", "example.org", false),
        ] {
            assert_eq!(address_fits(rule, addr), fits, "{rule} {addr}");
        }
    }
}
