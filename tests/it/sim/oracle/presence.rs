//! Who is away, by what staff told by mail.

use super::facts::{Command, Facts, Word};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// First and last days of absences.
type Days = Vec<(NaiveDate, NaiveDate)>;

fn covers((first, last): (NaiveDate, NaiveDate), day: NaiveDate) -> bool {
    (first..=last).contains(&day)
}

impl Facts {
    /// The last days of the absences that stand after all that a member told. `None`: it depends
    /// on when the program read it. `configured`: absences that the settings say.
    pub fn away_until(&self, by: &str, configured: &Days) -> Option<BTreeSet<NaiveDate>> {
        let mut told: Vec<(u32, &Command)> = self
            .commands
            .iter()
            .filter(|(_, command)| command.by == by && command.is_of_people())
            .map(|(serial, command)| (*serial, command))
            .collect();
        let is_sure = |(serial, command): &(u32, &Command)| {
            let was_denied = self.lies_of(*serial).any(|lie| lie.denied);
            self.confirmed(command).is_some() && !was_denied
        };
        if !self.restored.is_empty()
            || self.house.left.contains_key(by)
            || !told.iter().all(is_sure)
        {
            return None;
        }
        told.sort_by_key(|(_, command)| command.shown);
        let at_once = |two: &[(u32, &Command)]| two[0].1.shown == two[1].1.shown;
        if told.windows(2).any(at_once) {
            return None;
        }
        let mut away = Days::new();
        // What was said, on which day, and who was away before it.
        let mut before: Vec<(u32, NaiveDate, Days)> = Vec::new();
        for (serial, command) in told {
            let today = command.read_on?;
            if let Word::AbsenceTakenBack(said) = command.word {
                let newest = before
                    .pop()
                    .filter(|(last, day, _)| *last == said && *day == today);
                away = newest?.2;
                continue;
            }
            before.push((serial, today, away.clone()));
            let is_away = away.iter().any(|days| covers(*days, today));
            match command.word {
                Word::Away(until) if until < today => return None,
                Word::Away(until) => {
                    let under_way = away.iter().find(|days| covers(**days, today));
                    let first = under_way.map_or(today, |days| days.0);
                    away.retain(|days| days.1 < today || days.0 > until);
                    away.push((first, until));
                }
                _ if is_away => away.retain(|days| !covers(*days, today)),
                _ if configured.iter().any(|days| covers(*days, today)) => return None,
                _ => away.clear(),
            }
        }
        Some(away.into_iter().map(|days| days.1).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::oracle::facts::{Key, Own};
    use chrono::{DateTime, Days as Later, Duration, TimeZone, Utc};

    const BY: &str = "registrator@example.se";

    fn at(hour: i64) -> DateTime<Utc> {
        let begin = Utc.with_ymd_and_hms(2026, 11, 16, 8, 0, 0).single();
        begin.unwrap_or_default() + Duration::hours(hour)
    }

    fn day(ahead: u64) -> NaiveDate {
        at(0).date_naive() + Later::new(ahead)
    }

    fn town(words: &[(i64, Word)]) -> Facts {
        let mut facts = Facts::default();
        for (serial, (hour, word)) in (1..).zip(words) {
            let about = Key { serial, mailbox: 0 };
            let command = Command {
                about,
                word: *word,
                by: BY.to_owned(),
                written: at(*hour),
                shown: Some(at(*hour)),
                read_on: Some(at(*hour).date_naive()),
            };
            facts.commands.insert(serial, command);
            let is_away = matches!(word, Word::Away(_));
            let said = if is_away { "borta" } else { "på plats" };
            facts.own.push(Own {
                id: format!("own{serial}"),
                kind: "confirmation".to_owned(),
                mailbox: 0,
                to: BY.to_owned(),
                subject: format!("Bekräftat: du är {said}"),
                about: Vec::new(),
                letters: Vec::new(),
                at: at(*hour),
                written: at(*hour),
                returned: None,
            });
        }
        facts
    }

    #[test]
    fn the_newest_word_of_the_day_is_taken_back() {
        let (away, back, undo) = (Word::Away, Word::Back, Word::AbsenceTakenBack);
        for (words, configured, expected) in [
            (&[(0, away(day(3)))][..], false, Some(&[3][..])),
            (&[(0, away(day(3))), (1, away(day(5)))], false, Some(&[5])),
            (&[(0, away(day(3))), (1, back)], false, Some(&[])),
            (&[(0, away(day(3))), (1, undo(1))], false, Some(&[])),
            (
                &[(0, away(day(3))), (1, back), (2, undo(2))],
                false,
                Some(&[3]),
            ),
            (
                &[(0, away(day(3))), (1, away(day(5))), (2, undo(2))],
                false,
                Some(&[3]),
            ),
            // Too late, of another word, of one read with it, and of what the settings say.
            (&[(0, away(day(3))), (24, undo(1))], false, None),
            (&[(0, away(day(3))), (1, back), (2, undo(1))], false, None),
            (&[(0, away(day(3))), (0, back)], false, None),
            (&[(0, back)], true, None),
        ] {
            let expected = expected.map(|days| days.iter().map(|ahead| day(*ahead)).collect());
            let configured = if configured {
                vec![(day(0), day(1))]
            } else {
                Days::new()
            };
            let facts = town(words);
            assert_eq!(facts.away_until(BY, &configured), expected, "{words:?}");
        }
    }

    #[test]
    fn what_was_not_confirmed_or_came_before_a_restore_is_not_sure() {
        let sure = || town(&[(0, Word::Away(day(3)))]);
        assert!(sure().away_until(BY, &Days::new()).is_some());
        let mut unheard = sure();
        unheard.own.clear();
        assert_eq!(unheard.away_until(BY, &Days::new()), None);
        let mut restored = sure();
        restored.restored.push(1);
        assert_eq!(restored.away_until(BY, &Days::new()), None);
    }
}
