//! The header parser beside another one: the bytes choose a header by the grammar of RFC 5322 and
//! RFC 2047, so that the writer knows the truth. Ours must say the truth, and so must mail-parser:
//! where the two part, one of us reads the grammar wrongly. Only display names are not asked of it:
//! it takes a comment behind an address into them, and drops the space between an encoded word and
//! a quoted one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{Address as TheirAddress, HeaderValue, MessageParser};
use servicelofte::domain::message::{Address, Message};
use servicelofte::mail::parse;
use std::fmt::Write as _;

const LETTERS: [&str; 12] = ["a", "k", "Z", "0", "7", "å", "Ö", "é", "ß", "ł", "ж", "名"];
const ATOMS: &[u8] = b"abcxyz0189!#$%&'*+-/=^_`{|}~";
const ZONES: [(&str, i32); 5] = [
    ("+0000", 0),
    ("+0100", 60),
    ("-0330", -210),
    ("GMT", 0),
    ("EST", -300),
];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

pub fn check(bytes: &[u8]) {
    let drawn = Drawn::from(&mut Choices(bytes.iter()));
    let ours = parse::message(drawn.text.as_bytes());
    assert_eq!(told(&ours), drawn.truth, "ours, of\n{}", drawn.text);
    let theirs = MessageParser::default()
        .parse(drawn.text.as_bytes())
        .expect("a header is a message");
    assert_eq!(
        told_by(&theirs).without_names(),
        drawn.truth.without_names(),
        "mail-parser, of\n{}",
        drawn.text
    );
}

/// The facts of a header that both parsers tell.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    from: Vec<(Option<String>, String)>,
    reply_to: Vec<(Option<String>, String)>,
    to: Vec<(Option<String>, String)>,
    subject: String,
    message_id: Vec<String>,
    in_reply_to: Vec<String>,
    references: Vec<String>,
    /// Seconds since 1970.
    date: Option<i64>,
}

impl Told {
    fn without_names(mut self) -> Self {
        for people in [&mut self.from, &mut self.reply_to, &mut self.to] {
            for (name, _) in people {
                *name = None;
            }
        }
        self
    }
}

fn told(message: &Message) -> Told {
    let people = |list: &[Address]| {
        let both = |person: &Address| (person.name.as_deref().map(joined), person.addr.clone());
        list.iter().map(both).collect()
    };
    Told {
        from: people(&message.from),
        reply_to: people(&message.reply_to),
        to: people(&message.to),
        subject: joined(&message.subject),
        message_id: message.message_id.iter().cloned().collect(),
        in_reply_to: message.in_reply_to.clone(),
        references: message.references.clone(),
        date: message.date.map(|date| date.timestamp()),
    }
}

fn told_by(message: &mail_parser::Message) -> Told {
    let people = |list: Option<&TheirAddress>| {
        let all = list.into_iter().flat_map(TheirAddress::iter);
        let written = all.filter_map(|person| person.address.as_deref());
        let addresses = written.filter_map(parse::normal_address);
        addresses.map(|address| (None, address)).collect()
    };
    let ids = |value: &HeaderValue| match value {
        HeaderValue::Text(id) => vec![id.to_string()],
        HeaderValue::TextList(ids) => ids.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    Told {
        from: people(message.from()),
        reply_to: people(message.reply_to()),
        to: people(message.to()),
        subject: joined(message.subject().unwrap_or_default()),
        message_id: message
            .message_id()
            .map(str::to_owned)
            .into_iter()
            .collect(),
        in_reply_to: ids(message.in_reply_to()),
        references: ids(message.references()),
        date: message.date().map(mail_parser::DateTime::to_timestamp),
    }
}

/// White space is one space: both unfold, each in its own way.
fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What the bytes choose; when they end, always the first.
struct Choices<'a>(std::slice::Iter<'a, u8>);

