//! Before a service: `trial` on a real mailbox, `init`, `check --send`.

use super::process::{self, NOW, PASSWORD};
use super::site::{Site, mail, program};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program as a person types it who has no configuration.
fn typed(arguments: &[&str]) -> Output {
    let mut command = Command::new(program());
    command
        .args(arguments)
        .env_remove("SERVICELOFTE_CONFIG")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null());
    command.output().expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).expect("UTF-8")
}

/// Forty questions of the autumn, of which every second is answered the same day and every fifth
/// after a fortnight.
pub fn fill(site: &Site) {
    for n in 0..40 {
        let (month, day) = (8 + n / 20, 1 + n % 20);
        let from = format!("m{n}@example.org");
        let question = mail(&from, &format!("Fråga {n}"), &format!("q{n}@x"), "");
        site.deliver(
            "INBOX",
            &question,
            &format!("2026-{month:02}-{day:02} 09:12"),
        );
        if n % 2 == 0 || n % 5 == 0 {
            let later = if n % 2 == 0 { day } else { day + 10 };
            let answer = format!("To: {from}\nIn-Reply-To: <q{n}@x>\n");
            let answer = mail(
                "Anna Å <anna@example.se>",
                &format!("SV: Fråga {n}"),
                &format!("a{n}@x"),
                &answer,
            );
            site.deliver(
                "Skickat",
                &answer.replacen("To: kf@example.se\n", "", 1),
                &format!("2026-{month:02}-{later:02} 15:00"),
            );
        }
    }
}

