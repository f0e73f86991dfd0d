//! What goes wrong, when, and for how long.

use super::{Event, Life, Mend, WATCHED};
use crate::sim::days::today;
use crate::sim::faults::Fault;
use crate::sim::office::Backup;
use crate::sim::oracle::{Says, Sign, Verdict};
use crate::world::post::{Fate, State};
use chrono::{DateTime, Days, Duration, Utc};
use std::collections::BTreeSet;

impl Life {
    pub(super) fn troubled_until(&mut self, at: DateTime<Utc>) {
        self.calm = self.calm.max(at);
    }

    pub(super) async fn mishap(&mut self) -> Verdict {
        let next = self.now() + self.dice.about(self.plan.between_faults);
        self.schedule(next, Event::Fault);
        let fault = self.dice.one(&Fault::ALL);
        let mailbox = self.a_mailbox();
        let soon = self.now() + Duration::hours(6);
        if let Some(strike) = fault.strike(&mut self.dice) {
            let calls = u32::try_from(self.dice.below(24)).unwrap_or(0);
            let mut state = self.office.posts[mailbox].state();
            state.troubles.planned = Some((calls, strike));
            drop(state);
            self.troubled_until(soon);
            self.met(fault);
            self.tell(&format!("{fault:?} at call {calls} of mailbox {mailbox}"));
            return Ok(());
        }
        match fault {
            Fault::DayClosed | Fault::StaffAway | Fault::StaffLeft | Fault::PledgeChanged => {
                return self.town_hall_changes(fault).await;
            }
            Fault::ClockForward | Fault::ClockBack | Fault::ClockWrongForLong => {
                self.clock_goes_wrong(fault);
            }
            Fault::Suspended | Fault::Stopped => self.nothing_runs(fault),
            Fault::Restored => return self.backup().await,
            _ => self.server_trouble(fault, mailbox),
        }
        Ok(())
    }

    #[expect(clippy::too_many_lines, reason = "one case after the other")]
    fn server_trouble(&mut self, fault: Fault, mailbox: usize) {
        let ends = self.now() + self.dice.minutes(20, 1_500);
        let folder = self.dice.one(&WATCHED);
        let count = self.dice.below(3) + 1;
        let writes = u32::try_from(self.dice.below(60)).unwrap_or(0);
        let before = u32::try_from(self.dice.below(4)).unwrap_or(0);
        let is_calm = self.now() > self.calm && self.backup.is_none() && self.office.runs;
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
                let Some(serial) = state
                    .drawer(folder)
                    .letters
                    .last()
                    .map(|letter| letter.serial)
                else {
                    return;
                };
                if serial == 0 {
                    return;
                }
                let letters = state.take_serial(serial, folder);
                state.relay(letters, folder);
                None
            }
            Fault::UidsBack => {
                // Only a server whose UIDs become fewer can be found out.
                let drawer = state.drawer(folder);
                let all = u32::try_from(drawer.letters.len()).unwrap_or(u32::MAX);
                if !is_calm
                    || drawer.stale.is_some()
                    || all + 1 >= drawer.uid_next
                    || self.honest.iter().any(|honest| !honest)
                {
                    return;
                }
                (1..)
                    .zip(&mut drawer.letters)
                    .for_each(|(uid, letter)| letter.uid = uid);
                (drawer.uid_next, drawer.modseq) = (all + 1, drawer.modseq + 1);
                None
            }
            Fault::StaleView => {
                let drawer = state.drawer(folder);
                drawer.stale = Some(drawer.uid_next.saturating_sub(before).max(1));
                self.oracle.misled = true;
                Some(Mend::Stale(mailbox))
            }
            Fault::SmtpDown | Fault::Barred | Fault::Greylisted | Fault::CopyRefused => {
                Some(way_out_fails(&mut state, fault, mailbox))
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
            // These come about elsewhere.
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
        self.tell(&format!(
            "{fault:?}: {folder} of mailbox {mailbox}, until {until}"
        ));
        if let Some(mend) = mend {
            self.schedule(ends, Event::Mend(mend));
        }
        // What waited for the way out must not leave on what was seen of the mailbox before.
        if fault == Fault::SmtpDown && self.dice.percent(60) {
            let just_before = (ends - Duration::minutes(10)).max(self.now());
            self.schedule(just_before, Event::Mend(Mend::Changeover(mailbox)));
        }
    }

