//! OpenAPI 2, in JSON.

use serde_json::{Map, Value, json};

use super::operations::{OpenApiOperation, operations, parameter_type, path_parameters};
use super::schemas::{definitions, group_version_kind, name_of};
use crate::discovery::version;
use crate::resource::{ALL, Resource};

const REFERENCES: &str = "#/definitions/";

/// The document, for all resources.
pub(crate) fn document() -> Value {
    let mut paths = Map::new();
    for resource in ALL {
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
        "swagger": "2.0",
        "info": {"title": "Patchbay", "version": version::GIT_VERSION},
        "paths": paths,
        "definitions": definitions(ALL.into_iter(), REFERENCES),
    })
}

fn describe(operation: &OpenApiOperation, resource: &Resource) -> Value {
    let name = name_of(resource);
    let list = if operation.answers_list { "List" } else { "" };
    let answer = json!({"$ref": format!("{REFERENCES}{name}{list}")});
    json!({
        "produces": ["application/json", "application/yaml"],
        "consumes": operation.consumes,
        "parameters": parameters(operation, &name),
        "responses": {"200": {"description": "OK", "schema": answer}},
        "x-kubernetes-action": operation.action,
        "x-kubernetes-group-version-kind": group_version_kind(resource),
    })
}

fn parameters(operation: &OpenApiOperation, kind: &str) -> Vec<Value> {
    let in_path = path_parameters(&operation.path)
        .map(|name| json!({"required": true, "in": "path", "name": name, "type": "string"}));
    let in_query = operation
        .query
        .iter()
        .map(|name| json!({"in": "query", "name": name, "type": parameter_type(name)}));
    let schema = match operation.action {
        "post" | "put" => json!({"$ref": format!("{REFERENCES}{kind}")}),
        _ => json!({"type": "object"}),
    };
    let body = json!({"in": "body", "name": "body", "schema": schema});
    let has_body = !operation.consumes.is_empty();
    in_path
        .chain(in_query)
        .chain(has_body.then_some(body))
        .collect()
}
