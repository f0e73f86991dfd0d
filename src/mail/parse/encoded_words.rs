//! Header bytes to text: unfolding, bytes that declare no charset, encoded words (RFC 2047),
//! controls.

use super::limits::{MAX_RAW, MAX_VALUE};
use crate::mail::texts::foreign::is_invisible;
use encoding_rs::{Encoding, ISO_2022_JP, REPLACEMENT, UTF_16BE, UTF_16LE, WINDOWS_1252};
use mail_parser::decoders::charsets::map::charset_decoder;
use mail_parser::decoders::quoted_printable::quoted_printable_decode_char;
use std::borrow::Cow;

/// Bytes of the longest encoded word believed. RFC 2047 §2 says 75; some programs never break a
/// line.
const MAX_WORD: usize = 1_000;
/// Bytes looked at to recognise UTF-16 without a byte order mark.
const UTF16_SAMPLE: usize = 64;

/// Mail saved as UTF-16 becomes UTF-8; everything else stays as it is.
pub fn ascii_compatible(bytes: &[u8]) -> Cow<'_, [u8]> {
    let sample = &bytes[..bytes.len().min(UTF16_SAMPLE)];
    let zeros = |parity: usize| {
        sample
            .iter()
            .skip(parity)
            .step_by(2)
            .filter(|&&b| b == 0)
            .count()
    };
    let many = sample.len() >= 8;
    let encoding = match sample {
        [0xFF, 0xFE, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] => UTF_16BE,
        _ if many && zeros(1) * 5 > sample.len() * 2 && zeros(0) == 0 => UTF_16LE,
        _ if many && zeros(0) * 5 > sample.len() * 2 && zeros(1) == 0 => UTF_16BE,
        _ => return Cow::Borrowed(bytes),
    };
    let bounded = &bytes[..bytes.len().min(2 * super::limits::MAX_HEADER)];
    Cow::Owned(
        encoding
            .decode_with_bom_removal(bounded)
            .0
            .into_owned()
            .into_bytes(),
    )
}

/// A field's value as people read it: unfolded, decoded, without controls, at most [`MAX_VALUE`]
/// characters.
pub fn value(raw: &[u8]) -> String {
    let raw = raw.trim_ascii();
    let unprintable = |b: &&u8| !(b' '..=b'~').contains(*b);
    if raw.len() <= MAX_VALUE && raw.iter().filter(unprintable).count() == 0 && !has_word_start(raw)
    {
        return String::from_utf8_lossy(raw).into_owned();
    }
    clean(decode(text(raw)))
}

/// Whether it contains `=?`: without that it has no encoded word.
fn has_word_start(bytes: &[u8]) -> bool {
    word_start(bytes).is_some()
}

fn word_start(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'=', bytes).find(|at| bytes.get(at + 1) == Some(&b'?'))
}

/// Raw bytes to text with the folds taken out; encoded words stay as they are.
pub fn text(raw: &[u8]) -> Cow<'_, str> {
    let raw = raw[..raw.len().min(MAX_RAW)].trim_ascii();
    let text = undeclared(raw);
    let bytes = text.as_bytes();
    if memchr::memchr3(b'\r', b'\n', 0, bytes).is_none() {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(length) = memchr::memchr3(b'\r', b'\n', 0, &bytes[at..]) {
        let stop = at + length;
        out.push_str(&text[at..stop]);
        // The blank that follows a fold is the blank that was there before it.
        let folded = matches!(bytes.get(stop + 1), Some(b' ' | b'\t' | b'\r' | b'\n'));
        if bytes[stop] != 0 && !folded {
            out.push(' ');
        }
        at = stop + 1;
    }
    out.push_str(&text[at..]);
    Cow::Owned(out)
}

/// Bytes of neighbours in one charset.
type Run<'a> = (&'a str, Vec<u8>);

