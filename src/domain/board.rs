//! The municipality as one mailbox sees it: its pledges, its staff, its ladder, and what it shows to whom.
//!
//! Made once from the configuration. Every question of the kind "which pledge, which member, whose folder" is answered
//! here and nowhere else, so that the mails, the report and the command line cannot answer it differently.

use crate::domain::calendar::Calendar;
use crate::domain::citizen::{Source, key};
use crate::domain::classify::House;
use crate::domain::decide::{Notice, Plan, World, decide, notice, repeat, told_below, word};
use crate::domain::effect::Effect;
use crate::domain::folders::{Role, Watched};
use crate::domain::gate::Shadow;
use crate::domain::hands::{Hands, Office};
use crate::domain::item::Item;
use crate::domain::matching::{Match, address_fits};
use crate::domain::message::Message;
use crate::domain::own_folder;
use crate::domain::pledge::{Due, Pledge};
use crate::domain::reader::Reader;
use crate::domain::retention::Retention;
use crate::domain::staff::{Member, Staff};
use crate::domain::tongue::Tongue;
use crate::domain::trust::{self, Authority, Belief, Judged, Trust};
use crate::domain::whose::Whose;
use chrono::{DateTime, NaiveDate, Utc};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// All mailboxes of a municipality, and what they share.
#[derive(Clone, Debug)]
pub struct Municipality {
    pub calendar: Arc<Calendar>,
    pub pledges: Arc<Vec<Pledge>>,
    pub staff: Arc<Staff>,
    pub retention: Option<Retention>,
    /// In the order of the configuration.
    pub boards: Vec<Arc<Board>>,
}

impl Municipality {
    /// The same, with addresses that mailboxes had. One that a mailbox has now is its own.
    #[must_use]
    pub fn with_former(&self, former: &BTreeMap<String, Vec<String>>) -> Self {
        let current: BTreeSet<String> = self.boards.iter().flat_map(|board| board.own_addresses()).collect();
        let mut boards = self.boards.clone();
        let mut all_own = Vec::new();
        for board in boards.iter_mut().map(Arc::make_mut) {
            let known = former.get(&board.name).into_iter().flatten();
            board.former = known.filter(|address| !current.contains(*address)).cloned().collect();
            all_own.extend(board.own_addresses().iter().map(|address| key(address)));
        }
        let all_own = Arc::new(all_own);
        for board in boards.iter_mut().map(Arc::make_mut) {
            board.all_own = Arc::clone(&all_own);
        }
        Self { boards, ..self.clone() }
    }

    /// The mailbox of that name; `None`: it is in the register but not configured any more.
    #[must_use]
    pub fn board(&self, mailbox: &str) -> Option<&Arc<Board>> {
        self.boards.iter().find(|board| board.name == mailbox)
    }
}

/// How the municipality presents itself to citizens.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    pub name: String,
    pub unit: Option<String>,
    pub complaints: Option<String>,
    pub privacy_url: Option<String>,
    /// Whose senders are colleagues, in lower case; one with a leading dot takes the domains below it. Default: exactly
    /// the mailboxes' domains, but for those of public providers.
    pub domains: Vec<String>,
    /// Find diary numbers in subjects, which are no part of a subject's core.
    pub diary: Vec<Regex>,
}

impl Organisation {
    /// Whether a domain is one of the organisation's.
    #[must_use]
    pub fn has_domain(&self, domain: &str) -> bool {
        let domain = domain.trim_end_matches('.').to_ascii_lowercase();
        let is_of = |own: &String| if own.starts_with('.') { domain.ends_with(own.as_str()) } else { domain == *own };
        self.domains.iter().any(is_of)
    }
}

/// A form, a scanner, a switchboard: whatever comes from there is from outside, whatever its domain.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Addresses or `@domain`.
    pub from: Vec<String>,
    /// Its mails name the citizen in Reply-To; otherwise the citizen is unknown.
    pub names_citizen: bool,
    /// The citizen may get an automatic notice.
    pub notice: bool,
}

