//! Configurations as operators write them, and the exact lines that they get.

mod common;
mod lease;
mod organisation;

use servicelofte::config::{Config, MAX_CONFIG_SIZE, Secret, Security, known_keys};
use servicelofte::domain::pledge::{Moment, Span};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml");
/// Stands in every secret of the test data.
const SECRET: &str = "S3kret";

pub(crate) fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/config")
        .join(name)
}

fn lines(result: Result<Config, Vec<servicelofte::config::Fault>>) -> Vec<String> {
    match result {
        Ok(config) => {
            assert!(!format!("{config:?}").contains(SECRET), "a secret is shown");
            Vec::new()
        }
        Err(faults) => {
            assert!(
                !format!("{faults:?}").contains(SECRET),
                "a secret is shown: {faults:?}"
            );
            faults.iter().map(ToString::to_string).collect()
        }
    }
}

/// A whole file gives exactly the lines of its `.expected`.
#[test]
fn files_give_exactly_these_faults() {
    let mut files: Vec<PathBuf> = fs::read_dir(data(""))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "toml")
    });
    assert!(files.len() > 4, "the test data is gone");
    let mut wrong = Vec::new();
    for file in files {
        let expected = fs::read_to_string(file.with_extension("expected")).unwrap();
        let got: String = lines(Config::load(&file))
            .into_iter()
            .map(|line| line + "\n")
            .collect();
        if got != expected {
            wrong.push(format!("{}:\n{got}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Edits the smallest configuration; every edit must change something.
fn edited(edits: &[(&str, &str)]) -> String {
    let good = fs::read_to_string(data("good.toml")).unwrap();
    edits.iter().fold(good, |text, (from, to)| {
        assert!(text.contains(from), "{from:?} is not in the text");
        text.replacen(from, to, 1)
    })
}

fn parsed(edits: &[(&str, &str)]) -> Config {
    let text = edited(edits);
    Config::parse(&text, &data("")).unwrap_or_else(|faults| panic!("{faults:?} in\n{text}"))
}

fn check(edits: &[(&str, &str)], faults: &[&str]) {
    assert_eq!(
        lines(Config::parse(&edited(edits), &data(""))),
        faults,
        "{edits:?}"
    );
}

#[test]
fn defaults_are_the_products() {
    let config = parsed(&[]);
    let moment = |text| Moment::parse(text).unwrap();
    let pledge = &config.pledges[0];
    assert_eq!(pledge.reminder, Some(moment("due 08:00")));
    assert_eq!(pledge.notice, Some(moment("due 13:00")));
    assert_eq!(pledge.escalation, [moment("due+1 08:00")]);
    assert_eq!(pledge.promise, Span::WorkingDays(10));
    assert_eq!(config.calendar.zone, chrono_tz::Europe::Stockholm);
    assert_eq!(
        config.service.database,
        Path::new("/var/lib/servicelofte/servicelofte.db")
    );
    assert_eq!(config.service.alarm_after.as_secs(), 1800);
    let mailbox = &config.mailboxes[0];
    assert_eq!(mailbox.supervisor.as_deref(), Some("kanslichef"));
    assert_eq!(
        (mailbox.imap.server.port, mailbox.imap.server.security),
        (993, Security::Tls)
    );
    assert_eq!(
        (mailbox.smtp.server.port, mailbox.smtp.server.security),
        (587, Security::StartTls)
    );
    assert_eq!(mailbox.imap.inbox, ["INBOX"]);
    assert_eq!(
        (
            &mailbox.imap.sent,
            mailbox.imap.poll.as_secs(),
            mailbox.smtp.save_sent
        ),
        (&None, 60, true)
    );
    assert!(mailbox.smtp.own_copy, "Sent is ours to fill");
    for (lines, own_copy) in [
        ("save_sent = false", false),
        ("own_copy = false", false),
        ("save_sent = false\nown_copy = true", true),
    ] {
        let smtp = format!("host = \"smtp.example.se\"\n{lines}");
        assert_eq!(
            parsed(&[("host = \"smtp.example.se\"", &smtp)]).mailboxes[0]
                .smtp
                .own_copy,
            own_copy,
            "{lines}"
        );
    }
    let login = mailbox.smtp.server.login.as_ref().unwrap();
    assert_eq!(
        (login.user.as_str(), login.password().unwrap().reveal()),
        ("kf", "S3kret-ur-fil"),
        "one line end is cut off"
    );
    let letter = &parsed(&[("time =", "letter = true\ntime =")]).pledges[0];
    assert_eq!(
        (letter.reminder, letter.notice),
        (Some(moment("due-1 08:00")), Some(moment("due-1 08:00")))
    );
    let never =
        &parsed(&[("time =", "reminder = \"never\"\nnotice = \"never\"\ntime =")]).pledges[0];
    assert_eq!((never.reminder, never.notice), (None, None));
}

#[test]
fn settings_of_other_kinds_are_checked() {
    let long = format!("advice = \"{}\"", "x".repeat(301));
    for (line, fault) in [
        (
            "text = \"komplaint\"",
            "pledge[0].text = \"komplaint\": must be usual, complaint, records, decision; did you",
        ),
        (
            "letter = true\ntext = \"records\"",
            "pledge[0].text = \"records\": a letter's notice is printed and posted",
        ),
        (
            "letter = true\ntell_new_date = true",
            "pledge[0].tell_new_date = true: a letter's notice is printed and posted",
        ),
        (
            "handler = \"registratorn\"",
            "pledge[0].handler = \"registratorn\": must be the id of a [[staff]]",
        ),
        (
            "handler = [\"registrator\", \"registratorn\"]",
            "pledge[0].handler[1] = \"registratorn\": must be the id of a [[staff]]",
        ),
        (
            "kept_by = \"answr\"",
            "pledge[0].kept_by = \"answr\": must be answer, contact, decision, release, note; did you mean \"answer\"?",
        ),
        (
            "advice = \"\"",
            "pledge[0].advice = \"\": must not be empty",
        ),
        (&long, "pledge[0].advice = "),
    ] {
        let told = lines(Config::parse(
            &edited(&[("time =", &format!("{line}\ntime ="))]),
            &data(""),
        ));
        assert!(
            told.len() == 1 && told[0].starts_with(fault),
            "{line} gives {told:#?}"
        );
    }
    let same_day = [(
        "time = { working_days = 2 }",
        "set_start = true\ntime = { working_days = 0 }",
    )];
    check(
        &same_day,
        &["pledge[0].set_start = true: the same working day as the arrival has no other start"],
    );
    let left = [
        ("time =", "handler = \"registrator\"\ntime ="),
        ("name = \"Anna Exempel\"", "name = \"Anna\"\nleft = true"),
    ];
    let told = lines(Config::parse(&edited(&left), &data("")));
    assert!(
        told.iter()
            .any(|told| told.contains("pledge[0].handler") && told.contains("has not left")),
        "{told:#?}"
    );
}

/// Every pledge that the example offers, switched on together, in its place; and which messages are
/// whose.
#[test]
fn the_examples_other_pledges_work_as_they_stand() {
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    fs::write(&password, SECRET).unwrap();
    let example = fs::read_to_string(EXAMPLE).unwrap();
    let text = example.replace(
        "/etc/servicelofte/imap-password",
        password.to_str().unwrap(),
    );
    let last = "# The last pledge of each mailbox";
    let text = text.replace(
        last,
        &format!("{}{last}", crate::world::settings::kinds_of_the_example()),
    );
    let config = Config::parse(&text, folder.path()).unwrap_or_else(|faults| panic!("{faults:?}"));
    let names: Vec<&str> = config
        .pledges
        .iter()
        .map(|pledge| pledge.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "letter",
            "records",
            "minutes",
            "overdue-decision",
            "complaint",
            "callback",
            "decision",
            "email"
        ]
    );
    for (from, subject, expected) in [
        ("anna@example.com", "Begäran om allmän handling", "records"),
        (
            "anna@example.com",
            "Allmänna handlingar om avloppet",
            "records",
        ),
        ("anna@example.com", "vill ta del av en handling", "records"),
        (
            "anna@example.com",
            "Begäran enligt 12 § förvaltningslagen",
            "overdue-decision",
        ),
        (
            "anna@example.com",
            "Begäran enligt förvaltningslagen 12 §",
            "overdue-decision",
        ),
        (
            "anna@example.com",
            "Begäran om att ni avgör mitt ärende",
            "overdue-decision",
        ),
        ("namnden@example.net", "Protokoll 2026-11-10", "minutes"),
        ("anna@example.com", "Fråga om protokoll", "email"),
        ("anna@example.com", "KLAGOMÅL", "complaint"),
        ("anna@example.com", "Synpunkter på snöröjning", "complaint"),
        ("vaxel@example.se", "Ring Anna", "callback"),
        ("anna@example.com", "Ansökan om bygglov", "decision"),
        ("anna@example.com", "Fråga om bygglov", "email"),
        ("anna@example.com", "En handling i det nya dramat", "email"),
    ] {
        let raw = format!("From: {from}\r\nSubject: {subject}\r\n\r\n");
        let message = servicelofte::mail::parse::message(raw.as_bytes());
        let pledge = config
            .pledges
            .iter()
            .find(|pledge| pledge.matches.fits(&message, "INBOX"))
            .unwrap();
        assert_eq!(pledge.name, expected, "{subject}");
    }
}

#[test]
fn a_pledge_that_nobody_can_keep_is_refused() {
    for (line, fault) in [
        (
            "escalation = [\"due 16:00\"]",
            "pledge[0].escalation[0] = \"due 16:00\": must be after the due date, such as due+1 08:00: until then nothing is overdue",
        ),
        (
            "escalation = [\"due+3 08:00\", \"due+1 08:00\"]",
            "pledge[0].escalation = […]: must have its moments in ascending order",
        ),
        (
            "reminder = \"due+1 08:00\"\nnotice = \"never\"",
            "pledge[0].reminder = \"due+1 08:00\": must be on the due date or before it: after that the pledge is broken",
        ),
        (
            "notice = \"due+1 08:00\"",
            "pledge[0].notice = \"due+1 08:00\": must be on the due date or before it: after that the pledge is broken",
        ),
        (
            "notice = \"due-1 13:00\"",
            "pledge[0].notice = \"due-1 13:00\": must not be before the reminder (due 08:00)",
        ),
        (
            "reminder = \"due 14:00\"",
            "pledge[0].reminder = \"due 14:00\": must not be after the notice (due 13:00)",
        ),
        (
            "reminder = \"due-3 08:00\"",
            "pledge[0].reminder = \"due-3 08:00\": must not be more than 2 working days before the due date: the message has not arrived then",
        ),
        (
            "stamp = '(.*)'",
            "pledge[0].stamp = \"(.*)\": only a pledge with letter = true reads a stamp",
        ),
        (
            "letter = true\nstamp = 'Ink'",
            "pledge[0].stamp = \"Ink\": must have a group around the date, such as (\\d{4}-\\d{2}-\\d{2})",
        ),
    ] {
        check(&[("time =", &format!("{line}\ntime ="))], &[fault]);
    }
    let zero = "pledge[0].time.days = 0: must be a whole number from 1 to 730";
    check(&[("working_days = 2", "days = 0")], &[zero]);
    assert_eq!(
        parsed(&[("working_days = 2", "working_days = 0")]).pledges[0].time,
        Span::WorkingDays(0)
    );
    check(
        &[("{ working_days = 2 }", "{}")],
        &["pledge[0].time: must hold exactly one of working_days, days, weeks, months"],
    );
}

#[test]
fn the_last_pledge_and_only_it_covers_everything() {
    let only = "match: the last pledge must have none, so that no message is without a pledge";
    let with_match = "name = \"email\"\nmatch = { to = [\"@example.se\"] }";
    check(
        &[("name = \"email\"", with_match)],
        &[&format!("pledge[0].{only}")],
    );
    let second = "[[pledge]]\nname = \"email\"\ntime = { days = 1 }\n\n[[staff]]";
    check(
        &[("[[staff]]", second)],
        &[
            "pledge[0].match: missing; only the last pledge covers everything else, those after it would never be used",
            "pledge[1].name = \"email\": stands twice; each pledge needs its own name",
        ],
    );
}

#[test]
fn somebody_hears_of_every_message() {
    let nobody = "mailbox[0].handler = \"registrator\": must report to someone (reports_to) who has not left, or the \
                  mailbox needs a supervisor";
    check(&[("reports_to = \"kanslichef\"\n", "")], &[nobody]);
    check(
        &[(
            "kanslichef@example.se\"",
            "kanslichef@example.se\"\nleft = true",
        )],
        &[nobody],
    );
    let circle = (
        "kanslichef@example.se\"",
        "kanslichef@example.se\"\nleft = true\nreports_to = \"registrator\"",
    );
    check(&[circle], &[nobody]);
    check(
        &[(
            "handler = \"registrator\"",
            "handler = \"kanslichef\"\nsupervisor = \"kanslichef\"",
        )],
        &[
            "mailbox[0].supervisor = \"kanslichef\": must be someone else than the handler, who reports to no one",
        ],
    );
    let rule = "handler = \"registrator\"\nassign = [{ match = { subject = \"x\" }, handler = \"kanslichef\" }]";
    let warnings = parsed(&[("handler = \"registrator\"", rule)]).warnings;
    let late = "mailbox[0]: \"kanslichef\" has items and reports to no one: only the operator hears when they are late";
    assert!(
        warnings.iter().any(|warning| warning == late),
        "{warnings:?}"
    );
    let warnings = parsed(&[(
        "registrator@example.se\"",
        "registrator@example.se\"\nleft = true",
    )])
    .warnings;
    let left =
        "mailbox[0]: \"registrator\" has left and has no deputy; the supervisor hears of it all";
    assert!(
        warnings.iter().any(|warning| warning == left),
        "{warnings:?}"
    );
    let stands_in = (
        "registrator@example.se\"",
        "registrator@example.se\"\nleft = true\ndeputy = \"kanslichef\"",
    );
    let warnings = parsed(&[stands_in]).warnings;
    let left = "mailbox[0]: \"registrator\" has left, and is still given items, which \"kanslichef\" has; name someone \
                who is here in handler and assign";
    assert!(
        warnings.iter().any(|warning| warning == left),
        "{warnings:?}"
    );
    let supervisor = ("handler = \"registrator\"", "supervisor = \"kanslichef\"");
    let config = parsed(&[supervisor]);
    assert_eq!(
        (
            &config.mailboxes[0].handler,
            config.mailboxes[0].supervisor.as_deref()
        ),
        (&None, Some("kanslichef"))
    );
    check(
        &[("handler = \"registrator\"\n", "")],
        &[
            "mailbox[0].handler: missing; give a handler, or a supervisor who hears of every message",
        ],
    );
}

#[test]
fn secrets_are_given_once_and_never_shown() {
    let given = "password_file = \"password\"";
    for (instead, fault) in [
        (
            "",
            "mailbox[0].imap.password_file: missing; give password_file, credential, password or oauth2",
        ),
        (
            "password = \"S3kret\"\ncredential = \"x\"",
            "mailbox[0].imap.credential: give only one of password, credential",
        ),
        (
            "password = \"\"",
            "mailbox[0].imap.password: must not be empty",
        ),
        (
            "password = \"S3kret\\r\\nA1 LOGOUT\"",
            "mailbox[0].imap.password: must be one line, without control characters",
        ),
        (
            "password = [\"S3kret\"]",
            "mailbox[0].imap.password: must be a text in quotes",
        ),
        (
            "credential = \"../S3kret\"",
            "mailbox[0].imap.credential: must be the name of a systemd credential, such as \"imap\"",
        ),
        (
            "credential = \"imap\"",
            "mailbox[0].imap.credential: needs systemd with LoadCredential= or SetCredential=: $CREDENTIALS_DIRECTORY is not set",
        ),
    ] {
        check(&[(given, instead)], &[fault]);
    }
    let config = parsed(&[(given, "password = \"S3kret åäö\"")]);
    assert_eq!(
        config.mailboxes[0]
            .imap
            .server
            .login
            .as_ref()
            .unwrap()
            .password(),
        Some(&Secret::new("S3kret åäö".to_owned()))
    );
    assert!(format!("{config:?}").contains("[secret]"));
    assert!(!format!("{config:?}").contains(SECRET));
    let own = "host = \"smtp.example.se\"\nuser = \"relay\"\npassword = \"S3kret2\"";
    let config = parsed(&[("host = \"smtp.example.se\"", own)]);
    assert_eq!(
        config.mailboxes[0].smtp.server.login.as_ref().unwrap().user,
        "relay"
    );
    let without = parsed(&[(
        "host = \"smtp.example.se\"",
        "host = \"smtp.example.se\"\nlogin = false",
    )]);
    assert_eq!(without.mailboxes[0].smtp.server.login, None);
    let whole = edited(&[])
        .split("[mailbox.imap]")
        .next()
        .unwrap()
        .to_owned();
    let text =
        whole + "imap = \"imaps://kf:S3kret@imap.example.se\"\nsmtp = { host = \"localhost\" }\n";
    let told = lines(Config::parse(&text, Path::new("")));
    assert_eq!(
        told[0],
        "mailbox[0].imap: must be a table: [mailbox.imap] or imap = { … }"
    );
}

/// A parser that explains a mistake by drawing the line would draw the password.
#[test]
fn a_slip_in_a_secrets_line_does_not_show_it() {
    for line in [
        "password = S3kret",
        "password = \"S3kret",
        "password = 'S3kret",
        "password = \"\"\"S3kret",
        "password = \"S3kret\\q\"",
        "password = \"S3kret\"S3kret\"",
        "password = \"S3kret\" \"S3kret\"",
        "password = [\"S3kret\"",
        "password = { S3kret }",
        "password : S3kret",
        "password S3kret",
        "password = \"S3kret\"\npassword = \"S3kret\"",
        "password = 2026-13-01S3kret",
        "password = 0xS3kret",
        "password = \"S3kret\u{1}\"",
        "passwd = \"S3kret\"",
        "password_file = \"S3kret\"",
        "credential = \"S3kret\"",
        "imap = { password = \"S3kret\" }",
        "password.value = \"S3kret\"",
        "password_file = \"\"\npassword = \"S3kret\"",
    ] {
        let text = edited(&[("password_file = \"password\"", line)]);
        let told = lines(Config::parse(&text, &data("")));
        assert!(!told.is_empty(), "{line} is taken");
        assert!(!told.iter().any(|told| told.contains(SECRET)), "{told:?}");
    }
}

#[test]
fn files_of_secrets_are_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8], mode: u32| {
        use std::os::unix::fs::PermissionsExt;
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        path
    };
    let config = |password: &[u8], mode: u32| {
        file("password", password, mode);
        Config::load(&file("config.toml", edited(&[]).as_bytes(), 0o644))
    };
    let warned = config(b"S3kret\r\n", 0o644).unwrap().warnings;
    let path = folder.path().join("password");
    let path = path.display();
    assert_eq!(
        warned,
        [format!(
            "mailbox[0].imap.password_file: {path} can be read by everyone; chmod o-r it"
        )]
    );
    assert_eq!(config(b"S3kret", 0o600).unwrap().warnings, [""; 0]);
    for (password, why) in [
        (&b"\n"[..], "the file must not be empty"),
        (
            b"S3kret\n\n",
            "the file must be one line, without control characters",
        ),
        (
            b"\xffS3kret",
            "must name a file that can be read: it is not UTF-8",
        ),
        (
            &[b'a'; 4097],
            "must name a file that can be read: it is larger than 4096 bytes",
        ),
    ] {
        assert_eq!(
            lines(config(password, 0o600)),
            [format!("mailbox[0].imap.password_file: {why}")]
        );
    }
    // A command that reaches no server needs no password, and must not get the fault that it may
    // not read it.
    fs::remove_file(folder.path().join("password")).unwrap();
    assert!(Config::load(&folder.path().join("config.toml")).is_err());
    let config = Config::load_without_secrets(&folder.path().join("config.toml")).unwrap();
    assert_eq!(
        config.mailboxes[0]
            .imap
            .server
            .login
            .as_ref()
            .unwrap()
            .password()
            .unwrap()
            .reveal(),
        ""
    );
    // A password in the configuration itself asks for the same care.
    let inline = edited(&[("password_file = \"password\"", "password = \"S3kret\"")]);
    let open = Config::load(&file("open.toml", inline.as_bytes(), 0o644))
        .unwrap()
        .warnings;
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(
        open[0].contains("open.toml: holds a password and can be read by everyone"),
        "{open:?}"
    );
    assert_eq!(
        Config::load(&file("closed.toml", inline.as_bytes(), 0o600))
            .unwrap()
            .warnings,
        [""; 0]
    );
}

#[test]
fn the_file_itself_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let check = |bytes: &[u8], expected: Option<&str>| {
        let path = folder.path().join("config.toml");
        fs::write(&path, bytes).unwrap();
        fs::write(folder.path().join("password"), SECRET).unwrap();
        let expected: Vec<String> = expected
            .map(|line| line.replacen("FILE", &path.display().to_string(), 1))
            .into_iter()
            .collect();
        assert_eq!(lines(Config::load(&path)), expected);
    };
    let good = edited(&[]);
    check(good.as_bytes(), None);
    check(format!("\u{feff}{good}").as_bytes(), None);
    check(good.replace('\n', "\r\n").as_bytes(), None);
    check(
        b"# a\n# b \xe5\n",
        Some("FILE: line 2 is not UTF-8; save the file as UTF-8"),
    );
    let large = format!(
        "{good}#{}",
        "x".repeat(usize::try_from(MAX_CONFIG_SIZE).unwrap())
    );
    let help = "name the configuration by --config FILE or SERVICELOFTE_CONFIG";
    check(
        large.as_bytes(),
        Some(&format!(
            "FILE: cannot be read: it is larger than 1048576 bytes; {help}"
        )),
    );
    let missing = folder.path().join("none.toml");
    let fault = format!(
        "{}: cannot be read: no such file or directory; `servicelofte init` writes a first one; or {help}",
        missing.display()
    );
    assert_eq!(lines(Config::load(&missing)), [fault]);
}

