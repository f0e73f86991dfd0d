//! What a trial shows, in English.

use super::mails;
use crate::words::trial::Trial;

pub const TRIAL: Trial = Trial {
    title: "Had the pledges been in force",
    pledge: |name, time| format!("{name}: an answer within {time}"),
    of: |part, of| format!("{part} of {of}"),
    inbox_thinned: "the inbox was thinned",
    sent_thinned: "Sent was thinned",
    moved: "moved: its times are not the true ones",
    citizens: "citizens",
    operator: "the operator",
    decided: |decided| format!("{decided} questions came in whose time has ended. Of these:"),
    answer_in_time: "An answer is seen in time",
    answer_later: "An answer is seen later",
    no_answer: "No answer is seen",
    not_decided: "Not yet decided",
    notices: |notices| {
        format!(
            "A notice in time, of who handles it, would have gone to {notices} of those without one."
        )
    },
    left_out: |months| format!("Months that are left out: {months}"),
    not_seen: "A trial sees no answers by telephone, at meetings or from own addresses, and nothing that was erased.",
    marked: |marked| {
        format!(
            "{marked} questions without a visible answer are marked as answered in the mailbox: the answer may have left from an own address."
        )
    },
    would_have_been_sent: "Mails that would have been sent",
    reader: |reader, mails, days| format!("{reader}: {mails}, on {days} days"),
    warning: |erase_by| {
        format!(
            "Working material with personal data. Erase this folder by {erase_by}. It is no account of how pledges were kept."
        )
    },
    shown: "What the mailbox shows",
    not_shown: "What a trial does not see",
    obstacles: "What stands in the way",
    files: "Every mail stands in mails.csv, questions without a visible answer in unanswered.csv, and the configuration that the trial used in config.toml.",
    kind: mails::in_trial,
    mails_head: ["time", "to", "why", "items"],
    unanswered_head: ["item", "day", "folder"],
    subjects_head: ["sender", "subject"],
    months_title: "The months, percent of the questions",
    months_counted: "Months counted",
    month: "Month",
    notice_in_time: "Notice in time",
    remark: "Remark",
    by_month: "Questions by the month of their arrival",
    readers_head: ["To", "Mails", "Days with mail"],
    by_reader: "Mails by reader",
    by_reason: "Mails by reason",
    reasons_head: ["Why", "Mails"],
    nothing_came: "No mail from outside was found. Is it the right mailbox, and the right time?",
    sent_is_empty: "Sent is empty: no answers are seen. Have answers from the shared mailbox kept there.",
    none_answers: |sent, address| {
        format!(
            "Sent has {sent} mails, but none is seen to answer a question. Is {address} the right address, and is it the right folder?"
        )
    },
    folders_left_out: |more, folders| match more {
        1 => format!("One folder is not read: {folders}."),
        more => format!("{more} folders are not read, among them: {folders}."),
    },
    folders_not_opened: |folders| format!("Folders that could not be opened: {folders}."),
    no_verdicts: "Most mails have no verdict on their sender (Authentication-Results).",
    timeless: |mails| format!("{mails} mails without a time are not counted."),
    progress: "{bar:30} {pos}/{len} mails, done in {eta}",
};
