//! The words for [`crate::domain::reason`] in Swedish and English: a code that lacks either does
//! not compile.
//!
//! Each is a clause after a colon or in brackets: no capital, no full stop.

use crate::config::Language;
use crate::domain::kind::Kind;
use crate::domain::reason::{DueChange, Reason, Sign, Undelivered, Withdrawal};

/// One sign.
#[must_use]
pub fn sign(language: Language, sign: Sign) -> &'static str {
    match language {
        Language::Swedish => swedish_sign(sign),
        Language::English => english_sign(sign),
    }
}

/// Several signs, in their order.
#[must_use]
pub fn signs(language: Language, signs: &[Sign]) -> String {
    let words: Vec<&str> = signs.iter().map(|one| sign(language, *one)).collect();
    words.join("; ")
}

/// Why a message needs no answer; a person's reason is in that person's words.
#[must_use]
pub fn reason(language: Language, reason: &Reason) -> String {
    let pick = |swedish, english| pick(language, swedish, english);
    match reason {
        Reason::Signs(found) => signs(language, found),
        Reason::Person(words) => words.clone(),
        Reason::OwnMail => pick("vårt eget mejl", "our own mail").to_owned(),
        Reason::NoFailure => {
            let swedish = "en leveransrapport som inte handlar om något fel";
            pick(swedish, "a delivery report that tells of no failure").to_owned()
        }
        Reason::OwnMailBounced { kind } => {
            let bounce = pick("vårt eget mejl kom tillbaka", "a bounce of our own mail");
            format!("{bounce} ({})", mail(language, *kind))
        }
        Reason::OwnCopyBounced => {
            let swedish = "kopian av ett besked kom tillbaka; själva beskedet berörs inte";
            pick(
                swedish,
                "a bounce of the copy of a notice; the notice itself is not concerned",
            )
            .to_owned()
        }
        Reason::AnswerBounced { conversation } => {
            let bounce = pick(
                "ett svar kom tillbaka i samtalet",
                "a bounce of an answer in the conversation",
            );
            format!("{bounce} {conversation}")
        }
        Reason::NoticeBounced { item } => {
            let swedish = "ett mejl kom tillbaka; adressen tyder på beskedet om";
            format!(
                "{} {item}",
                pick(swedish, "a bounce, by its address of the notice about")
            )
        }
        Reason::StrangeBounce => {
            let swedish = "ett mejl kom tillbaka som inte hör till något känt mejl";
            pick(swedish, "a bounce that belongs to no known mail").to_owned()
        }
        Reason::AutoReplyToUs { kind } => {
            let reply = pick(
                "automatiskt svar på vårt eget mejl",
                "an automatic reply to our own mail",
            );
            format!("{reply} ({})", mail(language, *kind))
        }
        Reason::AutoReplyIn { conversation } => {
            let reply = pick(
                "automatiskt svar i samtalet",
                "an automatic reply in the conversation",
            );
            format!("{reply} {conversation}")
        }
        Reason::CopyOfAnswer { conversation } => {
            let copy = pick(
                "kopia på ett svar i samtalet",
                "the copy of an answer in the conversation",
            );
            format!("{copy} {conversation}")
        }
        Reason::Internal => {
            pick("internt, från en kollega", "internal, from a colleague").to_owned()
        }
        Reason::StaffCommand => pick(
            "ett kommando från en medarbetare",
            "a command of a member of staff",
        )
        .to_owned(),
        Reason::StaffReply => pick(
            "en medarbetares svar på vårt eget mejl",
            "a reply of staff to one of our own mails",
        )
        .to_owned(),
    }
}

#[must_use]
pub fn due_change(language: Language, why: DueChange) -> &'static str {
    match why {
        DueChange::Reckoning => pick(
            language,
            "kalendern eller löftet har ändrats",
            "the calendar or the pledge was changed",
        ),
        DueChange::Twin => pick(
            language,
            "mejlet kom tidigare till en annan brevlåda",
            "the mail had come to another mailbox before",
        ),
        DueChange::Start => pick(
            language,
            "tiden räknas från ett nytt datum",
            "the time runs from another day",
        ),
        DueChange::LeaderSettled => {
            let swedish = "den tidigare frågan avgjordes utan den här";
            pick(
                language,
                swedish,
                "the earlier question was settled without it",
            )
        }
        DueChange::Stamp => pick(
            language,
            "stämpeldagen angavs av en person",
            "a person gave the stamp day",
        ),
        DueChange::StampUndone => pick(
            language,
            "den angivna stämpeldagen togs tillbaka",
            "the stamp day that was given was taken back",
        ),
    }
}

