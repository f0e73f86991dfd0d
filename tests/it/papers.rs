//! What the papers say can be typed, and works ([`running`]): every command line of README and docs/,
//! and every command by mail; and what alerts ask for is served.

mod running;

use chrono::NaiveDate;
use clap::Parser as _;
use servicelofte::cli::Arguments;
use servicelofte::domain::command;
use std::fs;
use std::path::{Path, PathBuf};

/// README and docs/, by name.
fn papers() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut papers: Vec<PathBuf> = fs::read_dir(root.join("docs"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    papers.push(root.join("README.md"));
    papers.sort();
    papers
}

/// The lines of the blocks of code: indented ones, and those between fences that hold a shell's
/// lines.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let mut is_fenced = false;
    text.lines().filter(move |line| {
        if line.starts_with("```") {
            is_fenced = *line == "```sh";
            return false;
        }
        is_fenced || line.starts_with("    ")
    })
}

/// Lines in a block of code that run the program.
fn command_lines(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let joined = text.replace("\\\n", " ");
    for line in code(&joined) {
        let words = shlex::split(&without_substitutions(line.trim())).unwrap_or_default();
        // The rest goes to another program.
        let words: Vec<_> = words
            .into_iter()
            .take_while(|word| !matches!(word.as_str(), "|" | ">" | "&&" | "||"))
            .collect();
        // The last one: the user is called the same.
        let Some(at) = words
            .iter()
            .rposition(|word| word == "servicelofte" || word.ends_with("/bin/servicelofte"))
        else {
            continue;
        };
        // As an argument of another program (`enable --now servicelofte`) it is the name of a unit
        // or a user.
        let before: Vec<&str> = words[..at].iter().map(String::as_str).collect();
        let runs = matches!(
            before.as_slice(),
            [] | ["sudo"] | ["sudo", "-u", _] | ["sudo", "systemd-run", ..]
        ) || before.last() == Some(&"servicelofte");
        if runs && words.len() > at + 1 {
            found.push(words[at..].join("\u{1}"));
        }
    }
    found
}

/// A shell puts a word in the place of `$(command)`.
fn without_substitutions(line: &str) -> String {
    let mut words = line.split("$(");
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |line, part| {
        line + "word" + part.split_once(')').map_or("", |(_, rest)| rest)
    })
}

#[test]
fn every_command_line_in_the_papers_is_one() {
    let mut tried = 0;
    for paper in papers() {
        for line in command_lines(&fs::read_to_string(&paper).unwrap()) {
            let words: Vec<&str> = line.split('\u{1}').collect();
            if let Err(told) = Arguments::try_parse_from(&words) {
                assert!(
                    !told.use_stderr(),
                    "{}: {}\n{told}",
                    paper.display(),
                    words.join(" ")
                );
            }
            tried += 1;
        }
    }
    assert!(
        tried > 20,
        "only {tried} command lines were found in the papers"
    );
}

/// The first column of the tables for staff is what they write: each is understood.
#[test]
fn every_command_by_mail_in_the_papers_is_understood() {
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let mut tried = 0;
    for name in ["handlaggare.md", "chef.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("docs")
            .join(name);
        let text = fs::read_to_string(&path).unwrap();
        let (_, table) = text.split_once("| Du skriver |").unwrap();
        for row in table
            .lines()
            .skip(2)
            .take_while(|line| line.starts_with('|'))
        {
            let cell = row.split('|').nth(1).unwrap();
            for said in cell.split('`').skip(1).step_by(2) {
                let read = command::read(said, today);
                assert!(
                    matches!(read.as_slice(), [Ok(_)]),
                    "{name}: {said}: {read:?}"
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 12, "only {tried} commands were found in the papers");
}

/// A rule that asks for a figure which is not served would never alarm.
#[test]
fn every_alert_is_about_a_figure() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let rules = fs::read_to_string(root.join("docs/alerts.yml")).unwrap();
    let served = fs::read_to_string(root.join("src/daemon/metrics.rs")).unwrap();
    let words = rules
        .lines()
        .filter(|line| line.trim_start().starts_with("expr:"));
    let words = words.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    let figures: Vec<&str> = words
        .filter_map(|word| word.strip_prefix("servicelofte_"))
        .collect();
    assert!(figures.len() > 5, "{figures:?}");
    for figure in figures {
        assert!(
            served.contains(&format!("\"{figure}\"")),
            "servicelofte_{figure} is not served"
        );
    }
    let (alerts, cures) = (
        rules.matches("- alert:").count(),
        rules.matches("cure:").count(),
    );
    assert_eq!(alerts, cures, "each alert says what to do");
}

/// Every proof that the page on public code names is there: `file`, or `file:words in it`.
#[test]
fn every_proof_of_public_code_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/public-code.md")).unwrap();
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .collect();
    assert_eq!(rows.len(), 16, "the criteria of the standard");
    let mut proofs = 0;
    for row in rows {
        let cells: Vec<&str> = row.split(" | ").collect();
        assert!(matches!(cells[1], "yes" | "in part" | "not yet"), "{row}");
        for proof in cells[2].split('`').skip(1).step_by(2) {
            let (file, words) = proof.split_once(':').unwrap_or((proof, ""));
            if !root.join(file).exists() {
                // A command, such as `make sbom`, or a key.
                assert!(!file.contains(['/', '.']), "{file} is not there");
                continue;
            }
            let there = root.join(file).is_dir()
                || fs::read_to_string(root.join(file)).unwrap().contains(words);
            assert!(there, "{words:?} is not in {file}");
            proofs += 1;
        }
    }
    assert!(proofs > 25, "only {proofs} proofs were found");
}

/// A block of code after `<!-- mail NAME -->`: the first line that is not of it.
fn end_of_block(lines: &[&str], start: usize) -> usize {
    let rest = lines[start..].iter();
    let block = rest.take_while(|line| line.is_empty() || line.starts_with("    "));
    start + block.count()
}

/// The paper with each mail as it is written now.
fn with_mails(paper: &str) -> (String, usize) {
    let mails = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mails");
    let lines: Vec<&str> = paper.lines().collect();
    let (mut text, mut place, mut found) = (String::new(), 0, 0);
    while let Some(line) = lines.get(place) {
        text.push_str(line);
        text.push('\n');
        place += 1;
        let Some(name) = line.strip_prefix("<!-- mail ") else {
            continue;
        };
        let name = name.trim_end_matches(" -->");
        let mail = fs::read_to_string(mails.join(format!("{name}.txt"))).expect(name);
        let indented = mail.trim_end().lines().map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("    {line}\n"),
        });
        text.push('\n');
        text.extend(indented);
        text.push('\n');
        place = end_of_block(&lines, place);
        found += 1;
    }
    (text, found)
}

/// The mails that the papers show are those that the program writes; `UPDATE_EXPECT=1` writes them
/// into the papers again.
#[test]
fn every_mail_in_the_papers_is_as_it_is_written() {
    let mut shown = 0;
    for paper in papers() {
        let text = fs::read_to_string(&paper).unwrap();
        let (now, found) = with_mails(&text);
        shown += found;
        if std::env::var_os("UPDATE_EXPECT").is_some() && found > 0 {
            fs::write(&paper, now).unwrap();
        } else if found > 0 {
            assert_eq!(text, now, "{}: UPDATE_EXPECT=1", paper.display());
        }
    }
    assert!(shown >= 4, "only {shown} mails are shown");
}
