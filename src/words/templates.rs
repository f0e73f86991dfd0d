//! The texts of mails and letters, a file for each in `src/mail/templates/CODE`. A municipality can
//! replace each of them.
//!
//! A new text is a line of the list here, and its file in the folder of each language.

use crate::domain::pledge::NoticeText;

/// Hands the list to a macro, after the arguments that it is given.
macro_rules! every_text {
    ($then:ident!($($argument:literal)?)) => {
        $then! {
            $($argument,)?
            // To citizens, by mail: these may be in another language than the service's.
            citizens {
                Notice = "notice.txt",
                Complaint = "notice-complaint.txt",
                Records = "notice-records.txt",
                Decision = "notice-decision.txt",
                NewDate = "new-date.txt",
            }
            others {
                Letter = "letter.txt",
                LetterText = "letter-text.txt",
                Staff = "staff.txt",
                Alarm = "alarm.txt",
                Confirmation = "confirmation.txt",
                Pause = "pause.txt",
            }
        }
    };
}

macro_rules! declared {
    (
        citizens { $($citizens:ident = $theirs:literal,)+ }
        others { $($other:ident = $file:literal,)+ }
    ) => {
        /// The kinds of text, each with a file of its own.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Template { $($citizens,)+ $($other,)+ }

        impl Template {
            pub const ALL: &'static [Self] = &[$(Self::$citizens,)+ $(Self::$other,)+];

            /// What citizens get by mail.
            #[must_use]
            pub fn is_for_citizens(self) -> bool {
                matches!(self, $(Self::$citizens)|+)
            }

            /// Its file, here and in the municipality's folder.
            #[must_use]
            pub fn file(self) -> &'static str {
                match self {
                    $(Self::$citizens => $theirs,)+
                    $(Self::$other => $file,)+
                }
            }
        }
    };
}

/// The built-in texts of the language with that code.
macro_rules! built_in {
    (
        $code:literal,
        citizens { $($citizens:ident = $theirs:literal,)+ }
        others { $($other:ident = $file:literal,)+ }
    ) => {
        |template| match template {
            $(Template::$citizens => text!($code, $theirs),)+
            $(Template::$other => text!($code, $file),)+
        }
    };
}

macro_rules! text {
    ($code:literal, $file:literal) => {
        include_str!(concat!("../../mail/templates/", $code, "/", $file))
    };
}

every_text!(declared!());

impl Template {
    /// The notice of a pledge with that text.
    #[must_use]
    pub fn of_notice(text: NoticeText) -> Self {
        match text {
            NoticeText::Usual => Self::Notice,
            NoticeText::Complaint => Self::Complaint,
            NoticeText::Records => Self::Records,
            NoticeText::Decision => Self::Decision,
        }
    }
}

/// The built-in texts of a language.
pub type Templates = fn(Template) -> &'static str;

pub(super) use {built_in, every_text, text};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;
    use crate::domain::subject::core;
    use crate::words::of;

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
