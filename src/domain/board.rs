//! The municipality as one mailbox sees it: its pledges, its staff, its ladder, and what it shows
//! to whom.
//!
//! Made once from the configuration. Every question of the kind "which pledge, which member, whose
//! folder" is answered here and nowhere else, so that the mails, the report and the command line
//! cannot answer it differently.

mod writer;

use crate::domain::calendar::Calendar;
use crate::domain::channel::Channel;
use crate::domain::decide::{
    Notice, Plan, World, can_have_left, decide, named, notice, notice_has_come, repeat, told_below,
    word,
};
use crate::domain::effect::Effect;
use crate::domain::folders::{Role, Watched};
use crate::domain::gate::Shadow;
use crate::domain::hands::{Hands, Office};
use crate::domain::item::Item;
use crate::domain::matching::Match;
use crate::domain::message::Message;
use crate::domain::organisation::Organisation;
use crate::domain::own_folder;
use crate::domain::pledge::{Due, Pledge};
use crate::domain::reader::Reader;
use crate::domain::staff::{Member, Staff};
use crate::domain::stand_ins::StandIns;
use crate::domain::tongue::Tongue;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// `match` to handler.
#[derive(Clone, Debug)]
pub struct AssignRule {
    pub matches: Match,
    pub handler: String,
    /// Who has them when that one is not there, in order.
    pub others: Vec<String>,
}

/// To whom mail to staff shows subject and sender of a message, besides its reference and dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaffMail {
    /// To those who may see the item ([`Board::may_see`]).
    pub handler: bool,
    /// To those above the person who has it.
    pub supervisor: bool,
}

impl Default for StaffMail {
    fn default() -> Self {
        Self {
            handler: true,
            supervisor: false,
        }
    }
}

impl StaffMail {
    /// No reader at all.
    pub const NOBODY: Self = Self {
        handler: false,
        supervisor: false,
    };
}

/// One mailbox's view.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a setting of its own, named as people write it"
)]
pub struct Board {
    /// The mailbox's name.
    pub name: String,
    /// Lower case.
    pub address: String,
    /// Lower case.
    pub aliases: Vec<String>,
    /// Addresses that it had, as the register knows them.
    pub former: Vec<String>,
    pub calendar: Arc<Calendar>,
    pub staff: Arc<Staff>,
    /// The addresses of all mailboxes, as addresses are compared.
    pub all_own: Arc<Vec<String>>,
    pub organisation: Arc<Organisation>,
    /// The language of the service.
    pub tongue: Tongue,
    /// Where alarms go.
    pub operator: String,
    /// What does not leave until the service goes live.
    pub shadow: Shadow,
    pub handler: Option<String>,
    /// Who hears of items without a handler; default: whom `handler` reports to. One of the two
    /// must be known.
    pub supervisor: Option<String>,
    pub assign: Vec<AssignRule>,
    /// A folder with a handler's name is theirs: a message that is moved there is given to them.
    pub handler_folders: bool,
    /// Names of the inboxes as people write them.
    pub inboxes: Vec<String>,
    /// Messages that arrived before are history. Default: the first run.
    pub start: Option<DateTime<Utc>>,
    /// How often the mailbox is read.
    pub poll: Duration,
    /// Hosts whose `Received:` stamp is the arrival, lower case.
    pub border_hosts: Vec<String>,
    /// Whose Authentication-Results are believed; `exchange` for Exchange Online, which writes no
    /// name. `None`: a sender that has not failed is believed.
    pub authserv_id: Option<String>,
    /// In order; the first that a sender fits is its channel.
    pub channels: Arc<Vec<Channel>>,
    pub staff_mail: StaffMail,
    /// Senders (address or `@domain`) of automatic notifications that may get a notice, at their
    /// Reply-To.
    pub notify_senders: Vec<String>,
    /// Addresses or `@domain` that never get an automatic notice.
    pub never_notify: Vec<String>,
    /// Mails to citizens quote the subject of theirs.
    pub quote_subject: bool,
    /// Sender and subject are shown in no mail, list or export.
    pub sensitive: bool,
    /// What colleagues write about something of their own has a clock too.
    pub internal_clock: bool,
    /// Most notices an hour; more are held, and a person hears of it.
    pub notices_per_hour: u32,
    /// The server that takes our mails.
    pub relay: String,
    /// Our own mails are appended to Sent.
    pub save_sent: bool,
    /// A citizen's notice goes to the mailbox's own address too, as evidence that it was accepted.
    pub own_copy: bool,
    /// All pledges of the municipality: an item keeps its pledge when the pledge is no longer for
    /// its mailbox.
    pub known_pledges: Arc<Vec<Pledge>>,
    /// Pledges of this mailbox, in order, without the last one.
    pub pledges: Vec<Pledge>,
    /// The last pledge, which covers everything that no other does.
    pub rest: Pledge,
    /// Ids of staff who are for other mailboxes only: here they write as anybody does.
    pub not_here: BTreeSet<String>,
    /// Who stands in where a handler is a list.
    pub stand_ins: StandIns,
}

