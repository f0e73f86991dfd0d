//! The program: started at a simulated time, watched, stopped; what it said is searched for
//! secrets.

use std::fs::File;
use std::io::{Read, Seek};
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The mailbox's password, in all tests.
pub const PASSWORD: &str = "Hemligt-9f3c7Zx";

/// Secrets that no output and no file of the program may hold: the password, and how AUTH PLAIN and
/// LOGIN carry it.
pub const SECRETS: [&str; 3] = [
    PASSWORD,
    "AHVzZXIxAEhlbWxpZ3QtOWYzYzdaeA==",
    "SGVtbGlndC05ZjNjN1p4",
];

/// Thursday 19 November 2026, 13:30 in Sweden: a working day, past the hour of notices.
pub const NOW: &str = "@2026-11-19 12:30:00";

/// As [`NOW`], and a minute takes six seconds: for mails that wait for a moment. Slow enough that
/// the clock does not jump.
pub const TEN_TIMES: &str = "@2026-11-19 12:30:00 x10";

/// `WATCHDOG_USEC` of a daemon under test.
const WATCHDOG: Duration = Duration::from_secs(8);

/// `WatchdogSec=` of the unit.
pub const UNIT_WATCHDOG: Duration = Duration::from_mins(5);

/// The longest that anything here may take; the machine may be building.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// Wait between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// Waits until it is so.
pub fn wait_until(what: &str, mut so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain: {what}");
        std::thread::sleep(PAUSE);
    }
}

/// A process that has ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// Standard error without log lines: what the command itself had to say in the end.
    pub fn last_words(&self) -> Vec<&str> {
        self.err
            .lines()
            .filter(|line| !line.starts_with("20"))
            .collect()
    }

    /// Ended with this code and one line on standard error that contains all of `words`.
    #[track_caller]
    pub fn says(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        let said = self.last_words();
        assert_eq!(said.len(), 1, "{self:?}");
        for word in words {
            assert!(said[0].contains(word), "{word:?} is not in {self:?}");
        }
    }

    #[track_caller]
    pub fn succeeded(&self) {
        assert_eq!(
            (self.code, self.last_words()),
            (Some(0), Vec::new()),
            "{self:?}"
        );
    }
}

/// The program with a clean environment, at a simulated time. `before` is a command that it is
/// started by.
pub fn command(
    before: &[&str],
    program: &Path,
    config: &Path,
    clock: &str,
    arguments: &[&str],
) -> Command {
    // The library is loaded into the program alone: a shell between would leave its shared memory
    // behind.
    let mut words = before.iter().map(ToString::to_string).collect::<Vec<_>>();
    words.extend(["/bin/sh", "-c", SHELL, "sh"].map(str::to_owned));
    words.push(program.display().to_string());
    let mut command = Command::new(&words[0]);
    command
        .args(&words[1..])
        .arg("--config")
        .arg(config)
        .args(arguments);
    command
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("TZ", "UTC")
        .envs(faked(clock));
    // Times of files stay real: the program reads none.
    command.env("NO_FAKE_STAT", "1");
    // For a person who looks into a failure: RUST_LOG=debug make test.
    command.envs(std::env::var_os("RUST_LOG").map(|level| ("RUST_LOG", level)));
    command.stdin(Stdio::null());
    command
}

/// `WATCHDOG_PID` must be the daemon's own number, which is the shell's.
const SHELL: &str = r#"export WATCHDOG_PID=$$ LD_PRELOAD="$FAKETIME_LIBRARY"; exec "$@""#;

