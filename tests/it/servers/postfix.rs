//! A real Postfix in a throw-away folder: loopback, random port, STARTTLS. It needs root, since
//! Postfix changes users.
//!
//! Every mail it takes ends in one Maildir, with `Delivered-To` and `X-Original-To` naming the
//! recipient, but for local parts that begin with one of these words: `refused`: 550 at RCPT;
//! `later`: 450 at RCPT; `bounced`: taken, then returned to the sender.

use super::pem::Pem;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// Longest wait for Postfix to start, or to deliver what a test waits for.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Wait between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// A running Postfix; it is stopped when this is dropped.
pub struct Postfix {
    pub port: u16,
    pub pem: Pem,
    address: &'static str,
    /// The network namespace that it lives in: its own commands must run there too.
    home: fs::File,
    folder: tempfile::TempDir,
}

impl Postfix {
    /// `None`, with a printed word, where it cannot run.
    pub fn start() -> Option<Self> {
        Self::start_into(None, "!/^bounced/ box/Maildir/\n")
    }

    /// Delivers into the Maildirs that `table` (`regexp_table`(5)) names for recipients, below
    /// `base`, which belongs to the user `mail`; without one, in its own folder.
    pub fn start_into(base: Option<&Path>, table: &str) -> Option<Self> {
        Self::start_as(base, table, "")
    }

    /// As [`Postfix::start`], on another address than 127.0.0.1.
    pub fn start_on(address: &'static str) -> Option<Self> {
        Self::launch(address, None, "!/^bounced/ box/Maildir/\n", "")
    }

    /// As [`Postfix::start_into`], with further lines of configuration.
    pub fn start_as(base: Option<&Path>, table: &str, more: &str) -> Option<Self> {
        Self::launch("127.0.0.1", base, table, more)
    }

    fn launch(address: &'static str, base: Option<&Path>, table: &str, more: &str) -> Option<Self> {
        if fs::metadata("/proc/self").map_or(1, |me| me.uid()) != 0 {
            eprintln!("skipped: Postfix needs root");
            return None;
        }
        if Command::new("postfix").arg("-h").output().is_err() {
            eprintln!("skipped: Postfix is not installed");
            return None;
        }
        // Postfix's processes run as other users and must get through.
        let folder = tempfile::Builder::new().prefix("px").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let pem = Pem::write(folder.path());
        let port = std::net::TcpListener::bind((address, 0))
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        configure(folder.path(), (address, port), &pem, base, table, more);
        let postfix = Self {
            port,
            pem,
            address,
            home: fs::File::open("/proc/thread-self/ns/net").unwrap(),
            folder,
        };
        postfix.start_again();
        Some(postfix)
    }

    /// Ends it at once, in the middle of its work; its accepted mails stay in its queue.
    pub fn kill(&self) {
        self.control("abort");
    }

    /// After [`Postfix::kill`]: on the same port, with the same queue.
    pub fn start_again(&self) {
        let begun = Instant::now();
        loop {
            // It refuses while a killed one is still going down.
            self.control("start");
            for _ in 0..20 {
                if TcpStream::connect((self.address, self.port)).is_ok() {
                    return;
                }
                std::thread::sleep(PAUSE);
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "Postfix did not start: {}",
                self.log()
            );
        }
    }

    /// Whether everything that was accepted has been delivered, and nothing can be any more. A
    /// queue file is executable once its mail was taken. One that is being written may become it:
    /// its sender may have died, and the end of the mail be on its way. One whose writer was killed
    /// never does.
    pub fn is_idle(&self) -> bool {
        let half = self.queue_files("incoming", &["!", "-perm", "-100"]);
        if half.iter().any(|file| is_open(file)) {
            return false;
        }
        let holds = |queue: &str| !self.queue_files(queue, &["-perm", "-100"]).is_empty();
        // What is deferred is active again.
        !["incoming", "active", "deferred", "active"]
            .into_iter()
            .any(holds)
    }

    /// Those of a queue that `find` gives for these words.
    fn queue_files(&self, queue: &str, words: &[&str]) -> Vec<PathBuf> {
        let folder = self.folder.path().join("spool").join(queue);
        let found = Command::new("find")
            .arg(folder.canonicalize().expect("a queue"))
            .args(["-type", "f"])
            .args(words)
            .output();
        let found = String::from_utf8(found.expect("find runs").stdout).expect("names");
        found.lines().map(PathBuf::from).collect()
    }

    /// The Maildir that everything ends in.
    pub fn maildir(&self) -> PathBuf {
        self.folder.path().join("mail/box/Maildir")
    }

