//! Our mails: their built-in texts, and their names wherever they are named.

use crate::domain::effect::{Effect, Kind, Template};

/// By its name alone.
pub(super) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Notice => "notice",
        Kind::NewDate => "new date",
        Kind::Reminder => "reminder",
        Kind::Escalation => "escalation",
        Kind::Digest => "digest",
        Kind::Confirmation => "confirmation",
        Kind::Alarm => "alarm",
        Kind::Report => "report",
        Kind::Letter => "letter",
        Kind::Check => "trial mail",
    }
}

/// In the account of a trial.
pub(super) fn in_trial(kind: Kind) -> &'static str {
    match kind {
        Kind::Notice => "notice to the citizen",
        Kind::NewDate => "new date to the citizen",
        Kind::Reminder => "reminder to the handler",
        Kind::Escalation => "overdue: to the supervisor",
        Kind::Digest => "several matters in one",
        Kind::Letter => "notice to print and post",
        Kind::Confirmation => "confirmation",
        Kind::Alarm => "alarm",
        Kind::Report => "report",
        Kind::Check => "trial mail",
    }
}

/// Many of them, counted in the report.
pub(super) fn counted(kind: Kind) -> &'static str {
    match kind {
        Kind::Notice | Kind::NewDate => "Notices",
        Kind::Reminder => "Reminders to handlers",
        Kind::Escalation => "Mails to supervisors about what is late",
        Kind::Digest => "Mails that gather several things",
        Kind::Confirmation => "Confirmations",
        Kind::Alarm => "Alarms",
        Kind::Report => "Reports",
        Kind::Letter => "Letters to print",
        Kind::Check => "Trial mails",
    }
}

/// What an item has caused.
pub(super) fn of_item(effect: Effect) -> String {
    let text = match effect {
        Effect::Reminder => "The reminder",
        Effect::PromiseReminder(_) => "The reminder on the promised day",
        Effect::Notice => "The notice to the sender",
        Effect::NewDate(_) => "The mail about a new date",
        Effect::Letter => "The letter to print and post",
        Effect::Escalation(step) => {
            return format!("The mail to a supervisor, step {step}");
        }
        Effect::Climbed(_) => "The mail that a supervisor was told",
        Effect::Confirm => "The question whether it was answered",
        Effect::Filed => "The question about what was filed as done",
        Effect::NoticeTrouble => "The mail about the lost notice",
        Effect::AnswerInJunk => "The mail about an answer in junk",
        Effect::Trashed => "The question about what was thrown away",
        Effect::AnswerBounced => "The mail about the answer that came back",
        Effect::NoticeHeld => "The mail about the notice that was held",
        Effect::Urge(_) => "The reminder that someone asked for",
        Effect::Arrival => "The mail that it has arrived",
        Effect::NoQuestion(_) => "The mail that it is most likely no question",
        Effect::Note => "The question for a note",
        Effect::StandIn => "The mail to the deputy",
        Effect::HandOver(_) => "The mail to whoever has the item now",
    };
    text.to_owned()
}

/// The text that a mail or a letter is written by.
pub(super) fn template(template: Template) -> &'static str {
    match template {
        Template::Notice => include_str!("../../mail/templates/en/notice.txt"),
        Template::Complaint => include_str!("../../mail/templates/en/notice-complaint.txt"),
        Template::Records => include_str!("../../mail/templates/en/notice-records.txt"),
        Template::Decision => include_str!("../../mail/templates/en/notice-decision.txt"),
        Template::NewDate => include_str!("../../mail/templates/en/new-date.txt"),
        Template::Letter => include_str!("../../mail/templates/en/letter.txt"),
        Template::LetterText => include_str!("../../mail/templates/en/letter-text.txt"),
        Template::Staff => include_str!("../../mail/templates/en/staff.txt"),
        Template::Alarm => include_str!("../../mail/templates/en/alarm.txt"),
        Template::Confirmation => include_str!("../../mail/templates/en/confirmation.txt"),
        Template::Pause => include_str!("../../mail/templates/en/pause.txt"),
    }
}
