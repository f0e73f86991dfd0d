//! Address lists (RFC 5322 §3.4): groups, comments, quoted names and local parts, encoded words,
//! international domains. Lenient where programs err (unquoted commas in names, semicolons between
//! addresses, an unclosed bracket).

use super::encoded_words;
use super::limits::{MAX_ADDRESS, MAX_ADDRESSES};
use crate::domain::message::{Address, FromFault};
use crate::domain::subject::lowercase;
use std::borrow::Cow;

/// What a field gave.
pub struct List {
    pub addresses: Vec<Address>,
    /// Something was there that cannot be used as an address.
    pub dropped: bool,
}

impl List {
    /// One more address, or a text that cannot be used as one.
    fn take(&mut self, addr: Option<String>, name: impl FnOnce() -> Option<String>) {
        match addr {
            Some(addr) => self.addresses.push(Address { name: name(), addr }),
            None => self.dropped = true,
        }
    }
}

/// Reads an address list; `text` is unfolded, its encoded words are not yet decoded.
pub fn list(text: &str) -> List {
    let first = read(text);
    if !first.addresses.is_empty() || !text.contains("=?") {
        return first;
    }
    // Some programs encode the whole field, address and all.
    read(&encoded_words::clean(encoded_words::decode(Cow::Borrowed(
        text,
    ))))
}

/// The faults of the From field that `list` was read from; `text` as for [`list`].
pub fn faults(text: &str, list: &List) -> Vec<FromFault> {
    let bare = without_quotes(text);
    let mut faults = Vec::new();
    let count = |c: char| bare.matches(c).count();
    let spelt = spelt(&bare);
    let known =
        |word: &&str| normal(word).is_none_or(|addr| list.addresses.iter().any(|a| a.addr == addr));
    if list.dropped
        || list.addresses.is_empty()
        || count('<') != count('>')
        || !spelt.iter().all(known)
    {
        faults.push(FromFault::Malformed);
    }
    let hidden = text.contains("=?") && spelt.is_empty() && !list.addresses.is_empty();
    if hidden || list.addresses.iter().any(|a| a.addr.contains("=?")) {
        faults.push(FromFault::Encoded);
    }
    if spelt
        .iter()
        .any(|word| word.chars().take(MAX_ADDRESS).any(becomes_plain))
    {
        faults.push(FromFault::Mapped);
    }
    faults
}

/// The words of a field that look like addresses.
fn spelt(bare: &str) -> Vec<&str> {
    bare.split(|c: char| c.is_whitespace() || "<>,;:()".contains(c))
        .filter(|word| word.contains('@'))
        .take(MAX_ADDRESSES)
        .collect()
}

/// Whether a letter that is not ASCII becomes ASCII, or nothing, when addresses are compared.
fn becomes_plain(c: char) -> bool {
    !c.is_ascii()
        && idna::domain_to_ascii(c.encode_utf8(&mut [0; 4]))
            .is_ok_and(|mapped| !mapped.starts_with("xn--"))
}

/// Quoted strings and comments off. An end that was not found once is not looked for again: the
/// pass stays linear.
fn without_quotes(text: &str) -> Cow<'_, str> {
    if !text.contains(['"', '(']) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let (mut quotes, mut comments) = (true, true);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let skipped = match c {
            '"' if quotes => quoted(rest),
            '(' if comments => comment(rest),
            _ => None,
        };
        quotes &= c != '"' || skipped.is_some();
        comments &= c != '(' || skipped.is_some();
        out.push(if skipped.is_some() { ' ' } else { c });
        rest = &rest[skipped.unwrap_or(c.len_utf8())..];
    }
    Cow::Owned(out)
}

fn read(text: &str) -> List {
    let mut list = List {
        addresses: Vec::new(),
        dropped: false,
    };
    let (mut entry, mut ends) = (Entry::default(), Ends::default());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if list.addresses.len() == MAX_ADDRESSES {
            list.dropped = true;
            return list;
        }
        rest = &rest[ends.step(c, rest, &mut entry, &mut list)..];
    }
    entry.end(false, &mut list);
    list
}

