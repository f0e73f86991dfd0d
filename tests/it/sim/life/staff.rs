//! What people at the town hall do: answer in all the ways they do, forward, close, move, delete,
//! take back.

use super::{Event, Life, WATCHED};
use crate::sim::faults::Fault;
use crate::sim::hall::{Hall, STAFF};
use crate::sim::mails::Draft;
use crate::sim::oracle::{Answer, Says, Sign, Truth, Verdict};
use servicelofte::domain::event::How;
use servicelofte::domain::item::State;
use servicelofte::domain::orders::Refusal;
use servicelofte::engine::people::Undone;
use servicelofte::ports::{Clock, Flags};

impl Life {
    pub(super) fn somebody_acts(&mut self, serial: u32) {
        let truth = self.oracle.truths[&serial].clone();
        if !truth.may_be_live() {
            return;
        }
        match self.dice.below(100) {
            0..=64 => self.answers(&truth),
            65..=69 => self.writes_anew(&truth),
            70..=75 => self.forwards(&truth),
            76..=80 => self.answers_from_home(&truth),
            81..=84 => self.marks(&truth),
            85..=88 => self.moves(&truth, "Klart"),
            89..=90 => self.only_sends_something(&truth, true),
            91..=92 => self.only_sends_something(&truth, false),
            _ => self.later(serial),
        }
    }

    fn later(&mut self, serial: u32) {
        let at = self.now() + self.dice.minutes(600, 6_000);
        self.schedule(at, Event::Act(serial));
    }

    fn answer_draft(&mut self, truth: &Truth, from: &str) -> (u32, Draft) {
        let serial = self.serial();
        let subject = format!("SV: {}", truth.subject);
        let draft = Draft::new(
            from,
            &truth.answer_to,
            &subject,
            &format!("a{serial}@example.se"),
        );
        (serial, draft.answering(truth.id.as_deref()))
    }

    /// As it should be: an answer in Sent that points at the question.
    fn answers(&mut self, truth: &Truth) {
        if truth.id.is_none() {
            return self.writes_anew(truth);
        }
        if truth.kind == "from ourselves" {
            return self.moves(truth, "Klart");
        }
        let from = Hall::address(truth.mailbox);
        let (serial, mut draft) = self.answer_draft(truth, from);
        if self.dice.percent(15) {
            draft.cc = Some(std::mem::replace(
                &mut draft.to,
                "ombud@example.net".to_owned(),
            ));
        }
        self.tell(&format!("a{serial} answers m{}", truth.serial));
        self.put(truth.mailbox, "Skickat", serial, &draft, Flags::default());
        self.answered(truth, serial, true);
    }

    /// Notes an answer, to all that it answers.
    fn answered(&mut self, truth: &Truth, serial: u32, sure: bool) {
        let (put, put_at) = (self.oracle.tick(), self.now());
        let to = truth.serial;
        self.oracle.answers.insert(
            serial,
            Answer {
                to,
                put,
                put_at,
                seen: None,
                denied: false,
            },
        );
        let was_live = truth.is_surely_live();
        self.oracle.sign(to, Sign::Answered(put_at), sure);
        let others: Vec<(u32, bool)> = self
            .oracle
            .truths
            .range(truth.conversation..)
            .map(|(_, other)| other)
            .filter(|other| {
                other.conversation == truth.conversation && other.serial != to && !other.letter
            })
            .filter(|other| {
                [&other.answer_to, &other.from].contains(&&truth.answer_to)
                    && other.needs != Says::No
            })
            .map(|other| {
                let known =
                    other.item.is_some() && other.thread == truth.thread && truth.item.is_some();
                (
                    other.serial,
                    known && was_live && sure && self.backup.is_none(),
                )
            })
            .collect();
        for (other, sure) in others {
            self.oracle.sign(other, Sign::Answered(put_at), sure);
        }
    }

    /// A new mail to the citizen: perhaps an answer, perhaps not; the staff close it by hand later.
    fn writes_anew(&mut self, truth: &Truth) {
        let (serial, mut draft) = self.answer_draft(truth, Hall::address(truth.mailbox));
        draft.in_reply_to = None;
        "Angående ditt ärende".clone_into(&mut draft.subject);
        self.put(truth.mailbox, "Skickat", serial, &draft, Flags::default());
        self.tell(&format!("a{serial} is a new mail to {}", truth.answer_to));
        for other in self.oracle.truths.values_mut() {
            other.weak |= other.answer_to == truth.answer_to || other.from == truth.answer_to;
        }
        self.moves(truth, "Klart");
    }

    /// The colleague has it from now on.
    fn forwards(&mut self, truth: &Truth) {
        let (serial, mut draft) = self.answer_draft(truth, Hall::address(truth.mailbox));
        draft.to = format!("{}@example.se", self.dice.one(&["kanslist", "registrator"]));
        draft.subject = format!("VB: {}", truth.subject);
        self.tell(&format!("a{serial} forwards m{}", truth.serial));
        self.put(truth.mailbox, "Skickat", serial, &draft, Flags::default());
        self.later(truth.serial);
    }

