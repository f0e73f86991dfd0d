//! An item as a mail to staff shows it: its facts, and why the reader hears of it.

use super::{StaffLine, Writer};
use crate::domain::board::Board;
use crate::domain::effect::Asks;
use crate::domain::event::{Effect, Failure, Flag};
use crate::domain::gate::Gate;
use crate::domain::item::{Item, State};
use crate::domain::kept::MessageRow;
use crate::domain::pledge::Due;
use crate::domain::reader::Reader;
use crate::domain::staff::Member;
use crate::engine::held::held;
use crate::mail::texts::facts::{
    EscalationWhy, HeldWhy, Holder, Local, Matter, NoticeState, Planned, Pledged, Promised, Shown,
    StaffItem,
};
use chrono::{NaiveDate, NaiveTime};

impl Writer<'_> {
    /// The contents of a mail from a mailbox are in its Sent folder too, and in the replies to it:
    /// of another unit's items it shows nothing, nor to a reader who may not see the item.
    pub(super) fn shown(
        &self,
        item: &Item,
        row: &MessageRow,
        home: &Board,
        reader: Option<&str>,
    ) -> Shown {
        if !reader.is_some_and(|reader| self.board.shows(reader, item, self.now)) {
            return Shown::default();
        }
        let same_unit = home.organisation.is_same_unit(&self.board.organisation);
        if home.name != self.board.name && !same_unit {
            return Shown::default();
        }
        // The scanner's address says nothing of who wrote a letter.
        let is_scanned = self.board.pledge_of(item).letter;
        let scanner = is_scanned && row.more.told_sender.is_none();
        let sender = row.shown_sender().filter(|_| !scanner);
        Shown::new(true, &row.shown_subject(), sender.unwrap_or_default())
    }

    /// One item of a mail to staff; `home`: the mailbox that the mail is from, `reader`: the member
    /// of staff who gets it.
    pub fn staff_item(&self, line: &StaffLine, home: &Board, reader: Option<&str>) -> StaffItem {
        let item = &line.item;
        let calendar = &self.board.calendar;
        let today = calendar.local_date(self.now);
        let mut shown = StaffItem {
            reference: item.id.to_string(),
            mailbox: self.board.address.clone(),
            pledge: self.pledged(item, today),
            received: calendar.local(item.received_at),
            due: due(item, today),
            late: 0,
            holder: self.holder(item, today),
            matters: self.matters(line),
            notice: self.notice_state(item, today),
            promised: self.promised(item, today),
            covered_by: item.covered_by.map(|by| by.to_string()),
            covers: line.covers.iter().map(ToString::to_string).collect(),
            probable: is_probable(item),
            post: None,
            folder: item.folder.clone(),
            shown: self.shown(item, &line.row, home, reader),
        };
        shown.late = working_days_between(calendar, shown.deadline(), today);
        shown
    }

    fn pledged(&self, item: &Item, today: NaiveDate) -> Pledged {
        let pledge = self.board.pledge_of(item);
        Pledged {
            name: item.pledge.clone().unwrap_or_default(),
            time: pledge.time,
            letter: pledge.letter,
            first: pledge.tell_at_once,
            suggested: Due::date_after(today, pledge.promise, &self.board.calendar),
            advice: pledge.advice.clone(),
        }
    }

    fn holder(&self, item: &Item, today: NaiveDate) -> Holder {
        let acting = self.board.hands(item, self.now).member;
        let owner = self.owner(item);
        let absent = owner.filter(|owner| acting.is_some_and(|acting| acting.id != owner.id));
        let name = |member: &Member| member.name.clone();
        Holder {
            handler: acting.or(owner).map(name),
            absent: absent.map(name),
            deputy: self.deputy_of(acting, today),
            told_at: item.told_at().map(|at| self.board.calendar.local(at)),
        }
    }

    fn notice_state(&self, item: &Item, today: NaiveDate) -> NoticeState {
        let pledge = self.board.pledge_of(item);
        NoticeState {
            noticed: self.noticed(item),
            planned: self.planned(item).filter(|_| self.gate == Gate::Open),
            in_shadow: self.in_shadow(item),
            wants_reason: item.wants_reason(pledge, today),
            to_post: self.waits_for_post(item),
        }
    }

    fn promised(&self, item: &Item, today: NaiveDate) -> Promised {
        let noticed = self.noticed(item);
        let told = noticed.and(item.date_told().or(item.promise));
        let by_hand = item.last_promise_by_hand();
        Promised {
            promise: item.promise,
            told,
            given: by_hand.filter(|date| Some(*date) != told),
            by_hand: counts_by_hand(item, today),
        }
    }

    /// Since when its citizen has a notice. That of a letter was posted on a day, at no time that is
    /// known.
    fn noticed(&self, item: &Item) -> Option<Local> {
        let calendar = &self.board.calendar;
        let posted = |day| calendar.instant(day, NaiveTime::MIN);
        let at = item.noticed_at().or(item.posted.map(posted));
        at.map(|at| calendar.local(at))
    }

    fn owner(&self, item: &Item) -> Option<&Member> {
        let handler = item.handler.as_deref()?;
        self.board.staff.get(handler)
    }

    /// When its sender would get a notice, or would have got one, were the service not in shadow.
    fn in_shadow(&self, item: &Item) -> Option<Local> {
        let planned = self
            .planned(item)
            .filter(|_| self.gate == Gate::Shadow)
            .and_then(|planned| planned.at);
        let calendar = &self.board.calendar;
        planned.or_else(|| item.notice_withheld_at().map(|at| calendar.local(at)))
    }

    /// Since when its printed notice waits to be posted.
    fn waits_for_post(&self, item: &Item) -> Option<NaiveDate> {
        let made_on = self.board.calendar.local_date(item.letter_made_at()?);
        item.posted.is_none().then_some(made_on)
    }

    /// The notice that leaves by itself, if it is left alone.
    fn planned(&self, item: &Item) -> Option<Planned> {
        let waiting = item
            .done
            .get(&Effect::Notice)
            .filter(|done| !done.has_ended());
        if let Some(waiting) = waiting.filter(|_| item.state == State::Open) {
            return Some(self.planned_for(waiting.names.as_deref()?, waiting.promise?, None));
        }
        let notice = self.board.notice(item, self.now)?;
        if notice.effect != Effect::Notice || item.state != State::Open {
            return None;
        }
        let is_to_come = notice.at > self.now;
        let on_the_day = self.board.notice(item, notice.at.max(self.now));
        let promise = on_the_day.map_or(notice.promise, |notice| notice.promise);
        let at = Some(self.board.calendar.local(notice.at)).filter(|_| is_to_come);
        Some(self.planned_for(&notice.names, promise, at))
    }

    fn planned_for(&self, names: &str, promise: NaiveDate, at: Option<Local>) -> Planned {
        let member = self.board.staff.get(names);
        let name = member.map_or(names, Member::signed).to_owned();
        Planned { at, name, promise }
    }

    /// Who could take over from the person who has it.
    fn deputy_of(&self, acting: Option<&Member>, today: NaiveDate) -> Option<String> {
        let acting = acting?;
        let serves = |member: &&Member| {
            member.id != acting.id && member.is_there(today) && self.board.serves(&member.id)
        };
        self.board
            .deputies(&acting.id)
            .find(serves)
            .map(|member| member.name.clone())
    }

    fn matters(&self, line: &StaffLine) -> Vec<Matter> {
        let item = &line.item;
        let mut matters = self.of_effects(line);
        let asks = matters.contains(&Matter::Reminder);
        let waits = asks || matters.iter().any(climbs);
        if waits && !is_probable(item) && item.covered_by.is_none() {
            matters.extend(
                held(item)
                    .or_else(|| self.paused(item))
                    .map(|why| Matter::Held { why }),
            );
        }
        for flag in &item.flags {
            matters.extend(of_flag(item, *flag, asks).filter(|matter| !is_said(&matters, matter)));
        }
        if item.class == crate::domain::classify::Class::Unreadable {
            matters.push(Matter::Unreadable);
        }
        matters
    }

    /// What its mails say. What climbs while a sign of an answer waits for a word is asked about
    /// again.
    fn of_effects(&self, line: &StaffLine) -> Vec<Matter> {
        let item = &line.item;
        let mut matters = Vec::new();
        for matter in line.effects.iter().map(|effect| self.matter(item, *effect)) {
            if !matters.contains(&matter) {
                matters.push(matter);
            }
        }
        let question = Some(self.confirm(item)).filter(|question| {
            is_probable(item) && matters.iter().any(climbs) && !matters.contains(question)
        });
        question.into_iter().chain(matters).collect()
    }

    /// It waits for an answer, or for a word about the sign of one.
    fn reminder(&self, item: &Item) -> Matter {
        if is_probable(item) {
            self.confirm(item)
        } else {
            Matter::Reminder
        }
    }

    fn matter(&self, item: &Item, effect: Effect) -> Matter {
        match effect.row().matter {
            Asks::Reminder => self.reminder(item),
            Asks::Post => Matter::Post,
            Asks::Confirm => self.confirm(item),
            Asks::Filed => Matter::Filed,
            Asks::Escalation(step) => self.escalation(item, step),
            Asks::Climbed(step) => self.climbed(item, step),
            Asks::NoticeLost => lost(item),
            Asks::NoticeHeld => Matter::Held {
                why: limit_of(item),
            },
            Asks::AnswerBounced => Matter::AnswerBounced,
            Asks::AnswerInJunk => Matter::AnswerInJunk,
            Asks::Trashed => Matter::Trashed,
            Asks::Deputy => Matter::Deputy,
            Asks::HandedOver => Matter::HandedOver,
            Asks::Urged => Matter::Urged {
                by: self.urged_by(item),
            },
            Asks::Arrived => Matter::Arrived,
            Asks::NoQuestion => no_question(item),
            Asks::NoteMissing => Matter::NoteMissing,
        }
    }

    fn confirm(&self, item: &Item) -> Matter {
        let seen_at = item.mail_seen_at();
        let sent = seen_at.map(|at| self.board.calendar.local(at));
        Matter::Confirm { sent }
    }

    /// The reader hears of the mail of that step.
    fn climbed(&self, item: &Item, step: u16) -> Matter {
        let told = item
            .done
            .get(&Effect::Escalation(step))
            .and_then(|done| done.to.first());
        let reader = told.map_or(Reader::Operator, |to| Reader::parse(to));
        let to = self.reader_name(&reader);
        Matter::Climbed { step, to }
    }

    /// The name of the person who asks for the answer; `None`: it was asked for on the server.
    fn urged_by(&self, item: &Item) -> Option<String> {
        let by = &item.urged.last()?.by;
        Some(self.board.staff.get(by)?.name.clone())
    }

    fn escalation(&self, item: &Item, step: u16) -> Matter {
        let why = self.why_escalated(item, step);
        Matter::Escalation { step, why }
    }

    fn why_escalated(&self, item: &Item, step: u16) -> EscalationWhy {
        let today = self.board.calendar.local_date(self.now);
        let hands = self.board.hands(item, self.now);
        let below = item.done.get(&Effect::Escalation(step.saturating_sub(1)));
        match item.handler.as_deref() {
            None => EscalationWhy::NoHandler,
            Some(_) if hands.member.is_none() || hands.doubtful => EscalationWhy::HandlerAbsent,
            Some(_) if below.is_some_and(|done| done.failed.is_some()) => {
                EscalationWhy::NotDelivered
            }
            Some(_)
                if item
                    .running_promise()
                    .is_some_and(|promise| promise < today) =>
            {
                EscalationWhy::PromiseBroken
            }
            Some(_) => EscalationWhy::Unanswered,
        }
    }

    /// What is too late for a notice gets none after the pause either.
    fn paused(&self, item: &Item) -> Option<HeldWhy> {
        let notice = self.board.notice(item, self.now);
        let may_leave = notice.is_some() || item.done.contains_key(&Effect::Notice);
        let is_paused = matches!(self.gate, Gate::Paused(_)) && may_leave;
        (is_paused && !item.has_notice()).then_some(HeldWhy::Paused)
    }
}

