//! What goes wrong around the program: one line that says what to do, the right exit code, and
//! nothing lost.

use super::post::Post;
use super::process::{self, Ended, NOW, PASSWORD};
use super::site::{Site, mail, program};
use crate::servers::dovecot::DovecotOptions;
use crate::servers::pki::Certificate;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A user who owns nothing, on every Debian.
const NOBODY: u32 = 65534;

/// The mailbox cannot be reached: each reason has its words, and `run --once` ends with 1.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_cannot_be_reached() {
    let site = Site::quick().await;
    let port = format!("port = {}", site.dovecot.tls_port);
    let password = format!("password = \"{PASSWORD}\"");
    let wrong = "password = \"Fel-4711-losen\"";
    for (from, to, words) in [
        (
            password.as_str(),
            wrong,
            &["login refused", "check `user` and the password"][..],
        ),
        (
            port.as_str(),
            "port = 1",
            &["connection was refused", "check `port`"],
        ),
        (
            "host = \"localhost\"",
            "host = \"nowhere.invalid\"",
            &[
                "nowhere.invalid",
                "the host name is unknown",
                "check `host`",
            ],
        ),
    ] {
        site.change(&[(from, to)]);
        let ended = site.once();
        ended.says(1, &[&["mailbox kf: "], words].concat());
        assert!(!ended.err.contains("Fel-4711-losen"), "{ended:?}");
        site.change(&[(to, from)]);
    }
    site.once().succeeded();
    site.holds_no_secret();
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_that_do_not_hold() {
    for (certificate, words) in [
        (
            Certificate::Expired,
            "the certificate has expired: its owner must renew it",
        ),
        (
            Certificate::ForeignAuthority,
            "the certificate's authority is not trusted: set `ca_file`",
        ),
        (
            Certificate::WrongName,
            "the certificate is for other.example, not for this name",
        ),
    ] {
        let site = Site::with(
            DovecotOptions {
                certificate,
                ..DovecotOptions::default()
            },
            Post::quick().await,
        );
        site.once().says(1, &["mailbox kf: TLS: localhost:", words]);
        let checked = site.run(&["check"]);
        checked.says(1, &["1 fault(s)"]);
        assert!(checked.out.contains(words), "{checked:?}");
    }
}

/// All readable folders are read, and nothing is decided on half a view.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_not_there() {
    let site = Site::quick().await;
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Bussen", "q1@x", ""),
        "2026-11-17 09:12",
    );
    site.change(&[(
        "poll_seconds = 1",
        "poll_seconds = 1\nsent = [\"Skickade\"]",
    )]);
    site.once().says(
        1,
        &[
            "mailbox kf: folder Skickade: ",
            "the server has no such folder",
        ],
    );
    assert_eq!((site.register().items(), site.register().mails()), (1, 0));
    site.change(&[("sent = [\"Skickade\"]", "sent = [\"Skickat\"]")]);
    site.once().succeeded();
    assert_eq!((site.register().items(), site.register().mails()), (1, 2));
}

