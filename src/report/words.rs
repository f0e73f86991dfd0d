//! The words of the report for its codes: no code is ever shown to people.

use crate::config::Language;
use crate::domain::blind::{Cause, Sight};
use crate::domain::coverage::Method;
use crate::domain::figures::Figure;
use crate::domain::kind::Kind;
use crate::domain::period::Period;
use crate::domain::pledge::Span;
use crate::mail::texts::words as common;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

/// The Swedish words, or the English ones.
#[must_use]
pub fn pick<T>(language: Language, swedish: T, english: T) -> T {
    match language {
        Language::Swedish => swedish,
        Language::English => english,
    }
}

/// A figure, as a column or a row is headed by it.
#[must_use]
#[expect(clippy::too_many_lines, reason = "one line for each figure")]
pub fn figure(language: Language, figure: Figure) -> &'static str {
    use Figure as F;
    let (swedish, english) = match figure {
        F::Received => ("Allt som kom in", "All that arrived"),
        F::Arrived => ("Inkomna", "Arrived"),
        F::AnsweredInTime => ("Svar i tid", "Answered in time"),
        F::NoticedInTime => ("Besked i tid", "Notice in time"),
        F::Broken => ("Varken eller", "Neither"),
        F::Pending => ("Ännu inte avgjorda", "Not yet decided"),
        F::NoticeKept => ("Svar till utlovad dag", "Answered by the promised day"),
        F::NoticeLate => ("Svar senare", "Answered later"),
        F::NoticeByWord => ("Avslutade på annat sätt", "Closed otherwise"),
        F::NoticeWaits => ("Väntar ännu", "Still waiting"),
        F::NoticeOverdue => (
            "Väntar, och den utlovade dagen har passerat",
            "Waiting past the promised day",
        ),
        F::NoticePosted => (
            "Besked postade enligt uppgift",
            "Notices posted, as reported",
        ),
        F::ClosedWithoutAnswer => ("Stängda utan svar", "Closed without an answer"),
        F::ClosedWithoutAnswerLate => (
            "Därav efter löftets sista dag",
            "Of these after the pledge's last day",
        ),
        F::SelfReported => (
            "Besvarade enligt uppgift (telefon, möte, annat)",
            "Answered by a person's word (telephone, meeting, other)",
        ),
        F::SaidAfterwards => ("Uppgivet i efterhand", "Told afterwards"),
        F::Filed => (
            "Flyttade till en mapp för klara",
            "Moved to a folder of what is done",
        ),
        F::ExcludedByHand => ("Undantagna för hand", "Excluded by hand"),
        F::NoQuestion => ("Troligen inga frågor", "Most likely no questions"),
        F::Internal => ("Interna mejl, från kollegor", "Internal, from colleagues"),
        F::HandedOver => (
            "Flyttade till en annan brevlåda",
            "Moved to another mailbox",
        ),
        F::Covered => (
            "Ingår i ett tidigare besked",
            "Covered by an earlier notice",
        ),
        F::Bulk => ("Nyhetsbrev och utskick", "Newsletters and bulk mail"),
        F::AutoReply => ("Automatiska svar", "Automatic replies"),
        F::Bounce => (
            "Studsar (mejl som inte gick fram)",
            "Bounces (mail that was not delivered)",
        ),
        F::Receipt => ("Läskvitton", "Read receipts"),
        F::Calendar => ("Svar på kallelser", "Answers to invitations"),
        F::OwnTraffic => (
            "Tjänstens egna mejl, kopior av svar och medarbetares svar till tjänsten",
            "The service's own mail, copies of answers and staff's replies to the service",
        ),
        F::OtherExcluded => (
            "Annat som inte behövde svar",
            "Other mail that needed no answer",
        ),
        F::History => (
            "Från tiden före tjänstens start",
            "From before the start of the service",
        ),
        F::Within1 => ("Svar inom en arbetsdag", "Answered within one working day"),
        F::Within2 => (
            "Svar inom två arbetsdagar",
            "Answered within two working days",
        ),
        F::Day0 => ("Samma dag", "Same day"),
        F::Day1 => ("1 arbetsdag", "1 working day"),
        F::Day2 => ("2 arbetsdagar", "2 working days"),
        F::Day3To5 => ("3–5 arbetsdagar", "3–5 working days"),
        F::Day6To10 => ("6–10 arbetsdagar", "6–10 working days"),
        F::Later => ("Mer än 10 arbetsdagar", "More than 10 working days"),
        F::NotAnswered => ("Inget svar ännu", "No answer yet"),
        F::AnsweredLate => (
            "Besvarade efter löftets sista dag",
            "Answered after the pledge's last day",
        ),
        F::Unverified => ("Obekräftat svar", "Answer that nothing vouches for"),
        F::ProbablyAnswered => (
            "Troligen besvarade, obekräftat",
            "Probably answered, not confirmed",
        ),
        F::Unassigned => ("Ingen hade ärendet", "No one had the item"),
        F::WhileBlind => (
            "Brevlådan kunde inte läsas en del av tiden",
            "The mailbox could not be read for part of it",
        ),
        F::OverClosedDays => ("Stängda dagar låg emellan", "Closed days lay between"),
        F::Untouched => (
            "Varken fördelat vidare eller besvarat",
            "Neither handed on nor answered",
        ),
        F::HandlerAway => ("Handläggaren var frånvarande", "The handler was away"),
        F::OtherwiseBroken => ("Inget av detta", "None of these"),
        F::HeldByCap => (
            "Hölls för att en gräns var nådd",
            "Held because a limit was reached",
        ),
        F::HeldByPerson => ("Hölls av en person", "Held by a person"),
        F::PromisesKept => ("Hållna datum", "Dates kept"),
        F::PromisesMoved => ("Flyttade datum", "Dates moved"),
        F::PromisesBroken => ("Brutna datum", "Dates broken"),
        F::PromisesPending => ("Datum som inte har passerat", "Dates not yet passed"),
        F::Noted => ("Med anteckning om åtgärd", "With a note of what was done"),
        F::NoteMissing => ("Anteckning saknas", "Note missing"),
        F::Escalated => (
            "Ärenden som en chef fick veta om",
            "Items that a supervisor was told of",
        ),
        F::WaitsInTime => ("Tid kvar", "In time"),
        F::Late1To2 => ("1–2 dagar sena", "1–2 days late"),
        F::Late3To5 => ("3–5 dagar sena", "3–5 days late"),
        F::Late6To10 => ("6–10 dagar sena", "6–10 days late"),
        F::LateLonger => ("Mer än 10 dagar sena", "More than 10 days late"),
        F::PromiseRuns => (
            "Har ett lovat datum som inte har passerat",
            "Promised date still to come",
        ),
        F::PromiseOver => (
            "Det lovade datumet har passerat",
            "Promised date has passed",
        ),
    };
    pick(language, swedish, english)
}

