//! A mail made ready for the dialogue: paths that SMTP can carry, regular line ends, words that no
//! log may have.

use super::reply::{Failure, Reply};
use super::session::Session;
use super::verdict::is_final_for_reader;
use crate::ports::{Envelope, Refused};
use lettre::Address;
use std::borrow::Cow;
use std::time::Duration;

/// A recipient.
pub(super) struct Receiver<'a> {
    pub address: Address,
    /// As the caller wrote it.
    written: &'a str,
}

impl<'a> Receiver<'a> {
    /// `None`: no address that SMTP can carry.
    fn new(written: &'a str) -> Option<Self> {
        Some(Self {
            address: path(written)?,
            written,
        })
    }

    pub fn refused(&self, why: String) -> Refused {
        Refused {
            address: self.written.to_owned(),
            why,
        }
    }
}

/// A mail made ready for the dialogue.
pub(super) struct Parcel<'a> {
    from: Option<Address>,
    to: Vec<Receiver<'a>>,
    pub own_copy: Option<Receiver<'a>>,
    /// Regular line ends, without the last one.
    pub mail: Cow<'a, [u8]>,
    /// Some local part has letters beyond ASCII (RFC 6531).
    utf8: bool,
    /// Local parts: a server's «user anna unknown» must not reach a log.
    hidden: Vec<String>,
}

impl<'a> Parcel<'a> {
    /// The error is the text of a rejection: no server could take this.
    pub fn new(envelope: &'a Envelope) -> Result<Self, String> {
        let from = match &envelope.from {
            Some(from) => {
                Some(path(from).ok_or("the sender's address is not one that SMTP can carry")?)
            }
            None => None,
        };
        let to = envelope.to.iter().map(|to| Receiver::new(to));
        let to: Vec<_> = to
            .collect::<Option<_>>()
            .ok_or("a recipient's address is not one that SMTP can carry")?;
        let own_copy = envelope.own_copy.as_deref().and_then(Receiver::new);
        if to.is_empty() {
            return Err("no recipient".to_owned());
        }
        let addresses = || {
            from.iter()
                .chain(to.iter().chain(&own_copy).map(|receiver| &receiver.address))
        };
        let utf8 = addresses().any(|address| !address.user().is_ascii());
        let hidden = addresses()
            .map(|address| address.user().to_owned())
            .collect();
        Ok(Self {
            mail: wire_form(&envelope.mail),
            utf8,
            hidden,
            from,
            to,
            own_copy,
        })
    }

    /// MAIL, unless the server cannot know such addresses.
    pub async fn mail(&self, session: &mut Session) -> Result<(), Failure> {
        if self.utf8 && !session.takes_utf8() {
            // The reply that RFC 6531 §3.5 has for it, made here.
            let text = "5.6.7 the address has letters beyond ASCII, and the server does not offer SMTPUTF8";
            return Err(Failure::Said(Reply::new(553, text, &[])));
        }
        let bytes = u64::try_from(self.mail.len()).unwrap_or(u64::MAX);
        if let Some(most) = session.max_size().filter(|most| bytes > *most) {
            // The reply that RFC 1870 §6.1 has for it, made here: nothing need be sent to learn it.
            let text = format!(
                "5.3.4 the mail has {bytes} bytes, and the server takes {most} at most (SIZE)"
            );
            return Err(Failure::Said(Reply::new(552, &text, &[])));
        }
        let eight_bit = !self.mail.is_ascii();
        session
            .mail(self.from.clone(), self.utf8, eight_bit, self.hidden.clone())
            .await
            .map(drop)
    }

    /// RCPT for each. Those refused for good come back, unless no reader is left.
    ///
    /// When one is only deferred, the whole mail waits: nothing has been handed over yet, and a
    /// mail that was sent to some could not be sent again to the others without reaching the first
    /// ones twice.
    pub async fn recipients(
        &self,
        session: &mut Session,
        limit: Duration,
    ) -> Result<Vec<Refused>, Failure> {
        let mut refused = Vec::new();
        for receiver in &self.to {
            match session.rcpt(receiver.address.clone(), limit).await {
                Ok(_) => {}
                Err(Failure::Said(reply)) if is_final_for_reader(&reply) => {
                    if refused.len() + 1 == self.to.len() {
                        return Err(Failure::Said(reply));
                    }
                    refused.push(receiver.refused(reply.to_string()));
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(refused)
    }
}

/// An address as SMTP writes it. A domain with å ä ö goes by its ASCII name (RFC 5890), which every
/// server knows.
fn path(address: &str) -> Option<Address> {
    let (user, domain) = address.rsplit_once('@')?;
    let domain = if domain.is_ascii() {
        Cow::Borrowed(domain)
    } else {
        idna::domain_to_ascii(domain).ok()?.into()
    };
    Address::new(user, domain).ok()
}

/// The mail as lettre wants it: CRLF line ends only, without the last one, which lettre adds with
/// the dot.
///
/// A bare CR or LF must not go out (RFC 5321 §2.3.8): servers that take it for a line end would see
/// other lines, and perhaps another final dot, than we wrote.
fn wire_form(mail: &[u8]) -> Cow<'_, [u8]> {
    let bare = |(at, byte): (usize, &u8)| match byte {
        b'\r' => mail.get(at + 1) != Some(&b'\n'),
        b'\n' => at == 0 || mail[at - 1] != b'\r',
        _ => false,
    };
    if !mail.iter().enumerate().any(bare) {
        return Cow::Borrowed(mail.strip_suffix(b"\r\n").unwrap_or(mail));
    }
    let mut regular = Vec::with_capacity(mail.len() + mail.len() / 32);
    for (at, byte) in mail.iter().enumerate() {
        match byte {
            b'\n' if at > 0 && mail[at - 1] == b'\r' => {}
            b'\r' | b'\n' => regular.extend_from_slice(b"\r\n"),
            byte => regular.push(*byte),
        }
    }
    if regular.ends_with(b"\r\n") {
        regular.truncate(regular.len() - 2);
    }
    Cow::Owned(regular)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_has_regular_line_ends_only() {
        let check = |mail: &str, expected: &str| {
            assert_eq!(
                String::from_utf8_lossy(&wire_form(mail.as_bytes())),
                expected,
                "{mail:?}"
            );
        };
        check("a\r\nb\r\n", "a\r\nb");
        check("a\r\n\r\n", "a\r\n");
        check("a", "a");
        check("", "");
        check("\r\n", "");
        check("a\nb\n", "a\r\nb");
        check("a\n.\nb\r\n", "a\r\n.\r\nb");
        check("a\r.\rb", "a\r\n.\r\nb");
        check("a\r\r\nb", "a\r\n\r\nb");
        check("\na", "\r\na");
    }

    #[test]
    fn addresses_are_those_that_smtp_can_carry() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(
                path(address).as_ref().map(AsRef::as_ref),
                expected,
                "{address:?}"
            );
        };
        check("anna@example.se", Some("anna@example.se"));
        check("info@blåbär.se", Some("info@xn--blbr-noae.se"));
        check("åsa@example.se", Some("åsa@example.se"));
        check("anna", None);
        check("anna@", None);
        check("@example.se", None);
        check("a@example.se>\r\nRCPT TO:<b@example.se", None);
        check("a\r\n@example.se", None);
        check("a b@example.se", None);
    }
}
