//! Schemas in the form of JSON Schema that OpenAPI 2 and 3 share.

use serde_json::{Map, Value, json};

use crate::resource::Resource;
use crate::schema::{Items, Schema, Shape};

/// What both versions call the schema of the metadata.
const OBJECT_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
/// What both versions call the schema of the metadata of lists.
const LIST_META: &str = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

/// The name of a kind's schema: its group backwards, its version and itself.
pub(super) fn name_of(resource: &Resource) -> String {
    if resource.group.is_empty() {
        return format!("io.k8s.api.core.{}.{}", resource.version, resource.kind);
    }
    let group: Vec<&str> = resource.group.rsplit('.').collect();
    format!("{}.{}.{}", group.join("."), resource.version, resource.kind)
}

/// `x-kubernetes-group-version-kind` of a kind.
pub(super) fn group_version_kind(resource: &Resource) -> Value {
    json!({"group": resource.group, "version": resource.version, "kind": resource.kind})
}

/// The schemas of the resources, of their lists and of what they refer to, by name. `references` is
/// where the document keeps them: `#/definitions/` or `#/components/schemas/`.
pub(super) fn definitions<'a>(
    resources: impl Iterator<Item = &'a Resource>,
    references: &str,
) -> Map<String, Value> {
    let mut definitions = Map::new();
    for resource in resources {
        if let Some(metadata) = resource.schema().member("metadata") {
            definitions.insert(OBJECT_META.to_owned(), json_schema(metadata));
        }
        let name = name_of(resource);
        let mut kind = json_schema(resource.schema());
        if let Some(metadata) = kind.pointer_mut("/properties/metadata") {
            *metadata = reference(references, OBJECT_META, "What every object has.");
        }
        add(
            &mut kind,
            "x-kubernetes-group-version-kind",
            json!([group_version_kind(resource)]),
        );
        definitions.insert(name.clone(), kind);
        definitions.insert(format!("{name}List"), list(resource, &name, references));
    }
    definitions.insert(LIST_META.to_owned(), list_meta());
    definitions
}

fn list(resource: &Resource, name: &str, references: &str) -> Value {
    let mut group_version_kind = group_version_kind(resource);
    add(
        &mut group_version_kind,
        "kind",
        json!(format!("{}List", resource.kind)),
    );
    json!({
        "type": "object",
        "description": format!("A list of {}.", resource.plural),
        "required": ["items"],
        "properties": {
            "apiVersion": {"type": "string", "description": "The version of the schema that this document is written in."},
            "items": {
                "type": "array",
                "description": "What was found.",
                "items": reference(references, name, "One of them."),
            },
            "kind": {"type": "string", "description": "What this document describes."},
            "metadata": reference(references, LIST_META, "Where the list stands."),
        },
        "x-kubernetes-group-version-kind": [group_version_kind],
    })
}

fn list_meta() -> Value {
    json!({
        "type": "object",
        "description": "Where a list stands, and how to go on.",
        "properties": {
            "continue": {"type": "string", "description": "Sent back, it gives the next part of the list as it was."},
            "remainingItemCount": {"type": "integer", "format": "int64", "description": "How many more there are."},
            "resourceVersion": {"type": "string", "description": "The revision at which it was so: a watch goes on from it."},
        },
    })
}

/// A reference next to which a description may stand in both versions.
fn reference(references: &str, name: &str, description: &str) -> Value {
    json!({"description": description, "allOf": [{"$ref": format!("{references}{name}")}]})
}

/// A schema as JSON Schema.
pub(crate) fn json_schema(schema: &Schema) -> Value {
    let mut json = match &schema.shape {
        Shape::String { format, allowed } => {
            let mut json = json!({"type": "string"});
            if let Some(format) = format {
                add(&mut json, "format", json!(format));
            }
            if !allowed.is_empty() {
                add(&mut json, "enum", json!(allowed));
            }
            json
        }
        Shape::Integer => json!({"type": "integer", "format": "int64"}),
        Shape::Boolean => json!({"type": "boolean"}),
        Shape::Any => json!({"x-kubernetes-preserve-unknown-fields": true}),
        Shape::Object {
            members,
            required,
            atomic,
        } => {
            let properties: Map<String, Value> = members
                .iter()
                .map(|(name, schema)| ((*name).to_owned(), json_schema(schema)))
                .collect();
            let mut json = json!({"type": "object", "properties": properties});
            if !required.is_empty() {
                add(&mut json, "required", json!(required));
            }
            if *atomic {
                add(&mut json, "x-kubernetes-map-type", json!("atomic"));
            }
            json
        }
        Shape::Map(value) => {
            json!({"type": "object", "additionalProperties": json_schema(value)})
        }
        Shape::List { item, items } => {
            let mut json = json!({"type": "array", "items": json_schema(item)});
            match items {
                Items::Atomic => {}
                Items::Set => add(&mut json, "x-kubernetes-list-type", json!("set")),
                Items::ByKey(key) => {
                    add(&mut json, "x-kubernetes-list-type", json!("map"));
                    add(&mut json, "x-kubernetes-list-map-keys", json!([key]));
                }
            }
            json
        }
    };
    add(&mut json, "description", json!(schema.description));
    json
}

fn add(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
