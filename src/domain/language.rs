//! The languages that the program speaks by itself. Their words are in [`crate::words`].

use super::tongue::Tongue;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Swedish,
    English,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::Swedish, Self::English];

    /// As the configuration and the folders of templates name it (BCP 47).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// Each with its code.
    #[must_use]
    pub fn with_codes() -> [(&'static str, Self); Self::ALL.len()] {
        Self::ALL.map(|language| (language.code(), language))
    }

    /// `None` for a language that the program does not speak by itself.
    #[must_use]
    pub fn of(tongue: Tongue) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|language| Tongue::from(*language) == tongue)
    }
}

impl From<Language> for Tongue {
    fn from(language: Language) -> Self {
        match language {
            Language::Swedish => Self::SWEDISH,
            Language::English => Self::ENGLISH,
        }
    }
}
