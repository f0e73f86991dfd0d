//! A sieve between the socket and the parser.
//!
//! The parser reserves what a literal announces before a byte of it has come (`{536000000}` costs
//! 512 MiB), re-reads a long line from its start with every 4 KiB, and recurses with every `(`. So
//! the bytes are counted here first, and a response beyond the limits fails the read before the
//! parser sees it. Literals are skipped by counting, lines are searched by `memchr`: the cost is
//! that of a copy. What passes is mended on the way (`mending`), and alike however the bytes were
//! cut: the first bytes of an answer, and a part of a letter, wait for those behind them.

mod mending;

use mending::{Texture, close_gaps, cut_letter, echo, replace_heads, replaced};
use std::fmt;
use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Largest literal, 4 MiB: many times any header, and the most that [`crate::ports::Mailbox::peek`]
/// gives.
pub const MAX_LITERAL: u64 = 4 << 20;
/// Longest part of a response outside literals, 256 KiB: some 35 000 numbers of a SEARCH. Parsing
/// such a line costs by the square of its length, here some milliseconds.
pub const MAX_LINE: u64 = 256 << 10;
/// Largest response, literals and all: many small literals must not add up to what one may not be.
pub const MAX_RESPONSE: u64 = MAX_LITERAL + MAX_LINE;
/// Most `(` outside literals in one response. Answers to our commands hold four; the parser's
/// recursion overflows a 2 MiB stack at 56 in a debug build.
pub const MAX_PARENTHESES: u32 = 40;

/// As much of a line's end as can hold `{4294967295+}` and CR; and of its beginning, by which it is
/// judged.
const TAIL: usize = 16;
/// Bytes read at a time, and those that wait before them.
const CHUNK: usize = 8 << 10;

/// The refused size; inside the `io::Error` of the read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Oversized {
    #[error("it announces {0} bytes in one piece (at most {MAX_LITERAL} are taken)")]
    Literal(u64),
    #[error("it sends a line without end (at most {MAX_LINE} bytes are taken)")]
    Line,
    #[error("it sends one response of more than {MAX_RESPONSE} bytes")]
    Response,
    #[error("it nests more than {MAX_PARENTHESES} parentheses")]
    Nesting,
    #[error("a status line ends like the announcement of a literal")]
    Ambiguous,
}

/// Counts what one response consists of, chunk by chunk.
#[derive(Debug, Default)]
struct Scanner {
    /// Bytes of the current literal that are still to come.
    literal: u64,
    /// Bytes of the current response outside literals.
    line: u64,
    /// Bytes of the current response, announced literals included.
    response: u64,
    parentheses: u32,
    /// The response's first bytes, which distinguish data from status lines.
    head: Vec<u8>,
    /// The current line's last bytes.
    tail: Vec<u8>,
    /// The ranges of the chunk that are left out: names of fields that are repeated, doubled
    /// spaces.
    gaps: Vec<Range<usize>>,
    /// Where in the chunk the head of an answer is replaced, and by which words.
    heads: Vec<(usize, &'static [u8])>,
    /// The places in the chunk whose bytes are not UTF-8.
    foreign: Vec<usize>,
    texture: Texture,
}

impl Scanner {
    /// Takes out of a chunk what it was found to hold; the bytes that are kept.
    fn sieve(&self, chunk: &mut [u8]) -> usize {
        replace_heads(chunk, &self.heads);
        for place in &self.foreign {
            chunk[*place] = b'?';
        }
        close_gaps(chunk, &self.gaps)
    }

    /// Counts a chunk; how many of its bytes are counted, since the last ones may have to wait for
    /// those behind them. With the fault comes how many are whole responses before the bad one.
    fn scan(&mut self, chunk: &[u8]) -> Result<usize, (usize, Oversized)> {
        let mut at = 0;
        let mut whole = 0;
        self.gaps.clear();
        self.heads.clear();
        self.foreign.clear();
        while at < chunk.len() {
            let rest = &chunk[at..];
            if self.literal > 0 {
                at += self.skip_literal(rest);
                continue;
            }
            let end = memchr::memchr(b'\n', rest);
            let piece = &rest[..end.map_or_else(|| self.decided(rest), |end| end + 1)];
            if piece.is_empty() {
                break;
            }
            self.note_gaps(piece, at);
            at += piece.len();
            let counted = self.take(piece).and_then(|()| match end {
                Some(_) => self.end_line(),
                None => Ok(()),
            });
            counted.map_err(|fault| self.ended_by(fault, whole))?;
            if self.response == 0 {
                whole = at;
            }
            if end.is_none() {
                break;
            }
        }
        Ok(at)
    }

