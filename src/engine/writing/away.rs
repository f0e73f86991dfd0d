//! For whom the reader of a mail stands in, where nobody has said how long.
//!
//! `BORTA` without a last day holds until somebody writes `TILLBAKA`, and that is forgotten.
//! Rejected: to let it end by itself after some weeks. Whoever is ill for long would then be
//! reminded again, and named to citizens, without being there. So whoever has their work meanwhile
//! is asked, in each mail that they get anyway.

use crate::domain::board::Board;
use crate::mail::texts::facts::AwayFor;
use chrono::{DateTime, Utc};

/// Working days from its first on which such an absence is not asked about.
const NOT_ASKED: i32 = 5;

/// Whoever stands in is asked; where nobody does, the one who hears of the items instead.
pub(super) fn for_whom(board: &Board, reader: &str, now: DateTime<Utc>) -> Vec<AwayFor> {
    let today = board.calendar.local_date(now);
    let staff = &board.staff;
    let asked = |id: &str| {
        let stands_in = staff.present(id, today);
        let above = || staff.ladder(id, None, today).first().copied();
        stands_in
            .or_else(above)
            .is_some_and(|member| member.id == reader)
    };
    let members = staff.members.values().filter(|member| asked(&member.id));
    members
        .filter_map(|member| {
            let since = member.away_without_end(today)?;
            let first_asked = board.calendar.add_working_days(since, NOT_ASKED);
            (first_asked <= today).then(|| AwayFor {
                name: member.name.clone(),
                since,
            })
        })
        .collect()
}
