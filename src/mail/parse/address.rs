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
    let words = bare.split(|c: char| c.is_whitespace() || "<>,;:()".contains(c));
    let spelt: Vec<&str> = words
        .filter(|word| word.contains('@'))
        .take(MAX_ADDRESSES)
        .collect();
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
    let mut entry = Entry::default();
    let mut rest = text;
    // An end that was not found once is not looked for again: the pass stays linear.
    let (mut quotes, mut comments, mut brackets) = (true, true, true);
    while let Some(c) = rest.chars().next() {
        if list.addresses.len() == MAX_ADDRESSES {
            list.dropped = true;
            return list;
        }
        let mut step = c.len_utf8();
        match c {
            '"' if quotes => match quoted(rest) {
                Some(length) => {
                    entry.quoted(&rest[..length]);
                    step = length;
                }
                None => quotes = false,
            },
            '(' if comments => match comment(rest) {
                Some(length) => {
                    entry.comment.push_str(&rest[1..length - 1]);
                    step = length;
                }
                None => comments = false,
            },
            '<' => {
                let close = brackets.then(|| rest.find('>')).flatten();
                brackets = close.is_some();
                let end = close.unwrap_or_else(|| rest.find([',', ';']).unwrap_or(rest.len()));
                entry.angle = Some(rest[1..end].to_owned());
                step = end + usize::from(rest[end..].starts_with('>'));
            }
            ',' | ';' => entry.end(c == ',', &mut list),
            // The name of a group; its members follow.
            ':' if entry.angle.is_none() && !entry.spec.contains('@') => entry = Entry::default(),
            '=' if rest.starts_with("=?") => {
                step = encoded_words::word_length(rest).max(1);
                entry.plain(&rest[..step]);
            }
            _ => {
                // On to the next sign that may mean something.
                let run = rest[step..].find(['"', '(', '<', ',', ';', ':', '=']);
                step = run.map_or(rest.len(), |run| step + run);
                entry.plain(&rest[..step]);
            }
        }
        rest = &rest[step..];
    }
    entry.end(false, &mut list);
    list
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

    fn end(&mut self, comma: bool, list: &mut List) {
        let entry = std::mem::take(self);
        if let Some(angle) = &entry.angle {
            match normal(angle) {
                Some(addr) => {
                    list.addresses.push(Address {
                        name: name(&[&entry.carried, &entry.name], &entry.comment),
                        addr,
                    });
                }
                None => list.dropped = true,
            }
        } else if entry.spec.contains('@') {
            let whole = normal(&entry.spec);
            let quoted = || normal(&entry.name);
            match whole
                .or_else(|| entry.spec.split_ascii_whitespace().find_map(normal))
                .or_else(quoted)
            {
                Some(addr) => list.addresses.push(Address {
                    name: name(&[], &entry.comment),
                    addr,
                }),
                None => list.dropped = true,
            }
        } else if !entry.name.trim().is_empty() {
            if let Some(addr) = normal(&entry.comment) {
                // "Karin Ek (karin@example.org)": name and address the wrong way round.
                list.addresses.push(Address {
                    name: name(&[&entry.name], ""),
                    addr,
                });
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
    let spec = spec.trim();
    // An old-style route (RFC 5322 §4.4) before the address.
    let spec = if spec.starts_with('@') {
        spec.rsplit_once(':').map_or(spec, |(_, last)| last)
    } else {
        spec
    };
    let spec = if spec
        .get(..7)
        .is_some_and(|s| s.eq_ignore_ascii_case("mailto:"))
    {
        &spec[7..]
    } else {
        spec
    };
    let (local, domain) = spec.rsplit_once('@')?;
    let (local, domain) = (local.trim(), domain.trim().trim_end_matches('.'));
    let local = unquoted(local);
    let bad = |c: char| c.is_whitespace() || c.is_control() || "<>(),;:\\\"@".contains(c);
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let inner = if quoted {
        &local[1..local.len() - 1]
    } else {
        local
    };
    let bad_local = |c: char| {
        if quoted {
            c.is_control() || "<>@\"\\".contains(c)
        } else {
            bad(c)
        }
    };
    let literal = domain.starts_with('[') && domain.ends_with(']');
    if inner.is_empty()
        || inner.contains(bad_local)
        || domain.is_empty()
        || (!literal && domain.contains(bad))
    {
        return None;
    }
    let domain = match domain {
        _ if domain.is_ascii() => Cow::Borrowed(domain),
        // The mapping drops invisible letters, and makes wide signs plain ones.
        _ => Cow::Owned(
            idna::domain_to_ascii(domain)
                .ok()
                .filter(|all| !all.is_empty() && !all.contains(bad))?,
        ),
    };
    let addr = lowercase([local, "@", &domain].concat());
    (addr.chars().count() <= MAX_ADDRESS).then_some(addr)
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
