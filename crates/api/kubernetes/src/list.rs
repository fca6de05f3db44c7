//! Lists: which part of which objects, as they were when the list began.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::query::{Cursor, Query};
use hub::watch::{ListPage, ListRequest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::resource::Resource;
use super::selector;
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
/// [`Error::Malformed`] when a selector, a number or a continue token cannot be read; [`Error::Invalid`] when parameters do
/// not go together.
pub fn parse(request: &Request, resource: &Resource) -> Result<ListRequest> {
    let mut query = Query::of(resource.hub);
    let limit: u32 = number(request, "limit")?.unwrap_or_default();
    query.limit = if limit == 0 { u32::MAX } else { limit };
    let version: i64 = number(request, "resourceVersion")?.unwrap_or_default();
    let (mut at, mut remaining, mut not_before) = (None, None, 0);
    match request.query("continue").filter(|token| !token.is_empty()) {
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
            (at, remaining) = (Some(position.revision), position.remaining);
        }
        None => match request.query("resourceVersionMatch").unwrap_or_default() {
            "" | "NotOlderThan" => not_before = version,
            "Exact" if version > 0 => (at, not_before) = (Some(version), version),
            "Exact" => {
                let message = "Forbidden: resourceVersionMatch \"Exact\" is forbidden for resourceVersion \"0\"";
                return Err(invalid("resourceVersionMatch", message));
            }
            other => {
                let allowed = ["", "Exact", "NotOlderThan"];
                return Err(Error::field(super::schema::unsupported(
                    "resourceVersionMatch",
                    other,
                    &allowed,
                )));
            }
        },
    }
    Ok(ListRequest {
        query,
        selector: selector::of_request(request)?,
        at,
        not_before,
        remaining,
    })
}

/// A parameter of the query that is a number.
///
/// # Errors
/// [`Error::Malformed`] when it is none, or is negative.
pub fn number<T: std::str::FromStr>(request: &Request, name: &str) -> Result<Option<T>> {
    let Some(text) = request.query(name).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if digits => Ok(Some(number)),
        _ => Err(Error::Malformed(format!(
            "{name}: Invalid value: {text:?}: must be a number that is not negative"
        ))),
    }
}

fn read_token(token: &str) -> Result<Continue> {
    let bytes = BASE64.decode(token).ok();
    let read = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    read.ok_or_else(|| {
        Error::Malformed("continue key is not valid: list again from the start".to_owned())
    })
}

fn invalid(field: &str, message: &str) -> Error {
    Error::field(FieldError::new(field, FieldCode::Invalid, message))
}

/// The metadata of a list.
pub fn metadata(selected: &ListPage) -> Value {
    let mut metadata = Map::new();
    metadata.insert(
        "resourceVersion".to_owned(),
        json!(selected.revision.to_string()),
    );
    if let Some(next) = &selected.next {
        let token = json!(Continue {
            revision: selected.revision,
            scope: next.scope,
            key: next.key.clone(),
            id: next.id,
            remaining: selected.remaining,
        });
        metadata.insert(
            "continue".to_owned(),
            json!(BASE64.encode(token.to_string())),
        );
        if let Some(remaining) = selected.remaining {
            metadata.insert("remainingItemCount".to_owned(), json!(remaining));
        }
    }
    Value::Object(metadata)
}
