//! The export document.

use hub::class::Class;
use hub::json::text_at;
use hub::object::Object;
use hub::plan::{Plan, origin_of};
use hub::slot::{self, MASKED, shown, shown_members};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::applications::applications;
use super::{APP_CONFIGS, DEPLOY_CONFIGS, datasource_type};

/// The export document of a connector: what an import takes, without secrets.
pub(crate) fn export(connector: &Object, class: Option<&Class>) -> Value {
    masked(&with_slots(connector, class))
}

fn with_slots(connector: &Object, class: Option<&Class>) -> Value {
    let mut members = head(connector);
    let applications = applications(&connector.doc, class);
    members.insert("applications".to_owned(), Value::Array(applications));
    members.extend(stored_extension(connector).cloned().unwrap_or_default());
    Value::Object(members)
}

/// A document with the mask in place of every secret, and an empty text in place of one that is
/// still to be set.
pub(super) fn masked(document: &Value) -> Value {
    shown(document, MASKED).unwrap_or_default()
}

/// What every document begins with.
pub(super) fn head(connector: &Object) -> Map<String, Value> {
    let class = text_at(&connector.doc, "/class");
    let mut members = Map::new();
    members.insert("name".to_owned(), json!(connector.name));
    if let Some(description) = connector.doc.get("description") {
        members.insert("description".to_owned(), description.clone());
    }
    members.insert("datasourceType".to_owned(), json!(datasource_type(class)));
    members
}

/// The members that the hub has no place for.
pub(super) fn extension(connector: &Object) -> Map<String, Value> {
    let extension = stored_extension(connector);
    extension.map_or_else(Map::new, |members| shown_members(members, MASKED))
}

fn stored_extension(connector: &Object) -> Option<&Map<String, Value>> {
    connector.doc.pointer("/extensions/privacera")?.as_object()
}

/// What an import would do: the merged document, and the origin of every row of it.
#[derive(Serialize)]
pub(crate) struct Preview<'p> {
    operation: &'static str,
    connector: Value,
    rows: Vec<RowOrigin<'p>>,
    /// The secrets that are still to be set.
    #[serde(rename = "stillToBeSet")]
    still_to_be_set: StillToBeSet,
}

#[derive(Serialize)]
struct StillToBeSet {
    count: usize,
    rows: Vec<Unset>,
}

#[derive(Serialize)]
struct Unset {
    pointer: String,
    name: Value,
}

#[derive(Serialize)]
struct RowOrigin<'p> {
    pointer: String,
    name: Value,
    origin: &'p str,
}

/// What an import would do; nothing for a plan that does nothing.
pub(crate) fn preview<'p>(plan: &'p Plan, class: Option<&Class>) -> Option<Preview<'p>> {
    let change = plan.changes.first()?;
    let document = with_slots(&change.object, class);
    let listed = rows(&document);
    let origins = listed.iter().map(|(pointer, row)| RowOrigin {
        name: row.get("name").cloned().unwrap_or_default(),
        origin: origin_of(&plan.origins, pointer),
        pointer: pointer.clone(),
    });
    Some(Preview {
        operation: change.operation.as_str(),
        connector: masked(&document),
        rows: origins.collect(),
        still_to_be_set: still_to_be_set(&document, &listed, class),
    })
}

/// The rows of the applications, and where they are.
fn rows(document: &Value) -> Vec<(String, &Value)> {
    let mut rows = Vec::new();
    let applications = document.get("applications").and_then(Value::as_array);
    for (index, application) in applications.into_iter().flatten().enumerate() {
        for list in [APP_CONFIGS, DEPLOY_CONFIGS] {
            let listed = application.get(list).and_then(Value::as_array);
            for (row_index, row) in listed.into_iter().flatten().enumerate() {
                rows.push((format!("/applications/{index}/{list}/{row_index}"), row));
            }
        }
    }
    rows
}

/// The secrets that have no value: those of which a mask came, and those that the class requires.
fn still_to_be_set(
    document: &Value,
    listed: &[(String, &Value)],
    class: Option<&Class>,
) -> StillToBeSet {
    let is_required = |row: &Value| {
        let parameter = class.and_then(|class| class.parameter(text_at(row, "/name")));
        parameter.is_some_and(|parameter| parameter.required && parameter.is_sensitive())
            && row.get("value").is_none_or(|value| value == "")
    };
    let of_row = |pointer: &str, row: &Value| Unset {
        pointer: pointer.to_owned(),
        name: row.get("name").cloned().unwrap_or_default(),
    };
    let mut rows: Vec<Unset> = Vec::new();
    for (pointer, row) in listed {
        if is_required(row) {
            rows.push(of_row(pointer, row));
        }
    }
    for place in slot::still_to_be_set(document) {
        let row = listed.iter().find(|(row, _)| {
            place
                .strip_prefix(row.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        });
        rows.push(match row {
            Some((_, row)) => of_row(&place, row),
            None => of_row(&place, &Value::Null),
        });
    }
    StillToBeSet {
        count: rows.len(),
        rows,
    }
}
