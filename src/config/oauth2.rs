//! `[mailbox.imap.oauth2]`: how to get a token instead of giving a password.
//!
//! Secrets are read again at each request for a token, so that a new one in the same file needs no
//! restart: only their places are kept here. The file's contents are checked at the start all the
//! same.

use super::access::{Credential, OAuth2, SecretSource};
use super::files::{holds_certificate, read_small};
use super::reader::{Files, Section};
use super::secret::{SecretKeys, secret, secret_file};
use super::values;
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};

/// Bytes of a file with a certificate and its chain, or with a private key.
pub const MAX_KEY_SIZE: u64 = 64 << 10;

const CLIENT_SECRET_KEYS: SecretKeys = [
    "client_secret",
    "client_secret_file",
    "client_secret_credential",
];
/// The keys of the certificate's private key: its file, its systemd credential.
const KEY_KEYS: [&str; 2] = ["key", "key_credential"];

/// Reads the section.
pub(super) fn read(section: Section) -> Option<OAuth2> {
    let token_url = section.required(
        "token_url",
        "give the address of the token endpoint",
        values::https,
    );
    let ca_file = section.path("ca_file");
    if let Some(path) = ca_file
        .as_deref()
        .filter(|_| section.reader.files == Files::Open)
        && let Err(why) = holds_certificate(path)
    {
        section.fault("ca_file", why);
    }
    let client_id = section.required("client_id", "give the application's id", values::line);
    let scope = section.text("scope");
    let credential = credential(&section);
    let secret_expires = section.parsed("secret_expires", values::date);
    if section.has("secret_expires") && section.has("certificate") {
        section.fault(
            "secret_expires",
            "must be left out: a certificate tells its last day itself",
        );
    }
    section.finish();
    Some(OAuth2 {
        token_url: token_url?,
        ca_file,
        client_id: client_id?,
        scope,
        credential: credential?,
        secret_expires,
    })
}

/// A secret, or a certificate with its key.
fn credential(section: &Section) -> Option<Credential> {
    let by_secret = CLIENT_SECRET_KEYS.into_iter().any(|key| section.has(key));
    let by_key = ["certificate"]
        .into_iter()
        .chain(KEY_KEYS)
        .any(|key| section.has(key));
    let secret = secret(section, CLIENT_SECRET_KEYS).map(|found| {
        Credential::Secret(
            found
                .file
                .map_or(SecretSource::Given(found.secret), SecretSource::File),
        )
    });
    let certificate = by_key.then(|| certificate(section)).flatten();
    match (by_secret, by_key) {
        (true, true) => {
            section.fault_unseen(
                "certificate",
                "give either a client_secret or a certificate with its key",
            );
            None
        }
        (false, false) => {
            let remedy = "missing; give client_secret_file, client_secret_credential, client_secret, or certificate and key";
            section.fault_unseen("client_secret_file", remedy);
            None
        }
        (true, false) => secret,
        (false, true) => certificate,
    }
}

fn certificate(section: &Section) -> Option<Credential> {
    let open = section.reader.files == Files::Open;
    if !section.has("certificate") {
        section.fault_unseen(
            "certificate",
            "missing; give the PEM file of the certificate that belongs to the key",
        );
    }
    let certificate = section.path("certificate");
    if let Some(path) = certificate.as_deref().filter(|_| open)
        && let Err(why) = holds_certificate(path)
    {
        section.fault("certificate", why);
    }
    let given = KEY_KEYS
        .into_iter()
        .filter(|key| section.has(key))
        .collect::<Vec<_>>();
    for name in given
        .iter()
        .filter(|name| section.get(name).is_some_and(|value| !value.is_str()))
    {
        section.fault_unseen(name, "must be a text in quotes");
    }
    let &[name] = given.as_slice() else {
        let (at, remedy) = match given.as_slice() {
            [] => (
                "key",
                "missing; give the PEM file of the certificate's private key",
            ),
            _ => ("key_credential", "give only one of key, key_credential"),
        };
        section.fault_unseen(at, remedy);
        return None;
    };
    section.get(name).filter(|value| value.is_str())?;
    // The value is not shown: it might be the key itself.
    let key = secret_file(section, name, name == "key_credential");
    let key = key.and_then(|path| {
        if open {
            private_key(&path).map(|()| path)
        } else {
            Ok(path)
        }
    });
    let key = key.map_err(|why| section.fault_unseen(name, why)).ok();
    Some(Credential::Certificate {
        certificate: certificate?,
        key: key?,
    })
}

/// Only RSA is signed with: it is what identity platforms document for client assertions.
fn private_key(path: &std::path::Path) -> Result<(), String> {
    let bytes = read_small(path, MAX_KEY_SIZE)
        .map_err(|why| format!("must name a file that can be read: {why}"))?;
    match PrivateKeyDer::from_pem_slice(&bytes) {
        Ok(PrivateKeyDer::Pkcs1(_) | PrivateKeyDer::Pkcs8(_)) => Ok(()),
        Ok(_) => Err("must hold an RSA key".to_owned()),
        Err(_) => {
            Err("must hold a private key in PEM form without a passphrase (-----BEGIN PRIVATE KEY-----)".to_owned())
        }
    }
}
