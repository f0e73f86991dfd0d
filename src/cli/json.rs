//! An item as `list --json` and `show --json` print it: the contract's fields, times in the
//! configured zone.
//!
//! Where the contract leaves it open: `answered_*` is filled by an answer that was seen, by one
//! that is only probable (see the state) and by a closing that says how it was answered;
//! `reminded_at`, `notice_at` and escalations name mails that have left. `from_name` and `language`
//! are added to the contract, and `erased`: when the personal data was erased and by which decision
//! (then `from` and `message_id` are null and `subject` is empty).

use crate::config::Language;
use crate::domain::calendar::Calendar;
use crate::domain::classify::Class;
use crate::domain::event::{
    AssignedBy, Effect, Event, Evidence, EvidenceKind, Flag, How, MatchedBy,
};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::MessageRow;
use crate::domain::outcome::Outcome;
use crate::domain::tongue::Tongue;
use crate::domain::trust::Trust;
use crate::mail::texts::reasons;
use crate::store::export::Line;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::Value;

/// The contract's item.
#[derive(Debug, Serialize)]
pub struct ItemJson<'a> {
    #[serde(flatten)]
    arrived: ArrivedJson<'a>,
    #[serde(flatten)]
    standing: StandingJson<'a>,
    #[serde(flatten)]
    course: CourseJson<'a>,
    #[serde(flatten)]
    known: KnownJson<'a>,
}

/// The message as it came.
#[derive(Debug, Serialize)]
struct ArrivedJson<'a> {
    #[serde(rename = "ref")]
    reference: String,
    mailbox: &'a str,
    pledge: Option<&'a str>,
    class: Class,
    message_id: Option<String>,
    from: Option<&'a str>,
    from_name: Option<&'a str>,
    subject: &'a str,
    folder: &'a str,
    received_at: String,
}

/// How its item stands, and with whom.
#[derive(Debug, Serialize)]
struct StandingJson<'a> {
    due_date: Option<NaiveDate>,
    state: State,
    outcome: Outcome,
    handler: Option<&'a str>,
    assigned_by: Option<AssignedBy>,
}

/// The answer, the mails that have left, and the end.
#[derive(Debug, Serialize)]
struct CourseJson<'a> {
    answered_at: Option<String>,
    answered_by: Option<&'a str>,
    evidence: Option<EvidenceJson<'a>>,
    reminded_at: Option<String>,
    notice_at: Option<String>,
    promise_date: Option<NaiveDate>,
    posted_at: Option<NaiveDate>,
    escalations: Vec<EscalationJson<'a>>,
    closed_at: Option<String>,
    closed_how: Option<&'static str>,
    /// In English, as the rest of the document is.
    excluded_reason: Option<String>,
}

/// What else is known of it.
#[derive(Debug, Serialize)]
struct KnownJson<'a> {
    flags: Vec<Flag>,
    /// The code of the language that the citizen is written to in; null for the service's.
    language: Option<Tongue>,
    /// Whether the border vouches for the sender; null where it is not known to speak.
    verified: Option<bool>,
    conversation: String,
    /// The item whose notice speaks for this one too.
    covered_by: Option<String>,
    twins: Vec<String>,
    erased: Option<ErasedJson<'a>>,
}

#[derive(Debug, Serialize)]
struct EvidenceJson<'a> {
    kind: EvidenceKind,
    folder: Option<&'a str>,
    message_id: Option<String>,
    matched_by: Option<MatchedBy>,
    verified: Option<bool>,
}

#[derive(Debug, Serialize)]
struct ErasedJson<'a> {
    at: String,
    decision: &'a str,
}

#[derive(Debug, Serialize)]
struct EscalationJson<'a> {
    step: u16,
    at: String,
    to: &'a [String],
}

impl<'a> ItemJson<'a> {
    /// The names of its fields, in their order.
    pub const FIELDS: [&'static str; 33] = [
        "ref",
        "mailbox",
        "pledge",
        "class",
        "message_id",
        "from",
        "from_name",
        "subject",
        "folder",
        "received_at",
        "due_date",
        "state",
        "outcome",
        "handler",
        "assigned_by",
        "answered_at",
        "answered_by",
        "evidence",
        "reminded_at",
        "notice_at",
        "promise_date",
        "posted_at",
        "escalations",
        "closed_at",
        "closed_how",
        "excluded_reason",
        "flags",
        "language",
        "verified",
        "conversation",
        "covered_by",
        "twins",
        "erased",
    ];

    #[must_use]
    pub fn new(
        item: &'a Item,
        row: &'a MessageRow,
        calendar: &Calendar,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            arrived: ArrivedJson::of(item, row, calendar),
            standing: StandingJson::of(item, now),
            course: CourseJson::of(item, calendar),
            known: KnownJson::of(item, calendar),
        }
    }
}

