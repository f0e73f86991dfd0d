//! The certificates of `pki` as files, for servers and clients that read files.

use super::pki::{self, Certificate};
use std::path::{Path, PathBuf};

/// A certificate and its key.
#[derive(Clone, Debug)]
pub struct Pair {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// What a client should trust, and one certificate of each kind.
#[derive(Clone, Debug)]
pub struct Pem {
    pub ca: PathBuf,
    pub good: Pair,
    pub expired: Pair,
    pub wrong_name: Pair,
    pub foreign: Pair,
}

impl Pem {
    pub fn write(folder: &Path) -> Self {
        let ca = folder.join("ca.pem");
        std::fs::write(&ca, pki::ca_pem()).unwrap();
        let pair = |name: &str, kind| {
            let (certificate, secret) = pki::server(kind);
            let pair = Pair {
                cert: folder.join(format!("{name}.pem")),
                key: folder.join(format!("{name}.key")),
            };
            std::fs::write(&pair.cert, certificate).unwrap();
            std::fs::write(&pair.key, secret).unwrap();
            pair
        };
        Self {
            ca,
            good: pair("good", Certificate::Good),
            expired: pair("expired", Certificate::Expired),
            wrong_name: pair("wrong-name", Certificate::WrongName),
            foreign: pair("foreign", Certificate::ForeignAuthority),
        }
    }
}
