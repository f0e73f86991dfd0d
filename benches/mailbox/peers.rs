//! What the product is compared with: a bare TLS socket that drains the same answer without reading
//! it, mbsync and getmail. The two peers copy whole messages, which the product does not: a
//! difference in the job, not in skill.

use super::watched::{Used, watch};
use servicelofte::config::Server;
use servicelofte::tls;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, chown};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Bytes asked of the socket at a time.
const CHUNK: usize = 64 * 1024;
/// Longest last line of an answer: the one to LOGIN lists what the server can do.
const TAIL: usize = 2 * 1024;
/// How long getmail is watched: it would take half an hour for the whole.
const GETMAIL_SAMPLE: Duration = Duration::from_secs(20);
/// The longest wait for its first message.
const GETMAIL_START: Duration = Duration::from_mins(1);
/// Debian's `nobody` and `nogroup`: getmail refuses to run as root.
const NOBODY: u32 = 65_534;

/// Drains the product's bulk FETCH of a whole folder; returns the time from the command to its
/// tagged end, and the bytes.
pub fn drain(server: &Server, folder: &str, fields: &[String]) -> (Duration, u64) {
    let ca_file = server.ca_file.as_deref();
    let config = tls::client_config(ca_file).expect("the test authority");
    let name = server.host.clone().try_into().expect("a host name");
    let tcp = TcpStream::connect((server.host.as_str(), server.port)).expect("the server listens");
    tcp.set_nodelay(true).expect("no delay");
    let session = rustls::ClientConnection::new(config, name).expect("a session");
    let mut stream = rustls::StreamOwned::new(session, tcp);
    let login = server.login.as_ref().expect("a login");
    finish(&mut stream, "* ");
    command(
        &mut stream,
        "D1",
        &format!(
            "LOGIN {} {}",
            login.user,
            login.password().expect("a password").reveal()
        ),
    );
    command(&mut stream, "D2", &format!("EXAMINE {folder} (CONDSTORE)"));
    let began = Instant::now();
    let items = format!(
        "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({})])",
        fields.join(" ")
    );
    let bytes = command(&mut stream, "D3", &format!("UID FETCH 1:* {items}"));
    let took = began.elapsed();
    command(&mut stream, "D4", "LOGOUT");
    (took, bytes)
}

fn command(stream: &mut (impl Read + Write), tag: &str, text: &str) -> u64 {
    stream
        .write_all(format!("{tag} {text}\r\n").as_bytes())
        .expect("sent");
    stream.flush().expect("sent");
    finish(stream, &format!("{tag} OK"))
}

/// Reads up to a last line that begins so; only the tail of the output is looked at.
fn finish(stream: &mut impl Read, last: &str) -> u64 {
    let mut chunk = vec![0; CHUNK];
    let mut tail: Vec<u8> = Vec::new();
    let mut bytes = 0;
    loop {
        let came = stream.read(&mut chunk).expect("read");
        assert!(came > 0, "the server hung up");
        bytes += came as u64;
        tail.extend_from_slice(&chunk[came.saturating_sub(TAIL)..came]);
        tail.drain(..tail.len().saturating_sub(TAIL));
        if tail.ends_with(b"\r\n") {
            let text = String::from_utf8_lossy(&tail[..tail.len() - 2]);
            if text
                .rsplit('\n')
                .next()
                .is_some_and(|line| line.starts_with(last))
            {
                return bytes;
            }
        }
    }
}

/// Copies a folder, bodies and all, into a Maildir; without fsync and with commands in advance, to
/// mbsync's advantage. `None` where it is not installed.
pub fn mbsync(server: &Server, folder: &str, dir: &Path) -> Option<Used> {
    let login = server.login.as_ref()?;
    let maildir = dir.join("mbsync");
    std::fs::create_dir(&maildir).expect("folder made");
    let text = format!(
        "FSync no\nIMAPAccount a\nHost {host}\nPort {port}\nUser {user}\nPass {password}\nSSLType IMAPS\n\
         CertificateFile {ca}\nPipelineDepth 50\n\nIMAPStore far\nAccount a\n\nMaildirStore near\nPath {near}/\n\
         Inbox {near}/INBOX\n\nChannel c\nFar :far:{folder}\nNear :near:{folder}\nCreate Near\nSync Pull\n\
         SyncState {near}/state-\n",
        host = server.host,
        port = server.port,
        user = login.user,
        password = login.password().expect("a password").reveal(),
        ca = server.ca_file.as_ref()?.display(),
        near = maildir.display(),
    );
    let rc = dir.join("mbsyncrc");
    std::fs::write(&rc, text).expect("file written");
    let mut command = Command::new("mbsync");
    command
        .arg("-c")
        .arg(&rc)
        .arg("c")
        .stdout(Stdio::null())
        .stderr(Stdio::inherit());
    let used = watch(&mut command, || {})?;
    assert!(used.succeeded, "mbsync failed");
    Some(used)
}