#[must_use]
pub fn withdrawal(language: Language, why: Withdrawal) -> &'static str {
    match why {
        Withdrawal::Settled => {
            let swedish = "ärendet avgjordes innan mejlet hann skickas";
            pick(
                language,
                swedish,
                "it was settled before the mail could leave",
            )
        }
        Withdrawal::TooLate => pick(
            language,
            "för långt efter sista dagen",
            "too long past the due date",
        ),
        Withdrawal::Stale => {
            let swedish = "det gick inte att skicka på för länge och skrivs om";
            pick(
                language,
                swedish,
                "it could not be sent for too long and is written anew",
            )
        }
        Withdrawal::OtherHandler => {
            let swedish =
                "det nämner eller går till någon som inte längre handlägger ärendet, och skrivs om";
            pick(
                language,
                swedish,
                "it names or goes to somebody who does not handle it any more, and is written anew",
            )
        }
        Withdrawal::Promised => {
            let swedish = "ett annat datum utlovades innan det hann skickas; det skrivs om";
            pick(
                language,
                swedish,
                "another date was promised before it could leave; it is written anew",
            )
        }
        Withdrawal::Shadow => pick(
            language,
            "tjänsten går i skuggläge",
            "the service is in shadow",
        ),
        Withdrawal::Paused => pick(
            language,
            "mejl till medborgare är pausade",
            "mail to citizens is paused",
        ),
        Withdrawal::FileRefused => {
            let swedish = "servern tar inte emot det med sin fil, och det skrivs om utan den";
            pick(
                language,
                swedish,
                "the server does not take it with its file, and it is written anew without it",
            )
        }
    }
}

/// The server's answer is given unchanged.
#[must_use]
pub fn undelivered(language: Language, why: &Undelivered) -> String {
    match why {
        Undelivered::Server(answer) => match language {
            Language::Swedish => format!("servern svarade ”{answer}”"),
            Language::English => format!("the server said “{answer}”"),
        },
        Undelivered::NoCopy => {
            let swedish = "förbindelsen bröts på slutet, och ingen kopia hittades";
            pick(
                language,
                swedish,
                "the connection was lost at the end, and no copy was found",
            )
            .to_owned()
        }
        Undelivered::NoAddress => {
            let swedish = "det går inte att skriva till avsändarens adress";
            pick(
                language,
                swedish,
                "the sender's address cannot be written to",
            )
            .to_owned()
        }
    }
}

/// A kind of our mails, in a word or two.
fn mail(language: Language, kind: Kind) -> &'static str {
    let pick = |swedish, english| pick(language, swedish, english);
    match kind {
        Kind::Notice => pick("besked", "notice"),
        Kind::NewDate => pick("nytt datum", "new date"),
        Kind::Reminder => pick("påminnelse", "reminder"),
        Kind::Escalation => pick("mejl till chef", "escalation"),
        Kind::Digest => pick("sammanställning", "digest"),
        Kind::Confirmation => pick("kvittens", "confirmation"),
        Kind::Alarm => pick("larm", "alarm"),
        Kind::Report => pick("rapport", "report"),
        Kind::Letter => pick("brev att posta", "letter"),
        Kind::Check => pick("provmejl", "trial mail"),
    }
}

fn pick(language: Language, swedish: &'static str, english: &'static str) -> &'static str {
    match language {
        Language::Swedish => swedish,
        Language::English => english,
    }
}