    /// From the own address; the shared mailbox only gets a copy, in the inbox.
    fn answers_from_home(&mut self, truth: &Truth) {
        if truth.id.is_none() || truth.kind == "from ourselves" || truth.item.is_none() {
            return self.later(truth.serial);
        }
        let who = self.dice.one(&STAFF[..2]);
        let (serial, mut draft) = self.answer_draft(truth, "");
        draft.from = format!("Namn m{serial} <{who}@example.se>");
        draft.cc = Some(Hall::address(truth.mailbox).to_owned());
        let mut copy = truth.clone();
        (copy.serial, copy.kind, copy.item, copy.logged) =
            (serial, "copy of an answer", None, None);
        (copy.id, copy.arrived, copy.from) =
            (draft.id.clone(), self.now(), format!("{who}@example.se"));
        (copy.needs, copy.notify, copy.letter, copy.stamp) = (Says::Any, Says::Any, false, None);
        (copy.signs, copy.notices, copy.conversation) =
            (Vec::new(), Vec::new(), truth.conversation);
        copy.answer_to.clone_from(&copy.from);
        self.tell(&format!(
            "m{serial} is the copy of an answer to m{}",
            truth.serial
        ));
        self.put(truth.mailbox, "INBOX", serial, &draft, Flags::default());
        let sure = self.backup.is_none();
        self.oracle.truths.insert(serial, copy);
        self.answered(truth, serial, sure);
    }

    /// Marked as answered, and no answer is anywhere.
    fn marks(&mut self, truth: &Truth) {
        for drawer in self.office.posts[truth.mailbox]
            .state()
            .drawers
            .values_mut()
        {
            for letter in drawer
                .letters
                .iter_mut()
                .rev()
                .filter(|letter| letter.serial == truth.serial)
            {
                letter.flags.answered = true;
                drawer.modseq += 1;
            }
        }
        self.tell(&format!("m{} bears a mark", truth.serial));
        self.oracle.truth(truth.serial).weak = true;
        self.later(truth.serial);
    }

    /// A draft, or an automatic reply: neither answers anything.
    fn only_sends_something(&mut self, truth: &Truth, automatic: bool) {
        let who = self.dice.one(&STAFF[..2]);
        let (serial, mut draft) = self.answer_draft(truth, &format!("{who}@example.se"));
        if automatic {
            draft = draft.with("Auto-Submitted: auto-replied");
        }
        self.tell(&format!(
            "a{serial} only looks like an answer to m{}",
            truth.serial
        ));
        self.put(
            truth.mailbox,
            "Skickat",
            serial,
            &draft,
            Flags {
                draft: !automatic,
                ..Flags::default()
            },
        );
        self.later(truth.serial);
    }

    /// Where a message lies, if it does.
    fn place(&self, truth: &Truth) -> Option<String> {
        let state = self.office.posts[truth.mailbox].state();
        let mut places = state.drawers.iter();
        let place = places.find(|(_, drawer)| {
            drawer
                .letters
                .iter()
                .rev()
                .any(|l| l.serial == truth.serial)
        });
        place.map(|(name, _)| name.clone())
    }

    fn moves(&mut self, truth: &Truth, to: &str) {
        let Some(place) = self.place(truth) else {
            return self.closes_later(truth.serial);
        };
        if place == to || place == "Klart" {
            return;
        }
        self.tell(&format!("m{} is moved from {place} to {to}", truth.serial));
        self.out_of_junk(truth.serial, &place);
        self.oracle.truth(truth.serial).was_in_junk |= to == "Skräppost";
        let letters = self.office.posts[truth.mailbox]
            .state()
            .take_serial(truth.serial, &place);
        self.office.posts[truth.mailbox].state().relay(letters, to);
        if to == "Klart" {
            // Whether a reading comes before the next sign is not known.
            let sure = truth.signs.is_empty() && truth.item.is_some();
            self.oracle.sign(truth.serial, Sign::Done, sure);
        }
    }

    /// The best copy decides: what a person took out of the junk folder may be noticed, at the
    /// latest when a restored register meets it anew (seed 70017).
    fn out_of_junk(&mut self, serial: u32, place: &str) {
        let truth = self.oracle.truth(serial);
        if place == "Skräppost" && truth.kind == "junk" {
            truth.notify = Says::Any;
        }
    }

    /// What lies nowhere can only be closed by hand.
    fn closes_later(&mut self, serial: u32) {
        self.later(serial);
    }

    pub(super) fn registrar_comes(&mut self) {
        let next = self.now() + self.dice.about(self.plan.between_mails * 3);
        self.schedule(next, Event::Registrar);
        let recent: Vec<u32> = self.oracle.open.iter().rev().take(20).copied().collect();
        if recent.is_empty() {
            return;
        }
        let truth = self.oracle.truths[&self.dice.one(&recent)].clone();
        if self.dice.percent(50) {
            self.registrar = true;
            return;
        }
        match self.dice.below(6) {
            0 | 1 => {
                let place =
                    self.dice
                        .one(&["INBOX", "INBOX/Bygglov", "INBOX/Bygglov", "Skräppost"]);
                self.moves(&truth, place);
            }
            2 => {
                if truth.item.is_none() {
                    self.met(Fault::MovedUnseen);
                }
                self.moves(&truth, "Papperskorg");
            }
            3 => self.deletes(&truth),
            _ => self.copies(&truth),
        }
    }

