//! `list`: items as a table for people or as JSON for scripts, the most urgent first.
//!
//! Order: waiting items, the earliest due date first; then settled ones, the latest first; then
//! excluded ones; items from before the start come last, and only when they are asked for. JSON has
//! all of that; the table shows the waiting items and the last [`SETTLED_SHOWN`] settled ones, and
//! counts the rest, so that a register of years still fits a screen. A state that is asked for is
//! shown whole, in tables of [`TABLE_ROWS`].

use super::arguments::ListArgs;
use super::json::ItemJson;
use super::live;
use super::once::Counted;
use super::output::write_text;
use super::table::{self, Screen};
use super::wording;
use crate::config::{Config, Language};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::MessageRow;
use crate::engine::clock_waits;
use crate::failure::Failure;
use crate::mail::texts::foreign;
use crate::report::cell::explain;
use crate::store::aside::Aside;
use crate::store::items::Filter;
use crate::store::{Access, Db, Store, StoreError};
use crate::words::of;
use chrono::{DateTime, Utc};
use comfy_table::{Attribute, Cell, Color, ColumnConstraint, Row, Width};
use serde::Serializer;
use serde::ser::SerializeSeq;
use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

/// Settled items that the table shows when no state was asked for.
pub const SETTLED_SHOWN: usize = 20;

/// Items in one table; the next of a longer list has its own headings.
pub const TABLE_ROWS: usize = 500;

/// From this width on, the table has a column for the sender.
const WIDE: u16 = 110;

/// Columns that ids of staff and names of mailboxes may take.
const NAME_WIDTH: u16 = 16;

/// No text holds it, so that a subject is cut at any character and not at a word.
const NEVER: char = '\u{1f}';

/// Columns of the sender.
const SENDER_WIDTH: u16 = 28;

/// Prints the items. A mailbox or member of staff that neither configuration nor register knows is
/// [`Failure::Usage`].
///
/// Only the order of the items is held in memory; each item is read when its turn comes, from one
/// state of the register.
pub fn run(
    config: &Config,
    arguments: &ListArgs,
    screen: Screen,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut store = Store::open(&config.service.database, Access::Reader)?;
    let within = within(config, arguments, &mut store, now)?;
    store.read_out(|db| {
        let mut listed = Listed::read(db, arguments, within.as_ref(), now)?;
        if listed.order.is_empty() {
            refuse_unknown(config, arguments)?;
        }
        if arguments.json {
            json(db, config, &mut listed, now, out)?;
            return match unreadable(config, &listed.defective) {
                Some(text) => Err(Failure::Failed(text)),
                None => Ok(()),
            };
        }
        tables(db, config, arguments, screen, &mut listed, now, out)?;
        let mut text = summary(config, arguments, &listed);
        if let Some(leaving) = live::line(config, db)? {
            text = format!("{text}\n\n{leaving}");
        }
        write_text(out, &text)
    })
}

/// The items behind a figure of the report, if one was named.
fn within(
    config: &Config,
    arguments: &ListArgs,
    store: &mut Store,
    now: DateTime<Utc>,
) -> Result<Option<BTreeSet<ItemId>>, Failure> {
    let Some(cell) = arguments.within.as_deref() else {
        return Ok(None);
    };
    let period = super::report::month(config, arguments.month.as_deref(), now)?;
    let cell = super::report::cell(cell)?;
    let found = store.read(|db| explain(db, config, period, now, &cell))?;
    Ok(Some(found.into_iter().collect()))
}

/// A JSON array, written item by item.
fn json(
    db: &Db<'_>,
    config: &Config,
    listed: &mut Listed,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let cannot = |error: serde_json::Error| Failure::from(io::Error::from(error));
    let mut out = BufWriter::new(out);
    let mut writer = serde_json::Serializer::pretty(&mut out);
    let mut array = writer.serialize_seq(None).map_err(cannot)?;
    while let Some((item, row)) = listed.next_whole(db)? {
        array
            .serialize_element(&ItemJson::new(&item, &row, &config.calendar, now))
            .map_err(cannot)?;
    }
    array.end().map_err(cannot)?;
    writeln!(out)?;
    Ok(out.flush()?)
}

