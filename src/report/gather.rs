//! From the register to figures, in one pass over the items of the period and of those that it is
//! compared with.

use super::coverage::{blind, folders, told_blind, unread};
use super::figures::{
    AlarmFigures, BlindFigures, ClosedDay, DayFigures, Figures, FolderFigures, PledgeFigures,
    VERSION, WaitingFigures,
};
use super::ground::{LONGEST_BY_DAYS, bounds, ground, kept, rfc3339};
use super::tally::{Counting, Tally, tally};
use super::tell::{self, Promised, Sheets};
use crate::config::Config;
use crate::domain::blind::Blind;
use crate::domain::calendar::Calendar;
use crate::domain::coverage::Comparison;
use crate::domain::effect::Kind;
use crate::domain::figures::few::shown_of_total;
use crate::domain::figures::finality::{self, Correction, Reported, ReportedRow};
use crate::domain::figures::{Elsewhere, Figure, Ground, Nature, Sheet};
use crate::domain::period::Period;
use crate::store::reports::AlarmRow;
use crate::store::{Db, StoreError};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use std::collections::BTreeMap;

/// Earlier reports whose figures are compared with what the register says now.
pub const COMPARED_REPORTS: u32 = 12;

/// Months of the picture of a year.
pub const MONTHS: u32 = 12;

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The municipality.
    All,
    /// The authority of one mailbox.
    Mailbox(String),
}

impl Scope {
    fn authority(&self) -> Option<&String> {
        match self {
            Self::All => None,
            Self::Mailbox(name) => Some(name),
        }
    }

    fn holds(&self, mailbox: &str) -> bool {
        match self {
            Self::All => true,
            Self::Mailbox(name) => name == mailbox,
        }
    }
}

/// The figures of all mailboxes in a period as the register has them at `now`.
pub fn gather(
    db: &Db<'_>,
    config: &Config,
    period: Period,
    now: DateTime<Utc>,
) -> Result<Figures, StoreError> {
    Ok(Counted::new(db, config, period, now)?.figures(config, &Scope::All))
}

/// All that was counted in a register, before anything is taken out for the readers.
pub struct Counted {
    period: Period,
    now: DateTime<Utc>,
    slices: Vec<(Period, Sheet)>,
    waiting: Sheet,
    /// By mailbox and day.
    arrivals: BTreeMap<(String, NaiveDate), u32>,
    reports: Vec<(DateTime<Utc>, Reported)>,
    comparisons: Vec<Comparison>,
    blind: Vec<Blind>,
    alarms: Vec<AlarmFigures>,
    unread: BTreeMap<String, Vec<String>>,
    /// By mailbox and kind.
    staff_mails: Vec<(String, Kind, u32)>,
}

impl Counted {
    pub fn new(
        db: &Db<'_>,
        config: &Config,
        period: Period,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let calendar = config.calendar.as_ref();
        let reports = reports(db, period)?;
        let slices = slices(period, &reports);
        let whole = spanning(&slices, period);
        let (from, until) = bounds(whole, calendar);
        let blind = blind(db, config, from, until.max(now), now)?;
        let ground = ground(calendar, whole, now, &blind);
        let counting = Counting {
            ground: &ground,
            kept: &kept(config),
            period,
            slices: &slices,
        };
        let Tally { slices, arrivals } = tally(db, &counting, (from, until))?;
        let waiting = waiting(db, &ground)?;
        let (from, until) = bounds(period, calendar);
        Ok(Self {
            period,
            now,
            slices,
            waiting,
            arrivals,
            reports,
            alarms: alarms(db, (from, until), calendar)?,
            unread: unread(db, config)?,
            comparisons: db.comparisons(from, until)?,
            blind,
            staff_mails: db.staff_mails(from, until)?,
        })
    }

    /// The figures that the readers of a scope get.
    #[must_use]
    pub fn figures(&self, config: &Config, scope: &Scope) -> Figures {
        View::of(self, config, scope).figures()
    }

    /// The part of the report that is kept when it is handed over.
    #[must_use]
    pub fn reported(&self) -> Reported {
        let rows = self
            .slice(self.period)
            .map(|sheet| reported_rows(sheet, self.now))
            .unwrap_or_default();
        Reported {
            version: VERSION,
            from: self.period.from,
            to: self.period.to,
            pledges: rows,
        }
    }

