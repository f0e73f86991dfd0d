//! Whether a mail needs an answer, and whether it may have an automatic notice: the table of
//! classes, for what the town writes.

use super::Says;
use super::facts::{Facts, Key, Role, Who};
use super::mail::{Mail, Mark};
use super::trust::{Trust, trust};
use super::words::{address, findable};
use chrono::{DateTime, Duration, Utc};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A question with a clock.
    Answer,
    /// Listed, without a clock.
    NoQuestion,
    Nothing,
    /// Ours, or a colleague's without a clock: no item of a citizen's.
    Internal,
    /// The rules leave it open, or the register may have lost what decides it.
    Open,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    pub needs: Needs,
    pub notice: Says,
}

/// How long a mail of ours to an address vouches for what comes from there.
const VOUCHED: Duration = Duration::days(400);

/// Recipients beyond which a mail is to nobody in particular.
const MANY: usize = 20;

const NO: [&str; 6] = [
    "no-reply@",
    "noreply@",
    "donotreply",
    "ejsvar@",
    "svara-inte@",
    "-request@",
];

fn is_no_reply(from: &str) -> bool {
    NO.iter().any(|word| from.contains(word))
}

/// A program's own absence subject with its colon at the start.
fn says_absent(subject: &str) -> bool {
    ["Autosvar:", "Automatiskt svar:", "Automatic reply:"]
        .iter()
        .any(|word| subject.starts_with(word))
}

fn of_a_colleague(mail: &Mail) -> Class {
    let forward = mail.subject.starts_with("VB:") || mail.has(Mark::Attached);
    let asks = forward && !mail.forged;
    Class {
        needs: if asks { Needs::Answer } else { Needs::Internal },
        notice: Says::No,
    }
}

impl Facts {
    /// `in_thread`: it points at something known. `mailbox`: where it lies.
    pub fn class(&self, serial: u32, mailbox: usize, in_thread: bool) -> Class {
        let mail = self.mail(serial);
        let class = |needs, notice| Class { needs, notice };
        let who = self.house.who(&mail.from);
        if mail.has(Mark::Report) || mail.has(Mark::CalendarReply) {
            return class(Needs::Nothing, Says::No);
        }
        if self.answers_by_itself(serial) {
            return class(
                if in_thread {
                    Needs::Nothing
                } else {
                    Needs::NoQuestion
                },
                Says::No,
            );
        }
        // Whoever sends it: what bulk signs alone tell comes before what a no-reply sender's single
        // sign is presumed to be.
        if mail.has(Mark::Newsletter) {
            return class(Needs::Nothing, Says::No);
        }
        let in_house = match who {
            Who::Own(own) if mail.forged => {
                class(Needs::Answer, Says::No).with_open(own == mailbox)
            }
            Who::Own(own) if own == mailbox => class(Needs::Answer, Says::No),
            Who::Own(_) if self.forwarded(serial).is_some() => class(Needs::Answer, Says::Any),
            Who::Own(_) => class(Needs::Internal, Says::No),
            Who::Staff | Who::Colleague => of_a_colleague(mail),
            Who::Channel | Who::Outside => class(Needs::Answer, self.notice(mail, who)),
        };
        if self.only_in_junk(serial, mailbox) && in_house.needs == Needs::Answer {
            // A reading that broke off may have shown it elsewhere, where it is no longer.
            if self.may_have_left_junk(serial, mailbox) {
                return in_house.with_open(false);
            }
            // Vouched for, it is a question without a notice.
            let needs = match self.vouched(serial, mailbox) {
                Says::Yes => Needs::Answer,
                Says::Any => Needs::Open,
                Says::No if in_thread => Needs::Open,
                Says::No => Needs::NoQuestion,
            };
            return class(needs, Says::No);
        }
        in_house
    }

    /// A machine's word that its owner is away, or has the mail.
    pub fn answers_by_itself(&self, serial: u32) -> bool {
        let mail = self.mail(serial);
        mail.has(Mark::AutoReplied) || says_absent(&mail.subject)
    }

