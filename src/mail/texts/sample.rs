//! Fixed, invented facts: what `preview` shows, what a municipality's templates are checked
//! against, and what the tests compare. Together they take every branch of the built-in templates.

mod alarms;
mod asked;
mod letters;
mod matters;
mod citizens;
mod confirmations;
mod staff;
mod unwatched;

use super::confirmation::{ConfirmationFacts, ConfirmationView};
use super::facts::{
    AlarmFacts, LetterFacts, LettersCopyFacts, Local, NoticeFacts, Part, PauseFacts, Sender,
    StaffMailFacts, Trouble,
};
use super::wording::Wording;
use super::{MAX_ITEMS, Template, Text, TextError, Texts, view};
use crate::config::Language;
use crate::domain::board::StaffMail;
use crate::domain::effect::Kind;
use crate::domain::tongue::Tongue;
use chrono::{DateTime, NaiveDate};
use serde::Serialize;
use staff::staff_samples;

/// Subject and sender of the citizens' mails in the samples.
pub const SUBJECT: &str = "Trasig gatlampa på Storgatan 3";
pub const CITIZEN: &str = "kim.sjoberg@example.net";

const MAILBOX: &str = "kommunfullmaktige@example.se";
const REFERENCE: &str = "SL-2026-00042";

/// Facts of any kind of mail.
#[derive(Clone, Debug)]
pub enum Facts {
    Notice(NoticeFacts),
    LettersCopy(LettersCopyFacts),
    /// A letter to print, which comes with a mail.
    LetterText(LetterFacts),
    Staff(StaffMailFacts),
    Alarm(AlarmFacts),
    Confirmation(ConfirmationFacts),
    Pause(PauseFacts),
}

/// One mail on sample facts.
#[derive(Clone, Debug)]
pub struct Sample {
    /// Unique; also the file of its expected text.
    pub name: &'static str,
    pub kind: Kind,
    pub facts: Facts,
}

impl Sample {
    /// The sample in words.
    pub fn text(&self, texts: &Texts) -> Result<Text, TextError> {
        match &self.facts {
            Facts::Notice(facts) => texts.notice(facts),
            Facts::LettersCopy(facts) => texts.letters_copy(facts),
            Facts::LetterText(facts) => texts.letter_text(facts),
            Facts::Staff(facts) => texts.staff(facts),
            Facts::Alarm(facts) => texts.alarm(facts),
            Facts::Confirmation(facts) => texts.confirmation(facts),
            Facts::Pause(facts) => texts.pause(facts),
        }
    }

    /// The dates that it promises for them, if it is to a citizen.
    #[must_use]
    pub fn dates(&self) -> Vec<NaiveDate> {
        match &self.facts {
            Facts::Notice(facts) => {
                let others = facts.others.iter().map(|other| other.promise);
                std::iter::once(facts.promise).chain(others).collect()
            }
            _ => Vec::new(),
        }
    }

    /// References of the items that it is about.
    #[must_use]
    pub fn refs(&self) -> Vec<String> {
        match &self.facts {
            Facts::Notice(facts) => {
                let others = facts.others.iter().map(|other| &other.reference);
                std::iter::once(&facts.reference)
                    .chain(others)
                    .cloned()
                    .collect()
            }
            Facts::LettersCopy(facts) => {
                let letters = facts.letters.iter();
                letters.map(|letter| letter.reference.clone()).collect()
            }
            Facts::LetterText(facts) => vec![facts.notice.reference.clone()],
            Facts::Staff(facts) => facts.refs(),
            Facts::Pause(_) => Vec::new(),
            Facts::Confirmation(facts) => facts.items.clone(),
            Facts::Alarm(facts) => item_of(&facts.trouble).cloned().into_iter().collect(),
        }
    }

    /// What a text of this kind must say: the part's name and how it reads on these facts.
    #[must_use]
    pub fn required(&self, wording: &Wording) -> Vec<(&'static str, String)> {
        match &self.facts {
            Facts::Notice(facts) => citizen_parts(wording, facts),
            Facts::LettersCopy(facts) => facts
                .letters
                .iter()
                .map(|letter| reference(&letter.reference))
                .collect(),
            // Its page has the reference in any case.
            Facts::LetterText(facts) => citizen_parts(wording, &facts.notice),
            Facts::Staff(facts) => staff_parts(facts),
            Facts::Confirmation(facts) => facts
                .changes
                .iter()
                .map(|change| reference(&change.reference))
                .collect(),
            Facts::Alarm(facts) if facts.recovered.is_none() => {
                vec![("since when", wording.date(facts.since.date_naive()))]
            }
            Facts::Pause(facts) => vec![("the mailbox", facts.mailbox.clone())],
            Facts::Alarm(_) => Vec::new(),
        }
    }

    /// The same for a citizen of another language; as it is when staff read it.
    #[must_use]
    pub fn in_tongue(mut self, tongue: Tongue) -> Self {
        if let Facts::Notice(facts) = &mut self.facts {
            facts.tongue = Some(tongue);
        }
        self
    }

    /// The file of its words.
    #[must_use]
    pub fn template(&self) -> Template {
        match &self.facts {
            Facts::Notice(facts) => facts.template(),
            Facts::LettersCopy(_) => Template::Letter,
            Facts::LetterText(_) => Template::LetterText,
            Facts::Staff(_) => Template::Staff,
            Facts::Alarm(_) => Template::Alarm,
            Facts::Confirmation(_) => Template::Confirmation,
            Facts::Pause(_) => Template::Pause,
        }
    }

