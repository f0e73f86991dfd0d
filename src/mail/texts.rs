//! Everything the product writes to people: facts in, subject and body out.
//!
//! The words are in `templates/sv` and `templates/en`, one file a kind of mail, and are part of the
//! program. A file of the same name in the municipality's folder replaces one of them; it is
//! checked against sample facts before it is used, and a built-in template takes over if it should
//! fail later. A folder in it that is named by a language's code holds that language's templates,
//! and adds the language if it is not ours (`folder`). Files: `Subject: …`, a blank line, the body.
//!
//! Promises: a value never becomes a second line, a placeholder or a template; an unknown name is
//! an error, not a blank; a template cannot read files or run for ever. The HTML form is made of
//! the rendered text (`layout`), so a municipality's own wording is in both, and no fact is in one
//! alone.

pub mod buttons;
pub mod confirmation;
pub mod facts;
pub mod foreign;
mod held;
pub mod history;
pub mod in_words;
pub mod lint;
pub mod names;
pub mod quote;
pub mod reasons;
pub mod sample;
pub mod wording;
pub mod wrap;

pub use crate::domain::effect::Template;

mod filters;
mod folder;
mod html;
mod layout;
mod links;
mod search;
mod set;
mod shown;
mod view;

use crate::config::Language;
use crate::domain::pledge::NoticeText;
use crate::domain::tongue::Tongue;
use confirmation::ConfirmationFacts;
use facts::{AlarmFacts, LetterFacts, LettersCopyFacts, NoticeFacts, PauseFacts, StaffMailFacts};
use serde::Serialize;
use set::Set;
use std::collections::BTreeMap;
use std::path::Path;
pub use view::{LINKED, LISTED_IN_FULL, MAX_ITEMS};
use wording::Wording;

/// A text ready for [`crate::mail::compose`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// One line.
    pub subject: String,
    /// Wrapped at [`wrap::WIDTH`], `\n` line ends.
    pub body: String,
    /// The same as a page of HTML.
    pub html: String,
    /// The same with every paragraph on one line, as [`wrap::unwrapped`] leaves it: for a letter.
    pub unwrapped: String,
}

impl Text {
    fn without_words() -> Self {
        Self {
            subject: "-".to_owned(),
            body: String::new(),
            html: String::new(),
            unwrapped: String::new(),
        }
    }
}

/// A template failed on these facts. Holds the template's file, line and fault, no value of the
/// facts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TextError(String);

/// The texts in the service's language, and what citizens get in others; with the municipality's
/// own templates.
#[derive(Debug)]
pub struct Texts {
    language: Language,
    sets: BTreeMap<Tongue, Set>,
    unread: bool,
}

impl Texts {
    /// Reads and checks the municipality's templates; a fault is a line with file, line number and
    /// remedy.
    pub fn new(language: Language, overrides: Option<&Path>) -> Result<Self, Vec<String>> {
        Self::in_language(language, language, overrides)
    }

    /// The same with staff mail in another language than the service's, whose templates lie in the
    /// folder itself.
    pub fn in_language(
        language: Language,
        service: Language,
        overrides: Option<&Path>,
    ) -> Result<Self, Vec<String>> {
        let mut sets = BTreeMap::new();
        for built_in in Language::ALL {
            sets.insert(Tongue::from(built_in), Set::built_in(built_in)?);
        }
        if let Some(folder) = overrides {
            folder::read(folder, Tongue::from(service), &mut sets)?;
        }
        Ok(Self {
            language,
            sets,
            unread: false,
        })
    }

    /// For mails that no one will read, such as a trial's: each is there, about all that it would
    /// be about, without its words.
    #[must_use]
    pub fn unread(self) -> Self {
        Self {
            unread: true,
            ..self
        }
    }

    #[must_use]
    pub fn are_unread(&self) -> bool {
        self.unread
    }

    /// The language that staff are written to in.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// How dates read in a language; those of the service's for a language without texts.
    #[must_use]
    pub fn wording(&self, tongue: Option<Tongue>) -> Wording {
        let found = tongue.and_then(|tongue| self.sets.get(&tongue));
        found.map_or(Wording::BuiltIn(self.language), |set| set.wording.clone())
    }

    /// Languages that citizens can be written to in.
    pub fn tongues(&self) -> impl Iterator<Item = Tongue> {
        self.sets.keys().copied()
    }

    /// The municipality's own templates, as their files are named in its folder.
    #[must_use]
    pub fn own(&self) -> Vec<String> {
        let of_set = |(tongue, set): (&Tongue, &Set)| {
            let files: Vec<String> = set
                .replaced
                .iter()
                .map(|template| format!("{tongue}/{}", template.file()))
                .collect();
            files
        };
        self.sets.iter().flat_map(of_set).collect()
    }

