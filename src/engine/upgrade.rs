//! The rules about people are those of the second edition: a register of the first is judged once
//! by them.
//!
//! A message that followed an older question gets its own clock ([`super::recompute`]); one that is
//! most likely no question is presumed so, and its days begin today; one that was excluded lately
//! by rules that are no more is open again, without an automatic notice. Closed items, sent mails
//! and finished reports stay as they are.

use super::{Engine, SYSTEM, board_in};
use crate::domain::board::Board;
use crate::domain::classify::Class;
use crate::domain::event::{AssignedBy, Fact, Flag};
use crate::domain::item::{Item, State};
use crate::domain::no_question::Presumed;
use crate::domain::orders;
use crate::domain::reason::{Reason, Sign};
use crate::store::items::Filter;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, Utc};
use std::sync::Arc;

/// The edition of the rules by which the register was judged last.
const KEY: &str = "edition";
const EDITION: &str = "2";

/// Exclusions older than this stay.
const LATELY: Duration = Duration::days(30);

impl Engine {
    pub(super) fn judge_anew(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        if self.db().meta(KEY)?.as_deref() == Some(EDITION) {
            return Ok(());
        }
        let municipality = Arc::clone(&self.municipality);
        self.step(now, |db| {
            let open = db.list(&Filter {
                states: vec![State::Open],
                ..Filter::default()
            })?;
            for item in open
                .into_iter()
                .chain(db.excluded_that_arrived(now - LATELY)?)
            {
                let Ok(board) = board_in(&municipality, &item.mailbox) else {
                    continue;
                };
                board.judge_anew(db, item, now)?;
            }
            db.set_meta(KEY, EDITION)
        })
    }
}

impl Board {
    fn judge_anew(
        &self,
        db: &Db<'_>,
        mut item: Item,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let facts = match item.state {
            State::Open => match self.presumed_of_old(db, &item)? {
                Some(why) => vec![Fact::Presumed { why }],
                None if item.leader.is_some() && was_told(db, &item)? => {
                    vec![without_notice(&item)]
                }
                None => Vec::new(),
            },
            State::Excluded if was_set_aside_by_words(db, &item)? => {
                let reopened = orders::reopen(self, &item).unwrap_or_default();
                let flag = Flag::Reclassified;
                reopened
                    .into_iter()
                    .chain([without_notice(&item), Fact::Flagged { flag }])
                    .collect()
            }
            _ => Vec::new(),
        };
        if facts.is_empty() {
            return Ok(());
        }
        for fact in facts {
            db.happen(&mut item, now, SYSTEM, fact)?;
        }
        db.save_awake(&item)
    }

    /// An item that is most likely no question, as far as the register knows.
    fn presumed_of_old(&self, db: &Db<'_>, item: &Item) -> Result<Option<Presumed>, StoreError> {
        if !self.pledge_of(item).may_presume() || item.noticed_at().is_some() {
            return Ok(None);
        }
        let has = |flag: Flag| item.flags.contains(&flag);
        let row = db.message_of(item.id)?;
        let is_vouched = || -> Result<bool, StoreError> {
            let is_threaded = db.conversation(item.conversation)?.len() > 1;
            Ok(is_threaded || db.was_written_to(&row)?)
        };
        Ok(if has(Flag::InJunk) && !has(Flag::Gone) && !is_vouched()? {
            Some(Presumed::Junk)
        } else if has(Flag::UntiedAutoReply) {
            Some(Presumed::Absence)
        } else if has(Flag::RoleAddress)
            && item.assigned_by != Some(AssignedBy::Rule)
            && is_bulk(db, item)?
        {
            Some(Presumed::NoReply)
        } else {
            has(Flag::AfterAnswer).then_some(Presumed::Thanks)
        })
    }
}

/// A notice of the same conversation and pledge has reached its citizen.
fn was_told(db: &Db<'_>, item: &Item) -> Result<bool, StoreError> {
    let told = |other: &Item| other.pledge == item.pledge && other.noticed_at().is_some();
    Ok(db.conversation(item.conversation)?.iter().any(told))
}

fn without_notice(item: &Item) -> Fact {
    Fact::Judged {
        class: item.class,
        reasons: vec![Sign::NoMachine],
        may_notify: false,
    }
}

fn signs(db: &Db<'_>, item: &Item) -> Result<Vec<Sign>, StoreError> {
    let first = db.history(item.id)?.into_iter().next();
    Ok(match first.map(|event| event.fact) {
        Some(Fact::Logged(logged)) => logged.reasons,
        _ => Vec::new(),
    })
}

fn is_bulk(db: &Db<'_>, item: &Item) -> Result<bool, StoreError> {
    let bulk = [Sign::BulkAlone, Sign::UnsubscribeAlone, Sign::CampaignAlone];
    Ok(signs(db, item)?.iter().any(|sign| bulk.contains(sign)))
}

/// The first edition set mail aside for a word in its subject or the name of its sender alone.
fn was_set_aside_by_words(db: &Db<'_>, item: &Item) -> Result<bool, StoreError> {
    let by_rule = matches!(
        item.excluded_reason,
        Some(Reason::Signs(_) | Reason::StrangeBounce)
    );
    if !by_rule || item.erased.is_some() {
        return Ok(false);
    }
    let signs = signs(db, item)?;
    let words = [Sign::FailureInWords, Sign::Postmaster, Sign::MailSystem];
    Ok(match item.class {
        Class::AutoReply => signs.contains(&Sign::SubjectAlone),
        Class::Bounce => {
            signs.iter().all(|sign| words.contains(sign))
                && !item.flags.contains(&Flag::NullReturnPath)
        }
        _ => false,
    })
}
