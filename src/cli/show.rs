//! `show REF`: one item with its facts, how its due date was reached, what proves its answer, and
//! all that happened.

use super::arguments::{ShowArgs, reference};
use super::due::{self, Derivation};
use super::json::{EventJson, ItemJson};
use super::output::{write_json, write_text};
use super::table::{self, Screen};
use super::wording;
use crate::config::{Config, Language};
use crate::domain::done::Done;
use crate::domain::event::{ERASED_TEXT, Effect, Event, How};
use crate::domain::item::{Item, State};
use crate::domain::kept::MessageRow;
use crate::domain::orders::Refusal;
use crate::domain::pledge::Due;
use crate::domain::reason::Reason;
use crate::failure::Failure;
use crate::mail::texts::{foreign, in_words, reasons};
use crate::store::aside::Aside;
use crate::store::{Access, Db, Store, StoreError};
use crate::words::{NO_BREAK, of};
use chrono::{DateTime, Utc};
use comfy_table::{ColumnConstraint, Table};
use serde::Serialize;
use std::fmt::Write as _;
use std::io::Write;

/// Prints the item. A reference that no item has is [`Failure::Failed`]; anything else is
/// [`Failure::Usage`].
pub fn run(
    config: &Config,
    arguments: &ShowArgs,
    screen: Screen,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let today = config.calendar.local_date(now);
    let id = reference(&arguments.reference, today)?;
    let mut store = Store::open(&config.service.database, Access::Reader)?;
    let aside = store.db().aside()?;
    if let Some(aside) = aside.iter().find(|aside| aside.item == id) {
        return Err(unreadable(config, aside));
    }
    let (item, row, events) = store.read_out(|db| match db.item(id)? {
        Some(item) => Ok(whole(db, item)?),
        None => Err(Failure::Failed(Refusal::NoSuchItem(id).to_string())),
    })?;
    let row = wording::as_shown(config, &item.mailbox, &row);
    if arguments.json {
        write_json(out, &Document::new(config, &item, &row, &events, now)?)
    } else {
        write_text(out, &text(config, &item, &row, &events, screen, now))
    }
}

/// The item with all of its steps, its message, and all that happened to it.
fn whole(db: &Db<'_>, item: Item) -> Result<(Item, MessageRow, Vec<Event>), StoreError> {
    let history = db.history(item.id)?;
    let row = db.message_of(item.id)?;
    Ok((item.with_all_steps(&history), row, history))
}

fn unreadable(config: &Config, aside: &Aside) -> Failure {
    let told = of(config.service.language).item.unreadable;
    Failure::Failed(told(aside.item, &aside.mailbox, &aside.why))
}

/// The contract's `show --json`.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    item: ItemJson<'a>,
    /// As `due --json`; null without a due date.
    derivation: Option<Derivation<'a>>,
    history: Vec<EventJson<'a>>,
}

impl<'a> Document<'a> {
    fn new(
        config: &Config,
        item: &'a Item,
        row: &'a MessageRow,
        events: &'a [Event],
        now: DateTime<Utc>,
    ) -> Result<Self, Failure> {
        let calendar = &config.calendar;
        let pledge = item.pledge.as_deref().unwrap_or_default();
        let history = events
            .iter()
            .map(|event| EventJson::new(event, wording::teller(config).sentence(event), calendar))
            .collect::<Result<_, _>>()
            .map_err(|error| Failure::Failed(format!("cannot write JSON: {error}")))?;
        Ok(Self {
            item: ItemJson::new(item, row, calendar, now),
            derivation: item
                .due
                .as_ref()
                .map(|due| Derivation::new(pledge, item.received_at, due, calendar)),
            history,
        })
    }
}

