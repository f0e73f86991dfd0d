//! Staff: who is there, who stands in, who is told next.
//!
//! Skeleton: the helper that owns this file replaces the bodies.

use chrono::NaiveDate;
use std::collections::BTreeMap;

/// One handler, supervisor, deputy or registrar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: String,
    pub name: String,
    pub title: Option<String>,
    pub phone: Option<String>,
    /// Lower case.
    pub email: String,
    /// Other addresses that they write from, lower case.
    pub aliases: Vec<String>,
    pub reports_to: Option<String>,
    pub deputy: Option<String>,
    /// First and last day of each absence, both included.
    pub away: Vec<(NaiveDate, NaiveDate)>,
    pub left: bool,
}

/// Everybody, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    pub members: BTreeMap<String, Member>,
}

impl Staff {
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Member> {
        self.members.get(id)
    }
    /// Whose address this is (`email` or an alias), without case.
    #[must_use]
    pub fn by_address(&self, addr: &str) -> Option<&Member> {
        let _ = addr;
        unimplemented!()
    }
    /// Who really has the work of `id` on that day: they themselves when present, else the first one present in their
    /// chain of deputies (a cycle ends it). `None`: nobody is left, the supervisor is told.
    #[must_use]
    pub fn present(&self, id: &str, on: NaiveDate) -> Option<&Member> {
        let _ = (id, on);
        unimplemented!()
    }
    /// Whom to escalate to, from the first step up. Starts at the one that `handler` reports to; whoever is away or
    /// has left is replaced by a deputy who is there, else skipped; the handler (and whoever acts as the handler that
    /// day) never gets an escalation about their own item; nobody stands twice; a cycle ends it.
    #[must_use]
    pub fn ladder(&self, handler: &str, on: NaiveDate) -> Vec<&Member> {
        let _ = (handler, on);
        unimplemented!()
    }
}
