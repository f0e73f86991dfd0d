//! What a life is drawn from: scenes, each a small story of some mails and what people do with
//! them, written down before anything happens, by dice of their own. So a life can be repeated
//! without some of its scenes.

use crate::sim::oracle::facts::Word;
use crate::sim::oracle::mail::Mark;
use crate::sim::oracle::trust::{Auth, Defect};
use chrono::Duration;

/// A mail of a scene, by its number in it.
pub type Slot = u32;

/// Slots of one scene.
pub const SLOTS: u32 = 64;

/// What a mail points at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Points {
    #[default]
    Nothing,
    At(Slot),
    /// The notice that names this question, or the question itself when there is none.
    NoticeOf(Slot),
    /// A mail of ours to this member of staff that names the question; without one nothing is
    /// written.
    MailTo(&'static str, Slot),
    /// The same, of those whose id a stranger may know. A mail that answers a command may ask
    /// whether it was meant: who has that one is believed.
    Leaked(&'static str, Slot),
    /// The mail that confirms the command of this number; before there is one nothing is written.
    Confirmed(Slot),
    /// The same as `MailTo`, of those on which the letter to print for the question hangs.
    LetterTo(&'static str, Slot),
    /// An id that a relay put in the place of the mail's own; the mail's own references stand
    /// behind it.
    Rewritten(Slot),
    /// Our reference of the question, which is its whole subject; before there is one nothing is
    /// written.
    Reference(Slot),
    /// Only the question's Message-ID as the last reference.
    Behind(Slot),
}

/// What a member of staff asks for by mail; days are working days from then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Close,
    Promise(i64),
    ComesBack(i64),
    NoNotice,
    Release,
    /// The same, to another address of its citizen.
    ReleaseElsewhere,
    Away(i64),
    Back,
    TakeBack,
    /// The same, of the last word on who is away.
    TakeBackAbsence,
    /// The printed notice was posted: today, or so many working days ago.
    Posted(Option<i64>),
    ByLetter,
    Letters(u32),
    /// The stamp on the letter says so many days ago.
    Stamped(u64),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Id {
    #[default]
    Own,
    None,
    /// One for everything of this sender.
    Constant,
    /// Looks like one of ours, with the reference of the question.
    LikeOurs(Slot),
}

/// Which mailbox a command reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reaches {
    /// The one that wrote the mail that it answers.
    #[default]
    Writer,
    Other,
}

/// A mail that somebody writes, and where it comes to lie.
#[derive(Clone, Debug, Default)]
pub struct Write {
    pub slot: Slot,
    pub kind: &'static str,
    pub from: String,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub sender: Option<String>,
    pub reply_to: Option<String>,
    pub subject: String,
    pub points: Points,
    pub id: Id,
    pub thread_index: bool,
    pub marks: Vec<Mark>,
    pub auth: Auth,
    pub defect: Option<Defect>,
    pub forged: bool,
    pub draft: bool,
    /// Mailbox and folder.
    pub places: Vec<(usize, &'static str)>,
    /// How far its INTERNALDATE lies back.
    pub stamped: Duration,
    /// How far its Date lies back, if it has one.
    pub dated: Option<Duration>,
    /// How many days before it was scanned a letter was stamped, if its subject says so.
    pub stamp: Option<i64>,
    pub body: String,
    /// What it asks the program for. It is written when there is a mail of ours to answer.
    pub order: Option<Order>,
    pub reaches: Reaches,
}

#[derive(Clone, Debug)]
pub enum Do {
    Write(Box<Write>),
    Move(Slot, usize, &'static str),
    Copy(Slot, usize, &'static str),
    Delete(Slot, usize),
    /// Somebody gives it another subject: a new message in its place.
    Edit(Slot, usize, String),
    Flag(Slot, usize),
    /// By the registrar, on the server.
    Say(Slot, usize, Word),
    /// A delivery report about the notice that names this.
    Bounce {
        of: Slot,
        slot: Slot,
        forged: bool,
    },
}

#[derive(Clone, Debug)]
pub struct Step {
    /// After the scene's beginning.
    pub after: Duration,
    pub what: Do,
}

#[derive(Clone, Debug)]
pub struct Scene {
    pub number: u32,
    pub name: &'static str,
    pub steps: Vec<Step>,
}

impl Scene {
    pub fn serial(&self, slot: Slot) -> u32 {
        self.number * SLOTS + slot + 1
    }
}

impl Scene {
    /// Takes out what is forged: whoever points at it, points at nothing.
    pub fn without_forgeries(&mut self) {
        self.steps.retain(|step| match &step.what {
            Do::Write(write) => !write.forged,
            Do::Bounce { forged, .. } => !forged,
            _ => true,
        });
    }

    /// People of a later chapter have written nothing before.
    pub fn of_other_citizens(&mut self, chapter: u32) {
        let other = |address: &mut String| {
            for domain in ["example.com", "example.net", "example.org"] {
                if let Some(local) = address.strip_suffix(&format!("@{domain}")) {
                    *address = format!("{local}@k{chapter}.{domain}");
                }
            }
        };
        for step in &mut self.steps {
            if let Do::Write(write) = &mut step.what {
                other(&mut write.from);
                write.to.iter_mut().for_each(other);
                write.cc.iter_mut().for_each(other);
                write.sender.iter_mut().for_each(other);
                write.reply_to.iter_mut().for_each(other);
            }
        }
    }
}
