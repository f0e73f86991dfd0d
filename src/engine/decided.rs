//! What a round of deciding came to.

use crate::domain::gate::Gate;

/// Items decided about in one transaction. More wait for the next tick, which follows at once.
pub const MAX_DECIDED: usize = 2_000;

/// What a round of deciding came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    pub items: usize,
    pub mails: usize,
    /// Notices held by the limit of an hour.
    pub held: usize,
    /// Texts that could not be written: an operator must act.
    pub problems: Vec<String>,
    /// There may be more to decide at once.
    pub more: bool,
    /// Whether mail to citizens may leave; `None`: nothing was decided.
    pub gate: Option<Gate>,
}