impl Board {
    /// The mailbox's own addresses.
    #[must_use]
    pub fn own_addresses(&self) -> Vec<String> {
        std::iter::once(&self.address)
            .chain(&self.aliases)
            .chain(&self.former)
            .cloned()
            .collect()
    }

    #[must_use]
    pub fn is_own(&self, address: &str) -> bool {
        self.address == address
            || self
                .aliases
                .iter()
                .chain(&self.former)
                .any(|known| known == address)
    }

    /// The pledges that are for this mailbox, in order.
    pub fn pledges(&self) -> impl Iterator<Item = &Pledge> {
        self.pledges.iter().chain(std::iter::once(&self.rest))
    }

    /// The pledge of that name, or the mailbox's last one, which covers everything.
    #[must_use]
    pub fn pledge(&self, name: Option<&str>) -> &Pledge {
        name.and_then(|name| {
            self.known_pledges
                .iter()
                .find(|pledge| pledge.is_named(name))
        })
        .unwrap_or(&self.rest)
    }

    /// The pledge that an item is under, or the mailbox's last one.
    #[must_use]
    pub fn pledge_of(&self, item: &Item) -> &Pledge {
        self.pledge(item.pledge.as_deref())
    }

    /// Whether a pledge of that name, also a former one, is configured.
    #[must_use]
    pub fn knows_pledge(&self, name: &str) -> bool {
        self.known_pledges
            .iter()
            .any(|pledge| pledge.is_named(name))
    }

    /// The first pledge that covers a message in that folder.
    #[must_use]
    pub fn pledge_for(&self, message: &Message, folder: &str) -> &Pledge {
        self.pledges
            .iter()
            .find(|pledge| pledge.matches.fits(message, folder))
            .unwrap_or(&self.rest)
    }

    /// Whether a member of staff is for this mailbox.
    #[must_use]
    pub fn serves(&self, id: &str) -> bool {
        !self.not_here.contains(id)
    }

    /// The member of staff of this mailbox who writes from that address.
    #[must_use]
    pub fn staff_at(&self, address: &str) -> Option<&Member> {
        self.staff
            .by_address(address)
            .filter(|member| self.serves(&member.id))
    }

    /// Who hears of items without a handler.
    #[must_use]
    pub fn supervisor(&self) -> Option<&str> {
        self.supervisor.as_deref().or_else(|| {
            let handler = self.staff.get(self.handler.as_deref()?)?;
            handler.reports_to.as_deref()
        })
    }

    /// Whether a member of staff works in the mailbox: who has it, to whom its rules give, and
    /// their deputies.
    #[must_use]
    pub fn opens(&self, id: &str) -> bool {
        let handlers = self
            .handler
            .iter()
            .chain(self.assign.iter().map(|rule| &rule.handler));
        let mut staff = handlers.flat_map(|handler| self.deputies(handler));
        self.serves(id) && staff.any(|member| member.id == id)
    }

    /// Whether a member of staff may read of an item what those who work in its mailbox see there.
    #[must_use]
    pub fn may_see(&self, id: &str, item: &Item, now: DateTime<Utc>) -> bool {
        self.opens(id) || self.has(id, item, now)
    }

    /// Whether mail to a member of staff shows subject and sender of an item.
    #[must_use]
    pub fn shows(&self, id: &str, item: &Item, now: DateTime<Utc>) -> bool {
        let StaffMail {
            handler,
            supervisor,
        } = self.staff_mail;
        let sees =
            || handler && self.may_see(id, item, now) || supervisor && self.is_over(id, item, now);
        !self.sensitive && sees()
    }

    /// Whether a member of staff is above the person who has an item; for an item without one,
    /// above the first who hears of it.
    #[must_use]
    pub fn is_over(&self, id: &str, item: &Item, now: DateTime<Utc>) -> bool {
        let above = self
            .who_has(item, now)
            .any(|has| self.staff.is_above(id, has));
        above || item.handler.is_none() && self.supervisor() == Some(id)
    }

    /// Whether a member of staff has an item: as its handler, or standing in today.
    #[must_use]
    pub fn has(&self, id: &str, item: &Item, now: DateTime<Utc>) -> bool {
        self.who_has(item, now).any(|has| has == id)
    }

    /// The handler, and the deputy of today.
    fn who_has<'a>(&'a self, item: &'a Item, now: DateTime<Utc>) -> impl Iterator<Item = &'a str> {
        let acting = self
            .hands(item, now)
            .member
            .map(|member| member.id.as_str());
        let handler = item
            .handler
            .as_deref()
            .and_then(|id| self.staff.get(id))
            .map(|member| member.id.as_str());
        [handler, acting].into_iter().flatten()
    }

