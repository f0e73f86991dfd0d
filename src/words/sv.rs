//! All words in Swedish.

mod buttons;
mod dates;
mod history;
mod names;
mod reasons;
mod stiff;
mod templates;

use super::Words;

pub static WORDS: Words = Words {
    english_name: "Swedish",
    tag: "sv-SE",
    reference: "Referens",
    stiff: stiff::STIFF,
    buttons: buttons::BUTTONS,
    dates: dates::DATES,
    history: history::HISTORY,
    names: names::NAMES,
    reasons: reasons::REASONS,
    templates: templates::TEMPLATES,
};
