//! The catalogue: every sentence and word that the program says to people, in each of its
//! languages.
//!
//! A room is a struct with a field for each text: a text without arguments is a string, one with
//! arguments a function of them. A language fills every room, so that one that lacks a text does
//! not compile. Codes stay codes until here; no text is put together elsewhere from words of a
//! language, since another language orders them otherwise.
//!
//! A new language is a variant of [`Language`], a folder beside `sv` and `en`, and a folder of
//! templates in `src/mail/templates`.

pub mod appendix;
pub mod buttons;
pub mod by_hand;
pub mod commands;
pub mod dates;
pub mod days;
pub mod figures;
pub mod gate;
pub mod history;
pub mod item;
pub mod list;
pub mod names;
pub mod page;
pub mod pictures;
pub mod reasons;
pub mod trial;

mod en;
mod sv;

use crate::domain::effect::Template;
use crate::domain::language::Language;

/// Joins words that must stay on one line.
pub const NO_BREAK: char = '\u{a0}';

/// All that is said in one language.
pub struct Words {
    /// For readers of the operator's own reports, which are in English.
    pub english_name: &'static str,
    /// Of the language and its country (BCP 47), for papers.
    pub tag: &'static str,
    /// Before an item's reference on a letter.
    pub reference: &'static str,
    /// Words for which there is a plainer one.
    pub stiff: &'static [&'static str],
    pub appendix: appendix::Appendix,
    pub buttons: buttons::Buttons,
    pub by_hand: by_hand::ByHand,
    pub commands: commands::Commands,
    pub dates: dates::Dates,
    pub days: days::Days,
    pub figures: figures::Figures,
    pub gate: gate::Gate,
    pub history: history::History,
    pub item: item::Item,
    pub list: list::List,
    pub names: names::Names,
    pub page: page::Page,
    pub pictures: pictures::Pictures,
    pub reasons: reasons::Reasons,
    /// The built-in texts of mails and letters.
    pub templates: fn(template: Template) -> &'static str,
    pub trial: trial::Trial,
}

/// The words of a language.
#[must_use]
pub fn of(language: Language) -> &'static Words {
    match language {
        Language::Swedish => &sv::WORDS,
        Language::English => &en::WORDS,
    }
}

/// `1 arbetsdag`, `2 arbetsdagar`.
#[must_use]
pub fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{n}{NO_BREAK}{}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::subject::core;

    #[test]
    fn the_words_are_of_their_language() {
        for language in Language::ALL {
            let words = of(language);
            let country = words.tag.strip_prefix(language.code());
            assert!(country.is_some_and(|country| country.starts_with('-')));
            let name = (words.names.tongue)(language.code());
            assert!(name.is_some_and(|name| !name.is_empty()));
        }
        let [sv, en] = [Language::Swedish, Language::English].map(of);
        assert_eq!((sv.names.items)(1), "1 ärende");
        assert_eq!((en.names.items)(2), "2 items");
    }

    #[test]
    fn a_mail_to_a_citizen_has_the_core_of_its_question() {
        for language in Language::ALL {
            let texts = Template::ALL.iter().copied();
            for text in texts.filter(|text| text.is_for_citizens()) {
                let source = (of(language).templates)(text);
                let subject = source
                    .lines()
                    .find_map(|line| line.strip_prefix("Subject: "));
                let words = subject.and_then(|subject| subject.split(['{', ':', '[']).next());
                let words = words.unwrap_or_default().trim();
                assert!(!words.is_empty(), "{text:?}");
                let answer = format!("SV: {words}: Bygglov [SL-2026-00042]");
                assert_eq!(core(&answer, &[]), "bygglov", "{words}");
            }
        }
    }
}
