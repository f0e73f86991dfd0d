//! Public mail providers, whose domains say nothing about who writes, and the domain of an
//! organisation.

/// Domains that anyone gets an address at.
const PUBLIC: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "hotmail.se",
    "outlook.com",
    "outlook.se",
    "live.com",
    "live.se",
    "msn.com",
    "passport.com",
    "yahoo.com",
    "yahoo.se",
    "ymail.com",
    "rocketmail.com",
    "icloud.com",
    "me.com",
    "mac.com",
    "aol.com",
    "telia.com",
    "tele2.se",
    "tele2.com",
    "bredband.net",
    "bredband2.com",
    "bahnhof.se",
    "comhem.se",
    "spray.se",
    "passagen.se",
    "swipnet.se",
    "home.se",
    "glocalnet.net",
    "tiscali.se",
    "ownit.nu",
    "mail.com",
    "email.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "t-online.de",
    "freenet.de",
    "proton.me",
    "protonmail.com",
    "pm.me",
    "tutanota.com",
    "tuta.io",
    "fastmail.com",
    "hey.com",
    "zoho.com",
    "yandex.ru",
    "yandex.com",
    "mail.ru",
    "ukr.net",
    "wp.pl",
    "o2.pl",
    "onet.pl",
    "interia.pl",
    "online.no",
    "jubii.dk",
    "mail.dk",
    "luukku.com",
    "kolumbus.fi",
    "orange.fr",
    "wanadoo.fr",
    "free.fr",
    "laposte.net",
    "libero.it",
    "qq.com",
    "163.com",
    "126.com",
    "naver.com",
];

/// Providers that have a domain in many countries.
const FAMILIES: &[&str] = &["hotmail", "outlook", "live", "yahoo", "gmx"];

/// Second labels under which organisations register (`co.uk`).
const REGISTRIES: &[&str] = &["co", "com", "org", "net", "ac", "gov", "edu", "or", "ne"];

/// Whether anyone gets an address at that domain.
#[must_use]
pub fn is_public(domain: &str) -> bool {
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    let organisation = organisational_domain(&domain);
    PUBLIC.contains(&organisation)
        || organisation
            .split_once('.')
            .is_some_and(|(name, _)| FAMILIES.contains(&name))
}

/// The part of a domain that an organisation has registered, by its shape.
#[must_use]
pub fn organisational_domain(domain: &str) -> &str {
    let mut dots = domain.rmatch_indices('.').map(|(at, _)| at);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else {
        return domain;
    };
    let registry = REGISTRIES.contains(&&domain[second + 1..last]) && domain.len() - last <= 3;
    let from = if registry { dots.next() } else { Some(second) };
    from.map_or(domain, |at| &domain[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_are_known_with_their_countries() {
        for domain in [
            "gmail.com",
            "Hotmail.se",
            "hotmail.co.uk",
            "yahoo.de",
            "live.no",
            "mail.telia.com",
        ] {
            assert!(is_public(domain), "{domain}");
        }
        for domain in ["kommun.se", "", "gmail.kommun.se", "livet.se", "com"] {
            assert!(!is_public(domain), "{domain}");
        }
    }

    #[test]
    fn an_organisation_is_the_registered_part() {
        for (domain, expected) in [
            ("mx.a.kommun.se", "kommun.se"),
            ("kommun.se", "kommun.se"),
            ("a.firma.co.uk", "firma.co.uk"),
            ("firma.co.uk", "firma.co.uk"),
            ("localhost", "localhost"),
            ("", ""),
        ] {
            assert_eq!(organisational_domain(domain), expected);
        }
    }
}
