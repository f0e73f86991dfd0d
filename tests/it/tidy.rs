//! House rules that no lint knows: what the core may touch, who may use whom, how a file looks, and
//! words that the tree must not have.

mod limits;
mod tokens;
mod words;

use regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Who may use whom, besides itself: a module may name the modules on its right and no others.
const DIRECTION: [(&str, &[&str]); 22] = [
    ("main", &["cli"]),
    ("lib", &[]),
    (
        "cli",
        &[
            "config", "daemon", "domain", "engine", "failure", "http", "imap", "lease", "mail",
            "oauth", "ports", "report", "rounds", "smtp", "store", "tls", "words",
        ],
    ),
    (
        "daemon",
        &[
            "config", "domain", "drivers", "engine", "failure", "imap", "lease", "logins", "mail",
            "oauth", "ports", "report", "rounds", "smtp", "store", "tls",
        ],
    ),
    ("failure", &["store"]),
    (
        "rounds",
        &[
            "config", "domain", "drivers", "engine", "mail", "ports", "store",
        ],
    ),
    (
        "drivers",
        &["config", "domain", "engine", "mail", "ports", "store"],
    ),
    ("engine", &["config", "domain", "mail", "ports", "store"]),
    (
        "imap",
        &["config", "domain", "mail", "oauth", "ports", "tls"],
    ),
    (
        "smtp",
        &[
            "config", "domain", "lease", "logins", "mail", "oauth", "ports", "tls",
        ],
    ),
    ("oauth", &["config", "http", "tls"]),
    ("lease", &["config", "domain", "http", "tls"]),
    ("http", &["tls"]),
    ("logins", &["config"]),
    ("report", &["config", "domain", "mail", "store", "words"]),
    ("store", &["domain"]),
    ("mail", &["config", "domain", "words"]),
    ("words", &["domain"]),
    ("tls", &["config"]),
    ("config", &["domain"]),
    ("ports", &["domain"]),
    ("domain", &[]),
];

/// The core takes values and returns values: nothing of these may be named in it.
const NOT_IN_DOMAIN: [&str; 15] = [
    "async fn",
    "tokio",
    "rusqlite",
    "tracing",
    "lettre",
    "async_imap",
    "std::fs",
    "std::net",
    "std::io",
    "std::env",
    "std::process",
    "std::thread",
    "Utc::now",
    "Local::now",
    "SystemTime",
];

/// Neither the core nor the engine, its drivers and the rounds read a clock, not even a stopwatch.
const NOT_IN_ENGINE: [&str; 4] = ["Utc::now", "Local::now", "SystemTime", "Instant::now"];

struct File {
    /// From the root of the repository.
    path: String,
    text: String,
}

