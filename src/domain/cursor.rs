//! How far a folder has been read: a pure comparison of the register with the server's word (RFC
//! 3501 §2.3.1.1).

/// What EXAMINE said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    pub uid_validity: u32,
    /// Next UID the server will give (RFC 3501 §2.3.1.1).
    pub uid_next: u32,
    pub exists: u32,
    /// `None` without CONDSTORE (RFC 7162).
    pub highest_modseq: Option<u64>,
}

/// How far a folder was read, and what it was like then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub uid_validity: u32,
    /// The first UID that was not read.
    pub uid_next: u32,
    pub present: u32,
    /// HIGHESTMODSEQ where there was one.
    pub modseq: Option<u64>,
}

/// UIDs asked for in the first command of a reading. After each window the cursor moves, so a
/// broken connection costs one window at most.
pub const WINDOW: u32 = 10_000;

/// UIDs of messages asked for in one command at most. Each window of a reading is twice as wide as
/// the one before it, which the server has given whole: between two windows it has nothing to do,
/// and we wait.
pub const MAX_WINDOW: u32 = 40_000;

/// Windows of one reading at most: a folder with few messages and huge UIDs is not asked for in a
/// million commands.
pub const MAX_WINDOWS: u32 = 200;

/// What there is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    Nothing,
    /// From this UID on.
    From(u32),
    /// The UIDs mean something else than before, or they went back: everything is read, and known
    /// messages are recognised.
    Anew,
    /// More messages than before, and no UID that was not read: a server whose UIDs went back may
    /// have come as far as before; others count as they please.
    Fuller,
}

impl Reading {
    /// The UID with which it begins, as far as the UIDs say it.
    #[must_use]
    pub fn first(self) -> Option<u32> {
        match self {
            Self::Nothing | Self::Fuller => None,
            Self::From(uid) => Some(uid),
            Self::Anew => Some(1),
        }
    }
}

/// What there is to read of a folder that was read as far as is `known`. Mod-sequences only grow
/// (RFC 7162 §3.1.2.1): one that went down is a mailbox restored from a backup, in which the same
/// UIDs may be other mails.
#[must_use]
pub fn reconcile(known: Option<Known>, selected: &Selected) -> Reading {
    let Some(known) = known else {
        return Reading::Anew;
    };
    let went_down = known
        .modseq
        .zip(selected.highest_modseq)
        .is_some_and(|(before, now)| now < before);
    let is_other = known.uid_validity != selected.uid_validity;
    if is_other || known.uid_next > selected.uid_next || went_down {
        Reading::Anew
    } else if known.uid_next < selected.uid_next {
        Reading::From(known.uid_next.max(1))
    } else if known.present < selected.exists {
        Reading::Fuller
    } else {
        Reading::Nothing
    }
}

/// The windows of a reading, first and last UID included, none wider than `widest` as long as that
/// makes not too many. Empty when there is nothing in the folder.
pub fn windows(
    from: u32,
    uid_next: u32,
    exists: u32,
    widest: u32,
) -> impl Iterator<Item = (u32, u32)> {
    let mut first = from.max(1);
    let span = if exists == 0 {
        0
    } else {
        uid_next.saturating_sub(first)
    };
    let end = first + span;
    let least = span / MAX_WINDOWS + 1;
    let mut width = WINDOW.max(least);
    std::iter::from_fn(move || {
        let window = (first < end).then(|| (first, end.min(first.saturating_add(width)) - 1))?;
        first = window.1 + 1;
        width = width.saturating_mul(2).min(widest.max(least));
        Some(window)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_new_is_read_unless_the_uids_lost_their_meaning() {
        for (known, (uid_validity, uid_next, highest_modseq), expected) in [
            (None, (7, 10, None), Reading::Anew),
            (Some((7, 10, None)), (7, 10, None), Reading::Nothing),
            (Some((7, 10, None)), (7, 15, None), Reading::From(10)),
            (Some((7, 10, None)), (8, 10, None), Reading::Anew),
            (Some((7, 10, None)), (7, 4, None), Reading::Anew),
            (Some((7, 10, Some(90))), (7, 10, Some(90)), Reading::Nothing),
            (
                Some((7, 10, Some(90))),
                (7, 15, Some(95)),
                Reading::From(10),
            ),
            (Some((7, 10, Some(90))), (7, 15, Some(89)), Reading::Anew),
            (Some((7, 10, Some(90))), (7, 15, None), Reading::From(10)),
            (Some((7, 10, None)), (7, 15, Some(1)), Reading::From(10)),
        ] {
            let known = known.map(|(uid_validity, uid_next, modseq)| Known {
                uid_validity,
                uid_next,
                present: 5,
                modseq,
            });
            let selected = Selected {
                uid_validity,
                uid_next,
                exists: 5,
                highest_modseq,
            };
            assert_eq!(
                reconcile(known, &selected),
                expected,
                "{known:?} {selected:?}"
            );
        }
    }

    #[test]
    fn a_folder_with_more_messages_and_no_new_uid_is_told_from_one_with_nothing_new() {
        for (present, exists, uid_next, expected) in [
            (5, 5, 10, Reading::Nothing),
            (5, 4, 10, Reading::Nothing),
            (5, 6, 10, Reading::Fuller),
            (u32::MAX, 6, 10, Reading::Nothing),
            (5, 6, 11, Reading::From(10)),
            (5, 6, 9, Reading::Anew),
        ] {
            let known = Known {
                uid_validity: 7,
                uid_next: 10,
                present,
                modseq: None,
            };
            let selected = Selected {
                uid_validity: 7,
                uid_next,
                exists,
                highest_modseq: None,
            };
            let reading = reconcile(Some(known), &selected);
            assert_eq!(reading, expected, "{present} {exists} {uid_next}");
        }
    }

    #[test]
    fn windows_cover_every_uid_once_and_are_never_too_many() {
        for (from, next) in [
            (1, 1),
            (1, 2),
            (1, 10_001),
            (1, 10_002),
            (5, 100_000),
            (1, u32::MAX),
            (u32::MAX - 1, u32::MAX),
        ] {
            let windows: Vec<_> = windows(from, next, 1, MAX_WINDOW).collect();
            let mut expected = from;
            for (first, last) in &windows {
                assert_eq!(*first, expected);
                assert!(last >= first);
                expected = last + 1;
            }
            assert_eq!(expected, next.max(from));
            assert!(windows.len() <= usize::try_from(MAX_WINDOWS).unwrap_or(0) + 1);
        }
        assert_eq!(windows(1, 1_000_000, 0, MAX_WINDOW).count(), 0);
    }

    #[test]
    fn windows_grow_as_far_as_they_may() {
        let widths = |widest| {
            windows(1, 100_001, 1, widest)
                .map(|(first, last)| last - first + 1)
                .collect::<Vec<_>>()
        };
        assert_eq!(widths(MAX_WINDOW), [10_000, 20_000, 40_000, 30_000]);
        assert_eq!(widths(WINDOW), [10_000; 10]);
    }
}
