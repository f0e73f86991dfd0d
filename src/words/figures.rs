//! Words for the codes of the report.

use crate::domain::blind::{Cause, Sight};
use crate::domain::coverage::Method;
use crate::domain::effect::Kind;
use crate::domain::figures::{Figure, Nature};

/// A pledge, to be put into a sentence.
pub struct Promise<'a> {
    pub name: &'a str,
    /// The name, where it is the municipality's own and tells more than the sentence would.
    pub own_name: Option<&'a str>,
    pub nature: Nature,
    /// `within two working days`.
    pub within: &'a str,
    /// Whoever waits gets a notice under it.
    pub notice: bool,
}

/// No code is ever shown to people.
pub struct Figures {
    /// A figure, as a column or a row is headed by it.
    pub figure: fn(figure: Figure) -> &'static str,
    /// The questions of a pledge, in the plural; its nature is not known of one that is no more.
    pub questions: fn(pledge: &str, nature: Option<Nature>) -> &'static str,
    /// The pledge as a sentence, where the municipality has not written its own.
    pub promise: fn(promise: &Promise<'_>) -> String,
    /// A pledge that the configuration has no more.
    pub no_more: fn(name: &str) -> String,
    /// Numbers up to twelve in words.
    pub numbers: [&'static str; 13],
    /// How a folder was compared.
    pub method: fn(method: Method) -> &'static str,
    /// Why a mailbox could not be read.
    pub cause: fn(cause: Cause) -> &'static str,
    /// The part of the watch that was missing meanwhile.
    pub sight: fn(sight: Sight) -> &'static str,
    /// The trouble that an alarm was about. A kind that a newer program wrote has no words here.
    pub alarm: fn(kind: &str) -> &'static str,
    /// Mails to staff, by kind.
    pub staff_mail: fn(kind: Kind) -> &'static str,
}

#[cfg(test)]
mod tests {
    use crate::domain::effect::Kind;
    use crate::domain::figures::Figure;
    use crate::domain::language::Language;
    use crate::words::of;

    /// P68: a reader never sees a code of the program.
    #[test]
    fn nothing_is_called_by_its_code() {
        for language in Language::ALL {
            let words = &of(language).figures;
            for one in Figure::ALL {
                let figure = (words.figure)(*one);
                assert!(figure != one.code() && !figure.contains('_'), "{figure}");
            }
            for kind in Kind::ALL.iter().copied() {
                assert!(!(words.staff_mail)(kind).contains('_'));
            }
            for kind in ["unreached", "set_aside", "something_new"] {
                assert!(!(words.alarm)(kind).contains('_'), "{kind}");
            }
        }
    }
}