/// The questions of a pledge, in the plural.
#[must_use]
pub fn questions(language: Language, pledge: &str) -> &'static str {
    let (swedish, english) = match pledge {
        "letter" => ("brev", "letters"),
        "complaint" => ("klagomål", "complaints"),
        "callback" => ("önskemål om kontakt", "requests to be called back"),
        "decision" => ("ärenden", "matters"),
        "overdue-decision" => (
            "begäranden om att avgöra ett ärende",
            "requests for a decision",
        ),
        "records" => (
            "begäranden om allmän handling",
            "requests for public records",
        ),
        _ => ("frågor", "questions"),
    };
    pick(language, swedish, english)
}

/// A pledge by name, with a capital.
#[must_use]
pub fn pledge(language: Language, name: &str) -> String {
    capital(common::pledge(language, name))
}

/// The pledge as a sentence, where the municipality has not written its own.
#[must_use]
pub fn promise(language: Language, name: &str, time: Span) -> String {
    let within = within(language, time);
    let (swedish, english) = match name {
        "letter" => (
            format!(
                "Du får svar på brev {within}. Behöver vi längre tid på oss meddelar vi vem som handlägger ditt ärende."
            ),
            format!(
                "You get an answer to a letter {within}. If we need longer, we tell you who handles your matter."
            ),
        ),
        "complaint" => (
            format!("Du får svar på klagomål {within}."),
            format!("You get an answer to a complaint {within}."),
        ),
        "callback" => (
            format!("Om den du söker inte är på plats blir du kontaktad {within}."),
            format!("If the person you look for is not there, you are contacted {within}."),
        ),
        "decision" => (
            format!("Du får ett beslut {within}."),
            format!("You get a decision {within}."),
        ),
        "overdue-decision" => (
            format!("Har du begärt att ditt ärende avgörs får du besked {within}."),
            format!("If you have asked for your matter to be decided, you hear from us {within}."),
        ),
        "records" => (
            format!("Den som begär en allmän handling får svar {within}."),
            format!("Whoever asks for public records gets an answer {within}."),
        ),
        _ => (
            format!(
                "Du får svar på e-post {within}. Behöver vi längre tid på oss meddelar vi vem som handlägger ditt ärende."
            ),
            format!(
                "You get an answer to an e-mail {within}. If we need longer, we tell you who handles your matter."
            ),
        ),
    };
    pick(language, swedish, english)
}