/// Replaces encoded words. Neighbours of one charset are joined as bytes first, because some
/// programs split a letter between two words.
pub fn decode(text: Cow<'_, str>) -> Cow<'_, str> {
    if !has_word_start(text.as_bytes()) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut run: Option<Run<'_>> = None;
    let mut rest = &*text;
    while let Some(at) = word_start(rest.as_bytes()) {
        let (before, tail) = rest.split_at(at);
        let Some(word) = word(tail) else {
            flush(&mut run, &mut out);
            out.push_str(before);
            out.push_str("=?");
            rest = &tail[2..];
            continue;
        };
        rest = &tail[word.length..];
        join(&mut run, before, word, &mut out);
    }
    flush(&mut run, &mut out);
    out.push_str(rest);
    Cow::Owned(out)
}

/// Adds a word to the open run, or ends that one and begins another.
fn join<'a>(run: &mut Option<Run<'a>>, before: &str, word: Word<'a>, out: &mut String) {
    let apart = !before.trim_ascii().is_empty();
    match run {
        Some((charset, bytes)) if !apart && charset.eq_ignore_ascii_case(word.charset) => {
            bytes.extend(word.bytes);
        }
        open => {
            let was_open = open.is_some();
            flush(open, out);
            if !was_open || apart {
                out.push_str(before);
            }
            *open = Some((word.charset, word.bytes));
        }
    }
}

fn flush(run: &mut Option<Run<'_>>, out: &mut String) {
    if let Some((charset, bytes)) = run.take() {
        out.push_str(&from_charset(&charset.to_ascii_lowercase(), &bytes));
    }
}

/// Length of the encoded word that `text` starts with, 0 for none.
pub fn word_length(text: &str) -> usize {
    word(text).map_or(0, |word| word.length)
}

struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
    length: usize,
}

/// The encoded word (`=?charset?B?…?=`) at the start of `text`; of one without its end, what there
/// is to the next blank.
fn word(text: &str) -> Option<Word<'_>> {
    let all = text.as_bytes();
    let all = &all[..all.len().min(MAX_WORD)];
    let (charset, quoted, start) = word_head(all)?;
    let coded = all.get(start..)?;
    let (coded, mark) = match marked_end(coded) {
        Some(end) => (&coded[..end], 2),
        // A program that cut the field took the end of the word with it.
        None if Encoding::for_label(charset.as_bytes()).is_some() && all.len() == text.len() => {
            (to_the_blank(coded), 0)
        }
        None => return None,
    };
    let end = start + coded.len();
    let coded = if mark == 0 {
        without_cut_end(coded)
    } else {
        coded
    };
    let bytes = if quoted {
        q_decode(coded)
    } else {
        base64(coded)
    };
    Some(Word {
        charset,
        bytes,
        length: end + mark,
    })
}

/// The charset of an encoded word, whether it is of the kind `Q`, and where its letters begin.
fn word_head(all: &[u8]) -> Option<(&str, bool, usize)> {
    let charset_end = 2 + all.get(2..)?.iter().take(60).position(|&b| b == b'?')?;
    let charset = std::str::from_utf8(&all[2..charset_end]).ok()?;
    let charset = charset.split('*').next().unwrap_or_default().trim();
    let quoted = match all.get(charset_end + 1)? {
        b'q' | b'Q' => true,
        b'b' | b'B' => false,
        _ => return None,
    };
    (all.get(charset_end + 2) == Some(&b'?')).then_some((charset, quoted, charset_end + 3))
}

/// Where the mark stands that ends an encoded word.
fn marked_end(coded: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'?', coded).find(|at| coded.get(at + 1) == Some(&b'='))
}

fn to_the_blank(coded: &[u8]) -> &[u8] {
    let blank = coded.iter().position(|&b| b == b' ' || b == b'\t');
    &coded[..blank.unwrap_or(coded.len())]
}

