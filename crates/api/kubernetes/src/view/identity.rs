//! Whether a document is about the object that a request is about, and leaves alone what the server
//! decides.

use hub::error::{Error, FieldError, Result};
use hub::json::text_at;
use hub::object::Object;
use hub::scope::DEFAULT_SCOPE;
use hub::time::Timestamp;
use serde_json::Value;

use crate::fault::invalid;
use crate::object::is_of_catalogue;
use crate::resource::Resource;
use crate::rules::kind;

/// What an API server says when a resource version is no longer the current one.
pub(crate) const MODIFIED: &str =
    "the object has been modified; please apply your changes to the latest version and try again";

/// The resource version that stands for whichever there is.
const ANY_VERSION: &str = "0";

/// Refuses a document that is about another object, another kind or an older version.
///
/// # Errors
/// [`Error::Malformed`] for another object, [`Error::Conflict`] for an older version,
/// [`Error::Invalid`] where it must say which version it is about and does not.
pub(super) fn check(
    resource: &Resource,
    document: &Value,
    current: Option<&Object>,
    namespace: &str,
) -> Result<()> {
    kind::check(document, resource)?;
    // By a path without a namespace classes are those of the scope `default`, and a namespace that
    // a document says is ignored.
    if resource.namespaced || namespace != DEFAULT_SCOPE {
        kind::check_namespace(document, namespace)?;
    }
    let Some(current) = current else {
        return check_new(document);
    };
    let name = text_at(document, "/metadata/name");
    if !["", &current.slug].contains(&name) {
        return Err(Error::Malformed(format!(
            "the name of the object ({name}) does not match the name on the URL ({})",
            current.slug
        )));
    }
    check_version(document, current)?;
    // A class of the catalogue is the same whichever version of it was read.
    let has_versions = !resource.is_core() && !is_of_catalogue(current);
    if has_versions && version(document).is_none() {
        let message = "must be specified for an update";
        let version = FieldError {
            message: format!("Invalid value: 0x0: {message}"),
            ..invalid("metadata.resourceVersion", "", message)
        };
        return Err(Error::field(version));
    }
    Ok(())
}

/// Refuses a document of a new object that says which version of an old one it is about.
///
/// # Errors
/// [`Error::Malformed`] saying so.
pub(super) fn check_new(document: &Value) -> Result<()> {
    match version(document) {
        Some(_) => Err(Error::Malformed(
            "resourceVersion should not be set on objects to be created".to_owned(),
        )),
        None => Ok(()),
    }
}

/// Refuses a document that says it is about another object, or about an older version.
///
/// # Errors
/// [`Error::Conflict`] saying which.
pub(super) fn check_version(document: &Value, current: &Object) -> Result<()> {
    let (wanted, uid) = (text_at(document, "/metadata/uid"), current.uid.uuid());
    if !["", &uid].contains(&wanted) {
        let message = format!(
            "Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}"
        );
        return Err(conflict(current, message));
    }
    match version(document) {
        Some(version) if version != current.revision.to_string() => {
            Err(conflict(current, MODIFIED.to_owned()))
        }
        _ => Ok(()),
    }
}

/// Refuses a deletion of another object than is meant. What the request says is in the document
/// even where it is empty; what it does not say is there as it is.
///
/// # Errors
/// [`Error::Conflict`] saying what differs.
pub(super) fn check_preconditions(document: &Value, current: &Object) -> Result<()> {
    let conditions = [
        (
            "/metadata/uid",
            "UID",
            current.uid.uuid(),
            "deleted and then recreated",
        ),
        (
            "/metadata/resourceVersion",
            "ResourceVersion",
            current.revision.to_string(),
            "modified",
        ),
    ];
    for (pointer, called, actual, cause) in conditions {
        let wanted = text_at(document, pointer);
        if wanted != actual {
            let message = format!(
                "the {called} in the precondition ({wanted}) does not match the {called} in record ({actual}). The object might have been {cause}"
            );
            return Err(conflict(current, message));
        }
    }
    Ok(())
}

/// What of the metadata only the server decides and a document changes all the same.
pub(super) fn changed(document: &Value, before: &Value) -> Vec<FieldError> {
    let of = |document: &Value, name: &str| {
        let value = document
            .get("metadata")
            .and_then(|metadata| metadata.get(name));
        value.filter(|value| !value.is_null()).cloned()
    };
    let times = ["creationTimestamp", "deletionTimestamp"]
        .into_iter()
        .filter(|name| {
            let time = |value: Option<Value>| {
                let time = Timestamp::parse_rfc3339(value.as_ref()?.as_str()?);
                time.map(Timestamp::rfc3339_seconds)
            };
            let given = of(document, name);
            given.is_some() && time(given) != time(of(before, name))
        });
    let seconds = Some("deletionGracePeriodSeconds").filter(|name| {
        let given = of(document, name);
        given.is_some() && given != of(before, name)
    });
    times
        .chain(seconds)
        .map(|name| {
            let given = of(document, name).unwrap_or_default();
            let shown = given
                .as_str()
                .map_or_else(|| given.to_string(), str::to_owned);
            invalid(&format!("metadata.{name}"), &shown, "field is immutable")
        })
        .collect()
}

/// The resource version that a document names.
fn version(document: &Value) -> Option<&str> {
    let version = text_at(document, "/metadata/resourceVersion");
    (!["", ANY_VERSION].contains(&version)).then_some(version)
}

fn conflict(current: &Object, message: String) -> Error {
    Error::Conflict {
        kind: current.kind.as_str(),
        name: current.slug.clone(),
        message,
    }
}
