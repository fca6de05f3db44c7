//! Errors as `Status` objects, in the words of an API server (apimachinery, `api/errors`).

use http::StatusCode;
use hub::error::{Error, FieldCode, FieldError, Ownership};
use hub::object::Kind;

use super::status::{Cause, Details, Status};
use crate::encode::encoded;
use crate::object::class;
use crate::request::accept::Accept;
use crate::request::{ApiRequest, PATCH};
use crate::resource::{CONNECTOR_CLASS, Resource, of_kind};
use crate::view::MODIFIED;
use api::request::Request;
use api::response::{Response, with_error_headers};

/// Prints why a request was refused.
pub(crate) fn response(request: &Request, error: &Error) -> Response {
    // As published.
    if matches!(error, Error::Unauthenticated(_)) {
        return Response::empty(StatusCode::UNAUTHORIZED);
    }
    let read = ApiRequest::of(request);
    let about = About(read.as_deref());
    let status = about.status(error);
    let code = StatusCode::from_u16(status.code()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let accept = read.as_ref().and_then(|read| read.accept.as_ref().ok());
    let encoding = accept.unwrap_or(&Accept::DEFAULT).encoding;
    with_error_headers(encoded(encoding, code, &status), error)
}

/// What a refused request was about, where it was about objects.
struct About<'r>(Option<&'r ApiRequest>);

