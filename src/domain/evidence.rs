//! When is it answered? The facts that one mail of staff proves about the questions of the
//! register.
//!
//! A mail points at one thing: the newest id that it names and the register knows; without one, our
//! reference, or Outlook's conversation. If it points at a question and goes to the question's
//! citizen, the question is answered, and with it every older question of the same matter. Weaker
//! signs make an answer probable: a person is asked.
//!
//! The questions were looked up beforehand; nothing here knows where they are kept. Not judged
//! here: whether a mail is evidence at all ([`super::sent::may_answer`]).

mod explaining;
pub mod told_before;

use super::citizen::Citizen;
use super::event::{AssignedBy, Evidence, EvidenceKind, Fact, Flag, MatchedBy};
use super::item::{Item, ItemId, Settled, State};
use super::kept::MessageRow;
use super::sent::SentMail;
use super::subject::{self, Prefix, core};
use super::trust::Belief;
use super::whose::Whose;
use chrono::{DateTime, Datelike, Utc};
use regex::Regex;

/// A new mail to at most this many people may be the answer to a question whose subject it does not
/// have.
const MOST_OF_NEW_MAIL: usize = 3;

/// A question of the register, as an answer meets it.
#[derive(Clone, Debug)]
pub struct Question {
    pub item: Item,
    pub citizen: Citizen,
    /// Of its subject or of what it goes on with, and of those that people gave it since.
    pub cores: Vec<String>,
    /// A colleague passed on a citizen's mail: the citizen's address is not known.
    pub forwarded_in: bool,
}

impl Question {
    #[must_use]
    pub fn of<'a>(
        item: Item,
        row: &MessageRow,
        whose: impl Fn(&str) -> Whose<'a>,
        diary: &[Regex],
    ) -> Self {
        let addresses = row
            .citizen_addresses()
            .filter(|address| whose(address) != Whose::Own);
        let citizen = Citizen {
            addresses: addresses.map(str::to_owned).collect(),
        };
        let from_inside = row
            .sender
            .as_deref()
            .is_some_and(|sender| whose(sender).is_inside());
        // Passed on from another watched mailbox, it is of the original's citizen.
        let is_known = row
            .citizen_addresses()
            .any(|address| !whose(address).is_inside());
        let is_passed_on = item.flags.contains(&Flag::ForwardedIn)
            || subject::prefix(&row.subject) == Some(Prefix::Forward);
        let forwarded_in = from_inside && !is_known && is_passed_on;
        let cores = row.subjects().map(|subject| core(subject, diary)).collect();
        Self {
            item,
            citizen,
            cores,
            forwarded_in,
        }
    }

    /// It is of the citizen who was answered, and no person has been asked yet.
    fn may_be_answered_beside(&self, target: &Question) -> bool {
        self.citizen.is_same(&target.citizen)
            && self.item.state == State::Open
            && !self.item.flags.contains(&Flag::AnsweredBeside)
    }

    /// Whether both are one matter, which one answer settles.
    #[must_use]
    pub fn is_of_matter(&self, other: &Self) -> bool {
        let (a, b) = (&self.item, &other.item);
        // What needs no answer has no pledge.
        let one_pledge = a.pledge == b.pledge || a.pledge.is_none() || b.pledge.is_none();
        let joined = a.conversation == b.conversation && a.mailbox == b.mailbox && one_pledge;
        let alike = other.cores.iter().any(|core| self.has_core(core));
        a.id == b.id || joined && alike && self.citizen.is_same(&other.citizen)
    }

    fn has_core(&self, core: &str) -> bool {
        self.cores.iter().any(|own| own == core)
    }
}

/// The thing that a mail points at: one question, or the few that one of our notices spoke for.
#[derive(Clone, Debug)]
pub struct Pointed {
    pub by: MatchedBy,
    pub questions: Vec<Question>,
    /// A notice spoke for several, and it is not known which of them is meant.
    pub doubtful: bool,
}

/// A fact about one item. `by` is the member of staff whose act it is; `None`: the service saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub item: ItemId,
    pub by: Option<String>,
    pub fact: Fact,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Strength {
    Certain,
    Probable,
}

/// One mail of staff under judgement.
pub struct Judge<'a, 'w> {
    pub mail: &'a SentMail,
    /// Whose an address is.
    pub whose: Box<dyn Fn(&str) -> Whose<'w> + 'a>,
    /// Diary numbers, which do not belong to a subject's core.
    pub diary: &'a [Regex],
}

