//! A backup that was taken while the daemon worked is restored: nothing is lost, and nothing is
//! sent twice.

use super::process::{self, NOW, wait_until};
use super::site::{Site, at, mail, program};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Wednesday 18 November 2026, 13:30 in Sweden, and a minute takes six seconds.
const BEFORE: &str = "@2026-11-18 12:30:00 x10";

/// Two days later, when later messages are due.
const AFTER: &str = "@2026-11-20 12:30:00";

/// How often each mail has arrived: by reader, kind and references.
fn sent(site: &Site) -> BTreeMap<(String, String, Vec<String>), usize> {
    let mut count = BTreeMap::new();
    for mail in site.post.mails() {
        let (kind, refs) = mail.kind();
        *count.entry((mail.to(), kind, refs)).or_default() += 1;
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "one case after the other")]
async fn a_restored_backup_sends_nothing_twice() {
    let site = Site::quick().await;
    let copy = site.folder.path().join("db/copy.db");
    let copy_name = copy.to_str().unwrap();
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Bussen", "q1@x", ""),
        "2026-11-16 09:12",
    );
    let daemon = site.daemon(BEFORE);
    wait_until("notice and reminder", || site.post.mails().len() >= 2);
    // Mail arrives all the while.
    std::thread::scope(|scope| {
        let dovecot = &site.dovecot;
        scope.spawn(move || {
            for number in 0..40 {
                let bulk = "Precedence: bulk\nList-Unsubscribe: <https://example.org/av>\n";
                let one = mail(
                    "nina@example.org",
                    &format!("Simhallen {number}"),
                    &format!("n{number}@x"),
                    bulk,
                );
                dovecot.deliver("user1", "INBOX", one.as_bytes(), "", at("2026-11-18 13:20"));
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        for _ in 0..4 {
            let ended = site.run(&["backup", copy_name]);
            ended.succeeded();
            assert!(ended.out.contains("kontrollerad och hel"), "{ended:?}");
            assert_eq!(
                fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
    });
    wait_until("all of them in the register", || {
        site.register().items() == 41
    });
    daemon.stop(Duration::from_secs(10)).succeeded();
    site.holds_no_secret();
    // What the copy does not know: an answer, another citizen's notice, and her handler's reminder.
    let answer = mail(
        "kf@example.se",
        "SV: Bussen",
        "a1@x",
        "In-Reply-To: <q1@x>\n",
    )
    .replace("To: kf@", "To: olle@");
    site.deliver(
        "Skickat",
        &answer.replace("olle@example.se", "olle@example.org"),
        "2026-11-18 14:30",
    );
    site.deliver(
        "INBOX",
        &mail("karin@example.org", "Vagen", "q2@x", ""),
        "2026-11-18 15:00",
    );
    site.run_at(AFTER, &["run", "--once"]).succeeded();
    wait_until("her notice", || {
        site.post
            .mails()
            .iter()
            .any(|mail| mail.to() == "karin@example.org")
    });
    assert!(
        site.register()
            .outbox()
            .iter()
            .all(|row| row.ends_with("sent 1"))
    );
    let before = sent(&site);

    // Restored as docs/operator.md says.
    fs::copy(&copy, site.database()).unwrap();
    for end in ["-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{end}", site.database().display()));
    }
    assert!(!site.register().knows("Vagen"), "the copy was taken before");
    for clock in [AFTER, "@2026-11-20 12:45:00"] {
        site.run_at(clock, &["run", "--once"]).succeeded();
        assert_eq!(site.register().items(), 42);
    }
    let after = sent(&site);
    for (mail, count) in &after {
        let (reader, kind, _) = mail;
        // What went to staff after the copy was taken may come once more; nothing else.
        let known = before.get(mail).copied().unwrap_or(0);
        let may = usize::from(
            reader == "registrator@example.se"
                && kind != "notice"
                && !mail.2.contains(&"SL-2026-00001".to_owned()),
        );
        assert!(
            *count <= known + may,
            "{mail:?}: {known} before, {count} now"
        );
        assert!(kind != "notice" || *count == 1, "{mail:?}: {count}");
    }
    assert!(before.keys().all(|mail| after.contains_key(mail)));
    assert_eq!(
        after.keys().filter(|(_, kind, _)| kind == "notice").count(),
        2
    );
    // And the notice that the copy did not know is in the log again.
    assert!(
        site.register()
            .history("Vagen")
            .contains(&"sent notice".to_owned()),
        "{:?}",
        site.register().history("Vagen")
    );
}

/// Bytes of a register whose copy takes a while.
const LARGE: usize = 400 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_broken_off_leaves_nothing() {
    let site = Site::quick().await;
    site.once().succeeded();
    let folder = tempfile::tempdir().unwrap();
    let (copy, part) = (
        folder.path().join("copy.db"),
        folder.path().join(".copy.db.part"),
    );
    site.run(&["backup", copy.to_str().unwrap()]).succeeded();
    let before = fs::read(&copy).unwrap();
    let register = rusqlite::Connection::open(site.database()).unwrap();
    register
        .execute_batch(&format!(
            "CREATE TABLE ballast (x); INSERT INTO ballast VALUES (zeroblob({LARGE}))"
        ))
        .unwrap();
    drop(register);
    for signal in ["INT", "TERM", "HUP"] {
        let mut command = process::command(
            &[],
            program(),
            &site.config(),
            NOW,
            &["backup", copy.to_str().unwrap()],
        );
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        wait_until("half a copy", || {
            fs::metadata(&part).is_ok_and(|part| part.len() > 1 << 20)
        });
        assert!(
            Command::new("kill")
                .args(["-s", signal, &child.id().to_string()])
                .status()
                .unwrap()
                .success()
        );
        let ended = child.wait().unwrap();
        assert!(
            ended.code().is_some_and(|code| code > 128),
            "{signal}: {ended:?}"
        );
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["copy.db"], "{signal}");
        assert!(
            fs::read(&copy).unwrap() == before,
            "{signal}: what had the name before is untouched"
        );
    }
}
