//! What arrives: people's questions, and what machines send.

use super::{Arrival, Event, Life};
use crate::sim::days::today;
use crate::sim::departures::Departure;
use crate::sim::faults::Fault;
use crate::sim::hall::Hall;
use crate::sim::mails::{Draft, absence, bounce};
use crate::sim::oracle::{Says, Truth};
use chrono::{DateTime, Days, Duration, Timelike, Utc};
use servicelofte::ports::Flags;

/// Two different things that arrive are never the same in everything.
const SIZES: u32 = 97;

impl Life {
    pub(super) fn somebody_writes(&mut self) {
        let next = self.now() + self.dice.about(self.plan.between_mails);
        self.schedule(next, Event::Mail);
        // Few write at night.
        if !(6..22).contains(&crate::sim::days::local(self.now()).hour()) && self.dice.percent(70) {
            return;
        }
        let mailbox = self.a_mailbox();
        match self.dice.below(100) {
            0..=43 => self.question(mailbox),
            44..=55 => self.goes_on(mailbox),
            56..=60 => self.excluded(
                mailbox,
                "newsletter",
                "List-Unsubscribe: <https://x>\r\nPrecedence: bulk",
            ),
            61..=64 => self.in_junk(mailbox),
            65..=68 => self.twins(mailbox),
            69..=71 => self.held(
                mailbox,
                "group",
                "Precedence: list\r\nList-Id: <byalag.example.org>",
            ),
            72..=76 => self.constant_id(mailbox),
            77..=80 => self.without_id(mailbox),
            81..=86 => self.scan(),
            87..=89 => self.held(mailbox, "form", "Auto-Submitted: auto-generated"),
            90..=91 => self.held(mailbox, "no-reply", ""),
            92..=93 => self.held(mailbox, "other reply-to", "Reply-To: annan@example.net"),
            94..=95 => self.held(
                mailbox,
                "invitation",
                "Content-Type: text/calendar; method=REQUEST; charset=utf-8",
            ),
            96 => self.excluded(
                mailbox,
                "calendar",
                "Content-Type: text/calendar; method=REPLY; charset=utf-8",
            ),
            97 => self.held(mailbox, "from ourselves", ""),
            _ => self.held(mailbox, "untied", "Auto-Submitted: auto-replied"),
        }
    }

    fn citizen(&mut self) -> String {
        format!("c{}@example.com", self.dice.below(self.plan.citizens))
    }

    fn draft(&mut self, mailbox: usize, from: &str, subject: &str) -> (u32, Draft) {
        let serial = self.serial();
        let name = format!("Namnet m{serial} <{from}>");
        let mut draft = Draft::new(
            &name,
            Hall::address(mailbox),
            subject,
            &format!("m{serial}@example.com"),
        );
        draft.body = "x".repeat(usize::try_from(serial % SIZES).unwrap_or(0));
        (serial, draft)
    }

    /// Notes what arrives, and puts it where it lies.
    fn arrive(&mut self, mailbox: usize, folder: &str, truth: Truth, draft: &Draft) {
        let serial = truth.serial;
        self.tell(&format!(
            "m{serial} ({}) from {} in {folder} of {mailbox}",
            truth.kind, truth.from
        ));
        self.put(mailbox, folder, serial, draft, Flags::default());
        if truth.needs != Says::No {
            let soon = if self.dice.percent(75) {
                (5, 4_000)
            } else {
                (4_000, 20_000)
            };
            let at = self.now() + self.dice.minutes(soon.0, soon.1);
            self.schedule(at, Event::Act(serial));
        }
        self.oracle.truths.insert(serial, truth);
    }

    fn truth(
        &self,
        mailbox: usize,
        kind: &'static str,
        serial: u32,
        from: &str,
        draft: &Draft,
    ) -> Truth {
        Truth {
            serial,
            mailbox,
            kind,
            from: from.to_owned(),
            answer_to: from.to_owned(),
            id: draft.id.clone(),
            subject: draft.subject.clone(),
            conversation: serial,
            arrived: self.now(),
            letter: false,
            stamp: None,
            needs: Says::Yes,
            notify: Says::Yes,
            signs: Vec::new(),
            item: None,
            thread: None,
            logged: None,
            logged_at: self.now(),
            odd_arrival: false,
            notices: Vec::new(),
            escalated: 0,
            weak: false,
            was_in_junk: false,
            reopened: None,
            lost_with_backup: false,
            settled_seen: false,
            done_seen: false,
        }
    }

