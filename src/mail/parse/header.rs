//! A header block to its raw fields. Lenient: a line that is not a field is skipped when a field
//! follows, else it begins the body (the blank line is missing). Line ends may be CRLF, LF, or CR
//! alone.

use super::limits::{FIELDS, MAX_FIELDS, MAX_HEADER};

/// Characters of the longest field name believed; a longer run before a colon is text.
const MAX_NAME: usize = 80;
/// Fields kept under any name; after them only those that we know, up to [`MAX_FIELDS`].
const MAX_ANY: usize = MAX_FIELDS - 100;
/// Lines that are not fields, one after another, behind which the header may go on.
const MAX_STRAY: usize = 40;
/// Blank lines before the first field that are forgiven.
const MAX_LEADING_BLANKS: usize = 3;

/// One field; the value still holds its folds.
pub struct Field<'a> {
    pub name: &'a [u8],
    pub value: &'a [u8],
    /// A blank precedes its colon.
    pub spaced: bool,
}

/// A header block taken apart.
pub struct Split<'a> {
    pub fields: Vec<Field<'a>>,
    /// Where the body begins; `None` when the bytes end within the header.
    pub body: Option<usize>,
    /// A line that is not a field was among the fields, or instead of the blank line.
    pub stray: bool,
    /// There were more bytes or fields than are read.
    pub cut: bool,
    /// A carriage return without a line feed, among other line ends.
    pub bare_return: bool,
}

impl<'a> Split<'a> {
    /// The raw value of the last field of that name (lower case).
    pub fn last(&self, name: &str) -> Option<&'a [u8]> {
        self.fields
            .iter()
            .rev()
            .find(|f| f.name.eq_ignore_ascii_case(name.as_bytes()))
            .map(|f| f.value)
    }

    /// Takes in the line at `at`. Where the next one begins; `None`: the header has ended.
    fn take(&mut self, head: &'a [u8], at: usize, cr_only: bool) -> Option<usize> {
        let line = line_at(head, at, cr_only);
        let text = &head[at..line.end];
        if text.is_empty() {
            self.body = Some(line.next);
            return None;
        }
        self.bare_return |=
            !cr_only && (text.contains(&b'\r') || head[line.end..line.next] == *b"\r");
        if matches!(text[0], b' ' | b'\t') {
            match self.fields.last_mut() {
                Some(field) => field.value = extend(head, field.value, line.end),
                None => self.stray = true,
            }
        } else if let Some(name) = field_name(text) {
            self.add(text, name);
        } else {
            self.stray = true;
            let next = next_field(head, line.next, cr_only, self);
            if next.is_none() {
                self.body = Some(at);
            }
            return next;
        }
        Some(line.next)
    }

    /// Adds a field whose name has that length, if there is room.
    fn add(&mut self, text: &'a [u8], name: usize) {
        let count = self.fields.len();
        if count >= MAX_ANY && (count >= MAX_FIELDS || !known_field(text)) {
            self.cut = true;
            return;
        }
        let colon = text.iter().position(|&b| b == b':').unwrap_or(name);
        self.fields.push(Field {
            name: &text[..name],
            value: &text[colon + 1..],
            spaced: colon > name,
        });
    }
}

/// Takes the header at the start of `bytes` apart.
pub fn split(bytes: &[u8]) -> Split<'_> {
    let head = &bytes[..bytes.len().min(MAX_HEADER)];
    let cr_only = memchr::memchr(b'\n', head).is_none();
    let mut out = Split {
        fields: Vec::with_capacity(40),
        body: None,
        stray: false,
        cut: false,
        bare_return: false,
    };
    let mut at = skip_preamble(head, cr_only);
    while at < head.len() {
        match out.take(head, at, cr_only) {
            Some(next) => at = next,
            None => return out,
        }
    }
    out.cut |= head.len() < bytes.len();
    out
}
/// A byte order mark, an mbox `From ` line and a few blank lines before the first field.
fn skip_preamble(head: &[u8], cr_only: bool) -> usize {
    let mut at = if head.starts_with(b"\xEF\xBB\xBF") {
        3
    } else {
        0
    };
    let mut blanks = at;
    for _ in 0..MAX_LEADING_BLANKS {
        let line = line_at(head, blanks, cr_only);
        if line.end > blanks {
            break;
        }
        blanks = line.next;
    }
    if followed_by_field(head, blanks, cr_only) {
        at = blanks;
    }
    let rest = &head[at..];
    if rest.starts_with(b"From ") || rest.starts_with(b">From ") {
        let line = line_at(head, at, cr_only);
        if field_name(&head[at..line.end]).is_none_or(|name| name > 5) {
            at = line.next;
        }
    }
    at
}

struct Line {
    /// End of its text.
    end: usize,
    /// Start of the next one.
    next: usize,
}

fn line_at(head: &[u8], at: usize, cr_only: bool) -> Line {
    let mut from = at;
    while let Some(length) = memchr::memchr2(b'\r', b'\n', &head[from..]) {
        let end = from + length;
        if head[end] == b'\n' {
            return Line { end, next: end + 1 };
        }
        if head.get(end + 1) == Some(&b'\n') {
            return Line { end, next: end + 2 };
        }
        // A lone CR among other line ends is text, unless a field that we know begins right behind
        // it.
        if cr_only || known_field(&head[end + 1..]) {
            return Line { end, next: end + 1 };
        }
        from = end + 1;
    }
    Line {
        end: head.len(),
        next: head.len(),
    }
}

/// Length of the field name that starts the line (RFC 5322 §2.2: printable, no colon), blanks
/// before the colon forgiven.
fn field_name(line: &[u8]) -> Option<usize> {
    let end = line
        .iter()
        .take(MAX_NAME + 1)
        .position(|&b| !(b'!'..=b'~').contains(&b) || b == b':')?;
    let after = line[end..].iter().position(|&b| b != b' ' && b != b'\t')?;
    (end > 0 && line[end + after] == b':').then_some(end)
}

/// Where the header goes on behind a stray line: at once, or, as long as sender, date or subject
/// are missing, behind a few more of them (a field whose folds lost their blanks). A blank line
/// ends the search.
fn next_field(head: &[u8], at: usize, cr_only: bool, out: &Split) -> Option<usize> {
    if followed_by_field(head, at, cr_only) {
        return Some(at);
    }
    if ["from", "date", "subject"]
        .iter()
        .all(|name| out.last(name).is_some())
    {
        return None;
    }
    let mut at = at;
    for _ in 0..MAX_STRAY {
        let line = line_at(head, at, cr_only);
        if line.end == at {
            return None;
        }
        if known_field(&head[at..line.end]) {
            return Some(at);
        }
        at = line.next;
    }
    None
}

fn followed_by_field(head: &[u8], at: usize, cr_only: bool) -> bool {
    at < head.len() && field_name(&head[at..line_at(head, at, cr_only).end]).is_some()
}

fn known_field(rest: &[u8]) -> bool {
    field_name(&rest[..rest.len().min(MAX_NAME)]).is_some_and(|name| {
        FIELDS
            .iter()
            .any(|known| known.as_bytes().eq_ignore_ascii_case(&rest[..name]))
    })
}

/// The value from its start to `end`: both lie in `head`, so a fold costs no copy.
fn extend<'a>(head: &'a [u8], value: &'a [u8], end: usize) -> &'a [u8] {
    let start = value.as_ptr().addr() - head.as_ptr().addr();
    &head[start..end]
}
