//! Tables and metadata: what `kubectl get` prints, and what clients that only want names ask for.

use hub::time::Timestamp;
use serde_json::{Value, json};

use super::resource::{Cell, Resource};
use api::request::Request;

/// In which form objects are asked for (`Accept: application/json;as=Table;g=meta.k8s.io;v=v1`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As they are.
    Whole,
    /// As rows of a table of a version of meta.k8s.io.
    Table(&'static str),
    /// As their metadata alone, of a version of meta.k8s.io.
    Metadata(&'static str),
}

/// What of an object goes with its row (`includeObject`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Included {
    /// Nothing.
    Nothing,
    /// Its metadata.
    Metadata,
    /// All of it.
    Whole,
}

/// The first form of the request's `Accept` that is served; objects as they are when it has none.
pub fn form(request: &Request) -> Form {
    let accept = request.header("accept").unwrap_or_default();
    for entry in accept.split(',') {
        let mut parts = entry.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default();
        if media_type != "application/json" {
            continue;
        }
        let parameter = |name: &str| {
            parts
                .clone()
                .filter_map(|part| part.split_once('='))
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value)
        };
        let version = match (parameter("g"), parameter("v")) {
            (Some("meta.k8s.io"), Some("v1")) => "v1",
            (Some("meta.k8s.io"), Some("v1beta1")) => "v1beta1",
            _ => "",
        };
        match parameter("as") {
            None => return Form::Whole,
            Some("Table") if !version.is_empty() => return Form::Table(version),
            Some("PartialObjectMetadata" | "PartialObjectMetadataList") if !version.is_empty() => {
                return Form::Metadata(version);
            }
            Some(_) => {}
        }
    }
    Form::Whole
}

/// What of the objects goes with their rows.
pub fn included(request: &Request) -> Included {
    match request.query("includeObject") {
        Some("None") => Included::Nothing,
        Some("Object") => Included::Whole,
        _ => Included::Metadata,
    }
}

/// A table of objects. `metadata` is that of the list or of the object.
pub fn table(
    resource: &Resource,
    version: &str,
    metadata: &Value,
    objects: &[Value],
    included: Included,
    now: Timestamp,
) -> Value {
    let name = json!({
        "name": "Name",
        "type": "string",
        "format": "name",
        "description": "Its name, one of its kind in its namespace.",
        "priority": 0,
    });
    let columns = resource.columns.iter().map(|column| {
        let kind = if matches!(column.cell, Cell::Count(_)) { "integer" } else { "string" };
        json!({"name": column.name, "type": kind, "format": "", "description": column.description, "priority": 0})
    });
    let rows: Vec<Value> = objects
        .iter()
        .map(|object| row(resource, version, object, included, now))
        .collect();
    json!({
        "kind": "Table",
        "apiVersion": format!("meta.k8s.io/{version}"),
        "metadata": metadata,
        "columnDefinitions": std::iter::once(name).chain(columns).collect::<Vec<_>>(),
        "rows": rows,
    })
}

fn row(
    resource: &Resource,
    version: &str,
    object: &Value,
    included: Included,
    now: Timestamp,
) -> Value {
    let text = |pointer: &str| {
        object
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let name = json!(text("/metadata/name"));
    let cells = resource.columns.iter().map(|column| match column.cell {
        Cell::At(pointer) => json!(text(pointer)),
        Cell::Condition(kind, member) => json!(condition(object, kind, member)),
        Cell::Count(pointer) => json!(
            object
                .pointer(pointer)
                .and_then(Value::as_object)
                .map_or(0, serde_json::Map::len)
        ),
        Cell::Age => json!(age(text("/metadata/creationTimestamp"), now)),
    });
    let mut row = json!({"cells": std::iter::once(name).chain(cells).collect::<Vec<_>>()});
    let shown = match included {
        Included::Nothing => None,
        Included::Metadata => Some(metadata(version, object)),
        Included::Whole => Some(object.clone()),
    };
    if let (Some(members), Some(shown)) = (row.as_object_mut(), shown) {
        members.insert("object".to_owned(), shown);
    }
    row
}

/// An object's metadata alone.
pub fn metadata(version: &str, object: &Value) -> Value {
    json!({
        "kind": "PartialObjectMetadata",
        "apiVersion": format!("meta.k8s.io/{version}"),
        "metadata": object.get("metadata").cloned().unwrap_or_default(),
    })
}

fn condition<'a>(object: &'a Value, kind: &str, member: &str) -> &'a str {
    let conditions = object
        .pointer("/status/conditions")
        .and_then(Value::as_array);
    conditions
        .into_iter()
        .flatten()
        .find(|condition| condition.get("type").and_then(Value::as_str) == Some(kind))
        .and_then(|condition| condition.get(member)?.as_str())
        .unwrap_or_default()
}

/// How long ago that was, as kubectl prints it: the two largest units while the number is small.
pub fn age(created: &str, now: Timestamp) -> String {
    let Some(created) = Timestamp::parse_rfc3339(created) else {
        return "<unknown>".to_owned();
    };
    let seconds = now.millis().saturating_sub(created.millis()).max(0) / 1000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    let years = days / 365;
    let two = |number: i64, unit: &str, rest: i64, small: &str| {
        if rest == 0 {
            format!("{number}{unit}")
        } else {
            format!("{number}{unit}{rest}{small}")
        }
    };
    match (seconds, minutes, hours, days, years) {
        (..120, ..) => format!("{seconds}s"),
        (_, ..10, ..) => two(minutes, "m", seconds % 60, "s"),
        (_, ..180, ..) => format!("{minutes}m"),
        (_, _, ..8, ..) => two(hours, "h", minutes % 60, "m"),
        (_, _, ..48, ..) => format!("{hours}h"),
        (_, _, _, ..8, _) => two(days, "d", hours % 24, "h"),
        (_, _, _, ..730, _) => format!("{days}d"),
        (_, _, _, _, ..8) => two(years, "y", days % 365, "d"),
        _ => format!("{years}y"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::CONNECTOR;

    #[test]
    fn ages_are_short() {
        let at = |seconds: i64| {
            age(
                "1970-01-01T00:00:00Z",
                Timestamp::from_millis(seconds * 1000),
            )
        };
        let expected = [
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (301, "5m1s"),
            (660, "11m"),
            (3 * 3600, "3h"),
            (4 * 3600 + 60, "4h1m"),
            (30 * 3600, "30h"),
            (49 * 3600, "2d1h"),
            (100 * 86_400, "100d"),
            (800 * 86_400, "2y70d"),
        ];
        for (seconds, text) in expected {
            assert_eq!(at(seconds), text);
        }
    }

    #[test]
    fn a_row_has_a_cell_for_every_column() {
        let object = json!({
            "metadata": {"name": "git", "creationTimestamp": "1970-01-01T00:00:00Z"},
            "spec": {"connectorClassName": "git", "address": "https://git"},
            "status": {"conditions": [{"type": "Ready", "status": "True"}]},
        });
        let table = table(
            &CONNECTOR,
            "v1",
            &json!({}),
            &[object],
            Included::Metadata,
            Timestamp::from_millis(5000),
        );
        let cells = json!(["git", "git", "https://git", "True", "", "5s"]);
        assert_eq!(table["rows"][0]["cells"], cells);
        assert_eq!(table["columnDefinitions"].as_array().unwrap().len(), 6);
        assert_eq!(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
    }
}
