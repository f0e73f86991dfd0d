//! The engine: record → decide → enqueue → deliver. Each step can be called alone, each is one transaction, and a crash
//! between any two of them is harmless.
//!
//! It owns the register. It reads no clock (`now` comes from outside) and touches no network; `sync` and `deliver` are
//! the two drivers that join it to the ports. Everything it does about an item goes through an event.

mod alike;
mod aside;
mod bounces;
mod commands;
mod coverage;
mod deciding;
pub mod deliver;
pub mod delivery;
mod evidence;
pub mod handle;
mod identity;
mod intake;
mod own;
mod parsing;
mod people;
pub mod purge;
mod recompute;
mod seen;
pub mod sweep;
pub mod sync;
mod thread;
pub mod watching;
mod writing;

pub use deciding::Decided;
pub use delivery::{Job, Lost};
pub use intake::{Arrived, Tally};
pub use people::Refusal;

use crate::config::{self, Config};
use crate::domain::blind::Sight;
use crate::domain::decide::{Plan, World, decide};
use crate::domain::folders::Watched;
use crate::domain::hands::{Hands, Office};
use crate::domain::item::Item;
use crate::domain::message::Message;
use crate::domain::pledge::Pledge;
use crate::domain::staff::Member;
use crate::domain::steadiness::{JUMP, Seen, Steadiness};
use crate::mail::texts::Texts;
use crate::ports::{Delivered, MailboxError};
use crate::store::{Db, Store, StoreError};
use chrono::{DateTime, Duration, Utc};
use handle::Stopped;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Who caused what nobody asked for.
pub const SYSTEM: &str = "system";

/// Why a driver did not come to its end. What it had done by then stands; the next one begins there.
#[derive(Debug, thiserror::Error)]
pub enum Interrupted {
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

#[derive(Debug)]
pub struct Engine {
    store: Store,
    config: Arc<Config>,
    texts: Arc<Texts>,
    /// When the last complete reading of every folder of a mailbox began. Not stored: after a start nothing is fresh.
    views: BTreeMap<String, DateTime<Utc>>,
    /// The last good readings of each mailbox, which are stored now and then.
    readings: BTreeMap<(String, Sight), watching::Reading>,
    steadiness: Steadiness,
    /// Ends of attempts that could not be written down: mail, end, and when.
    unwritten: Vec<(i64, Delivered, DateTime<Utc>)>,
    /// A run of erasing that has not ended.
    purging: Option<purge::Purge>,
}

/// Where the last instant that was believed is kept, for the next start.
const BELIEVED: &str = "clock";

impl Engine {
    /// Takes over a register. Notes the start of mailboxes that are new, and reckons open items anew when the calendar
    /// or the pledges are no longer those of the last time.
    pub fn new(store: Store, config: Arc<Config>, texts: Texts, now: DateTime<Utc>) -> Result<Self, StoreError> {
        let believed = store.db().meta(BELIEVED)?.and_then(|text| text.parse().ok());
        let steadiness = Steadiness::since(believed);
        let mut engine = Self {
            store,
            config,
            texts: Arc::new(texts),
            views: BTreeMap::new(),
            readings: BTreeMap::new(),
            steadiness,
            unwritten: Vec::new(),
            purging: None,
        };
        engine.mend_all(now)?;
        engine.note_starts(now)?;
        engine.recompute_if_changed(now)?;
        Ok(engine)
    }

    /// For one command of a person beside the daemon. Takes nothing over: what a changed configuration means for the
    /// register is the daemon's to decide, when it starts with it.
    #[must_use]
    pub fn beside(store: Store, config: Arc<Config>, texts: Texts) -> Self {
        let (texts, steadiness) = (Arc::new(texts), Steadiness::default());
        let (views, readings, unwritten) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        Self { store, config, texts, views, readings, steadiness, unwritten, purging: None }
    }

    #[must_use]
    pub fn config(&self) -> &Arc<Config> {
        &self.config
    }

    #[must_use]
    pub fn db(&self) -> Db<'_> {
        self.store.db()
    }

    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Messages that arrived before this are history.
    pub fn start_of(&self, mailbox: &config::Mailbox) -> Result<DateTime<Utc>, StoreError> {
        if let Some(start) = mailbox.start {
            return Ok(start);
        }
        let noted = self.store.db().meta(&start_key(&mailbox.name))?;
        let start = noted.as_deref().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        start
            .map(|start| start.with_timezone(&Utc))
            .ok_or_else(|| StoreError::Defect(format!("the start of mailbox {} was not noted", mailbox.name)))
    }

