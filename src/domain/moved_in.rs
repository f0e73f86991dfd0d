//! Messages that did not come in their turn: a person moved them in, from an archive, another
//! mailbox, a restored folder. No citizen was waiting here when they came, so their time runs from
//! first sight; a citizen gets no automatic notice for a question of another time, and very many at
//! once are history.

use super::message::Message;
use chrono::{DateTime, Duration, Utc};

/// A message that came in its turn lay in its folder at the next reading, but for a server that is
/// so slow.
const SLOW: Duration = Duration::hours(1);

/// Older than this, by its own date and by every server that handed it on, a message is of another
/// time.
const ANCIENT: Duration = Duration::days(366);

/// More in one round are not questions that a person moved here, but a whole mailbox.
pub const MOST: u32 = 20;

/// A folder's state before a reading.
#[derive(Clone, Copy, Debug)]
pub struct Before {
    /// Lower UIDs were there when it was first read, or had been missed.
    pub first_new_uid: u32,
    /// It was read before, under other numbers: a low UID tells nothing of what lay there then.
    pub numbered_anew: bool,
    pub start: DateTime<Utc>,
    /// When the mailbox was last read as a whole.
    pub last_reading: Option<DateTime<Utc>>,
}

/// What a message that the register does not know is, by its times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    InItsTurn,
    MovedIn,
    /// Moved in, and of another time.
    Ancient,
}

/// How a message came into a folder. `stamp` is the server's time of it.
#[must_use]
pub fn came(
    message: &Message,
    uid: u32,
    stamp: Option<DateTime<Utc>>,
    before: Before,
    now: DateTime<Utc>,
) -> Came {
    if uid < before.first_new_uid && !before.numbered_anew {
        return Came::InItsTurn;
    }
    // A clock that leaps makes everything old, one that was ahead makes everything late: both times
    // must say it.
    let last_reading = before.last_reading.filter(|last| *last <= now);
    let sure = last_reading.unwrap_or(now);
    let is_old = |at: DateTime<Utc>| sure - at > ANCIENT;
    let handed_on =
        !message.received.is_empty() && message.received.iter().all(|line| is_old(line.at));
    if handed_on && message.date.is_some_and(is_old) {
        return Came::Ancient;
    }
    let late =
        |at: DateTime<Utc>| at < before.start || last_reading.is_some_and(|last| at < last - SLOW);
    if stamp.or(message.date).is_some_and(late) {
        Came::MovedIn
    } else {
        Came::InItsTurn
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Received;

    #[test]
    fn what_did_not_come_in_its_turn_was_moved_in() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).expect("a time");
        let ago = |hours: i64| now - Duration::hours(hours);
        let before = Before {
            first_new_uid: 10,
            numbered_anew: false,
            start: ago(500),
            last_reading: Some(ago(5)),
        };
        let line = |hours: i64| Received {
            by: None,
            from: None,
            at: ago(hours),
        };
        let mail = |date: i64, lines: &[i64]| Message {
            date: Some(ago(date)),
            received: lines.iter().map(|hours| line(*hours)).collect(),
            ..Message::default()
        };
        let check = |message: &Message, uid, stamp: Option<i64>, before: Before, expected| {
            assert_eq!(
                came(message, uid, stamp.map(ago), before, now),
                expected,
                "{message:?} {stamp:?} {before:?}"
            );
        };
        let usual = mail(1, &[1]);
        check(&usual, 10, Some(1), before, Came::InItsTurn);
        // While the mailbox was not read it came in its turn all the same.
        check(&usual, 10, Some(5), before, Came::InItsTurn);
        check(&usual, 10, Some(6), before, Came::InItsTurn);
        check(&usual, 10, Some(7), before, Came::MovedIn);
        check(&usual, 10, Some(501), before, Came::MovedIn);
        check(&usual, 10, Some(400_000), before, Came::MovedIn);
        // What lay there before, or was missed.
        check(&usual, 9, Some(7), before, Came::InItsTurn);
        // What was moved in between the last reading and the new numbers has a low UID too.
        let anew = Before {
            numbered_anew: true,
            ..before
        };
        check(&usual, 9, Some(6), anew, Came::InItsTurn);
        check(&usual, 9, Some(7), anew, Came::MovedIn);
        check(&usual, 9, Some(501), anew, Came::MovedIn);
        check(&mail(60_000, &[60_000]), 9, Some(0), anew, Came::Ancient);
        let never_read = Before {
            last_reading: None,
            ..before
        };
        check(&usual, 10, Some(400), never_read, Came::InItsTurn);
        check(&usual, 10, Some(501), never_read, Came::MovedIn);
        check(&usual, 10, Some(500), never_read, Came::InItsTurn);
        let just_read = Before {
            last_reading: Some(now),
            ..before
        };
        check(&usual, 10, Some(2), just_read, Came::MovedIn);
        let year = 366 * 24;
        for (age, expected) in [(year, Came::InItsTurn), (year + 1, Came::Ancient)] {
            check(&mail(age, &[age]), 10, Some(1), never_read, expected);
        }
        // Without a stamp the date must do; a wrong date alone says nothing.
        check(&mail(7, &[]), 10, None, before, Came::MovedIn);
        check(&mail(1, &[]), 10, None, before, Came::InItsTurn);
        check(&mail(60_000, &[]), 10, Some(1), before, Came::InItsTurn);
        check(&mail(60_000, &[1]), 10, Some(1), before, Came::InItsTurn);
        check(&mail(1, &[60_000]), 10, Some(1), before, Came::InItsTurn);
        // Copied with new stamps.
        check(
            &mail(60_000, &[60_000, 60_001]),
            10,
            Some(0),
            before,
            Came::Ancient,
        );
        check(
            &mail(60_000, &[60_000, 1]),
            10,
            Some(0),
            before,
            Came::InItsTurn,
        );
        check(
            &mail(60_000, &[60_000]),
            9,
            Some(0),
            before,
            Came::InItsTurn,
        );
        // The clock has leapt by years since the last reading, or was ahead at it.
        check(
            &mail(60_000, &[60_000]),
            10,
            Some(60_000),
            Before {
                start: ago(61_000),
                last_reading: Some(ago(60_000)),
                ..before
            },
            Came::InItsTurn,
        );
        check(
            &usual,
            10,
            Some(1),
            Before {
                last_reading: Some(ago(-3)),
                ..before
            },
            Came::InItsTurn,
        );
    }
}
