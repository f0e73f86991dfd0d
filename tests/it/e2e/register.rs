//! The database, read from outside.

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::path::Path;

pub struct Register(Connection);

impl Register {
    pub fn open(path: &Path) -> Self {
        let register = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .expect("a database");
        let sound: String = register
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .expect("checked");
        assert_eq!(sound, "ok");
        Self(register)
    }

    pub fn items(&self) -> usize {
        self.number("SELECT count(*) FROM item")
    }

    pub fn mails(&self) -> usize {
        self.number("SELECT count(*) FROM outbox")
    }

    pub fn events(&self) -> usize {
        self.number("SELECT count(*) FROM log WHERE item IS NOT NULL")
    }

    /// Whether there is an item of that subject.
    pub fn knows(&self, subject: &str) -> bool {
        let sql = "SELECT count(*) FROM message WHERE subject = ?1";
        self.0
            .query_row(sql, [subject], |row| row.get::<_, i64>(0))
            .expect("counted")
            > 0
    }

    fn number(&self, sql: &str) -> usize {
        let number: i64 = self
            .0
            .query_row(sql, [], |row| row.get(0))
            .expect("counted");
        usize::try_from(number).expect("a count")
    }

    /// Facts of the item with that subject, in order: `queued reminder`, `sent reminder`.
    pub fn history(&self, subject: &str) -> Vec<String> {
        let sql = "SELECT l.detail FROM log l JOIN message m ON m.id = l.item WHERE m.subject = ?1 ORDER BY l.id";
        let word = |fact: &Value| {
            let more = fact["effect"]
                .as_str()
                .or(fact["how"].as_str())
                .or(fact["flag"].as_str())
                .unwrap_or_default();
            format!("{} {more}", fact["event"].as_str().expect("a name"))
                .trim_end()
                .to_owned()
        };
        self.json(sql, subject).iter().map(word).collect()
    }

    /// The one item of that subject.
    pub fn item(&self, subject: &str) -> Value {
        let found = self.all_of(subject);
        let [item] = &found[..] else {
            panic!("{} items of {subject:?}", found.len())
        };
        item.clone()
    }

    /// Every item of that subject, in the order of their references.
    pub fn all_of(&self, subject: &str) -> Vec<Value> {
        let sql = "SELECT i.fold FROM item i JOIN message m USING (id) WHERE m.subject = ?1 ORDER BY i.id";
        self.json(sql, subject)
    }

    fn json(&self, sql: &str, subject: &str) -> Vec<Value> {
        let mut statement = self.0.prepare(sql).expect("SQL");
        let rows = statement
            .query_map([subject], |row| row.get::<_, String>(0))
            .expect("rows");
        rows.map(|text| serde_json::from_str(&text.expect("a row")).expect("JSON"))
            .collect()
    }

    /// `kind recipient state saved` of every mail, sorted.
    pub fn outbox(&self) -> Vec<String> {
        let sql = "SELECT kind || ' ' || recipient || ' ' || state || ' ' || saved FROM outbox ORDER BY 1";
        let mut statement = self.0.prepare(sql).expect("SQL");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }
}
