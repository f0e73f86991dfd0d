//! The configuration held against the register, at every start and every reload: what live items
//! still use must be known.
//!
//! A mailbox or a pledge that is not known any more is refused, with the remedy: its items would
//! not be watched, or by another time. A member of staff who is not known any more has handed over
//! to the mailbox's handler, and the operator hears of it: people leave, and a service must not
//! stop for that.

use super::{Engine, SYSTEM};
use crate::domain::event::{AssignedBy, Fact};
use crate::domain::item::Item;
use crate::domain::municipality::Municipality;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why a configuration must not be lived with, a line each with the remedy.
pub fn refusals(db: &Db<'_>, municipality: &Municipality) -> Result<Vec<String>, StoreError> {
    let configured: Vec<&str> = municipality
        .boards
        .iter()
        .map(|board| board.name.as_str())
        .collect();
    let mut lines = Vec::new();
    for (mailbox, items) in db.orphans(&configured)? {
        lines.push(format!(
            "mailbox: {items} live item(s) of the register are of a mailbox {mailbox:?}, which is not configured: if it has \
             got another name, write former_name = {mailbox:?} in its [[mailbox]]; else configure it until they are closed"
        ));
    }
    let mut unknown: BTreeMap<String, u32> = BTreeMap::new();
    for id in db.live_items()? {
        let Some(item) = db.item(id)? else { continue };
        let Some(board) = municipality.board(&item.mailbox) else {
            continue;
        };
        if let Some(pledge) = item
            .pledge
            .as_deref()
            .filter(|name| !board.knows_pledge(name))
        {
            *unknown.entry(pledge.to_owned()).or_default() += 1;
        }
    }
    lines.extend(unknown.into_iter().map(|(pledge, items)| {
        format!(
            "pledge: {items} live item(s) of the register are under a pledge {pledge:?}, which is not configured: if it has \
             got another name, write former_name = {pledge:?} in its [[pledge]]; else configure it until they are closed"
        )
    }));
    Ok(lines)
}

impl Engine {
    /// Gives the live items of staff whom the configuration does not know any more to the mailbox's
    /// handler. A line for each of them, for the operator.
    pub fn hand_on_unknown(&mut self, now: DateTime<Utc>) -> Result<Vec<String>, StoreError> {
        let municipality = Arc::clone(&self.municipality);
        let handed = self.step(now, |db| {
            let mut handed: BTreeMap<String, u32> = BTreeMap::new();
            for id in db.live_items()? {
                let Some(mut item) = db.item(id)? else {
                    continue;
                };
                let Some((handler, to)) = handed_on(&item, &municipality) else {
                    continue;
                };
                let how = AssignedBy::Rule;
                db.happen(&mut item, now, SYSTEM, Fact::Assigned { to, how })?;
                db.save_awake(&item)?;
                *handed.entry(handler).or_default() += 1;
            }
            Ok(handed)
        })?;
        let line = |(id, items): (String, u32)| {
            format!(
                "{items} live item(s) were with {id:?}, who is no [[staff]] any more: they are with the mailbox's handler now; \
                 if the id was changed, write former_name = {id:?} beside the new one"
            )
        };
        Ok(handed.into_iter().map(line).collect())
    }
}

/// The handler of an item whom the configuration does not know, and who has it from now on.
fn handed_on(item: &Item, municipality: &Municipality) -> Option<(String, String)> {
    let board = municipality.board(&item.mailbox)?;
    let handler = item.handler.clone()?;
    let is_known = board.staff.get(&handler).is_some();
    let to = board.handler.clone().or_else(|| board.supervisor.clone())?;
    (!is_known).then_some((handler, to))
}
