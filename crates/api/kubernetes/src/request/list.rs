//! Lists: which part of which objects, as they were when the list began.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hub::error::{Error, Result};
use hub::query::{Cursor, Query};
use hub::watch::{ListPage, ListRequest};
use serde::{Deserialize, Serialize};

use super::query::{self, number};
use super::selector;
use super::target::Target;
use crate::fault::{forbidden, unsupported};
use api::request::Request;

/// Where a list goes on, as its clients carry it.
#[derive(Serialize, Deserialize)]
struct Continue {
    /// The revision that the list shows.
    revision: i64,
    scope: i64,
    key: String,
    id: i64,
    /// How many there are from here on, where that is known.
    remaining: Option<i64>,
}

/// What a list asks for.
///
/// # Errors
/// [`Error::Malformed`] when a selector, a number or a continue token cannot be read;
/// [`Error::Invalid`] when parameters do not go together.
pub(super) fn parse(request: &Request, target: &Target) -> Result<ListRequest> {
    let mut query = Query::of(target.resource.hub);
    let limit: u32 = number(request, "limit")?.unwrap_or_default();
    query.limit = if limit == 0 { u32::MAX } else { limit };
    let version: Option<i64> = number(request, "resourceVersion")?;
    let token = request.query("continue").filter(|token| !token.is_empty());
    let matching = matching(request, version, token.is_some())?;
    let version = version.unwrap_or_default();
    let (at, remaining) = match token {
        Some(_) if version > 0 => {
            return Err(Error::Malformed(
                "specifying resource version is not allowed when using continue".to_owned(),
            ));
        }
        Some(token) => {
            let position = read_token(token)?;
            query.after = Some(Cursor {
                scope: position.scope,
                key: position.key,
                id: position.id,
            });
            (Some(position.revision), position.remaining)
        }
        None => ((matching == Matching::Exact).then_some(version), None),
    };
    Ok(ListRequest {
        query,
        selector: selector::of_request(request, target)?,
        at,
        not_before: version,
        remaining,
    })
}

/// How new a list must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Matching {
    /// At least as new as its resource version.
    NotOlderThan,
    /// As it was then.
    Exact,
}

fn matching(request: &Request, version: Option<i64>, continues: bool) -> Result<Matching> {
    const FIELD: &str = "resourceVersionMatch";
    if query::flag(request, "sendInitialEvents") == Some(true) {
        let message = "sendInitialEvents is forbidden for list";
        return Err(Error::field(forbidden("sendInitialEvents", message)));
    }
    let matching = match request.query(FIELD).unwrap_or_default() {
        "" => return Ok(Matching::NotOlderThan),
        "NotOlderThan" => Matching::NotOlderThan,
        "Exact" => Matching::Exact,
        other => {
            let allowed = ["", "Exact", "NotOlderThan"];
            return Err(Error::field(unsupported(FIELD, other, &allowed)));
        }
    };
    match (version, matching) {
        (None, _) => Err(Error::field(forbidden(
            FIELD,
            "resourceVersionMatch is forbidden unless resourceVersion is provided",
        ))),
        _ if continues => Err(Error::field(forbidden(
            FIELD,
            "resourceVersionMatch is forbidden when continue is provided",
        ))),
        (Some(0), Matching::Exact) => Err(Error::field(forbidden(
            FIELD,
            "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"",
        ))),
        _ => Ok(matching),
    }
}

fn read_token(token: &str) -> Result<Continue> {
    let bytes = BASE64.decode(token).ok();
    let read = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    read.ok_or_else(|| {
        Error::Malformed("continue key is not valid: list again from the start".to_owned())
    })
}

/// Where the list goes on after this page of it.
pub(crate) fn continuation(page: &ListPage) -> Option<String> {
    let next = page.next.as_ref()?;
    let token = Continue {
        revision: page.revision,
        scope: next.scope,
        key: next.key.clone(),
        id: next.id,
        remaining: page.remaining,
    };
    Some(BASE64.encode(serde_json::to_vec(&token).ok()?))
}
