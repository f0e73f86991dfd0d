//! What a round means: for the operator's alarms, for the pause after it, and for the exit code of
//! `run --once`. Pure.

use super::health::{Note, Subject};
use super::pause::pause;
use super::{Decisions, Round, failed, stands};
use crate::config;
use crate::domain::coverage::Comparison;
use crate::domain::gate::{self, Gate};
use crate::domain::steadiness::Seen;
use crate::drivers::Interrupted;
use crate::drivers::deliver::{Copies, Handed};
use crate::engine::became::Lost;
use crate::mail::texts::facts::Trouble;
use crate::ports::MailboxError;
use std::time::Duration;

/// When the next round follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// When the mailbox has news, or after its poll time.
    News,
    /// At once, on a new connection: the session ended with its token, as it must once in a while.
    AtOnce,
    /// On a new connection.
    For(Duration),
    /// Never: the engine has ended.
    End,
}

impl Pause {
    /// How long the mailbox rests before its next connection; `None`: for ever.
    #[must_use]
    pub fn rest(self) -> Option<Duration> {
        match self {
            Self::End => None,
            Self::News | Self::AtOnce => Some(Duration::ZERO),
            Self::For(rest) => Some(rest),
        }
    }
}

/// What a round means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    pub notes: Vec<Note>,
    pub pause: Pause,
}

/// Judges a round, after a number of `failures` in a row: rounds that did not come to their end.
#[must_use]
pub fn judge(round: &Round, settings: &config::Mailbox, failures: u32) -> Judgement {
    let mut notes = of_ends(round, settings, failures);
    notes.extend(of_jobs(round, settings));
    let mut later = later(round);
    let stopped = round
        .errors()
        .any(|error| matches!(error, Interrupted::Stopped(_)));
    let broke_off = later.find(|error| !stands(error) || matches!(error, Interrupted::Store(_)));
    let pause = match round.read.as_ref().err().or(broke_off) {
        _ if stopped => Pause::End,
        Some(error) => pause_after(error, settings, failures),
        None => Pause::News,
    };
    Judgement { notes, pause }
}

/// The failures behind the reading, of those that may break a round off.
fn later(round: &Round) -> impl Iterator<Item = &Interrupted> {
    let jobs = [
        failed(round.signs.as_ref()),
        failed(round.doubts.as_ref()),
        round.decided.as_ref().err(),
        failed(round.copies.as_ref()),
        failed(round.compared.as_ref()),
    ];
    jobs.into_iter().flatten()
}

/// Whether the reading, and the steps that follow it, came to their ends.
fn of_ends(round: &Round, settings: &config::Mailbox, failures: u32) -> Vec<Note> {
    let mut notes = match &round.read {
        Err(error) => unread(error, settings, failures).notes,
        Ok(_) => vec![Note::Works(Subject::Polling(settings.name.clone()))],
    };
    match later(round).find(|error| !is_silent(error, failures)) {
        Some(error) => notes.extend(unfinished(error, settings)),
        None if round.read.is_ok() => {
            notes.push(Note::Works(Subject::Unfinished(settings.name.clone())));
            notes.push(Note::Works(Subject::Register));
        }
        None => {}
    }
    notes
}

/// What each job has to say that came to its end.
fn of_jobs(round: &Round, settings: &config::Mailbox) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Ok(decisions) = &round.decided {
        notes.extend(of_decisions(decisions, settings));
    }
    let lost = round.doubts.iter().flatten().flatten();
    notes.extend(lost.map(|lost| of_lost(lost, settings)));
    notes.extend(round.sent.iter().flat_map(|sent| of_sent(sent, settings)));
    let copies = round.copies.iter().flatten();
    notes.extend(copies.filter_map(|copies| of_copies(copies, settings)));
    let compared = round.compared.iter().flatten().flatten();
    notes.extend(compared.flat_map(|compared| of_comparison(compared, settings)));
    notes.extend(of_erasing(round));
    notes.extend(of_reading(round, settings));
    notes.extend(of_signs(round, settings));
    notes
}

/// What it means that a mailbox could not be read, or that its session ended while it rested.
#[must_use]
pub fn unread(error: &Interrupted, settings: &config::Mailbox, failures: u32) -> Judgement {
    let subject = match error {
        Interrupted::Store(_) => Subject::Register,
        Interrupted::Mailbox(_) | Interrupted::Stopped(_) => {
            Subject::Polling(settings.name.clone())
        }
    };
    let trouble = Trouble::Polling {
        mailbox: settings.address.clone(),
        error: error.to_string(),
    };
    let notes = if is_silent(error, failures) {
        Vec::new()
    } else {
        vec![Note::Fails(subject, trouble)]
    };
    Judgement {
        notes,
        pause: pause_after(error, settings, failures),
    }
}

