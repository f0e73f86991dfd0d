//! Orders about mails: the notice of an item, its letter, a reminder.

use super::{Facts, NoDay, NoNotice, NoReminder, is_live, is_not_erased, reopen, wrong_state};
use crate::domain::board::Board;
use crate::domain::event::{Effect, Fact, Flag, How};
use crate::domain::item::{Item, State};
use crate::domain::kept::MessageRow;
use crate::domain::pledge::Due;
use crate::domain::promise::NoPromise;
use crate::domain::whose::Whose;
use chrono::{DateTime, NaiveDate, Utc};

/// No automatic mail goes to its citizen.
pub fn no_notice(item: &Item, note: Option<String>) -> Facts {
    is_live(item, "no notice goes out for it")?;
    if let Some(at) = item.noticed_at() {
        return Err(NoNotice::Left { item: item.id, at }.into());
    }
    if item.no_notice {
        return Err(NoNotice::Barred(item.id).into());
    }
    Ok(vec![Fact::NoticeBarred { note }])
}

/// The notice cannot be held any more.
pub(super) fn has_left(item: &Item) -> NoNotice {
    let notice = item.done.get(&Effect::Notice);
    let at = notice.map_or(item.since, |done| done.sent_at.unwrap_or(done.queued_at));
    NoNotice::Left { item: item.id, at }
}

/// The handler has told the citizen who comes back: the mail of the last day is a notice, seen
/// already or not yet. Without a date it is the one that a notice of today would promise. `waits`:
/// nothing of its own notice was handed over, so that one can be taken back.
pub fn returns(
    board: &Board,
    item: &Item,
    date: Option<NaiveDate>,
    waits: bool,
    now: DateTime<Utc>,
) -> Facts {
    is_not_erased(item)?;
    let pledge = board.pledge_of(item);
    if pledge.letter {
        return Err(NoNotice::IsALetter(item.id).into());
    }
    let today = board.calendar.local_date(now);
    let date = date.unwrap_or_else(|| Due::date_after(today, pledge.promise, &board.calendar));
    match item.may_promise(date, Some(""), today) {
        Ok(()) | Err(NoPromise::Stands { .. }) => {}
        Err(no) => return Err(no.into()),
    }
    let mut facts = vec![Fact::Returns { at: now, date }];
    match item.returned_by(now) {
        Some(at) if waits || item.lacks_notice() => {
            facts.push(Fact::NoticedByHand { at, promise: date });
        }
        mail => facts.extend(promised_besides(board, item, date, mail.is_some())?),
    }
    Ok(facts)
}

/// What the mail that promises the date is, where it is not the notice. `seen`: it was read already.
fn promised_besides(board: &Board, item: &Item, date: NaiveDate, seen: bool) -> Facts {
    let promised = Fact::Promised {
        date,
        old: item.promise,
        reason: None,
    };
    if seen && item.state == State::ProbablyAnswered {
        return Ok(vec![Fact::NotAnswered { evidence: None }, promised]);
    }
    if seen {
        let mut facts = reopen(board, item)?;
        facts.push(promised);
        return Ok(facts);
    }
    if !item.state.is_live() {
        return Err(wrong_state(item, "reopen it, and promise the day"));
    }
    let is_noticed = item.done.contains_key(&Effect::Notice);
    Ok(is_noticed.then_some(promised).into_iter().collect())
}

/// The printed notice of a letter was posted: on a day between its making and today.
pub fn posted(board: &Board, item: &Item, on: Option<NaiveDate>, now: DateTime<Utc>) -> Facts {
    if !board.pledge_of(item).letter {
        return Err(NoDay::NotALetter(item.id).into());
    }
    let answered = answered_by_letter(item);
    if answered.is_none() {
        is_live(item, "reopen it first")?;
    }
    let Some(made_at) = item.letter_made_at() else {
        return Err(NoNotice::NotPrinted(item.id).into());
    };
    let (made, today) = (
        board.calendar.local_date(made_at),
        board.calendar.local_date(now),
    );
    let same_day = answered.map(|at| board.calendar.local_date(at));
    let on = on.or(same_day).unwrap_or(today);
    if on < made || on > today {
        return Err(NoDay::NotPosted { day: on, made }.into());
    }
    let mut facts = match answered {
        Some(_) => reopen(board, item)?,
        None => Vec::new(),
    };
    facts.push(Fact::Posted { on });
    Ok(facts)
}

/// When a person said that a letter was answered by letter, whose notice was not said to be posted:
/// that may have been the letter. `POSTAT` undoes it, and counts from the same day.
fn answered_by_letter(item: &Item) -> Option<DateTime<Utc>> {
    let settled = item.settled.as_ref()?;
    let by_letter = item.state == State::Closed && settled.how == Some(How::Letter);
    (by_letter && item.posted.is_none()).then_some(settled.at)
}

