//! The metadata of an object.

use hub::object::{Kind, Object};
use serde_json::{Map, Value, json};

use super::member::{extension, object_of, set, set_extension};

/// The annotation that says what an object is for, which is the hub's `description`.
const DESCRIPTION: &str = "cpaas.io/description";

/// What the hub keeps for Kubernetes as it is.
const KEPT: [&str; 7] = [
    "annotations",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generateName",
    "managedFields",
    "ownerReferences",
];

/// The metadata of an object; `namespace` is that of a kind that is in namespaces.
pub(crate) fn show(object: &Object, namespace: Option<&str>) -> Value {
    let mut metadata = Map::new();
    let kept = extension(&object.doc, "metadata");
    let mut annotations = object_of(kept.and_then(|kept| kept.get("annotations")).cloned());
    if let Some(description) = object
        .doc
        .get("description")
        .filter(|value| value.is_string())
    {
        annotations.insert(DESCRIPTION.to_owned(), description.clone());
    }
    metadata.insert("name".to_owned(), json!(object.slug));
    if let Some(namespace) = namespace {
        metadata.insert("namespace".to_owned(), json!(namespace));
    }
    metadata.insert("uid".to_owned(), json!(object.uid.uuid()));
    if object.revision > 0 {
        metadata.insert(
            "resourceVersion".to_owned(),
            json!(object.revision.to_string()),
        );
    }
    if matches!(object.kind, Kind::Connector | Kind::Class) {
        metadata.insert("generation".to_owned(), json!(object.generation));
    }
    metadata.insert(
        "creationTimestamp".to_owned(),
        json!(object.created_at.rfc3339_seconds()),
    );
    set(&mut metadata, "labels", object.doc.get("labels").cloned());
    for name in KEPT {
        set(
            &mut metadata,
            name,
            kept.and_then(|kept| kept.get(name)).cloned(),
        );
    }
    let has_annotations = !annotations.is_empty() || metadata.contains_key("annotations");
    set(
        &mut metadata,
        "annotations",
        has_annotations.then_some(Value::Object(annotations)),
    );
    Value::Object(metadata)
}

/// Reads the metadata of a document into the hub's.
pub(crate) fn read(wire: &Value, doc: &mut Map<String, Value>) {
    let metadata = wire.get("metadata");
    let member = |name: &str| metadata.and_then(|metadata| metadata.get(name)).cloned();
    let mut kept = Map::new();
    for name in KEPT {
        set(&mut kept, name, member(name));
    }
    if let Some(Value::Object(mut annotations)) = member("annotations") {
        let description = annotations.shift_remove(DESCRIPTION);
        let only_description = description.is_some() && annotations.is_empty();
        set(doc, "description", description);
        set(
            &mut kept,
            "annotations",
            (!only_description).then_some(Value::Object(annotations)),
        );
    } else {
        doc.shift_remove("description");
    }
    set(doc, "labels", member("labels"));
    set_extension(
        doc,
        "metadata",
        (!kept.is_empty()).then_some(Value::Object(kept)),
    );
}

/// Takes out of a document what its metadata says nothing by: an empty map or list is none, as in
/// an API server.
pub(crate) fn drop_empty(document: &mut Value) {
    let metadata = document.get_mut("metadata").and_then(Value::as_object_mut);
    let is_empty = |value: &Value| {
        value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
    };
    if let Some(metadata) = metadata {
        for name in ["labels", "annotations", "finalizers", "ownerReferences"] {
            if metadata.get(name).is_some_and(is_empty) {
                metadata.shift_remove(name);
            }
        }
    }
}

/// Takes out all that the metadata of another object says: labels and annotations by which it is
/// selected and managed, owners, finalizers and who wrote which field.
pub(crate) fn strip(doc: &mut Map<String, Value>) {
    doc.shift_remove("labels");
    set_extension(doc, "metadata", None);
}

/// Sets who owns which field.
pub(crate) fn set_managed_fields(doc: &mut Map<String, Value>, managed_fields: Value) {
    let kept = doc
        .get("extensions")
        .and_then(|extensions| extensions.pointer("/kubernetes/metadata"));
    let mut kept = object_of(kept.cloned());
    let is_empty = managed_fields.as_array().is_none_or(Vec::is_empty);
    set(
        &mut kept,
        "managedFields",
        (!is_empty).then_some(managed_fields),
    );
    set_extension(
        doc,
        "metadata",
        (!kept.is_empty()).then_some(Value::Object(kept)),
    );
}

/// The metadata that the server alone decides: that of the object as it is, whatever a writer says.
pub(crate) const SERVER: [&str; 6] = [
    "uid",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "selfLink",
];
