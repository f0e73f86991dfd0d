//! The organisation behind the mailboxes: its names, its domains, its diary numbers.

use regex::Regex;

/// How the municipality presents itself to citizens.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    pub name: String,
    pub unit: Option<String>,
    pub complaints: Option<String>,
    pub privacy_url: Option<String>,
    /// These three stand in letters.
    pub postal_address: Option<String>,
    pub phone: Option<String>,
    pub web: Option<String>,
    /// Whose senders are colleagues, in lower case; one with a leading dot takes the domains below
    /// it. Default: exactly the mailboxes' domains, but for those of public providers.
    pub domains: Vec<String>,
    /// Find diary numbers in subjects, which do not belong to a subject's core.
    pub diary: Vec<Regex>,
}

impl Organisation {
    /// Whether a domain is one of the organisation's.
    #[must_use]
    pub fn has_domain(&self, domain: &str) -> bool {
        let domain = domain.trim_end_matches('.').to_ascii_lowercase();
        let is_of = |own: &String| {
            if own.starts_with('.') {
                domain.ends_with(own.as_str())
            } else {
                domain == *own
            }
        };
        self.domains.iter().any(is_of)
    }
}
