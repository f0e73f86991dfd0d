//! The stories that scenes tell.

mod forms;
mod letters;
mod orders;

use super::script::{Do, Id, Order, Points, SLOTS, Scene, Slot, Step, Write};
use crate::sim::dice::Dice;
use crate::sim::hall::Hall;
use crate::sim::oracle::facts::Word;
use crate::sim::oracle::mail::Mark;
use crate::sim::oracle::trust::{Auth, Defect};
use chrono::{DateTime, Duration};

const SUBJECTS: [&str; 6] = [
    "Fråga om bygglov",
    "Avfall",
    "Skolan i Ankarsrum",
    "Vägen",
    "Bron",
    "Taxor 2026",
];

/// Names of scenes, with how often each is played.
const SCENES: [(&str, u64); 46] = [
    ("question", 20),
    ("second question", 6),
    ("another subject in the thread", 4),
    ("reply to all", 4),
    ("five forward one mail", 3),
    ("both mailboxes", 4),
    ("dragged over", 3),
    ("sent on", 3),
    ("colleague forwards in", 3),
    ("colleague answers", 3),
    ("filed by a rule", 4),
    ("thanks", 8),
    ("another pledge in the thread", 4),
    ("edited subject", 4),
    ("forged answer", 6),
    ("forged mark", 3),
    ("forged bounce", 3),
    ("stranger knows our id", 3),
    ("lying relay", 4),
    ("junk", 4),
    ("rescued from junk", 3),
    ("moved in", 2),
    ("machine", 8),
    ("scan", 4),
    ("constant id", 3),
    ("without id", 3),
    ("through a list too", 3),
    ("question after the notice", 6),
    ("only looks like an answer", 4),
    ("promised by mail", 3),
    ("comes back", 4),
    ("no notice", 4),
    ("notice released", 3),
    ("away", 3),
    ("taken back", 4),
    ("opened again", 4),
    ("handed over", 3),
    ("notice sent elsewhere", 4),
    ("date of one twin", 4),
    ("letter posted", 5),
    ("the letter was the notice", 3),
    ("several letters", 4),
    ("stamp told", 3),
    ("letter without notice", 2),
    ("unlisted form", 4),
    ("only our reference", 4),
];

/// Everything that draws a scene.
pub struct Draws<'a> {
    pub dice: &'a mut Dice,
    pub mailboxes: usize,
    pub citizens: u64,
    /// The border writes who passed.
    pub border: bool,
    steps: Vec<Step>,
    clock: Duration,
    next: Slot,
}

/// Draws one scene.
pub fn draw(number: u32, dice: &mut Dice, mailboxes: usize, citizens: u64, border: bool) -> Scene {
    let total: u64 = SCENES.iter().map(|(_, weight)| weight).sum();
    let mut throw = dice.below(total);
    let mut name = SCENES[0].0;
    for (one, weight) in SCENES {
        if throw < weight {
            name = one;
            break;
        }
        throw -= weight;
    }
    let mut draws = Draws {
        dice,
        mailboxes,
        citizens,
        border,
        steps: Vec::new(),
        clock: Duration::zero(),
        next: 0,
    };
    draws.tell(name);
    Scene {
        number,
        name,
        steps: draws.steps,
    }
}

