//! `[[mailbox]]`: the watched mailboxes, and who handles their mail.

use super::access::{Imap, Smtp};
use super::ground::{Ground, Rules};
use super::reader::{Defaults, Section};
use super::staff::Roster;
use super::{organisation, pledge, report, server, stand_ins, values};
use crate::domain::board::{AssignRule, Board, StaffMail};
use crate::domain::citizen::key;
use crate::domain::folders::Wanted;
use crate::domain::organisation::Organisation;
use crate::domain::pledge::Pledge;
use crate::domain::stand_ins::StandIns;
use crate::domain::tongue::Tongue;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Notices an hour when nothing else is said: more than a busy registry has at risk, fewer than a
/// loop makes.
const NOTICES_PER_HOUR: u32 = 20;
/// More is no limit for a mailbox any more, and most likely a slip of the pen.
const MAX_NOTICES_PER_HOUR: u32 = 1000;

/// A watched mailbox: what the core sees of it, and how to reach its servers.
#[derive(Clone, Debug)]
pub struct Mailbox {
    pub board: Arc<Board>,
    pub imap: Imap,
    pub smtp: Smtp,
    /// Folders that are watched beside the inbox; `None`: every one.
    pub watch: Option<Vec<String>>,
    /// Folders that are not read, with the folders below them.
    pub ignore: Vec<String>,
    /// Who gets the report of this mailbox.
    pub report_to: Vec<String>,
}

impl Mailbox {
    /// The folders as `domain::folders::watch` wants them.
    #[must_use]
    pub fn wanted(&self) -> Wanted<'_> {
        let Imap {
            inbox,
            sent,
            junk,
            done,
            ..
        } = &self.imap;
        Wanted {
            inbox,
            sent: sent.as_deref(),
            junk: junk.as_deref(),
            done,
            watch: self.watch.as_deref(),
            ignore: &self.ignore,
        }
    }
}

/// A task at a mailbox asks for its name and address in every line; the servers are the rest of it.
impl std::ops::Deref for Mailbox {
    type Target = Board;

    fn deref(&self) -> &Board {
        &self.board
    }
}

/// The addresses of all mailboxes, as far as they are valid; read before the staff, who must not
/// have one of them.
pub(super) fn addresses(sections: &[Section]) -> BTreeSet<String> {
    let mut addresses = BTreeSet::new();
    for section in sections {
        let single = section.get("address").and_then(toml::Value::as_str);
        let aliases = section.get("aliases").and_then(toml::Value::as_array);
        let texts = single.into_iter().chain(
            aliases
                .into_iter()
                .flatten()
                .filter_map(toml::Value::as_str),
        );
        addresses.extend(texts.filter_map(|text| values::address(text).ok()));
    }
    addresses
}

/// Their names, as far as they are valid; read before the pledges and the staff, who may be for
/// some of them only.
pub(super) fn names(sections: &[Section]) -> BTreeSet<String> {
    let texts = sections
        .iter()
        .filter_map(|section| section.get("name").and_then(toml::Value::as_str));
    texts.filter_map(|text| values::name(text).ok()).collect()
}

/// What all mailboxes share.
pub(super) struct Shared<'a> {
    pub ground: &'a Ground,
    pub rules: &'a Rules,
}

/// All mailboxes.
pub(super) fn read_all(
    root: &Section,
    sections: Vec<Section>,
    shared: &Shared,
) -> Option<Vec<Mailbox>> {
    if sections.is_empty() {
        root.needs_one("mailbox");
    }
    let common = common(root);
    let (mut names, mut addresses) = (BTreeSet::new(), BTreeSet::new());
    let read = |section| read(section, shared, &common, &mut names, &mut addresses);
    let mailboxes: Vec<Option<Mailbox>> = sections.into_iter().map(read).collect();
    let mut mailboxes: Vec<Mailbox> = mailboxes.into_iter().collect::<Option<_>>()?;
    let all_own = Arc::new(
        addresses
            .iter()
            .map(|address| key(address))
            .collect::<Vec<_>>(),
    );
    for mailbox in &mut mailboxes {
        Arc::make_mut(&mut mailbox.board).all_own = Arc::clone(&all_own);
    }
    Some(mailboxes)
}

/// The first mailbox's address and its way out, also when the rest of it has faults.
pub(super) fn way_out(root: &Section, sections: Vec<Section>) -> Option<(String, Option<Smtp>)> {
    let (common_imap, common_smtp) = (root.defaults("imap"), root.defaults("smtp"));
    let first = sections.into_iter().next()?;
    let imap = server::imap(
        first
            .section_or_empty("imap")
            .with(common_imap.as_ref(), &GROUPS),
    );
    let smtp = first
        .section_or_empty("smtp")
        .with(common_smtp.as_ref(), &GROUPS);
    let smtp = server::smtp(
        smtp,
        imap.as_ref().and_then(|imap| imap.server.login.as_ref()),
    );
    Some((
        first.required(
            "address",
            "give the address that citizens write to",
            values::address,
        )?,
        smtp,
    ))
}

