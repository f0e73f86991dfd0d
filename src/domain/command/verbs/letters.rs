//! `BREV 11`: how many letters the mail of a scanner holds.

use super::Cursor;
use crate::domain::command::cursor::Read;
use crate::domain::command::{FEWEST_LETTERS, MOST_LETTERS, Unclear, Verb};

/// Numbers as people write them in words.
const IN_WORDS: [&[&str]; 11] = [
    &["tva", "two"],
    &["tre", "three"],
    &["fyra", "four"],
    &["fem", "five"],
    &["sex", "six"],
    &["sju", "seven"],
    &["atta", "eight"],
    &["nio", "nine"],
    &["tio", "ten"],
    &["elva", "eleven"],
    &["tolv", "twelve"],
];

impl Cursor<'_> {
    /// `BREV 11`, `BREV: elva`, `11 brev`; «Brevet är besvarat» and «3 brev kom i dag» are
    /// sentences.
    pub(super) fn letters(&mut self) -> Option<Read> {
        let start = self.at;
        if let Some(count) = count_of(self.key(0)) {
            self.at += 1;
            if self.take_one_of(&["brev", "letters"]) {
                self.targets();
                if self.at_end() {
                    return Some(self.letters_of(count));
                }
            }
            self.at = start;
            return None;
        }
        let loud = self.line.tokens.get(self.at)?.is_loud();
        if !self.take_one_of(&["brev", "letters"]) {
            return None;
        }
        self.marks();
        self.targets();
        let count = count_of(self.key(0));
        self.at += usize::from(count.is_some());
        self.take_one_of(&["brev", "st", "stycken", "letters"]);
        self.targets();
        match count {
            Some(count) if self.at_end() => Some(self.letters_of(count)),
            _ if loud => Some(Err(Unclear::LetterCount)),
            _ => {
                self.at = start;
                None
            }
        }
    }

    fn letters_of(&mut self, count: u32) -> Read {
        if !(FEWEST_LETTERS..=MOST_LETTERS).contains(&count) {
            return Err(Unclear::LetterCount);
        }
        self.finish(Verb::Letters { count })
    }
}

fn count_of(word: &str) -> Option<u32> {
    let in_words = || IN_WORDS.iter().position(|words| words.contains(&word));
    match word.parse() {
        Ok(count) => Some(count),
        Err(_) => in_words().and_then(|at| u32::try_from(at + 2).ok()),
    }
}
