//! The figures as readers get them: small numbers taken out, shares put to the counts. Its JSON
//! form is the report's JSON (`docs/report.schema.json`), and every other form is made from the
//! same values, so none says more than another.

use crate::domain::blind::{Cause, Sight};
use crate::domain::calendar::Counting;
use crate::domain::calendar::day_off::DayKind;
use crate::domain::coverage::Method;
use crate::domain::effect::Kind;
use crate::domain::figures::Figure;
use crate::domain::figures::few::percent;
use crate::domain::figures::finality::Correction;
use crate::domain::figures::{Elsewhere, Nature};
use crate::domain::pledge::Span;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The shape of the figures; grows when a field changes its meaning.
pub const VERSION: u32 = 2;

/// One report. Instants are RFC 3339 in the municipality's zone, dates are local.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub version: u32,
    /// The program's.
    pub program: String,
    pub organisation: String,
    /// The mailbox that it is about; `null` for all of them together.
    pub authority: Option<String>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub made_at: String,
    /// The clock of the times to answer: `08:00-17:00` on working days.
    pub office_hours: String,
    pub counting: Counting,
    /// In the order of the configuration, only those of which mail came.
    pub pledges: Vec<PledgeFigures>,
    /// Every day of a period that is short enough to be shown by days.
    pub arrivals: Vec<DayFigures>,
    pub waiting: WaitingFigures,
    /// Messages under no pledge, by reason; and in the period before.
    pub outside: BTreeMap<Figure, u32>,
    pub outside_before: BTreeMap<Figure, u32>,
    /// Mails to staff that have left, by kind.
    pub staff_mails: BTreeMap<Kind, u32>,
    pub folders: Vec<FolderFigures>,
    /// Folders that are left out of the reading and may hold questions, by mailbox.
    pub unread_folders: BTreeMap<String, Vec<String>>,
    pub blind: Vec<BlindFigures>,
    /// Office minutes in which a mailbox was blind; what two missed at once counts once.
    pub blind_office_minutes: u32,
    pub alarms: Vec<AlarmFigures>,
    pub closed_days: Vec<ClosedDay>,
    /// The municipality's own figures of promises that no mailbox shows.
    pub elsewhere: BTreeMap<Elsewhere, String>,
    /// Figures that were reported as final and have changed since.
    pub corrections: Vec<Correction>,
    /// Questions that an earlier report called pending, and that are decided by now.
    pub decided_since: u32,
}

/// One pledge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PledgeFigures {
    pub pledge: String,
    /// The pledge in the municipality's own words, if it has given them.
    pub words: Option<String>,
    /// Its kind and its time; `null` when the configuration has it no more.
    pub nature: Option<Nature>,
    pub time: Option<Span>,
    /// Whoever waits gets a notice under it.
    pub notice: bool,
    /// Whether all that came in the period is due, and from which day on that is so.
    #[serde(rename = "final")]
    pub is_final: bool,
    pub final_from: Option<NaiveDate>,
    /// All mailboxes together; `null` when too few came to show a figure.
    pub total: Option<RowFigures>,
    /// By mailbox; the small ones together.
    pub rows: Vec<RowFigures>,
    /// Mailboxes with too few questions to be shown anywhere.
    pub left_out: u32,
    pub before: Option<RowFigures>,
    pub year_before: Option<RowFigures>,
    pub months: Vec<MonthFigures>,
}

/// One row: a mailbox, several small ones together, or all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFigures {
    /// `null`: several.
    pub mailbox: Option<String>,
    /// Decided questions: what the shares are of.
    pub n: u32,
    pub counts: BTreeMap<Figure, u32>,
    /// Whole percent of `n`; empty where `n` is too small for shares.
    pub percent: BTreeMap<Figure, u32>,
    pub mean_minutes: Option<u32>,
    pub median_minutes: Option<u32>,
    pub p90_minutes: Option<u32>,
}

impl RowFigures {
    #[must_use]
    pub fn of(&self, figure: Figure) -> u32 {
        self.counts.get(&figure).copied().unwrap_or(0)
    }

    /// The share of a figure among decided questions.
    #[must_use]
    pub fn share(&self, figure: Figure) -> Option<u32> {
        self.percent.get(&figure).copied()
    }

    /// Figures that are shares of the decided questions.
    pub const SHARED: [Figure; 5] = [
        Figure::AnsweredInTime,
        Figure::NoticedInTime,
        Figure::Broken,
        Figure::Within1,
        Figure::Within2,
    ];

    /// Puts the shares to the counts.
    #[must_use]
    pub fn with_shares(mut self) -> Self {
        let share = |figure: Figure| Some((figure, percent(self.of(figure), self.n)?));
        self.percent = Self::SHARED
            .into_iter()
            .filter(|figure| self.counts.contains_key(figure))
            .filter_map(share)
            .collect();
        self
    }
}

/// One of the twelve months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthFigures {
    /// Its first day.
    pub month: NaiveDate,
    /// `null`: too few to be shown; `n` is 0 where none came.
    pub total: Option<RowFigures>,
}

/// The arrivals of one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayFigures {
    pub date: NaiveDate,
    /// `null`: few.
    pub arrived: Option<u32>,
    pub working_day: bool,
    pub kind: Option<DayKind>,
    /// A mailbox was blind in office hours.
    pub blind: bool,
}

/// Who waits now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingFigures {
    /// `null`: too few to be shown.
    pub total: Option<RowFigures>,
    pub rows: Vec<RowFigures>,
    pub left_out: u32,
    /// The day on which the oldest came.
    pub oldest: Option<NaiveDate>,
}

/// How one folder compared with the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderFigures {
    pub mailbox: String,
    pub folder: String,
    /// Comparisons with a result, and comparisons without one.
    pub compared: u32,
    pub not_compared: u32,
    /// The last comparison with a result.
    pub last_at: Option<String>,
    pub last_method: Option<Method>,
    pub messages: u32,
    /// Headers that were read again and recognised.
    pub sampled: u32,
    /// Messages that had been missed and were found.
    pub found: u32,
    /// Missing at the last comparison.
    pub missing: u32,
}

/// One blind period, as far as it lies in the report's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlindFigures {
    pub mailbox: String,
    pub sight: Sight,
    pub from: String,
    pub until: String,
    /// It had not ended when the report was made.
    pub lasts: bool,
    pub minutes: u32,
    pub office_minutes: u32,
    pub cause: Cause,
    pub late: u32,
}

/// An alarm to the operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlarmFigures {
    pub at: String,
    pub kind: String,
    pub mailbox: Option<String>,
    /// It said that the trouble was over.
    pub over: bool,
}

/// A day that a decision closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedDay {
    pub date: NaiveDate,
    pub decision: String,
}
