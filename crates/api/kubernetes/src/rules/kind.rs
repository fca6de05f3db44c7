//! Whether a document is of the kind, the version and the namespace that are expected.

use hub::error::{Error, Result};
use hub::json::text_at;
use serde_json::Value;

use crate::resource::Resource;

/// Refuses a document of another kind or version.
///
/// # Errors
/// [`Error::Malformed`] saying which one was expected.
pub(crate) fn check(document: &Value, resource: &Resource) -> Result<()> {
    let kind = text_at(document, "/kind");
    if !["", resource.kind].contains(&kind) {
        return Err(Error::Malformed(format!(
            "the kind in the data ({kind}) does not match the expected kind ({})",
            resource.kind
        )));
    }
    let (version, expected) = (text_at(document, "/apiVersion"), resource.api_version());
    if !version.is_empty() && version != expected {
        return Err(Error::Malformed(format!(
            "the API version in the data ({version}) does not match the expected API version ({expected})"
        )));
    }
    Ok(())
}

/// Refuses a document that says it is in another namespace than the request.
///
/// # Errors
/// [`Error::Malformed`] saying so.
pub(crate) fn check_namespace(document: &Value, namespace: &str) -> Result<()> {
    let given = text_at(document, "/metadata/namespace");
    if ["", namespace].contains(&given) {
        return Ok(());
    }
    let message =
        "the namespace of the provided object does not match the namespace sent on the request";
    Err(Error::Malformed(message.to_owned()))
}
