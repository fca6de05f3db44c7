//! Where the API and the proxy of a class are.

use hub::fields::{FieldErrors, Fields};

use super::Endpoint;
use crate::address::Url;

/// The address that a destination resolves to: that of a service, with
/// the URI behind it, or an absolute URI alone.
pub(super) fn endpoint(
    class: &Fields<'_>,
    name: &str,
    namespace: &str,
    faults: &mut FieldErrors,
) -> Endpoint {
    let Some(fields) = class.optional_object(name, faults) else {
        return Endpoint::None;
    };
    let uri = fields.optional_string("uri", faults).unwrap_or_default();
    let reference = fields.optional_object("ref", faults);
    let is_absolute = Url::parse(uri).is_ok();
    match reference {
        None if is_absolute => Endpoint::At(uri.to_owned()),
        Some(service) if !is_absolute => {
            let name = service.string("name", faults).unwrap_or_default();
            let namespace = service
                .optional_string("namespace", faults)
                .unwrap_or(namespace);
            let path = uri.trim_start_matches('/');
            let slash = if path.is_empty() { "" } else { "/" };
            Endpoint::At(format!(
                "http://{name}.{namespace}.svc.cluster.local{slash}{path}"
            ))
        }
        // An API that is only described is that of the tool, which has no address here (seed,
        // `spec.api.openapi`).
        None if uri.is_empty() && fields.get("openapi").is_some() => Endpoint::None,
        _ => Endpoint::Unresolved,
    }
}
