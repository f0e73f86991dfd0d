//! The stream that lettre reads from, and the few replies that are read before lettre has it.
//!
//! lettre can only begin with a greeting, and after STARTTLS none comes (RFC 3207 §4.2). So
//! greeting and STARTTLS are read here, on the bare socket, and `Wire` then hands lettre a greeting
//! of its own before the encrypted stream. The handshake is `crate::tls`'s, which explains a bad
//! certificate; lettre's own error does not.
//!
//! lettre is stricter than servers are: a reply with a letter in Latin-1 is an error to it, one
//! without text («250») too, and a blank extension line makes it panic. After the final dot each of
//! these would leave a mail in doubt. `Tidier` makes such lines regular.
//!
//! lettre also reads a line to its end however long that is, and takes bytes that came early for
//! the answer to its next command. So `Wire` hands out one reply at a time, of bounded length, and
//! refuses to write while another lies there.

use crate::tls::Stream;
use lettre::transport::smtp::client::AsyncTokioStream;
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

/// Longest reply, in bytes; RFC 5321 §4.5.3.1.5 promises lines of 512.
pub const MAX_REPLY: usize = 16 * 1024;

/// Bytes read from the socket at a time.
const READ: usize = 2048;

/// The error of bytes behind a reply.
pub(super) const OUT_OF_TURN: &str = "the server spoke out of turn";

/// The error of a reply beyond [`MAX_REPLY`].
const ENDLESS: &str = "an endless reply";

/// The greeting that lettre is given.
const GREETING: &[u8] = b"220 ready\r\n";

/// A stream after its greeting (and STARTTLS), made fit for lettre.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    tidier: Tidier,
    /// Tidied, not yet handed out.
    ready: VecDeque<u8>,
    /// Bytes of the current line that may be handed out.
    line: usize,
    /// The current line is its reply's last one.
    last: bool,
    /// Bytes of the current reply that were handed out.
    handed: usize,
    most: Most,
}

/// The size limit that the server declares after EHLO, in bytes (RFC 1870 §4): lettre reads past
/// it.
#[derive(Clone, Debug, Default)]
pub(super) struct Most(Arc<AtomicU64>);

impl Most {
    /// `None`: it names none.
    pub fn bytes(&self) -> Option<u64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|bytes| *bytes > 0)
    }

    fn read(&self, line: &str) {
        let declared = line
            .strip_prefix("250-")
            .or_else(|| line.strip_prefix("250 "));
        let declared = declared.map(str::to_ascii_uppercase);
        let bytes = declared
            .as_deref()
            .and_then(|words| words.strip_prefix("SIZE ")?.trim().parse().ok());
        if let Some(bytes) = bytes {
            self.0.store(bytes, Ordering::Relaxed);
        }
    }
}

impl Wire {
    pub fn new(stream: Stream, most: Most) -> Self {
        let ready = GREETING.iter().copied().collect();
        Self {
            stream,
            tidier: Tidier::default(),
            ready,
            line: 0,
            last: false,
            handed: 0,
            most,
        }
    }