impl Choices<'_> {
    fn of(&mut self, count: usize) -> usize {
        self.0.next().map_or(0, |&byte| usize::from(byte) % count)
    }

    fn one<'l>(&mut self, list: &[&'l str]) -> &'l str {
        list[self.of(list.len())]
    }

    /// Now and then: once in four.
    fn rarely(&mut self) -> bool {
        self.of(4) == 3
    }
}

/// A header as text, and what it says.
struct Drawn {
    text: String,
    truth: Told,
}

impl Drawn {
    fn from(choices: &mut Choices) -> Self {
        let mut truth = Told::default();
        let mut fields = vec![
            ("From", people(choices, &mut truth.from, false)),
            ("Subject", phrase(choices, &mut truth.subject, true)),
            ("Message-ID", ids(choices, &mut truth.message_id, 1)),
            ("Date", date(choices, &mut truth.date)),
            ("To", people(choices, &mut truth.to, true)),
        ];
        if choices.rarely() {
            fields.push(("Reply-To", people(choices, &mut truth.reply_to, true)));
        }
        if choices.rarely() {
            fields.push(("In-Reply-To", ids(choices, &mut truth.in_reply_to, 2)));
        }
        if choices.rarely() {
            fields.push(("References", ids(choices, &mut truth.references, 9)));
        }
        let first = choices.of(fields.len());
        fields.rotate_left(first);
        let end = choices.one(&["\r\n", "\n"]);
        let mut text = String::new();
        for (name, value) in fields {
            let name = if choices.rarely() {
                name.to_uppercase()
            } else {
                name.to_owned()
            };
            let colon = choices.one(&[": ", ":", ":\r\n ", ":\t"]);
            let _ = write!(text, "{name}{colon}{value}\r\n");
        }
        text.push_str("\r\n");
        Self {
            text: text.replace("\r\n", end),
            truth,
        }
    }
}

/// White space between tokens, which may fold.
fn gap(choices: &mut Choices) -> &'static str {
    choices.one(&[" ", "\r\n ", "\r\n\t", "  "])
}

/// A list of mailboxes, in a group now and then.
fn people(
    choices: &mut Choices,
    truth: &mut Vec<(Option<String>, String)>,
    groups: bool,
) -> String {
    let group = groups && choices.rarely();
    let mut text = if group {
        "Styrelsen:".to_owned()
    } else {
        String::new()
    };
    for nth in 0..=choices.of(3) {
        if nth > 0 {
            text.push(',');
            text.push_str(gap(choices));
        }
        let address = address(choices);
        let mut name = String::new();
        match choices.of(4) {
            0 => text.push_str(&address),
            1 => {
                let _ = write!(text, "<{address}>");
            }
            _ => {
                let written = phrase(choices, &mut name, false);
                let _ = write!(text, "{written}{}<{address}>", gap(choices));
            }
        }
        if choices.rarely() {
            // A comment says a name where nothing else does (RFC 5322 §3.4); a space is none.
            text.push_str(" (");
            text.push_str(&address.replace(['(', ')', '\\'], ""));
            text.push(')');
            if name.is_empty() {
                name.push_str(&address);
            }
        }
        let addr = parse::normal_address(&address).expect("an address by the grammar");
        truth.push(((!name.is_empty()).then_some(name), addr));
    }
    if group {
        text.push(';');
    }
    text
}

fn atom(choices: &mut Choices) -> String {
    let length = 1 + choices.of(6);
    (0..length)
        .map(|_| char::from(ATOMS[choices.of(ATOMS.len())]))
        .collect()
}

fn address(choices: &mut Choices) -> String {
    let mut local = atom(choices);
    for _ in 0..choices.of(3) {
        local = format!("{local}.{}", atom(choices));
    }
    let domain = choices.one(&[
        "example.com",
        "Sub.Example.NET",
        "xn--rksmrgs-5wao1o.se",
        "a-b.test",
    ]);
    format!("{local}@{domain}")
}

