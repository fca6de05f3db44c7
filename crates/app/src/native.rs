//! The merge core as a library, for what runs natively: tests and the twin of the benchmark.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::operation::Merged;
use hub::plan::Origin;
use hub::reference::ResolvedReference;
use merge::rules;
use serde_json::Value;

use crate::ports::{MergeCore, Writer, ownership};

/// The merge core.
#[derive(Clone, Copy, Debug, Default)]
pub struct Core;

impl MergeCore for Core {
    fn template(&self, template: &Value, payload: &Value, rules: &str) -> Result<Merged> {
        let rules = rules::parse(rules).map_err(refused)?;
        merged(merge::template(template, payload, &rules))
    }

    fn replace(&self, current: &Value, payload: &Value, rules: &str) -> Result<Merged> {
        let rules = rules::parse(rules).map_err(refused)?;
        merged(merge::replace(current, payload, &rules))
    }

    fn merge_patch(&self, current: &Value, patch: &Value) -> Result<Merged> {
        merged(merge::merge_patch(current, patch))
    }

    fn json_patch(&self, current: &Value, patch: &Value) -> Result<Merged> {
        merged(merge::json_patch(current, patch))
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
        let rules = rules::parse(rules).map_err(refused)?;
        let writer = writer_of(writer);
        let applied = merge::apply(current, owners, payload, &writer, force, &rules);
        let applied = applied.map_err(refused)?;
        Ok((merged(Ok(applied.merged))?, applied.managed_fields))
    }

    fn owners_after(
        &self,
        before: Option<&Value>,
        after: &Value,
        owners: &Value,
        writer: &Writer,
        rules: &str,
    ) -> Result<Value> {
        let rules = rules::parse(rules).map_err(refused)?;
        let writer = writer_of(writer);
        let owners = merge::manage_fields(before, after, owners, &writer, &rules);
        owners.map_err(refused)
    }
}

impl jobs::MergeCore for Core {
    fn resolve(
        &self,
        document: &Value,
        extractors: &[String],
        candidates: &Value,
        rules: &Value,
    ) -> Result<(Value, Vec<ResolvedReference>)> {
        jobs::Core.resolve(document, extractors, candidates, rules)
    }

    fn changed(&self, before: &Value, after: &Value) -> Result<Vec<String>> {
        jobs::Core.changed(before, after)
    }
}

fn writer_of(writer: &Writer) -> merge::Writer {
    merge::Writer {
        manager: writer.manager.clone(),
        api_version: writer.version.clone(),
        subresource: writer.subresource.clone(),
        time: writer.at.rfc3339_seconds(),
    }
}

fn merged(merged: std::result::Result<merge::Merged, merge::Error>) -> Result<Merged> {
    let merged = merged.map_err(refused)?;
    let origin = |origin: &merge::Origin| Origin::new(&origin.pointer, source(origin.source));
    Ok(Merged {
        origins: merged.origins.iter().map(origin).collect(),
        document: merged.document,
    })
}

const fn source(source: merge::Source) -> &'static str {
    match source {
        merge::Source::Template => "template",
        merge::Source::Payload => "payload",
        merge::Source::Current => "current",
        merge::Source::Default => "default",
        merge::Source::Reference => "reference",
        merge::Source::Server => "server",
    }
}

fn refused(error: merge::Error) -> Error {
    match error {
        merge::Error::Invalid(fields) => {
            Error::Invalid(fields.into_iter().map(field_error).collect())
        }
        merge::Error::Conflicts(conflicts) => {
            let conflicts = conflicts.into_iter();
            let owned =
                conflicts.map(|conflict| ownership(&conflict.message, conflict.field.clone()));
            Error::Owned(owned.collect())
        }
    }
}

fn field_error(error: merge::FieldError) -> FieldError {
    let code = match error.code {
        merge::Code::Required => FieldCode::Required,
        merge::Code::WrongType => FieldCode::Type,
        merge::Code::Duplicate => FieldCode::Duplicate,
        merge::Code::Immutable => FieldCode::Immutable,
        merge::Code::UnknownMember => FieldCode::Unsupported,
        merge::Code::NotFound => FieldCode::NotFound,
        merge::Code::TooDeep | merge::Code::TooLarge => FieldCode::TooLong,
        merge::Code::NotAPermutation | merge::Code::TestFailed | merge::Code::Malformed => {
            FieldCode::Invalid
        }
    };
    FieldError::new(
        hub::pointer::field_path(&error.pointer),
        code,
        error.message,
    )
}