/// Lets the notice go that is held, once: to where the sender reads mail, or to the address that is
/// given. An item in junk gets none.
pub fn notify(
    board: &Board,
    item: &Item,
    row: &MessageRow,
    to: Option<&str>,
    now: DateTime<Utc>,
) -> Facts {
    is_live(item, "no notice goes out for it")?;
    may_have_notice(board, item)?;
    if item.is_notice_lost() && to.is_none() {
        return Err(NoNotice::AddressNeeded(item.id).into());
    }
    has_address(board, item, row, to)?;
    if item.may_be_noticed()
        && to.is_none()
        && let Some(notice) = board.notice(item, now)
    {
        let (item, at) = (item.id, notice.at);
        return Err(NoNotice::NotHeld { item, at }.into());
    }
    let mut freed = item.clone();
    freed.free_notice(now);
    if board.notice(&freed, now).is_none() {
        let wants = freed.wants_reason(board.pledge_of(item), board.calendar.local_date(now));
        let no = if wants {
            NoNotice::ReasonNeeded
        } else {
            NoNotice::Never
        };
        return Err(no(item.id).into());
    }
    Ok(vec![Fact::NoticeFreed {
        elsewhere: to.is_some(),
    }])
}

/// It has had no notice that arrived, and no other mail speaks for it.
fn may_have_notice(board: &Board, item: &Item) -> Result<(), NoNotice> {
    let notice = item.done.get(&Effect::Notice);
    if let Some(done) = notice.filter(|_| !item.lacks_notice()) {
        return Err(NoNotice::Left {
            item: item.id,
            at: done.sent_at.unwrap_or(done.queued_at),
        });
    }
    if board.pledge_of(item).letter {
        return Err(NoNotice::IsALetter(item.id));
    }
    if [Flag::InJunk, Flag::Trashed]
        .iter()
        .any(|flag| item.flags.contains(flag))
    {
        return Err(NoNotice::InJunk(item.id));
    }
    match item.covered_by {
        Some(by) => Err(NoNotice::SpokenFor { item: item.id, by }),
        None => Ok(()),
    }
}

/// There is an address for it: the one that is given, or its sender's.
fn has_address(
    board: &Board,
    item: &Item,
    row: &MessageRow,
    to: Option<&str>,
) -> Result<(), NoNotice> {
    if let Some(to) = to.filter(|to| !is_plain_address(to) || board.whose(to) == Whose::Own) {
        return Err(NoNotice::NoAddress(to.to_owned()));
    }
    // Who passes a mail on, and who sends for others, is not the sender.
    let sends_itself =
        |address: &&str| !board.whose(address).is_inside() && !board.is_channel(address);
    let address = to.or_else(|| row.answer_address().filter(sends_itself));
    match address {
        Some(_) => Ok(()),
        None => Err(NoNotice::AddressNeeded(item.id)),
    }
}

/// One address, as mail programs write it.
fn is_plain_address(text: &str) -> bool {
    let parts = text.split_once('@');
    let is_plain = |part: &str| {
        !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "<>,;:\"()@".contains(c))
    };
    parts.is_some_and(|(local, domain)| is_plain(local) && is_plain(domain) && domain.contains('.'))
}

/// Reminds the handler: once a day, and only from above or from those who have the mailbox. `by`:
/// the member of staff who orders it; `None`: on the server.
pub fn urge(board: &Board, item: &Item, by: Option<&str>, now: DateTime<Utc>) -> Facts {
    is_live(item, "there is nothing to remind of")?;
    let Some(member) = board.hands(item, now).member else {
        return Err(NoReminder::NobodyThere(item.id).into());
    };
    if by == Some(&member.id) {
        return Err(NoReminder::OwnItem(item.id).into());
    }
    if by.is_some_and(|by| !board.is_over(by, item, now) && !board.opens(by)) {
        return Err(NoReminder::NotBelow(item.id).into());
    }
    match urged_today(board, item, now) {
        Some(at) => Err(NoReminder::Already { item: item.id, at }.into()),
        None => Ok(vec![Fact::Urged]),
    }
}

/// When its handler was last urged, if that was today, or is still to be told.
fn urged_today(board: &Board, item: &Item, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let last = item.urged.last()?;
    let mail = item
        .urges()
        .and_then(|count| item.done.get(&Effect::Urge(count)));
    let calendar = &board.calendar;
    let is_today = |at: DateTime<Utc>| calendar.local_date(at) == calendar.local_date(now);
    let is_news = mail.is_none_or(|mail| is_today(mail.queued_at)) || is_today(last.at);
    is_news.then_some(last.at)
}