/// The settings that every mailbox shares: servers, for those that say nothing else, and the
/// languages that citizens can be written to in.
struct Common<'a> {
    imap: Option<Defaults<'a>>,
    smtp: Option<Defaults<'a>>,
    languages: BTreeSet<Tongue>,
}

fn common<'a>(root: &Section<'a>) -> Common<'a> {
    let common = Common {
        imap: root.defaults("imap"),
        smtp: root.defaults("smtp"),
        languages: organisation::languages(root),
    };
    if let Some(defaults) = &common.imap {
        defaults.check(root, server::imap);
    }
    if let Some(defaults) = &common.smtp {
        defaults.check(root, |section| server::smtp(section, None));
    }
    common
}

/// Keys that belong together: what a mailbox says of the first, it says of the second too.
const GROUPS: [(&[&str], &[&str]); 4] = [
    (
        &["host"],
        &[
            "port",
            "security",
            "ca_file",
            "user",
            "login",
            "password",
            "password_file",
            "credential",
            "oauth2",
        ],
    ),
    (
        &["password", "password_file", "credential", "oauth2"],
        &["password", "password_file", "credential", "oauth2"],
    ),
    (
        &["user", "password", "password_file", "credential", "oauth2"],
        &["login"],
    ),
    (
        &["login"],
        &["user", "password", "password_file", "credential", "oauth2"],
    ),
];

fn read<'a>(
    section: Section<'a>,
    shared: &Shared,
    common: &Common<'a>,
    names: &mut BTreeSet<String>,
    addresses: &mut BTreeSet<String>,
) -> Option<Mailbox> {
    let Shared { ground, rules } = shared;
    let called = called(&section, names, addresses);
    let name = called.name.as_deref();
    let who = who_has(&section, name, rules);
    let habits = habits(&section, ground, common);
    let report_to = section
        .section("report")
        .map(|section| report::of_mailbox(section, ground.operator()))
        .unwrap_or_default();
    let servers = servers(&section, common);
    let pledges = pledges(&section, name, rules);
    section.finish();
    let (imap, smtp) = (servers.imap?, servers.smtp?);
    let board = board(called, who, habits, pledges?, (&imap, &smtp), shared)?;
    Some(Mailbox {
        board: Arc::new(board),
        imap,
        smtp,
        watch: servers.watch,
        ignore: servers.ignore,
        report_to,
    })
}

/// What the core sees of it; `None` where a part is missing. The addresses of all mailboxes are not
/// known yet.
fn board(
    Called {
        name,
        former,
        address,
        aliases,
    }: Called,
    WhoHas {
        handler,
        stand_ins,
        supervisor,
        assign,
        handler_folders,
    }: WhoHas,
    Habits {
        organisation,
        start,
        border_hosts,
        authserv_id,
        staff_mail,
        notify_senders,
        never_notify,
        quote_subject,
        sensitive,
        internal_clock,
        notices_per_hour,
    }: Habits,
    (pledges, rest): (Vec<Pledge>, Pledge),
    (imap, smtp): (&Imap, &Smtp),
    Shared { ground, rules }: &Shared,
) -> Option<Board> {
    let (name, service) = (name?, ground.service.as_ref()?);
    Some(Board {
        not_here: rules.not_here(&name),
        name: former.unwrap_or(name),
        address: address?,
        aliases,
        former: Vec::new(),
        calendar: Arc::clone(&ground.calendar),
        staff: Arc::clone(&rules.staff),
        all_own: Arc::default(),
        organisation: organisation?,
        tongue: service.language.into(),
        operator: service.operator.clone(),
        shadow: service.shadow,
        handler,
        supervisor,
        assign: assign?,
        handler_folders,
        inboxes: imap.inbox.clone(),
        start,
        poll: imap.poll,
        border_hosts,
        authserv_id,
        channels: Arc::clone(&rules.channels),
        staff_mail,
        notify_senders,
        never_notify,
        quote_subject,
        sensitive,
        internal_clock,
        notices_per_hour,
        relay: smtp.server.host.clone(),
        save_sent: smtp.save_sent,
        own_copy: smtp.own_copy,
        known_pledges: Arc::clone(&rules.pledges),
        pledges,
        rest,
        stand_ins,
    })
}

