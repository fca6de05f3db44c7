//! Calls the merge core, which is a component of its own, and speaks its errors in the hub's words.

use hub::error::{Error, FieldCode, FieldError, Ownership, Result};
use hub::plan::Origin;
use hub::reference::{Reference, Resolution, ResolvedReference};
use hub::time::Timestamp;
use serde_json::Value;

use self::bindings::patchbay::core::merge as core;

#[allow(
    missing_docs,
    clippy::all,
    reason = "generated from wit/, where it is documented"
)]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit",
        world: "uses-merge",
        runtime_path: "::spin_sdk::wit_bindgen::rt",
        generate_all,
    });
}

pub use hub::operation::Merged;

/// Lays a payload over a template, rows by name (`template` of wit/merge.wit).
///
/// # Errors
/// [`Error::Invalid`] with every field of the payload that is wrong.
pub fn template(template: &Value, payload: &Value, rules: &str) -> Result<Merged> {
    core::template(&template.to_string(), &payload.to_string(), rules)
        .map_err(domain_error)
        .and_then(merged)
}

/// Replaces a document: what the payload leaves out is unset, except where the rules say otherwise (`replace`).
///
/// # Errors
/// [`Error::Invalid`] with every field of the payload that is wrong.
pub fn replace(current: &Value, payload: &Value, rules: &str) -> Result<Merged> {
    core::replace(&current.to_string(), &payload.to_string(), rules)
        .map_err(domain_error)
        .and_then(merged)
}

/// Changes a document by a JSON Merge Patch (RFC 7396).
///
/// # Errors
/// [`Error::Invalid`] when the patch is over a limit.
pub fn merge_patch(current: &Value, patch: &Value) -> Result<Merged> {
    core::merge_patch(&current.to_string(), &patch.to_string())
        .map_err(domain_error)
        .and_then(merged)
}

/// Changes a document by a JSON Patch (RFC 6902): by all of its operations or none.
///
/// # Errors
/// [`Error::Invalid`] with the operation that cannot be carried out.
pub fn json_patch(current: &Value, patch: &Value) -> Result<Merged> {
    core::json_patch(&current.to_string(), &patch.to_string())
        .map_err(domain_error)
        .and_then(merged)
}

/// Who writes, where a dialect keeps track of who owns which field.
#[derive(Clone, Debug, PartialEq)]
pub struct Writer {
    /// The name that the writer goes by.
    pub manager: String,
    /// The version that the document is written in.
    pub version: String,
    /// The part of the object that is written through; empty for all of it.
    pub subresource: String,
    /// When.
    pub at: Timestamp,
}

/// Applies what a writer wants to a document, or to nothing where there is none yet (`apply`). Answers the document and who
/// owns what of it now.
///
/// # Errors
/// [`Error::Invalid`] with every field of the payload that is wrong; [`Error::Owned`] with every field that belongs to others.
pub fn apply(
    current: Option<&Value>,
    owners: &Value,
    payload: &Value,
    writer: &Writer,
    force: bool,
    rules: &str,
) -> Result<(Merged, Value)> {
    let current = current.map(Value::to_string);
    let (owners, payload) = (owners.to_string(), payload.to_string());
    let applied = core::apply(
        current.as_deref(),
        &owners,
        &payload,
        &writer.to_core(),
        force,
        rules,
    );
    let applied = applied.map_err(domain_error)?;
    Ok((merged(applied.merged)?, parsed(&applied.managed_fields)?))
}

/// Who owns what of a document that was written in another way than by [`apply`] (`manage-fields`).
///
/// # Errors
/// [`Error::Invalid`] when the owners cannot be read.
pub fn owners_after(
    before: Option<&Value>,
    after: &Value,
    owners: &Value,
    writer: &Writer,
    rules: &str,
) -> Result<Value> {
    let before = before.map(Value::to_string);
    let (after, owners) = (after.to_string(), owners.to_string());
    let owners = core::manage_fields(before.as_deref(), &after, &owners, &writer.to_core(), rules);
    parsed(&owners.map_err(domain_error)?)
}

impl Writer {
    fn to_core(&self) -> core::Writer {
        core::Writer {
            manager: self.manager.clone(),
            api_version: self.version.clone(),
            subresource: self.subresource.clone(),
            time: self.at.rfc3339_seconds(),
        }
    }
}

