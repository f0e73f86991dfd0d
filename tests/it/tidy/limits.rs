//! A limit is a constant that says why it has its value.

use super::{check, sources};
use regex::Regex;

#[test]
fn every_limit_says_why_it_is_so() {
    let number = "(?:[ui](?:8|16|32|64|size)|(?:chrono::|std::time::)?Duration)";
    let pattern = Regex::new(&format!(
        r"^\s*(?:pub(?:\([a-z]+\))? )?const ([A-Z_0-9]+): {number} ?="
    ))
    .unwrap();
    let (mut limits, mut silent) = (0, Vec::new());
    for file in sources().iter().filter(|file| file.module().is_some()) {
        let lines: Vec<&str> = file.text.lines().collect();
        for (number, line) in file.code() {
            let Some(name) = pattern.captures(line).and_then(|found| found.get(1)) else {
                continue;
            };
            limits += 1;
            let above = lines[..number - 1].iter().rev();
            let above = above.map(|line| line.trim_start());
            let doc = above.clone().find(|line| !line.starts_with("#["));
            if !doc.is_some_and(|line| line.starts_with("///")) {
                silent.push(format!("{}:{number}: {}", file.path, name.as_str()));
            }
        }
    }
    assert!(limits > 300, "the limits are found: {limits}");
    check("a limit says in its doc comment why it is so", &silent);
}