    /// As much of the current literal as is there.
    fn skip_literal(&mut self, rest: &[u8]) -> usize {
        let literal = usize::try_from(self.literal).unwrap_or(usize::MAX);
        let skipped = literal.min(rest.len());
        self.literal -= skipped as u64;
        skipped
    }

    /// How much of a line without its end can be judged, however the bytes were cut: not the first
    /// bytes of a response alone, nor a part of a letter.
    fn decided(&self, piece: &[u8]) -> usize {
        if self.response == 0 && piece.len() < TAIL {
            0
        } else {
            piece.len() - cut_letter(piece)
        }
    }

    /// Only the chunk's bytes before that place are passed on, and mended.
    fn ended_by(&mut self, fault: Oversized, place: usize) -> (usize, Oversized) {
        self.gaps.retain(|gap| gap.end <= place);
        self.heads.retain(|(at, _)| *at < place);
        self.foreign.retain(|at| *at < place);
        (place, fault)
    }

    /// What of a piece outside literals is left out, or replaced. `at`: where it begins in its
    /// chunk.
    fn note_gaps(&mut self, piece: &[u8], at: usize) {
        let echo = echo(piece).map(|echo| at + echo.start..at + echo.end);
        if self.response == 0 {
            self.texture = Texture::default();
            self.heads
                .extend(replaced(piece).map(|words| (at + "* ".len(), words)));
        }
        let status = !is_data(if self.head.is_empty() {
            piece
        } else {
            &self.head
        });
        self.texture.feed(
            piece,
            at,
            status,
            echo.as_ref(),
            (&mut self.gaps, &mut self.foreign),
        );
        self.gaps.extend(echo);
        // Repeated names, and the spaces before and behind them, in their order.
        self.gaps.sort_by_key(|gap| gap.start);
    }

    /// A piece of a line, outside literals.
    fn take(&mut self, piece: &[u8]) -> Result<(), Oversized> {
        self.line += piece.len() as u64;
        self.response += piece.len() as u64;
        if self.line > MAX_LINE {
            return Err(Oversized::Line);
        }
        let opened = memchr::memchr_iter(b'(', piece).count();
        self.parentheses = self
            .parentheses
            .saturating_add(u32::try_from(opened).unwrap_or(u32::MAX));
        if self.parentheses > MAX_PARENTHESES {
            return Err(Oversized::Nesting);
        }
        if self.head.len() < TAIL {
            self.head.extend(piece.iter().take(TAIL - self.head.len()));
        }
        if piece.len() >= TAIL {
            self.tail.clear();
        }
        self.tail.extend(&piece[piece.len().saturating_sub(TAIL)..]);
        let surplus = self.tail.len().saturating_sub(TAIL);
        self.tail.drain(..surplus);
        Ok(())
    }