/// `match` to handler.
#[derive(Clone, Debug)]
pub struct AssignRule {
    pub matches: Match,
    pub handler: String,
}

/// What staff mail may show of a message, besides its reference and dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StaffMail {
    pub subject: bool,
    pub sender: bool,
}

/// One mailbox's view.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own, named as people write it")]
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
    /// Who is told about items that have no handler; default: whom `handler` reports to. One of the two must be known.
    pub supervisor: Option<String>,
    pub assign: Vec<AssignRule>,
    /// A folder that bears a handler's name is theirs: a message that is moved there is given to them.
    pub handler_folders: bool,
    /// Names of the inboxes as people write them.
    pub inboxes: Vec<String>,
    /// Messages that arrived before are history. Default: the first run.
    pub start: Option<DateTime<Utc>>,
    /// How often the mailbox is read.
    pub poll: Duration,
    /// Hosts whose `Received:` stamp is the arrival, lower case.
    pub border_hosts: Vec<String>,
    /// Whose Authentication-Results are believed; `exchange` for Exchange Online, which writes no name. `None`: what has
    /// not failed is believed.
    pub authserv_id: Option<String>,
    /// In order; the first that a sender fits is its channel.
    pub channels: Arc<Vec<Channel>>,
    pub staff_mail: StaffMail,
    /// Senders (address or `@domain`) of automatic notifications that may get a notice, at their Reply-To.
    pub notify_senders: Vec<String>,
    /// Addresses or `@domain` that never get an automatic notice.
    pub never_notify: Vec<String>,
    /// Mails to citizens quote the subject of theirs.
    pub quote_subject: bool,
    /// Most notices an hour; more are held and a person is told.
    pub notices_per_hour: u32,
    /// The server that takes our mails.
    pub relay: String,
    /// Our own mails are appended to Sent.
    pub save_sent: bool,
    /// A citizen's notice goes to the mailbox's own address too, as evidence that it was accepted.
    pub own_copy: bool,
    /// All pledges of the municipality: an item keeps its pledge when the pledge is no longer for its mailbox.
    pub known_pledges: Arc<Vec<Pledge>>,
    /// Pledges of this mailbox, in order, without the last one.
    pub pledges: Vec<Pledge>,
    /// The last pledge, which covers everything that no other does.
    pub rest: Pledge,
    /// Ids of staff who are for other mailboxes only: here they write as anybody does.
    pub not_here: BTreeSet<String>,
}

impl Board {
    /// The mailbox's own addresses.
    #[must_use]
    pub fn own_addresses(&self) -> Vec<String> {
        std::iter::once(&self.address).chain(&self.aliases).chain(&self.former).cloned().collect()
    }

    #[must_use]
    pub fn is_own(&self, address: &str) -> bool {
        self.address == address || self.aliases.iter().chain(&self.former).any(|known| known == address)
    }

    /// The channel through which a message came.
    #[must_use]
    pub fn channel_of(&self, message: &Message) -> Option<&Channel> {
        let fits = |channel: &&Channel| {
            message.from.iter().any(|from| channel.from.iter().any(|rule| address_fits(rule, &from.addr)))
        };
        self.channels.iter().find(fits)
    }

    /// A pledge or a rule of assignment names the address: what comes from there, it sends for others.
    fn is_named_by_a_rule(&self, address: &str) -> bool {
        let rules =
            self.pledges.iter().map(|pledge| &pledge.matches).chain(self.assign.iter().map(|rule| &rule.matches));
        rules.flat_map(|rule| &rule.from).any(|from| address_fits(from, address))
    }

    fn is_channel(&self, address: &str) -> bool {
        self.channels.iter().any(|channel| channel.from.iter().any(|rule| address_fits(rule, address)))
    }

