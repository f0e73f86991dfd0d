//! What a trial shows.

use crate::domain::effect::Kind;
use chrono::NaiveDate;

/// What a trial shows.
pub struct Trial {
    pub title: &'static str,
    pub pledge: fn(name: &str, time: &str) -> String,
    pub of: fn(part: u32, of: u32) -> String,
    /// Why a month is not counted.
    pub inbox_thinned: &'static str,
    pub sent_thinned: &'static str,
    pub moved: &'static str,
    /// Readers of mails.
    pub citizens: &'static str,
    pub operator: &'static str,
    pub decided: fn(decided: u32) -> String,
    pub answer_in_time: &'static str,
    pub answer_later: &'static str,
    pub no_answer: &'static str,
    pub not_decided: &'static str,
    pub notices: fn(notices: u32) -> String,
    pub left_out: fn(months: &str) -> String,
    pub not_seen: &'static str,
    pub marked: fn(marked: u32) -> String,
    pub would_have_been_sent: &'static str,
    pub reader: fn(reader: &str, mails: u32, days: usize) -> String,
    pub warning: fn(erase_by: NaiveDate) -> String,
    /// Titles of the page.
    pub shown: &'static str,
    pub not_shown: &'static str,
    pub obstacles: &'static str,
    pub files: &'static str,
    /// Why a mail would have been sent.
    pub kind: fn(kind: Kind) -> &'static str,
    /// Of `mails.csv`.
    pub mails_head: [&'static str; 4],
    /// Of `unanswered.csv`.
    pub unanswered_head: [&'static str; 3],
    /// Of its columns for senders and subjects.
    pub subjects_head: [&'static str; 2],
    pub months_title: &'static str,
    pub months_counted: &'static str,
    pub month: &'static str,
    pub notice_in_time: &'static str,
    pub remark: &'static str,
    pub by_month: &'static str,
    pub readers_head: [&'static str; 3],
    pub by_reader: &'static str,
    pub by_reason: &'static str,
    pub reasons_head: [&'static str; 2],
    /// Obstacles to better figures.
    pub nothing_came: &'static str,
    pub sent_is_empty: &'static str,
    pub none_answers: fn(sent: u32, address: &str) -> String,
    pub folders_left_out: fn(more: usize, folders: &str) -> String,
    pub folders_not_opened: fn(folders: &str) -> String,
    pub no_verdicts: &'static str,
    pub timeless: fn(mails: u32) -> String,
    /// With the places of the bar, as it names them.
    pub progress: &'static str,
}
