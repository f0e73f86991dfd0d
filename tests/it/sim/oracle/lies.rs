//! Where mails lay: each place of each mail once, in the order in which they came there, and found
//! by the mail.

use super::facts::Lie;
use std::collections::BTreeMap;
use std::ops::{Deref, DerefMut};

#[derive(Clone, Debug, Default)]
pub struct Lies {
    all: Vec<Lie>,
    of: BTreeMap<u32, Vec<usize>>,
}

impl Lies {
    pub fn push(&mut self, lie: Lie) {
        let places = self.of.entry(lie.serial).or_default();
        places.push(self.all.len());
        self.all.push(lie);
    }

    /// Of one mail, each with its place among all.
    pub fn of(&self, serial: u32) -> impl Iterator<Item = (usize, &Lie)> {
        let places = self.of.get(&serial).into_iter().flatten();
        places.map(|place| (*place, &self.all[*place]))
    }
}

impl Deref for Lies {
    type Target = [Lie];

    fn deref(&self) -> &[Lie] {
        &self.all
    }
}

/// Whose mail it is never changes.
impl DerefMut for Lies {
    fn deref_mut(&mut self) -> &mut [Lie] {
        &mut self.all
    }
}