/// What `run --once` ends with: everything that a person must look at before all is done. A copy
/// that the server does not take is none of it.
#[must_use]
pub fn faults(round: &Round) -> Vec<String> {
    let mut faults: Vec<String> = round.errors().map(ToString::to_string).collect();
    if let Ok(decisions) = &round.decided {
        if matches!(decisions.clock, Seen::Doubted { .. }) {
            faults
                .push("the clock cannot be believed: compare it with one that is right".to_owned());
        }
        faults.extend(decisions.problems.iter().cloned());
    }
    if let Some(Ok(handed)) = &round.sent {
        faults.extend(handed.lost.iter().map(|lost| lost.why.clone()));
        if handed.unknown > 0 {
            faults.push(
                "the connection was lost at the end of a mail; it is looked for at the next run"
                    .to_owned(),
            );
        }
        faults.extend(handed.barred.clone());
        faults.extend(handed.deferred.clone());
    }
    faults
}

/// What the handing over of mails means.
#[must_use]
pub fn of_sent(sent: &Result<Handed, Interrupted>, settings: &config::Mailbox) -> Vec<Note> {
    let handed = match sent {
        Ok(handed) => handed,
        Err(error) => return vec![cannot_send(error.to_string(), settings)],
    };
    let subject = Subject::Sending(settings.name.clone());
    let mut notes: Vec<Note> = handed
        .lost
        .iter()
        .map(|lost| of_lost(lost, settings))
        .collect();
    if let Some(why) = &handed.barred {
        let trouble = Trouble::Sending {
            mailbox: settings.address.clone(),
            error: why.clone(),
        };
        notes.push(Note::Happened(subject.clone(), trouble));
    }
    match &handed.deferred {
        Some(why) => notes.push(cannot_send(why.clone(), settings)),
        None if handed.accepted > 0 && handed.barred.is_none() => notes.push(Note::Works(subject)),
        None => {}
    }
    notes
}

/// No mail leaves, for now.
#[must_use]
pub fn cannot_send(error: String, settings: &config::Mailbox) -> Note {
    let trouble = Trouble::Sending {
        mailbox: settings.address.clone(),
        error,
    };
    Note::Fails(Subject::Sending(settings.name.clone()), trouble)
}

/// A mailbox that was read, and whose connection or register failed before all was done.
fn unfinished(error: &Interrupted, settings: &config::Mailbox) -> Option<Note> {
    let (mailbox, text) = (settings.address.clone(), error.to_string());
    match error {
        Interrupted::Mailbox(_) => Some(Note::Fails(
            Subject::Unfinished(settings.name.clone()),
            Trouble::Unfinished {
                mailbox,
                error: text,
            },
        )),
        Interrupted::Store(_) => Some(Note::Fails(
            Subject::Register,
            Trouble::Polling {
                mailbox,
                error: text,
            },
        )),
        Interrupted::Stopped(_) => None,
    }
}

/// A mail that was given up is reported once a day, beside the mail to its handler.
fn of_lost(lost: &Lost, settings: &config::Mailbox) -> Note {
    let Lost {
        reference,
        reader,
        why,
    } = lost;
    let (mailbox, error) = (settings.address.clone(), why.clone());
    let (subject, trouble) = match reader {
        None => (
            format!("undeliverable.{reference}"),
            Trouble::Undeliverable {
                reference: reference.clone(),
                mailbox,
                error,
            },
        ),
        Some(reader) => (
            format!("unreached.{reader}"),
            Trouble::Unreached {
                reader: reader.to_string(),
                mailbox,
                error,
            },
        ),
    };
    Note::Happened(Subject::Item(subject), trouble)
}

fn of_decisions(decisions: &Decisions, settings: &config::Mailbox) -> Vec<Note> {
    let mut notes = Vec::new();
    let mailbox = &settings.address;
    if let Seen::Jumped { minutes } | Seen::Doubted { minutes, .. } = decisions.clock {
        notes.push(Note::Happened(Subject::Clock, Trouble::Clock { minutes }));
    }
    if decisions.held > 0 {
        let trouble = Trouble::Cap {
            mailbox: mailbox.clone(),
            limit: settings.notices_per_hour,
            held: u32::try_from(decisions.held).unwrap_or(u32::MAX),
        };
        notes.push(news(format!("cap.{}", settings.name), trouble));
    }
    notes.extend(decisions.gate.as_ref().map(of_gate));
    for problem in &decisions.problems {
        let trouble = Trouble::Sending {
            mailbox: mailbox.clone(),
            error: problem.clone(),
        };
        let subject = Subject::Texts(settings.name.clone());
        notes.push(Note::Happened(subject, trouble));
    }
    notes
}

fn of_gate(gate: &Gate) -> Note {
    match gate {
        Gate::Paused(gate::Pause { by, reason, .. }) => {
            let trouble = Trouble::Paused {
                by: by.clone(),
                reason: reason.clone(),
            };
            Note::Happened(Subject::Paused, trouble)
        }
        Gate::Open | Gate::Shadow => Note::Works(Subject::Paused),
    }
}