/// Messages a second that getmail copies into a Maildir, after its first one. `None` where it is
/// not installed, or where another user's rights cannot be taken.
pub fn getmail(server: &Server, folder: &str) -> Option<f64> {
    let login = server.login.as_ref()?;
    // The benchmark's own folder is closed to others.
    let dir = tempfile::Builder::new()
        .prefix("getmail")
        .tempdir()
        .expect("a temporary folder");
    let near = dir.path().join("near");
    let (ca, rc) = (dir.path().join("ca.pem"), dir.path().join("rc"));
    for part in ["cur", "new", "tmp"] {
        fs::create_dir_all(near.join(part)).expect("folder made");
    }
    fs::copy(server.ca_file.as_ref()?, &ca).expect("file copied");
    let text = format!(
        "[retriever]\ntype = SimpleIMAPSSLRetriever\nserver = {host}\nport = {port}\nusername = {user}\n\
         password = {password}\nmailboxes = (\"{folder}\",)\nca_certs = {ca}\n[destination]\ntype = Maildir\n\
         path = {near}/\n[options]\nread_all = true\ndelete = false\ndelivered_to = false\nreceived = false\n\
         verbose = 0\n",
        host = server.host,
        port = server.port,
        user = login.user,
        password = login.password().expect("a password").reveal(),
        ca = ca.display(),
        near = near.display(),
    );
    fs::write(&rc, text).expect("file written");
    let is_root = fs::metadata("/proc/self").expect("this process").uid() == 0;
    let mut command = Command::new(if is_root { "setpriv" } else { "getmail" });
    if is_root {
        let paths = [
            dir.path(),
            &ca,
            &rc,
            &near,
            &near.join("cur"),
            &near.join("new"),
            &near.join("tmp"),
        ];
        for path in paths {
            chown(path, Some(NOBODY), Some(NOBODY)).expect("owner changed");
        }
        command.args([
            &format!("--reuid={NOBODY}"),
            &format!("--regid={NOBODY}"),
            "--clear-groups",
            "getmail",
        ]);
    }
    command
        .arg("--getmaildir")
        .arg(dir.path())
        .arg("--rcfile")
        .arg(&rc)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let came = || fs::read_dir(near.join("new")).map_or(0, Iterator::count);
    let began = Instant::now();
    while came() == 0
        && began.elapsed() < GETMAIL_START
        && child.try_wait().expect("its state").is_none()
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    let (before, began) = (came(), Instant::now());
    while before > 0
        && began.elapsed() < GETMAIL_SAMPLE
        && child.try_wait().expect("its state").is_none()
    {
        std::thread::sleep(Duration::from_millis(20));
    }
    let (copied, took) = (came() - before, began.elapsed());
    // It may have ended already.
    let _ = child.kill();
    child.wait().expect("its end");
    (copied > 0).then(|| f64::from(u32::try_from(copied).unwrap_or(u32::MAX)) / took.as_secs_f64())
}

/// Passes connections on to a port of this machine and counts what goes through, both ways
/// together.
pub struct Counter {
    pub port: u16,
    bytes: Arc<AtomicU64>,
}

impl Counter {
    pub fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let bytes = Arc::new(AtomicU64::new(0));
        let counter = Self {
            port: listener.local_addr().expect("its address").port(),
            bytes: Arc::clone(&bytes),
        };
        std::thread::spawn(move || {
            for near in listener.incoming() {
                let near = near.expect("a connection");
                let far = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
                for (from, to) in [(&near, &far), (&far, &near)] {
                    to.set_nodelay(true).expect("no delay");
                    let (from, to) = (
                        from.try_clone().expect("a socket"),
                        to.try_clone().expect("a socket"),
                    );
                    let bytes = Arc::clone(&bytes);
                    std::thread::spawn(move || pass(from, to, &bytes));
                }
            }
        });
        counter
    }

    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, bytes: &AtomicU64) {
    let mut chunk = vec![0; CHUNK];
    while let Ok(came @ 1..) = from.read(&mut chunk) {
        bytes.fetch_add(came as u64, Ordering::Relaxed);
        if to.write_all(&chunk[..came]).is_err() {
            break;
        }
    }
    // The other side may be gone already.
    let _ = to.shutdown(std::net::Shutdown::Both);
}