/// `inom två arbetsdagar`, `samma arbetsdag`.
#[must_use]
pub fn within(language: Language, time: Span) -> String {
    let words = common::within(language, time);
    let number = match time {
        Span::WorkingDays(n) | Span::Days(n) | Span::Weeks(n) | Span::Months(n) => n,
    };
    words.replace(
        &format!(" {number}\u{a0}"),
        &format!(" {} ", in_words(language, time, number)),
    )
}

/// Numbers up to twelve in words.
fn in_words(language: Language, time: Span, number: u16) -> String {
    let words = match (language, time) {
        (Language::Swedish, _) => [
            "noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva",
            "tolv",
        ],
        (Language::English, _) => [
            "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
            "eleven", "twelve",
        ],
    };
    words
        .get(usize::from(number))
        .map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// `november 2026`; `9–15 november 2026`; `1 oktober 2025–30 september 2026`.
#[must_use]
pub fn period(language: Language, period: Period) -> String {
    let day = |date| common::date_without_weekday(language, date);
    if period.is_month() {
        return format!("{} {}", month(language, period.from), period.from.year());
    }
    let (from, to) = (period.from, period.to);
    if from == to {
        day(from)
    } else if (from.year(), from.month()) == (to.year(), to.month()) {
        format!("{}–{}", from.day(), day(to))
    } else {
        format!("{} – {}", day(from), day(to))
    }
}

/// `oktober`, or `oktober 2025` where the year is another one than the reader thinks of; another
/// period in full.
#[must_use]
pub fn short_period(language: Language, short: Period, year: i32) -> String {
    if short.is_month() && short.from.year() == year {
        month(language, short.from)
    } else {
        period(language, short)
    }
}

/// The month's name.
#[must_use]
pub fn month(language: Language, date: NaiveDate) -> String {
    let first = common::date_without_weekday(language, date);
    first
        .split([' ', '\u{a0}'])
        .nth(1)
        .unwrap_or_default()
        .to_owned()
}

/// Its month and year, as a row begins: `Oktober 2026`.
#[must_use]
pub fn month_and_year(language: Language, date: NaiveDate) -> String {
    format!("{} {}", capital(&month(language, date)), date.year())
}

/// With a capital letter first.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

#[must_use]
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

#[must_use]
pub fn cause(language: Language, cause: Cause) -> &'static str {
    let (swedish, english) = match cause {
        Cause::NotRunning => ("Tjänsten var inte i gång", "The service did not run"),
        Cause::Asleep => (
            "Servern sov, eller klockan ställdes om",
            "The machine slept, or its clock was set",
        ),
        Cause::Unreachable => (
            "E-postservern gick inte att nå",
            "The mail server could not be reached",
        ),
        Cause::Throttled => (
            "E-postservern bad tjänsten att vänta",
            "The mail server asked the service to wait",
        ),
        Cause::Login => ("Inloggningen nekades", "The login was refused"),
        Cause::Tls => ("Ingen säker förbindelse", "No secure connection"),
        Cause::Folder => (
            "En mapp gick inte att öppna",
            "A folder could not be opened",
        ),
        Cause::Refused => (
            "E-postservern nekade ett kommando",
            "The mail server refused a command",
        ),
        Cause::Register => (
            "Loggen gick inte att skriva",
            "The register could not be written",
        ),
    };
    pick(language, swedish, english)
}

#[must_use]
pub fn sight(language: Language, sight: Sight) -> &'static str {
    match sight {
        Sight::Arrivals => pick(language, "hela brevlådan", "the whole mailbox"),
        Sight::Answers => pick(
            language,
            "bara svaren (skickade mejl)",
            "only the answers (sent mail)",
        ),
    }
}

