//! The municipality: all its mailboxes, and what they share.

use crate::domain::absences::Absences;
use crate::domain::board::Board;
use crate::domain::calendar::Calendar;
use crate::domain::citizen::key;
use crate::domain::pledge::Pledge;
use crate::domain::retention::Retention;
use crate::domain::staff::Staff;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// All mailboxes of a municipality, and what they share.
#[derive(Clone, Debug)]
pub struct Municipality {
    pub calendar: Arc<Calendar>,
    pub pledges: Arc<Vec<Pledge>>,
    pub staff: Arc<Staff>,
    pub retention: Option<Retention>,
    /// In the order of the configuration.
    pub boards: Vec<Arc<Board>>,
}

impl Municipality {
    /// The same, with addresses that mailboxes had. One that a mailbox has now is its own.
    #[must_use]
    pub fn with_former(&self, former: &BTreeMap<String, Vec<String>>) -> Self {
        let current: BTreeSet<String> = self
            .boards
            .iter()
            .flat_map(|board| board.own_addresses())
            .collect();
        let mut boards = self.boards.clone();
        let mut all_own = Vec::new();
        for board in boards.iter_mut().map(Arc::make_mut) {
            let known = former.get(&board.name).into_iter().flatten();
            board.former = known
                .filter(|address| !current.contains(*address))
                .cloned()
                .collect();
            all_own.extend(board.own_addresses().iter().map(|address| key(address)));
        }
        let all_own = Arc::new(all_own);
        for board in boards.iter_mut().map(Arc::make_mut) {
            board.all_own = Arc::clone(&all_own);
        }
        Self {
            boards,
            ..self.clone()
        }
    }

    /// The same, with the absences that people have entered.
    #[must_use]
    pub fn with_absences(&self, absences: &Absences) -> Self {
        let staff = Arc::new(absences.of_all(&self.staff));
        let mut boards = self.boards.clone();
        for board in boards.iter_mut().map(Arc::make_mut) {
            board.staff = Arc::clone(&staff);
        }
        Self {
            staff,
            boards,
            ..self.clone()
        }
    }

    /// The mailbox of that name; `None`: it is in the register but not configured any more.
    #[must_use]
    pub fn board(&self, mailbox: &str) -> Option<&Arc<Board>> {
        self.boards.iter().find(|board| board.name == mailbox)
    }
}
