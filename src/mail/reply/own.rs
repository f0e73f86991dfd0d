//! Lines of a reply: which are the writer's own. What programs put around a quotation, in Swedish and English (and the
//! other Nordic languages where their words are near), is known by its shape.

/// Lines of a text that are looked at.
const MAX_LINES: usize = 2_000;

/// Lines that the words above a quotation may take when they are broken.
const MAX_ATTRIBUTION: usize = 3;

/// Fields of the header block that Outlook puts above what is answered.
const FIRST_FIELDS: [&str; 4] = ["från:", "from:", "fra:", "lähettäjä:"];
const NEXT_FIELDS: [&str; 12] =
    ["skickat:", "sent:", "datum:", "date:", "till:", "to:", "ämne:", "subject:", "sendt:", "dato:", "kopia:", "cc:"];

/// What stands between dashes above what is answered or forwarded.
const DIVIDERS: [&str; 9] = [
    "ursprungligt meddelande",
    "original message",
    "originalmeddelande",
    "opprinnelig melding",
    "oprindelig meddelelse",
    "vidarebefordrat meddelande",
    "vidarebefordrat brev",
    "forwarded message",
    "begin forwarded message",
];

/// With what programs and telephones sign on their own.
const MOBILE: [&str; 8] = [
    "skickat från",
    "skickades från",
    "sent from",
    "hämta outlook",
    "get outlook",
    "skickat med",
    "sendt fra",
    "sent with",
];

/// The writer's own lines, trimmed of blank ones before and after.
pub(super) fn words(text: &str) -> String {
    let lines: Vec<&str> = text.lines().take(MAX_LINES).collect();
    let mut own: Vec<&str> = Vec::new();
    let mut signature = false;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if is_quoted(line) {
            signature = false;
        } else if is_divider(line) || is_header_block(&lines[at..]) {
            break;
        } else if let Some(length) = attribution(&lines[at..]) {
            at += length;
            signature = false;
            let next = lines[at..].iter().find(|line| !line.trim().is_empty());
            if next.is_some_and(|next| is_quoted(next)) {
                continue;
            }
            // What is quoted bears no marks: nothing below can be told from it.
            break;
        } else if matches!(line.trim_end(), "--" | "\u{2014}") || *line == "-- " {
            signature = true;
        } else if !signature && !is_mobile_signature(line) && !is_rule(line) {
            own.push(line.trim_end());
        }
        at += 1;
    }
    own.join("\n").trim().to_owned()
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// A line without case and without the marks of bold that plain text gets of HTML.
fn plain(line: &str) -> String {
    line.trim().trim_start_matches(['*', '_', ' ', '\u{a0}']).replace('*', "").to_lowercase()
}

fn is_divider(line: &str) -> bool {
    let inner = line.trim();
    let dashed = inner.starts_with("--") || inner.starts_with("__") || inner.starts_with("==");
    let words = plain(inner.trim_matches(['-', '_', '=', ' ', ':']));
    DIVIDERS.iter().any(|divider| words == *divider) && (dashed || words.starts_with("begin"))
}

/// `Från: …`, and one of the other fields within the next lines.
fn is_header_block(lines: &[&str]) -> bool {
    let Some(first) = lines.first().map(|line| plain(line)) else { return false };
    let starts = |line: &str, fields: &[&str]| {
        fields.iter().any(|field| line.starts_with(field) || line.starts_with(&field.replace(':', " :")))
    };
    starts(&first, &FIRST_FIELDS)
        && lines[1..]
            .iter()
            .filter(|line| !line.trim().is_empty())
            .take(3)
            .any(|line| starts(&plain(line), &NEXT_FIELDS))
}

/// How many lines `Den … skrev …:`, `On … wrote:` takes, when that is what begins here.
fn attribution(lines: &[&str]) -> Option<usize> {
    let mut joined = String::new();
    for (at, line) in lines.iter().take(MAX_ATTRIBUTION).enumerate() {
        let line = plain(line);
        if line.is_empty() {
            return None;
        }
        if at > 0 {
            joined.push(' ');
        }
        joined.push_str(&line);
        if joined.ends_with(':') {
            return is_attribution(&joined).then_some(at + 1);
        }
        if at == 0 && !OPENINGS.iter().any(|opening| joined.starts_with(opening)) {
            return None;
        }
    }
    None
}

/// With what such words begin where they are broken over lines.
const OPENINGS: [&str; 14] = [
    "den ",
    "on ",
    "måndag",
    "tisdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lördag",
    "söndag",
    "at ",
    "in article",
    "quoting ",
    "* ",
    "citerar ",
];

fn is_attribution(line: &str) -> bool {
    let said = ["skrev", "wrote", "skrev följande", "writes", "skriver", "kirjoitti"];
    let words: Vec<&str> = line.trim_end_matches([':', ' ']).split_whitespace().collect();
    let has_digit = line.bytes().any(|b| b.is_ascii_digit());
    let has_address = line.contains('@');
    words.iter().any(|word| said.contains(word))
        && (has_digit || has_address || words.last().is_some_and(|w| said.contains(w)))
        || (line.starts_with("citerar ") || line.starts_with("quoting ")) && words.len() > 1
}

/// The rule that Outlook draws above what it quotes.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.len() > 9 && line.bytes().all(|b| matches!(b, b'_' | b'-' | b'='))
}

fn is_mobile_signature(line: &str) -> bool {
    let line = plain(line);
    MOBILE.iter().any(|start| line.starts_with(start))
}

/// Soft line ends taken out: a line that ends with a blank goes on in the next one of the same depth of quotation.
pub(super) fn unflowed(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.len() - line.trim_start_matches('>').len();
        let content = &line[depth..];
        // RFC 3676 §4.4: a blank in front was stuffed in.
        let content = content.strip_prefix(' ').unwrap_or(content);
        if open != Some(depth) {
            if !out.is_empty() {
                out.push('\n');
            }
            out.push_str(&line[..depth]);
            if depth > 0 {
                out.push(' ');
            }
        }
        let soft = content.ends_with(' ') && content != "-- ";
        out.push_str(if soft && delete_space { &content[..content.len() - 1] } else { content });
        open = soft.then_some(depth);
    }
    out
}