/// Each fault is a line, with 78, before anything is touched.
#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_cannot_be_kept() {
    let site = Site::quick().await;
    let lines: &[(&str, &str, &[&str])] = &[
        (
            "time = { working_days = 2 }",
            "time = { weeks = 0 }",
            &["pledge[1]", "weeks"],
        ),
        (
            "time = { working_days = 2 }",
            "time = { working_days = 2 }\nreminder = \"due 13:00\"\nnotice = \"due 08:00\"",
            &["pledge[1]", "notice"],
        ),
        (
            "time = { working_days = 2 }",
            "time = { working_days = 2 }\nnotice = \"due+1 08:00\"",
            &["pledge[1]", "notice"],
        ),
        ("time = { working_days = 2 }", "tid = 2", &["tid"]),
    ];
    for (from, to, words) in lines {
        site.change(&[(from, to)]);
        let ended = site.run(&["run"]);
        assert_eq!(ended.code, Some(78), "{to}: {ended:?}");
        assert!(
            ended
                .last_words()
                .iter()
                .any(|line| words.iter().all(|word| line.contains(word))),
            "{to}: {ended:?}"
        );
        site.change(&[(to, from)]);
    }
    assert!(!site.database().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_no_database_of_ours_stay_as_they_are() {
    let site = Site::quick().await;
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Simhallen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    site.once().succeeded();
    let newer = || {
        rusqlite::Connection::open(site.database())
            .unwrap()
            .pragma_update(None, "user_version", 999)
            .unwrap();
    };
    newer();
    unchanged(
        &site,
        &["of version 999", "install the newer program again"],
    );
    fs::remove_file(site.database()).unwrap();
    fs::write(
        site.database(),
        "Anteckningar, ingen databas.\n".repeat(500),
    )
    .unwrap();
    unchanged(
        &site,
        &[
            "is not a database of servicelofte",
            "correct service.database",
        ],
    );
    fs::remove_file(site.database()).unwrap();
    let other = rusqlite::Connection::open(site.database()).unwrap();
    other
        .execute_batch("CREATE TABLE diary (day TEXT)")
        .unwrap();
    drop(other);
    unchanged(&site, &["is not a database of servicelofte"]);
}

fn unchanged(site: &Site, words: &[&str]) {
    let before = fs::read(site.database()).unwrap();
    site.once().says(1, words);
    site.run(&["run"]).says(1, words);
    let checked = site.run(&["check", "--offline"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert!(
        checked
            .out
            .lines()
            .any(|line| line.starts_with("fault    database: ")
                && words.iter().all(|word| line.contains(word))),
        "{checked:?}"
    );
    assert!(
        fs::read(site.database()).unwrap() == before,
        "the file has changed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_and_files_that_may_not_be_written() {
    let site = Site::quick().await;
    let other = Somebody::new(&site);
    let folder = site.folder.path().join("db");
    let mode =
        |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(&folder, 0o555);
    other.once().says(
        1,
        &["cannot open the database", "belongs to the service's user"],
    );
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    mode(&folder, 0o755);
    other.once().succeeded();
    // A restored backup that belongs to another user.
    mode(&site.database(), 0o444);
    other.gives_up(&site.database());
    other
        .once()
        .says(1, &["the database cannot be written", "the right to write"]);
    other.gets(&site.database());
    mode(&site.database(), 0o644);
    other.once().succeeded();
    fs::remove_dir_all(&folder).unwrap();
    other.once().says(
        1,
        &["cannot open the database", "check that the folder exists"],
    );
}

/// `check` tells the folder of the register that may not be written, before there is a register.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_may_not_be_written_is_told_by_check() {
    let site = Site::quick().await;
    let other = Somebody::new(&site);
    let folder = site.folder.path().join("db");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o555)).unwrap();
    let checked = other.runs(&["check", "--offline"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    let line = "cannot be written; give it to the service's user, or run this as that user";
    assert!(
        checked
            .out
            .lines()
            .any(|told| told.starts_with("fault    database: the folder") && told.contains(line)),
        "{checked:?}"
    );
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Root copies a configuration, and only root can read it: root's own check reads it as the service
/// would, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_root_alone_can_read_is_told() {
    let site = Site::quick().await;
    if !is_root() {
        println!("skipped: only root has files that another user cannot read");
        return;
    }
    let other = Somebody::new(&site);
    other.gives_up(&site.config());
    let closed = fs::Permissions::from_mode(0o600);
    fs::set_permissions(site.config(), closed).unwrap();
    let words = [
        "config.toml: cannot be read: permission denied",
        "let the service's user read it (chgrp servicelofte FILE, chmod 640 FILE)",
    ];
    for command in [&["check"][..], &["run", "--once"]] {
        let (program, config) = (&other.program, site.config());
        process::finish(process::command(&[], program, &config, NOW, command)).says(78, &words);
    }
}

/// A user whom permissions bind: this one, or `nobody` in place of root.
struct Somebody<'a> {
    site: &'a Site,
    is_root: bool,
    program: PathBuf,
}

impl<'a> Somebody<'a> {
    fn new(site: &'a Site) -> Self {
        let is_root = is_root();
        let folder = site.folder.path();
        let mut program = program().to_owned();
        if is_root {
            // The build folder may lie where no other user gets.
            program = folder.join("servicelofte");
            fs::copy(super::site::program(), &program).unwrap();
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
            for name in ["db", "config.toml"] {
                chown(folder.join(name), Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
        Self {
            site,
            is_root,
            program,
        }
    }

    fn once(&self) -> Ended {
        self.runs(&["run", "--once"])
    }

    fn runs(&self, arguments: &[&str]) -> Ended {
        let number = NOBODY.to_string();
        let other = [
            "setpriv",
            "--reuid",
            &number,
            "--regid",
            &number,
            "--clear-groups",
        ];
        let before = if self.is_root { &other[..] } else { &[] };
        process::finish(process::command(
            before,
            &self.program,
            &self.site.config(),
            NOW,
            arguments,
        ))
    }

    fn gives_up(&self, path: &Path) {
        if self.is_root {
            chown(path, Some(0), Some(0)).unwrap();
        }
    }

    fn gets(&self, path: &Path) {
        if self.is_root {
            chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// A small disk of its own for the database; `None`, with a printed word, where it cannot be had.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, options: &str) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(at)
            .output();
        if mounted.is_ok_and(|ended| ended.status.success()) {
            return Some(Self(at.to_owned()));
        }
        eprintln!("skipped: no file system can be mounted here");
        None
    }

    fn resize(&self, options: &str) {
        let done = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0)
            .status();
        assert!(done.unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // A test that failed may leave the program on it.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing() {
    const MAILS: usize = 900;
    let site = Site::quick().await;
    let Some(disk) = SmallDisk::mount(&site.folder.path().join("db"), "size=600k") else {
        return;
    };
    for number in 0..MAILS {
        let text = mail(
            "nina@example.org",
            &format!("Simhallen {number} {}", "x".repeat(400)),
            &format!("q{number}@x"),
            "",
        );
        site.deliver("INBOX", &text, "2026-11-19 12:00");
    }
    site.once().says(
        1,
        &["the disk is full", "free space on the database's disk"],
    );
    let read = site.register().items();
    assert!(read < MAILS, "the disk was meant to be too small");
    site.once().says(1, &["the disk is full"]);
    disk.resize("size=50M");
    site.once().succeeded();
    assert_eq!(site.register().items(), MAILS);
    assert_eq!(site.register().mails(), 0);
}
