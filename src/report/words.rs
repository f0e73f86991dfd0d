//! The words of the report for its codes.

use super::figures::ExcludedBy;
use crate::config::Language;
use crate::domain::blind::{Cause, Sight};
use crate::domain::coverage::Method;
use chrono::{DateTime, FixedOffset};

/// The Swedish words, or the English ones.
#[must_use]
pub fn pick<T>(language: Language, swedish: T, english: T) -> T {
    match language {
        Language::Swedish => swedish,
        Language::English => english,
    }
}

pub fn excluded_by(language: Language, by: ExcludedBy) -> &'static str {
    let (swedish, english) = match by {
        ExcludedBy::Bulk => ("Nyhetsbrev och utskick", "Newsletters and bulk mail"),
        ExcludedBy::AutoReply => ("Automatiska svar", "Automatic replies"),
        ExcludedBy::Bounce => ("Studsar (mejl som inte gick fram)", "Bounces (mail that was not delivered)"),
        ExcludedBy::Receipt => ("Läskvitton", "Read receipts"),
        ExcludedBy::Calendar => ("Svar på kallelser", "Answers to invitations"),
        ExcludedBy::Own => ("Tjänstens egna mejl", "The service's own mail"),
        ExcludedBy::StaffReply => ("Medarbetares svar till tjänsten", "Staff's replies to the service"),
        ExcludedBy::CopyOfAnswer => ("Kopior av svar", "Copies of answers"),
        ExcludedBy::Person => ("Undantagna av en person", "Excluded by a person"),
        ExcludedBy::NoAnswerNeeded => ("Avslutade: inget svar behövs", "Closed: no answer needed"),
        ExcludedBy::Other => ("Annat", "Other"),
    };
    pick(language, swedish, english)
}

pub fn method(language: Language, method: Method) -> &'static str {
    let (swedish, english) = match method {
        Method::Unchanged => ("oförändrad", "unchanged"),
        Method::Uids => ("mejl för mejl", "message by message"),
        Method::Counts => ("bara antal", "numbers only"),
        Method::Interrupted => ("avbruten", "interrupted"),
        Method::Refused => ("nekad", "refused"),
    };
    pick(language, swedish, english)
}

pub fn cause(language: Language, cause: Cause) -> &'static str {
    let (swedish, english) = match cause {
        Cause::NotRunning => ("Tjänsten var inte i gång", "The service did not run"),
        Cause::Asleep => ("Servern sov, eller klockan ställdes om", "The machine slept, or its clock was set"),
        Cause::Unreachable => ("E-postservern gick inte att nå", "The mail server could not be reached"),
        Cause::Throttled => ("E-postservern bad tjänsten att vänta", "The mail server asked the service to wait"),
        Cause::Login => ("Inloggningen nekades", "The login was refused"),
        Cause::Tls => ("Ingen säker förbindelse", "No secure connection"),
        Cause::Folder => ("En mapp gick inte att öppna", "A folder could not be opened"),
        Cause::Refused => ("E-postservern nekade ett kommando", "The mail server refused a command"),
        Cause::Register => ("Loggen gick inte att skriva", "The register could not be written"),
    };
    pick(language, swedish, english)
}

pub fn sight(language: Language, sight: Sight) -> &'static str {
    match sight {
        Sight::Arrivals => pick(language, "hela brevlådan", "the whole mailbox"),
        Sight::Answers => pick(language, "bara svaren (skickade mejl)", "only the answers (sent mail)"),
    }
}

pub fn alarm(language: Language, kind: &str) -> &str {
    let (swedish, english) = match kind {
        "polling" => ("Brevlådan gick inte att läsa", "The mailbox could not be read"),
        "sending" => ("Mejl gick inte att skicka", "Mail could not be sent"),
        "unfinished" => ("Allt kunde inte göras i brevlådan", "Not everything could be done in the mailbox"),
        "folder" => ("En mapp gick inte att läsa", "A folder could not be read"),
        "copies" => ("Kopior bland skickade mejl sparades inte", "Copies among sent mail were not stored"),
        "disk" => ("Disken var nästan full", "The disk was nearly full"),
        "clock" => ("Klockan hoppade", "The clock jumped"),
        "sent_empty" => ("Svar sparades inte", "Answers were not stored"),
        "undeliverable" => ("Ett besked kunde inte levereras", "A notice could not be delivered"),
        "unreadable" => ("Ett mejl gick inte att läsa automatiskt", "A message could not be read"),
        "coverage" => ("Mejl saknades i loggen", "Messages were missing from the register"),
        "erasing" => ("Uppgifter kunde inte gallras", "Personal data could not be erased"),
        "cap" => ("Gränsen för antal besked nåddes", "The limit of notices was reached"),
        other => return other,
    };
    pick(language, swedish, english)
}

/// A figure of a pledge, by its name in JSON.
pub fn figure(language: Language, name: &str) -> &str {
    let (swedish, english) = match name {
        "arrived" => ("Inkomna", "Arrived"),
        "answered_in_time" => ("Besvarade i tid", "Answered in time"),
        "noticed_in_time" => ("Besked i tid", "Notice in time"),
        "broken" => ("Brutna löften", "Broken"),
        "pending" => ("Ännu inte avgjorda", "Not yet decided"),
        "answered" => ("Besvarade", "Answered"),
        "promises_kept" => ("Hållna datum", "Dates kept"),
        "promises_broken" => ("Brutna datum", "Dates broken"),
        "promises_moved" => ("Flyttade datum", "Dates moved"),
        "promises_pending" => ("Datum ännu inte passerade", "Dates not yet passed"),
        other => return other,
    };
    pick(language, swedish, english)
}

/// `2026-11-19 09:12`, of an RFC 3339 time.
pub fn moment(rfc3339: &str) -> String {
    DateTime::<FixedOffset>::parse_from_rfc3339(rfc3339)
        .map_or_else(|_| rfc3339.to_owned(), |at| at.format("%Y-%m-%d %H:%M").to_string())
}
