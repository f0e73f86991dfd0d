//! A port before a server, which lets connections through, slows them, or shuts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::time::Instant;

/// What a gate does with connections: lets them through to a port, at once, each answer later, or
/// none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    To(u16),
    Slowly(u16, Duration),
    Shut,
}

/// A port before a server. When its way changes, the connections through it end.
pub struct Gate {
    pub port: u16,
    way: watch::Sender<Way>,
    tried: Arc<AtomicUsize>,
    let_in: Arc<AtomicUsize>,
}

impl Gate {
    pub async fn before(to: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let (way, seen) = watch::channel(Way::To(to));
        let (tried, let_in) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counts = (Arc::clone(&tried), Arc::clone(&let_in));
        tokio::spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                let mut seen = seen.clone();
                let way = *seen.borrow_and_update();
                counts.0.fetch_add(1, Ordering::Relaxed);
                counts
                    .1
                    .fetch_add(usize::from(way != Way::Shut), Ordering::Relaxed);
                tokio::spawn(async move {
                    tokio::select! {
                        // Who hangs up in the middle is part of the tests.
                        _ = through(outside, way) => {}
                        _ = seen.changed() => {}
                    }
                });
            }
        });
        Self {
            port,
            way,
            tried,
            let_in,
        }
    }

    pub fn set(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// Connections that came.
    pub fn tried(&self) -> usize {
        self.tried.load(Ordering::Relaxed)
    }

    /// Those of them that came to the server.
    pub fn let_in(&self) -> usize {
        self.let_in.load(Ordering::Relaxed)
    }
}

async fn through(mut outside: TcpStream, way: Way) -> std::io::Result<()> {
    let (to, later) = match way {
        Way::To(to) => (to, Duration::ZERO),
        Way::Slowly(to, later) => (to, later),
        Way::Shut => return Ok(()),
    };
    let mut inside = TcpStream::connect(("127.0.0.1", to)).await?;
    let (mut from_client, mut to_client) = outside.split();
    let (mut from_server, mut to_server) = inside.split();
    let (queue, mut answers) = mpsc::unbounded_channel();
    let reading = async move {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = from_server.read(&mut buffer).await?;
            let at = Instant::now() + later;
            if read == 0 || queue.send((at, buffer[..read].to_vec())).is_err() {
                return Ok::<(), std::io::Error>(());
            }
        }
    };
    // What was said at one time arrives at one time, in however many pieces it was read.
    let writing = async {
        while let Some((at, piece)) = answers.recv().await {
            tokio::time::sleep_until(at).await;
            to_client.write_all(&piece).await?;
        }
        Ok(())
    };
    tokio::select! {
        ended = async { tokio::try_join!(reading, writing) } => ended.map(drop),
        ended = tokio::io::copy(&mut from_client, &mut to_server) => ended.map(drop),
    }
}
