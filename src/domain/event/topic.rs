//! The names of facts, as the log and `show` have them, by the topics of an item's life.

use super::Fact;

/// Declares the topics, and under each its facts with their names.
macro_rules! facts {
    ($($(#[$meta:meta])* $topic:ident { $($fact:ident = $name:literal,)+ })+) => {
        /// Which side of an item a fact changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Topic { $($(#[$meta])* $topic,)+ }

        impl Fact {
            #[must_use]
            pub fn topic(&self) -> Topic {
                match self { $($(Fact::$fact { .. })|+ => Topic::$topic,)+ }
            }

            /// The event's name in the log and in `show`.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $($(Fact::$fact { .. } => $name,)+)+ }
            }
        }

        elsewhere! { [] [] $($topic { $($fact)+ })+ }
    };
}

/// Declares [`of_other_topics`], an arm at a time: `[arms] [facts before] topic { its facts } …`.
macro_rules! elsewhere {
    ([$($arms:tt)*] [$($before:ident)*]) => {
        /// The pattern of every fact outside a topic. A match over one topic that ends with it
        /// names each fact of that topic, so a new one is not forgotten there.
        macro_rules! of_other_topics { $($arms)* }
    };
    ([$($arms:tt)*] [$($before:ident)*]
     $topic:ident { $($own:ident)+ } $($later:ident { $($after:ident)+ })*) => {
        elsewhere! {
            [$($arms)* ($topic) => { $(Fact::$before { .. })|* $($(| Fact::$after { .. })+)* };]
            [$($before)* $($own)+]
            $($later { $($after)+ })*
        }
    };
}

facts! {
    /// Whether it is a question, and of which kind.
    Question {
        Logged = "logged",
        Excluded = "excluded",
        Judged = "judged",
        Presumed = "presumed",
        Lapsed = "lapsed",
        Reopened = "reopened",
    }
    /// Where its message lies, its marks, and who has it.
    Place {
        Moved = "moved",
        Gone = "gone",
        Flagged = "flagged",
        Unflagged = "unflagged",
        Assigned = "assigned",
        HandedBack = "handed_back",
    }
    /// An answer, another contact, a closing, or the word that there was none.
    Answer {
        Answered = "answered",
        ProbablyAnswered = "probably_answered",
        Contacted = "contacted",
        NotAnswered = "not_answered",
        Closed = "closed",
    }
    /// By when it is to be answered.
    Date {
        DueChanged = "due_changed",
        Promised = "promised",
        Unpromised = "unpromised",
    }
    /// Its relation to other items.
    Others {
        Follows = "follows",
        Twinned = "twinned",
        Tied = "tied",
        Uncovered = "uncovered",
    }
    /// A person's word about its notice, and a wish for a reminder.
    Notice {
        NoticeBarred = "notice_barred",
        NoticeFreed = "notice_freed",
        NoticeReset = "notice_reset",
        Posted = "posted",
        Returns = "returns",
        NoticedByHand = "noticed_by_hand",
        Urged = "urged",
    }
    /// Another word about it.
    Word {
        SenderTold = "sender_told",
        Repledged = "repledged",
        Letters = "letters",
        Noted = "noted",
        Remarked = "remarked",
    }
    /// A mail about it, on its way from decided to sent, lost or taken back.
    Mail {
        Queued = "queued",
        Sent = "sent",
        Withheld = "withheld",
        Withdrawn = "withdrawn",
        Failed = "failed",
    }
    /// How long it is kept.
    Keeping {
        Held = "held",
        Released = "released",
        Erased = "erased",
    }
    /// Of the service, not of an item.
    Service {
        Purged = "purged",
        WentLive = "went_live",
        Paused = "paused",
        Resumed = "resumed",
    }
}

pub(crate) use of_other_topics;