fn swedish_sign(sign: Sign) -> &'static str {
    match sign {
        Sign::OwnMessageId => "ett mejl som vi har skickat, enligt dess Message-ID",
        Sign::OwnMark => "ett mejl som vi har skickat, enligt dess märke",
        Sign::OwnTag => "ett mejl som vi har skickat, enligt dess nyckel",
        Sign::DeliveryReport => "en leveransrapport",
        Sign::DeliveryStatus => "innehåller uppgifter om en leverans",
        Sign::FailedRecipients => "räknar upp mottagare som inte nåddes",
        Sign::MailSystem => "kommer från ett e-postsystem",
        Sign::Postmaster => {
            "kommer från den som sköter ett e-postsystem, och ser ut som en leveransrapport"
        }
        Sign::FailureInWords => "ett system skriver att ett mejl inte kom fram",
        Sign::ReadReceipt => "ett läskvitto",
        Sign::NoSender => "ingen användbar avsändare: titta i brevlådan",
        Sign::NotRetrieved => "servern kunde inte lämna ut meddelandet: titta i brevlådan",
        Sign::AutoSubmitted => "märkt som automatiskt svar (Auto-Submitted)",
        Sign::AbsenceRule => "skrivet av en brevlådas regel för frånvaro",
        Sign::AutoReplyField => "bär ett märke som bara automatiska svar har",
        Sign::PrecedenceAutoReply => "märkt som automatiskt svar (Precedence)",
        Sign::Autoresponder => "bär en svarsrobots märke",
        Sign::AutoresponderLoop => "bär en svarsrobots märke mot rundgång",
        Sign::AbsenceSubject => "ämnet lyder som i ett frånvaromeddelande",
        Sign::AbsenceSubjectAndMachine => {
            "ämnet lyder som i ett frånvaromeddelande, och annat tyder på en automat"
        }
        Sign::AbsenceInNotes => "ett frånvaromeddelande så som Notes skriver det",
        Sign::SubjectAlone => "bara ämnet säger det",
        Sign::NoConversation => "hör inte till något känt samtal: någon bör titta",
        Sign::InvitationAnswer => "ett svar på en inbjudan",
        Sign::Invitation => "en inbjudan eller en ändring av en inbjudan",
        Sign::Scanner => "kommer från en skanner som står i konfigurationen",
        Sign::ListPassedOn => "kommer genom en sändlista, men är skrivet till andra än listan",
        Sign::BulkAndList => "märkt som massutskick (Precedence), med en sändlistas kännetecken",
        Sign::NewsletterService => "går att avbeställa, och är skickat av en tjänst för nyhetsbrev",
        Sign::List => "kommer genom en sändlista eller en grupp",
        Sign::BulkAlone => "märkt som massutskick (Precedence), utan andra tecken på det",
        Sign::UnsubscribeAlone => {
            "går att avbeställa (List-Unsubscribe), utan andra tecken på massutskick"
        }
        Sign::System => "skrivet av ett automatiskt system",
        Sign::SystemToNotify => {
            "skrivet av ett automatiskt system, och svarsadressen får få besked"
        }
        Sign::FromOurselves => "kommer från brevlådans egen adress, men inte från oss",
        Sign::NoMachine => "inget tyder på en automat",
        Sign::InJunk => "låg i skräpposten",
        Sign::DmarcFailed => "avsändaren kan vara förfalskad (DMARC)",
        Sign::ForgedMark => "bär vårt märke men är inte från oss",
        Sign::NullReturnPath => "saknar returadress",
        Sign::RoleAddress => "ingen läser på avsändarens adress",
        Sign::ForeignReplyTo => "svaret ska gå till en annan adress än avsändarens",
        Sign::CampaignAlone => "skickat av en tjänst för utskick, utan andra tecken på massutskick",
        Sign::SpamFlag => "märkt som skräppost på vägen hit",
        Sign::AbsenceWords => {
            "ämnet lyder som ett frånvaromeddelande, ett kvitto eller ett felmeddelande"
        }
        Sign::BareAddress => "avsändarens adress har ingen riktig domän",
        Sign::NeverNotify => "avsändaren får inga besked, enligt konfigurationen",
        Sign::NotVerified => "servern intygar inte avsändaren (Authentication-Results)",
        Sign::Channel => "kommer genom ett formulär, en växel eller en annan kanal",
        Sign::ForwardedIn => "vidarebefordrat av en kollega: tjänsten känner inte frågarens adress",
        Sign::Colleague => "kommer från en kollega",
    }
}

