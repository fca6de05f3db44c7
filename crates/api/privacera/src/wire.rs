//! The import document and its form in the hub.

use hub::connector::SECRET;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::object::Object;
use hub::plan::{Plan, origin_of};
use hub::secret::MASK;
use serde_json::{Map, Value, json};

/// The longest name, in characters. Privacera publishes none.
const NAME_MAX: usize = 255;
/// The longest description, in characters. Privacera publishes that there is a limit, but not which.
const DESCRIPTION_MAX: usize = 1000;
/// How many applications a connector may have: their ids follow from the connector's and their place.
pub const APPLICATIONS_MAX: usize = 200;
/// The most rows of one list.
const ROWS_MAX: usize = 10_000;
/// The members of the document that the hub has a place for, or that the server sets.
const KNOWN: [&str; 5] = [
    "name",
    "description",
    "datasourceType",
    "ownerType",
    "applications",
];

/// An import: what it says, in the hub's form.
pub struct Import {
    /// The display name.
    pub name: String,
    /// The name of the class.
    pub class: String,
    /// The hub's document.
    pub doc: Value,
}

/// Reads an import document.
///
/// # Errors
/// [`Error::Invalid`] with every field that breaks a rule of the field reference.
pub fn read(body: Value) -> Result<Import> {
    let mut faults = FieldErrors::default();
    let Some(fields) = faults.object("", &body) else {
        return faults.finish(()).and(Err(not_an_object()));
    };
    let name = fields.string("name", &mut faults).unwrap_or_default();
    check_name(name, &mut faults);
    check_description(&fields, &mut faults);
    let datasource_type = fields
        .string("datasourceType", &mut faults)
        .unwrap_or_default();
    fields.optional_choice("ownerType", &["USER"], &mut faults);
    check_applications(&fields, &mut faults);
    faults.finish(())?;

    let (name, class) = (name.to_owned(), class_name(datasource_type));
    let doc = hub_doc(&class, body);
    Ok(Import { name, class, doc })
}

fn not_an_object() -> Error {
    Error::Malformed("the body must be a JSON object".to_owned())
}

/// Privacera publishes that there are naming rules, but not which. What a path and a log line can carry is allowed.
fn check_name(name: &str, faults: &mut FieldErrors) {
    if name.chars().count() > NAME_MAX {
        faults.push(FieldError::new(
            "name",
            FieldCode::TooLong,
            format!("must have at most {NAME_MAX} characters"),
        ));
    }
    if name != name.trim() {
        faults.push(FieldError::new(
            "name",
            FieldCode::Invalid,
            "must not begin or end with white space",
        ));
    }
    if let Some(bad) = name
        .chars()
        .find(|char| char.is_control() || matches!(char, '<' | '>' | '"' | '\\' | '{' | '}'))
    {
        faults.push(FieldError::new(
            "name",
            FieldCode::Invalid,
            format!("must not contain {bad:?}"),
        ));
    }
}

fn check_description(fields: &Fields<'_>, faults: &mut FieldErrors) {
    let description = fields
        .optional_string("description", faults)
        .unwrap_or_default();
    if description.chars().count() > DESCRIPTION_MAX {
        let message = format!("must have at most {DESCRIPTION_MAX} characters");
        faults.push(FieldError::new("description", FieldCode::TooLong, message));
    }
}

fn check_applications(fields: &Fields<'_>, faults: &mut FieldErrors) {
    let Some(applications) = fields.array("applications", faults) else {
        return;
    };
    if applications.is_empty() {
        faults.push(FieldError::new(
            "applications",
            FieldCode::Required,
            "must have at least one application",
        ));
    }
    if applications.len() > APPLICATIONS_MAX {
        let message = format!("must have at most {APPLICATIONS_MAX} applications");
        faults.push(FieldError::new("applications", FieldCode::TooLong, message));
        return;
    }
    for (path, application) in applications {
        let Some(application) = faults.object(&path, application) else {
            continue;
        };
        application.string("appType", faults);
        check_rows(&application, "appConfigs", faults);
        check_rows(&application, "deployConfigs", faults);
    }
}

fn check_rows(application: &Fields<'_>, list: &str, faults: &mut FieldErrors) {
    let rows = application.array(list, faults).unwrap_or_default();
    if rows.len() > ROWS_MAX {
        let message = format!("must have at most {ROWS_MAX} rows");
        faults.push(FieldError::new(
            application.path(list),
            FieldCode::TooLong,
            message,
        ));
        return;
    }
    for (path, row) in rows {
        if let Some(row) = faults.object(&path, row) {
            row.string("name", faults);
        }
    }
}

/// `DATABRICKS_UNITY_CATALOG` is the class `databricks-unity-catalog`.
fn class_name(datasource_type: &str) -> String {
    datasource_type
        .trim()
        .to_ascii_lowercase()
        .replace('_', "-")
}

/// The class `databricks-unity-catalog` is `DATABRICKS_UNITY_CATALOG`.
fn datasource_type(class: &str) -> String {
    class.to_ascii_uppercase().replace('-', "_")
}

fn hub_doc(class: &str, body: Value) -> Value {
    let Value::Object(mut members) = body else {
        return Value::Null;
    };
    let mut doc = Map::new();
    doc.insert("class".to_owned(), json!(class));
    if let Some(description) = members.get("description").filter(|text| !text.is_null()) {
        doc.insert("description".to_owned(), description.clone());
    }
    doc.insert(
        "applications".to_owned(),
        members.remove("applications").unwrap_or_default(),
    );
    members
        .retain(|name, _| !KNOWN.contains(&name.as_str()) && !SERVER_SET.contains(&name.as_str()));
    if !members.is_empty() {
        doc.insert("extensions".to_owned(), json!({"privacera": members}));
    }
    Value::Object(doc)
}