impl About<'_> {
    fn status(&self, error: &Error) -> Status {
        match error {
            Error::Invalid(faults) => self.invalid(error, faults),
            Error::Malformed(message) => Status::failure(400, "BadRequest", message),
            Error::Unauthenticated(_) => Status::failure(401, "Unauthorized", "Unauthorized"),
            Error::Forbidden(why) => {
                let name = self.of_path();
                let message = format!("{} is forbidden: {why}", self.subject(name));
                Status::failure(403, "Forbidden", message).about(self.details(name))
            }
            Error::NotFound { kind: "route", .. } => {
                let message = "the server could not find the requested resource";
                Status::failure(404, "NotFound", message).about(Details::default())
            }
            Error::NotFound { kind, name } => self.not_found(kind, name),
            Error::AlreadyExists { name, .. } => {
                let message = format!("{} already exists", self.subject(name));
                Status::failure(409, "AlreadyExists", message).about(self.details(name))
            }
            Error::Conflict { name, message, .. } => self.conflict(name, message),
            Error::PreconditionFailed(_) | Error::Referenced(_) => self.conflict("", MODIFIED),
            Error::NotReady(message) => self.conflict("", message),
            Error::Owned(owned) => apply_failed(owned),
            Error::Gone(message) => Status::expired(message),
            Error::TooNew { .. } => {
                let cause = Cause {
                    reason: "ResourceVersionTooLarge",
                    message: "Too large resource version".to_owned(),
                    field: String::new(),
                };
                let details = Details {
                    causes: Some(vec![cause]),
                    ..Details::retry_after(1)
                };
                Status::failure(504, "Timeout", format!("Timeout: {error}")).about(details)
            }
            Error::TooLarge { limit } => {
                let message = format!("Request entity too large: limit is {limit}");
                Status::failure(413, "RequestEntityTooLarge", message)
            }
            Error::MethodNotAllowed { .. } => {
                let message = "the server does not allow this method on the requested resource";
                Status::failure(405, "MethodNotAllowed", message).about(self.details(""))
            }
            Error::NotAcceptable { .. } => {
                Status::failure(406, "NotAcceptable", error.to_string()).about(self.details(""))
            }
            Error::UnsupportedMediaType { supported } => {
                let message = format!(
                    "the body of the request was in an unknown format - accepted media types include: {}",
                    supported.join(", ")
                );
                Status::failure(415, "UnsupportedMediaType", message).about(self.details(""))
            }
            Error::UnsupportedEncoding { .. } => {
                Status::failure(415, "UnsupportedMediaType", error.to_string())
                    .about(self.details(""))
            }
            Error::RateLimited { retry_after } => {
                let message = "too many requests, please try again later";
                Status::failure(429, "TooManyRequests", message)
                    .about(Details::retry_after(*retry_after))
            }
            Error::Unavailable { retry_after } => {
                let message = "the store is busy, please try again later";
                Status::failure(503, "ServiceUnavailable", message)
                    .about(Details::retry_after(*retry_after))
            }
            Error::Internal(_) => Status::internal(),
        }
    }

    fn resource(&self) -> Option<&'static Resource> {
        self.0.map(|read| read.target.resource)
    }

    /// The object that the path names.
    fn of_path(&self) -> &str {
        self.0.map_or("", |read| &read.target.name)
    }

    fn details(&self, name: &str) -> Option<Details> {
        self.resource().map(|resource| Details::of(resource, name))
    }

    fn subject(&self, name: &str) -> String {
        match self.resource() {
            Some(resource) => format!("{} {name:?}", resource.qualified()),
            None => format!("{name:?}"),
        }
    }

    fn not_found(&self, kind: &'static str, name: &str) -> Status {
        let of_kind = Kind::parse(kind).and_then(of_kind);
        let (qualified, details) = match of_kind.or(self.resource()) {
            Some(resource) => (resource.qualified(), Details::of(resource, name)),
            None => (
                kind.to_owned(),
                Details {
                    name: name.to_owned(),
                    ..Details::default()
                },
            ),
        };
        Status::failure(404, "NotFound", format!("{qualified} {name:?} not found")).about(details)
    }

    fn conflict(&self, name: &str, why: &str) -> Status {
        let name = match self.of_path() {
            "" => name,
            of_path => of_path,
        };
        let subject = self.subject(name);
        let message = format!("Operation cannot be fulfilled on {subject}: {why}");
        Status::failure(409, "Conflict", message).about(self.details(name))
    }

    fn invalid(&self, error: &Error, faults: &[FieldError]) -> Status {
        let (kind, group, name) = self.refused(error, faults);
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
        let causes = faults.into_iter().map(|fault| Cause {
            reason: cause(fault.code),
            message: fault.message,
            field: fault.field,
        });
        let details = Details {
            name: name.to_owned(),
            group,
            kind,
            causes: Some(causes.collect()),
            ..Details::default()
        };
        let message = format!("{qualified} {name:?} is invalid: {problem}");
        Status::failure(422, "Invalid", message).about(details)
    }

    /// The kind, the group and the name of what is not valid: the object, its options, or what a
    /// patch would make.
    fn refused(&self, error: &Error, faults: &[FieldError]) -> (&'static str, &'static str, &str) {
        match self.0 {
            Some(read) if read.options.as_ref().err() == Some(error) => {
                (read.options_kind(), "meta.k8s.io", "")
            }
            _ if faults.iter().all(|fault| fault.field == PATCH) => ("", "", ""),
            Some(read) => (
                read.target.resource.kind,
                read.target.resource.group,
                read.name(),
            ),
            None => ("", "", ""),
        }
    }
}

/// Probe names the fields of a class as the hub has them.
fn as_shown(kind: &str, fault: &FieldError) -> FieldError {
    let mut fault = fault.clone();
    if kind == CONNECTOR_CLASS.kind {
        fault.field = class::path_of(&fault.field);
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
        FieldCode::Forbidden => "FieldValueForbidden",
        FieldCode::Immutable | FieldCode::Unknown | FieldCode::Invalid => "FieldValueInvalid",
    }
}

/// What structured-merge-diff says, manager by manager.
fn apply_failed(owned: &[Ownership]) -> Status {
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
    let causes = owned.iter().map(|one| Cause {
        reason: "FieldManagerConflict",
        message: format!("conflict with {}", one.owner),
        field: one.field.clone(),
    });
    Status::failure(409, "Conflict", message).about(Details {
        causes: Some(causes.collect()),
        ..Details::default()
    })
}
