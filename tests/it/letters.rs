//! The letter to print and post, read back by other programs (poppler, qpdf): one tagged A4 page,
//! every word where it belongs, nothing in the envelope's window, with any values.

use servicelofte::cli::{Failure, preview};
use servicelofte::config::Language;
use servicelofte::mail::letter::{self, Letter, LetterError};
use servicelofte::mail::texts::facts::LetterFacts;
use servicelofte::mail::texts::sample::{self, Facts};
use servicelofte::mail::texts::{Text, Texts};
use std::path::Path;
use std::process::{Command, Output};

const MM: f32 = 72.0 / 25.4;

/// Bytes of a letter: the two subsets of the font and a page. A mail is a third longer.
const MAX_BYTES: usize = 60_000;

fn facts(name: &str) -> LetterFacts {
    let sample = sample::samples(
        &sample::municipality(),
        servicelofte::domain::board::StaffMail::default(),
    );
    match sample
        .into_iter()
        .find(|sample| sample.name == name)
        .map(|sample| sample.facts)
    {
        Some(Facts::LetterText(facts)) => facts,
        _ => panic!("{name} is a letter"),
    }
}

fn text(language: Language, facts: &LetterFacts) -> Text {
    Texts::new(language, None)
        .expect("the built-in templates")
        .letter_text(facts)
        .expect("it renders")
}

fn pdf(language: Language, facts: &LetterFacts) -> Vec<u8> {
    letter::pdf(&Letter::new(language, facts, &text(language, facts))).expect("a letter")
}

/// A PDF as other programs see it.
pub struct Seen {
    pub text: String,
    pub info: String,
    /// The tags, as a tree.
    pub structure: String,
    /// Page (from 1), left, top, right, bottom in points, and the word.
    pub words: Vec<(usize, [f32; 4], String)>,
}

pub fn look(pdf: &[u8]) -> Seen {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("letter.pdf");
    std::fs::write(&file, pdf).expect("it can be written");
    let run = |program: &str, arguments: &[&str], last: &[&str]| {
        let Output {
            status,
            stdout,
            stderr,
        } = Command::new(program)
            .args(arguments)
            .arg(&file)
            .args(last)
            .output()
            .unwrap_or_else(|error| {
                panic!("{program} (apt-get install poppler-utils qpdf): {error}")
            });
        let said = String::from_utf8_lossy(&stderr);
        // Older poppler does not know what ISO 32000-1 §14.7.1 says of Suspects: that it is a
        // boolean.
        let faults = said
            .lines()
            .filter(|line| !line.is_empty() && !line.contains("Suspects object is wrong type"));
        assert!(status.success() && faults.count() == 0, "{program}: {said}");
        // The author is in the head of the list of words as the file has it, in UTF-16.
        String::from_utf8_lossy(&stdout).into_owned()
    };
    run("qpdf", &["--check"], &[]);
    let mut words = Vec::new();
    let mut page = 0;
    for line in run("pdftotext", &["-bbox"], &["-"]).lines().map(str::trim) {
        page += usize::from(line.starts_with("<page "));
        let Some(word) = line.strip_prefix("<word ") else {
            continue;
        };
        let mut values = word
            .split('"')
            .skip(1)
            .step_by(2)
            .map(|value| value.parse::<f32>().expect("a number"));
        let place = std::array::from_fn(|_| values.next().expect("four of them"));
        let word = word.split(['>', '<']).nth(1).expect("the word").to_owned();
        words.push((page, place, word));
    }
    Seen {
        text: run("pdftotext", &["-layout"], &["-"]),
        info: run("pdfinfo", &[], &[]),
        structure: run("pdfinfo", &["-struct"], &[]),
        words,
    }
}

