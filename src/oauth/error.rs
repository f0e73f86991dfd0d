//! Why a token could not be had.

/// Why a token could not be had: one variant for each reaction. Each text is one line, and names
/// what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// The network, the endpoint or its load: back off.
    #[error("{0}")]
    Unreachable(String),
    /// Certificate, name, authority: an operator must act.
    #[error("{0}")]
    Tls(String),
    /// The endpoint does not take the client, or is none: an operator must act.
    #[error("{0}")]
    Refused(String),
}
