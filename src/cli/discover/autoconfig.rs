//! The page that mail programs look for ("autoconfig"). Pure: text in, servers out.

use super::{Kind, MOST_SERVERS, Offer, Offers, host};
use crate::cli::proposal::Reach;
use crate::config::Security;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Most characters of a value; longer ones do not name a server.
const MOST_LETTERS: usize = 300;

/// A server that is being read.
struct Draft {
    kind: Kind,
    protocol: String,
    values: [String; 4],
}

/// The values of it that count, in the order of [`Draft::values`].
const VALUES: [&str; 4] = ["hostname", "port", "socketType", "username"];

/// The protected IMAP and SMTP servers that it names; `None` when it names none or is no such page.
#[must_use]
pub fn read(xml: &str, address: &str) -> Option<Offers> {
    let mut page = Page::default();
    let mut reader = Reader::from_str(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => page.begins(&tag),
            Event::Text(text) => page.says(&text),
            // `&amp;` and the like: a server's name has none, so its value is not guessed.
            Event::GeneralRef(_) => page.draft = None,
            Event::End(tag) => page.ends(tag.local_name().as_ref(), address),
            Event::Eof => break,
            _ => {}
        }
    }
    let Offers { imap, smtp, .. } = &page.offers;
    (!imap.is_empty() || !smtp.is_empty()).then_some(page.offers)
}

/// A page as far as it has been read.
#[derive(Default)]
struct Page {
    draft: Option<Draft>,
    /// Which of [`VALUES`] is being read.
    value: Option<usize>,
    offers: Offers,
}

impl Page {
    fn begins(&mut self, tag: &BytesStart<'_>) {
        let name = tag.local_name();
        match kind(name.as_ref()) {
            Some(kind) => {
                self.draft = Some(Draft {
                    kind,
                    protocol: protocol(tag).unwrap_or_default(),
                    values: Default::default(),
                });
            }
            None => self.value = VALUES.iter().position(|known| *known == name.as_ref()),
        }
    }

    fn says(&mut self, text: &str) {
        if let (Some(draft), Some(value)) = (&mut self.draft, self.value) {
            draft.values[value].push_str(text);
        }
    }

    fn ends(&mut self, name: &str, address: &str) {
        if kind(name).is_none() {
            self.value = None;
            return;
        }
        let draft = self.draft.take();
        if let Some((kind, offer)) = draft.and_then(|draft| draft.offer(address)) {
            let list = self.offers.list(kind);
            if list.len() < MOST_SERVERS {
                list.push(offer);
            }
        }
    }
}

/// The kind of server that an element tells of.
fn kind(element: &str) -> Option<Kind> {
    match element {
        "incomingServer" => Some(Kind::Imap),
        "outgoingServer" => Some(Kind::Smtp),
        _ => None,
    }
}

/// The value of its `type`.
fn protocol(tag: &BytesStart<'_>) -> Option<String> {
    let protocol = tag.try_get_attribute("type").ok()??;
    Some(protocol.value.into_owned())
}

impl Draft {
    fn offer(self, address: &str) -> Option<(Kind, Offer)> {
        let spoken = match self.kind {
            Kind::Imap => "imap",
            Kind::Smtp => "smtp",
        };
        if self.protocol != spoken {
            return None;
        }
        let [name, port, security, user] = self.values.each_ref().map(|value| value.trim());
        let security = match security {
            "SSL" => Security::Tls,
            "STARTTLS" => Security::StartTls,
            _ => return None,
        };
        let port = port.parse().ok().filter(|port| *port > 0)?;
        let user =
            (!user.is_empty() && user.len() <= MOST_LETTERS).then(|| written_out(user, address));
        Some((
            self.kind,
            Offer {
                reach: Reach {
                    host: host(name)?,
                    port,
                    security,
                },
                user,
            },
        ))
    }
}

