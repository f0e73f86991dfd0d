//! Content types and the walk over a mail's parts (RFC 2045, RFC 2046): one pass over the lines, no
//! recursion.
//!
//! The inside of an attached message is not walked: it belongs to another mail.

use super::limits::{MAX_DEPTH, MAX_PARTS, MAX_TEXT, MAX_VALUE};
use super::{encoded_words, header};
use crate::domain::message::ContentType;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;

/// Bytes of one part's header that are read.
const MAX_PART_HEADER: usize = 64 * 1024;
/// Parameters kept of one content type.
const MAX_PARAMS: usize = 20;

/// One leaf or container, with where its content lies.
pub struct Part<'a> {
    pub content: ContentType,
    pub encoding: String,
    pub body: &'a [u8],
    /// A file beside the text (RFC 2183).
    pub attached: bool,
    /// The mail itself, which has no parts.
    pub whole: bool,
}

impl Part<'_> {
    /// The content decoded, as far as [`MAX_TEXT`] bytes go, its lines ended by LF.
    pub fn text(&self) -> String {
        let raw = &self.body[..self.body.len().min(MAX_TEXT)];
        let decoded = match self.encoding.trim().to_ascii_lowercase().as_str() {
            "base64" => encoded_words::base64(raw),
            "quoted-printable" => quoted_printable_decode(raw).unwrap_or_else(|| raw.to_vec()),
            _ => raw.to_vec(),
        };
        let charset = param(&self.content, "charset")
            .unwrap_or_default()
            .to_ascii_lowercase();
        encoded_words::from_charset(&charset, &decoded)
            .replace("\r\n", "\n")
            .replace('\r', "\n")
    }
}

/// The value of a parameter (name in lower case).
pub fn param<'a>(content: &'a ContentType, name: &str) -> Option<&'a str> {
    content
        .params
        .iter()
        .find(|(n, _)| n == name)
        .map(|(_, v)| v.as_str())
}

/// Reads a Content-Type; one that cannot be read is `text/plain` (RFC 2045 §5.2).
pub fn content_type(value: &str) -> ContentType {
    let mut pieces = pieces(value).into_iter();
    let mime = pieces.next().unwrap_or_default();
    let mime = mime
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let mime = if mime.contains('/') {
        mime
    } else {
        "text/plain".to_owned()
    };
    let params = pieces.filter_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        let value: String = value
            .trim()
            .trim_matches('"')
            .chars()
            .take(MAX_VALUE)
            .collect();
        Some((name.trim().to_lowercase(), value))
    });
    ContentType {
        mime,
        params: params.take(MAX_PARAMS).collect(),
    }
}

/// Splits at semicolons outside quotes; comments in parentheses are left out.
fn pieces(value: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let (mut quoted, mut depth) = (false, 0_usize);
    for c in value.chars() {
        match c {
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            ';' if !quoted => out.push(String::new()),
            _ => {
                quoted ^= c == '"';
                if let Some(piece) = out.last_mut() {
                    piece.push(c);
                }
            }
        }
    }
    out
}

/// Walks the parts of `body`, which belongs to a mail of type `top`.
pub fn walk<'a>(body: &'a [u8], top: &ContentType, encoding: &str) -> Vec<Part<'a>> {
    let Some(boundary) = boundary(top) else {
        return vec![Part {
            content: top.clone(),
            encoding: encoding.to_owned(),
            body,
            attached: false,
            whole: true,
        }];
    };
    let mut walk = Walk {
        body,
        stack: vec![boundary],
        parts: Vec::new(),
        open: None,
    };
    let mut at = 0;
    while at < body.len() && walk.parts.len() < MAX_PARTS {
        let (end, next) = line_at(body, at);
        at = match walk.delimiter(&body[at..end]) {
            Some((level, last)) => walk.boundary_line(at, next, level, last),
            None => next,
        };
    }
    walk.close(at);
    walk.parts
}