    /// Whether the house had written to its writer's address in the 400 days before it came: by a
    /// mail of ours, or by one that a reading has shown in Sent, whenever that was.
    fn vouched(&self, serial: u32, mailbox: usize) -> Says {
        let mail = self.mail(serial);
        let writer = findable(&mail.from);
        let Some(came) = self.counts_from(Key { serial, mailbox }) else {
            return Says::Any;
        };
        let vouches = |at: DateTime<Utc>| at <= came && came - at <= VOUCHED;
        // An address that was erased vouches for nothing.
        let is_kept = |at: DateTime<Utc>| {
            let erases = self.house.erases;
            erases.is_none_or(|days| came - at < Duration::days(days))
        };
        let mut says = Says::No;
        for lie in self.lies.iter() {
            let written = self.mail(lie.serial);
            let in_sent = lie.role() == Role::Sent;
            let is_copy = matches!(lie.role(), Role::Watched | Role::Done) && !written.forged;
            let ours = (in_sent || is_copy) && self.house.is_of_ours(&written.from);
            let reaches = written.recipients().any(|to| findable(to) == writer);
            if !ours || !reaches || lie.draft {
                continue;
            }
            let sent = written
                .date
                .filter(|date| (*date - lie.at).abs() <= Duration::minutes(10))
                .map_or(lie.at, |date| date.min(lie.at));
            if !vouches(sent) {
                continue;
            }
            let exactly = written
                .recipients()
                .any(|to| address(to) == address(&mail.from));
            let alone = written.recipients().count() <= MANY && !written.has(Mark::AutoReplied);
            // One that lies in Sent only for a while, and a register that was put back, may have
            // lost it.
            let remains = lie.shown.is_some() && lie.gone.is_none() && self.restored.is_empty();
            // A copy outside Sent tells that somebody wrote, if it is believed to be an answer.
            let remains = remains && in_sent && is_kept(sent);
            if exactly && alone && remains {
                return Says::Yes;
            }
            says = Says::Any;
        }
        for own in self.own.iter().filter(|own| vouches(own.at)) {
            let told = own.kind == "notice" || own.kind == "new_date";
            if told && findable(&own.to) == writer {
                // Of one moment nobody knows which was first.
                let sure = address(&own.to) == address(&mail.from)
                    && own.returned.is_none()
                    && own.at < came;
                if sure && self.restored.is_empty() && is_kept(own.at) {
                    return Says::Yes;
                }
                says = Says::Any;
            }
        }
        says
    }

    fn notice(&self, mail: &Mail, who: Who) -> Says {
        let held = [
            Mark::List,
            Mark::AutoGenerated,
            Mark::CalendarRequest,
            Mark::SpamFlag,
            Mark::NullSender,
        ];
        let elsewhere = mail
            .reply_to
            .as_ref()
            .is_some_and(|to| !to.eq_ignore_ascii_case(&mail.from));
        if who == Who::Channel
            || elsewhere
            || is_no_reply(&mail.from)
            || held.iter().any(|mark| mail.has(*mark))
        {
            return Says::No;
        }
        match (self.house.border, trust(mail.auth, mail.defect)) {
            (_, Trust::Failed) => Says::No,
            (None, _) | (Some(_), Trust::Verified | Trust::Open) => Says::Yes,
            // If none of the newest twenty has a line, its absence counts as open.
            (Some(_), Trust::Missing) => Says::Any,
        }
    }

    pub fn only_in_junk(&self, serial: u32, mailbox: usize) -> bool {
        let mut copies = self
            .lies_of(serial)
            .filter(|lie| lie.mailbox == mailbox && lie.gone.is_none_or(|_| lie.shown.is_some()))
            .filter(|lie| matches!(lie.role(), Role::Watched | Role::Junk | Role::Done))
            .peekable();
        copies.peek().is_some() && copies.all(|lie| lie.role() == Role::Junk)
    }
}

impl Facts {
    /// A copy lay outside of Junk, and no whole reading has shown it there.
    fn may_have_left_junk(&self, serial: u32, mailbox: usize) -> bool {
        let mut copies = self.lies_of(serial).filter(|lie| lie.mailbox == mailbox);
        copies.any(|lie| matches!(lie.role(), Role::Watched | Role::Done))
    }
}

impl Class {
    /// What claims to be the mailbox itself may be taken for a note of its own.
    fn with_open(self, open: bool) -> Self {
        Self {
            needs: if open { self.needs } else { Needs::Open },
            ..self
        }
    }
}
