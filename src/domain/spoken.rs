//! What a message goes on with that answers a mail of ours: a notice, or an answer of staff.
//!
//! A notice may speak for several questions. A reply means the one whose reference or core is in
//! its subject. It is about what that question is about, if it keeps the question's subject or the
//! one that we gave our mail.

use super::item::ItemId;
use super::kept::MessageRow;
use super::subject::{core, is_bare_reference, is_our_words, references};
use chrono::Datelike;
use regex::Regex;

/// A mail of ours to a citizen, and the questions of one mailbox that it spoke for.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// Empty where the register has it no more: then only the subjects that our notices have are
    /// known for ours.
    pub subject: String,
    pub questions: Vec<(ItemId, MessageRow)>,
}

impl Spoken {
    /// The question that a reply with this subject means; if it does not say which, the first.
    #[must_use]
    pub fn meant(&self, subject: &str, diary: &[Regex]) -> Option<&(ItemId, MessageRow)> {
        let [first, _, ..] = &self.questions[..] else {
            return self.questions.first();
        };
        let named = references(subject, first.1.received_at.year());
        let own = core(subject, diary);
        let by_reference = self.questions.iter().find(|(id, _)| named.contains(id));
        by_reference
            .or_else(|| {
                self.questions
                    .iter()
                    .find(|(_, row)| row.has_core(&own, diary))
            })
            .or(Some(first))
    }

    /// The subjects by which a reply with this one is compared, where they are not its own.
    #[must_use]
    pub fn goes_on_with(&self, subject: &str, diary: &[Regex]) -> Vec<String> {
        let own = core(subject, diary);
        let keeps = own == core(&self.subject, diary)
            || is_our_words(&own)
            || is_bare_reference(subject, diary);
        let meant = self
            .meant(subject, diary)
            .filter(|(_, row)| keeps && !row.has_core(&own, diary));
        meant
            .map(|(_, row)| row.subjects().cloned().collect())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kept::More;

    fn asked(number: i64, subject: &str, more: More) -> (ItemId, MessageRow) {
        let row = MessageRow {
            received_at: "2026-11-19T08:12:00Z".parse().expect("a time"),
            size: 500,
            message_id: None,
            sender: Some("anna@example.com".to_owned()),
            name: None,
            subject: subject.to_owned(),
            more,
        };
        (ItemId::new(2026, number), row)
    }

    const OURS: &str = "Vi behöver mer tid [SL-2026-00001]";

    fn notice() -> Spoken {
        let renamed = More {
            edited: vec!["KS 7 Bron".to_owned()],
            ..More::default()
        };
        let later = More {
            goes_on_with: vec!["Bron".to_owned()],
            ..More::default()
        };
        let questions = vec![
            asked(1, "Bygglov", More::default()),
            asked(2, "Bron", renamed),
            asked(3, &format!("SV: {OURS}"), later),
        ];
        Spoken {
            subject: OURS.to_owned(),
            questions,
        }
    }

    #[test]
    fn a_reply_means_the_question_that_its_subject_names() {
        for (subject, meant, goes_on_with) in [
            ("SV: Vi behöver mer tid [SL-2026-00001]", 1, vec!["Bygglov"]),
            (
                "sv: vi behöver mer tid sl-2026-00002",
                2,
                vec!["Bron", "KS 7 Bron"],
            ),
            ("SV: Vi behöver mer tid [SL-2026-00003]", 3, vec!["Bron"]),
            ("SV: Vi behöver mer tid", 1, vec!["Bygglov"]),
            ("Angående SL-2026-00001", 1, vec!["Bygglov"]),
            ("sl-2026-00002", 2, vec!["Bron", "KS 7 Bron"]),
            // Its own subject is the question's already.
            ("SV: Bron", 2, vec![]),
            ("Re: KS 7 Bron", 2, vec![]),
            ("Något helt annat [SL-2026-00002]", 2, vec![]),
            ("Något helt annat", 1, vec![]),
        ] {
            let notice = notice();
            let got = notice.meant(subject, &[]).map(|(id, _)| *id);
            assert_eq!(got, Some(ItemId::new(2026, meant)), "{subject}");
            assert_eq!(notice.goes_on_with(subject, &[]), goes_on_with, "{subject}");
        }
    }

    #[test]
    fn an_answer_under_a_new_subject_keeps_the_matter() {
        let questions = vec![asked(4, "Bygglov", More::default())];
        let answer = Spoken {
            subject: "Ditt ärende".to_owned(),
            questions,
        };
        assert_eq!(answer.goes_on_with("SV: Ditt ärende", &[]), ["Bygglov"]);
        assert_eq!(
            answer.goes_on_with("SV: Bygglov", &[]),
            Vec::<String>::new()
        );
        let forgotten = Spoken {
            subject: String::new(),
            ..notice()
        };
        assert_eq!(
            forgotten.goes_on_with("SV: Vi behöver mer tid [SL-2026-00002]", &[]),
            ["Bron", "KS 7 Bron"]
        );
        assert!(forgotten.goes_on_with("SV: Ditt ärende", &[]).is_empty());
        let nothing = Spoken {
            subject: OURS.to_owned(),
            questions: Vec::new(),
        };
        assert!(nothing.meant(OURS, &[]).is_none() && nothing.goes_on_with(OURS, &[]).is_empty());
    }
}