    /// The line is whole: either a literal follows, or the response is over.
    fn end_line(&mut self) -> Result<(), Oversized> {
        let announced = announced(&self.tail);
        self.tail.clear();
        let Some(size) = announced else {
            self.line = 0;
            self.response = 0;
            self.parentheses = 0;
            self.head.clear();
            return Ok(());
        };
        if size > MAX_LITERAL {
            return Err(Oversized::Literal(size));
        }
        // The parser takes a status line's `{5}` for text: we would skip what it reads.
        if !is_data(&self.head) {
            return Err(Oversized::Ambiguous);
        }
        self.literal = size;
        self.response += size;
        if self.response > MAX_RESPONSE {
            return Err(Oversized::Response);
        }
        Ok(())
    }
}

/// The size in `{size}` or `{size+}` at a line's end; a number too large for 64 bits is the
/// largest.
fn announced(line: &[u8]) -> Option<u64> {
    let line = line.strip_suffix(b"\n")?;
    let line = line
        .strip_suffix(b"\r")
        .unwrap_or(line)
        .strip_suffix(b"}")?;
    let line = line.strip_suffix(b"+").unwrap_or(line);
    let digits = line.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    // Digits to the tail's very beginning: an absurd number, with anything before it.
    let opened = line.len() == digits || line[line.len() - digits - 1] == b'{';
    if digits == 0 || !opened {
        return None;
    }
    let number = line[line.len() - digits..].iter().fold(0_u64, |n, digit| {
        n.saturating_mul(10).saturating_add(u64::from(digit - b'0'))
    });
    Some(number)
}

/// `* ` and then anything but a status (RFC 3501 §7.1): only there can literals occur.
fn is_data(head: &[u8]) -> bool {
    let Some(rest) = head.strip_prefix(b"* ") else {
        return false;
    };
    let word = rest.split(|&b| b == b' ').next().unwrap_or_default();
    ![
        &b"OK"[..],
        b"NO",
        b"BAD",
        b"BYE",
        b"PREAUTH",
        b"NAMESPACE",
        b"CAPABILITY",
    ]
    .iter()
    .any(|status| word.eq_ignore_ascii_case(status))
}

/// The stream whose reads are counted. Writes pass through.
pub struct Guard<S> {
    inner: S,
    scanner: Scanner,
    fault: Option<Oversized>,
    /// The last bytes that were read, while they wait for those behind them.
    waiting: Vec<u8>,
    /// What there was no room for.
    ready: Vec<u8>,
}

impl<S> Guard<S> {
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            scanner: Scanner::default(),
            fault: None,
            waiting: Vec::new(),
            ready: Vec::new(),
        }
    }

    /// Counts and mends the bytes that were read, and gives them. The whole answers before a bad
    /// one are given first: they show which message is the bad one.
    fn pass(&mut self, chunk: &mut [u8], buf: &mut ReadBuf<'_>) {
        let counted = match self.scanner.scan(chunk) {
            Ok(counted) => {
                self.waiting.extend_from_slice(&chunk[counted..]);
                counted
            }
            Err((whole, fault)) => {
                self.fault = Some(fault);
                whole
            }
        };
        let kept = self.scanner.sieve(&mut chunk[..counted]);
        let (now, later) = chunk[..kept].split_at(kept.min(buf.remaining()));
        buf.put_slice(now);
        self.ready.extend_from_slice(later);
    }

    /// As much of what is ready as there is room for.
    fn give(&mut self, buf: &mut ReadBuf<'_>) {
        let given = self.ready.len().min(buf.remaining());
        buf.put_slice(&self.ready[..given]);
        self.ready.drain(..given);
    }
}

