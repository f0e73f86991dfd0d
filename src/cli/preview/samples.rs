//! The samples that are shown: which, in which language, and the mail that each would be.

use crate::domain::board::StaffMail;
use crate::domain::effect::Kind;
use crate::domain::keyed::{KEY_BYTES, Key, Seal};
use crate::domain::language::Language;
use crate::domain::message::Address;
use crate::domain::tongue::Tongue;
use crate::failure::Failure;
use crate::mail::author::{Author, Draft, Thread};
use crate::mail::compose::Outgoing;
use crate::mail::texts::facts::{Local, Sender};
use crate::mail::texts::sample::{self, Sample};
use crate::mail::texts::{Text, Texts};
use chrono::{DateTime, TimeZone};
use std::collections::BTreeSet;

/// All samples in the language of staff; in any other what citizens get, as far as there are words
/// for it.
pub(super) fn samples_in(
    texts: &Texts,
    tongue: Tongue,
    sender: &Sender,
    policy: StaffMail,
) -> Vec<Sample> {
    let samples = sample::samples(sender, policy);
    if tongue == Tongue::from(texts.language()) {
        return samples;
    }
    let is_ours = Language::of(tongue).is_some();
    let is_worded = |sample: &Sample| {
        sample.template().is_for_citizens() && (is_ours || texts.is_own(tongue, sample.template()))
    };
    samples
        .into_iter()
        .filter(is_worded)
        .map(|sample| sample.in_tongue(tongue))
        .collect()
}

pub(super) fn chosen(samples: Vec<Sample>, kind: Option<&str>) -> Result<Vec<Sample>, Failure> {
    let Some(kind) = kind else { return Ok(samples) };
    let known: BTreeSet<&str> = samples
        .iter()
        .flat_map(|s| [s.kind.as_str(), s.name])
        .collect();
    if !known.contains(kind) {
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Failure::Usage(format!(
            "there is no mail of the kind “{kind}”; there are: {known}"
        )));
    }
    Ok(samples
        .into_iter()
        .filter(|s| s.kind.as_str() == kind || s.name == kind)
        .collect())
}

/// The mail of a sample, with invented receiver, id and date.
#[must_use]
pub fn outgoing(sample: &Sample, text: &Text, from: &Address) -> Outgoing {
    let citizens_id = sample
        .kind
        .is_to_citizen()
        .then(|| "20261119081200.1@mail.example.net".to_owned());
    let draft = Draft {
        kind: sample.kind,
        refs: sample.refs(),
        to: vec![reader_of(sample.kind)],
        words: text.clone().into(),
        thread: Thread::after(citizens_id.as_ref(), &[]),
        files: Vec::new(),
        at: sample_date(),
    };
    let author =
        Author::new(from.name.as_deref().unwrap_or_default(), &from.addr).promising(sample.dates());
    author
        .sign(
            draft,
            &Seal {
                unique: sample.name.to_owned(),
                key: Key([0; KEY_BYTES]),
            },
        )
        .0
}

/// An invented one.
fn reader_of(kind: Kind) -> Address {
    let (name, addr) = match kind {
        kind if kind.is_to_citizen() => (None, sample::CITIZEN),
        Kind::Alarm => (None, "it-drift@example.se"),
        _ => (Some("Anna Åberg".to_owned()), "anna.aberg@example.se"),
    };
    Address {
        name,
        addr: addr.to_owned(),
    }
}

fn sample_date() -> Local {
    let zone = chrono_tz::Europe::Stockholm;
    let date = zone.with_ymd_and_hms(2026, 11, 23, 13, 0, 0).single();
    date.unwrap_or_else(|| DateTime::UNIX_EPOCH.with_timezone(&zone))
}
