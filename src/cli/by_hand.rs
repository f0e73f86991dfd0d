//! `assign`, `close`, `promise`, `start`, `exclude`, `reopen`, `confirm`, `question`, `no-notice`,
//! `posted`, `notify`, `sender`, `records`, `remind`, `note`, `hold`: what the registrar does on
//! the server, also while the daemon runs. Each is logged with who did it, and answers with one
//! line.

mod arguments;
mod desk;

use super::{Failure, wording, write_text};
use crate::config::Config;
use crate::domain::calendar::Calendar;
use crate::domain::item::Item;
use crate::engine::people::Holding;
use crate::mail::texts::words;
use crate::words::of;
pub use arguments::*;
use chrono::{DateTime, Utc};
use desk::Desk;
use std::io::Write;

/// Characters of a note or a reason that are kept.
pub const LONGEST_NOTE: usize = 1_000;

/// Characters of a login name that are kept.
const LONGEST_USER: usize = 64;

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
    answer(
        out,
        &item,
        &format!(
            "{} {handler}",
            desk.pick("handläggare är nu", "is now with")
        ),
    )
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
    let note = arguments
        .note
        .as_deref()
        .map(tidy)
        .filter(|note| !note.is_empty());
    let how = arguments.how.into();
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.close(id, how, at, note, by, now)
    })?;
    let language = desk.language();
    if item.state.is_live() {
        let noted = desk.pick(
            "kontakten är noterad; löftet gäller ett beslut, så ärendet är öppet tills det avslutas med --how decision",
            "the contact is noted; the pledge is about a decision, so the item is open until it is closed --how decision",
        );
        return answer(out, &item, noted);
    }
    let text = format!(
        "{}, {} ({}: {})",
        desk.pick("avslutat", "closed"),
        (of(language).names.how)(how),
        desk.pick("löftet", "the pledge"),
        (of(language).names.outcome)(item.outcome(now))
    );
    answer(out, &item, &text)
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
    let reason = arguments
        .reason
        .as_deref()
        .map(tidy)
        .filter(|reason| !reason.is_empty());
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.promise(id, date, reason, by, now)
    })?;
    let text = desk.pick("svar utlovat senast", "an answer is promised by");
    answer(
        out,
        &item,
        &format!("{text} {}", words::date(desk.language(), date)),
    )
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
    let due = item
        .due
        .as_ref()
        .map(|due| words::date(desk.language(), due.date))
        .unwrap_or_default();
    answer(
        out,
        &item,
        &format!(
            "{} {due}",
            desk.pick("ska vara besvarat senast", "is due on")
        ),
    )
}

/// Takes an item out of the pledge.
pub fn exclude(
    config: Config,
    arguments: &ExcludeArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let reason = tidy(&arguments.reason);
    if reason.is_empty() {
        return Err(Failure::Usage(
            "--reason is empty: write why the item needs no answer".to_owned(),
        ));
    }
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.exclude(id, &reason, by, now)
    })?;
    answer(
        out,
        &item,
        &format!(
            "{}: {reason}",
            desk.pick("undantaget från löftet", "taken out of the pledge")
        ),
    )
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
    let due = item
        .due
        .as_ref()
        .map(|due| words::date(desk.language(), due.date))
        .unwrap_or_default();
    let text = desk.pick(
        "öppnat igen, ska vara besvarat senast",
        "open again, due on",
    );
    let late = if wording::is_overdue(&item, now) {
        desk.pick(" (försenat)", " (overdue)")
    } else {
        ""
    };
    answer(out, &item, &format!("{text} {due}{late}"))
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
    let text = format!(
        "{} ({}: {})",
        desk.pick("besvarat, bekräftat", "answered, confirmed"),
        desk.pick("löftet", "the pledge"),
        (of(desk.language()).names.outcome)(item.outcome(now))
    );
    answer(out, &item, &text)
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
    let due = item
        .due
        .as_ref()
        .map(|due| words::date(desk.language(), due.date))
        .unwrap_or_default();
    let text = desk.pick("en fråga, ska vara besvarad senast", "a question, due on");
    let late = if wording::is_overdue(&item, now) {
        desk.pick(" (försenat)", " (overdue)")
    } else {
        ""
    };
    answer(out, &item, &format!("{text} {due}{late}"))
}

/// Lets no automatic notice go.
pub fn no_notice(
    config: Config,
    arguments: &NoNoticeArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let note = arguments
        .reason
        .as_deref()
        .map(tidy)
        .filter(|note| !note.is_empty());
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.no_notice(id, note, by, now)
    })?;
    answer(
        out,
        &item,
        desk.pick(
            "avsändaren får inget automatiskt besked",
            "the sender gets no automatic notice",
        ),
    )
}

