//! The lists of handlers of a mailbox: those of its pledges, of its rules, and its own.

use crate::domain::board::AssignRule;
use crate::domain::pledge::Pledge;
use crate::domain::stand_ins::StandIns;
use std::collections::BTreeSet;

/// One list: its first, and the others in order.
type List<'l> = (Option<&'l String>, &'l [String]);

pub(super) fn of(
    pledges: Option<(Vec<Pledge>, Pledge)>,
    rules: &[Option<AssignRule>],
    own: List<'_>,
) -> StandIns {
    let mut stand_ins = StandIns::default();
    let pledges: Vec<Pledge> = pledges
        .into_iter()
        .flat_map(|(some, rest)| some.into_iter().chain([rest]))
        .collect();
    let of_pledges = pledges
        .iter()
        .map(|pledge| (pledge.handler.as_ref(), pledge.others.as_slice()));
    let of_rules = rules
        .iter()
        .flatten()
        .map(|rule| (Some(&rule.handler), rule.others.as_slice()));
    for (first, others) in of_pledges.chain(of_rules).chain([own]) {
        if let Some(first) = first {
            stand_ins.add(first, others);
        }
    }
    stand_ins
}

/// Everybody whom the rules and the mailbox's own list name.
pub(super) fn named<'l>(
    rules: &'l [Option<AssignRule>],
    (first, others): List<'l>,
) -> BTreeSet<&'l str> {
    let of_rules = rules
        .iter()
        .flatten()
        .flat_map(|rule| rule.others.iter().chain([&rule.handler]));
    let all = of_rules.chain(first).chain(others);
    all.map(String::as_str).collect()
}
