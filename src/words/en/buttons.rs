//! Links that write a command for a handler, in English.

use crate::words::buttons::{Buttons, Press};

pub const BUTTONS: Buttons = Buttons {
    answered: Press {
        label: "I have answered",
        command: "DONE EMAIL",
    },
    confirm: Press {
        label: "Yes, answered",
        command: "YES",
    },
    deny: Press {
        label: "No",
        command: "NO",
    },
    no_question: Press {
        label: "No question",
        command: "NOT A QUESTION",
    },
    no_question_either: Press {
        label: "No question",
        command: "YES",
    },
    question: Press {
        label: "It is a question",
        command: "QUESTION",
    },
    take: Press {
        label: "I take it",
        command: "TAKEOVER",
    },
    posted: Press {
        label: "I have posted it",
        command: "POSTED",
    },
    letter_answered: Press {
        label: "The letter is answered",
        command: "DONE LETTER",
    },
    takes: |name| format!("{name} takes it"),
    take_for: |name| format!("TAKEOVER {name}"),
    answer_by: |date| format!("Answer by {date}"),
    promise: |date| format!("ANSWER BY {date}"),
};
