//! What comes back from those to whom a notice goes: a delivery report, by one whom the mail server
//! knows or by one that is made up, and a machine's word that the reader is away.

use super::Play;
use super::script::{SLOTS, Scene, Slot};
use crate::sim::faults::Fault;
use crate::sim::hall::Hall;
use crate::sim::mails::{Draft, absence, bounce};
use crate::sim::oracle::facts::Own;
use crate::sim::oracle::mail::{Mail, Mark};
use chrono::Duration;

impl Play {
    /// About the notice that names a question, if there is one.
    pub(super) fn bounces(&mut self, scene: &Scene, of: Slot, slot: Slot, forged: bool) {
        let about = scene.serial(of);
        let notice = self.facts.own.iter().rposition(|own| {
            own.kind == "notice" && own.about.iter().any(|key| key.serial == about)
        });
        let Some(notice) = notice else { return };
        let serial = scene.serial(slot);
        if forged {
            self.made_up(serial, notice);
        } else {
            self.met(Fault::BouncedLater);
            self.returned(serial, notice);
        }
    }

    /// A notice has left, and the next that leaves was to be answered by a machine.
    pub(super) fn is_answered(&mut self, own: &Own) {
        let Some(about) = own.about.first() else {
            return;
        };
        // The last of its scene's numbers is nobody's.
        let serial = (about.serial - 1) / SLOTS * SLOTS + SLOTS;
        let Some(fault) = self
            .reader
            .take_if(|_| !self.facts.mails.contains_key(&serial))
        else {
            return;
        };
        self.met(fault);
        let notice = self.facts.own.len() - 1;
        if fault == Fault::AbsentReader {
            self.is_away(serial, own);
        } else {
            self.returned(serial, notice);
        }
    }

    fn returned(&mut self, serial: u32, notice: usize) {
        let own = self.facts.own[notice].clone();
        let draft = bounce(serial, Hall::address(own.mailbox), &own.id, &own.to);
        self.reports("bounce", serial, &own, &draft);
        let order = self.facts.tick();
        self.facts.own[notice].returned = Some(order);
    }

    /// A forged one cannot know the id of our mail.
    fn made_up(&mut self, serial: u32, notice: usize) {
        let own = self.facts.own[notice].clone();
        let id = format!("gissat{serial}@example.se");
        let draft = bounce(serial, Hall::address(own.mailbox), &id, &own.to);
        self.reports("forged bounce", serial, &own, &draft);
    }

    fn reports(&mut self, kind: &'static str, serial: u32, own: &Own, draft: &Draft) {
        let mail = Mail {
            from: "mailer-daemon@mx.example.org".to_owned(),
            marks: vec![Mark::Report],
            forged: kind != "bounce",
            ..self.machines_mail(kind, serial, own, draft)
        };
        self.arrives(mail, own, draft);
    }

    fn is_away(&mut self, serial: u32, own: &Own) {
        let draft = absence(serial, &own.to, Hall::address(own.mailbox), &own.id);
        let mail = Mail {
            from: own.to.clone(),
            marks: vec![Mark::AutoReplied],
            in_reply_to: Some(own.id.clone()),
            references: vec![own.id.clone()],
            ..self.machines_mail("absence", serial, own, &draft)
        };
        self.arrives(mail, own, &draft);
    }

    fn machines_mail(&self, kind: &'static str, serial: u32, own: &Own, draft: &Draft) -> Mail {
        Mail {
            serial,
            kind,
            to: vec![Hall::address(own.mailbox).to_owned()],
            subject: draft.subject.clone(),
            id: draft.id.clone(),
            date: Some(self.now()),
            ..Mail::default()
        }
    }

    fn arrives(&mut self, mail: Mail, own: &Own, draft: &Draft) {
        let (now, serial) = (self.now(), mail.serial);
        self.tell(&format!("m{serial} ({}) about {}", mail.kind, own.id));
        self.facts.mails.insert(serial, mail);
        self.written += 1;
        let raw = draft.bytes(now);
        self.lay(own.mailbox, "INBOX", serial, raw, Duration::zero(), false);
    }
}