fn text(
    config: &Config,
    item: &Item,
    row: &MessageRow,
    events: &[Event],
    screen: Screen,
    now: DateTime<Utc>,
) -> String {
    let language = config.service.language;
    let words = &of(language).item;
    let standing = wording::standing(language, item, &config.calendar, now);
    let mut text = format!(
        "{}: {standing}\n\n{}\n",
        item.id,
        facts(config, item, row, screen, now)
    );
    if let Some(due) = &item.due {
        let _ = write!(text, "\n{}\n\n", words.how_due_was_reached);
        text.push_str(&derivation(config, item, due));
    }
    let _ = write!(text, "\n{}\n\n", words.what_has_happened);
    let mut table = screen.table();
    for event in events {
        let at = config
            .calendar
            .local(event.at)
            .format("%Y-%m-%d %H:%M")
            .to_string();
        table.add_row([at, wording::teller(config).sentence(event)]);
    }
    text.push_str(&labelled(table));
    text.replace(NO_BREAK, " ")
}

fn derivation(config: &Config, item: &Item, due: &Due) -> String {
    let language = config.service.language;
    let mut lines = String::new();
    if let Some(by) = item.covered_by {
        let noticed = (of(language).item.noticed_about)(by);
        let _ = writeln!(lines, "  {noticed}");
    }
    for day in &due.days {
        due::derivation_line(&mut lines, day, language);
    }
    lines
}

/// Labels and values; what there is nothing to say about is left out.
fn facts(
    config: &Config,
    item: &Item,
    row: &MessageRow,
    screen: Screen,
    now: DateTime<Utc>,
) -> String {
    let language = config.service.language;
    let words = &of(language).item;
    let mut table = screen.table();
    let mut say = |label: &str, value: String| {
        table.add_row([label.to_owned(), foreign::one_line(&value)]);
    };
    message(config, item, row, &mut say);
    promised(config, item, &mut say);
    if item.state != State::History {
        say(words.handler, handler(config, item));
    }
    say(
        words.outcome,
        (of(language).names.outcome)(item.outcome(now)).to_owned(),
    );
    mails(config, item, &mut say);
    settling(config, item, &mut say);
    if let Some(reason) = &item.excluded_reason {
        say(words.excluded, words_of(language, reason));
    }
    marked(language, item, &mut say);
    labelled(table)
}

/// Its marks, and the conversation that it belongs to.
fn marked(language: Language, item: &Item, say: &mut impl FnMut(&str, String)) {
    let words = &of(language).item;
    if !item.flags.is_empty() {
        let flags = item.flags.iter();
        let flags: Vec<&str> = flags.map(|flag| (of(language).names.flag)(*flag)).collect();
        say(words.marked, flags.join("; "));
    }
    if item.conversation != item.id {
        say(words.conversation, item.conversation.to_string());
    }
}

/// From whom it is, and where it lies.
fn message(config: &Config, item: &Item, row: &MessageRow, say: &mut impl FnMut(&str, String)) {
    let language = config.service.language;
    let words = &of(language).item;
    if let Some(erased) = &item.erased {
        let at = wording::moment(config, erased.at);
        say(words.erased, (words.by_decision)(&at, &erased.decision));
    } else {
        say(words.from, sender(row).unwrap_or(words.unknown.to_owned()));
        say(words.subject, row.shown_subject());
    }
    say(words.arrived, wording::moment(config, item.received_at));
    if let Some(tongue) = item.language {
        say(words.language, wording::tongue(language, tongue));
    }
    let class = (of(language).names.class)(item.class);
    say(words.class, class.to_owned());
    let folder = in_words::folder(language, &item.folder);
    say(words.lies_in, format!("{}, {folder}", item.mailbox));
    if let Some(id) = &row.message_id {
        say("Message-ID", format!("<{id}>"));
    }
}

/// The sender's name and address, as far as they are known.
fn sender(row: &MessageRow) -> Option<String> {
    match (row.shown_name(), row.sender.as_deref()) {
        (Some(name), Some(sender)) => Some(format!("{name} <{sender}>")),
        (name, sender) => name.or(sender).map(str::to_owned),
    }
}

