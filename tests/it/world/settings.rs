//! The configuration of the simulated municipality, and changes to it:
//! `staff registrator away = […]`.

use servicelofte::config::Config;
use std::path::Path;

/// Sections in order: TOML head, the name by which scripts call it, and its lines.
#[derive(Clone, Debug)]
pub struct Settings(Vec<(&'static str, &'static str, Vec<String>)>);

const DEFAULT: &[(&str, &str, &[&str])] = &[
    (
        "[service]",
        "service",
        &[r#"operator = "drift@example.net""#],
    ),
    (
        "[organisation]",
        "organisation",
        &[
            r#"name = "Exempelköpings kommun""#,
            r#"complaints = "synpunkter@example.se""#,
        ],
    ),
    ("[calendar]", "calendar", &[]),
    (
        "[[pledge]]",
        "pledge letter",
        &[
            r#"name = "letter""#,
            r#"match = { from = ["skanner@example.se"] }"#,
            "letter = true",
            r"stamp = 'Ink (\d{4}-\d{2}-\d{2})'",
            "time = { working_days = 5 }",
        ],
    ),
    (
        "[[pledge]]",
        "pledge email",
        &[r#"name = "email""#, "time = { working_days = 2 }"],
    ),
    (
        "[[staff]]",
        "staff registrator",
        &[r#"reports_to = "kanslichef""#, r#"deputy = "kanslist""#],
    ),
    (
        "[[staff]]",
        "staff kanslist",
        &[r#"reports_to = "kanslichef""#],
    ),
    (
        "[[staff]]",
        "staff kanslichef",
        &[r#"reports_to = "kommundirektor""#],
    ),
    ("[[staff]]", "staff kommundirektor", &[]),
    (
        "[[mailbox]]",
        "mailbox",
        &[
            r#"name = "kf""#,
            r#"address = "kommunfullmaktige@example.se""#,
            r#"aliases = ["kf@example.se"]"#,
            r#"handler = "registrator""#,
        ],
    ),
    (
        "[mailbox.imap]",
        "imap",
        &[
            r#"host = "imap.example.se""#,
            r#"user = "kf""#,
            r#"password = "x""#,
            r#"done = ["Klart"]"#,
            "poll_seconds = 1800",
        ],
    ),
    ("[mailbox.smtp]", "smtp", &[r#"host = "smtp.example.se""#]),
];

/// The example's pledges that are switched off, switched on.
pub fn kinds_of_the_example() -> String {
    let example =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml"))
            .unwrap();
    let (_, rest) = example
        .split_once("# Pledges of other kinds")
        .expect("they begin");
    let (block, _) = rest
        .split_once("# The last pledge of each mailbox")
        .expect("they end");
    let settings = block
        .lines()
        .filter_map(|line| line.strip_prefix('#').filter(|line| !line.starts_with(' ')));
    settings.fold(String::new(), |text, line| text + line + "\n")
}

impl Settings {
    pub fn new() -> Self {
        let section = |(head, name, lines): &(&'static str, &'static str, &[&str])| {
            let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            if let Some(id) = name.strip_prefix("staff ") {
                lines.push(format!("id = \"{id}\""));
                lines.push(format!("name = \"Namn {id}\""));
                lines.push(format!("email = \"{id}@example.se\""));
            }
            (*head, *name, lines)
        };
        Self(DEFAULT.iter().map(section).collect())
    }

    /// Takes a line `SECTION KEY = VALUE`; false when it names no section. An empty value takes the
    /// key out.
    pub fn set(&mut self, line: &str) -> bool {
        let Some((name, rest)) = self
            .0
            .iter()
            .find_map(|(_, name, _)| Some((*name, line.strip_prefix(name)?.strip_prefix(' ')?)))
        else {
            return false;
        };
        let Some((key, value)) = rest.split_once('=') else {
            return false;
        };
        for (_, _, lines) in self.0.iter_mut().filter(|(_, known, _)| *known == name) {
            lines.retain(|known| {
                known
                    .split_once('=')
                    .is_none_or(|(known, _)| known.trim() != key.trim())
            });
            if !value.trim().is_empty() {
                lines.push(rest.to_owned());
            }
        }
        true
    }

    /// Another board's mailbox, at the same servers.
    pub fn add_second_mailbox(
        &mut self,
        name: &str,
        address: &str,
        save_sent: bool,
        border: Option<&str>,
    ) {
        let mut mailbox = vec![
            format!("name = \"{name}\""),
            format!("address = \"{address}\""),
            r#"handler = "kanslist""#.to_owned(),
            "notices_per_hour = 1000".to_owned(),
        ];
        mailbox.extend(border.map(|border| format!("authserv_id = \"{border}\"")));
        let imap = [
            r#"host = "imap.example.se""#,
            r#"user = "sn""#,
            r#"password = "x""#,
            r#"done = ["Klart"]"#,
        ];
        let smtp = vec![
            r#"host = "smtp.example.se""#.to_owned(),
            format!("save_sent = {save_sent}"),
        ];
        self.0.push(("[[mailbox]]", "mailbox 2", mailbox));
        self.0
            .push(("[mailbox.imap]", "imap 2", imap.map(str::to_owned).to_vec()));
        self.0.push(("[mailbox.smtp]", "smtp 2", smtp));
    }

    /// One more pledge, before the last, which has everything else.
    pub fn add_pledge(&mut self, lines: &[&str]) {
        let last = self
            .0
            .iter()
            .position(|(_, name, _)| *name == "pledge email")
            .expect("the last pledge");
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        self.0.insert(last, ("[[pledge]]", "another pledge", lines));
    }

    /// The pledges of other kinds, word for word as in the example configuration.
    pub fn add_kinds(&mut self) {
        let last = self
            .0
            .iter()
            .position(|(_, name, _)| *name == "pledge email")
            .expect("the last pledge");
        self.0
            .insert(last, ("", "kinds", vec![kinds_of_the_example()]));
    }

    /// As a file has it.
    pub fn text(&self) -> String {
        let section = |(head, _, lines): &(&str, &str, Vec<String>)| {
            format!("{head}\n{}\n", lines.join("\n"))
        };
        self.0.iter().map(section).collect()
    }

    pub fn config(&self) -> Config {
        let text = self.text();
        match Config::parse(&text, Path::new(".")) {
            Ok(config) => config,
            Err(faults) => panic!("{faults:#?}\n{text}"),
        }
    }
}
