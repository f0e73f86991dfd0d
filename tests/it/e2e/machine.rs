//! The package on a machine with a real systemd: installed, started under its sandbox, disturbed as
//! machines are disturbed, upgraded, removed.

mod installed;

use super::post::Post;
use super::process::{PASSWORD, wait_until};
use super::site::{CONFIG, mail, program};
use crate::servers::dovecot::{Dovecot, DovecotOptions};
use crate::servers::machine::Machine;
use crate::servers::pki;
use chrono::TimeDelta;
use servicelofte::daemon::SystemClock;
use servicelofte::ports::Clock;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const UNIT: &str = "servicelofte.service";

/// Quicker than the unit's own; a machine that is building must not trip over it.
const DROP_IN: &str = "[Service]\nWatchdogSec=40s\nRestartSec=1s\nTimeoutAbortSec=2s\n";

/// A municipality whose service is installed on that machine.
struct Town {
    dovecot: Dovecot,
    post: Post,
    etc: TempDir,
    machine: Machine,
}

impl Town {
    async fn boot() -> Option<Self> {
        let etc = TempDir::new().expect("a temporary folder");
        let machine = Machine::boot(etc.path())?;
        let options = DovecotOptions {
            password: PASSWORD,
            ..DovecotOptions::default()
        };
        let dovecot = Dovecot::start(&options);
        for (name, _) in options.folders.iter().chain([&("INBOX", None)]) {
            dovecot.make_folder("user1", name);
        }
        let post = Post::quick().await;
        let town = Self {
            dovecot,
            post,
            etc,
            machine,
        };
        town.write("ca.pem", pki::ca_pem());
        town.write("imap", PASSWORD);
        town.write("config.toml", &town.config());
        Some(town)
    }

    fn config(&self) -> String {
        let password = "password = \"PASSWORD\"";
        CONFIG
            .replace(password, "password_file = \"imap\"")
            .replace(
                "db/servicelofte.db",
                "/var/lib/servicelofte/servicelofte.db",
            )
            .replace("IMAP_PORT", &self.dovecot.tls_port.to_string())
            .replace("SMTP_PORT", &self.post.port.to_string())
    }

    /// A file of `/etc/servicelofte`; who owns it stays.
    fn write(&self, name: &str, text: &str) {
        let path = self.etc.path().join(name);
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("permissions set");
    }

    /// One property of the unit.
    fn property(&self, name: &str) -> String {
        self.machine
            .does(&["systemctl", "show", "--property", name, "--value", UNIT])
            .trim()
            .to_owned()
    }

    fn wait(&self, property: &str, so: impl Fn(&str) -> bool) {
        wait_until(property, || so(&self.property(property)));
    }

    /// Reads once more from now on: another minute, another second in its status line.
    fn reads(&self) {
        let before = self.property("StatusText");
        self.wait("StatusText", |status| {
            status.starts_with("kf read at") && status != before
        });
    }

    fn arrives(&self, subject: &str) {
        let text = mail("nina@example.org", subject, &format!("{subject}@x"), "");
        self.dovecot.deliver(
            "user1",
            "INBOX",
            text.as_bytes(),
            "",
            SystemClock.now() - TimeDelta::minutes(1),
        );
    }

    fn list(&self) -> String {
        self.machine.does(&[
            "runuser",
            "--user",
            "servicelofte",
            "--",
            "servicelofte",
            "list",
            "--json",
        ])
    }
}

/// The package of the program under test; packed, not squeezed.
pub fn package(folder: &Path) -> PathBuf {
    let made = Command::new("make")
        .args(["--no-print-directory", "deb", "--assume-old"])
        .arg(program())
        .arg(format!("BINARY={}", program().display()))
        .arg(format!("BUILT={}", folder.display()))
        .env("DEB_COMPRESSION", "none")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("make");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let mut found = fs::read_dir(folder.join("debian"))
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path());
    found
        .find(|path| path.extension().is_some_and(|ending| ending == "deb"))
        .expect("a package")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_package_lives_on_a_machine_with_systemd() {
    let Some(town) = Town::boot().await else {
        return;
    };
    let machine = &town.machine;
    // The folder of the configuration is the only one that both see.
    let deb = package(town.etc.path());
    let deb = Path::new("/etc/servicelofte/debian").join(deb.file_name().expect("a name"));
    let install = ["dpkg", "--install", deb.to_str().expect("a path")];
    machine.does(&install);
    assert_eq!(
        town.property("ActiveState"),
        "inactive",
        "the first start is nobody's but the operator's"
    );
    machine.does(&[
        "chown",
        "root:servicelofte",
        "/etc/servicelofte/imap",
        "/etc/servicelofte/ca.pem",
    ]);
    machine.does(&["mkdir", "-p", "/etc/systemd/system/servicelofte.service.d"]);
    town.write("drop-in", DROP_IN);
    machine.does(&[
        "cp",
        "/etc/servicelofte/drop-in",
        "/etc/systemd/system/servicelofte.service.d/trial.conf",
    ]);
    machine.does(&["systemctl", "daemon-reload"]);
    let exposure = machine.does(&[
        "systemd-analyze",
        "security",
        "--no-pager",
        "--threshold=10",
        UNIT,
    ]);
    println!("{}", exposure.lines().last().unwrap_or_default());
    for part in [
        "man/man1/servicelofte.1.gz",
        "bash-completion/completions/servicelofte",
        "zsh/vendor-completions/_servicelofte",
        "fish/vendor_completions.d/servicelofte.fish",
    ] {
        machine.does(&["test", "-s", &format!("/usr/share/{part}")]);
    }

    starts_late_and_on_a_full_disk(&town);
    lives_through_signals(&town);
    keeps_what_it_has_when_a_configuration_is_refused(&town, &install);
    takes_its_password_from_a_credential(&town);
    is_checked_where_it_lives(&town);
    root_leaves_no_file_of_its_own(&town);
    // It is this machine's folder too.
    machine.does(&["umount", "/etc/servicelofte"]);
    let said = machine.does(&["dpkg", "--purge", "servicelofte"]);
    assert!(
        said.contains("/var/lib/servicelofte stays: it holds personal data"),
        "{said}"
    );
    machine.does(&["test", "-e", "/var/lib/servicelofte/servicelofte.db"]);
    machine.does(&["sh", "-c", "! test -e /etc/servicelofte"]);
    println!("purged: the register stays, and that is said");
}