    /// Whether the clock can be believed. As long as it cannot, [`Engine::decide`] and [`Engine::next_job`] do nothing.
    /// To be asked after each reading, with a stopwatch that nobody sets.
    pub fn look_at_clock(&mut self, now: DateTime<Utc>, stopwatch: Option<Duration>) -> Result<Seen, StoreError> {
        let config = Arc::clone(&self.config);
        let seen = self.steadiness.look(now, stopwatch, &config.calendar);
        if seen == Seen::Steady {
            let known: Option<DateTime<Utc>> = self.store.db().meta(BELIEVED)?.and_then(|text| text.parse().ok());
            // Not at every look: a quiet register is not written to.
            if known.is_none_or(|known| (now - known).abs() > JUMP) {
                self.store.write(|db| db.set_meta(BELIEVED, &now.to_rfc3339()))?;
            }
        }
        Ok(seen)
    }

    fn note_starts(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let config = Arc::clone(&self.config);
        self.store.write(|db| {
            for mailbox in &config.mailboxes {
                let key = start_key(&mailbox.name);
                if db.meta(&key)?.is_none() {
                    db.set_meta(&key, &now.to_rfc3339())?;
                    db.note(now, SYSTEM, &format!("mailbox {} is watched from now on", mailbox.name))?;
                }
            }
            Ok(())
        })
    }
}

fn start_key(mailbox: &str) -> String {
    format!("start.{mailbox}")
}

/// What the steps share: the configuration, seen from one mailbox.
#[derive(Clone, Copy, Debug)]
struct Desk<'a> {
    config: &'a Config,
    mailbox: &'a config::Mailbox,
}

impl<'a> Desk<'a> {
    fn new(config: &'a Config, mailbox: &str) -> Result<Self, StoreError> {
        let mailbox = config.mailboxes.iter().find(|known| known.name == mailbox).ok_or_else(|| {
            StoreError::Defect(format!("mailbox {mailbox} is in the register but not in the configuration"))
        })?;
        Ok(Self { config, mailbox })
    }

    /// The mailbox's own addresses.
    fn own_addresses(&self) -> Vec<String> {
        std::iter::once(&self.mailbox.address).chain(&self.mailbox.aliases).cloned().collect()
    }

    fn is_own(&self, address: &str) -> bool {
        self.mailbox.address == address || self.mailbox.aliases.iter().any(|alias| alias == address)
    }

    /// The pledges that are for this mailbox, in order.
    fn pledges(&self) -> impl DoubleEndedIterator<Item = &'a Pledge> {
        let names = &self.mailbox.pledges;
        self.config.pledges.iter().filter(|pledge| names.contains(&pledge.name))
    }

    /// The member of staff of this mailbox who writes from that address.
    fn colleague(&self, address: &str) -> Option<&'a Member> {
        self.config.staff.by_address(address).filter(|member| !self.mailbox.strangers.contains(&member.id))
    }

    /// The pledge of that name, or the mailbox's last one, which covers everything.
    fn pledge(&self, name: Option<&str>) -> Result<&'a Pledge, StoreError> {
        name.and_then(|name| self.config.pledges.iter().find(|pledge| pledge.name == name))
            .or_else(|| self.pledges().next_back())
            .ok_or_else(|| StoreError::Defect("the configuration has no pledge".to_owned()))
    }

    /// The first pledge that covers a message in that folder.
    fn pledge_for(&self, message: &Message, folder: &str) -> Result<&'a Pledge, StoreError> {
        match self.pledges().find(|pledge| pledge.matches.fits(message, folder)) {
            Some(pledge) => Ok(pledge),
            None => self.pledge(None),
        }
    }

    /// Who is told about items that nobody has.
    fn supervisor(&self) -> Option<&'a str> {
        self.mailbox.supervisor.as_deref().or_else(|| {
            let handler = self.config.staff.get(self.mailbox.handler.as_deref()?)?;
            handler.reports_to.as_deref()
        })
    }

    fn plan(&self, item: &Item, now: DateTime<Utc>) -> Result<Plan, StoreError> {
        let world = World {
            calendar: &self.config.calendar,
            staff: &self.config.staff,
            pledge: self.pledge(item.pledge.as_deref())?,
            supervisor: self.supervisor(),
            strangers: &self.mailbox.strangers,
        };
        Ok(decide(item, &world, now))
    }

    /// Whether new work can go to a member, or to somebody in their place for good.
    fn still_works(&self, id: &str) -> bool {
        let mut deputies = self.config.staff.deputies(id);
        deputies.any(|member| !member.left && !self.mailbox.strangers.contains(&member.id))
    }

    /// The member whose folder it is.
    fn owner_of(&self, folder: &Watched) -> Option<&'a Member> {
        self.mailbox.owner_of(folder, &self.config.staff)
    }

    /// In whose hands an item is today.
    fn hands(&self, item: &Item, now: DateTime<Utc>) -> Hands<'a> {
        let (calendar, staff) = (&self.config.calendar, &self.config.staff);
        Office { calendar, staff, strangers: &self.mailbox.strangers }.hands(item, calendar.local_date(now))
    }
}
