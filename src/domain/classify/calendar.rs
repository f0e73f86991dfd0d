//! Invitations and the answers to them (RFC 5546, RFC 6047).

use super::signs;
use crate::domain::message::Message;

/// What a calendar message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// Accepted, declined, tentative: its sender expects no answer.
    Reply,
    /// A request, a cancellation, another time proposed: a person waits, or should know.
    Other,
}

/// How programs begin the subject of an answer to an invitation, lower case, before the colon.
const RESPONSES: &[&str] = &[
    "accepterat",
    "accepterad",
    "avböjt",
    "avböjd",
    "tackat nej",
    "tackat ja",
    "preliminärt",
    "preliminärt accepterat",
    "preliminär",
    "accepted",
    "declined",
    "tentative",
    "tentatively accepted",
    "godkendt",
    "accepteret",
    "afvist",
    "foreløbigt accepteret",
    "akseptert",
    "godtatt",
    "avslått",
    "foreløpig",
    "foreløpig akseptert",
    "hyväksytty",
    "hylätty",
    "alustava",
    "alustavasti hyväksytty",
    "zugesagt",
    "abgesagt",
    "angenommen",
    "abgelehnt",
    "mit vorbehalt",
    "mit vorbehalt angenommen",
    "accepté",
    "refusé",
    "provisoire",
    "aceptado",
    "aceptada",
    "rechazado",
    "rechazada",
    "provisional",
    "accettato",
    "rifiutato",
    "provvisorio",
    "geaccepteerd",
    "afgewezen",
    "voorlopig",
    "zaakceptowano",
    "odrzucono",
    "wstępnie",
    "aceite",
    "recusado",
    "provisório",
    "event invitation reply (accepted)",
    "event invitation reply (declined)",
    "event invitation reply (tentative)",
    "svar på händelseinbjudan (accepterat)",
    "svar på händelseinbjudan (accepterad)",
    "svar på händelseinbjudan (avböjt)",
    "svar på händelseinbjudan (avböjd)",
    "svar på händelseinbjudan (preliminärt)",
    "svar på händelseinbjudan (preliminär)",
];

#[must_use]
pub fn sign(message: &Message) -> Option<Meeting> {
    let top = signs::top(message);
    let mut meeting = None;
    for content in message.content.iter().filter(|c| c.mime == "text/calendar") {
        match signs::param(content, "method").as_deref() {
            Some("reply") => return Some(Meeting::Reply),
            Some("request" | "cancel" | "counter" | "declinecounter" | "add" | "refresh") => {
                meeting = Some(Meeting::Other);
            }
            // A calendar file that a person attached is an attachment; as the mail itself it is an
            // invitation.
            _ if top == "text/calendar" => meeting = Some(Meeting::Other),
            _ => {}
        }
    }
    // Exchange to Exchange: the calendar part is in a form of its own, the class is in the header.
    if meeting.is_none() && class(message).is_some_and(|class| class.contains("calendarmessage")) {
        return Some(if response(message) {
            Meeting::Reply
        } else {
            Meeting::Other
        });
    }
    meeting
}

/// Whether the parts of a header-only message should be looked at: its own type or class says that
/// it is a calendar's.
#[must_use]
pub fn suspect(message: &Message) -> bool {
    let silent = message
        .content
        .first()
        .is_some_and(|c| signs::param(c, "method").is_none());
    (signs::top(message) == "text/calendar" && silent)
        || class(message).is_some_and(|c| c.contains("calendarmessage"))
}

/// How programs begin the subject of an invitation, lower case, before the colon. A person may
/// write so too: it only says that the parts are worth asking for.
const INVITATIONS: &[&str] = &[
    "inbjudan",
    "uppdaterad inbjudan",
    "uppdaterad inbjudan med kommentar",
    "inställt",
    "inställd",
    "inställd händelse",
    "avbokad händelse",
    "ny tid föreslagen",
    "nytt tidsförslag",
    "invitation",
    "updated invitation",
    "updated invitation with note",
    "canceled",
    "cancelled",
    "canceled event",
    "canceled event with note",
    "cancelled event",
    "new time proposed",
    "kutsu",
    "päivitetty kutsu",
    "peruutettu",
    "einladung",
    "aktualisierte einladung",
    "invitasjon",
    "oppdatert invitasjon",
    "avlyst",
    "avlyst aktivitet",
    "opdateret invitation",
    "aflyst",
    "aflyst begivenhed",
    "zaproszenie",
    "event invitation",
    "updated event invitation",
    "event canceled",
    "event cancelled",
    "händelseinbjudan",
    "uppdaterad händelseinbjudan",
    "händelse inställd",
    "mötesinbjudan",
    "möteskallelse",
    "möte inställt",
    "termineinladung",
    "invitación",
    "invito",
    "uitnodiging",
    "convite",
];

/// Whether the kinds of a message's parts are to be asked for: its header shows no calendar, but
/// its subject is one's. Google's and Apple's programs give it no class, and the calendar's part is
/// inside.
///
/// Rejected: to ask for the parts of every mail, a round trip each, for the sake of an invitation
/// under a plain subject. It is a question all the same; only its notice is not held.
#[must_use]
pub fn may_be_meeting(message: &Message) -> bool {
    let is_whole = matches!(&message.content[..], [whole] if whole.mime.starts_with("multipart/"));
    is_whole && (response(message) || begins(message, INVITATIONS))
}

/// The subject is an answer's to an invitation; its structure may not be known.
#[must_use]
pub fn response(message: &Message) -> bool {
    begins(message, RESPONSES)
}

/// Its subject has one of these before the colon.
fn begins(message: &Message, heads: &[&str]) -> bool {
    message
        .subject
        .split_once(':')
        .is_some_and(|(head, _)| heads.contains(&head.trim().to_lowercase().as_str()))
}

fn class(message: &Message) -> Option<String> {
    message.header("content-class").map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::ContentType;

    #[test]
    fn the_subjects_of_programs_ask_for_a_look_at_the_parts() {
        for (subject, is_answer) in [
            ("Accepterat: Möte", true),
            ("Event Invitation Reply (Accepted): Möte", true),
            ("Svar på händelseinbjudan (avböjt): Möte", true),
            ("Händelseinbjudan: Möte", false),
            ("Event Canceled: Möte", false),
            ("Möteskallelse: KF", false),
        ] {
            let message = Message {
                subject: subject.to_owned(),
                content: vec![ContentType {
                    mime: "multipart/mixed".to_owned(),
                    params: Vec::new(),
                }],
                ..Message::default()
            };
            assert!(may_be_meeting(&message), "{subject}");
            assert_eq!(response(&message), is_answer, "{subject}");
        }
    }
}