/// The trouble that an alarm was about. A kind that a newer program wrote has no words here, and is
/// shown as its code.
#[must_use]
pub fn alarm(language: Language, kind: &str) -> &'static str {
    let (swedish, english) = match kind {
        "polling" => (
            "Brevlådan gick inte att läsa",
            "The mailbox could not be read",
        ),
        "sending" => ("Mejl gick inte att skicka", "Mail could not be sent"),
        "unfinished" => (
            "Allt kunde inte göras i brevlådan",
            "Not everything could be done in the mailbox",
        ),
        "folder" => ("En mapp gick inte att läsa", "A folder could not be read"),
        "copies" => (
            "Kopior bland skickade mejl sparades inte",
            "Copies among sent mail were not stored",
        ),
        "disk" => ("Disken var nästan full", "The disk was nearly full"),
        "clock" => ("Klockan hoppade", "The clock jumped"),
        "border_silent" => (
            "Avsändare kunde inte kontrolleras",
            "Senders could not be checked",
        ),
        "sent_empty" => ("Svar sparades inte", "Answers were not stored"),
        "undeliverable" => (
            "Ett besked kunde inte levereras",
            "A notice could not be delivered",
        ),
        "unreadable" => (
            "Ett mejl gick inte att läsa automatiskt",
            "A message could not be read",
        ),
        "coverage" => (
            "Mejl saknades i loggen",
            "Messages were missing from the register",
        ),
        "erasing" => (
            "Uppgifter kunde inte gallras",
            "Personal data could not be erased",
        ),
        "cap" => (
            "Gränsen för antal besked nåddes",
            "The limit of notices was reached",
        ),
        "set_aside" => (
            "Ett ärende gick inte att läsa och sattes åt sidan",
            "An item could not be read and was set aside",
        ),
        "paused" => (
            "Mejlen till medborgare stoppades av en person",
            "A person stopped the mail to citizens",
        ),
        "unreached" => (
            "En medarbetare gick inte att nå",
            "A member of staff could not be reached",
        ),
        "expiring" => (
            "Ett lösenord eller certifikat går snart ut",
            "A password or certificate ends soon",
        ),
        _ => (
            "Annat fel som driften fick veta om",
            "Other trouble that the operator was told of",
        ),
    };
    pick(language, swedish, english)
}

/// Mails to staff, by kind.
#[must_use]
pub fn staff_mail(language: Language, kind: Kind) -> &'static str {
    let (swedish, english) = match kind {
        Kind::Notice | Kind::NewDate => ("Besked", "Notices"),
        Kind::Reminder => ("Påminnelser till handläggare", "Reminders to handlers"),
        Kind::Escalation => (
            "Mejl till chefer om försenade ärenden",
            "Mails to supervisors about what is late",
        ),
        Kind::Digest => ("Samlade mejl", "Mails that gather several things"),
        Kind::Confirmation => ("Bekräftelser", "Confirmations"),
        Kind::Alarm => ("Larm", "Alarms"),
        Kind::Report => ("Rapporter", "Reports"),
        Kind::Letter => ("Brev att skriva ut", "Letters to print"),
        Kind::Check => ("Provmejl", "Trial mails"),
    };
    pick(language, swedish, english)
}

/// `2026-11-19 09:12`, of an RFC 3339 time.
#[must_use]
pub fn moment(rfc3339: &str) -> String {
    DateTime::<FixedOffset>::parse_from_rfc3339(rfc3339).map_or_else(
        |_| rfc3339.to_owned(),
        |at| at.format("%Y-%m-%d %H:%M").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pledges_and_periods_have_their_words() {
        let (sv, en) = (Language::Swedish, Language::English);
        for (time, swedish, english) in [
            (
                Span::WorkingDays(2),
                "inom två arbetsdagar",
                "within two working days",
            ),
            (
                Span::WorkingDays(1),
                "inom en arbetsdag",
                "within one working day",
            ),
            (
                Span::WorkingDays(0),
                "samma\u{a0}arbetsdag",
                "the same working\u{a0}day",
            ),
            (Span::Weeks(1), "inom en vecka", "within one week"),
            (Span::Months(6), "inom sex månader", "within six months"),
            (Span::Days(30), "inom 30 dagar", "within 30 days"),
        ] {
            assert_eq!(
                (within(sv, time).as_str(), within(en, time).as_str()),
                (swedish, english)
            );
        }
        let of = |from: &str, to: &str| {
            Period::new(from.parse().expect("a date"), to.parse().expect("a date"))
        };
        for (from, to, swedish, short) in [
            ("2026-10-01", "2026-10-31", "oktober 2026", "oktober"),
            ("2025-10-01", "2025-10-31", "oktober 2025", "oktober 2025"),
            (
                "2026-11-09",
                "2026-11-15",
                "9–15\u{a0}november 2026",
                "9–15\u{a0}november 2026",
            ),
            (
                "2026-11-15",
                "2026-11-15",
                "15\u{a0}november 2026",
                "15\u{a0}november 2026",
            ),
        ] {
            let of = of(from, to).expect("a period");
            assert_eq!(
                (period(sv, of).as_str(), short_period(sv, of, 2026).as_str()),
                (swedish, short)
            );
        }
    }

    /// P68: a reader never sees a code of the program.
    #[test]
    fn nothing_is_called_by_its_code() {
        for language in [Language::Swedish, Language::English] {
            for one in Figure::ALL {
                let words = figure(language, *one);
                assert!(words != one.code() && !words.contains('_'), "{words}");
            }
            for kind in Kind::ALL {
                assert!(!staff_mail(language, kind).contains('_'));
            }
            for kind in ["unreached", "set_aside", "something_new"] {
                assert!(!alarm(language, kind).contains('_'), "{kind}");
            }
        }
    }
}
