//! Why a citizen gets no automatic notice, in words for the handler.

use crate::domain::classify::Class;
use crate::domain::event::Flag;
use crate::domain::item::Item;
use crate::domain::trust::Trust;
use crate::mail::texts::facts::HeldWhy;

/// Why the citizen gets no automatic notice, if so.
pub(super) fn held(item: &Item) -> Option<HeldWhy> {
    // Who holds the notice knows why.
    if item.may_notify || item.no_notice || item.freed.is_some() {
        return None;
    }
    if item.class == Class::Letter {
        return Some(HeldWhy::NoAddress);
    }
    // Nothing is wrong with the sender: the reason needs no sentence.
    if item.flags.contains(&Flag::StrangersReply) {
        return None;
    }
    let by_flag = item.flags.iter().copied().find_map(by_flag);
    Some(by_flag.or(by_trust(item)).unwrap_or(match item.class {
        Class::Group => HeldWhy::Group,
        Class::Unreadable => HeldWhy::NoReturnAddress,
        Class::Correspondence => HeldWhy::Doubtful,
        _ => HeldWhy::System,
    }))
}

fn by_trust(item: &Item) -> Option<HeldWhy> {
    match item.trust {
        Some(Trust::Failed) => Some(HeldWhy::Forged),
        Some(Trust::Missing) => Some(HeldWhy::Unvouched),
        _ => None,
    }
}

fn by_flag(flag: Flag) -> Option<HeldWhy> {
    match flag {
        Flag::InJunk => Some(HeldWhy::Junk),
        Flag::DmarcFailed => Some(HeldWhy::Forged),
        Flag::RoleAddress => Some(HeldWhy::RoleAddress),
        Flag::ForeignReplyTo => Some(HeldWhy::OtherReplyTo),
        Flag::NullReturnPath => Some(HeldWhy::NoReturnAddress),
        Flag::ForwardedIn => Some(HeldWhy::ForwardedIn),
        _ => None,
    }
}
