//! What tests print of the refusals of servers: at which step how many are about whom.
//! `make refusals` shows it, and docs/measured.md has it.

use super::About;
use std::fmt::Write as _;

/// The steps in their order, each with its counts: us, server, mail, reader; and given up for good.
#[derive(Default)]
pub struct Table(Vec<(String, [usize; 5])>);

impl Table {
    /// Of these steps.
    pub fn of(steps: &[&str]) -> Self {
        let steps = steps.iter().map(|step| ((*step).to_owned(), [0; 5]));
        Self(steps.collect())
    }

    pub fn count(&mut self, step: &str, about: About, is_for_good: bool) {
        let mut rows = self.0.iter_mut();
        let row = rows.find(|(name, _)| name == step);
        let (_, counts) = row.unwrap_or_else(|| panic!("{step} has no row"));
        counts[about as usize] += 1;
        counts[4] += usize::from(is_for_good);
    }

    /// How many are about this one.
    pub fn about(&self, about: About) -> usize {
        self.0
            .iter()
            .map(|(_, counts)| counts[about as usize])
            .sum()
    }

    /// How many there are of this step.
    pub fn at(&self, step: &str) -> usize {
        let rows = self.0.iter().filter(|(name, _)| name == step);
        rows.flat_map(|(_, counts)| &counts[..4]).sum()
    }

    /// Rows for a page.
    pub fn shown(&self, protocol: &str) -> String {
        let mut shown = format!("| {protocol} | us | server | mail | reader | given up |\n");
        shown.push_str("|---|---|---|---|---|---|\n");
        for (step, [us, server, mail, reader, given_up]) in &self.0 {
            let _ = writeln!(
                shown,
                "| {step} | {us} | {server} | {mail} | {reader} | {given_up} |"
            );
        }
        shown
    }
}