fn climbs(matter: &Matter) -> bool {
    matches!(matter, Matter::Climbed { .. })
}

/// A sign of an answer waits for a word.
fn is_probable(item: &Item) -> bool {
    item.state == State::ProbablyAnswered
}

/// The pledge's date; today for an item without one.
fn due(item: &Item, today: NaiveDate) -> NaiveDate {
    item.due.as_ref().map_or(today, |due| due.date)
}

/// Whether a promise by hand is the date that staff work towards. It keeps nothing, so while an
/// answer or a notice can still keep the pledge, the pledge's own date is what they must know.
fn counts_by_hand(item: &Item, today: NaiveDate) -> bool {
    let due = due(item, today);
    !item.by_hand.is_empty()
        && item
            .promise
            .is_some_and(|promise| promise < due || today > due)
}

/// What the citizen has not had, as far as that is known.
fn lost(item: &Item) -> Matter {
    match item.lost_by_citizen() {
        Some(Failure::Unknown) => Matter::Uncertain,
        _ => Matter::Bounced,
    }
}

fn no_question(item: &Item) -> Matter {
    Matter::NoQuestion {
        why: item.no_question,
        ends: item.was_shown(),
    }
}

/// What a flag says to a reader; `asks`: it is the day on which the item is to be answered.
fn of_flag(item: &Item, flag: Flag, asks: bool) -> Option<Matter> {
    let live = item.state.is_live();
    match flag {
        Flag::Gone if item.flags.contains(&Flag::Trashed) => Some(Matter::Trashed),
        Flag::Gone => Some(Matter::Gone),
        Flag::AnsweredBeside => asks.then_some(Matter::AnsweredBeside),
        Flag::ForgedAnswer => live.then_some(Matter::ForgedAnswer),
        Flag::MaybeBounced => live.then_some(Matter::MaybeBounced),
        Flag::StampInFuture | Flag::StampTooOld => Some(Matter::Undated { stamp: None }),
        Flag::Several => may_be_several(item).then_some(Matter::Several),
        _ => None,
    }
}

