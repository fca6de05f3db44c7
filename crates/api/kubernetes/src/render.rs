//! Responses.

use http::StatusCode;
use http::header::{HeaderName, VARY};
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::object::Object;
use hub::plan::Plan;
use hub::scope::Scope;
use hub::time::Timestamp;
use hub::watch::ListPage;
use serde_json::{Value, json};

use super::options::{self, FieldValidation};
use super::path::{self, Target};
use super::resource::Resource;
use super::table::{self, Form};
use super::{discovery, error, list, openapi, strictness, version, watch, wire};
use api::impossible;
use api::request::Request;
use api::response::Response;

const WARNING: HeaderName = HeaderName::from_static("warning");

/// Prints what came of a request.
pub fn response(request: &Request, outcome: Outcome, scope: Option<&Scope>) -> Result<Response> {
    if matches!(outcome, Outcome::Describe) {
        return describe(request);
    }
    let target = target(request)?;
    let namespace = scope.map(|scope| scope.name.as_str()).unwrap_or_default();
    let resource = target.resource;
    let response = match outcome {
        Outcome::Found(object) | Outcome::Updated(object) | Outcome::Probed(object) => {
            one(request, resource, StatusCode::OK, &object, namespace)
        }
        Outcome::Created(object) => one(request, resource, StatusCode::CREATED, &object, namespace),
        Outcome::Deleted(object) => gone(request, &target, &object, namespace),
        Outcome::Planned(plan) => planned(request, &target, &plan, namespace)?,
        Outcome::ListPage(_) if request.method == http::Method::DELETE => {
            Response::json(StatusCode::OK, &error::success(resource, None))
        }
        Outcome::ListPage(selected) => several(request, resource, &selected),
        Outcome::Watching(events) => watch::response(request, resource, events),
        other => return Err(impossible(&other)),
    };
    Ok(with_warnings(request, &target, response))
}

fn target(request: &Request) -> Result<Target> {
    let path = request.path.trim_end_matches('/');
    // The item of the collection of namespaces is in no namespace itself.
    path::target(request).ok_or_else(|| Error::Internal(format!("{path} is about nothing")))
}

fn describe(request: &Request) -> Result<Response> {
    let path = request.path.trim_end_matches('/');
    if path == "/openapi/v2" {
        let media_type = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
        return Ok(Response::of(
            StatusCode::OK,
            media_type,
            openapi::v2_document(),
        ));
    }
    if let Some(version) = aggregated_version(request).filter(|_| path == "/api" || path == "/apis")
    {
        let media_type = match version {
            "v2" => "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
            _ => "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        };
        let body = discovery::aggregated(path, version).to_string();
        return Ok(Response::of(StatusCode::OK, media_type, body).with_header(VARY, "Accept"));
    }
    let body = match path {
        "/version" => version::info(),
        "/api" => discovery::core_versions(),
        "/apis" => discovery::groups(),
        "/apis/connectors.alauda.io" => discovery::group(),
        "/openapi/v3" => openapi::v3_index(),
        other => match other.strip_prefix("/openapi/v3") {
            Some(root) => openapi::v3_document(root).unwrap_or_default(),
            None => discovery::resources(other),
        },
    };
    let response = Response::json(StatusCode::OK, &body);
    Ok(if path == "/api" || path == "/apis" {
        response.with_header(VARY, "Accept")
    } else {
        response
    })
}

/// The version of aggregated discovery that the request would rather have than plain discovery.
fn aggregated_version(request: &Request) -> Option<&'static str> {
    for entry in request.header("accept").unwrap_or_default().split(',') {
        let has = |wanted: &str| entry.split(';').any(|part| part.trim() == wanted);
        if !has("application/json") {
            continue;
        }
        if !(has("g=apidiscovery.k8s.io") && has("as=APIGroupDiscoveryList")) {
            return None;
        }
        if let Some(version) = ["v2", "v2beta1"]
            .into_iter()
            .find(|version| has(&format!("v={version}")))
        {
            return Some(version);
        }
    }
    None
}

fn one(
    request: &Request,
    resource: &Resource,
    status: StatusCode,
    object: &Object,
    namespace: &str,
) -> Response {
    let shown = wire::show(resource, object, namespace);
    let body = match table::form(request) {
        Form::Whole => shown,
        Form::Metadata(version) => table::metadata(version, &shown),
        Form::Table(version) => {
            let metadata = json!({"resourceVersion": object.revision.to_string()});
            let included = table::included(request);
            table::table(
                resource,
                version,
                &metadata,
                &[shown],
                included,
                Timestamp::now(),
            )
        }
    };
    Response::json(status, &body)
}

fn several(request: &Request, resource: &Resource, selected: &ListPage) -> Response {
    let metadata = list::metadata(selected);
    let shown: Vec<Value> = selected
        .objects
        .iter()
        .map(|object| {
            let scope = selected
                .scopes
                .get(&object.scope)
                .map(String::as_str)
                .unwrap_or_default();
            wire::show(resource, object, scope)
        })
        .collect();
    let body = match table::form(request) {
        Form::Whole => json!({
            "kind": format!("{}List", resource.kind),
            "apiVersion": resource.api_version(),
            "metadata": metadata,
            "items": shown,
        }),
        Form::Metadata(version) => json!({
            "kind": "PartialObjectMetadataList",
            "apiVersion": format!("meta.k8s.io/{version}"),
            "metadata": metadata,
            "items": shown.iter().map(|object| table::metadata(version, object)).collect::<Vec<_>>(),
        }),
        Form::Table(version) => {
            let included = table::included(request);
            table::table(
                resource,
                version,
                &metadata,
                &shown,
                included,
                Timestamp::now(),
            )
        }
    };
    Response::json(StatusCode::OK, &body)
}

/// A delete is answered by a `Status`; a change that let the object go shows it as it last was.
fn gone(request: &Request, target: &Target, object: &Object, namespace: &str) -> Response {
    if request.method == http::Method::DELETE {
        let status = error::success(target.resource, Some(object));
        return Response::json(StatusCode::OK, &status);
    }
    one(request, target.resource, StatusCode::OK, object, namespace)
}

/// A dry run is answered as the request itself would be.
fn planned(request: &Request, target: &Target, plan: &Plan, namespace: &str) -> Result<Response> {
    use hub::plan::Action;
    let first = plan.changes.first();
    Ok(match (first, &plan.before) {
        (Some(change), _) if change.operation == Action::Delete => {
            gone(request, target, &change.object, namespace)
        }
        (Some(change), None) => one(
            request,
            target.resource,
            StatusCode::CREATED,
            &change.object,
            namespace,
        ),
        (Some(change), Some(_)) => one(
            request,
            target.resource,
            StatusCode::OK,
            &change.object,
            namespace,
        ),
        (None, Some(before)) => one(request, target.resource, StatusCode::OK, before, namespace),
        (None, None) => return Err(Error::Internal("an empty plan about nothing".to_owned())),
    })
}

/// A `Warning` header (RFC 7234, section 5.5) for every field that was dropped, where the request wants to know.
fn with_warnings(request: &Request, target: &Target, response: Response) -> Response {
    let is_write = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    let warns = options::of_query(request)
        .is_ok_and(|options| options.field_validation == FieldValidation::Warn);
    if !(is_write && warns) {
        return response;
    }
    let found = strictness::findings(request, target.resource).unwrap_or_default();
    found.iter().fold(response, |response, text| {
        let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
        response.with_header(WARNING, &format!("299 - \"{quoted}\""))
    })
}