/// Words, quoted and encoded ones among them: a display name, or a subject.
fn phrase(choices: &mut Choices, truth: &mut String, is_subject: bool) -> String {
    let mut text = String::new();
    let mut was_encoded = false;
    for nth in 0..=choices.of(4) {
        let (mut word, way) = (word(choices), choices.of(4));
        let is_encoded = way >= 2 || !word.is_ascii();
        let written = if is_encoded {
            encoded(choices, &mut word)
        } else if way == 1 && !is_subject {
            format!("\"{word}\"")
        } else {
            word.clone()
        };
        if nth > 0 {
            text.push_str(gap(choices));
            // White space between two encoded words is not displayed (RFC 2047 §6.2).
            if !(was_encoded && is_encoded) {
                truth.push(' ');
            }
        }
        text.push_str(&written);
        truth.push_str(&word);
        was_encoded = is_encoded;
    }
    text
}

fn word(choices: &mut Choices) -> String {
    let length = 1 + choices.of(5);
    (0..length).map(|_| choices.one(&LETTERS)).collect()
}

/// The word as an encoded one (RFC 2047), which can say a space and any letter of its charset.
fn encoded(choices: &mut Choices, word: &mut String) -> String {
    if choices.rarely() {
        word.push_str(" och");
    }
    let latin: Option<Vec<u8>> = word
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect();
    let (charset, bytes) = match latin.filter(|_| choices.rarely()) {
        Some(latin) => (
            choices.one(&["iso-8859-1", "ISO-8859-1", "windows-1252"]),
            latin,
        ),
        None => (choices.one(&["utf-8", "UTF-8"]), word.as_bytes().to_vec()),
    };
    if choices.rarely() {
        let mut quoted = String::new();
        for byte in bytes {
            match byte {
                b' ' => quoted.push('_'),
                byte if byte.is_ascii_alphanumeric() => quoted.push(char::from(byte)),
                byte => {
                    let _ = write!(quoted, "={byte:02X}");
                }
            }
        }
        let way = choices.one(&["Q", "q"]);
        return format!("=?{charset}?{way}?{quoted}?=");
    }
    let way = choices.one(&["B", "b"]);
    format!("=?{charset}?{way}?{}?=", STANDARD.encode(bytes))
}

/// At most so many ids, at least one.
fn ids(choices: &mut Choices, truth: &mut Vec<String>, most: usize) -> String {
    let mut text = String::new();
    for nth in 0..=choices.of(most) {
        let id = format!(
            "{}@{}",
            atom(choices),
            choices.one(&["example.com", "a.b", "[10.0.0.1]"])
        );
        if nth > 0 {
            text.push_str(gap(choices));
        }
        let _ = write!(text, "<{id}>");
        truth.push(id);
    }
    text
}

fn date(choices: &mut Choices, truth: &mut Option<i64>) -> String {
    let (day, month) = (1 + choices.of(28), choices.of(12));
    let year = 1990 + choices.of(60);
    let (hour, minute, second) = (choices.of(24), choices.of(60), choices.of(60));
    let (zone, minutes) = ZONES[choices.of(ZONES.len())];
    let at = chrono::NaiveDate::from_ymd_opt(
        i32::try_from(year).expect("a year"),
        u32::try_from(month + 1).expect("a month"),
        u32::try_from(day).expect("a day"),
    )
    .expect("a day that is");
    let local = at.and_time(chrono::NaiveTime::MIN).and_utc().timestamp()
        + i64::try_from(hour * 3600 + minute * 60 + second).expect("seconds");
    *truth = Some(local - i64::from(minutes) * 60);
    let weekday = if choices.rarely() {
        String::new()
    } else {
        at.format("%a, ").to_string()
    };
    let behind = choices.one(&["", " (CET)", "  "]);
    let month = MONTHS[month];
    let day = if choices.rarely() {
        format!("{day:02}")
    } else {
        day.to_string()
    };
    let gap = gap(choices);
    format!("{weekday}{day} {month} {year}{gap}{hour:02}:{minute:02}:{second:02} {zone}{behind}")
}
