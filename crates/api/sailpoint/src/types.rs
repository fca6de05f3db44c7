//! The types of objects, as data: those of `SpConfigObject` and of `ImportOptions` in the published
//! API.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The type whose objects are connectors.
pub(crate) const SOURCE: &str = "SOURCE";

/// The type of people. They are referred to, and are not kept here.
pub(crate) const IDENTITY: &str = "IDENTITY";

/// One type of object: what `/config-objects` tells of it, and whether it can be imported.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ObjectType {
    /// Its name.
    pub object_type: String,
    /// Where in an object its references are, as JSONPath.
    pub reference_extractors: Option<Vec<String>>,
    /// Whether objects are signed, and so cannot be changed.
    #[serde(default)]
    pub signature_required: bool,
    /// Whether references to it are resolved by id only.
    #[serde(default)]
    pub always_resolve_by_id: bool,
    /// Published; no type here is one.
    #[serde(default)]
    legacy_object: bool,
    /// Whether a tenant has one object of it, whatever its name.
    #[serde(default)]
    pub one_per_tenant: bool,
    /// Whether it can be exported, which all of them can.
    #[serde(default = "yes")]
    exportable: bool,
    /// What the drafts of the Configuration Hub do to it. An import of a file does not make a
    /// draft.
    #[serde(default)]
    rules: Rules,
    /// Whether it can be imported.
    #[serde(default, skip_serializing)]
    pub importable: bool,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rules {
    take_from_target_rules: Vec<Value>,
    default_rules: Vec<Value>,
    editable: bool,
}

const fn yes() -> bool {
    true
}

static TYPES: LazyLock<Vec<ObjectType>> =
    LazyLock::new(|| serde_json::from_str(include_str!("types.json")).unwrap_or_default());

/// All types, by name.
pub(crate) fn all() -> &'static [ObjectType] {
    &TYPES
}

/// The type of that name.
pub(crate) fn find(name: &str) -> Option<&'static ObjectType> {
    all().iter().find(|known| known.object_type == name)
}

/// The members that the references of objects of a type are in: where its extractors begin.
pub(crate) fn reference_members(name: &str) -> impl Iterator<Item = &'static str> {
    let known = find(name).and_then(|known| known.reference_extractors.as_deref());
    let begin = |path: &'static String| path.strip_prefix("$.")?.split(['.', '[']).next();
    known.unwrap_or_default().iter().filter_map(begin)
}

/// The names of all types, or of those that can be imported.
pub(crate) fn names(importable_only: bool) -> Vec<String> {
    all()
        .iter()
        .filter(|known| known.importable || !importable_only)
        .map(|known| known.object_type.clone())
        .collect()
}

/// The rules of the merge core for resolving references to objects of these types.
pub(crate) fn always_by_id() -> Vec<&'static str> {
    all()
        .iter()
        .filter(|known| known.always_resolve_by_id)
        .map(|known| known.object_type.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_the_published_types() {
        assert_eq!(all().len(), 25);
        assert_eq!(
            names(true).join(" "),
            "CONNECTOR_RULE IDENTITY_OBJECT_CONFIG IDENTITY_PROFILE RULE SOURCE TRANSFORM TRIGGER_SUBSCRIPTION"
        );
        let printed = serde_json::to_value(find("TRIGGER_SUBSCRIPTION")).unwrap();
        assert_eq!(
            printed.pointer("/rules/takeFromTargetRules/0/path"),
            Some(&"$.enabled".into())
        );
        assert_eq!(printed.get("exportable"), Some(&true.into()));
        assert_eq!(printed.get("importable"), None);
    }
}
