//! What goes wrong, when, and for how long: by dice of their own, so that the scenes are the same
//! without them.

use super::promise::Verdict;
use super::{Play, Saved, Trouble};
use crate::sim::days::today;
use crate::sim::faults::Fault;
use crate::sim::office::Backup;
use crate::world::post::Fate;
use chrono::{DateTime, Days, Duration, Utc};
use std::collections::BTreeSet;

/// Folders in which something can go wrong.
const FOLDERS: [&str; 6] = [
    "INBOX",
    "INBOX/Bygglov",
    "Skräppost",
    "Klart",
    "Skickat",
    "Arkiv",
];

/// What is mended, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mend {
    Server(usize),
    /// It goes away as the way out comes back.
    Changeover(usize),
    Folder(usize),
    Stale(usize),
    Smtp(usize),
    Copies(usize),
    Disk,
    Clock,
    Wake,
    Start,
    Restore,
}

impl Play {
    pub(super) fn met(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
        self.tell(&format!("{fault:?}"));
    }

    pub(super) fn troubled_until(&mut self, at: DateTime<Utc>) {
        self.calm = self.calm.max(at);
    }

    fn mend_at(&mut self, at: DateTime<Utc>, mend: Mend) {
        self.troubles.insert((at, Trouble::Mended(mend)));
    }

    /// Something goes wrong, and the next thing is thrown for.
    pub(super) async fn mishap(&mut self) -> Verdict {
        let Some(mean) = self.plan.between_faults else {
            return Ok(());
        };
        let next = self.now() + self.chance.about(mean);
        self.troubles.insert((next, Trouble::Comes));
        let fault = self.chance.one(&Fault::ALL);
        let mailbox = self.chance.index(self.hall.mailboxes);
        if let Some(strike) = fault.strike(&mut self.chance) {
            let calls = u32::try_from(self.chance.below(24)).unwrap_or(0);
            self.office.posts[mailbox].state().troubles.planned = Some((calls, strike));
            self.troubled_until(self.now() + Duration::hours(6));
            self.met(fault);
            return Ok(());
        }
        match fault {
            Fault::DayClosed | Fault::StaffAway | Fault::StaffLeft | Fault::PledgeChanged => {
                self.town_hall_changes(fault).await
            }
            Fault::ClockForward | Fault::ClockBack | Fault::ClockWrongForLong => {
                self.clock_goes_wrong(fault);
                Ok(())
            }
            Fault::Suspended | Fault::Stopped => {
                self.nothing_runs(fault);
                Ok(())
            }
            Fault::Restored => self.backup().await,
            Fault::BouncedAtOnce | Fault::AbsentReader => {
                self.reader = Some(fault);
                Ok(())
            }
            _ => {
                self.server_trouble(fault, mailbox);
                Ok(())
            }
        }
    }

