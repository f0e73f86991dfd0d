//! One page over our own TLS ([`crate::http`]).

use super::Ways;
use crate::config::{Security, Server};
use crate::http::{self, HttpError, Limits};
use crate::tls::{self, TlsError};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;

/// Longest wait for a page, connecting included.
pub const PATIENCE: Duration = Duration::from_secs(8);
/// Largest page, in bytes: one that names two servers has some 2 000.
pub const MOST_BYTES: usize = 64 << 10;

/// The page, or in a few words why there is none.
pub(super) async fn fetch(
    ways: &Ways,
    host: &str,
    path: &str,
    address: &str,
) -> Result<String, String> {
    let server = Server {
        host: host.to_owned(),
        port: ways.web_port,
        security: Security::Tls,
        ca_file: ways.ca_file.clone(),
        login: None,
        address: ways.web,
    };
    let request = request(host, path, address)?;
    let limits = Limits {
        time: PATIENCE,
        bytes: MOST_BYTES,
    };
    let asked = http::ask(tls::connect(&server), request, limits).await;
    let (parts, body) = asked.map_err(in_words)?.into_parts();
    match parts.status {
        StatusCode::OK => {}
        status if status.is_redirection() => {
            return Err(format!("it points elsewhere (HTTP {})", status.as_u16()));
        }
        status => return Err(format!("nothing (HTTP {})", status.as_u16())),
    }
    String::from_utf8(body.map_err(in_words)?).map_err(|_| "the answer is not UTF-8".to_owned())
}

/// The question for what is said of an address.
fn request(host: &str, path: &str, address: &str) -> Result<Request<Full<Bytes>>, String> {
    let address = utf8_percent_encode(address, NON_ALPHANUMERIC);
    Request::get(format!("{path}?emailaddress={address}"))
        .header(header::HOST, host)
        .header(header::CONNECTION, "close")
        .body(Full::default())
        .map_err(|_| "its name cannot be asked for".to_owned())
}

fn in_words(error: HttpError) -> String {
    match error {
        HttpError::Tls(TlsError::UnknownHost { .. }) => "there is no such name".to_owned(),
        HttpError::Tls(TlsError::Refused { .. }) => "nothing listens there".to_owned(),
        HttpError::NotHttp => "the answer is not HTTP".to_owned(),
        HttpError::Closed => HttpError::Lost.to_string(),
        error => error.to_string(),
    }
}
