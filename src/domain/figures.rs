//! The figures of the compliance report: items in, numbers out. Pure: the same items always give
//! the same figures.
//!
//! Every number is one [`Figure`], and an item belongs to a figure or does not; [`Ground::each`] is
//! the one place that says in which. So a table, its explanation (the references behind a cell) and
//! the total are counted by the same rule.
//!
//! Which moment counts:
//! - A message belongs to the period in which it came into the mailbox, by its local date of
//!   arrival there.
//! - Every message has exactly one *place* ([`place`]): in the shares (answered in time, noticed in
//!   time, broken, pending), or in one of the lines outside them.
//! - **An answer is the first mail from a person.** Where a pledge is kept by a mail, a closing
//!   that rests on a person's word alone (by telephone, at a meeting) has a line of its own,
//!   outside the shares, unless the pledge was broken or a notice had kept it. A letter, a call or
//!   a decision is kept by such a word, since nothing else can show it ([`Kept`]).
//! - A notice is never an answer.

pub mod days;
pub mod elsewhere;
pub mod few;
pub mod finality;
pub mod nature;
pub mod place;
pub mod sheet;
pub mod sight;

pub use days::WorkingDays;
pub use elsewhere::Elsewhere;
pub use nature::Nature;
pub use place::{Ground, Kept};
pub use sheet::{Counts, Row, Sheet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// Declares every figure with the name that it has in JSON and after `--explain`.
macro_rules! figures {
    ($($(#[$meta:meta])* $name:ident = $code:literal,)+) => {
        /// One number of the report.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Figure { $($(#[$meta])* $name,)+ }

        impl Figure {
            /// All of them, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name in JSON and after `--explain`.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

figures! {
    /// Everything that came in.
    Received = "received",
    /// Under a pledge: in the shares, or in a line beside them.
    Arrived = "arrived",
    AnsweredInTime = "answered_in_time",
    NoticedInTime = "noticed_in_time",
    Broken = "broken",
    Pending = "pending",

    // What became of those who had a notice in time.
    NoticeKept = "notice_answered_by_date",
    NoticeLate = "notice_answered_later",
    NoticeByWord = "notice_closed_otherwise",
    NoticeWaits = "notice_waits",
    /// Of those that wait: the promised day has passed.
    NoticeOverdue = "notice_waits_past_date",
    /// Of the notices in time: letters whose posting a person has reported.
    NoticePosted = "notice_posted_by_report",
    /// Of the notices in time: those that name a function in place of a person.
    NoticeByFunction = "notice_by_function",

    // What no machine can check.
    ClosedWithoutAnswer = "closed_without_answer",
    /// Of those: after the pledge's last day.
    ClosedWithoutAnswerLate = "closed_without_answer_late",
    SelfReported = "self_reported",
    /// A day in time that was entered after the last day.
    SaidAfterwards = "said_afterwards",
    Filed = "filed",
    ExcludedByHand = "excluded_by_hand",

    // Other lines outside the shares.
    Covered = "covered",
    /// A colleague passed it on, so its citizen can get no notice.
    ForwardedKept = "forwarded_in_kept",
    ForwardedBroken = "forwarded_in_broken",
    ForwardedPending = "forwarded_in_pending",
    /// Most likely none.
    NoQuestion = "no_question",
    /// From a colleague, about something of their own.
    Internal = "internal",
    /// It was presumed to be none, and turned out to be a question; it counts as one.
    TurnedOut = "turned_out_a_question",
    /// It lies in another mailbox now, and counts there.
    HandedOver = "handed_over",
    Bulk = "bulk",
    AutoReply = "auto_reply",
    Bounce = "bounce",
    Receipt = "receipt",
    Calendar = "calendar",
    /// The service's own mail, copies of answers and staff's replies to the service.
    OwnTraffic = "own_traffic",
    OtherExcluded = "other_excluded",
    History = "history",

    // How fast: of the questions that the shares count as decided.
    Within1 = "answered_within_1_working_day",
    Within2 = "answered_within_2_working_days",
    Day0 = "answered_day_0",
    Day1 = "answered_day_1",
    Day2 = "answered_day_2",
    Day3To5 = "answered_day_3_to_5",
    Day6To10 = "answered_day_6_to_10",
    Later = "answered_later",
    NotAnswered = "not_answered",
    AnsweredLate = "answered_late",
    Unverified = "answered_unverified",
    ProbablyAnswered = "probably_answered",

    // Circumstances of the broken ones; one item may have several.
    Unassigned = "broken_unassigned",
    WhileBlind = "broken_while_blind",
    OverClosedDays = "broken_over_closed_days",
    Untouched = "broken_untouched",
    HandlerAway = "broken_handler_away",
    /// It became a question on the pledge's last day, or later.
    RecognisedLate = "broken_recognised_late",
    OtherwiseBroken = "broken_otherwise",

    // Notices that did not leave.
    HeldByCap = "notice_held_by_cap",
    HeldByPerson = "notice_held_by_person",

    PromisesKept = "promises_kept",
    PromisesMoved = "promises_moved",
    PromisesBroken = "promises_broken",
    PromisesPending = "promises_pending",

    Noted = "noted",
    NoteMissing = "note_missing",
    Escalated = "escalated",

    // Who waits now, whenever it came.
    WaitsInTime = "waits_in_time",
    Late1To2 = "waits_1_to_2_days_late",
    Late3To5 = "waits_3_to_5_days_late",
    Late6To10 = "waits_6_to_10_days_late",
    LateLonger = "waits_longer_late",
    PromiseRuns = "waits_promise_runs",
    PromiseOver = "waits_promise_broken",
}

impl Figure {
    /// How many there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Where a table of all of them has it.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }

    /// Reads what [`Figure::code`] writes.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|figure| figure.code() == code)
    }

    /// The parts of the shares, in the order of the report.
    pub const SHARES: [Self; 3] = [Self::AnsweredInTime, Self::NoticedInTime, Self::Broken];

    /// Lines outside the shares that a pledge has.
    pub const BESIDE: [Self; 9] = [
        Self::Covered,
        Self::ForwardedKept,
        Self::ForwardedBroken,
        Self::ForwardedPending,
        Self::ClosedWithoutAnswer,
        Self::SelfReported,
        Self::SaidAfterwards,
        Self::Filed,
        Self::ExcludedByHand,
    ];

    /// Lines of the messages under no pledge.
    pub const UNDER_NO_PLEDGE: [Self; 11] = [
        Self::NoQuestion,
        Self::Internal,
        Self::HandedOver,
        Self::Bulk,
        Self::AutoReply,
        Self::Bounce,
        Self::Receipt,
        Self::Calendar,
        Self::OwnTraffic,
        Self::OtherExcluded,
        Self::History,
    ];

    /// Days to the answer, in the steps in which they are shown.
    pub const DAYS: [Self; 7] = [
        Self::Day0,
        Self::Day1,
        Self::Day2,
        Self::Day3To5,
        Self::Day6To10,
        Self::Later,
        Self::NotAnswered,
    ];

    /// Circumstances of broken pledges.
    pub const CIRCUMSTANCES: [Self; 7] = [
        Self::Unassigned,
        Self::WhileBlind,
        Self::OverClosedDays,
        Self::Untouched,
        Self::HandlerAway,
        Self::RecognisedLate,
        Self::OtherwiseBroken,
    ];

    /// Open items by age.
    pub const WAITS: [Self; 5] = [
        Self::WaitsInTime,
        Self::Late1To2,
        Self::Late3To5,
        Self::Late6To10,
        Self::LateLonger,
    ];

    /// The figure of which it is a part; a part of very few is not shown.
    #[must_use]
    pub fn part_of(self) -> Option<Self> {
        use Figure as F;
        match self {
            F::NoticeKept
            | F::NoticeLate
            | F::NoticeByWord
            | F::NoticeWaits
            | F::NoticeOverdue
            | F::NoticePosted
            | F::NoticeByFunction => Some(F::NoticedInTime),
            F::ClosedWithoutAnswerLate => Some(F::ClosedWithoutAnswer),
            F::Unassigned
            | F::WhileBlind
            | F::OverClosedDays
            | F::Untouched
            | F::HandlerAway
            | F::RecognisedLate
            | F::OtherwiseBroken => Some(F::Broken),
            _ => None,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Figure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&code)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown figure {code:?}")))
    }
}

#[cfg(test)]
mod tests {
    mod oracle;

    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_figure_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = Figure::ALL.iter().map(|figure| figure.code()).collect();
        assert_eq!(names.len(), Figure::COUNT);
        for (index, figure) in Figure::ALL.iter().enumerate() {
            assert_eq!(
                (figure.index(), Figure::parse(figure.code())),
                (index, Some(*figure))
            );
        }
        assert_eq!(Figure::parse("unreached"), None);
    }
    #[test]
    fn a_row_is_final_when_the_last_of_its_items_is_due() {
        let now = chrono::DateTime::UNIX_EPOCH;
        let second = chrono::Duration::seconds(1);
        for (last_closes, expected) in [
            (None, true),
            (Some(now - second), true),
            (Some(now), true),
            (Some(now + second), false),
        ] {
            let row = sheet::Row {
                last_closes,
                ..sheet::Row::default()
            };
            assert_eq!(row.is_final(now), expected, "{last_closes:?}");
        }
    }
}
