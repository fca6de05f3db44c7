//! What a request is about, as its route says.

use hub::object::Kind;

use crate::paths;
use crate::resource::{CONNECTOR, CONNECTOR_CLASS, EVENT, NAMESPACE, Resource, SECRET};
use api::request::Request;

/// What of a resource a path is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
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
pub struct Target {
    /// Its resource.
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
    pub fn of(request: &Request) -> Option<Self> {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hub::command::Outcome;
    use hub::id::Uid;
    use hub::object::Object;
    use hub::time::Timestamp;
    use serde_json::json;

    use super::*;
    use crate::dialect::Kubernetes;
    use crate::routes::ROUTES;
    use api::Dialect;
    use api::route::Route;

    /// A request of a route, all of whose names are `word`.
    fn request(route: &'static Route, word: &str) -> Request {
        let names = route
            .pattern
            .split('/')
            .filter_map(|part| part.strip_prefix(':'));
        let segments = route
            .pattern
            .split('/')
            .map(|part| if part.starts_with(':') { word } else { part });
        Request {
            method: route.method.clone(),
            path: segments.collect::<Vec<_>>().join("/"),
            params: names.map(|name| (name, word.to_owned())).collect(),
            route: Some(route),
            ..Request::default()
        }
    }

    fn object(kind: Kind, name: &str) -> Object {
        let now = Timestamp::from_millis(0);
        Object {
            id: 1,
            uid: Uid::new(now).unwrap(),
            scope: 1,
            kind,
            name: name.to_owned(),
            slug: name.to_owned(),
            parent: None,
            generation: 1,
            revision: 1,
            created_at: now,
            updated_at: now,
            doc: json!({}),
        }
    }

    #[test]
    fn what_a_request_is_about_does_not_follow_from_its_names() {
        let words = ROUTES.iter().flat_map(|route| route.pattern.split('/'));
        let words: BTreeSet<&str> = words
            .filter(|word| !word.is_empty() && !word.starts_with(':'))
            .collect();
        assert!(words.contains("connectors") && words.contains("status"));
        for route in ROUTES.iter().filter(|route| route.pattern.contains(':')) {
            let about = |word: &str| {
                let target = Target::of(&request(route, word))?;
                Some((target.resource.kind, target.part, target.name == word))
            };
            for word in &words {
                assert_eq!(about(word), about("x"), "{} of {word}", route.operation);
                let Some(target) = Target::of(&request(route, word)) else {
                    continue;
                };
                let updated = Outcome::Updated(object(target.resource.hub, word));
                let answer = Kubernetes
                    .render(&request(route, word), updated, None)
                    .unwrap();
                assert_eq!(
                    answer.status, route.success.status,
                    "{} of {word}",
                    route.operation
                );
            }
        }
    }
}
