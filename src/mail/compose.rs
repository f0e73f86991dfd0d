//! Our own mails to bytes: RFC 5322 headers, one `text/plain` part, its HTML form beside it, which
//! programs that show HTML show in its place (RFC 2046 §5.1.4), and the files that a letter brings.
//!
//! Promises: with any strings, no header can be added, split or made unreadable through them; no
//! line is longer than 998 bytes (RFC 5322 §2.1.1); the same [`Outgoing`] always gives the same
//! bytes, so that a mail can be built once, stored and sent later. There is no `format=flowed`: the
//! text is wrapped before it gets here.

pub use crate::domain::effect::Kind;
use crate::domain::message::{Address, MAX_REFERENCES};
use crate::mail::texts::foreign;
use chrono::{DateTime, NaiveDate, Utc};
use lettre::address::Envelope;
use lettre::message::header::{
    ContentDisposition, ContentTransferEncoding, ContentType, From as FromHeader, HeaderName,
    HeaderValue, Headers, ReplyTo, Subject, To,
};
use lettre::message::{Body, Mailbox, Mailboxes, Message, MultiPart, MultiPartKind, SinglePart};
use std::time::SystemTime;

/// Longest subject, in characters; the author of the words cuts a longer one, and this module as a
/// last resort.
pub const MAX_SUBJECT: usize = 250;

/// Longest display name, in characters.
pub const MAX_NAME: usize = 100;

/// Longest message id, in bytes: with its angle brackets and a header name it still fits a line of
/// 998.
pub const MAX_ID: usize = 900;

/// Longest address, in bytes (RFC 5321 §4.5.3.1: 64 for the local part, 255 for the domain).
const MAX_ADDRESS: usize = 320;

/// Width at which `X-Servicelofte` and `References` are folded, in bytes (RFC 5322 §2.1.1
/// recommends 78).
const FOLD: usize = 76;

/// One mail of ours, ready to become bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub kind: Kind,
    /// References of the items it is about; none for an alarm about the service itself.
    pub refs: Vec<String>,
    /// The date that it promises for each of them, or none.
    pub dates: Vec<NaiveDate>,
    /// The mailbox, with the unit's name.
    pub from: Address,
    pub to: Vec<Address>,
    pub reply_to: Option<Address>,
    pub subject: String,
    /// The body, wrapped, `\n` line ends.
    pub text: String,
    /// The same as HTML: never the only one to say something.
    pub html: Option<String>,
    /// Without angle brackets; see [`message_id`].
    pub message_id: String,
    /// Local time: the `Date` header shows its offset.
    pub date: DateTime<chrono_tz::Tz>,
    /// Without angle brackets. An id that is not an RFC 5322 `msg-id` is left out.
    pub in_reply_to: Vec<String>,
    /// The conversation that it goes into, without angle brackets, oldest first; ids that are no
    /// `msg-id` are left out, and of more than [`MAX_REFERENCES`] the middle. The mail's own id is
    /// put before them.
    pub references: Vec<String>,
}

/// A file that goes with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Letters, digits, `-` and `.` only.
    pub name: String,
    pub kind: FileKind,
    pub bytes: Vec<u8>,
}

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Pdf,
    /// UTF-8, as the next.
    Html,
    Text,
}

/// Why a mail cannot be built. Names the field, never the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    #[error("the address in {0} cannot be used in a mail")]
    Address(&'static str),
    #[error("the mail has no recipient")]
    NoRecipient,
    #[error("the mail's own Message-ID is not one (RFC 5322 section 3.6.4)")]
    MessageId,
    #[error("the mail could not be built")]
    Build,
}