    /// Who writes for whom: what a channel sends, it sends for the citizen whom it names.
    #[must_use]
    pub fn source_of(&self, message: &Message) -> Source {
        match self.channel_of(message) {
            None => Source::Writer,
            Some(channel) if channel.names_citizen => Source::ReplyTo,
            Some(_) => Source::Unknown,
        }
    }

    /// Where the writer sits, as far as From says. Whatever comes through a channel is from outside.
    #[must_use]
    pub fn house_of(&self, message: &Message) -> House {
        let Some(from) = message.from.first() else { return House::Outside };
        let domain = from.addr.rsplit_once('@').map_or("", |(_, domain)| domain);
        if self.channel_of(message).is_some() || self.is_own(&from.addr) {
            House::Outside
        } else if self.staff_at(&from.addr).is_some() {
            House::Staff
        } else if self.is_named_by_a_rule(&from.addr) {
            House::Outside
        } else if self.organisation.has_domain(domain) {
            House::Colleague
        } else {
            House::Outside
        }
    }

    /// Whose Authentication-Results are believed.
    #[must_use]
    pub fn authority(&self) -> Authority<'_> {
        Authority::of(self.authserv_id.as_deref())
    }

    /// What the border says of the sender; without `authserv_id` only failures are told.
    #[must_use]
    pub fn judge(&self, message: &Message) -> Judged {
        trust::judge(message, self.authority(), |domain| self.organisation.has_domain(domain))
    }

    /// How far a mail outside Sent that claims to be ours is believed; `None`: it failed.
    #[must_use]
    pub fn belief(&self, message: &Message) -> Option<Belief> {
        trust::belief(message, self.authority(), |domain| self.organisation.has_domain(domain))
    }

    /// What the border says of the sender, where it is known to speak.
    #[must_use]
    pub fn trust_in(&self, message: &Message) -> Option<Trust> {
        self.authority().is_set().then(|| self.judge(message).trust)
    }

    /// The pledges that are for this mailbox, in order.
    pub fn pledges(&self) -> impl Iterator<Item = &Pledge> {
        self.pledges.iter().chain(std::iter::once(&self.rest))
    }

    /// The pledge of that name, or the mailbox's last one, which covers everything.
    #[must_use]
    pub fn pledge(&self, name: Option<&str>) -> &Pledge {
        name.and_then(|name| self.known_pledges.iter().find(|pledge| pledge.is_named(name))).unwrap_or(&self.rest)
    }

    /// Whether a pledge of that name, also a former one, is configured.
    #[must_use]
    pub fn knows_pledge(&self, name: &str) -> bool {
        self.known_pledges.iter().any(|pledge| pledge.is_named(name))
    }

    /// The first pledge that covers a message in that folder.
    #[must_use]
    pub fn pledge_for(&self, message: &Message, folder: &str) -> &Pledge {
        self.pledges.iter().find(|pledge| pledge.matches.fits(message, folder)).unwrap_or(&self.rest)
    }

    /// Whether a member of staff is for this mailbox.
    #[must_use]
    pub fn serves(&self, id: &str) -> bool {
        !self.not_here.contains(id)
    }

    /// The member of staff of this mailbox who writes from that address.
    #[must_use]
    pub fn staff_at(&self, address: &str) -> Option<&Member> {
        self.staff.by_address(address).filter(|member| self.serves(&member.id))
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
            None if self.staff.by_address(address).is_some() || self.organisation.has_domain(domain) => {
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

    /// Who is told about items that have no handler.
    #[must_use]
    pub fn supervisor(&self) -> Option<&str> {
        self.supervisor.as_deref().or_else(|| {
            let handler = self.staff.get(self.handler.as_deref()?)?;
            handler.reports_to.as_deref()
        })
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

    /// Whom a notice of today names for an item, and which day it promises, whoever it is sent to.
    #[must_use]
    pub fn word(&self, item: &Item, now: DateTime<Utc>) -> Option<(String, NaiveDate)> {
        word(item, &self.world(item), now)
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
        let steps = self.pledge(item.pledge.as_deref()).escalation.len().max(1);
        matches!(effect, Effect::Escalation(step) if usize::from(step) > steps)
    }

    fn world(&self, item: &Item) -> World<'_> {
        World {
            calendar: &self.calendar,
            staff: &self.staff,
            pledge: self.pledge(item.pledge.as_deref()),
            supervisor: self.supervisor(),
            not_here: &self.not_here,
            border_speaks: self.authority().is_set(),
        }
    }

    /// Whether new work can go to a member, or to a deputy who is in their place for good.
    #[must_use]
    pub fn still_works(&self, id: &str) -> bool {
        self.staff.deputies(id).any(|member| !member.left && self.serves(&member.id))
    }

    /// The member whose folder it is. A folder that a rule names is the rule's.
    #[must_use]
    pub fn owner_of(&self, folder: &Watched) -> Option<&Member> {
        let of_a_rule = self.assign.iter().any(|rule| rule.matches.folder.contains(&folder.name));
        let may_be = self.handler_folders && folder.role == Role::Inbox && !of_a_rule;
        may_be.then(|| own_folder::owner(folder, &self.inboxes, &self.staff, &self.not_here)).flatten()
    }

    /// In whose hands an item is today.
    #[must_use]
    pub fn hands(&self, item: &Item, now: DateTime<Utc>) -> Hands<'_> {
        let office = Office { calendar: &self.calendar, staff: &self.staff, not_here: &self.not_here };
        office.hands(item, self.calendar.local_date(now))
    }

    /// The due date of an item by itself.
    #[must_use]
    pub fn own_due(&self, item: &Item) -> Due {
        let received_on = self.calendar.local_date(item.arrived_at());
        // In the first edition a following item carried its leader's date; its own arrival is its arrival, unless it was
        // stamped.
        let arrival = match &item.due {
            Some(due) if item.twin_arrival.is_some() => due.arrival_date.min(received_on),
            Some(due) if due.arrival_date >= received_on || item.leader.is_none() => due.arrival_date,
            _ => received_on,
        };
        let time = self.pledge(item.pledge.as_deref()).time;
        Due::of_arrival(item.arrived_at(), arrival, time, &self.calendar)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    //! One small town for the tables of the core: the handler `h` with the deputy `d` reports to `b`; `annan` is for
    //! another mailbox.

    use super::*;
    use crate::domain::calendar::tests::sweden;
    use crate::domain::pledge::{Moment, NoticeText, Span};

    pub(crate) fn pledge(name: &str) -> Pledge {
        let moment = |text: &str| Moment::parse(text).expect("a moment");
        Pledge {
            name: name.to_owned(),
            former: Vec::new(),
            matches: Match::default(),
            letter: false,
            stamp: None,
            time: Span::WorkingDays(2),
            reminder: Some(moment("due 08:00")),
            notice: Some(moment("due 13:00")),
            escalation: vec![moment("due+1 08:00")],
            promise: Span::WorkingDays(10),
            tell_new_date: false,
            text: NoticeText::Usual,
            handler: None,
            tell_at_once: false,
            advice: None,
            needs_note: false,
            set_start: false,
            decision: None,
        }
    }

    pub(crate) fn member(id: &str, reports_to: Option<&str>, deputy: Option<&str>) -> Member {
        Member {
            id: id.to_owned(),
            name: id.to_uppercase(),
            title: None,
            phone: None,
            email: format!("{id}@example.se"),
            aliases: Vec::new(),
            reports_to: reports_to.map(str::to_owned),
            deputy: deputy.map(str::to_owned),
            away: Vec::new(),
            left: false,
            folders: Vec::new(),
        }
    }

    pub(crate) fn board() -> Board {
        let members = [
            member("h", Some("b"), Some("d")),
            member("d", Some("b"), None),
            member("b", None, None),
            member("annan", None, None),
        ];
        let members: BTreeMap<_, _> = members.into_iter().map(|member| (member.id.clone(), member)).collect();
        Board {
            name: "kf".to_owned(),
            address: "kf@example.se".to_owned(),
            aliases: vec!["kommunfullmaktige@example.se".to_owned()],
            former: vec!["namnden@example.se".to_owned()],
            calendar: Arc::new(sweden()),
            staff: Arc::new(Staff { members, ..Staff::default() }),
            all_own: Arc::default(),
            organisation: Arc::default(),
            tongue: Tongue::SWEDISH,
            operator: "drift@example.se".to_owned(),
            shadow: Shadow::default(),
            handler: Some("h".to_owned()),
            supervisor: None,
            assign: Vec::new(),
            handler_folders: true,
            inboxes: vec!["INBOX".to_owned()],
            start: None,
            poll: Duration::from_mins(1),
            border_hosts: Vec::new(),
            authserv_id: None,
            channels: Arc::default(),
            staff_mail: StaffMail::default(),
            notify_senders: Vec::new(),
            never_notify: Vec::new(),
            quote_subject: true,
            notices_per_hour: 20,
            relay: "smtp.example.se".to_owned(),
            save_sent: true,
            own_copy: true,
            known_pledges: Arc::new(vec![pledge("email")]),
            pledges: Vec::new(),
            rest: pledge("email"),
            not_here: BTreeSet::from(["annan".to_owned()]),
        }
    }

    fn subject(pattern: &str) -> Match {
        Match { subject: Some(regex::Regex::new(pattern).expect("a pattern")), ..Match::default() }
    }

    #[test]
    fn a_message_has_the_first_pledge_that_fits_and_else_the_last() {
        let pledges = [
            Pledge { matches: subject("(?i)handling"), ..pledge("records") },
            Pledge { matches: subject("(?i)klagom"), ..pledge("complaint") },
        ];
        let board = Board { pledges: pledges.to_vec(), ..board() };
        for (subject, expected) in [
            ("Begär ut handlingar", "records"),
            ("Klagomål om handlingar", "records"),
            ("Klagomål", "complaint"),
            ("Fråga", "email"),
        ] {
            let message = Message { subject: subject.to_owned(), ..Message::default() };
            assert_eq!(board.pledge_for(&message, "INBOX").name, expected, "{subject}");
        }
        let names: Vec<&str> = board.pledges().map(|pledge| pledge.name.as_str()).collect();
        assert_eq!(names, ["records", "complaint", "email"]);
    }

    #[test]
    fn an_item_keeps_a_pledge_that_is_for_other_mailboxes_by_now() {
        let known_pledges = Arc::new(vec![pledge("letter"), pledge("email")]);
        let board = Board { known_pledges, ..board() };
        for (name, expected) in
            [(Some("letter"), "letter"), (Some("email"), "email"), (Some("old"), "email"), (None, "email")]
        {
            assert_eq!(board.pledge(name).name, expected, "{name:?}");
        }
    }

    #[test]
    fn staff_of_another_mailbox_write_as_anybody_does() {
        let board = board();
        for (address, id) in [
            ("h@example.se", Some("h")),
            ("H@Example.SE", Some("h")),
            ("annan@example.se", None),
            ("kf@example.se", None),
        ] {
            assert_eq!(board.staff_at(address).map(|member| member.id.as_str()), id, "{address}");
        }
        for own in ["kf@example.se", "kommunfullmaktige@example.se", "namnden@example.se"] {
            assert!(board.is_own(own) && board.whose(own) == Whose::Own, "{own}");
        }
        assert!(!board.is_own("h@example.se"));
    }

    #[test]
    fn new_work_goes_to_a_deputy_of_this_mailbox_and_the_report_to_the_top() {
        let with = |change: fn(&mut Member)| {
            let mut staff = Staff::clone(&board().staff);
            staff.members.get_mut("h").map(change);
            Board { staff: Arc::new(staff), ..board() }
        };
        assert!(with(|_| ()).still_works("h"));
        assert!(with(|h| h.left = true).still_works("h"), "the deputy has it");
        let annan = |h: &mut Member| (h.left, h.deputy) = (true, Some("annan".to_owned()));
        assert!(!with(annan).still_works("h"), "that deputy is for another mailbox");
        assert!(!board().still_works("annan") && !board().still_works("nobody"));
        assert_eq!(board().supervisor(), Some("b"));
        assert_eq!(board().top().map(|member| member.id.as_str()), Some("b"));
        let circle = with(|h| h.reports_to = Some("h".to_owned()));
        assert_eq!(circle.top().map(|member| member.id.as_str()), Some("h"));
        let named = Board { supervisor: Some("d".to_owned()), ..board() };
        assert_eq!((named.supervisor(), named.top().map(|member| member.id.as_str())), (Some("d"), Some("b")));
    }

    #[test]
    fn a_writer_sits_outside_or_inside_and_a_channel_writes_for_others() {
        let organisation = Organisation {
            domains: vec!["example.se".to_owned(), ".skola.example.org".to_owned()],
            ..Organisation::default()
        };
        let channel =
            |from: &str, names_citizen, notice| Channel { from: vec![from.to_owned()], names_citizen, notice };
        let channels = vec![channel("formular@example.se", true, true), channel("@vaxel.example.se", false, false)];
        let board = Board { organisation: Arc::new(organisation), channels: Arc::new(channels), ..board() };
        let check = |from: &str, house, source, notice: Option<bool>| {
            let from = vec![crate::domain::message::Address { name: None, addr: from.to_owned() }];
            let message = Message { from, ..Message::default() };
            assert_eq!((board.house_of(&message), board.source_of(&message)), (house, source), "{message:?}");
            assert_eq!(board.channel_of(&message).map(|channel| channel.notice), notice);
            assert_eq!(board.trust_in(&message), None);
        };
        check("kim@example.net", House::Outside, Source::Writer, None);
        check("h@example.se", House::Staff, Source::Writer, None);
        check("bo@example.se", House::Colleague, Source::Writer, None);
        check("bo@sub.example.se", House::Outside, Source::Writer, None);
        check("bo@a.skola.example.org", House::Colleague, Source::Writer, None);
        check("bo@skola.example.org", House::Outside, Source::Writer, None);
        check("kf@example.se", House::Outside, Source::Writer, None);
        check("formular@example.se", House::Outside, Source::ReplyTo, Some(true));
        check("x@vaxel.example.se", House::Outside, Source::Unknown, Some(false));
        let switchboard = Match { from: vec!["tele@example.se".to_owned()], ..Match::default() };
        let rules =
            Board { assign: vec![AssignRule { matches: switchboard, handler: "h".to_owned() }], ..board.clone() };
        let from = vec![crate::domain::message::Address { name: None, addr: "tele@example.se".to_owned() }];
        let called = Message { from, ..Message::default() };
        assert_eq!((board.house_of(&called), rules.house_of(&called)), (House::Colleague, House::Outside));
        let board = Board { all_own: Arc::new(vec!["bygg@example.se".to_owned()]), ..board };
        for (address, whose) in [
            ("kf@example.se", Whose::Own),
            ("Bygg@Example.SE", Whose::Own),
            ("h@example.se", Whose::Staff("h")),
            ("annan@example.se", Whose::Colleague),
            ("bo@a.skola.example.org", Whose::Colleague),
            ("formular@example.se", Whose::Outside),
            ("x@vaxel.example.se", Whose::Outside),
            ("kim@example.net", Whose::Outside),
        ] {
            assert_eq!(board.whose(address), whose, "{address}");
        }
    }
}
