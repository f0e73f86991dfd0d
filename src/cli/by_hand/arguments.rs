//! The arguments of what the registrar does to an item.

use crate::domain::event;
use clap::{Args, ValueEnum};

/// Gives an item to a member of staff
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte assign SL-2026-00042 registrator")]
pub struct AssignArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The member's id in the configuration
    #[arg(value_name = "STAFF")]
    pub staff: String,
}

/// Closes an item that was answered in a way the mailbox does not show
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte close SL-2026-00042 --how phone\n  \
    servicelofte close SL-2026-00042 --how letter --at \"2026-11-20 15:30\" --note \"dnr KS 2026/77\""
)]
pub struct CloseArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// How it was answered
    #[arg(long)]
    pub how: How,
    /// When, if not now: RFC 3339, or local time as YYYY-MM-DD (the end of that day) or "YYYY-MM-DD
    /// HH:MM"; not before the arrival and not in the future
    #[arg(long, value_name = "WHEN")]
    pub at: Option<String>,
    /// A note for the log; some pledges ask for one
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

/// How an item was settled outside the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum How {
    Answered,
    Phone,
    Letter,
    Meeting,
    Digital,
    Decision,
    Released,
    NoAnswerNeeded,
}

impl From<How> for event::How {
    fn from(how: How) -> Self {
        match how {
            How::Answered => Self::Answered,
            How::Phone => Self::Phone,
            How::Letter => Self::Letter,
            How::Meeting => Self::Meeting,
            How::Digital => Self::Digital,
            How::Decision => Self::Decision,
            How::Released => Self::Released,
            How::NoAnswerNeeded => Self::NoAnswerNeeded,
        }
    }
}

/// Takes an item out of the pledges, with the reason
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte exclude SL-2026-00042 --reason \"reklam\"")]
pub struct ExcludeArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Why it needs no answer; kept in the log
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

/// Opens a closed or excluded item again
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte reopen SL-2026-00042")]
pub struct ReopenArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
}

/// Promises an answer by a date, or moves what was promised
///
/// It buys time, and is the date that the sender is told in a notice; the pledge itself is kept by
/// an answer or a notice only.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte promise SL-2026-00042 2026-12-04\n  \
    servicelofte promise SL-2026-00042 2026-12-11 --reason \"väntar på underlag\""
)]
pub struct PromiseArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The last day of the answer, as YYYY-MM-DD: today or later
    #[arg(value_name = "DATE")]
    pub date: String,
    /// Why; kept in the log, and the citizen may read it. Needed to move what someone has promised
    /// before
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// Sets the day from which the time of an item runs
///
/// For pledges with `set_start = true`, such as decisions: until a day is set, the time runs from
/// the arrival.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte start SL-2026-00042 2026-11-24")]
pub struct StartArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The day, as YYYY-MM-DD: today or earlier
    #[arg(value_name = "DATE")]
    pub date: String,
}

/// Says that what is probably the answer to an item is one
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte confirm SL-2026-00042")]
pub struct ConfirmArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
}

/// Says that an item is a question, whatever it seemed to be
///
/// What was taken for no question, for thanks or for answered gets its time and its reminders.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte question SL-2026-00042")]
pub struct QuestionArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
}

/// Sends no automatic notice to the sender of an item
///
/// Its time runs on, with reminders and escalation.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Example:\n  servicelofte no-notice SL-2026-00042 --reason \"skyddade uppgifter\""
)]
pub struct NoNoticeArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Why; kept in the log
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

/// Says that the printed notice of a letter was posted
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  servicelofte posted SL-2026-00042\n  \
    servicelofte posted SL-2026-00042 --at 2026-11-20")]
pub struct PostedArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The day, as YYYY-MM-DD: today or earlier; default: today
    #[arg(long, value_name = "DAY")]
    pub at: Option<String>,
}

/// Says that the mail of the last day to the sender only tells who comes back
///
/// It counts as a notice with that date, and not as an answer.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  servicelofte returns SL-2026-00042\n  \
    servicelofte returns SL-2026-00042 2026-12-04")]
pub struct ReturnsArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The last day of the answer, as YYYY-MM-DD; default: the day that a notice of today would
    /// promise
    #[arg(value_name = "DATE")]
    pub date: Option<String>,
}

/// Has whoever has an item reminded of it
///
/// The mail leaves at once in office hours, else when they begin; once a day.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte remind SL-2026-00042")]
pub struct RemindArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
}

/// Writes a note into the history of an item
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte note SL-2026-00042 \"ringde, inget svar\"")]
pub struct NoteArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The note; it is kept as long as the item's personal data
    #[arg(value_name = "TEXT")]
    pub text: String,
}

/// Keeps an item from being erased after the retention time, or no longer
///
/// For a dispute or a request for records, for example. The whole conversation is kept with it.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte hold SL-2026-00042 on --note \"mål 1234-26\"\n  \
    servicelofte hold SL-2026-00042 off"
)]
pub struct HoldArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Whether it is kept
    #[arg(value_name = "on|off")]
    pub switch: Switch,
    /// Why; kept in the log
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    On,
    Off,
}

/// Lets the notice go that is held for an item, once
///
/// It leaves at its moment, or at once when that has passed. What lies in the junk folder gets
/// none.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  servicelofte notify SL-2026-00042\n  \
    servicelofte notify SL-2026-00042 kim@example.net")]
pub struct NotifyArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Where the sender reads mail; default: where the mail came from
    #[arg(value_name = "ADDRESS")]
    pub address: Option<String>,
}

/// Says from whom a letter is, or a mail that someone passed on
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte sender SL-2026-00042 \"Kim Berg\"")]
pub struct SenderArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The sender; it is kept as long as the item's personal data
    #[arg(value_name = "TEXT")]
    pub text: String,
}

/// Says that an item asks for public records
///
/// It gets the time of the pledge with text = "records", from its arrival.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte records SL-2026-00042")]
pub struct RecordsArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
}
