//! The organisation behind the mailboxes: its names, its domains, its diary numbers.

use super::tongue::Tongue;
use regex::Regex;
use std::collections::BTreeMap;

/// What a mailbox knows of the municipality, and of the board or office that it belongs to.
#[derive(Clone, Debug, Default)]
pub struct Organisation {
    pub letterhead: Letterhead,
    /// The same whole in other languages that citizens are written to in.
    pub tongues: BTreeMap<Tongue, Letterhead>,
    /// Whose senders are colleagues, in lower case; one with a leading dot takes the domains below
    /// it. Default: exactly the mailboxes' domains, but for those of public providers.
    pub domains: Vec<String>,
    /// Find diary numbers in subjects, which do not belong to a subject's core.
    pub diary: Vec<Regex>,
}

/// How the municipality presents itself to citizens in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letterhead {
    pub name: String,
    pub unit: Option<String>,
    pub complaints: Option<String>,
    pub privacy_url: Option<String>,
    /// These three stand in letters.
    pub postal_address: Option<String>,
    pub phone: Option<String>,
    pub web: Option<String>,
}

impl Letterhead {
    /// The name that its mails come from: the unit's, else the municipality's.
    #[must_use]
    pub fn author(&self) -> &str {
        self.unit.as_ref().unwrap_or(&self.name)
    }
}

impl Organisation {
    /// One of which no more than a name is known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            letterhead: Letterhead {
                name: name.to_owned(),
                ..Letterhead::default()
            },
            ..Self::default()
        }
    }

    /// How it presents itself in a language; as ever where nothing is said for that one.
    #[must_use]
    pub fn letterhead_in(&self, tongue: Tongue) -> &Letterhead {
        self.tongues.get(&tongue).unwrap_or(&self.letterhead)
    }

    /// Every letterhead, with its language if that is another than the service's.
    pub fn letterheads(&self) -> impl Iterator<Item = (Option<Tongue>, &Letterhead)> {
        let others = self.tongues.iter();
        let others = others.map(|(tongue, letterhead)| (Some(*tongue), letterhead));
        std::iter::once((None, &self.letterhead)).chain(others)
    }

    /// Whether two mailboxes are of one board or office, whatever their languages.
    #[must_use]
    pub fn is_same_unit(&self, other: &Self) -> bool {
        let (one, other) = (&self.letterhead, &other.letterhead);
        (&one.name, &one.unit) == (&other.name, &other.unit)
    }

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
