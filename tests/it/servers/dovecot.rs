//! A real Dovecot in a throw-away folder, on loopback, on random ports, for root and for an
//! ordinary user.
//!
//! Mail is put into the Maildir behind the server's back, as a delivery agent would, so that
//! arrival times can lie in the past; and the Maildir is read back to prove that nothing changed.
//! The server dies with its [`Dovecot`].

use super::pki::{self, Certificate};
use super::ports::free_ports;
use chrono::{DateTime, Utc};
use servicelofte::config::{Login, Security, Server};
use servicelofte::imap::utf7;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longest start: it takes 20 ms, but the machine may be building.
const START: Duration = Duration::from_secs(20);
/// What a token must say to be let in, and the HMAC key that signs it, in base64.
pub const TOKEN_ISSUER: &str = "https://issuer.test";
pub const TOKEN_AUDIENCE: &str = "prov";
pub const TOKEN_SCOPE: &str = "mail";
pub const TOKEN_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
/// Unix sockets in the base folder have names of some 30 bytes, and a path may have 108.
const MAX_DIR: usize = 70;

/// What the server shall be like.
pub struct DovecotOptions {
    /// `user1` to this one.
    pub users: usize,
    /// Every user's.
    pub password: &'static str,
    /// Folders that exist from the start, with their special use (`Sent`, …).
    pub folders: Vec<(&'static str, Option<&'static str>)>,
    pub certificate: Certificate,
    /// `false`: the server offers no STARTTLS.
    pub tls: bool,
    /// SASL mechanisms for tokens (`xoauth2 oauthbearer`), which are validated as `super::idp`
    /// issues them; none when empty.
    pub tokens: &'static str,
    /// Further lines of configuration.
    pub extra: String,
}

impl Default for DovecotOptions {
    fn default() -> Self {
        let folders = vec![
            ("Skickat", Some("Sent")),
            ("Junk", Some("Junk")),
            ("Drafts", Some("Drafts")),
            ("Trash", Some("Trash")),
        ];
        Self {
            users: 2,
            password: "secret",
            folders,
            certificate: Certificate::Good,
            tls: true,
            tokens: "",
            extra: String::new(),
        }
    }
}

/// A folder's messages: file name without flags, flags, bytes.
pub type Messages = Vec<(String, String, Vec<u8>)>;

/// The running server.
pub struct Dovecot {
    dir: TempDir,
    child: Child,
    /// IMAP with STARTTLS, or in the clear.
    pub port: u16,
    /// IMAP in TLS.
    pub tls_port: u16,
    password: &'static str,
    owner: (u32, u32),
    delivered: AtomicU64,
}

impl Dovecot {
    pub fn start(options: &DovecotOptions) -> Self {
        let dir = tempfile::Builder::new()
            .prefix("dc")
            .tempdir()
            .expect("a temporary folder");
        assert!(
            dir.path().as_os_str().len() < MAX_DIR,
            "the temporary folder's path is too long for sockets: set TMPDIR"
        );
        let people = People::find(dir.path());
        let [port, tls_port] = free_ports();
        write_files(dir.path(), options, &people, port, tls_port);
        let child = spawn(dir.path());
        let password = options.password;
        let mut server = Self {
            dir,
            child,
            port,
            tls_port,
            password,
            owner: people.mail,
            delivered: AtomicU64::new(0),
        };
        server.wait(port);
        server
    }

    /// How to reach it as `user1`.
    pub fn server(&self, security: Security) -> Server {
        let port = if security == Security::Tls {
            self.tls_port
        } else {
            self.port
        };
        Server {
            host: "localhost".to_owned(),
            port,
            security,
            ca_file: Some(self.dir.path().join("ca.pem")),
            address: None,
            login: Some(Login::with_password("user1", self.password)),
        }
    }

