//! `[mailbox.imap.oauth2]`: how to get a token instead of giving a password.
//!
//! Secrets are read again at each request for a token, so that a new one in the same file needs no
//! restart: only their places are kept here. The file's contents are checked at the start all the
//! same.

use super::access::{Credential, OAuth2, SecretSource};
use super::files::read_small;
use super::reader::Section;
use super::secret::{SecretKeys, secret};
use super::{certificate, values};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};

/// Bytes of a file with a certificate and its chain, or with a private key.
pub const MAX_KEY_SIZE: u64 = 64 << 10;

const CLIENT_SECRET_KEYS: SecretKeys = [
    "client_secret",
    "client_secret_file",
    "client_secret_credential",
];

/// Reads the section.
pub(super) fn read(section: Section) -> Option<OAuth2> {
    let token_url = section.required(
        "token_url",
        "give the address of the token endpoint",
        values::https,
    );
    let ca_file = certificate::file(&section, "ca_file");
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
    let by_key = certificate::is_named(section);
    let secret = secret(section, CLIENT_SECRET_KEYS).map(|found| {
        Credential::Secret(
            found
                .file
                .map_or(SecretSource::Given(found.secret), SecretSource::File),
        )
    });
    let certificate = by_key
        .then(|| certificate::with_key(section, private_key))
        .flatten()
        .map(|(certificate, key)| Credential::Certificate { certificate, key });
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
