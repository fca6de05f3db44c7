//! What a request is about, as its route says.

use hub::object::Kind;

use crate::paths;
use crate::resource::{CONNECTOR, CONNECTOR_CLASS, EVENT, NAMESPACE, Resource, SECRET};
use api::request::Request;

/// What of a resource a path is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Its objects, in one namespace or in all.
    Collection,
    /// One object.
    Object,
    /// The subresource `status` of one.
    Status,
    /// The probe of one.
    Probe,
}

/// What the paths of the route table are about.
static TARGETS: [(&str, &Resource, Part); 18] = [
    (paths::ALL_CONNECTORS, &CONNECTOR, Part::Collection),
    (paths::CONNECTORS, &CONNECTOR, Part::Collection),
    (paths::CONNECTOR, &CONNECTOR, Part::Object),
    (paths::CONNECTOR_STATUS, &CONNECTOR, Part::Status),
    (paths::CONNECTOR_PROBE, &CONNECTOR, Part::Probe),
    (paths::CLASSES, &CONNECTOR_CLASS, Part::Collection),
    (paths::CLASS, &CONNECTOR_CLASS, Part::Object),
    (paths::CLASS_STATUS, &CONNECTOR_CLASS, Part::Status),
    (
        paths::NAMESPACED_CLASSES,
        &CONNECTOR_CLASS,
        Part::Collection,
    ),
    (paths::NAMESPACED_CLASS, &CONNECTOR_CLASS, Part::Object),
    (
        paths::NAMESPACED_CLASS_STATUS,
        &CONNECTOR_CLASS,
        Part::Status,
    ),
    (paths::ALL_SECRETS, &SECRET, Part::Collection),
    (paths::SECRETS, &SECRET, Part::Collection),
    (paths::SECRET, &SECRET, Part::Object),
    (paths::ALL_EVENTS, &EVENT, Part::Collection),
    (paths::EVENTS, &EVENT, Part::Collection),
    (paths::NAMESPACES, &NAMESPACE, Part::Collection),
    (paths::NAMESPACE, &NAMESPACE, Part::Object),
];

/// What a request is about.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub resource: &'static Resource,
    /// What of it.
    pub part: Part,
    /// The namespace that its path names; empty without one.
    pub namespace: String,
    /// The object that its path names; empty for a collection.
    pub name: String,
}

impl Target {
    /// What a request is about; none for discovery and for what is not served.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let pattern = request.route?.pattern;
        let (_, resource, part) = TARGETS.iter().find(|(known, ..)| *known == pattern)?;
        // A namespace is in none itself.
        let (namespace, name) = match resource.hub {
            Kind::Scope => ("", "namespace"),
            _ => ("namespace", "name"),
        };
        Some(Self {
            resource,
            part: *part,
            namespace: request.param(namespace).to_owned(),
            name: request.param(name).to_owned(),
        })
    }
}
