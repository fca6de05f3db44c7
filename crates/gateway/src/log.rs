//! One line of JSON a request. It has no query, no header and no body: those may hold secrets.

use std::io::Write as _;
use std::time::Instant;

use api::Dialect;
use api::request::Request;
use api::route::Function;
use http::StatusCode;
use hub::error::Error;
use hub::time::Timestamp;
use serde::Serialize;

/// What a line tells.
pub(crate) struct Line<'a> {
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

#[derive(Serialize)]
struct RequestLine<'a> {
    at: String,
    request: &'a str,
    function: &'static str,
    dialect: &'static str,
    method: &'a str,
    path: &'a str,
    actor: &'a str,
    status: u16,
    micros: u64,
    error: Option<String>,
}

#[derive(Serialize)]
struct FaultLine<'a> {
    at: String,
    fault: &'a str,
    error: String,
}

/// Writes the line.
pub(crate) fn request(line: &Line<'_>) {
    let path = shown(&line.request.path);
    let error = line.error.as_ref();
    let error = error.map(|error| detail(error).replace(&line.request.path, &path));
    write(&RequestLine {
        at: Timestamp::now().rfc3339_millis(),
        request: &line.request.id,
        function: line.function.name(),
        dialect: line.dialect.name(),
        method: line.request.method.as_str(),
        path: &path,
        actor: line.actor,
        status: line.status.as_u16(),
        micros: u64::try_from(line.started.elapsed().as_micros()).unwrap_or(u64::MAX),
        error,
    });
}

/// A path without the signed texts in it: JSON Web Tokens all begin alike.
fn shown(path: &str) -> String {
    let segments = path.split('/');
    let shown = segments.map(|segment| match segment.starts_with("eyJ") {
        true => "signed",
        false => segment,
    });
    shown.collect::<Vec<_>>().join("/")
}

/// Writes a line about work that nobody waits for.
pub(crate) fn fault(what: &str, error: &Error) {
    write(&FaultLine {
        at: Timestamp::now().rfc3339_millis(),
        fault: what,
        error: detail(error),
    });
}

/// In one piece: standard error has no buffer, so every piece of a line would be a call to the
/// host.
fn write(line: &impl Serialize) {
    // Where nothing can be logged, requests are answered all the same.
    let mut text = serde_json::to_string(line).unwrap_or_default();
    text.push('\n');
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// What an error says in the log, which callers never see.
fn detail(error: &Error) -> String {
    match error {
        Error::Internal(detail) => detail.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn signed_texts_are_not_logged() {
        assert_eq!(
            shown("/uploads/eyJhbGciOiJIUzI1NiJ9.e30.c2ln"),
            "/uploads/signed"
        );
        assert_eq!(shown("/v1/scopes/a/"), "/v1/scopes/a/");
    }
}
