//! Words for the codes of the report, in English.

use super::mails;
use crate::domain::blind::{Cause, Sight};
use crate::domain::coverage::Method;
use crate::domain::figures::{Figure, Nature};
use crate::words::figures::Figures;

pub const FIGURES: Figures = Figures {
    figure: |figure| match figure {
        Figure::Received => "All that arrived",
        Figure::Arrived => "Arrived",
        Figure::AnsweredInTime => "Answered in time",
        Figure::NoticedInTime => "Notice in time",
        Figure::Broken => "Neither",
        Figure::Pending => "Not yet decided",
        Figure::NoticeKept => "Answered by the promised day",
        Figure::NoticeLate => "Answered later",
        Figure::NoticeByWord => "Closed otherwise",
        Figure::NoticeWaits => "Still waiting",
        Figure::NoticeOverdue => "Waiting past the promised day",
        Figure::NoticePosted => "Notices posted, as reported",
        Figure::NoticeByFunction => "Notices in the name of a function",
        Figure::ClosedWithoutAnswer => "Closed without an answer",
        Figure::ClosedWithoutAnswerLate => "Of these after the pledge's last day",
        Figure::SelfReported => "Answered by a person's word (telephone, meeting, other)",
        Figure::SaidAfterwards => "Told afterwards",
        Figure::Filed => "Moved to a folder of what is done",
        Figure::ExcludedByHand => "Excluded by hand",
        Figure::NoQuestion => "Most likely no questions",
        Figure::Internal => "Internal, from colleagues",
        Figure::TurnedOut => "Most likely no questions, but turned out to be",
        Figure::HandedOver => "Moved to another mailbox",
        Figure::Covered => "Covered by an earlier notice",
        Figure::ForwardedKept => "Passed on by a colleague: pledge kept",
        Figure::ForwardedBroken => "Passed on by a colleague: pledge broken",
        Figure::ForwardedPending => "Passed on by a colleague: not yet decided",
        Figure::Bulk => "Newsletters and bulk mail",
        Figure::AutoReply => "Automatic replies",
        Figure::Bounce => "Bounces (mail that was not delivered)",
        Figure::Receipt => "Read receipts",
        Figure::Calendar => "Answers to invitations",
        Figure::OwnTraffic => {
            "The service's own mail, copies of answers and staff's replies to the service"
        }
        Figure::OtherExcluded => "Other mail that needed no answer",
        Figure::History => "From before the start of the service",
        Figure::Within1 => "Answered within one working day",
        Figure::Within2 => "Answered within two working days",
        Figure::Day0 => "Same day",
        Figure::Day1 => "1 working day",
        Figure::Day2 => "2 working days",
        Figure::Day3To5 => "3–5 working days",
        Figure::Day6To10 => "6–10 working days",
        Figure::Later => "More than 10 working days",
        Figure::NotAnswered => "No answer yet",
        Figure::AnsweredLate => "Answered after the pledge's last day",
        Figure::Unverified => "Answer that nothing vouches for",
        Figure::ProbablyAnswered => "Probably answered, not confirmed",
        Figure::Unassigned => "No one had the item",
        Figure::WhileBlind => "The mailbox could not be read for part of it",
        Figure::OverClosedDays => "Closed days lay between",
        Figure::Untouched => "Neither handed on nor answered",
        Figure::HandlerAway => "The handler was away",
        Figure::RecognisedLate => "Known as a question only on the pledge's last day or later",
        Figure::OtherwiseBroken => "None of these",
        Figure::HeldByCap => "Held because a limit was reached",
        Figure::HeldByPerson => "Held by a person",
        Figure::PromisesKept => "Dates kept",
        Figure::PromisesMoved => "Dates moved",
        Figure::PromisesBroken => "Dates broken",
        Figure::PromisesPending => "Dates not yet passed",
        Figure::Noted => "With a note of what was done",
        Figure::NoteMissing => "Note missing",
        Figure::Escalated => "Items that a supervisor was told of",
        Figure::WaitsInTime => "In time",
        Figure::Late1To2 => "1–2 days late",
        Figure::Late3To5 => "3–5 days late",
        Figure::Late6To10 => "6–10 days late",
        Figure::LateLonger => "More than 10 days late",
        Figure::PromiseRuns => "Promised date still to come",
        Figure::PromiseOver => "Promised date has passed",
    },
    questions: |pledge, nature| match (pledge, nature) {
        ("overdue-decision", _) => "requests for a decision",
        (_, Some(Nature::Letter)) => "letters",
        (_, Some(Nature::Complaint)) => "complaints",
        (_, Some(Nature::Contact)) => "requests to be called back",
        (_, Some(Nature::Decision)) => "matters",
        (_, Some(Nature::Records)) => "requests for public records",
        (_, Some(Nature::Mail) | None) => "questions",
    },
    promise: |promise| {
        let within = promise.within;
        let of = promise
            .own_name
            .map_or_else(String::new, |name| format!("{name}: "));
        let said = match promise.nature {
            Nature::Mail if promise.name == "overdue-decision" => {
                return format!(
                    "If you have asked for your matter to be decided, you hear from us {within}."
                );
            }
            Nature::Mail if of.is_empty() => format!("You get an answer to an e-mail {within}."),
            Nature::Mail => format!("{of}You get an answer {within}."),
            Nature::Letter => format!("{of}You get an answer to a letter {within}."),
            Nature::Complaint => return format!("{of}You get an answer to a complaint {within}."),
            Nature::Contact => {
                return format!(
                    "{of}If the person you look for is not there, you are contacted {within}."
                );
            }
            Nature::Decision => return format!("{of}You get a decision {within}."),
            Nature::Records => {
                return format!("{of}Whoever asks for public records gets an answer {within}.");
            }
        };
        if promise.notice {
            said + " If we need longer, we tell you who handles your matter."
        } else {
            said
        }
    },
    no_more: |name| format!("The pledge “{name}” is given no more."),
    numbers: [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ],
    method: |method| match method {
        Method::Unchanged => "unchanged",
        Method::Uids => "message by message",
        Method::Counts => "numbers only",
        Method::Interrupted => "interrupted",
        Method::Refused => "refused",
    },
    cause: |cause| match cause {
        Cause::NotRunning => "The service did not run",
        Cause::Asleep => "The machine slept, or its clock was set",
        Cause::Unreachable => "The mail server could not be reached",
        Cause::Throttled => "The mail server asked the service to wait",
        Cause::Login => "The login was refused",
        Cause::Tls => "No secure connection",
        Cause::Folder => "A folder could not be opened",
        Cause::Refused => "The mail server refused a command",
        Cause::Register => "The register could not be written",
    },
    sight: |sight| match sight {
        Sight::Arrivals => "the whole mailbox",
        Sight::Answers => "only the answers (sent mail)",
    },
    alarm: |kind| match kind {
        "polling" => "The mailbox could not be read",
        "sending" => "Mail could not be sent",
        "unfinished" => "Not everything could be done in the mailbox",
        "folder" => "A folder could not be read",
        "copies" => "Copies among sent mail were not stored",
        "disk" => "The disk was nearly full",
        "clock" => "The clock jumped",
        "border_silent" => "Senders could not be checked",
        "sent_empty" => "Answers were not stored",
        "undeliverable" => "A notice could not be delivered",
        "unreadable" => "A message could not be read",
        "coverage" => "Messages were missing from the register",
        "backup" => "The register could not be backed up",
        "erasing" => "Personal data could not be erased",
        "cap" => "The limit of notices was reached",
        "set_aside" => "An item could not be read and was set aside",
        "paused" => "A person stopped the mail to citizens",
        "unreached" => "A member of staff could not be reached",
        "expiring" => "A password or certificate ends soon",
        _ => "Other trouble that the operator was told of",
    },
    staff_mail: mails::counted,
};