impl<'a> ArrivedJson<'a> {
    fn of(item: &'a Item, row: &'a MessageRow, calendar: &Calendar) -> Self {
        Self {
            reference: item.id.to_string(),
            mailbox: &item.mailbox,
            pledge: item.pledge.as_deref(),
            class: item.class,
            message_id: row.message_id.as_deref().map(in_brackets),
            from: row.sender.as_deref(),
            from_name: row.name.as_deref(),
            subject: &row.subject,
            folder: &item.folder,
            received_at: rfc3339(item.arrived_at(), calendar),
        }
    }
}

impl<'a> StandingJson<'a> {
    fn of(item: &'a Item, now: DateTime<Utc>) -> Self {
        Self {
            due_date: item.due.as_ref().map(|due| due.date),
            state: item.state,
            outcome: item.outcome(now),
            handler: item.handler.as_deref(),
            assigned_by: item.assigned_by,
        }
    }
}

impl<'a> CourseJson<'a> {
    fn of(item: &'a Item, calendar: &Calendar) -> Self {
        let time = |at| rfc3339(at, calendar);
        let sent = |effect| {
            let done = item.done.get(&effect);
            done.and_then(|done| done.sent_at).map(time)
        };
        let settled = item.settled.as_ref();
        let answered = settled.filter(|settled| settled.how.is_none_or(How::is_answer));
        Self {
            answered_at: answered.map(|settled| time(settled.at)),
            answered_by: answered.and_then(|settled| settled.by.as_deref()),
            evidence: settled.map(|settled| EvidenceJson::new(&settled.evidence)),
            reminded_at: sent(Effect::Reminder),
            notice_at: sent(Effect::Notice),
            promise_date: item.promise,
            posted_at: item.posted,
            escalations: escalations(item, calendar),
            closed_at: closed_at(item).map(time),
            closed_how: closed_how(item),
            excluded_reason: excluded_reason(item),
        }
    }
}

impl<'a> KnownJson<'a> {
    fn of(item: &'a Item, calendar: &Calendar) -> Self {
        Self {
            flags: item.flags.iter().copied().collect(),
            language: item.language,
            verified: item.trust.map(|trust| trust == Trust::Verified),
            conversation: item.conversation.to_string(),
            covered_by: item.covered_by.map(|by| by.to_string()),
            twins: item.twins.iter().map(ToString::to_string).collect(),
            erased: erased(item, calendar),
        }
    }
}

/// Those that have left.
fn escalations<'a>(item: &'a Item, calendar: &Calendar) -> Vec<EscalationJson<'a>> {
    let left = item.escalations().filter_map(|(step, done)| {
        Some(EscalationJson {
            step,
            at: rfc3339(done.sent_at?, calendar),
            to: &done.to,
        })
    });
    left.collect()
}

fn closed_at(item: &Item) -> Option<DateTime<Utc>> {
    let settled = item.settled.as_ref().map(|settled| settled.at);
    (item.state == State::Closed).then(|| settled.unwrap_or(item.since))
}

fn excluded_reason(item: &Item) -> Option<String> {
    let reason = item.excluded_reason.as_ref()?;
    Some(reasons::reason(Language::English, reason))
}

fn erased<'a>(item: &'a Item, calendar: &Calendar) -> Option<ErasedJson<'a>> {
    let erased = item.erased.as_ref()?;
    Some(ErasedJson {
        at: rfc3339(erased.at, calendar),
        decision: &erased.decision,
    })
}

/// How an item was closed, as the contract names it.
fn closed_how(item: &Item) -> Option<&'static str> {
    if item.state != State::Closed {
        return None;
    }
    Some(
        match item.settled.as_ref().and_then(|settled| settled.how) {
            // Shown for its time, and not contradicted.
            None | Some(How::NoQuestion) => "no_question",
            Some(How::DoneFolder) => "filed",
            Some(How::HandedOver) => "handed_over",
            Some(how) => how.as_str(),
        },
    )
}

impl<'a> EvidenceJson<'a> {
    fn new(evidence: &'a Evidence) -> Self {
        Self {
            kind: evidence.kind,
            folder: evidence.folder.as_deref(),
            message_id: evidence.message_id.as_deref().map(in_brackets),
            matched_by: evidence.matched_by,
            verified: evidence.verified,
        }
    }
}

/// One event of `show --json`: `detail` holds the fact's fields, `text` says the same to people.
#[derive(Debug, Serialize)]
pub struct EventJson<'a> {
    at: String,
    event: &'static str,
    by: &'a str,
    detail: Value,
    text: String,
}

