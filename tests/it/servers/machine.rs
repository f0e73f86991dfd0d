//! A machine with a real systemd: process 1 of namespaces of its own, in a copy of this machine's
//! files that takes writing and goes with it. The network is this machine's. That needs root,
//! overlays and cgroups v2; where they cannot be had, the test is skipped with a word.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Longest boot; it takes a second, but the machine may be building.
const BOOT: Duration = Duration::from_mins(2);

const PAUSE: Duration = Duration::from_millis(100);

/// What runs before systemd: `$1` is our folder, `$2` what becomes `/etc/servicelofte`.
const BOOTING: &str = r#"set -eu
mount --make-rprivate /
mount -t tmpfs tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
mkdir -p etc/servicelofte old
mount --bind "$2" etc/servicelofte
mount -t proc proc proc
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
    touch dev/$device
    mount --bind /dev/$device dev/$device
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount --bind /sys sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
printf '[Unit]\nWants=systemd-journald.service dbus.socket\nAfter=systemd-journald.service\n' > etc/systemd/system/trial.target
pivot_root . old
umount -l /old
# As a machine that boots has it: credentials are mounted beside a service, and must come to it.
mount --make-rshared /
export container=unshare
exec /lib/systemd/systemd --system --unit=trial.target --log-target=null --show-status=0
"#;

/// The running machine; it ends, with all that runs in it, when this is dropped.
pub struct Machine {
    child: Child,
    cgroup: PathBuf,
    folder: tempfile::TempDir,
}

impl Machine {
    /// `etc` becomes its `/etc/servicelofte`. `None`, with a printed word, where it cannot run.
    pub fn boot(etc: &Path) -> Option<Self> {
        let folder = tempfile::Builder::new()
            .prefix("sd")
            .tempdir()
            .expect("a temporary folder");
        let skipped =
            |why: &str| eprintln!("skipped: no machine with systemd can be had here: {why}");
        let Some(cgroup) = cgroup() else {
            skipped("no cgroup v2 can be made");
            return None;
        };
        fs::write(folder.path().join("boot"), BOOTING).expect("a script");
        let log = fs::File::create(folder.path().join("log")).expect("a file");
        let root = folder.path().join("machine");
        fs::create_dir(&root).expect("a folder");
        // It joins its cgroup before it gets a view of its own of them.
        let enter = "echo $$ > \"$1/cgroup.procs\" && shift && exec \"$@\"";
        let spaces = [
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--uts",
            "--ipc",
            "--cgroup",
        ];
        let child = Command::new("/bin/sh")
            .args(["-c", enter, "sh"])
            .arg(&cgroup)
            .arg("unshare")
            .args(spaces)
            .arg("/bin/sh")
            .args([&folder.path().join("boot"), &root])
            .arg(etc)
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file"))
            .stderr(log)
            .spawn()
            .expect("a shell");
        let mut machine = Self {
            child,
            cgroup,
            folder,
        };
        let begun = Instant::now();
        loop {
            if machine.child.try_wait().expect("its state").is_some() || begun.elapsed() > BOOT {
                let log = machine.folder.path().join("log");
                skipped(fs::read_to_string(log).unwrap_or_default().trim());
                return None;
            }
            let state = machine.run(&["systemctl", "is-system-running"]);
            if ["running\n", "degraded\n"]
                .iter()
                .any(|up| state.stdout == up.as_bytes())
            {
                return Some(machine);
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Runs a command in it to its end.
    pub fn run(&self, words: &[&str]) -> Output {
        let first = self
            .first()
            .map_or_else(|| "0".to_owned(), |first| first.to_string());
        let mut command = Command::new("nsenter");
        command
            .args(["--target", &first, "--all"])
            .args(words)
            .env_clear()
            .stdin(Stdio::null());
        command
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("DEBIAN_FRONTEND", "noninteractive");
        command.output().expect("nsenter")
    }

    /// As [`Machine::run`], and it must succeed; what it said.
    #[track_caller]
    pub fn does(&self, words: &[&str]) -> String {
        let ended = self.run(words);
        let (out, err) = (
            String::from_utf8_lossy(&ended.stdout),
            String::from_utf8_lossy(&ended.stderr),
        );
        assert!(ended.status.success(), "{words:?}: {out}{err}");
        format!("{out}{err}")
    }

    /// Its process 1, by this machine's number.
    fn first(&self) -> Option<u32> {
        let path = format!("/proc/{0}/task/{0}/children", self.child.id());
        fs::read_to_string(path)
            .ok()?
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // `--kill-child`: process 1 goes too, and with it all others.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let begun = Instant::now();
        while self.cgroup.exists() && begun.elapsed() < BOOT {
            remove(&self.cgroup);
            std::thread::sleep(PAUSE);
        }
    }
}

/// A cgroup of its own, in the unified hierarchy.
fn cgroup() -> Option<PathBuf> {
    /// Several may run beside each other.
    static MACHINES: AtomicU32 = AtomicU32::new(0);
    let mounts = fs::read_to_string("/proc/mounts").ok()?;
    let at = mounts.lines().find_map(|line| {
        let mut words = line.split(' ').skip(1);
        let (at, kind) = (words.next()?, words.next()?);
        (kind == "cgroup2").then_some(at)
    })?;
    let number = MACHINES.fetch_add(1, Ordering::Relaxed);
    let name = format!("servicelofte-test-{}-{number}", std::process::id());
    let cgroup = Path::new(at).join(name);
    fs::create_dir(&cgroup).ok()?;
    Some(cgroup)
}

/// A cgroup and those in it; the kernel lets them go when their last process is gone.
fn remove(cgroup: &Path) {
    let within = fs::read_dir(cgroup)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    within
        .filter(|path| path.is_dir())
        .for_each(|path| remove(&path));
    let _ = fs::remove_dir(cgroup);
}
