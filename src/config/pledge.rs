//! `[[pledge]]`: the rules in their order, and whether anybody can keep them.

use super::fault::suggestion;
use super::reader::Section;
use super::staff::Roster;
use super::values;
use crate::domain::kept_by::KeptBy;
use crate::domain::matching::Match;
use crate::domain::pledge::{Moment, NoticeText, Pledge, Span};
use regex::Regex;
use std::collections::BTreeSet;
use toml::Value;

/// When a pledge by e-mail does not say otherwise (product.md, Time).
const MOMENTS: Usual = Usual {
    reminder: "due 08:00",
    notice: "due 13:00",
};
/// The same for letters: the notice must still be printed and posted.
const LETTER_MOMENTS: Usual = Usual {
    reminder: "due-1 08:00",
    notice: "due-1 08:00",
};
/// The first escalation; [`Pledge::escalation`] says how it goes on.
const ESCALATION: &str = "due+1 08:00";
/// Working days that a notice promises.
const PROMISE: Span = Span::WorkingDays(10);
/// The placeholder for a time that nothing is counted by.
const NO_TIME: Span = Span::WorkingDays(2);
/// Longest times that can be given: about two years.
const MAX_WORKING_DAYS: u32 = 500;
/// The same in days.
const MAX_DAYS: u32 = 730;
/// The same in weeks.
const MAX_WEEKS: u32 = 104;
/// The same in months.
const MAX_MONTHS: u32 = 24;
/// Characters of an advice to staff.
const MAX_ADVICE: usize = 300;

/// When the mails before the due date go, if a pledge says nothing of it.
struct Usual {
    reminder: &'static str,
    notice: &'static str,
}

/// A moment with the words it came from.
type Written = (Moment, String);

/// All pledges, and the mailboxes that each is for (none: all); no pledge when one has a fault. The
/// last one of each mailbox, and only it, has no `match`.
pub(super) fn read_all(
    root: &Section,
    mailboxes: &BTreeSet<String>,
    roster: &Roster,
) -> (Vec<Pledge>, Vec<Vec<String>>) {
    let sections = root.sections("pledge");
    if sections.is_empty() {
        root.needs_one("pledge");
    }
    let scopes: Vec<Vec<String>> = sections
        .iter()
        .map(|section| section.scope(mailboxes))
        .collect();
    let places = places(&scopes, mailboxes);
    let mut names = BTreeSet::new();
    let mut pledges = Vec::new();
    for ((section, scope), place) in sections.into_iter().zip(&scopes).zip(places) {
        let serves = if scope.is_empty() {
            mailboxes.iter().cloned().collect()
        } else {
            scope.clone()
        };
        let handlers = handlers(&section, |id| handler(id, &serves, roster));
        pledges.push(read(section, place, handlers, &mut names));
    }
    let pledges: Option<Vec<Pledge>> = pledges.into_iter().collect();
    pledges.map(|pledges| (pledges, scopes)).unwrap_or_default()
}

/// Whether a pledge is the last one of some mailbox, and whether it comes before another of some
/// mailbox.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    last: bool,
    followed: bool,
}

fn places(scopes: &[Vec<String>], mailboxes: &BTreeSet<String>) -> Vec<Place> {
    let mut places = vec![Place::default(); scopes.len()];
    let nowhere = BTreeSet::from([String::new()]);
    for mailbox in if mailboxes.is_empty() {
        &nowhere
    } else {
        mailboxes
    } {
        let theirs = scopes
            .iter()
            .enumerate()
            .filter(|(_, scope)| scope.is_empty() || scope.contains(mailbox));
        let mut theirs: Vec<usize> = theirs.map(|(i, _)| i).collect();
        if let Some(last) = theirs.pop() {
            places[last].last = true;
        }
        for i in theirs {
            places[i].followed = true;
        }
    }
    places
}

/// The handler of a pledge's questions: a member of staff of every mailbox that the pledge is for.
fn handler(id: &str, mailboxes: &[String], roster: &Roster) -> Result<String, String> {
    let known = mailboxes.iter().try_fold(roster.known(id)?, |_, mailbox| {
        roster.known_in(id, Some(mailbox))
    })?;
    match roster.staff.get(&known) {
        Some(member) if member.left => Err("must be someone who has not left".to_owned()),
        _ => Ok(known),
    }
}

