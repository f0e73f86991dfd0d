//! What an IMAP server says: any bytes as the answers to a whole reading of a folder, in pieces of
//! any size. Nothing panics, no message comes that was not asked for, and how the bytes were cut
//! changes nothing.
//!
//! The first byte is the size of the pieces. Tags are `S1`, `S2` … in the order of the commands.

use servicelofte::config::{Login, Security, Server};
use servicelofte::imap::ImapMailbox;
use servicelofte::ports::{Fetched, Mailbox, MailboxError};
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;

/// Of no matter: the bytes are there at once.
const SILENCE: Duration = Duration::from_secs(30);

/// The range that is asked for.
const RANGE: (u32, u32) = (2, 900);

pub fn check(bytes: &[u8]) {
    let Some((&size, bytes)) = bytes.split_first() else {
        return;
    };
    let whole = finish(read(bytes, usize::MAX));
    let pieces = finish(read(bytes, usize::from(size).max(1)));
    assert_eq!(whole, pieces, "how the bytes were cut made a difference");
}

/// Everything that the program asks a server for, until it fails; the results, in words.
async fn read(bytes: &[u8], size: usize) -> Vec<String> {
    let login = Login::with_password("u", "hemligt");
    // A connection that breaks is not opened again: this file is missed before the network is
    // touched.
    let ca_file = Some(PathBuf::from("nowhere/ca.pem"));
    let server = Server {
        host: "127.0.0.1".to_owned(),
        port: 1,
        security: Security::Tls,
        ca_file,
        login: Some(login),
        address: None,
    };
    let fields = ["Subject".to_owned(), "From".to_owned()];
    let stream = Pieces::new(bytes, size);
    let mut told = Vec::new();
    let mut mailbox = match ImapMailbox::over(stream, &server, &fields, SILENCE).await {
        Ok(mailbox) => mailbox,
        Err(error) => return vec![failed(&error).to_owned()],
    };
    note(&mut told, mailbox.folders().await);
    note(&mut told, mailbox.examine("INBOX").await);
    note(&mut told, fetch(&mut mailbox).await);
    note(&mut told, mailbox.flags(&[3, 5, 5, 0]).await);
    note(&mut told, mailbox.find("a@b", 7).await);
    let peeked = mailbox.peek(4, 64).await;
    assert!(
        !matches!(&peeked, Ok(Some(bytes)) if bytes.len() > 64),
        "more than was asked for"
    );
    note(&mut told, peeked);
    note(
        &mut told,
        mailbox.append("Skräppost", b"Subject: x\r\n\r\n").await,
    );
    note(&mut told, mailbox.noop().await);
    told
}

async fn fetch(mailbox: &mut ImapMailbox) -> Result<usize, MailboxError> {
    let (batches, mut received) = mpsc::channel::<Vec<Fetched>>(1);
    let all = async {
        let mut uids = BTreeSet::new();
        while let Some(batch) = received.recv().await {
            for message in batch {
                assert!(
                    (RANGE.0..=RANGE.1).contains(&message.uid),
                    "UID {} was not asked for",
                    message.uid
                );
                assert!(uids.insert(message.uid), "UID {} came twice", message.uid);
            }
        }
        uids.len()
    };
    let (fetched, count) = tokio::join!(mailbox.fetch(RANGE, batches), all);
    fetched.map(|()| count)
}

fn note<T: std::fmt::Debug>(told: &mut Vec<String>, result: Result<T, MailboxError>) {
    told.push(match result {
        Ok(value) => format!("{value:?}"),
        Err(error) => failed(&error).to_owned(),
    });
}

/// Checks an error's text. Which fault of several is reported may depend on how much had come, so
/// that all errors are one.
fn failed(error: &MailboxError) -> &'static str {
    let text = error.to_string();
    assert!(
        text.len() < 2_000 && !text.contains(char::is_control),
        "{text:?}"
    );
    "error"
}

/// Runs to the end in this thread.
pub fn finish<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime");
    runtime.block_on(work)
}

/// Bytes that come in pieces, then the end; written bytes are lost.
pub struct Pieces {
    left: io::Cursor<Vec<u8>>,
    size: usize,
}

impl Pieces {
    #[must_use]
    pub fn new(bytes: &[u8], size: usize) -> Self {
        Self {
            left: io::Cursor::new(bytes.to_vec()),
            size,
        }
    }
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let size = self.size.min(out.remaining());
        let read = io::Read::read(&mut self.left, out.initialize_unfilled_to(size))?;
        out.advance(read);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Pieces {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
