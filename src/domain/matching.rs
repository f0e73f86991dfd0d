//! Match rules: which messages a pledge covers, which handler a message goes to.

use crate::domain::message::Message;
use regex::Regex;

/// All conditions that are given must hold; within one, any of its values. No condition at all matches everything.
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
            && self.subject.as_ref().is_none_or(|re| re.is_match(&message.subject))
            && self.header.as_ref().is_none_or(|(name, re)| message.headers_named(name).any(|v| re.is_match(v)))
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
        Some(domain) => addr.rsplit_once('@').is_some_and(|(_, d)| d.eq_ignore_ascii_case(domain)),
        None => rule.eq_ignore_ascii_case(addr),
    }
}
