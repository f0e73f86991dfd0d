//! The table in docs/staff.md of who is reminded, named and mailed, held to the scenarios that its
//! rows name.

use super::folder;
use std::path::Path;

/// The people of the scenarios, as the table calls them.
const PEOPLE: [(&str, &str); 5] = [
    ("registrator", "Anna"),
    ("kanslist", "Bo"),
    ("kanslichef", "Cecilia"),
    ("kommundirektor", "Dan"),
    ("drift@example.net", "the operator"),
];

/// The day on which the scenarios' message is late: supervisors hear of earlier ones at once.
const LATE: &str = "2026-11-24";

fn called(id: &str) -> &'static str {
    PEOPLE
        .iter()
        .find(|(known, _)| *known == id)
        .map_or_else(|| panic!("{id} is in no row"), |(_, name)| name)
}

fn joined(names: &[String]) -> String {
    if names.is_empty() {
        "nobody".to_owned()
    } else {
        names.join(", ")
    }
}

/// Reminded, named and mailed, as a transcript has them.
fn row_of(transcript: &str) -> [String; 3] {
    let (mut reminded, mut told, mut notice) = (Vec::new(), Vec::new(), false);
    let mails = transcript
        .lines()
        .filter(|line| line.contains("SL-2026-00001/") && !line.contains("/confirmation"));
    for line in mails {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (day, to) = (words[1], words[5].trim_end_matches(':'));
        if line.contains("/escalation") {
            told.push(format!(
                "{}{}",
                called(to),
                if day < LATE { " at once" } else { "" }
            ));
        } else if line.contains("/notice") {
            notice = true;
        } else if !line.contains("SL-2026-00001/climbed") || line.contains("SL-2026-00001/reminder")
        {
            // A mail to a supervisor does not count as a reminder.
            reminded.push(called(to).to_owned());
        }
    }
    let item = transcript
        .lines()
        .find(|line| line.starts_with("SL-2026-00001 "))
        .expect("the item");
    let of = |key: &str| {
        item.split_whitespace()
            .find_map(|word| word.strip_prefix(key))
    };
    let named = of("named=")
        .or(of("handler="))
        .filter(|_| notice)
        .map(|id| called(id).to_owned());
    [joined(&reminded), joined(named.as_slice()), joined(&told)]
}

#[test]
fn the_table_of_who_has_it_is_what_the_scenarios_came_to() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/staff.md"))
        .unwrap();
    let section = page
        .split("\n### Who has it\n")
        .nth(1)
        .expect("the section")
        .split("\n### ")
        .next()
        .unwrap();
    let mut named = Vec::new();
    for row in section.lines().filter(|line| line.ends_with("` |")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let scenario = cells[4].trim_matches('`');
        let text =
            std::fs::read_to_string(folder().join(format!("{scenario}.txt"))).expect(scenario);
        let (_, transcript) = text.split_once("---\n").expect("a transcript");
        assert_eq!(cells[1..4], row_of(transcript), "{scenario}: {}", cells[0]);
        named.push(scenario.to_owned());
    }
    let mut known: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| {
            Some(
                entry
                    .unwrap()
                    .file_name()
                    .to_str()?
                    .strip_suffix(".txt")?
                    .to_owned(),
            )
        })
        .filter(|name| name.starts_with("31-"))
        .collect();
    known.retain(|name| !named.contains(name));
    assert!(known.is_empty(), "not in the table: {known:?}");
}
