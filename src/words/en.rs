//! All words in English.

mod buttons;
mod dates;
mod days;
mod history;
mod names;
mod reasons;
mod stiff;
mod templates;

use super::Words;

pub static WORDS: Words = Words {
    english_name: "English",
    tag: "en-GB",
    reference: "Reference",
    stiff: stiff::STIFF,
    buttons: buttons::BUTTONS,
    dates: dates::DATES,
    history: history::HISTORY,
    names: names::NAMES,
    reasons: reasons::REASONS,
    templates: templates::TEMPLATES,
};
