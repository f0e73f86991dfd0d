//! The signed assertion that a client with a certificate shows (RFC 7523 §2.2, RFC 7515).
//!
//! As Microsoft's identity platform documents it: PS256, and the certificate's SHA-256 thumbprint
//! in `x5t#S256`; the audience is the token endpoint itself, which RFC 7523 §3 allows everywhere.
//! RS256 with a SHA-1 thumbprint, its older form, is left out.

use crate::config::{MAX_CA_SIZE, MAX_KEY_SIZE, OAuth2, read_small};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use rustls::SignatureScheme;
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::sign::Signer;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::Path;

/// How long an assertion holds. Five to ten minutes are recommended; it is used at once.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// How far this machine's clock may be ahead of the endpoint's before the assertion is refused as
/// not yet valid.
const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// Bytes of chance in an assertion's id.
const ID_BYTES: usize = 16;

/// The assertion. The error says what to do.
pub(super) fn signed(
    settings: &OAuth2,
    certificate: &Path,
    key: &Path,
    now: DateTime<Utc>,
) -> Result<String, String> {
    let certificate = leaf(certificate)?;
    let signer = signer(key)?;
    let mut id = [0; ID_BYTES];
    ring::default_provider()
        .secure_random
        .fill(&mut id)
        .map_err(|_| "this machine gives no random numbers".to_owned())?;
    let header = json!({
        "alg": "PS256", "typ": "JWT", "x5t#S256": URL_SAFE_NO_PAD.encode(Sha256::digest(&certificate)),
    });
    let claims = json!({
        "aud": settings.token_url.to_string(), "iss": settings.client_id, "sub": settings.client_id,
        "jti": URL_SAFE_NO_PAD.encode(id), "iat": now.timestamp(),
        "nbf": (now - TOLERANCE).timestamp(), "exp": (now + LIFE).timestamp(),
    });
    let encoded = |part: serde_json::Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let text = format!("{}.{}", encoded(header), encoded(claims));
    let signature = signer.sign(text.as_bytes()).map_err(|_| faulty(key))?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// The first certificate of a file: the client's own; the others are its chain.
pub(super) fn leaf(path: &Path) -> Result<CertificateDer<'static>, String> {
    let told = |why: String| format!("certificate {}: {why}", path.display());
    let bytes = read_small(path, MAX_CA_SIZE).map_err(told)?;
    CertificateDer::from_pem_slice(&bytes)
        .map_err(|_| told("must hold a certificate in PEM form".to_owned()))
}

fn faulty(key: &Path) -> String {
    format!(
        "key {}: must hold the certificate's private RSA key in PEM form",
        key.display()
    )
}

fn signer(key: &Path) -> Result<Box<dyn Signer>, String> {
    let bytes =
        read_small(key, MAX_KEY_SIZE).map_err(|why| format!("key {}: {why}", key.display()))?;
    let private = PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| faulty(key))?;
    let signing = ring::sign::any_supported_type(&private).map_err(|_| faulty(key))?;
    signing
        .choose_scheme(&[SignatureScheme::RSA_PSS_SHA256])
        .ok_or_else(|| faulty(key))
}