/// The pledge and its last day.
fn promised(config: &Config, item: &Item, say: &mut impl FnMut(&str, String)) {
    let language = config.service.language;
    let words = &of(language).item;
    if let (Some(pledge), Some(due)) = (&item.pledge, &item.due) {
        let time = config.pledges.iter().find(|known| known.name == *pledge);
        let time = time.map(|known| format!(", {}", in_words::span(language, known.time)));
        let name = in_words::pledge(language, pledge);
        say(words.pledge, name.to_owned() + &time.unwrap_or_default());
        say(words.due, in_words::date(language, due.date));
    }
}

fn handler(config: &Config, item: &Item) -> String {
    let words = of(config.service.language);
    let name = item.handler.as_deref();
    let name = name.map(|id| wording::person(config, id));
    let how = item.assigned_by.map(|how| (words.names.assigned_by)(how));
    let how = how.map(|how| format!(", {how}"));
    name.unwrap_or_else(|| words.item.no_handler.to_owned()) + &how.unwrap_or_default()
}

/// Why it is excluded; a person's own words may have been erased.
fn words_of(language: Language, reason: &Reason) -> String {
    match reason {
        Reason::Person(words) if words == ERASED_TEXT => of(language).names.erased.to_owned(),
        reason => reasons::reason(language, reason),
    }
}

/// The mails that have left.
fn mails(config: &Config, item: &Item, say: &mut impl FnMut(&str, String)) {
    let language = config.service.language;
    let words = &of(language).item;
    for (label, effect) in [
        (words.reminded, Effect::Reminder),
        (words.notice, Effect::Notice),
    ] {
        let done = item.done.get(&effect);
        if let Some(left) = done.and_then(|done| left(config, done)) {
            say(label, left);
        }
    }
    if let Some(promise) = item.promise {
        let date = in_words::date(language, promise);
        let times = item.promises().len().saturating_sub(1);
        say(words.promised, (words.promise_moved)(&date, times));
    }
    escalations(config, item, say);
}

fn escalations(config: &Config, item: &Item, say: &mut impl FnMut(&str, String)) {
    let words = &of(config.service.language).item;
    for (step, done) in item.escalations() {
        if let Some(left) = left(config, done) {
            let to = done.to.iter().map(|id| wording::person(config, id));
            let to = to.collect::<Vec<_>>().join(", ");
            say(&(words.escalation)(step), format!("{to}: {left}"));
        }
    }
}

/// When a mail left, and why it did not arrive.
fn left(config: &Config, done: &Done) -> Option<String> {
    let names = &of(config.service.language).names;
    let left = wording::moment(config, done.sent_at?);
    let failed = done
        .failed
        .as_ref()
        .map(|(_, failure)| (names.failure)(*failure));
    let failed = failed.map(|failed| format!(", {failed}"));
    Some(left + &failed.unwrap_or_default())
}

/// When, by whom and on what evidence.
fn settling(config: &Config, item: &Item, say: &mut impl FnMut(&str, String)) {
    let language = config.service.language;
    let words = &of(language).item;
    let Some(settled) = &item.settled else { return };
    let label = match item.state {
        State::ProbablyAnswered => words.perhaps_answered,
        State::Closed => words.closed,
        _ => words.answered,
    };
    let mut when = wording::moment(config, settled.at);
    if let Some(by) = settled
        .by
        .as_deref()
        .and_then(|by| wording::actor(config, by))
    {
        when = (words.by)(&when, &by);
    }
    say(label, when);
    if let Some(how) = settled.how.filter(|how| *how != How::DoneFolder) {
        say(words.how, (of(language).names.how)(how).to_owned());
    }
    say(
        words.evidence,
        wording::evidence(language, &settled.evidence),
    );
}

/// Two columns: the second one takes the rest of the width.
fn labelled(mut table: Table) -> String {
    if table.row_count() == 0 {
        return String::new();
    }
    table.discover_columns();
    if let Some(label) = table.column_mut(0) {
        label.set_constraint(ColumnConstraint::ContentWidth);
    }
    table::lines(table, 2)
}
