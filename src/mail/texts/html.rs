//! A mail's HTML form: the same words in the same order as its text, for those whose program shows
//! HTML.
//!
//! Promises: nothing is fetched from anywhere and nothing is counted; no value can become a tag;
//! only what [`super::links`] allows is a link; it reads at the width of a phone, by ear, and with
//! either colours: it sets none but a line's, which has a contrast of more than 4.5 to 1 on white
//! and on black (WCAG 2.2, 1.4.11 asks for 3 to 1).

use super::layout::Block;
use super::links::Links;
use std::fmt::Write as _;

const STYLE: &str = include_str!("style.css");

/// The page's language (BCP 47) and its direction, `ltr` or `rtl`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Script<'a> {
    pub language: &'a str,
    pub direction: &'a str,
}

pub(super) fn page(script: Script<'_>, subject: &str, blocks: &[Block], links: &Links) -> String {
    let Script {
        language,
        direction,
    } = script;
    let subject = escape(subject);
    // Webmail keeps neither html nor body, so the language is on the article too.
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"{direction}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{subject}</title>\n<style>\n{STYLE}</style>\n\
         </head>\n<body>\n<div class=\"mail\" lang=\"{language}\" dir=\"{direction}\">\n<h1>{subject}</h1>\n"
    );
    for block in blocks {
        self::block(&mut out, block, links);
    }
    out + "</div>\n</body>\n</html>\n"
}

fn block(out: &mut String, block: &Block, links: &Links) {
    // Writing to a String cannot fail, here and below.
    let _ = match block {
        Block::Heading { level, text } => {
            let tag = level + 1;
            writeln!(out, "<h{tag}>{}</h{tag}>", linked(text, links))
        }
        Block::Paragraph(text) => writeln!(out, "<p>{}</p>", linked(text, links)),
        Block::List(items) => {
            out.push_str("<ul>\n");
            for item in items {
                let _ = writeln!(out, "<li>{}</li>", linked(item, links));
            }
            writeln!(out, "</ul>")
        }
        Block::Facts(facts) => {
            self::facts(out, facts, links);
            Ok(())
        }
        Block::Rule => writeln!(out, "<hr>"),
        Block::Table(rows) => {
            table(out, rows, links);
            Ok(())
        }
        Block::Buttons(shown) => writeln!(out, "<p class=\"do\">{}</p>", buttons(shown)),
    };
}

fn buttons(shown: &[(String, String)]) -> String {
    let link = |(label, href): &(String, String)| {
        format!("<a href=\"{}\">{}</a>", escape(href), escape(label))
    };
    let links: Vec<String> = shown.iter().map(link).collect();
    links.join("\n")
}

/// Facts with labels are rows of a table, whose header cells are the labels; the others come above
/// or below it.
fn facts(out: &mut String, facts: &[(Option<String>, String)], links: &Links) {
    out.push_str("<div class=\"facts\">\n");
    for run in facts.chunk_by(|a, b| a.0.is_some() == b.0.is_some()) {
        if run[0].0.is_none() {
            let plain: Vec<String> = run.iter().map(|(_, value)| linked(value, links)).collect();
            let _ = writeln!(out, "<p>{}</p>", plain.join("<br>\n"));
            continue;
        }
        out.push_str("<table>\n");
        for (label, value) in run {
            let label = label.as_deref().unwrap_or_default();
            let _ = writeln!(
                out,
                "<tr><th scope=\"row\">{}:</th><td>{}</td></tr>",
                escape(label),
                linked(value, links)
            );
        }
        out.push_str("</table>\n");
    }
    out.push_str("</div>\n");
}

/// A table with a head; the first cell of a row names it, for readers who hear the page.
fn table(out: &mut String, rows: &[Vec<String>], links: &Links) {
    let Some((head, rows)) = rows.split_first() else {
        return;
    };
    out.push_str("<table class=\"list\">\n<thead><tr>");
    for cell in head {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escape(cell));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for (at, cell) in row.iter().enumerate() {
            let (open, close) = if at == 0 {
                ("<th scope=\"row\">", "</th>")
            } else {
                ("<td>", "</td>")
            };
            let _ = write!(out, "{open}{}{close}", linked(cell, links));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn linked(text: &str, links: &Links) -> String {
    let pieces = links.pieces(text).into_iter().map(|(piece, to)| match to {
        Some(to) => format!("<a href=\"{}\">{}</a>", escape(to), escape(piece)),
        None => escape(piece),
    });
    pieces.collect()
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
