//! What a domain itself says of its mail servers, for `init`: the page that mail programs look for
//! ("autoconfig", as Thunderbird's documentation has it), and SRV records (RFC 6186, RFC 8314).
//!
//! The page comes over TLS from the domain's own name, so it is believed wherever it points. A
//! record of the DNS is proved by nothing: one that points out of the domain could hand a password
//! to a stranger, so a person must say that it is right (RFC 6186, section 6). Deliberately absent:
//! other people's lists of providers, which would learn who asks; redirects; pages over plain HTTP.

pub mod autoconfig;
mod page;
pub mod srv;

use super::output::write_text;
use super::proposal::Reach;
use crate::config::Security;
use crate::failure::Failure;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Servers of one kind that a domain names; more are not tried.
pub const MOST_SERVERS: usize = 8;

/// Where it is asked.
#[derive(Clone, Debug)]
pub struct Ways {
    /// Servers of the DNS, the first that answers counts.
    pub dns: Vec<SocketAddr>,
    /// The address from which the pages are fetched, instead of asking the DNS.
    pub web: Option<SocketAddr>,
    pub web_port: u16,
    /// In the place of the system's authorities.
    pub ca_file: Option<PathBuf>,
}

impl Ways {
    /// As the machine is set up.
    #[must_use]
    pub fn of_this_machine() -> Self {
        let text = std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
        Self {
            dns: srv::servers(&text),
            web: None,
            web_port: 443,
            ca_file: None,
        }
    }
}

/// A server that the domain names, and the name to log in with if it says one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub reach: Reach,
    pub user: Option<String>,
}

impl From<Reach> for Offer {
    /// Without a name to log in with.
    fn from(reach: Reach) -> Self {
        Self { reach, user: None }
    }
}

/// The servers that the domain names, in the order in which they are to be tried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offers {
    pub imap: Vec<Offer>,
    pub smtp: Vec<Offer>,
    /// Named by the DNS alone, and not of the domain.
    pub elsewhere: Vec<(Kind, Reach)>,
}

/// What a server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Imap,
    Smtp,
}

/// Services as their records are called, the protected from the first byte on before the others
/// (RFC 8314, section 5.1).
const SERVICES: [(&str, Kind, Security); 4] = [
    ("_imaps._tcp", Kind::Imap, Security::Tls),
    ("_imap._tcp", Kind::Imap, Security::StartTls),
    ("_submissions._tcp", Kind::Smtp, Security::Tls),
    ("_submission._tcp", Kind::Smtp, Security::StartTls),
];

/// Asks, and shows each question with its result.
pub async fn offers(
    ways: &Ways,
    address: &str,
    domain: &str,
    out: &mut dyn Write,
) -> Result<Offers, Failure> {
    match by_pages(ways, address, domain, out).await? {
        // The domain has spoken, and can be believed.
        Some(offers) => Ok(offers),
        None => by_records(ways, domain, out).await,
    }
}

async fn by_pages(
    ways: &Ways,
    address: &str,
    domain: &str,
    out: &mut dyn Write,
) -> Result<Option<Offers>, Failure> {
    for (host, path) in [
        (format!("autoconfig.{domain}"), "/mail/config-v1.1.xml"),
        (
            domain.to_owned(),
            "/.well-known/autoconfig/mail/config-v1.1.xml",
        ),
    ] {
        let page = page::fetch(ways, &host, path, address).await;
        let found = page.and_then(|page| {
            autoconfig::read(&page, address)
                .ok_or_else(|| "no page that names a protected mail server".to_owned())
        });
        let told = match &found {
            Ok(listed) => all(&[listed.imap.as_slice(), &listed.smtp].concat()),
            Err(why) => why.clone(),
        };
        write_text(out, &format!("tried    https://{host}{path}: {told}"))?;
        if let Ok(listed) = found {
            return Ok(Some(listed));
        }
    }
    Ok(None)
}

async fn by_records(ways: &Ways, domain: &str, out: &mut dyn Write) -> Result<Offers, Failure> {
    let mut offers = Offers::default();
    for (service, kind, security) in SERVICES {
        let name = format!("{service}.{domain}");
        let found = srv::ask(&ways.dns, &name).await;
        write_text(out, &format!("tried    {name}: {}", named(&found)))?;
        for (host, port) in found.unwrap_or_default().into_iter().take(MOST_SERVERS) {
            let reach = Reach {
                host,
                port,
                security,
            };
            offers.add(kind, reach, domain);
        }
    }
    Ok(offers)
}

fn named(found: &Result<Vec<(String, u16)>, String>) -> String {
    match found {
        Ok(places) if places.is_empty() => "nothing".to_owned(),
        Ok(places) => {
            let places = places.iter().map(|(host, port)| format!("{host}:{port}"));
            places.collect::<Vec<_>>().join(", ")
        }
        Err(why) => why.clone(),
    }
}

impl Offers {
    /// A server that the DNS names: of the domain, or elsewhere.
    fn add(&mut self, kind: Kind, reach: Reach, domain: &str) {
        if is_of(&reach.host, domain) {
            self.list(kind).push(reach.into());
        } else {
            self.elsewhere.push((kind, reach));
        }
    }

    /// The servers of a kind.
    pub fn list(&mut self, kind: Kind) -> &mut Vec<Offer> {
        match kind {
            Kind::Imap => &mut self.imap,
            Kind::Smtp => &mut self.smtp,
        }
    }
}

fn all(offers: &[Offer]) -> String {
    offers
        .iter()
        .map(|Offer { reach, .. }| format!("{}:{}", reach.host, reach.port))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Whether a server's name is the domain's, or below it.
fn is_of(host: &str, domain: &str) -> bool {
    host == domain
        || host
            .strip_suffix(domain)
            .is_some_and(|before| before.ends_with('.'))
}

/// A name as a server's certificate can have it; `None` for anything else that was written there.
fn host(text: &str) -> Option<String> {
    let name = text.trim().trim_end_matches('.').to_ascii_lowercase();
    let is_label = |label: &str| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        !label.is_empty() && label.len() <= 63 && label.chars().all(is_plain)
    };
    (name.len() <= 253 && name.split('.').all(is_label)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_of_a_domain_or_is_not() {
        for (host, is_its) in [
            ("imap.kommun.se", true),
            ("kommun.se", true),
            ("a.b.kommun.se", true),
            ("annankommun.se", false),
            ("kommun.se.evil.test", false),
            ("outlook.office365.com", false),
        ] {
            assert_eq!(is_of(host, "kommun.se"), is_its, "{host}");
        }
    }

    #[test]
    fn only_names_are_names() {
        assert_eq!(host(" IMAP.Kommun.se. ").as_deref(), Some("imap.kommun.se"));
        assert_eq!(host("localhost").as_deref(), Some("localhost"));
        for text in [
            "",
            ".",
            "a..b",
            "imap kommun.se",
            "imap.kommun.se/x",
            "imap\n.se",
            "å.se",
            &"a".repeat(64),
        ] {
            assert_eq!(host(text), None, "{text:?}");
        }
        assert_eq!(host(&vec!["a"; 128].join(".")), None);
    }
}