/// A Message-ID (without angle brackets) at `domain`, from something `unique` that the caller drew.
/// Characters that have no place in an id are left out; a domain that is none becomes
/// `servicelofte.invalid` (RFC 2606 §2).
#[must_use]
pub fn message_id(domain: &str, unique: &str) -> String {
    /// Longest of either half; RFC 1035 §2.3.4 allows names of 255 bytes.
    const HALF: usize = 255;
    let unique: String = unique
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .take(HALF)
        .collect();
    let domain = domain.trim_matches('.');
    let is_domain = (1..=HALF).contains(&domain.len())
        && !domain.contains("..")
        && domain
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
    format!(
        "servicelofte-{unique}@{}",
        if is_domain {
            domain
        } else {
            "servicelofte.invalid"
        }
    )
}

/// Whether an id (without angle brackets) can be written in a header of ours. Wider than RFC 5322
/// §3.6.4, because real mail programs write colons and brackets; narrower where a character could
/// end the id or start a comment or a string.
#[must_use]
pub fn is_message_id(id: &str) -> bool {
    id.len() <= MAX_ID
        && id.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'(' | b')' | b'"' | b'\\'))
        // What looks like an encoded word (RFC 2047) is decoded by some, in any place.
        && !id.contains("=?")
        && id.split_once('@').is_some_and(|(left, right)| !left.is_empty() && !right.is_empty() && !right.contains('@'))
}

/// The mail as it is stored and sent, CRLF line ends.
pub fn to_bytes(mail: &Outgoing) -> Result<Vec<u8>, ComposeError> {
    to_bytes_with_files(mail, &[])
}

/// The same with files.
pub fn to_bytes_with_files(mail: &Outgoing, files: &[File]) -> Result<Vec<u8>, ComposeError> {
    if !is_message_id(&mail.message_id) {
        return Err(ComposeError::MessageId);
    }
    if mail.to.is_empty() {
        return Err(ComposeError::NoRecipient);
    }
    let people = People::of(mail)?;
    let mut message = built(mail, &people, files)?;
    let headers = message.headers_mut();
    people.set_in(headers);
    headers.set(Subject::from(header_text(&mail.subject, MAX_SUBJECT)));
    let date = mail.date.format("%a, %d %b %Y %H:%M:%S %z").to_string();
    set(headers, "Date", &date);
    set_marks(headers, mail);
    Ok(message.formatted())
}

/// The body, with the least of a header.
fn built(mail: &Outgoing, people: &People, files: &[File]) -> Result<Message, ComposeError> {
    let bare = Message::builder()
        .from(Mailbox::new(None, people.from.email.clone()))
        .date(SystemTime::from(mail.date.with_timezone(&Utc)))
        .envelope(people.envelope()?);
    let built = match (text(mail, mail.html.as_deref())?, files) {
        (Text::One(part), []) => bare.singlepart(part),
        (Text::Two(parts), []) => bare.multipart(parts),
        (text, files) => bare.multipart(with_files(text, files)?),
    };
    built.map_err(|_| ComposeError::Build)
}

/// Whom a mail is from, and whom it is to.
struct People {
    from: Mailbox,
    to: Vec<Mailbox>,
    reply_to: Option<Mailbox>,
}

impl People {
    fn of(mail: &Outgoing) -> Result<Self, ComposeError> {
        let read = |address, field| mailbox(address).ok_or(ComposeError::Address(field));
        let to = mail.to.iter().map(|address| read(address, "To"));
        let reply_to = mail.reply_to.as_ref();
        let reply_to = reply_to.map(|address| read(address, "Reply-To"));
        Ok(Self {
            from: read(&mail.from, "From")?,
            to: to.collect::<Result<_, _>>()?,
            reply_to: reply_to.transpose()?,
        })
    }

    /// The builder reads its headers back, and its reader knows neither every name nor a date with
    /// an offset: it gets bare ones, which are replaced afterwards.
    fn envelope(&self) -> Result<Envelope, ComposeError> {
        let recipients = self.to.iter().map(|mailbox| mailbox.email.clone());
        let envelope = Envelope::new(Some(self.from.email.clone()), recipients.collect());
        envelope.map_err(|_| ComposeError::Build)
    }

