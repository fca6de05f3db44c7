//! The resources as CustomResourceDefinitions (apiextensions.k8s.io/v1): what `kubectl get crd` and
//! tools that look for them find. They come with Patchbay and cannot be changed.

use serde::Serialize;
use serde_json::Value;

use super::openapi::json_schema;
use crate::resource::{Cell, Resource};

/// The group of the definitions.
pub(super) const GROUP: &str = "apiextensions.k8s.io";
pub(super) const VERSION: &str = "v1";
/// The name of their collection.
pub(super) const PLURAL: &str = "customresourcedefinitions";
/// What one is called on the command line.
pub(super) const SINGULAR: &str = "customresourcedefinition";
/// Other names on the command line.
pub(super) const SHORT_NAMES: [&str; 2] = ["crd", "crds"];
pub(super) const KIND: &str = "CustomResourceDefinition";
/// What can be done with them.
pub(super) const VERBS: [&str; 2] = ["get", "list"];

/// All the definitions.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DefinitionList {
    kind: &'static str,
    api_version: String,
    metadata: ListMeta,
    items: Vec<Definition>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListMeta {
    resource_version: &'static str,
}

/// One definition.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Definition {
    api_version: String,
    kind: &'static str,
    metadata: Metadata,
    spec: Spec,
    status: Status,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    resource_version: &'static str,
    creation_timestamp: &'static str,
}

#[derive(Serialize)]
struct Spec {
    group: &'static str,
    names: Names,
    scope: &'static str,
    versions: [Version; 1],
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Names {
    plural: &'static str,
    singular: &'static str,
    kind: &'static str,
    list_kind: String,
    short_names: &'static [&'static str],
    categories: &'static [&'static str],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    name: &'static str,
    served: bool,
    storage: bool,
    subresources: Subresources,
    additional_printer_columns: Vec<Column>,
    schema: Schema,
}

#[derive(Serialize)]
struct Subresources {
    status: Empty,
}

#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Column {
    name: &'static str,
    r#type: &'static str,
    description: &'static str,
    json_path: String,
}

#[derive(Serialize)]
struct Schema {
    #[serde(rename = "openAPIV3Schema")]
    openapi: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    accepted_names: Names,
    stored_versions: [&'static str; 1],
    conditions: [Condition; 2],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Condition {
    r#type: &'static str,
    status: &'static str,
    reason: &'static str,
    last_transition_time: &'static str,
}

/// The definitions are as old as the program, which does not know when it was made.
const AT: &str = "1970-01-01T00:00:00Z";

impl DefinitionList {
    /// Those of these resources.
    pub(super) fn of(resources: &[&'static Resource]) -> Self {
        Self {
            kind: "CustomResourceDefinitionList",
            api_version: format!("{GROUP}/{VERSION}"),
            metadata: ListMeta {
                resource_version: "1",
            },
            items: resources
                .iter()
                .map(|resource| Definition::of(resource))
                .collect(),
        }
    }
}

impl Definition {
    /// That of a resource.
    pub(super) fn of(resource: &'static Resource) -> Self {
        let names = Names {
            plural: resource.plural,
            singular: resource.singular,
            kind: resource.kind,
            list_kind: format!("{}List", resource.kind),
            short_names: resource.short_names,
            categories: resource.categories,
        };
        let condition = |kind, reason| Condition {
            r#type: kind,
            status: "True",
            reason,
            last_transition_time: AT,
        };
        let version = Version {
            name: resource.version,
            served: true,
            storage: true,
            subresources: Subresources { status: Empty {} },
            additional_printer_columns: resource.columns.iter().map(column).collect(),
            schema: Schema {
                openapi: json_schema(resource.schema()),
            },
        };
        Self {
            api_version: format!("{GROUP}/{VERSION}"),
            kind: KIND,
            metadata: Metadata {
                name: resource.qualified(),
                resource_version: "1",
                creation_timestamp: AT,
            },
            spec: Spec {
                group: resource.group,
                names: names.clone(),
                scope: if resource.namespaced {
                    "Namespaced"
                } else {
                    "Cluster"
                },
                versions: [version],
            },
            status: Status {
                accepted_names: names,
                stored_versions: [resource.version],
                conditions: [
                    condition("NamesAccepted", "NoConflicts"),
                    condition("Established", "InitialNamesAccepted"),
                ],
            },
        }
    }
}

fn column(column: &crate::resource::Column) -> Column {
    let (kind, path) = match column.cell {
        Cell::At(pointer) => ("string", pointer.replace('/', ".")),
        Cell::Condition(kind, member) => (
            "string",
            format!(".status.conditions[?(@.type==\"{kind}\")].{member}"),
        ),
        Cell::Count(pointer) => ("integer", pointer.replace('/', ".")),
        Cell::Age => ("date", ".metadata.creationTimestamp".to_owned()),
    };
    Column {
        name: column.name,
        r#type: kind,
        description: column.description,
        json_path: path,
    }
}
