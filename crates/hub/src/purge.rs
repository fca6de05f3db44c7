//! Secrets that were stored in the clear before they were known to be secrets.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::class::Class;
use crate::connector::{Rules, take};
use crate::scope::SecretStore;
use crate::slot::{self, Slot};

/// A part of a purge: what comes after these places, and not more than so many of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurgeBatch {
    /// A revision.
    pub after: i64,
    /// A place among the items of jobs.
    pub after_item: i64,
    /// How many.
    pub limit: u32,
}

/// What a part of a purge came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Whether nothing is left.
    pub done: bool,
    /// The last revision that was looked at.
    pub next: i64,
    /// The last item of a job that was looked at.
    pub next_item: i64,
    /// How many objects had their secrets moved into their secret object.
    pub objects: u64,
    /// How many revisions of the log were rewritten.
    pub revisions: u64,
    /// How many items of jobs were rewritten.
    pub items: u64,
    /// Whether the file was written anew, so that no page has what was overwritten.
    pub compacted: bool,
}

/// A document of the past without the secrets that it has in the clear; none where it has none. They
/// become slots that are still to be set: nothing has their values any more.
pub fn without_secrets(doc: &Value, class: Option<&Class>) -> Option<Value> {
    let mut purged = doc.clone();
    let sealed = slot::entries(doc);
    let rules = Rules {
        class,
        store: SecretStore::Values,
        sealed: &sealed,
        suffix: "",
    };
    let secrets = take(&mut purged, None, rules).ok()?;
    if secrets.new.is_empty() {
        return None;
    }
    let new = secrets.new.into_iter().map(|(entry, _)| entry).collect();
    unset(&mut purged, &new);
    Some(purged)
}

fn unset(value: &mut Value, entries: &BTreeSet<String>) {
    if let Some(slot) = Slot::of(value) {
        if matches!(slot, Slot::Set(entry) if entries.contains(entry)) {
            *value = Slot::Unset.to_value();
        }
        return;
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(|one| unset(one, entries)),
        Value::Array(items) => items.iter_mut().for_each(|one| unset(one, entries)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_in_the_clear_goes_and_slots_stay() {
        let doc = json!({"class": "x", "params": [
            {"name": "password", "value": "c4n4ry"},
            {"name": "token", "value": {"$secret": "params.token"}},
            {"name": "region", "value": "eu"},
        ]});
        let purged = without_secrets(&doc, None).unwrap();
        assert_eq!(purged["params"][0]["value"], json!({"$secret": null}));
        assert_eq!(purged["params"][1], doc["params"][1]);
        assert_eq!(purged["params"][2], doc["params"][2]);
        assert_eq!(without_secrets(&purged, None), None);
    }

    #[test]
    fn the_lists_of_a_connection_are_no_secrets() {
        let config = json!({"id": "a", "grant": {"grantType": "password", "credential": "0193"}});
        let item = json!({"id": "i", "authSchemeConfig": config, "credential": "0194"});
        let doc = json!({"credentials": {"action": [item]}, "variables": []});
        assert_eq!(without_secrets(&doc, None), None);
    }
}