    /// The last one in the chain of supervisors who works here; a cycle ends it.
    #[must_use]
    pub fn top(&self) -> Option<&Member> {
        let (mut seen, mut top) = (BTreeSet::new(), None);
        let mut next = self.supervisor.as_deref().or(self.handler.as_deref());
        while let Some(id) = next.filter(|id| seen.insert(*id)) {
            let member = self.staff.get(id)?;
            top = Some(member).filter(|member| !member.left).or(top);
            next = member.reports_to.as_deref();
        }
        top
    }

    /// What to do about an item now, and when to look at it again.
    #[must_use]
    pub fn plan(&self, item: &Item, now: DateTime<Utc>) -> Plan {
        decide(item, &self.world(item), now)
    }

    /// The notice that an item may get, whether it falls due now or later.
    #[must_use]
    pub fn notice(&self, item: &Item, now: DateTime<Utc>) -> Option<Notice> {
        notice(item, &self.world(item), now)
    }

    /// Whether the moment of its notice has come.
    #[must_use]
    pub fn notice_has_come(&self, item: &Item, now: DateTime<Utc>) -> bool {
        notice_has_come(item, &self.world(item), now)
    }

    /// Whether a notice that left at some time can have been about an item.
    #[must_use]
    pub fn can_have_left(&self, item: &Item, at: DateTime<Utc>) -> bool {
        can_have_left(item, &self.world(item), at)
    }

    /// Whom a notice of today names for an item, and which day it promises, for any receiver.
    #[must_use]
    pub fn word(&self, item: &Item, now: DateTime<Utc>) -> Option<(String, NaiveDate)> {
        word(item, &self.world(item), now)
    }

    /// Whom a notice of today names for an item.
    #[must_use]
    pub fn named(&self, item: &Item, now: DateTime<Utc>) -> Option<String> {
        named(item, &self.world(item), self.calendar.local_date(now))
    }

    /// What the next mail about late items would say of it, and to whom.
    #[must_use]
    pub fn repeat(&self, item: &Item, now: DateTime<Utc>) -> Option<(Effect, Reader)> {
        repeat(item, &self.world(item), now)
    }

    /// Who hears below that a step was taken.
    #[must_use]
    pub fn told_below(&self, item: &Item, now: DateTime<Utc>, step: u16) -> Option<Reader> {
        told_below(item, &self.world(item), now, step)
    }

    /// Whether an escalation is one of those that follow the pledge's own.
    #[must_use]
    pub fn is_repeat(&self, item: &Item, effect: Effect) -> bool {
        let steps = self.pledge_of(item).escalation.len().max(1);
        matches!(effect, Effect::Escalation(step) if usize::from(step) > steps)
    }

    fn world(&self, item: &Item) -> World<'_> {
        World {
            calendar: &self.calendar,
            staff: &self.staff,
            pledge: self.pledge_of(item),
            supervisor: self.supervisor(),
            not_here: &self.not_here,
            stand_ins: &self.stand_ins,
            border_speaks: self.authority().is_set(),
        }
    }

    /// Whether new work can go to a member, or to a deputy who is in their place for good.
    #[must_use]
    pub fn still_works(&self, id: &str) -> bool {
        self.deputies(id)
            .any(|member| !member.left && self.serves(&member.id))
    }

    /// Who can have the work of a member here, in order: where a handler is a list, the others of
    /// it come before deputies.
    pub fn deputies<'a>(&'a self, id: &str) -> impl Iterator<Item = &'a Member> {
        self.stand_ins.of(&self.staff, id)
    }

    /// The member whose folder it is. A folder that a rule names is the rule's.
    #[must_use]
    pub fn owner_of(&self, folder: &Watched) -> Option<&Member> {
        let of_a_rule = self
            .assign
            .iter()
            .any(|rule| rule.matches.folder.contains(&folder.name));
        let may_be = self.handler_folders && folder.role == Role::Inbox && !of_a_rule;
        may_be
            .then(|| own_folder::owner(folder, &self.inboxes, &self.staff, &self.not_here))
            .flatten()
    }

    /// In whose hands an item is today.
    #[must_use]
    pub fn hands(&self, item: &Item, now: DateTime<Utc>) -> Hands<'_> {
        let office = Office {
            calendar: &self.calendar,
            staff: &self.staff,
            not_here: &self.not_here,
            stand_ins: &self.stand_ins,
        };
        office.hands(item, self.calendar.local_date(now))
    }

    /// The due date of an item by itself.
    #[must_use]
    pub fn own_due(&self, item: &Item) -> Due {
        let received_on = self.calendar.local_date(item.arrived_at());
        // In the first edition a following item carried its leader's date; its own arrival is its
        // arrival, unless it was stamped.
        let arrival = match &item.due {
            Some(due) if item.twin_arrival.is_some() => due.arrival_date.min(received_on),
            Some(due) if due.arrival_date >= received_on || item.leader.is_none() => {
                due.arrival_date
            }
            _ => received_on,
        };
        self.pledge_of(item)
            .due_of_arrival(item.arrived_at(), arrival, &self.calendar)
    }
}

#[cfg(test)]
pub(crate) mod tests;
