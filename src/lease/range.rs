//! What a range of etcd's tells, as its JSON gateway writes it.

use crate::domain::item_id::ItemId;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

/// Letters of what etcd says that are shown.
pub(super) const SHOWN: usize = 200;

/// Who holds the lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// etcd's own number of the lease that the key is bound to.
    pub lease: i64,
    pub generation: i64,
    /// As the holder calls itself.
    pub who: String,
}

/// The holder that a range tells of.
pub(super) fn holder_in(range: &Value) -> Option<Holder> {
    let found = range["kvs"].get(0)?;
    let who = found["value"].as_str().unwrap_or_default();
    let who = BASE64_STANDARD.decode(who).unwrap_or_default();
    Some(Holder {
        lease: number(found, "lease").unwrap_or_default(),
        generation: number(found, "create_revision")?,
        who: String::from_utf8_lossy(&who).chars().take(SHOWN).collect(),
    })
}

/// The gateway writes numbers of 64 bits as texts.
pub(super) fn number(of: &Value, key: &str) -> Option<i64> {
    match of.get(key)? {
        Value::String(text) => text.parse().ok(),
        value => value.as_i64(),
    }
}

/// The numbers that a range tells of.
pub(super) fn numbers_in(range: &Value) -> Vec<ItemId> {
    let found = text(&range["kvs"][0]["value"]);
    found.split(',').filter_map(ItemId::parse).collect()
}

/// A value, which the gateway writes in base 64.
pub(super) fn text(value: &Value) -> String {
    let bytes = BASE64_STANDARD.decode(value.as_str().unwrap_or_default());
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}