    /// The next line, if it is there whole.
    fn next_line(&mut self) -> io::Result<bool> {
        let end = self.ready.iter().position(|&byte| byte == b'\n');
        if self.handed + end.unwrap_or(self.ready.len()) > MAX_REPLY {
            return Err(odd(ENDLESS));
        }
        let Some(end) = end else { return Ok(false) };
        self.line = end + 1;
        let line: Vec<u8> = self.ready.range(..end).copied().collect();
        self.most.read(&String::from_utf8_lossy(&line));
        // A line that is not a reply line is the last one as well: lettre will not read on.
        self.last = self.ready[3.min(end)] != b'-';
        Ok(true)
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.stream {
            Stream::Plain(tcp) => tcp.peer_addr(),
            Stream::Tls(tls) => tls.get_ref().0.peer_addr(),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        if wire.line == 0 && wire.last {
            return Poll::Ready(Err(odd(OUT_OF_TURN)));
        }
        while wire.line == 0 && !wire.next_line()? {
            let mut bytes = [0; READ];
            let mut read = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut wire.stream).poll_read(cx, &mut read))?;
            if read.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            wire.tidier.feed(read.filled(), &mut wire.ready);
        }
        let (front, _) = wire.ready.as_slices();
        let count = front.len().min(out.remaining()).min(wire.line);
        out.put_slice(&front[..count]);
        wire.ready.drain(..count);
        wire.line -= count;
        wire.handed += count;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        if !wire.ready.is_empty() {
            return Poll::Ready(Err(odd(OUT_OF_TURN)));
        }
        (wire.last, wire.handed) = (false, 0);
        Pin::new(&mut wire.stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

/// Makes reply lines regular: ASCII, ended by CRLF, code and separator first, no blank before the
/// text.
#[derive(Debug, Default)]
struct Tidier {
    column: usize,
}

impl Tidier {
    fn feed(&mut self, bytes: &[u8], out: &mut impl Extend<u8>) {
        for &byte in bytes {
            match byte {
                b'\r' => {}
                b'\n' => {
                    // «250» alone is a whole reply (RFC 5321 §4.2).
                    out.extend((self.column == 3).then_some(b' '));
                    out.extend(*b"\r\n");
                    self.column = 0;
                }
                b' ' | b'\t' if self.column == 4 => {}
                byte => {
                    out.extend([if byte == b'\t' || (b' '..=b'~').contains(&byte) {
                        byte
                    } else {
                        b'?'
                    }]);
                    self.column += 1;
                }
            }
        }
    }
}

fn odd(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Reads one whole reply: its code and the text of its lines.
///
/// Bytes behind the reply are an error. Before TLS they would be an answer that someone on the way
/// has slipped in to be taken for one of the encrypted session (response injection); a server has
/// no reason to speak out of turn.
pub async fn read_reply(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<(u16, Vec<String>)> {
    let mut tidier = Tidier::default();
    let mut text: Vec<u8> = Vec::new();
    loop {
        let mut bytes = [0; READ];
        let count = stream.read(&mut bytes).await?;
        if count == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "closed without a whole answer",
            ));
        }
        tidier.feed(&bytes[..count], &mut text);
        if text.len() > MAX_REPLY {
            return Err(odd(ENDLESS));
        }
        if let Some(whole) = whole_reply(&text)? {
            return Ok(whole);
        }
    }
}

/// The reply that these bytes are; `None` as long as lines are missing.
fn whole_reply(text: &[u8]) -> io::Result<Option<(u16, Vec<String>)>> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.windows(2).position(|two| two == b"\r\n") {
        let line = String::from_utf8_lossy(&rest[..end]).into_owned();
        rest = &rest[end + 2..];
        let code = line
            .get(..3)
            .filter(|code| code.bytes().all(|b| b.is_ascii_digit()));
        let code = code
            .and_then(|code| code.parse().ok())
            .ok_or_else(|| odd("not an SMTP server"))?;
        lines.push(line.get(4..).unwrap_or_default().to_owned());
        match line.as_bytes()[3] {
            b'-' => {}
            b' ' if rest.is_empty() => return Ok(Some((code, lines))),
            b' ' => return Err(odd(OUT_OF_TURN)),
            _ => return Err(odd("not an SMTP server")),
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_reply_lines_become_regular_however_they_are_cut() {
        let check = |from: &[u8], expected: &str| {
            for size in [1, 3, from.len()] {
                let (mut tidier, mut out) = (Tidier::default(), Vec::new());
                from.chunks(size)
                    .for_each(|chunk| tidier.feed(chunk, &mut out));
                assert_eq!(
                    String::from_utf8_lossy(&out),
                    expected,
                    "{from:?} by {size}"
                );
            }
        };
        check(b"250 2.0.0 Ok\r\n", "250 2.0.0 Ok\r\n");
        check(b"250\r\n", "250 \r\n");
        check(b"250-x\n250 y\n", "250-x\r\n250 y\r\n");
        check(b"250-  \r \r\n", "250-\r\n");
        check(b"250 K\xf6ad\x07\r\n", "250 K?ad?\r\n");
    }

    #[tokio::test]
    async fn replies_before_tls_are_whole_and_nothing_is_behind_them() {
        async fn check(from: &[u8], expected: Result<(u16, &[&str]), &str>) {
            let mut stream = from;
            let read = read_reply(&mut stream)
                .await
                .map_err(|error| error.to_string());
            let read = read
                .as_ref()
                .map(|(code, lines)| (*code, lines.iter().map(String::as_str).collect::<Vec<_>>()));
            let expected = expected.map(|(code, lines)| (code, lines.to_vec()));
            assert_eq!(
                read.map_err(String::as_str),
                expected,
                "{}",
                String::from_utf8_lossy(from)
            );
        }
        check(b"220 mx ready\r\n", Ok((220, &["mx ready"]))).await;
        check(
            b"250-mx\r\n250-SIZE 1\r\n250 STARTTLS\r\n",
            Ok((250, &["mx", "SIZE 1", "STARTTLS"])),
        )
        .await;
        check(b"220 go\r\n250 injected\r\n", Err(OUT_OF_TURN)).await;
        check(b"220 go\r\n25", Err(OUT_OF_TURN)).await;
        check(b"250-mx\r\n", Err("closed without a whole answer")).await;
        check(b"* OK IMAP4rev1\r\n", Err("not an SMTP server")).await;
        check(b"\r\n", Err("not an SMTP server")).await;
        check(b"2201 x\r\n", Err("not an SMTP server")).await;
        check(&b"250-x\r\n".repeat(MAX_REPLY / 7 + 1), Err(ENDLESS)).await;
    }
}