    fn value(&self, language: Language) -> Option<serde_json::Value> {
        fn json(facts: &impl Serialize) -> Option<serde_json::Value> {
            serde_json::to_value(facts).ok()
        }
        match &self.facts {
            Facts::Notice(facts) => json(facts),
            Facts::LettersCopy(facts) => json(facts),
            Facts::LetterText(facts) => json(facts),
            Facts::Staff(facts) => json(&view::StaffView::new(facts, language)),
            Facts::Alarm(facts) => json(facts),
            Facts::Confirmation(facts) => json(&ConfirmationView::new(facts, language)),
            Facts::Pause(facts) => json(facts),
        }
    }
}

/// The item that the trouble is with.
fn item_of(trouble: &Trouble) -> Option<&String> {
    match trouble {
        Trouble::Undeliverable { reference, .. }
        | Trouble::Unreadable { reference, .. }
        | Trouble::SetAside { reference, .. } => Some(reference),
        _ => None,
    }
}

fn reference(item: &str) -> (&'static str, String) {
    ("the reference", item.to_owned())
}

/// Every reference; of an item to answer its mailbox, of another's item the handler.
fn staff_parts(facts: &StaffMailFacts) -> Vec<(&'static str, String)> {
    let items = facts.most_urgent().into_iter().take(MAX_ITEMS);
    let mut parts = Vec::new();
    for item in items {
        let part = item.part(facts.today);
        parts.push(reference(&item.reference));
        if matches!(part, Part::Answer | Part::New) {
            parts.push(("the mailbox", item.mailbox.clone()));
        }
        if matches!(part, Part::Team | Part::Aware) {
            let handler = item.holder.handler.clone();
            parts.extend(handler.map(|handler| ("the handler", handler)));
        }
    }
    let unwatched = facts.unwatched.items.iter();
    parts.extend(unwatched.map(|item| reference(&item.reference)));
    parts
}

/// Reference, promised date, handler, how to complain, personal data.
fn citizen_parts(wording: &Wording, facts: &NoticeFacts) -> Vec<(&'static str, String)> {
    let mut parts = vec![
        ("the reference", facts.reference.clone()),
        ("the promised date", wording.date(facts.promise)),
        (
            "the day of arrival",
            wording.date(facts.received.date_naive()),
        ),
        ("the handler", facts.handler.name.clone()),
    ];
    let optional = [
        ("the handler's telephone", &facts.handler.phone),
        ("the handler's address", &facts.handler.email),
        ("how to complain", &facts.sender.complaints),
        (
            "the address of the personal-data page",
            &facts.sender.privacy_url,
        ),
    ];
    parts.extend(
        optional
            .into_iter()
            .filter_map(|(part, value)| value.clone().map(|value| (part, value))),
    );
    parts
}

/// What the templates of that kind are given, for every sample.
pub(super) fn values(template: Template, language: Language) -> Vec<serde_json::Value> {
    let samples = samples(
        &municipality(),
        StaffMail {
            handler: true,
            supervisor: true,
        },
    );
    let plain = self::samples(&bare(), StaffMail::NOBODY);
    samples
        .iter()
        .chain(&plain)
        .filter(|s| s.template() == template)
        .filter_map(|sample| sample.value(language))
        .collect()
}

/// The invented municipality.
#[must_use]
pub fn municipality() -> Sender {
    Sender {
        name: "Västerviks kommun".to_owned(),
        unit: Some("Kommunfullmäktige".to_owned()),
        complaints: Some("synpunkter@example.se eller 0490-25 40 00".to_owned()),
        privacy_url: Some("https://www.example.se/personuppgifter".to_owned()),
        postal_address: Some("Box 100, 593 80 Västervik".to_owned()),
        phone: Some("0490-25 40 00".to_owned()),
        web: Some("www.example.se".to_owned()),
    }
}

/// Nothing but a name.
fn bare() -> Sender {
    Sender {
        name: "Västerviks kommun".to_owned(),
        unit: None,
        complaints: None,
        privacy_url: None,
        postal_address: None,
        phone: None,
        web: None,
    }
}

/// Every kind of mail, from `sender`, with what staff mail may show by `policy`.
#[must_use]
pub fn samples(sender: &Sender, policy: StaffMail) -> Vec<Sample> {
    let mut samples = citizens::samples(sender);
    samples.extend(staff_samples(sender, policy));
    samples.extend(confirmations::samples(sender));
    samples.extend(asked::samples(sender, policy));
    samples.extend(letters::samples(sender, policy));
    samples.extend(pauses(sender));
    samples.extend(alarms::samples(sender));
    samples
}

/// A pause, and its end.
fn pauses(sender: &Sender) -> [Sample; 2] {
    let begun = PauseFacts {
        sender: sender.clone(),
        recipient: "Anna Åberg".to_owned(),
        mailbox: MAILBOX.to_owned(),
        reason: Some("Fel telefonnummer i beskeden".to_owned()),
        since: Some(at(23, 10, 5)),
        until: None,
        held: 0,
    };
    let over = PauseFacts {
        reason: None,
        until: Some(at(23, 14, 30)),
        held: 3,
        ..begun.clone()
    };
    [("pause", begun), ("pause-over", over)].map(|(name, facts)| Sample {
        name,
        kind: Kind::Digest,
        facts: Facts::Pause(facts),
    })
}

/// November 2026, local time.
fn at(day: u32, hour: u32, minute: u32) -> Local {
    use chrono::TimeZone;
    let zone = chrono_tz::Europe::Stockholm;
    // None of the samples' times lies in the hour of a clock change.
    let instant = zone
        .with_ymd_and_hms(2026, 11, day, hour, minute, 0)
        .single();
    instant.unwrap_or_else(|| DateTime::UNIX_EPOCH.with_timezone(&zone))
}

/// A day of 2026.
fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap_or_default()
}