impl Draws<'_> {
    fn tell(&mut self, name: &str) {
        let mailbox = self.dice.index(self.mailboxes);
        match name {
            "question" => {
                let question = self.question(mailbox);
                self.ends(&question, mailbox);
            }
            "second question" => self.second(mailbox),
            "another subject in the thread" => self.other_subject(mailbox),
            "reply to all" => self.reply_to_all(mailbox),
            "five forward one mail" => self.five(mailbox),
            "both mailboxes" => self.both(),
            "dragged over" => self.dragged(mailbox),
            "sent on" => self.sent_on(mailbox),
            "colleague forwards in" => self.forwarded_in(mailbox),
            "colleague answers" => self.colleague_answers(mailbox),
            "filed by a rule" => self.filed(mailbox),
            "thanks" => self.thanks(mailbox),
            "another pledge in the thread" => self.other_pledge(mailbox),
            "edited subject" => self.edited(mailbox),
            "forged answer" => self.forged_answer(mailbox),
            "forged mark" => self.forged_mark(mailbox),
            "forged bounce" => self.forged_bounce(mailbox),
            "stranger knows our id" => self.stranger(mailbox),
            "lying relay" => self.relay(mailbox),
            "junk" => self.junk(mailbox, false),
            "rescued from junk" => self.junk(mailbox, true),
            "moved in" => self.moved_in(mailbox),
            "machine" => self.machine(mailbox),
            "scan" => self.scan(mailbox),
            "notice sent elsewhere" => self.sent_elsewhere(mailbox),
            "date of one twin" => self.date_of_one(mailbox),
            "letter posted" => self.posted(mailbox),
            "the letter was the notice" => self.was_the_notice(mailbox),
            "several letters" => self.several_letters(mailbox),
            "stamp told" => self.stamp_told(mailbox),
            "letter without notice" => self.letter_ordered(mailbox),
            "unlisted form" => self.unlisted_form(mailbox),
            "only our reference" => self.only_reference(mailbox),
            "constant id" => self.constant(mailbox),
            "without id" => self.without_id(mailbox),
            "through a list too" => self.twice(mailbox),
            "question after the notice" => self.after_notice(mailbox),
            "promised by mail" => self.ordered(mailbox, Order::Promise(1)),
            "comes back" => self.comes_back(mailbox),
            "no notice" => self.ordered(mailbox, Order::NoNotice),
            "notice released" => self.released(mailbox),
            "away" => self.away(mailbox),
            "taken back" => self.taken_back(mailbox),
            "opened again" => self.opened_again(mailbox),
            "handed over" => self.handed_over(mailbox),
            _ => self.looks_like(mailbox),
        }
    }

    fn citizen(&mut self) -> String {
        format!("c{}@example.com", self.dice.below(self.citizens))
    }

    fn slot(&mut self) -> Slot {
        self.next += 1;
        self.next - 1
    }

    fn later(&mut self, from: u64, to: u64) {
        self.clock += self.dice.minutes(from, to);
    }

    /// As [`Draws::later`], or so soon that one reading brings both.
    fn later_or_at_once(&mut self, from: u64, to: u64) {
        let (from, to) = if self.dice.percent(35) {
            (1, 10)
        } else {
            (from, to)
        };
        self.later(from, to);
    }

    fn push(&mut self, what: Do) {
        self.steps.push(Step {
            after: self.clock,
            what,
        });
    }

    fn write(&mut self, write: &Write) {
        self.push(Do::Write(Box::new(write.clone())));
    }

    /// A mail from outside, as most are.
    fn outside(&mut self, mailbox: usize, from: &str, subject: &str) -> Write {
        let auth = if self.border {
            self.dice
                .one(&[Auth::Pass, Auth::Pass, Auth::Pass, Auth::Neither])
        } else {
            Auth::Missing
        };
        Write {
            slot: self.slot(),
            kind: "question",
            from: from.to_owned(),
            to: vec![Hall::address(mailbox).to_owned()],
            subject: subject.to_owned(),
            auth,
            places: vec![(mailbox, "INBOX")],
            dated: Some(Duration::zero()),
            body: "Hej!".to_owned(),
            ..Write::default()
        }
    }

    fn question(&mut self, mailbox: usize) -> Write {
        let (from, subject) = (self.citizen(), self.dice.one(&SUBJECTS));
        let mut question = self.outside(mailbox, &from, subject);
        if self.dice.percent(8) {
            question.reply_to = Some(format!("annan-{from}"));
        }
        if self.dice.percent(25) {
            question.places = vec![(mailbox, "INBOX/Bygglov")];
        }
        self.write(&question);
        question
    }

    /// An answer of the mailbox in Sent.
    fn answer(&mut self, mailbox: usize, to: &Write) -> Write {
        let target = to.reply_to.clone().unwrap_or_else(|| to.from.clone());
        Write {
            slot: self.slot(),
            kind: "answer",
            from: Hall::address(mailbox).to_owned(),
            to: vec![target],
            subject: format!("SV: {}", to.subject),
            points: Points::At(to.slot),
            auth: if self.border {
                Auth::Pass
            } else {
                Auth::Missing
            },
            places: vec![(mailbox, "Skickat")],
            dated: Some(Duration::zero()),
            body: "Svar.".to_owned(),
            ..Write::default()
        }
    }

    /// How a question ends, by all the ways in which it can.
    fn ends(&mut self, question: &Write, mailbox: usize) {
        let soon = if self.dice.percent(70) {
            (30, 4_000)
        } else {
            (4_000, 20_000)
        };
        self.later(soon.0, soon.1);
        match self.dice.below(100) {
            0..=49 => {
                let mut answer = self.answer(mailbox, question);
                if self.dice.percent(15) {
                    answer.cc =
                        std::mem::replace(&mut answer.to, vec!["nagon@example.org".to_owned()]);
                }
                if self.dice.percent(15) {
                    answer.places = vec![(mailbox, "Skickat/2026")];
                }
                self.write(&answer);
            }
            50..=59 => self.own_address(mailbox, question),
            60..=64 => {
                // A new mail without a thread, and what lies behind it done.
                let mut anew = self.answer(mailbox, question);
                (anew.kind, anew.points) = ("new mail", Points::Nothing);
                "Angående ditt ärende".clone_into(&mut anew.subject);
                self.write(&anew);
                self.later(10, 3_000);
                self.push(Do::Move(question.slot, mailbox, "Klart"));
            }
            65..=69 => self.push(Do::Move(question.slot, mailbox, "Klart")),
            70..=79 => self.push(Do::Say(
                question.slot,
                mailbox,
                Word::Closed(DateTime::UNIX_EPOCH),
            )),
            80..=83 => self.push(Do::Say(question.slot, mailbox, Word::NoAnswer)),
            84..=86 => self.push(Do::Flag(question.slot, mailbox)),
            87..=89 => self.by_mail(question, mailbox, Order::Close),
            90..=92 => self.push(Do::Copy(question.slot, mailbox, "Arkiv")),
            93..=95 => self.push(Do::Delete(question.slot, mailbox)),
            _ => {}
        }
    }

    /// From the own address; the mailbox only gets a copy.
    fn own_address(&mut self, mailbox: usize, question: &Write) {
        let mut answer = self.answer(mailbox, question);
        answer.kind = "copy of an answer";
        answer.from = format!("{}@example.se", self.dice.one(&["registrator", "kanslist"]));
        answer.cc = vec![Hall::address(mailbox).to_owned()];
        answer.places = vec![(mailbox, "INBOX")];
        self.write(&answer);
    }

    fn second(&mut self, mailbox: usize) {
        let first = self.question(mailbox);
        self.later_or_at_once(20, 2_500);
        let answer = self.dice.percent(50).then(|| self.answer(mailbox, &first));
        let answered = answer.as_ref().filter(|_| self.dice.percent(50)).cloned();
        if let Some(answer) = &answered {
            self.write(answer);
            self.later_or_at_once(20, 2_500);
        }
        let mut second = self.outside(
            mailbox,
            &first.from,
            &format!("SV: {}?", first.subject.clone()),
        );
        if self.dice.percent(60) {
            second.subject = format!("SV: {}", first.subject);
            second
                .marks
                .extend(answered.is_some().then_some(Mark::Attachment));
        }
        second.points = Points::At(answered.as_ref().map_or(first.slot, |answer| answer.slot));
        self.write(&second);
        self.ends(&second, mailbox);
    }

    fn other_subject(&mut self, mailbox: usize) {
        let first = self.question(mailbox);
        self.later(20, 2_000);
        let mut other = self.outside(mailbox, &first.from, "Något helt annat");
        other.points = Points::At(first.slot);
        self.write(&other);
        self.ends(&first, mailbox);
        self.ends(&other, mailbox);
    }

    fn reply_to_all(&mut self, mailbox: usize) {
        let mut first = self.question(mailbox);
        let other = format!("d{}@example.net", self.dice.below(4));
        first.cc = vec![other.clone()];
        if let Some(Step {
            what: Do::Write(written),
            ..
        }) = self.steps.last_mut()
        {
            written.cc.clone_from(&first.cc);
        }
        self.later(20, 2_000);
        let mut reply = self.outside(mailbox, &other, &format!("SV: {}", first.subject));
        reply.cc = vec![first.from.clone()];
        reply.points = Points::At(first.slot);
        self.write(&reply);
        self.ends(&first, mailbox);
        if self.dice.percent(60) {
            self.ends(&reply, mailbox);
        }
    }

    fn five(&mut self, mailbox: usize) {
        let many = 2 + self.dice.below(4);
        let subject = self.dice.one(&SUBJECTS);
        let first = self.citizens;
        for number in 0..many {
            let mut forward = self.outside(
                mailbox,
                &format!("f{}@example.com", number + first),
                &format!("VB: {subject}"),
            );
            (forward.kind, forward.thread_index) = ("forward", true);
            self.write(&forward);
            self.later(1, 600);
            if self.dice.percent(40) {
                let clock = self.clock;
                self.ends(&forward, mailbox);
                self.clock = clock;
            }
        }
    }

    fn both(&mut self) {
        let question = self.in_both();
        let mailbox = self.dice.index(self.mailboxes);
        self.ends(&question, mailbox);
    }

    fn in_both(&mut self) -> Write {
        let mut question = self.question(0);
        let all = (0..self.mailboxes)
            .map(Hall::address)
            .map(str::to_owned)
            .collect::<Vec<_>>();
        let places: Vec<_> = (0..self.mailboxes)
            .map(|mailbox| (mailbox, "INBOX"))
            .collect();
        (question.to, question.places) = (all, places);
        if let Some(Step {
            what: Do::Write(written),
            ..
        }) = self.steps.last_mut()
        {
            **written = question.clone();
        }
        question
    }

    fn dragged(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        let other = self.mailboxes - 1 - mailbox;
        self.later(20, 2_000);
        if other != mailbox {
            self.push(Do::Copy(question.slot, other, "INBOX"));
            self.later(0, 1);
            self.push(Do::Delete(question.slot, mailbox));
        }
        self.ends(&question, other);
    }

    fn sent_on(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        let other = self.mailboxes - 1 - mailbox;
        self.later(20, 2_000);
        if other == mailbox {
            return self.ends(&question, mailbox);
        }
        let mut forward = self.answer(mailbox, &question);
        forward.kind = "forward to the other mailbox";
        forward.to = vec![Hall::address(other).to_owned()];
        forward.subject = format!("VB: {}", question.subject);
        forward.places = vec![(mailbox, "Skickat"), (other, "INBOX")];
        self.write(&forward);
        forward.from.clone_from(&question.from);
        forward.reply_to.clone_from(&question.reply_to);
        self.ends(&forward, other);
    }

    fn forwarded_in(&mut self, mailbox: usize) {
        let mut forward = self.outside(mailbox, "larare@example.se", "VB: Skolskjuts");
        forward.kind = "forwarded in";
        forward.auth = if self.border {
            Auth::Pass
        } else {
            Auth::Missing
        };
        if self.dice.percent(40) {
            "Skolskjuts".clone_into(&mut forward.subject);
            forward.marks.push(Mark::Attached);
        }
        self.write(&forward);
        self.later(30, 6_000);
        let mut answer = self.answer(mailbox, &forward);
        answer.to = vec!["foralder@example.com".to_owned()];
        "SV: Skolskjuts".clone_into(&mut answer.subject);
        self.write(&answer);
    }

    fn colleague_answers(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(30, 2_000);
        let mut answer = self.answer(mailbox, &question);
        (answer.kind, answer.from) = ("colleague's answer", "larare@example.se".to_owned());
        answer.cc = vec![Hall::address(mailbox).to_owned()];
        answer.places = vec![(mailbox, "INBOX")];
        self.write(&answer);
        self.later(1_000, 9_000);
        if self.dice.percent(50) {
            self.push(Do::Say(
                question.slot,
                mailbox,
                Word::Closed(DateTime::UNIX_EPOCH),
            ));
        }
    }

    fn filed(&mut self, mailbox: usize) {
        let mut question = self.question(mailbox);
        self.later(30, 5_000);
        let mut answer = self.answer(mailbox, &question);
        match self.dice.below(5) {
            // Beside its question, wherever that has been filed.
            0 => {
                self.push(Do::Move(question.slot, mailbox, "Arkiv/Ärenden"));
                answer.places = vec![(mailbox, "Arkiv/Ärenden")];
            }
            // Only as a blind copy.
            1 => answer.places = vec![(mailbox, "INBOX")],
            2 => answer.places = vec![(mailbox, "Skickat/2026")],
            // In Sent, and a copy in the inbox.
            3 => answer.places = vec![(mailbox, "INBOX"), (mailbox, "Skickat")],
            // Filed late: dated as it was sent, after its question.
            _ => {
                self.later(600, 601);
                answer.stamped = self.dice.minutes(60, 600);
                answer.dated = Some(answer.stamped);
            }
        }
        answer.kind = "filed answer";
        self.write(&answer);
        self.later(100, 2_000);
        question.kind = "question";
    }

    fn thanks(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later_or_at_once(30, 2_500);
        let answer = self.answer(mailbox, &question);
        self.write(&answer);
        self.later_or_at_once(5, 3_000);
        let mut thanks = self.outside(
            mailbox,
            &question.from,
            &format!("SV: {}", question.subject),
        );
        (thanks.kind, thanks.points, thanks.body) =
            ("thanks", Points::At(answer.slot), "Tack!".to_owned());
        let which = self.dice.below(10);
        match which {
            0 => thanks.subject.push('?'),
            1 => "Ny sak".clone_into(&mut thanks.subject),
            2 => thanks.marks.push(Mark::Attachment),
            3 => thanks.marks.push(Mark::Important),
            4 => self.clock += Duration::days(18),
            5 => thanks.points = Points::At(question.slot),
            6 => "nagon-annan@example.org".clone_into(&mut thanks.from),
            _ => {}
        }
        self.write(&thanks);
        if which == 9 {
            self.later_or_at_once(5, 2_000);
            let mut again = self.outside(
                mailbox,
                &question.from,
                &format!("SV: {}", question.subject),
            );
            (again.kind, again.points) = ("after thanks", Points::At(answer.slot));
            self.write(&again);
            self.ends(&again, mailbox);
        } else if which < 7 {
            self.ends(&thanks, mailbox);
        }
    }

    fn other_pledge(&mut self, mailbox: usize) {
        let first = self.question(mailbox);
        self.later(30, 2_000);
        let mut request = self.outside(mailbox, &first.from, "Klagomål på snöröjningen");
        (request.kind, request.points) = ("another pledge", Points::At(first.slot));
        self.write(&request);
        if self.dice.percent(60) {
            self.ends(&request, mailbox);
        }
        self.ends(&first, mailbox);
    }

    fn edited(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(30, 2_000);
        let before = self.dice.percent(50);
        let edited = format!(
            "KS 2026/{} {}",
            100 + self.dice.below(800),
            question.subject
        );
        if before {
            self.push(Do::Edit(question.slot, mailbox, edited.clone()));
            self.later(30, 2_000);
        }
        let mut answer = self.answer(mailbox, &question);
        if before && self.dice.percent(50) {
            answer.subject = format!("SV: {edited}");
        }
        self.write(&answer);
        if !before {
            self.later(30, 2_000);
            self.push(Do::Edit(question.slot, mailbox, edited));
        }
    }

    fn a_forgery(&mut self) -> (Auth, Option<Defect>) {
        let auths = [
            Auth::Missing,
            Auth::Neither,
            Auth::PassOther,
            Auth::DmarcFail,
            Auth::SpfFail,
            Auth::CompauthFail,
            Auth::PermError,
        ];
        let defects = [
            Defect::TwoFields,
            Defect::TwoAddresses,
            Defect::SpaceBeforeColon,
            Defect::Encoded,
            Defect::Mapped,
        ];
        // Where no border says who passed, only what fails can be known for forged.
        let fails = [
            Auth::DmarcFail,
            Auth::SpfFail,
            Auth::CompauthFail,
            Auth::PermError,
        ];
        if self.dice.percent(25) {
            return (Auth::Missing, Some(self.dice.one(&defects)));
        }
        (
            if self.border {
                self.dice.one(&auths)
            } else {
                self.dice.one(&fails)
            },
            None,
        )
    }

    fn forged_answer(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(30, 2_000);
        let mut forged = self.answer(mailbox, &question);
        let from = self.dice.one(&[
            "registrator@example.se",
            "kanslist@example.se",
            "larare@example.se",
        ]);
        (forged.kind, forged.forged, forged.from) = ("forged answer", true, from.to_owned());
        if self.dice.percent(20) {
            Hall::address(mailbox).clone_into(&mut forged.from);
        }
        (forged.auth, forged.defect) = self.a_forgery();
        forged.cc = vec![Hall::address(mailbox).to_owned()];
        forged.places = vec![(
            mailbox,
            self.dice.one(&["INBOX", "INBOX", "INBOX", "Skräppost"]),
        )];
        self.write(&forged);
        if self.dice.percent(50) {
            self.ends(&question, mailbox);
        }
    }

    fn forged_mark(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(30, 2_000);
        let mut forged = self.outside(
            mailbox,
            Hall::address(mailbox),
            &format!("SV: {}", question.subject),
        );
        (forged.kind, forged.forged) = ("forged mark", true);
        forged.to = vec![question.from.clone()];
        forged.cc = vec![Hall::address(mailbox).to_owned()];
        forged.points = Points::At(question.slot);
        (forged.auth, forged.defect) = self.a_forgery();
        forged.id = Id::LikeOurs(question.slot);
        forged.places = vec![(mailbox, self.dice.one(&["INBOX", "Skräppost"]))];
        self.write(&forged);
        if self.dice.percent(50) {
            self.ends(&question, mailbox);
        }
    }

    fn forged_bounce(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(2_500, 9_000);
        let slot = self.slot();
        let forged = self.dice.percent(60);
        self.push(Do::Bounce {
            of: question.slot,
            slot,
            forged,
        });
        self.ends(&question, mailbox);
    }

    /// Knows the id of a mail of ours, and writes as staff or mailbox.
    fn stranger(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(3_500, 6_000);
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
        (reply.kind, reply.forged) = ("leaked id", true);
        reply.points = Points::Leaked(reader, question.slot);
        (reply.auth, reply.defect) = self.a_forgery();
        "KLAR TELEFON ALLA".clone_into(&mut reply.body);
        self.write(&reply);
        if self.dice.percent(50) {
            self.ends(&question, mailbox);
        }
    }

    fn relay(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(30, 2_000);
        let mut answer = self.answer(mailbox, &question);
        match self.dice.below(5) {
            0 => {
                answer.points = Points::Behind(question.slot);
                self.write(&answer);
            }
            1 => {
                answer.subject = format!("[EXTERN] {}", answer.subject);
                self.write(&answer);
            }
            2 => {
                answer.places.push((mailbox, "Skickat"));
                self.write(&answer);
            }
            // Its own id is another than the one that the citizen answers to.
            3 => {
                self.write(&answer);
                self.later(60, 3_000);
                let mut next = self.outside(
                    mailbox,
                    &question.from,
                    &format!("SV: {}", question.subject),
                );
                next.points = Points::Rewritten(answer.slot);
                self.write(&next);
                self.ends(&next, mailbox);
            }
            _ => {
                answer.stamped = -Duration::seconds(45);
                self.write(&answer);
            }
        }
    }

    fn junk(&mut self, mailbox: usize, rescued: bool) {
        let from = self.citizen();
        let mut junk = self.outside(mailbox, &format!("j-{from}"), "Vinn en resa");
        (junk.kind, junk.places) = ("junk", vec![(mailbox, "Skräppost")]);
        self.write(&junk);
        if rescued {
            self.later(30, 6_000);
            self.push(Do::Move(junk.slot, mailbox, "INBOX"));
            self.ends(&junk, mailbox);
        }
    }

    fn moved_in(&mut self, mailbox: usize) {
        let mut old = self.question(mailbox);
        old.kind = "moved in";
        old.stamped = Duration::days(20 + i64::try_from(self.dice.below(200)).unwrap_or(0));
        old.dated = Some(old.stamped);
        if let Some(Step {
            what: Do::Write(written),
            ..
        }) = self.steps.last_mut()
        {
            **written = old.clone();
        }
        self.ends(&old, mailbox);
    }

    fn machine(&mut self, mailbox: usize) {
        let citizen = self.citizen();
        let marks = [
            (
                "newsletter",
                Mark::Newsletter,
                "utskick@example.org",
                "Nyheter i veckan",
            ),
            (
                "newsletter",
                Mark::Newsletter,
                "no-reply@example.org",
                "Nyheter i veckan",
            ),
            ("group", Mark::List, "", "Ärende"),
            (
                "notification",
                Mark::AutoGenerated,
                "system@example.org",
                "Ärende",
            ),
            ("invitation", Mark::CalendarRequest, "", "Ärende"),
            ("calendar", Mark::CalendarReply, "", "Accepterat: Möte"),
            (
                "absence in no thread",
                Mark::AutoReplied,
                "",
                "Autosvar: Ledig",
            ),
            ("spam flag", Mark::SpamFlag, "", "Ärende"),
        ];
        let (kind, mark, from, subject) = self.dice.one(&marks);
        let from = if from.is_empty() {
            citizen
        } else {
            from.to_owned()
        };
        let mut machine = self.outside(mailbox, &from, subject);
        (machine.kind, machine.marks) = (kind, vec![mark]);
        self.write(&machine);
        if self.dice.percent(60)
            && !matches!(
                mark,
                Mark::Newsletter | Mark::CalendarReply | Mark::AutoReplied
            )
        {
            self.ends(&machine, mailbox);
        }
    }

    fn constant(&mut self, mailbox: usize) {
        let from = format!("system{}@example.net", self.dice.below(2));
        let mut mail = self.outside(mailbox, &from, "Ärende");
        mail.subject = format!("Ärende {}", self.dice.below(1_000_000));
        (mail.kind, mail.id) = ("constant id", Id::Constant);
        self.write(&mail);
        self.later(600, 6_000);
        if self.dice.percent(60) {
            self.push(Do::Say(
                mail.slot,
                mailbox,
                Word::Closed(DateTime::UNIX_EPOCH),
            ));
        }
    }

    fn without_id(&mut self, mailbox: usize) {
        let from = self.citizen();
        let mut mail = self.outside(
            mailbox,
            &from,
            &format!("Fråga {}", self.dice.clone().below(1_000_000)),
        );
        (mail.kind, mail.id) = ("without id", Id::None);
        self.write(&mail);
        self.later(600, 6_000);
        if self.dice.percent(60) {
            self.push(Do::Say(
                mail.slot,
                mailbox,
                Word::Closed(DateTime::UNIX_EPOCH),
            ));
        }
    }

    fn twice(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        let mut listed = question.clone();
        listed.kind = "through a list too";
        self.later(0, 90);
        listed.subject = format!("[Byalag] {}", question.subject);
        listed.marks.push(Mark::List);
        listed.places = vec![(mailbox, self.dice.one(&["INBOX", "INBOX/Bygglov"]))];
        self.write(&listed);
        self.ends(&question, mailbox);
    }

    fn after_notice(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(2_800, 6_500);
        let mut second = self.outside(
            mailbox,
            &question.from,
            &format!("SV: {}", question.subject),
        );
        (second.kind, second.points) = ("after the notice", Points::NoticeOf(question.slot));
        if self.dice.percent(25) {
            "En annan sak".clone_into(&mut second.subject);
        }
        self.write(&second);
        let ended = if self.dice.percent(60) {
            &question
        } else {
            &second
        };
        self.ends(&ended.clone(), mailbox);
    }

    fn looks_like(&mut self, mailbox: usize) {
        let question = self.question(mailbox);
        self.later(30, 2_000);
        let mut answer = self.answer(mailbox, &question);
        answer.kind = "only looks like an answer";
        match self.dice.below(5) {
            0 => answer.draft = true,
            1 => answer.marks.push(Mark::AutoReplied),
            2 => answer.to = vec!["kanslist@example.se".to_owned()],
            3 => {
                let many = (0..25).map(|number| format!("m{number}@example.org"));
                answer.to = many.chain([question.from.clone()]).collect();
            }
            _ => answer.marks.push(Mark::Reaction),
        }
        self.write(&answer);
        self.ends(&question, mailbox);
    }
}

/// Each scene's mails fit into its numbers.
#[test]
fn scenes_are_whole() {
    for seed in 0..2_000 {
        let scene = draw(3, &mut Dice::new(seed), 2, 5, seed % 2 == 0);
        assert!(!scene.steps.is_empty());
        for step in &scene.steps {
            if let Do::Write(write) = &step.what {
                assert!(write.slot < SLOTS && !write.places.is_empty(), "{scene:?}");
            }
        }
    }
}
