//! One page over our own TLS: bounded in time and size, following nothing.

use super::Ways;
use crate::config::{Security, Server};
use crate::tls;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;
use tokio::time::timeout;

/// Longest wait for a page, connecting included.
pub const PATIENCE: Duration = Duration::from_secs(8);
/// Largest page, in bytes: one that names two servers has some 2 000.
pub const MOST_BYTES: usize = 64 << 10;
/// Most bytes of the answer's header.
const MOST_HEADER: usize = 32 << 10;

/// The page, or in a few words why there is none.
pub(super) async fn fetch(
    ways: &Ways,
    host: &str,
    path: &str,
    address: &str,
) -> Result<String, String> {
    timeout(PATIENCE, exchange(ways, host, path, address))
        .await
        .unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())))
}

async fn exchange(ways: &Ways, host: &str, path: &str, address: &str) -> Result<String, String> {
    let server = Server {
        host: host.to_owned(),
        port: ways.web_port,
        security: Security::Tls,
        ca_file: ways.ca_file.clone(),
        login: None,
        address: ways.web,
    };
    let stream = tls::connect(&server).await.map_err(|error| match error {
        tls::TlsError::UnknownHost { .. } => "there is no such name".to_owned(),
        tls::TlsError::Refused { .. } => "nothing listens there".to_owned(),
        error => error.to_string(),
    })?;
    let lost = |error: hyper::Error| {
        if error.is_parse() {
            "the answer is not HTTP".to_owned()
        } else {
            "the connection was lost".to_owned()
        }
    };
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MOST_HEADER)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(lost)?;
    let address = utf8_percent_encode(address, NON_ALPHANUMERIC);
    let request = Request::get(format!("{path}?emailaddress={address}"))
        .header(header::HOST, host)
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|_| "its name cannot be asked for".to_owned())?;
    let asking = async {
        let (parts, body) = sender
            .send_request(request)
            .await
            .map_err(lost)?
            .into_parts();
        match parts.status {
            StatusCode::OK => {}
            status if status.is_redirection() => {
                return Err(format!("it points elsewhere (HTTP {})", status.as_u16()));
            }
            status => return Err(format!("nothing (HTTP {})", status.as_u16())),
        }
        let broken = |_| format!("the answer broke off, or is larger than {MOST_BYTES} bytes");
        let bytes = Limited::new(body, MOST_BYTES)
            .collect()
            .await
            .map_err(broken)?
            .to_bytes();
        String::from_utf8(bytes.to_vec()).map_err(|_| "the answer is not UTF-8".to_owned())
    };
    tokio::pin!(asking);
    tokio::select! {
        answer = &mut asking => answer,
        // The connection's own work; when it ends first, the answer may be there already.
        ended = connection => match ended {
            Ok(()) => asking.await,
            Err(error) => Err(lost(error)),
        },
    }
}
