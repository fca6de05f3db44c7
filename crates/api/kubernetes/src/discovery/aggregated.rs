//! All of discovery in one answer (KEP-3352, "Aggregated Discovery").

use serde::Serialize;

use super::definitions;
use super::plain::STATUS_VERBS;
use crate::request::accept::entries;
use crate::resource::{ALL, GROUP, Resource};
use api::request::Request;

const V2: &str = "v2";
const V2BETA1: &str = "v2beta1";

/// The version of it that a request would rather have than plain discovery.
pub(super) fn version(request: &Request) -> Option<&'static str> {
    for entry in entries(request) {
        if entry.media_type() != "application/json" {
            continue;
        }
        let has = |name: &str, value: &str| entry.parameter(name) == Some(value);
        if !(has("g", "apidiscovery.k8s.io") && has("as", "APIGroupDiscoveryList")) {
            return None;
        }
        if let Some(version) = [V2, V2BETA1].into_iter().find(|version| has("v", version)) {
            return Some(version);
        }
    }
    None
}

/// The media type of that version.
pub(super) fn media_type(version: &str) -> &'static str {
    if version == V2 {
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    } else {
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"
    }
}

/// The groups of `/api` or of `/apis`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DiscoveryList {
    kind: &'static str,
    api_version: String,
    metadata: Name,
    items: Vec<Group>,
}

#[derive(Serialize)]
struct Name {
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'static str,
}

#[derive(Serialize)]
struct Group {
    metadata: Name,
    versions: [Version; 1],
}

#[derive(Serialize)]
struct Version {
    version: &'static str,
    resources: Vec<Described>,
    freshness: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    resource: &'static str,
    response_kind: Kind,
    scope: &'static str,
    singular_resource: &'static str,
    verbs: &'static [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    short_names: &'static [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    categories: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    subresources: Option<[Subresource; 1]>,
}

#[derive(Clone, Serialize)]
struct Kind {
    group: &'static str,
    version: &'static str,
    kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subresource {
    subresource: &'static str,
    response_kind: Kind,
    verbs: [&'static str; 3],
}

impl DiscoveryList {
    /// Those of the core group, or of the other one, in a version of the document.
    pub(super) fn of(core: bool, version: &str) -> Self {
        let group = if core { "" } else { GROUP };
        let resources: Vec<&'static Resource> = ALL
            .into_iter()
            .filter(|resource| resource.group == group)
            .collect();
        let of_group = Version {
            version: resources.first().map_or("", |resource| resource.version),
            resources: resources.into_iter().map(described).collect(),
            freshness: "Current",
        };
        let mut items = vec![Group {
            metadata: Name { name: group },
            versions: [of_group],
        }];
        items.extend((!core).then(definitions));
        Self {
            kind: "APIGroupDiscoveryList",
            api_version: format!("apidiscovery.k8s.io/{version}"),
            metadata: Name { name: "" },
            items,
        }
    }
}

fn described(resource: &'static Resource) -> Described {
    let kind = Kind {
        group: resource.group,
        version: resource.version,
        kind: resource.kind,
    };
    let status = Subresource {
        subresource: "status",
        response_kind: kind.clone(),
        verbs: STATUS_VERBS,
    };
    Described {
        resource: resource.plural,
        response_kind: kind,
        scope: if resource.namespaced {
            "Namespaced"
        } else {
            "Cluster"
        },
        singular_resource: resource.singular,
        verbs: resource.verbs,
        short_names: resource.short_names,
        categories: resource.categories,
        subresources: resource.has_status.then_some([status]),
    }
}

/// The group of the definitions of resources.
fn definitions() -> Group {
    let kind = Kind {
        group: definitions::GROUP,
        version: definitions::VERSION,
        kind: definitions::KIND,
    };
    let described = Described {
        resource: definitions::PLURAL,
        response_kind: kind,
        scope: "Cluster",
        singular_resource: definitions::SINGULAR,
        verbs: &definitions::VERBS,
        short_names: &definitions::SHORT_NAMES,
        categories: &[],
        subresources: None,
    };
    Group {
        metadata: Name {
            name: definitions::GROUP,
        },
        versions: [Version {
            version: definitions::VERSION,
            resources: vec![described],
            freshness: "Current",
        }],
    }
}
