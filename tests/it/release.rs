//! The pieces of `make release` that need no long build: what it refuses beforehand, notes,
//! comparison, checksums and the signature.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

fn script(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/release.sh"))
        .args(arguments)
        .env_remove("SIGNING_KEY")
        .env_remove("UNSIGNED")
        .envs(variables.iter().copied())
        .output()
        .expect("bash runs")
}

fn says(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A folder with two files, one of them deeper and with a space.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("deeper")).expect("made");
    fs::write(folder.path().join("servicelofte.deb"), "package").expect("written");
    fs::write(folder.path().join("deeper/a note"), "note").expect("written");
    folder
}

fn path(folder: &TempDir) -> &str {
    folder.path().to_str().expect("a path")
}

/// A key without a passphrase, and the line by which others know it.
fn key(folder: &TempDir) -> (PathBuf, PathBuf) {
    let key = folder.path().join("key");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "release", "-f"])
        .arg(&key)
        .status();
    assert!(
        made.expect("ssh-keygen (apt-get install openssh-client)")
            .success()
    );
    let public = fs::read_to_string(folder.path().join("key.pub")).expect("read");
    let signers = folder.path().join("allowed_signers");
    fs::write(&signers, format!("release {public}")).expect("written");
    (key, signers)
}

/// As the notes explain it.
fn verifies(folder: &TempDir, signers: &Path) -> bool {
    let line = format!(
        "sha256sum --quiet --check SHA256SUMS && ssh-keygen -Y verify -f {} -I release -n servicelofte-release -s SHA256SUMS.sig < SHA256SUMS",
        signers.display()
    );
    Command::new("bash")
        .args(["-c", &line])
        .current_dir(folder.path())
        .output()
        .expect("bash runs")
        .status
        .success()
}

#[test]
fn what_is_sealed_is_whole_and_ours() {
    let (sealed, keys) = (folder(), tempfile::tempdir().expect("a folder"));
    let (key, signers) = key(&keys);
    let key = key.to_str().expect("a path");
    let done = script(&["seal", path(&sealed)], &[("SIGNING_KEY", key)]);
    assert!(done.status.success(), "{}", says(&done));
    let sums = fs::read_to_string(sealed.path().join("SHA256SUMS")).expect("read");
    let names: Vec<&str> = sums
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(_, name)| name)
        .collect();
    assert_eq!(
        names,
        ["deeper/a note", "servicelofte.deb"],
        "all of it, and neither the sums nor their signature"
    );
    assert!(verifies(&sealed, &signers));
    // Sealed once more it is the same again.
    assert!(
        script(&["seal", path(&sealed)], &[("SIGNING_KEY", key)])
            .status
            .success()
    );
    assert_eq!(
        fs::read_to_string(sealed.path().join("SHA256SUMS")).expect("read"),
        sums
    );
    assert!(verifies(&sealed, &signers));
    fs::write(sealed.path().join("servicelofte.deb"), "another package").expect("written");
    assert!(!verifies(&sealed, &signers), "a file that was changed");
    let done = script(&["seal", path(&sealed)], &[("UNSIGNED", "1")]);
    assert!(done.status.success(), "{}", says(&done));
    assert!(
        !sealed.path().join("SHA256SUMS.sig").exists(),
        "no signature of what was there before stays"
    );
}

#[test]
fn without_a_key_nothing_is_made() {
    let out = tempfile::tempdir().expect("a folder");
    let new = out.path().join("release");
    let new = new.to_str().expect("a path");
    for (variables, told) in [
        (&[][..], "SIGNING_KEY is missing"),
        (&[("SIGNING_KEY", "/nowhere/key")], "cannot be read"),
        (
            &[("SIGNING_KEY", "/dev/null"), ("UNSIGNED", "1")],
            "not both",
        ),
    ] {
        for arguments in [["make", new], ["seal", path(&out)]] {
            let refused = script(&arguments, variables);
            assert!(
                !refused.status.success() && says(&refused).contains(told),
                "{told}: {}",
                says(&refused)
            );
        }
    }
    assert_eq!(fs::read_dir(out.path()).expect("a folder").count(), 0);
    let refused = script(&["make", path(&out)], &[("UNSIGNED", "1")]);
    assert!(
        !refused.status.success() && says(&refused).contains("is there already"),
        "{}",
        says(&refused)
    );
}

#[test]
fn the_notes_are_the_changelogs_of_that_version() {
    let notes = script(&["notes", env!("CARGO_PKG_VERSION")], &[]);
    assert!(notes.status.success(), "{}", says(&notes));
    let text = String::from_utf8(notes.stdout).expect("UTF-8");
    assert!(
        text.contains("### Added") && !text.contains("## ["),
        "{text}"
    );
    for version in ["0.1", "9.9.9", "Unreleased]"] {
        let refused = script(&["notes", version], &[]);
        assert!(
            !refused.status.success() && says(&refused).contains("has no section of"),
            "{version}"
        );
    }
}

#[test]
fn a_difference_is_found_whatever_it_is() {
    let one = folder();
    assert!(
        script(&["same", path(&one), path(&folder())], &[])
            .status
            .success()
    );
    let changes: [fn(&Path); 3] = [
        |folder| fs::write(folder.join("servicelofte.deb"), "packagf").expect("written"),
        |folder| fs::write(folder.join("deeper/more"), "").expect("written"),
        |folder| fs::remove_file(folder.join("deeper/a note")).expect("removed"),
    ];
    for change in changes {
        let other = folder();
        change(other.path());
        let differs = script(&["same", path(&one), path(&other)], &[]);
        assert!(
            !differs.status.success() && says(&differs).contains("differ"),
            "{}",
            says(&differs)
        );
    }
}
