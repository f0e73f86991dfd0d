//! The engine: record → decide → enqueue → deliver. Each step can be called alone, each is one
//! transaction, and a crash between any two of them is harmless.
//!
//! It owns the register. It reads no clock (`now` comes from outside) and touches no network; the
//! drivers ([`crate::drivers`]) join it to the ports. Everything it does about an item goes through
//! an event.
//!
//! # The files, by occasion
//! - A message arrives: [`looks`] says whether to look again first; `batch` records, `intake` is the
//!   way of one message, with `came`, `lookup`, `verdict`, `row`, `admission`; history ends where
//!   `starts` says. Known already: `remembered`, `again`, `seen`, `alike`, `restamped`,
//!   `renumbered`, [`late`]. Beside it: `border`, `twins`, `thanks`, `tying`, `vouching`, `bounces`.
//! - Staff have written to a citizen: `evidence`, `pointed`, `copies`. A mail is our own: `own`,
//!   `nameless`.
//! - Staff answer our mails: `replies`, `commands`, `obeying`, `ordered`, `refused`, `absences`;
//!   their answer: `told`, `telling`, `together`, `asking`. The registrar on the server:
//!   [`people`].
//! - The time of an item has come: `deciding`, `drafting`, [`writing`]; `held`, `speaking`,
//!   `covering`, `shown`, `excluded`; whether mail leaves at all: [`gate`].
//! - A mail leaves: [`delivery`]; may it still: [`still_right`]; what became of it: [`became`].
//! - A mailbox is watched: [`watching`], `compared`, [`sweep`]. Something goes wrong: `aside`.
//! - The service starts: [`fit`], `leading`, `upgrade`, `recompute`, `addresses`. Is the clock believed:
//!   `clock`. Data is erased: [`purge`].

pub mod absences;
mod addresses;
mod admission;
mod again;
mod alike;
mod arrived;
mod aside;
mod asking;
mod batch;
pub mod became;
mod border;
mod bounces;
mod came;
mod clock;
mod commands;
mod compared;
mod copies;
mod covering;
mod decided;
mod deciding;
pub mod delivery;
mod drafting;
mod evidence;
mod excluded;
pub mod fit;
pub mod gate;
pub mod handle;
mod held;
mod intake;
pub mod late;
mod leading;
mod letters;
mod lookup;
pub mod looks;
mod nameless;
pub mod obeying;
mod ordered;
mod own;
pub mod people;
mod pointed;
pub mod purge;
mod recompute;
mod refused;
mod remembered;
mod renumbered;
mod replies;
mod restamped;
mod row;
mod saying;
mod seen;
mod shown;
mod speaking;
mod starts;
pub mod still_right;
pub mod sweep;
mod telling;
mod thanks;
pub mod together;
mod told;
mod twins;
mod tying;
mod upgrade;
mod verdict;
mod vouching;
pub mod watching;
pub mod writing;

pub use crate::domain::event::SYSTEM;
pub use arrived::{Arrived, Tally};
pub use clock::clock_waits;
pub use decided::Decided;

use crate::domain::blind::Sight;
use crate::domain::board::Board;
use crate::domain::calendar::Calendar;
use crate::domain::municipality::Municipality;
use crate::domain::reader::Reader;
use crate::domain::steadiness::Steadiness;
use crate::domain::taking_over::Wait;
use crate::mail::texts::Texts;
use crate::ports::Delivered;
use crate::store::{Db, Store, StoreError};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug)]
pub struct Engine {
    store: Store,
    municipality: Arc<Municipality>,
    away: absences::Known,
    texts: Arc<Texts>,
    /// When the last complete reading of every folder of a mailbox began. Not stored: after a start
    /// nothing is fresh.
    views: BTreeMap<String, DateTime<Utc>>,
    /// Mails to staff that wait until their reader's other mailboxes have been read. Not stored:
    /// after a start they are decided again.
    waiting: BTreeMap<Reader, drafting::Briefing>,
    /// What the newest confirmation to each person tells.
    together: together::Together,
    /// The last good readings of each mailbox, which are stored now and then.
    readings: BTreeMap<(String, Sight), watching::Reading>,
    /// Folders that cannot be read and that rounds go on without: mailbox and folder.
    left_out: BTreeSet<(String, String)>,
    /// Messages that were moved into each mailbox since it was last read as a whole.
    moved_in: BTreeMap<String, u32>,
    /// Messages that were recognised.
    remembered: remembered::Remembered,
    /// The last comparison of each folder.
    compared: compared::Compared,
    steadiness: Steadiness,
    /// Ends of attempts that could not be written down: mail, end, and when.
    unwritten: Vec<(i64, Delivered, DateTime<Utc>)>,
    /// A run of erasing that has not ended.
    purging: Option<purge::Purge>,
    /// Mailboxes that wait since a take-over.
    waits: BTreeMap<String, Wait>,
}

