//! Whom to believe: what the municipality's own border says about a sender (Authentication-Results,
//! RFC 8601).
//!
//! Only lines of the configured server count, and of those the topmost: anyone can write such a
//! line into a mail, but not above the one that our border wrote. A From field that two programs
//! may read as two senders fails with any line. The parser is our own: the crates that read this
//! field verify signatures themselves and bring a DNS client for it, and the grammar is a page.

mod results;

use super::citizen;
use super::message::{FromFault, Message};
use results::{Line, Outcome};
use serde::{Deserialize, Serialize};

/// Whose lines are believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authority<'a> {
    /// `authserv_id` is not configured.
    #[default]
    Unset,
    /// The server that names itself so.
    Server(&'a str),
    /// Exchange Online, which writes no name.
    Exchange,
}

impl<'a> Authority<'a> {
    /// As the configuration writes it.
    #[must_use]
    pub fn of(authserv_id: Option<&'a str>) -> Self {
        match authserv_id {
            None => Self::Unset,
            Some(id) if id.eq_ignore_ascii_case("exchange") => Self::Exchange,
            Some(id) => Self::Server(id),
        }
    }

    /// Whether the message has a line of it, with any result.
    #[must_use]
    pub fn spoke_in(self, message: &Message) -> bool {
        results::lines(message).any(|line| match self {
            Self::Unset => false,
            Self::Server(id) => line.is_by(id),
            Self::Exchange => line.server.is_none(),
        })
    }

    #[must_use]
    pub fn is_set(self) -> bool {
        self != Self::Unset
    }
}

/// How far the named writer of a message is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The border says that the one From address is genuine.
    Verified,
    /// The border's line says neither.
    Open,
    /// The border wrote no line.
    Missing,
    /// The border says that it is not, or From is defective.
    Failed,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    DmarcPass,
    /// Exchange says that the sender logged in at home.
    Internal,
    /// `dmarc=pass`, but for another domain than From's.
    PassForAnother,
    NoPass,
    NoLine,
    DmarcFail,
    SpfFail,
    CompauthFail,
    SeveralFrom,
    From(FromFault),
}

/// A verdict and its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    pub trust: Trust,
    pub because: Because,
}

impl Judged {
    fn new(trust: Trust, because: Because) -> Self {
        Self { trust, because }
    }
}

/// Judges the sender of a message. `is_inside` knows the domains of the organisation. Without an
/// authority only failures count: a defect of From, or a failure in any line.
#[must_use]
pub fn judge(
    message: &Message,
    authority: Authority<'_>,
    is_inside: impl Fn(&str) -> bool,
) -> Judged {
    if let Some(because) = defect(message) {
        return Judged::new(Trust::Failed, because);
    }
    let missing = Judged::new(Trust::Missing, Because::NoLine);
    let line = match authority {
        Authority::Unset => {
            return fails_anywhere(message).map_or(missing, |why| Judged::new(Trust::Failed, why));
        }
        Authority::Server(id) => results::lines(message).find(|line| line.is_by(id)),
        Authority::Exchange => results::lines(message).find(|line| line.server.is_none()),
    };
    let domain = message
        .from
        .first()
        .map_or("", |from| domain_of(&from.addr));
    if authority == Authority::Exchange && was_logged_in(message) && is_inside(domain) {
        return Judged::new(Trust::Verified, Because::Internal);
    }
    line.map_or(missing, |line| of_line(&line, domain))
}

/// Exchange's border takes this field off mail from outside.
fn was_logged_in(message: &Message) -> bool {
    message
        .header("x-ms-exchange-organization-authas")
        .is_some_and(|v| v.trim().eq_ignore_ascii_case("internal"))
}

/// Why a mail that claims to be ours proves nothing, if so: From is defective, or any line in it
/// says that it failed, from any server. A forger gains nothing by a failure.
#[must_use]
pub fn refuted(message: &Message) -> Option<Because> {
    defect(message).or_else(|| fails_anywhere(message))
}

/// How far a mail that claims to be ours is believed where it lies outside Sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Belief {
    /// It lay in Sent too, or the border says that it is genuine.
    #[default]
    Verified,
    /// No border is known to speak, and nothing in it failed.
    Unverified,
    /// The border is known to speak, and does not vouch for it: an id that it names is followed,
    /// and a person is asked.
    OnlyById,
}

impl Belief {
    #[must_use]
    pub fn is_verified(&self) -> bool {
        *self == Self::Verified
    }
}

/// How far a mail that claims to be ours is believed outside Sent; `None`: it failed, and proves
/// nothing.
#[must_use]
pub fn belief(
    message: &Message,
    authority: Authority<'_>,
    is_inside: impl Fn(&str) -> bool,
) -> Option<Belief> {
    if refuted(message).is_some() {
        return None;
    }
    match judge(message, authority, is_inside).trust {
        Trust::Failed => None,
        _ if !authority.is_set() => Some(Belief::Unverified),
        Trust::Verified => Some(Belief::Verified),
        Trust::Open | Trust::Missing => Some(Belief::OnlyById),
    }
}

/// The ids that servers write into this message's lines, topmost first; `None` means Exchange's
/// lines without one.
pub fn servers(message: &Message) -> impl Iterator<Item = Option<String>> {
    results::lines(message).map(|line| line.server)
}

fn defect(message: &Message) -> Option<Because> {
    if let Some(fault) = message.from_faults.first() {
        return Some(Because::From(*fault));
    }
    (message.from.len() > 1).then_some(Because::SeveralFrom)
}

fn fails_anywhere(message: &Message) -> Option<Because> {
    results::lines(message).find_map(|line| failure(&line))
}

fn of_line(line: &Line, domain: &str) -> Judged {
    if let Some(because) = failure(line) {
        return Judged::new(Trust::Failed, because);
    }
    let mut passes = line
        .of("dmarc")
        .filter(|result| result.outcome == Outcome::Pass)
        .peekable();
    if passes.peek().is_none() {
        return Judged::new(Trust::Open, Because::NoPass);
    }
    // One of the two may be written as the DNS has it.
    let exact = |from: &String| {
        !domain.is_empty()
            && citizen::key(&format!("@{from}")) == citizen::key(&format!("@{domain}"))
    };
    if passes.all(|pass| pass.from.as_ref().is_some_and(exact)) {
        Judged::new(Trust::Verified, Because::DmarcPass)
    } else {
        Judged::new(Trust::Open, Because::PassForAnother)
    }
}

/// What in a line says that the sender is not genuine.
fn failure(line: &Line) -> Option<Because> {
    let any = |method: &str, outcomes: &[Outcome]| {
        line.of(method)
            .any(|result| outcomes.contains(&result.outcome))
    };
    let broken = [Outcome::Fail, Outcome::PermError];
    if any("dmarc", &broken) {
        return Some(Because::DmarcFail);
    }
    if any("compauth", &broken) {
        return Some(Because::CompauthFail);
    }
    // A forwarder breaks SPF; a signature that holds speaks for the mail all the same.
    (any("spf", &broken) && !any("dkim", &[Outcome::Pass])).then_some(Because::SpfFail)
}

fn domain_of(addr: &str) -> &str {
    addr.rsplit_once('@').map_or("", |(_, domain)| domain)
}

#[cfg(test)]
mod tests;
