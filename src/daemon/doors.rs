//! The turns to log in at each server.

use crate::config::Server;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Most logins under way at one server. A process with hundreds of mailboxes, or a server that
/// comes back, would otherwise look like an attack, and each login costs the server a process.
pub const CONCURRENT_LOGINS: usize = 8;

/// The turns to log in, by server: a server that does not answer holds up no other.
pub(super) struct Doors(HashMap<(String, u16), Arc<Semaphore>>);

impl Doors {
    pub fn new<'a>(servers: impl Iterator<Item = &'a Server>) -> Self {
        let door = |server: &Server| (key(server), Arc::new(Semaphore::new(CONCURRENT_LOGINS)));
        Self(servers.map(door).collect())
    }

    /// Of a server of the configuration.
    pub fn at(&self, server: &Server) -> Option<Arc<Semaphore>> {
        self.0.get(&key(server)).map(Arc::clone)
    }
}

fn key(server: &Server) -> (String, u16) {
    (server.host.clone(), server.port)
}
