//! OpenAPI 3: a document a group and version, and an index of them.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::operations::{OpenApiOperation, operations, parameter_type, path_parameters};
use super::schemas::{definitions, group_version_kind, name_of};
use crate::discovery::version;
use crate::resource::{ALL, CONNECTOR, Resource, SECRET};

const REFERENCES: &str = "#/components/schemas/";

/// `OpenAPIV3Discovery` of client-go.
#[derive(Serialize)]
pub(crate) struct Index {
    paths: IndexMap<String, Location>,
}

/// `OpenAPIV3DiscoveryGroupVersion` of client-go.
#[derive(Serialize)]
struct Location {
    #[serde(rename = "serverRelativeURL")]
    server_relative_url: String,
}

/// `GET /openapi/v3`: where the documents are. The hash lets clients keep them.
pub(crate) fn index() -> Index {
    let paths = [&CONNECTOR, &SECRET]
        .into_iter()
        .map(|resource| {
            let (root, hash) = (resource.root(), hash(&document(resource)));
            let url = format!("/openapi/v3{root}?hash={hash}");
            let path = root.trim_start_matches('/').to_owned();
            let location = Location {
                server_relative_url: url,
            };
            (path, location)
        })
        .collect();
    Index { paths }
}

/// The document of the group and version of a resource.
pub(crate) fn document(like: &Resource) -> Value {
    let of_group = || {
        ALL.into_iter()
            .filter(|resource| resource.group == like.group)
    };
    let mut paths = Map::new();
    for resource in of_group() {
        for operation in operations(resource) {
            let path = paths
                .entry(operation.path.clone())
                .or_insert_with(|| json!({}));
            if let Some(methods) = path.as_object_mut() {
                methods.insert(operation.method.to_owned(), describe(&operation, resource));
            }
        }
    }
    json!({
        "openapi": "3.0.0",
        "info": {"title": "Patchbay", "version": version::GIT_VERSION},
        "paths": paths,
        "components": {"schemas": definitions(of_group(), REFERENCES)},
    })
}

fn describe(operation: &OpenApiOperation, resource: &Resource) -> Value {
    let name = name_of(resource);
    let answer = if operation.answers_list {
        format!("{name}List")
    } else {
        name.clone()
    };
    let mut described = json!({
        "operationId": operation_id(operation, resource),
        "parameters": parameters(operation),
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": {"$ref": format!("{REFERENCES}{answer}")}}}},
            "401": {"description": "Unauthorized"},
        },
        "x-kubernetes-action": operation.action,
        "x-kubernetes-group-version-kind": group_version_kind(resource),
    });
    if let (Some(members), false) = (described.as_object_mut(), operation.consumes.is_empty()) {
        let schema = match operation.action {
            "post" | "put" => json!({"$ref": format!("{REFERENCES}{name}")}),
            _ => json!({"type": "object"}),
        };
        let content: Map<String, Value> = operation
            .consumes
            .iter()
            .map(|media_type| ((*media_type).to_owned(), json!({"schema": schema})))
            .collect();
        members.insert("requestBody".to_owned(), json!({"content": content}));
    }
    described
}

/// Unique in the document: the action, the kind and what of the path is not in them.
fn operation_id(operation: &OpenApiOperation, resource: &Resource) -> String {
    let status = if operation.path.ends_with("/status") {
        "Status"
    } else {
        ""
    };
    let place = if operation.path.contains("{namespace}") {
        "Namespaced"
    } else {
        ""
    };
    format!("{}{place}{}{status}", operation.action, resource.kind)
}

fn parameters(operation: &OpenApiOperation) -> Vec<Value> {
    let in_path = path_parameters(&operation.path).map(
        |name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}),
    );
    let in_query = operation
        .query
        .iter()
        .map(|name| json!({"name": name, "in": "query", "schema": {"type": parameter_type(name)}}));
    in_path.chain(in_query).collect()
}

/// FNV-1a: the same document, the same hash, wherever it is computed.
fn hash(document: &Value) -> String {
    let text = document.to_string();
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_path(path: &str) -> &'static Resource {
        if path.starts_with("apis") {
            &CONNECTOR
        } else {
            &SECRET
        }
    }

    #[test]
    fn every_group_has_a_document_that_clients_can_check_a_patch_by() {
        let index = json!(index());
        for path in ["apis/connectors.alauda.io/v1alpha1", "api/v1"] {
            assert!(
                index["paths"][path]["serverRelativeURL"].is_string(),
                "{path}"
            );
            let document = document(of_path(path));
            for item in document["paths"].as_object().unwrap().values() {
                let Some(patch) = item.get("patch") else {
                    continue;
                };
                let names: Vec<&Value> = patch["parameters"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|one| &one["name"])
                    .collect();
                assert!(
                    names.iter().any(|name| **name == "fieldValidation"),
                    "{names:?}"
                );
            }
        }
    }

    #[test]
    fn no_operation_id_is_there_twice() {
        for resource in [&CONNECTOR, &SECRET] {
            let document = document(resource);
            let paths = document["paths"].as_object().unwrap();
            let mut ids: Vec<String> = paths
                .values()
                .flat_map(|path| path.as_object().unwrap().values())
                .map(|operation| operation["operationId"].to_string())
                .collect();
            let count = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), count);
        }
    }
}
