//! Newsletters, and mail through groups. A newsletter needs two signs, because single ones are
//! found on persons' mail: customer systems add List-Unsubscribe, old clients Precedence: bulk,
//! mail services Feedback-ID.

use super::signs::{self, are_related, domain_of};
use crate::domain::citizen::has_list_signs;
use crate::domain::message::Message;
use crate::domain::providers::{is_public, organisational_domain};
use crate::domain::reason::Sign;

/// What the signs of bulk mail amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bulk {
    /// Its sender expects no answer.
    Newsletter(Sign),
    /// A person writes through a group.
    Group(Sign),
    /// One sign alone: it needs an answer, but gets no automatic mail.
    Weak(Sign),
}

/// Names of programs that send newsletters, in X-Mailer, lower case.
const MAILERS: &[&str] = &[
    "mailchimp",
    "sendinblue",
    "brevo",
    "apsis",
    "ungapped",
    "rule mailer",
    "getanewsletter",
    "get a newsletter",
    "paloma",
    "campaign monitor",
    "constant contact",
    "mailerlite",
    "acymailing",
    "phplist",
    "cleverreach",
    "emarsys",
    "newsletter",
    "nyhetsbrev",
    "sendy",
    "mailpoet",
    "lime marketing",
    "phpmailer bulk",
];

/// Local parts that newsletters come from, as [`signs::compact`] gives them.
const SENDERS: &[&str] = &[
    "newsletter",
    "newsletters",
    "nyhetsbrev",
    "news",
    "nyheter",
    "nyhedsbrev",
    "uutiskirje",
    "marketing",
    "utskick",
    "kampanj",
    "campaign",
    "mailinglist",
];

/// What list programs make of an envelope sender; `^` and `$` are its ends.
const LIST_ENVELOPES: &[&str] = &[
    "^owner-",
    "-owner$",
    "-bounces",
    "-request$",
    "-errors$",
    "-return-",
];

/// What sending services and case systems make of it.
const SERVICE_ENVELOPES: &[&str] = &["^bounce", "-bounce", "+bounce", "-admin$"];

#[must_use]
pub fn sign(message: &Message, own: &[String]) -> Option<Bulk> {
    let traits = Traits::of(message);
    if !traits.any() {
        // Every verdict below rests on one of them, and people's mail has none.
        return None;
    }
    let Traits {
        bulk,
        unsubscribe,
        group,
        ..
    } = traits;
    if bulk && group && addressed_past(message, own) {
        return Some(Bulk::Group(Sign::ListPassedOn));
    }
    if let Some(sign) = traits.newsletter(message) {
        return Some(Bulk::Newsletter(sign));
    }
    if group {
        return Some(Bulk::Group(Sign::List));
    }
    Some(Bulk::Weak(if bulk {
        Sign::BulkAlone
    } else if unsubscribe {
        Sign::UnsubscribeAlone
    } else {
        Sign::CampaignAlone
    }))
}

/// What mail for many has, and people's mail has not.
#[expect(
    clippy::struct_excessive_bools,
    reason = "five signs, each there or not"
)]
struct Traits {
    bulk: bool,
    unsubscribe: bool,
    feedback: bool,
    group: bool,
    campaign: bool,
}

impl Traits {
    fn of(message: &Message) -> Self {
        Self {
            bulk: signs::has_word(message, "precedence", &["bulk", "junk"]),
            unsubscribe: message.header("list-unsubscribe").is_some(),
            feedback: feedback(message),
            group: has_list_signs(message),
            campaign: campaign(message),
        }
    }

    fn any(&self) -> bool {
        self.bulk || self.unsubscribe || self.group || self.feedback || self.campaign
    }

    /// With Precedence bulk, any of these makes it a newsletter.
    fn is_for_many(&self, message: &Message) -> bool {
        self.unsubscribe || self.feedback || self.group || envelope(message, LIST_ENVELOPES)
    }

    /// Why it is a newsletter, if so.
    fn newsletter(&self, message: &Message) -> Option<Sign> {
        // A form, or a person behind a case system, may use any service that newsletters use.
        let foreign = signs::foreign_reply_to(message);
        let machine = signs::machine_made(message);
        let person = foreign || machine || !message.in_reply_to.is_empty();
        let service = self.campaign || envelope(message, SERVICE_ENVELOPES);
        let form = foreign && machine && !self.group;
        if self.bulk
            && !form
            && !persons_reply_to(message)
            && (self.is_for_many(message) || (!person && service))
        {
            return Some(Sign::BulkAndList);
        }
        let discussion = signs::has_word(message, "precedence", &["list"])
            || message.header("list-post").is_some_and(|v| !no(v));
        let signs = [
            self.feedback,
            message.header("list-unsubscribe-post").is_some(),
            self.campaign,
            self.group,
            role(message),
        ];
        let several = signs.iter().filter(|sign| **sign).count() >= 2;
        (self.unsubscribe && !discussion && !person && several).then_some(Sign::NewsletterService)
    }
}

