//! Patches: JSON Merge Patch (RFC 7396), JSON Patch (RFC 6902) and the three-way merge.

mod json;
mod three_way;

use serde_json::Value;

use crate::error::Error;
use crate::origin::{Merged, Source, Traced};

pub use json::json_patch;
pub use three_way::three_way;

/// JSON Merge Patch: objects merge, null removes, anything else replaces. Members keep their order,
/// new ones follow in the patch's.
pub fn merge_patch(current: &Value, patch: &Value) -> Result<Merged, Error> {
    let mut merged = Traced::Whole(current.clone(), Source::Current);
    merge(&mut merged, patch);
    merged.finish()
}

fn merge(place: &mut Traced, patch: &Value) {
    let Value::Object(patch) = patch else {
        *place = Traced::Whole(patch.clone(), Source::Payload);
        return;
    };
    place.open();
    if !matches!(place, Traced::Object(..)) {
        *place = Traced::Object(indexmap::IndexMap::new(), Source::Payload);
    }
    if let Traced::Object(members, _) = place {
        // All removals in one pass: one by one, each would move all the members behind it.
        members.retain(|name, _| !patch.get(name).is_some_and(Value::is_null));
        for (name, value) in patch.iter().filter(|(_, value)| !value.is_null()) {
            let nothing = || Traced::Whole(Value::Null, Source::Payload);
            merge(members.entry(name.clone()).or_insert_with(nothing), value);
        }
    }
}