    fn set_in(self, headers: &mut Headers) {
        headers.set(FromHeader::from(Mailboxes::from(self.from)));
        headers.set(To::from(self.to.into_iter().collect::<Mailboxes>()));
        if let Some(reply_to) = self.reply_to {
            headers.set(ReplyTo::from(Mailboxes::from(reply_to)));
        }
    }
}

/// What a mail says, in one form or in two.
enum Text {
    One(SinglePart),
    Two(MultiPart),
}

// Quoted-printable and Base64 never hold `=_`, so no line of a part can be taken for a boundary
// (RFC 2045 §6.7).

fn text(mail: &Outgoing, html: Option<&str>) -> Result<Text, ComposeError> {
    let part = |content_type, text: &str| {
        let body =
            Body::new_with_encoding(plain_text(text), ContentTransferEncoding::QuotedPrintable);
        Ok(SinglePart::builder()
            .header(content_type)
            .body(body.map_err(|_| ComposeError::Build)?))
    };
    let plain = part(ContentType::TEXT_PLAIN, &mail.text)?;
    let Some(html) = html else {
        return Ok(Text::One(plain));
    };
    let parts = MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary("=_servicelofte_=");
    Ok(Text::Two(
        parts
            .singlepart(plain)
            .singlepart(part(ContentType::TEXT_HTML, html)?),
    ))
}

fn with_files(text: Text, files: &[File]) -> Result<MultiPart, ComposeError> {
    let parts = MultiPart::builder()
        .kind(MultiPartKind::Mixed)
        .boundary("=_servicelofte_files_=");
    let mut parts = match text {
        Text::One(part) => parts.singlepart(part),
        Text::Two(two) => parts.multipart(two),
    };
    for file in files {
        let content_type = match file.kind {
            FileKind::Pdf => {
                ContentType::parse("application/pdf").map_err(|_| ComposeError::Build)?
            }
            FileKind::Html => ContentType::TEXT_HTML,
            FileKind::Text => ContentType::TEXT_PLAIN,
        };
        let name: String = file
            .name
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
            .collect();
        let body = Body::new_with_encoding(file.bytes.clone(), ContentTransferEncoding::Base64);
        parts = parts.singlepart(
            SinglePart::builder()
                .header(content_type)
                .header(ContentDisposition::attachment(&name))
                .body(body.map_err(|_| ComposeError::Build)?),
        );
    }
    Ok(parts)
}

/// Threading and the signs by which other systems (and we ourselves) know an automatic mail: RFC
/// 3834 §5; for `X-Auto-Response-Suppress` Microsoft's MS-OXCMAIL.
fn set_marks(headers: &mut Headers, mail: &Outgoing) {
    set(headers, "Message-ID", &format!("<{}>", mail.message_id));
    let answered = mail
        .in_reply_to
        .iter()
        .filter(|id| is_message_id(id))
        .take(MAX_REFERENCES);
    let answered: Vec<String> = answered.map(|id| format!("<{id}>")).collect();
    if !answered.is_empty() {
        set(headers, "In-Reply-To", &fold("In-Reply-To", &answered));
    }
    set(
        headers,
        "References",
        &fold(
            "References",
            &references(&mail.message_id, &mail.references),
        ),
    );
    set(
        headers,
        "Auto-Submitted",
        if mail.kind.is_to_citizen() {
            "auto-replied"
        } else {
            "auto-generated"
        },
    );
    set(headers, "X-Auto-Response-Suppress", "OOF, AutoReply");
    set(headers, "X-Servicelofte", &own_mark(mail));
}

/// `kind; ref=a,b; date=x,y`; folded after commas when it is long, so that an unfolded value may hold
/// a blank after a comma.
fn own_mark(mail: &Outgoing) -> String {
    let mut value = mail.kind.as_str().to_owned();
    let words = own_words(mail);
    if words.is_empty() {
        return value;
    }
    value.push(';');
    let mut column = "X-Servicelofte: ".len() + value.len();
    for word in &words {
        // No blank between two references on one line: the contract's shape is `ref=a,b`.
        if column + 1 + word.len() > FOLD {
            value.push_str("\r\n ");
            column = 1;
        } else if value.ends_with(';') {
            value.push(' ');
            column += 1;
        }
        value.push_str(word);
        column += word.len();
    }
    value
}

