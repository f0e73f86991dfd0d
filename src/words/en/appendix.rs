//! The appendix of the report, in English.

use crate::domain::calendar::Counting;
use crate::domain::figures::Elsewhere;
use crate::words::appendix::Appendix;

pub const APPENDIX: Appendix = Appendix {
    speed_head: [
        "Pledge",
        "Mailbox",
        "Decided",
        "Within 1 working day",
        "Within 2 working days",
        "Mean",
        "Median",
        "Nine of ten within",
    ],
    outside_head: ["What", "Now", "The period before"],
    staff_mails_head: ["Kind", "Number"],
    not_measured: |promise, told| {
        let promise = match promise {
            Elsewhere::OneContact => "That one contact is enough",
            Elsewhere::Visits => "Visits at times that suit",
            Elsewhere::EServices => "E-services round the clock",
            Elsewhere::PlainLanguage => "Clear and plain language",
        };
        match told {
            None => format!("{promise}: not measured here."),
            Some(told) => {
                format!("{promise}: not measured here. The municipality's own figure: {told}")
            }
        }
    },
    closed_days_head: ["Day", "Decision"],
    pledge: "Pledge",
    speed_caption: "Answers by a person, and office hours until them",
    uncertain_answers: "Late, missing and uncertain answers",
    speed: "How fast were the answers?",
    after_notices: "What happened after the notice",
    held_notices: "Notices that were held",
    notices: "The notices",
    circumstances: "Circumstances of broken pledges",
    not_causes: "These are circumstances, not causes. One question may stand in several columns.",
    few_parts: |caption| format!("{caption}: not shown, since it is about fewer than five."),
    why_broken: "Why were pledges broken?",
    promised_dates: "Dates promised by notices or handlers",
    escalated: "Items that a supervisor was told of",
    notes: "Notes of what was done",
    promises: "Promised dates, supervisors and actions",
    outside_caption: "What does not count in the shares",
    outside: "Outside the shares",
    staff_mails_caption: "Mails that were sent to staff",
    staff_mails: "Mails to staff",
    not_measured_title: "Pledges that no mailbox can show",
    closed_days: "Days closed by decision",
    how_we_count: "How we count",
    folders_head: [
        "Mailbox",
        "Folder",
        "Comparisons",
        "Failed",
        "Last",
        "How",
        "On the server",
        "Read again",
        "Found afterwards",
        "Missing",
    ],
    blind_head: [
        "Mailbox",
        "From",
        "Until",
        "Of this office hours",
        "What was not seen",
        "Cause",
        "Decisions that had to wait",
    ],
    alarms_head: ["Time", "Mailbox", "Alarm", "State"],
    corrections_head: [
        "Period", "Mailbox", "Pledge", "Figure", "Reported", "Then", "Now",
    ],
    nothing_compared: "No folder was compared with the register in this period.",
    nothing_missing: "No comparison with the mail server showed any message missing.",
    always_read: "The mailboxes were read all the time, without any longer gap.",
    reliability: "How reliable are the figures?",
    unread_head: ["Mailbox", "Folder"],
    unread: "Folders that are not read, by the configuration",
    all_read: "Every folder is read, but for drafts, deleted mail, outbox and the like.",
    folders: "The folders compared with the register",
    lasts: "lasts",
    blind: "Times when a mailbox could not be read",
    over: "over",
    alarm: "alarm",
    alarms: "Alarms to the operator",
    corrections_caption: "Final figures that have changed",
    no_corrections: "No final figures of earlier reports have changed.",
    corrections: "Corrections",
    listed: |shown, rows| format!("The table shows {shown} of {rows} rows. JSON has them all."),
    found_again: |n| {
        format!("Messages that were missing for a while, and were found and added: {n}.")
    },
    missing: |n| format!("Messages that are missing: {n}. The figures are not complete."),
    blind_time: |time| {
        format!(
            "During {time} of the office hours the service could not read every mailbox. Pledges may have been \
             broken without a warning then."
        )
    },
    decided_since: |n| {
        format!("Of what earlier reports called not yet decided, {n} are decided now.")
    },
    counting: |counting| match counting {
        Counting::ArrivalDate => "Day 1 is the first working day after the day of arrival.",
        Counting::NextWorkingDay => {
            "What arrives on a day off counts as arrived on the next working day. Day 1 is the working day after."
        }
    },
    records_by_subject: "A request for public records is known by its subject. One that stands in the text alone counts here once \
                         a person has marked it (BEGÄRAN).",
    definitions: |counting, hours, program| {
        vec![
            "A message belongs to the day on which it came into the mailbox.".to_owned(),
            format!("A pledge is kept if the answer or the notice left on the pledge's last day or before. {counting}"),
            "A notice keeps the pledge, but is never an answer. The shares are of what is decided.".to_owned(),
            "Answers within one and two working days are counted as in the Swedish municipalities' KKiK: working days \
             from the arrival to the answer of a person."
                .to_owned(),
            format!(
                "Times to answer are office hours from arrival to answer: {hours} on working days. Half of the answers \
                 took no longer than the median."
            ),
            "What a person only tells, such as a telephone call, stands by itself and does not count in the shares of \
             e-mail. If the pledge was broken it counts as broken all the same. Letters, calls and decisions count as \
             told, since nothing else can show them."
                .to_owned(),
            "What a colleague has passed on to the mailbox is told by itself: its writer has no address that a notice could go \
             to, and the day on which it first came is not known."
                .to_owned(),
            "Probably answered: an answer can be seen, but no one has confirmed it. It counts as unanswered.".to_owned(),
            "A promised date is moved when a new one was promised while it could still be kept, else it is broken. The \
             same date once more is not moved."
                .to_owned(),
            "Under ten decided questions there are counts and no shares, under five nothing. A day or \
             month is not shown either where the total would reveal a smaller one. Small mailboxes are put together."
                .to_owned(),
            "The figures are preliminary until the last question of the period has reached its last day.".to_owned(),
            "Read again: messages that were read once more to see that they are in the register.".to_owned(),
            format!("The report was made by servicelofte {program}."),
        ]
    },
};