/// What time can mend at the start is waited for, in one process that says why.
fn starts_late_and_on_a_full_disk(town: &Town) {
    let machine = &town.machine;
    let disk = "mkdir -p /var/lib/servicelofte && mount -t tmpfs -o size=20M tmpfs /var/lib/servicelofte && \
                chown servicelofte: /var/lib/servicelofte && chmod 700 /var/lib/servicelofte && \
                ! dd if=/dev/zero of=/var/lib/servicelofte/filler bs=64k 2>/dev/null";
    machine.does(&["sh", "-c", disk]);
    fs::rename(
        town.etc.path().join("imap"),
        town.etc.path().join("imap.later"),
    )
    .expect("moved");
    machine.does(&["systemctl", "start", "--no-block", UNIT]);
    town.wait("StatusText", |status| {
        status.starts_with("cannot start yet") && status.contains("imap")
    });
    fs::rename(
        town.etc.path().join("imap.later"),
        town.etc.path().join("imap"),
    )
    .expect("moved");
    town.wait("StatusText", |status| {
        status.starts_with("cannot start yet") && status.contains("disk")
    });
    machine.does(&["rm", "/var/lib/servicelofte/filler"]);
    town.arrives("Simhallen");
    town.reads();
    wait_until("the message in the register", || {
        town.list().contains("Simhallen")
    });
    assert_eq!(
        (town.property("ActiveState"), town.property("NRestarts")),
        ("active".to_owned(), "0".to_owned())
    );
    let limits = format!("/proc/{}/limits", town.property("MainPID"));
    let limits = machine.does(&["grep", "core file", &limits]);
    let words: Vec<&str> = limits.split_whitespace().collect();
    assert_eq!(
        words[4..6],
        ["0", "0"],
        "no core of it is written: {limits}"
    );
    println!(
        "a late password and a full disk were waited for; then a message was logged under the sandbox"
    );
}

fn lives_through_signals(town: &Town) {
    let machine = &town.machine;
    let process = town.property("MainPID");
    machine.does(&["systemctl", "reload", UNIT]);
    machine.does(&["systemctl", "kill", "--signal=USR1", UNIT]);
    town.arrives("Gymmet");
    wait_until("the next message in the register", || {
        town.list().contains("Gymmet")
    });
    assert_eq!(
        town.property("MainPID"),
        process,
        "HUP and USR1 end nothing"
    );
    machine.does(&["systemctl", "kill", "--signal=STOP", UNIT]);
    town.wait("NRestarts", |restarts| restarts == "1");
    town.reads();
    assert_ne!(
        town.property("MainPID"),
        process,
        "the watchdog has ended one that hangs"
    );
    println!("HUP and USR1 ended nothing; one that hung was started anew by the watchdog");
}

