//! What is measured. A scenario is a file here and a line in [`SCENARIOS`]; [`jobs`] are measured
//! in another way.

mod export;
mod import;
pub(crate) mod jobs;
mod pingone;
mod versori;

use std::sync::LazyLock;

use http::StatusCode;
use serde_json::Value;

use crate::client::Call;

/// All of them, in the order of the table.
pub(crate) const SCENARIOS: &[Scenario] = &[
    pingone::LIST,
    versori::LIST,
    import::SCENARIO,
    export::SCENARIO,
    pingone::CREATE,
    pingone::GET,
    pingone::REPLACE,
    versori::CREATE,
    versori::GET,
    versori::REPLACE,
];

/// A name that the scope has in a dialect, by which paths call it: bench/scope.json gives every
/// server the same.
pub(crate) fn scope(name: &str) -> &'static str {
    static NAMES: LazyLock<Value> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../../../scope.json")).unwrap_or_default()
    });
    NAMES.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// One operation, asked for again and again.
pub(crate) struct Scenario {
    /// Its name in the table.
    pub name: &'static str,
    /// What is to be reached against the twin; none where the twin does not have the operation.
    pub aim: Option<Aim>,
    /// How many subjects are created in each server first, to be operated on.
    pub subjects: usize,
    /// The request that creates a subject. No number is given twice.
    pub create_subject: fn(number: u64) -> Call,
    /// What later requests call a subject, from the answer to its creation.
    pub subject_of: fn(answer: &Value) -> Option<String>,
    /// The request that is measured, on one of the subjects. No number is given twice.
    pub call: fn(number: u64, subject: &str) -> Call,
    /// The status of a good answer.
    pub expected: StatusCode,
}

/// What is to be reached.
pub(crate) struct Aim {
    /// The least that the rate may be, of the twin's.
    pub rate: f64,
    /// The most that p99 may be, of the twin's, at [`Aim::P99_CLIENTS`].
    pub p99: Option<f64>,
}

impl Aim {
    /// Of what writes.
    pub(crate) const WRITE: Self = Self {
        rate: 0.7,
        p99: Some(3.0),
    };
    /// Of what reads.
    pub(crate) const READ: Self = Self {
        rate: 0.5,
        p99: None,
    };
    /// The number of clients that the aim of p99 is for.
    pub(crate) const P99_CLIENTS: usize = 64;
}
