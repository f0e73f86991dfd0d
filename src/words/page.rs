//! The report's first page, and the words around it.

/// What became of those who got a notice.
pub struct AfterNotices {
    pub noticed: u32,
    pub kept: u32,
    pub late: u32,
    pub otherwise: u32,
    pub waits: u32,
}

/// Those who wait when the report is made.
pub struct Waiting {
    pub n: u32,
    pub in_time: u32,
    pub late: u32,
    pub oldest: String,
    /// Their promised date is still to come.
    pub runs: u32,
    /// Their promised date has passed.
    pub over: u32,
}

/// Figures, periods and names are in words already.
pub struct Page {
    pub title: fn(of: &str) -> String,
    pub no_questions: &'static str,
    pub few_questions: &'static str,
    pub headline_shares: fn(answered: u32, noticed: u32) -> String,
    pub headline_counts: fn(answered: u32, n: u32) -> String,
    pub preliminary_headline: fn(headline: &str) -> String,
    pub in_month: fn(month: &str) -> String,
    pub lead: fn(name: &str, time: &str, made: &str) -> String,
    pub figures_are_final: &'static str,
    pub preliminary: fn(pending: u32, from: &str) -> String,
    pub preliminary_from: fn(from: &str) -> String,
    pub nothing_arrived: &'static str,
    pub the_pledge: &'static str,
    pub answer_and_notice: &'static str,
    pub in_pictures: &'static str,
    pub pledge_by_pledge: &'static str,
    pub small_mailboxes: &'static str,
    /// How a pledge was kept: the shares of the answered, of the noticed, and of the rest.
    pub shares: fn(n: u32, questions: &str, period: &str, shares: &[String; 3]) -> String,
    pub shares_in_short: fn(n: u32, questions: &str, shares: &[String; 3]) -> String,
    pub counts: fn(counts: &str, n: u32) -> String,
    pub in_period: fn(period: &str, shares: &str) -> String,
    pub none_decided: &'static str,
    pub too_few: &'static str,
    pub after_notices: fn(notices: &AfterNotices) -> String,
    /// Goes on in [`Self::beside`].
    pub said_afterwards: fn(n: u32) -> String,
    /// Goes on in [`Self::beside`].
    pub filed: fn(n: u32) -> String,
    /// Goes on in [`Self::beside`].
    pub then: fn(period: &str, counts: &str) -> String,
    pub beside: fn(closed_reported_excluded: [u32; 3], more: &str, then: &str) -> String,
    pub mailbox: &'static str,
    pub median: &'static str,
    pub is_final: &'static str,
    pub is_preliminary: &'static str,
    pub who_waits: &'static str,
    pub few_wait: &'static str,
    pub none_waits: &'static str,
    pub by_lateness: &'static str,
    pub waiting: fn(waiting: &Waiting) -> String,
    pub other_mailboxes: &'static str,
    pub whole_municipality: &'static str,
    /// Instead of a number that could point at a person.
    pub few: &'static str,
    pub hours: fn(hours: u32, minutes: u32) -> String,
    pub decimal_sign: char,
    /// Of the file for a spreadsheet.
    pub columns: [&'static str; 7],
    pub appendix: &'static str,
    pub figures_of_picture: &'static str,
    pub figures_of_pictures: &'static str,
    pub attached: &'static str,
}