impl<'a> EventJson<'a> {
    pub fn new(
        event: &'a Event,
        text: String,
        calendar: &Calendar,
    ) -> Result<Self, serde_json::Error> {
        let mut detail = serde_json::to_value(&event.fact)?;
        for_readers(&mut detail, calendar);
        Ok(Self {
            at: rfc3339(event.at, calendar),
            event: event.fact.name(),
            by: &event.by,
            detail,
            text,
        })
    }
}

/// A line of the log as `export` writes it: an event of `show --json` with its number, its item
/// and, on the line that logs a message, what the register knows of that. Flat, so that the columns
/// of CSV have the same names.
#[derive(Debug, Serialize)]
pub struct LineJson<'a> {
    number: i64,
    /// Null for what concerns the service and no item.
    #[serde(rename = "ref")]
    reference: Option<String>,
    at: String,
    event: &'a str,
    by: &'a str,
    text: String,
    #[serde(flatten)]
    message: MessageJson<'a>,
    detail: Value,
}

/// A message as the register has it. Of an erased one nothing is left but its size.
#[derive(Debug, Default, Serialize)]
struct MessageJson<'a> {
    message_id: Option<String>,
    from: Option<&'a str>,
    from_name: Option<&'a str>,
    reply_to: Option<&'a [String]>,
    subject: Option<&'a str>,
    size: Option<u32>,
    references: Option<Vec<String>>,
    thread_index: Option<&'a str>,
}

impl<'a> MessageJson<'a> {
    fn of(row: &'a MessageRow) -> Self {
        let size = Some(row.size);
        if row.is_empty() {
            return Self {
                size,
                ..Self::default()
            };
        }
        let more = &row.more;
        Self {
            message_id: row.message_id.as_deref().map(in_brackets),
            from: row.sender.as_deref(),
            from_name: row.name.as_deref(),
            reply_to: Some(&more.reply_to),
            subject: Some(&row.subject),
            size,
            references: Some(more.references.iter().map(|id| in_brackets(id)).collect()),
            thread_index: more.thread_index.as_deref(),
        }
    }
}

impl<'a> LineJson<'a> {
    /// The names of its fields, in their order.
    pub const FIELDS: [&'static str; 15] = [
        "number",
        "ref",
        "at",
        "event",
        "by",
        "text",
        "message_id",
        "from",
        "from_name",
        "reply_to",
        "subject",
        "size",
        "references",
        "thread_index",
        "detail",
    ];

    /// `detail` is what the log holds, read as JSON if it is any.
    #[must_use]
    pub fn new(line: &'a Line, mut detail: Value, text: String, calendar: &Calendar) -> Self {
        let message = line.message.as_ref();
        for_readers(&mut detail, calendar);
        Self {
            number: line.number,
            reference: line.item.map(|id| id.to_string()),
            at: exact(line.at, calendar),
            event: &line.event,
            by: &line.by,
            text,
            message: message.map(MessageJson::of).unwrap_or_default(),
            detail,
        }
    }
}

/// What the log keeps for itself, as the rest of the document has it: instants in the zone, items
/// by their references, ids of messages in brackets; the event has a field of its own.
fn for_readers(detail: &mut Value, calendar: &Calendar) {
    if let Some(fields) = detail.as_object_mut() {
        fields.remove("event");
    }
    said_to_readers(detail, calendar);
}

fn said_to_readers(value: &mut Value, calendar: &Calendar) {
    let Some(fields) = value.as_object_mut() else {
        return;
    };
    for (name, value) in fields {
        match (name.as_str(), &*value) {
            ("at" | "received_at" | "closes", Value::String(text)) => {
                if let Ok(at) = DateTime::parse_from_rfc3339(text) {
                    *value = exact(at.to_utc(), calendar).into();
                }
            }
            ("conversation" | "leader" | "covered_by" | "with" | "item", Value::Number(number)) => {
                if let Some(id) = number.as_i64() {
                    *value = ItemId(id).to_string().into();
                }
            }
            ("message_id", Value::String(id)) => *value = in_brackets(id).into(),
            _ => said_to_readers(value, calendar),
        }
    }
}

fn in_brackets(id: &str) -> String {
    format!("<{id}>")
}

/// With the fraction of a second, where there is one.
fn exact(at: DateTime<Utc>, calendar: &Calendar) -> String {
    calendar
        .local(at)
        .to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

fn rfc3339(at: DateTime<Utc>, calendar: &Calendar) -> String {
    calendar
        .local(at)
        .to_rfc3339_opts(SecondsFormat::Secs, false)
}