/// Each line of the file is checked as a table of the configuration is, and named by its place.
#[test]
fn staff_may_come_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let example = fs::read_to_string(EXAMPLE)
        .unwrap()
        .replace("#staff_file", "staff_file");
    let password = folder.path().join("password");
    fs::write(&password, SECRET).unwrap();
    let text = example.replace(
        "/etc/servicelofte/imap-password",
        password.to_str().unwrap(),
    );
    let told = |csv: &[u8]| {
        fs::write(folder.path().join("staff.csv"), csv).unwrap();
        Config::parse(&text, folder.path())
    };
    let excel = b"id;name;email;reports_to;works\r\nosten;\xd6sten \xc5berg;osten@example.se;kanslichef;mon,tue\r\n";
    let config = told(excel).unwrap_or_else(|faults| panic!("{faults:?}"));
    let osten = config.staff.get("osten").expect("a member of staff");
    assert_eq!(
        (&*osten.name, osten.reports_to.as_deref()),
        ("\u{d6}sten \u{c5}berg", Some("kanslichef"))
    );
    for (csv, fault) in [
        (
            &b"id,name,email\nny,Ny,ny\n"[..],
            "staff.csv:2.email = \"ny\": ",
        ),
        (
            b"id,name,email\nregistrator,Ny,ny@example.se\n",
            "staff.csv:2.id = \"registrator\": stands twice",
        ),
        (
            b"id,name,email,deputy\nny,Ny,ny@example.se,ingen\n",
            "staff.csv:2.deputy = \"ingen\": ",
        ),
        (b"id,name\nny,Ny\n", "staff.csv:2.email: missing"),
        (
            b"id,namn\nny,Ny\n",
            "service.staff_file = \"staff.csv\": has a column \"namn\"",
        ),
    ] {
        let faults = lines(told(csv));
        assert!(
            faults.iter().any(|line| line.contains(fault)),
            "{fault}: {faults:?}"
        );
    }
    fs::remove_file(folder.path().join("staff.csv")).unwrap();
    let faults = Config::parse(&text, folder.path()).unwrap_err();
    assert!(
        faults[0].passes() && faults[0].key == "service.staff_file",
        "time may mend it: {faults:?}"
    );
}