    fn slice(&self, period: Period) -> Option<&Sheet> {
        self.slices
            .iter()
            .find(|(slice, _)| *slice == period)
            .map(|(_, sheet)| sheet)
    }
}

/// The counts as the readers of a scope get them.
struct View<'a> {
    counted: &'a Counted,
    config: &'a Config,
    scope: &'a Scope,
    sheet: Sheet,
    before: Option<Sheet>,
    blind: Vec<Blind>,
    ground: Ground<'a>,
}

impl<'a> View<'a> {
    fn of(counted: &'a Counted, config: &'a Config, scope: &'a Scope) -> Self {
        let period = counted.period;
        let of_scope = |period| Some(within(counted.slice(period)?, scope));
        let blind = counted.blind.iter();
        let blind = blind.filter(|blind| scope.holds(&blind.mailbox)).cloned();
        let blind: Vec<Blind> = blind.collect();
        Self {
            counted,
            config,
            scope,
            sheet: of_scope(period).unwrap_or_default(),
            before: period.before().and_then(of_scope),
            ground: ground(&config.calendar, period, counted.now, &blind),
            blind,
        }
    }

    fn figures(&self) -> Figures {
        let (calendar, period) = (self.calendar(), self.counted.period);
        let (corrections, decided_since) = self.since();
        Figures {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            organisation: self.config.organisation.letterhead.name.clone(),
            authority: self.scope.authority().cloned(),
            from: period.from,
            to: period.to,
            made_at: rfc3339(self.counted.now, calendar),
            office_hours: office_hours(calendar),
            counting: calendar.counting,
            pledges: self.pledges(),
            arrivals: self.days(),
            waiting: self.waiting(),
            outside: outside(&self.sheet),
            outside_before: self.outside_before(),
            staff_mails: self.staff_mails(),
            folders: self.folders(),
            unread_folders: self.unread_folders(),
            blind_office_minutes: self.blind_office_minutes(),
            blind: self.blind(),
            alarms: self.alarms(),
            closed_days: closed_days(calendar, period),
            elsewhere: elsewhere(self.config),
            corrections,
            decided_since,
        }
    }

    fn calendar(&self) -> &Calendar {
        &self.config.calendar
    }

    /// The counts of a period, as far as they are of the scope.
    fn of_scope(&self, period: Period) -> Option<Sheet> {
        Some(within(self.counted.slice(period)?, self.scope))
    }

    fn pledges(&self) -> Vec<PledgeFigures> {
        let (period, now) = (self.counted.period, self.counted.now);
        let year_before = period.year_before();
        let year_before = year_before.and_then(|period| self.of_scope(period));
        let months: Vec<(Period, Sheet)> = period
            .months_until(MONTHS)
            .into_iter()
            .filter_map(|month| Some((month, self.of_scope(month)?)))
            .collect();
        let sheets = Sheets {
            period,
            now: &self.sheet,
            before: self.before.as_ref(),
            year_before: year_before.as_ref(),
            months: months
                .iter()
                .map(|(month, sheet)| (*month, sheet))
                .collect(),
        };
        let tell = |promised: &Promised| tell::pledge(promised, &sheets, self.calendar(), now);
        let promised = promised(self.config, &self.sheet);
        promised.iter().filter_map(tell).collect()
    }

    fn waiting(&self) -> WaitingFigures {
        tell::waiting(&within(&self.counted.waiting, self.scope))
    }

    fn outside_before(&self) -> BTreeMap<Figure, u32> {
        self.before.as_ref().map(outside).unwrap_or_default()
    }

    fn blind(&self) -> Vec<BlindFigures> {
        told_blind(&self.blind, self.counted.period, &self.ground)
    }

    /// Mails to staff by kind.
    fn staff_mails(&self) -> BTreeMap<Kind, u32> {
        let mut mails = BTreeMap::new();
        for (mailbox, kind, count) in &self.counted.staff_mails {
            if self.scope.holds(mailbox) {
                *mails.entry(*kind).or_default() += count;
            }
        }
        mails
    }

