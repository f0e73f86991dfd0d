//! Addresses that a mailbox had are its own for ever: answers come from them, and citizens write to
//! them for years.

use crate::domain::municipality::Municipality;
use crate::store::{Store, StoreError};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The municipality with the addresses that its mailboxes had; those that they have now are written
/// down.
pub(super) fn with_former(
    store: &mut Store,
    municipality: Arc<Municipality>,
) -> Result<Arc<Municipality>, StoreError> {
    let mut former = BTreeMap::new();
    let mut news = Vec::new();
    for board in &municipality.boards {
        let key = format!("addresses.{}", board.name);
        let mut known = noted(store, &key)?;
        let before = known.len();
        for address in std::iter::once(&board.address).chain(&board.aliases) {
            if !known.contains(address) {
                known.push(address.clone());
            }
        }
        if known.len() > before {
            news.push((key, serde_json::to_string(&known)?));
        }
        former.insert(board.name.clone(), known);
    }
    if !news.is_empty() {
        store.write(|db| {
            news.iter()
                .try_for_each(|(key, addresses)| db.set_meta(key, addresses))
        })?;
    }
    Ok(Arc::new(
        Arc::unwrap_or_clone(municipality).with_former(&former),
    ))
}

/// The addresses that are written down.
fn noted(store: &Store, key: &str) -> Result<Vec<String>, StoreError> {
    let noted = store.db().meta(key)?;
    let known = noted.as_deref().map(serde_json::from_str).transpose()?;
    Ok(known.unwrap_or_default())
}
