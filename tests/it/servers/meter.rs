//! A proxy that counts what passes and notes the client's commands, so that a quiet poll can be
//! held to its price.

use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What passed since the last [`Meter::read`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Commands without their tags, in order.
    pub commands: Vec<String>,
    /// Bytes in both directions.
    pub bytes: usize,
    /// Connections opened.
    pub connections: usize,
}

pub struct Meter {
    pub port: u16,
    passed: Arc<Mutex<Passed>>,
}

impl Meter {
    /// Before a server's port without TLS.
    pub async fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let passed = Arc::new(Mutex::new(Passed::default()));
        let noted = Arc::clone(&passed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                noted.lock().expect("no panic").connections += 1;
                let server = TcpStream::connect(("127.0.0.1", server))
                    .await
                    .expect("the server");
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(pass(from_client, to_server, Arc::clone(&noted), true));
                tokio::spawn(pass(from_server, to_client, Arc::clone(&noted), false));
            }
        });
        Self { port, passed }
    }

    /// What passed since the last reading.
    pub fn read(&self) -> Passed {
        std::mem::take(&mut *self.passed.lock().expect("no panic"))
    }
}

async fn pass(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    passed: Arc<Mutex<Passed>>,
    is_client: bool,
) {
    let (mut buffer, mut line) = (vec![0; 16 << 10], Vec::new());
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        {
            let mut passed = passed.lock().expect("no panic");
            passed.bytes += length;
            for byte in buffer[..length].iter().filter(|_| is_client) {
                line.push(*byte);
                if *byte == b'\n' {
                    let text = String::from_utf8_lossy(&std::mem::take(&mut line))
                        .trim_end()
                        .to_owned();
                    passed.commands.push(
                        text.split_once(' ')
                            .map_or(text.as_str(), |(_, rest)| rest)
                            .to_owned(),
                    );
                }
            }
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    // Half-closed: the other side may still have something to say.
    let _ = to.shutdown().await;
}
