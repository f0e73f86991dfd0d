//! Words for what an item can be, in Swedish and English, as lists, histories and the registrar's
//! commands say it.
//!
//! Reasons have their words in [`super::reasons`].

use super::words;
use crate::config::Language;
use crate::domain::calendar::Calendar;
use crate::domain::classify::Class;
use crate::domain::event::{
    AssignedBy, Effect, Evidence, EvidenceKind, Failure, Flag, How, MatchedBy,
};
use crate::domain::item::{Item, State};
use crate::domain::outcome::Outcome;
use crate::domain::tongue::Tongue;
use chrono::{DateTime, Utc};

/// Swedish or English.
#[must_use]
pub fn pick(language: Language, swedish: &'static str, english: &'static str) -> &'static str {
    match language {
        Language::Swedish => swedish,
        Language::English => english,
    }
}

/// An item's standing in a few words: `försenat, besked`, `öppet, svar?` (it may be answered),
/// `besvarat för sent`.
#[must_use]
pub fn standing(
    language: Language,
    item: &Item,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> String {
    let pick = |sv, en| pick(language, sv, en);
    let mut text = match item.state {
        State::Open | State::ProbablyAnswered if is_overdue(item, now) => {
            pick("försenat", "overdue")
        }
        State::Open | State::ProbablyAnswered if is_due_today(item, calendar, now) => {
            pick("i dag", "today")
        }
        State::Open | State::ProbablyAnswered => pick("öppet", "open"),
        State::Answered => pick("besvarat", "answered"),
        State::NoQuestion => pick("troligen ingen fråga", "most likely no question"),
        State::Closed => pick("avslutat", "closed"),
        State::Excluded => pick("undantaget", "excluded"),
        State::History => pick("före starten", "before the start"),
    }
    .to_owned();
    if item.state == State::ProbablyAnswered {
        text.push_str(pick(", svar?", ", answer?"));
    }
    match item.outcome(now) {
        Outcome::Broken if !item.state.is_live() => text.push_str(pick(" för sent", " late")),
        Outcome::NoticedInTime if !item.state.is_live() => {
            text.push_str(pick(" efter besked", " after notice"));
        }
        _ if item.state.is_live() && item.noticed_at().is_some() => {
            text.push_str(pick(", besked", ", notice"));
        }
        _ => {}
    }
    text
}

/// `1 ärende`, `2 ärenden`.
#[must_use]
pub fn items(language: Language, count: u32) -> String {
    let (one, many) = (
        pick(language, "ärende", "item"),
        pick(language, "ärenden", "items"),
    );
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Replaces a sender, a subject or a person's words that have been erased.
#[must_use]
pub fn erased(language: Language) -> &'static str {
    pick(language, "(gallrat)", "(erased)")
}

/// An answer should have gone by now.
#[must_use]
pub fn is_overdue(item: &Item, now: DateTime<Utc>) -> bool {
    item.state.is_live()
        && item.covered_by.is_none()
        && item.due.as_ref().is_some_and(|due| now >= due.closes)
}

/// Today is the last day.
#[must_use]
pub fn is_due_today(item: &Item, calendar: &Calendar, now: DateTime<Utc>) -> bool {
    item.state.is_live()
        && item
            .due
            .as_ref()
            .is_some_and(|due| due.date == calendar.local_date(now))
}

#[must_use]
pub fn outcome(language: Language, outcome: Outcome) -> &'static str {
    let pick = |sv, en| pick(language, sv, en);
    match outcome {
        Outcome::Pending => pick("inte avgjort än", "not decided yet"),
        Outcome::AnsweredInTime => pick("hållet: besvarat i tid", "kept: answered in time"),
        Outcome::NoticedInTime => pick("hållet genom besked i tid", "kept by a notice in time"),
        Outcome::Broken => pick("brutet", "broken"),
        Outcome::Covered => pick(
            "ingår i ett tidigare besked",
            "covered by an earlier notice",
        ),
        Outcome::NoQuestion => pick("troligen ingen fråga", "most likely no question"),
        Outcome::Excluded => pick("räknas inte", "does not count"),
    }
}