impl<S: AsyncRead + Unpin> Guard<S> {
    /// Reads on, and gives the bytes that pass, perhaps none yet; false at the end.
    fn read_on(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<bool>> {
        let (mut chunk, waits) = ([0; CHUNK], self.waiting.len());
        let room = buf.remaining().min(CHUNK - waits);
        let mut fresh = ReadBuf::new(&mut chunk[waits..waits + room]);
        std::task::ready!(Pin::new(&mut self.inner).poll_read(cx, &mut fresh))?;
        let read = fresh.filled().len();
        chunk[..waits].copy_from_slice(&self.waiting);
        self.waiting.clear();
        if read > 0 {
            self.pass(&mut chunk[..waits + read], buf);
        } else {
            // A line that is cut by the end stays cut.
            self.ready.extend_from_slice(&chunk[..waits]);
            self.give(buf);
        }
        Poll::Ready(Ok(read > 0))
    }
}

impl<S> fmt::Debug for Guard<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        this.give(buf);
        while buf.filled().len() == before && buf.remaining() > 0 {
            if let Some(fault) = this.fault {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, fault)));
            }
            if !std::task::ready!(this.read_on(cx, buf))? {
                break;
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use tokio::io::AsyncReadExt;

    /// Bytes that come in pieces of a size.
    struct Pieces<'a>(std::slice::Chunks<'a, u8>);

    impl AsyncRead for Pieces<'_> {
        fn poll_read(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            buf: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            buf.put_slice(self.0.next().unwrap_or_default());
            Poll::Ready(Ok(()))
        }
    }

    /// The bytes that pass, and the fault that ends them.
    fn passed(input: &[u8], size: usize) -> (String, Result<(), Oversized>) {
        let mut guard = Guard::new(Pieces(input.chunks(size.min(CHUNK - TAIL))));
        let mut kept = Vec::new();
        let mut room = [0; CHUNK];
        let verdict = loop {
            match guard.read(&mut room).now_or_never().expect("all is there") {
                Ok(0) => break Ok(()),
                Ok(read) => kept.extend_from_slice(&room[..read]),
                Err(error) => {
                    let fault = error.get_ref().and_then(|inner| inner.downcast_ref());
                    break Err(*fault.expect("a size"));
                }
            }
        };
        (String::from_utf8_lossy(&kept).into_owned(), verdict)
    }

    const SIZES: [usize; 6] = [1, 2, 3, 7, 4096, usize::MAX];

    /// What passes must not depend on how the bytes were cut.
    #[track_caller]
    fn mends(input: &[u8], expected: &str) {
        for size in SIZES {
            assert_eq!(
                passed(input, size),
                (expected.to_owned(), Ok(())),
                "in pieces of {size}"
            );
        }
    }

    /// Nor may the verdict.
    fn check(input: &[u8], expected: Result<(), Oversized>) {
        for size in SIZES {
            assert_eq!(
                passed(input, size).1,
                expected,
                "{} in pieces of {size}",
                String::from_utf8_lossy(&input[..input.len().min(60)])
            );
        }
    }

    #[test]
    fn ordinary_answers_pass() {
        check(
            b"* OK ready\r\n* 3 EXISTS\r\nA1 OK done (0.1 s)\r\n",
            Ok(()),
        );
        check(
            b"* 1 FETCH (UID 5 BODY[] {5}\r\nabcde FLAGS ())\r\n* SEARCH\r\n",
            Ok(()),
        );
        // What a literal holds is not looked at.
        let inner = b"{99999999999}\r\n((((((((((((((((((((((((((((((((((((((((((((((((";
        let mut mail = format!("* 1 FETCH (BODY[] {{{}}}\r\n", inner.len()).into_bytes();
        mail.extend_from_slice(inner);
        mail.extend_from_slice(b")\r\nA1 OK\r\n");
        check(&mail, Ok(()));
    }

    #[test]
    fn too_much_is_refused_before_it_comes() {
        check(
            b"* 1 FETCH (BODY[] {536000000}\r\n",
            Err(Oversized::Literal(536_000_000)),
        );
        check(
            b"* 1 FETCH (BODY[] {4194305+}\r\n",
            Err(Oversized::Literal(4_194_305)),
        );
        check(
            b"* 1 FETCH (BODY[] {99999999999999999999999999}\r\n",
            Err(Oversized::Literal(9_999_999_999_999)),
        );
        check(b"* 1 FETCH (X {4194304}\r\n", Ok(()));
        check(
            &[b"* 1 FETCH (BODYSTRUCTURE ".as_slice(), &[b'('; 40]].concat(),
            Err(Oversized::Nesting),
        );
        // Behind a true literal the announcement counts again.
        check(
            b"* 1 FETCH (A {3}\r\nabc B {5000000}\r\n",
            Err(Oversized::Literal(5_000_000)),
        );
        // Text that looks like a literal cannot hide the bytes after it.
        check(b"* OK hello {4000}\r\n", Err(Oversized::Ambiguous));
        check(b"A1 NO {40}\r\n", Err(Oversized::Ambiguous));
    }

    #[test]
    fn endless_lines_and_sums_are_refused() {
        let endless = vec![b'a'; 1 + (1 << 20)];
        let mut scanner = Scanner::default();
        assert_eq!(scanner.scan(&endless), Err((0, Oversized::Line)));
        let five = [b"* 1 FETCH (A {1000000}\r\n", &endless[..1_000_000]]
            .concat()
            .repeat(5);
        assert_eq!(
            Scanner::default().scan(&five),
            Err((0, Oversized::Response))
        );
    }

    #[test]
    fn repeated_names_are_left_out_and_nothing_else() {
        for (input, expected) in [
            (
                "* 1 FETCH (BODY[HEADER.FIELDS (FROM X-Y)] {2}\r\nab)\r\n",
                "* 1 FETCH (BODY[HEADER] {2}\r\nab)\r\n",
            ),
            // Two in one chunk, and what only looks like one in a literal.
            (
                "* 1 FETCH (BODY[HEADER.FIELDS (A)] {20}\r\n[HEADER.FIELDS (A)]x)\r\n* 2 FETCH (BODY[HEADER.FIELDS (B)] NIL)\r\n",
                "* 1 FETCH (BODY[HEADER] {20}\r\n[HEADER.FIELDS (A)]x)\r\n* 2 FETCH (BODY[HEADER] NIL)\r\n",
            ),
            (
                "* 1 FETCH (BODY[HEADER.FIELDS (\"a)]\" b)] {0}\r\n)\r\n",
                "* 1 FETCH (BODY[HEADER.FIELDS (\"a)]\" b)] {0}\r\n)\r\n",
            ),
            (
                "* 1 FETCH (BODY[1.HEADER.FIELDS (A)] {0}\r\n)\r\n",
                "* 1 FETCH (BODY[1.HEADER.FIELDS (A)] {0}\r\n)\r\n",
            ),
            (
                "* 1 FETCH (BODY[HEADER.FIELDS (A B",
                "* 1 FETCH (BODY[HEADER.FIELDS (A B",
            ),
            ("* OK [HEADER.FIELDS (A)\r\n", "* OK [HEADER.FIELDS (A)\r\n"),
        ] {
            assert_eq!(passed(input.as_bytes(), usize::MAX).0, expected);
        }
    }

    #[test]
    fn the_answer_to_namespace_becomes_a_status_line() {
        for (input, expected) in [
            (
                "* NAMESPACE ((\"\" \"/\")) NIL NIL\r\nA1 OK\r\n",
                "* OK NSPACE ((\"\" \"/\")) NIL NIL\r\nA1 OK\r\n",
            ),
            (
                "* 3 EXISTS\r\n* namespace NIL NIL NIL\r\n",
                "* 3 EXISTS\r\n* OK NSPACE NIL NIL NIL\r\n",
            ),
            // Names in a mail, and sections of other names.
            (
                "* 1 FETCH (A {14}\r\n* NAMESPACE x\r\n)\r\n",
                "* 1 FETCH (A {14}\r\n* NAMESPACE x\r\n)\r\n",
            ),
            ("* NAMESPACES x\r\n", "* NAMESPACES x\r\n"),
            ("* capability imap4rev1\r\n", "* OK CAPABIL imap4rev1\r\n"),
        ] {
            mends(input.as_bytes(), expected);
        }
        check(b"* NAMESPACE {5}\r\n", Err(Oversized::Ambiguous));
    }

    #[test]
    fn doubled_spaces_are_closed_and_foreign_letters_marked() {
        for (input, expected) in [
            (
                &b"* CAPABILITY  IMAP4rev1   IDLE\r\n"[..],
                "* OK CAPABIL IMAP4rev1 IDLE\r\n",
            ),
            (b"*  3  EXISTS\r\n", "* 3 EXISTS\r\n"),
            (b"* SEARCH  1  2\r\n", "* SEARCH 1 2\r\n"),
            (
                b"* OK [CAPABILITY  IMAP4rev1] \"x  y\r\n* SEARCH  5\r\n",
                "* OK [CAPABILITY IMAP4rev1] \"x y\r\n* SEARCH 5\r\n",
            ),
            // In a name they count, and in what a mail holds.
            (
                b"* LIST () \"/\" \"a  \\\"  b\"\r\n",
                "* LIST () \"/\" \"a  \\\"  b\"\r\n",
            ),
            (
                b"* 1 FETCH  (A {4}\r\na  b B  {1}\r\n\xf6)\r\n",
                "* 1 FETCH (A {4}\r\na  b B {1}\r\n\u{fffd})\r\n",
            ),
            (
                b"* FLAGS (\\Seen gl\xf6mt)\r\n",
                "* FLAGS (\\Seen gl?mt)\r\n",
            ),
            (
                "* FLAGS (glömt € 𝄞)\r\n".as_bytes(),
                "* FLAGS (glömt € 𝄞)\r\n",
            ),
        ] {
            mends(input, expected);
        }
    }

    #[test]
    fn whole_responses_before_the_bad_one_are_told() {
        let good = b"* 1 FETCH (UID 1 BODY[] {3}\r\na\r\n)\r\n* 3 EXISTS\r\n";
        let both = [good, b"* 2 FETCH (UID 2 BODY[] {2147483648}\r\n".as_slice()].concat();
        assert_eq!(
            Scanner::default().scan(&both),
            Err((good.len(), Oversized::Literal(2_147_483_648)))
        );
    }

    #[test]
    fn whole_responses_before_the_bad_one_are_mended() {
        let good = b"* CAPABILITY IMAP4rev1 AUTH=\xff  IDLE\r\n* NAMESPACE NIL NIL NIL\r\n";
        let bad = b"* NAMESPACE  \xff {2147}\r\n";
        let (kept, verdict) = passed(&[good.as_slice(), bad].concat(), usize::MAX);
        assert_eq!(verdict, Err(Oversized::Ambiguous));
        assert_eq!(
            kept,
            "* OK CAPABIL IMAP4rev1 AUTH=? IDLE\r\n* OK NSPACE NIL NIL NIL\r\n"
        );
    }
}
