//! `[service.lease]` and `[service.replica]`: which of two hosts leads, and how the register comes
//! from one to the other.

use super::access::{Login, Password, Proof, Security, Server};
use super::reader::Section;
use super::secret::{PASSWORD_KEYS, secret};
use super::{certificate, values};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Seconds that a lease lives without being renewed.
const TTL: u32 = 15;
/// Less would be lost in a short pause of the network; with more, nobody leads for long after a
/// host has died.
const TTLS: std::ops::RangeInclusive<u32> = 6..=300;
/// Minutes within which a copy of a mail has come, as after a connection that was lost at its end
/// ([`crate::engine::delivery::DOUBT`]).
const WAIT: u32 = 15;
/// A server on the same network delivers a copy within seconds; a busy one puts it off for hours.
const WAITS: std::ops::RangeInclusive<u32> = 1..=240;
/// The port of etcd's clients.
const ETCD: u16 = 2379;

/// The lease in etcd that only one of several hosts holds.
#[derive(Clone, Debug)]
pub struct Lease {
    /// Tried in turn; each with `ca_file` and login.
    pub endpoints: Vec<Server>,
    /// The same at every host that shares the promise.
    pub name: String,
    pub ttl: Duration,
    /// PEM files of the certificate that is shown to etcd, and of its key.
    pub certificate: Option<(PathBuf, PathBuf)>,
}

/// How the register is brought from one host to the other: commands, each a program with its
/// arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Fetches the newest replica, before the register is opened after a take-over.
    pub restore: Option<Vec<String>>,
    /// Runs for as long as the register is open here, and replicates it.
    pub replicate: Option<Vec<String>>,
    /// Where the other host answers as long as it lives: `takeover` refuses while it does.
    pub other: Option<(String, u16)>,
    /// After a take-over no mail leaves for so many minutes: the traces of what the other host sent
    /// last come within them.
    pub wait_minutes: i64,
}

impl Default for Replica {
    fn default() -> Self {
        Self {
            restore: None,
            replicate: None,
            other: None,
            wait_minutes: WAIT.into(),
        }
    }
}

/// `[service.lease]`.
pub(super) fn read(section: Section) -> Option<Lease> {
    if !section.has("endpoints") {
        section.fault_unseen(
            "endpoints",
            "missing; give the addresses of etcd, such as [\"https://etcd1.example.se:2379\"]",
        );
    }
    let endpoints = section.list("endpoints", endpoint);
    let name = section.required(
        "name",
        "give the lease a name, the same on every host that shares the promise",
        values::name,
    );
    let ttl = section.number("ttl", TTLS).unwrap_or(TTL);
    let ca_file = certificate::file(&section, "ca_file");
    let login = login(&section);
    let certificate = shown(&section);
    section.finish();
    let endpoints = endpoints?.into_iter().map(|server| Server {
        ca_file: ca_file.clone(),
        login: login.clone(),
        ..server
    });
    Some(Lease {
        endpoints: endpoints.collect(),
        name: name?,
        ttl: Duration::from_secs(ttl.into()),
        certificate,
    })
}

/// A user of etcd; without one, etcd asks for none.
fn login(section: &Section) -> Option<Login> {
    let user = section.text("user");
    let found = secret(section, PASSWORD_KEYS);
    let given = PASSWORD_KEYS.into_iter().any(|key| section.has(key));
    match (section.has("user"), given) {
        (true, false) => section.fault_unseen(
            "password_file",
            "missing; give password_file, credential or password, or leave user out",
        ),
        (false, true) => {
            section.fault_unseen("user", "missing; give the name of etcd's user");
        }
        _ => {}
    }
    let found = found?;
    Some(Login {
        user: user?,
        proof: Proof::Password(Password {
            secret: found.secret,
            file: found.file,
        }),
    })
}

/// The certificate that is shown to etcd, with its key.
fn shown(section: &Section) -> Option<(PathBuf, PathBuf)> {
    let can_be_read = |key: &Path| match std::fs::File::open(key) {
        Ok(_) => Ok(()),
        Err(why) => Err(format!("must name a file that can be read: {why}")),
    };
    certificate::is_named(section)
        .then(|| certificate::with_key(section, can_be_read))
        .flatten()
}

/// `https://host:2379`; `http` only to this machine.
fn endpoint(text: &str) -> Result<Server, String> {
    let right = || "must be an address such as https://etcd1.example.se:2379".to_owned();
    let (security, rest) = match text.split_once("://") {
        Some(("https", rest)) => (Security::Tls, rest),
        Some(("http", rest)) => (Security::Plaintext, rest),
        _ => return Err(right()),
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = host_and_port(rest, ETCD).ok_or_else(right)?;
    if security == Security::Plaintext && !values::is_loopback(&host) {
        return Err("must be https: plaintext is for an etcd on this machine only".to_owned());
    }
    Ok(Server {
        host,
        port,
        security,
        ca_file: None,
        login: None,
        address: None,
    })
}

fn host_and_port(text: &str, custom: u16) -> Option<(String, u16)> {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().ok().filter(|port| *port > 0)?),
        None => (text, custom),
    };
    Some((values::host(host).ok()?, port))
}

/// `[service.replica]`.
pub(super) fn replica(section: Section) -> Replica {
    let command = |key| {
        let words: Vec<String> = section.list(key, values::line)?;
        Some(words).filter(|words| !words.is_empty())
    };
    let (restore, replicate) = (command("restore"), command("replicate"));
    for (key, command) in [("restore", &restore), ("replicate", &replicate)] {
        // The unit's own path is short, and differs from a person's.
        if command
            .as_ref()
            .is_some_and(|words| !words[0].starts_with('/'))
        {
            section.fault(key, "must begin with the whole path of a program");
        }
    }
    let other = section.parsed("other", |text| {
        let found = text.contains(':').then(|| host_and_port(text, 0)).flatten();
        found.ok_or_else(|| {
            "must be a host and a port of the other host, such as \"kommun1.example.se:22\""
                .to_owned()
        })
    });
    let wait = section.number("wait_minutes", WAITS).unwrap_or(WAIT);
    section.finish();
    Replica {
        restore,
        replicate,
        other,
        wait_minutes: wait.into(),
    }
}