impl Engine {
    /// Takes over a register. Notes the start of mailboxes that are new, and calculates open items
    /// again when the calendar or the pledges are no longer those of the last time.
    pub fn new(
        store: Store,
        municipality: Arc<Municipality>,
        texts: impl Into<Arc<Texts>>,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let mut store = store;
        let configured = addresses::with_former(&mut store, municipality)?;
        let (away, municipality) = absences::Known::of(&store.db(), configured)?;
        let steadiness = clock::steadiness_of(&store.db())?;
        let waits = store.db().waits()?;
        let mut engine = Self {
            store,
            municipality,
            away,
            texts: texts.into(),
            views: BTreeMap::new(),
            waiting: BTreeMap::new(),
            together: together::Together::default(),
            readings: BTreeMap::new(),
            left_out: BTreeSet::new(),
            moved_in: BTreeMap::new(),
            remembered: remembered::Remembered::default(),
            compared: compared::Compared::default(),
            steadiness,
            unwritten: Vec::new(),
            purging: None,
            waits,
        };
        engine.mend_all(now)?;
        engine.note_starts(now)?;
        engine.judge_anew(now)?;
        engine.recompute_if_changed(now)?;
        Ok(engine)
    }

    /// It is a single run: no later mail can join one that is written now.
    pub fn confirm_at_once(&mut self) {
        self.together.at_once = true;
    }

    /// For one command of a person beside the daemon. Takes nothing over: what a changed
    /// configuration means for the register is the daemon's to decide, when it starts with it.
    #[must_use]
    pub fn beside(store: Store, municipality: Arc<Municipality>, texts: Texts) -> Self {
        let (texts, steadiness) = (Arc::new(texts), Steadiness::default());
        let away = absences::Known::unread(&municipality);
        let (views, readings, unwritten) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        let (waiting, left_out, moved_in) = (BTreeMap::new(), BTreeSet::new(), BTreeMap::new());
        Self {
            store,
            municipality,
            away,
            texts,
            views,
            waiting,
            together: together::Together::default(),
            readings,
            left_out,
            moved_in,
            remembered: remembered::Remembered::default(),
            compared: compared::Compared::default(),
            steadiness,
            unwritten,
            purging: None,
            waits: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn calendar(&self) -> &Calendar {
        &self.municipality.calendar
    }

    /// What a mailbox sees of the municipality. That of an item's mailbox may be configured no
    /// more.
    fn board(&self, mailbox: &str) -> Result<Arc<Board>, StoreError> {
        board_in(&self.municipality, mailbox).map(Arc::clone)
    }

    #[must_use]
    pub fn db(&self) -> Db<'_> {
        self.store.db()
    }

    pub fn store(&mut self) -> &mut Store {
        &mut self.store
    }
}

fn board_in<'a>(
    municipality: &'a Municipality,
    mailbox: &str,
) -> Result<&'a Arc<Board>, StoreError> {
    municipality.board(mailbox).ok_or_else(|| {
        StoreError::Defect(format!(
            "mailbox {mailbox} is in the register but not in the configuration"
        ))
    })
}
