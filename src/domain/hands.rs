//! In whose hands an item is on a day: who is named to the citizen, who is reminded, and whether
//! anybody is there at all.
//!
//! The register of absences is believed, and beside it the fate of the mails about the item: a
//! member whose mailbox says that they are away, or takes no mail, is taken for absent for
//! [`HINT_DAYS`]. That is a hint and no proof. So a deputy who is there has the item; with none
//! left, the one who is there by the register keeps it, and the supervisor hears at once as well.

use crate::domain::calendar::Calendar;
use crate::domain::event::{Effect, Flag};
use crate::domain::item::Item;
use crate::domain::staff::{Member, Staff};
use crate::domain::stand_ins::StandIns;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;

/// Working days for which a sign of absence is believed: a mail system answers each sender once in
/// an absence, so no second sign need come, and the first says nothing of how long it lasts.
pub const HINT_DAYS: i32 = 10;

/// What it depends on besides the item.
#[derive(Clone, Copy, Debug)]
pub struct Office<'a> {
    pub calendar: &'a Calendar,
    pub staff: &'a Staff,
    /// Ids of staff who are for other mailboxes only: no deputies here.
    pub not_here: &'a BTreeSet<String>,
    /// Who stands in where a handler is a list.
    pub stand_ins: &'a StandIns,
}

/// In whose hands it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hands<'a> {
    /// `None`: no member is there, the supervisor hears of it.
    pub member: Option<&'a Member>,
    /// The member is there by the register alone; the signs say that all are away.
    pub doubtful: bool,
}

impl<'a> Office<'a> {
    /// In whose hands an item is on that day.
    #[must_use]
    pub fn hands(&self, item: &Item, on: NaiveDate) -> Hands<'a> {
        let Some(handler) = item.handler.as_deref() else {
            return Hands::default();
        };
        let is_there =
            |member: &&Member| member.is_there(on) && !self.not_here.contains(&member.id);
        let mut there = self
            .stand_ins
            .of(self.staff, handler)
            .filter(is_there)
            .peekable();
        let first = there.peek().copied();
        let sure = there.find(|member| !self.seems_away(item, member, on));
        Hands {
            member: sure.or(first),
            doubtful: sure.is_none() && first.is_some(),
        }
    }

    /// The next day on which a member who can have the work of `id` comes back or goes.
    #[must_use]
    pub fn next_change(&self, id: &str, after: NaiveDate) -> Option<NaiveDate> {
        let can_have_it = self.stand_ins.of(self.staff, id);
        can_have_it
            .filter_map(|member| member.next_change(after))
            .min()
    }

    /// Whether what mails have met with says that a member is away.
    fn seems_away(&self, item: &Item, member: &Member, on: NaiveDate) -> bool {
        let by_flag =
            item.handler.as_deref() == Some(&member.id) && item.flags.contains(&Flag::HandlerAway);
        // The flag has no time; the deputy is warned as soon as it is set.
        let warned_at = item
            .done
            .get(&Effect::StandIn)
            .map(|warning| warning.queued_at);
        (by_flag && warned_at.is_none_or(|at| self.is_young(at, on)))
            || item.lost_at(&member.id).is_some_and(|at| {
                // Being given the item by a person is a better sign than an older mail's fate.
                item.assigned_at.is_none_or(|assigned| assigned < at) && self.is_young(at, on)
            })
    }

    fn is_young(&self, at: DateTime<Utc>, on: NaiveDate) -> bool {
        on <= self
            .calendar
            .add_working_days(self.calendar.local_date(at), HINT_DAYS)
    }
}