    fn question(&mut self, mailbox: usize) {
        let from = self.citizen();
        let subject = format!(
            "Fråga om {}",
            self.dice.one(&["bygglov", "avfall", "skolan", "vägen"])
        );
        let (serial, mut draft) = self.draft(mailbox, &from, &subject);
        let mut truth = self.truth(mailbox, "question", serial, &from, &draft);
        if self.dice.percent(10) {
            truth.answer_to = format!("annan-{from}");
            draft = draft.with(&format!("Reply-To: {}", truth.answer_to));
        }
        let folder = if self.dice.percent(10) {
            "INBOX/Bygglov"
        } else {
            "INBOX"
        };
        self.arrive(mailbox, folder, truth, &draft);
    }

    /// Another question of somebody who has written before, or an answer to an answer, or thanks.
    fn goes_on(&mut self, mailbox: usize) {
        let recent: Vec<&Truth> = self
            .oracle
            .truths
            .values()
            .rev()
            .take(30)
            .filter(|truth| {
                truth.mailbox == mailbox && truth.kind == "question" || truth.kind == "second"
            })
            .filter(|truth| truth.mailbox == mailbox)
            .collect();
        if recent.is_empty() {
            return self.question(mailbox);
        }
        let before = recent[self.dice.index(recent.len())].clone();
        let answer = self
            .oracle
            .answers
            .iter()
            .rev()
            .find(|(_, answer)| answer.to == before.serial)
            .map(|(id, _)| *id);
        let answered = match answer {
            Some(answer) if self.dice.percent(60) => format!("a{answer}@example.se"),
            _ => before.id.clone().unwrap_or_default(),
        };
        let (serial, draft) = self.draft(mailbox, &before.from, &format!("SV: {}", before.subject));
        let draft = draft.answering(Some(&answered));
        let mut truth = self.truth(mailbox, "second", serial, &before.from, &draft);
        truth.conversation = before.conversation;
        // Thanks get no notice, a new question gets its own: the played lives know which of the two
        // it is.
        truth.notify = Says::Any;
        self.arrive(mailbox, "INBOX", truth, &draft);
    }

    fn excluded(&mut self, mailbox: usize, kind: &'static str, lines: &str) {
        let from = "utskick@example.org";
        let (serial, draft) = self.draft(mailbox, from, "Nyheter i veckan");
        let draft = draft.with(lines);
        let mut truth = self.truth(mailbox, kind, serial, from, &draft);
        (truth.needs, truth.notify) = (Says::No, Says::No);
        self.arrive(mailbox, "INBOX", truth, &draft);
    }

    /// Needs an answer, and gets no automatic one.
    fn held(&mut self, mailbox: usize, kind: &'static str, lines: &str) {
        let from = match kind {
            "no-reply" => "no-reply@example.org".to_owned(),
            "from ourselves" => Hall::address(mailbox).to_owned(),
            "form" => "formular@example.org".to_owned(),
            _ => self.citizen(),
        };
        let subject = if kind == "untied" {
            "Autosvar: Ledig"
        } else {
            "Ärende"
        };
        let (serial, mut draft) = self.draft(mailbox, &from, subject);
        if !lines.is_empty() {
            draft = draft.with(lines);
        }
        let mut truth = self.truth(mailbox, kind, serial, &from, &draft);
        if kind == "form" {
            truth.answer_to = self.citizen();
            draft = draft.with(&format!("Reply-To: {}", truth.answer_to));
        }
        if kind == "other reply-to" {
            "annan@example.net".clone_into(&mut truth.answer_to);
        }
        truth.notify = Says::No;
        self.arrive(mailbox, "INBOX", truth, &draft);
    }

    fn in_junk(&mut self, mailbox: usize) {
        let from = self.citizen();
        let (serial, draft) = self.draft(mailbox, &from, "Vinn en resa");
        let mut truth = self.truth(mailbox, "junk", serial, &from, &draft);
        truth.notify = Says::No;
        self.arrive(mailbox, "Skräppost", truth, &draft);
    }

