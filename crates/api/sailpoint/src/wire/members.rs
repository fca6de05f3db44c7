//! Which members of a hub document an object shows where.

use serde_json::Value;

/// The member of an object that holds what only the hub has a place for.
pub(super) const HUB: &str = "patchbay";
/// The members of a hub document that an object shows elsewhere, or that are observed.
pub(super) const SHOWN: [&str; 4] = ["class", "description", "status", "extensions"];
/// Those that it shows as its attributes, if it can.
pub(super) const ATTRIBUTES: [&str; 2] = ["address", "params"];

/// What a connector has that is SailPoint's own.
pub(super) fn extension<'a>(doc: &'a Value, name: &str) -> Option<&'a Value> {
    doc.get("extensions")?.get("sailpoint")?.get(name)
}