impl Judge<'_, '_> {
    /// The question that an id of the mail means, among those whose message has it. Of a sender who
    /// uses one id for everything, the messages before the mail with its subject. The only one may
    /// be younger than the mail if it has its subject (a migrated mailbox has new times); else the
    /// mail answered another, which was never seen.
    #[must_use]
    pub fn by_message_id(&self, by: MatchedBy, mut known: Vec<Question>) -> Option<Pointed> {
        let core = core(&self.mail.subject, self.diary);
        if let [only] = &known[..] {
            let meant = self.is_older(&only.item) || only.has_core(&core);
            return meant.then_some(Pointed {
                by,
                questions: known,
                doubtful: false,
            });
        }
        known.retain(|question| self.is_older(&question.item) && question.has_core(&core));
        if known.iter().any(|question| self.reaches(question)) {
            known.retain(|question| self.reaches(question));
        }
        (!known.is_empty()).then_some(Pointed {
            by,
            questions: known,
            doubtful: false,
        })
    }

    /// The question that an id of one of our notices means: the one whose reference or core the
    /// subject has; else all that the notice spoke for, in doubt.
    #[must_use]
    pub fn by_notice(&self, by: MatchedBy, spoken_for: Vec<Question>) -> Option<Pointed> {
        if spoken_for.len() < 2 {
            return (!spoken_for.is_empty()).then_some(Pointed {
                by,
                questions: spoken_for,
                doubtful: false,
            });
        }
        let named = self.references();
        let core = core(&self.mail.subject, self.diary);
        let is_named = |question: &Question| named.contains(&question.item.id);
        let is_alike = |question: &Question| question.has_core(&core) && !core.is_empty();
        for means in [&is_named as &dyn Fn(&Question) -> bool, &is_alike] {
            let meant: Vec<Question> = spoken_for
                .iter()
                .filter(|question| means(question))
                .cloned()
                .collect();
            if !meant.is_empty() && meant.len() < spoken_for.len() {
                return Some(Pointed {
                    by,
                    questions: meant,
                    doubtful: false,
                });
            }
        }
        Some(Pointed {
            by,
            questions: spoken_for,
            doubtful: true,
        })
    }

    /// Our references in the subject.
    #[must_use]
    pub fn references(&self) -> Vec<ItemId> {
        subject::references(&self.mail.subject, self.mail.at.year())
    }

    /// The questions of our references, if the mail goes to their citizens.
    #[must_use]
    pub fn by_reference(&self, mut named: Vec<Question>) -> Option<Pointed> {
        named.retain(|question| self.reaches(question) || question.forwarded_in);
        (!named.is_empty()).then_some(Pointed {
            by: MatchedBy::Reference,
            questions: named,
            doubtful: false,
        })
    }

    /// Outlook's conversation names no mail: meant is the citizen's youngest question of the same
    /// core before the mail.
    #[must_use]
    pub fn by_thread_index(&self, mut of_index: Vec<Question>) -> Option<Pointed> {
        let core = core(&self.mail.subject, self.diary);
        of_index.retain(|question| self.is_older(&question.item) && question.has_core(&core));
        if of_index.iter().any(|question| self.reaches(question)) {
            of_index.retain(|question| self.reaches(question));
        }
        let youngest = of_index
            .into_iter()
            .max_by_key(|question| (question.item.received_at, question.item.id))?;
        Some(Pointed {
            by: MatchedBy::ThreadIndex,
            questions: vec![youngest],
            doubtful: false,
        })
    }

    /// Everything that the mail proves. `conversation`: all items of the conversations that it
    /// points into. `of_recipients`: questions of this mailbox whose citizens are among its
    /// recipients, without those that were settled before it.
    #[must_use]
    pub fn findings(
        &self,
        pointed: Option<&Pointed>,
        conversation: &[Question],
        of_recipients: &[Question],
    ) -> Vec<Finding> {
        let Some(pointed) = pointed else {
            return self.new_mail(of_recipients);
        };
        if self.mail.belief == Belief::OnlyById {
            return self.of_doubtful_sender(pointed);
        }
        let mut findings = Vec::new();
        for target in &pointed.questions {
            match self.strength(target) {
                Some(_) if pointed.doubtful => {
                    let fact = self.fact(&target.item, pointed.by, Strength::Probable);
                    findings.extend(fact.map(|fact| Finding {
                        item: target.item.id,
                        by: None,
                        fact,
                    }));
                }
                Some(strength) => {
                    self.answer(target, conversation, (pointed.by, strength), &mut findings);
                }
                None => {
                    findings.extend(self.explained(target, pointed.by));
                    findings.extend(self.handed_over(target));
                }
            }
        }
        if pointed.questions.iter().any(|target| self.reaches(target)) {
            self.others(pointed, of_recipients, &mut findings);
        }
        findings
    }

