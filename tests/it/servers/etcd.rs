//! etcd from Debian (`etcd-server`): one member or three on loopback, in a throw-away folder, with
//! or without TLS and users. A machine without it skips what needs it, and says so.

use super::net::Net;
use super::pem::Pem;
use super::ports::free_ports;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use http_body_util::Full;
use hyper::Request;
use serde_json::{Value, json};
use servicelofte::config::{Lease, Login, Security, Server};
use servicelofte::http::{self, Limits};
use servicelofte::tls;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Longest wait until it leads itself.
const START: Duration = Duration::from_secs(30);

/// The ports of a member that has an address of its own: for those who ask, and for the others.
const CLIENTS: u16 = 2379;
const PEERS: u16 = 2380;

/// The user that may only do what the program needs, and its password.
pub const USER: (&str, &str) = ("servicelofte", "Etcdhemlighet-8Rw2");

pub struct Etcd {
    members: Vec<Child>,
    /// Where each member answers.
    pub places: Vec<(String, u16)>,
    pub pem: Option<Pem>,
    _folder: TempDir,
}

impl Etcd {
    /// One member, in plaintext.
    pub async fn start() -> Option<Self> {
        Self::launch(free_ports::<2>().to_vec(), false).await
    }

    /// Three members, in plaintext.
    pub async fn three() -> Option<Self> {
        Self::launch(free_ports::<6>().to_vec(), false).await
    }

