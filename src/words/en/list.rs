//! The list of items on the server, in English.

use crate::words::list::List;

pub const LIST: List = List {
    to_answer: |live, late| format!("To answer: {live}, of which overdue {late}"),
    total: |total| format!("Count: {total}"),
    not_shown: [
        "settled earlier",
        "most likely no questions",
        "excluded",
        "from before the start",
    ],
    shown_by_state: |counts| format!("Shown by --state: {counts}"),
    unreadable: |items| format!("Cannot be read, not watched: {items}"),
    rebuild: "Stop the service and run \"servicelofte rebuild\". Does that not help? Restore a backup.",
    clock_is_doubted: |since| format!("Nothing is sent: the clock is doubted since {since}"),
    item: "Item",
    due: "Due",
    standing: "Standing",
    handler: "Handler",
    mailbox: "Mailbox",
    from: "From",
    subject: "Subject",
};
