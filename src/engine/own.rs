//! Our own mails, found in the mailbox: the proof that one was accepted, and after a restored
//! backup the only trace of mails sent since.

use super::arrived::Arrived;
use super::batch::Intake;
use super::became;
use super::nameless::goes_to_citizen;
use super::{Engine, SYSTEM};
use crate::domain::board::Board;
use crate::domain::citizen::same_address;
use crate::domain::classify::{OwnMark, dmarc_failed};
use crate::domain::effect::Kind;
use crate::domain::event::{Effect, Fact};
use crate::domain::folders::Role;
use crate::domain::item::{Item, ItemId};
use crate::domain::item_id::ITEMS_PER_YEAR;
use crate::domain::kept::{MessageRow, nameless_clue, notice_clue};
use crate::domain::keyed::Proven;
use crate::domain::message::Message;
use crate::domain::reason::Withdrawal;
use crate::domain::sent::{SentMail, ToldCitizen};
use crate::domain::subject::references;
use crate::domain::trust::Belief;
use crate::domain::whose::Whose;
use crate::store::outbox::OutboxRow;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// Numbers above this are not in a subject of ours: a slip of the pen must not use up a year's
/// references.
const MOST_PLAUSIBLE: i64 = 100_000;

/// A mail of ours that a message is.
pub(super) enum Own {
    Known(Box<OutboxRow>),
    /// The register lacks it; its tag proves it.
    Forgotten(Proven),
}

impl Own {
    fn is_for_citizen(&self) -> bool {
        match self {
            Self::Known(row) => row.is_for_citizen(),
            Self::Forgotten(proven) => proven.kind.is_to_citizen(),
        }
    }

    fn forgotten_by_register(&self) -> Option<&Proven> {
        match self {
            Self::Forgotten(proven) if proven.kind.is_to_citizen() => Some(proven),
            _ => None,
        }
    }
}

/// The record of a mail to a citizen that the register had forgotten, for questions that are read
/// after it.
#[derive(Debug, Default)]
pub(super) struct Traces {
    /// By which they find it.
    pub clues: Vec<String>,
    pub told: Option<ToldCitizen>,
}

/// All traces that a mail can have: erasing takes them away.
pub(super) fn traces_of_sent(mail: &SentMail) -> impl Iterator<Item = String> {
    let answered = mail.in_reply_to.iter().map(|id| notice_clue(id));
    let told = mail.recipients.iter().map(|to| nameless_clue(to));
    answered.chain(told)
}

/// When a mail of ours left: it says so itself, and all copies of it say the same.
pub(super) fn left_at(message: &Message, seen: DateTime<Utc>) -> DateTime<Utc> {
    message.date.unwrap_or(seen)
}

impl Engine {
    /// The numbers that people have read in these mails of a Sent folder, and the notices among
    /// them that the register has forgotten. After a restored backup they are read before any
    /// message gets a number: one number never means two messages, and a reply to a forgotten
    /// notice is joined to its question.
    pub fn numbers_told(
        &mut self,
        mailbox: &str,
        mails: &[Message],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let board = self.board(mailbox)?;
        let key = self.db().tag_key()?;
        let (mut told, mut proven) = (Vec::new(), Vec::new());
        for mail in mails {
            told.extend(board.told_by(mail, now));
            proven.extend(key.proves(mail).map(|proven| (proven, mail)));
        }
        told.extend(proven.iter().flat_map(|(proven, _)| &proven.refs).copied());
        if told.is_empty() {
            return Ok(());
        }
        self.store().write(|db| {
            db.number_above(&told)?;
            proven
                .iter()
                .try_for_each(|(proven, mail)| board.remember(db, proven, mail))
        })
    }
}

impl Board {
    /// A mail to a citizen in Sent that the register does not know: people reply to it, and mean
    /// what it answers.
    fn remember(&self, db: &Db<'_>, proven: &Proven, mail: &Message) -> Result<(), StoreError> {
        let from_us = self.whose_mail(mail) == Some(Whose::Own);
        if !from_us || !proven.kind.is_to_citizen() || db.own_mail(&proven.id)?.is_some() {
            return Ok(());
        }
        // A server that gave it another id has told the citizen that one.
        [Some(&proven.id), mail.message_id.as_ref()]
            .into_iter()
            .flatten()
            .try_for_each(|id| db.remember_notice(id, &mail.in_reply_to))
    }