    fn server_trouble(&mut self, fault: Fault, mailbox: usize) {
        let ends = self.now() + self.chance.minutes(20, 1_500);
        let folder = self.chance.one(&FOLDERS);
        let count = self.chance.below(3) + 1;
        let writes = u32::try_from(self.chance.below(60)).unwrap_or(0);
        let before = u32::try_from(self.chance.below(4)).unwrap_or(0);
        // Only a server whose UIDs become fewer can be found out, and only by a program that has
        // seen them all.
        let is_calm = self.now() > self.calm
            && self.backup.is_none()
            && self.office.runs
            && self.honest.iter().all(|honest| *honest);
        let mut state = self.office.posts[mailbox].state();
        let fates = |fate: Fate| (0..count).map(move |_| fate);
        let mend = match fault {
            Fault::FolderClosed => {
                state.forbidden = Some(folder.to_owned());
                Some(Mend::Folder(mailbox))
            }
            Fault::ServerDown => {
                state.reachable = false;
                Some(Mend::Server(mailbox))
            }
            Fault::UidValidity => {
                state.renumber(folder);
                None
            }
            Fault::NewUid => {
                // Those of the program itself have no number.
                let last = state.drawer(folder).letters.last().map(|one| one.serial);
                let Some(serial) = last.filter(|serial| *serial > 0) else {
                    return;
                };
                let letters = state.take_serial(serial, folder);
                state.relay(letters, folder);
                None
            }
            Fault::UidsBack => {
                if !is_calm || !state.drawer(folder).counts_anew() {
                    return;
                }
                None
            }
            Fault::StaleView => {
                let drawer = state.drawer(folder);
                drawer.stale = Some(drawer.uid_next.saturating_sub(before).max(1));
                Some(Mend::Stale(mailbox))
            }
            Fault::SmtpDown => {
                state.smtp = Some(Fate::Down);
                Some(Mend::Smtp(mailbox))
            }
            // The relay refuses us, whoever the reader is.
            Fault::Barred => {
                state.smtp = Some(Fate::Bar);
                Some(Mend::Smtp(mailbox))
            }
            // Every mail is put off for a while.
            Fault::Greylisted => {
                state.smtp = Some(Fate::PutOff);
                Some(Mend::Smtp(mailbox))
            }
            Fault::CopyRefused => {
                state.takes_copies = false;
                Some(Mend::Copies(mailbox))
            }
            Fault::Rejected => {
                state.fates.extend(fates(Fate::Reject));
                None
            }
            Fault::Partly => {
                state.fates.extend(fates(Fate::Partly));
                None
            }
            Fault::AcceptedAnswerLost => {
                state.fates.extend(fates(Fate::Lose));
                None
            }
            Fault::LostBeforeAccepted => {
                state.fates.extend(fates(Fate::Drop));
                None
            }
            Fault::DeathAfterGoAhead => {
                state.fates.push_back(Fate::DieBefore);
                None
            }
            Fault::DeathAfterAccepted => {
                state.fates.push_back(Fate::DieAfter);
                None
            }
            Fault::DeathAtWrite => {
                self.office.disk.lock().unwrap().dies_in = Some(writes);
                None
            }
            Fault::DiskFull => {
                self.office.disk.lock().unwrap().full = true;
                Some(Mend::Disk)
            }
            // These come about in scenes.
            _ => return,
        };
        drop(state);
        self.met(fault);
        let until = if mend.is_some() {
            ends
        } else {
            self.now() + Duration::hours(6)
        };
        self.troubled_until(until + Duration::hours(1));
        if let Some(mend) = mend {
            self.mend_at(ends, mend);
        }
        // What waited for the way out must not leave on what was seen of the mailbox before.
        if fault == Fault::SmtpDown && self.chance.percent(60) {
            let just_before = (ends - Duration::minutes(10)).max(self.now());
            self.mend_at(just_before, Mend::Changeover(mailbox));
        }
    }

    /// The mailbox goes away as the way out comes back.
    fn changeover(&mut self, mailbox: usize) {
        self.met(Fault::ServerDown);
        self.office.posts[mailbox].state().reachable = false;
        let ends = self.now() + self.chance.minutes(120, 1_200);
        self.troubled_until(ends + Duration::hours(1));
        self.mend_at(ends, Mend::Server(mailbox));
    }

    pub(super) async fn mend(&mut self, mend: Mend) -> Verdict {
        self.tell(&format!("{mend:?} is right again"));
        match mend {
            Mend::Changeover(mailbox) => self.changeover(mailbox),
            Mend::Server(mailbox) => self.office.posts[mailbox].state().reachable = true,
            Mend::Folder(mailbox) => self.office.posts[mailbox].state().forbidden = None,
            Mend::Stale(mailbox) => {
                for drawer in self.office.posts[mailbox].state().drawers.values_mut() {
                    drawer.modseq += u64::from(drawer.stale.take().is_some());
                }
            }
            Mend::Smtp(mailbox) => self.office.posts[mailbox].state().smtp = None,
            Mend::Copies(mailbox) => self.office.posts[mailbox].state().takes_copies = true,
            Mend::Disk => self.office.disk.lock().unwrap().full = false,
            Mend::Clock => {
                self.office.wrong_clock.set(self.now(), Duration::zero());
                self.office.set_time(self.now(), false);
                self.odd_days();
            }
            Mend::Wake => self.asleep = false,
            Mend::Start => self.stopped = false,
            Mend::Restore => return self.restore().await,
        }
        Ok(())
    }

