//! Certificates and protocols that are wrong in one way each, from a real TLS server: what the
//! error says is wrong, and who can mend it.

use super::ports::free_ports;
use servicelofte::config::{Security, Server};
use servicelofte::tls;
use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_mins(1);

/// For a server whose name is this machine's.
const LEAF: &str = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n";
const AUTHORITY: &str =
    "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\nsubjectAltName=DNS:localhost\n";

/// A folder of keys and certificates.
struct Shop(tempfile::TempDir);

impl Shop {
    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn openssl(&self, words: &[&str]) {
        let ended = Command::new("openssl")
            .args(words)
            .current_dir(self.0.path())
            .output();
        let ended = ended.expect("openssl runs: apt-get install openssl");
        assert!(
            ended.status.success(),
            "{words:?}: {}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }

    /// A key and a request for it.
    fn key(&self, name: &str, kind: &[&str]) {
        let (key, request, subject) = (
            format!("{name}.key"),
            format!("{name}.csr"),
            format!("/CN={name}"),
        );
        let new = [
            "req", "-new", "-nodes", "-subj", &subject, "-keyout", &key, "-out", &request,
        ];
        self.openssl(&[&new, kind].concat());
    }

    /// A certificate for `name`, with a key of that kind, by `issuer`; by itself without one.
    fn certificate(
        &self,
        name: &str,
        kind: &[&str],
        issuer: Option<&str>,
        extensions: Option<&str>,
        digest: &str,
    ) {
        self.key(name, kind);
        let (request, out, own_key) = (
            format!("{name}.csr"),
            format!("{name}.pem"),
            format!("{name}.key"),
        );
        let mut words = vec![
            "x509", "-req", "-days", "30", digest, "-in", &request, "-out", &out,
        ];
        let by = issuer.map(|issuer| (format!("{issuer}.pem"), format!("{issuer}.key")));
        match &by {
            Some((pem, key)) => words.extend(["-CA", pem, "-CAkey", key, "-set_serial", "7"]),
            None => words.extend(["-signkey", &own_key]),
        }
        if let Some(extensions) = extensions {
            fs::write(self.path("extensions"), extensions).expect("a file");
            words.extend(["-extfile", "extensions"]);
        }
        self.openssl(&words);
    }
}

/// `openssl s_server` with a certificate and its key; it ends when this is dropped.
struct Serving {
    child: Child,
    port: u16,
}

impl Serving {
    fn start(shop: &Shop, name: &str, more: &[&str]) -> Self {
        let [port] = free_ports();
        // Security level 0: the test is about values that it would refuse to serve by itself.
        let child = Command::new("openssl")
            .args([
                "s_server",
                "-quiet",
                "-cipher",
                "ALL:@SECLEVEL=0",
                "-accept",
                &format!("127.0.0.1:{port}"),
            ])
            .args([
                "-cert",
                &format!("{name}.pem"),
                "-key",
                &format!("{name}.key"),
            ])
            .args(more)
            .current_dir(shop.0.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("openssl runs");
        let begun = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < PATIENCE, "{name}: openssl does not serve");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { child, port }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn tried(port: u16, ca_file: &Path) -> Result<(), String> {
    let server = Server {
        host: "localhost".to_owned(),
        port,
        security: Security::Tls,
        ca_file: Some(ca_file.to_owned()),
        login: None,
        address: None,
    };
    tls::connect(&server)
        .await
        .map(drop)
        .map_err(|error| error.to_string())
}

const P256: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const RSA: &[&str] = &["-newkey", "rsa:2048"];
const RSA_1024: &[&str] = &["-newkey", "rsa:1024"];

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_certificate_or_protocol_says_what_is_wrong() {
    let shop = Shop(tempfile::tempdir().expect("a temporary folder"));
    shop.certificate("root", P256, None, Some(AUTHORITY), "-sha256");
    shop.certificate("between", P256, Some("root"), Some(AUTHORITY), "-sha256");
    shop.certificate("good", RSA, Some("root"), Some(LEAF), "-sha256");
    shop.certificate("below", P256, Some("between"), Some(LEAF), "-sha256");
    shop.certificate("own", P256, None, Some(AUTHORITY), "-sha256");
    shop.certificate("first", RSA, Some("root"), None, "-sha256");
    shop.certificate("short", RSA_1024, Some("root"), Some(LEAF), "-sha256");
    shop.certificate("rsa-root", RSA, None, Some(AUTHORITY), "-sha256");
    shop.certificate("old", RSA, Some("rsa-root"), Some(LEAF), "-sha1");
    // What editors on Windows put before a text.
    let root = fs::read_to_string(shop.path("root.pem")).expect("a file");
    fs::write(shop.path("marked.pem"), format!("\u{feff}{root}")).expect("a file");

    let cases: &[(&str, &[&str], &str, Option<&str>)] = &[
        ("good", &[], "root", None),
        ("good", &[], "marked", None),
        ("below", &["-cert_chain", "between.pem"], "root", None),
        (
            "below",
            &[],
            "root",
            Some("have its owner send the intermediate certificate along"),
        ),
        (
            "good",
            &["-tls1_1"],
            "root",
            Some("its owner must allow TLS 1.2 or 1.3"),
        ),
        (
            "good",
            &["-tls1_2", "-cipher", "AES128-SHA:@SECLEVEL=0"],
            "root",
            Some("its owner must allow TLS 1.2 or 1.3"),
        ),
        ("own", &[], "own", Some("is its own authority (CA:TRUE)")),
        (
            "first",
            &[],
            "root",
            Some("is of version 1, which names no host"),
        ),
        ("short", &[], "root", Some("RSA with fewer than 2048 bits")),
        (
            "old",
            &[],
            "rsa-root",
            Some("is signed in a way that is no longer safe, such as SHA-1"),
        ),
    ];
    for (name, more, ca_file, told) in cases {
        let serving = Serving::start(&shop, name, more);
        let ended = tried(serving.port, &shop.path(&format!("{ca_file}.pem"))).await;
        println!("{name} {more:?} by {ca_file}: {ended:?}");
        match (told, &ended) {
            (None, ended) => assert_eq!(*ended, Ok(()), "{name} {more:?}"),
            (Some(words), Err(text)) => {
                assert!(
                    text.contains(words) && text.contains("localhost:") && !text.contains('\n'),
                    "{name}: {text}"
                );
            }
            (Some(words), Ok(())) => panic!("{name} {more:?}: {words}: connected"),
        }
    }
}
