//! The built-in texts of mails and letters, a file for each.

/// A municipality can replace each of them.
pub struct Templates {
    pub notice: &'static str,
    pub complaint: &'static str,
    pub records: &'static str,
    pub decision: &'static str,
    pub new_date: &'static str,
    pub letter: &'static str,
    pub letter_text: &'static str,
    pub staff: &'static str,
    pub alarm: &'static str,
    pub confirmation: &'static str,
    pub pause: &'static str,
}
