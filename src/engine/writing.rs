//! From decisions to mails: gathers the facts that a text needs and has it written and composed.

mod away;
pub mod letters;
mod line;

use super::told::Told as CommandsTold;
use crate::domain::board::Board;
use crate::domain::effect::Kind;
use crate::domain::event::{Effect, Fact};
use crate::domain::gate::Gate;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::MessageRow;
use crate::domain::keyed::Seal;
use crate::domain::message::{Address, Message};
use crate::domain::organisation::Letterhead;
use crate::domain::pledge::NoticeText;
use crate::domain::reader::Reader;
use crate::domain::staff::Member;
use crate::domain::tongue::Tongue;
use crate::domain::trust::Trust;
use crate::mail::author::{Author, Draft, Thread, Written};
use crate::mail::compose::{ComposeError, File};
use crate::mail::texts::confirmation::{ConfirmationFacts, MAX_LISTED};
use crate::mail::texts::facts::{
    AlsoNoticed, Contact, ExcludedItem, NoticeFacts, PauseFacts, Sender, StaffItem, StaffMailFacts,
    Unwatched,
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

impl Problem {
    fn of_facts(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_the_address: false,
        }
    }
}

impl StaffLine {
    /// An item without others that its notice speaks for.
    pub fn alone(item: Item, row: MessageRow, effects: Vec<Effect>) -> Self {
        Self {
            item,
            row,
            effects,
            covers: Vec::new(),
        }
    }
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
    pub fn queued(&self, board: &Board) -> Fact {
        let to = vec![Reader::Citizen.to_string()];
        let named = self.names.as_deref().and_then(|id| board.staff.get(id));
        Fact::Queued {
            effect: self.effect,
            to,
            promise: self.promise,
            names: self.names.clone(),
            as_function: named.is_some_and(|member| member.signs_as.is_some()),
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
            return Err(Problem::of_facts("a mail to a citizen about nothing"));
        };
        let facts = self.facts_of(first, rest)?;
        let kind = facts.kind;
        let named = if kind == Kind::Notice {
            &others[..others.len() - rest.min(others.len())]
        } else {
            &[]
        };
        let letterhead = self.letterhead_of(&facts);
        let facts = self.in_its_language(facts, named, first.names.as_deref())?;
        let text = self.texts.notice(&facts)?;
        let draft = Draft {
            thread: thread(&first.row, told),
            ..self.draft(kind, references(told), to(None, address), text)
        };
        let author = Author::new(letterhead.author(), &self.board.address).promising(dates(told));
        Ok(author.write(draft, seal)?)
    }

    /// What a mail to a citizen says of its own item.
    fn facts_of(&self, first: &Told, rest: usize) -> Result<NoticeFacts, Problem> {
        let Told {
            item,
            row,
            effect,
            names,
            promise,
        } = first;
        let Some(kind) = effect.to_citizen() else {
            return Err(Problem::of_facts(format!("{effect} is not for a citizen")));
        };
        Ok(NoticeFacts {
            rest,
            before: item.date_told().filter(|_| kind != Kind::Notice),
            kind,
            ..self.notice_facts(item, row, names.as_deref().unwrap_or_default(), *promise)?
        })
    }

    /// The language that a mail to a citizen is written in: all in it speaks that one.
    fn tongue_of(&self, facts: &NoticeFacts) -> Tongue {
        let tongue = self.texts.tongue_of(facts.template(), facts.tongue);
        tongue.unwrap_or(self.board.tongue)
    }

    fn letterhead_of(&self, facts: &NoticeFacts) -> &Letterhead {
        let tongue = self.tongue_of(facts);
        self.board.organisation.letterhead_in(tongue)
    }

    /// The same with all of it in the language that the mail is written in.
    fn in_its_language(
        &self,
        facts: NoticeFacts,
        named: &[Told],
        handler: Option<&str>,
    ) -> Result<NoticeFacts, Problem> {
        let tongue = self.tongue_of(&facts);
        let others = named.iter().map(|told| self.also_noticed(told, tongue));
        let contact = self.contact(handler, tongue);
        Ok(NoticeFacts {
            sender: self.letterhead_of(&facts).into(),
            handler: contact.unwrap_or_else(|| facts.handler.clone()),
            others: others.collect::<Result<_, _>>()?,
            ..facts
        })
    }