    /// What counts days cannot be held to those on which the clock was wrong or a register was put
    /// back.
    fn odd_days(&mut self) {
        for at in [self.now(), self.clock()] {
            for day in [
                today(at) - Days::new(1),
                today(at),
                today(at) + Days::new(1),
            ] {
                self.leaving.odd_days.insert(day);
            }
        }
    }

    fn clock_goes_wrong(&mut self, fault: Fault) {
        if !self.office.wrong_clock.by().is_zero() {
            return;
        }
        let (by, lasts) = match fault {
            Fault::ClockForward => (self.chance.minutes(20, 9_000), Duration::minutes(12)),
            Fault::ClockBack => (-self.chance.minutes(20, 9_000), Duration::minutes(12)),
            _ => (self.chance.minutes(20, 600), self.chance.minutes(60, 2_000)),
        };
        let by = if fault == Fault::ClockWrongForLong && self.chance.percent(50) {
            -by
        } else {
            by
        };
        self.met(fault);
        self.tell(&format!(
            "the clock goes wrong by {} minutes",
            by.num_minutes()
        ));
        self.office.wrong_clock.set(self.now(), by);
        self.office.set_time(self.now(), false);
        self.odd_days();
        let ends = self.now() + lasts;
        self.troubled_until(ends + Duration::hours(2));
        self.mend_at(ends, Mend::Clock);
    }

    fn nothing_runs(&mut self, fault: Fault) {
        if self.asleep || self.stopped {
            return;
        }
        self.met(fault);
        let ends = self.now() + self.chance.minutes(60, 9_000);
        self.troubled_until(ends + Duration::hours(2));
        if fault == Fault::Suspended {
            self.asleep = true;
            self.slept = Some((self.now(), ends));
            self.mend_at(ends, Mend::Wake);
        } else {
            self.stopped = true;
            self.office.runs = false;
            self.mend_at(ends, Mend::Start);
        }
    }

    async fn town_hall_changes(&mut self, fault: Fault) -> Verdict {
        if self.asleep || self.stopped {
            return Ok(());
        }
        let day = self.day();
        match fault {
            Fault::DayClosed => {
                let ahead = day + Days::new(1 + self.chance.below(8));
                self.hall.close(ahead);
                self.facts.house.closed.push(ahead);
            }
            Fault::StaffAway => {
                let who =
                    self.chance
                        .one(&["registrator", "registrator", "kanslist", "kanslichef"]);
                let first = day + Days::new(self.chance.below(3));
                let last = first + Days::new(self.chance.below(21));
                let away = &mut self.hall.person(who).away;
                away.retain(|(_, last)| *last >= day);
                away.push((first, last));
            }
            Fault::PledgeChanged => {
                self.hall.email_days = self.chance.one(&[1, 2, 3]);
                self.hall.letter_days = self.chance.one(&[4, 5]);
            }
            _ => {
                let who = self.chance.one(&["registrator", "kanslist"]);
                let other = if who == "kanslist" {
                    "registrator"
                } else {
                    "kanslist"
                };
                let gone = !self.hall.person(who).left && !self.hall.person(other).left;
                self.hall.person(who).left = gone;
                if gone {
                    let (who, now) = (format!("{who}@example.se"), self.now());
                    self.facts.house.left.entry(who).or_insert(now);
                }
            }
        }
        self.met(fault);
        self.troubled_until(self.now() + Duration::hours(2));
        self.restart().await.map(|_| ())
    }

    /// A new process. Whether it came up.
    pub(super) async fn restart(&mut self) -> Result<bool, super::promise::Wrong> {
        let up = self.new_process(None).await;
        self.tell(if up {
            "the process starts"
        } else {
            "the process cannot start"
        });
        self.honest.fill(false);
        if up {
            self.note_news(self.facts.order).await?;
        }
        Ok(up)
    }

