//! All words in Swedish.

mod appendix;
mod buttons;
mod by_hand;
mod commands;
mod dates;
mod days;
mod figures;
mod gate;
mod history;
mod item;
mod list;
mod mails;
mod names;
mod page;
mod pictures;
mod reasons;
mod stiff;
mod trial;

use super::Words;

pub static WORDS: Words = Words {
    english_name: "Swedish",
    tag: "sv-SE",
    reference: "Referens",
    stiff: stiff::STIFF,
    appendix: appendix::APPENDIX,
    buttons: buttons::BUTTONS,
    by_hand: by_hand::BY_HAND,
    commands: commands::COMMANDS,
    dates: dates::DATES,
    days: days::DAYS,
    figures: figures::FIGURES,
    gate: gate::GATE,
    history: history::HISTORY,
    item: item::ITEM,
    list: list::LIST,
    names: names::NAMES,
    page: page::PAGE,
    pictures: pictures::PICTURES,
    reasons: reasons::REASONS,
    templates: mails::template,
    trial: trial::TRIAL,
};
