//! Whether the border that is configured speaks at all: its lines, or their absence. A wrong
//! `authserv_id` would hold every notice; it is reported, and then a missing line is not a sign.

use super::Engine;
use super::batch::Intake;
use crate::domain::message::Message;
use crate::domain::trust::Trust;
use crate::domain::whose::Whose;
use crate::store::{Db, StoreError};

/// How many of the newest messages from outside are looked at.
const LOOKED_AT: usize = 20;

const WITH_A_LINE: char = '+';
const WITHOUT: char = '-';

impl Engine {
    /// Whether none of the newest messages from outside has a line of the configured border.
    pub fn border_is_silent(&self, mailbox: &str) -> Result<bool, StoreError> {
        Ok(self.board(mailbox)?.authority().is_set() && is_silent(&self.db(), mailbox)?)
    }
}

impl Intake<'_> {
    /// What the border says of a sender, where it is known to speak. Where it has long said nothing
    /// of any sender, its silence about this one is not a sign.
    pub(super) fn trust_of(&self, message: &Message) -> Result<Option<Trust>, StoreError> {
        let trust = self.board.trust_in(message);
        let silent = trust == Some(Trust::Missing) && is_silent(self.db, &self.board.name)?;
        Ok(if silent { Some(Trust::Open) } else { trust })
    }

    /// Notes of a new message whether the border spoke. What a form or a colleague sends may never
    /// pass it.
    pub(super) fn note_border(&self, message: &Message) -> Result<(), StoreError> {
        // Of what a channel sends its address is outside too.
        let from_outside = self.board.whose_mail(message) == Some(Whose::Outside)
            && self.board.channel_of(message).is_none();
        if !self.board.authority().is_set() || !from_outside {
            return Ok(());
        }
        let key = key(&self.board.name);
        let mut newest = self.db.meta(&key)?.unwrap_or_default();
        newest.push(if self.board.authority().spoke_in(message) {
            WITH_A_LINE
        } else {
            WITHOUT
        });
        let newest = &newest[newest.len().saturating_sub(LOOKED_AT)..];
        self.db.set_meta(&key, newest)
    }
}

fn is_silent(db: &Db<'_>, mailbox: &str) -> Result<bool, StoreError> {
    let newest = db.meta(&key(mailbox))?.unwrap_or_default();
    Ok(newest.len() >= LOOKED_AT && !newest.contains(WITH_A_LINE))
}

fn key(mailbox: &str) -> String {
    format!("border.{mailbox}")
}
