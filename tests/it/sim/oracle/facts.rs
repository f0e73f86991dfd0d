//! What really happened in the town: who is who, which mails were written, where they lay and when
//! a reading showed them, what of ours left, and what people said. The judgement ([`super::judge`])
//! is made of this alone.

use super::lies::Lies;
use super::mail::Mail;
use super::words::address;
use chrono::{DateTime, NaiveDate, Utc};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Watched,
    Sent,
    Junk,
    Done,
    Trash,
    /// Drafts, what is ignored, and what belongs to somebody else.
    Unread,
}

/// A folder of the town's mailboxes has the role of its nearest ancestor that has one.
pub fn role(folder: &str) -> Role {
    match folder.split('/').next().unwrap_or_default() {
        "Skickat" => Role::Sent,
        "Skräppost" => Role::Junk,
        "Klart" => Role::Done,
        "Papperskorg" => Role::Trash,
        "Utkast" => Role::Unread,
        first if first.starts_with("Delade") => Role::Unread,
        _ => Role::Watched,
    }
}

/// Who somebody is to the town hall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// This watched mailbox.
    Own(usize),
    Staff,
    Colleague,
    Channel,
    Outside,
}

#[derive(Clone, Debug, Default)]
pub struct House {
    /// Address and aliases of each watched mailbox.
    pub mailboxes: Vec<Vec<String>>,
    pub staff: Vec<String>,
    pub domains: Vec<String>,
    /// Forms, scanners.
    pub channels: Vec<String>,
    /// Whose lines are believed.
    pub border: Option<&'static str>,
    /// Days after which it erases what is settled.
    pub erases: Option<i64>,
    /// Days that were closed by decision.
    pub closed: Vec<NaiveDate>,
    /// Staff who left at some time, and when: a colleague's word is then what they write outside
    /// Sent.
    pub left: BTreeMap<String, DateTime<Utc>>,
    /// Who has been asked for: each judgement asks it of every mail again.
    pub asked: RefCell<HashMap<String, Who>>,
}

impl House {
    pub fn who(&self, of: &str) -> Who {
        if let Some(known) = self.asked.borrow().get(of) {
            return *known;
        }
        let who = self.looked_up(of);
        self.asked.borrow_mut().insert(of.to_owned(), who);
        who
    }

    fn looked_up(&self, of: &str) -> Who {
        let plain = address(of);
        if let Some(mailbox) = self.mailboxes.iter().position(|own| own.contains(&plain)) {
            return Who::Own(mailbox);
        }
        if self.staff.contains(&plain) {
            return Who::Staff;
        }
        if self.channels.contains(&plain) {
            return Who::Channel;
        }
        let domain = plain.rsplit_once('@').map_or("", |(_, domain)| domain);
        if self.domains.iter().any(|own| own == domain) {
            Who::Colleague
        } else {
            Who::Outside
        }
    }

    pub fn is_of_ours(&self, of: &str) -> bool {
        matches!(self.who(of), Who::Own(_) | Who::Staff | Who::Colleague)
    }
}

/// A mail in a folder.
#[derive(Clone, Debug)]
pub struct Lie {
    pub serial: u32,
    pub mailbox: usize,
    pub folder: String,
    /// The server's INTERNALDATE.
    pub at: DateTime<Utc>,
    /// True time when it came there.
    pub since: DateTime<Utc>,
    pub put: u64,
    pub gone: Option<u64>,
    /// When a reading that was complete had it in its answer.
    pub shown: Option<u64>,
    /// The server once left it out of an answer that it called complete.
    pub denied: bool,
    pub draft: bool,
}

impl Lie {
    pub fn role(&self) -> Role {
        role(&self.folder)
    }
}

/// One item: each watched mailbox in which a mail lies has its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub serial: u32,
    pub mailbox: usize,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "m{} in {}", self.serial, self.mailbox)
    }
}

/// A mail of ours that left.
#[derive(Clone, Debug)]
pub struct Own {
    pub id: String,
    pub kind: String,
    pub mailbox: usize,
    pub to: String,
    pub subject: String,
    pub about: Vec<Key>,
    /// The letters to print that hang on it.
    pub letters: Vec<Key>,
    /// When it left and when it was written, by true time.
    pub at: DateTime<Utc>,
    pub written: DateTime<Utc>,
    /// It came back: the order of the reading that could show that.
    pub returned: Option<u64>,
}

