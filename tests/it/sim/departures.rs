//! What the rules say of every mail that left the house: to citizens, and to staff.

use super::days::{closes, instant, today};
use super::oracle::{Notice, Oracle, Says, Verdict};
use crate::world::post::{Accepted, Fate, header_field};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use servicelofte::domain::item::ItemId;
use std::collections::{BTreeMap, BTreeSet};

/// A notice leaves only on a view of the mailbox no older than this (product.md says "fresh"; the
/// program's word is a quarter of an hour).
const FRESH: Duration = Duration::minutes(15);

/// A mail as it left.
#[derive(Clone, Debug)]
pub struct Departure {
    pub mailbox: usize,
    pub kind: String,
    pub message_id: String,
    pub to: String,
    /// The items that its mark names.
    pub about: Vec<ItemId>,
    /// Item and effect, as the program has them.
    pub effects: Vec<(ItemId, String)>,
    /// True time, and the program's.
    pub at: DateTime<Utc>,
    pub clock: DateTime<Utc>,
    /// When it was decided, by the program's clock.
    pub decided: DateTime<Utc>,
    pub fate: Option<Fate>,
    /// Whom its text names.
    pub names: Vec<&'static str>,
    /// The program may have been kept from writing down that it left.
    pub troubled: bool,
}

impl Departure {
    pub fn new(mailbox: usize, mail: &Accepted, skew: Duration, troubled: bool) -> Self {
        let raw = &mail.envelope.mail;
        let field = |name: &str| header_field(raw, name).unwrap_or_default();
        let mark = field("X-Servicelofte");
        let (kind, refs) = mark.split_once("; ref=").unwrap_or((&mark, ""));
        let text = String::from_utf8_lossy(raw).replace("=\r\n", "");
        let decided = DateTime::parse_from_rfc2822(&field("Date"))
            .map_or(mail.at, |at| at.with_timezone(&Utc));
        Self {
            mailbox,
            kind: kind.trim_end_matches(';').to_owned(),
            message_id: field("Message-ID").trim_matches(['<', '>']).to_owned(),
            to: mail.envelope.to.join(","),
            about: refs.split([',', ';']).filter_map(ItemId::parse).collect(),
            effects: Vec::new(),
            at: mail.at,
            clock: mail.at + skew,
            decided,
            fate: mail.fate,
            names: super::hall::STAFF
                .into_iter()
                .filter(|id| text.contains(&format!("Namn {id}")))
                .collect(),
            troubled,
        }
    }

    fn refs(&self) -> String {
        self.about
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn is_in_doubt(&self) -> bool {
        self.troubled || matches!(self.fate, Some(Fate::Lose | Fate::DieAfter))
    }
}

/// Reader, mailbox, when it was decided and when it left, and whether it is the note of what was
/// excluded.
type Moment = (String, usize, DateTime<Utc>, DateTime<Utc>, bool);

/// What left before.
#[derive(Debug, Default)]
pub struct Departures {
    notices: BTreeMap<(String, NaiveDate), u32>,
    /// Mails to staff by their moment, with their ids.
    staff: BTreeMap<Moment, String>,
    sent: BTreeMap<String, bool>,
    pub count: BTreeMap<String, u64>,
    /// Days on which the clock was wrong or a backup was restored: what counts days cannot be held
    /// to them.
    pub odd_days: BTreeSet<NaiveDate>,
}

impl Departures {
    pub fn check(&mut self, oracle: &mut Oracle, mail: &Departure) -> Verdict {
        *self.count.entry(mail.kind.clone()).or_default() += 1;
        let twice = self
            .sent
            .insert(mail.message_id.clone(), mail.is_in_doubt());
        if mail.kind == "notice" {
            let of = |item: &ItemId| {
                oracle
                    .items
                    .get(item)
                    .and_then(|serial| oracle.truths.get(serial))
            };
            // Queued in the backup, and no copy of it is in Sent.
            let lost = mail
                .about
                .first()
                .and_then(of)
                .is_some_and(|truth| truth.lost_with_backup);
            if twice.is_some() && !lost {
                return Err(format!("the notice {} left twice", mail.message_id));
            }
            return self.notice(oracle, mail);
        }
        if twice == Some(false) {
            return Err(format!(
                "{} to {} left twice, and the first was not in doubt",
                mail.kind, mail.to
            ));
        }
        if twice.is_none() {
            self.staff(oracle, mail)?;
        }
        Ok(())
    }

    fn notice(&mut self, oracle: &mut Oracle, mail: &Departure) -> Verdict {
        let wrong = |what: String| {
            Err(format!(
                "the notice to {} about {} {what}",
                mail.to,
                mail.refs()
            ))
        };
        let Some(first) = mail.about.first() else {
            return wrong("names no item".to_owned());
        };
        let sent = self
            .notices
            .entry((mail.to.clone(), today(mail.clock)))
            .or_default();
        *sent += 1;
        if *sent > 3 && !self.odd_days.contains(&today(mail.clock)) {
            return wrong("is the fourth one of its day".to_owned());
        }
        for about in &mail.about {
            self.notice_about(oracle, mail, *first, *about)?;
        }
        Ok(())
    }

