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
    /// How it was before each of the newest entries, as far back as they were made by mail, today.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<Before>,
}

/// The entries about one person before one of them was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Before {
    away: Vec<Absence>,
    back: Option<NaiveDate>,
    said: Said,
}

/// Who made an entry by mail, and when: behind which line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub by: String,
    pub on: NaiveDate,
    pub line: i64,
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
        let one = self.0.entry(id.to_owned()).or_default();
        one.before.clear();
        let told = &mut one.away;
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
        one.before.clear();
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

    /// The newest entry about a member was made by mail, and can be taken back today. `was`: all
    /// entries before it.
    pub fn can_be_undone(&mut self, id: &str, was: &Self, said: Said) {
        let OfOne {
            away,
            back,
            mut before,
        } = was.0.get(id).cloned().unwrap_or_default();
        if let Some(one) = self.0.get_mut(id) {
            before.push(Before { away, back, said });
            let oldest = before.len().saturating_sub(MOST_ABSENCES);
            one.before = before.split_off(oldest);
        }
    }

    /// Takes back the newest of the entries that `by` has made today and that are meant. About
    /// whom it was.
    pub fn undo(
        &mut self,
        by: &str,
        today: NaiveDate,
        is_meant: impl Fn(&Said) -> bool,
    ) -> Option<String> {
        let newest = |one: &OfOne| one.before.last().map(|before| before.said.clone());
        let all = self.0.iter();
        let all = all.filter_map(|(id, one)| Some((newest(one)?, id.clone())));
        let theirs = all.filter(|(said, _)| said.by == by && said.on == today && is_meant(said));
        let (_, id) = theirs.max_by_key(|(said, _)| said.line)?;
        let one = self.0.get_mut(&id)?;
        let Before { away, back, .. } = one.before.pop()?;
        (one.away, one.back) = (away, back);
        Some(id)
    }

    /// The last entry about each person, of those that `by` has made.
    pub fn said_by<'a>(&'a self, by: &'a str) -> impl Iterator<Item = &'a Said> {
        let newest = |one: &'a OfOne| Some(&one.before.last()?.said);
        self.0
            .values()
            .filter_map(newest)
            .filter(move |said| said.by == by)
    }

    /// The entry that keeps a member away today or later, the first of several.
    #[must_use]
    pub fn next(&self, id: &str, today: NaiveDate) -> Option<&Absence> {
        let told = &self.0.get(id)?.away;
        told.iter().find(|absence| absence.last() >= today)
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
            one.before.retain(|before| before.said.on >= today);
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
    fn the_newest_entry_of_its_day_is_taken_back() {
        let (mut a, today) = (member("a", None, None), day("11-24"));
        a.away = vec![(day("11-20"), day("11-30"))];
        let said = |by: &str, line| Said {
            by: by.to_owned(),
            on: today,
            line,
        };
        let mut absences = Absences::default();
        let mut tell = |what: &str, said: Option<Said>| {
            let was = absences.clone();
            match what {
                "back" => absences.back(&a, today).expect("is away"),
                what => drop(absences.away("a", absence(what), today).expect("days")),
            }
            if let Some(said) = said {
                absences.can_be_undone("a", &was, said);
            }
            absences.clone()
        };
        let first = tell("12-01..12-04", Some(said("a", 7)));
        let second = tell("12-02..12-10", Some(said("b", 9)));
        let back = tell("back", Some(said("b", 12)));
        let on_the_server = tell("12-14..", None);
        let undone = |of: &Absences, by: &str, today: NaiveDate, from: i64| {
            let mut left = of.clone();
            let id = left.undo(by, today, |said| said.line >= from);
            id.map(|_| left.next("a", today).map(Absence::last))
        };
        assert_eq!(undone(&first, "a", today, 0), Some(None));
        assert_eq!(undone(&second, "b", today, 0), Some(Some(day("12-04"))));
        assert_eq!(undone(&second, "a", today, 0), None, "of another writer");
        assert_eq!(
            undone(&second, "b", today, 10),
            None,
            "another one is meant"
        );
        assert_eq!(undone(&second, "b", day("11-25"), 0), None, "yesterday's");
        assert_eq!(undone(&back, "b", today, 0), Some(Some(day("12-10"))));
        assert_eq!(
            undone(&on_the_server, "b", today, 0),
            None,
            "the registrar's"
        );
        let mut twice = back.clone();
        for expected in [Some("a".to_owned()), Some("a".to_owned()), None] {
            assert_eq!(twice.undo("b", today, |_| true), expected);
        }
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