/// What a person said about an item, on the server or by a mail that acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    Closed(DateTime<Utc>),
    NoAnswer,
    Reopened,
    /// In a mail: when, is in the program's hands.
    ClosedByMail,
    /// The same, and it was answered by letter.
    ClosedByLetter,
    /// The printed notice was posted on this day.
    Posted(NaiveDate),
    /// Its mail holds so many letters.
    Letters(u32),
    /// The stamp on the letter.
    Stamped(NaiveDate),
    /// An answer by this day.
    Promised(NaiveDate),
    /// The answer that it just had only says who comes back, and by when.
    ComesBack(NaiveDate),
    NoNotice,
    /// The notice that is held may go.
    Released,
    /// The notice may go to the other address of its citizen.
    ReleasedElsewhere,
    /// Whoever writes is away until this day.
    Away(NaiveDate),
    Back,
    /// The last word is taken back.
    TakenBack,
    /// The last word on who is away is taken back, which was the command of this serial.
    AbsenceTakenBack(u32),
    /// Somebody else handles it.
    Handed,
    /// It is not to be erased.
    Kept,
}

/// A mail of staff that asks the program for something.
#[derive(Clone, Debug)]
pub struct Command {
    pub about: Key,
    pub word: Word,
    pub by: String,
    pub written: DateTime<Utc>,
    /// When a complete reading had it.
    pub shown: Option<DateTime<Utc>>,
    /// The program's day then.
    pub read_on: Option<NaiveDate>,
}

impl Command {
    /// Whether it says who is there, and nothing of an item.
    pub fn is_of_people(&self) -> bool {
        let word = self.word;
        matches!(word, Word::Away(_) | Word::Back | Word::AbsenceTakenBack(_))
    }
}

#[derive(Clone, Debug)]
pub struct Said {
    pub about: Key,
    pub word: Word,
    pub at: DateTime<Utc>,
    pub order: u64,
    pub sure: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub house: House,
    pub mails: BTreeMap<u32, Mail>,
    pub lies: Lies,
    pub own: Vec<Own>,
    pub said: Vec<Said>,
    /// Mails with a command, by their serial.
    pub commands: BTreeMap<u32, Command>,
    /// Letters of a mail that holds several, and that mail: each is a mail of its own here, which
    /// lies where that one lies.
    pub parts: BTreeMap<u32, u32>,
    /// From when on the program is known to have had an item, and which items the register of now
    /// has.
    pub known: BTreeMap<Key, u64>,
    pub logged: BTreeSet<Key>,
    /// When the program was first known to have each.
    pub first_known: BTreeMap<Key, DateTime<Utc>>,
    /// Items that a clock behind their INTERNALDATE logged: a time ahead of it is not believed.
    pub ahead: BTreeSet<Key>,
    /// Orders at which the register was saved as a backup.
    pub saved: Vec<u64>,
    /// Orders at which an older register was put back.
    pub restored: Vec<u64>,
    pub order: u64,
}

