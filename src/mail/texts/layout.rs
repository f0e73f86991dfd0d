//! Rendered template text as blocks: what is a heading, a list, a fact with its label. The text of a mail and its HTML
//! form are two readings of the same blocks' source, so neither can say what the other does not.
//!
//! A heading is a line of the template that starts with `# ` or `## `. [`mark`] turns that into a control character
//! before the template is read; values hold none (they are cleaned), so no value can become a heading.

/// What a heading's line starts with once its template is read: first and second level.
pub(super) const HEADINGS: [char; 2] = ['\u{1}', '\u{2}'];

/// Longest label of a fact, in characters (`Besked till avsändaren`); a longer start of a line is a sentence's.
const MAX_LABEL: usize = 40;

/// Shortest line of hyphens that parts a mail in two.
const MIN_RULE: usize = 10;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// `level` is 1 or 2, below the mail's subject.
    Heading {
        level: usize,
        text: String,
    },
    Paragraph(String),
    List(Vec<String>),
    /// Indented lines, each with its label, if it has one: `Telefon: 0490-25 40 01`.
    Facts(Vec<(Option<String>, String)>),
    Rule,
}

/// A template's source with its headings marked.
pub(super) fn mark(source: &str) -> String {
    let mut marked = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        let (level, rest) = match (line.strip_prefix("# "), line.strip_prefix("## ")) {
            (Some(rest), _) => (Some(HEADINGS[0]), rest),
            (_, Some(rest)) => (Some(HEADINGS[1]), rest),
            _ => (None, line),
        };
        marked.extend(level);
        marked.push_str(rest);
    }
    marked
}

/// The level of a heading's line, from 1, and its text.
pub(super) fn heading(line: &str) -> Option<(usize, &str)> {
    let at = HEADINGS.iter().position(|mark| line.starts_with(*mark))?;
    Some((at + 1, line[HEADINGS[at].len_utf8()..].trim()))
}

/// The blocks of rendered text; lines that follow each other are one paragraph.
pub(super) fn blocks(rendered: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open = false;
    for line in rendered.lines().map(str::trim_end) {
        let content = line.trim_start();
        if content.is_empty() {
            open = false;
            continue;
        }
        match (line_block(line, content), blocks.last_mut()) {
            (Block::Paragraph(more), Some(Block::Paragraph(text))) if open => {
                text.push(' ');
                text.push_str(&more);
            }
            (Block::List(more), Some(Block::List(items))) if open => items.extend(more),
            (Block::Facts(more), Some(Block::Facts(facts))) if open => facts.extend(more),
            (block, _) => blocks.push(block),
        }
        open = true;
    }
    blocks
}

fn line_block(line: &str, content: &str) -> Block {
    if let Some((level, text)) = heading(line) {
        return Block::Heading { level, text: text.to_owned() };
    }
    if let Some(item) = content.strip_prefix("- ") {
        return Block::List(vec![item.to_owned()]);
    }
    if line.len() > content.len() {
        return Block::Facts(vec![fact(content)]);
    }
    if content.len() >= MIN_RULE && content.bytes().all(|b| b == b'-') {
        return Block::Rule;
    }
    Block::Paragraph(content.to_owned())
}

fn fact(line: &str) -> (Option<String>, String) {
    match line.split_once(": ") {
        Some((label, value)) if label.chars().count() <= MAX_LABEL => (Some(label.to_owned()), value.trim().to_owned()),
        _ => (None, line.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks, mark};

    #[test]
    fn lines_become_blocks() {
        let source = "Hej\nigen\n# Ett\nText\n  Telefon: 1: 2\n  Anna\n\n- a\n- b\nSlut\n----------\n## Två";
        let text = |text: &str| Block::Paragraph(text.to_owned());
        let expected = vec![
            text("Hej igen"),
            Block::Heading { level: 1, text: "Ett".to_owned() },
            text("Text"),
            Block::Facts(vec![(Some("Telefon".to_owned()), "1: 2".to_owned()), (None, "Anna".to_owned())]),
            Block::List(vec!["a".to_owned(), "b".to_owned()]),
            text("Slut"),
            Block::Rule,
            Block::Heading { level: 2, text: "Två".to_owned() },
        ];
        assert_eq!(blocks(&mark(source)), expected);
    }

    #[test]
    fn only_a_template_makes_headings() {
        assert_eq!(blocks("# Ett"), [Block::Paragraph("# Ett".to_owned())]);
        assert_eq!(mark("a\n# b\n### c\n#d\n## e\n"), "a\n\u{1}b\n### c\n#d\n\u{2}e\n");
    }
}