/// Environment of a process whose clock says `clock`; `LD_PRELOAD` is still to be set from
/// `FAKETIME_LIBRARY`.
pub fn faked(clock: &str) -> [(&'static str, String); 3] {
    [
        ("FAKETIME_LIBRARY", library().display().to_string()),
        ("FAKETIME", clock.to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ]
}

fn library() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib").expect("/usr/lib").flatten();
    folders
        .map(|entry| entry.path().join("faketime/libfaketimeMT.so.1"))
        .find(|path| path.exists())
        .expect("these tests run at a simulated time: apt-get install faketime")
}

/// Runs a command to its end.
pub fn finish(mut command: Command) -> Ended {
    let (out, err) = (scratch(), scratch());
    let mut child = command
        .stdout(copy(&out))
        .stderr(copy(&err))
        .spawn()
        .expect("the program starts");
    // A server may be as silent as the program allows: Dovecot waits two minutes for the lock on a
    // folder that it held when it was killed, if another process has its number since. Then the
    // program itself must end.
    let status = wait(&mut child, servicelofte::imap::SILENCE + PATIENCE);
    ended(status, out, err)
}

fn wait(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let begun = Instant::now();
    while begun.elapsed() < patience {
        if let Some(status) = child.try_wait().expect("the program's state") {
            return Some(status);
        }
        std::thread::sleep(PAUSE / 5);
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

fn scratch() -> File {
    tempfile::tempfile().expect("a temporary file")
}

fn copy(file: &File) -> File {
    file.try_clone().expect("a second handle")
}

/// The output until now, without moving where the program writes on.
fn so_far(file: &File) -> String {
    let length = usize::try_from(file.metadata().expect("its size").len()).expect("small");
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, 0).expect("output read");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn content(mut file: File) -> String {
    let mut bytes = Vec::new();
    file.rewind()
        .and_then(|()| file.read_to_end(&mut bytes))
        .expect("output read");
    String::from_utf8(bytes).expect("output is UTF-8")
}

fn ended(status: Option<ExitStatus>, out: File, err: File) -> Ended {
    let (out, err) = (content(out), content(err));
    for secret in SECRETS {
        assert!(
            !out.contains(secret) && !err.contains(secret),
            "a secret was told:\n{out}\n{err}"
        );
    }
    assert!(
        status.is_some(),
        "the program did not end in time:\n{out}\n{err}"
    );
    Ended {
        code: status.and_then(|status| status.code()),
        out,
        err,
    }
}

/// A running daemon, and its messages to systemd. It is killed when this is dropped.
pub struct Daemon {
    child: Child,
    out: File,
    err: File,
    told: Arc<Mutex<Vec<String>>>,
    done: Arc<AtomicBool>,
    _socket: tempfile::TempDir,
}

impl Daemon {
    pub fn start(program: &Path, config: &Path, clock: &str) -> Self {
        Self::launch(command(&[], program, config, clock, &["run"]), WATCHDOG)
    }

    /// With every clock as quick as `clock` says, also those that are never set: waits are as much
    /// shorter.
    pub fn hurried(program: &Path, config: &Path, clock: &str) -> Self {
        let mut command = command(&[], program, config, clock, &["run"]);
        command.env_remove("FAKETIME_DONT_FAKE_MONOTONIC");
        Self::launch(command, UNIT_WATCHDOG)
    }

    fn launch(mut command: Command, watchdog: Duration) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let socket = UnixDatagram::bind(folder.path().join("notify")).expect("a socket");
        socket.set_read_timeout(Some(PAUSE)).expect("a time limit");
        let told = Arc::new(Mutex::new(Vec::new()));
        let done = Arc::new(AtomicBool::new(false));
        std::thread::spawn({
            let (told, done) = (Arc::clone(&told), Arc::clone(&done));
            move || listen(&socket, &told, &done)
        });
        let (out, err) = (scratch(), scratch());
        let child = command
            .env("NOTIFY_SOCKET", folder.path().join("notify"))
            .env("WATCHDOG_USEC", watchdog.as_micros().to_string())
            .stdout(copy(&out))
            .stderr(copy(&err))
            .spawn()
            .expect("the daemon starts");
        Self {
            child,
            out,
            err,
            told,
            done,
            _socket: folder,
        }
    }

    /// Every line so far.
    pub fn told(&self) -> Vec<String> {
        self.told.lock().expect("the listener lives").clone()
    }

    /// Its later messages too, also when it has ended.
    pub fn ears(&self) -> Arc<Mutex<Vec<String>>> {
        Arc::clone(&self.told)
    }

    pub fn wait_told(&self, line: &str) {
        wait_until(line, || {
            self.told().iter().any(|told| told.starts_with(line))
        });
    }

    /// Its number.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its log so far.
    pub fn log(&self) -> String {
        so_far(&self.err)
    }

    pub fn wait_logged(&self, line: &str) {
        wait_until(line, || so_far(&self.err).contains(line));
    }

    /// The most memory that it ever had resident, in KiB.
    pub fn peak_memory(&self) -> u64 {
        self.status("VmHWM:")
    }

    /// The memory that it has resident, in KiB.
    pub fn memory(&self) -> u64 {
        self.status("VmRSS:")
    }

    fn status(&self, name: &str) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .expect("the line");
        line.split_ascii_whitespace()
            .next()
            .and_then(|number| number.parse().ok())
            .expect("a number")
    }

    /// Files, sockets and the like that it has open.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .expect("it runs")
            .count()
    }

    /// Sends it a signal, by name.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .expect("kill");
        assert!(sent.success());
    }

    /// It ends by itself, within this time.
    pub fn end(mut self, patience: Duration) -> Ended {
        let status = wait(&mut self.child, patience);
        ended(status, copy(&self.out), copy(&self.err))
    }

    /// SIGTERM; the daemon must end within this time.
    pub fn stop(mut self, patience: Duration) -> Ended {
        self.signal("TERM");
        let status = wait(&mut self.child, patience);
        ended(status, copy(&self.out), copy(&self.err))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.done.store(true, Ordering::Relaxed);
        if std::thread::panicking() {
            eprintln!("the daemon said:\n{}", content(copy(&self.err)));
        }
    }
}

fn listen(socket: &UnixDatagram, told: &Mutex<Vec<String>>, done: &AtomicBool) {
    let mut buffer = [0; 4096];
    loop {
        match socket.recv(&mut buffer) {
            Ok(length) => {
                let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
                told.lock()
                    .expect("the test lives")
                    .extend(text.lines().map(str::to_owned));
            }
            // The last words are heard as well.
            Err(_) if done.load(Ordering::Relaxed) => return,
            Err(_) => {}
        }
    }
}
