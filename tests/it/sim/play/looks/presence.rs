//! Who is away, as the register says it, and as staff told it by mail.

use super::{Play, Promise, Verdict, today, wrong};
use chrono::NaiveDate;
use servicelofte::engine::absences::told;
use std::collections::BTreeSet;

impl Play {
    /// The register has the absences that members told, and none that they took back.
    pub(super) async fn who_is_away(&mut self) -> Verdict {
        let today = today(self.clock());
        if self.leaving.odd_days.contains(&today) {
            return Ok(());
        }
        let entries: Vec<(String, NaiveDate, Option<NaiveDate>)> = self
            .office
            .ask(|engine| {
                let told = told(&engine.db()).expect("the register can be read");
                told.told()
                    .map(|(id, absence)| (id.to_owned(), absence.from, absence.until))
                    .collect()
            })
            .await;
        for person in &self.hall.people {
            let address = person.address();
            let commands = self.facts.commands.values();
            let since = commands
                .filter(|command| command.by == address && command.is_of_people())
                .filter_map(|command| command.read_on)
                .min();
            let theirs = entries.iter().filter(|(id, ..)| id == person.id);
            // An absence of the chapter before may go on.
            let is_older = theirs.clone().any(|(_, from, _)| Some(*from) < since);
            let (Some(_), false) = (since, is_older) else {
                continue;
            };
            let Some(expected) = self.facts.away_until(&address, &person.away) else {
                continue;
            };
            let ahead = |until: &NaiveDate| *until >= today;
            let expected: BTreeSet<NaiveDate> = expected.into_iter().filter(ahead).collect();
            let found: BTreeSet<NaiveDate> = theirs
                .filter_map(|(_, _, until)| *until)
                .filter(ahead)
                .collect();
            if found != expected {
                return wrong(
                    Promise::Staff,
                    format!("{address} is away until {found:?}, must be {expected:?}"),
                );
            }
        }
        Ok(())
    }
}
