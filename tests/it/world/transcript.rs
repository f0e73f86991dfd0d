//! What a scenario comes to, as text: every mail that left, and the state of every item.

use super::post::header_field;
use super::town::Town;
use chrono::{DateTime, Utc};
use servicelofte::config::Language;
use servicelofte::domain::event::{Effect, Fact};
use servicelofte::domain::item::Item;
use servicelofte::mail::parse;
use servicelofte::mail::texts::reasons;
use std::fmt::Write as _;

/// A mail that the server accepted.
pub struct Mail {
    pub at: DateTime<Utc>,
    /// `notice`, `reminder` …, as its mark says.
    pub kind: String,
    pub to: String,
    pub message_id: String,
    /// `SL-2026-00001/reminder`; the reference alone for a mail without an effect (the note of
    /// exclusions).
    pub effects: Vec<String>,
    pub raw: Vec<u8>,
}

pub async fn mails(town: &Town) -> Vec<Mail> {
    let accepted = town.post.state().accepted.clone();
    let mut mails = Vec::new();
    for one in accepted {
        let raw = one.envelope.mail;
        let message_id = header_field(&raw, "Message-ID")
            .unwrap_or_default()
            .trim_matches(['<', '>'])
            .to_owned();
        let mark = header_field(&raw, "X-Servicelofte").unwrap_or_default();
        let (kind, refs) = mark.split_once(';').unwrap_or((&mark, ""));
        let id = message_id.clone();
        let mut effects: Vec<String> = town
            .ask(move |engine| match engine.db().own_mail(&id).unwrap() {
                Some(row) => engine.db().effects_of(row.id).unwrap(),
                None => Vec::new(),
            })
            .await
            .into_iter()
            .map(|(item, effect)| format!("{item}/{effect}"))
            .collect();
        let refs = refs
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .trim_start_matches("ref=")
            .split(',')
            .map(str::trim);
        let is_told = |reference: &&str| {
            effects
                .iter()
                .any(|effect| effect.split('/').next() == Some(*reference))
        };
        let mut others: Vec<String> = refs
            .filter(|reference| !is_told(reference))
            .map(str::to_owned)
            .collect();
        if kind == "confirmation" {
            for effect in &mut others {
                effect.push_str("/confirmation");
            }
        }
        effects.extend(others);
        let copy = one
            .envelope
            .own_copy
            .filter(|copy| one.envelope.from.as_ref() != Some(copy));
        let readers: Vec<String> = one.envelope.to.into_iter().chain(copy).collect();
        let to = readers.join(",");
        mails.push(Mail {
            at: one.at,
            kind: kind.to_owned(),
            to,
            message_id,
            effects,
            raw,
        });
    }
    mails
}

pub async fn of(town: &mut Town) -> String {
    let calendar = town.config().calendar.clone();
    let time = |at: DateTime<Utc>| calendar.local(at).format("%a %Y-%m-%d %H:%M").to_string();
    let mut text = String::new();
    for mail in mails(town).await {
        let to = mail.to.strip_suffix("@example.se").unwrap_or(&mail.to);
        let _ = write!(
            text,
            "{} {} to {to}: {}",
            time(mail.at),
            mail.kind,
            mail.effects.join(" ")
        );
        if mail.kind == "confirmation" {
            let subject = parse::message(&mail.raw).subject;
            let _ = write!(text, " “{subject}”");
        }
        text.push('\n');
    }
    if town.shows_alarms {
        for (at, telling) in &town.operator.told {
            let end = if telling.recovered.is_some() {
                " is over"
            } else {
                ""
            };
            let _ = writeln!(
                text,
                "{} alarm: {}{end}",
                time(*at),
                telling.trouble.matter().0
            );
        }
    }
    for item in town.items().await {
        let line = line_of(town, &item).await;
        let _ = writeln!(text, "{line}");
    }
    text
}

/// Whom the notice names, if not its handler.
fn named(item: &Item) -> Option<String> {
    let notice = item.done.get(&Effect::Notice)?;
    if notice.as_function {
        return Some("a-function".to_owned());
    }
    let named = notice.names.clone();
    named.filter(|named| item.handler.as_ref() != Some(named))
}

async fn line_of(town: &Town, item: &Item) -> String {
    let calendar = town.config().calendar.clone();
    let time = |at: DateTime<Utc>| calendar.local(at).format("%Y-%m-%d %H:%M").to_string();
    let mut line = format!("{} {} {}", item.id, name(&item.class), name(&item.state));
    let mut add = |key: &str, value: String| {
        let _ = write!(line, " {key}={value}");
    };
    let id = item.id;
    let history = town
        .ask(move |engine| engine.db().history(id).unwrap())
        .await;
    if let Some(due) = &item.due {
        if let Some(pledge) = item
            .pledge
            .as_deref()
            .filter(|pledge| !matches!(*pledge, "email" | "letter"))
        {
            add("pledge", pledge.to_owned());
        }
        add("outcome", name(&item.outcome(town.now())));
        add("received", time(item.received_at));
        let was = history.iter().filter_map(|event| match &event.fact {
            Fact::DueChanged { old: Some(old), .. } => Some(format!("{old}>")),
            _ => None,
        });
        add("due", format!("{}{}", was.collect::<String>(), due.date));
        add(
            "handler",
            item.handler.clone().unwrap_or("nobody".to_owned()),
        );
    }
    if let Some(named) = named(item) {
        add("named", named);
    }
    if let Some(promise) = item.promise {
        add("promise", promise.to_string());
    }
    if let Some(why) = item.no_question {
        add("presumed", format!("{why:?}").to_lowercase());
    }
    if let Some(by) = item.covered_by {
        add("covered-by", by.to_string());
    }
    if item.conversation != item.id {
        add("conversation", item.conversation.to_string());
    }
    if let Some(settled) = &item.settled {
        let by = settled.by.as_deref().unwrap_or("unknown");
        let matched = settled
            .evidence
            .matched_by
            .map(|matched| format!("/{}", name(&matched)))
            .unwrap_or_default();
        add(
            "settled",
            format!(
                "{} by {by} ({}{matched})",
                time(settled.at),
                name(&settled.evidence.kind)
            ),
        );
    }
    if item.noted {
        add("noted", "yes".to_owned());
    }
    let failed = item
        .done
        .iter()
        .filter_map(|(effect, done)| Some(format!("{effect}:{}", name(&done.failed?.1))));
    let failed: Vec<String> = failed.collect();
    for (key, list) in [
        ("flags", item.flags.iter().map(name).collect()),
        ("failed", failed),
    ] {
        if !list.is_empty() {
            add(key, list.join(","));
        }
    }
    if item.folder != "INBOX" {
        add("in", item.folder.clone());
    }
    if let Some(reason) = &item.excluded_reason {
        add(
            "because",
            format!("{:?}", reasons::reason(Language::English, reason)),
        );
    }
    line
}

/// As it is stored.
fn name<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value)
        .unwrap()
        .as_str()
        .unwrap_or("?")
        .to_owned()
}