#[test]
fn the_example_works_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    fs::write(&password, SECRET).unwrap();
    let example = fs::read_to_string(EXAMPLE).unwrap();
    let named = "/etc/servicelofte/imap-password";
    assert!(example.contains(named));
    let text = example.replace(named, password.to_str().unwrap());
    let config = Config::parse(&text, folder.path()).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(config.pledges.len(), 2);
    assert_eq!(config.mailboxes[0].assign[0].handler, "kanslist");
}

/// The example with every setting switched on. Alternatives repeat a key within a table
/// (`time = { days = 14 }`), which TOML forbids, so there are several texts: the `nth` takes the
/// `nth` of each, or the last.
fn whole_example(nth: usize) -> String {
    let example = fs::read_to_string(EXAMPLE).unwrap();
    let mut table = 0;
    let mut settings: Vec<(usize, &str, String)> = Vec::new();
    for line in example.lines() {
        let line = line
            .strip_prefix('#')
            .filter(|rest| !rest.is_empty() && !rest.starts_with(' '))
            .unwrap_or(line);
        match line.split_once(" = ") {
            _ if line.starts_with('#') || line.is_empty() => {}
            _ if line.starts_with('[') => {
                table += 1;
                settings.push((table, "", line.to_owned()));
            }
            Some((key, _)) if !key.starts_with(' ') => settings.push((table, key, line.to_owned())),
            // The rest of a value of several lines.
            _ => settings.last_mut().unwrap().2 += line,
        }
    }
    let same = |a: &(usize, &str, String), b: &(usize, &str, String)| (a.0, a.1) == (b.0, b.1);
    let taken = settings.iter().enumerate().filter(|(i, setting)| {
        let before = settings[..*i]
            .iter()
            .filter(|other| same(other, setting))
            .count();
        let all = settings.iter().filter(|other| same(other, setting)).count();
        before == nth.min(all - 1)
    });
    taken.map(|(_, setting)| setting.2.clone() + "\n").collect()
}

