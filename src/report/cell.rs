//! One figure of the report, and the references behind it.

use super::coverage::blind;
use super::ground::{bounds, ground, kept, kept_of};
use crate::config::Config;
use crate::domain::figures::Figure;
use crate::domain::figures::sheet::{pledge_of, stands_in};
use crate::domain::item::{Item, ItemId};
use crate::domain::period::Period;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};

/// A figure, of one mailbox and pledge, or of all: `kf/email/broken`, `email/broken`, `broken`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub mailbox: Option<String>,
    pub pledge: Option<String>,
    pub figure: Figure,
}

impl Cell {
    /// `None` for what names no figure.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.rsplit('/');
        let figure = Figure::parse(parts.next()?)?;
        let (pledge, mailbox) = (
            parts.next().map(str::to_owned),
            parts.next().map(str::to_owned),
        );
        parts.next().is_none().then_some(Self {
            mailbox,
            pledge,
            figure,
        })
    }

    /// It is of who waits now, whenever it came.
    #[must_use]
    pub fn waits(&self) -> bool {
        Figure::WAITS.contains(&self.figure)
            || matches!(self.figure, Figure::PromiseRuns | Figure::PromiseOver)
    }
}

/// The references behind a figure, of a mailbox and pledge or of all.
pub fn explain(
    db: &Db<'_>,
    config: &Config,
    period: Period,
    now: DateTime<Utc>,
    cell: &Cell,
) -> Result<Vec<ItemId>, StoreError> {
    let calendar = config.calendar.as_ref();
    let (from, until) = bounds(period, calendar);
    let blind = blind(db, config, from, until.max(now), now)?;
    let ground = ground(calendar, period, now, &blind);
    let kept = kept(config);
    let mut found = Vec::new();
    let mut look = |item: &Item| {
        let is_here = cell
            .mailbox
            .as_ref()
            .is_none_or(|mailbox| *mailbox == item.mailbox)
            && cell
                .pledge
                .as_ref()
                .is_none_or(|pledge| pledge == pledge_of(item));
        if is_here && stands_in(&ground, item, kept_of(&kept, item), cell.figure) {
            found.push(item.id);
        }
    };
    if cell.waits() {
        db.each_live(|item| look(&item))?;
    } else {
        db.items_received(from, until, |item| {
            look(&item);
            Ok(())
        })?;
    }
    Ok(found)
}
