//! Previews: what a mutation would do, without doing it. They are asked for by `Prefer: preview`
//! (RFC 7240) or `?preview=true`.

use http::StatusCode;
use http::header::HeaderName;
use hub::error::Result;
use hub::object::Object;
use hub::plan::{Action, Plan, origins_json};
use serde::Serialize;
use serde_json::Value;

use crate::request::Request;
use crate::response::Response;

const PREFERENCE: &str = "preview";
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

#[derive(Serialize)]
struct Preview<'a> {
    operation: &'static str,
    before: Option<Value>,
    after: Option<Value>,
    origins: Value,
    also: Vec<AlsoChanged<'a>>,
}

/// What else is done, to another object.
#[derive(Serialize)]
struct AlsoChanged<'a> {
    operation: &'static str,
    kind: &'static str,
    name: &'a str,
}

/// Whether a preview is asked for.
///
/// # Errors
/// Those of [`Request::query_flag`].
pub fn is_wanted(request: &Request) -> Result<bool> {
    let preferences = request.headers.get_all("prefer").iter();
    let preferred = preferences
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .any(|one| one.trim().eq_ignore_ascii_case(PREFERENCE));
    Ok(request.query_flag(PREFERENCE)? || preferred)
}

/// Prints a plan: what is done to the object that was asked about, its document before and after,
/// where each value of it comes from, and what else is done to which objects. `show` prints an
/// object in the dialect's form.
pub fn response(plan: &Plan, show: impl Fn(&Object) -> Value) -> Response {
    let mut changes = plan.changes.iter();
    let first = changes.next();
    let operation = first.map_or("none", |change| change.operation.as_str());
    let after = match first {
        Some(change) if change.operation == Action::Delete => None,
        Some(change) => Some(&change.object),
        None => plan.before.as_ref(),
    };
    let also = changes.map(|change| AlsoChanged {
        operation: change.operation.as_str(),
        kind: change.object.kind.as_str(),
        name: &change.object.name,
    });
    of(&Preview {
        operation,
        before: plan.before.as_ref().map(&show),
        after: after.map(&show),
        origins: origins_json(&plan.origins),
        also: also.collect(),
    })
}

/// A preview that is printed already.
pub fn of(body: &impl Serialize) -> Response {
    Response::json(StatusCode::OK, body).with_header(PREFERENCE_APPLIED, PREFERENCE)
}