    /// Nothing vouches for it: what it names by id is probably answered, and nothing else follows
    /// from it.
    fn of_doubtful_sender(&self, pointed: &Pointed) -> Vec<Finding> {
        let meant = pointed
            .questions
            .iter()
            .filter(|target| is_by_id(pointed.by) && self.strength(target).is_some());
        meant
            .filter_map(|target| {
                let fact = self.fact(&target.item, pointed.by, Strength::Probable)?;
                Some(Finding {
                    item: target.item.id,
                    by: None,
                    fact,
                })
            })
            .collect()
    }

    /// Whether a mail that points at a live question would answer it, if it were ours.
    #[must_use]
    pub fn would_answer(&self, target: &Question) -> bool {
        target.item.state.is_live() && self.strength(target).is_some()
    }

    /// How surely the mail answers the question that it points at; `None`: it goes past its
    /// citizen.
    fn strength(&self, target: &Question) -> Option<Strength> {
        let mail = self.mail;
        let of_colleague = mail.copy && self.from().is_colleague();
        if target.forwarded_in {
            return match (self.outside(&mail.recipients), self.outside(&mail.to)) {
                (0, _) => None,
                (_, 1) if !of_colleague => Some(Strength::Certain),
                _ => Some(Strength::Probable),
            };
        }
        if !self.reaches(target) {
            return None;
        }
        // A colleague is asked, and the citizen may read it.
        let asks = !mail.to.is_empty()
            && !target
                .citizen
                .is_reached_by(mail.to.iter().map(String::as_str))
            && mail
                .to
                .iter()
                .map(|to| (self.whose)(to))
                .any(|to| to.is_inside() && to != Whose::Own);
        Some(if asks || of_colleague {
            Strength::Probable
        } else {
            Strength::Certain
        })
    }

    /// How many of the addresses are outside.
    fn outside(&self, list: &[String]) -> usize {
        list.iter()
            .filter(|to| !(self.whose)(to).is_inside())
            .count()
    }

    /// The question and every older one of its matter, the younger ones first, so that none of them
    /// gets a clock of its own in between. Of what else the citizen has asked there, a person is
    /// asked.
    fn answer(
        &self,
        target: &Question,
        conversation: &[Question],
        (by, strength): (MatchedBy, Strength),
        findings: &mut Vec<Finding>,
    ) {
        let mut asked: Vec<&Question> = conversation.iter().chain([target]).collect();
        asked.sort_by_key(|question| {
            (
                std::cmp::Reverse(question.item.received_at),
                question.item.id,
            )
        });
        for question in asked {
            if findings
                .iter()
                .any(|finding| finding.item == question.item.id)
            {
                continue;
            }
            let is_target = question.item.id == target.item.id;
            let is_older = self.is_before(&question.item);
            let fact = if is_target || is_older && question.is_of_matter(target) {
                self.fact(&question.item, by, strength)
            } else {
                let is_news = is_older && question.may_be_answered_beside(target);
                let flag = Flag::AnsweredBeside;
                is_news.then_some(Fact::Flagged { flag })
            };
            findings.extend(fact.map(|fact| Finding {
                item: question.item.id,
                by: None,
                fact,
            }));
        }
    }

    /// The fact of an answer, where it changes something: the first answer is what the pledge is
    /// measured by, also if it is read later.
    fn fact(&self, item: &Item, by: MatchedBy, strength: Strength) -> Option<Fact> {
        let (answered_by, evidence) = (self.who(), self.evidence(by));
        // Two copies of one mail: it was sent when the first of them was.
        let is_same = |settled: &&Settled| {
            evidence.message_id.is_some() && settled.evidence.message_id == evidence.message_id
        };
        let known = item
            .settled
            .as_ref()
            .filter(is_same)
            .map(|settled| settled.at);
        let at = known.map_or(self.mail.at, |known| known.min(self.mail.at));
        let fact = match strength {
            Strength::Certain => {
                let is_better =
                    item.may_have_been_answered_by(at, &evidence) && self.is_before(item);
                (item.state.is_live() || item.is_presumed() || is_better).then_some(
                    Fact::Answered {
                        at,
                        answered_by,
                        evidence,
                    },
                )
            }
            Strength::Probable => {
                item.may_be_probably_answered_by(&evidence)
                    .then_some(Fact::ProbablyAnswered {
                        at,
                        answered_by,
                        evidence,
                    })
            }
        };
        fact.and_then(|fact| item.on_answer(fact))
    }

    /// One answer to many: it replies to one of them, and may answer the others' oldest question.
    fn others(&self, pointed: &Pointed, of_recipients: &[Question], findings: &mut Vec<Finding>) {
        for to in self.strangers() {
            let is_meant = pointed
                .questions
                .iter()
                .any(|target| target.citizen.is_reached_by([to]));
            if !is_meant && let Some(oldest) = self.questions_of(to, of_recipients).first() {
                self.probable(oldest, findings);
            }
        }
    }