/// Whether Reply-To is a person's, behind a service that sends for many. It is the service's own if
/// it is of the sender's organisation, of the domain of List-Unsubscribe, of the signature or of
/// the service's envelope, or the list itself.
fn persons_reply_to(message: &Message) -> bool {
    let Some(reply) = message
        .reply_to
        .first()
        .filter(|_| signs::other_reply_to(message))
    else {
        return false;
    };
    let domain = domain_of(&reply.addr);
    if is_public(domain) {
        return true;
    }
    let organisation = organisational_domain(domain);
    let sender = message
        .from
        .iter()
        .any(|from| organisational_domain(domain_of(&from.addr)) == organisation);
    let named = |field: &str| {
        message
            .headers_named(field)
            .any(|value| value.to_lowercase().contains(organisation))
    };
    let signed = message
        .headers_named("dkim-signature")
        .filter_map(signing_domain)
        .any(|d| are_related(&d, domain));
    !(sender
        || named("list-unsubscribe")
        || named("list-id")
        || named("list-post")
        || signed
        || is_of_the_envelope(message, &reply.addr))
}

/// Whether the address is of the domain of the service's envelope, or the list itself.
fn is_of_the_envelope(message: &Message, reply: &str) -> bool {
    let path = message
        .header("return-path")
        .unwrap_or_default()
        .trim_matches(['<', '>', ' '])
        .to_lowercase();
    let machinery =
        signs::is_role(&path) || path.contains(['=', '+']) || envelope(message, SERVICE_ENVELOPES);
    let local = |address: &str| signs::compact(address.split('@').next().unwrap_or_default());
    let list = local(reply);
    machinery && are_related(domain_of(&path), domain_of(reply))
        || !list.is_empty() && local(&path).contains(&list)
}

/// The `d=` of a DKIM signature.
fn signing_domain(value: &str) -> Option<String> {
    let tag = value
        .split(';')
        .find_map(|tag| tag.trim().strip_prefix("d=")?.trim().to_lowercase().into());
    tag.filter(|domain| !domain.is_empty())
}

/// A list that takes posts, but this mail does not name it among its recipients, or names us: it
/// may be written to us.
fn addressed_past(message: &Message, own: &[String]) -> bool {
    let post = message
        .header("list-post")
        .map(str::to_lowercase)
        .unwrap_or_default();
    let takes_posts = ["x-beenthere", "mailing-list", "x-mailman-version"]
        .iter()
        .any(|n| message.header(n).is_some());
    if (takes_posts || post.contains("mailto:"))
        && message.recipients().any(|to| own.contains(&to.addr))
    {
        return true;
    }
    let named = message
        .recipients()
        .any(|to| post.contains(&to.addr) || same_host(&to.addr, &post));
    post.contains("mailto:") && message.recipients().next().is_some() && !named
}

fn same_host(addr: &str, post: &str) -> bool {
    addr.split_once('@')
        .is_some_and(|(_, host)| post.contains(host))
}

fn no(value: &str) -> bool {
    signs::word(value) == "no"
}

/// Fields that campaign programs write.
fn campaign(message: &Message) -> bool {
    [
        "x-campaign",
        "x-campaignid",
        "x-campaign-id",
        "x-mc-user",
        "x-csa-complaints",
    ]
    .iter()
    .any(|name| message.header(name).is_some())
        || message
            .header("x-mailer")
            .map(str::to_lowercase)
            .is_some_and(|m| MAILERS.iter().any(|name| m.contains(name)))
}

/// A sender's campaign number for the receiver's statistics; Amazon's service writes one into every
/// mail.
fn feedback(message: &Message) -> bool {
    message
        .header("feedback-id")
        .is_some_and(|value| !value.to_ascii_lowercase().contains("amazonses"))
}

/// An envelope sender or Sender with one of those bits in its local part.
fn envelope(message: &Message, bits: &[&str]) -> bool {
    let has = |addr: &str| {
        let local = addr
            .trim_start_matches('<')
            .split('@')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        // The mark in front keeps "owner-" from being found inside a word.
        let local = format!("^{local}$");
        bits.iter().any(|bit| local.contains(bit))
    };
    message.header("return-path").is_some_and(has)
        || message.sender.as_ref().is_some_and(|s| has(&s.addr))
}

fn role(message: &Message) -> bool {
    message
        .from
        .first()
        .is_some_and(|from| signs::is_role(&from.addr) || is_sender(&from.addr))
}

/// An address that newsletters are sent from.
#[must_use]
pub fn is_sender(addr: &str) -> bool {
    SENDERS.contains(&signs::compact(addr.split('@').next().unwrap_or_default()).as_str())
}
