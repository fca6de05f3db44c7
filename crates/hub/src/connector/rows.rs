//! The rows of a connector's document, wherever they are.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The lists of rows of an application.
const ROW_LISTS: [&str; 2] = ["appConfigs", "deployConfigs"];

/// Visits every row: its path in the document, and the row.
pub(super) fn for_each_row(doc: &mut Value, mut visit: impl FnMut(&str, &mut Map<String, Value>)) {
    for_rows(doc.pointer_mut("/params"), "params", &mut visit);
    for_rows(doc.pointer_mut("/auth/params"), "auth.params", &mut visit);
    let applications = doc.get_mut("applications").and_then(Value::as_array_mut);
    for (index, application) in applications.into_iter().flatten().enumerate() {
        for list in ROW_LISTS {
            let path = format!("applications[{index}].{list}");
            for_rows(application.get_mut(list), &path, &mut visit);
        }
    }
}

fn for_rows(
    list: Option<&mut Value>,
    path: &str,
    visit: &mut impl FnMut(&str, &mut Map<String, Value>),
) {
    let rows = list.and_then(Value::as_array_mut);
    for (index, row) in rows.into_iter().flatten().enumerate() {
        let Some(row) = row.as_object_mut() else {
            continue;
        };
        visit(&format!("{path}[{index}]"), row);
    }
}

/// Where the rows of a merged document are in the document that was sent, by their paths. Rows are
/// found by name, and a row that was not sent is in its list.
pub(super) fn places_in(merged: &Value, sent: &Value) -> HashMap<String, String> {
    let mut places = HashMap::new();
    for member in ["params", "auth.params"] {
        let pointer = format!("/{}", member.replace('.', "/"));
        note_places(
            merged.pointer(&pointer),
            sent.pointer(&pointer),
            (member, member),
            &mut places,
        );
    }
    let applications = |doc: &'_ Value| doc.get("applications").and_then(Value::as_array).cloned();
    let sent = applications(sent).unwrap_or_default();
    for (index, application) in applications(merged).into_iter().flatten().enumerate() {
        let app_type = application.get("appType");
        let place = sent.iter().position(|sent| sent.get("appType") == app_type);
        let place = place.unwrap_or(index);
        for list in ROW_LISTS {
            let rows = sent.get(place).and_then(|sent| sent.get(list));
            let (from, to) = (
                format!("applications[{index}].{list}"),
                format!("applications[{place}].{list}"),
            );
            note_places(application.get(list), rows, (&from, &to), &mut places);
        }
    }
    places
}

fn note_places(
    merged: Option<&Value>,
    sent: Option<&Value>,
    (from, to): (&str, &str),
    places: &mut HashMap<String, String>,
) {
    let rows = |list: Option<&Value>| list.and_then(Value::as_array).cloned().unwrap_or_default();
    let mut by_name = HashMap::new();
    for (index, row) in rows(sent).iter().enumerate() {
        by_name
            .entry(text(row.get("name")).to_owned())
            .or_insert(index);
    }
    for (index, row) in rows(merged).iter().enumerate() {
        let place = by_name.get(text(row.get("name")));
        let place = place.map_or_else(|| to.to_owned(), |place| format!("{to}[{place}]"));
        places.insert(format!("{from}[{index}]"), place);
    }
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}
