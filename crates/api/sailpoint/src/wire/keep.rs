//! Secrets that are still to be set are shown as empty texts, and stay what they are.

use hub::slot::Slot;
use serde_json::Value;

/// A value of a file with slots in the places of secrets that are still to be set. Masks are resolved
/// when the document is settled.
pub(crate) fn keep(given: Value, stored: &Value) -> Value {
    if given == "" && Slot::of(stored) == Some(Slot::Unset) {
        return stored.clone();
    }
    match (given, stored) {
        (Value::Object(members), Value::Object(stored)) => {
            let kept = members.into_iter().map(|(name, value)| {
                let value = match stored.get(&name) {
                    Some(stored) => keep(value, stored),
                    None => value,
                };
                (name, value)
            });
            Value::Object(kept.collect())
        }
        (Value::Array(items), Value::Array(stored)) => {
            let kept = items.into_iter().enumerate();
            let kept = kept.map(|(index, item)| match counterpart(&item, index, stored) {
                Some(stored) => keep(item, stored),
                None => item,
            });
            kept.collect()
        }
        (given, _) => given,
    }
}

/// The stored item of the same name, or else the one at the same place.
fn counterpart<'a>(item: &Value, index: usize, stored: &'a [Value]) -> Option<&'a Value> {
    let key = |item: &Value| item.get("name").or_else(|| item.get("appType")).cloned();
    match key(item) {
        own @ Some(_) => stored.iter().find(|stored| key(stored) == own),
        None => stored.get(index).filter(|stored| key(stored).is_none()),
    }
}