/// Without what a cut left of the word's end, or of a letter in its code.
fn without_cut_end(coded: &[u8]) -> &[u8] {
    let coded = coded.strip_suffix(b"?").unwrap_or(coded);
    match coded {
        [rest @ .., b'='] | [rest @ .., b'=', _] => rest,
        whole => whole,
    }
}

fn q_decode(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut i = 0;
    while i < text.len() {
        let pair = (text.get(i + 1), text.get(i + 2));
        match (text[i], pair) {
            (b'_', _) => out.push(b' '),
            (b'=', (Some(&high), Some(&low))) => match quoted_printable_decode_char(high, low) {
                Some(byte) => {
                    out.push(byte);
                    i += 2;
                }
                None => out.push(b'='),
            },
            (byte, _) => out.push(byte),
        }
        i += 1;
    }
    out
}

/// Base64 (RFC 2045 §6.8) that skips what does not belong; a word cut in its middle gives what it
/// holds.
pub fn base64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0_u8);
    for &byte in text {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = (bits << 6) | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xFF).unwrap_or_default());
        }
    }
    out
}

/// Bytes of a declared charset; an unknown or impossible one is guessed as if nothing were
/// declared.
pub fn from_charset(label: &str, bytes: &[u8]) -> String {
    let encoding = match label {
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => return undeclared(bytes).into_owned(),
        _ => Encoding::for_label(label.as_bytes()).filter(|&e| e != REPLACEMENT),
    };
    if encoding == Some(ISO_2022_JP) {
        return japanese(bytes);
    }
    match (encoding, charset_decoder(label.as_bytes())) {
        (Some(encoding), _) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        (None, Some(decoder)) => decoder(bytes),
        (None, None) => undeclared(bytes).into_owned(),
    }
}

/// Bytes without a charset: UTF-8 when they are that, Japanese when its escapes are there, else
/// windows-1252.
fn undeclared(bytes: &[u8]) -> Cow<'_, str> {
    if memchr::memchr_iter(0x1B, bytes).any(|at| bytes.get(at + 1) == Some(&b'$')) {
        return Cow::Owned(japanese(bytes));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    // Damage among good letters is damaged UTF-8; with fewer good letters it was another charset
    // all along.
    let text = String::from_utf8_lossy(bytes);
    let bad = text.chars().filter(|&c| c == '\u{FFFD}').count();
    let good = text.chars().filter(|&c| !c.is_ascii()).count() - bad;
    if good >= bad {
        text
    } else {
        WINDOWS_1252.decode_without_bom_handling(bytes).0
    }
}

/// Japanese with escapes. Where words were joined, one leaves the alphabet and the next enters it
/// again: that pair, which the decoder would take for damage, is left out.
fn japanese(bytes: &[u8]) -> String {
    const SEAM: &[u8] = b"\x1B(B\x1B$B";
    let mut joined = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(SEAM) {
            at += SEAM.len();
        } else {
            joined.push(bytes[at]);
            at += 1;
        }
    }
    ISO_2022_JP
        .decode_without_bom_handling(&joined)
        .0
        .into_owned()
}

/// Takes out controls and invisible characters (they can disguise a subject), and bounds the
/// length.
pub fn clean(text: Cow<'_, str>) -> String {
    let whole = text;
    let text = whole.trim();
    // Controls and the marks begin with one of these bytes in UTF-8; hardly any other letter does.
    let suspicious = |b: &u8| matches!(b, 0..b' ' | 0x7F | 0xC2 | 0xE2 | 0xEF);
    if text.len() <= MAX_VALUE && text.bytes().filter(suspicious).count() == 0 {
        return if text.len() == whole.len() {
            whole.into_owned()
        } else {
            text.to_owned()
        };
    }
    let kept = text.chars().filter_map(|c| match c {
        '\t' | '\r' | '\n' => Some(' '),
        c if c.is_control() || is_invisible(c) => None,
        c => Some(c),
    });
    let mut out = String::with_capacity(text.len().min(4 * MAX_VALUE));
    out.extend(kept.take(MAX_VALUE));
    out
}