impl Facts {
    /// The next moment of the story.
    pub fn tick(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    pub fn mail(&self, serial: u32) -> &Mail {
        &self.mails[&serial]
    }

    pub fn lies_of(&self, serial: u32) -> impl Iterator<Item = &Lie> {
        self.lies.of(serial).map(|(_, lie)| lie)
    }

    /// When a mail came to a mailbox, outside Sent.
    pub fn arrived(&self, key: Key) -> Option<DateTime<Utc>> {
        let came = self
            .lies_of(key.serial)
            .filter(|lie| lie.mailbox == key.mailbox);
        came.filter(|lie| !matches!(lie.role(), Role::Sent | Role::Unread | Role::Trash))
            .map(|lie| lie.at)
            .min()
    }

    /// Since when a mail counts as being there: what was moved in, from first sight.
    pub fn counts_from(&self, key: Key) -> Option<DateTime<Utc>> {
        if self.mail(key.serial).kind != "moved in" {
            return self.arrived(key);
        }
        self.lies_of(key.serial)
            .filter(|lie| lie.mailbox == key.mailbox)
            .map(|lie| lie.since)
            .min()
    }

    /// The addresses that an item's citizen has, as they are compared; none of a channel's that
    /// says nothing, and none of ours.
    pub fn citizens(&self, serial: u32) -> BTreeSet<String> {
        let mail = self.mail(serial);
        let channel = self.house.who(&mail.from) == Who::Channel;
        let mut all: Vec<&String> = mail.reply_to.iter().collect();
        if !channel {
            all.push(&mail.from);
            all.extend(
                mail.sender
                    .iter()
                    .filter(|_| !mail.has(super::mail::Mark::List)),
            );
        }
        let taken = self
            .forwarded(serial)
            .map(|original| self.citizens(original))
            .unwrap_or_default();
        all.into_iter()
            .map(|one| address(one))
            .filter(|one| !matches!(self.house.who(one), Who::Own(_)))
            .chain(taken)
            .collect()
    }

    /// A colleague passed a citizen's mail on: who that is, the town does not know.
    pub fn is_forwarded_in(&self, serial: u32) -> bool {
        let mail = self.mail(serial);
        let inside = matches!(self.house.who(&mail.from), Who::Staff | Who::Colleague);
        inside && (mail.subject.starts_with("VB:") || mail.has(super::mail::Mark::Attached))
    }

    /// Where a notice would go.
    pub fn notice_to(&self, serial: u32) -> Option<String> {
        if let Some(original) = self.forwarded(serial) {
            return self.notice_to(original);
        }
        let mail = self.mail(serial);
        if self.house.who(&mail.from) == Who::Channel {
            return mail.reply_to.as_deref().map(address);
        }
        Some(address(&mail.from)).filter(|from| !matches!(self.house.who(from), Who::Own(_)))
    }

    /// Where else its citizen reads mail, as staff are told it.
    pub fn elsewhere(&self, serial: u32) -> String {
        format!("ny-{}", address(&self.mail(serial).from))
    }

    /// When the program told whoever gave a command that it was carried out.
    pub fn confirmed(&self, command: &Command) -> Option<DateTime<Utc>> {
        self.confirmation(command).map(|own| own.at)
    }

    /// The mail that says so.
    pub fn confirmation(&self, command: &Command) -> Option<&Own> {
        let shown = command.shown?;
        // What is read of somebody who has left orders nothing.
        if self
            .house
            .left
            .get(&command.by)
            .is_some_and(|at| *at <= shown)
        {
            return None;
        }
        let about = |own: &&Own| match command.word {
            Word::Away(_) => own.subject.contains("borta"),
            Word::Back => own.subject.contains("på plats"),
            // What it takes back may have been the one or the other.
            Word::AbsenceTakenBack(_) => {
                own.subject.contains("på plats") || own.subject.contains("borta")
            }
            // A mail about who is there names the items of the mail that it answers.
            _ => {
                let of_people = ["borta", "på plats"];
                let is_of_people = of_people.iter().any(|word| own.subject.contains(word));
                own.about.contains(&command.about) && !is_of_people
            }
        };
        self.own
            .iter()
            .filter(|own| own.kind == "confirmation" && own.to == command.by && own.at >= shown)
            .filter(|own| own.subject.starts_with("Bekräftat") && !own.subject.contains("inte"))
            .find(about)
    }

    /// The commands of this kind about an item, written until a moment: a reading obeys at once.
    pub fn ordered(
        &self,
        key: Key,
        until: DateTime<Utc>,
        is: impl Fn(Word) -> bool,
    ) -> impl Iterator<Item = &Command> {
        self.commands.values().filter(move |command| {
            command.about == key && command.written <= until && is(command.word)
        })
    }

    pub fn seen_in_sent(&self, serial: u32) -> bool {
        self.lies_of(serial)
            .any(|lie| lie.role() == Role::Sent && lie.shown.is_some())
    }

    /// The mail that one watched mailbox has sent on to another.
    pub fn forwarded(&self, serial: u32) -> Option<u32> {
        let mail = self.mail(serial);
        if !matches!(self.house.who(&mail.from), Who::Own(_)) || !mail.subject.starts_with("VB:") {
            return None;
        }
        let to_ours = mail
            .recipients()
            .any(|to| matches!(self.house.who(to), Who::Own(_)));
        if !to_ours {
            return None;
        }
        mail.points()
            .find_map(|id| self.by_id(id))
            .filter(|original| *original != serial)
    }

    pub fn by_id(&self, id: &str) -> Option<u32> {
        self.mails
            .values()
            .find(|mail| mail.id.as_deref() == Some(id))
            .map(|mail| mail.serial)
    }

    /// The address that a notice would go to is among the other's.
    pub fn same_citizen(&self, one: u32, other: u32) -> bool {
        let of = |a: u32, b: u32| {
            self.notice_to(a)
                .is_some_and(|to| self.citizens(b).contains(&to))
        };
        of(one, other) || of(other, one)
    }
}
