//! A life has chapters: a stretch in which people write and things go wrong, and a quiet time in
//! which all comes to rest. A new chapter has new citizens. The town, its servers and the register
//! stay, so that a life of ten years has ten years of items behind it, and the mailboxes a year of
//! mail; the oracle looks at one chapter at a time, and at the end whether the others still stand
//! as they ended.

use super::promise::{Promise, Verdict, wrong};
use super::register::Row;
use super::{Play, Trouble, scenes};
use crate::sim::dice::Dice;
use crate::sim::oracle::facts::Facts;
use chrono::Duration;
use servicelofte::domain::event::How;
use servicelofte::domain::item::ItemId;
use servicelofte::engine::Engine;

/// How long everything is quiet at the end of a chapter: all that is open is overdue by then.
pub const LAST_DAYS: i64 = 28;

/// How long mail stays in the mailboxes.
const A_YEAR: Duration = Duration::days(366);

/// A life of so many chapters tells how far it is, each time after about a year.
const MANY: u32 = 4;
const A_YEARS_CHAPTERS: u32 = 4;

/// Numbers of the scenes of one chapter.
const SCENES: u32 = 10_000;

/// How an item stood when its chapter ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    state: String,
    outcome: String,
    at: String,
}

impl End {
    fn of(row: &Row) -> Self {
        Self {
            state: row.state().to_owned(),
            outcome: row.outcome().to_owned(),
            at: format!("{}{}", row.text("answered_at"), row.text("closed_at")),
        }
    }

    /// What is presumed no question waits until it was shown to a person who is there, which may be
    /// long after its chapter, and then closes.
    fn may_lapse_as(&self, now: &Self) -> bool {
        self.state == "no_question" && now.state == "closed" && now.outcome == self.outcome
    }
}

impl Play {
    /// Lives all chapters.
    pub async fn live(&mut self) -> Verdict {
        // The service begins in an empty mailbox: what is moved in later is no part of its first
        // reading.
        self.look_and_speak().await?;
        for chapter in 0..self.plan.chapters {
            if chapter > 0 {
                self.turn_the_page(chapter).await?;
            }
            self.live_chapter().await?;
            let is_last = chapter + 1 == self.plan.chapters;
            if is_last || (chapter + 1).is_multiple_of(A_YEARS_CHAPTERS) {
                self.folds_of_the_log().await?;
            }
            self.tell_how_far(chapter + 1);
        }
        self.erased_and_read_anew().await?;
        self.past_stands().await
    }

    /// Of a long life, where it stands after each year, with the processor time that it has taken.
    fn tell_how_far(&self, chapters: u32) {
        if self.plan.chapters < MANY || !chapters.is_multiple_of(A_YEARS_CHAPTERS) {
            return;
        }
        println!(
            "life {}: {}, {} rounds, {} mails, {:.1} s of processor time",
            self.seed,
            self.day(),
            self.rounds,
            self.written,
            self.stopwatch.seconds()
        );
    }

    /// Lives what is drawn, then quietly on until all must have come to rest.
    async fn live_chapter(&mut self) -> Verdict {
        let end = self.now() + Duration::days(self.plan.days);
        while self.now() < end {
            self.step(end).await?;
        }
        self.calm_down().await?;
        let faults = self.plan.between_faults.take();
        let end = self.now() + Duration::days(LAST_DAYS);
        while self.now() < end {
            self.step(end).await?;
        }
        self.plan.between_faults = faults;
        self.last_looks().await
    }

    /// Writes the script of a chapter: every scene by dice of its own, so that without one the
    /// others are the same.
    pub(super) fn draw(&mut self, chapter: u32) {
        let start = self.now();
        let end = start + Duration::days(self.plan.days);
        let mut dice = Dice::new(self.seed ^ 0x5CE7 ^ (u64::from(chapter) << 32));
        let (mut at, mut number) = (start + Duration::minutes(30), chapter * SCENES);
        while at < end {
            let mut own = Dice::new(self.seed.wrapping_mul(1_000_003) ^ u64::from(number));
            let mut scene = scenes::draw(
                number,
                &mut own,
                self.plan.mailboxes,
                self.plan.citizens,
                self.plan.border.is_some(),
            );
            if self.plan.honest {
                scene.without_forgeries();
            }
            if chapter > 0 {
                scene.of_other_citizens(chapter);
            }
            let only = self.plan.only.as_ref();
            if only.is_none_or(|only| only.contains(&number)) {
                for (step, one) in scene.steps.iter().enumerate() {
                    let when = at + one.after + Duration::seconds(i64::try_from(step).unwrap_or(0));
                    self.queue.insert((when, self.scenes.len(), step));
                }
                self.scenes.push(scene);
            }
            at += dice.about(self.plan.between_scenes);
            number += 1;
        }
    }

    /// The registrar closes what is still open, and a new chapter begins.
    async fn turn_the_page(&mut self, chapter: u32) -> Verdict {
        let now = self.clock();
        let live: Vec<ItemId> = self
            .rows()
            .await
            .iter()
            .filter(|row| row.is_live())
            .filter_map(|row| ItemId::parse(&row.reference))
            .collect();
        for id in live {
            let close = move |engine: &mut Engine| {
                engine.close(id, How::Phone, None, None, "cli:registrator", now)
            };
            if let Err(refused) = self.office.ask(close).await {
                return wrong(
                    Promise::Machine,
                    format!("{id} cannot be closed: {refused}"),
                );
            }
        }
        for row in self.rows().await {
            self.past.insert(row.reference.clone(), End::of(&row));
        }
        self.clear_away();
        self.tell(&format!("chapter {chapter}"));
        self.facts = Facts {
            house: std::mem::take(&mut self.facts.house),
            order: self.facts.order,
            ..Facts::default()
        };
        self.named.clear();
        self.unshown.iter_mut().for_each(Vec::clear);
        self.words.clear();
        self.queue.clear();
        self.waiting.clear();
        self.patience.clear();
        self.leaving.turn_the_page();
        self.numbers_before.clone_from(&self.numbers);
        self.backup = None;
        self.draw(chapter);
        if let Some(mean) = self.plan.between_faults {
            let first = self.now() + self.chance.about(mean);
            self.troubles.insert((first, Trouble::Comes));
        }
        Ok(())
    }

    /// People throw away mail that is older than a year, as a town's rules for its papers want it.
    fn clear_away(&mut self) {
        let oldest = self.now() - A_YEAR;
        for post in &self.office.posts {
            for drawer in post.state().drawers.values_mut() {
                let before = drawer.letters.len();
                drawer
                    .letters
                    .retain(|letter| letter.internal_date >= oldest);
                drawer.modseq += u64::from(drawer.letters.len() < before);
            }
        }
    }

    /// What earlier chapters came to, it still is, unless its time to be erased has come.
    async fn past_stands(&mut self) -> Verdict {
        let names: Vec<String> = self.past.keys().cloned().collect();
        for row in self.rows_of(&names).await {
            let (now, then) = (End::of(&row), &self.past[&row.reference]);
            if !row.is_erased() && now != *then && !then.may_lapse_as(&now) {
                return wrong(
                    Promise::Standing,
                    format!("{} ended as {then:?} and is {now:?}", row.reference),
                );
            }
        }
        Ok(())
    }
}
