//! Our mails: their built-in texts, and their names wherever they are named.

use crate::domain::effect::{Effect, Kind, Template};

/// By its name alone.
pub(super) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Notice => "besked",
        Kind::NewDate => "nytt datum",
        Kind::Reminder => "påminnelse",
        Kind::Escalation => "mejl till chef",
        Kind::Digest => "sammanställning",
        Kind::Confirmation => "kvittens",
        Kind::Alarm => "larm",
        Kind::Report => "rapport",
        Kind::Letter => "brev att posta",
        Kind::Check => "provmejl",
    }
}

/// In the account of a trial.
pub(super) fn in_trial(kind: Kind) -> &'static str {
    match kind {
        Kind::Notice => "besked till medborgaren",
        Kind::NewDate => "nytt datum till medborgaren",
        Kind::Reminder => "påminnelse till handläggaren",
        Kind::Escalation => "försenat: till chefen",
        Kind::Digest => "samlat mejl",
        Kind::Letter => "besked att skriva ut och posta",
        Kind::Confirmation => "bekräftelse",
        Kind::Alarm => "larm",
        Kind::Report => "rapport",
        Kind::Check => "provmejl",
    }
}

/// Many of them, counted in the report.
pub(super) fn counted(kind: Kind) -> &'static str {
    match kind {
        Kind::Notice | Kind::NewDate => "Besked",
        Kind::Reminder => "Påminnelser till handläggare",
        Kind::Escalation => "Mejl till chefer om försenade ärenden",
        Kind::Digest => "Samlade mejl",
        Kind::Confirmation => "Bekräftelser",
        Kind::Alarm => "Larm",
        Kind::Report => "Rapporter",
        Kind::Letter => "Brev att skriva ut",
        Kind::Check => "Provmejl",
    }
}

/// What an item has caused.
pub(super) fn of_item(effect: Effect) -> String {
    let text = match effect {
        Effect::Reminder => "Påminnelsen",
        Effect::PromiseReminder(_) => "Påminnelsen på den utlovade dagen",
        Effect::Notice => "Beskedet till avsändaren",
        Effect::NewDate(_) => "Mejlet om ett nytt datum",
        Effect::Letter => "Brevet att skriva ut och posta",
        Effect::Escalation(step) => {
            return format!("Mejlet till chef, steg {step}");
        }
        Effect::Climbed(_) => "Mejlet om att en chef fick veta",
        Effect::Confirm => "Frågan om ärendet är besvarat",
        Effect::Filed => "Frågan om det som lades bland klara",
        Effect::NoticeTrouble => "Mejlet om att beskedet inte kom fram",
        Effect::AnswerInJunk => "Mejlet om ett svar i skräpposten",
        Effect::Trashed => "Frågan om det kastade",
        Effect::AnswerBounced => "Mejlet om att svaret kom tillbaka",
        Effect::NoticeHeld => "Mejlet om att inget besked går",
        Effect::Urge(_) => "Påminnelsen som någon bad om",
        Effect::Arrival => "Mejlet om att det kom in",
        Effect::NoQuestion(_) => "Mejlet om att det troligen inte är en fråga",
        Effect::Note => "Frågan efter en anteckning",
        Effect::StandIn => "Mejlet till ersättaren",
        Effect::HandOver(_) => "Mejlet till den som har ärendet nu",
    };
    text.to_owned()
}

/// The text that a mail or a letter is written by.
pub(super) fn template(template: Template) -> &'static str {
    match template {
        Template::Notice => include_str!("../../mail/templates/sv/notice.txt"),
        Template::Complaint => include_str!("../../mail/templates/sv/notice-complaint.txt"),
        Template::Records => include_str!("../../mail/templates/sv/notice-records.txt"),
        Template::Decision => include_str!("../../mail/templates/sv/notice-decision.txt"),
        Template::NewDate => include_str!("../../mail/templates/sv/new-date.txt"),
        Template::Letter => include_str!("../../mail/templates/sv/letter.txt"),
        Template::LetterText => include_str!("../../mail/templates/sv/letter-text.txt"),
        Template::Staff => include_str!("../../mail/templates/sv/staff.txt"),
        Template::Alarm => include_str!("../../mail/templates/sv/alarm.txt"),
        Template::Confirmation => include_str!("../../mail/templates/sv/confirmation.txt"),
        Template::Pause => include_str!("../../mail/templates/sv/pause.txt"),
    }
}
