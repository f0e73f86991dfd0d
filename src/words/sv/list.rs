//! The list of items on the server, in Swedish.

use crate::words::list::List;

pub const LIST: List = List {
    to_answer: |live, late| format!("Att besvara: {live}, varav försenade {late}"),
    total: |total| format!("Antal: {total}"),
    not_shown: [
        "äldre avslutade",
        "troligen inga frågor",
        "undantagna",
        "från före starten",
    ],
    shown_by_state: |counts| format!("Visas med --state: {counts}"),
    unreadable: |items| format!("Går inte att läsa, bevakas inte: {items}"),
    rebuild: "Stoppa tjänsten och kör ”servicelofte rebuild”. Hjälper det inte? Återställ en säkerhetskopia.",
    clock_is_doubted: |since| format!("Inget skickas: klockan är osäker sedan {since}"),
    item: "Ärende",
    due: "Senast",
    standing: "Läge",
    handler: "Handläggare",
    mailbox: "Brevlåda",
    from: "Från",
    subject: "Ämne",
};
