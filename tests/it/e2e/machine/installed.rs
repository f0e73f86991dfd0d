//! From the package to the first logged message, in the commands that the README says; then what a
//! board more and a night's backup take.

use super::{Town, UNIT, mail, package};
use crate::e2e::process::wait_until;
use servicelofte::daemon::SystemClock;
use servicelofte::ports::Clock;
use std::fs;
use std::path::Path;
use std::time::Instant;

const BACKUP: &str = "servicelofte-backup.service";
const SECOND: &str = "servicelofte@andra.service";

/// Three commands, and one answer by a flag for each question that `init` asks.
#[tokio::test(flavor = "multi_thread")]
async fn three_commands_bring_the_first_message() {
    let Some(town) = Town::boot().await else {
        return;
    };
    let machine = &town.machine;
    fs::remove_file(town.etc.path().join("config.toml")).expect("it was there");
    let deb = package(town.etc.path());
    let deb = Path::new("/etc/servicelofte/debian").join(deb.file_name().expect("a name"));
    let begun = Instant::now();
    machine.does(&["dpkg", "--install", deb.to_str().expect("a path")]);
    let owned = ["/etc/servicelofte/imap", "/etc/servicelofte/ca.pem"];
    machine.does(&[&["chown", "root:servicelofte"][..], &owned].concat());
    let (imap, smtp) = (
        town.dovecot.tls_port.to_string(),
        town.post.port.to_string(),
    );
    let init = [
        ("--host", "localhost"),
        ("--port", &imap),
        ("--security", "tls"),
        ("--ca-file", "/etc/servicelofte/ca.pem"),
        ("--user", "user1"),
        ("--password-file", "/etc/servicelofte/imap"),
        ("--address", "kf@kommunen.test"),
        ("--organisation", "Ekeby kommun"),
        ("--operator", "drift@kommunen.test"),
        ("--smtp-host", "localhost"),
        ("--smtp-port", &smtp),
    ];
    let flags: Vec<&str> = init
        .iter()
        .flat_map(|(flag, value)| [*flag, *value])
        .collect();
    let told = machine.does(&[&["servicelofte", "init"][..], &flags].concat());
    assert!(told.contains("0 fault(s)"), "{told}");
    machine.does(&["systemctl", "enable", "--now", UNIT]);
    town.wait("StatusText", |status| status.contains("read at"));
    // What came before the start is history.
    let text = mail("nina@example.org", "Simhallen", "q1@x", "");
    let now = SystemClock.now();
    town.dovecot
        .deliver("user1", "INBOX", text.as_bytes(), "", now);
    wait_until("the first message", || town.list().contains("Simhallen"));
    println!(
        "from the package to the first logged message: 3 commands, {} answers, {:.0} s",
        init.len(),
        begun.elapsed().as_secs_f64()
    );
    assert_eq!(town.property("ActiveState"), "active");
    backs_up_and_tells_when_it_cannot(&town);
    serves_a_second_board(&town);
}

/// The timer's unit keeps a copy beside the running service; one that cannot is told by mail.
fn backs_up_and_tells_when_it_cannot(town: &Town) {
    let machine = &town.machine;
    machine.does(&["systemctl", "enable", "--now", "servicelofte-backup.timer"]);
    let timers = machine.does(&["systemctl", "list-timers", "--no-pager"]);
    assert!(timers.contains("servicelofte-backup.timer"), "{timers}");
    machine.does(&["systemctl", "start", BACKUP]);
    let folder = "/var/lib/servicelofte-backup";
    let kept = machine.does(&["find", folder, "-name", "day-*.db", "-size", "+8k"]);
    assert_eq!(kept.lines().count(), 1, "{kept}");
    let small = format!(
        "mount -t tmpfs -o size=64k tmpfs {folder} && chown servicelofte: {folder} && chmod 700 {folder}"
    );
    machine.does(&["sh", "-c", &small]);
    let failed = machine.run(&["systemctl", "start", BACKUP]);
    assert!(!failed.status.success(), "there was no room for it");
    let is_told = |text: &str| text.replace("=\n", "").contains(BACKUP);
    wait_until("the operator's mail", || {
        let mails = town.post.mails();
        mails.iter().any(|mail| is_told(&mail.0))
    });
    machine.does(&["umount", folder]);
    println!(
        "a copy was made by the timer's unit; one for which there was no room was told by mail"
    );
}

/// A second configuration has a service of its own, from the template unit.
fn serves_a_second_board(town: &Town) {
    let machine = &town.machine;
    machine.does(&["systemctl", "stop", UNIT]);
    let file = town.etc.path().join("config.toml");
    let config = fs::read_to_string(file).expect("what init wrote");
    let database = "database = \"/var/lib/servicelofte/andra/servicelofte.db\"";
    assert!(
        !config.contains("database ="),
        "init leaves it to the unit: {config}"
    );
    let config = config.replacen("[service]", &format!("[service]\n{database}"), 1);
    town.write("andra.toml", &config);
    machine.does(&["chown", "root:servicelofte", "/etc/servicelofte/andra.toml"]);
    machine.does(&["systemctl", "start", SECOND]);
    let status = || {
        let show = [
            "systemctl",
            "show",
            "--property",
            "StatusText",
            "--value",
            SECOND,
        ];
        machine.does(&show)
    };
    wait_until("the second service", || status().contains("read at"));
    machine.does(&["test", "-e", "/var/lib/servicelofte/andra/servicelofte.db"]);
    machine.does(&["systemctl", "stop", SECOND]);
    println!("the template unit served a second configuration");
}
