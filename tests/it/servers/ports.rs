//! Ports for servers that need theirs before they start.

use std::net::TcpListener;

/// Ports that were free a moment ago; all are held until all are known.
pub fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    held.each_ref()
        .map(|listener| listener.local_addr().expect("its address").port())
}
