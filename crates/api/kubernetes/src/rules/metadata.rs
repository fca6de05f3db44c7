//! Rules for the metadata of objects (apimachinery, `api/validation`).

use hub::error::FieldError;
use hub::json::text_at;
use hub::text::is_dns_name;
use serde_json::{Map, Value};

use super::names::{LABEL_MAX, LABEL_VALUE_RULE, NAME_RULE, check_label_name, is_label_value};
use crate::fault::{invalid, required, too_long};

/// The most bytes that all annotations of an object may have.
const ANNOTATIONS_MAX: usize = 256 * 1024;

/// What is wrong with the names in the metadata of an object.
pub(crate) fn check(metadata: &Map<String, Value>) -> Vec<FieldError> {
    let text = |name: &str| {
        metadata
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let members = |name: &str| {
        metadata
            .get(name)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
    };
    let mut faults = Vec::new();
    let (name, generate_name) = (text("name"), text("generateName"));
    if name.is_empty() && generate_name.is_empty() {
        faults.push(required(
            "metadata.name",
            "name or generateName is required",
        ));
    }
    if !name.is_empty() && !is_dns_name(name) {
        faults.push(invalid("metadata.name", name, NAME_RULE));
    }
    // What follows is letters, so the prefix may end with what a name may not.
    if !generate_name.is_empty() && !is_dns_name(generate_name.trim_end_matches(['-', '.'])) {
        faults.push(invalid("metadata.generateName", generate_name, NAME_RULE));
    }
    for (name, value) in members("labels") {
        if let Err(problem) = check_label_name(name) {
            faults.push(invalid("metadata.labels", name, &problem));
        }
        let value = value.as_str().unwrap_or_default();
        if value.len() > LABEL_MAX {
            faults.push(invalid(
                "metadata.labels",
                value,
                &format!("must be no more than {LABEL_MAX} characters"),
            ));
        } else if !is_label_value(value) {
            faults.push(invalid("metadata.labels", value, LABEL_VALUE_RULE));
        }
    }
    let mut size: usize = 0;
    for (name, value) in members("annotations") {
        size = size
            .saturating_add(name.len())
            .saturating_add(value.as_str().map_or(0, str::len));
        if let Err(problem) = check_label_name(&name.to_ascii_lowercase()) {
            faults.push(invalid("metadata.annotations", name, &problem));
        }
    }
    if size > ANNOTATIONS_MAX {
        faults.push(too_long("metadata.annotations", ANNOTATIONS_MAX));
    }
    let finalizers = metadata
        .get("finalizers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for finalizer in finalizers.filter_map(Value::as_str) {
        if let Err(problem) = check_label_name(finalizer) {
            faults.push(invalid("metadata.finalizers", finalizer, &problem));
        }
    }
    faults.extend(check_owners(metadata));
    faults
}

/// Owners are named in full, and one of them at most is the controller.
fn check_owners(metadata: &Map<String, Value>) -> Vec<FieldError> {
    const PATH: &str = "metadata.ownerReferences";
    let owners = metadata.get("ownerReferences").and_then(Value::as_array);
    let owners = owners.map_or(&[][..], Vec::as_slice);
    let mut faults = Vec::new();
    for owner in owners {
        for (name, rule) in [
            ("apiVersion", "version must not be empty"),
            ("kind", "must not be empty"),
            ("name", "must not be empty"),
            ("uid", "must not be empty"),
        ] {
            if text_at(owner, &format!("/{name}")).is_empty() {
                faults.push(invalid(&format!("{PATH}.{name}"), "", rule));
            }
        }
    }
    let controls = |owner: &&Value| owner.get("controller") == Some(&Value::Bool(true));
    let controllers: Vec<&str> = owners
        .iter()
        .filter(controls)
        .map(|owner| text_at(owner, "/name"))
        .collect();
    if let [first, second, ..] = controllers.as_slice() {
        let rule = format!(
            "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {second}"
        );
        faults.push(invalid(PATH, "", &rule));
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fields(metadata: &Value) -> Vec<String> {
        let faults = check(metadata.as_object().unwrap());
        faults.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn names_and_labels_follow_the_rules() {
        let good = json!({
            "generateName": "git-",
            "labels": {"app": "", "a.io/b_c": "D.e-f"},
            "annotations": {"cpaas.io/description": "anything, really"},
            "finalizers": ["a.io/b"],
        });
        assert_eq!(fields(&good), Vec::<String>::new());
        let bad = json!({"name": "Git_Hub", "labels": {"a b": "-x"}, "annotations": {"/": ""}, "finalizers": ["a//b"]});
        let expected = [
            "metadata.name",
            "metadata.labels",
            "metadata.labels",
            "metadata.annotations",
            "metadata.finalizers",
        ];
        assert_eq!(fields(&bad), expected);
        assert_eq!(fields(&json!({})), ["metadata.name"]);
    }

    #[test]
    fn owners_are_named_in_full() {
        let owner = |name: &str| json!({"apiVersion": "v1", "kind": "Secret", "name": name, "uid": "u", "controller": true});
        let one = json!({"name": "a", "ownerReferences": [owner("x")]});
        assert_eq!(fields(&one), Vec::<String>::new());
        let two = json!({"name": "a", "ownerReferences": [owner("x"), owner("")]});
        assert_eq!(
            fields(&two),
            ["metadata.ownerReferences.name", "metadata.ownerReferences"]
        );
    }
}
