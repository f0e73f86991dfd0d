//! Words for the codes of the report, in Swedish.

use super::mails;
use crate::domain::blind::{Cause, Sight};
use crate::domain::coverage::Method;
use crate::domain::figures::{Figure, Nature};
use crate::words::figures::Figures;

pub const FIGURES: Figures = Figures {
    figure: |figure| match figure {
        Figure::Received => "Allt som kom in",
        Figure::Arrived => "Inkomna",
        Figure::AnsweredInTime => "Svar i tid",
        Figure::NoticedInTime => "Besked i tid",
        Figure::Broken => "Varken eller",
        Figure::Pending => "Ännu inte avgjorda",
        Figure::NoticeKept => "Svar till utlovad dag",
        Figure::NoticeLate => "Svar senare",
        Figure::NoticeByWord => "Avslutade på annat sätt",
        Figure::NoticeWaits => "Väntar ännu",
        Figure::NoticeOverdue => "Väntar, och den utlovade dagen har passerat",
        Figure::NoticePosted => "Besked postade enligt uppgift",
        Figure::NoticeByFunction => "Besked i en funktions namn",
        Figure::ClosedWithoutAnswer => "Stängda utan svar",
        Figure::ClosedWithoutAnswerLate => "Därav efter löftets sista dag",
        Figure::SelfReported => "Besvarade enligt uppgift (telefon, möte, annat)",
        Figure::SaidAfterwards => "Uppgivet i efterhand",
        Figure::Filed => "Flyttade till en mapp för klara",
        Figure::ExcludedByHand => "Undantagna för hand",
        Figure::NoQuestion => "Troligen inga frågor",
        Figure::Internal => "Interna mejl, från kollegor",
        Figure::TurnedOut => "Troligen inga frågor, men visade sig vara det",
        Figure::HandedOver => "Flyttade till en annan brevlåda",
        Figure::Covered => "Ingår i ett tidigare besked",
        Figure::ForwardedKept => "Skickade vidare hit av en kollega: löftet hölls",
        Figure::ForwardedBroken => "Skickade vidare hit av en kollega: löftet bröts",
        Figure::ForwardedPending => "Skickade vidare hit av en kollega: ännu inte avgjorda",
        Figure::Bulk => "Nyhetsbrev och utskick",
        Figure::AutoReply => "Automatiska svar",
        Figure::Bounce => "Studsar (mejl som inte gick fram)",
        Figure::Receipt => "Läskvitton",
        Figure::Calendar => "Svar på kallelser",
        Figure::OwnTraffic => {
            "Tjänstens egna mejl, kopior av svar och medarbetares svar till tjänsten"
        }
        Figure::OtherExcluded => "Annat som inte behövde svar",
        Figure::History => "Från tiden före tjänstens start",
        Figure::Within1 => "Svar inom en arbetsdag",
        Figure::Within2 => "Svar inom två arbetsdagar",
        Figure::Day0 => "Samma dag",
        Figure::Day1 => "1 arbetsdag",
        Figure::Day2 => "2 arbetsdagar",
        Figure::Day3To5 => "3–5 arbetsdagar",
        Figure::Day6To10 => "6–10 arbetsdagar",
        Figure::Later => "Mer än 10 arbetsdagar",
        Figure::NotAnswered => "Inget svar ännu",
        Figure::AnsweredLate => "Besvarade efter löftets sista dag",
        Figure::Unverified => "Obekräftat svar",
        Figure::ProbablyAnswered => "Troligen besvarade, obekräftat",
        Figure::Unassigned => "Ingen hade ärendet",
        Figure::WhileBlind => "Brevlådan kunde inte läsas en del av tiden",
        Figure::OverClosedDays => "Stängda dagar låg emellan",
        Figure::Untouched => "Varken fördelat vidare eller besvarat",
        Figure::HandlerAway => "Handläggaren var frånvarande",
        Figure::RecognisedLate => "Känd som fråga först på löftets sista dag eller senare",
        Figure::OtherwiseBroken => "Inget av detta",
        Figure::HeldByCap => "Hölls för att en gräns var nådd",
        Figure::HeldByPerson => "Hölls av en person",
        Figure::PromisesKept => "Hållna datum",
        Figure::PromisesMoved => "Flyttade datum",
        Figure::PromisesBroken => "Brutna datum",
        Figure::PromisesPending => "Datum som inte har passerat",
        Figure::Noted => "Med anteckning om åtgärd",
        Figure::NoteMissing => "Anteckning saknas",
        Figure::Escalated => "Ärenden som en chef fick veta om",
        Figure::WaitsInTime => "Tid kvar",
        Figure::Late1To2 => "1–2 dagar sena",
        Figure::Late3To5 => "3–5 dagar sena",
        Figure::Late6To10 => "6–10 dagar sena",
        Figure::LateLonger => "Mer än 10 dagar sena",
        Figure::PromiseRuns => "Har ett lovat datum som inte har passerat",
        Figure::PromiseOver => "Det lovade datumet har passerat",
    },
    questions: |pledge, nature| match (pledge, nature) {
        ("overdue-decision", _) => "begäranden om att avgöra ett ärende",
        (_, Some(Nature::Letter)) => "brev",
        (_, Some(Nature::Complaint)) => "klagomål",
        (_, Some(Nature::Contact)) => "önskemål om kontakt",
        (_, Some(Nature::Decision)) => "ärenden",
        (_, Some(Nature::Records)) => "begäranden om allmän handling",
        (_, Some(Nature::Mail) | None) => "frågor",
    },
    promise: |promise| {
        let within = promise.within;
        let of = promise
            .own_name
            .map_or_else(String::new, |name| format!("{name}: "));
        let said = match promise.nature {
            Nature::Mail if promise.name == "overdue-decision" => {
                return format!("Har du begärt att ditt ärende avgörs får du besked {within}.");
            }
            Nature::Mail if of.is_empty() => format!("Du får svar på e-post {within}."),
            Nature::Mail => format!("{of}Du får svar {within}."),
            Nature::Letter => format!("{of}Du får svar på brev {within}."),
            Nature::Complaint => return format!("{of}Du får svar på klagomål {within}."),
            Nature::Contact => {
                return format!("{of}Om den du söker inte är på plats blir du kontaktad {within}.");
            }
            Nature::Decision => return format!("{of}Du får ett beslut {within}."),
            Nature::Records => {
                return format!("{of}Den som begär en allmän handling får svar {within}.");
            }
        };
        if promise.notice {
            said + " Behöver vi längre tid på oss meddelar vi vem som handlägger ditt ärende."
        } else {
            said
        }
    },
    no_more: |name| format!("Löftet ”{name}” gäller inte längre."),
    numbers: [
        "noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva",
        "tolv",
    ],
    method: |method| match method {
        Method::Unchanged => "oförändrad",
        Method::Uids => "mejl för mejl",
        Method::Counts => "bara antal",
        Method::Interrupted => "avbruten",
        Method::Refused => "nekad",
    },
    cause: |cause| match cause {
        Cause::NotRunning => "Tjänsten var inte i gång",
        Cause::Asleep => "Servern sov, eller klockan ställdes om",
        Cause::Unreachable => "E-postservern gick inte att nå",
        Cause::Throttled => "E-postservern bad tjänsten att vänta",
        Cause::Login => "Inloggningen nekades",
        Cause::Tls => "Ingen säker förbindelse",
        Cause::Folder => "En mapp gick inte att öppna",
        Cause::Refused => "E-postservern nekade ett kommando",
        Cause::Register => "Loggen gick inte att skriva",
    },
    sight: |sight| match sight {
        Sight::Arrivals => "hela brevlådan",
        Sight::Answers => "bara svaren (skickade mejl)",
    },
    alarm: |kind| match kind {
        "polling" => "Brevlådan gick inte att läsa",
        "sending" => "Mejl gick inte att skicka",
        "unfinished" => "Allt kunde inte göras i brevlådan",
        "folder" => "En mapp gick inte att läsa",
        "copies" => "Kopior bland skickade mejl sparades inte",
        "disk" => "Disken var nästan full",
        "clock" => "Klockan hoppade",
        "border_silent" => "Avsändare kunde inte kontrolleras",
        "sent_empty" => "Svar sparades inte",
        "undeliverable" => "Ett besked kunde inte levereras",
        "unreadable" => "Ett mejl gick inte att läsa automatiskt",
        "coverage" => "Mejl saknades i loggen",
        "backup" => "Registret kunde inte säkerhetskopieras",
        "erasing" => "Uppgifter kunde inte gallras",
        "cap" => "Gränsen för antal besked nåddes",
        "set_aside" => "Ett ärende gick inte att läsa och sattes åt sidan",
        "paused" => "Mejlen till medborgare stoppades av en person",
        "unreached" => "En medarbetare gick inte att nå",
        "expiring" => "Ett lösenord eller certifikat går snart ut",
        _ => "Annat fel som driften fick veta om",
    },
    staff_mail: mails::counted,
};