/// What a 201 has and an import document need not: it is set by the server, and sent back changes nothing.
const SERVER_SET: [&str; 4] = ["id", "runtimePlaneId", "createdAt", "updatedAt"];

/// The export document of a connector: what an import takes, without secrets.
pub fn export(mut connector: Object) -> Value {
    let mut members = head(&connector);
    // Taken, since a copy would cost as much as reading the document did.
    let applications = connector.doc.get_mut("applications").map(Value::take);
    let applications = match applications {
        Some(Value::Array(applications)) => applications,
        _ => Vec::new(),
    };
    members.insert(
        "applications".to_owned(),
        applications.into_iter().map(shown).collect(),
    );
    members.extend(extension(&connector));
    Value::Object(members)
}

/// What an import would do: the merged document, and the origin of every row of it.
pub fn preview(plan: &Plan) -> Value {
    let Some(change) = plan.changes.first() else {
        return Value::Null;
    };
    let mut rows = Vec::new();
    for (index, application) in applications(&change.object).iter().enumerate() {
        for list in ["appConfigs", "deployConfigs"] {
            let names = application
                .get(list)
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            for (row_index, row) in names.enumerate() {
                let pointer = format!("/applications/{index}/{list}/{row_index}");
                let origin = origin_of(&plan.origins, &pointer);
                rows.push(json!({"pointer": pointer, "name": row.get("name"), "origin": origin}));
            }
        }
    }
    json!({"operation": change.operation.as_str(), "connector": export(change.object.clone()), "rows": rows})
}

/// The resource that a create answers (reference/privacera.md, "201 fields").
pub fn resource(connector: &Object, runtime_plane_id: i64) -> Value {
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(connector.id));
    members.extend(head(connector));
    members.insert("ownerType".to_owned(), json!("USER"));
    members.insert("runtimePlaneId".to_owned(), json!(runtime_plane_id));
    let deployed = |(index, application)| deployed(connector, index, shown(application));
    members.insert(
        "applications".to_owned(),
        applications(connector)
            .into_iter()
            .enumerate()
            .map(deployed)
            .collect(),
    );
    members.insert(
        "createdAt".to_owned(),
        json!(connector.created_at.rfc3339_millis()),
    );
    members.insert(
        "updatedAt".to_owned(),
        json!(connector.updated_at.rfc3339_millis()),
    );
    members.extend(extension(connector));
    Value::Object(members)
}

/// A connector with what its probe found, in the form that we give it: none is published.
pub fn probed(connector: &Object) -> Value {
    let mut members = Map::new();
    members.insert("id".to_owned(), json!(connector.id));
    members.extend(head(connector));
    let conditions = connector.doc.pointer("/status/conditions");
    let conditions = conditions.cloned().unwrap_or_else(|| json!([]));
    members.insert("conditions".to_owned(), conditions);
    Value::Object(members)
}

fn head(connector: &Object) -> Map<String, Value> {
    let class = connector
        .doc
        .get("class")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut members = Map::new();
    members.insert("name".to_owned(), json!(connector.name));
    if let Some(description) = connector.doc.get("description") {
        members.insert("description".to_owned(), description.clone());
    }
    members.insert("datasourceType".to_owned(), json!(datasource_type(class)));
    members
}

fn applications(connector: &Object) -> Vec<Value> {
    connector
        .doc
        .get("applications")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

fn extension(connector: &Object) -> Map<String, Value> {
    let extension = connector
        .doc
        .pointer("/extensions/privacera")
        .and_then(Value::as_object);
    extension.cloned().unwrap_or_default()
}

/// An application with the mask in place of every secret.
fn shown(mut application: Value) -> Value {
    for list in ["appConfigs", "deployConfigs"] {
        let rows = application
            .get_mut(list)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten();
        for row in rows.filter_map(Value::as_object_mut) {
            if row.shift_remove(SECRET).is_some() {
                row.insert("value".to_owned(), json!(MASK));
            }
        }
    }
    application
}

/// An application as created: with an id, a name and the state of its deployment, which its rows decide.
fn deployed(connector: &Object, index: usize, application: Value) -> Value {
    let Value::Object(application) = application else {
        return application;
    };
    let app_type = application
        .get("appType")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let index = i64::try_from(index).unwrap_or_default();
    let mut members = Map::new();
    members.insert(
        "id".to_owned(),
        json!(
            connector
                .id
                .saturating_mul(256)
                .saturating_add(index)
                .saturating_add(1)
        ),
    );
    members.insert(
        "name".to_owned(),
        json!(format!("{}-{}", connector.slug, hub::text::slug(app_type))),
    );
    members.insert("status".to_owned(), json!("CREATED"));
    members.insert(
        "replicas".to_owned(),
        json!(
            deploy_row(&application, "REPLICAS")
                .and_then(|text| text.parse::<u32>().ok())
                .unwrap_or(1)
        ),
    );
    members.insert(
        "imageTag".to_owned(),
        json!(deploy_row(&application, "IMAGE_TAG").unwrap_or_else(|| "latest".to_owned())),
    );
    members.extend(application);
    Value::Object(members)
}

fn deploy_row(application: &Map<String, Value>, name: &str) -> Option<String> {
    let rows = application.get("deployConfigs")?.as_array()?;
    let row = rows
        .iter()
        .find(|row| row.get("name").and_then(Value::as_str) == Some(name))?;
    let value = row.get("value")?;
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    Some(text).filter(|text| !text.is_empty())
}