/// Ends that were not found once. They are not looked for again: the pass stays linear.
#[derive(Default)]
struct Ends {
    no_quote: bool,
    no_comment: bool,
    no_bracket: bool,
}

impl Ends {
    /// Reads on from `c`, which `rest` begins with; how many bytes were read.
    fn step(&mut self, c: char, rest: &str, entry: &mut Entry, list: &mut List) -> usize {
        match c {
            '"' if !self.no_quote => {
                let length = quoted(rest);
                self.no_quote = length.is_none();
                if let Some(length) = length {
                    entry.quoted(&rest[..length]);
                }
                length.unwrap_or(1)
            }
            '(' if !self.no_comment => {
                let length = comment(rest);
                self.no_comment = length.is_none();
                if let Some(length) = length {
                    entry.comment.push_str(&rest[1..length - 1]);
                }
                length.unwrap_or(1)
            }
            '<' => self.angle(rest, entry),
            ',' | ';' => {
                entry.end(c == ',', list);
                1
            }
            // The name of a group; its members follow.
            ':' if entry.angle.is_none() && !entry.spec.contains('@') => {
                *entry = Entry::default();
                1
            }
            _ => {
                let length = plain_length(c, rest);
                entry.plain(&rest[..length]);
                length
            }
        }
    }

    /// An address in angle brackets; without the closing one, on to the next entry.
    fn angle(&mut self, rest: &str, entry: &mut Entry) -> usize {
        let close = if self.no_bracket {
            None
        } else {
            rest.find('>')
        };
        self.no_bracket = close.is_none();
        let end = close.unwrap_or_else(|| rest.find([',', ';']).unwrap_or(rest.len()));
        entry.angle = Some(rest[1..end].to_owned());
        end + usize::from(rest[end..].starts_with('>'))
    }
}

/// Length of the encoded word at the start, or on to the next sign that may mean something.
fn plain_length(c: char, rest: &str) -> usize {
    if rest.starts_with("=?") {
        return encoded_words::word_length(rest).max(1);
    }
    let first = c.len_utf8();
    let run = rest[first..].find(['"', '(', '<', ',', ';', ':', '=']);
    run.map_or(rest.len(), |run| first + run)
}

/// One address while it is read.
#[derive(Default)]
struct Entry {
    /// Words before the bracket, quotes taken off.
    name: String,
    /// The same as written, blanks kept: the address when it has no bracket.
    spec: String,
    angle: Option<String>,
    comment: String,
    /// A name that an unquoted comma cut in two: "Ek, Karin <…>".
    carried: String,
}

impl Entry {
    fn plain(&mut self, text: &str) {
        self.name.push_str(text);
        self.spec.push_str(text);
    }

    fn quoted(&mut self, text: &str) {
        let mut escaped = false;
        for c in text[1..text.len() - 1].chars() {
            if c == '\\' && !escaped {
                escaped = true;
            } else {
                self.name.push(c);
                escaped = false;
            }
        }
        self.spec.push_str(text);
    }

    /// The address of an entry that has no bracket.
    fn without_bracket(&self) -> Option<String> {
        let words = || self.spec.split_ascii_whitespace().find_map(normal);
        normal(&self.spec)
            .or_else(words)
            .or_else(|| normal(&self.name))
    }

    fn end(&mut self, comma: bool, list: &mut List) {
        let entry = std::mem::take(self);
        if let Some(angle) = &entry.angle {
            list.take(normal(angle), || {
                name(&[&entry.carried, &entry.name], &entry.comment)
            });
        } else if entry.spec.contains('@') {
            list.take(entry.without_bracket(), || name(&[], &entry.comment));
        } else if !entry.name.trim().is_empty() {
            // "Karin Ek (karin@example.org)": name and address the wrong way round.
            let swapped = normal(&entry.comment);
            if swapped.is_some() {
                list.take(swapped, || name(&[&entry.name], ""));
            } else if comma && entry.carried.len() < MAX_ADDRESS {
                self.carried = format!("{}{}, ", entry.carried, entry.name.trim());
            } else {
                list.dropped = true;
            }
        }
    }
}

