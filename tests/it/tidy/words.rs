//! What people read has one owner, `src/words`: no other code chooses between languages, or has
//! Swedish in it without a reason.

use super::{File, check, sources};
use regex::Regex;

/// Code that may look at a language's name.
const LANGUAGES: [&str; 2] = ["src/domain/language.rs", "src/words"];

/// Swedish beside the catalogue, and why. A path stands for the files below it too.
const SWEDISH: [(&str, &str); 13] = [
    ("src/cli/by_hand/arguments.rs", "examples of what is typed"),
    ("src/cli/preview", "a name in a sample"),
    ("src/cli/proposal.rs", "remarks in a configuration"),
    ("src/cli/trial/source.rs", "folders that it reads"),
    ("src/config/example.rs", "names in the example"),
    ("src/domain/calendar", "names of the law"),
    ("src/domain/classify", "what machines write"),
    ("src/domain/older", "what registers of the first days hold"),
    ("src/domain/subject", "what mail systems write"),
    ("src/domain/tongue.rs", "what citizens write"),
    ("src/domain/folders", "names that servers give them"),
    ("src/mail/reply", "what mail programs write"),
    ("src/mail/texts/sample", "sample facts"),
];

fn lies_in(file: &File, place: &str) -> bool {
    let rest = file.path.strip_prefix(place);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
}

fn of_the_program() -> Vec<File> {
    let mut files = sources();
    files.retain(|file| {
        let parts = file.path.split(['/', '.']);
        file.module().is_some() && !parts.clone().any(|part| part == "tests")
    });
    files
}

#[test]
fn only_the_catalogue_chooses_between_languages() {
    let choice = Regex::new(r"Language::\w+\b.*=>|[=!]= Language::|\bpick\(").unwrap();
    let mut found = Vec::new();
    for file in of_the_program() {
        if LANGUAGES.iter().any(|place| lies_in(&file, place)) {
            continue;
        }
        let lines = file.code().filter(|(_, line)| choice.is_match(line));
        found.extend(lines.map(|(n, line)| format!("{}:{n}: {}", file.path, line.trim())));
    }
    check("a text and its translation are in src/words", &found);
}

#[test]
fn swedish_stands_in_the_catalogue_or_has_a_reason() {
    let swedish = Regex::new(r#""[^"]*[åäöÅÄÖ]"#).unwrap();
    let allowed: Vec<&str> = SWEDISH
        .iter()
        .map(|(place, _)| *place)
        .chain(["src/words"])
        .collect();
    let files = of_the_program();
    let has_swedish = |file: &File| file.code().any(|(_, line)| swedish.is_match(line));
    let found: Vec<String> = files
        .iter()
        .filter(|file| !allowed.iter().any(|place| lies_in(file, place)))
        .filter(|file| has_swedish(file))
        .map(|file| file.path.clone())
        .collect();
    check("Swedish outside src/words", &found);
    let idle: Vec<String> = allowed
        .iter()
        .filter(|place| !files.iter().any(|f| lies_in(f, place) && has_swedish(f)))
        .map(|place| (*place).to_owned())
        .collect();
    check("no Swedish is there any more: take it off the list", &idle);
}
