//! Who writes to the mailbox, from which side of the house, and how far that is believed.

use super::Board;
use crate::domain::channel::Channel;
use crate::domain::citizen::{Source, key, names_another, same_address};
use crate::domain::classify::House;
use crate::domain::item::Item;
use crate::domain::matching::address_fits;
use crate::domain::message::Message;
use crate::domain::trust::{self, Authority, Belief, Judged, Trust};
use crate::domain::whose::Whose;

impl Board {
    /// The channel through which a message came.
    #[must_use]
    pub fn channel_of(&self, message: &Message) -> Option<&Channel> {
        self.channels.iter().find(|channel| {
            message
                .from
                .iter()
                .any(|from| channel.sends_from(&from.addr))
        })
    }

    /// The senders that pledges and rules of assignment name: addresses, or `@domain`.
    fn named_by_rules(&self) -> impl Iterator<Item = &String> {
        let pledges = self.pledges.iter().map(|pledge| &pledge.matches);
        let rules = self.assign.iter().map(|rule| &rule.matches);
        pledges.chain(rules).flat_map(|rule| &rule.from)
    }

    /// A pledge or a rule of assignment names the address: mail from there is sent for others.
    fn is_named_by_a_rule(&self, address: &str) -> bool {
        self.named_by_rules()
            .any(|from| address_fits(from, address))
    }

    pub(crate) fn is_channel(&self, address: &str) -> bool {
        self.channels
            .iter()
            .any(|channel| channel.sends_from(address))
    }

    /// Who writes for whom: what a channel sends, it sends for the citizen whom it names. An
    /// address that a rule names is one too where its mail names another in Reply-To; without that
    /// it may be a person's, who is not to be left without a notice.
    #[must_use]
    pub fn source_of(&self, message: &Message) -> Source {
        match self.channel_of(message) {
            Some(channel) if channel.names_citizen => Source::ReplyTo,
            Some(_) => Source::Unknown,
            None if self.writes_by_rule(message) => Source::ReplyTo,
            None => Source::Writer,
        }
    }

    fn writes_by_rule(&self, message: &Message) -> bool {
        names_another(message)
            && message.from.iter().any(|from| {
                let mut named = self.named_by_rules();
                named.any(|rule| same_address(rule, &from.addr))
            })
    }

    /// Whose the address is that stands in From.
    #[must_use]
    pub fn whose_mail(&self, message: &Message) -> Option<Whose<'_>> {
        let from = message.from.first()?;
        Some(self.whose(&from.addr))
    }

    /// Whether a message says that the municipality itself wrote it.
    #[must_use]
    pub fn is_from_inside(&self, message: &Message) -> bool {
        self.whose_mail(message).is_some_and(Whose::is_inside)
    }

    /// Where the writer sits, as far as From says. Every mail through a channel is from outside.
    #[must_use]
    pub fn house_of(&self, message: &Message) -> House {
        let Some(from) = message.from.first() else {
            return House::Outside;
        };
        let domain = from.addr.rsplit_once('@').map_or("", |(_, domain)| domain);
        if self.channel_of(message).is_some() || self.is_own(&from.addr) {
            House::Outside
        } else if self.staff_at(&from.addr).is_some() {
            House::Staff
        } else if self.is_named_by_a_rule(&from.addr) || self.writes_for_outside(message) {
            House::Outside
        } else if self.organisation.has_domain(domain) {
            House::Colleague
        } else {
            House::Outside
        }
    }

    /// Answers go to addresses outside alone: a form of the municipality's own that is no configured
    /// channel. In doubt it is a question.
    fn writes_for_outside(&self, message: &Message) -> bool {
        let replies = &message.reply_to;
        !replies.is_empty()
            && replies
                .iter()
                .all(|to| !self.whose(&to.addr).is_inside() && !self.is_own(&to.addr))
    }

    /// Whose Authentication-Results are believed.
    #[must_use]
    pub fn authority(&self) -> Authority<'_> {
        Authority::of(self.authserv_id.as_deref())
    }

    /// What the border says of the sender; without `authserv_id` only failures count.
    #[must_use]
    pub fn judge(&self, message: &Message) -> Judged {
        trust::judge(message, self.authority(), |domain| {
            self.organisation.has_domain(domain)
        })
    }

    /// How far a mail outside Sent that claims to be ours is believed; `None`: it failed.
    #[must_use]
    pub fn belief(&self, message: &Message) -> Option<Belief> {
        trust::belief(message, self.authority(), |domain| {
            self.organisation.has_domain(domain)
        })
    }

    /// What the border says of the sender, where it is known to speak.
    #[must_use]
    pub fn trust_in(&self, message: &Message) -> Option<Trust> {
        self.authority().is_set().then(|| self.judge(message).trust)
    }

    /// Whose an address is. Who is for other mailboxes only is a colleague. A channel is outside.
    #[must_use]
    pub fn whose(&self, address: &str) -> Whose<'_> {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        match self.staff_at(address) {
            _ if self.is_own(address) || self.all_own.contains(&key(address)) => Whose::Own,
            _ if self.is_channel(address) => Whose::Outside,
            Some(member) if member.left => Whose::Former(&member.id),
            Some(member) => Whose::Staff(&member.id),
            None if self.staff.by_address(address).is_some()
                || self.organisation.has_domain(domain) =>
            {
                Whose::Colleague
            }
            None => Whose::Outside,
        }
    }

    /// Whether the probable answer of an item keeps no notice back: a forger can have written it.
    #[must_use]
    pub fn holds_no_notice(&self, item: &Item) -> bool {
        self.authority().is_set() && item.is_probably_by_unverified()
    }
}
