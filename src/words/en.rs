//! All words in English.

mod appendix;
mod buttons;
mod dates;
mod days;
mod figures;
mod history;
mod names;
mod page;
mod pictures;
mod reasons;
mod stiff;
mod templates;

use super::Words;

pub static WORDS: Words = Words {
    english_name: "English",
    tag: "en-GB",
    reference: "Reference",
    stiff: stiff::STIFF,
    appendix: appendix::APPENDIX,
    buttons: buttons::BUTTONS,
    dates: dates::DATES,
    figures: figures::FIGURES,
    history: history::HISTORY,
    names: names::NAMES,
    page: page::PAGE,
    pictures: pictures::PICTURES,
    reasons: reasons::REASONS,
    templates: templates::TEMPLATES,
};
