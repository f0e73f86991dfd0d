//! A mail that staff sent, as far as it can prove an answer: found in a Sent folder, or as a copy
//! in another.

use super::citizen::has_list_signs;
use super::classify::is_reaction;
use super::effect::Kind;
use super::message::Message;
use super::trust::Belief;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Recipients of one mail that are kept.
const KEPT_RECIPIENTS: usize = 100;

/// Ids of one mail that are kept as those that it answers.
const KEPT_IDS: usize = 20;

/// A mail to more people than this answers none of them.
pub const MOST_RECIPIENTS: usize = 20;

/// `Date:` and the server's time of one mail lie so near when both are right: the earlier is when
/// it was sent.
pub const SAME_MOMENT: Duration = Duration::minutes(10);

/// A sign of liking is at most this large: a few words, an emoji and a long header.
const REACTION_BYTES: u32 = 32 * 1024;

/// One mail that staff sent. The register keeps it as JSON: new fields have a default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMail {
    #[serde(skip)]
    pub at: DateTime<Utc>,
    /// Where it was found.
    pub folder: String,
    /// A copy in the inbox, not a mail in a Sent folder.
    pub copy: bool,
    pub message_id: Option<String>,
    /// Address of the one in whose name it was sent.
    pub from: Option<String>,
    /// Address of the one who sent it, where that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// To, Cc and Bcc.
    pub recipients: Vec<String>,
    /// Those in To; mails that were read before this was kept have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    pub subject: String,
    pub thread_index: Option<String>,
    /// What it has told its citizen, if it is a mail of ours that another life of the register sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<ToldCitizen>,
    /// How far it is believed; a mail in Sent is ours by its place.
    #[serde(default, skip_serializing_if = "Belief::is_verified")]
    pub belief: Belief,
}

/// A notice, or the mail that a date was moved: when it left, as all copies of it say alike, and the
/// date that it promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldCitizen {
    pub kind: Kind,
    pub at: DateTime<Utc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<NaiveDate>,
}

fn newest(references: &[String]) -> Vec<String> {
    references[references.len().saturating_sub(KEPT_IDS)..].to_vec()
}

impl SentMail {
    #[must_use]
    pub fn of(message: &Message, at: DateTime<Utc>, folder: &str, copy: bool) -> Self {
        let from = message.from.first().map(|from| from.addr.clone());
        let sender = message.sender.as_ref().map(|sender| sender.addr.clone());
        Self {
            at,
            folder: folder.to_owned(),
            copy,
            message_id: message.message_id.clone(),
            sender: sender.filter(|sender| from.as_ref() != Some(sender)),
            from,
            in_reply_to: message.in_reply_to.iter().take(KEPT_IDS).cloned().collect(),
            references: newest(&message.references),
            recipients: message
                .recipients()
                .map(|to| to.addr.clone())
                .take(KEPT_RECIPIENTS)
                .collect(),
            to: message
                .to
                .iter()
                .map(|to| to.addr.clone())
                .take(KEPT_RECIPIENTS)
                .collect(),
            subject: message.subject.clone(),
            thread_index: message.thread_index.clone(),
            ..Self::default()
        }
    }

    /// The same as a mail of ours that has told its citizen this.
    #[must_use]
    pub fn telling(self, told: Option<ToldCitizen>) -> Self {
        Self { told, ..self }
    }

    /// Whether it answers or passes on some mail, known or not.
    #[must_use]
    pub fn names_a_mail(&self) -> bool {
        !self.in_reply_to.is_empty() || !self.references.is_empty()
    }
}

