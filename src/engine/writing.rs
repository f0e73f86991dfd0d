//! From decisions to mails: gathers the facts that a text needs and has it written and composed.

mod away;
mod letters;

pub(super) use letters::Made;
pub use letters::letter_anew;

use super::commands::Told as CommandsTold;
use super::held::held;
use crate::domain::board::Board;
use crate::domain::effect::Asks;
use crate::domain::event::{Effect, Fact, Failure, Flag};
use crate::domain::gate::Gate;
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::MessageRow;
use crate::domain::keyed::Seal;
use crate::domain::kind::Kind;
use crate::domain::message::{Address, Message};
use crate::domain::pledge::{Due, NoticeText};
use crate::domain::reader::Reader;
use crate::domain::staff::Member;
use crate::domain::trust::Trust;
use crate::mail::author::{Author, Draft, Thread, Written};
use crate::mail::compose::{ComposeError, File};
use crate::mail::texts::confirmation::{ConfirmationFacts, MAX_LISTED};
use crate::mail::texts::facts::{
    AlsoNoticed, Contact, EscalationWhy, ExcludedItem, HeldWhy, Matter, NoticeFacts, PauseFacts,
    Planned, Sender, Shown, StaffItem, StaffMailFacts, Unwatched,
};
use crate::mail::texts::{Text, TextError, Texts, quote};
use crate::store::outbox::NewMail;
use chrono::{DateTime, NaiveDate, Utc};

/// Why a mail could not be written.
#[derive(Debug)]
pub(super) struct Problem {
    pub text: String,
    /// The reader's address is at fault, not a text.
    pub is_the_address: bool,
}

impl From<TextError> for Problem {
    fn from(error: TextError) -> Self {
        Self {
            text: error.to_string(),
            is_the_address: false,
        }
    }
}

impl From<ComposeError> for Problem {
    fn from(error: ComposeError) -> Self {
        Self {
            text: error.to_string(),
            is_the_address: matches!(error, ComposeError::Address { .. }),
        }
    }
}

/// One item of a mail to staff, with all that it causes there.
#[derive(Clone, Debug)]
pub(super) struct StaffLine {
    pub item: Item,
    pub row: MessageRow,
    pub effects: Vec<Effect>,
    /// Items for which its notice speaks too, without a line of their own.
    pub covers: Vec<ItemId>,
}

/// One item of a mail to a citizen.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub item: Item,
    pub row: MessageRow,
    pub effect: Effect,
    pub names: Option<String>,
    pub promise: Option<NaiveDate>,
}

impl Told {
    /// What the log says of it.
    pub fn queued(&self) -> Fact {
        let to = vec![Reader::Citizen.to_string()];
        Fact::Queued {
            effect: self.effect,
            to,
            promise: self.promise,
            names: self.names.clone(),
        }
    }
}

#[derive(Clone)]
pub(super) struct Writer<'a> {
    pub board: &'a Board,
    pub texts: &'a Texts,
    pub now: DateTime<Utc>,
    /// Whether mail to citizens leaves.
    pub gate: Gate,
}

