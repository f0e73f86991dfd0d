//! How the registers of the first days are read. They held a reason as the English words of the day
//! where newer ones have a code: a text with spaces, while a code has none. Most such words are an
//! `alias` of their code ([`super::reason`]); those with a reference, a kind of mail or a free text
//! in them are read here, and so are the Swedish words that a derivation had.

mod days;

use super::counted::Why;
use super::effect::Kind;
use super::item_id::ItemId;
use super::reason::{Reason, Sign, Undelivered};
use serde::de;
use serde::de::value::{Error, StrDeserializer};
use serde::de::{Deserialize, Deserializer, IntoDeserializer};

/// A value as a register holds it.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Stored<T> {
    Code(T),
    Words(String),
}

/// Why a message needs no answer.
pub fn reason<'de, D: Deserializer<'de>>(from: D) -> Result<Reason, D::Error> {
    match Stored::deserialize(from)? {
        Stored::Code(reason) => Ok(reason),
        Stored::Words(words) if words.contains(' ') => Ok(reason_in_words(words)),
        Stored::Words(code) => Err(de::Error::custom(format!("unknown reason {code:?}"))),
    }
}

/// Details of a mail that will not arrive.
pub fn undelivered<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Undelivered>, D::Error> {
    Ok(match Option::<Stored<Undelivered>>::deserialize(from)? {
        None => None,
        Some(Stored::Code(why)) => Some(why),
        Some(Stored::Words(words)) => match words.as_str() {
            // The failure itself says so.
            "it came back" | "its reader is away" | "it was not delivered" => None,
            "the connection was lost at the end, and no copy was found" => {
                Some(Undelivered::NoCopy)
            }
            "the sender's address cannot be written to" => Some(Undelivered::NoAddress),
            _ if words.contains(' ') => Some(Undelivered::Server(words)),
            _ => return Err(de::Error::custom(format!("unknown cause {words:?}"))),
        },
    })
}

/// Why a day of a derivation counts or not.
pub fn why<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Why>, D::Error> {
    match Option::<Stored<Why>>::deserialize(from)? {
        None => Ok(None),
        Some(Stored::Code(why)) => Ok(Some(why)),
        Some(Stored::Words(words)) => match days::why(&words) {
            None => Err(de::Error::custom(format!("unknown reason {words:?}"))),
            known => Ok(known),
        },
    }
}

fn reason_in_words(words: String) -> Reason {
    let signs = || words.split("; ").map(sign).collect::<Option<Vec<Sign>>>();
    fixed(&words)
        .or_else(|| with_kind(&words))
        .or_else(|| with_reference(&words))
        .or_else(|| signs().map(Reason::Signs))
        .unwrap_or(Reason::Person(words))
}

fn fixed(words: &str) -> Option<Reason> {
    match words {
        "our own mail" => Some(Reason::OwnMail),
        "a delivery report that tells of no failure" => Some(Reason::NoFailure),
        "a bounce that belongs to no known mail" => Some(Reason::StrangeBounce),
        "a reply of staff to one of our own mails" => Some(Reason::StaffReply),
        _ => None,
    }
}

fn with_kind(words: &str) -> Option<Reason> {
    let kind = |start: &str| {
        let kind = words.strip_prefix(start)?.strip_suffix(')')?;
        Kind::parse(kind)
    };
    kind("a bounce of our own mail (")
        .map(|kind| Reason::OwnMailBounced { kind })
        .or_else(|| {
            kind("an automatic reply to our own mail (").map(|kind| Reason::AutoReplyToUs { kind })
        })
}

fn with_reference(words: &str) -> Option<Reason> {
    let behind = |start: &str| words.strip_prefix(start).and_then(ItemId::parse);
    if let Some(conversation) = behind("an automatic reply in the conversation ") {
        return Some(Reason::AutoReplyIn { conversation });
    }
    if let Some(conversation) = behind("the copy of an answer in the conversation ") {
        return Some(Reason::CopyOfAnswer { conversation });
    }
    if let Some(conversation) = behind("a bounce of an answer in the conversation ") {
        return Some(Reason::AnswerBounced { conversation });
    }
    behind("a bounce, by its address of the notice about ")
        .map(|item| Reason::NoticeBounced { item })
}

fn sign(words: &str) -> Option<Sign> {
    let words: StrDeserializer<'_, Error> = words.into_deserializer();
    Sign::deserialize(words).ok()
}