fn read(
    section: Section,
    place: Place,
    (handler, others): (Option<String>, Vec<String>),
    names: &mut BTreeSet<String>,
) -> Option<Pledge> {
    let name = own_name(&section, names);
    let matches = match_in_its_place(&section, place);
    let former = section
        .list("former_name", values::name)
        .unwrap_or_default();
    let letter = section.flag("letter").unwrap_or(false);
    let stamp = stamp(&section, letter);
    let times = times(&section, letter, place);
    let said = said(&section, letter);
    let kept_by = kept_by(&section, said.text);
    let set_start = set_start(&section, times.time);
    let (decision, words) = adopted(&section);
    let [reminder, notice] = times.before_the_due_date(&section);
    section.finish();
    Some(Pledge {
        name: name?,
        former,
        matches: matches.unwrap_or_default(),
        letter,
        stamp,
        time: times.time?,
        without_clock: times.without_clock,
        reminder,
        notice,
        escalation: times.escalation,
        promise: times.promise?,
        tell_new_date: said.tell_new_date,
        text: said.text,
        kept_by,
        handler,
        others,
        tell_at_once: said.tell_at_once,
        advice: said.advice,
        set_start,
        decision,
        words,
    })
}

/// Its mails to citizens and staff.
struct Said {
    tell_new_date: bool,
    text: NoticeText,
    tell_at_once: bool,
    advice: Option<String>,
}

fn said(section: &Section, letter: bool) -> Said {
    let tell_new_date = section.flag("tell_new_date").unwrap_or(!letter);
    let text = section.parsed("text", notice_text).unwrap_or_default();
    if letter {
        check_letter(section, tell_new_date);
    }
    Said {
        tell_new_date,
        text,
        tell_at_once: section.flag("tell_at_once").unwrap_or(false),
        advice: section.parsed("advice", advice),
    }
}

/// When all is to happen. A time that has a fault is `None`.
struct Times {
    without_clock: bool,
    time: Option<Span>,
    promise: Option<Span>,
    reminder: Option<Written>,
    notice: Option<Written>,
    escalation: Vec<Moment>,
}

fn times(section: &Section, letter: bool, place: Place) -> Times {
    let without_clock = without_clock(section, letter || place.last);
    let time = if without_clock {
        Some(NO_TIME)
    } else {
        span(section, "time")
    };
    let usual = if letter { LETTER_MOMENTS } else { MOMENTS };
    Times {
        without_clock,
        time,
        promise: promise(section),
        reminder: moment(section, "reminder", usual.reminder),
        notice: moment(section, "notice", usual.notice),
        escalation: escalation(section),
    }
}

impl Times {
    /// The reminder's and the notice's moment. Refuses moments that come before a message can have arrived, after the due date has closed, or
    /// in the wrong order.
    fn before_the_due_date(&self, section: &Section) -> [Option<Moment>; 2] {
        for (key, written) in [("reminder", &self.reminder), ("notice", &self.notice)] {
            let Some((moment, _)) = written else { continue };
            if moment.days > 0 {
                section.fault(
                    key,
                    "must be on the due date or before it: after that the pledge is broken",
                );
            }
            if let Some(Span::WorkingDays(days)) = self.time
                && i32::from(moment.days) < -i32::from(days)
            {
                section.fault(
                key,
                format!(
                    "must not be more than {days} working days before the due date: the message has not arrived then"
                ),
            );
            }
        }
        if let (Some((reminder, words)), Some((notice, notice_words))) =
            (&self.reminder, &self.notice)
            && order(*notice) < order(*reminder)
        {
            // The key that the operator wrote is the one to mend.
            if section.has("notice") {
                section.fault(
                    "notice",
                    format!("must not be before the reminder ({words})"),
                );
            } else {
                section.fault(
                    "reminder",
                    format!("must not be after the notice ({notice_words})"),
                );
            }
        }
        [&self.reminder, &self.notice].map(|written| written.as_ref().map(|(moment, _)| *moment))
    }
}

/// The date that its notice promises.
fn promise(section: &Section) -> Option<Span> {
    if section.has("promise") {
        span(section, "promise")
    } else {
        Some(PROMISE)
    }
}

