//! Type: the two cuts of the letter's font, what they cannot show, how wide a line is and where it
//! breaks.

use super::LetterError;
use crate::words::NO_BREAK;
use krilla::text::Font;

/// Stands for a character that the font lacks (an emoji, Arabic, Chinese): a letter goes out with
/// it, and it shows.
pub const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// One cut of the font.
pub struct Face {
    pub font: Font,
    shaper: rustybuzz::Face<'static>,
}

/// What a letter is set in.
pub struct Faces {
    pub regular: Face,
    pub bold: Face,
}

impl Faces {
    pub fn load() -> Result<Self, LetterError> {
        let load = |bytes| Face::load(bytes).ok_or(LetterError::Font);
        Ok(Self {
            regular: load(ttf_noto_sans::REGULAR)?,
            bold: load(ttf_noto_sans::BOLD)?,
        })
    }
}

impl Face {
    fn load(bytes: &'static [u8]) -> Option<Self> {
        Some(Self {
            font: Font::new(bytes.into(), 0)?,
            shaper: rustybuzz::Face::from_slice(bytes, 0)?,
        })
    }

    /// The text as this face can show it.
    #[must_use]
    pub fn shown(&self, text: &str) -> String {
        text.chars()
            .filter(|c| !joins_or_selects(*c))
            .map(|c| if self.has(c) { c } else { REPLACEMENT })
            .collect()
    }

    /// Private characters mean something to one font only, and PDF/A refuses them.
    fn has(&self, c: char) -> bool {
        !matches!(c, '\u{e000}'..='\u{f8ff}') && self.shaper.glyph_index(c).is_some()
    }

    /// Width of a line set in `size`, in the unit of `size`.
    #[must_use]
    pub fn width(&self, text: &str, size: f32) -> f32 {
        let mut buffer = rustybuzz::UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(rustybuzz::Direction::LeftToRight);
        buffer.guess_segment_properties();
        let glyphs = rustybuzz::shape(&self.shaper, &[], buffer);
        let advance: i32 = glyphs
            .glyph_positions()
            .iter()
            .map(|glyph| glyph.x_advance)
            .sum();
        #[expect(
            clippy::cast_precision_loss,
            reason = "a line has thousands of font units, not millions"
        )]
        let ems = advance as f32 / self.shaper.units_per_em() as f32;
        ems * size
    }

    /// The text in lines no wider than `width`, broken at blanks; a word that is wider than a line
    /// is broken anywhere.
    #[must_use]
    pub fn lines(&self, text: &str, size: f32, width: f32) -> Vec<String> {
        let blank = self.width(" ", size);
        let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0.0);
        for word in self
            .shown(text)
            .split([' ', '\t'])
            .filter(|word| !word.is_empty())
        {
            for (part, begins) in self.parts(&word.replace(NO_BREAK, " "), size, width) {
                let wide = self.width(&part, size);
                let gap = if begins { blank } else { 0.0 };
                if !line.is_empty() && (!begins || used + gap + wide > width) {
                    lines.push(std::mem::take(&mut line));
                }
                if line.is_empty() {
                    used = wide;
                } else {
                    line.push(' ');
                    used += gap + wide;
                }
                line.push_str(&part);
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// A word in pieces that fit a line, and whether each begins the word.
    fn parts(&self, word: &str, size: f32, width: f32) -> Vec<(String, bool)> {
        if self.width(word, size) <= width {
            return vec![(word.to_owned(), true)];
        }
        let (mut parts, mut part, mut used) = (Vec::new(), String::new(), 0.0);
        for c in word.chars() {
            let wide = self.width(c.encode_utf8(&mut [0; 4]), size);
            if !part.is_empty() && used + wide > width {
                parts.push((std::mem::take(&mut part), parts.is_empty()));
                used = 0.0;
            }
            part.push(c);
            used += wide;
        }
        parts.push((part, parts.is_empty()));
        parts
    }
}

/// Characters without a shape of their own: joiners, soft hyphens, selectors of variants (Unicode
/// 16, table 23-4).
fn joins_or_selects(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_font_lacks_is_seen() {
        let face = Faces::load().expect("the fonts are sound").regular;
        let check = |text: &str, expected: &str| assert_eq!(face.shown(text), expected, "{text:?}");
        check(
            "Åsa Öberg, Näsviken – ”hej” § 9 …",
            "Åsa Öberg, Näsviken – ”hej” § 9 …",
        );
        check("Олена Їжак", "Олена Їжак");
        check("Ánte Čáhput", "Ánte Čáhput");
        check("A\u{30a}sa", "A\u{30a}sa");
        check("Kim 🎉", "Kim \u{fffd}");
        check("👩\u{200d}🔧", "\u{fffd}\u{fffd}");
        check("山田", "\u{fffd}\u{fffd}");
        check("a\u{e000}b\u{ad}c", "a\u{fffd}bc");
    }

    #[test]
    fn no_line_is_wider_than_its_measure() {
        let face = Faces::load().expect("the fonts are sound").regular;
        for text in [
            "åäö ".repeat(200),
            "x".repeat(500),
            format!("https://{} slut", "ö".repeat(300)),
        ] {
            let lines = face.lines(&text, 11.0, 200.0);
            assert!(
                lines.iter().all(|line| face.width(line, 11.0) <= 200.5),
                "{lines:#?}"
            );
            assert_eq!(
                lines.concat().replace(' ', ""),
                text.replace(' ', ""),
                "nothing is lost"
            );
        }
        assert_eq!(
            face.lines("19\u{a0}november  2026", 11.0, 20.0)[0]
                .chars()
                .next(),
            Some('1')
        );
        assert!(face.lines("", 11.0, 200.0).is_empty());
    }
}
