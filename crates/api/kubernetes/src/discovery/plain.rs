//! Discovery one document at a time: which groups, versions and resources there are (meta/v1,
//! APIGroup and others).

use serde::Serialize;

use super::definitions;
use crate::resource::{ALL, CONNECTOR, GROUP, Resource};

/// What can be done with the subresource `status`.
pub(super) const STATUS_VERBS: [&str; 3] = ["get", "patch", "update"];

/// `GET /api`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CoreVersions {
    kind: &'static str,
    versions: [&'static str; 1],
    #[serde(rename = "serverAddressByClientCIDRs")]
    server_addresses: [(); 0],
}

impl Default for CoreVersions {
    fn default() -> Self {
        Self {
            kind: "APIVersions",
            versions: ["v1"],
            server_addresses: [],
        }
    }
}

/// `GET /apis`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupList {
    kind: &'static str,
    api_version: &'static str,
    groups: [Group; 2],
}

impl Default for GroupList {
    fn default() -> Self {
        Self {
            kind: "APIGroupList",
            api_version: "v1",
            groups: [Group::of_connectors(), Group::of_definitions()],
        }
    }
}

/// `GET /apis/connectors.alauda.io`, and an item of the list of groups, which does not say what it
/// is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Group {
    #[serde(skip_serializing_if = "str::is_empty")]
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    api_version: &'static str,
    name: &'static str,
    versions: [Version; 1],
    preferred_version: Version,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
struct Version {
    group_version: String,
    version: &'static str,
}

impl Group {
    /// That of the connectors.
    pub(super) fn of_connectors() -> Self {
        Self::of(GROUP, CONNECTOR.version)
    }

    /// That of the definitions of resources.
    pub(super) fn of_definitions() -> Self {
        Self::of(definitions::GROUP, definitions::VERSION)
    }

    fn of(name: &'static str, version: &'static str) -> Self {
        let version = Version {
            group_version: format!("{name}/{version}"),
            version,
        };
        Self {
            kind: "",
            api_version: "",
            name,
            versions: [version.clone()],
            preferred_version: version,
        }
    }

    /// The same, saying what it is.
    #[must_use]
    pub(super) fn typed(self) -> Self {
        Self {
            kind: "APIGroup",
            api_version: "v1",
            ..self
        }
    }
}

/// `GET /api/v1`, `GET /apis/connectors.alauda.io/v1alpha1`
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceList {
    kind: &'static str,
    api_version: &'static str,
    group_version: String,
    resources: Vec<Described>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Described {
    name: String,
    singular_name: &'static str,
    namespaced: bool,
    kind: &'static str,
    verbs: &'static [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    short_names: &'static [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    categories: &'static [&'static str],
}

impl ResourceList {
    /// The definitions of resources.
    pub(super) fn of_definitions() -> Self {
        let described = Described {
            name: definitions::PLURAL.to_owned(),
            singular_name: definitions::SINGULAR,
            namespaced: false,
            kind: definitions::KIND,
            verbs: &definitions::VERBS,
            short_names: &definitions::SHORT_NAMES,
            categories: &[],
        };
        Self {
            kind: "APIResourceList",
            api_version: "v1",
            group_version: format!("{}/{}", definitions::GROUP, definitions::VERSION),
            resources: vec![described],
        }
    }

    /// The resources of the group of one of them.
    pub(super) fn like(one: &Resource) -> Self {
        let of_group = ALL
            .into_iter()
            .filter(|resource| resource.group == one.group);
        Self {
            kind: "APIResourceList",
            api_version: "v1",
            group_version: one.api_version(),
            resources: of_group.flat_map(described).collect(),
        }
    }
}

fn described(resource: &'static Resource) -> impl Iterator<Item = Described> {
    let of = |name: String, singular_name, verbs| Described {
        name,
        singular_name,
        namespaced: resource.namespaced,
        kind: resource.kind,
        verbs,
        short_names: &[],
        categories: &[],
    };
    let whole = Described {
        short_names: resource.short_names,
        categories: resource.categories,
        ..of(
            resource.plural.to_owned(),
            resource.singular,
            resource.verbs,
        )
    };
    let status = resource
        .has_status
        .then(|| of(format!("{}/status", resource.plural), "", &STATUS_VERBS));
    std::iter::once(whole).chain(status)
}
