//! Errors as `Status` objects, in the words of an API server (reference/kubernetes.md, "Error body").

use http::StatusCode;
use hub::error::{Error, FieldCode, FieldError, Ownership};
use hub::object::{Kind, Object};
use serde_json::{Value, json};

use super::path::{self, Target};
use super::resource::{ALL, CONNECTOR_CLASS, Resource};
use super::wire;
use api::request::Request;
use api::response::{Response, with_error_headers};

/// What an API server says when a resource version is no longer the current one.
pub const MODIFIED: &str =
    "the object has been modified; please apply your changes to the latest version and try again";

/// The parameters of a query that a write may have, which are validated as an object of their own.
const OPTIONS: [&str; 5] = [
    "dryRun",
    "fieldValidation",
    "fieldManager",
    "force",
    "propagationPolicy",
];

/// Prints why a request was refused.
pub fn response(request: &Request, error: &Error) -> Response {
    // The seed says so.
    if matches!(error, Error::Unauthenticated(_)) {
        return Response::empty(StatusCode::UNAUTHORIZED);
    }
    let target = path::target(request);
    let status = status(request, target.as_ref(), error);
    let code = status
        .get("code")
        .and_then(Value::as_u64)
        .and_then(|code| StatusCode::from_u16(u16::try_from(code).ok()?).ok())
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    with_error_headers(Response::json(code, &status), error)
}

/// The `Status` of a success, about one object or about all of a collection.
pub fn success(resource: &Resource, object: Option<&Object>) -> Value {
    let about = match object {
        Some(object) => {
            let uid = [("uid", json!(object.uid.uuid()))];
            details(resource.group, resource.plural, &object.slug, &uid)
        }
        None => details(resource.group, resource.plural, "", &[]),
    };
    json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Success",
        "details": about,
    })
}

/// The `Status` of a watch that cannot go on: what it asked for is no longer kept.
pub fn expired(message: &str) -> Value {
    failure(410, "Expired", message, None)
}

/// The `Status` of a fault of ours.
pub fn internal() -> Value {
    failure(
        500,
        "InternalError",
        "Internal error occurred: see the server's log",
        None,
    )
}

/// The `Status` of an error.
pub fn status(request: &Request, target: Option<&Target>, error: &Error) -> Value {
    let resource = target.map(|target| target.resource);
    let about =
        |name: &str| resource.map(|resource| details(resource.group, resource.plural, name, &[]));
    let subject = |name: &str| match resource {
        Some(resource) => format!("{} {name:?}", resource.qualified()),
        None => format!("{name:?}"),
    };
    match error {
        Error::Invalid(faults) => invalid(request, target, faults),
        Error::Malformed(message) => failure(400, "BadRequest", message, None),
        Error::Unauthenticated(_) => failure(401, "Unauthorized", "Unauthorized", None),
        Error::Forbidden(message) => {
            let name = target
                .map(|target| target.name.as_str())
                .unwrap_or_default();
            let message = format!("{} is forbidden: {message}", subject(name));
            failure(403, "Forbidden", &message, about(name))
        }
        Error::NotFound { kind: "route", .. } => failure(
            404,
            "NotFound",
            "the server could not find the requested resource",
            Some(json!({})),
        ),
        Error::NotFound { kind, name } => not_found(kind, name, resource),
        Error::AlreadyExists { name, .. } => {
            let message = format!("{} already exists", subject(name));
            failure(409, "AlreadyExists", &message, about(name))
        }
        Error::Conflict { name, message, .. } => {
            let name = named(target, name);
            let message = format!(
                "Operation cannot be fulfilled on {}: {message}",
                subject(&name)
            );
            failure(409, "Conflict", &message, about(&name))
        }
        Error::Owned(owned) => apply_failed(owned),
        Error::PreconditionFailed(_) => {
            let name = named(target, "");
            let message = format!(
                "Operation cannot be fulfilled on {}: {MODIFIED}",
                subject(&name)
            );
            failure(409, "Conflict", &message, about(&name))
        }
        Error::Gone(message) => failure(410, "Expired", message, None),
        Error::NotReady(message) => failure(409, "Conflict", message, None),
        Error::TooLarge { limit } => {
            let message = format!("Request entity too large: limit is {limit}");
            failure(413, "RequestEntityTooLarge", &message, None)
        }
        Error::MethodNotAllowed { .. } => failure(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
            about(""),
        ),
        Error::UnsupportedMediaType { supported } => {
            let message = format!(
                "the body of the request was in an unknown format - accepted media types include: {}",
                supported.join(", ")
            );
            failure(415, "UnsupportedMediaType", &message, about(""))
        }
        Error::RateLimited { retry_after } => {
            let details = json!({"retryAfterSeconds": retry_after});
            failure(
                429,
                "TooManyRequests",
                "too many requests, please try again later",
                Some(details),
            )
        }
        Error::Unavailable { retry_after } => {
            let details = json!({"retryAfterSeconds": retry_after});
            failure(
                503,
                "ServiceUnavailable",
                "the store is busy, please try again later",
                Some(details),
            )
        }
        Error::Internal(_) => internal(),
    }
}

