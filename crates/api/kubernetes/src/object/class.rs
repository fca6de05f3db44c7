//! ConnectorClass. The members of `spec` are members of the hub's document, which has their form
//! (see [`hub::class`]).

use hub::error::FieldError;
use serde_json::{Map, Value};

use super::last_applied::LAST_APPLIED;
use super::member::{extension, object_of, set, set_extension, with_hidden};

use crate::resource::CONNECTOR_CLASS;
use crate::rules;
use crate::schema::{Shape, prune, validate};

/// `spec` and `status`.
pub(crate) fn show(doc: &Value) -> Map<String, Value> {
    let mut spec = Map::new();
    for name in members() {
        if let Some(value) = doc.get(name).filter(|value| !value.is_null()) {
            spec.insert(name.to_owned(), value.clone());
        }
    }
    let mut shown = Map::new();
    if !spec.is_empty() || extension(doc, "spec").is_some() {
        shown.insert("spec".to_owned(), Value::Object(spec));
    }
    if let Some(status) = doc.get("status") {
        shown.insert("status".to_owned(), status.clone());
    }
    let mut shown = Value::Object(shown);
    prune(&mut shown, CONNECTOR_CLASS.schema());
    object_of(Some(shown))
}

/// Reads `spec` and `status`.
pub(crate) fn read(wire: &Value, doc: &mut Map<String, Value>) {
    let spec = wire.get("spec");
    let shown = show(&Value::Object(doc.clone()));
    let shown = shown.get("spec");
    for name in members() {
        let given = spec.and_then(|spec| spec.get(name)).cloned();
        let shown = shown.and_then(|shown| shown.get(name));
        let value = match (given, shown, doc.get(name)) {
            (Some(given), Some(shown), Some(stored)) => Some(with_hidden(given, shown, stored)),
            (given, _, _) => given,
        };
        set(doc, name, value);
    }
    // That there is an empty spec has nowhere else to go.
    let empty = spec.filter(|spec| spec.as_object().is_some_and(Map::is_empty));
    set_extension(doc, "spec", empty.cloned());
    set(doc, "status", wire.get("status").cloned());
}

/// Shows a class of the catalogue as if it had been applied: so `kubectl apply` of one of its name
/// takes away what the new one does not say (Kubernetes, "Declarative Management of Kubernetes
/// Objects Using Configuration Files", "Merge patch calculation").
pub(crate) fn show_applied(document: &mut Map<String, Value>) {
    let mut applied = document.clone();
    applied.shift_remove("status");
    let metadata = document.get("metadata");
    let kept = ["name", "annotations"].into_iter();
    let kept = kept.filter_map(|name| Some((name.to_owned(), metadata?.get(name)?.clone())));
    applied.insert("metadata".to_owned(), Value::Object(kept.collect()));
    let metadata = document.get_mut("metadata").and_then(Value::as_object_mut);
    let Some(metadata) = metadata else { return };
    let mut annotations = object_of(metadata.shift_remove("annotations"));
    let text = format!("{}\n", Value::Object(applied));
    annotations.insert(LAST_APPLIED.to_owned(), Value::String(text));
    metadata.insert("annotations".to_owned(), Value::Object(annotations));
}

/// Takes out of a document what it says of that only because it was shown so.
pub(crate) fn forget_applied(document: &mut Value, shown: &Value) {
    let of = |document: &Value| {
        let annotations = document.get("metadata")?.get("annotations")?;
        annotations.get(LAST_APPLIED).cloned()
    };
    if of(document) != of(shown) {
        return;
    }
    let annotations = document.pointer_mut("/metadata/annotations");
    if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
        annotations.shift_remove(LAST_APPLIED);
    }
}

/// Everything that is wrong with the members of the hub's document that are those of `spec`, in
/// the hub's paths.
pub(crate) fn check(doc: &Value) -> Vec<FieldError> {
    let shown = show(doc);
    let (Some(spec), Some(schema)) = (shown.get("spec"), CONNECTOR_CLASS.schema().member("spec"))
    else {
        return Vec::new();
    };
    // The rules read what has the form of the schema.
    let faults = validate(spec, schema, "");
    if faults.is_empty() {
        rules::class::check(spec, "")
    } else {
        faults
    }
}

/// The path of a field of the hub's document as this API has it.
pub(crate) fn path_of(field: &str) -> String {
    let first = field.split(['.', '[']).next().unwrap_or_default();
    if members().any(|member| member == first) {
        format!("spec.{field}")
    } else {
        field.to_owned()
    }
}

/// The members of `spec`.
fn members() -> impl Iterator<Item = &'static str> {
    let spec = CONNECTOR_CLASS.schema().member("spec");
    let members = match spec.map(|spec| &spec.shape) {
        Some(Shape::Object { members, .. }) => members.as_slice(),
        _ => &[],
    };
    members.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use hub::class::Class;
    use serde_json::json;

    use super::*;

    fn fields(doc: &Value) -> Vec<String> {
        check(doc).into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn the_catalogue_is_valid() {
        for class in Class::catalogue() {
            assert_eq!(fields(&class.doc), Vec::<String>::new(), "{}", class.name);
        }
    }

    #[test]
    fn every_member_of_the_spec_is_checked_in_the_paths_of_the_hub() {
        for name in members() {
            assert_eq!(fields(&json!({name: 5})), [name]);
            assert_eq!(
                fields(&json!({name: null, "other": 5})),
                Vec::<String>::new()
            );
        }
        let doc = json!({"livenessProbe": {"http": {"path": "/", "method": "PUT"}}, "params": [{"name": 1}]});
        assert_eq!(
            fields(&doc),
            ["livenessProbe.http.method", "params[0].name"]
        );
        let doc = json!({"params": [{"name": "a", "type": "number"}]});
        assert_eq!(fields(&doc), ["params[0].type"]);
    }
}
