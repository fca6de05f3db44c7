//! Discovery: which groups, versions and resources there are, plain and aggregated.

use serde_json::{Value, json};

use super::resource::{ALL, CONNECTOR, GROUP, Resource};

/// `GET /api`
pub fn core_versions() -> Value {
    json!({"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []})
}

/// `GET /apis`
pub fn groups() -> Value {
    let mut group = group();
    if let Some(members) = group.as_object_mut() {
        members.shift_remove("kind");
        members.shift_remove("apiVersion");
    }
    json!({"kind": "APIGroupList", "apiVersion": "v1", "groups": [group]})
}

/// `GET /apis/connectors.alauda.io`
pub fn group() -> Value {
    let version = json!({"groupVersion": CONNECTOR.api_version(), "version": CONNECTOR.version});
    json!({
        "kind": "APIGroup",
        "apiVersion": "v1",
        "name": GROUP,
        "versions": [version],
        "preferredVersion": version,
    })
}

/// `GET /api/v1`, `GET /apis/connectors.alauda.io/v1alpha1`: the resources of the group and version at `root`.
pub fn resources(root: &str) -> Value {
    let mut version = String::new();
    let mut resources = Vec::new();
    for resource in of_root(root) {
        version = resource.api_version();
        let mut described = json!({
            "name": resource.plural,
            "singularName": resource.singular,
            "namespaced": resource.namespaced,
            "kind": resource.kind,
            "verbs": resource.verbs,
        });
        if let Some(members) = described.as_object_mut() {
            if !resource.short_names.is_empty() {
                members.insert("shortNames".to_owned(), json!(resource.short_names));
            }
            if !resource.categories.is_empty() {
                members.insert("categories".to_owned(), json!(resource.categories));
            }
        }
        resources.push(described);
        if resource.has_status {
            resources.push(json!({
                "name": format!("{}/status", resource.plural),
                "singularName": "",
                "namespaced": resource.namespaced,
                "kind": resource.kind,
                "verbs": STATUS_VERBS,
            }));
        }
    }
    json!({"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": resources})
}

const STATUS_VERBS: [&str; 3] = ["get", "patch", "update"];

/// `GET /api` and `GET /apis` for clients that take all of discovery in one answer (KEP-3352), in the version of the
/// document that they asked for.
pub fn aggregated(root: &str, version: &str) -> Value {
    let group = if root == "/api" { "" } else { GROUP };
    let of_group: Vec<&Resource> = ALL
        .into_iter()
        .filter(|resource| resource.group == group)
        .collect();
    let name = of_group
        .first()
        .map(|resource| resource.version)
        .unwrap_or_default();
    let resources: Vec<Value> = of_group
        .iter()
        .map(|resource| aggregated_resource(resource))
        .collect();
    let metadata = if group.is_empty() {
        json!({})
    } else {
        json!({"name": group})
    };
    json!({
        "kind": "APIGroupDiscoveryList",
        "apiVersion": format!("apidiscovery.k8s.io/{version}"),
        "metadata": {},
        "items": [{
            "metadata": metadata,
            "versions": [{"version": name, "resources": resources, "freshness": "Current"}],
        }],
    })
}

fn aggregated_resource(resource: &Resource) -> Value {
    let kind = json!({"group": resource.group, "version": resource.version, "kind": resource.kind});
    let mut described = json!({
        "resource": resource.plural,
        "responseKind": kind,
        "scope": if resource.namespaced { "Namespaced" } else { "Cluster" },
        "singularResource": resource.singular,
        "verbs": resource.verbs,
    });
    if let Some(members) = described.as_object_mut() {
        if !resource.short_names.is_empty() {
            members.insert("shortNames".to_owned(), json!(resource.short_names));
        }
        if !resource.categories.is_empty() {
            members.insert("categories".to_owned(), json!(resource.categories));
        }
        if resource.has_status {
            let status =
                json!({"subresource": "status", "responseKind": kind, "verbs": STATUS_VERBS});
            members.insert("subresources".to_owned(), json!([status]));
        }
    }
    described
}

fn of_root(root: &str) -> impl Iterator<Item = &'static Resource> {
    ALL.into_iter()
        .filter(move |resource| resource.root() == root)
}
