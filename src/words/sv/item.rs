//! What the server shows of one item, in Swedish.

use crate::words::item::Item;

pub const ITEM: Item = Item {
    unreadable: |item, mailbox, why| {
        format!(
            "{item} går inte att läsa i registret och bevakas inte. Mejlet finns kvar i brevlådan {mailbox}: {why}"
        )
    },
    how_due_was_reached: "Så räknades sista dagen",
    what_has_happened: "Vad som har hänt",
    noticed_about: |item| {
        format!("Avsändaren har fått besked om {item}, som gäller den här frågan också.")
    },
    day: "dag",
    from: "Från",
    unknown: "okänd",
    subject: "Ämne",
    erased: "Gallrat",
    by_decision: |at, decision| format!("{at}, beslut {decision}"),
    arrived: "Kom in",
    language: "Språk",
    class: "Slag",
    lies_in: "Finns i",
    pledge: "Löfte",
    due: "Sista dag",
    handler: "Handläggare",
    no_handler: "ingen",
    outcome: "Utfall",
    excluded: "Undantaget",
    marked: "Märkt",
    conversation: "Samtal",
    reminded: "Påmint",
    notice: "Besked",
    promised: "Utlovat",
    promise_moved: |date, times| match times {
        0 => date.to_owned(),
        1 => format!("{date}, flyttat 1 gång"),
        n => format!("{date}, flyttat {n} gånger"),
    },
    escalation: |step| format!("Till chef {step}"),
    perhaps_answered: "Kanske svar",
    answered: "Besvarat",
    closed: "Avslutat",
    by: |when, actor| format!("{when}, av {actor}"),
    how: "Hur",
    evidence: "Bevis",
};