    /// Puts a message into a folder, which comes to be if need be. `flags` are Maildir's (`S` seen,
    /// `R` replied, `T` trashed, `D` draft), `arrival` becomes INTERNALDATE. Returns the message's
    /// name, for [`Dovecot::remove`].
    pub fn deliver(
        &self,
        user: &str,
        folder: &str,
        mail: &[u8],
        flags: &str,
        arrival: DateTime<Utc>,
    ) -> String {
        let folder = self.make_folder(user, folder);
        // Dovecot numbers new files in the order of the number before the first dot.
        let number = self.delivered.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}.M{number}.test", 1_500_000_000 + number);
        let path = folder.join("tmp").join(&name);
        fs::write(&path, mail).expect("mail written");
        self.own(&path);
        let file = fs::File::options()
            .write(true)
            .open(&path)
            .expect("mail opened");
        file.set_modified(arrival.into()).expect("arrival set");
        fs::rename(&path, folder.join("cur").join(format!("{name}:2,{flags}")))
            .expect("mail delivered");
        name
    }

    pub fn remove(&self, user: &str, folder: &str, name: &str) {
        fs::remove_file(self.find(user, folder, name)).expect("mail removed");
    }

    /// Another set of flags, as a mail program would leave it.
    pub fn flag(&self, user: &str, folder: &str, name: &str, flags: &str) {
        let path = self.find(user, folder, name);
        fs::rename(&path, path.with_file_name(format!("{name}:2,{flags}"))).expect("flags set");
    }

    /// Sets the arrival of every message in a folder.
    pub fn dated(&self, user: &str, folder: &str, arrival: DateTime<Utc>) {
        for path in files(&self.folder(user, folder)) {
            let file = fs::File::options()
                .write(true)
                .open(path)
                .expect("mail opened");
            file.set_modified(arrival.into()).expect("arrival set");
        }
    }

    /// As a person's mail program does it: the message gets a new UID in the other folder.
    pub fn relocate(&self, user: &str, from: &str, name: &str, to: &str) {
        let path = self.find(user, from, name);
        let to = self
            .make_folder(user, to)
            .join("cur")
            .join(path.file_name().expect("a name"));
        fs::rename(path, to).expect("mail moved");
    }

    /// Gives a folder another UIDVALIDITY, and its messages new UIDs.
    pub fn reset_uidvalidity(&self, user: &str, folder: &str) {
        let folder = self.folder(user, folder);
        let list = folder.join("dovecot-uidlist");
        let old = fs::read_to_string(&list).expect("the folder was opened before");
        let head = old.lines().next().expect("a head line");
        let head: Vec<String> = head
            .split(' ')
            .map(
                |word| match (word.strip_prefix('V'), word.starts_with('N')) {
                    (Some(validity), _) => {
                        format!("V{}", validity.parse::<u32>().expect("UIDVALIDITY") + 1)
                    }
                    (None, true) => "N1".to_owned(),
                    (None, false) => word.to_owned(),
                },
            )
            .collect();
        for entry in fs::read_dir(&folder).expect("folder").flatten() {
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with("dovecot.index")
            {
                fs::remove_file(entry.path()).expect("index removed");
            }
        }
        fs::write(&list, head.join(" ") + "\n").expect("uidlist written");
        self.own(&list);
    }

    /// Every folder's messages, by folder name; `\Recent` (a file's place in `new`) aside.
    pub fn snapshot(&self, user: &str) -> BTreeMap<String, Messages> {
        let mut folders = BTreeMap::new();
        let root = self.maildir(user);
        let mut paths = vec![root.clone()];
        paths.extend(
            fs::read_dir(&root)
                .expect("maildir")
                .flatten()
                .map(|entry| entry.path()),
        );
        for path in paths.iter().filter(|path| path.join("cur").is_dir()) {
            let name = if *path == root {
                "INBOX".into()
            } else {
                path.file_name().expect("a name").to_string_lossy()
            };
            let mut messages: Messages = files(path)
                .map(|file| {
                    let name = file
                        .file_name()
                        .expect("a name")
                        .to_string_lossy()
                        .into_owned();
                    let (base, flags) = name.split_once(":2,").unwrap_or((&name, ""));
                    (
                        base.to_owned(),
                        flags.to_owned(),
                        fs::read(&file).expect("mail"),
                    )
                })
                .collect();
            messages.sort();
            folders.insert(
                utf7::decode(&name)
                    .trim_start_matches('.')
                    .replace('.', "/"),
                messages,
            );
        }
        folders
    }

    /// The server's own words, for a test that failed.
    pub fn log(&self) -> String {
        let read = |name| fs::read_to_string(self.dir.path().join(name)).unwrap_or_default();
        read("stderr") + &read("dovecot.log")
    }

    /// Ends the server at once, connections and all.
    pub fn kill(&mut self) {
        // The group: a child in the middle of an answer would outlive its master. It may have ended
        // by itself.
        let _ = Command::new("sh")
            .arg("-c")
            .arg(format!("kill -9 -{}", self.child.id()))
            .stderr(Stdio::null())
            .status();
        let _ = self.child.wait();
    }

    /// After [`Dovecot::kill`]: on the same ports, with the same mail.
    pub fn start_again(&mut self) {
        self.child = spawn(self.dir.path());
        self.wait(self.port);
    }

    fn wait(&mut self, port: u16) {
        let since = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = self.child.try_wait().expect("dovecot's state").is_some();
            assert!(
                !ended && since.elapsed() < START,
                "dovecot does not start:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn maildir(&self, user: &str) -> PathBuf {
        self.dir.path().join("mail").join(user).join("Maildir")
    }

    /// Maildir++: one level of folders, `.` between the parts of a name in modified UTF-7.
    fn folder(&self, user: &str, folder: &str) -> PathBuf {
        let root = self.maildir(user);
        if folder == "INBOX" {
            root
        } else {
            root.join(format!(".{}", utf7::encode(folder).replace('/', ".")))
        }
    }

    /// Makes a folder, if it is not there.
    pub fn make_folder(&self, user: &str, folder: &str) -> PathBuf {
        let path = self.folder(user, folder);
        if !path.join("cur").is_dir() {
            for part in ["tmp", "new", "cur"] {
                fs::create_dir_all(path.join(part)).expect("folder made");
            }
            let base = self.dir.path().join("mail");
            for part in path
                .join("x")
                .ancestors()
                .skip(1)
                .take_while(|part| *part != base)
            {
                self.own(part);
            }
            for part in ["tmp", "new", "cur"] {
                self.own(&path.join(part));
            }
        }
        path
    }

    fn find(&self, user: &str, folder: &str, name: &str) -> PathBuf {
        let folder = self.folder(user, folder);
        let mut found = files(&folder);
        found
            .find(|path| {
                path.file_name()
                    .is_some_and(|file| file.to_string_lossy().starts_with(name))
            })
            .expect("the message is in that folder")
    }

    fn own(&self, path: &Path) {
        chown(path, Some(self.owner.0), Some(self.owner.1)).expect("owner set");
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("Dovecot said:\n{}", self.log());
        }
    }
}