/// When a mail was sent: the earlier of what its writer's machine and the server say, if they
/// agree; else the server.
#[must_use]
pub fn sent_at(
    date: Option<DateTime<Utc>>,
    internal_date: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DateTime<Utc> {
    match (date, internal_date) {
        (Some(date), Some(server)) if (server - date).abs() <= SAME_MOMENT => date.min(server),
        (_, Some(server)) => server,
        (Some(date), None) => date,
        (None, None) => now,
    }
}

/// Whether a mail whose header alone is known may be only a sign of liking: small, an answer, in
/// several forms, which a server may have put a footer below.
#[must_use]
pub fn may_be_reaction(message: &Message, size: u32) -> bool {
    let is_form = |mime: &str| ["multipart/alternative", "multipart/mixed"].contains(&mime);
    let in_forms =
        matches!(&message.content[..], [whole] if is_form(&whole.mime.to_ascii_lowercase()));
    in_forms && size <= REACTION_BYTES && !message.in_reply_to.is_empty()
}

/// Whether a mail can be an answer at all, to any question. A draft, a reaction, and what goes to
/// very many or through a list are none.
#[must_use]
pub fn may_answer(message: &Message) -> bool {
    let recipients = message.recipients().count();
    message.date.is_some()
        && (1..=MOST_RECIPIENTS).contains(&recipients)
        && !is_reaction(message)
        && !has_list_signs(message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::{Address, ContentType};
    use chrono::TimeZone;

    fn at(minute: i64) -> DateTime<Utc> {
        Utc.timestamp_opt(1_763_000_000 + minute * 60, 0).unwrap()
    }

    #[test]
    fn a_mail_was_sent_when_both_clocks_say_so() {
        let check = |date: Option<i64>, server: Option<i64>, expected| {
            assert_eq!(
                sent_at(date.map(at), server.map(at), at(99)),
                at(expected),
                "{date:?} {server:?}"
            );
        };
        check(Some(0), Some(1), 0);
        check(Some(1), Some(0), 0);
        check(Some(0), Some(10), 0);
        check(Some(0), Some(11), 11);
        check(Some(30), Some(0), 0);
        check(None, Some(5), 5);
        check(Some(5), None, 5);
        check(None, None, 99);
    }

    #[test]
    fn a_small_answer_in_several_forms_may_be_a_reaction() {
        let part = |mime: &str| ContentType {
            mime: mime.to_owned(),
            params: Vec::new(),
        };
        let answer = Message {
            in_reply_to: vec!["a@x".to_owned()],
            content: vec![part("multipart/alternative")],
            ..Message::default()
        };
        assert!(may_be_reaction(&answer, 4_000) && !may_be_reaction(&answer, 100_000));
        assert!(may_be_reaction(&answer, REACTION_BYTES));
        assert!(!may_be_reaction(
            &Message {
                in_reply_to: Vec::new(),
                ..answer.clone()
            },
            4_000
        ));
        let below_a_footer = Message {
            content: vec![part("multipart/mixed")],
            ..answer.clone()
        };
        assert!(
            may_be_reaction(&below_a_footer, 4_000) && !may_be_reaction(&below_a_footer, 100_000)
        );
        for content in [
            vec![part("text/plain")],
            vec![part("multipart/signed")],
            Vec::new(),
        ] {
            assert!(!may_be_reaction(
                &Message {
                    content,
                    ..answer.clone()
                },
                4_000
            ));
        }
    }

    #[test]
    fn drafts_reactions_and_mass_mail_answer_nobody() {
        let to = |many: usize| {
            (0..many)
                .map(|n| Address {
                    name: None,
                    addr: format!("n{n}@example.net"),
                })
                .collect::<Vec<_>>()
        };
        let mail = Message {
            to: to(1),
            date: Some(at(0)),
            ..Message::default()
        };
        let check =
            |message: &Message, expected| assert_eq!(may_answer(message), expected, "{message:?}");
        check(&mail, true);
        check(
            &Message {
                to: to(20),
                ..mail.clone()
            },
            true,
        );
        check(
            &Message {
                to: to(15),
                bcc: to(6),
                ..mail.clone()
            },
            false,
        );
        check(
            &Message {
                to: Vec::new(),
                ..mail.clone()
            },
            false,
        );
        check(
            &Message {
                to: Vec::new(),
                bcc: to(1),
                ..mail.clone()
            },
            true,
        );
        check(
            &Message {
                date: None,
                ..mail.clone()
            },
            false,
        );
        check(
            &Message {
                headers: vec![("list-id".to_owned(), "<nytt>".to_owned())],
                ..mail.clone()
            },
            false,
        );
        let part = |mime: &str| ContentType {
            mime: mime.to_owned(),
            params: Vec::new(),
        };
        let content = vec![
            part("multipart/alternative"),
            part("text/plain"),
            part("text/vnd.google.email-reaction+json"),
        ];
        check(
            &Message {
                content,
                ..mail.clone()
            },
            false,
        );
        check(
            &Message {
                content: vec![part("multipart/alternative")],
                ..mail
            },
            true,
        );
    }

    #[test]
    fn a_mail_is_kept_with_its_newest_ids_and_a_sender_of_its_own() {
        let address = |addr: &str| Address {
            name: None,
            addr: addr.to_owned(),
        };
        let of = |sender: &str, references: usize| {
            let message = Message {
                from: vec![address("kf@kommun.se")],
                sender: Some(address(sender)),
                references: (0..references).map(|n| format!("{n}@x")).collect(),
                ..Message::default()
            };
            SentMail::of(&message, at(0), "Skickat", false)
        };
        assert_eq!(of("kf@kommun.se", 0).sender, None);
        let mail = of("asa@kommun.se", KEPT_IDS + 2);
        assert_eq!(mail.sender.as_deref(), Some("asa@kommun.se"));
        assert_eq!(mail.references.len(), KEPT_IDS);
        assert_eq!(mail.references.first().map(String::as_str), Some("2@x"));
    }

    #[test]
    fn a_mail_names_another_by_either_field() {
        let id = || vec!["a@x".to_owned()];
        for (in_reply_to, references, names) in [
            (Vec::new(), Vec::new(), false),
            (id(), Vec::new(), true),
            (Vec::new(), id(), true),
            (id(), id(), true),
        ] {
            let mail = SentMail {
                in_reply_to,
                references,
                ..SentMail::default()
            };
            assert_eq!(mail.names_a_mail(), names, "{mail:?}");
        }
    }
}
