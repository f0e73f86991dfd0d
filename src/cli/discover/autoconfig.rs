//! The page that mail programs look for ("autoconfig"). Pure: text in, servers out.

use super::{MOST_SERVERS, Offer, Offers, host};
use crate::cli::proposal::Reach;
use crate::config::Security;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Most characters of a value; longer ones do not name a server.
const MOST_LETTERS: usize = 300;

/// A server that is being read.
#[derive(Default)]
struct Draft {
    is_incoming: bool,
    kind: String,
    values: [String; 4],
}

/// The values of it that count, in the order of [`Draft::values`].
const VALUES: [&str; 4] = ["hostname", "port", "socketType", "username"];

/// The protected IMAP and SMTP servers that it names; `None` when it names none or is no such page.
#[must_use]
pub fn read(xml: &str, address: &str) -> Option<Offers> {
    let mut offers = Offers::default();
    let mut reader = Reader::from_str(xml);
    let (mut draft, mut value): (Option<Draft>, Option<usize>) = (None, None);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                name @ ("incomingServer" | "outgoingServer") => {
                    let kind = kind(&tag).unwrap_or_default();
                    draft = Some(Draft {
                        is_incoming: name == "incomingServer",
                        kind,
                        ..Draft::default()
                    });
                }
                name => value = VALUES.iter().position(|known| *known == name),
            },
            Event::Text(text) => {
                if let (Some(draft), Some(value)) = (&mut draft, value) {
                    draft.values[value].push_str(&text);
                }
            }
            // `&amp;` and the like: a server's name has none, so its value is not guessed.
            Event::GeneralRef(_) => draft = None,
            Event::End(tag)
                if matches!(
                    tag.local_name().as_ref(),
                    "incomingServer" | "outgoingServer"
                ) =>
            {
                if let Some((is_incoming, offer)) =
                    draft.take().and_then(|draft| draft.offer(address))
                {
                    let list = if is_incoming {
                        &mut offers.imap
                    } else {
                        &mut offers.smtp
                    };
                    if list.len() < MOST_SERVERS {
                        list.push(offer);
                    }
                }
            }
            Event::End(_) => value = None,
            Event::Eof => break,
            _ => {}
        }
    }
    (!offers.imap.is_empty() || !offers.smtp.is_empty()).then_some(offers)
}

/// The value of its `type`.
fn kind(tag: &BytesStart<'_>) -> Option<String> {
    let kind = tag.try_get_attribute("type").ok()??;
    Some(kind.value.into_owned())
}

impl Draft {
    fn offer(self, address: &str) -> Option<(bool, Offer)> {
        if self.kind != if self.is_incoming { "imap" } else { "smtp" } {
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
            self.is_incoming,
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
