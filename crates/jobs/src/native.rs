//! The merge core as a library, for jobs that run natively: tests and the twin of the benchmark.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::reference::{Reference, Resolution, ResolvedReference};
use serde_json::{Value, json};

use crate::MergeCore;

/// The merge core.
#[derive(Clone, Copy, Debug)]
pub struct Core;

impl MergeCore for Core {
    fn resolve(
        &self,
        document: &Value,
        extractors: &[String],
        candidates: &Value,
        rules: &Value,
    ) -> Result<(Value, Vec<ResolvedReference>)> {
        let extractors = merge::resolve::extractors(&json!(extractors)).map_err(refused)?;
        let candidates = merge::resolve::candidates(candidates.clone()).map_err(refused)?;
        let rules = merge::rules::parse(&rules.to_string()).map_err(refused)?;
        let resolved =
            merge::resolve(document, &extractors, &candidates, &rules).map_err(refused)?;
        let references = resolved.references.into_iter().map(resolved_reference);
        Ok((resolved.merged.document, references.collect()))
    }

    fn changed(&self, before: &Value, after: &Value) -> Result<Vec<String>> {
        let rules = Default::default();
        let changes = merge::diff(Some(before), Some(after), &rules).map_err(refused)?;
        Ok(changes.into_iter().map(|change| change.pointer).collect())
    }
}

fn resolved_reference(resolved: merge::ResolvedReference) -> ResolvedReference {
    ResolvedReference {
        pointer: resolved.pointer,
        resolution: match resolved.resolution {
            merge::Resolution::Id => Resolution::Id,
            merge::Resolution::Name => Resolution::Name,
            merge::Resolution::Default => Resolution::Default,
            merge::Resolution::Unresolved => Resolution::Unresolved,
        },
        wanted: reference(resolved.wanted),
        found: resolved.found.map(reference),
    }
}

fn reference(reference: merge::Reference) -> Reference {
    Reference {
        kind: reference.kind,
        id: reference.id,
        name: reference.name,
    }
}

fn refused(error: merge::Error) -> Error {
    let merge::Error::Invalid(faults) = error else {
        return Error::Internal("a conflict where nobody owns anything".to_owned());
    };
    // `/3/owner` is `[3].owner`.
    let path = |pointer: &str| match pointer.trim_start_matches('/').split_once('/') {
        Some((index, rest)) => format!("[{index}].{}", rest.replace('/', ".")),
        None => pointer.to_owned(),
    };
    let fault = |fault: merge::FieldError| {
        FieldError::new(path(&fault.pointer), FieldCode::Type, fault.message)
    };
    Error::Invalid(faults.into_iter().map(fault).collect())
}
