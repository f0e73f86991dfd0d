//! The built-in texts of mails and letters, a file for each, in Swedish.

use crate::words::templates::Templates;

pub const TEMPLATES: Templates = Templates {
    notice: include_str!("../../mail/templates/sv/notice.txt"),
    complaint: include_str!("../../mail/templates/sv/notice-complaint.txt"),
    records: include_str!("../../mail/templates/sv/notice-records.txt"),
    decision: include_str!("../../mail/templates/sv/notice-decision.txt"),
    new_date: include_str!("../../mail/templates/sv/new-date.txt"),
    letter: include_str!("../../mail/templates/sv/letter.txt"),
    letter_text: include_str!("../../mail/templates/sv/letter-text.txt"),
    staff: include_str!("../../mail/templates/sv/staff.txt"),
    alarm: include_str!("../../mail/templates/sv/alarm.txt"),
    confirmation: include_str!("../../mail/templates/sv/confirmation.txt"),
    pause: include_str!("../../mail/templates/sv/pause.txt"),
};
