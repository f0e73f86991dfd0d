//! The invariants that hold after every scenario.

use super::town::Town;
use super::transcript::{Mail, mails};
use chrono::{DateTime, Utc};
use servicelofte::domain::event::Flag;
use servicelofte::domain::item::ItemId;
use servicelofte::domain::kept::More;
use servicelofte::domain::notices::MAILS_A_DAY;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub async fn check(town: &mut Town) -> Result<(), String> {
    let calendar = town.config().calendar.clone();
    let mails = mails(town).await;
    let mut per_item: BTreeMap<&str, u32> = BTreeMap::new();
    let mut per_day: BTreeMap<(String, chrono::NaiveDate), u32> = BTreeMap::new();
    for mail in &mails {
        if mail.kind == "notice" || mail.kind == "new_date" {
            for effect in mail.effects.iter().filter(|_| mail.kind == "notice") {
                *per_item
                    .entry(effect.split('/').next().unwrap_or(effect))
                    .or_default() += 1;
            }
            *per_day
                .entry((mail.to.clone(), calendar.local_date(mail.at)))
                .or_default() += 1;
            notice_is_complete(mail)?;
        } else if calendar.staff_mail_at(mail.at) != mail.at {
            return Err(format!(
                "{} to {} left outside office hours, at {}",
                mail.kind, mail.to, mail.at
            ));
        }
    }
    // One that did not arrive is none, once a person has given another address for it.
    let lost: BTreeSet<String> = town
        .items()
        .await
        .into_iter()
        .filter(|item| item.notice_lost.is_some())
        .map(|item| item.id.to_string())
        .collect();
    let allowed = |item: &str| 1 + u32::from(lost.contains(item));
    if let Some((item, _)) = per_item
        .iter()
        .find(|(item, count)| **count > allowed(item))
    {
        return Err(format!("{item} got two notices"));
    }
    if let Some(((to, day), count)) = per_day.iter().find(|(_, count)| **count > MAILS_A_DAY) {
        return Err(format!("{to} got {count} mails on {day}"));
    }
    never_after_the_answer(town, &mails).await?;
    nothing_is_left_of_the_erased(town, &mails).await?;
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method is not general enough over its lifetime"
    )]
    let differed = town
        .ask(|engine| engine.store().write(|db| db.rebuild_items()).unwrap())
        .await;
    if differed > 0 {
        return Err(format!("{differed} items are not the fold of their log"));
    }
    Ok(())
}

/// An erased item is at rest, and says nothing about people any more.
async fn nothing_is_left_of_the_erased(town: &Town, mails: &[Mail]) -> Result<(), String> {
    for item in town
        .items()
        .await
        .into_iter()
        .filter(|item| item.erased.is_some())
    {
        let id = item.id;
        let row = town
            .ask(move |engine| engine.db().message_of(id).unwrap())
            .await;
        if !row.is_empty() || row.name.is_some() || row.more != More::default() {
            return Err(format!("{id} is erased and still holds {row:?}"));
        }
        let about = format!("{id}/");
        for mail in mails
            .iter()
            .filter(|mail| mail.effects.iter().any(|effect| effect.starts_with(&about)))
        {
            let message_id = mail.message_id.clone();
            let row = town
                .ask(move |engine| engine.db().own_mail(&message_id).unwrap())
                .await;
            if let Some(row) = row.filter(|row| {
                !row.mail.is_empty() || row.is_for_citizen() && !row.address.is_empty()
            }) {
                return Err(format!(
                    "{id} is erased, and the {} still goes to {}",
                    row.kind.as_str(),
                    row.address
                ));
            }
        }
        if item.state.is_live() || item.flags.contains(&Flag::OnHold) {
            return Err(format!(
                "{id} is erased, and is {:?} {:?}",
                item.state, item.flags
            ));
        }
    }
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "the method is not general enough over its lifetime"
    )]
    let differed = town
        .ask(|engine| engine.store().write(|db| db.rebuild_clues()).unwrap())
        .await;
    if differed > 0 {
        return Err(format!("{differed} clues are not those of the messages"));
    }
    Ok(())
}

/// Every folder was compared with the register, and nothing had been missed.
pub async fn nothing_was_missed(town: &Town) -> Result<(), String> {
    let compared = town.ask(|engine| {
        engine
            .db()
            .comparisons(DateTime::UNIX_EPOCH, DateTime::<Utc>::MAX_UTC)
            .unwrap()
    });
    if let Some(differs) = compared
        .await
        .into_iter()
        .find(|c| !c.method.tells() || c.found > 0 || c.missing > 0)
    {
        return Err(format!(
            "{} had not been read in full: {differs:?}",
            differs.folder
        ));
    }
    Ok(())
}

/// It says that it is automatic, and comes from the mailbox.
fn notice_is_complete(mail: &Mail) -> Result<(), String> {
    for (name, value) in [
        ("Auto-Submitted", "auto-replied"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
    ] {
        if super::post::header_field(&mail.raw, name).as_deref() != Some(value) {
            return Err(format!("a notice has no {name}: {value}"));
        }
    }
    Ok(())
}

/// No notice leaves for an item that had been answered. What a forger can have written keeps none
/// back.
async fn never_after_the_answer(town: &Town, mails: &[Mail]) -> Result<(), String> {
    let items = town.items().await;
    let board = Arc::clone(&town.settings.config().mailboxes[0].board);
    for mail in mails
        .iter()
        .filter(|mail| mail.kind == "notice" || mail.kind == "new_date")
    {
        for effect in &mail.effects {
            let id = ItemId::parse(effect.split('/').next().unwrap_or(effect));
            let item = items
                .iter()
                .find(|item| Some(item.id) == id && !board.holds_no_notice(item));
            let settled = item.and_then(|item| item.settled.as_ref());
            if settled.is_some_and(|settled| settled.at < mail.at && settled.how.is_none()) {
                return Err(format!("{effect} left after the answer"));
            }
        }
    }
    Ok(())
}
