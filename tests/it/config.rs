//! Configurations as operators write them, the exact lines that they are told, and the shell around the commands.

use servicelofte::config::{Config, MAX_CONFIG_SIZE, Secret, Security, known_keys};
use servicelofte::domain::pledge::{Moment, Span};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml");
/// Stands in every secret of the test data.
const SECRET: &str = "S3kret";

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/config").join(name)
}

fn lines(result: Result<Config, Vec<servicelofte::config::Fault>>) -> Vec<String> {
    match result {
        Ok(config) => {
            assert!(!format!("{config:?}").contains(SECRET), "a secret is shown");
            Vec::new()
        }
        Err(faults) => {
            assert!(!format!("{faults:?}").contains(SECRET), "a secret is shown: {faults:?}");
            faults.iter().map(ToString::to_string).collect()
        }
    }
}

/// A whole file gives exactly the lines of its `.expected`.
#[test]
fn files_give_exactly_these_faults() {
    let mut files: Vec<PathBuf> = fs::read_dir(data("")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    assert!(files.len() > 4, "the test data is gone");
    let folder = data("");
    let folder = folder.to_str().unwrap();
    let mut wrong = Vec::new();
    for file in files {
        let expected = fs::read_to_string(file.with_extension("expected")).unwrap();
        let got: String =
            lines(Config::load(&file)).into_iter().map(|line| line.replace(folder, "FOLDER/") + "\n").collect();
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
    assert_eq!(lines(Config::parse(&edited(edits), &data(""))), faults, "{edits:?}");
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
    assert_eq!(config.service.database, Path::new("/var/lib/servicelofte/servicelofte.db"));
    assert_eq!(config.service.alarm_after.as_secs(), 1800);
    let mailbox = &config.mailboxes[0];
    assert_eq!(mailbox.supervisor.as_deref(), Some("kanslichef"));
    assert_eq!((mailbox.imap.server.port, mailbox.imap.server.security), (993, Security::Tls));
    assert_eq!((mailbox.smtp.server.port, mailbox.smtp.server.security), (587, Security::StartTls));
    assert_eq!(mailbox.imap.inbox, ["INBOX"]);
    assert_eq!((&mailbox.imap.sent, mailbox.imap.poll.as_secs(), mailbox.smtp.save_sent), (&None, 60, true));
    let login = mailbox.smtp.server.login.as_ref().unwrap();
    assert_eq!((login.user.as_str(), login.password.reveal()), ("kf", "S3kret-ur-fil"), "one line end is cut off");
    let letter = &parsed(&[("time =", "letter = true\ntime =")]).pledges[0];
    assert_eq!((letter.reminder, letter.notice), (Some(moment("due-1 08:00")), Some(moment("due-1 08:00"))));
    let never = &parsed(&[("time =", "reminder = \"never\"\nnotice = \"never\"\ntime =")]).pledges[0];
    assert_eq!((never.reminder, never.notice), (None, None));
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
        ("notice = \"due-1 13:00\"", "pledge[0].notice = \"due-1 13:00\": must not be before the reminder (due 08:00)"),
        ("reminder = \"due 14:00\"", "pledge[0].reminder = \"due 14:00\": must not be after the notice (due 13:00)"),
        (
            "reminder = \"due-3 08:00\"",
            "pledge[0].reminder = \"due-3 08:00\": must not be more than 2 working days before the due date: the message has not arrived then",
        ),
        ("stamp = '(.*)'", "pledge[0].stamp = \"(.*)\": only a pledge with letter = true reads a stamp"),
        (
            "letter = true\nstamp = 'Ink'",
            "pledge[0].stamp = \"Ink\": must have a group around the date, such as (\\d{4}-\\d{2}-\\d{2})",
        ),
    ] {
        check(&[("time =", &format!("{line}\ntime ="))], &[fault]);
    }
    let zero = "pledge[0].time.working_days = 0: must be a whole number from 1 to 500";
    check(&[("working_days = 2", "working_days = 0")], &[zero]);
    check(
        &[("{ working_days = 2 }", "{}")],
        &["pledge[0].time: must hold exactly one of working_days, days, weeks, months"],
    );
}

#[test]
fn the_last_pledge_and_only_it_covers_everything() {
    let only = "match: the last pledge must have none, so that no message is without a pledge";
    let with_match = "name = \"email\"\nmatch = { to = [\"@example.se\"] }";
    check(&[("name = \"email\"", with_match)], &[&format!("pledge[0].{only}")]);
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
    let nobody = "mailbox[0].handler = \"registrator\": must report to somebody (reports_to) who has not left, or the \
                  mailbox needs a supervisor";
    check(&[("reports_to = \"kanslichef\"\n", "")], &[nobody]);
    check(&[("kanslichef@example.se\"", "kanslichef@example.se\"\nleft = true")], &[nobody]);
    let circle = ("kanslichef@example.se\"", "kanslichef@example.se\"\nleft = true\nreports_to = \"registrator\"");
    check(&[circle], &[nobody]);
    let supervisor = ("handler = \"registrator\"", "supervisor = \"kanslichef\"");
    let config = parsed(&[supervisor]);
    assert_eq!((&config.mailboxes[0].handler, config.mailboxes[0].supervisor.as_deref()), (&None, Some("kanslichef")));
    check(
        &[("handler = \"registrator\"\n", "")],
        &["mailbox[0].handler: missing; give a handler, or a supervisor who hears of every message"],
    );
}

#[test]
fn secrets_are_given_once_and_never_shown() {
    let given = "password_file = \"password\"";
    for (instead, fault) in [
        ("", "mailbox[0].imap.password_file: missing; give password_file, credential or password"),
        (
            "password = \"S3kret\"\ncredential = \"x\"",
            "mailbox[0].imap.credential: give only one of password and credential",
        ),
        ("password = \"\"", "mailbox[0].imap.password: must not be empty"),
        (
            "password = \"S3kret\\r\\nA1 LOGOUT\"",
            "mailbox[0].imap.password: must be one line, without control characters",
        ),
        ("password = [\"S3kret\"]", "mailbox[0].imap.password: must be a text in quotes"),
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
    assert_eq!(config.mailboxes[0].imap.server.login.as_ref().unwrap().password, Secret::new("S3kret åäö".to_owned()));
    assert!(format!("{config:?}").contains("[secret]"));
    assert!(!format!("{config:?}").contains(SECRET));
    let own = "host = \"smtp.example.se\"\nuser = \"relay\"\npassword = \"S3kret2\"";
    let config = parsed(&[("host = \"smtp.example.se\"", own)]);
    assert_eq!(config.mailboxes[0].smtp.server.login.as_ref().unwrap().user, "relay");
    let without = parsed(&[("host = \"smtp.example.se\"", "host = \"smtp.example.se\"\nlogin = false")]);
    assert_eq!(without.mailboxes[0].smtp.server.login, None);
    let whole = edited(&[]).split("[mailbox.imap]").next().unwrap().to_owned();
    let text = whole + "imap = \"imaps://kf:S3kret@imap.example.se\"\nsmtp = { host = \"localhost\" }\n";
    let told = lines(Config::parse(&text, Path::new("")));
    assert_eq!(told[0], "mailbox[0].imap: must be a table: [mailbox[0].imap] or { … }");
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
    assert_eq!(warned, [format!("mailbox[0].imap.password_file: {path} can be read by everybody; chmod o-r it")]);
    assert_eq!(config(b"S3kret", 0o600).unwrap().warnings, [""; 0]);
    for (password, why) in [
        (&b"\n"[..], format!("must not be empty: {path}")),
        (b"S3kret\n\n", format!("must be one line, without control characters: {path}")),
        (b"\xffS3kret", format!("must name a file that can be read: {path}: it is not UTF-8")),
        (&[b'a'; 4097], format!("must name a file that can be read: {path}: it is larger than 4096 bytes")),
    ] {
        assert_eq!(lines(config(password, 0o600)), [format!("mailbox[0].imap.password_file: {why}")]);
    }
    // A command that reaches no server needs no password, and must not be told that it may not read it.
    fs::remove_file(folder.path().join("password")).unwrap();
    assert!(Config::load(&folder.path().join("config.toml")).is_err());
    let config = Config::load_without_secrets(&folder.path().join("config.toml")).unwrap();
    assert_eq!(config.mailboxes[0].imap.server.login.as_ref().unwrap().password.reveal(), "");
    // A password in the configuration itself asks for the same care.
    let inline = edited(&[("password_file = \"password\"", "password = \"S3kret\"")]);
    let open = Config::load(&file("open.toml", inline.as_bytes(), 0o644)).unwrap().warnings;
    assert_eq!(open.len(), 1, "{open:?}");
    assert!(open[0].contains("open.toml: holds a password and can be read by everybody"), "{open:?}");
    assert_eq!(Config::load(&file("closed.toml", inline.as_bytes(), 0o600)).unwrap().warnings, [""; 0]);
}

#[test]
fn the_file_itself_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let check = |bytes: &[u8], expected: Option<&str>| {
        let path = folder.path().join("config.toml");
        fs::write(&path, bytes).unwrap();
        fs::write(folder.path().join("password"), SECRET).unwrap();
        let expected: Vec<String> =
            expected.map(|line| line.replacen("FILE", &path.display().to_string(), 1)).into_iter().collect();
        assert_eq!(lines(Config::load(&path)), expected);
    };
    let good = edited(&[]);
    check(good.as_bytes(), None);
    check(format!("\u{feff}{good}").as_bytes(), None);
    check(good.replace('\n', "\r\n").as_bytes(), None);
    check(b"# a\n# b \xe5\n", Some("FILE: line 2 is not UTF-8; save the file as UTF-8"));
    let large = format!("{good}#{}", "x".repeat(usize::try_from(MAX_CONFIG_SIZE).unwrap()));
    let help = "name the configuration by --config FILE or SERVICELOFTE_CONFIG";
    check(large.as_bytes(), Some(&format!("FILE: cannot be read: it is larger than 1048576 bytes; {help}")));
    let missing = folder.path().join("none.toml");
    let fault = format!("{}: cannot be read: no such file or directory; {help}", missing.display());
    assert_eq!(lines(Config::load(&missing)), [fault]);
}

/// The example with every setting that is switched off switched on.
fn whole_example() -> String {
    let example = fs::read_to_string(EXAMPLE).unwrap();
    let on = |line: &str| match line.strip_prefix('#') {
        Some(setting) if !setting.is_empty() && !setting.starts_with(' ') => setting.to_owned(),
        _ => line.to_owned(),
    };
    example.lines().map(|line| on(line) + "\n").collect()
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

/// Alternatives (`time = { days = 14 }`, a second `match`) repeat a key, so each line is tried as a document of its own.
#[test]
fn the_example_has_every_key_there_is() {
    let whole = whole_example();
    let mut unique = String::new();
    let mut alternatives = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    let mut heading = String::new();
    for line in whole.lines() {
        if line.starts_with('[') {
            heading = line.to_owned();
            seen.clear();
        }
        let key = line.split_once(" = ").map(|(key, _)| key).filter(|key| !key.starts_with([' ', '#']));
        if key.is_some_and(|key| !seen.insert(key.to_owned())) {
            alternatives.push(line.to_owned());
        } else {
            unique += line;
            unique.push('\n');
        }
    }
    assert!(!heading.is_empty());
    let known = known_keys(&unique);
    assert!(known.len() > 90, "only {} keys: {known:?}", known.len());
    let table: toml::Table = unique.parse().unwrap_or_else(|error| panic!("{error}"));
    let mut present = std::collections::BTreeSet::new();
    collect("", &toml::Value::Table(table), &mut present);
    let spread = alternatives.join("\n");
    let missing: Vec<&String> = known
        .iter()
        .filter(|path| !present.contains(*path))
        .filter(|path| {
            let key = path.rsplit('.').next().unwrap_or_default();
            !spread.contains(&format!("{key} = "))
        })
        .collect();
    assert!(missing.is_empty(), "the example lacks {missing:?}");
    let strange: Vec<&String> =
        present.iter().filter(|path| !known.contains(*path) && !path.contains("oauth2.")).collect();
    assert!(strange.is_empty(), "the parser does not know {strange:?}");
}

fn collect(path: &str, value: &toml::Value, into: &mut std::collections::BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                into.insert(path.clone());
                collect(&path, value, into);
            }
        }
        toml::Value::Array(entries) => entries.iter().for_each(|entry| collect(&format!("{path}[]"), entry, into)),
        _ => {}
    }
}