impl Writer<'_> {
    /// A notice, or that a date was moved. Of all the items that it speaks for it names only some
    /// ([`crate::domain::notices::NAMED`]); `rest`: how many more there are.
    pub fn citizen_mail(
        &self,
        told: &[Told],
        rest: usize,
        address: &str,
        seal: &Seal,
    ) -> Result<Written, Problem> {
        let Some((first, others)) = told.split_first() else {
            return Err(Problem {
                text: "a mail to a citizen about nothing".to_owned(),
                is_the_address: false,
            });
        };
        let Told {
            item,
            row,
            effect,
            names,
            promise,
        } = first;
        let moves = *effect != Effect::Notice;
        let before = item.date_told().filter(|_| moves);
        let named = if moves {
            &[]
        } else {
            &others[..others.len() - rest.min(others.len())]
        };
        let others = named
            .iter()
            .map(|told| self.also_noticed(told))
            .collect::<Result<_, _>>()?;
        let facts = self.notice_facts(item, row, names.as_deref().unwrap_or_default(), *promise)?;
        let text = self.texts.notice(&NoticeFacts {
            others,
            rest,
            before,
            moves,
            ..facts
        })?;
        let kind = if moves { Kind::NewDate } else { Kind::Notice };
        let refs = told.iter().map(|told| told.item.id.to_string()).collect();
        let draft = self.draft(kind, refs, to(None, address), text);
        let mut thread = Thread::after(row.message_id.as_ref(), &row.more.references);
        for id in told.iter().filter_map(|told| told.row.message_id.as_ref()) {
            if !thread.answers.contains(id) {
                thread.answers.push(id.clone());
            }
        }
        Ok(self.author().write(Draft { thread, ..draft }, seal)?)
    }

    fn also_noticed(&self, told: &Told) -> Result<AlsoNoticed, Problem> {
        let NoticeFacts {
            reference,
            subject,
            received,
            handler,
            promise,
            given,
            ..
        } = self.notice_facts(
            &told.item,
            &told.row,
            told.names.as_deref().unwrap_or_default(),
            told.promise,
        )?;
        Ok(AlsoNoticed {
            reference,
            subject,
            received,
            handler,
            promise,
            given,
        })
    }

    /// Whether the text of such a notice has a place for other questions of its reader.
    pub fn names_others(&self, item: &Item, text: NoticeText) -> bool {
        self.texts.names_others(text, item.language)
    }

    /// Who gets a letter beside the handler who posts it: the person who has the mailbox today,
    /// unless that is the handler.
    pub fn registrar(&self, reader: &Reader) -> Option<&Member> {
        let today = self.board.calendar.local_date(self.now);
        let member = self
            .board
            .staff
            .present(self.board.handler.as_deref()?, today)?;
        let is_another = reader.staff() != Some(&member.id);
        (is_another && !member.email.eq_ignore_ascii_case(self.address_of(reader)))
            .then_some(member)
    }

    fn notice_facts(
        &self,
        item: &Item,
        row: &MessageRow,
        handler: &str,
        promise: Option<NaiveDate>,
    ) -> Result<NoticeFacts, Problem> {
        let (Some(member), Some(promise), Some(due)) =
            (self.board.staff.get(handler), promise, &item.due)
        else {
            return Err(Problem {
                text: format!("{} has nobody to name", item.id),
                is_the_address: false,
            });
        };
        let (calendar, pledge) = (
            &self.board.calendar,
            self.board.pledge(item.pledge.as_deref()),
        );
        Ok(NoticeFacts {
            sender: self.sender(),
            reference: item.id.to_string(),
            subject: if self.quotes(item) {
                quote::subject(&row.subject)
            } else {
                String::new()
            },
            received: calendar.local(item.received_at),
            handler: Contact::from(member),
            promise,
            late: self.now >= due.closes,
            before: None,
            moves: false,
            time: pledge.time,
            given: item
                .by_hand
                .last()
                .is_some_and(|given| given.date == promise),
            reason: item
                .reason_for(promise)
                .map(crate::mail::texts::words::one_line),
            others: Vec::new(),
            rest: 0,
            text: pledge.text,
            tongue: item.language,
        })
    }

    /// Whether a notice repeats the citizen's subject: not if the border could vouch for it and
    /// does not.
    fn quotes(&self, item: &Item) -> bool {
        self.board.quote_subject
            && !self.board.sensitive
            && item.trust.is_none_or(|trust| trust == Trust::Verified)
    }

    /// The one mail of a moment to a reader, about items of any mailbox.
    pub fn staff_mail(
        &self,
        reader: &Reader,
        items: Vec<StaffItem>,
        unwatched: Unwatched,
        files: Vec<File>,
        seal: &Seal,
    ) -> Result<Written, Problem> {
        let facts = StaffMailFacts {
            sender: self.sender(),
            recipient: self.reader_name(reader),
            mailbox: self.board.address.clone(),
            today: self.board.calendar.local_date(self.now),
            items,
            unwatched,
            away: reader.staff().map_or_else(Vec::new, |reader| {
                away::for_whom(self.board, reader, self.now)
            }),
        };
        let text = self.texts.staff(&facts)?;
        let to = to(Some(facts.recipient.clone()), self.address_of(reader));
        let draft = self.draft(facts.kind(), facts.refs(), to, text);
        Ok(self.author().write(Draft { files, ..draft }, seal)?)
    }

    pub fn excluded_item(
        &self,
        item: &Item,
        row: &MessageRow,
        home: &Board,
        reader: Option<&str>,
    ) -> ExcludedItem {
        ExcludedItem {
            reference: item.id.to_string(),
            class: item.class,
            reason: item.excluded_reason.clone(),
            received: self.board.calendar.local(item.received_at),
            mailbox: self.board.address.clone(),
            folder: item.folder.clone(),
            shown: self.shown(item, row, home, reader),
        }
    }

    /// That mail to citizens is paused, or goes again.
    pub fn pause(
        &self,
        reader: &Reader,
        facts: &PauseFacts,
        seal: &Seal,
    ) -> Result<Written, Problem> {
        let facts = PauseFacts {
            recipient: self.reader_name(reader),
            ..facts.clone()
        };
        let text = self.texts.pause(&facts)?;
        let to = to(Some(facts.recipient.clone()), self.address_of(reader));
        Ok(self
            .author()
            .write(self.draft(Kind::Digest, Vec::new(), to, text), seal)?)
    }

    /// What a reply of staff has changed, or why not; in the thread of that reply.
    pub fn confirmation(
        &self,
        member: &Member,
        reply: &Message,
        about: &[ItemId],
        told: CommandsTold,
        seal: &Seal,
    ) -> Result<Written, Problem> {
        let CommandsTold {
            changes,
            refusals,
            presences,
            histories,
            list,
        } = told;
        let mut done: Vec<String> = Vec::new();
        for change in &changes {
            if !done.contains(&change.reference) {
                done.push(change.reference.clone());
            }
        }
        let items: Vec<String> = about.iter().map(ToString::to_string).collect();
        let text = self.texts.confirmation(&ConfirmationFacts {
            sender: self.sender(),
            recipient: member.name.clone(),
            today: self.board.calendar.local_date(self.now),
            changes,
            refusals,
            presences,
            histories,
            list,
            rest: items.len().saturating_sub(MAX_LISTED),
            items: items.iter().take(MAX_LISTED).cloned().collect(),
        })?;
        let refs = if done.is_empty() { items } else { done };
        let draft = self.draft(
            Kind::Confirmation,
            refs,
            to(Some(member.name.clone()), &member.email),
            text,
        );
        Ok(self.author().write(
            Draft {
                thread: Thread::of(reply),
                ..draft
            },
            seal,
        )?)
    }

    /// Who gets the daily note: the person who has the mailbox today, else the first supervisor who
    /// is there.
    pub fn note_reader(&self) -> Option<Reader> {
        let today = self.board.calendar.local_date(self.now);
        let staff = &self.board.staff;
        let handler = self
            .board
            .handler
            .as_deref()
            .into_iter()
            .flat_map(|handler| staff.deputies(handler));
        let serves = handler.filter(|member| self.board.serves(&member.id));
        let supervisor = self.board.supervisor();
        let stands_in = supervisor
            .into_iter()
            .flat_map(|supervisor| staff.deputies(supervisor));
        let above = supervisor
            .into_iter()
            .flat_map(|supervisor| staff.ladder(supervisor, None, today));
        let reader = serves
            .chain(stands_in)
            .chain(above)
            .find(|member| member.is_there(today))?;
        Some(Reader::Staff(reader.id.clone()))
    }

    /// The address of a reader other than a citizen: the operator's for one that is not known any
    /// more.
    pub fn address_of<'a>(&'a self, reader: &Reader) -> &'a str {
        let member = reader.staff().and_then(|id| self.board.staff.get(id));
        member.map_or(&self.board.operator, |member| &member.email)
    }

    fn reader_name(&self, reader: &Reader) -> String {
        match reader {
            Reader::Staff(id) => self
                .board
                .staff
                .get(id)
                .map_or_else(|| id.clone(), |member| member.name.clone()),
            Reader::Citizen | Reader::Operator | Reader::Council => self.board.operator.clone(),
        }
    }

    pub fn sender(&self) -> Sender {
        Sender::from(self.board.organisation.as_ref())
    }

    /// The contents of a mail from a mailbox are in its Sent folder too, and in the replies to it:
    /// of another unit's items it shows nothing, nor to a reader who may not see the item.
    fn shown(&self, item: &Item, row: &MessageRow, home: &Board, reader: Option<&str>) -> Shown {
        if !reader.is_some_and(|reader| self.board.shows(reader, item, self.now)) {
            return Shown::default();
        }
        if home.name != self.board.name && home.organisation.unit != self.board.organisation.unit {
            return Shown::default();
        }
        // The scanner's address says nothing of who wrote a letter.
        let is_scanned = self.board.pledge(item.pledge.as_deref()).letter;
        let scanner = is_scanned && row.more.told_sender.is_none();
        let sender = row.shown_sender().filter(|_| !scanner);
        Shown::new(true, &row.subject, sender.unwrap_or_default())
    }

    /// One item of a mail to staff; `home`: the mailbox that the mail is from, `reader`: the member
    /// of staff who gets it.
    pub fn staff_item(&self, line: &StaffLine, home: &Board, reader: Option<&str>) -> StaffItem {
        let item = &line.item;
        let calendar = &self.board.calendar;
        let today = calendar.local_date(self.now);
        let pledge = self.board.pledge(item.pledge.as_deref());
        let due = item.due.as_ref().map_or(today, |due| due.date);
        let noticed = item.noticed_at();
        let owner = item
            .handler
            .as_deref()
            .and_then(|id| self.board.staff.get(id));
        let acting = self.board.hands(item, self.now).member;
        let absent = owner.filter(|owner| acting.is_some_and(|acting| acting.id != owner.id));
        let told = noticed.and_then(|_| item.date_told().or(item.promise));
        let mut shown = StaffItem {
            reference: item.id.to_string(),
            mailbox: self.board.address.clone(),
            pledge: item.pledge.clone().unwrap_or_default(),
            time: pledge.time,
            letter: pledge.letter,
            received: calendar.local(item.received_at),
            due,
            late: 0,
            handler: acting.or(owner).map(|member| member.name.clone()),
            absent: absent.map(|member| member.name.clone()),
            matters: self.matters(line),
            noticed: noticed.map(|at| calendar.local(at)),
            planned: self.planned(item).filter(|_| self.gate == Gate::Open),
            in_shadow: self
                .planned(item)
                .filter(|_| self.gate == Gate::Shadow)
                .map(|planned| planned.at)
                .or_else(|| item.notice_withheld_at().map(|at| calendar.local(at))),
            wants_reason: item.wants_reason(pledge, today),
            covered_by: item.covered_by.map(|by| by.to_string()),
            covers: line.covers.iter().map(ToString::to_string).collect(),
            suggested: Due::reckon(today, pledge.promise, calendar).date,
            first: pledge.tell_at_once,
            deputy: self.deputy_of(acting, today),
            told_at: told_at(item).map(|at| calendar.local(at)),
            post: None,
            to_post: item
                .done
                .get(&Effect::Letter)
                .filter(|_| item.posted.is_none())
                .map(|letter| calendar.local_date(letter.queued_at)),
            promise: item.promise,
            told,
            given: item
                .by_hand
                .last()
                .map(|promise| promise.date)
                .filter(|date| Some(*date) != told),
            by_hand: Self::counts_by_hand(item, due, today),
            folder: item.folder.clone(),
            advice: pledge.advice.clone(),
            shown: self.shown(item, &line.row, home, reader),
        };
        shown.late = working_days_between(calendar, shown.deadline(), today);
        shown
    }

    /// The notice that leaves by itself later today or on another day, if it is left alone.
    fn planned(&self, item: &Item) -> Option<Planned> {
        let notice = self.board.notice(item, self.now)?;
        if notice.effect != Effect::Notice || notice.at <= self.now || item.state != State::Open {
            return None;
        }
        let calendar = &self.board.calendar;
        let name = self
            .board
            .staff
            .get(&notice.names)
            .map_or_else(|| notice.names.clone(), |member| member.signed().to_owned());
        let on_the_day = self
            .board
            .notice(item, notice.at)
            .map_or(notice.promise, |notice| notice.promise);
        Some(Planned {
            at: calendar.local(notice.at),
            name,
            promise: on_the_day,
        })
    }

    /// Who could take over from the person who has it.
    fn deputy_of(&self, acting: Option<&Member>, today: NaiveDate) -> Option<String> {
        let acting = acting?;
        let serves = |member: &&Member| {
            member.id != acting.id && member.is_there(today) && self.board.serves(&member.id)
        };
        self.board
            .staff
            .deputies(&acting.id)
            .find(serves)
            .map(|member| member.name.clone())
    }

    /// Whether a promise by hand is the date that staff work towards. It keeps nothing, so while an
    /// answer or a notice can still keep the pledge, the pledge's own date is what they must know.
    fn counts_by_hand(item: &Item, due: NaiveDate, today: NaiveDate) -> bool {
        !item.by_hand.is_empty()
            && item
                .promise
                .is_some_and(|promise| promise < due || today > due)
    }

    fn matters(&self, line: &StaffLine) -> Vec<Matter> {
        let item = &line.item;
        let mut matters: Vec<Matter> = line
            .effects
            .iter()
            .map(|effect| self.matter(item, *effect))
            .collect();
        let asks = line
            .effects
            .iter()
            .any(|effect| effect.row().matter == Asks::Reminder);
        if asks && item.covered_by.is_none() {
            matters.extend(
                held(item)
                    .or_else(|| self.paused())
                    .map(|why| Matter::Held { why }),
            );
        }
        for flag in &item.flags {
            match flag {
                Flag::Gone => matters.push(Matter::Gone),
                Flag::AnsweredBeside if asks => matters.push(Matter::AnsweredBeside),
                Flag::ForgedAnswer if item.state.is_live() => matters.push(Matter::ForgedAnswer),
                Flag::MaybeBounced if item.state.is_live() => matters.push(Matter::MaybeBounced),
                Flag::StampInFuture | Flag::StampTooOld => {
                    matters.push(Matter::Undated { stamp: None });
                }
                _ => {}
            }
        }
        if item.class == crate::domain::classify::Class::Unreadable {
            matters.push(Matter::Unreadable);
        }
        matters
    }

    fn matter(&self, item: &Item, effect: Effect) -> Matter {
        match effect.row().matter {
            Asks::Reminder => Matter::Reminder,
            Asks::Post => Matter::Post,
            Asks::Confirm => Matter::Confirm {
                sent: item.mail_seen_at().map(|at| self.board.calendar.local(at)),
            },
            Asks::Escalation(step) => Matter::Escalation {
                step,
                why: self.why_escalated(item, step),
            },
            Asks::Climbed(step) => Matter::Climbed {
                step,
                to: self.climbed_to(item, step),
            },
            Asks::NoticeLost if item.lost_by_citizen() == Some(Failure::Unknown) => {
                Matter::Uncertain
            }
            Asks::NoticeLost => Matter::Bounced,
            Asks::NoticeHeld if item.flags.contains(&Flag::NoticeHeldByPause) => Matter::Held {
                why: HeldWhy::Paused,
            },
            Asks::NoticeHeld if item.flags.contains(&Flag::NoticeHeldByCap) => Matter::Held {
                why: HeldWhy::AddressCap,
            },
            Asks::NoticeHeld => Matter::Held {
                why: HeldWhy::HourCap,
            },
            Asks::AnswerBounced => Matter::AnswerBounced,
            Asks::AnswerInJunk => Matter::AnswerInJunk,
            Asks::Deputy => Matter::Deputy,
            Asks::HandedOver => Matter::HandedOver,
            Asks::Urged => Matter::Urged {
                by: self.urged_by(item),
            },
            Asks::Arrived => Matter::Arrived,
            Asks::NoQuestion => Matter::NoQuestion {
                why: item.no_question,
                ends: item.was_shown(),
            },
            Asks::NoteMissing => Matter::NoteMissing,
        }
    }

    /// The name of the reader of that step.
    fn climbed_to(&self, item: &Item, step: u16) -> String {
        let told = item
            .done
            .get(&Effect::Escalation(step))
            .and_then(|done| done.to.first());
        let reader = told.map_or(Reader::Operator, |to| Reader::parse(to));
        self.reader_name(&reader)
    }

    /// The name of the person who asks for the answer; `None`: it was asked for on the server.
    fn urged_by(&self, item: &Item) -> Option<String> {
        let by = &item.urged.last()?.by;
        Some(self.board.staff.get(by)?.name.clone())
    }

    fn why_escalated(&self, item: &Item, step: u16) -> EscalationWhy {
        let today = self.board.calendar.local_date(self.now);
        let hands = self.board.hands(item, self.now);
        let below = item.done.get(&Effect::Escalation(step.saturating_sub(1)));
        match item.handler.as_deref() {
            None => EscalationWhy::NoHandler,
            Some(_) if hands.member.is_none() || hands.doubtful => EscalationWhy::HandlerAbsent,
            Some(_) if below.is_some_and(|done| done.failed.is_some()) => {
                EscalationWhy::NotDelivered
            }
            Some(_)
                if item
                    .running_promise()
                    .is_some_and(|promise| promise < today) =>
            {
                EscalationWhy::PromiseBroken
            }
            Some(_) => EscalationWhy::Unanswered,
        }
    }

    fn paused(&self) -> Option<HeldWhy> {
        matches!(self.gate, Gate::Paused(_)).then_some(HeldWhy::Paused)
    }

    fn author(&self) -> Author {
        let organisation = &self.board.organisation;
        Author::new(
            organisation.unit.as_ref().unwrap_or(&organisation.name),
            &self.board.address,
        )
    }

    /// A mail that begins a conversation, without files.
    fn draft(&self, kind: Kind, refs: Vec<String>, to: Address, text: Text) -> Draft {
        let at = self.board.calendar.local(self.now);
        Draft {
            kind,
            refs,
            to: vec![to],
            words: text.into(),
            thread: Thread::default(),
            files: Vec::new(),
            at,
        }
    }

    /// As it goes into the outbox.
    pub fn for_outbox(&self, written: Written, reader: Reader, address: &str) -> NewMail {
        NewMail {
            mailbox: self.board.name.clone(),
            kind: written.kind,
            message_id: written.message_id,
            reader,
            address: address.to_owned(),
            names: None,
            copy: None,
            mail: written.bytes,
            save: self.board.save_sent,
            created_at: self.now,
        }
    }
}

/// When the person who has it last had mail about it.
fn told_at(item: &Item) -> Option<DateTime<Utc>> {
    item.told()
        .filter(|(_, done)| done.failed.is_none())
        .map(|(_, done)| done.queued_at)
        .max()
}

fn to(name: Option<String>, address: &str) -> Address {
    Address {
        name,
        addr: address.to_owned(),
    }
}

/// Working days after `from` up to `to`; 0 when `to` is not later. Counts at most [`MAX_COUNTED`]
/// days.
fn working_days_between(
    calendar: &crate::domain::calendar::Calendar,
    from: NaiveDate,
    to: NaiveDate,
) -> u32 {
    let days = from
        .iter_days()
        .skip(1)
        .take(MAX_COUNTED)
        .take_while(|day| *day <= to);
    u32::try_from(days.filter(|day| calendar.is_working_day(*day)).count()).unwrap_or(u32::MAX)
}

/// Ten years: beyond that, how late something is says nothing more.
const MAX_COUNTED: usize = 3_660;
