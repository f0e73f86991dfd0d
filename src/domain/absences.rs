//! Who is away or back, as people have entered it: by mail (`BORTA`, `TILLBAKA`) or on the server.
//! It counts beside the `away` of the configuration, from the moment it is entered.
//!
//! It keeps no history: an absence that is over is forgotten. What the register knows of a person
//! is what decides about the items of today.

use super::staff::{Member, Staff};
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Days ahead that can be entered: a slip in the year must not make a person absent for good.
pub const FARTHEST_ABSENCE: u64 = 366;

/// Absences of one person that are kept.
pub const MOST_ABSENCES: usize = 20;

/// One absence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    pub from: NaiveDate,
    /// The last day; `None`: until they are entered as back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
    /// Who entered it.
    pub by: String,
}

impl Absence {
    /// Its days are in order, and neither past nor too far away.
    fn lies_ahead(&self, today: NaiveDate) -> bool {
        let last = today
            .checked_add_days(Days::new(FARTHEST_ABSENCE))
            .unwrap_or(NaiveDate::MAX);
        let days = [Some(self.from), self.until];
        let is_order = self.until.is_none_or(|until| self.from <= until);
        is_order
            && days
                .into_iter()
                .flatten()
                .all(|day| (today..=last).contains(&day))
    }

    fn last(&self) -> NaiveDate {
        self.until.unwrap_or(NaiveDate::MAX)
    }

    fn covers(&self, day: NaiveDate) -> bool {
        (self.from..=self.last()).contains(&day)
    }
}

/// The entries about one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct OfOne {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    away: Vec<Absence>,
    /// When they were last entered as back: an absence of the configuration that had begun ended
    /// then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    back: Option<NaiveDate>,
}

/// The entries about every member of staff, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Absences(BTreeMap<String, OfOne>);

/// Why it is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAbsence {
    #[error(
        "the days cannot be right: give days from today to at most a year ahead, the first before the last"
    )]
    Days,
    #[error("no one has said that they are away")]
    NotAway,
}

impl Absences {
    /// A member is away, from today if no other day is given. Their older entry for the same days
    /// gives way; an absence under way keeps its beginning.
    pub fn away(
        &mut self,
        id: &str,
        absence: Absence,
        today: NaiveDate,
    ) -> Result<Absence, NoAbsence> {
        if !absence.lies_ahead(today) {
            return Err(NoAbsence::Days);
        }
        self.forget(today);
        let told = &mut self.0.entry(id.to_owned()).or_default().away;
        let began = told
            .iter()
            .find(|known| known.covers(absence.from))
            .map(|known| known.from);
        told.retain(|known| known.last() < absence.from || known.from > absence.last());
        let absence = Absence {
            from: began.unwrap_or(absence.from),
            ..absence
        };
        told.push(absence.clone());
        told.sort_by_key(|absence| absence.from);
        told.truncate(MOST_ABSENCES);
        Ok(absence)
    }

    /// They are there from today: an absence under way ends; without one, the entered coming ones
    /// are dropped.
    pub fn back(&mut self, member: &Member, today: NaiveDate) -> Result<(), NoAbsence> {
        self.forget(today);
        let is_away = self
            .of(member)
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&today));
        let one = self.0.entry(member.id.clone()).or_default();
        if is_away {
            one.away.retain(|absence| !absence.covers(today));
            one.back = Some(today);
            return Ok(());
        }
        if one.away.is_empty() {
            return Err(NoAbsence::NotAway);
        }
        one.away.clear();
        Ok(())
    }

    /// The absences of all staff, entered and configured, as the rules see them.
    #[must_use]
    pub fn of_all(&self, staff: &Staff) -> Staff {
        let mut staff = staff.clone();
        for (id, one) in &self.0 {
            let Some(id) = staff.get(id).map(|member| member.id.clone()) else {
                continue;
            };
            if let Some(member) = staff.members.get_mut(&id) {
                member.away = one.with(&member.away);
            }
        }
        staff
    }

    /// The entries about members who are away or will be: who entered them, and until when.
    pub fn told(&self) -> impl Iterator<Item = (&str, &Absence)> {
        self.0
            .iter()
            .flat_map(|(id, one)| one.away.iter().map(move |absence| (id.as_str(), absence)))
    }

    fn of(&self, member: &Member) -> Vec<(NaiveDate, NaiveDate)> {
        self.0
            .get(&member.id)
            .map_or_else(|| member.away.clone(), |one| one.with(&member.away))
    }

    /// An absence that is over decides nothing.
    fn forget(&mut self, today: NaiveDate) {
        let first = today
            .checked_sub_days(Days::new(FARTHEST_ABSENCE))
            .unwrap_or(NaiveDate::MIN);
        for one in self.0.values_mut() {
            one.away.retain(|absence| absence.last() >= today);
            one.back = one.back.filter(|back| *back >= first);
        }
        self.0.retain(|_, one| *one != OfOne::default());
    }
}