    /// Where it says who handed a mail over, and how long its delivery took.
    pub fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Every mail delivered so far.
    pub fn mails(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.maildir().join("new")) else {
            return Vec::new();
        };
        entries
            .map(|entry| {
                String::from_utf8_lossy(&fs::read(entry.unwrap().path()).unwrap()).into_owned()
            })
            .collect()
    }

    /// Waits until at least `count` mails are there.
    pub async fn wait_for(&self, count: usize) -> Vec<String> {
        let begun = Instant::now();
        loop {
            let mails = self.mails();
            if mails.len() >= count {
                return mails;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{} of {count} mails came: {}",
                mails.len(),
                self.log()
            );
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn control(&self, verb: &str) {
        let etc = self.folder.path().join("etc");
        let done = Command::new("nsenter")
            .arg(format!(
                "--net=/proc/{}/fd/{}",
                std::process::id(),
                self.home.as_raw_fd()
            ))
            .args(["postfix", "-c"])
            .arg(etc)
            .arg(verb)
            .output();
        if let Err(error) = done {
            eprintln!("postfix {verb}: {error}");
        }
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.control("stop");
    }
}

fn configure(
    folder: &Path,
    (address, port): (&str, u16),
    pem: &Pem,
    base: Option<&Path>,
    table: &str,
    more: &str,
) {
    for name in ["etc", "spool", "data", "mail"] {
        fs::create_dir(folder.join(name)).unwrap();
    }
    let (postfix, _) = ids("postfix");
    let (mail, mail_group) = ids("mail");
    chown(folder.join("data"), Some(postfix), None).unwrap();
    chown(folder.join("mail"), Some(mail), None).unwrap();
    let at = folder.display();
    let own = folder.join("mail");
    let base = base.unwrap_or(&own).display();
    let (cert, key) = (pem.good.cert.display(), pem.good.key.display());
    let settings = format!(
        "compatibility_level = 3.6\nqueue_directory = {at}/spool\ndata_directory = {at}/data\n\
         command_directory = /usr/sbin\ndaemon_directory = /usr/lib/postfix/sbin\n\
         mail_owner = postfix\nsetgid_group = postdrop\nmaillog_file = {at}/log\nmaillog_file_prefixes = {at}\n\
         myhostname = mx.test.invalid\nmydestination =\ninet_interfaces = {address}\ninet_protocols = ipv4\n\
         mynetworks = 127.0.0.0/8\nsmtpd_peername_lookup = no\n\
         default_transport = virtual:\nrelay_transport = virtual:\n\
         alias_maps =\nnotify_classes =\n\
         virtual_mailbox_base = {base}\nvirtual_mailbox_domains = static:all\n\
         virtual_mailbox_maps = regexp:{at}/etc/mailboxes\nvirtual_uid_maps = static:{mail}\n\
         virtual_gid_maps = static:{mail_group}\nvirtual_minimum_uid = 1\n\
         smtpd_tls_cert_file = {cert}\nsmtpd_tls_key_file = {key}\nsmtpd_tls_security_level = may\n\
         smtpd_client_connection_rate_limit = 0\nsmtpd_relay_restrictions = permit_mynetworks, reject\n\
         smtpd_reject_unlisted_recipient = no\n\
         smtpd_recipient_restrictions = check_recipient_access regexp:{at}/etc/access, permit_mynetworks, reject\n"
    );
    fs::write(folder.join("etc/main.cf"), settings + more).unwrap();
    fs::write(folder.join("etc/mailboxes"), table).unwrap();
    fs::write(
        folder.join("etc/access"),
        "/^refused/ 550 5.1.1 no such mailbox\n/^later/ 450 4.2.0 come again\n",
    )
    .unwrap();
    fs::write(
        folder.join("etc/master.cf"),
        MASTER.replace("ADDRESS:PORT", &format!("{address}:{port}")),
    )
    .unwrap();
}

/// Postfix's processes, those that a mail needs on its way from SMTP to a Maildir.
const MASTER: &str = "\
ADDRESS:PORT inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
postlog unix-dgram n - n - 1 postlogd
";

/// User and group number of a system user.
fn ids(user: &str) -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let line = users
        .lines()
        .find(|line| line.split(':').next() == Some(user))
        .expect("the user exists");
    let mut numbers = line
        .split(':')
        .skip(2)
        .map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// Whether a process has a file open.
fn is_open(file: &Path) -> bool {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let open = processes.filter_map(|process| fs::read_dir(process.path().join("fd")).ok());
    open.flatten()
        .flatten()
        .any(|one| fs::read_link(one.path()).is_ok_and(|path| path == file))
}

/// A session that has sent the beginning of a mail.
fn half_a_mail(postfix: &Postfix) -> TcpStream {
    let mut session = TcpStream::connect((postfix.address, postfix.port)).unwrap();
    let mut answers = BufReader::new(session.try_clone().unwrap()).lines();
    for (line, answer) in [
        ("", "220 "),
        ("HELO klient.example.org\r\n", "250 "),
        ("MAIL FROM:<anna@example.org>\r\n", "250 "),
        ("RCPT TO:<kf@example.se>\r\n", "250 "),
        ("DATA\r\n", "354 "),
    ] {
        session.write_all(line.as_bytes()).unwrap();
        let got = answers.next().unwrap().unwrap();
        assert!(got.starts_with(answer), "{line}: {got}");
    }
    session.write_all(b"Subject: Bron\r\n\r\nHej").unwrap();
    session
}

#[test]
fn a_mail_that_is_being_written_may_still_be_taken() {
    let Some(postfix) = Postfix::start() else {
        return;
    };
    let wait_until = |holds: &dyn Fn() -> bool| {
        let begun = Instant::now();
        while !holds() {
            assert!(begun.elapsed() < PATIENCE, "{}", postfix.log());
            std::thread::sleep(PAUSE);
        }
    };
    let mut session = half_a_mail(&postfix);
    assert!(!postfix.is_idle(), "its end may come");
    session.write_all(b"!\r\n.\r\n").unwrap();
    wait_until(&|| postfix.is_idle());
    assert_eq!(postfix.mails().len(), 1);
    let _half = half_a_mail(&postfix);
    assert!(!postfix.is_idle(), "its end may come");
    postfix.kill();
    wait_until(&|| postfix.is_idle());
    assert_eq!(postfix.mails().len(), 1);
}