/// The decision that adopted it, and the words in which it was adopted.
fn adopted(section: &Section) -> (Option<String>, Option<String>) {
    let text = |key| section.parsed(key, values::line);
    (text("decision"), text("words"))
}

/// Its name, which no pledge before it has.
fn own_name(section: &Section, names: &mut BTreeSet<String>) -> Option<String> {
    let name = section.required(
        "name",
        "give the pledge a name, such as \"email\"",
        values::name,
    );
    let is_new = name.clone().is_none_or(|name| names.insert(name));
    if !is_new {
        section.fault("name", "stands twice; each pledge needs its own name");
    }
    name
}

/// What finds the day of arrival in a letter's subject.
fn stamp(section: &Section, letter: bool) -> Option<Regex> {
    let stamp = section.parsed("stamp", values::stamp);
    if section.has("stamp") && !letter {
        section.fault("stamp", "only a pledge with letter = true reads a stamp");
    }
    stamp
}

/// Whether its time is `none`, which one that must have a clock may not have.
fn without_clock(section: &Section, must_have_one: bool) -> bool {
    if !section.has("time") {
        section.fault_unseen(
            "time",
            "missing; give the time to answer, such as { working_days = 2 }, or \"none\"",
        );
    }
    let without_clock = matches!(section.get("time"), Some(Value::String(word)) if word == "none");
    if without_clock && must_have_one {
        section.fault(
            "time",
            "must be a time for letters, and for the last pledge, which covers everything else",
        );
    }
    without_clock
}

fn set_start(section: &Section, time: Option<Span>) -> bool {
    let set_start = section.flag("set_start").unwrap_or(false);
    if set_start && time == Some(Span::WorkingDays(0)) {
        section.fault(
            "set_start",
            "the same working day as the arrival has no other start",
        );
    }
    set_start
}

/// Who has items: one, or a list of which the first who is there has them.
pub(super) fn handlers(
    section: &Section,
    known: impl Fn(&str) -> Result<String, String>,
) -> (Option<String>, Vec<String>) {
    let mut listed = section.list("handler", known).unwrap_or_default();
    if let Some(twice) = (1..listed.len()).find(|at| listed[..*at].contains(&listed[*at])) {
        section.fault("handler", format!("must name {:?} once", listed[twice]));
    }
    let first = (!listed.is_empty()).then(|| listed.remove(0));
    (first, listed)
}

/// Its `match`, which only the last pledge is without.
fn match_in_its_place(section: &Section, place: Place) -> Option<Match> {
    let matches = section.section("match").map(matching);
    match &matches {
        Some(_) if place.last => section.fault_unseen(
            "match",
            "the last pledge must have none, so that no message is without a pledge",
        ),
        None if place.followed && !section.has("match") => section.fault_unseen(
            "match",
            "missing; only the last pledge covers everything else, those after it would never be used",
        ),
        _ => {}
    }
    matches
}

/// A letter has no mail of its own to its citizen.
fn check_letter(section: &Section, tell_new_date: bool) {
    let key = if tell_new_date {
        "tell_new_date"
    } else {
        "text"
    };
    if tell_new_date || section.has("text") {
        section.fault(
            key,
            "a letter's notice is printed and posted by its handler; leave it out",
        );
    }
}

/// A `match` table: of a pledge, or of a rule that assigns.
pub(super) fn matching(section: Section) -> Match {
    let header = section.section("header").and_then(|header| {
        let name = header.required("name", "give the header field's name", values::header_name);
        let pattern = header.required(
            "pattern",
            "give a pattern for the field's value",
            values::pattern,
        );
        header.finish();
        name.zip(pattern)
    });
    let matches = Match {
        from: section
            .list("from", values::address_or_domain)
            .unwrap_or_default(),
        to: section
            .list("to", values::address_or_domain)
            .unwrap_or_default(),
        subject: section.parsed("subject", values::pattern),
        header,
        folder: section.list("folder", values::line).unwrap_or_default(),
    };
    if !["from", "to", "subject", "header", "folder"]
        .into_iter()
        .any(|key| section.has(key))
    {
        section.fault_unseen(
            "from",
            "missing; a match needs from, to, subject, header or folder",
        );
    }
    section.finish();
    matches
}

