//! Modified UTF-7, the spelling of folder names on the wire (RFC 3501 §5.1.3).
//!
//! Both directions are total. A name that is not valid modified UTF-7 decodes to itself, piece by
//! piece; code that must name that folder to the server again keeps the server's own spelling
//! (`folders`).

/// RFC 3501's base64: `,` instead of `/`, no padding.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// From the wire to what people read.
#[must_use]
pub fn decode(wire: &str) -> String {
    let mut text = String::with_capacity(wire.len());
    let mut rest = wire;
    while let Some(at) = rest.find('&') {
        text.push_str(&rest[..at]);
        let shifted = &rest[at + 1..];
        let Some(end) = shifted.find('-') else {
            text.push_str(&rest[at..]);
            return text;
        };
        match &shifted[..end] {
            "" => text.push('&'),
            piece => match decode_piece(piece) {
                Some(decoded) => text.push_str(&decoded),
                None => text.push_str(&rest[at..=at + 1 + end]),
            },
        }
        rest = &shifted[end + 1..];
    }
    text.push_str(rest);
    text
}

/// From what people write to the wire: printable ASCII only.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut wire = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    for c in text.chars() {
        if matches!(c, ' '..='~') {
            encode_piece(&mut wire, &mut units);
            wire.push(c);
            if c == '&' {
                wire.push('-');
            }
        } else {
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        }
    }
    encode_piece(&mut wire, &mut units);
    wire
}

/// The UTF-16 behind one base64 piece; `None` when it is not base64, or not whole and paired
/// UTF-16.
fn decode_piece(piece: &str) -> Option<String> {
    let mut units = Vec::with_capacity(piece.len());
    let mut bits = 0_u32;
    let mut held = 0;
    for byte in piece.bytes() {
        let value = ALPHABET.iter().position(|&letter| letter == byte)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        held += 6;
        if held >= 16 {
            held -= 16;
            units.push(u16::try_from(bits >> held).ok()?);
            bits &= (1 << held) - 1;
        }
    }
    if held >= 6 || bits != 0 {
        return None;
    }
    String::from_utf16(&units).ok()
}

fn encode_piece(wire: &mut String, units: &mut Vec<u16>) {
    if units.is_empty() {
        return;
    }
    wire.push('&');
    let mut bits = 0_u32;
    let mut held = 0;
    let letter = |bits: u32| char::from(ALPHABET[(bits & 63) as usize]);
    for unit in units.drain(..) {
        bits = (bits << 16) | u32::from(unit);
        held += 16;
        while held >= 6 {
            held -= 6;
            wire.push(letter(bits >> held));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        wire.push(letter(bits << (6 - held)));
    }
    wire.push('-');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for (text, wire) in [
            ("INBOX", "INBOX"),
            ("Skickade objekt", "Skickade objekt"),
            ("Skräppost", "Skr&AOQ-ppost"),
            ("Ärenden/Klara", "&AMQ-renden/Klara"),
            ("Åtgärdat ä", "&AMU-tg&AOQ-rdat &AOQ-"),
            ("Post & brev", "Post &- brev"),
            ("&-", "&--"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("😀", "&2D3eAA-"),
            ("tab\there", "tab&AAk-here"),
            ("", ""),
        ] {
            assert_eq!(encode(text), wire);
            assert_eq!(decode(wire), text);
        }
    }

    #[test]
    fn what_is_not_modified_utf7_stays_as_it_is() {
        for wire in ["Ärenden", "a & b", "&AMQ", "&!-x", "&A-", "&2D0-", "&AMR-"] {
            assert_eq!(decode(wire), wire, "{wire}");
        }
    }
}