#[must_use]
pub fn class(language: Language, class: Class) -> &'static str {
    let pick = |sv, en| pick(language, sv, en);
    match class {
        Class::Own => pick("vårt eget mejl", "our own mail"),
        Class::Unreadable => pick("mejl som inte går att tolka", "a mail that cannot be read"),
        Class::Bounce => pick("studs", "a bounce"),
        Class::Receipt => pick("kvitto på läsning eller leverans", "a receipt"),
        Class::AutoReply => pick("automatiskt svar", "an automatic reply"),
        Class::Calendar => pick("kalenderinbjudan", "a calendar invitation"),
        Class::Bulk => pick("massutskick", "bulk mail"),
        Class::Group => pick("mejl genom en grupp", "a mail through a group"),
        Class::Notification => pick("mejl från ett automatiskt system", "a notification"),
        Class::Letter => pick("inskannat brev", "a scanned letter"),
        Class::Correspondence => pick("mejl", "a mail"),
    }
}

#[must_use]
pub fn flag(language: Language, flag: Flag) -> &'static str {
    let pick = |sv, en| pick(language, sv, en);
    match flag {
        Flag::InJunk => pick("låg i skräpposten", "lay in the junk folder"),
        Flag::DmarcFailed => pick(
            "avsändaren kan vara förfalskad (DMARC)",
            "the sender may be forged (DMARC)",
        ),
        Flag::RoleAddress => pick(
            "ingen läser på avsändarens adress",
            "nobody reads the sender's address",
        ),
        Flag::ForeignReplyTo => pick(
            "svaret ska gå till en annan adress",
            "replies go to another address",
        ),
        Flag::NullReturnPath => pick("saknar returadress", "has no return address"),
        Flag::FromOurselves => pick(
            "kommer från brevlådans egen adress",
            "comes from the mailbox's own address",
        ),
        Flag::AnswerInJunk => pick(
            "svaret ligger kanske i skräpposten",
            "its answer may lie in junk",
        ),
        Flag::MaybeBounced => pick(
            "beskedet kan ha kommit tillbaka",
            "its notice may have come back",
        ),
        Flag::Trashed => pick("ligger i papperskorgen", "lies in the trash"),
        Flag::MovedIn => pick("har flyttats hit", "was moved here"),
        Flag::Edited => pick("ämnesraden har ändrats", "its subject was changed"),
        Flag::ForgedMark => pick(
            "bär vårt märke men är inte från oss",
            "bears our mark but is not from us",
        ),
        Flag::Gone => pick(
            "ligger inte kvar i brevlådan",
            "is no longer in the mailbox",
        ),
        Flag::PossibleDuplicate => pick("kan vara en dubblett", "may be a duplicate"),
        Flag::StampInFuture => pick(
            "stämpeldagen ligger framåt i tiden",
            "the stamp day is in the future",
        ),
        Flag::StampTooOld => pick("stämpeldagen är för gammal", "the stamp day is too old"),
        Flag::AnswerBounced => pick("svaret kom tillbaka", "the answer came back"),
        Flag::HandlerAway => pick("handläggaren svarar med frånvaro", "the handler is away"),
        Flag::UntiedAutoReply => pick(
            "automatiskt svar utan känt samtal",
            "an automatic reply to no known conversation",
        ),
        Flag::NoticeHeldByCap => pick(
            "besked hölls av gränsen för antal",
            "a notice was held by the limit",
        ),
        Flag::NoticeHeldByHour => pick(
            "besked hölls av gränsen för en timme",
            "a notice was held by the limit of an hour",
        ),
        Flag::NoticeHeldByPause => pick("besked hölls av en paus", "a notice was held by a pause"),
        Flag::NoteMissing => pick(
            "anteckning om åtgärd saknas",
            "lacks the note of what was done",
        ),
        Flag::AnsweredBeside => pick(
            "avsändaren fick svar på en annan fråga",
            "the sender got an answer to another question",
        ),
        Flag::Unverified => pick(
            "svarets avsändare är inte bekräftad",
            "nothing vouches for the answer's sender",
        ),
        Flag::ForgedAnswer => pick(
            "har fått ett förfalskat svar",
            "was answered by a forged mail",
        ),
        Flag::AfterAnswer => pick("kom efter ett svar", "came after an answer"),
        Flag::Echo => pick(
            "kom strax efter vårt besked till samma adress",
            "came just after our notice to that address",
        ),
        Flag::StrangersReply => pick(
            "svarar på ett mejl till en medarbetare men kommer inte säkert från en",
            "answers a mail to staff but is not surely from staff",
        ),
        Flag::ForwardedIn => pick(
            "skickades vidare av en kollega",
            "was passed on by a colleague",
        ),
        Flag::Internal => pick("från en kollega", "from a colleague"),
        Flag::Reclassified => pick("bedömd på nytt", "judged anew"),
        Flag::OnHold => pick("bevaras, gallras inte", "on hold, will not be erased"),
        Flag::Erased => pick("gallrat", "erased"),
    }
}

