//! Links that write a command for a handler, in Swedish.

use crate::words::buttons::{Buttons, Press};

pub const BUTTONS: Buttons = Buttons {
    answered: Press {
        label: "Jag har svarat",
        command: "KLAR MEJL",
    },
    confirm: Press {
        label: "Ja, besvarat",
        command: "JA",
    },
    deny: Press {
        label: "Nej",
        command: "NEJ",
    },
    no_question: Press {
        label: "Ingen fråga",
        command: "INGEN FRÅGA",
    },
    no_question_either: Press {
        label: "Ingen fråga",
        command: "JA",
    },
    question: Press {
        label: "Det är en fråga",
        command: "FRÅGA",
    },
    take: Press {
        label: "Jag tar det",
        command: "ÖVERTA",
    },
    posted: Press {
        label: "Jag har postat",
        command: "POSTAT",
    },
    letter_answered: Press {
        label: "Brevet är besvarat",
        command: "KLAR BREV",
    },
    takes: |name| format!("{name} tar det"),
    take_for: |name| format!("ÖVERTA {name}"),
    answer_by: |date| format!("Svar senast {date}"),
    promise: |date| format!("SVAR SENAST {date}"),
};