/// The words of the notice.
fn notice_text(text: &str) -> Result<NoticeText, String> {
    let known = || NoticeText::ALL.into_iter().map(NoticeText::as_str);
    NoticeText::ALL
        .into_iter()
        .find(|one| one.as_str() == text)
        .ok_or_else(|| {
            format!(
                "must be {}{}",
                known().collect::<Vec<_>>().join(", "),
                suggestion(text, known())
            )
        })
}

/// What keeps it; a matter of authority by its decision, public records by themselves.
fn kept_by(section: &Section, text: NoticeText) -> KeptBy {
    let known = || KeptBy::ALL.into_iter().map(KeptBy::as_str);
    let usual = match text {
        NoticeText::Decision => KeptBy::Decision,
        NoticeText::Records => KeptBy::Release,
        NoticeText::Usual | NoticeText::Complaint => KeptBy::Answer,
    };
    let read = |text: &str| {
        let fault = || {
            format!(
                "must be {}{}",
                known().collect::<Vec<_>>().join(", "),
                suggestion(text, known())
            )
        };
        KeptBy::ALL
            .into_iter()
            .find(|one| one.as_str() == text)
            .ok_or_else(fault)
    };
    section.parsed("kept_by", read).unwrap_or(usual)
}

/// A sentence or two for staff.
fn advice(text: &str) -> Result<String, String> {
    values::line(text).and_then(|line| {
        let fits = line.chars().count() <= MAX_ADVICE;
        if fits {
            Ok(line)
        } else {
            Err(format!("must have at most {MAX_ADVICE} characters"))
        }
    })
}

/// `{ working_days = 5 }`, or days, weeks, months.
fn span(section: &Section, key: &'static str) -> Option<Span> {
    type Unit = (&'static str, u32, fn(u16) -> Span);
    const UNITS: [Unit; 4] = [
        ("working_days", MAX_WORKING_DAYS, Span::WorkingDays),
        ("days", MAX_DAYS, Span::Days),
        ("weeks", MAX_WEEKS, Span::Weeks),
        ("months", MAX_MONTHS, Span::Months),
    ];
    let table = section.section(key)?;
    let given = UNITS.iter().filter(|(unit, ..)| table.has(unit)).count();
    if given != 1 {
        section.fault_unseen(
            key,
            "must hold exactly one of working_days, days, weeks, months",
        );
    }
    // All of them are read, so that each has its fault.
    let spans = UNITS.map(|(unit, most, make)| {
        let least = u32::from(!(key == "time" && unit == "working_days"));
        let number = table.number(unit, least..=most)?;
        Some(make(u16::try_from(number).ok()?))
    });
    table.finish();
    spans.into_iter().flatten().next().filter(|_| given == 1)
}

/// A moment of its own, the default, or `never`.
fn moment(section: &Section, key: &'static str, default: &str) -> Option<Written> {
    let parse = |text: &str| match text {
        "never" => Ok(None),
        text => Moment::parse(text)
            .map(|moment| Some((moment, text.to_owned())))
            .map_err(|error| format!("{error}; or \"never\"")),
    };
    if section.has(key) {
        section.parsed(key, parse).flatten()
    } else {
        parse(default).ok().flatten()
    }
}

fn escalation(section: &Section) -> Vec<Moment> {
    if !section.has("escalation") {
        return Moment::parse(ESCALATION).into_iter().collect();
    }
    let mut before: Option<Moment> = None;
    let parse = |text: &str| {
        let moment = Moment::parse(text).map_err(|error| error.to_string())?;
        if moment.days < 1 {
            return Err(
                "must be after the due date, such as due+1 08:00: until then nothing is overdue"
                    .to_owned(),
            );
        }
        Ok(moment)
    };
    let moments = section.list("escalation", parse).unwrap_or_default();
    for moment in &moments {
        if before.is_some_and(|before| order(before) >= order(*moment)) {
            section.fault("escalation", "must have its moments in ascending order");
            break;
        }
        before = Some(*moment);
    }
    moments
}

/// Moments sort by day, then by time.
fn order(moment: Moment) -> (i16, chrono::NaiveTime) {
    (moment.days, moment.time)
}
