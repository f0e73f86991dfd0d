//! The built-in texts of mails and letters, a file for each, in English.

use crate::words::templates::Templates;

pub const TEMPLATES: Templates = Templates {
    notice: include_str!("../../mail/templates/en/notice.txt"),
    complaint: include_str!("../../mail/templates/en/notice-complaint.txt"),
    records: include_str!("../../mail/templates/en/notice-records.txt"),
    decision: include_str!("../../mail/templates/en/notice-decision.txt"),
    new_date: include_str!("../../mail/templates/en/new-date.txt"),
    letter: include_str!("../../mail/templates/en/letter.txt"),
    letter_text: include_str!("../../mail/templates/en/letter-text.txt"),
    staff: include_str!("../../mail/templates/en/staff.txt"),
    alarm: include_str!("../../mail/templates/en/alarm.txt"),
    confirmation: include_str!("../../mail/templates/en/confirmation.txt"),
    pause: include_str!("../../mail/templates/en/pause.txt"),
};
