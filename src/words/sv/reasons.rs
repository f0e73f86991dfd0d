//! Words for the reasons of the log, in Swedish.

use super::mails;
use crate::domain::reason::{DueChange, Reason, Sign, Withdrawal};
use crate::words::reasons::{Reasons, joined};

pub const REASONS: Reasons = Reasons {
    sign: |sign| match sign {
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
    },
    reason: |reason| match reason {
        Reason::Signs(found) => joined(found, REASONS.sign),
        Reason::Person(words) => words.clone(),
        Reason::OwnMail => "vårt eget mejl".to_owned(),
        Reason::NoFailure => "en leveransrapport som inte handlar om något fel".to_owned(),
        Reason::OwnMailBounced { kind } => {
            format!("vårt eget mejl kom tillbaka ({})", mails::name(*kind))
        }
        Reason::OwnCopyBounced => {
            "kopian av ett besked kom tillbaka; själva beskedet berörs inte".to_owned()
        }
        Reason::AnswerBounced { conversation } => {
            format!("ett svar kom tillbaka i samtalet {conversation}")
        }
        Reason::NoticeBounced { item } => {
            format!("ett mejl kom tillbaka; adressen tyder på beskedet om {item}")
        }
        Reason::StrangeBounce => {
            "ett mejl kom tillbaka som inte hör till något känt mejl".to_owned()
        }
        Reason::AutoReplyToUs { kind } => format!(
            "automatiskt svar på vårt eget mejl ({})",
            mails::name(*kind)
        ),
        Reason::AutoReplyIn { conversation } => {
            format!("automatiskt svar i samtalet {conversation}")
        }
        Reason::CopyOfAnswer { conversation } => {
            format!("kopia på ett svar i samtalet {conversation}")
        }
        Reason::Internal => "internt, från en kollega".to_owned(),
        Reason::WithoutClock => "räknas bara: löftet har ingen tid".to_owned(),
        Reason::PartOf { item } => format!("inget eget brev: det hör till {item}"),
        Reason::StaffCommand => "ett kommando från en medarbetare".to_owned(),
        Reason::StaffReply => "en medarbetares svar på vårt eget mejl".to_owned(),
    },
    due_change: |why| match why {
        DueChange::Reckoning => "kalendern eller löftet har ändrats",
        DueChange::Twin => "mejlet kom tidigare till en annan brevlåda",
        DueChange::Start => "tiden räknas från ett nytt datum",
        DueChange::LeaderSettled => "den tidigare frågan avgjordes utan den här",
        DueChange::Stamp => "stämpeldagen angavs av en person",
        DueChange::StampUndone => "den angivna stämpeldagen togs tillbaka",
    },
    withdrawal: |why| match why {
        Withdrawal::Settled => "ärendet avgjordes innan mejlet hann skickas",
        Withdrawal::TooEarly => {
            "löftet eller kalendern har ändrats, och tiden för det har inte kommit"
        }
        Withdrawal::TooLate => "för långt efter sista dagen",
        Withdrawal::Stale => "det gick inte att skicka på för länge och skrivs om",
        Withdrawal::OtherHandler => {
            "det nämner eller går till någon som inte längre handlägger ärendet, och skrivs om"
        }
        Withdrawal::Promised => "ett annat datum utlovades innan det hann skickas; det skrivs om",
        Withdrawal::Shadow => "tjänsten går i skuggläge",
        Withdrawal::Paused => "mejl till medborgare är pausade",
        Withdrawal::FileRefused => {
            "servern tar inte emot det med sin fil, och det skrivs om utan den"
        }
        Withdrawal::SentBefore => {
            "mottagaren har redan fått det, av en människa, från den andra servern eller före en återläsning"
        }
    },
    server_said: |answer| format!("servern svarade ”{answer}”"),
    no_copy: "förbindelsen bröts på slutet, och ingen kopia hittades",
    no_address: "det går inte att skriva till avsändarens adress",
};