    pub(super) fn mend(&mut self, mend: Mend) {
        self.tell(&format!("{mend:?} is right again"));
        match mend {
            Mend::Changeover(mailbox) => {
                self.met(Fault::ServerDown);
                self.office.posts[mailbox].state().reachable = false;
                let ends = self.now() + self.dice.minutes(120, 1_200);
                self.troubled_until(ends + Duration::hours(1));
                self.schedule(ends, Event::Mend(Mend::Server(mailbox)));
            }
            Mend::Server(mailbox) => self.office.posts[mailbox].state().reachable = true,
            Mend::Folder(mailbox) => self.office.posts[mailbox].state().forbidden = None,
            Mend::Stale(mailbox) => {
                for drawer in self.office.posts[mailbox].state().drawers.values_mut() {
                    if drawer.stale.take().is_some() {
                        drawer.modseq += 1;
                    }
                }
            }
            Mend::Smtp(mailbox) => self.office.posts[mailbox].state().smtp = None,
            Mend::Copies(mailbox) => self.office.posts[mailbox].state().takes_copies = true,
            Mend::Disk => self.office.disk.lock().unwrap().full = false,
            Mend::Clock => {
                self.odd_days();
                self.office.skew = Duration::zero();
                self.office.set_time(self.now(), false);
            }
            Mend::Wake => self.asleep = false,
            Mend::Start => {
                self.stopped = false;
                self.office.runs = false;
            }
        }
    }

    /// What counts days cannot be held to those on which the clock was wrong.
    fn odd_days(&mut self) {
        for at in [self.now(), self.now() + self.office.skew] {
            for day in [
                today(at) - Days::new(1),
                today(at),
                today(at) + Days::new(1),
            ] {
                self.departures.odd_days.insert(day);
            }
        }
    }

    fn clock_goes_wrong(&mut self, fault: Fault) {
        if !self.office.skew.is_zero() {
            return;
        }
        let (by, lasts) = match fault {
            Fault::ClockForward => (self.dice.minutes(20, 9_000), Duration::minutes(12)),
            Fault::ClockBack => (-self.dice.minutes(20, 9_000), Duration::minutes(12)),
            _ => (self.dice.minutes(20, 600), self.dice.minutes(60, 2_000)),
        };
        let by = if fault == Fault::ClockWrongForLong && self.dice.percent(50) {
            -by
        } else {
            by
        };
        self.met(fault);
        self.oracle.misled = true;
        self.tell(&format!(
            "the clock goes wrong by {} minutes",
            by.num_minutes()
        ));
        self.office.skew = by;
        self.office.set_time(self.now(), false);
        self.odd_days();
        let ends = self.now() + lasts;
        self.troubled_until(ends + Duration::hours(2));
        self.schedule(ends, Event::Mend(Mend::Clock));
    }

    fn nothing_runs(&mut self, fault: Fault) {
        if self.asleep || self.stopped {
            return;
        }
        self.met(fault);
        self.tell(&format!("{fault:?}"));
        let ends = self.now() + self.dice.minutes(60, 9_000);
        self.troubled_until(ends + Duration::hours(2));
        if fault == Fault::Suspended {
            self.asleep = true;
            self.schedule(ends, Event::Mend(Mend::Wake));
        } else {
            self.stopped = true;
            self.schedule(ends, Event::Mend(Mend::Start));
        }
    }

    async fn town_hall_changes(&mut self, fault: Fault) -> Verdict {
        let day = today(self.now());
        match fault {
            Fault::DayClosed => {
                let ahead = day + Days::new(1 + self.dice.below(8));
                self.hall.close(ahead);
            }
            Fault::StaffAway => {
                let who = self
                    .dice
                    .one(&["registrator", "registrator", "kanslist", "kanslichef"]);
                let first = day + Days::new(self.dice.below(3));
                let last = first + Days::new(self.dice.below(21));
                let away = &mut self.hall.person(who).away;
                away.retain(|(_, last)| *last >= day);
                away.push((first, last));
            }
            Fault::StaffLeft => {
                let who = self.dice.one(&["registrator", "kanslist"]);
                let other = if who == "kanslist" {
                    "registrator"
                } else {
                    "kanslist"
                };
                let gone = !self.hall.person(who).left && !self.hall.person(other).left;
                self.hall.person(who).left = gone;
            }
            _ => {
                self.hall.email_days = self.dice.one(&[1, 2, 3]);
                self.hall.letter_days = self.dice.one(&[4, 5]);
            }
        }
        self.met(fault);
        self.tell(&format!("{fault:?}"));
        self.troubled_until(self.now() + Duration::hours(2));
        if self.stopped || self.asleep {
            self.stopped = true;
            self.asleep = false;
            self.queue
                .retain(|_, event| !matches!(event, Event::Mend(Mend::Wake)));
            let soon = self.now() + Duration::minutes(30);
            self.schedule(soon, Event::Mend(Mend::Start));
            let order = self.oracle.tick();
            self.oracle
                .halls
                .push((order, self.now() + self.office.skew, self.hall.clone()));
            return Ok(());
        }
        self.new_settings().await
    }