fn english_sign(sign: Sign) -> &'static str {
    match sign {
        Sign::OwnMessageId => "a mail that we sent, by its Message-ID",
        Sign::OwnMark => "a mail that we sent, by its mark",
        Sign::OwnTag => "a mail that we sent, by its key",
        Sign::DeliveryReport => "a delivery report",
        Sign::DeliveryStatus => "holds a delivery status",
        Sign::FailedRecipients => "names failed recipients",
        Sign::MailSystem => "from a mail system",
        Sign::Postmaster => "from a postmaster, in a delivery report's shape",
        Sign::FailureInWords => "a system says that a mail was not delivered",
        Sign::ReadReceipt => "a read receipt",
        Sign::NoSender => "no usable sender: look in the mailbox",
        Sign::NotRetrieved => "the server could not give the message: look in the mailbox",
        Sign::AutoSubmitted => "Auto-Submitted says auto-replied",
        Sign::AbsenceRule => "generated by a mailbox's absence rule",
        Sign::AutoReplyField => "carries an automatic reply's header field",
        Sign::PrecedenceAutoReply => "Precedence says automatic reply",
        Sign::Autoresponder => "an autoresponder's mark",
        Sign::AutoresponderLoop => "an autoresponder's loop mark",
        Sign::AbsenceSubject => "an absence notice's subject",
        Sign::AbsenceSubjectAndMachine => "an absence notice's subject, and a machine's signs",
        Sign::AbsenceInNotes => "an absence notice as Notes writes it",
        Sign::SubjectAlone => "told by its subject alone",
        Sign::NoConversation => "in no conversation of ours: a person should look",
        Sign::InvitationAnswer => "an answer to an invitation",
        Sign::Invitation => "an invitation or a change of one",
        Sign::Scanner => "from a configured scanner",
        Sign::ListPassedOn => "through a mailing list, but written to others than the list",
        Sign::BulkAndList => "Precedence bulk and a list's signs",
        Sign::NewsletterService => "can be unsubscribed from, and sent by a newsletter service",
        Sign::List => "through a mailing list or group",
        Sign::BulkAlone => "Precedence bulk alone",
        Sign::UnsubscribeAlone => "List-Unsubscribe alone",
        Sign::System => "a system's message",
        Sign::SystemToNotify => "a system's message, from a sender that may get a notice",
        Sign::FromOurselves => "from the mailbox itself, but not ours",
        Sign::NoMachine => "no sign of a machine",
        Sign::InJunk => "in the junk folder",
        Sign::DmarcFailed => "DMARC failed",
        Sign::ForgedMark => "carries our mark but is not from us",
        Sign::NullReturnPath => "the envelope sender is empty",
        Sign::RoleAddress => "the sender is a role address",
        Sign::ForeignReplyTo => "replies go to another address than the sender's",
        Sign::CampaignAlone => "one sign of a sending service alone",
        Sign::SpamFlag => "flagged as spam on the way",
        Sign::AbsenceWords => {
            "the subject has an absence notice's, a receipt's or a delivery report's words"
        }
        Sign::BareAddress => "the sender's address has no real domain",
        Sign::NeverNotify => "the sender gets no notices, by configuration",
        Sign::NotVerified => "the server does not vouch for the sender (Authentication-Results)",
        Sign::Channel => "through a form, a switchboard or another channel",
        Sign::ForwardedIn => {
            "passed on by a colleague: the citizen's address is unknown to the service"
        }
        Sign::Colleague => "from a colleague",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item::ItemId;

    #[test]
    fn each_language_has_its_own_words() {
        let conversation = ItemId(20_260_000_042);
        for reason_of in [
            Reason::Signs(vec![Sign::BulkAndList, Sign::RoleAddress]),
            Reason::OwnMail,
            Reason::OwnMailBounced { kind: Kind::Notice },
            Reason::OwnCopyBounced,
            Reason::AutoReplyIn { conversation },
        ] {
            let [swedish, english] =
                [Language::Swedish, Language::English].map(|l| reason(l, &reason_of));
            assert_ne!(swedish, english);
        }
        let reply = reason(Language::Swedish, &Reason::AutoReplyIn { conversation });
        assert_eq!(reply, "automatiskt svar i samtalet SL-2026-00042");
        let bounce = Reason::OwnMailBounced {
            kind: Kind::Escalation,
        };
        assert_eq!(
            reason(Language::Swedish, &bounce),
            "vårt eget mejl kom tillbaka (mejl till chef)"
        );
        let said = Undelivered::Server("RCPT: 550 5.1.1 User unknown".to_owned());
        assert_eq!(
            undelivered(Language::Swedish, &said),
            "servern svarade ”RCPT: 550 5.1.1 User unknown”"
        );
    }

    /// The log of a released version is read by every later one.
    #[test]
    fn codes_survive_the_log() {
        let check = |reason: Reason, stored: &str| {
            assert_eq!(serde_json::to_string(&reason).unwrap(), stored);
            assert_eq!(serde_json::from_str::<Reason>(stored).unwrap(), reason);
        };
        check(
            Reason::Signs(vec![Sign::BulkAndList, Sign::InJunk]),
            r#"{"signs":["bulk_and_list","in_junk"]}"#,
        );
        check(
            Reason::Person("reklam".to_owned()),
            r#"{"person":"reklam"}"#,
        );
        check(Reason::OwnMail, r#""own_mail""#);
        check(
            Reason::OwnMailBounced { kind: Kind::Notice },
            r#"{"own_mail_bounced":{"kind":"notice"}}"#,
        );
        let item = ItemId(20_260_000_042);
        check(
            Reason::NoticeBounced { item },
            r#"{"notice_bounced":{"item":20260000042}}"#,
        );
        for why in [
            Withdrawal::Settled,
            Withdrawal::TooLate,
            Withdrawal::Stale,
            Withdrawal::OtherHandler,
            Withdrawal::Promised,
            Withdrawal::Shadow,
            Withdrawal::Paused,
        ] {
            assert_eq!(serde_json::to_value(why).unwrap(), why.as_str());
        }
        for why in [Undelivered::NoCopy, Undelivered::NoAddress] {
            assert_eq!(serde_json::to_value(&why).unwrap(), why.as_str());
        }
    }
}
