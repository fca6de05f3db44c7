//! One line of JSON a request. It has no query, no header and no body: those may hold secrets.

use std::time::Instant;

use dialects::Dialect;
use dialects::request::Request;
use dialects::route::Function;
use http::StatusCode;
use hub::error::Error;
use hub::time::Timestamp;
use serde_json::json;

/// What a line tells.
pub struct Line<'a> {
    /// The function that answered.
    pub function: Function,
    /// The dialect that was spoken.
    pub dialect: &'a dyn Dialect,
    /// What was asked.
    pub request: &'a Request,
    /// Who asked.
    pub actor: &'a str,
    /// What was answered.
    pub status: StatusCode,
    /// Why it was refused.
    pub error: Option<Error>,
    /// When it came.
    pub started: Instant,
}

/// Writes the line.
pub fn request(line: &Line<'_>) {
    let error = line.error.as_ref().map(detail);
    let text = json!({
        "at": Timestamp::now().rfc3339_millis(),
        "request": line.request.id,
        "function": line.function.name(),
        "dialect": line.dialect.name(),
        "method": line.request.method.as_str(),
        "path": line.request.path,
        "actor": line.actor,
        "status": line.status.as_u16(),
        "micros": u64::try_from(line.started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "error": error,
    });
    eprintln!("{text}");
}

/// Writes a line about work that nobody waits for.
pub fn fault(what: &str, error: &Error) {
    let text =
        json!({"at": Timestamp::now().rfc3339_millis(), "fault": what, "error": detail(error)});
    eprintln!("{text}");
}

/// What an error says in the log, which callers never see.
fn detail(error: &Error) -> String {
    match error {
        Error::Internal(detail) => detail.clone(),
        other => other.to_string(),
    }
}