/// The names and addresses of a mailbox; `None` for a faulty one.
struct Called {
    name: Option<String>,
    former: Option<String>,
    address: Option<String>,
    aliases: Vec<String>,
}

fn called(
    section: &Section,
    names: &mut BTreeSet<String>,
    addresses: &mut BTreeSet<String>,
) -> Called {
    let name = section.required("name", "give the mailbox a short name", values::name);
    let mut is_twice = |name: &Option<String>| {
        let name = name.as_ref();
        name.is_some_and(|name| !names.insert(name.clone()))
    };
    if is_twice(&name) {
        section.fault("name", "stands twice; each mailbox needs its own name");
    }
    // The register goes on under the name that it knows.
    let former = section.parsed("former_name", values::name);
    if is_twice(&former) {
        section.fault(
            "former_name",
            "is the name of another mailbox, or this one's own",
        );
    }
    let address = section.required(
        "address",
        "give the address that citizens write to",
        values::address,
    );
    let aliases = section.list("aliases", values::address).unwrap_or_default();
    let address_key = address.iter().map(|address| ("address", address));
    for (key, address) in address_key.chain(aliases.iter().map(|alias| ("aliases", alias))) {
        if !addresses.insert(address.clone()) {
            section.fault(
                key,
                format!("{address} stands twice; each address belongs to one mailbox"),
            );
        }
    }
    Called {
        name,
        former,
        address,
        aliases,
    }
}

/// Who has the items of a mailbox. `assign` is `None` when a rule is faulty.
struct WhoHas {
    handler: Option<String>,
    stand_ins: StandIns,
    supervisor: Option<String>,
    assign: Option<Vec<AssignRule>>,
    handler_folders: bool,
}

fn who_has(section: &Section, name: Option<&str>, rules: &Rules) -> WhoHas {
    let roster = &rules.roster;
    let known = |id: &str| roster.known_in(id, name);
    let (handler, others) = pledge::handlers(section, known);
    let supervisor = supervisor(section, handler.as_deref(), roster);
    let assign = section.sections("assign").into_iter();
    let assign: Vec<Option<AssignRule>> = assign.map(|rule| assign_rule(rule, known)).collect();
    let own = (handler.as_ref(), others.as_slice());
    let handlers = stand_ins::named(&assign, own);
    warn_of_dead_ends(section, &handlers, supervisor.as_deref(), roster);
    WhoHas {
        stand_ins: stand_ins::of(name.and_then(|name| rules.pledges_of(name)), &assign, own),
        handler,
        supervisor,
        assign: assign.into_iter().collect(),
        handler_folders: section.flag("handler_folders").unwrap_or(true),
    }
}

/// Settings of a mailbox that have a default; `organisation` is `None` when the service's is
/// faulty.
struct Habits {
    organisation: Option<Arc<Organisation>>,
    start: Option<DateTime<Utc>>,
    border_hosts: Vec<String>,
    authserv_id: Option<String>,
    staff_mail: StaffMail,
    notify_senders: Vec<String>,
    never_notify: Vec<String>,
    quote_subject: bool,
    sensitive: bool,
    internal_clock: bool,
    notices_per_hour: u32,
}

fn habits(section: &Section, ground: &Ground, common: &Common) -> Habits {
    let list = |key, value: fn(&str) -> Result<String, String>| {
        section.list(key, value).unwrap_or_default()
    };
    let service = ground.organisation.as_deref();
    Habits {
        organisation: organisation::of_mailbox(section, service, &common.languages).map(Arc::new),
        start: section.parsed("start", values::instant),
        border_hosts: list("border_hosts", values::host),
        authserv_id: section.parsed("authserv_id", values::host),
        staff_mail: section
            .section("staff_mail")
            .map(staff_mail)
            .unwrap_or_default(),
        notify_senders: list("notify_senders", values::address_or_domain),
        never_notify: list("never_notify", values::address_or_domain),
        quote_subject: section.flag("quote_subject").unwrap_or(true),
        sensitive: section.flag("sensitive").unwrap_or(false),
        internal_clock: section
            .choice("internal", &[("list", false), ("clock", true)])
            .unwrap_or(false),
        notices_per_hour: section
            .number("notices_per_hour", 1..=MAX_NOTICES_PER_HOUR)
            .unwrap_or(NOTICES_PER_HOUR),
    }
}

/// The servers of a mailbox, `None` for a faulty one, and its folders.
struct Servers {
    imap: Option<Imap>,
    smtp: Option<Smtp>,
    watch: Option<Vec<String>>,
    ignore: Vec<String>,
}