fn files(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let dirs = ["cur", "new"].map(|part| {
        fs::read_dir(folder.join(part))
            .into_iter()
            .flatten()
            .flatten()
    });
    dirs.into_iter().flatten().map(|entry| entry.path())
}

/// Who runs what: Dovecot wants three kinds of user from root, and itself from anybody else.
struct People {
    internal: String,
    internal_group: String,
    login: String,
    /// Owner of the mail.
    mail: (u32, u32),
}

impl People {
    fn find(ours: &Path) -> Self {
        let passwd = fs::read_to_string("/etc/passwd").expect("/etc/passwd");
        let groups = fs::read_to_string("/etc/group").expect("/etc/group");
        let entry = |field: usize, value: &str| -> Option<(String, u32, u32)> {
            let parts: Vec<&str> = passwd
                .lines()
                .map(|l| l.split(':').collect::<Vec<_>>())
                .find(|p| p[field] == value)?;
            Some((
                parts[0].to_owned(),
                parts[2].parse().ok()?,
                parts[3].parse().ok()?,
            ))
        };
        let me = fs::metadata(ours).expect("our folder");
        let (internal, login, mail) = if me.uid() == 0 {
            let known = |name| {
                entry(0, name)
                    .unwrap_or_else(|| panic!("no user {name}: apt-get install dovecot-imapd"))
            };
            (known("dovecot"), known("dovenull"), known("mail"))
        } else {
            let user = entry(2, &me.uid().to_string()).expect("this user is in /etc/passwd");
            (user.clone(), user.clone(), user)
        };
        let group = groups
            .lines()
            .find(|line| line.split(':').nth(2) == Some(&internal.2.to_string()));
        let internal_group = group
            .and_then(|line| line.split(':').next())
            .expect("the group is in /etc/group");
        Self {
            internal: internal.0,
            internal_group: internal_group.to_owned(),
            login: login.0,
            mail: (mail.1, mail.2),
        }
    }
}

