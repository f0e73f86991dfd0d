//! Servers whose Debian packages cannot be installed beside Dovecot's and Postfix's. `make servers`
//! unpacks them; here each runs in mount and process namespaces of its own, where the packages'
//! files are laid over `/usr` and `/etc`, so that it finds itself as on a machine where it is
//! installed. That needs root; where it cannot be had, the test is skipped with a word.

use super::postfix::PATIENCE;
use std::fs;
use std::net::TcpStream;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Wait between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// The script's exit code when the machine does not allow folders over others.
const NO_NAMESPACES: i32 = 77;

/// What runs in the namespaces before the server: `$1` is the packages' folder, `$2` ours.
const PROLOGUE: &str = "\
set -eu
mount -t overlay overlay -o lowerdir=$1/usr:/usr /usr || exit 77
mount -t overlay overlay -o lowerdir=$1/etc:/etc,upperdir=$2/etc,workdir=$2/work /etc || exit 77
mount -t tmpfs tmpfs /run
cd $2
";

/// A running server. It dies, with all that it started, when this is dropped.
pub struct Guest {
    dir: tempfile::TempDir,
    child: Child,
}

/// A server to be started.
pub struct Recipe<'a> {
    /// The folder below `target/servers`.
    pub packages: &'a str,
    /// Files below `/etc`, as the server sees it.
    pub etc: Vec<(&'a str, String)>,
    /// A shell script that runs the server in the foreground; it starts in [`Guest::dir`]. The
    /// shell must stay (no `exec`): it is the first process of the namespace, and a server that
    /// changes users would outlive us.
    pub script: String,
    /// Ports that answer when it is up.
    pub ports: Vec<u16>,
}

impl Guest {
    /// `None`, with a printed word, where it cannot run. The recipe is given the folder that will
    /// be [`Guest::dir`].
    pub fn start<'a>(recipe: impl FnOnce(&Path) -> Recipe<'a>) -> Option<Self> {
        let dir = tempfile::Builder::new()
            .prefix("gs")
            .tempdir()
            .expect("a temporary folder");
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755))
            .expect("permissions set");
        let recipe = recipe(dir.path());
        let packages = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .with_file_name("servers")
            .join(recipe.packages);
        if !packages.join("usr").is_dir() {
            eprintln!(
                "skipped: {} is not unpacked; `make servers` does it",
                recipe.packages
            );
            return None;
        }
        if fs::metadata("/proc/self").map_or(1, |me| me.uid()) != 0 {
            eprintln!("skipped: {} needs root", recipe.packages);
            return None;
        }
        fs::create_dir_all(packages.join("etc")).expect("a folder");
        fs::create_dir(dir.path().join("work")).expect("a folder");
        for (name, content) in &recipe.etc {
            let path = dir.path().join("etc").join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, content).expect("a file");
        }
        fs::create_dir_all(dir.path().join("etc")).expect("a folder");
        fs::write(
            dir.path().join("start"),
            format!("{PROLOGUE}{}", recipe.script),
        )
        .expect("a script");
        let log = fs::File::create(dir.path().join("log")).expect("a file");
        let child = Command::new("unshare")
            .args([
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                "bash",
            ])
            .arg(dir.path().join("start"))
            .args([&packages, dir.path()])
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a file"))
            .stderr(log)
            .spawn()
            .expect("unshare starts");
        Self { dir, child }.up(&recipe)
    }

    /// The server's own folder.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    fn up(mut self, recipe: &Recipe<'_>) -> Option<Self> {
        let begun = Instant::now();
        for port in &recipe.ports {
            while TcpStream::connect(("127.0.0.1", *port)).is_err() {
                if let Some(status) = self.child.try_wait().expect("its state") {
                    assert_eq!(
                        status.code(),
                        Some(NO_NAMESPACES),
                        "{} ended: {}",
                        recipe.packages,
                        self.log()
                    );
                    eprintln!(
                        "skipped: {} needs a machine where folders can be laid over others",
                        recipe.packages
                    );
                    return None;
                }
                assert!(
                    begun.elapsed() < PATIENCE,
                    "{} does not start: {}",
                    recipe.packages,
                    self.log()
                );
                std::thread::sleep(PAUSE);
            }
        }
        Some(self)
    }

    /// What it said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // `--kill-child`: the first process of the namespace goes too, and with it all others.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `/etc/passwd` or `/etc/group` of this machine with one more line.
pub fn with_line(file: &str, line: &str) -> String {
    fs::read_to_string(PathBuf::from("/etc").join(file)).expect("a file") + line + "\n"
}
