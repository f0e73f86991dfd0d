//! What the server shows of one item, in English.

use crate::words::item::Item;

pub const ITEM: Item = Item {
    unreadable: |item, mailbox, why| {
        format!(
            "{item} cannot be read in the register and is not watched. The e-mail is still in the mailbox {mailbox}: {why}"
        )
    },
    how_due_was_reached: "How the due date was reached",
    what_has_happened: "What has happened",
    noticed_about: |item| {
        format!("The sender has had a notice about {item}, which speaks for this question too.")
    },
    day: "day",
    from: "From",
    unknown: "unknown",
    subject: "Subject",
    erased: "Erased",
    by_decision: |at, decision| format!("{at}, decision {decision}"),
    arrived: "Arrived",
    language: "Language",
    class: "Class",
    lies_in: "Lies in",
    pledge: "Pledge",
    due: "Due date",
    handler: "Handler",
    no_handler: "none",
    outcome: "Outcome",
    excluded: "Excluded",
    marked: "Marked",
    conversation: "Conversation",
    reminded: "Reminded",
    notice: "Notice",
    promised: "Promised",
    promise_moved: |date, times| match times {
        0 => date.to_owned(),
        1 => format!("{date}, moved once"),
        n => format!("{date}, moved {n} times"),
    },
    escalation: |step| format!("Escalation {step}"),
    perhaps_answered: "Maybe answered",
    answered: "Answered",
    closed: "Closed",
    by: |when, actor| format!("{when}, by {actor}"),
    how: "How",
    evidence: "Evidence",
};
