//! Who is away or back, as staff enter it by mail and the registrar on the server. The register
//! keeps it, so the daemon follows at its next look, even if another process wrote it.

use super::people::Undone;
use super::{Engine, obeying::Reply};
use crate::domain::absences::{Absence, Absences, Said};
use crate::domain::board::Board;
use crate::domain::effect::Kind;
use crate::domain::municipality::Municipality;
use crate::domain::orders::{NoStaff, Refusal};
use crate::domain::staff::Member;
use crate::mail::texts::confirmation::{Presence, Why};
use crate::store::{Db, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The key under which the register keeps them.
const KEY: &str = "absences";

/// The register's text, and the absences made of it.
#[derive(Debug)]
pub(super) struct Known {
    /// As it is in the register.
    written: Option<String>,
    /// The municipality without it.
    configured: Arc<Municipality>,
}

impl Known {
    /// What the register says now, and the municipality with it.
    pub fn of(
        db: &Db<'_>,
        configured: Arc<Municipality>,
    ) -> Result<(Self, Arc<Municipality>), StoreError> {
        let written = db.meta(KEY)?;
        let municipality = match &written {
            Some(_) => Arc::new(configured.with_absences(&told(db)?)),
            None => Arc::clone(&configured),
        };
        Ok((
            Self {
                written,
                configured,
            },
            municipality,
        ))
    }

    /// Nothing was asked yet.
    pub fn unread(configured: &Arc<Municipality>) -> Self {
        Self {
            written: None,
            configured: Arc::clone(configured),
        }
    }
}

/// The absences that people have entered.
pub fn told(db: &Db<'_>) -> Result<Absences, StoreError> {
    db.meta(KEY)?.map_or_else(
        || Ok(Absences::default()),
        |text| Ok(serde_json::from_str(&text)?),
    )
}

fn keep(db: &Db<'_>, absences: &Absences) -> Result<(), StoreError> {
    db.set_meta(KEY, &serde_json::to_string(absences)?)
}

impl Engine {
    /// Takes in the new entries since the last look: every open item is decided about again.
    pub(super) fn look_who_is_away(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        if self.is_up_to_date()? {
            return Ok(());
        }
        self.take_in_absences()?;
        self.recompute_if_changed(now)
    }

    fn is_up_to_date(&self) -> Result<bool, StoreError> {
        Ok(self.db().meta(KEY)? == self.away.written)
    }

    fn take_in_absences(&mut self) -> Result<(), StoreError> {
        let (away, municipality) = Known::of(&self.store.db(), Arc::clone(&self.away.configured))?;
        (self.away, self.municipality) = (away, municipality);
        Ok(())
    }

    /// For a command beside the daemon.
    pub(super) fn know_who_is_away(&mut self) -> Result<(), StoreError> {
        if self.is_up_to_date()? {
            Ok(())
        } else {
            self.take_in_absences()
        }
    }

    /// A member is away, from today if no day is given, until they are back if none is.
    pub fn away(
        &mut self,
        id: &str,
        (from, until): (Option<NaiveDate>, Option<NaiveDate>),
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Absence, Undone> {
        let today = self.calendar().local_date(now);
        let member = self.somebody(id)?;
        self.store.transact(|db| {
            let mut absences = told(db)?;
            let absence = Absence {
                from: from.unwrap_or(today),
                until,
                by: by.to_owned(),
            };
            let absence = absences
                .away(&member.id, absence, today)
                .map_err(Refusal::from)?;
            keep(db, &absences)?;
            Ok(absence)
        })
    }

    /// They are back.
    pub fn back(&mut self, id: &str, now: DateTime<Utc>) -> Result<(), Undone> {
        let today = self.calendar().local_date(now);
        let member = self.somebody(id)?;
        self.store.transact(|db| {
            let mut absences = told(db)?;
            absences.back(&member, today).map_err(Refusal::from)?;
            Ok(keep(db, &absences)?)
        })
    }

    /// As the configuration has them.
    fn somebody(&self, id: &str) -> Result<Member, Undone> {
        let staff = &self.away.configured.staff;
        let Some(member) = staff.named(id).or_else(|| staff.get(id)) else {
            let known = staff
                .members
                .keys()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join(", ");
            return Err(Refusal::from(NoStaff::Unknown(id.to_owned(), known)).into());
        };
        if member.left {
            return Err(Refusal::from(NoStaff::HasLeft(member.id.clone())).into());
        }
        Ok(member.clone())
    }
}

impl Reply<'_> {
    /// `BORTA`: the writer, or a member whose deputy or supervisor the writer is.
    pub(super) fn away(
        &self,
        whom: Option<&str>,
        from: Option<NaiveDate>,
        until: Option<NaiveDate>,
    ) -> Result<Result<Presence, Why>, StoreError> {
        let (board, db, today) = (self.intake.board, self.intake.db, self.today());
        let member = match self.of_whom(board, whom) {
            Ok(member) => member,
            Err(why) => return Ok(Err(why)),
        };
        let was = told(db)?;
        let mut absences = was.clone();
        let absence = Absence {
            from: from.unwrap_or(today),
            until,
            by: self.member.id.clone(),
        };
        let Ok(absence) = absences.away(&member.id, absence, today) else {
            return Ok(Err(Why::NoAbsence));
        };
        absences.can_be_undone(&member.id, &was, self.said()?);
        keep(db, &absences)?;
        Ok(Ok(self.presence(&absences, member, &absence)))
    }

    /// Who is away, and who has their items then.
    fn presence(&self, absences: &Absences, member: &Member, absence: &Absence) -> Presence {
        let (board, today) = (self.intake.board, self.today());
        let first = absence.from.max(today);
        let staff = absences.of_all(&self.intake.municipality.staff);
        let stands_in = staff
            .deputies(&member.id)
            .skip(1)
            .find(|deputy| deputy.is_there(first) && board.serves(&deputy.id));
        let above = staff
            .ladder(&member.id, None, first)
            .first()
            .map(|boss| boss.name.clone());
        Presence {
            me: member.id == self.member.id,
            name: member.name.clone(),
            back: false,
            undone: false,
            from: (absence.from > today).then_some(absence.from),
            until: absence.until,
            above: above.filter(|_| stands_in.is_none()),
            stands_in: stands_in.map(|deputy| deputy.name.clone()),
        }
    }

    /// `TILLBAKA`.
    pub(super) fn back(&self, whom: Option<&str>) -> Result<Result<Presence, Why>, StoreError> {
        let (board, db, today) = (self.intake.board, self.intake.db, self.today());
        let member = match self.of_whom(board, whom) {
            Ok(member) => member,
            Err(why) => return Ok(Err(why)),
        };
        let was = told(db)?;
        let mut absences = was.clone();
        if absences.back(member, today).is_err() {
            return Ok(Err(Why::NotAway));
        }
        absences.can_be_undone(&member.id, &was, self.said()?);
        keep(db, &absences)?;
        Ok(Ok(self.is_back(member)))
    }

    fn is_back(&self, member: &Member) -> Presence {
        Presence {
            me: member.id == self.member.id,
            name: member.name.clone(),
            back: true,
            undone: false,
            from: None,
            until: None,
            stands_in: None,
            above: None,
        }
    }

    fn said(&self) -> Result<Said, StoreError> {
        Ok(Said {
            by: self.member.id.clone(),
            on: self.today(),
            line: self.intake.db.last_line()?,
        })
    }

    /// `ÅNGRA` of `BORTA` or `TILLBAKA`: the writer's own of today, if this is a reply to the mail
    /// that confirms it, or it is no older than the `newest` line of the writer's other commands;
    /// `None`: there is none.
    pub(super) fn undo_absence(&self, newest: i64) -> Result<Option<Presence>, StoreError> {
        let (db, today) = (self.intake.db, self.today());
        let mut absences = told(db)?;
        let meant = self.entries_meant(&absences, newest)?;
        let is_meant = |said: &Said| meant.contains(&said.line);
        let Some(id) = absences.undo(&self.member.id, today, is_meant) else {
            return Ok(None);
        };
        keep(db, &absences)?;
        let member = self.intake.municipality.staff.get(&id);
        Ok(member.map(|member| Presence {
            undone: true,
            ..self.as_it_stands(&absences, member)
        }))
    }

    /// The lines of the writer's entries that may be meant. One that was written after this reply is
    /// not, though it was read before.
    fn entries_meant(&self, absences: &Absences, newest: i64) -> Result<BTreeSet<i64>, StoreError> {
        let confirmation = self.mail.filter(|mail| mail.kind == Kind::Confirmation);
        let runs = match confirmation {
            Some(mail) => self.intake.db.lines_confirmed(mail.id)?,
            None => vec![(newest, i64::MAX)],
        };
        let mut meant = BTreeSet::new();
        for said in absences.said_by(&self.member.id) {
            let is_within = runs.iter().any(|run| (run.0..=run.1).contains(&said.line));
            if is_within && !self.is_before(said.line)? {
                meant.insert(said.line);
            }
        }
        Ok(meant)
    }

    fn as_it_stands(&self, absences: &Absences, member: &Member) -> Presence {
        match absences.next(&member.id, self.today()) {
            Some(absence) => self.presence(absences, member, absence),
            None => self.is_back(member),
        }
    }

    /// Whose absence the writer may enter.
    fn of_whom<'a>(&self, board: &'a Board, whom: Option<&str>) -> Result<&'a Member, Why> {
        let id = self.person(board, whom)?;
        let member = board.staff.get(&id).ok_or(Why::NotTheirs)?;
        if member.left {
            return Err(Why::HasLeft {
                name: member.name.clone(),
            });
        }
        let writer = self.member.id.as_str();
        let may = board.staff.deputies(&id).any(|deputy| deputy.id == writer)
            || board.staff.is_above(writer, &id);
        if may { Ok(member) } else { Err(Why::NotTheirs) }
    }
}