/// The flags that reach the site's IMAP server.
pub fn reach(site: &Site) -> Vec<String> {
    let password = site.folder.path().join("typed-password");
    fs::write(&password, format!("{PASSWORD}\n")).expect("a file");
    fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).expect("permissions");
    let port = site.dovecot.tls_port.to_string();
    let ca = site.folder.path().join("ca.pem");
    let flags = [
        ("--host", "localhost"),
        ("--port", port.as_str()),
        ("--security", "tls"),
        ("--user", "user1"),
        ("--ca-file", ca.to_str().expect("a path")),
        ("--password-file", password.to_str().expect("a path")),
    ];
    flags
        .iter()
        .flat_map(|(flag, value)| [(*flag).to_owned(), (*value).to_owned()])
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_reads_a_mailbox_and_leaves_a_folder() {
    let site = Site::quick().await;
    fill(&site);
    let before = site.dovecot.snapshot("user1");
    let out = site.folder.path().join("prov");
    let out_text = out.to_str().expect("a path").to_owned();
    let mut arguments = vec![
        "trial".to_owned(),
        "--address".to_owned(),
        "kf@example.se".to_owned(),
    ];
    arguments.extend(["--since", "2026-07-20", "--out", &out_text].map(str::to_owned));
    arguments.extend(reach(&site));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = typed(&arguments);
    let (told, err) = (text(&ended.stdout), text(&ended.stderr));
    assert!(ended.status.success(), "{told}{err}");
    for line in [
        "40 frågor",
        "svar syns i tid: 20 (50 %)",
        "svar syns senare: 4 (10 %)",
        "inget svar syns: 16 (40 %)",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert!(told.lines().count() <= 30, "{told}");
    assert_eq!(
        site.dovecot.snapshot("user1"),
        before,
        "the mailbox is as it was"
    );
    assert!(site.post.mails().is_empty(), "nothing was sent");
    assert_eq!(
        fs::metadata(&out).expect("the folder").permissions().mode() & 0o777,
        0o700
    );
    let mut files: Vec<String> = fs::read_dir(&out)
        .expect("the folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        })
        .collect();
    files.sort();
    assert_eq!(
        files,
        [
            "LAS-MIG-FORST.txt",
            "config.toml",
            "mails.csv",
            "report.html",
            "report.pdf",
            "unanswered.csv"
        ]
    );
    let read = |name: &str| fs::read_to_string(out.join(name)).expect("a file");
    assert!(read("mails.csv").contains(";medborgare;besked till medborgaren;SL-2026-"));
    assert!(
        !read("unanswered.csv").contains("Fråga") && read("unanswered.csv").lines().count() == 17
    );
    assert!(read("report.html").contains("Radera mappen senast"));
    assert!(
        read("report.html").contains("Svar syns i tid") && read("report.html").contains("<svg")
    );
    assert!(
        fs::read(out.join("report.pdf"))
            .expect("a file")
            .starts_with(b"%PDF-")
    );
    assert!(
        read("config.toml").contains("anna@example.se"),
        "{}",
        read("config.toml")
    );
    for name in ["report.html", "mails.csv", "config.toml"] {
        assert!(
            !read(name).contains(PASSWORD) && !read(name).contains("m3@example.org"),
            "{name}"
        );
    }
    let again = typed(&arguments);
    assert_eq!(again.status.code(), Some(1));
    let said = text(&again.stderr);
    assert!(
        said.contains("is there already: name another one by --out, or leave --out out"),
        "{said}"
    );
    let beside: Vec<_> = fs::read_dir(site.folder.path())
        .expect("the folder")
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    assert!(
        beside
            .iter()
            .all(|name| !name.to_string_lossy().starts_with(".provkorning")),
        "{beside:?}"
    );
}

/// Without --out each trial of a day has a folder of its own.
#[test]
fn a_second_trial_of_a_day_has_a_folder_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let question = mail("m1@example.org", "Fråga", "q1@x", "");
    let mbox = folder.path().join("inbox.mbox");
    let lines = format!("From m1@example.org Mon Sep  7 07:12:00 2026\n{question}\n");
    fs::write(&mbox, lines).expect("a file");
    let mut made = Vec::new();
    for _ in 0..3 {
        let ended = Command::new(program())
            .args(["trial", "--address", "kf@kommunen.test", "--keep", "--mbox"])
            .arg(&mbox)
            .env_remove("SERVICELOFTE_CONFIG")
            .current_dir(folder.path())
            .output()
            .expect("the program runs");
        assert!(ended.status.success(), "{ended:?}");
        let told = text(&ended.stdout);
        let page = told.lines().last().expect("a line").to_owned();
        let page_there = folder.path().join(&page);
        assert!(page_there.exists(), "{told}");
        // The register that is kept has all of it.
        let register = rusqlite::Connection::open(page_there.with_file_name("register.db"));
        let count = "SELECT count(*) FROM log WHERE item IS NOT NULL";
        let lines: i64 = register
            .and_then(|register| register.query_row(count, [], |row| row.get(0)))
            .expect("a register");
        assert!(lines > 3, "logged, reminded, told, escalated: {lines}");
        made.push(page);
    }
    let first = made[0].trim_end_matches("/report.html");
    assert!(first.starts_with("provkorning-20"), "{first}");
    let expected = ["", "-2", "-3"].map(|end| format!("{first}{end}/report.html"));
    assert_eq!(made, expected);
}

/// The same months from files of an export.
#[test]
fn a_trial_reads_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut inbox = String::new();
    let mut sent = String::new();
    for n in 1..10 {
        let question = mail(
            &format!("m{n}@example.org"),
            "Fråga",
            &format!("q{n}@x"),
            "",
        );
        let _ = writeln!(
            inbox,
            "From m{n}@example.org Mon Sep  {n} 07:12:00 2026\n{question}"
        );
        let answer = mail(
            "kf@example.se",
            "SV: Fråga",
            &format!("a{n}@x"),
            &format!("In-Reply-To: <q{n}@x>\n"),
        );
        let answer = answer.replacen("To: kf@example.se", &format!("To: m{n}@example.org"), 1);
        let _ = writeln!(
            sent,
            "From kf@example.se Mon Sep  {n} 12:00:00 2026\n{answer}"
        );
    }
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a file");
        path.to_str().expect("a path").to_owned()
    };
    let (inbox, sent) = (file("Inkorgen.mbox", &inbox), file("Skickat.mbox", &sent));
    let out = folder.path().join("prov");
    let out = out.to_str().expect("a path");
    let common = [
        "trial",
        "--address",
        "kf@example.se",
        "--since",
        "2026-08-20",
        "--out",
        out,
        "--mbox",
        &inbox,
    ];
    let ended = typed(&[&common[..], &["--mbox", &sent]].concat());
    let told = text(&ended.stdout);
    assert!(ended.status.success(), "{told}{}", text(&ended.stderr));
    assert!(told.contains("svar syns i tid: 9 av 9"), "{told}");
    for (arguments, says) in [
        (
            &[
                "trial",
                "--address",
                "kf@example.se",
                "--mbox",
                "/nonexistent",
            ][..],
            "cannot be read",
        ),
        (&["trial", "--mbox", &inbox], "--address"),
        (
            &["trial", "--address", "kf", "--mbox", &inbox],
            "--address kf: write it like kf@kommun.se",
        ),
        (
            &["trial", "--address", "kf@example.se", "--mbox", "/usr"],
            "/usr cannot be read: it is no file in the mbox form",
        ),
        (
            &["trial", "--address", "kf@example.se", "--maildir", "/usr"],
            "/usr cannot be read: it is no folder in the Maildir form",
        ),
        (
            &[
                "trial",
                "--address",
                "kf@example.se",
                "--host",
                "localhost",
                "--password-file",
                &file("password", "hemligt"),
                "--ca-file",
                "nowhere.pem",
            ],
            "--ca-file nowhere.pem: must be a file that can be read: no such file",
        ),
        (
            &[
                "trial",
                "--address",
                "kf@example.se",
                "--since",
                "2999-01-01",
                "--mbox",
                &inbox,
            ],
            "not in the past",
        ),
    ] {
        let ended = typed(arguments);
        assert!(
            !ended.status.success() && text(&ended.stderr).contains(says),
            "{arguments:?}: {}",
            text(&ended.stderr)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_init_writes_passes_its_check() {
    let site = Site::quick().await;
    fill(&site);
    let file = site.folder.path().join("new.toml");
    let (path, smtp) = (
        file.to_str().expect("a path").to_owned(),
        site.post.port.to_string(),
    );
    let database = site.folder.path().join("db/new.db");
    let mut arguments: Vec<String> = [
        "init",
        "--address",
        "kf@kommunen.test",
        "--organisation",
        "Kommunen",
        "--operator",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.extend(
        [
            "drift@kommunen.test",
            "--smtp-host",
            "localhost",
            "--smtp-port",
            &smtp,
            "--out",
            &path,
        ]
        .map(str::to_owned),
    );
    arguments.extend([
        "--database".to_owned(),
        database.to_str().expect("a path").to_owned(),
    ]);
    arguments.extend(reach(&site));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = typed(&arguments);
    let told = text(&ended.stdout);
    assert!(ended.status.success(), "{told}{}", text(&ended.stderr));
    for line in [
        "logged in",
        "sent folder \"Skickat\"",
        "0 fault(s)",
        "Next:",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert_eq!(
        fs::metadata(&file).expect("the file").permissions().mode() & 0o777,
        0o640
    );
    let written = fs::read_to_string(&file).expect("the file");
    assert!(
        written.contains("citizens = \"shadow\"") && !written.contains(PASSWORD),
        "{written}"
    );
    let again = typed(&arguments);
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(
        fs::read_to_string(&file).expect("the file"),
        written,
        "it overwrites nothing"
    );
}

/// What root writes into the service's folder is for the service to read, the password too; and a
/// password that lies there already is reported before anything is asked.
#[tokio::test(flavor = "multi_thread")]
async fn what_root_writes_the_service_can_read() {
    let site = Site::quick().await;
    let folder = site.folder.path().join("etc");
    fs::create_dir(&folder).expect("a folder");
    // As /etc/servicelofte belongs to the service's group.
    if std::os::unix::fs::chown(&folder, None, Some(8)).is_err() {
        println!("skipped: only root can give a folder to a group");
        return;
    }
    let (file, smtp) = (folder.join("config.toml"), site.post.port.to_string());
    let path = file.to_str().expect("a path").to_owned();
    let database = site.folder.path().join("db/new.db");
    let mut arguments: Vec<String> = [
        "init",
        "--address",
        "kf@kommunen.test",
        "--organisation",
        "Kommunen",
    ]
    .iter()
    .chain(&[
        "--operator",
        "drift@kommunen.test",
        "--smtp-host",
        "localhost",
        "--smtp-port",
        &smtp,
        "--out",
        &path,
    ])
    .map(|word| (*word).to_owned())
    .collect();
    arguments.extend([
        "--database".to_owned(),
        database.to_str().expect("a path").to_owned(),
    ]);
    let reach = reach(&site);
    let typed_password = reach
        .iter()
        .position(|flag| flag == "--password-file")
        .expect("the flag");
    arguments.extend_from_slice(&reach[..typed_password]);
    let run = || {
        let mut command = Command::new(program());
        command
            .args(&arguments)
            .env_remove("SERVICELOFTE_CONFIG")
            .env_remove("RUST_LOG");
        command
            .stdin(fs::File::open(&reach[typed_password + 1]).expect("the password"))
            .output()
            .expect("it runs")
    };
    let ended = run();
    assert!(
        ended.status.success(),
        "{}{}",
        text(&ended.stdout),
        text(&ended.stderr)
    );
    let password = folder.join("imap-password");
    for file in [&file, &password] {
        let seen = fs::metadata(file).expect("the file");
        assert_eq!(
            (seen.gid(), seen.permissions().mode() & 0o777),
            (8, 0o640),
            "{}",
            file.display()
        );
    }
    fs::remove_file(&file).expect("it is removed");
    let again = run();
    assert_eq!(again.status.code(), Some(1));
    assert!(
        text(&again.stderr).contains("imap-password is there already: use it by --password-file"),
        "{again:?}"
    );
    assert!(!file.exists());
}

/// One mail to the mailbox itself; here a person carries it from the way out into the inbox.
#[tokio::test(flavor = "multi_thread")]
async fn check_sends_one_mail_and_says_what_came_of_it() {
    let site = Site::quick().await;
    site.once().succeeded();
    let config = site.its_own();
    let before = site.post.mails().len();
    let checking = std::thread::spawn(move || checked(&config));
    let sent = site.post.wait_for(before + 1).pop().expect("a mail");
    assert!(
        sent.field("X-Servicelofte")
            .is_some_and(|mark| mark.starts_with("check")),
        "{sent:?}"
    );
    assert_eq!(sent.to(), "kf@kommunen.test");
    site.deliver("INBOX", &sent.0, "2026-11-19 13:30");
    let (code, told) = checking.join().expect("it ends");
    assert_eq!(code, Some(0), "{told}");
    for line in [
        "kf: --send: arrived in \"INBOX\" after",
        "under its own Message-ID",
        "every header field of ours survived",
        "the server keeps no copy in Sent; the service does (save_sent = true)",
        "nothing was cleaned up",
    ] {
        assert!(told.contains(line), "{line}: {told}");
    }
    assert_eq!(site.post.mails().len(), before + 1);
}

fn checked(config: &Path) -> (Option<i32>, String) {
    let ended = process::finish(process::command(
        &[],
        program(),
        config,
        NOW,
        &["check", "--send"],
    ));
    (ended.code, format!("{}{}", ended.out, ended.err))
}

/// Mistakes that can be read, each with its line; one site, one mistake at a time.
#[tokio::test(flavor = "multi_thread")]
async fn mistakes_have_their_lines() {
    let site = Site::quick().await;
    let lines = |from: &str, to: &str| {
        let own = fs::read_to_string(site.its_own()).expect("a file");
        assert!(own.contains(from), "{from}");
        let file = site.folder.path().join("mistaken.toml");
        fs::write(&file, own.replacen(from, to, 1)).expect("a file");
        process::finish(process::command(
            &[],
            program(),
            &file,
            NOW,
            &["check", "--offline"],
        ))
    };
    for (from, to, says) in [
        (
            "\"Kommunen\"",
            "\"Exempelköpings kommun\"",
            "example: organisation.name",
        ),
        (
            "drift@kommunen.test",
            "drift@example.se",
            "example: service.operator",
        ),
        ("start = \"2026-11-01", "start = \"2027-11-01", "is to come"),
        (
            "skanner@kommunen.test",
            "kanslist@kommunen.test",
            "is the address of a member of staff",
        ),
        (
            "skanner@kommunen.test",
            "kf@kommunen.test",
            "is a mailbox's own address",
        ),
        (
            "skanner@kommunen.test",
            "@kommunen.test",
            "fits kf@kommunen.test, a mailbox's own address",
        ),
        (
            "[[staff]]",
            "[[channel]]\nfrom = [\"kanslist@kommunen.test\"]\n[[staff]]",
            "channel: kanslist@kommunen.test is the address of a member of staff",
        ),
        (
            "[[staff]]",
            "[[channel]]\nfrom = [\"@kommunen.test\"]\n[[staff]]",
            "channel: @kommunen.test fits kf@kommunen.test",
        ),
        (
            "email = \"kanslichef@kommunen.test\"",
            "email = \"kanslichef@kommunen.test\"\nreports_to = \"registrator\"",
            "report to each other in a circle",
        ),
        (
            "[[pledge]]\nname = \"email\"",
            "[[pledge]]\nname = \"again\"\nmatch = { from = [\"skanner@kommunen.test\"] }\ntime = { working_days = 2 }\n[[pledge]]\nname = \"email\"",
            "its match is that of letter",
        ),
        (
            "db/servicelofte.db",
            "nowhere/servicelofte.db",
            "does not exist",
        ),
        (
            "handler = \"registrator\"",
            "handler = \"registrator\"\nassign = [{ match = { subject = \"(?i)bygglov\" }, handler = \"kanslist\" }]",
            "example: mailbox kf: assign:",
        ),
        (
            "poll_seconds = 1",
            "poll_seconds = 1\npassword_file = \"gone\"",
            "give only one of",
        ),
    ] {
        let ended = lines(from, to);
        let told = format!("{}{}", ended.out, ended.err);
        assert!(
            told.lines().any(|line| line.contains(says)),
            "{says}: {told}"
        );
        assert!(
            ended.code == Some(1) || ended.code == Some(78),
            "{says}: {told}"
        );
    }
    // Without the right to read the password, what needs none is checked all the same.
    let offline = lines("password = \"Hemligt-9f3c7Zx\"", "password_file = \"gone\"");
    assert_eq!(offline.code, Some(0), "{offline:?}");
}
