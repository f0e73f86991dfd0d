//! Stories in which staff tell the program something by mail.

use super::Draws;
use crate::sim::oracle::facts::Word;
use crate::sim::oracle::mail::Mark;
use crate::sim::oracle::trust::Auth;
use crate::sim::play::script::{Do, Order, Points, Reaches, Slot, Write};
use chrono::DateTime;

impl Draws<'_> {
    /// A command in a reply to the mail in which we told of it.
    pub(super) fn by_mail(&mut self, question: &Write, mailbox: usize, order: Order) {
        let reply = self.command(question.slot, mailbox, order);
        self.write(&reply);
    }

    fn command(&mut self, about: Slot, mailbox: usize, order: Order) -> Write {
        let reader = if mailbox == 0 {
            "registrator"
        } else {
            "kanslist"
        };
        let mut reply = self.outside(
            mailbox,
            &format!("{reader}@example.se"),
            "SV: Att svara i dag",
        );
        (reply.kind, reply.points) = ("command", Points::MailTo(reader, about));
        reply.auth = if self.border {
            Auth::Pass
        } else {
            Auth::Missing
        };
        reply.order = Some(order);
        if self.mailboxes > 1 && self.dice.percent(15) {
            reply.reaches = Reaches::Other;
        }
        reply
    }

    /// Staff say something about a question as soon as they have been told of it.
    pub(super) fn ordered(&mut self, mailbox: usize, order: Order) {
        let question = self.question(mailbox);
        let order = match order {
            Order::Promise(_) => Order::Promise(2 + i64::try_from(self.dice.below(8)).unwrap_or(0)),
            other => other,
        };
        self.later(5, 600);
        self.by_mail(&question, mailbox, order);
        if self.dice.percent(50) {
            self.ends(&question, mailbox);
        }
    }

    /// The answer only says who comes back, and by when.
    pub(super) fn comes_back(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(1_500, 5_500);
        let mut answer = self.answer(mailbox, &question);
        answer.kind = "says who comes back";
        self.write(&answer);
        self.later(5, 600);
        let days = 2 + i64::try_from(self.dice.below(8)).unwrap_or(0);
        self.by_mail(&question, mailbox, Order::ComesBack(days));
        if self.dice.percent(60) {
            self.later(600, 6_000);
            let answer = self.answer(mailbox, &question);
            self.write(&answer);
        }
    }

    /// The notice is held, since an answer would go elsewhere, until a person lets it go.
    pub(super) fn released(&mut self, mailbox: usize) {
        let from = self.citizen();
        let mut question = self.outside(mailbox, &from, "Ärende");
        (question.kind, question.marks) = ("spam flag", vec![Mark::SpamFlag]);
        self.write(&question);
        self.later(5, 600);
        self.by_mail(&question, mailbox, Order::Release);
        if self.dice.percent(50) {
            self.ends(&question, mailbox);
        }
    }

    /// The notice comes back, and staff know where else its citizen reads mail; or they say so
    /// before.
    pub(super) fn sent_elsewhere(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        if self.dice.percent(80) {
            self.later(2_800, 5_000);
            let slot = self.slot();
            self.push(Do::Bounce {
                of: question.slot,
                slot,
                forged: false,
            });
        }
        self.later(5, 900);
        self.by_mail(&question, mailbox, Order::ReleaseElsewhere);
        if self.dice.percent(40) {
            self.ends(&question, mailbox);
        }
    }

    /// A date is promised in one of the mailboxes that a question lies in, moved, or taken back.
    pub(super) fn date_of_one(&mut self, mailbox: usize) {
        let question = self.in_both();
        self.later(5, 600);
        let days = 2 + i64::try_from(self.dice.below(9)).unwrap_or(0);
        self.by_mail(&question, mailbox, Order::Promise(days));
        match self.dice.below(4) {
            0 | 1 => {
                self.later(30, 3_000);
                self.by_mail(&question, mailbox, Order::TakeBack);
            }
            2 => {
                self.later(600, 6_000);
                self.by_mail(&question, mailbox, Order::Promise(days + 3));
            }
            _ => {}
        }
        if self.dice.percent(40) {
            self.ends(&question, mailbox);
        }
    }

    /// Who has the mailbox says by mail that they are away, and perhaps that they are back, or that
    /// it was not so.
    pub(super) fn away(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(5, 600);
        let days = 1 + i64::try_from(self.dice.below(6)).unwrap_or(0);
        let mut said = self.command(question.slot, mailbox, Order::Away(days));
        self.write(&said);
        if self.dice.percent(40) {
            self.later(1_500, 6_000);
            said = self.command(question.slot, mailbox, Order::Back);
            self.write(&said);
        }
        // It was not so, as whoever said it sees from the mail that confirms it.
        if self.dice.percent(40) {
            self.later(5, 300);
            let mut reply = self.command(said.slot, mailbox, Order::TakeBackAbsence);
            reply.points = Points::Confirmed(said.slot);
            self.write(&reply);
        }
    }

    /// What was said is taken back.
    pub(super) fn taken_back(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        if self.dice.percent(25) {
            return self.taken_back_over_a_word(&question, mailbox);
        }
        self.later(5, 600);
        let order = self
            .dice
            .one(&[Order::Close, Order::NoNotice, Order::Promise(4)]);
        self.by_mail(&question, mailbox, order);
        self.later(30, 3_000);
        self.by_mail(&question, mailbox, Order::TakeBack);
        if self.dice.percent(50) {
            self.ends(&question, mailbox);
        }
    }

    /// The registrar has said on the server that it needs no answer; the handler has not seen that.
    fn taken_back_over_a_word(&mut self, question: &Write, mailbox: usize) {
        self.later(4_300, 5_800);
        self.push(Do::Say(question.slot, mailbox, Word::NoAnswer));
        self.later(5, 300);
        self.by_mail(question, mailbox, Order::Close);
        self.later(30, 1_500);
        self.by_mail(question, mailbox, Order::TakeBack);
    }

    /// The registrar closes it, and sees that it was not done.
    pub(super) fn opened_again(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(30, 4_000);
        let closed = Word::Closed(DateTime::UNIX_EPOCH);
        self.push(Do::Say(question.slot, mailbox, closed));
        self.later(600, 6_000);
        self.push(Do::Say(question.slot, mailbox, Word::Reopened));
        if self.dice.percent(60) {
            self.ends(&question, mailbox);
        }
    }

    /// The registrar gives it to somebody else, or wants it kept.
    pub(super) fn handed_over(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(30, 4_000);
        let word = self.dice.one(&[Word::Handed, Word::Handed, Word::Kept]);
        self.push(Do::Say(question.slot, mailbox, word));
        self.ends(&question, mailbox);
    }
}
