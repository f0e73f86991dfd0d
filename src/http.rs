//! One question and its answer over HTTP/1.1, on a connection of its own over our own TLS: bounded
//! in time and size, following nothing. For the token endpoint, the pages that `init` looks for,
//! and the lease.

use crate::tls::{Stream, TlsError};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::time::timeout;

/// Most bytes of an answer's header.
pub const MAX_HEADER: usize = 32 << 10;

/// How long an exchange may take, connecting included, and how many bytes its answer may have.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub time: Duration,
    pub bytes: usize,
}

/// Why there is no answer; each in a few words, to stand behind a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    #[error("{0}")]
    Tls(#[from] TlsError),
    #[error("no answer within {0} s")]
    Silent(u64),
    #[error("its answer is not HTTP")]
    NotHttp,
    #[error("it closed the connection")]
    Closed,
    #[error("the connection was lost")]
    Lost,
    #[error("the answer broke off, or is larger than {0} bytes")]
    Broken(usize),
}

impl From<hyper::Error> for HttpError {
    /// hyper's words without what it read.
    fn from(error: hyper::Error) -> Self {
        match error {
            error if error.is_parse() => Self::NotHttp,
            error if error.is_incomplete_message() || error.is_closed() => Self::Closed,
            _ => Self::Lost,
        }
    }
}

/// Asks, over the connection that `connecting` makes. The status is told also where the body
/// cannot be had.
pub async fn ask(
    connecting: impl Future<Output = Result<Stream, TlsError>>,
    request: Request<Full<Bytes>>,
    limits: Limits,
) -> Result<Response<Result<Vec<u8>, HttpError>>, HttpError> {
    timeout(limits.time, exchange(connecting, request, limits.bytes))
        .await
        .unwrap_or(Err(HttpError::Silent(limits.time.as_secs())))
}

async fn exchange(
    connecting: impl Future<Output = Result<Stream, TlsError>>,
    request: Request<Full<Bytes>>,
    bytes: usize,
) -> Result<Response<Result<Vec<u8>, HttpError>>, HttpError> {
    let stream = TokioIo::new(connecting.await?);
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_HEADER)
        .handshake(stream)
        .await?;
    let asking = async {
        let (parts, body) = sender.send_request(request).await?.into_parts();
        let body = Limited::new(body, bytes).collect().await;
        let body = body
            .map(|body| body.to_bytes().to_vec())
            .map_err(|_| HttpError::Broken(bytes));
        Ok(Response::from_parts(parts, body))
    };
    tokio::pin!(asking);
    tokio::select! {
        answer = &mut asking => answer,
        // The connection's own work; when it ends first, the answer may be there already.
        ended = connection => match ended {
            Ok(()) => asking.await,
            Err(error) => Err(error.into()),
        },
    }
}
