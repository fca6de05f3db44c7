//! From client-side to server-side apply: for kubectl the server takes over what `kubectl apply`
//! owned before, and keeps in step what that goes by (Kubernetes, "Server-Side Apply", "Upgrading
//! from client-side apply").

use std::collections::BTreeSet;

use serde_json::Value;

use crate::object::last_applied::LAST_APPLIED;
use crate::schema::{Items, Schema, Shape};

/// The manager for which it is done: another one that wants it not uses another name.
pub(super) const MANAGER: &str = "kubectl";
/// The longest annotation that is kept, in bytes.
const LONGEST: usize = 256 * 1024;

/// The fields that were last applied by a client and are still so, as conflicts name them.
pub(super) fn fields(live: &Value, schema: &Schema) -> BTreeSet<String> {
    let applied = annotation(live).and_then(|text| hub::json::parse(text.as_bytes()).ok());
    let mut fields = BTreeSet::new();
    if let Some(applied) = applied {
        collect("", &applied, Some(live), Some(schema), &mut fields);
    }
    fields
}

fn annotation(document: &Value) -> Option<&str> {
    let annotations = document.pointer("/metadata/annotations")?;
    annotations.get(LAST_APPLIED)?.as_str()
}

fn collect(
    path: &str,
    applied: &Value,
    live: Option<&Value>,
    schema: Option<&Schema>,
    fields: &mut BTreeSet<String>,
) {
    if live == Some(applied) {
        fields.insert(path.to_owned());
    }
    match (applied, schema.map(|schema| &schema.shape)) {
        (_, Some(Shape::Object { atomic: true, .. })) => {}
        (Value::Object(members), _) => {
            for (name, value) in members {
                let live = live.and_then(|live| live.get(name));
                let schema = schema.and_then(|schema| schema.member(name));
                collect(&format!("{path}.{name}"), value, live, schema, fields);
            }
        }
        (Value::Array(rows), Some(Shape::List { item, items })) => {
            let live = live.and_then(Value::as_array);
            for row in rows {
                let (step, found) = match items {
                    Items::Atomic => continue,
                    Items::Set => {
                        let found = live.into_iter().flatten().find(|other| *other == row);
                        (format!("[={row}]"), found)
                    }
                    Items::ByKey(key) => {
                        let Some(value) = row.get(*key) else { continue };
                        let mut rows = live.into_iter().flatten();
                        let found = rows.find(|other| other.get(*key) == Some(value));
                        (format!("[{key}={value}]"), found)
                    }
                };
                collect(&format!("{path}{step}"), row, found, Some(item), fields);
            }
        }
        _ => {}
    }
}

/// What a client applied last is what the server now applies for it, in a document that says what
/// was applied last.
pub(super) fn keep_in_step(payload: &Value, document: &mut Value) {
    if annotation(document).is_none() {
        return;
    }
    let mut applied = payload.clone();
    let metadata = applied.get_mut("metadata").and_then(Value::as_object_mut);
    if let Some(metadata) = metadata {
        let annotations = metadata.get_mut("annotations");
        if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
            annotations.shift_remove(LAST_APPLIED);
        }
    }
    // kubectl ends it with a line break.
    let text = format!("{applied}\n");
    let annotations = document.pointer_mut("/metadata/annotations");
    if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
        if text.len() > LONGEST {
            annotations.shift_remove(LAST_APPLIED);
        } else {
            annotations.insert(LAST_APPLIED.to_owned(), Value::String(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::{connector, connector_class};

    fn live(mut document: Value, applied: &Value) -> Value {
        document["metadata"]["annotations"] = json!({LAST_APPLIED: format!("{applied}\n")});
        document
    }

    #[test]
    fn what_is_as_it_was_applied_is_taken_over() {
        let applied = json!({"metadata": {"labels": {"a.b/c": "d"}, "finalizers": ["x/y"]},
                             "spec": {"address": "https://a", "params": [{"name": "p", "value": "1"}]}});
        let document = json!({"metadata": {"labels": {"a.b/c": "d"}, "finalizers": ["x/y"]},
                              "spec": {"address": "https://b", "params": [{"name": "p", "value": "1"}]}});
        let fields = fields(&live(document, &applied), &connector());
        for field in [
            ".metadata.labels.a.b/c",
            ".spec.params",
            ".metadata.finalizers[=\"x/y\"]",
        ] {
            assert!(fields.contains(field), "{field} of {fields:?}");
        }
        assert!(
            !fields.contains(".spec.address"),
            "somebody else wrote it since"
        );
        let class = json!({"spec": {"auth": {"types": [{"name": "basic", "optional": true}]}}});
        let mut document = live(class.clone(), &class);
        let found = super::fields(&document, &connector_class());
        assert!(
            found.contains(".spec.auth.types[name=\"basic\"].optional"),
            "{found:?}"
        );
        document["metadata"]["annotations"] = json!({});
        assert_eq!(
            super::fields(&document, &connector_class()),
            BTreeSet::new()
        );
    }

    #[test]
    fn the_annotation_is_kept_in_step_where_it_is() {
        let payload = json!({"spec": {"address": "https://new"}});
        let mut document = live(json!({"spec": {}}), &json!({}));
        keep_in_step(&payload, &mut document);
        assert_eq!(
            annotation(&document),
            Some("{\"spec\":{\"address\":\"https://new\"}}\n")
        );
        let mut without = json!({"metadata": {"annotations": {"a": "b"}}});
        keep_in_step(&payload, &mut without);
        assert_eq!(without, json!({"metadata": {"annotations": {"a": "b"}}}));
    }
}
