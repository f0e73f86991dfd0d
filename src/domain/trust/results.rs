//! The grammar of Authentication-Results (RFC 8601 §2.2), as far as a verdict needs it: who wrote
//! the line, and for each method its result and the From domain that it is about. Comments and
//! quotes are taken out.

use crate::domain::message::Message;

/// Results read of one line; more of them no server writes.
const MAX_RESULTS: usize = 40;

/// One line.
#[derive(Debug)]
pub struct Line {
    /// The server that wrote it, in lower case; Exchange Online writes none.
    pub server: Option<String>,
    results: Vec<Found>,
}

/// One method's result.
#[derive(Debug)]
pub struct Found {
    method: String,
    pub outcome: Outcome,
    /// `header.from`, in lower case.
    pub from: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Pass,
    Fail,
    PermError,
    /// None, neutral, softfail, policy, temperror, Exchange's bestguesspass.
    Other,
}

impl Line {
    /// Whether that server wrote it.
    pub fn is_by(&self, server: &str) -> bool {
        self.server
            .as_deref()
            .is_some_and(|by| by.eq_ignore_ascii_case(server.trim_end_matches('.')))
    }

    /// Results of a method, such as `dmarc`.
    pub fn of<'a>(&'a self, method: &'a str) -> impl Iterator<Item = &'a Found> {
        self.results
            .iter()
            .filter(move |result| result.method == method)
    }
}

/// The lines of a message, topmost first.
pub fn lines(message: &Message) -> impl Iterator<Item = Line> {
    message.headers_named("authentication-results").map(read)
}

/// Reads a line.
fn read(value: &str) -> Line {
    let plain = without_comments(value);
    let mut pieces = plain.split(';').map(str::trim);
    let first = pieces.next().unwrap_or_default();
    // A word with its sign of equality is a result, not a name.
    let named = !first.is_empty() && !first.contains('=');
    let server = named.then(|| {
        first
            .split_whitespace()
            .next()
            .unwrap_or_default()
            .trim_end_matches('.')
            .to_lowercase()
    });
    let unnamed = (!named).then_some(first);
    let results = unnamed
        .into_iter()
        .chain(pieces)
        .filter_map(result)
        .take(MAX_RESULTS)
        .collect();
    Line { server, results }
}

/// `dmarc=pass action=none header.from=example.se`.
fn result(text: &str) -> Option<Found> {
    let spaced = text.replace("= ", "=").replace(" =", "=");
    let mut words = spaced.split_whitespace();
    let (method, outcome) = words.next()?.split_once('=')?;
    // A version may follow the method ("dkim/1").
    let method = method.split('/').next().unwrap_or_default().to_lowercase();
    let outcome = match outcome.to_lowercase().as_str() {
        "pass" => Outcome::Pass,
        "fail" | "hardfail" => Outcome::Fail,
        "permerror" => Outcome::PermError,
        _ => Outcome::Other,
    };
    let from = words
        .filter_map(|word| word.split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("header.from"));
    let bare = |value: &str| value.trim_matches(['<', '>', ',']).to_lowercase();
    let from =
        from.map(|(_, value)| bare(value.rsplit_once('@').map_or(value, |(_, domain)| domain)));
    Some(Found {
        method,
        outcome,
        from,
    })
}

/// Comments (nested too) become blanks; quotation marks go, what they hold stays, its semicolons
/// too.
fn without_comments(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in value.chars() {
        if escaped {
            escaped = false;
            if depth == 0 {
                out.push(if c == ';' { ',' } else { c });
            }
            continue;
        }
        match c {
            '\\' if quoted || depth > 0 => escaped = true,
            '"' if depth == 0 => quoted = !quoted,
            '(' if !quoted => {
                depth += 1;
                out.push(' ');
            }
            ')' if !quoted && depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            ';' | '=' if quoted => out.push(','),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_quotes_are_taken_out() {
        for (value, plain) in [
            ("a(b)c", "a c"),
            ("a(b(c)d)e", "a  e"),
            // A sign that means something elsewhere.
            (r#"x="a;b=c";y"#, "x=a,b,c;y"),
            (r#"x="(a)""#, "x=(a)"),
            (r#"("a)b"#, " b"),
            ("a)b", "a)b"),
            // A backslash takes the next sign as it is, in quotes and in comments alone.
            (r#"x="a\"b\;c""#, "x=a\"b,c"),
            (r"(a\)b)c", " c"),
            (r"(a\(b)c", " c"),
            (r"a\(b)c", "a\\ c"),
        ] {
            assert_eq!(without_comments(value), plain, "{value}");
        }
    }
}
