//! What a list of connectors is asked for, and its cursors.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hub::error::{FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::object::{Kind, Object};
use hub::search::{Direction, Filter, SearchPosition, SearchRequest, Side, SortKey};
use serde_json::{Value, json};

use super::categories::CATEGORIES;
use super::document::{BIGQUERY, HTTP};
use crate::page;
use api::request::Request;

/// The most sort keys, and the most filters of a kind: each is a part of the statement.
const TERMS_MAX: usize = 16;
/// What a list can be sorted by. An id begins with the time of its creation, so its order is that
/// of creation.
const SORT_KEYS: [(&str, SortKey); 5] = [
    ("id", SortKey::Created),
    ("name", SortKey::Name),
    ("createdAt", SortKey::Created),
    ("updatedAt", SortKey::Updated),
    ("protocol", SortKey::Path("$.class")),
];
/// Most recently updated first.
const DEFAULT_SORT: &str = "updatedAt:desc";

/// Reads the query of a list.
///
/// # Errors
/// [`hub::error::Error::Invalid`] with every parameter that is wrong.
pub(crate) fn search(request: &Request, everywhere: bool) -> Result<SearchRequest> {
    let mut faults = FieldErrors::default();
    let sort_text = request
        .query("sort")
        .filter(|text| !text.is_empty())
        .unwrap_or(DEFAULT_SORT);
    let sort = sort(sort_text, &mut faults);
    let mut filters = filters(request, &mut faults);
    if everywhere {
        filters.push(Filter::True("$.extensions.versori.public"));
    }
    let search = SearchRequest {
        kind: Kind::Connector,
        everywhere,
        filters,
        from: place(request, &sort, &mut faults),
        sort,
        limit: page::first(request, &mut faults),
    };
    faults.finish(search)
}

/// `^([^:,]+:[^:,]+)(,...)*$`
fn sort(text: &str, faults: &mut FieldErrors) -> Vec<(SortKey, Direction)> {
    let mut sort = Vec::new();
    let mut invalid =
        |message: String| faults.push(FieldError::new("sort", FieldCode::Invalid, message));
    for term in text.split(',').take(TERMS_MAX) {
        let Some((name, direction)) = term.split_once(':').filter(|(name, _)| !name.is_empty())
        else {
            invalid(format!(
                "{term:?} is not a field and a direction, such as name:asc"
            ));
            continue;
        };
        let key = SORT_KEYS.iter().find(|(known, _)| *known == name);
        let direction = match direction.to_ascii_lowercase().as_str() {
            "asc" => Some(Direction::Ascending),
            "desc" => Some(Direction::Descending),
            _ => None,
        };
        match (key, direction) {
            (Some((_, key)), Some(direction)) => sort.push((*key, direction)),
            (None, _) => {
                let known = SORT_KEYS.map(|(name, _)| name).join(", ");
                invalid(format!("{name:?} is not a field to sort by: use {known}"));
            }
            (_, None) => invalid(format!("{term:?} has no direction: use asc or desc")),
        }
    }
    sort
}

fn filters(request: &Request, faults: &mut FieldErrors) -> Vec<Filter> {
    let mut filters = Vec::new();
    let value = |name: &str| request.query(name).filter(|text| !text.is_empty());
    if let Some(name) = value("name") {
        filters.push(Filter::NameContains(name.to_owned()));
    }
    if let Some(part) = value("protocol").map(str::to_ascii_lowercase) {
        // Every class but that of BigQuery is reached over HTTP.
        if !HTTP.contains(&part) {
            filters.push(Filter::Equal("$.class", BIGQUERY.to_owned()));
        }
        if !BIGQUERY.contains(&part) {
            filters.push(Filter::NotEqual("$.class", BIGQUERY.to_owned()));
        }
    }
    for tag in value("tags").unwrap_or_default().split(',').take(TERMS_MAX) {
        let (key, value) = tag
            .split_once(':')
            .map_or((tag, None), |(key, value)| (key, Some(value)));
        if !key.trim().is_empty() {
            let value = value.map(str::to_owned);
            filters.push(Filter::Entry(
                "$.extensions.versori.tags",
                key.trim().to_owned(),
                value,
            ));
        }
    }
    let categories: Vec<String> = request
        .query
        .iter()
        .filter(|(name, value)| name == "categories" && !value.is_empty())
        .map(|(_, value)| value.clone())
        .take(CATEGORIES.len())
        .collect();
    for category in categories
        .iter()
        .filter(|one| !CATEGORIES.contains(&one.as_str()))
    {
        let allowed = CATEGORIES.map(str::to_owned).to_vec();
        faults.push(FieldError::unsupported("categories", category, allowed));
    }
    if !categories.is_empty() {
        filters.push(Filter::AnyOf("$.extensions.versori.categories", categories));
    }
    filters
}

fn place(
    request: &Request,
    sort: &[(SortKey, Direction)],
    faults: &mut FieldErrors,
) -> Option<SearchPosition> {
    let (name, text) = page::cursor(request, faults)?;
    let side = if name == page::AFTER {
        Side::After
    } else {
        Side::Before
    };
    let place = read_cursor(text, side, sort);
    if place.is_none() {
        let message = "is not a cursor of a list in this order: use next or prev of a list with the same sort";
        faults.push(FieldError::new(name, FieldCode::Invalid, message));
    }
    place
}

/// The cursor of an object: its keys, its id and the order that they are of, so that it is used in
/// no other.
pub(crate) fn cursor(object: &Object, keys: &[Value], sort: &[(SortKey, Direction)]) -> String {
    BASE64.encode(json!([order(sort), object.id, keys]).to_string())
}

fn read_cursor(text: &str, side: Side, sort: &[(SortKey, Direction)]) -> Option<SearchPosition> {
    let bytes = BASE64.decode(text).ok()?;
    let cursor: (String, i64, Vec<Value>) = serde_json::from_slice(&bytes).ok()?;
    let (of, id, keys) = cursor;
    let scalar = |key: &Value| !key.is_array() && !key.is_object();
    let fits = of == order(sort) && keys.len() == sort.len() && keys.iter().all(scalar);
    fits.then_some(SearchPosition { side, keys, id })
}

fn order(sort: &[(SortKey, Direction)]) -> String {
    let term = |(key, direction): &(SortKey, Direction)| {
        let name = SORT_KEYS
            .iter()
            .find(|(_, known)| known == key)
            .map_or("", |(name, _)| name);
        let sign = if *direction == Direction::Ascending {
            '+'
        } else {
            '-'
        };
        format!("{sign}{name}")
    };
    sort.iter().map(term).collect()
}
