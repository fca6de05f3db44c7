//! Tables and metadata: what `kubectl get` prints, and what clients that only want names ask for.

use hub::json::text_at;
use hub::time::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::request::accept::Included;
use crate::resource::{Cell, Resource};

/// A table of objects (meta/v1, Table).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Table<M> {
    kind: &'static str,
    api_version: String,
    metadata: M,
    column_definitions: Option<Vec<Column>>,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Column {
    name: &'static str,
    r#type: &'static str,
    format: &'static str,
    description: &'static str,
    priority: u8,
}

#[derive(Serialize)]
struct Row {
    cells: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<Shown>,
}

/// What of an object goes with its row.
#[derive(Serialize)]
#[serde(untagged)]
enum Shown {
    Metadata(Metadata),
    Whole(Value),
}

/// An object's metadata alone.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    kind: &'static str,
    api_version: String,
    metadata: Value,
}

impl Metadata {
    /// That of an object, in a version of meta.k8s.io.
    pub(super) fn of(version: &str, object: &Value) -> Self {
        Self {
            kind: "PartialObjectMetadata",
            api_version: format!("meta.k8s.io/{version}"),
            metadata: object.get("metadata").cloned().unwrap_or_default(),
        }
    }
}

impl<M> Table<M> {
    /// A table of objects. `metadata` is that of the list or of the object.
    pub(super) fn of(
        resource: &Resource,
        version: &str,
        metadata: M,
        objects: &[Value],
        included: Included,
        now: Timestamp,
    ) -> Self {
        let name = Column {
            name: "Name",
            r#type: "string",
            format: "name",
            description: "Its name, one of its kind in its namespace.",
            priority: 0,
        };
        let columns = resource.columns.iter().map(|column| Column {
            name: column.name,
            r#type: type_of(resource, &column.cell),
            format: "",
            description: column.description,
            priority: 0,
        });
        let objects = objects.iter();
        Self {
            kind: "Table",
            api_version: format!("meta.k8s.io/{version}"),
            metadata,
            column_definitions: Some(std::iter::once(name).chain(columns).collect()),
            rows: objects
                .map(|object| row(resource, version, object, included, now))
                .collect(),
        }
    }

    /// The same, whose columns the client has been told of.
    #[must_use]
    pub(super) fn without_columns(self) -> Self {
        Self {
            column_definitions: None,
            ..self
        }
    }
}

/// The printer of a custom resource knows dates; those of the core group print them as texts.
fn type_of(resource: &Resource, cell: &Cell) -> &'static str {
    match cell {
        Cell::Count(_) => "integer",
        Cell::Age if !resource.is_core() => "date",
        Cell::Age | Cell::At(_) | Cell::Condition(..) => "string",
    }
}

fn row(
    resource: &Resource,
    version: &str,
    object: &Value,
    included: Included,
    now: Timestamp,
) -> Row {
    let name = text_at(object, "/metadata/name").into();
    let cells = resource.columns.iter().map(|column| match column.cell {
        Cell::At(pointer) => object.pointer(pointer).cloned().unwrap_or_default(),
        Cell::Condition(kind, member) => condition(object, kind, member),
        Cell::Count(pointer) => {
            let members = object.pointer(pointer).and_then(Value::as_object);
            members.map_or(0, serde_json::Map::len).into()
        }
        Cell::Age => age(text_at(object, "/metadata/creationTimestamp"), now).into(),
    });
    Row {
        cells: std::iter::once(name).chain(cells).collect(),
        object: match included {
            Included::Nothing => None,
            Included::Metadata => Some(Shown::Metadata(Metadata::of(version, object))),
            Included::Whole => Some(Shown::Whole(object.clone())),
        },
    }
}

/// A member of a condition; null where there is none.
fn condition(object: &Value, kind: &str, member: &str) -> Value {
    let conditions = object
        .pointer("/status/conditions")
        .and_then(Value::as_array);
    conditions
        .into_iter()
        .flatten()
        .find(|condition| text_at(condition, "/type") == kind)
        .and_then(|condition| condition.get(member).cloned())
        .unwrap_or_default()
}

/// How long ago that was, as kubectl prints it: the two largest units while the number is small.
fn age(created: &str, now: Timestamp) -> String {
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
    use serde_json::json;

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
        let now = Timestamp::from_millis(5000);
        let table = Table::of(&CONNECTOR, "v1", (), &[object], Included::Metadata, now);
        let table = serde_json::to_value(&table).unwrap();
        let cells = json!(["git", "git", "https://git", "True", null, "5s"]);
        assert_eq!(table["rows"][0]["cells"], cells);
        let types: Vec<&Value> = table["columnDefinitions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|column| &column["type"])
            .collect();
        assert_eq!(
            types,
            ["string", "string", "string", "string", "string", "date"]
        );
        assert_eq!(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
    }
}
