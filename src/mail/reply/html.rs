//! HTML to lines of text. The library knows entities, scripts and styles; here quotations are taken
//! out and every block becomes a line of its own, which it does not do.

use mail_parser::decoders::html::html_to_text;

/// Elements that are lines of their own.
const BLOCKS: [&str; 19] = [
    "div",
    "p",
    "hr",
    "tr",
    "table",
    "li",
    "ul",
    "ol",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "header",
    "blockquote",
];

/// Behind one of these ids Outlook puts the mail that is answered.
const OUTLOOK: [&str; 3] = [
    "divrplyfwdmsg",
    "appendonsend",
    "mail-editor-reference-message-container",
];

/// With one of these ids or classes programs mark the signature that they add.
const SIGNATURES: [&str; 4] = [
    "signature",
    "ms-outlook-mobile-signature",
    "gmail_signature",
    "moz-signature",
];

/// A line end, as the library knows it.
const LINE: &str = "<br>";

/// The text; a quotation is a line that begins with `>`.
pub(super) fn to_text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    let (mut quotes, mut pre) = (0_u32, 0_u32);
    let mut hidden: Option<Hidden> = None;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        if hidden.is_none() {
            keep(text, quotes, pre, &mut out);
        }
        let length = if tag.starts_with("<!--") {
            tag.find("-->").map(|at| at + 3)
        } else {
            tag.find('>').map(|at| at + 1)
        };
        let (tag, after) = tag.split_at(length.unwrap_or(tag.len()));
        rest = after;
        let inner = tag.trim_start_matches('<').trim_end_matches('>');
        let closing = inner.starts_with('/');
        let name = inner
            .trim_start_matches('/')
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if let Some(inside) = hidden {
            hidden = inside.past(&name, closing);
            continue;
        }
        if !closing && is_hidden(&name, inner) {
            hidden = Some(Hidden { name, depth: 1 });
            continue;
        }
        match (name.as_str(), closing) {
            ("blockquote", false) => {
                if quotes == 0 {
                    begin_line(&mut out);
                    out.push_str("&gt;<br>");
                }
                quotes += 1;
            }
            ("blockquote", true) => quotes = quotes.saturating_sub(1),
            ("pre", false) => pre += 1,
            ("pre", true) => pre = pre.saturating_sub(1),
            _ if quotes == 0 && !closing && is_signature(inner) => out.push_str("<br>-- <br>"),
            _ if quotes == 0 && !closing && is_outlooks_divider(inner) => {
                out.push_str("<br>-----Original Message-----<br>");
            }
            _ => {}
        }
        if quotes > 0 {
            continue;
        }
        match name.as_str() {
            "br" => out.push_str(LINE),
            // A paragraph is set off from the text before it; Outlook's own have no room between
            // them.
            "p" if !closing && !inner.contains("MsoNormal") => {
                begin_line(&mut out);
                out.push_str(LINE);
            }
            name if BLOCKS.contains(&name) => begin_line(&mut out),
            _ => out.push_str(tag),
        }
    }
    if hidden.is_none() {
        keep(rest, quotes, pre, &mut out);
    }
    html_to_text(&out)
}

/// An element that no reader sees: the lines that a mail program previews.
struct Hidden {
    name: String,
    /// Elements of that name that are open in it, itself among them.
    depth: u32,
}

impl Hidden {
    /// It after another tag; `None` when that tag closed it.
    fn past(mut self, name: &str, closing: bool) -> Option<Self> {
        if name == self.name {
            self.depth = if closing {
                self.depth - 1
            } else {
                self.depth + 1
            };
        }
        (self.depth > 0).then_some(self)
    }
}

/// Whether an element that always has an end is not displayed.
fn is_hidden(name: &str, tag: &str) -> bool {
    let style = tag.to_ascii_lowercase().replace(' ', "");
    ["div", "span", "table"].contains(&name)
        && (style.contains("display:none") || style.contains("mso-hide:all"))
}

/// Ends the line that has begun, if one has.
fn begin_line(out: &mut String) {
    let text = out.trim_end();
    if !text.is_empty() && !text.ends_with(LINE) {
        out.push_str(LINE);
    }
}

fn keep(text: &str, quotes: u32, pre: u32, out: &mut String) {
    if quotes > 0 {
        return;
    }
    if pre > 0 {
        out.push_str(&text.replace('\n', "<br>"));
    } else {
        out.push_str(text);
    }
}

fn is_outlooks_divider(tag: &str) -> bool {
    has(tag, "id=", &OUTLOOK)
}

fn is_signature(tag: &str) -> bool {
    has(tag, "id=", &SIGNATURES) || has(tag, "class=", &SIGNATURES)
}

/// Whether an attribute begins with one of these, also as Outlook renames them (`x_…`).
fn has(tag: &str, attribute: &str, known: &[&str]) -> bool {
    let Some(at) = tag.find(attribute) else {
        return false;
    };
    let value = tag[at + attribute.len()..]
        .trim_start_matches(['"', '\''])
        .to_ascii_lowercase();
    let value = value.strip_prefix("x_").unwrap_or(&value);
    known.iter().any(|known| value.starts_with(known))
}