fn name(phrase: &[&str], comment: &str) -> Option<String> {
    let phrase = phrase.concat();
    let text = if phrase.trim().is_empty() {
        comment
    } else {
        &phrase
    };
    let text = encoded_words::clean(encoded_words::decode(Cow::Borrowed(text.trim())));
    let text = text.trim().trim_matches('"').trim();
    let end = text
        .char_indices()
        .nth(MAX_ADDRESS)
        .map_or(text.len(), |(end, _)| end);
    (!text.is_empty()).then(|| text[..end].to_owned())
}

/// Length of the quoted string at the start; `None` when it is not closed.
fn quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return Some(at + 1),
            '\\' if !escaped => escaped = true,
            _ => escaped = false,
        }
    }
    None
}

/// Length of the comment at the start, comments in it included; `None` when it is not closed.
fn comment(text: &str) -> Option<usize> {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// `local@domain` as it is compared: lower case, needless quotes off, the domain in its ASCII form
/// (RFC 5890), so that both spellings of an international domain are the same address. `None` when
/// it cannot be used.
#[must_use]
pub fn normal(spec: &str) -> Option<String> {
    if spec.len() > 4 * MAX_ADDRESS {
        return None;
    }
    plain(spec).or_else(|| plain(&without_comments(spec)))
}

/// Comments off, and the blanks that the obsolete syntax allows around dots and the `@` (RFC 5322
/// §4.4).
fn without_comments(spec: &str) -> String {
    let mut out = String::with_capacity(spec.len());
    let mut rest = spec;
    while let Some(c) = rest.chars().next() {
        let skipped = if c == '(' { comment(rest) } else { None };
        let glued = c.is_whitespace()
            && (out.ends_with(['.', '@']) || rest.trim_start().starts_with(['.', '@', '(']));
        if skipped.is_none() && !glued {
            out.push(c);
        }
        rest = &rest[skipped.unwrap_or(c.len_utf8())..];
    }
    out
}

fn plain(spec: &str) -> Option<String> {
    let (local, domain) = without_route(spec.trim()).rsplit_once('@')?;
    let local = unquoted(local.trim());
    if !is_local_part(local) {
        return None;
    }
    let domain = in_ascii(domain.trim().trim_end_matches('.'))?;
    let addr = lowercase([local, "@", &domain].concat());
    (addr.chars().count() <= MAX_ADDRESS).then_some(addr)
}

/// Without an old-style route (RFC 5322 §4.4) and the scheme of a link before the address.
fn without_route(spec: &str) -> &str {
    let spec = if spec.starts_with('@') {
        spec.rsplit_once(':').map_or(spec, |(_, last)| last)
    } else {
        spec
    };
    match spec.split_at_checked(7) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest,
        _ => spec,
    }
}

/// A letter that no part of an address has outside quotes.
fn is_bad(c: char) -> bool {
    c.is_whitespace() || c.is_control() || "<>(),;:\\\"@".contains(c)
}

fn is_local_part(local: &str) -> bool {
    let is_quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    if is_quoted {
        let bad = |c: char| c.is_control() || "<>@\"\\".contains(c);
        !local[1..local.len() - 1].contains(bad)
    } else {
        !local.is_empty() && !local.contains(is_bad)
    }
}

/// A domain as the mail protocols write it.
fn in_ascii(domain: &str) -> Option<Cow<'_, str>> {
    let is_literal = domain.starts_with('[') && domain.ends_with(']');
    if domain.is_empty() || (!is_literal && domain.contains(is_bad)) {
        return None;
    }
    if domain.is_ascii() {
        return Some(Cow::Borrowed(domain));
    }
    // The mapping drops invisible letters, also behind a last dot, and makes wide signs plain ones.
    let mapped = idna::domain_to_ascii(domain).ok()?;
    let mapped = mapped.trim_end_matches('.');
    (!mapped.is_empty() && !mapped.contains(is_bad)).then(|| Cow::Owned(mapped.to_owned()))
}

/// A local part whose quotes are not needed loses them.
fn unquoted(local: &str) -> &str {
    match local.strip_prefix('"').and_then(|l| l.strip_suffix('"')) {
        Some(inner)
            if inner
                .chars()
                .all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c)) =>
        {
            inner
        }
        _ => local,
    }
}
