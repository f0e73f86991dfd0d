//! Items with every matter that a handler may hear of.

use super::staff::{item, letter};
use crate::domain::board::StaffMail;
use crate::domain::no_question::Presumed;
use crate::mail::texts::facts::{HeldWhy, Matter, StaffItem};
use chrono::NaiveDate;

pub(super) fn many(policy: StaffMail) -> Vec<StaffItem> {
    let of_every_reason = (50..).zip(REASONS);
    let held = of_every_reason.map(|(n, why)| item(policy, n, 20, 25, Matter::Held { why }));
    let usual = (70..74).map(|n| item(policy, n, 20, 25, Matter::Reminder));
    let mut items = due_or_late(policy);
    items.extend(scanned(policy));
    items.extend(to_look_at(policy));
    items.extend(held.chain(usual));
    items
}

/// Why a notice may be held.
const REASONS: [HeldWhy; 15] = [
    HeldWhy::Group,
    HeldWhy::System,
    HeldWhy::RoleAddress,
    HeldWhy::OtherReplyTo,
    HeldWhy::Forged,
    HeldWhy::NoReturnAddress,
    HeldWhy::AddressCap,
    HeldWhy::HourCap,
    HeldWhy::Paused,
    HeldWhy::NoHandler,
    HeldWhy::TooLate,
    HeldWhy::NoAddress,
    HeldWhy::Unvouched,
    HeldWhy::ForwardedIn,
    HeldWhy::Doubtful,
];

fn due_or_late(policy: StaffMail) -> Vec<StaffItem> {
    let gone = StaffItem {
        late: 1,
        matters: vec![Matter::Reminder, Matter::Gone],
        ..item(policy, 40, 18, 20, Matter::Gone)
    };
    let late = StaffItem {
        late: 2,
        ..item(policy, 39, 17, 19, Matter::Reminder)
    };
    vec![item(policy, 42, 19, 23, Matter::Reminder), gone, late]
}

/// Scanned letters without a stamp that can be believed, and one that is gone.
fn scanned(policy: StaffMail) -> [StaffItem; 3] {
    let stamp = NaiveDate::from_ymd_opt(2027, 11, 19);
    let matters = [
        (43, Matter::Undated { stamp }),
        (44, Matter::Undated { stamp: None }),
        (45, Matter::Gone),
    ];
    matters.map(|(number, matter)| letter(item(policy, number, 19, 26, matter)))
}

/// One of each matter that a person has to look at.
fn to_look_at(policy: StaffMail) -> Vec<StaffItem> {
    let thanks = Matter::NoQuestion {
        why: Some(Presumed::Thanks),
        ends: true,
    };
    let matters = [
        (46, Matter::Held { why: HeldWhy::Junk }),
        (47, Matter::Deputy),
        (48, Matter::Unreadable),
        (49, Matter::Confirm { sent: None }),
        (60, thanks),
        (61, Matter::AnsweredBeside),
        (62, Matter::ForgedAnswer),
        (63, Matter::AnswerBounced),
        (64, Matter::Urged { by: None }),
    ];
    let mut items = matters
        .map(|(number, matter)| item(policy, number, 20, 24, matter))
        .to_vec();
    "Skräppost".clone_into(&mut items[0].folder);
    items
}