/// Says that the printed notice was posted.
pub fn posted(
    config: Config,
    arguments: &PostedArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let on = arguments
        .at
        .as_deref()
        .map(|text| desk.day(text))
        .transpose()?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.posted(id, on, by, now)
    })?;
    let language = desk.language();
    let text = format!(
        "{} {} ({}: {})",
        desk.pick("beskedet postades", "the notice was posted on"),
        item.posted
            .map(|day| words::date(language, day))
            .unwrap_or_default(),
        desk.pick("löftet", "the pledge"),
        (of(language).names.outcome)(item.outcome(now))
    );
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
    let date = arguments
        .date
        .as_deref()
        .map(|text| desk.day(text))
        .transpose()?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.returns(id, date, by, now)
    })?;
    let promised = item
        .returns
        .as_ref()
        .map(|returns| words::date(desk.language(), returns.date))
        .unwrap_or_default();
    let text = if item.noticed_at().is_some() {
        desk.pick(
            "mejlet är ett besked, svar utlovat senast",
            "the mail is a notice, an answer is promised by",
        )
    } else {
        desk.pick(
            "mejlet räknas som besked när det har setts, svar utlovat senast",
            "the mail is a notice once it has been seen, an answer is promised by",
        )
    };
    answer(out, &item, &format!("{text} {promised}"))
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
    answer(
        out,
        &item,
        desk.pick(
            "beskedet till avsändaren får gå",
            "the notice to the sender may leave",
        ),
    )
}

/// Says from whom it is.
pub fn sender(
    config: Config,
    arguments: &SenderArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let name = tidy(&arguments.text);
    if name.is_empty() {
        return Err(Failure::Usage(
            "the sender is empty: write who it is".to_owned(),
        ));
    }
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.sender(id, name, by, now)
    })?;
    answer(
        out,
        &item,
        desk.pick("avsändaren är sparad", "the sender is kept"),
    )
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
    let due = item
        .due
        .as_ref()
        .map(|due| words::date(desk.language(), due.date))
        .unwrap_or_default();
    let text = desk.pick(
        "en begäran om allmän handling, svar senast",
        "a request for public records, due on",
    );
    answer(out, &item, &format!("{text} {due}"))
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
    answer(
        out,
        &item,
        desk.pick("handläggaren påminns", "its handler is reminded"),
    )
}

/// Writes a note.
pub fn note(
    config: Config,
    arguments: &NoteArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let text = tidy(&arguments.text);
    if text.is_empty() {
        return Err(Failure::Usage(
            "the note is empty: write what is to be kept".to_owned(),
        ));
    }
    let mut desk = Desk::open(config, now)?;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        engine.remark(id, text, by, now)
    })?;
    answer(
        out,
        &item,
        desk.pick("anteckningen är sparad", "the note is kept"),
    )
}

/// Keeps an item from being erased, or no longer.
pub fn hold(
    config: Config,
    arguments: &HoldArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let note = arguments
        .note
        .as_deref()
        .map(tidy)
        .filter(|note| !note.is_empty());
    let on = arguments.switch == Switch::On;
    if note.is_some() && !on {
        return Err(Failure::Usage(
            "--note goes with on: off needs no reason".to_owned(),
        ));
    }
    let mut desk = Desk::open(config, now)?;
    let mut new = Holding::AsBefore;
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        let (item, what) = engine.hold(id, on, note, by, now)?;
        new = what;
        Ok(item)
    })?;
    let text = match (on, new) {
        (true, Holding::Changed) => {
            desk.pick("bevaras, gallras inte", "is on hold, will not be erased")
        }
        (true, Holding::Noted) => desk.pick(
            "bevarades redan, anteckningen är sparad",
            "was on hold already, the note is kept",
        ),
        (true, Holding::AsBefore) => desk.pick(
            "bevarades redan, inget ändrades",
            "was on hold already, nothing was changed",
        ),
        (false, Holding::Changed) => desk.pick("gallras som andra ärenden", "is no longer on hold"),
        (false, _) => desk.pick(
            "bevarades inte, inget ändrades",
            "was not on hold, nothing was changed",
        ),
    };
    answer(out, &item, text)
}

fn answer(out: &mut dyn Write, item: &Item, text: &str) -> Result<(), Failure> {
    write_text(
        out,
        &format!("{}: {text}", item.id).replace(words::NO_BREAK, " "),
    )
}

fn shown(at: DateTime<Utc>, calendar: &Calendar) -> String {
    calendar.local(at).format("%Y-%m-%d %H:%M:%S").to_string()
}

pub(super) fn tidy(text: &str) -> String {
    words::clip(&words::one_line(text), LONGEST_NOTE)
}

/// Who types: the login name behind sudo, else the login name, else the user's name in the system's
/// accounts, else the user's number.
#[must_use]
pub fn user() -> String {
    let environment = ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .filter_map(|name| std::env::var(name).ok());
    environment
        .chain(std::iter::once_with(account).flatten())
        .map(|name| words::clip(&words::one_line(&name), LONGEST_USER))
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| rustix::process::getuid().as_raw().to_string())
}

/// The account's name, wherever the system keeps its accounts (`nsswitch.conf(5)`).
fn account() -> Option<String> {
    let found = nix::unistd::User::from_uid(nix::unistd::Uid::current());
    found.ok().flatten().map(|user| user.name)
}