/// Until a person has said how many letters a scan holds, or answered it.
fn may_be_several(item: &Item) -> bool {
    item.state == State::Open && item.parts.is_empty()
}

/// The mail asks about the trash already.
fn is_said(matters: &[Matter], matter: &Matter) -> bool {
    *matter == Matter::Trashed && matters.contains(matter)
}

/// Which limit held the notice.
fn limit_of(item: &Item) -> HeldWhy {
    if item.flags.contains(&Flag::NoticeHeldByPause) {
        HeldWhy::Paused
    } else if item.flags.contains(&Flag::NoticeHeldByCap) {
        HeldWhy::AddressCap
    } else {
        HeldWhy::HourCap
    }
}

/// Working days after `from` up to `to`; 0 when `to` is not later. Counts at most [`MAX_COUNTED`]
/// days.
fn working_days_between(
    calendar: &crate::domain::calendar::Calendar,
    from: NaiveDate,
    to: NaiveDate,
) -> u32 {
    let days = from
        .iter_days()
        .skip(1)
        .take(MAX_COUNTED)
        .take_while(|day| *day <= to);
    u32::try_from(days.filter(|day| calendar.is_working_day(*day)).count()).unwrap_or(u32::MAX)
}

/// Ten years: beyond that, how late something is says nothing more.
const MAX_COUNTED: usize = 3_660;
