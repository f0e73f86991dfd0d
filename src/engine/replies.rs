//! Replies of staff to our mails: whose they are, which mail or items they are about, and whether
//! they may be acted on ([`crate::domain::obeying`]). Also those that do not say it plainly: sent
//! as the shared mailbox, through a relay that gave our mail another Message-ID, or to a mail that
//! a restored register lacks.

use super::batch::Intake;
use crate::domain::board::Board;
use crate::domain::classify::OwnMark;
use crate::domain::event::Flag;
use crate::domain::folders::{Role, Watched};
use crate::domain::identify::{identity, is_strong, mid_key};
use crate::domain::item::{Item, ItemId};
use crate::domain::keyed;
use crate::domain::message::Message;
use crate::domain::obeying::{Act, Names, Vouched, act};
use crate::domain::staff::Member;
use crate::domain::subject::{Prefix, prefix, references};
use crate::domain::trust::Belief;
use crate::store::confirmations::Answer;
use crate::store::outbox::OutboxRow;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Datelike, Utc};

/// Ids of a reply that are looked up.
const LOOKED_UP: usize = 10;

/// A reply of a member of staff, or of one who claims to be.
#[derive(Debug)]
pub(super) struct StaffReply<'a> {
    pub member: &'a Member,
    /// The mail of ours that it answers; `None`: none that the register knows.
    pub mail: Option<OutboxRow>,
    pub about: Vec<ItemId>,
    pub act: Act,
}

impl StaffReply<'_> {
    /// When it was written, by its server's time: no reply is older than the mail that it answers.
    pub(super) fn written_at(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let asked_at = self.mail.as_ref().map(|mail| mail.created_at);
        asked_at.map_or(at, |asked_at| asked_at.max(at))
    }
}