    /// One that knows nothing of what the one before could not read. Whether it came up.
    async fn new_process(&mut self, backup: Option<Backup>) -> bool {
        self.unread_since.clear();
        self.office.restart(&self.hall, backup).await
    }

    pub(super) async fn after_death(&mut self) -> Verdict {
        self.tell("the process has ended");
        self.note_news(self.facts.order).await?;
        for mailbox in 0..self.hall.mailboxes {
            self.note_departures(mailbox)?;
        }
        if self.chance.percent(60) {
            self.restart().await?;
        } else {
            self.office.runs = false;
            self.stopped = true;
            let back = self.now() + self.chance.minutes(1, 300);
            self.troubled_until(back + Duration::hours(1));
            self.mend_at(back, Mend::Start);
        }
        Ok(())
    }

    /// A backup is taken, to be restored some time later.
    async fn backup(&mut self) -> Verdict {
        if !self.office.is_on_disk() || self.backup.is_some() || self.asleep || self.stopped {
            return Ok(());
        }
        self.tell("a backup is taken");
        self.new_process(Some(Backup::Take)).await;
        self.backup = Some(Saved {
            at: self.now(),
            named: self.named.clone(),
        });
        let order = self.facts.tick();
        self.facts.saved.push(order);
        let at = self.now() + self.chance.minutes(60, 8_000);
        self.mend_at(at, Mend::Restore);
        Ok(())
    }

    /// The register is as it was; what the mailbox still shows must come back, what was done by
    /// hand is gone.
    async fn restore(&mut self) -> Verdict {
        let Some(taken) = self.backup.as_ref().map(|saved| saved.at) else {
            return Ok(());
        };
        self.met(Fault::Restored);
        self.odd_days();
        self.troubled_until(self.now() + Duration::hours(2));
        let order = self.facts.tick();
        self.facts.restored.push(order);
        let sent: BTreeSet<String> = self.copies_in_sent();
        let lost = |own: &&crate::sim::oracle::facts::Own| {
            own.at >= taken - Duration::days(1) && !sent.contains(&own.id)
        };
        let lost: Vec<_> = self.facts.own.iter().filter(lost).cloned().collect();
        self.leaving.forget(&lost, taken);
        self.facts.logged.clear();
        self.named.clear();
        self.numbers.clone_from(&self.numbers_before);
        for (index, lie) in self.facts.lies.iter_mut().enumerate() {
            if lie.gone.is_none() && !self.unshown[lie.mailbox].contains(&index) {
                lie.denied = true;
                self.unshown[lie.mailbox].push(index);
            }
        }
        (self.stopped, self.asleep) = (false, false);
        self.new_process(Some(Backup::Restore)).await;
        self.honest.fill(false);
        self.note_news(self.facts.order).await
    }

    fn copies_in_sent(&self) -> BTreeSet<String> {
        let sent = |post: &crate::world::post::Post| {
            let state = post.state();
            let letters = &state.drawers["Skickat"].letters;
            letters
                .iter()
                .filter_map(|letter| letter.id.as_deref().map(str::to_owned))
                .collect::<Vec<_>>()
        };
        self.office.posts.iter().flat_map(sent).collect()
    }

    /// Nothing goes wrong any more.
    pub(super) async fn calm_down(&mut self) -> Verdict {
        let waiting: Vec<Mend> = std::mem::take(&mut self.troubles)
            .into_iter()
            .filter_map(|(_, trouble)| match trouble {
                Trouble::Mended(Mend::Restore | Mend::Changeover(_)) | Trouble::Comes => None,
                Trouble::Mended(mend) => Some(mend),
            })
            .collect();
        for mend in waiting {
            self.mend(mend).await?;
        }
        for post in &self.office.posts {
            let mut state = post.state();
            state.fates.clear();
            state.troubles.planned = None;
        }
        self.office.disk.lock().unwrap().dies_in = None;
        self.troubled_until(self.now() + Duration::hours(1));
        Ok(())
    }
}
