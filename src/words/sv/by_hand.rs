//! Answers to what the registrar does on the server, in Swedish.

use crate::words::by_hand::ByHand;

pub const BY_HAND: ByHand = ByHand {
    assigned: |person| format!("handläggare är nu {person}"),
    contact_noted: "kontakten är noterad; löftet gäller ett beslut, så ärendet är öppet tills det avslutas med --how decision",
    closed: |how, outcome| format!("avslutat, {how} (löftet: {outcome})"),
    promised: |date| format!("svar utlovat senast {date}"),
    due: |date| format!("ska vara besvarat senast {date}"),
    excluded: |reason| format!("undantaget från löftet: {reason}"),
    reopened: |due| format!("öppnat igen, ska vara besvarat senast {due}"),
    overdue: |answer| format!("{answer} (försenat)"),
    confirmed: |outcome| format!("besvarat, bekräftat (löftet: {outcome})"),
    question: |due| format!("en fråga, ska vara besvarad senast {due}"),
    notice_barred: "avsändaren får inget automatiskt besked",
    posted: |date, outcome| format!("beskedet postades {date} (löftet: {outcome})"),
    counts_as_notice: |date| format!("mejlet är ett besked, svar utlovat senast {date}"),
    will_count_as_notice: |date| {
        format!("mejlet räknas som besked när det har setts, svar utlovat senast {date}")
    },
    notice_freed: "beskedet till avsändaren får gå",
    sender_kept: "avsändaren är sparad",
    records: |due| format!("en begäran om allmän handling, svar senast {due}"),
    reminded: "handläggaren påminns",
    note_kept: "anteckningen är sparad",
    split: |count, others| format!("{count} brev, de andra är: {others}"),
    held: "bevaras, gallras inte",
    held_before_note_kept: "bevarades redan, anteckningen är sparad",
    held_before: "bevarades redan, inget ändrades",
    released: "gallras som andra ärenden",
    not_held_before: "bevarades inte, inget ändrades",
};