/// Resolves the references that the extractors select, among the candidates (`resolve` of wit/merge.wit).
///
/// # Errors
/// [`Error::Invalid`] with everything that an extractor selects and that is no reference.
pub fn resolve(
    document: &Value,
    extractors: &[String],
    candidates: &Value,
    rules: &Value,
) -> Result<(Value, Vec<ResolvedReference>)> {
    let extractors = Value::from(extractors).to_string();
    let resolved = core::resolve(
        &document.to_string(),
        &extractors,
        &candidates.to_string(),
        &rules.to_string(),
    )
    .map_err(domain_error)?;
    let document = parsed(&resolved.merged.document)?;
    let references = resolved.references.into_iter();
    let references = references.map(|resolved| ResolvedReference {
        pointer: resolved.pointer,
        resolution: match resolved.resolution {
            core::Resolution::Id => Resolution::Id,
            core::Resolution::Name => Resolution::Name,
            core::Resolution::Default => Resolution::Default,
            core::Resolution::Unresolved => Resolution::Unresolved,
        },
        wanted: reference(resolved.wanted),
        found: resolved.found.map(reference),
    });
    Ok((document, references.collect()))
}

fn reference(reference: core::Reference) -> Reference {
    Reference {
        kind: reference.type_,
        id: reference.id,
        name: reference.name,
    }
}

/// The JSON Pointers of what differs (`diff` of wit/merge.wit).
///
/// # Errors
/// Those of the merge core, for documents above its limits.
pub fn changed(before: &Value, after: &Value) -> Result<Vec<String>> {
    let changes = core::diff(Some(&before.to_string()), Some(&after.to_string()), "{}");
    let changes = changes.map_err(domain_error)?.into_iter();
    Ok(changes.map(|change| change.pointer).collect())
}

fn parsed(text: &str) -> Result<Value> {
    serde_json::from_str(text)
        .map_err(|error| Error::Internal(format!("the merge core answered no JSON: {error}")))
}

fn merged(merged: core::Merged) -> Result<Merged> {
    let document = parsed(&merged.document)?;
    let origins = merged.origins.into_iter();
    let origins = origins.map(|origin| Origin {
        pointer: origin.pointer,
        source: source_name(origin.source).to_owned(),
    });
    Ok(Merged {
        document,
        origins: origins.collect(),
    })
}

fn source_name(source: core::Source) -> &'static str {
    match source {
        core::Source::Template => "template",
        core::Source::Payload => "payload",
        core::Source::Current => "current",
        core::Source::Default => "default",
        core::Source::Reference => "reference",
        core::Source::Server => "server",
    }
}

fn domain_error(error: core::Error) -> Error {
    match error {
        core::Error::Invalid(fields) => {
            Error::Invalid(fields.into_iter().map(field_error).collect())
        }
        core::Error::Conflicts(conflicts) => {
            Error::Owned(conflicts.into_iter().map(ownership).collect())
        }
    }
}

/// The message is `conflict with "m" using v: .field`.
fn ownership(conflict: core::Conflict) -> Ownership {
    let message = &conflict.message;
    let owner = message
        .strip_prefix("conflict with ")
        .and_then(|rest| {
            rest.strip_suffix(conflict.field.as_str())?
                .strip_suffix(": ")
        })
        .unwrap_or(message);
    Ownership {
        owner: owner.to_owned(),
        field: conflict.field,
    }
}

fn field_error(error: core::FieldError) -> FieldError {
    let code = match error.code {
        core::Code::Required => FieldCode::Required,
        core::Code::WrongType => FieldCode::Type,
        core::Code::Duplicate => FieldCode::Duplicate,
        core::Code::Immutable => FieldCode::Immutable,
        core::Code::UnknownMember => FieldCode::Unsupported,
        core::Code::NotFound => FieldCode::NotFound,
        core::Code::TooDeep | core::Code::TooLarge => FieldCode::TooLong,
        core::Code::NotAPermutation | core::Code::TestFailed | core::Code::Malformed => {
            FieldCode::Invalid
        }
    };
    FieldError::new(field_path(&error.pointer), code, error.message)
}

/// `/applications/0/appType` as `applications[0].appType`.
fn field_path(pointer: &str) -> String {
    let mut path = String::new();
    for token in pointer.split('/').skip(1) {
        let token = token.replace("~1", "/").replace("~0", "~");
        if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push_str(&format!("[{token}]"));
        } else {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&token);
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::field_path;

    #[test]
    fn pointers_become_paths() {
        assert_eq!(field_path(""), "");
        assert_eq!(
            field_path("/applications/0/a~1b/12/name"),
            "applications[0].a/b[12].name"
        );
    }
}