impl Intake<'_> {
    /// A reply to several watched mailboxes is carried out in the first that reads it. One in Junk
    /// was not.
    pub(super) fn is_read_elsewhere(&self, message: &Message) -> Result<bool, StoreError> {
        let boards = self.municipality.boards.iter();
        for other in boards.filter(|other| other.name != self.board.name) {
            let known = self
                .db
                .known_message(&identity(&other.name, message, None))?;
            let Some(id) = known else { continue };
            let item = self.db.item(id)?;
            if item.is_none_or(|item| !item.flags.contains(&Flag::InJunk)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The border of the mailbox that a mail left has a say too, where this one has none.
    pub(super) fn needs_a_voucher(&self, reply: &StaffReply<'_>) -> bool {
        let home = reply.mail.as_ref().map(|mail| &mail.mailbox);
        let home = home.and_then(|home| self.municipality.board(home));
        home.is_some_and(|home| home.authority().is_set()) && !self.board.authority().is_set()
    }
}

/// The mail of ours to staff that a message answers, the newest of them, whichever mailbox it
/// left.
fn answered_mail(db: &Db<'_>, message: &Message) -> Result<Option<OutboxRow>, StoreError> {
    for id in message
        .in_reply_to
        .iter()
        .chain(message.references.iter().rev())
        .take(LOOKED_UP)
    {
        let mail = db.own_mail(id)?.filter(|mail| !mail.is_for_citizen());
        if mail.is_some() {
            return Ok(mail);
        }
    }
    Ok(None)
}

/// Whether a message answers a mail of ours to staff, from any sender.
pub(super) fn answers_staff_mail(db: &Db<'_>, message: &Message) -> Result<bool, StoreError> {
    Ok(answered_mail(db, message)?.is_some())
}

impl Board {
    /// The reply of staff that a message is.
    pub(super) fn staff_reply(
        &self,
        db: &Db<'_>,
        folder: &Watched,
        message: &Message,
        now: DateTime<Utc>,
    ) -> Result<Option<StaffReply<'_>>, StoreError> {
        if folder.role == Role::Sent {
            return Ok(None);
        }
        let Some(mail) = answered_mail(db, message)? else {
            return match self.writer_to_us(message) {
                Some(member) => self.loose_reply(db, folder, message, member, now),
                None => Ok(None),
            };
        };
        let writer = self.writer(message, |address| self.reader_at(&mail, address));
        let (member, names) = match writer {
            Some(member) => (member, self.names(db, &mail, member)?),
            None => match self.reader_as_mailbox(&mail, message) {
                Some(reader) => (reader, Names::AsMailbox),
                None => return Ok(None),
            },
        };
        let (about, act) = (
            db.items_of_mail(mail.id)?,
            act(names, self.vouched(db, folder, message)?),
        );
        Ok(Some(StaffReply {
            member,
            mail: Some(mail),
            about,
            act,
        }))
    }

    /// The member of staff who wrote a mail: From, or Sender where it was sent as the mailbox
    /// itself. Of several, which no program writes, the first.
    fn writer<'a>(
        &'a self,
        message: &Message,
        staff_at: impl Fn(&str) -> Option<&'a Member>,
    ) -> Option<&'a Member> {
        let named = message.from.iter().find_map(|from| staff_at(&from.addr));
        let as_mailbox = || {
            let sender = message
                .sender
                .as_ref()
                .filter(|_| message.from.iter().any(|from| self.is_own(&from.addr)));
            sender.and_then(|sender| staff_at(&sender.addr))
        };
        named.or_else(as_mailbox).filter(|member| !member.left)
    }

    /// The member of staff who writes from an address. The reader of another mailbox's mail need
    /// not serve this one.
    fn reader_at(&self, mail: &OutboxRow, address: &str) -> Option<&Member> {
        let reader = || {
            let anybody = self.staff.by_address(address);
            anybody.filter(|one| mail.reader.staff() == Some(&one.id))
        };
        self.staff_at(address).or_else(reader)
    }

    /// As the mailbox, without a Sender: our mail says to whom it went.
    fn reader_as_mailbox(&self, mail: &OutboxRow, message: &Message) -> Option<&Member> {
        let as_mailbox = message.from.iter().any(|from| self.is_own(&from.addr));
        let reader = mail.reader.staff().and_then(|id| self.staff.get(id));
        reader.filter(|reader| as_mailbox && !reader.left)
    }

    fn names(&self, db: &Db<'_>, mail: &OutboxRow, member: &Member) -> Result<Names, StoreError> {
        // A letter is the registrar's too, who has its copy.
        let copy = mail
            .copy
            .as_deref()
            .and_then(|copy| self.staff.by_address(copy));
        let reader = mail.reader.staff();
        let was_sent_it =
            reader == Some(&member.id) || copy.is_some_and(|reader| reader.id == member.id);
        Ok(if was_sent_it && db.says(mail.id, Answer::Asked)? {
            Names::Question
        } else if was_sent_it
            || reader.is_some_and(|reader| self.staff.is_above(&member.id, reader))
        {
            Names::Theirs
        } else {
            Names::Anothers
        })
    }

    fn vouched(
        &self,
        db: &Db<'_>,
        folder: &Watched,
        message: &Message,
    ) -> Result<Vouched, StoreError> {
        if folder.role == Role::Junk {
            return Ok(Vouched::Against);
        }
        if is_strong(message, false)
            && db
                .known_sent(&self.name, &identity(&self.name, message, None))?
                .is_some()
        {
            return Ok(Vouched::For);
        }
        Ok(match self.belief(message) {
            None => Vouched::Against,
            Some(Belief::Verified) => Vouched::For,
            Some(Belief::Unverified) => Vouched::Unasked,
            Some(Belief::OnlyById) => Vouched::NotFor,
        })
    }

    /// The member of staff who wrote a mail to us alone: one to others too is theirs to answer.
    fn writer_to_us(&self, message: &Message) -> Option<&Member> {
        let is_to_us = message.recipients().next().is_some()
            && message.recipients().all(|to| self.is_own(&to.addr));
        let writer = self.writer(message, |address| self.staff_at(address));
        writer.filter(|_| is_to_us)
    }

    /// A mail of staff to us that has our reference or our mark, or answers an id that looks like
    /// one of ours.
    fn loose_reply<'a>(
        &'a self,
        db: &Db<'_>,
        folder: &Watched,
        message: &Message,
        member: &'a Member,
        now: DateTime<Utc>,
    ) -> Result<Option<StaffReply<'a>>, StoreError> {
        let mark = OwnMark::of(message);
        let named = named_in(message, mark.as_ref(), now);
        if named.is_empty() && mark.is_none() && !self.answers_one_of_ours(message)
            || prefix(&message.subject) == Some(Prefix::Forward)
            || self.answers_a_known_message(db, message)?
        {
            return Ok(None);
        }
        let items = self.items_here(db, named)?;
        let names_by =
            if items.is_empty() || items.iter().any(|item| self.has_it(item, member, now)) {
                Names::Loosely
            } else {
                Names::Anothers
            };

        let act = match (names_by, self.vouched(db, folder, message)?) {
            (Names::Anothers, Vouched::Unasked) => Act::Ask,
            (names_by, vouched) => act(names_by, vouched),
        };
        Ok(Some(StaffReply {
            member,
            mail: None,
            about: items.into_iter().map(|item| item.id).collect(),
            act,
        }))
    }

    /// Those of these that are items of this mailbox, each once.
    fn items_here(&self, db: &Db<'_>, ids: Vec<ItemId>) -> Result<Vec<Item>, StoreError> {
        let mut items: Vec<Item> = Vec::new();
        for id in ids {
            let is_known = items.iter().any(|item| item.id == id);
            let item = db.item(id)?;
            items.extend(item.filter(|item| item.mailbox == self.name && !is_known));
        }
        Ok(items)
    }

    /// What belongs to a known message is a copy of an answer.
    fn answers_a_known_message(&self, db: &Db<'_>, message: &Message) -> Result<bool, StoreError> {
        for id in answered_ids(message) {
            if !db
                .items_with_message_id(&self.name, mid_key(id), id)?
                .is_empty()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// It answers an id that looks like one of ours.
    fn answers_one_of_ours(&self, message: &Message) -> bool {
        answered_ids(message).any(|id| {
            let domain = id.rsplit_once('@').map(|(_, domain)| domain);
            keyed::has_tag(id) && domain.is_some_and(|domain| self.organisation.has_domain(domain))
        })
    }

    /// The member, or one below, has the item.
    fn has_it(&self, item: &Item, member: &Member, now: DateTime<Utc>) -> bool {
        let acting = self
            .hands(item, now)
            .member
            .map(|member| member.id.as_str());
        let has_it = |id: &str| id == member.id || self.staff.is_above(&member.id, id);
        [acting, item.handler.as_deref()]
            .into_iter()
            .flatten()
            .any(has_it)
    }
}

/// Our references in a subject and in our mark.
fn named_in(message: &Message, mark: Option<&OwnMark>, now: DateTime<Utc>) -> Vec<ItemId> {
    let mut named = references(&message.subject, now.year());
    let marked = mark.into_iter().flat_map(|mark| &mark.refs);
    named.extend(marked.filter_map(|reference| ItemId::parse(reference)));
    named
}

fn answered_ids(message: &Message) -> impl Iterator<Item = &String> {
    message
        .in_reply_to
        .iter()
        .chain(&message.references)
        .take(LOOKED_UP)
}