    /// Of each that the notice names, the same must hold; what is of the first one's conversation
    /// may be told early.
    fn notice_about(
        &self,
        oracle: &mut Oracle,
        mail: &Departure,
        named_first: ItemId,
        about: ItemId,
    ) -> Verdict {
        let wrong = |what: String| Err(format!("the notice to {} about {about} {what}", mail.to));
        let Some(serial) = oracle.items.get(&about).copied() else {
            return wrong("is about nothing".to_owned());
        };
        let truth = oracle.truths[&serial].clone();
        let day = today(mail.clock);
        let odd = self.odd_days.contains(&day);
        if mail.to != truth.answer_to {
            return wrong(format!("must go to {}", truth.answer_to));
        }
        if truth.notify == Says::No {
            return wrong(format!("must never be sent: it is {}", truth.kind));
        }
        if !truth.notices.is_empty() && !truth.lost_with_backup {
            return wrong("is the second one".to_owned());
        }
        if !truth.may_be_live() && truth.settled_seen {
            return wrong("left after it was settled".to_owned());
        }
        for answer in oracle.answers.values().filter(|answer| answer.to == serial) {
            let counts = truth.reopened.is_none_or(|reopened| answer.put > reopened);
            if counts && answer.seen.is_some() {
                return wrong("left though its answer had been read".to_owned());
            }
            if counts && !answer.denied && mail.at - answer.put_at > FRESH {
                return wrong(format!(
                    "left on an old view: the answer lay there at {}",
                    answer.put_at
                ));
            }
        }
        let halls: Vec<_> = oracle
            .halls
            .iter()
            .filter(|(_, to, _)| mail.clock - *to < Duration::days(20))
            .collect();
        let halls = if halls.is_empty() {
            vec![&oracle.halls[oracle.halls.len() - 1]]
        } else {
            halls
        };
        let before = oracle.halls.len() - halls.len();
        let halls: Vec<_> = oracle.halls[before.saturating_sub(1)..]
            .iter()
            .map(|(_, _, hall)| hall)
            .collect();
        let dues = || halls.iter().map(|hall| hall.due(truth.day(), truth.letter));
        let first = dues().min().expect("there is a town hall");
        let of_first = oracle
            .items
            .get(&named_first)
            .map(|serial| oracle.truths[serial].conversation);
        let is_company = about != named_first && of_first == Some(truth.conversation);
        if !truth.odd_arrival && !is_company && mail.decided < instant(first, 13) {
            return wrong(format!(
                "was decided at {}, before its time on {first}",
                mail.decided
            ));
        }
        let last = halls
            .iter()
            .map(|hall| hall.days.after(hall.due(truth.day(), truth.letter), 5))
            .max();
        if !truth.odd_arrival && last.is_some_and(|last| mail.clock >= closes(last)) {
            return wrong("is too late to be of use".to_owned());
        }
        let there = |id: &&str| {
            oracle
                .hall()
                .people
                .iter()
                .any(|person| person.id == *id && person.is_there(day))
        };
        if !odd && (mail.names.is_empty() || !mail.names.iter().all(there)) {
            return wrong(format!(
                "names {:?}, who must be one who is there",
                mail.names
            ));
        }
        let notice = Notice {
            message_id: mail.message_id.clone(),
            at: mail.clock,
            in_doubt: mail.is_in_doubt(),
            bounced: false,
        };
        oracle.truth(serial).notices.push(notice);
        Ok(())
    }

    fn staff(&mut self, oracle: &mut Oracle, mail: &Departure) -> Verdict {
        let wrong = |what: String| {
            Err(format!(
                "{} to {} at {} {what}",
                mail.kind, mail.to, mail.clock
            ))
        };
        let hall = oracle.hall();
        if !hall.days.is_office_time(mail.clock) {
            return wrong("left outside office hours".to_owned());
        }
        // What has just become known is told at once; only what has its moment is gathered.
        let timed = |effect: &str| {
            ["reminder", "promise", "escalation", "climbed", "confirm"]
                .iter()
                .any(|e| effect.starts_with(e))
        };
        if mail.kind != "letter"
            && (mail.effects.is_empty() || mail.effects.iter().any(|(_, effect)| timed(effect)))
        {
            let key = (
                mail.to.clone(),
                mail.mailbox,
                mail.decided,
                mail.clock,
                mail.effects.is_empty(),
            );
            let other = self.staff.insert(key, mail.message_id.clone());
            // What was refused or lost in a time of trouble is told anew at once.
            if let Some(other) =
                other.filter(|_| !mail.troubled && !self.odd_days.contains(&today(mail.clock)))
            {
                return wrong(format!(
                    "about {} is not the only mail of its moment: {other}",
                    mail.refs()
                ));
            }
        }
        let day = today(mail.clock);
        // Who went between the decision and the departure was there to be written to.
        let halls = oracle.halls.iter().rev();
        let since = halls
            .clone()
            .take_while(|(_, from, _)| *from > mail.decided)
            .count()
            + 1;
        let there = |hall: &super::hall::Hall| {
            let reader = hall
                .people
                .iter()
                .find(|person| person.address() == mail.to);
            reader.is_none_or(|reader| reader.is_there(day) || reader.is_there(today(mail.decided)))
        };
        if !halls.take(since).any(|(_, _, hall)| there(hall)) && !self.odd_days.contains(&day) {
            return wrong("goes to somebody who is not there".to_owned());
        }
        for (item, effect) in &mail.effects {
            if effect.starts_with("escalation")
                && let Some(serial) = oracle.items.get(item).copied()
            {
                oracle.truth(serial).escalated += 1;
            }
        }
        Ok(())
    }
}
