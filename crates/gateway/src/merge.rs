//! Calls the merge core, which is a component of its own, and speaks its errors in the hub's words.

use app::ports::{MergeCore, Writer, ownership};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::operation::Merged;
use hub::plan::Origin;
use hub::reference::{Reference, Resolution, ResolvedReference};
use serde_json::Value;

use self::bindings::patchbay::core::merge as core;
use crate::platform::Spin;

#[allow(clippy::all, reason = "generated from wit/, where it is documented")]
mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit",
        world: "uses-merge",
        runtime_path: "::spin_sdk::wit_bindgen::rt",
        generate_all,
    });
}

impl MergeCore for Spin {
    fn template(&self, template: &Value, payload: &Value, rules: &str) -> Result<Merged> {
        core::template(&template.to_string(), &payload.to_string(), rules)
            .map_err(domain_error)
            .and_then(merged)
    }

    fn replace(&self, current: &Value, payload: &Value, rules: &str) -> Result<Merged> {
        core::replace(&current.to_string(), &payload.to_string(), rules)
            .map_err(domain_error)
            .and_then(merged)
    }

    fn merge_patch(&self, current: &Value, patch: &Value) -> Result<Merged> {
        core::merge_patch(&current.to_string(), &patch.to_string())
            .map_err(domain_error)
            .and_then(merged)
    }

    fn json_patch(&self, current: &Value, patch: &Value) -> Result<Merged> {
        core::json_patch(&current.to_string(), &patch.to_string())
            .map_err(domain_error)
            .and_then(merged)
    }

    fn apply(
        &self,
        current: Option<&Value>,
        owners: &Value,
        payload: &Value,
        writer: &Writer,
        force: bool,
        rules: &str,
    ) -> Result<(Merged, Value)> {
        let current = current.map(Value::to_string);
        let (owners, payload) = (owners.to_string(), payload.to_string());
        let (current, writer) = (current.as_deref(), writer_of(writer));
        let applied = core::apply(current, &owners, &payload, &writer, force, rules);
        let applied = applied.map_err(domain_error)?;
        Ok((merged(applied.merged)?, parsed(&applied.managed_fields)?))
    }

    fn owners_after(
        &self,
        before: Option<&Value>,
        after: &Value,
        owners: &Value,
        writer: &Writer,
        rules: &str,
    ) -> Result<Value> {
        let before = before.map(Value::to_string);
        let (after, owners) = (after.to_string(), owners.to_string());
        let (before, writer) = (before.as_deref(), writer_of(writer));
        let owners = core::manage_fields(before, &after, &owners, &writer, rules);
        parsed(&owners.map_err(domain_error)?)
    }
}

impl jobs::MergeCore for Spin {
    fn resolve(
        &self,
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

    fn changed(&self, before: &Value, after: &Value) -> Result<Vec<String>> {
        let changes = core::diff(Some(&before.to_string()), Some(&after.to_string()), "{}");
        let changes = changes.map_err(domain_error)?.into_iter();
        Ok(changes.map(|change| change.pointer).collect())
    }
}

fn writer_of(writer: &Writer) -> core::Writer {
    core::Writer {
        manager: writer.manager.clone(),
        api_version: writer.version.clone(),
        subresource: writer.subresource.clone(),
        time: writer.at.rfc3339_seconds(),
    }
}

fn reference(reference: core::Reference) -> Reference {
    Reference {
        kind: reference.type_,
        id: reference.id,
        name: reference.name,
    }
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
        core::Error::Conflicts(conflicts) => Error::Owned(
            conflicts
                .into_iter()
                .map(|conflict| ownership(&conflict.message, conflict.field))
                .collect(),
        ),
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
    FieldError::new(
        hub::pointer::field_path(&error.pointer),
        code,
        error.message,
    )
}
