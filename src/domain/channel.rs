//! Machines through which citizens write.

use crate::domain::matching::address_fits;

/// A form, a scanner, a switchboard: every mail from there is from outside, of any domain.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Addresses or `@domain`.
    pub from: Vec<String>,
    /// Its mails name the citizen in Reply-To; otherwise the citizen is unknown.
    pub names_citizen: bool,
    /// The citizen may get an automatic notice.
    pub notice: bool,
}

impl Channel {
    /// Whether it sends from that address.
    #[must_use]
    pub fn sends_from(&self, address: &str) -> bool {
        self.from.iter().any(|rule| address_fits(rule, address))
    }
}
