//! Samples of the mail with a letter to post, and of the letter.

use super::{Facts, MAILBOX, REFERENCE, Sample, day};
use crate::domain::kind::Kind;
use crate::mail::texts::facts::{LetterFacts, NoticeFacts};

/// One that is to be posted tomorrow, with a copy to the registrar, and one that must be posted today.
pub(super) fn samples(notice: &NoticeFacts, late: &NoticeFacts) -> Vec<Sample> {
    let (letter, late) = (letter(notice), letter(late));
    vec![
        Sample { name: "letter", kind: Kind::Letter, facts: Facts::Letter(letter.clone()) },
        Sample { name: "letter-late", kind: Kind::Letter, facts: Facts::Letter(late.clone()) },
        Sample { name: "letter-text", kind: Kind::Letter, facts: Facts::LetterText(letter) },
        Sample { name: "letter-text-late", kind: Kind::Letter, facts: Facts::LetterText(late) },
    ]
}

fn letter(notice: &NoticeFacts) -> LetterFacts {
    LetterFacts {
        notice: notice.clone(),
        recipient: notice.handler.name.clone(),
        copy: (!notice.late).then(|| "Registraturen".to_owned()),
        pdf: format!("{REFERENCE}.pdf"),
        text: format!("{REFERENCE}.txt"),
        today: day(11, 23),
        due: if notice.late { day(11, 23) } else { day(11, 24) },
        mailbox: MAILBOX.to_owned(),
        folder: "INBOX/Skannat".to_owned(),
    }
}
