//! What the tests share.
#![allow(dead_code, reason = "every test file uses another part")]

use merge::rules;
use merge::{Code, Error, Merged, Origin, Source};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Rules from their JSON.
pub(crate) fn rules<T: DeserializeOwned>(rules: &Value) -> T {
    rules::parse(&rules.to_string()).unwrap()
}

/// The origins as text: `"" payload, /id server`.
pub(crate) fn origins(merged: &Merged) -> String {
    let entry = |origin: &Origin| {
        format!(
            "{:?} {}",
            origin.pointer,
            format!("{:?}", origin.source).to_lowercase()
        )
    };
    merged
        .origins
        .iter()
        .map(entry)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The source that covers a pointer.
pub(crate) fn source_of(merged: &Merged, pointer: &str) -> Source {
    let covers = |origin: &&Origin| {
        pointer == origin.pointer || pointer.starts_with(&format!("{}/", origin.pointer))
    };
    merged
        .origins
        .iter()
        .filter(covers)
        .max_by_key(|origin| origin.pointer.len())
        .unwrap()
        .source
}

/// The bad fields of a result, as pointer and code.
pub(crate) fn bad<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<(String, Code)> {
    match result {
        Err(Error::Invalid(fields)) => fields
            .into_iter()
            .map(|field| (field.pointer, field.code))
            .collect(),
        other => panic!("expected bad fields, got {other:?}"),
    }
}

/// The same, expected.
pub(crate) fn fields(expected: &[(&str, Code)]) -> Vec<(String, Code)> {
    expected
        .iter()
        .map(|(pointer, code)| ((*pointer).to_owned(), *code))
        .collect()
}
