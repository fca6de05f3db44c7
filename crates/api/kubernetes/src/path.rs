//! What a path is about.

use super::resource::{ALL, Resource};
use api::request::Request;

/// What a request is about.
pub struct Target {
    /// Its resource.
    pub resource: &'static Resource,
    /// The namespace that its path names; empty without one.
    pub namespace: String,
    /// The object that its path names; empty for a collection.
    pub name: String,
    /// Whether it is about the subresource `status`.
    pub status: bool,
}

/// What a request is about, or none for discovery and for what is not served.
///
/// The paths are `{root}/{plural}…` and `{root}/namespaces/{namespace}/{plural}…`, where `/{name}` and `/status` may follow.
pub fn target(request: &Request) -> Option<Target> {
    let path = request.path.trim_end_matches('/');
    let root = ALL
        .into_iter()
        .map(Resource::root)
        .find(|root| path.starts_with(root.as_str()))?;
    let rest = path.strip_prefix(root.as_str())?;
    let mut segments = rest
        .split('/')
        .skip(1)
        .map(|segment| api::request::decode_segment(segment).unwrap_or_default());
    let first = segments.next()?;
    let second = segments.next();
    let third = segments.next();
    let of_plural = |plural: &str| {
        ALL.into_iter()
            .find(|resource| resource.root() == root && resource.plural == plural)
    };
    let in_namespace = (first == "namespaces").then_some(()).and(third.as_deref());
    let (namespace, resource, name) = match in_namespace {
        Some(plural) => (
            second.unwrap_or_default(),
            of_plural(plural)?,
            segments.next(),
        ),
        None => {
            let resource = of_plural(&first)?;
            let status = third.as_deref() == Some("status");
            return Some(Target {
                resource,
                namespace: String::new(),
                name: second.unwrap_or_default(),
                status,
            });
        }
    };
    Some(Target {
        resource,
        namespace,
        name: name.unwrap_or_default(),
        status: segments.next().as_deref() == Some("status"),
    })
}

/// The name of the object that a request is about: that of the path, or else of the body.
pub fn name_of(request: &Request, target: &Target) -> String {
    if !target.name.is_empty() {
        return target.name.clone();
    }
    let body = super::strictness::document(request).unwrap_or_default();
    let name = body.value.pointer("/metadata/name");
    name.and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
