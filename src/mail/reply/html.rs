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

/// Elements within a line: the library loses the blank behind some of them, and none says anything.
const INLINE: [&str; 12] = [
    "b", "i", "u", "s", "em", "strong", "span", "font", "a", "o", "small", "big",
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
    let mut page = Page {
        out: String::with_capacity(html.len()),
        ..Page::default()
    };
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        page.text(text);
        let (tag, after) = tag.split_at(length_of_tag(tag));
        page.tag(&Tag::new(tag));
        rest = after;
    }
    page.text(rest);
    html_to_text(&page.out)
}

/// Up to its end, or that of everything; `>` may stand within a comment.
fn length_of_tag(tag: &str) -> usize {
    let end = if tag.starts_with("<!--") { "-->" } else { ">" };
    tag.find(end).map_or(tag.len(), |at| at + end.len())
}

struct Tag<'a> {
    whole: &'a str,
    /// Without its brackets.
    inner: &'a str,
    /// In small letters.
    name: String,
    closing: bool,
}

impl<'a> Tag<'a> {
    fn new(whole: &'a str) -> Self {
        let inner = whole.trim_start_matches('<').trim_end_matches('>');
        let name = inner
            .trim_start_matches('/')
            .split(|c: char| !c.is_ascii_alphanumeric())
            .next()
            .unwrap_or_default();
        Self {
            whole,
            inner,
            name: name.to_ascii_lowercase(),
            closing: inner.starts_with('/'),
        }
    }

    /// Whether an element begins here that always has an end and is not displayed.
    fn hides(&self) -> bool {
        let style = self.inner.to_ascii_lowercase().replace(' ', "");
        !self.closing
            && ["div", "span", "table"].contains(&self.name.as_str())
            && (style.contains("display:none") || style.contains("mso-hide:all"))
    }
}

/// The text read from the HTML.
#[derive(Default)]
struct Page {
    /// The part that is kept, for the library.
    out: String,
    /// Quotations that are open.
    quotes: u32,
    /// Elements that are open in which a line end is one.
    pre: u32,
    hidden: Option<Hidden>,
}

impl Page {
    fn text(&mut self, text: &str) {
        if self.quotes > 0 || self.hidden.is_some() {
            return;
        }
        if self.pre > 0 {
            self.out.push_str(&text.replace('\n', LINE));
        } else {
            self.out.push_str(text);
        }
    }

    fn tag(&mut self, tag: &Tag) {
        if let Some(inside) = self.hidden.take() {
            self.hidden = inside.past(&tag.name, tag.closing);
        } else if tag.hides() {
            let name = tag.name.clone();
            self.hidden = Some(Hidden { name, depth: 1 });
        } else {
            self.mark(tag);
            if self.quotes == 0 {
                self.set(tag);
            }
        }
    }

    /// Quotations and signatures are marked as in plain text.
    fn mark(&mut self, tag: &Tag) {
        match (tag.name.as_str(), tag.closing) {
            ("blockquote", false) => {
                if self.quotes == 0 {
                    begin_line(&mut self.out);
                    self.out.push_str("&gt;<br>");
                }
                self.quotes += 1;
            }
            ("blockquote", true) => self.quotes = self.quotes.saturating_sub(1),
            ("pre", false) => self.pre += 1,
            ("pre", true) => self.pre = self.pre.saturating_sub(1),
            (_, true) => {}
            _ if self.quotes > 0 => {}
            _ if is_signature(tag.inner) => self.out.push_str("<br>-- <br>"),
            _ if is_outlooks_divider(tag.inner) => {
                self.out.push_str("<br>-----Original Message-----<br>");
            }
            _ => {}
        }
    }

    /// Lines begin where a reader sees them begin.
    fn set(&mut self, tag: &Tag) {
        match tag.name.as_str() {
            "br" => self.out.push_str(LINE),
            // A paragraph is set off from the text before it; Outlook's own have no room between
            // them.
            "p" if !tag.closing && !tag.inner.contains("MsoNormal") => {
                begin_line(&mut self.out);
                self.out.push_str(LINE);
            }
            // The cells of a row are words apart.
            "td" | "th" => self.out.push_str("&nbsp;"),
            name if BLOCKS.contains(&name) => begin_line(&mut self.out),
            name if INLINE.contains(&name) => {}
            _ => self.out.push_str(tag.whole),
        }
    }
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

/// Ends the line that has begun, if one has.
fn begin_line(out: &mut String) {
    let text = out.trim_end();
    if !text.is_empty() && !text.ends_with(LINE) {
        out.push_str(LINE);
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