#[test]
fn the_example_has_every_key_there_is() {
    let (mut known, mut present) = (BTreeSet::new(), BTreeSet::new());
    for nth in 0..5 {
        let text = whole_example(nth);
        known.extend(known_keys(&text));
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{error}"));
        collect("", &toml::Value::Table(table), &mut present);
    }
    assert!(known.len() > 90, "only {} keys: {known:?}", known.len());
    // The same table as imap's, so that the example shows it once.
    let again = |key: &&String| key.contains("smtp.oauth2.");
    let missing: Vec<&String> = known
        .difference(&present)
        .filter(|key| !again(key))
        .collect();
    assert!(missing.is_empty(), "the example lacks {missing:?}");
    let strange = present.difference(&known).collect::<Vec<_>>();
    assert!(strange.is_empty(), "the parser does not know {strange:?}");
}

/// Any value in the place of another kind: a fault at that very key, never a panic, never silence.
#[test]
fn every_key_refuses_what_it_cannot_be() {
    let wrong: toml::Value =
        toml::Value::Array(vec![toml::Value::Array(vec![toml::Value::Float(0.5)])]);
    let mut tried = BTreeSet::new();
    for nth in 0..5 {
        let whole: toml::Table = whole_example(nth).parse().unwrap();
        let mut places = Vec::new();
        pointers(
            &toml::Value::Table(whole.clone()),
            &mut Vec::new(),
            &mut places,
        );
        for place in places {
            let mut document = toml::Value::Table(whole.clone());
            let mut path = String::new();
            let mut at = &mut document;
            for step in &place {
                path = match step.parse::<usize>() {
                    Ok(_) => format!("{path}[{step}]"),
                    Err(_) if path.is_empty() => step.clone(),
                    Err(_) => format!("{path}.{step}"),
                };
                at = match at {
                    toml::Value::Array(entries) => &mut entries[step.parse::<usize>().unwrap()],
                    table => table.get_mut(step).unwrap(),
                };
            }
            if !tried.insert(path.clone()) {
                continue;
            }
            *at = wrong.clone();
            let told = lines(Config::parse(
                &toml::to_string(&document).unwrap(),
                Path::new(""),
            ));
            let fits = |told: &String| {
                told.strip_prefix(&path)
                    .is_some_and(|rest| rest.starts_with([' ', ':', '[']))
            };
            assert!(told.iter().any(fits), "{path} gives {told:#?}");
        }
    }
    assert!(tried.len() > 130, "only {tried:?}");
}

/// The steps to every value below `value`: keys, and numbers in lists.
fn pointers(value: &toml::Value, at: &mut Vec<String>, into: &mut Vec<Vec<String>>) {
    let below: Vec<(String, &toml::Value)> = match value {
        toml::Value::Table(table) => table
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        toml::Value::Array(entries) => entries
            .iter()
            .enumerate()
            .map(|(i, value)| (i.to_string(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (step, value) in below {
        at.push(step);
        into.push(at.clone());
        pointers(value, at, into);
        at.pop();
    }
}

fn collect(path: &str, value: &toml::Value, into: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                into.insert(path.clone());
                collect(&path, value, into);
            }
        }
        toml::Value::Array(entries) => entries
            .iter()
            .for_each(|entry| collect(&format!("{path}[]"), entry, into)),
        _ => {}
    }
}
