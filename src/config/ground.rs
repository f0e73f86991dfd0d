//! The sections that those of the mailboxes stand on: the service, the organisation, the calendar;
//! staff, pledges and channels.

use super::reader::Section;
use super::service::Service;
use super::{channel, organisation, pledge, service, staff, staff_file};
use crate::domain::calendar::Calendar;
use crate::domain::channel::Channel;
use crate::domain::organisation::Organisation;
use crate::domain::pledge::Pledge;
use crate::domain::staff::Staff;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The service, the organisation and the calendar; `None` for one that has a fault.
pub(super) struct Ground {
    pub(super) service: Option<Service>,
    pub(super) organisation: Option<Arc<Organisation>>,
    pub(super) calendar: Arc<Calendar>,
}

impl Ground {
    /// `watched` are the addresses of the mailboxes.
    pub(super) fn read(root: &Section, watched: &BTreeSet<String>) -> Self {
        let (service, zone) = service::read(root.section_or_empty("service"), watched).unzip();
        let organisation = organisation::read(root, watched).map(Arc::new);
        let zone = zone.unwrap_or(chrono_tz::Europe::Stockholm);
        let calendar = service::calendar(root.section_or_empty("calendar"), zone);
        Self {
            service,
            organisation,
            calendar: Arc::new(calendar),
        }
    }

    pub(super) fn operator(&self) -> Option<&str> {
        let service = self.service.as_ref();
        service.map(|service| service.operator.as_str())
    }
}

/// Staff, pledges and channels, as far as they could be read.
pub(super) struct Rules {
    pub(super) staff: Arc<Staff>,
    pub(super) roster: staff::Roster,
    pub(super) pledges: Arc<Vec<Pledge>>,
    /// The mailboxes that each pledge is for; none: all.
    pub(super) scopes: Vec<Vec<String>>,
    pub(super) channels: Arc<Vec<Channel>>,
}

impl Rules {
    /// `names` and `watched` are the names and addresses of the mailboxes.
    pub(super) fn read<'a>(
        root: &Section<'a>,
        rows: &'a [staff_file::Row],
        names: &BTreeSet<String>,
        watched: &BTreeSet<String>,
    ) -> Self {
        let roster = staff::read_all(root, rows, names, watched);
        let (pledges, scopes) = pledge::read_all(root, names, &roster);
        Self {
            staff: Arc::new(roster.staff.clone()),
            roster,
            pledges: Arc::new(pledges),
            scopes,
            channels: Arc::new(channel::read_all(root)),
        }
    }

    /// The pledges of a mailbox, without the last one, and the last one.
    pub(super) fn pledges_of(&self, mailbox: &str) -> Option<(Vec<Pledge>, Pledge)> {
        let is_theirs =
            |scope: &Vec<String>| scope.is_empty() || scope.iter().any(|name| name == mailbox);
        let theirs = self
            .pledges
            .iter()
            .zip(&self.scopes)
            .filter(|(_, scope)| is_theirs(scope));
        let mut theirs: Vec<Pledge> = theirs.map(|(pledge, _)| pledge.clone()).collect();
        let rest = theirs.pop()?;
        Some((theirs, rest))
    }

    /// Ids of staff who are for other mailboxes only.
    pub(super) fn not_here(&self, mailbox: &str) -> BTreeSet<String> {
        let ids = self.staff.members.keys();
        ids.filter(|id| !self.roster.serves(id, mailbox))
            .cloned()
            .collect()
    }
}