    fn folders(&self) -> Vec<FolderFigures> {
        let comparisons = self.counted.comparisons.iter();
        let theirs = comparisons.filter(|one| self.scope.holds(&one.mailbox));
        folders(theirs, self.calendar())
    }

    fn unread_folders(&self) -> BTreeMap<String, Vec<String>> {
        let unread = self.counted.unread.iter();
        let theirs = unread.filter(|(mailbox, _)| self.scope.holds(mailbox));
        theirs
            .map(|(mailbox, names)| (mailbox.clone(), names.clone()))
            .collect()
    }

    fn blind_office_minutes(&self) -> u32 {
        let office = bounds(self.counted.period, self.calendar());
        let Ground { blind, days, .. } = &self.ground;
        blind.office_minutes(office, days)
    }

    /// Those about the mailboxes of the scope, and about none.
    fn alarms(&self) -> Vec<AlarmFigures> {
        let is_theirs = |address: &str| {
            let mut mailboxes = self.config.mailboxes.iter();
            let named = mailboxes.find(|mailbox| mailbox.address == address);
            named.is_none_or(|mailbox| self.scope.holds(&mailbox.name))
        };
        let alarms = self.counted.alarms.iter();
        let theirs = alarms.filter(|alarm| alarm.mailbox.as_deref().is_none_or(is_theirs));
        theirs.cloned().collect()
    }

    /// The changes since earlier reports, and how many of their pending questions are decided.
    fn since(&self) -> (Vec<Correction>, u32) {
        let mut corrections = Vec::new();
        let mut decided = 0;
        for (at, then) in &self.counted.reports {
            let period = Period::new(then.from, then.to);
            let Some(sheet) = period.and_then(|period| self.counted.slice(period)) else {
                continue;
            };
            let rows = reported_rows(sheet, self.counted.now);
            let here = Reported {
                pledges: then
                    .pledges
                    .iter()
                    .filter(|row| self.scope.holds(&row.mailbox))
                    .cloned()
                    .collect(),
                ..then.clone()
            };
            let (changed, more) = finality::since(&here, self.calendar().local_date(*at), &rows);
            corrections.extend(changed);
            decided += more;
        }
        (corrections, decided)
    }

    fn came(&self, date: NaiveDate) -> u32 {
        self.counted
            .arrivals
            .iter()
            .filter(|((mailbox, on), _)| *on == date && self.scope.holds(mailbox))
            .map(|(_, n)| n)
            .sum()
    }

    fn days(&self) -> Vec<DayFigures> {
        let period = self.counted.period;
        if (period.to - period.from).num_days() > LONGEST_BY_DAYS {
            return Vec::new();
        }
        let dates: Vec<NaiveDate> = period
            .from
            .iter_days()
            .take_while(|date| *date <= period.to)
            .collect();
        let counts: Vec<u32> = dates.iter().map(|date| self.came(*date)).collect();
        let shown = shown_of_total(&counts);
        let arrived = counts.into_iter().zip(shown);
        let arrived = arrived.map(|(count, shown)| shown.then_some(count));
        dates
            .into_iter()
            .zip(arrived)
            .map(|(date, arrived)| self.day(date, arrived))
            .collect()
    }

    fn day(&self, date: NaiveDate, arrived: Option<u32>) -> DayFigures {
        let calendar = self.calendar();
        let day = calendar.day(date);
        let span = (
            calendar.instant(date, NaiveTime::MIN),
            calendar.closes(date).min(self.counted.now),
        );
        DayFigures {
            date,
            arrived,
            working_day: day.is_working_day(),
            kind: day.kind(),
            blind: self.ground.blind.touches(span, &self.ground.days),
        }
    }
}

/// The questions that wait now.
fn waiting(db: &Db<'_>, ground: &Ground<'_>) -> Result<Sheet, StoreError> {
    let mut waiting = Sheet::default();
    db.each_live(|item| waiting.wait(ground, &item))?;
    Ok(waiting)
}

fn office_hours(calendar: &Calendar) -> String {
    let (opens, closes) = calendar.office_hours;
    format!("{}-{}", opens.format("%H:%M"), closes.format("%H:%M"))
}

