//! `assign`, `close`, `promise`, `start`, `exclude`, `reopen`, `confirm`, `question`, `no-notice`,
//! `posted`, `split`, `notify`, `sender`, `records`, `remind`, `note`, `hold`: what the registrar does on
//! the server, also while the daemon runs. Each is logged with who did it, and answers with one
//! line.

mod arguments;
mod desk;
mod letters;

use super::output::write_text;
use super::wording;
use crate::config::Config;
use crate::domain::calendar::Calendar;
use crate::domain::item::Item;
use crate::engine::people::Holding;
use crate::failure::Failure;
use crate::mail::texts::{foreign, in_words};
use crate::words::{NO_BREAK, of};
pub use arguments::*;
use chrono::{DateTime, Utc};
use desk::Desk;
pub use letters::{SplitArgs, split};
use std::io::Write;

/// Characters of a note or a reason that are kept.
pub const LONGEST_NOTE: usize = 1_000;

/// Gives an item to a member of staff.
pub fn assign(
    config: Config,
    arguments: &AssignArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.assign(id, &arguments.staff, by, now)
    })?;
    let handler = wording::person(&desk.config, &arguments.staff);
    answer(out, &item, &(desk.say().assigned)(&handler))
}

/// Closes an item: answered in a way that the mailbox does not show, or needing no answer.
pub fn close(
    config: Config,
    arguments: &CloseArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let at = match &arguments.at {
        Some(text) => Some(desk.done_at(text, &arguments.reference)?),
        None => None,
    };
    let note = said(arguments.note.as_deref());
    let how = arguments.how.into();
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.close(id, how, at, note, by, now)
    })?;
    if item.state.is_live() {
        return answer(out, &item, desk.say().contact_noted);
    }
    let names = &of(desk.language()).names;
    let outcome = (names.outcome)(item.outcome(now));
    answer(out, &item, &(desk.say().closed)((names.how)(how), outcome))
}

/// Promises an answer by a date.
pub fn promise(
    config: Config,
    arguments: &PromiseArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let date = desk.day(&arguments.date)?;
    let reason = said(arguments.reason.as_deref());
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.promise(id, date, reason, by, now)
    })?;
    let date = in_words::date(desk.language(), date);
    answer(out, &item, &(desk.say().promised)(&date))
}

/// Sets the day from which the time runs.
pub fn start(
    config: Config,
    arguments: &StartArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let date = desk.day(&arguments.date)?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.start(id, date, by, now)
    })?;
    let due = desk.due(&item);
    answer(out, &item, &(desk.say().due)(&due))
}

/// Takes an item out of the pledge.
pub fn exclude(
    config: Config,
    arguments: &ExcludeArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let reason = must_say(
        &arguments.reason,
        "--reason is empty: write why the item needs no answer",
    )?;
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.exclude(id, &reason, by, now)
    })?;
    answer(out, &item, &(desk.say().excluded)(&reason))
}

/// Opens an item again.
pub fn reopen(
    config: Config,
    arguments: &ReopenArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.reopen(id, by, now)
    })?;
    let due = desk.due(&item);
    let text = (desk.say().reopened)(&due);
    answer(out, &item, &with_lateness(&desk, &item, text))
}

/// Confirms that a probable answer is the answer.
pub fn confirm(
    config: Config,
    reference: &str,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(reference, |engine, id, by| engine.confirm(id, by, now))?;
    let outcome = (of(desk.language()).names.outcome)(item.outcome(now));
    answer(out, &item, &(desk.say().confirmed)(outcome))
}

/// Says that it is a question.
pub fn question(
    config: Config,
    reference: &str,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(reference, |engine, id, by| engine.question(id, by, now))?;
    let due = desk.due(&item);
    let text = (desk.say().question)(&due);
    answer(out, &item, &with_lateness(&desk, &item, text))
}

/// Lets no automatic notice go.
pub fn no_notice(
    config: Config,
    arguments: &NoNoticeArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let note = said(arguments.reason.as_deref());
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.no_notice(id, note, by, now)
    })?;
    answer(out, &item, desk.say().notice_barred)
}

