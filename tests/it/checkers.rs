//! What other people's checkers say of what we give away: lintian of the package, promtool of
//! figures and alerts, reuse of the licences. `make test` installs them; where one is missing its
//! test is skipped with a word, and `.ci/run` has them all.

use crate::e2e::machine::package;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a checker with a text as its input; `None`, with a word, where it is missing.
pub fn ask(program: &str, arguments: &[&str], text: &str) -> Option<Output> {
    let started = Command::new(program)
        .args(arguments)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        eprintln!("skipped: {program} is not there (make packages installs it)");
        return None;
    };
    // One that does not read on says why by itself.
    let _ = child
        .stdin
        .take()
        .expect("its input")
        .write_all(text.as_bytes());
    Some(child.wait_with_output().expect("it ends"))
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// promtool is content with the figures of a running service.
pub fn are_good_metrics(page: &str) {
    let Some(told) = ask("promtool", &["check", "metrics"], page) else {
        return;
    };
    assert!(
        told.status.success() && told.stdout.is_empty(),
        "{}\n{page}",
        said(&told)
    );
}

#[test]
fn the_alerts_are_rules_of_prometheus() {
    let Some(told) = ask("promtool", &["check", "rules", "docs/alerts.yml"], "") else {
        return;
    };
    assert!(
        told.status.success() && said(&told).contains("rules found"),
        "{}",
        said(&told)
    );
    // It does find faults.
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("alerts.yml");
    let text = std::fs::read_to_string(root().join("docs/alerts.yml"))
        .expect("read")
        .replacen("expr: ", "expr: ) ", 1);
    std::fs::write(&broken, text).expect("written");
    let told = ask(
        "promtool",
        &["check", "rules", broken.to_str().expect("a path")],
        "",
    )
    .expect("it was there");
    assert!(!told.status.success(), "{}", said(&told));
}

/// Every file says under which licence it is. A reuse older than its specification 3.2 does not
/// know `REUSE.toml`.
#[test]
fn every_file_has_its_licence() {
    let program = std::env::var("REUSE").unwrap_or_else(|_| "reuse".to_owned());
    let Some(version) = ask(&program, &["--version"], "") else {
        return;
    };
    let version = said(&version);
    let major = version
        .split(|c: char| !c.is_ascii_digit())
        .find_map(|number| number.parse::<u32>().ok());
    if major.is_none_or(|major| major < 4) {
        eprintln!("skipped: this reuse is too old for REUSE.toml: {version}");
        return;
    }
    let told = ask(&program, &["lint"], "").expect("it was there");
    assert!(told.status.success(), "{}", said(&told));
}

/// The package is as Debian wants one, but for what `.ci/lintian-overrides` explains, and but for
/// the compression, which is left out in tests alone.
#[test]
fn lintian_finds_nothing_that_is_not_explained() {
    if ask("lintian", &["--version"], "").is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let deb: PathBuf = package(folder.path());
    let shown = [
        "--allow-root",
        "--no-cfg",
        "--fail-on",
        "error,warning",
        "--tag-display-limit",
        "0",
        "--suppress-tags",
    ];
    let shown = [
        &shown[..],
        &["uses-no-compression-for-control-tarball,uses-no-compression-for-data-tarball"],
    ]
    .concat();
    let told = ask(
        "lintian",
        &[&shown[..], &[deb.to_str().expect("a path")]].concat(),
        "",
    )
    .expect("it was there");
    assert!(
        told.status.success() && !said(&told).contains("W: ") && !said(&told).contains("E: "),
        "{}",
        said(&told)
    );
}