/// The items as tables of [`TABLE_ROWS`].
fn tables(
    db: &Db<'_>,
    config: &Config,
    arguments: &ListArgs,
    screen: Screen,
    listed: &mut Listed,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut rows = Vec::new();
    loop {
        let next = listed.next(db)?;
        let is_end = next.is_none();
        rows.extend(next.map(|(item, row)| {
            let row = wording::as_shown(config, &item.mailbox, &row).into_owned();
            (item, row)
        }));
        if !rows.is_empty() && (is_end || rows.len() == TABLE_ROWS) {
            write_text(
                out,
                &(table_of(config, arguments, &rows, screen, now) + "\n"),
            )?;
            rows.clear();
        }
        if is_end {
            return Ok(());
        }
    }
}

struct Listed {
    /// The items in their order, the last first.
    order: Vec<ItemId>,
    counted: Counted,
    /// Left out of the table: settled, most likely no questions, excluded, before the start.
    not_shown: [u32; 4],
    /// Items that cannot be read.
    defective: Vec<ItemId>,
    /// Since when the daemon doubts the clock and sends nothing.
    doubted: Option<DateTime<Utc>>,
}

impl Listed {
    /// `within`: only these, in any state.
    fn read(
        db: &Db<'_>,
        arguments: &ListArgs,
        within: Option<&BTreeSet<ItemId>>,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let is_default =
            arguments.state.is_none() && !arguments.overdue && !arguments.json && within.is_none();
        let mut listed = Self {
            order: Vec::new(),
            counted: Counted::default(),
            not_shown: [0; 4],
            defective: Vec::new(),
            doubted: doubted(db)?,
        };
        let states = states_of(arguments, is_default, within.is_some());
        if !states.is_empty() {
            listed.find(db, arguments, states, within, now)?;
        }
        listed.defective.extend(aside(db, arguments)?);
        if is_default {
            let settled = listed.shorten();
            listed.not_shown = left_out(db, arguments, settled)?;
        }
        Ok(listed)
    }

    /// The items of these states that were asked for.
    fn find(
        &mut self,
        db: &Db<'_>,
        arguments: &ListArgs,
        states: Vec<State>,
        within: Option<&BTreeSet<ItemId>>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let mut found = Vec::new();
        let take = |item: &Item| {
            let is_late = wording::is_overdue(item, now);
            let is_within = within.is_none_or(|within| within.contains(&item.id));
            if is_within && (is_late || !arguments.overdue) {
                self.counted.take(item, is_late);
                found.push((urgency(item), item.id));
            }
        };
        self.defective = db.each_of(&filter(arguments, states), take)?;
        found.sort_unstable();
        self.order = found.into_iter().rev().map(|(_, id)| id).collect();
        Ok(())
    }

    /// Leaves out all settled items but the last ones, and says how many.
    fn shorten(&mut self) -> usize {
        let shown = self.counted.waiting + SETTLED_SHOWN;
        let settled = self.order.len().saturating_sub(shown);
        self.order.drain(..settled);
        settled
    }

    /// How many items of which states the table leaves out, if it does.
    fn rest(&self, language: Language) -> Option<String> {
        let names = of(language).list.not_shown.into_iter();
        let rest: Vec<String> = names
            .zip(self.not_shown)
            .filter(|(_, n)| *n > 0)
            .map(|(name, n)| format!("{n} {name}"))
            .collect();
        (!rest.is_empty()).then(|| rest.join(", "))
    }