/// What a mail of ours is about, as the subject of a sentence.
#[must_use]
pub fn effect(language: Language, effect: Effect) -> String {
    let pick = |sv, en| pick(language, sv, en);
    let text = match effect {
        Effect::Reminder => pick("Påminnelsen", "The reminder"),
        Effect::PromiseReminder(_) => pick(
            "Påminnelsen på den utlovade dagen",
            "The reminder on the promised day",
        ),
        Effect::Notice => pick("Beskedet till avsändaren", "The notice to the sender"),
        Effect::NewDate(_) => pick("Mejlet om ett nytt datum", "The mail about a new date"),
        Effect::Letter => pick(
            "Brevet att skriva ut och posta",
            "The letter to print and post",
        ),
        Effect::Escalation(step) => {
            return format!(
                "{} {step}",
                pick("Mejlet till chef, steg", "The mail to a supervisor, step")
            );
        }
        Effect::Climbed(_) => pick(
            "Mejlet om att en chef fick veta",
            "The mail that a supervisor was told",
        ),
        Effect::Confirm => pick(
            "Frågan om ärendet är besvarat",
            "The question whether it was answered",
        ),
        Effect::NoticeTrouble => pick(
            "Mejlet om att beskedet inte kom fram",
            "The mail about the lost notice",
        ),
        Effect::AnswerInJunk => pick(
            "Mejlet om ett svar i skräpposten",
            "The mail about an answer in junk",
        ),
        Effect::AnswerBounced => pick(
            "Mejlet om att svaret kom tillbaka",
            "The mail about the answer that came back",
        ),
        Effect::NoticeHeld => pick(
            "Mejlet om att inget besked går",
            "The mail about the notice that was held",
        ),
        Effect::Urge(_) => pick(
            "Påminnelsen som någon bad om",
            "The reminder that somebody asked for",
        ),
        Effect::Arrival => pick("Mejlet om att det kom in", "The mail that it has arrived"),
        Effect::NoQuestion(_) => pick(
            "Mejlet om att det troligen inte är en fråga",
            "The mail that it is most likely no question",
        ),
        Effect::Note => pick("Frågan efter en anteckning", "The question for a note"),
        Effect::StandIn => pick("Mejlet till ersättaren", "The mail to the deputy"),
        Effect::HandOver(_) => pick(
            "Mejlet till den som har ärendet nu",
            "The mail to whoever has the item now",
        ),
    };
    text.to_owned()
}

#[must_use]
pub fn failure(language: Language, failure: Failure) -> &'static str {
    let pick = |sv, en| pick(language, sv, en);
    match failure {
        Failure::Rejected => pick("avvisades", "was refused"),
        Failure::Bounced => pick("kom tillbaka", "came back"),
        Failure::Absent => pick("möttes av ett frånvarosvar", "met an absence reply"),
        Failure::Unknown => pick("kom kanske inte fram", "may not have arrived"),
        Failure::PutOff => pick(
            "togs inte emot trots flera försök",
            "was not taken in spite of many attempts",
        ),
    }
}