fn named(target: Option<&Target>, name: &str) -> String {
    let of_path = target
        .map(|target| target.name.as_str())
        .unwrap_or_default();
    if of_path.is_empty() { name } else { of_path }.to_owned()
}

fn not_found(kind: &str, name: &str, resource: Option<&Resource>) -> Value {
    let of_kind =
        Kind::parse(kind).and_then(|kind| ALL.into_iter().find(|known| known.hub == kind));
    let (qualified, about) = match of_kind.or(resource) {
        Some(resource) => (
            resource.qualified(),
            details(resource.group, resource.plural, name, &[]),
        ),
        None => (kind.to_owned(), json!({"name": name})),
    };
    failure(
        404,
        "NotFound",
        &format!("{qualified} {name:?} not found"),
        Some(about),
    )
}

fn invalid(request: &Request, target: Option<&Target>, faults: &[FieldError]) -> Value {
    let of_query = faults
        .iter()
        .all(|fault| OPTIONS.contains(&fault.field.as_str()));
    let (kind, group, name) = match target {
        Some(target) if !of_query => (
            target.resource.kind,
            target.resource.group,
            path::name_of(request, target),
        ),
        _ => (options_kind(request), "meta.k8s.io", String::new()),
    };
    let faults: Vec<FieldError> = faults.iter().map(|fault| as_shown(kind, fault)).collect();
    let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let problem = match texts.as_slice() {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    let qualified = if group.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind}.{group}")
    };
    let causes: Vec<Value> = faults
        .iter()
        .map(|fault| json!({"reason": cause(fault.code), "message": fault.message, "field": fault.field}))
        .collect();
    let about = details(group, kind, &name, &[("causes", causes.into())]);
    failure(
        422,
        "Invalid",
        &format!("{qualified} {name:?} is invalid: {problem}"),
        Some(about),
    )
}

fn options_kind(request: &Request) -> &'static str {
    match request.method.as_str() {
        "POST" => "CreateOptions",
        "PUT" => "UpdateOptions",
        "PATCH" => "PatchOptions",
        _ => "DeleteOptions",
    }
}

/// Probe names the fields of a class as the hub has them.
fn as_shown(kind: &str, fault: &FieldError) -> FieldError {
    let mut fault = fault.clone();
    if kind == CONNECTOR_CLASS.kind {
        fault.field = wire::class::path_of(&fault.field);
    }
    fault
}

const fn cause(code: FieldCode) -> &'static str {
    match code {
        FieldCode::Required | FieldCode::Empty => "FieldValueRequired",
        FieldCode::Type => "FieldValueTypeInvalid",
        FieldCode::Unsupported => "FieldValueNotSupported",
        FieldCode::Duplicate => "FieldValueDuplicate",
        FieldCode::TooLong => "FieldValueTooLong",
        FieldCode::NotFound => "FieldValueNotFound",
        FieldCode::Immutable | FieldCode::Unknown | FieldCode::Invalid => "FieldValueInvalid",
    }
}

/// What structured-merge-diff says, manager by manager.
fn apply_failed(owned: &[Ownership]) -> Value {
    let mut by_owner: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in owned {
        match by_owner.iter_mut().find(|(owner, _)| *owner == one.owner) {
            Some((_, fields)) => fields.push(&one.field),
            None => by_owner.push((&one.owner, vec![&one.field])),
        }
    }
    let texts: Vec<String> = by_owner
        .iter()
        .map(|(owner, fields)| match fields.as_slice() {
            [field] => format!("conflict with {owner}: {field}"),
            fields => format!("conflicts with {owner}:\n- {}", fields.join("\n- ")),
        })
        .collect();
    let count = owned.len();
    let plural = if count == 1 { "" } else { "s" };
    let message = format!(
        "Apply failed with {count} conflict{plural}: {}",
        texts.join("\n")
    );
    let causes: Vec<Value> = owned
        .iter()
        .map(|one| {
            json!({
                "reason": "FieldManagerConflict",
                "message": format!("conflict with {}", one.owner),
                "field": one.field,
            })
        })
        .collect();
    failure(409, "Conflict", &message, Some(json!({"causes": causes})))
}

fn failure(code: u16, reason: &str, message: &str, details: Option<Value>) -> Value {
    let mut status = json!({
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
        "code": code,
    });
    if let (Some(members), Some(details)) = (status.as_object_mut(), details) {
        members.insert("details".to_owned(), details);
    }
    status
}

fn details(group: &str, kind: &str, name: &str, more: &[(&str, Value)]) -> Value {
    let mut details = serde_json::Map::new();
    for (member, text) in [("name", name), ("group", group), ("kind", kind)] {
        if !text.is_empty() {
            details.insert(member.to_owned(), json!(text));
        }
    }
    for (member, value) in more {
        details.insert((*member).to_owned(), value.clone());
    }
    Value::Object(details)
}
