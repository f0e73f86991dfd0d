//! What the parser takes ill, or reads too slowly, in an answer that is allowed.
//!
//! One thing is left out: in `BODY[HEADER.FIELDS (From Sender …)]` a server repeats, with every
//! message, the names of all the fields that were asked for. To the parser it is the same as
//! `BODY[HEADER]`, but it would make a text of each name first, and of most of them twice. And two
//! answers are given another head: the parser does not know `* NAMESPACE …`, which becomes the
//! status line `* OK NSPACE …` (`namespace` reads it), and is particular about `* CAPABILITY …`,
//! which becomes `* OK CAPABIL …` (`login` reads it). Doubled spaces are closed, and bytes that are
//! not UTF-8 become `?` (a keyword of 8-bit letters in FLAGS): the parser would end the session
//! over them.

use std::ops::Range;

/// The text between `[HEADER` and `]` of a section whose field names are repeated, when all of it
/// is in this piece of a line: `.FIELDS (…)`. Names that are not plain are left alone.
pub(super) fn echo(piece: &[u8]) -> Option<Range<usize>> {
    let section = memchr::memchr_iter(b'[', piece).find(|at| piece[*at..].starts_with(ECHOED))?;
    let (start, names) = (section + KEPT, section + ECHOED.len());
    let length = memchr::memchr(b')', &piece[names..])?;
    let end = names + length + 1;
    let plain = piece[names..end - 1]
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b' '));
    (plain && piece.get(end) == Some(&b']')).then_some(start..end)
}

/// How such a section begins, and how much of it stays.
const ECHOED: &[u8] = b"[HEADER.FIELDS (";
/// Its length up to the name of the section.
const KEPT: usize = b"[HEADER".len();

/// What of a line outside literals is to be mended, as it comes in pieces.
#[derive(Debug, Default)]
pub(super) struct Texture {
    /// Within a quoted string, where spaces count.
    is_quoted: bool,
    is_escaped: bool,
    after_space: bool,
}

impl Texture {
    pub(super) fn feed(
        &mut self,
        piece: &[u8],
        at: usize,
        status: bool,
        echo: Option<&Range<usize>>,
        (gaps, foreign): (&mut Vec<Range<usize>>, &mut Vec<usize>),
    ) {
        let doubled = self.after_space
            || memchr::memmem::find(piece, b"  ").is_some()
            || piece.ends_with(b" ");
        if doubled || self.is_escaped || memchr::memchr2(b'"', b'\\', piece).is_some() {
            for (place, byte) in (at..).zip(piece) {
                let is_space = *byte == b' ' && (status || !self.is_quoted);
                if is_space && self.after_space && echo.is_none_or(|echo| !echo.contains(&place)) {
                    gaps.push(place..place + 1);
                }
                self.after_space = is_space;
                self.is_quoted ^= *byte == b'"' && !self.is_escaped;
                self.is_escaped = *byte == b'\\' && !self.is_escaped;
            }
        }
        if !piece.is_ascii() {
            foreign.extend(strange_letters(piece).map(|place| at + place));
        }
    }
}

/// The places of the bytes that are not UTF-8.
fn strange_letters(piece: &[u8]) -> impl Iterator<Item = usize> {
    let ends = piece.utf8_chunks().scan(0, |end, chunk| {
        let begin = *end + chunk.valid().len();
        *end = begin + chunk.invalid().len();
        Some(begin..*end)
    });
    ends.flatten()
}

/// Bytes of a letter whose other bytes are not there yet.
pub(super) fn cut_letter(piece: &[u8]) -> usize {
    let last = piece
        .utf8_chunks()
        .last()
        .map_or(&[][..], |chunk| chunk.invalid());
    let awaited = match last.first() {
        Some(0xC2..=0xDF) => 2,
        Some(0xE0..=0xEF) => 3,
        Some(0xF0..=0xF4) => 4,
        _ => 0,
    };
    if last.len() < awaited { last.len() } else { 0 }
}

/// Gives the answers that begin there another head.
pub(super) fn replace_heads(chunk: &mut [u8], heads: &[(usize, &'static [u8])]) {
    for (at, words) in heads {
        if let Some(word) = chunk.get_mut(*at..*at + words.len()) {
            word.copy_from_slice(words);
        }
    }
}

/// Closes the gaps; returns how many bytes remain.
pub(super) fn close_gaps(chunk: &mut [u8], gaps: &[Range<usize>]) -> usize {
    let mut kept = gaps.first().map_or(chunk.len(), |gap| gap.start);
    for (number, gap) in gaps.iter().enumerate() {
        let end = gaps.get(number + 1).map_or(chunk.len(), |next| next.start);
        chunk.copy_within(gap.end..end, kept);
        kept += end - gap.end;
    }
    kept
}

/// The head that the answer in this piece is given instead of its own, of equal length.
pub(super) fn replaced(piece: &[u8]) -> Option<&'static [u8]> {
    const HEADS: [(&[u8], &[u8]); 2] = [
        (b"NAMESPACE ", b"OK NSPACE "),
        (b"CAPABILITY ", b"OK CAPABIL "),
    ];
    let rest = piece.strip_prefix(b"* ")?;
    let is_head = |head: &[u8]| {
        rest.get(..head.len())
            .is_some_and(|word| word.eq_ignore_ascii_case(head))
    };
    HEADS
        .iter()
        .find(|(head, _)| is_head(head))
        .map(|(_, instead)| *instead)
}
