//! What can be done at which path, once for both versions of OpenAPI.

use crate::resource::Resource;

/// An operation.
pub(super) struct OpenApiOperation {
    /// Its path; `{name}` stands for one segment.
    pub path: String,
    /// Its method, in lower case.
    pub method: &'static str,
    /// `x-kubernetes-action`.
    pub action: &'static str,
    /// The parameters of its query.
    pub query: &'static [&'static str],
    /// The media types of its body; none where it has no body.
    pub consumes: &'static [&'static str],
    /// Whether it answers a list.
    pub answers_list: bool,
}

const JSON: &[&str] = &["application/json"];
const WRITE: &[&str] = &["dryRun", "fieldManager", "fieldValidation", "pretty"];
const PATCH: &[&str] = &[
    "dryRun",
    "fieldManager",
    "fieldValidation",
    "force",
    "pretty",
];
const DELETE: &[&str] = &[
    "dryRun",
    "gracePeriodSeconds",
    "orphanDependents",
    "propagationPolicy",
    "pretty",
];
const DELETE_COLLECTION: &[&str] = &[
    "dryRun",
    "fieldSelector",
    "labelSelector",
    "gracePeriodSeconds",
    "propagationPolicy",
    "pretty",
];
const LIST: &[&str] = &[
    "allowWatchBookmarks",
    "continue",
    "fieldSelector",
    "labelSelector",
    "limit",
    "pretty",
    "resourceVersion",
    "resourceVersionMatch",
    "sendInitialEvents",
    "timeoutSeconds",
    "watch",
];

/// The operations of a resource.
pub(super) fn operations(resource: &Resource) -> Vec<OpenApiOperation> {
    let root = resource.root();
    let plural = resource.plural;
    let collection = if resource.namespaced {
        format!("{root}/namespaces/{{namespace}}/{plural}")
    } else {
        format!("{root}/{plural}")
    };
    let item = format!("{collection}/{{name}}");
    let mut operations = vec![list(&collection)];
    if resource.namespaced {
        operations.push(list(&format!("{root}/{plural}")));
    }
    if resource.verbs.contains(&"create") {
        operations.push(of(&collection, "post", "post", WRITE, JSON));
    }
    if resource.verbs.contains(&"deletecollection") {
        operations.push(of(
            &collection,
            "delete",
            "deletecollection",
            DELETE_COLLECTION,
            JSON,
        ));
    }
    operations.extend(on_item(&item, resource));
    if resource.has_status {
        let status = on_item(&format!("{item}/status"), resource);
        operations.extend(
            status
                .into_iter()
                .filter(|operation| operation.method != "delete"),
        );
    }
    operations
}

fn on_item(path: &str, resource: &Resource) -> Vec<OpenApiOperation> {
    let mut operations = vec![of(path, "get", "get", &["pretty"], &[])];
    if resource.verbs.contains(&"update") {
        operations.push(of(path, "put", "put", WRITE, JSON));
        operations.push(of(path, "patch", "patch", PATCH, resource.patch_types()));
        operations.push(of(path, "delete", "delete", DELETE, JSON));
    }
    operations
}

fn list(path: &str) -> OpenApiOperation {
    OpenApiOperation {
        answers_list: true,
        ..of(path, "get", "list", LIST, &[])
    }
}

fn of(
    path: &str,
    method: &'static str,
    action: &'static str,
    query: &'static [&'static str],
    consumes: &'static [&'static str],
) -> OpenApiOperation {
    OpenApiOperation {
        path: path.to_owned(),
        method,
        action,
        query,
        consumes,
        answers_list: false,
    }
}

/// The type of a parameter of a query.
pub(super) fn parameter_type(name: &str) -> &'static str {
    match name {
        "force" | "orphanDependents" | "allowWatchBookmarks" | "sendInitialEvents" | "watch" => {
            "boolean"
        }
        "gracePeriodSeconds" | "limit" | "timeoutSeconds" => "integer",
        _ => "string",
    }
}

/// The names in a path.
pub(super) fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}