    /// The same mail, directly and through a list.
    fn twins(&mut self, mailbox: usize) {
        let from = self.citizen();
        let (serial, draft) = self.draft(mailbox, &from, "Vägbelysning");
        let mut truth = self.truth(mailbox, "through a list too", serial, &from, &draft);
        truth.notify = Says::Any;
        let mut listed = draft
            .clone()
            .with("List-Id: <byalag.example.org>\r\nPrecedence: list");
        "[Byalag] Vägbelysning".clone_into(&mut listed.subject);
        listed.body.push_str("\r\n-- \r\nListan");
        self.arrive(mailbox, "INBOX", truth, &draft);
        let folder = self.dice.one(&["INBOX", "INBOX/Bygglov"]);
        self.put(mailbox, folder, serial, &listed, Flags::default());
    }

    /// A system that uses one Message-ID for everything.
    fn constant_id(&mut self, mailbox: usize) {
        let from = format!("system{}@example.net", self.dice.below(2));
        let (serial, mut draft) = self.draft(mailbox, &from, "");
        draft.id = Some(format!("konstant-{from}"));
        draft.subject = format!("Ärende {serial}");
        let truth = self.truth(mailbox, "constant id", serial, &from, &draft);
        self.arrive(mailbox, "INBOX", truth, &draft);
    }

    fn without_id(&mut self, mailbox: usize) {
        let from = self.citizen();
        let (serial, mut draft) = self.draft(mailbox, &from, "Fråga");
        draft.id = None;
        let truth = self.truth(mailbox, "without id", serial, &from, &draft);
        self.arrive(mailbox, "INBOX", truth, &draft);
    }

    fn scan(&mut self) {
        let day = today(self.now());
        let stamp = self
            .dice
            .percent(50)
            .then(|| day - Days::new(self.dice.below(6)));
        let subject = stamp.map_or_else(
            || "Inskannat dokument".to_owned(),
            |day| format!("Ink {day}"),
        );
        let (serial, mut draft) = self.draft(0, "skanner@example.se", &subject);
        (draft.id, draft.dated) = (None, false);
        let mut truth = self.truth(0, "scan", serial, "skanner@example.se", &draft);
        (truth.letter, truth.stamp, truth.notify) = (true, stamp, Says::No);
        self.arrive(0, "INBOX", truth, &draft);
    }

    /// What was sent may come back, at once or days later, or a machine answers it.
    pub(super) fn perhaps_comes_back(&mut self, mail: &Departure) {
        let (chance, mailbox) = (self.dice.below(100), mail.mailbox);
        let serial = self.serial();
        let to = Hall::address(mailbox);
        let about = mail
            .about
            .first()
            .and_then(|item| self.oracle.items.get(item))
            .copied();
        let returned = about
            .filter(|_| mail.kind == "notice")
            .map(|about| (about, mail.message_id.clone()));
        let (kind, draft, wait, fault) = match chance {
            0..=2 => (
                "bounce",
                bounce(serial, to, &mail.message_id, &mail.to),
                (0, 5),
                Fault::BouncedAtOnce,
            ),
            3..=4 => (
                "bounce",
                bounce(serial, to, &mail.message_id, &mail.to),
                (1_000, 6_000),
                Fault::BouncedLater,
            ),
            5..=9 => (
                "absence",
                absence(serial, &mail.to, to, &mail.message_id),
                (0, 2),
                Fault::AbsentReader,
            ),
            _ => return,
        };
        if self.ended || self.queue.is_empty() {
            return;
        }
        self.met(fault);
        let returned = returned.filter(|_| kind == "bounce");
        let at: DateTime<Utc> =
            self.now() + self.dice.minutes(wait.0, wait.1) + Duration::seconds(1);
        self.schedule(
            at,
            Event::Arrives(Box::new(Arrival {
                mailbox,
                kind,
                serial,
                draft,
                returned,
            })),
        );
    }

    pub(super) fn arrives(&mut self, arrival: Arrival) {
        let Arrival {
            mailbox,
            kind,
            serial,
            draft,
            returned,
        } = arrival;
        let mut truth = self.truth(mailbox, kind, serial, "maskin@example.org", &draft);
        truth.needs = if kind == "absence" && self.backup.is_some() {
            Says::Any
        } else {
            Says::No
        };
        truth.notify = Says::No;
        if let Some((about, id)) = returned {
            let notices = &mut self.oracle.truth(about).notices;
            notices
                .iter_mut()
                .filter(|notice| notice.message_id == id)
                .for_each(|notice| notice.bounced = true);
        }
        self.tell(&format!("m{serial} ({kind}) comes back"));
        self.put(mailbox, "INBOX", serial, &draft, Flags::default());
        self.oracle.truths.insert(serial, truth);
    }
}