impl File {
    fn is_rust(&self) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|extension| extension == "rs")
    }

    /// `src/cli/list.rs` is of the module `cli`, `src/cli.rs` too; `None` outside src.
    fn module(&self) -> Option<&str> {
        let inside = self.path.strip_prefix("src/")?;
        inside.split(['/', '.']).next()
    }

    /// Lines with their numbers, without comments and without the tests at the end.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("#[cfg(test)]").unwrap_or(self.text.len());
        (1..)
            .zip(self.text[..end].lines())
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every text of the tree, but for build folders, and git's own.
fn tree() -> Vec<File> {
    let mut files = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if name == ".git" || name.starts_with("target") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let path = path
                    .strip_prefix(root())
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                files.push(File { path, text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn sources() -> Vec<File> {
    let files: Vec<File> = tree().into_iter().filter(File::is_rust).collect();
    assert!(
        files.iter().any(|file| file.path == "src/main.rs"),
        "the sources are not where this test looks"
    );
    files
}

/// Where one of `words` is in the code of `files`.
fn find(files: &[File], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for (number, line) in file.code() {
            let hits = words.iter().filter(|word| line.contains(**word));
            found.extend(hits.map(|word| format!("{}:{number}: {word}", file.path)));
        }
    }
    found
}

fn check(rule: &str, found: &[String]) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

fn of_module(name: &str) -> Vec<File> {
    sources()
        .into_iter()
        .filter(|file| file.module() == Some(name))
        .collect()
}

#[test]
fn the_core_touches_nothing() {
    check(
        "src/domain takes values and returns values",
        &find(&of_module("domain"), &NOT_IN_DOMAIN),
    );
    check(
        "the engine gets `now` from outside",
        &find(&of_module("engine"), &NOT_IN_ENGINE),
    );
    for module in ["drivers", "rounds"] {
        check(
            "it asks a clock that it is given",
            &find(&of_module(module), &NOT_IN_ENGINE),
        );
    }
    let steps: Vec<File> = of_module("engine")
        .into_iter()
        .filter(|file| file.path != "src/engine/handle.rs")
        .collect();
    check(
        "a step of the engine waits for nothing: what waits is a driver",
        &find(&steps, &["async ", ".await"]),
    );
    check(
        "the core reads no stopwatch either",
        &find(&of_module("domain"), &NOT_IN_ENGINE),
    );
}

#[test]
fn modules_look_one_way() {
    let pattern = Regex::new(r"\b(?:crate|servicelofte)::(?:\{([^}]*)\}|([a-z_]+))").unwrap();
    let mut found = Vec::new();
    for file in sources() {
        let Some(module) = file.module() else {
            continue;
        };
        let Some((_, allowed)) = DIRECTION.iter().find(|(name, _)| *name == module) else {
            found.push(format!(
                "{}: {module} has no place in the order yet",
                file.path
            ));
            continue;
        };
        let used = file.code().flat_map(|(number, line)| {
            pattern.captures_iter(line).flat_map(move |hit| {
                let list = hit.get(1).or(hit.get(2)).map_or("", |names| names.as_str());
                let names = list
                    .split(',')
                    .map(|name| name.trim().split("::").next().unwrap_or_default());
                names
                    .filter(|name| name.chars().all(|c| c.is_ascii_lowercase()))
                    .map(move |name| (number, name))
            })
        });
        let wrong =
            used.filter(|(_, name)| *name != module && !name.is_empty() && !allowed.contains(name));
        found.extend(
            wrong.map(|(number, name)| format!("{}:{number}: {module} uses {name}", file.path)),
        );
    }
    check("modules look one way only", &found);
}

#[test]
fn a_file_says_what_it_is() {
    let mut silent = sources();
    silent.retain(|file| !file.text.starts_with("//! "));
    let silent: Vec<String> = silent.into_iter().map(|file| file.path).collect();
    check("a file begins with its doc, //!", &silent);
}

/// A trial has no way out: nothing in it names one.
#[test]
fn a_trial_can_send_nothing() {
    let mut of_trial: Vec<File> = sources();
    of_trial.retain(|file| file.path.starts_with("src/cli/trial"));
    assert!(of_trial.len() > 5, "its files are found");
    let ways = [
        concat!("sm", "tp::"),
        "lettre",
        "alarm_transport",
        "TcpStream",
        concat!("crate::sm", "tp"),
    ];
    check("a trial can send nothing", &find(&of_trial, &ways));
}

#[test]
fn nothing_is_left_for_later() {
    // Split, so that this file may pass its own test.
    let unfinished = [
        concat!("to", "do!("),
        concat!("un", "implemented!("),
        concat!("db", "g!("),
        concat!("#[ig", "nore"),
    ];
    check(
        "no unfinished or switched-off code",
        &find(&sources(), &unfinished),
    );
    let allowed = [concat!("#[al", "low("), concat!("#![al", "low(")];
    check(
        "#[expect(lint, reason = \"…\")] instead",
        &find(&sources(), &allowed),
    );
}

#[test]
fn the_tree_is_of_no_machine() {
    let strange = [
        concat!("/wo", "rk/"),
        concat!("/tmp/", "wt"),
        concat!("/ro", "ot/"),
        concat!("crates", ".io"),
        concat!("npmjs", ".org"),
        concat!("pypi", ".org"),
    ];
    let mut found = Vec::new();
    for file in tree() {
        // Cargo names its own registry there.
        if file.path.ends_with("Cargo.lock") {
            continue;
        }
        let hits = (1..)
            .zip(file.text.lines())
            .filter(|(_, line)| strange.iter().any(|word| line.contains(word)));
        found.extend(hits.map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim())));
    }
    check("no paths of one machine, no registry", &found);
}