/// Where the line at `at` ends, and where the next one begins.
fn line_at(body: &[u8], at: usize) -> (usize, usize) {
    let end = body[at..]
        .iter()
        .position(|&b| b == b'\n' || b == b'\r')
        .map_or(body.len(), |n| at + n);
    let crlf = body[end..].starts_with(b"\r\n");
    (end, (end + if crlf { 2 } else { 1 }).min(body.len()))
}

/// A part of which only the header is known.
fn with_header<'a>(head: &header::Split<'_>) -> Part<'a> {
    let value = |name| {
        head.last(name)
            .map(encoded_words::value)
            .unwrap_or_default()
    };
    let disposition = value("content-disposition");
    let kind = disposition.get(..10);
    Part {
        content: content_type(&value("content-type")),
        encoding: value("content-transfer-encoding"),
        body: &[],
        attached: kind.is_some_and(|kind| kind.eq_ignore_ascii_case("attachment")),
        whole: false,
    }
}

fn boundary(content: &ContentType) -> Option<Vec<u8>> {
    if !content.mime.starts_with("multipart/") {
        return None;
    }
    param(content, "boundary")
        .filter(|b| !b.is_empty())
        .map(|b| b.trim_end().as_bytes().to_vec())
}

struct Walk<'a> {
    body: &'a [u8],
    stack: Vec<Vec<u8>>,
    parts: Vec<Part<'a>>,
    /// The part whose content is being passed, and where that began.
    open: Option<(usize, usize)>,
}

impl Walk<'_> {
    /// Which boundary of the stack this line is, innermost first, and whether it is the closing
    /// one.
    fn delimiter(&self, line: &[u8]) -> Option<(usize, bool)> {
        let rest = line.strip_prefix(b"--")?.trim_ascii_end();
        self.stack
            .iter()
            .enumerate()
            .rev()
            .find_map(|(level, boundary)| {
                let tail = rest.strip_prefix(boundary.as_slice())?;
                matches!(tail, b"" | b"--").then_some((level, tail == b"--"))
            })
    }

    /// Ends the open part at `line`; begins the next one unless it was the last. Returns where to
    /// go on.
    fn boundary_line(&mut self, line: usize, next: usize, level: usize, last: bool) -> usize {
        self.close(line);
        self.stack.truncate(level + usize::from(!last));
        if last {
            return next;
        }
        let bytes = &self.body[next..];
        let head = header::split(&bytes[..bytes.len().min(MAX_PART_HEADER)]);
        let part = with_header(&head);
        let start = head.body.map_or(self.body.len(), |n| next + n);
        // A part without a header of its own may run into the next boundary line, which must still
        // be seen.
        let seen = if head.stray || head.fields.is_empty() {
            next
        } else {
            start
        };
        if let Some(boundary) = boundary(&part.content).filter(|_| self.stack.len() < MAX_DEPTH) {
            self.stack.push(boundary);
        }
        self.parts.push(part);
        self.open = Some((self.parts.len() - 1, start));
        seen
    }

    fn close(&mut self, end: usize) {
        if let Some((part, start)) = self.open.take() {
            self.parts[part].body = &self.body[start.min(end)..end];
        }
    }
}

/// A calendar part may name its method only in its text (RFC 5545 §3.7.2): it is added as the
/// parameter `method`.
pub fn calendar_methods(parts: &[Part], content: &mut [ContentType]) {
    for (at, part) in parts.iter().enumerate() {
        if part.content.mime != "text/calendar" || param(&part.content, "method").is_some() {
            continue;
        }
        let text = part.text();
        let method = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("METHOD:"));
        let known = content.get_mut(if part.whole { 0 } else { at + 1 });
        if let (Some(method), Some(known)) = (method, known) {
            known.params.push((
                "method".to_owned(),
                method.trim().chars().take(20).collect(),
            ));
        }
    }
}