fn alarms(
    db: &Db<'_>,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    calendar: &Calendar,
) -> Result<Vec<AlarmFigures>, StoreError> {
    let alarms = db.alarms(from, until)?.into_iter();
    Ok(alarms.map(|alarm| told_alarm(alarm, calendar)).collect())
}

fn told_alarm(alarm: AlarmRow, calendar: &Calendar) -> AlarmFigures {
    AlarmFigures {
        at: rfc3339(alarm.at, calendar),
        kind: alarm.kind,
        mailbox: alarm.mailbox,
        over: alarm.over,
    }
}

fn elsewhere(config: &Config) -> BTreeMap<Elsewhere, String> {
    let reporting = config.report.as_ref();
    reporting.map_or_else(BTreeMap::new, |reporting| reporting.elsewhere.clone())
}

fn closed_days(calendar: &Calendar, period: Period) -> Vec<ClosedDay> {
    let days = calendar.closed_days.range(period.from..=period.to);
    let told = days.map(|(date, decision)| ClosedDay {
        date: *date,
        decision: decision.clone(),
    });
    told.collect()
}

/// The periods that are counted in one pass, each once.
fn slices(period: Period, reports: &[(DateTime<Utc>, Reported)]) -> Vec<Period> {
    let mut wanted = vec![period];
    wanted.extend(period.before());
    wanted.extend(period.year_before());
    wanted.extend(period.months_until(MONTHS));
    wanted.extend(
        reports
            .iter()
            .filter_map(|(_, report)| Period::new(report.from, report.to)),
    );
    wanted.sort_unstable();
    wanted.dedup();
    wanted
}

fn spanning(slices: &[Period], period: Period) -> Period {
    let from = slices
        .iter()
        .map(|slice| slice.from)
        .min()
        .unwrap_or(period.from);
    let to = slices
        .iter()
        .map(|slice| slice.to)
        .max()
        .unwrap_or(period.to);
    Period { from, to }
}

/// The pledges in the order of the configuration; then those that it has no more.
fn promised(config: &Config, sheet: &Sheet) -> Vec<Promised> {
    let mut promised: Vec<Promised> = config
        .pledges
        .iter()
        .map(|pledge| Promised {
            name: pledge.name.clone(),
            words: pledge.words.clone(),
            nature: Some(Nature::of(pledge)),
            time: Some(pledge.time),
            notice: pledge.notice.is_some(),
        })
        .collect();
    for name in sheet.pledges() {
        if !promised.iter().any(|pledge| pledge.name == name) {
            promised.push(Promised {
                name: name.to_owned(),
                ..Promised::default()
            });
        }
    }
    promised
}

fn within(sheet: &Sheet, scope: &Scope) -> Sheet {
    let rows = sheet
        .0
        .iter()
        .filter(|((mailbox, _), _)| scope.holds(mailbox));
    Sheet(rows.map(|(key, row)| (key.clone(), row.clone())).collect())
}

fn outside(sheet: &Sheet) -> BTreeMap<Figure, u32> {
    let all = Sheet::sum(sheet.0.values());
    Figure::UNDER_NO_PLEDGE
        .into_iter()
        .map(|figure| (figure, all.counts.of(figure)))
        .filter(|(_, n)| *n > 0)
        .collect()
}

fn reported_rows(sheet: &Sheet, now: DateTime<Utc>) -> Vec<ReportedRow> {
    let rows = sheet.0.iter().filter(|((_, pledge), _)| !pledge.is_empty());
    rows.map(|((mailbox, pledge), row)| ReportedRow::new(mailbox, pledge, row, now))
        .collect()
}

/// Reports that were handed over. A newer program may have written another shape; that is not a
/// correction.
fn reports(db: &Db<'_>, period: Period) -> Result<Vec<(DateTime<Utc>, Reported)>, StoreError> {
    let rows = db.reports_until(period.to, COMPARED_REPORTS)?;
    let read = |report: crate::store::reports::ReportRow| {
        let then: Reported = serde_json::from_str(&report.figures).ok()?;
        (then.version <= VERSION).then_some((report.at, then))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}