impl OfOne {
    fn with(&self, configured: &[(NaiveDate, NaiveDate)]) -> Vec<(NaiveDate, NaiveDate)> {
        let ends = |(first, last): (NaiveDate, NaiveDate)| match self
            .back
            .filter(|back| (first..=last).contains(back))
        {
            Some(back) => Some((first, back.pred_opt()?)).filter(|(first, last)| first <= last),
            None => Some((first, last)),
        };
        let told = self
            .away
            .iter()
            .map(|absence| (absence.from, absence.last()));
        configured
            .iter()
            .copied()
            .filter_map(ends)
            .chain(told)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::board::tests::member;

    fn day(text: &str) -> NaiveDate {
        format!("2026-{text}").parse().expect("a date")
    }

    /// `12-01..12-04`, `12-01..` until they are back.
    fn absence(text: &str) -> Absence {
        let (from, until) = text.split_once("..").expect("two days");
        Absence {
            from: day(from),
            until: (!until.is_empty()).then(|| day(until)),
            by: "a".to_owned(),
        }
    }

    /// Whether a member with `configured` absences is there on each of the days, with these
    /// entries: `11-24 12-01..12-04` on a day that they are away, `11-24 back`.
    fn check(configured: &[&str], told: &[&str], there: &[&str], away: &[&str]) {
        let mut a = member("a", None, None);
        a.away = configured
            .iter()
            .map(|one| absence(one))
            .map(|one| (one.from, one.last()))
            .collect();
        let mut absences = Absences::default();
        for line in told {
            let (today, what) = line.split_once(' ').expect("a day, and what is told");
            match what {
                "back" => absences.back(&a, day(today)).expect("is away"),
                what => drop(absences.away("a", absence(what), day(today)).expect("days")),
            }
        }
        let staff = Staff {
            members: [("a".to_owned(), a)].into(),
            ..Staff::default()
        };
        let staff = absences.of_all(&staff);
        let member = staff.get("a").expect("the member");
        for (days, expected) in [(there, true), (away, false)] {
            for text in days {
                assert_eq!(
                    member.is_there(day(text)),
                    expected,
                    "{text}: {configured:?} {told:?}"
                );
            }
        }
    }

    #[test]
    fn what_is_told_counts_beside_what_is_configured() {
        check(&[], &["11-24 11-24.."], &["11-23"], &["11-24", "12-31"]);
        check(
            &[],
            &["11-24 12-01..12-04"],
            &["11-24", "11-30", "12-05"],
            &["12-01", "12-04"],
        );
        check(
            &["12-21..12-31"],
            &["11-24 12-01..12-04"],
            &["12-05"],
            &["12-01", "12-21"],
        );
        // Until they are back; and a new entry for the same days replaces the old one.
        check(
            &[],
            &["11-24 11-24..", "11-26 back"],
            &["11-26", "12-31"],
            &[],
        );
        check(
            &[],
            &["11-24 11-24..", "11-26 11-26..11-27"],
            &["11-28"],
            &["11-24", "11-27"],
        );
        check(
            &[],
            &["11-24 12-01..12-04", "11-25 12-03..12-10"],
            &["12-11"],
            &["12-01", "12-05", "12-10"],
        );
        check(
            &[],
            &["11-24 12-01..12-04", "11-25 12-14..12-15"],
            &["12-07"],
            &["12-02", "12-14"],
        );
        // Back before an absence of the configuration ends; the next one stays.
        check(
            &["11-20..12-04", "12-21..12-31"],
            &["11-26 back"],
            &["11-26", "12-04"],
            &["11-25", "12-21"],
        );
        check(
            &["11-26..12-04"],
            &["11-26 back", "11-30 11-30.."],
            &["11-26", "11-29"],
            &["11-30", "12-10"],
        );
        // No absence runs today: the coming ones are dropped.
        check(&[], &["11-24 12-01..12-04", "11-25 back"], &["12-01"], &[]);
        check(
            &[],
            &["11-24 11-24..11-25", "11-24 12-01..12-04", "11-25 back"],
            &["11-25"],
            &["12-01"],
        );
    }

    #[test]
    fn what_cannot_be_is_refused_and_what_is_over_forgotten() {
        let mut absences = Absences::default();
        let today = day("11-24");
        for wrong in ["11-23..", "12-04..12-01", "11-20..11-30"] {
            assert_eq!(
                absences.away("a", absence(wrong), today),
                Err(NoAbsence::Days),
                "{wrong}"
            );
        }
        let far = Absence {
            until: Some("2027-11-26".parse().expect("a date")),
            ..absence("11-24..")
        };
        assert_eq!(absences.away("a", far, today), Err(NoAbsence::Days));
        let a = member("a", None, None);
        assert_eq!(absences.back(&a, today), Err(NoAbsence::NotAway));
        absences
            .away("a", absence("11-24..11-25"), today)
            .expect("days");
        assert_eq!(absences.told().count(), 1);
        assert_eq!(absences.back(&a, day("11-26")), Err(NoAbsence::NotAway));
        assert_eq!(absences.told().count(), 0);
        for n in 0..40 {
            let from = day("12-01") + Days::new(3 * n);
            absences
                .away(
                    "a",
                    Absence {
                        from,
                        until: Some(from),
                        by: "a".to_owned(),
                    },
                    today,
                )
                .expect("days");
        }
        assert_eq!(absences.told().count(), MOST_ABSENCES);
    }
}
