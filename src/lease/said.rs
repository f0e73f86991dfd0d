//! What leaves is written into etcd in the very transaction that asks whether this host leads
//! still: up to which numbers items are known, and which citizen is told what. Whoever leads next
//! begins with it, however old its register is, and however late copies come to the mailbox.
//!
//! It is small and it ends: one key for the numbers, one for each thing told, which etcd removes
//! after [`TOLD_FOR`]. The keys are hashes by the register's own key, and say nothing to others.

use super::etcd::{Etcd, EtcdError};
use super::range::{holder_in, number, text};
use crate::domain::item_id::ItemId;
use crate::domain::saying::{Saying, Told};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::{Value, json};
use std::time::Duration;

/// How long it is known what a citizen was told: as long as replicas are kept.
pub const TOLD_FOR: Duration = Duration::from_hours(30 * 24);

/// Whether a mail may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum May {
    Leave,
    /// Another host's mail has told the same, and what became of that is not known here.
    WasTold(Told),
    /// Another host leads.
    NotOurs,
}

/// A lease, as its holder knows it.
#[derive(Clone, Copy, Debug)]
pub struct Ours {
    pub lease: i64,
    pub generation: i64,
    /// etcd's own lease that the told mails are bound to.
    pub keeps: i64,
}

impl Ours {
    /// The record of a mail that says this.
    fn says(self, saying: &Saying) -> String {
        let by = Told {
            generation: self.generation,
            id: saying.id.clone(),
        };
        by.as_text()
    }

    /// Whether a range tells that it is held still.
    fn is_held_by(self, range: &Value) -> bool {
        holder_in(range)
            .is_some_and(|now| (now.lease, now.generation) == (self.lease, self.generation))
    }
}

impl Etcd {
    /// A lease of etcd's own for what citizens are told from now on.
    pub async fn grant_for_told(&self) -> Result<i64, EtcdError> {
        self.grant_for(TOLD_FOR).await.map(|(lease, _)| lease)
    }

    /// Writes down what a mail says, if this host leads and nobody else has told it. `numbers`: the
    /// highest ones, if they have grown.
    pub async fn say(
        &self,
        ours: Ours,
        saying: &Saying,
        numbers: Option<&[ItemId]>,
    ) -> Result<May, EtcdError> {
        // The revisions of the earlier mails that are known here.
        let mut before = vec![None; saying.told.len()];
        for _ in 0..2 {
            let asked = self.question(ours, saying, numbers, &before);
            let answer = self.call("/v3/kv/txn", &asked).await?;
            if answer["succeeded"].as_bool() == Some(true) {
                return Ok(May::Leave);
            }
            match looked_up(&answer, ours, saying)? {
                Found::Known(known) => before = known,
                Found::May(may) => return Ok(may),
            }
        }
        Err(EtcdError::Unreachable(
            "etcd: it is written to by others meanwhile".to_owned(),
        ))
    }

    fn question(
        &self,
        ours: Ours,
        saying: &Saying,
        numbers: Option<&[ItemId]>,
        before: &[Option<i64>],
    ) -> Value {
        let lease = self.key("lease");
        let told: Vec<String> = saying.told.iter().map(|told| self.told(told)).collect();
        let mut compare = vec![is_made_in(&lease, ours.generation)];
        let unchanged = told.iter().zip(before);
        compare.extend(unchanged.map(|(key, before)| is_as_it_was(key, *before)));
        let by = ours.says(saying);
        let mut success: Vec<Value> = told.iter().map(|key| put(key, &by, ours.keeps)).collect();
        success.extend(numbers.map(|numbers| put(&self.key("numbers"), &written(numbers), 0)));
        let failure: Vec<Value> = std::iter::once(&lease)
            .chain(&told)
            .map(|key| ask(key))
            .collect();
        json!({ "compare": compare, "success": success, "failure": failure })
    }

    fn told(&self, what: &str) -> String {
        self.key(&format!("told/{what}"))
    }
}

/// The mails that were there already.
enum Found {
    /// Mails that this register knows: the revisions at which they were written down.
    Known(Vec<Option<i64>>),
    May(May),
}

fn looked_up(answer: &Value, ours: Ours, saying: &Saying) -> Result<Found, EtcdError> {
    let found = |at: usize| answer["responses"][at].get("response_range");
    // Else what these are bound to is no more, or it is not etcd that answers.
    let holder = found(0).ok_or_else(|| {
        EtcdError::Unreachable("etcd: its answer does not say who leads".to_owned())
    })?;
    if !ours.is_held_by(holder) {
        return Ok(Found::May(May::NotOurs));
    }
    let mut known = Vec::new();
    for at in 1..=saying.told.len() {
        let told = found(at).and_then(|range| range["kvs"].get(0));
        let by = told.map(|told| Told::read(&text(&told["value"])));
        if let Some(by) = by.filter(|by| !saying.knows(by)) {
            return Ok(Found::May(May::WasTold(by)));
        }
        known.push(told.and_then(|told| number(told, "mod_revision")));
    }
    Ok(Found::Known(known))
}

fn is_made_in(key: &str, revision: i64) -> Value {
    let revision = revision.to_string();
    json!({ "key": key, "target": "CREATE", "result": "EQUAL", "createRevision": revision })
}

/// It was written last in that revision, or is not there.
fn is_as_it_was(key: &str, revision: Option<i64>) -> Value {
    let Some(revision) = revision.map(|revision| revision.to_string()) else {
        return is_made_in(key, 0);
    };
    json!({ "key": key, "target": "MOD", "result": "EQUAL", "modRevision": revision })
}

fn ask(key: &str) -> Value {
    json!({ "requestRange": { "key": key } })
}

fn put(key: &str, value: &str, lease: i64) -> Value {
    let value = BASE64_STANDARD.encode(value);
    json!({ "requestPut": { "key": key, "value": value, "lease": lease.to_string() } })
}

fn written(numbers: &[ItemId]) -> String {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    numbers.join(",")
}