    /// The next item that can be read.
    fn next(&mut self, db: &Db<'_>) -> Result<Option<(Item, MessageRow)>, StoreError> {
        while let Some(id) = self.order.pop() {
            match db
                .item_of(id)
                .and_then(|item| Ok((item, db.message_of(id)?)))
            {
                Ok(both) => return Ok(Some(both)),
                Err(error) if error.is_of_one_row() => self.defective.push(id),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The same with all of its steps.
    fn next_whole(&mut self, db: &Db<'_>) -> Result<Option<(Item, MessageRow)>, StoreError> {
        while let Some((item, row)) = self.next(db)? {
            let id = item.id;
            match db.with_all_steps(item) {
                Ok(item) => return Ok(Some((item, row))),
                Err(error) if error.is_of_one_row() => self.defective.push(id),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }
}

fn doubted(db: &Db<'_>) -> Result<Option<DateTime<Utc>>, StoreError> {
    let doubted = clock_waits(db)?.filter(|waiting| waiting.doubt.is_some());
    Ok(doubted.map(|waiting| waiting.since))
}

/// How many items the table leaves out: so many settled ones, and whole states.
fn left_out(db: &Db<'_>, arguments: &ListArgs, settled: usize) -> Result<[u32; 4], StoreError> {
    let count = |state| db.count(&filter(arguments, vec![state]));
    Ok([
        u32::try_from(settled).unwrap_or(u32::MAX),
        count(State::NoQuestion)?,
        count(State::Excluded)?,
        count(State::History)?,
    ])
}

/// The states that were asked for; by default all that a person may want to act on.
fn states_of(arguments: &ListArgs, is_default: bool, is_within: bool) -> Vec<State> {
    let is_shown = |state: &State| is_within || *state != State::History;
    let mut states: Vec<State> = State::ALL.into_iter().filter(is_shown).collect();
    if let Some(state) = arguments.state {
        states = state.states();
    } else if is_default {
        states.retain(|state| !matches!(state, State::Excluded | State::NoQuestion));
    }
    if arguments.overdue {
        states.retain(|state| state.is_live());
    }
    states
}

fn filter(arguments: &ListArgs, states: Vec<State>) -> Filter {
    Filter {
        states,
        mailbox: arguments.mailbox.clone(),
        handler: arguments.handler.clone(),
    }
}

/// The items that are set aside, of the mailbox that was asked for.
fn aside(db: &Db<'_>, arguments: &ListArgs) -> Result<Vec<ItemId>, StoreError> {
    let asked = arguments.mailbox.as_ref();
    let is_here = |aside: &Aside| asked.is_none_or(|mailbox| *mailbox == aside.mailbox);
    let here = db.aside()?.into_iter().filter(is_here);
    Ok(here.map(|aside| aside.item).collect())
}

/// Sorts the most urgent first.
fn urgency(item: &Item) -> impl Ord + use<> {
    let rank = match item.state {
        State::Open | State::ProbablyAnswered => 0,
        State::Answered | State::Closed => 1,
        State::NoQuestion => 2,
        State::Excluded => 3,
        State::History => 4,
    };
    let closes = item
        .due
        .as_ref()
        .filter(|_| rank == 0)
        .map(|due| due.closes);
    let since = (rank > 0).then_some(item.since);
    // A live item always has a due date; one without would be a defect, and is shown first.
    (rank, closes, Reverse(since), item.received_at, item.id)
}

fn refuse_unknown(config: &Config, arguments: &ListArgs) -> Result<(), Failure> {
    if let Some(name) = &arguments.mailbox
        && !config.mailboxes.iter().any(|mailbox| mailbox.name == *name)
    {
        let known: Vec<&str> = config
            .mailboxes
            .iter()
            .map(|mailbox| mailbox.name.as_str())
            .collect();
        return Err(Failure::Usage(format!(
            "there is no mailbox {name:?}; there are: {}",
            known.join(", ")
        )));
    }
    if let Some(id) = &arguments.handler
        && config.staff.get(id).is_none()
    {
        let known: Vec<&str> = config.staff.members.keys().map(String::as_str).collect();
        return Err(Failure::Usage(format!(
            "there is no member of staff {id:?}; there are: {}",
            known.join(", ")
        )));
    }
    Ok(())
}

/// The lines below the tables.
fn summary(config: &Config, arguments: &ListArgs, listed: &Listed) -> String {
    let language = config.service.language;
    let say = &of(language).list;
    // Writing to a String cannot fail.
    let Counted {
        all, live, late, ..
    } = &listed.counted;
    let mut text = if arguments.state.is_none() {
        (say.to_answer)(live.count(), late.count())
    } else {
        (say.total)(all.count())
    };
    if let Some(rest) = listed.rest(language) {
        let _ = write!(text, "\n{}", (say.shown_by_state)(&rest));
    }
    if let Some(unreadable) = unreadable(config, &listed.defective) {
        let _ = write!(text, "\n\n{unreadable}");
    }
    if let Some(since) = listed.doubted {
        let since = config.calendar.local(since).format("%Y-%m-%d %H:%M");
        let _ = write!(text, "\n\n{}", (say.clock_is_doubted)(&since.to_string()));
    }
    text
}

/// The items that no table shows, since their rows are damaged.
fn unreadable(config: &Config, defective: &[ItemId]) -> Option<String> {
    let references: Vec<String> = defective.iter().map(ToString::to_string).collect();
    let say = &of(config.service.language).list;
    (!references.is_empty()).then(|| {
        format!(
            "{}\n{}",
            (say.unreadable)(&references.join(", ")),
            say.rebuild
        )
    })
}

/// The columns that the table has room and reason for.
struct Columns {
    language: Language,
    mailbox: bool,
    sender: bool,
}

fn table_of(
    config: &Config,
    arguments: &ListArgs,
    items: &[(Item, MessageRow)],
    screen: Screen,
    now: DateTime<Utc>,
) -> String {
    let columns = Columns {
        language: config.service.language,
        mailbox: config.mailboxes.len() > 1 && arguments.mailbox.is_none(),
        sender: screen.width >= WIDE,
    };
    let head = columns.head();
    let mut table = screen.table();
    let bold = |(name, _): &(&str, _)| Cell::new(name).add_attribute(Attribute::Bold);
    table.set_header(head.iter().map(bold));
    for (item, row) in items {
        let standing = standing(config, item, now);
        let mut line = Row::from(columns.cells(item, row, standing));
        line.max_height(1);
        table.add_row(line);
    }
    for (column, (_, constraint)) in table.column_iter_mut().zip(head) {
        column.set_constraint(constraint).set_delimiter(NEVER);
    }
    table::lines(table, 0)
}

/// In red what is overdue, in yellow what is due today.
fn standing(config: &Config, item: &Item, now: DateTime<Utc>) -> Cell {
    let (language, calendar) = (config.service.language, &config.calendar);
    let cell = Cell::new(wording::standing(language, item, calendar, now));
    if wording::is_overdue(item, now) {
        cell.fg(Color::Red).add_attribute(Attribute::Bold)
    } else if wording::is_due_today(item, calendar, now) {
        cell.fg(Color::Yellow)
    } else {
        cell
    }
}

impl Columns {
    fn head(&self) -> Vec<(&'static str, ColumnConstraint)> {
        let say = &of(self.language).list;
        let mut head = vec![
            (say.item, ColumnConstraint::ContentWidth),
            (say.due, ColumnConstraint::ContentWidth),
            (say.standing, ColumnConstraint::ContentWidth),
            (say.handler, at_most(NAME_WIDTH)),
        ];
        if self.mailbox {
            head.push((say.mailbox, at_most(NAME_WIDTH)));
        }
        if self.sender {
            head.push((say.from, at_most(SENDER_WIDTH)));
        }
        let rest = ColumnConstraint::LowerBoundary(Width::Fixed(10));
        head.push((say.subject, rest));
        head
    }

    fn cells(&self, item: &Item, row: &MessageRow, standing: Cell) -> Vec<Cell> {
        let due = item.due.as_ref().map(|due| due.date.to_string());
        let mut cells = vec![
            Cell::new(item.id),
            Cell::new(due.as_deref().unwrap_or("–")),
            standing,
            Cell::new(item.handler.as_deref().unwrap_or("–")),
        ];
        if self.mailbox {
            cells.push(Cell::new(&item.mailbox));
        }
        if self.sender {
            let unknown = match item.erased {
                Some(_) => of(self.language).names.erased,
                None => "–",
            };
            let sender = row.shown_name().or(row.sender.as_deref());
            cells.push(Cell::new(foreign::one_line(sender.unwrap_or(unknown))));
        }
        let subject = subject(self.language, item, row);
        cells.push(Cell::new(foreign::one_line(&subject)));
        cells
    }
}

fn subject(language: Language, item: &Item, row: &MessageRow) -> String {
    match item.erased {
        Some(_) => of(language).names.erased.to_owned(),
        None => row.shown_subject(),
    }
}

fn at_most(width: u16) -> ColumnConstraint {
    ColumnConstraint::UpperBoundary(Width::Fixed(width))
}