    /// A member of staff as a citizen of that language reads of them.
    fn contact(&self, id: Option<&str>, tongue: Tongue) -> Option<Contact> {
        let member = self.board.staff.get(id?)?;
        Some(Contact::in_tongue(member, tongue))
    }

    fn also_noticed(&self, told: &Told, tongue: Tongue) -> Result<AlsoNoticed, Problem> {
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
            handler: self
                .contact(told.names.as_deref(), tongue)
                .unwrap_or(handler),
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
            .deputies(self.board.handler.as_deref()?)
            .find(|member| member.is_there(today))?;
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
            return Err(Problem::of_facts(format!("{} has no one to name", item.id)));
        };
        let (calendar, pledge) = (&self.board.calendar, self.board.pledge_of(item));
        Ok(NoticeFacts {
            sender: self.sender(),
            reference: item.id.to_string(),
            subject: self.quoted(item, row),
            received: calendar.local(item.received_at),
            handler: Contact::from(member),
            promise,
            late: self.now >= due.closes,
            before: None,
            kind: Kind::Notice,
            time: pledge.time,
            given: item.last_promise_by_hand() == Some(promise),
            reason: item
                .reason_for(promise)
                .map(crate::mail::texts::foreign::one_line),
            others: Vec::new(),
            rest: 0,
            text: pledge.text,
            tongue: item.language,
        })
    }

    fn quoted(&self, item: &Item, row: &MessageRow) -> String {
        if self.quotes(item) {
            quote::subject(&row.subject)
        } else {
            String::new()
        }
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
        let done = changed(&told);
        let items: Vec<String> = about.iter().map(ToString::to_string).collect();
        let CommandsTold {
            changes,
            refusals,
            presences,
            histories,
            list,
        } = told;
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
        let to = to(Some(member.name.clone()), &member.email);
        let draft = Draft {
            thread: Thread::of(reply),
            ..self.draft(Kind::Confirmation, refs, to, text)
        };
        Ok(self.author().write(draft, seal)?)
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
            .flat_map(|handler| self.board.deputies(handler));
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

    /// As staff and letters have it: in the service's language.
    pub fn sender(&self) -> Sender {
        self.letterhead().into()
    }

    fn letterhead(&self) -> &Letterhead {
        self.board.organisation.letterhead_in(self.board.tongue)
    }

    fn author(&self) -> Author {
        Author::new(self.letterhead().author(), &self.board.address)
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

    /// A mail to a reader of the municipality, as it lies in the outbox.
    pub fn for_staff(&self, written: Written, reader: Reader) -> NewMail {
        let address = self.address_of(&reader).to_owned();
        self.for_outbox(written, reader, &address)
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

fn references(told: &[Told]) -> Vec<String> {
    told.iter().map(|told| told.item.id.to_string()).collect()
}

/// What it promises for each of them.
fn dates(told: &[Told]) -> Vec<NaiveDate> {
    let dates: Option<_> = told.iter().map(|told| told.promise).collect();
    dates.unwrap_or_default()
}

/// A notice for several answers all their mails.
fn thread(row: &MessageRow, told: &[Told]) -> Thread {
    let mut thread = Thread::after(row.message_id.as_ref(), &row.more.references);
    for id in told.iter().filter_map(|told| told.row.message_id.as_ref()) {
        if !thread.answers.contains(id) {
            thread.answers.push(id.clone());
        }
    }
    thread
}

fn to(name: Option<String>, address: &str) -> Address {
    Address {
        name,
        addr: address.to_owned(),
    }
}

/// The items that were changed, each once.
fn changed(told: &CommandsTold) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    for change in &told.changes {
        if !done.contains(&change.reference) {
            done.push(change.reference.clone());
        }
    }
    done
}
