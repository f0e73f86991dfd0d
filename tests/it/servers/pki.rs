//! A small certificate authority for the test servers, made anew for each test, as PEM files in its folder.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use std::path::{Path, PathBuf};

/// A certificate and its key.
#[derive(Clone, Debug)]
pub struct Pair {
    pub cert: PathBuf,
    pub key: PathBuf,
}

/// Everything a test can hold a client against. All but `other_name` are for `localhost` and 127.0.0.1.
#[derive(Clone, Debug)]
pub struct Pki {
    /// What a client should trust.
    pub ca: PathBuf,
    pub server: Pair,
    pub expired: Pair,
    /// For `mail.example.se`.
    pub other_name: Pair,
    /// Signed by an authority that is not `ca`.
    pub foreign: Pair,
}

impl Pki {
    pub fn write(folder: &Path) -> Self {
        let (ca, other) = (authority("Test CA"), authority("Foreign CA"));
        let ca_file = folder.join("ca.pem");
        std::fs::write(&ca_file, ca.pem()).unwrap();
        let here = ["localhost", "127.0.0.1"];
        Self {
            ca: ca_file,
            server: pair(folder, "server", &here, 2100, &ca),
            expired: pair(folder, "expired", &here, 2020, &ca),
            other_name: pair(folder, "other-name", &["mail.example.se"], 2100, &ca),
            foreign: pair(folder, "foreign", &here, 2100, &other),
        }
    }
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn pair(folder: &Path, name: &str, hosts: &[&str], until: i32, by: &CertifiedIssuer<'_, KeyPair>) -> Pair {
    let mut params = CertificateParams::new(hosts.iter().map(ToString::to_string).collect::<Vec<_>>()).unwrap();
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, by).unwrap();
    let pair = Pair { cert: folder.join(format!("{name}.pem")), key: folder.join(format!("{name}.key")) };
    std::fs::write(&pair.cert, certificate.pem()).unwrap();
    std::fs::write(&pair.key, key.serialize_pem()).unwrap();
    pair
}