fn spawn(dir: &Path) -> Child {
    // What a killed one left behind would keep the next from starting.
    let _ = fs::remove_file(dir.join("run/master.pid"));
    Command::new(program())
        .args(["-F", "-c"])
        .arg(dir.join("dovecot.conf"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(fs::File::create(dir.join("stderr")).expect("file made"))
        .process_group(0)
        .spawn()
        .expect("dovecot starts")
}

fn program() -> &'static str {
    ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"]
        .into_iter()
        .find(|path| Path::new(path).exists())
        .expect("these tests need a real Dovecot: apt-get install dovecot-imapd")
}

fn write_files(dir: &Path, options: &DovecotOptions, people: &People, port: u16, tls_port: u16) {
    let (certificate, key) = pki::server(options.certificate);
    let passwd = (1..=options.users).fold(String::new(), |mut text, n| {
        writeln!(text, "user{n}:{{PLAIN}}{}", options.password).expect("text");
        text
    });
    let configuration = configuration(dir, options, people, port, tls_port);
    for (name, content) in [
        ("ca.pem", pki::ca_pem()),
        ("cert.pem", &certificate),
        ("key.pem", &key),
        ("passwd", &passwd),
        ("dovecot.conf", &configuration),
    ] {
        fs::write(dir.join(name), content).expect("file written");
    }
    let keys = dir.join("jwt/default/HS256");
    fs::create_dir_all(&keys).expect("folder of keys");
    fs::write(keys.join("default"), TOKEN_KEY).expect("key written");
    fs::write(dir.join("oauth2.conf.ext"), validation(dir)).expect("file written");
    let mail = dir.join("mail");
    fs::create_dir(&mail).expect("mail folder");
    chown(&mail, Some(people.mail.0), Some(people.mail.1)).expect("owner set");
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).expect("permissions set");
}

/// How Dovecot checks a token by itself.
fn validation(dir: &Path) -> String {
    format!(
        "introspection_mode = local
local_validation_key_dict = fs:posix:prefix={}/jwt/
username_attribute = email
username_format = %u
active_attribute =
active_value =
issuers = {}
client_id = {}
scope = {}
",
        dir.display(),
        TOKEN_ISSUER,
        TOKEN_AUDIENCE,
        TOKEN_SCOPE
    )
}

fn configuration(
    dir: &Path,
    options: &DovecotOptions,
    people: &People,
    port: u16,
    tls_port: u16,
) -> String {
    let d = dir.display();
    let mut folders = String::new();
    for (name, special) in &options.folders {
        let special = special
            .map(|word| format!("special_use = \\{word}\n    "))
            .unwrap_or_default();
        write!(
            folders,
            "  mailbox \"{name}\" {{\n    {special}auto = subscribe\n  }}\n"
        )
        .expect("text");
    }
    let ssl = if options.tls { "yes" } else { "no" };
    let imaps = if options.tls { tls_port } else { 0 };
    let People {
        internal,
        internal_group,
        login,
        mail: (uid, gid),
    } = people;
    let (extra, mechanisms) = (&options.extra, options.tokens);
    let tokens = if mechanisms.is_empty() {
        String::new()
    } else {
        format!(
            "passdb {{\n  driver = oauth2\n  mechanisms = {mechanisms}\n  args = {d}/oauth2.conf.ext\n}}\n"
        )
    };
    format!(
        r"base_dir = {d}/run
state_dir = {d}/state
instance_name = t{port}
log_path = {d}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_fsync = never
auth_failure_delay = 0 secs
auth_verbose = yes
disable_plaintext_auth = no
login_greeting = ready.
mailbox_idle_check_interval = 1 secs
ssl = {ssl}
ssl_cert = <{d}/cert.pem
ssl_key = <{d}/key.pem
auth_mechanisms = plain login {mechanisms}
{tokens}passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u {d}/passwd
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={d}/mail/%u
}}
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 200
namespace inbox {{
  inbox = yes
  separator = /
{folders}}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  process_limit = 2
  client_limit = 600
  vsz_limit = 0
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
}}
service imap {{
  process_limit = 400
  vsz_limit = 0
}}
service auth {{
  client_limit = 1600
}}
{extra}
"
    )
}