    /// A mail in Sent that points at nothing: the questions of its subject; to few people, else,
    /// each one's oldest.
    fn new_mail(&self, of_recipients: &[Question]) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.mail.copy {
            return findings;
        }
        let core = core(&self.mail.subject, self.diary);
        let strangers = self.strangers();
        for to in &strangers {
            let theirs = self.questions_of(to, of_recipients);
            let alike: Vec<&Question> = theirs
                .iter()
                .copied()
                .filter(|question| question.has_core(&core) && !core.is_empty())
                .collect();
            let meant = match &alike[..] {
                [] if strangers.len() > MOST_OF_NEW_MAIL => &[],
                [] => &theirs[..theirs.len().min(1)],
                alike => alike,
            };
            for question in meant {
                self.probable(question, &mut findings);
            }
        }
        findings
    }

    fn probable(&self, question: &Question, findings: &mut Vec<Finding>) {
        if findings
            .iter()
            .any(|finding| finding.item == question.item.id)
        {
            return;
        }
        let fact = self.fact(&question.item, MatchedBy::Address, Strength::Probable);
        findings.extend(fact.map(|fact| Finding {
            item: question.item.id,
            by: None,
            fact,
        }));
    }

    /// A recipient's questions that were open when the mail was sent, the oldest first: a question
    /// that was settled later may be the one it answers.
    fn questions_of<'q>(&self, to: &str, questions: &'q [Question]) -> Vec<&'q Question> {
        let mut theirs: Vec<&Question> = questions
            .iter()
            .filter(|question| {
                question.item.was_open_at(self.mail.at) && self.is_before(&question.item)
            })
            .filter(|question| question.citizen.is_reached_by([to]))
            .collect();
        theirs.sort_by_key(|question| (question.item.arrived_at(), question.item.id));
        theirs
    }

    /// Who sent it: the staff id when the address is known, else the address.
    #[must_use]
    pub fn who(&self) -> Option<String> {
        let addresses = [&self.mail.sender, &self.mail.from].into_iter().flatten();
        let mut known = addresses.map(|address| (address, (self.whose)(address)));
        known.find_map(|(address, whose)| match whose {
            Whose::Staff(id) | Whose::Former(id) => Some(id.to_owned()),
            Whose::Own | Whose::Colleague => Some(address.clone()),
            Whose::Outside => None,
        })
    }

    fn from(&self) -> Whose<'_> {
        self.mail
            .from
            .as_deref()
            .map_or(Whose::Outside, |from| (self.whose)(from))
    }

    /// Recipients other than watched mailboxes, each once.
    fn strangers(&self) -> Vec<&str> {
        let mut strangers: Vec<&str> = self.mail.recipients.iter().map(String::as_str).collect();
        strangers.sort_unstable();
        strangers.dedup();
        strangers.retain(|to| (self.whose)(to) != Whose::Own);
        strangers
    }

    fn reaches(&self, question: &Question) -> bool {
        question
            .citizen
            .is_reached_by(self.mail.recipients.iter().map(String::as_str))
    }

    /// An id can be named by a mail of the same second.
    fn is_older(&self, item: &Item) -> bool {
        item.asked_at() <= self.mail.at
    }

    fn is_before(&self, item: &Item) -> bool {
        item.asked_at() < self.mail.at
    }

    fn evidence(&self, matched_by: MatchedBy) -> Evidence {
        Evidence {
            kind: if self.mail.copy {
                EvidenceKind::Copy
            } else {
                EvidenceKind::Sent
            },
            folder: Some(self.mail.folder.clone()),
            message_id: self.mail.message_id.clone(),
            matched_by: Some(matched_by),
            verified: Some(self.mail.belief.is_verified()),
        }
    }
}

/// Whether the mail names a mail by its id.
fn is_by_id(by: MatchedBy) -> bool {
    matches!(by, MatchedBy::InReplyTo | MatchedBy::References)
}

/// Whether a forward is the latest word on who has the item. A move has no time but the one at
/// which it was seen.
fn is_latest_word(item: &Item, forwarded_at: DateTime<Utc>) -> bool {
    match item.assigned_by {
        Some(AssignedBy::Cli | AssignedBy::Command) => {
            item.assigned_at.is_some_and(|at| forwarded_at > at)
        }
        Some(AssignedBy::Folder) => item.assigned_at.is_none_or(|at| forwarded_at > at),
        _ => true,
    }
}

#[cfg(test)]
mod tests;