/// A fault in the configuration costs no pledge as long as the old process runs; one that must
/// start again ends for good, and the operator is mailed.
fn keeps_what_it_has_when_a_configuration_is_refused(town: &Town, install: &[&str]) {
    let machine = &town.machine;
    let process = town.property("MainPID");
    town.write(
        "config.toml",
        &town
            .config()
            .replace("working_days = 2", "working_days = -2"),
    );
    machine.does(&["systemctl", "reload", UNIT]);
    let told = machine.does(install);
    assert!(
        told.contains("this version refuses /etc/servicelofte/config.toml"),
        "{told}"
    );
    assert!(
        told.contains("working_days"),
        "the fault is printed: {told}"
    );
    assert_eq!(town.property("MainPID"), process, "the old one runs on");
    machine.run(&["systemctl", "restart", UNIT]);
    town.wait("ActiveState", |state| state == "failed");
    assert_eq!(town.property("ExecMainStatus"), "78");
    let alarmed = || {
        town.post
            .mails()
            .iter()
            .any(|mail| mail.to() == "drift@example.se")
    };
    wait_until("the operator's mail", alarmed);
    assert_eq!(town.property("NRestarts"), "0", "78 does not loop");
    let warned = machine.does(&["journalctl", "--no-pager", "--priority=err", "--unit", UNIT]);
    assert!(
        warned.contains("working_days"),
        "errors have their priority: {warned}"
    );
    town.write("config.toml", &town.config());
    machine.does(&["systemctl", "reset-failed", UNIT]);
    machine.does(&["systemctl", "start", UNIT]);
    town.reads();
    machine.does(install);
    town.reads();
    assert_eq!(town.property("ActiveState"), "active");
    println!(
        "a refused configuration left the old process running through reload and upgrade, and was told by mail after a restart"
    );
}

/// No drop-in is needed: secrets in systemd's own store under our names are read.
fn takes_its_password_from_a_credential(town: &Town) {
    let machine = &town.machine;
    let store = "mkdir -p /etc/credstore.encrypted && systemd-creds encrypt --name=servicelofte.imap \
                 /etc/servicelofte/imap /etc/credstore.encrypted/servicelofte.imap && rm /etc/servicelofte/imap";
    machine.does(&["sh", "-c", store]);
    town.write("config.toml", &with_credential(&town.config()));
    machine.does(&["systemctl", "restart", UNIT]);
    town.wait("StatusText", |status| status.starts_with("kf read at"));
    println!("the password came from an encrypted credential");
}

fn with_credential(config: &str) -> String {
    config.replace(
        "password_file = \"imap\"",
        "credential = \"servicelofte.imap\"",
    )
}

/// What passes in the unit's sandbox works there, and a hidden file is found out, though it can be
/// read outside.
fn is_checked_where_it_lives(town: &Town) {
    let machine = &town.machine;
    let check = |words: &[&str]| {
        let ended = machine.run(&[&["servicelofte", "check"], words].concat());
        format!(
            "{}{}",
            String::from_utf8_lossy(&ended.stdout),
            String::from_utf8_lossy(&ended.stderr)
        )
    };
    let told = check(&["--in-unit"]);
    assert!(
        told.lines()
            .any(|line| line.starts_with("ok ") && line.contains("logged in")),
        "{told}"
    );
    assert!(told.contains("servicelofte.db can be written"), "{told}");
    machine.does(&[
        "install",
        "-m",
        "644",
        "/etc/servicelofte/ca.pem",
        "/srv/ca.pem",
    ]);
    let hidden = with_credential(&town.config())
        .replace("ca_file = \"ca.pem\"", "ca_file = \"/srv/ca.pem\"");
    town.write("config.toml", &hidden);
    let outside = check(&["--offline"]);
    assert!(
        outside.contains("so /srv/ca.pem is hidden unless"),
        "{outside}"
    );
    let inside = check(&["--in-unit"]);
    assert!(
        inside.contains("/srv/ca.pem") && !inside.contains("logged in"),
        "{inside}"
    );
    machine.does(&["mkdir", "-p", "/run/systemd/system/servicelofte.service.d"]);
    let drop_in = "printf '[Service]\\nBindReadOnlyPaths=/srv\\n' > /run/systemd/system/servicelofte.service.d/srv.conf";
    machine.does(&["sh", "-c", drop_in]);
    machine.does(&["systemctl", "daemon-reload"]);
    let shown = check(&["--in-unit"]);
    assert!(shown.contains("logged in"), "{shown}");
    town.write("config.toml", &with_credential(&town.config()));
    println!(
        "checked in the unit's sandbox: what is hidden there is found out, what a drop-in shows is seen"
    );
}

fn root_leaves_no_file_of_its_own(town: &Town) {
    let machine = &town.machine;
    machine.does(&["systemctl", "stop", UNIT]);
    machine.does(&[
        "rm",
        "-f",
        "/var/lib/servicelofte/servicelofte.db-wal",
        "/var/lib/servicelofte/servicelofte.db-shm",
    ]);
    machine.does(&["servicelofte", "list"]);
    machine.does(&["servicelofte", "backup", "/var/lib/servicelofte/copy.db"]);
    let report = [
        "report",
        "--month",
        "2026-10",
        "--out",
        "/var/lib/servicelofte/report.txt",
    ];
    machine.does(&[&["servicelofte"][..], &report].concat());
    let owners = machine.does(&[
        "find",
        "/var/lib/servicelofte",
        "!",
        "-user",
        "servicelofte",
        "-print",
    ]);
    assert_eq!(owners, "", "files that the service could not write");
    let refused = machine.run(&["servicelofte", "backup", "/srv/copy.db"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && said.contains("for root: the register's owner"),
        "{said}"
    );
    println!("root acted as the register's owner, and left no file of its own");
}
