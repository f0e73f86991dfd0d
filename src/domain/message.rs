//! One mail as the core sees it: header facts, never a body.
//!
//! `mail::parse` makes a [`Message`] of any bytes; it is total. Faults of the bytes are listed in
//! `defects`. All strings are decoded (RFC 2047), unfolded, free of control characters and bounded
//! in length.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An RFC 5322 mailbox: `name <addr>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Address {
    /// Display name, decoded; `None` when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `local@domain`, lower case, as it is compared. Always holds one `@` with text on both sides.
    pub addr: String,
}

/// A trace line (RFC 5321 §4.4): who wrote it, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// The host after `by`, lower case.
    pub by: Option<String>,
    /// The host that handed it over, lower case: its name in the DNS where the line has it, else
    /// what it called itself.
    pub from: Option<String>,
    pub at: DateTime<Utc>,
}

/// The faults of a From field: two programs may read it as two senders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromFault {
    /// It occurs twice.
    Twice,
    /// Something in it is not an address, or a bracket or a name does not fit.
    Malformed,
    /// The address itself is an encoded word.
    Encoded,
    /// A blank before its colon.
    Blank,
    /// A carriage return without its line feed.
    BareReturn,
    /// Letters that only look like plain ones become plain in the address.
    Mapped,
}

impl FromFault {
    pub const ALL: [Self; 6] = [
        Self::Twice,
        Self::Malformed,
        Self::Encoded,
        Self::Blank,
        Self::BareReturn,
        Self::Mapped,
    ];
}

/// One MIME entity's declared content, as far as the bytes at hand show it (RFC 2045 §5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContentType {
    /// `type/subtype`, lower case.
    pub mime: String,
    /// Parameters in order; names lower case, values as written (`report-type`, `method` …).
    pub params: Vec<(String, String)>,
}

/// A delivery status or returned message found in a bounce (RFC 3464, RFC 6522).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// Message-ID of the mail that came back, without angle brackets.
    pub message_id: Option<String>,
    /// Addresses that failed (`Final-Recipient`, `Original-Recipient`, `X-Failed-Recipients`),
    /// lower case.
    pub failed: Vec<String>,
    /// `failed`, `delayed`, `delivered`, `relayed`, `expanded`.
    pub action: Option<String>,
}

/// Header facts of one mail.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Without angle brackets, case kept (RFC 5322 §3.6.4).
    pub message_id: Option<String>,
    pub from: Vec<Address>,
    /// In the order in which they were seen, each once.
    pub from_faults: Vec<FromFault>,
    pub sender: Option<Address>,
    pub reply_to: Vec<Address>,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub bcc: Vec<Address>,
    /// `Date:` as its writer claims; never used as arrival.
    pub date: Option<DateTime<Utc>>,
    /// The unparsed `Date:`; part of the identity even when it makes no sense.
    pub date_raw: Option<String>,
    pub subject: String,
    /// Ids without angle brackets, in order, at most [`MAX_REFERENCES`] (the first and the last
    /// ones are kept).
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// Outlook's `Thread-Index`: the conversation's 16-byte id (bytes 6..22 of the decoded value),
    /// as lower-case hex.
    pub thread_index: Option<String>,
    /// Topmost (newest) first.
    pub received: Vec<Received>,
    /// The message's own content type first, then those of its parts in order, as far as the bytes
    /// show them.
    pub content: Vec<ContentType>,
    /// Present when a delivery report or a returned message was among the bytes.
    pub returned: Option<Returned>,
    /// Every header field in order: name in lower case, value decoded and unfolded.
    pub headers: Vec<(String, String)>,
    /// The faults, in plain English, for people (`"no From"`, `"Date cannot be read"`).
    pub defects: Vec<String>,
}

/// Fields in which servers note the id that a mail had before they gave it another.
const ORIGINAL_IDS: [&str; 3] = [
    "x-microsoft-original-message-id",
    "x-original-message-id",
    "x-google-original-message-id",
];

const BRACKETS: [char; 3] = ['<', '>', ' '];

/// How many ids of a `References:` are kept; the rest, in the middle, is dropped.
pub const MAX_REFERENCES: usize = 50;

impl Message {
    /// The first field of that name (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every field of that name (lower case), topmost first.
    pub fn headers_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// Under which ids a mail of ours may have left, the likeliest first, without angle brackets:
    /// its own, what a server noted when it gave it another, and the first of its References, which
    /// in a mail of ours is its own.
    pub fn own_ids(&self) -> impl Iterator<Item = &str> {
        let noted = ORIGINAL_IDS
            .iter()
            .filter_map(|name| self.header(name))
            .map(|id| id.trim_matches(BRACKETS));
        self.message_id
            .as_deref()
            .into_iter()
            .chain(noted)
            .chain(self.references.first().map(String::as_str))
    }

    /// Every address the mail was sent to: To, Cc and Bcc.
    pub fn recipients(&self) -> impl Iterator<Item = &Address> {
        self.to.iter().chain(&self.cc).chain(&self.bcc)
    }
}