fn servers<'a>(section: &Section<'a>, common: &Common<'a>) -> Servers {
    let watch = section
        .list("watch", values::line)
        .filter(|names| *names != ["all"]);
    let ignore = section
        .list_or_none("ignore", values::line)
        .unwrap_or_default();
    let imap = section.section_or_empty("imap");
    let imap = server::imap(imap.with(common.imap.as_ref(), &GROUPS));
    let login = imap.as_ref().and_then(|imap| imap.server.login.as_ref());
    let smtp = section.section_or_empty("smtp");
    let smtp = server::smtp(smtp.with(common.smtp.as_ref(), &GROUPS), login);
    if let Some(imap) = &imap {
        server::refuse_ignored(section, watch.as_deref(), &ignore, imap);
    }
    Servers {
        imap,
        smtp,
        watch,
        ignore,
    }
}

/// The pledges of a mailbox, and the one for the rest.
fn pledges(section: &Section, name: Option<&str>, rules: &Rules) -> Option<(Vec<Pledge>, Pledge)> {
    let found = name.map(|name| rules.pledges_of(name));
    if matches!(found, Some(None)) && !rules.pledges.is_empty() {
        section.fault(
            "name",
            "no [[pledge]] is for this mailbox; add its name to the mailbox list of one",
        );
    }
    found.flatten()
}

/// The person who hears of items without a handler. There must be one: an item without a reader is
/// a lost mail.
fn supervisor(section: &Section, handler: Option<&str>, roster: &Roster) -> Option<String> {
    if !section.has("handler") && !section.has("supervisor") {
        section.fault_unseen(
            "handler",
            "missing; give a handler, or a supervisor who hears of every message",
        );
    }
    let superior = handler
        .and_then(|handler| roster.superior(handler))
        .map(|member| member.id.clone());
    let given = section.parsed("supervisor", |id| match roster.known(id)? {
        id if roster.staff.get(&id).is_some_and(|member| member.left) => {
            Err("must be someone who has not left".to_owned())
        }
        id if Some(id.as_str()) == handler && superior.is_none() && roster.complete => {
            Err("must be someone else than the handler, who reports to no one".to_owned())
        }
        id => Ok(id),
    });
    if section.has("supervisor") {
        return given;
    }
    if handler.is_some() && superior.is_none() && roster.complete {
        let remedy = "must report to someone (reports_to) who has not left, or the mailbox needs a supervisor";
        section.fault("handler", remedy);
    }
    superior
}

/// Warns of gaps in the rules that are not faults: a small municipality may have no other way.
fn warn_of_dead_ends(
    section: &Section,
    handlers: &BTreeSet<&str>,
    supervisor: Option<&str>,
    roster: &Roster,
) {
    for member in handlers.iter().filter_map(|id| roster.staff.get(id)) {
        let (mailbox, id) = (section.name(), &member.id);
        match &member.deputy {
            None if member.left => section
                .reader
                .warn(format!("{mailbox}: {id:?} has left and has no deputy; the supervisor hears of it all")),
            Some(deputy) if member.left => section.reader.warn(format!(
                "{mailbox}: {id:?} has left, and is still given items, which {deputy:?} has; name someone who is here in handler and assign"
            )),
            _ => {}
        }
        if let Some(name) = section.get("name").and_then(toml::Value::as_str) {
            for deputy in roster
                .staff
                .deputies(id)
                .skip(1)
                .filter(|deputy| !roster.serves(&deputy.id, name))
            {
                section.reader.warn(format!(
                    "{mailbox}: {:?} stands in for {id:?}, but is for other mailboxes and gets nothing of this one; add {name:?} to their mailbox list",
                    deputy.id
                ));
            }
        }
        if supervisor == Some(id.as_str()) && roster.superior(id).is_none() {
            section.reader.warn(format!(
                "{mailbox}: {id:?} has items and reports to no one: only the operator hears when they are late"
            ));
        }
    }
}

fn assign_rule(
    section: Section,
    known: impl Fn(&str) -> Result<String, String>,
) -> Option<AssignRule> {
    let matches = section.section("match").map(pledge::matching);
    if !section.has("match") {
        section.fault_unseen("match", "missing; say which messages the handler gets");
    }
    if !section.has("handler") {
        section.fault_unseen("handler", "missing; say who gets the messages");
    }
    let (handler, others) = pledge::handlers(&section, known);
    section.finish();
    Some(AssignRule {
        matches: matches?,
        handler: handler?,
        others,
    })
}

fn staff_mail(section: Section) -> StaffMail {
    for old in ["subject", "sender"] {
        section
            .replaced(old, "is handler now: true shows subject and sender to those who have the mailbox or the item");
    }
    let shows = StaffMail {
        handler: section.flag("handler").unwrap_or(true),
        supervisor: section.flag("supervisor").unwrap_or(false),
    };
    section.finish();
    shows
}