/// The template is the service with a name in some places; a change that hardens one hardens the
/// other.
#[test]
fn the_units_agree() {
    let settings = |name: &str| -> BTreeSet<String> {
        let text = fs::read_to_string(root().join("systemd").join(name)).unwrap();
        text.lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    for (template, one) in [
        ("servicelofte@.service", "servicelofte.service"),
        (
            "servicelofte-failed@.service",
            "servicelofte-failed.service",
        ),
        (
            "servicelofte-backup@.service",
            "servicelofte-backup.service",
        ),
        (
            "servicelofte-backup-failed@.service",
            "servicelofte-backup-failed.service",
        ),
        ("servicelofte-backup@.timer", "servicelofte-backup.timer"),
    ] {
        let template: BTreeSet<String> = settings(template)
            .into_iter()
            .map(|line| {
                line.replace("%i.toml", "config.toml")
                    .replace("/%i", "")
                    .replace(" (%i)", "")
                    .replace("@%i.service", ".service")
            })
            .collect();
        assert_eq!(template, settings(one));
    }
}

/// P72: a core of a process holds passwords, mail, or the register.
#[test]
fn no_service_leaves_a_core() {
    for entry in fs::read_dir(root().join("systemd")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "service") {
            let text = fs::read_to_string(&path).unwrap();
            let is_shut = text.lines().any(|line| line == "LimitCORE=0");
            assert!(is_shut, "{} lacks LimitCORE=0", path.display());
        }
    }
}

/// systemd itself reads every unit, and has nothing to remark.
#[test]
fn systemd_understands_the_units() {
    let folder = tempfile::tempdir().unwrap();
    let mut units = Vec::new();
    for entry in fs::read_dir(root().join("systemd")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if matches!(
            path.extension().and_then(|end| end.to_str()),
            Some("service" | "timer")
        ) {
            let text = fs::read_to_string(&path).unwrap();
            // The programs and papers of this machine.
            let text = text.replace("/usr/bin/servicelofte", env!("CARGO_BIN_EXE_servicelofte"));
            let readme = root().join("README.md");
            let text = text.replace(
                "/usr/share/doc/servicelofte/README.md",
                readme.to_str().unwrap(),
            );
            fs::write(folder.path().join(&name), text).unwrap();
            units.push(folder.path().join(name.replace("@.", "@ks.")));
        }
    }
    assert_eq!(units.len(), 10);
    for unit in units {
        // A template is looked at by the name of one of its instances.
        let told = Command::new("systemd-analyze")
            .args(["verify", "--man=no"])
            .arg(&unit)
            .output();
        let Ok(told) = told else {
            println!("skipped: systemd-analyze is not there");
            return;
        };
        let said = String::from_utf8_lossy(&told.stderr);
        assert!(
            told.status.success() && !said.contains("servicelofte"),
            "{}: {said}",
            unit.display()
        );
    }
}

/// Of a hundred, as `systemd-analyze security` counts what a service could do to its machine.
const MOST_EXPOSED: &str = "--threshold=10";

#[test]
fn the_units_shut_their_services_in() {
    for unit in [
        "servicelofte",
        "servicelofte@",
        "servicelofte-failed",
        "servicelofte-failed@",
        "servicelofte-backup",
        "servicelofte-backup-failed",
        "servicelofte-backup-failed@",
    ] {
        let path = root().join("systemd").join(format!("{unit}.service"));
        let told = Command::new("systemd-analyze")
            .args(["security", "--offline=true", MOST_EXPOSED])
            .arg(&path)
            .output();
        let Ok(told) = told else {
            println!("skipped: systemd-analyze is not there");
            return;
        };
        let said = String::from_utf8_lossy(&told.stdout);
        println!("{}", said.lines().last().unwrap_or_default());
        assert!(
            told.status.success() && said.contains("Overall exposure"),
            "{said}"
        );
    }
}