impl Seen {
    /// The text as one line, blanks made equal.
    pub fn flat(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn pages(&self) -> usize {
        let line = self
            .info
            .lines()
            .find_map(|line| line.strip_prefix("Pages:"))
            .expect("a number of pages");
        line.trim().parse().expect("a number")
    }

    /// Everything is on the paper, and nothing of the first page where an envelope's window may be,
    /// or between the fold and the sender.
    #[track_caller]
    fn stands_right(&self) {
        assert!(
            self.info
                .contains("Page size:       595.276 x 841.89 pts (A4)"),
            "{}",
            self.info
        );
        let window = [104.0 * MM, 40.0 * MM, 200.0 * MM, 82.0 * MM];
        for (page, [left, top, right, bottom], word) in &self.words {
            let inside = *left >= 20.0 * MM
                && *top >= 10.0 * MM
                && *right <= 190.0 * MM
                && *bottom <= 285.0 * MM;
            assert!(
                inside,
                "{word} on page {page}: {left} {top} {right} {bottom}"
            );
            let in_window =
                *right > window[0] && *left < window[2] && *bottom > window[1] && *top < window[3];
            assert!(
                *page > 1 || !in_window,
                "{word} stands in the window: {left} {top}"
            );
        }
    }
}

#[test]
fn a_letter_is_one_tagged_page_in_its_language() {
    for (language, code, name) in [
        (Language::Swedish, "sv-SE", "letter-text"),
        (Language::Swedish, "sv-SE", "letter-text-late"),
        (Language::English, "en-GB", "letter-text"),
        (Language::English, "en-GB", "letter-text-late"),
    ] {
        let facts = facts(name);
        let bytes = pdf(language, &facts);
        assert!(bytes.len() < MAX_BYTES, "{} bytes", bytes.len());
        let seen = look(&bytes);
        seen.stands_right();
        assert_eq!(seen.pages(), 1, "{}", seen.text);
        assert!(seen.info.contains("Tagged:          yes"), "{}", seen.info);
        assert!(
            seen.info.contains("(SL-2026-00042)") && seen.info.contains("Västerviks kommun"),
            "{}",
            seen.info
        );
        let heading = format!("H1 \"{}\"", text(language, &facts).subject);
        assert!(seen.structure.contains(&heading), "{}", seen.structure);
        let raw = String::from_utf8_lossy(&bytes);
        let lang = format!("/Lang({code})");
        for sign in [
            &lang,
            "<pdfuaid:part>1<",
            "<pdfaid:part>2<",
            "<pdfaid:conformance>A<",
            "/DisplayDocTitle true",
        ] {
            assert!(raw.contains(sign), "{sign}");
        }
        let plain = letter::plain(&Letter::new(language, &facts, &text(language, &facts)));
        let words = |text: &str| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let (mut seen, mut plain) = (words(&seen.text), words(&plain));
        seen.sort();
        plain.sort();
        assert_eq!(seen, plain, "the page and the plain text say the same");
        assert!(
            plain.contains(&"Västerviks".to_owned())
                && plain.contains(&"Kommunfullmäktige".to_owned())
        );
    }
}

#[test]
fn the_same_letter_is_the_same_bytes() {
    let facts = facts("letter-text");
    assert_eq!(
        pdf(Language::Swedish, &facts),
        pdf(Language::Swedish, &facts)
    );
}

#[test]
fn the_plain_text_has_a_paragraph_a_line() {
    let facts = facts("letter-text");
    let text = text(Language::Swedish, &facts);
    let letter = Letter::new(Language::Swedish, &facts, &text);
    let plain = letter::plain(&letter);
    assert!(plain.starts_with(
        "Västerviks kommun\nKommunfullmäktige\nBox 100, 593 80 Västervik\n0490-25 40 00\nwww.example.se\n\n\
         23 november 2026\nReferens: SL-2026-00042\n\n"
    ));
    assert!(
        plain.lines().any(|line| line.chars().count() > 100),
        "not wrapped: {plain}"
    );
    assert!(
        !plain.contains('\u{a0}') && !plain.contains("\n\n\n"),
        "{plain}"
    );
    let file = String::from_utf8(letter::file(&letter)).expect("UTF-8");
    assert_eq!(
        file.strip_prefix('\u{feff}')
            .expect("its mark")
            .replace("\r\n", "\n"),
        plain
    );
}

#[test]
fn long_and_strange_values_stay_on_the_paper() {
    let long = |unit: &str| unit.repeat(500 / unit.chars().count());
    for value in [
        long("Å"),
        long("Östra Å "),
        long("кириллица "),
        long("👩\u{200d}🔧 "),
        long("山田"),
        long("العربية "),
    ] {
        let mut facts = facts("letter-text");
        facts.notice.sender.name.clone_from(&value);
        facts.notice.sender.unit = Some(value.clone());
        facts.notice.sender.complaints = Some(value.clone());
        facts.notice.handler.name.clone_from(&value);
        facts.notice.handler.title = Some(value.clone());
        facts.notice.handler.email = Some(value.clone());
        let seen = look(&pdf(Language::Swedish, &facts));
        seen.stands_right();
        assert!(
            (1..=letter::MAX_PAGES).contains(&seen.pages()),
            "{}",
            seen.pages()
        );
    }
    let mut facts = facts("letter-text");
    facts.notice.handler.name = "Олена Їжак 🎉".to_owned();
    let seen = look(&pdf(Language::Swedish, &facts));
    assert!(
        seen.flat()
            .contains("Олена Їжак \u{fffd}, nämndsekreterare"),
        "{}",
        seen.text
    );
}

#[test]
fn a_longer_text_is_set_smaller_then_goes_on_and_has_an_end() {
    let facts = facts("letter-text");
    let letter_of = |paragraphs: usize, body: &mut String| {
        *body = format!(
            "{}\n- en punkt\n- en till\n\n  indraget\nslut\n",
            "Åäö är bokstäver som alla andra. ".repeat(4)
        );
        *body = format!("{}\n\n", body.trim_end()).repeat(paragraphs);
        let text = Text {
            subject: "Rubrik".to_owned(),
            body: String::new(),
            html: String::new(),
            unwrapped: body.clone(),
        };
        letter::pdf(&Letter::new(Language::Swedish, &facts, &text))
    };
    let mut body = String::new();
    for (paragraphs, pages) in [(1, 1), (3, 1), (9, 2)] {
        let seen = look(&letter_of(paragraphs, &mut body).expect("a letter"));
        seen.stands_right();
        assert_eq!(seen.pages(), pages, "{}", seen.text);
        assert_eq!(
            seen.text.matches("• en punkt").count(),
            paragraphs,
            "{}",
            seen.text
        );
        assert_eq!(
            seen.structure.matches("LBody").count(),
            2 * paragraphs,
            "{}",
            seen.structure
        );
        assert_eq!(
            seen.text.matches("SL-2026-00042, 2 (2)").count(),
            pages - 1,
            "{}",
            seen.text
        );
    }
    assert_eq!(
        letter_of(60, &mut body).expect_err("far too long"),
        LetterError::TooLong
    );
}

#[test]
fn preview_writes_the_letter() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("brev.pdf");
    preview::letter(None, Some("letter"), None, &file).expect("it is written");
    let seen = look(&std::fs::read(&file).expect("a file"));
    assert!(
        seen.flat().contains("Besked om ditt brev Hej!"),
        "{}",
        seen.text
    );
    let refused =
        |kind, file: &Path| preview::letter(None, Some(kind), None, file).expect_err("no letter");
    assert!(
        matches!(refused("notice", &file), Failure::Usage(text) if text.contains("--kind letter"))
    );
    assert!(matches!(
        refused("letter", folder.path()),
        Failure::Failed(_)
    ));
}
