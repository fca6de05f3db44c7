//! The resources that are served, and what is said of them in discovery, in OpenAPI and in
//! messages.

use std::fmt;
use std::sync::OnceLock;

use hub::object::Kind;

use crate::schema::{self, Schema};

/// The group of the connectors' resources.
pub(crate) const GROUP: &str = "connectors.alauda.io";

/// A printer column, and where its value is: `NAME` and `AGE` come from the metadata.
pub(crate) struct Column {
    /// Its heading.
    pub name: &'static str,
    /// What it shows, for the table's description.
    pub description: &'static str,
    /// Where from.
    pub cell: Cell,
}

/// Where the value of a column is.
pub(crate) enum Cell {
    /// The member at a JSON Pointer.
    At(&'static str),
    /// A member of the condition of a type.
    Condition(&'static str, &'static str),
    /// How many members there are at a JSON Pointer.
    Count(&'static str),
    /// How long the object has been there.
    Age,
}

/// A resource: a kind of object and how it is called.
pub(crate) struct Resource {
    /// Its group; empty for the core group.
    pub group: &'static str,
    pub version: &'static str,
    pub kind: &'static str,
    /// The name of its collections.
    pub plural: &'static str,
    /// What one of it is called on the command line.
    pub singular: &'static str,
    /// Other names on the command line.
    pub short_names: &'static [&'static str],
    /// Groups of resources that it is one of on the command line.
    pub categories: &'static [&'static str],
    /// Whether it is in namespaces.
    pub namespaced: bool,
    /// Whether it has the subresource `status`.
    pub has_status: bool,
    /// What can be done with it.
    pub verbs: &'static [&'static str],
    /// The columns of its tables after the name.
    pub columns: &'static [Column],
    /// What it is in the hub.
    pub hub: Kind,
    schema: fn() -> Schema,
    cache: OnceLock<Schema>,
}

const ALL_VERBS: &[&str] = &[
    "create",
    "delete",
    "deletecollection",
    "get",
    "list",
    "patch",
    "update",
    "watch",
];

const AGE: Column = Column {
    name: "Age",
    description: "How long it has been there.",
    cell: Cell::Age,
};
const READY: Column = Column {
    name: "Ready",
    description: "The status of its condition Ready.",
    cell: Cell::Condition("Ready", "status"),
};
const REASON: Column = Column {
    name: "Reason",
    description: "The reason of its condition Ready.",
    cell: Cell::Condition("Ready", "reason"),
};

/// Connector.
pub(crate) static CONNECTOR: Resource = Resource {
    group: GROUP,
    version: "v1alpha1",
    kind: "Connector",
    plural: "connectors",
    singular: "connector",
    short_names: &["conn"],
    categories: &["alauda", "all"],
    namespaced: true,
    has_status: true,
    verbs: ALL_VERBS,
    columns: &[
        Column {
            name: "Class",
            description: "Its ConnectorClass.",
            cell: Cell::At("/spec/connectorClassName"),
        },
        Column {
            name: "Address",
            description: "Where the tool is.",
            cell: Cell::At("/spec/address"),
        },
        READY,
        REASON,
        AGE,
    ],
    hub: Kind::Connector,
    schema: schema::connector,
    cache: OnceLock::new(),
};

/// ConnectorClass. It is in no namespace, though its published paths have one: those without are
/// the classes that all share, those with one the classes of that namespace.
pub(crate) static CONNECTOR_CLASS: Resource = Resource {
    group: GROUP,
    version: "v1alpha1",
    kind: "ConnectorClass",
    plural: "connectorclasses",
    singular: "connectorclass",
    short_names: &["connclass"],
    categories: &["alauda"],
    namespaced: false,
    has_status: true,
    verbs: ALL_VERBS,
    columns: &[READY, REASON, AGE],
    hub: Kind::Class,
    schema: schema::connector_class,
    cache: OnceLock::new(),
};

/// Secret.
pub(crate) static SECRET: Resource = Resource {
    group: "",
    version: "v1",
    kind: "Secret",
    plural: "secrets",
    singular: "secret",
    short_names: &[],
    categories: &[],
    namespaced: true,
    has_status: false,
    verbs: ALL_VERBS,
    columns: &[
        Column {
            name: "Type",
            description: "What its entries are for.",
            cell: Cell::At("/type"),
        },
        Column {
            name: "Data",
            description: "How many entries it has.",
            cell: Cell::Count("/data"),
        },
        AGE,
    ],
    hub: Kind::Secret,
    schema: schema::secret,
    cache: OnceLock::new(),
};

/// Namespace: a scope.
pub(crate) static NAMESPACE: Resource = Resource {
    group: "",
    version: "v1",
    kind: "Namespace",
    plural: "namespaces",
    singular: "namespace",
    short_names: &["ns"],
    categories: &[],
    namespaced: false,
    has_status: false,
    verbs: &["create", "get", "list", "watch"],
    columns: &[
        Column {
            name: "Status",
            description: "Active.",
            cell: Cell::At("/status/phase"),
        },
        AGE,
    ],
    hub: Kind::Scope,
    schema: schema::namespace,
    cache: OnceLock::new(),
};

/// Event: what probes found of connectors.
pub(crate) static EVENT: Resource = Resource {
    group: "",
    version: "v1",
    kind: "Event",
    plural: "events",
    singular: "event",
    short_names: &["ev"],
    categories: &[],
    namespaced: true,
    has_status: false,
    verbs: &["list"],
    columns: &[
        Column {
            name: "Last Seen",
            description: "How long ago it was.",
            cell: Cell::Age,
        },
        Column {
            name: "Type",
            description: "Normal or Warning.",
            cell: Cell::At("/type"),
        },
        Column {
            name: "Reason",
            description: "Why, as one word.",
            cell: Cell::At("/reason"),
        },
        Column {
            name: "Object",
            description: "The connector that it is about.",
            cell: Cell::At("/involvedObject/name"),
        },
        Column {
            name: "Message",
            description: "What was found.",
            cell: Cell::At("/message"),
        },
    ],
    hub: Kind::Connector,
    schema: schema::event,
    cache: OnceLock::new(),
};

/// All of them.
pub(crate) static ALL: [&Resource; 5] = [&CONNECTOR, &CONNECTOR_CLASS, &NAMESPACE, &SECRET, &EVENT];

/// The resource that shows objects of a kind.
pub(crate) fn of_kind(kind: Kind) -> Option<&'static Resource> {
    ALL.into_iter().find(|resource| resource.hub == kind)
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.plural)
    }
}

impl Resource {
    /// Whether it is of the core group, whose kinds are Go types and not schemas.
    pub(crate) const fn is_core(&self) -> bool {
        self.group.is_empty()
    }

    pub(crate) fn schema(&self) -> &Schema {
        self.cache.get_or_init(self.schema)
    }

    /// `group/version`, or the version alone in the core group.
    pub(crate) fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_owned()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// How messages call it: `connectors.connectors.alauda.io`.
    pub(crate) fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.plural.to_owned()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// Where its group and version are: `/apis/connectors.alauda.io/v1alpha1`, `/api/v1`.
    pub(crate) fn root(&self) -> String {
        if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        }
    }

    /// The media types of patches that it takes.
    pub(crate) fn patch_types(&self) -> &'static [&'static str] {
        if self.group.is_empty() {
            &[
                "application/json-patch+json",
                "application/merge-patch+json",
                "application/strategic-merge-patch+json",
                "application/apply-patch+yaml",
            ]
        } else {
            &[
                "application/json-patch+json",
                "application/merge-patch+json",
                "application/apply-patch+yaml",
            ]
        }
    }
}
