//! Whether mail leaves at all.

use crate::domain::gate::Missing;

/// Whether mail leaves at all.
pub struct Gate {
    pub live_by_configuration: &'static str,
    pub live_since: fn(since: &str) -> String,
    /// Before the list of missing steps.
    pub missing: &'static str,
    /// A step missing before mail may leave, and how to take it.
    pub remedy: fn(missing: Missing) -> &'static str,
    pub nothing_changed: &'static str,
    pub went_live: &'static str,
    pub still_paused: &'static str,
    pub paused: &'static str,
    pub paused_before: &'static str,
    pub not_paused_before: &'static str,
    pub resumed: fn(held: u32) -> String,
    pub resumed_in_shadow: &'static str,
    /// Below a list, without a full stop.
    pub does_not_lead: &'static str,
    pub in_shadow: &'static str,
    pub paused_since: fn(since: &str, reason: &str, held: usize) -> String,
}
