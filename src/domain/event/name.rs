//! The names of facts, as the log and `show` have them.

use super::Fact;

impl Fact {
    /// The event's name in the log and in `show`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Fact::Logged(_) => "logged",
            Fact::Moved { .. } => "moved",
            Fact::Gone => "gone",
            Fact::Flagged { .. } => "flagged",
            Fact::Unflagged { .. } => "unflagged",
            Fact::Assigned { .. } => "assigned",
            Fact::HandedBack { .. } => "handed_back",
            Fact::Answered { .. } => "answered",
            Fact::ProbablyAnswered { .. } => "probably_answered",
            Fact::Contacted { .. } => "contacted",
            Fact::NotAnswered { .. } => "not_answered",
            Fact::SenderTold => "sender_told",
            Fact::Repledged { .. } => "repledged",
            Fact::Letters { .. } => "letters",
            Fact::Posted { .. } => "posted",
            Fact::Returns { .. } => "returns",
            Fact::NoticedByHand { .. } => "noticed_by_hand",
            Fact::Closed { .. } => "closed",
            Fact::Excluded { .. } => "excluded",
            Fact::Judged { .. } => "judged",
            Fact::Presumed { .. } => "presumed",
            Fact::Lapsed => "lapsed",
            Fact::Reopened { .. } => "reopened",
            Fact::DueChanged { .. } => "due_changed",
            Fact::Promised { .. } => "promised",
            Fact::Unpromised { .. } => "unpromised",
            Fact::Follows { .. } => "follows",
            Fact::Twinned { .. } => "twinned",
            Fact::Tied { .. } => "tied",
            Fact::Uncovered => "uncovered",
            Fact::Noted { .. } => "noted",
            Fact::Remarked { .. } => "remarked",
            Fact::Urged => "urged",
            Fact::NoticeBarred { .. }
            | Fact::NoticeFreed { .. }
            | Fact::NoticeReset { .. }
            | Fact::Queued { .. }
            | Fact::Sent { .. }
            | Fact::Withheld { .. }
            | Fact::Withdrawn { .. }
            | Fact::Failed { .. } => self.name_of_mail(),
            Fact::Held { .. }
            | Fact::Released
            | Fact::Erased { .. }
            | Fact::Purged { .. }
            | Fact::WentLive { .. }
            | Fact::Paused { .. }
            | Fact::Resumed => self.name_of_keeping(),
        }
    }

    /// Of what becomes of a mail, and of what a person wants of it.
    fn name_of_mail(&self) -> &'static str {
        match self {
            Fact::NoticeBarred { .. } => "notice_barred",
            Fact::NoticeFreed { .. } => "notice_freed",
            Fact::NoticeReset { .. } => "notice_reset",
            Fact::Queued { .. } => "queued",
            Fact::Sent { .. } => "sent",
            Fact::Withheld { .. } => "withheld",
            Fact::Withdrawn { .. } => "withdrawn",
            _ => "failed",
        }
    }

    /// Of stored contents, and of facts that concern no item.
    fn name_of_keeping(&self) -> &'static str {
        match self {
            Fact::Held { .. } => "held",
            Fact::Released => "released",
            Fact::Erased { .. } => "erased",
            Fact::Purged { .. } => "purged",
            Fact::WentLive { .. } => "went_live",
            Fact::Paused { .. } => "paused",
            _ => "resumed",
        }
    }
}
