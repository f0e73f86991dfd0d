//! A certificate authority for the test servers, made once in a process, and certificates that are
//! wrong in one way.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use std::sync::LazyLock;

/// The fault of a server's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// Nothing: for `localhost`, 127.0.0.1 and 127.0.0.2.
    #[default]
    Good,
    Expired,
    /// Good until the end of November 2026, which is soon in the tests' time.
    EndsSoon,
    /// For `other.example`.
    WrongName,
    /// Signed by an authority that [`ca_pem`] is not.
    ForeignAuthority,
}

struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

static OURS: LazyLock<Authority> = LazyLock::new(|| authority("servicelofte test authority"));
static FOREIGN: LazyLock<Authority> = LazyLock::new(|| authority("somebody else's authority"));

/// The authority to trust, as `ca_file` wants it.
pub fn ca_pem() -> &'static str {
    &OURS.pem
}

/// An authority that signed no good certificate.
pub fn foreign_ca_pem() -> &'static str {
    &FOREIGN.pem
}

/// A server's certificate and key, PEM.
pub fn server(kind: Certificate) -> (String, String) {
    let names = match kind {
        Certificate::WrongName => vec!["other.example".to_owned()],
        _ => ["localhost", "127.0.0.1", "127.0.0.2"]
            .map(str::to_owned)
            .to_vec(),
    };
    let mut params = CertificateParams::new(names).expect("names");
    params
        .distinguished_name
        .push(DnType::CommonName, "test server");
    if kind == Certificate::Expired {
        (params.not_before, params.not_after) =
            (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    }
    if kind == Certificate::EndsSoon {
        (params.not_before, params.not_after) =
            (date_time_ymd(2020, 1, 1), date_time_ymd(2026, 12, 1));
    }
    let authority = if kind == Certificate::ForeignAuthority {
        &FOREIGN
    } else {
        &OURS
    };
    let key = KeyPair::generate().expect("key");
    let certificate = params
        .signed_by(&key, &authority.issuer)
        .expect("certificate");
    (certificate.pem(), key.serialize_pem())
}

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let key = KeyPair::generate().expect("key");
    let pem = params.self_signed(&key).expect("certificate").pem();
    Authority {
        pem,
        issuer: Issuer::new(params, key),
    }
}