    /// Three members in plaintext, each on its seat of a network and with its address.
    pub fn on(net: &Net, seats: [(&str, &str); 3]) -> Option<Self> {
        if !is_there() {
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let places: Vec<(String, u16)> = seats
            .iter()
            .map(|(_, address)| ((*address).to_owned(), CLIENTS))
            .collect();
        let peers: Vec<(String, u16)> = places
            .iter()
            .map(|(address, _)| (address.clone(), PEERS))
            .collect();
        let commands = commands(folder.path(), "http", &places, &peers);
        let members = commands.into_iter().zip(seats);
        let members = members
            .map(|(mut command, (seat, _))| {
                net.within(seat, || command.spawn().expect("etcd starts"))
            })
            .collect();
        Some(Self {
            members,
            places,
            pem: None,
            _folder: folder,
        })
    }

    /// One member that wants TLS, and a certificate of whoever asks.
    pub async fn with_certificates() -> Option<Self> {
        Self::launch(free_ports::<2>().to_vec(), true).await
    }

    async fn launch(ports: Vec<u16>, tls: bool) -> Option<Self> {
        if !is_there() {
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let pem = tls.then(|| Pem::write(folder.path()));
        let here = |ports: &[u16]| -> Vec<(String, u16)> {
            let ports = ports.iter();
            ports.map(|port| ("127.0.0.1".to_owned(), *port)).collect()
        };
        let (clients, peers) = ports.split_at(ports.len() / 2);
        let (places, peers) = (here(clients), here(peers));
        let scheme = if tls { "https" } else { "http" };
        let mut started = Vec::new();
        for mut command in commands(folder.path(), scheme, &places, &peers) {
            if let Some(pem) = &pem {
                command
                    .arg("--cert-file")
                    .arg(&pem.good.cert)
                    .arg("--key-file")
                    .arg(&pem.good.key)
                    .arg("--trusted-ca-file")
                    .arg(&pem.ca)
                    .arg("--client-cert-auth");
            }
            started.push(command.spawn().expect("etcd starts"));
        }
        let etcd = Self {
            members: started,
            places,
            pem,
            _folder: folder,
        };
        let (begun, asked) = (
            Instant::now(),
            json!({ "key": BASE64_STANDARD.encode("x") }),
        );
        while etcd.ask("/v3/kv/range", &asked, None).await.is_none() {
            assert!(begun.elapsed() < START, "etcd did not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Some(etcd)
    }

    /// As the configuration names it.
    pub fn settings(&self, name: &str, ttl: u64) -> Lease {
        let (security, certificate) = match &self.pem {
            Some(pem) => {
                let good = pem.good.clone();
                (Security::Tls, Some((good.cert, good.key)))
            }
            None => (Security::Plaintext, None),
        };
        let endpoints = self.places.iter().map(|(host, port)| Server {
            host: host.clone(),
            port: *port,
            security,
            ca_file: self.pem.as_ref().map(|pem| pem.ca.clone()),
            login: None,
            address: None,
        });
        Lease {
            endpoints: endpoints.collect(),
            name: name.to_owned(),
            ttl: Duration::from_secs(ttl),
            certificate,
        }
    }

    /// The same by a user.
    pub fn settings_of(&self, user: (&str, &str), name: &str) -> Lease {
        let mut settings = self.settings(name, 6);
        for server in &mut settings.endpoints {
            server.login = Some(Login::with_password(user.0, user.1));
        }
        settings
    }

    /// One question to the first member; `None` where it has no answer.
    pub async fn ask(&self, path: &str, asked: &Value, token: Option<&str>) -> Option<Value> {
        let settings = self.settings("x", 6);
        let server = settings.endpoints[0].clone();
        let mut request = Request::post(path).header("host", "127.0.0.1");
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        let request = request
            .body(Full::from(asked.to_string()))
            .expect("a request");
        let limits = Limits {
            time: Duration::from_secs(5),
            bytes: 1 << 20,
        };
        let connecting = async {
            match &settings.certificate {
                Some((cert, key)) => {
                    let config = tls::showing(server.ca_file.as_deref(), cert, key)?;
                    tls::connect_with(&server, config).await
                }
                None => tls::connect(&server).await,
            }
        };
        let answer = http::ask(connecting, request, limits).await.ok()?;
        let is_good = answer.status().is_success();
        let body = answer.into_body().ok()?;
        is_good.then(|| serde_json::from_slice(&body).unwrap_or_default())
    }

    /// It asks for users from now on: `root`, and [`USER`], who may do what the program needs.
    pub async fn ask_for_users(&self) {
        let (user, password) = USER;
        let may = json!({
            "permType": "READWRITE",
            "key": BASE64_STANDARD.encode("servicelofte/"),
            "range_end": BASE64_STANDARD.encode("servicelofte0"),
        });
        for (path, asked) in [
            ("user/add", json!({ "name": "root", "password": "rot" })),
            ("role/add", json!({ "name": "root" })),
            ("user/grant", json!({ "user": "root", "role": "root" })),
            ("user/add", json!({ "name": user, "password": password })),
            ("role/add", json!({ "name": user })),
            ("role/grant", json!({ "name": user, "perm": may })),
            ("user/grant", json!({ "user": user, "role": user })),
            ("enable", json!({})),
        ] {
            let path = format!("/v3/auth/{path}");
            assert!(self.ask(&path, &asked, None).await.is_some(), "{path}");
        }
    }

    /// A signal to every member, or to some. A member that is to stop has stopped: on a busy machine
    /// one of its threads may go on for a while, and answer.
    pub fn signal(&self, members: std::ops::Range<usize>, name: &str) {
        for member in &self.members[members] {
            let sent = Command::new("kill")
                .args(["-s", name, &member.id().to_string()])
                .status();
            assert!(sent.expect("kill").success());
            let begun = Instant::now();
            while name == "STOP" && !has_stopped(member.id()) {
                assert!(begun.elapsed() < START, "a member does not stop");
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }

    pub fn signal_all(&self, name: &str) {
        self.signal(0..self.members.len(), name);
    }
}

/// Whether all threads of a process stand still (proc(5), the state behind the name in `stat`).
fn has_stopped(process: u32) -> bool {
    let threads = std::fs::read_dir(format!("/proc/{process}/task"));
    threads.expect("its threads").flatten().all(|thread| {
        let stat = std::fs::read_to_string(thread.path().join("stat")).unwrap_or_default();
        let state = stat.rsplit_once(") ").map_or("", |(_, rest)| rest);
        state.starts_with('T')
    })
}

/// Whether it can be started.
fn is_there() -> bool {
    let version = Command::new("etcd")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if version.is_err() {
        println!("skipped: etcd is not there (apt-get install etcd-server)");
    }
    version.is_ok()
}

/// What starts each member.
fn commands(
    folder: &Path,
    scheme: &str,
    places: &[(String, u16)],
    peers: &[(String, u16)],
) -> Vec<Command> {
    let url = |scheme: &str, (host, port): &(String, u16)| format!("{scheme}://{host}:{port}");
    let members: Vec<String> = (0..)
        .zip(peers)
        .map(|(n, peer)| format!("m{n}={}", url("http", peer)))
        .collect();
    let mut all = Vec::new();
    for (n, (place, peer)) in (0..).zip(places.iter().zip(peers)) {
        let (client, peer) = (url(scheme, place), url("http", peer));
        let mut command = Command::new("etcd");
        command
            .env_clear()
            .arg("--name")
            .arg(format!("m{n}"))
            .arg("--data-dir")
            .arg(folder.join(format!("m{n}")))
            .args(["--listen-client-urls", &client])
            .args(["--advertise-client-urls", &client])
            .args(["--listen-peer-urls", &peer])
            .args(["--initial-advertise-peer-urls", &peer])
            .args(["--initial-cluster", &members.join(","), "--logger", "zap"])
            .args(["--log-level", "error"])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        all.push(command);
    }
    all
}

impl Drop for Etcd {
    fn drop(&mut self) {
        for member in &mut self.members {
            let _ = member.kill();
            let _ = member.wait();
        }
    }
}
