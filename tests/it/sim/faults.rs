//! Everything that goes wrong in the town, by kind. A kind that no seed meets is a defect of the simulation.

use super::dice::Dice;
use crate::world::trouble::Strike;
use servicelofte::ports::MailboxError;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    LostBefore,
    LostInside,
    LostAfter,
    Throttled,
    LoginRefused,
    CommandRefused,
    FolderClosed,
    ServerDown,
    UidValidity,
    NewUid,
    UidsBack,
    StaleView,
    PartialView,
    SmtpDown,
    Barred,
    Greylisted,
    CopyRefused,
    Rejected,
    Partly,
    AcceptedAnswerLost,
    LostBeforeAccepted,
    BouncedAtOnce,
    BouncedLater,
    AbsentReader,
    DeathAtCall,
    DeathAfterCall,
    DeathAtWrite,
    DeathAfterGoAhead,
    DeathAfterAccepted,
    DiskFull,
    ClockForward,
    ClockBack,
    ClockWrongForLong,
    Suspended,
    Stopped,
    DayClosed,
    StaffAway,
    StaffLeft,
    PledgeChanged,
    Restored,
    MovedUnseen,
    InTwoFolders,
    Deleted,
}

impl Fault {
    pub const ALL: [Fault; 43] = [
        Fault::LostBefore,
        Fault::LostInside,
        Fault::LostAfter,
        Fault::Throttled,
        Fault::LoginRefused,
        Fault::CommandRefused,
        Fault::FolderClosed,
        Fault::ServerDown,
        Fault::UidValidity,
        Fault::NewUid,
        Fault::UidsBack,
        Fault::StaleView,
        Fault::PartialView,
        Fault::SmtpDown,
        Fault::Barred,
        Fault::Greylisted,
        Fault::CopyRefused,
        Fault::Rejected,
        Fault::Partly,
        Fault::AcceptedAnswerLost,
        Fault::LostBeforeAccepted,
        Fault::BouncedAtOnce,
        Fault::BouncedLater,
        Fault::AbsentReader,
        Fault::DeathAtCall,
        Fault::DeathAfterCall,
        Fault::DeathAtWrite,
        Fault::DeathAfterGoAhead,
        Fault::DeathAfterAccepted,
        Fault::DiskFull,
        Fault::ClockForward,
        Fault::ClockBack,
        Fault::ClockWrongForLong,
        Fault::Suspended,
        Fault::Stopped,
        Fault::DayClosed,
        Fault::StaffAway,
        Fault::StaffLeft,
        Fault::PledgeChanged,
        Fault::Restored,
        Fault::MovedUnseen,
        Fault::InTwoFolders,
        Fault::Deleted,
    ];

    /// A mishap at one call, if it is one.
    pub fn strike(self, dice: &mut Dice) -> Option<Strike> {
        let lost = || MailboxError::Lost("the connection is gone".to_owned());
        Some(match self {
            Fault::LostBefore => Strike::Before(lost()),
            Fault::LostInside => Strike::Inside(lost()),
            Fault::LostAfter => Strike::After(lost()),
            Fault::Throttled => {
                Strike::Before(MailboxError::Throttled(std::time::Duration::from_secs(dice.below(100))))
            }
            Fault::LoginRefused => Strike::Before(MailboxError::Login("no".to_owned())),
            Fault::CommandRefused => Strike::Before(MailboxError::Refused("BAD".to_owned())),
            Fault::PartialView => Strike::Partial,
            Fault::DeathAtCall => Strike::DieBefore,
            Fault::DeathAfterCall => Strike::DieAfter,
            _ => return None,
        })
    }
}