/// Says that the printed notice was posted.
pub fn posted(
    config: Config,
    arguments: &PostedArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let on = desk.day_if_said(arguments.at.as_deref())?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.posted(id, on, by, now)
    })?;
    let language = desk.language();
    let posted = item.posted.map(|day| in_words::date(language, day));
    let outcome = (of(language).names.outcome)(item.outcome(now));
    let text = (desk.say().posted)(&posted.unwrap_or_default(), outcome);
    answer(out, &item, &text)
}

/// Says that the mail of the last day only announced who comes back.
pub fn returns(
    config: Config,
    arguments: &ReturnsArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let date = desk.day_if_said(arguments.date.as_deref())?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.returns(id, date, by, now)
    })?;
    let promised = item
        .returns
        .as_ref()
        .map(|returns| in_words::date(desk.language(), returns.date))
        .unwrap_or_default();
    let text = if item.noticed_at().is_some() {
        desk.say().counts_as_notice
    } else {
        desk.say().will_count_as_notice
    };
    answer(out, &item, &text(&promised))
}

/// Lets the notice go that is held.
pub fn notify(
    config: Config,
    arguments: &NotifyArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let to = arguments.address.as_deref().map(str::trim);
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.notify(id, to, by, now)
    })?;
    answer(out, &item, desk.say().notice_freed)
}

/// Says from whom it is.
pub fn sender(
    config: Config,
    arguments: &SenderArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let name = must_say(&arguments.text, "the sender is empty: write who it is")?;
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.sender(id, name, by, now)
    })?;
    answer(out, &item, desk.say().sender_kept)
}

/// Says that it asks for public records.
pub fn records(
    config: Config,
    reference: &str,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(reference, |engine, id, by| engine.records(id, by, now))?;
    let due = desk.due(&item);
    answer(out, &item, &(desk.say().records)(&due))
}

/// Reminds the person who has the item.
pub fn remind(
    config: Config,
    reference: &str,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(reference, |engine, id, by| engine.urge(id, by, now))?;
    answer(out, &item, desk.say().reminded)
}

/// Writes a note.
pub fn note(
    config: Config,
    arguments: &NoteArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let text = must_say(
        &arguments.text,
        "the note is empty: write what is to be kept",
    )?;
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.remark(id, text, by, now)
    })?;
    answer(out, &item, desk.say().note_kept)
}

/// Keeps an item from being erased, or no longer.
pub fn hold(
    config: Config,
    arguments: &HoldArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let note = said(arguments.note.as_deref());
    let on = arguments.switch == Switch::On;
    if note.is_some() && !on {
        let why = "--note goes with on: off needs no reason";
        return Err(Failure::Usage(why.to_owned()));
    }
    let mut desk = Desk::open(config, now)?;
    let mut new = Holding::AsBefore;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        let (item, what) = engine.hold(id, on, note, by, now)?;
        new = what;
        Ok(item)
    })?;
    answer(out, &item, what_is_held(&desk, on, new))
}

fn what_is_held(desk: &Desk, on: bool, new: Holding) -> &'static str {
    let say = desk.say();
    match (on, new) {
        (true, Holding::Changed) => say.held,
        (true, Holding::Noted) => say.held_before_note_kept,
        (true, Holding::AsBefore) => say.held_before,
        (false, Holding::Changed) => say.released,
        (false, _) => say.not_held_before,
    }
}

/// An answer that names a due date which has passed says so.
fn with_lateness(desk: &Desk, item: &Item, text: String) -> String {
    if wording::is_overdue(item, desk.now) {
        (desk.say().overdue)(&text)
    } else {
        text
    }
}

fn answer(out: &mut dyn Write, item: &Item, text: &str) -> Result<(), Failure> {
    write_text(out, &format!("{}: {text}", item.id).replace(NO_BREAK, " "))
}

fn shown(at: DateTime<Utc>, calendar: &Calendar) -> String {
    calendar.local(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

fn tidy(text: &str) -> String {
    foreign::clip(&foreign::one_line(text), LONGEST_NOTE)
}

/// A note or a reason, if it has any words.
fn said(text: Option<&str>) -> Option<String> {
    text.map(tidy).filter(|text| !text.is_empty())
}

/// The same where there must be one; `otherwise` says so.
pub(super) fn must_say(text: &str, otherwise: &str) -> Result<String, Failure> {
    said(Some(text)).ok_or_else(|| Failure::Usage(otherwise.to_owned()))
}