#[must_use]
pub fn how(language: Language, how: How) -> &'static str {
    let pick = |sv, en| pick(language, sv, en);
    match how {
        How::Answered => pick("besvarat", "answered"),
        How::Phone => pick("besvarat per telefon", "answered by phone"),
        How::Letter => pick("besvarat med brev", "answered by letter"),
        How::Meeting => pick("besvarat vid ett möte", "answered at a meeting"),
        How::Digital => pick(
            "besvarat i en digital tjänst",
            "answered in a digital service",
        ),
        How::Decision => pick("beslutat", "decided"),
        How::Released => pick("handlingarna utlämnade", "records released"),
        How::NoQuestion => pick("ingen fråga", "no question"),
        How::NoAnswerNeeded => pick("behöver inget svar", "needs no answer"),
        How::HandedOver => pick("flyttat till en annan brevlåda", "moved to another mailbox"),
        How::DoneFolder => pick(
            "flyttat till mappen för klara",
            "moved to the folder of what is done",
        ),
    }
}

#[must_use]
pub fn assigned_by(language: Language, how: AssignedBy) -> &'static str {
    let pick = |sv, en| pick(language, sv, en);
    match how {
        AssignedBy::Rule => pick("enligt regel", "by a rule"),
        AssignedBy::Forward => pick("vidarebefordrat", "forwarded"),
        AssignedBy::Command => pick("med mejlkommando", "by a mail command"),
        AssignedBy::Cli => pick("av registratorn", "by the registrar"),
        AssignedBy::Conversation => pick("har samtalet sedan tidigare", "has the conversation"),
        AssignedBy::Default => pick("brevlådans handläggare", "the mailbox's handler"),
        AssignedBy::Folder => pick(
            "ligger i handläggarens mapp",
            "lies in the handler's folder",
        ),
    }
}

/// What proves it: `ett mejl i Skickat, matchat på In-Reply-To`.
#[must_use]
pub fn evidence(language: Language, evidence: &Evidence) -> String {
    let pick = |sv, en| pick(language, sv, en);
    let mut text = match evidence.kind {
        EvidenceKind::Sent => pick("skickat mejl", "a sent mail"),
        EvidenceKind::Copy => pick("kopia på svaret", "a copy of the answer"),
        EvidenceKind::Twin => pick(
            "svaret i en annan brevlåda",
            "the answer in another mailbox",
        ),
        EvidenceKind::AnsweredFlag => pick("märket ”besvarat”", "the mark \"answered\""),
        EvidenceKind::DoneFolder => pick("mappen för klara", "the folder of what is done"),
        EvidenceKind::Command => pick("mejlkommando", "a mail command"),
        EvidenceKind::Cli => pick("uppgift på servern", "told on the server"),
    }
    .to_owned();
    if let Some(folder) = &evidence.folder {
        text = format!(
            "{text} {} {}",
            pick("i", "in"),
            words::folder(language, folder)
        );
    }
    if let Some(matched) = evidence.matched_by {
        let matched = match matched {
            MatchedBy::InReplyTo => "In-Reply-To",
            MatchedBy::References => "References",
            MatchedBy::ThreadIndex => "Thread-Index",
            MatchedBy::Reference => pick("referensen i ämnet", "the reference in the subject"),
            MatchedBy::Address => pick("adressen", "the address"),
        };
        text = format!("{text}, {} {matched}", pick("matchat på", "matched by"));
    }
    if evidence.is_unverified() {
        text = format!(
            "{text}, {}",
            pick(
                "avsändaren är inte bekräftad",
                "nothing vouches for the sender"
            )
        );
    }
    if let Some(id) = &evidence.message_id {
        text = format!("{text}, <{id}>");
    }
    text
}

/// A language by name; one that has none here by its code.
#[must_use]
pub fn tongue(language: Language, tongue: Tongue) -> String {
    let (sv, en) = match tongue.as_str() {
        "sv" => ("svenska", "Swedish"),
        "en" => ("engelska", "English"),
        "fi" => ("finska", "Finnish"),
        "fit" => ("meänkieli", "Meänkieli"),
        "se" | "sma" | "smj" | "smi" => ("samiska", "Sami"),
        "rom" => ("romska", "Romani"),
        "yi" => ("jiddisch", "Yiddish"),
        code => return code.to_owned(),
    };
    pick(language, sv, en).to_owned()
}
