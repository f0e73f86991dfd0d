//! Which authorities a server's certificate is checked against, and the certificate that we show.

use super::TlsError;
use crate::config::{Version, version_of};
use rustls::client::WantsClientCert;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// TLS 1.2 and 1.3 with the ring provider, trusting the authorities in `ca_file` only, or the
/// system's without one. It reads files.
pub fn client_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, TlsError> {
    Ok(Arc::new(trusting(ca_file)?.with_no_client_auth()))
}

fn trusting(
    ca_file: Option<&Path>,
) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, TlsError> {
    let roots = match ca_file {
        Some(path) => roots_of(path)?,
        None => native_roots()?,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| TlsError::NoRoots { why: e.to_string() })?
        .with_root_certificates(roots);
    Ok(config)
}

/// The same, and whoever asks shows a certificate: PEM files of it, with its chain, and of its key.
pub fn showing(
    ca_file: Option<&Path>,
    certificate: &Path,
    key: &Path,
) -> Result<Arc<ClientConfig>, TlsError> {
    let fault = |path: &Path, why: String| TlsError::OwnCertificate {
        path: path.display().to_string(),
        why,
    };
    let read = |path: &Path| std::fs::read(path).map_err(|e| fault(path, e.to_string()));
    let chain = CertificateDer::pem_slice_iter(&read(certificate)?)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|e| fault(certificate, e.to_string()))?;
    let secret = PrivateKeyDer::from_pem_slice(&read(key)?)
        .map_err(|_| fault(key, "it holds no private key".to_owned()))?;
    let config = trusting(ca_file)?
        .with_client_auth_cert(chain, secret)
        .map_err(|e| fault(certificate, e.to_string()))?;
    Ok(Arc::new(config))
}

/// The same, kept for a while: with hundreds of mailboxes the authorities' certificates would be
/// what fills the memory, and reading them what takes the time.
pub(crate) fn kept_config(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, TlsError> {
    // A file that was changed counts at once, the system's authorities after a while.
    let version = ca_file.and_then(version_of);
    let mut kept = KEPT
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    kept.retain(|kept| kept.since.elapsed() < KEPT_FOR);
    let same = |kept: &&Kept| kept.ca_file.as_deref() == ca_file && kept.version == version;
    if let Some(kept) = kept.iter().find(same) {
        return Ok(Arc::clone(&kept.config));
    }
    let config = client_config(ca_file)?;
    kept.retain(|kept| kept.ca_file.as_deref() != ca_file);
    if kept.len() < MOST_KEPT {
        let (ca_file, config) = (ca_file.map(Path::to_owned), Arc::clone(&config));
        kept.push(Kept {
            ca_file,
            version,
            since: Instant::now(),
            config,
        });
    }
    Ok(config)
}

/// How long authorities that were read are believed.
pub const KEPT_FOR: Duration = Duration::from_hours(1);
/// Most different `ca_file`s that are kept.
pub const MOST_KEPT: usize = 16;

struct Kept {
    ca_file: Option<PathBuf>,
    version: Option<Version>,
    since: Instant,
    config: Arc<ClientConfig>,
}

static KEPT: Mutex<Vec<Kept>> = Mutex::new(Vec::new());

fn roots_of(path: &Path) -> Result<RootCertStore, TlsError> {
    let fault = |why: String| TlsError::CaFile {
        path: path.display().to_string(),
        why,
    };
    let mut roots = RootCertStore::empty();
    let bytes = std::fs::read(path).map_err(|e| fault(e.to_string()))?;
    // What editors on Windows put before a text.
    let pem = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|e| fault(e.to_string()))?;
        roots.add(certificate).map_err(|e| fault(e.to_string()))?;
    }
    if roots.is_empty() {
        return Err(fault("it holds no certificate".to_owned()));
    }
    Ok(roots)
}

fn native_roots() -> Result<RootCertStore, TlsError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (good, _) = roots.add_parsable_certificates(found.certs);
    if good == 0 {
        let why = found
            .errors
            .first()
            .map_or_else(|| "none found".to_owned(), ToString::to_string);
        return Err(TlsError::NoRoots { why });
    }
    Ok(roots)
}