/// What its references are, and the date that it promises for each; once, where one holds for all.
fn own_words(mail: &Outgoing) -> Vec<String> {
    let refs = mail.refs.iter().map(|reference| {
        let kept = reference
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-');
        kept.take(MAX_NAME).collect::<String>()
    });
    let mut words = listed("ref=", refs.filter(|r| !r.is_empty()).collect());
    let mut dates: Vec<String> = mail.dates.iter().map(ToString::to_string).collect();
    if dates.iter().all(|date| Some(date) == dates.first()) {
        dates.truncate(1);
    }
    if let Some(last) = words.last_mut().filter(|_| !dates.is_empty()) {
        last.push(';');
        words.extend(listed("date=", dates));
    }
    words
}

/// The words of a list, each with what separates it from the next.
fn listed(name: &str, mut words: Vec<String>) -> Vec<String> {
    let last = words.len().saturating_sub(1);
    for (i, word) in words.iter_mut().enumerate() {
        if i == 0 {
            word.insert_str(0, name);
        }
        if i < last {
            word.push(',');
        }
    }
    words
}

/// Our own id first: some servers give a mail another Message-ID on its way, and an answer to it
/// then names ours only where the mail itself has named it.
fn references(own: &str, ids: &[String]) -> Vec<String> {
    let good: Vec<&str> = ids
        .iter()
        .map(String::as_str)
        .filter(|id| is_message_id(id))
        .collect();
    // The first id names the conversation, the last ones its latest turns.
    let dropped = (1 + good.len()).saturating_sub(MAX_REFERENCES);
    let kept = std::iter::once(&own)
        .chain(good.iter().take(1))
        .chain(good.iter().skip(1 + dropped));
    kept.map(|id| format!("<{id}>")).collect()
}

/// Words separated by one blank, each on a line of its own where the line would grow too long. The
/// first one stays on the line of the header's name: an empty first line is read as an empty header
/// by some.
fn fold(name: &str, words: &[String]) -> String {
    let mut value = String::new();
    let mut column = name.len() + 1;
    for word in words {
        if !value.is_empty() {
            if column + 1 + word.len() > FOLD {
                value.push_str("\r\n");
                column = 0;
            }
            value.push(' ');
        }
        value.push_str(word);
        column += 1 + word.len();
    }
    value
}

/// A header whose value is ours or has been checked: graphic ASCII and folds only.
fn set(headers: &mut Headers, name: &'static str, value: &str) {
    let name = HeaderName::new_from_ascii_str(name);
    headers.insert_raw(HeaderValue::dangerous_new_pre_encoded(
        name,
        value.to_owned(),
        value.to_owned(),
    ));
}

fn mailbox(address: &Address) -> Option<Mailbox> {
    let name = address
        .name
        .as_deref()
        .map(|name| header_text(name, MAX_NAME))
        .filter(|name| !name.is_empty());
    let addr = Some(address.addr.as_str()).filter(|addr| addr.len() <= MAX_ADDRESS)?;
    Some(Mailbox::new(name, addr.parse().ok()?))
}

/// One line without controls. Text that only looks like an encoded word (RFC 2047 §2) would be
/// decoded by the receiver into something unchecked, so it is broken by a blank.
fn header_text(text: &str, limit: usize) -> String {
    foreign::clip(&foreign::one_line(text).replace("=?", "= ?"), limit)
}

/// The body with CRLF line ends and no control characters but tab.
fn plain_text(text: &str) -> String {
    let unix = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean: String = unix
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    clean.trim_end().replace('\n', "\r\n")
}
