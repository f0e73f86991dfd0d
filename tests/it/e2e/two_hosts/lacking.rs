//! What the replica lacked when its host was killed: lines of that host's log which the register of
//! the next one does not have, and how old the oldest of them was.

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

pub struct Lacking {
    pub lines: usize,
    /// Milliseconds of the hosts' time, ten times as quick as ours, before the kill.
    pub oldest: i64,
}

/// Of the register of the host that was `killed` then, `before`, and the next one's, `after`.
pub fn lacking(before: &Path, after: &Path, killed: DateTime<Utc>) -> Lacking {
    let (before, after) = (log(before), log(after));
    let lines = before.iter().zip(&after);
    let common = lines.take_while(|(one, other)| one == other).count();
    let oldest = before.get(common);
    Lacking {
        lines: before.len() - common,
        oldest: oldest.map_or(0, |(at, ..)| (killed.timestamp_millis() - at).max(0)),
    }
}

/// When each line was written, what it tells, and its fact.
fn log(register: &Path) -> Vec<(i64, String, String)> {
    let register = Connection::open_with_flags(register, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .expect("a register");
    let mut lines = register
        .prepare("SELECT at, event, detail FROM log ORDER BY id")
        .expect("SQL");
    let lines = lines
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .expect("lines");
    lines.map(|line| line.expect("a line")).collect()
}