    fn deletes(&mut self, truth: &Truth) {
        let Some(place) = self.place(truth).filter(|place| place != "Klart") else {
            return;
        };
        self.met(Fault::Deleted);
        self.tell(&format!("m{} is deleted", truth.serial));
        self.office.posts[truth.mailbox]
            .state()
            .take_serial(truth.serial, &place);
    }

    /// What has no Message-ID is another message when it lies there twice.
    fn copies(&mut self, truth: &Truth) {
        if truth.id.is_none() {
            return;
        }
        let Some(place) = self.place(truth).filter(|place| place != "Klart") else {
            return;
        };
        self.met(Fault::InTwoFolders);
        let to = if place == "INBOX" {
            "INBOX/Bygglov"
        } else {
            "INBOX"
        };
        self.tell(&format!("m{} is copied from {place} to {to}", truth.serial));
        self.out_of_junk(truth.serial, &place);
        let mut state = self.office.posts[truth.mailbox].state();
        let letters: Vec<_> = state
            .drawer(&place)
            .letters
            .iter()
            .filter(|l| l.serial == truth.serial)
            .take(1)
            .cloned()
            .collect();
        state.relay(letters, to);
    }

    /// A command on the server, when everything has just been read.
    pub(super) async fn by_hand(&mut self) -> Verdict {
        let recent: Vec<u32> = self.oracle.truths.keys().rev().take(40).copied().collect();
        if recent.is_empty() {
            return Ok(());
        }
        let serial = self.dice.one(&recent);
        let truth = self.oracle.truths[&serial].clone();
        let Some(id) = truth.item else { return Ok(()) };
        if ["absence", "bounce", "copy of an answer"].contains(&truth.kind) {
            return Ok(());
        }
        let item = self
            .office
            .ask(move |engine| engine.db().item_of(id).unwrap())
            .await;
        let now = self.office.clock.now();
        if self.hall.retention.is_some() && !item.state.is_live() && self.dice.percent(40) {
            return self.hold(id).await;
        }
        let verb = match item.state {
            state if state.is_live() => self.dice.one(&["close", "close", "exclude", "assign"]),
            State::Answered | State::Excluded
                if self.place(&truth).is_none_or(|place| place != "Klart") =>
            {
                "reopen"
            }
            _ => return Ok(()),
        };
        if truth.needs == Says::No && self.dice.percent(80) {
            return Ok(());
        }
        let to = self.dice.one(&STAFF[..2]);
        self.tell(&format!("{verb} {id} (m{serial})"));
        let done = self.office.ask(move |engine| match verb {
            "close" => engine.close(id, How::Phone, None, None, "cli:registrator", now),
            "exclude" => engine.exclude(id, "behöver inget svar", "cli:registrator", now),
            "assign" => engine.assign(id, to, "cli:registrator", now),
            _ => engine.reopen(id, "cli:registrator", now),
        });
        match done.await {
            Ok(_) => {}
            Err(Undone::Refused(Refusal::Erased { .. })) if item.erased.is_some() => return Ok(()),
            // Whoever has left cannot be given anything; a full disk keeps a command from being
            // done.
            Err(Undone::Refused(Refusal::HasLeft(_)) | Undone::Store(_)) => return Ok(()),
            Err(refused) => return Err(format!("{verb} {id}: {refused}")),
        }
        match verb {
            "close" => self.oracle.sign(serial, Sign::Closed(now), true),
            "exclude" => self.oracle.sign(serial, Sign::Excluded, true),
            "reopen" => {
                self.oracle.sign(serial, Sign::Reopened, true);
                self.oracle.truth(serial).logged_at = now;
                self.later(serial);
            }
            _ => {}
        }
        self.oracle.truth(serial).settled_seen = verb != "reopen" && verb != "assign";
        Ok(())
    }

    /// Everything in the watched folders is to be seen again, as far as the simulation is
    /// concerned.
    pub(super) fn all_unseen(&mut self) {
        for post in &self.office.posts {
            let mut state = post.state();
            let lie = |(name, drawer): (&String, &crate::world::post::Drawer)| {
                let serials: Vec<u32> = drawer.letters.iter().map(|letter| letter.serial).collect();
                serials
                    .into_iter()
                    .filter(|serial| *serial > 0)
                    .map(|serial| (serial, name.clone()))
                    .collect::<Vec<_>>()
            };
            let all: Vec<(u32, String)> = state
                .drawers
                .iter()
                .filter(|(name, _)| WATCHED.contains(&name.as_str()))
                .flat_map(lie)
                .collect();
            state.moved = all;
        }
    }
}
