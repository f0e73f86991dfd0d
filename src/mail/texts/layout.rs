//! Rendered template text as blocks: headings, lists, facts with their labels. The text of a mail
//! and its HTML form are two readings of the same blocks' source, so neither can say what the other
//! does not.
//!
//! A heading is a line of the template that starts with `# ` or `## `, the head of a table one that
//! starts with `||= `, a row one that starts with `|| ` (` || ` separates cells), and buttons a
//! line that starts with `>> `. [`mark`] turns these into control characters before the template is
//! read; values hold none (they are cleaned), so no value can become a heading, a cell or a button.

/// What a heading's line starts with once its template is read: first and second level.
pub(super) const HEADINGS: [char; 2] = ['\u{1}', '\u{2}'];

/// Before each cell of a row, and before each of a table's head.
const CELL: char = '\u{3}';
const HEAD: char = '\u{4}';

/// Before each button: its label, and behind [`HREF`] where it leads.
const BUTTON: char = '\u{5}';
const HREF: char = '\u{6}';

/// Longest label of a fact, in characters (`Besked till avsändaren`); a longer start of a line is a
/// sentence's.
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
    /// The first row is the head.
    Table(Vec<Vec<String>>),
    /// What each says, and where it leads. They do by one touch what the text explains.
    Buttons(Vec<(String, String)>),
}

/// A template's source with its headings, rows and buttons marked.
pub(super) fn mark(source: &str) -> String {
    let mut marked = String::with_capacity(source.len());
    for line in source.split_inclusive('\n') {
        if let Some(head) = line.strip_prefix("||= ") {
            marked.push(HEAD);
            marked.push_str(&head.replace(" || ", &HEAD.to_string()));
            continue;
        }
        if let Some(row) = line.strip_prefix("|| ") {
            marked.push(CELL);
            marked.push_str(&row.replace(" || ", &CELL.to_string()));
            continue;
        }
        if let Some(buttons) = line.strip_prefix(">> ") {
            marked.push_str(buttons);
            continue;
        }
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

/// One button, as a template writes it on its line.
pub(super) fn button(label: &str, href: &str) -> String {
    format!("{BUTTON}{label}{HREF}{href}")
}

/// What a line is in the text of a mail: a row reads as a point of a list, its head and buttons are
/// the page's alone.
pub(super) fn in_text(line: &str) -> Option<String> {
    if line.starts_with([HEAD, BUTTON]) {
        return None;
    }
    let Some(row) = line.strip_prefix(CELL) else {
        return Some(line.to_owned());
    };
    let mut cells = row
        .split(CELL)
        .map(str::trim)
        .filter(|cell| !cell.is_empty());
    let first = cells.next().unwrap_or_default();
    let rest: Vec<&str> = cells.collect();
    Some(if rest.is_empty() {
        format!("- {first}")
    } else {
        format!("- {first}: {}", rest.join(", "))
    })
}

fn cells(line: &str, mark: char) -> Block {
    Block::Table(vec![
        line.split(mark)
            .skip(1)
            .map(|cell| cell.trim().to_owned())
            .collect(),
    ])
}

fn buttons(line: &str) -> Block {
    let pair = |text: &str| {
        text.split_once(HREF)
            .map(|(label, href)| (label.trim().to_owned(), href.trim().to_owned()))
    };
    Block::Buttons(line.split(BUTTON).filter_map(pair).collect())
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
            (Block::Table(more), Some(Block::Table(rows))) if open => rows.extend(more),
            (block, _) => blocks.push(block),
        }
        open = true;
    }
    blocks
}

fn line_block(line: &str, content: &str) -> Block {
    if let Some((level, text)) = heading(line) {
        return Block::Heading {
            level,
            text: text.to_owned(),
        };
    }
    if line.starts_with(HEAD) {
        return cells(line, HEAD);
    }
    if line.starts_with(CELL) {
        return cells(line, CELL);
    }
    if line.starts_with(BUTTON) {
        return buttons(line);
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
        Some((label, value)) if label.chars().count() <= MAX_LABEL => {
            (Some(label.to_owned()), value.trim().to_owned())
        }
        _ => (None, line.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, blocks, button, in_text, mark};

    #[test]
    fn lines_become_blocks() {
        let source =
            "Hej\nigen\n# Ett\nText\n  Telefon: 1: 2\n  Anna\n\n- a\n- b\nSlut\n----------\n## Två";
        let text = |text: &str| Block::Paragraph(text.to_owned());
        let expected = vec![
            text("Hej igen"),
            Block::Heading {
                level: 1,
                text: "Ett".to_owned(),
            },
            text("Text"),
            Block::Facts(vec![
                (Some("Telefon".to_owned()), "1: 2".to_owned()),
                (None, "Anna".to_owned()),
            ]),
            Block::List(vec!["a".to_owned(), "b".to_owned()]),
            text("Slut"),
            Block::Rule,
            Block::Heading {
                level: 2,
                text: "Två".to_owned(),
            },
        ];
        assert_eq!(blocks(&mark(source)), expected);
    }

    #[test]
    fn rows_are_points_in_the_text_and_a_table_on_the_page() {
        let source = mark("||= Vad || När || Hur\n|| A || {{ x | date }} || \n|| B ||  || c\n");
        let rendered = source.replace("{{ x | date }}", "i dag | nu");
        let row = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
        let expected = vec![
            row(&["Vad", "När", "Hur"]),
            row(&["A", "i dag | nu", ""]),
            row(&["B", "", "c"]),
        ];
        assert_eq!(blocks(&rendered), [Block::Table(expected)]);
        let text: Vec<String> = rendered.lines().filter_map(in_text).collect();
        assert_eq!(text, ["- A: i dag | nu", "- B: c"]);
    }

    #[test]
    fn buttons_are_the_pages_alone() {
        let rendered = mark(&format!(
            ">> {}{}\nslut",
            button("Ja", "mailto:a@b?x=1&y=2"),
            button("Nej", "mailto:a@b")
        ));
        let pair = |label: &str, href: &str| (label.to_owned(), href.to_owned());
        let buttons = Block::Buttons(vec![
            pair("Ja", "mailto:a@b?x=1&y=2"),
            pair("Nej", "mailto:a@b"),
        ]);
        assert_eq!(
            blocks(&rendered),
            [buttons, Block::Paragraph("slut".to_owned())]
        );
        assert_eq!(
            rendered.lines().filter_map(in_text).collect::<Vec<_>>(),
            ["slut"]
        );
    }

    #[test]
    fn only_a_template_makes_headings() {
        assert_eq!(blocks("# Ett"), [Block::Paragraph("# Ett".to_owned())]);
        assert_eq!(
            mark("a\n# b\n### c\n#d\n## e\n"),
            "a\n\u{1}b\n### c\n#d\n\u{2}e\n"
        );
    }
}
