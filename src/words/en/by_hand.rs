//! Answers to what the registrar does on the server, in English.

use crate::words::by_hand::ByHand;

pub const BY_HAND: ByHand = ByHand {
    assigned: |person| format!("is now with {person}"),
    contact_noted: "the contact is noted; the pledge is about a decision, so the item is open until it is closed --how decision",
    closed: |how, outcome| format!("closed, {how} (the pledge: {outcome})"),
    promised: |date| format!("an answer is promised by {date}"),
    due: |date| format!("is due on {date}"),
    excluded: |reason| format!("taken out of the pledge: {reason}"),
    reopened: |due| format!("open again, due on {due}"),
    overdue: |answer| format!("{answer} (overdue)"),
    confirmed: |outcome| format!("answered, confirmed (the pledge: {outcome})"),
    question: |due| format!("a question, due on {due}"),
    notice_barred: "the sender gets no automatic notice",
    posted: |date, outcome| format!("the notice was posted on {date} (the pledge: {outcome})"),
    counts_as_notice: |date| format!("the mail is a notice, an answer is promised by {date}"),
    will_count_as_notice: |date| {
        format!("the mail is a notice once it has been seen, an answer is promised by {date}")
    },
    notice_freed: "the notice to the sender may leave",
    sender_kept: "the sender is kept",
    records: |due| format!("a request for public records, due on {due}"),
    reminded: "its handler is reminded",
    note_kept: "the note is kept",
    split: |count, others| format!("{count} letters, the others are: {others}"),
    held: "is on hold, will not be erased",
    held_before_note_kept: "was on hold already, the note is kept",
    held_before: "was on hold already, nothing was changed",
    released: "is no longer on hold",
    not_held_before: "was not on hold, nothing was changed",
};