/// The troubles reported once a day, however often they are seen.
fn news(matter: String, trouble: Trouble) -> Note {
    Note::Happened(Subject::Item(matter), trouble)
}

fn of_copies(copies: &Copies, settings: &config::Mailbox) -> Option<Note> {
    let subject = Subject::Copies(settings.name.clone());
    match &copies.refused {
        Some(error) => {
            let trouble = Trouble::Copies {
                mailbox: settings.address.clone(),
                error: error.clone(),
            };
            Some(Note::Fails(subject, trouble))
        }
        None if copies.saved > 0 => Some(Note::Works(subject)),
        None => None,
    }
}

/// A loss that was found is news, one that stays is trouble.
fn of_comparison(comparison: &Comparison, settings: &config::Mailbox) -> Vec<Note> {
    let Comparison {
        folder,
        method,
        found,
        missing,
        ..
    } = comparison;
    let trouble = |found, missing| Trouble::Coverage {
        mailbox: settings.address.clone(),
        folder: folder.clone(),
        found,
        missing,
    };
    let mut notes = Vec::new();
    if *found > 0 {
        let subject = Subject::Item(format!("found.{}.{folder}", settings.name));
        notes.push(Note::Happened(subject, trouble(*found, 0)));
    }
    let subject = Subject::Coverage(settings.name.clone(), folder.clone());
    if *missing > 0 {
        notes.push(Note::Fails(subject, trouble(0, *missing)));
    } else if method.tells() {
        notes.push(Note::Works(subject));
    }
    notes
}

/// A failed erasure is reported, and keeps no mailbox from being watched.
fn of_erasing(round: &Round) -> Option<Note> {
    match round.erased.as_ref()? {
        Ok(None) => None,
        Ok(Some(_)) => Some(Note::Works(Subject::Erasing)),
        Err(error) => Some(Note::Fails(
            Subject::Erasing,
            Trouble::Erasing {
                error: error.to_string(),
            },
        )),
    }
}

/// Signs of a reading that an operator should look at: each reported once a day, however often it
/// is seen.
fn of_reading(round: &Round, settings: &config::Mailbox) -> Vec<Note> {
    let mailbox = &settings.address;
    let mut notes = Vec::new();
    if let Ok(reported) = &round.read
        && let Some(item) = reported.tally.unreadable
    {
        let trouble = Trouble::Unreadable {
            reference: item.to_string(),
            mailbox: mailbox.clone(),
        };
        notes.push(news(format!("unreadable.{}", settings.name), trouble));
    }
    for (folder, error) in round.read.iter().flat_map(|reported| &reported.left_out) {
        let matter = format!("folder.{}.{folder}", settings.name);
        let trouble = Trouble::Folder {
            mailbox: mailbox.clone(),
            folder: folder.clone(),
            error: error.clone(),
        };
        notes.push(news(matter, trouble));
    }
    notes
}

/// The same of what the register shows.
fn of_signs(round: &Round, settings: &config::Mailbox) -> Vec<Note> {
    let mailbox = &settings.address;
    let mut notes = Vec::new();
    let Some(Ok(signs)) = &round.signs else {
        return notes;
    };
    for aside in &signs.aside {
        let reference = aside.item.to_string();
        let matter = format!("aside.{reference}");
        let error = aside.why.clone();
        notes.push(news(matter, Trouble::SetAside { reference, error }));
    }
    if let Some(answered) = signs.sent_seems_empty {
        let trouble = Trouble::SentEmpty {
            mailbox: mailbox.clone(),
            answered,
        };
        notes.push(news(format!("sent.{}", settings.name), trouble));
    }
    let border = settings.authserv_id.as_ref();
    if let Some(id) = border.filter(|_| signs.border_is_silent) {
        let trouble = Trouble::BorderSilent {
            mailbox: mailbox.clone(),
            id: id.clone(),
        };
        notes.push(news(format!("border.{}", settings.name), trouble));
    }
    notes
}

/// A session ends with its token about once an hour: once, that is not trouble.
fn is_silent(error: &Interrupted, failures: u32) -> bool {
    match error {
        Interrupted::Mailbox(MailboxError::Expired(_)) => failures == 0,
        Interrupted::Mailbox(_) | Interrupted::Store(_) => false,
        Interrupted::Stopped(_) => true,
    }
}

fn pause_after(error: &Interrupted, settings: &config::Mailbox, failures: u32) -> Pause {
    match error {
        Interrupted::Stopped(_) => Pause::End,
        _ if is_silent(error, failures) => Pause::AtOnce,
        _ => Pause::For(pause(error, failures.saturating_add(1), &settings.name)),
    }
}
