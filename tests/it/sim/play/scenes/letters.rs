//! Stories of scanned letters: with a stamp or without, answered, or told of by a notice that a
//! person prints and posts.

use super::Draws;
use crate::sim::oracle::facts::Word;
use crate::sim::oracle::mail::Mark;
use crate::sim::play::script::{Do, Id, Order, Points, Slot, Write};
use chrono::{DateTime, NaiveDate};

/// How many days before the scan the stamp is: a few, so many that it is not believed, or some in
/// the future.
const STAMPS: [Option<i64>; 9] = [
    None,
    None,
    Some(0),
    Some(0),
    Some(1),
    Some(3),
    Some(7),
    Some(70),
    Some(-4),
];

impl Draws<'_> {
    fn letter(&mut self, mailbox: usize) -> Write {
        let mut scan = self.outside(mailbox, "skanner@example.se", "Inskannat dokument");
        (scan.kind, scan.id, scan.dated) = ("scan", Id::None, None);
        scan.stamp = self.dice.one(&STAMPS);
        if self.dice.percent(20) {
            scan.marks = vec![Mark::Documents];
        }
        self.write(&scan);
        scan
    }

    pub(super) fn scan(&mut self, mailbox: usize) {
        let scan = self.letter(mailbox);
        self.later(600, 9_000);
        self.letter_ends(&scan, mailbox);
    }

    fn letter_ends(&mut self, scan: &Write, mailbox: usize) {
        let closed = Word::Closed(DateTime::UNIX_EPOCH);
        match self.dice.below(10) {
            0..=4 => self.push(Do::Say(scan.slot, mailbox, closed)),
            5 => self.push(Do::Move(scan.slot, mailbox, "Klart")),
            6 => self.by_mail(scan, mailbox, Order::ByLetter),
            _ => {}
        }
    }

    /// A reply to the mail on which the letter to print hangs.
    fn by_letter(&mut self, scan: &Write, mailbox: usize, order: Order) {
        self.by_mail(scan, mailbox, order);
        if let Some(Do::Write(reply)) = self.steps.last_mut().map(|step| &mut step.what)
            && let Points::MailTo(reader, slot) = reply.points
        {
            reply.points = Points::LetterTo(reader, slot);
        }
    }

    /// The printed notice is posted, and that is told; then it is answered, or its promise runs
    /// out.
    pub(super) fn posted(&mut self, mailbox: usize) {
        let scan = self.letter(mailbox);
        if self.dice.percent(20) {
            self.later(30, 4_000);
            self.push(Do::Say(scan.slot, mailbox, Word::Handed));
        }
        self.later(600, 7_000);
        if self.dice.percent(20) {
            let posted = Word::Posted(NaiveDate::default());
            self.push(Do::Say(scan.slot, mailbox, posted));
        } else {
            let ago = self.dice.one(&[None, None, Some(0), Some(1), Some(2)]);
            self.by_letter(&scan, mailbox, Order::Posted(ago));
        }
        if self.dice.percent(50) {
            self.later(600, 20_000);
            self.letter_ends(&scan, mailbox);
        }
    }

    /// The letter that is said to be the answer was the notice.
    pub(super) fn was_the_notice(&mut self, mailbox: usize) {
        let scan = self.letter(mailbox);
        self.later(600, 7_000);
        self.by_letter(&scan, mailbox, Order::ByLetter);
        self.later(60, 4_000);
        self.by_letter(&scan, mailbox, Order::Posted(None));
    }

    /// One mail of the scanner holds several letters, which a person says and may take back.
    pub(super) fn several_letters(&mut self, mailbox: usize) {
        let scan = self.letter(mailbox);
        let count = 2 + u32::try_from(self.dice.below(3)).unwrap_or(0);
        let others: Vec<Slot> = (1..count).map(|_| self.slot()).collect();
        self.later(60, 6_000);
        if self.dice.percent(50) {
            self.push(Do::Say(scan.slot, mailbox, Word::Letters(count)));
        } else {
            self.by_mail(&scan, mailbox, Order::Letters(count));
            if self.dice.percent(40) {
                self.later(30, 1_500);
                return self.by_mail(&scan, mailbox, Order::TakeBack);
            }
        }
        self.later(600, 6_000);
        let other = Write {
            slot: others[self.dice.index(others.len())],
            ..scan.clone()
        };
        self.by_letter(&other, mailbox, Order::Posted(None));
        self.later(60, 4_000);
        let closed = Word::Closed(DateTime::UNIX_EPOCH);
        self.push(Do::Say(scan.slot, mailbox, closed));
    }

    /// The handler reads the stamp on the paper, and perhaps reads it wrong.
    pub(super) fn stamp_told(&mut self, mailbox: usize) {
        let scan = self.letter(mailbox);
        self.later(600, 7_000);
        let ago = 1 + self.dice.below(10);
        self.by_mail(&scan, mailbox, Order::Stamped(ago));
        if self.dice.percent(40) {
            self.later(30, 2_000);
            self.by_mail(&scan, mailbox, Order::TakeBack);
        }
        self.later(600, 9_000);
        self.letter_ends(&scan, mailbox);
    }

    /// What else staff can say of the notice that is to be printed.
    pub(super) fn letter_ordered(&mut self, mailbox: usize) {
        let scan = self.letter(mailbox);
        self.later(60, 5_000);
        if self.dice.percent(50) {
            // Before it is printed, only on the server: no mail tells of it yet.
            return self.push(Do::Say(scan.slot, mailbox, Word::NoNotice));
        }
        let days = 1 + i64::try_from(self.dice.below(8)).unwrap_or(0);
        let order = self.dice.one(&[Order::NoNotice, Order::Promise(days)]);
        self.by_mail(&scan, mailbox, order);
    }
}