#[test]
fn a_bad_configuration_ends_with_78_and_its_faults() {
    let bad = data("people.toml");
    let expected = fs::read_to_string(bad.with_extension("expected")).unwrap();
    let ended = servicelofte(&["--config", bad.to_str().unwrap(), "calendar", "2026"]);
    assert_eq!((ended.status.code(), text(&ended.stdout)), (Some(78), String::new()));
    assert_eq!(text(&ended.stderr), expected);
    let missing = servicelofte(&["calendar", "2026", "--config", "/nonexistent/config.toml"]);
    assert_eq!(missing.status.code(), Some(78));
    assert!(text(&missing.stderr).starts_with("/nonexistent/config.toml: cannot be read: "));
    assert_eq!(text(&missing.stderr).lines().count(), 1);
}

/// By the environment too, and without any right to read the password.
#[test]
fn a_good_configuration_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, edited(&[])).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
        command.args(arguments).env("SERVICELOFTE_CONFIG", &path).env_remove("RUST_LOG").output().unwrap()
    };
    let due = run(&["due", "--pledge", "email", "2026-06-18T23:59:59+02:00", "--json"]);
    assert_eq!((due.status.code(), text(&due.stderr)), (Some(0), String::new()));
    let json: serde_json::Value = serde_json::from_slice(&due.stdout).unwrap();
    assert_eq!(json["due_date"], "2026-06-23");
    assert_eq!(run(&["calendar", "2026"]).status.code(), Some(0));
    let unknown = run(&["due", "--pledge", "none", "2026-06-18"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", text(&unknown.stderr));
}

fn servicelofte(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
    command.args(arguments).env_remove("SERVICELOFTE_CONFIG").env_remove("RUST_LOG").stdin(Stdio::null());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

#[test]
fn the_shell_answers_help_version_and_mistakes() {
    for (arguments, code, out, err) in [
        (&["--version"][..], 0, concat!("servicelofte ", env!("CARGO_PKG_VERSION")), ""),
        (&["--help"], 0, "Examples:", ""),
        (&["completions", "--help"], 0, "Examples:", ""),
        (&["completions", "bash"], 0, "_servicelofte", ""),
        (&[], 2, "", "Usage:"),
        (&["compleations"], 2, "", "completions"),
        (&["completions", "tcsh"], 2, "", "possible values"),
        (&["--nonsense"], 2, "", "--nonsense"),
    ] {
        let ended = servicelofte(arguments);
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}");
        assert!(text(&ended.stdout).contains(out), "{arguments:?}: {}", text(&ended.stdout));
        assert!(text(&ended.stderr).contains(err), "{arguments:?}: {}", text(&ended.stderr));
        assert_eq!(ended.stderr.is_empty(), code == 0, "{arguments:?}");
    }
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    for arguments in [&["completions", "zsh"][..], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
        let child = command.args(arguments).stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), text(&ended.stderr)), (Some(0), String::new()), "{arguments:?}");
    }
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
    let ended = command.args(["completions", "zsh"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(text(&ended.stderr).starts_with("cannot write the output: "), "{}", text(&ended.stderr));
}