    /// A backup is taken, to be restored some time later.
    async fn backup(&mut self) -> Verdict {
        if !self.office.is_on_disk() || self.backup.is_some() || self.asleep || self.stopped {
            return Ok(());
        }
        self.tell("a backup is taken");
        self.office.restart(&self.hall, Some(Backup::Take)).await;
        self.backup = Some((self.oracle.tick(), self.now()));
        let at = self.now() + self.dice.minutes(60, 8_000);
        self.schedule(at, Event::Restore);
        Ok(())
    }

    /// The register is as it was; what the mailbox still shows must come back, what was done by
    /// hand is gone.
    pub(super) async fn restore(&mut self) -> Verdict {
        let Some((_, taken)) = self.backup else {
            return Ok(());
        };
        self.met(Fault::Restored);
        self.tell("the backup is restored");
        self.odd_days();
        self.troubled_until(self.now() + Duration::hours(2));
        let sent: BTreeSet<String> = self.copies_in_sent();
        let taken = taken + self.office.skew;
        for truth in self.oracle.truths.values_mut() {
            (truth.item, truth.thread) = (None, None);
            truth.settled_seen = false;
            // Whatever was settled may be open again, until its answer is read again.
            let again: Vec<(Sign, bool)> =
                truth.signs.iter().map(|(sign, _)| (*sign, false)).collect();
            truth.signs.iter_mut().for_each(|(_, sure)| *sure = false);
            truth.signs.push((Sign::Reopened, false));
            truth.signs.extend(again);
            for notice in truth
                .notices
                .iter_mut()
                .filter(|notice| notice.at >= taken - Duration::days(1))
            {
                notice.in_doubt = true;
                truth.lost_with_backup |= truth.id.is_none() || !sent.contains(&notice.message_id);
            }
            if truth.needs == Says::No && truth.kind == "absence" {
                truth.needs = Says::Any;
            }
        }
        // What was read before is to be read again, if it still lies there.
        self.oracle
            .answers
            .values_mut()
            .for_each(|answer| (answer.seen, answer.denied) = (None, true));
        self.doubt_constant_ids();
        self.oracle.items.clear();
        self.oracle.open.clear();
        self.known_items.clear();
        self.all_unseen();
        self.stopped = false;
        self.asleep = false;
        self.office.restart(&self.hall, Some(Backup::Restore)).await;
        self.note_news().await
    }

    /// Of messages with one id for all, those that are gone from mailbox and register may have been
    /// meant by any answer.
    fn doubt_constant_ids(&mut self) {
        let oracle = &mut self.oracle;
        let meant: Vec<(Option<String>, DateTime<Utc>)> = oracle
            .answers
            .values()
            .map(|answer| (oracle.truths[&answer.to].id.clone(), answer.put_at))
            .collect();
        for truth in oracle
            .truths
            .values_mut()
            .filter(|truth| truth.kind == "constant id")
        {
            let of_this = meant.iter().filter(|(id, _)| *id == truth.id);
            truth
                .signs
                .extend(of_this.map(|(_, at)| (Sign::Answered(*at), false)));
        }
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
    pub(super) fn calm_down(&mut self) {
        for mailbox in 0..self.hall.mailboxes {
            let all = [
                Mend::Server,
                Mend::Folder,
                Mend::Stale,
                Mend::Smtp,
                Mend::Copies,
            ];
            for mend in all {
                self.mend(mend(mailbox));
            }
            let mut state = self.office.posts[mailbox].state();
            state.fates.clear();
            state.troubles.planned = None;
        }
        self.mend(Mend::Disk);
        self.mend(Mend::Clock);
        self.office.disk.lock().unwrap().dies_in = None;
        if self.stopped {
            // It starts with the settings of now.
            self.office.runs = false;
        }
        (self.asleep, self.stopped) = (false, false);
        self.calm = self.now() + Duration::hours(1);
    }
}

/// What leaves the mailbox is refused, or its copy is.
fn way_out_fails(state: &mut State, fault: Fault, mailbox: usize) -> Mend {
    state.smtp = match fault {
        Fault::Barred => Some(Fate::Bar),
        Fault::Greylisted => Some(Fate::PutOff),
        Fault::CopyRefused => {
            state.takes_copies = false;
            return Mend::Copies(mailbox);
        }
        _ => Some(Fate::Down),
    };
    Mend::Smtp(mailbox)
}
