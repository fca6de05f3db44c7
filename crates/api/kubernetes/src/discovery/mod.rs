//! What the server says of itself: its version, its groups and resources, and their schemas.

mod aggregated;
mod definitions;
mod openapi;
mod plain;
mod version;

use self::definitions::{Definition, DefinitionList};
use http::header::VARY;
use hub::error::{Error, Result};

use crate::encode::encoded;
use crate::paths;
use crate::request::accept::{self, Accept};
use crate::resource::{CONNECTOR, CONNECTOR_CLASS, Resource, SECRET};
use api::request::Request;
use api::response::Response;

/// OpenAPI 2 in the only form that kubectl up to 1.28 takes. The `@` of the type that is asked for
/// is no character of media types, so that its answer has a point.
const PROTOBUF: [&str; 2] = [
    "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
    "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
];

/// The resources that have a definition.
static DEFINED: [&Resource; 2] = [&CONNECTOR, &CONNECTOR_CLASS];

/// Answers a request for what the server says of itself.
///
/// # Errors
/// [`Error::NotAcceptable`] for a form that is not served; [`Error::Internal`] for a route of
/// another kind.
pub(crate) fn response(request: &Request) -> Result<Response> {
    let Some(route) = request.route else {
        return Err(Error::Internal("an answer without a route".to_owned()));
    };
    let status = route.success.status;
    if route.pattern == paths::OPENAPI_V2
        && accept::entries(request).any(|entry| PROTOBUF.contains(&entry.media_type()))
    {
        let document = openapi::v2_protobuf();
        return Ok(Response::of(status, PROTOBUF[1], document));
    }
    let is_root = [paths::CORE, paths::GROUPS].contains(&route.pattern);
    if let Some(version) = aggregated::version(request).filter(|_| is_root) {
        let list = aggregated::DiscoveryList::of(route.pattern == paths::CORE, version);
        let body = serde_json::to_vec(&list).unwrap_or_default();
        let response = Response::of(status, aggregated::media_type(version), body);
        return Ok(response.with_header(VARY, "Accept"));
    }
    let encoding = Accept::of(request)?.encoding;
    let answer = match route.pattern {
        paths::VERSION => encoded(encoding, status, &version::Info::default()),
        paths::CORE => encoded(encoding, status, &plain::CoreVersions::default()),
        paths::GROUPS => encoded(encoding, status, &plain::GroupList::default()),
        paths::GROUP => encoded(encoding, status, &plain::Group::of_connectors().typed()),
        paths::DEFINITIONS_GROUP => {
            encoded(encoding, status, &plain::Group::of_definitions().typed())
        }
        paths::DEFINITIONS_RESOURCES => {
            encoded(encoding, status, &plain::ResourceList::of_definitions())
        }
        paths::DEFINITIONS => encoded(encoding, status, &DefinitionList::of(&DEFINED)),
        paths::DEFINITION => {
            let name = request.param("definition");
            let defined = DEFINED
                .into_iter()
                .find(|resource| resource.qualified() == name);
            let defined = defined.ok_or_else(|| Error::NotFound {
                kind: "customresourcedefinitions.apiextensions.k8s.io",
                name: name.to_owned(),
            })?;
            encoded(encoding, status, &Definition::of(defined))
        }
        paths::CORE_RESOURCES => encoded(encoding, status, &plain::ResourceList::like(&SECRET)),
        paths::RESOURCES => encoded(encoding, status, &plain::ResourceList::like(&CONNECTOR)),
        paths::OPENAPI_V2 => encoded(encoding, status, &openapi::v2_document()),
        paths::OPENAPI_V3 => encoded(encoding, status, &openapi::v3_index()),
        paths::OPENAPI_V3_CORE => encoded(encoding, status, &openapi::v3_document(&SECRET)),
        paths::OPENAPI_V3_CONNECTORS => {
            encoded(encoding, status, &openapi::v3_document(&CONNECTOR))
        }
        other => {
            return Err(Error::Internal(format!(
                "{other} says nothing of the server"
            )));
        }
    };
    Ok(if is_root {
        answer.with_header(VARY, "Accept")
    } else {
        answer
    })
}