/// The places of the address in a name to log in with.
fn written_out(user: &str, address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    user.replace("%EMAILADDRESS%", address)
        .replace("%EMAILLOCALPART%", local)
        .replace("%EMAILDOMAIN%", domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(servers: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- by hand -->\n<clientConfig version=\"1.1\"><emailProvider id=\"kommun.se\">
            <domain>kommun.se</domain><displayName>Kommunens e-post &amp; kalender</displayName>{servers}
            </emailProvider></clientConfig>"
        )
    }

    fn server(element: &str, kind: &str, host: &str, port: &str, security: &str) -> String {
        format!(
            "<{element} type=\"{kind}\"><hostname>{host}</hostname><port>{port}</port><socketType>{security}</socketType>
            <username>%EMAILLOCALPART%</username><authentication>password-cleartext</authentication></{element}>"
        )
    }

    fn told(xml: &str) -> Vec<String> {
        let Some(offers) = read(xml, "kf@kommun.se") else {
            return Vec::new();
        };
        let say = |Offer { reach, user }: &Offer| {
            format!(
                "{}:{} {:?} {}",
                reach.host,
                reach.port,
                reach.security,
                user.as_deref().unwrap_or("-")
            )
        };
        offers.imap.iter().chain(&offers.smtp).map(say).collect()
    }

    #[test]
    fn protected_servers_are_named_in_their_order() {
        let servers = [
            server("incomingServer", "pop3", "pop.kommun.se", "995", "SSL"),
            server("incomingServer", "imap", "IMAP.kommun.se", "993", "SSL"),
            server(
                "incomingServer",
                "imap",
                "imap.kommun.se",
                "143",
                "STARTTLS",
            ),
            server("incomingServer", "imap", "imap.kommun.se", "143", "plain"),
            server(
                "outgoingServer",
                "smtp",
                "smtp.kommun.se",
                "587",
                "STARTTLS",
            ),
        ];
        let expected = [
            "imap.kommun.se:993 Tls kf",
            "imap.kommun.se:143 StartTls kf",
            "smtp.kommun.se:587 StartTls kf",
        ];
        assert_eq!(told(&page(&servers.concat())), expected);
    }

    #[test]
    fn the_address_is_put_into_the_name_to_log_in_with() {
        for (user, expected) in [
            ("%EMAILADDRESS%", "kf@kommun.se"),
            ("%EMAILLOCALPART%", "kf"),
            ("KOMMUN\\%EMAILLOCALPART%", "KOMMUN\\kf"),
            ("%EMAILLOCALPART%.%EMAILDOMAIN%", "kf.kommun.se"),
            ("postlåda", "postlåda"),
        ] {
            assert_eq!(written_out(user, "kf@kommun.se"), expected);
        }
    }

    #[test]
    fn what_is_no_such_page_names_nothing() {
        let good = || server("incomingServer", "imap", "imap.kommun.se", "993", "SSL");
        let broken = page(&good()).replace("</hostname>", "</host>");
        let entity = page(&server("incomingServer", "imap", "&host;", "993", "SSL")).replace(
            "<clientConfig",
            "<!DOCTYPE x [<!ENTITY host SYSTEM \"file:///etc/hostname\">]><clientConfig",
        );
        for xml in [
            "",
            "<html><body>404</body></html>",
            &broken,
            &entity,
            &page(&server(
                "incomingServer",
                "imap",
                "imap kommun",
                "993",
                "SSL",
            )),
            &page(&server(
                "incomingServer",
                "imap",
                "imap.kommun.se",
                "0",
                "SSL",
            )),
            &page(&server(
                "incomingServer",
                "imap",
                "imap.kommun.se",
                "99993",
                "SSL",
            )),
            &page(&server(
                "outgoingServer",
                "imap",
                "imap.kommun.se",
                "993",
                "SSL",
            )),
            &page("<incomingServer type=\"imap\"/>"),
        ] {
            assert_eq!(told(xml), Vec::<String>::new(), "{xml}");
        }
        assert_eq!(told(&page(&good().repeat(50))).len(), MOST_SERVERS);
        // Cut anywhere, it ends somehow.
        let whole = page(&good());
        for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
            let _ = read(&whole[..end], "kf@kommun.se");
        }
    }
}