    /// Whether the municipality has its own template, in the language of staff.
    #[must_use]
    pub fn is_replaced(&self, template: Template) -> bool {
        self.sets
            .get(&self.language.into())
            .is_some_and(|set| set.replaced.contains(&template))
    }

    /// Whether the municipality has its own template in a language.
    #[must_use]
    pub fn is_own(&self, tongue: Tongue, template: Template) -> bool {
        self.sets
            .get(&tongue)
            .is_some_and(|set| set.replaced.contains(&template))
    }

    /// The notice to a citizen, or the mail that a date was moved; its subject ends with
    /// `[reference]`, by which a reply is known.
    pub fn notice(&self, facts: &NoticeFacts) -> Result<Text, TextError> {
        let template = facts.template();
        if self.unread {
            return Ok(Text::without_words());
        }
        if let Some(set) = facts.tongue.and_then(|tongue| self.sets.get(&tongue)) {
            for template in alike(template) {
                if let Some(Ok(text)) = set.text(template, &value(template, facts)?) {
                    return Ok(text);
                }
            }
        }
        self.text(template, facts)
    }

    /// The language that a mail to a citizen is written in: the one that is asked for if it has
    /// words for that mail, else `None`, the service's.
    #[must_use]
    pub fn tongue_of(&self, template: Template, asked: Option<Tongue>) -> Option<Tongue> {
        asked.filter(|tongue| {
            let set = self.sets.get(tongue);
            set.is_some_and(|set| alike(template).any(|one| set.has(one)))
        })
    }

    /// Whether a notice with that text names other questions of its reader: ours does, a
    /// municipality's own if its template asks for `others`.
    #[must_use]
    pub fn names_others(&self, text: NoticeText, tongue: Option<Tongue>) -> bool {
        let template = text.template();
        let ours = self.sets.get(&self.language.into());
        let theirs = tongue.and_then(|tongue| self.sets.get(&tongue));
        let chosen = theirs.and_then(|set| {
            [template, Template::Notice]
                .into_iter()
                .find_map(|one| set.asks_for(one, "others"))
        });
        chosen
            .or_else(|| ours.and_then(|set| set.asks_for(template, "others")))
            .unwrap_or(false)
    }

    /// The mail with letters that another posts; to whoever has the mailbox.
    pub fn letters_copy(&self, facts: &LettersCopyFacts) -> Result<Text, TextError> {
        self.text(Template::Letter, facts)
    }

    /// A letter to print: heading and text, for [`crate::mail::letter`].
    pub fn letter_text(&self, facts: &LetterFacts) -> Result<Text, TextError> {
        self.text(Template::LetterText, facts)
    }

    /// The one mail of a moment to a member of staff; the most urgent first, at most [`MAX_ITEMS`]
    /// named.
    pub fn staff(&self, facts: &StaffMailFacts) -> Result<Text, TextError> {
        if self.unread {
            return Ok(Text::without_words());
        }
        self.text(Template::Staff, &view::StaffView::new(facts, self.language))
    }

    /// Mail to citizens is paused, or leaves again; to a handler.
    pub fn pause(&self, facts: &PauseFacts) -> Result<Text, TextError> {
        self.text(Template::Pause, facts)
    }

    /// Something fails, or works again; to the operator.
    pub fn alarm(&self, facts: &AlarmFacts) -> Result<Text, TextError> {
        self.text(Template::Alarm, facts)
    }

    /// What a reply with commands has changed, or why not; to the person who sent it.
    pub fn confirmation(&self, facts: &ConfirmationFacts) -> Result<Text, TextError> {
        self.text(
            Template::Confirmation,
            &confirmation::ConfirmationView::new(facts, self.language),
        )
    }

    fn text(&self, template: Template, facts: &impl Serialize) -> Result<Text, TextError> {
        if self.unread {
            return Ok(Text::without_words());
        }
        let facts = value(template, facts)?;
        let found = self
            .sets
            .get(&self.language.into())
            .and_then(|set| set.text(template, &facts));
        found
            .unwrap_or_else(|| Err(format!("{}: there is no such text", template.file())))
            .map_err(TextError)
    }
}

/// The templates by which a mail to a citizen can be written, the best first: a language of the
/// municipality's own may have the usual notice alone, which serves every kind of matter.
fn alike(template: Template) -> impl Iterator<Item = Template> {
    let usual = Some(Template::Notice).filter(|_| template.is_notice());
    [Some(template), usual].into_iter().flatten()
}

fn value(template: Template, facts: &impl Serialize) -> Result<serde_json::Value, TextError> {
    let value =
        serde_json::to_value(facts).map_err(|e| TextError(format!("{}: {e}", template.file())))?;
    Ok(set::clean(value))
}