    /// References in the subject of a mail in Sent that is from us.
    fn told_by(&self, mail: &Message, now: DateTime<Utc>) -> Vec<ItemId> {
        let named = if self.is_from_inside(mail) {
            references(&mail.subject, now.year())
        } else {
            Vec::new()
        };
        named
            .into_iter()
            .filter(|id| id.0 % ITEMS_PER_YEAR <= MOST_PLAUSIBLE)
            .collect()
    }
}

impl Intake<'_> {
    /// The mail of ours that a message is: known to the register by its id, or by what it says of
    /// its first one, where receiver and references fit; or proven by its tag. Our address in From
    /// is not enough, nor our mark.
    pub(super) fn own(&self, message: &Message) -> Result<Option<Own>, StoreError> {
        let from_us = self.board.whose_mail(message) == Some(Whose::Own);
        if !from_us || self.folder.role != Role::Sent && dmarc_failed(message) {
            return Ok(None);
        }
        let mark = OwnMark::of(message);
        let proven = self.db.tag_key()?.proves(message);
        for (place, id) in message.own_ids().enumerate() {
            // A mail that answers ours names it too; the mail itself has the mark.
            if place > 0 && mark.is_none() {
                break;
            }
            // One that came back speaks no more for what was let go once more; it is still that mail.
            let is_proven = proven.as_ref().is_some_and(|proven| proven.id == *id);
            if let Some(row) = self.db.own_mail(id)?
                && (is_proven || self.fits(&row, mark.as_ref(), message)?)
            {
                // This register took it back, and yet it left: another life of it sent it.
                if proven.is_some() && self.db.is_withdrawn(row.id)? {
                    break;
                }
                return Ok(Some(Own::Known(Box::new(row))));
            }
        }
        Ok(proven.map(Own::Forgotten))
    }

    /// Whether a message can be that mail of ours: it goes to the same reader, and names nothing
    /// else.
    fn fits(
        &self,
        row: &OutboxRow,
        mark: Option<&OwnMark>,
        message: &Message,
    ) -> Result<bool, StoreError> {
        let to_reader = message
            .to
            .iter()
            .any(|to| same_address(&to.addr, &row.address));
        if !to_reader || mark.is_some_and(|mark| mark.kind != row.kind.as_str()) {
            return Ok(false);
        }
        let named = match mark {
            Some(mark) => mark
                .refs
                .iter()
                .filter_map(|reference| ItemId::parse(reference))
                .collect(),
            None => references(&message.subject, self.now.year()),
        };
        // A mail that was taken back speaks for nothing any more.
        let about = self.db.items_of_mail(row.id)?;
        Ok(about.is_empty() || named.iter().all(|id| about.contains(id)))
    }

    /// The mail of ours to a citizen that a message is, if this mailbox sent it.
    pub(super) fn own_to_citizen(&self, message: &Message) -> Result<Option<Own>, StoreError> {
        let here = |own: &Own| match own {
            Own::Known(row) => row.mailbox == self.board.name,
            Own::Forgotten(_) => true,
        };
        let own = self.own(message)?;
        Ok(own.filter(|own| own.is_for_citizen() && here(own)))
    }

    /// A message in the inbox, or in a folder to which a rule or a person moved it, that is the own
    /// copy of a notice or another mail that we sent to a citizen. It is evidence that the mail was
    /// accepted, and no item. Whether it was new; `None`: it is none.
    pub(super) fn own_copy(&self, arrived: &Arrived) -> Result<Option<bool>, StoreError> {
        let message = &arrived.message;
        let Some(own) = self.own_to_citizen(message)? else {
            return Ok(None);
        };
        self.is_seen(&own, arrived)?;
        let at = arrived.internal_date.unwrap_or(self.now);
        let Traces { clues, told } = self.traces(&own, message, at)?;
        let identity = self.identity_of_sent(arrived);
        let is_new = self.db.known_sent(&self.board.name, &identity)?.is_none();
        if is_new {
            let mail = SentMail::of(message, at, &self.folder.name, true).telling(told);
            self.db
                .insert_sent(&self.board.name, &identity, &mail, None, &clues)?;
        }
        Ok(Some(is_new))
    }

    /// A message that is classified as our own was found in Sent or in the inbox. What questions
    /// that are read later find of it.
    pub(super) fn own_mail_seen(&self, arrived: &Arrived) -> Result<Traces, StoreError> {
        let Some(own) = self.own(&arrived.message)? else {
            return Ok(Traces::default());
        };
        self.is_seen(&own, arrived)?;
        let at = arrived.internal_date.unwrap_or(self.now);
        self.traces(&own, &arrived.message, at)
    }

    /// What a mail has told its citizen that the register did not know.
    fn traces(
        &self,
        own: &Own,
        message: &Message,
        at: DateTime<Utc>,
    ) -> Result<Traces, StoreError> {
        let Some(proven) = own.forgotten_by_register() else {
            return Ok(Traces::default());
        };
        let mut clues = self.clues_of_nameless(proven, message)?;
        clues.extend(message.in_reply_to.iter().map(|id| notice_clue(id)));
        let told = Some(ToldCitizen {
            kind: proven.kind,
            at: left_at(message, at),
            // Of several dates it is not known which a question of another life of the register has.
            date: proven.date_for(ItemId(0)),
        });
        Ok(Traces { clues, told })
    }

    /// A question is new, and a notice of an earlier life of the register, or a date that was moved
    /// in it, may have been read before it: its folder can come after the one that the copy lies
    /// in, and later. The notice of its twin spoke for both.
    pub(super) fn noticed_before(
        &self,
        item: &mut Item,
        row: &MessageRow,
    ) -> Result<(), StoreError> {
        for twin in item.twins.clone() {
            if let Some(at) = self.db.item(twin)?.and_then(|twin| twin.noticed_at()) {
                self.has_had_notice(item, at, None)?;
            }
        }
        let mails = match &row.message_id {
            Some(id) => self.db.sent_by_clue(&self.board.name, &notice_clue(id))?,
            None => self.notices_of_nameless(item, row)?,
        };
        for mail in mails {
            match mail.told {
                Some(ToldCitizen {
                    kind: Kind::NewDate,
                    at,
                    date: Some(date),
                }) => self.note_new_date(item, date, at)?,
                Some(ToldCitizen {
                    kind: Kind::Notice | Kind::NewDate,
                    date,
                    ..
                }) => self.note_notice(item, mail.at, date)?,
                Some(_) => {}
                // It was read before this was kept.
                None => self.note_notice(item, mail.at, None)?,
            }
        }
        Ok(())
    }

    /// A mail of ours was seen. One in doubt was accepted, and the id that a server gave it is
    /// learned. A notice that the register lacks was sent by an earlier life of it (a restored
    /// backup): the citizen has had it, so it is noted and never sent again.
    fn is_seen(&self, own: &Own, arrived: &Arrived) -> Result<(), StoreError> {
        let message = &arrived.message;
        let at = arrived.internal_date.or(message.date).unwrap_or(self.now);
        match own {
            Own::Known(row) => {
                if let Some(id) = message
                    .message_id
                    .as_ref()
                    .filter(|id| **id != row.message_id)
                    && self.is_proven_copy(message)
                {
                    self.db.learn(id, row.id)?;
                }
                became::seen(self.db, row, at)
            }
            Own::Forgotten(proven) => {
                self.db.number_above(&proven.refs)?;
                if proven.kind.is_to_citizen() {
                    self.was_told(proven, message, at)
                } else {
                    Ok(())
                }
            }
        }
    }

    /// Whether a copy can teach us another id: it lies in Sent, or nothing speaks against its
    /// sender.
    fn is_proven_copy(&self, message: &Message) -> bool {
        let is_believed = |belief| matches!(belief, Belief::Verified | Belief::Unverified);
        self.folder.role == Role::Sent || self.board.belief(message).is_some_and(is_believed)
    }

    /// A citizen has had a mail that the register does not know.
    fn was_told(
        &self,
        proven: &Proven,
        mail: &Message,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        for id in self.spoken_for(&proven.refs, mail)? {
            let Some(mut item) = self.db.item(id)? else {
                continue;
            };
            match (proven.kind, proven.date_for(id)) {
                (Kind::NewDate, Some(date)) => {
                    self.note_new_date(&mut item, date, left_at(mail, at))?;
                }
                (Kind::Notice, date) => self.note_notice(&mut item, at, date)?,
                // Which date an older one moved, it does not say.
                _ => {}
            }
        }
        for mut item in self.nameless(proven, mail)? {
            let date = proven.date_for(item.id);
            self.note_notice(&mut item, at, date)?;
        }
        Ok(())
    }

    /// The citizen has had the notice of that time, which promised that date; for the twins of the
    /// item it named dates of their own.
    fn note_notice(
        &self,
        item: &mut Item,
        at: DateTime<Utc>,
        promise: Option<NaiveDate>,
    ) -> Result<(), StoreError> {
        self.has_had_notice(item, at, promise)?;
        for twin in item.twins.clone() {
            if let Some(mut twin) = self.db.item(twin)?.filter(|twin| !twin.no_notice) {
                self.has_had_notice(&mut twin, at, None)?;
            }
        }
        Ok(())
    }

    /// One that waits in this register is taken back.
    fn has_had_notice(
        &self,
        item: &mut Item,
        at: DateTime<Utc>,
        promise: Option<NaiveDate>,
    ) -> Result<(), StoreError> {
        // Also of one that is settled by now: it may be opened again.
        if item.may_have_been_told(at) && item.may_lack_notice() {
            self.has_left_before(item, Effect::Notice)?;
            self.was_sent(item, Effect::Notice, at, promise)?;
        }
        Ok(())
    }

    /// The citizen was told at that time of a date that was moved. Where the register does not know
    /// that a person promised it, this mail is the proof; one that waits in this register and says
    /// the same is taken back.
    fn note_new_date(
        &self,
        item: &mut Item,
        date: NaiveDate,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if !item.may_have_been_told(at) || item.is_told_at(date, at) {
            return Ok(());
        }
        let number = item.number_of_told(date);
        let effect = Effect::NewDate(number);
        self.has_left_before(item, effect)?;
        if item.by_hand.len() < usize::from(number) && item.state.is_live() {
            let fact = Fact::Promised {
                date,
                old: item.promise,
                reason: None,
            };
            self.db.happen(item, self.now, SYSTEM, fact)?;
        }
        self.was_sent(item, effect, at, Some(date))
    }

    /// A mail that waits in this register has left in another life of it.
    fn has_left_before(&self, item: &mut Item, effect: Effect) -> Result<(), StoreError> {
        let Some(waiting) = self.db.unfinished_by(item.id, effect)? else {
            return Ok(());
        };
        let effects = self.db.effects_of(waiting.id)?;
        let why = Withdrawal::SentBefore;
        became::withdraw(self.db, &waiting, &effects, why, self.now)?;
        if let Some(freed) = self.db.item(item.id)? {
            *item = freed;
        }
        Ok(())
    }

    fn was_sent(
        &self,
        item: &mut Item,
        effect: Effect,
        at: DateTime<Utc>,
        promise: Option<NaiveDate>,
    ) -> Result<(), StoreError> {
        let fact = Fact::Sent {
            effect,
            at,
            promise,
        };
        self.db.happen(item, self.now, SYSTEM, fact)?;
        self.db.save_awake(item)
    }

    /// References in a subject of ours in Sent were read by people.
    pub(super) fn numbers_in_subject(&self, message: &Message) -> Result<(), StoreError> {
        self.db.number_above(&self.board.told_by(message, self.now))
    }

    /// The items that a notice which the register does not know speaks for: those that it answers,
    /// and, of a sender who uses one id for everything, the one whose reference it has. If it has
    /// none of those with an id, it is of another life of the register, where that reference was
    /// another message's, and all of them are meant.
    fn spoken_for(&self, named: &[ItemId], message: &Message) -> Result<Vec<ItemId>, StoreError> {
        let mut about: Vec<ItemId> = Vec::new();
        for id in &message.in_reply_to {
            let answered = self.items_of_this_mailbox(id)?;
            let agreed: Vec<ItemId> = answered
                .iter()
                .copied()
                .filter(|id| named.contains(id))
                .collect();
            about.extend(if agreed.is_empty() { answered } else { agreed });
        }
        if !about.is_empty() && !about.iter().any(|id| named.contains(id)) {
            return Ok(about);
        }
        for reference in named.iter().copied() {
            // Items that it names without answering them: a message without Message-ID, which
            // cannot be pointed at, and the further questions of a notice for several.
            if !about.contains(&reference)
                && self.can_be_meant(reference, message, !about.is_empty())?
            {
                about.push(reference);
            }
        }
        Ok(about)
    }

    /// Whether a reference in a notice can be that item's: its reader wrote it, and the notice is
    /// of this life of the register or nothing else could decide.
    fn can_be_meant(
        &self,
        reference: ItemId,
        notice: &Message,
        of_this_life: bool,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.db.message(reference)? else {
            return Ok(false);
        };
        Ok(goes_to_citizen(notice, &row)
            && (of_this_life || row.message_id.is_none())
            && self.is_ours(reference)?)
    }
}
