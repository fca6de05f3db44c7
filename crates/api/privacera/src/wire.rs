//! The import document and its form in the hub.

use hub::connector::SECRET;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::json::text_at;
use hub::object::Object;
use hub::plan::{Plan, origin_of};
use hub::secret::MASK;
use serde::Serialize;
use serde_json::{Map, Value, json};

/// The longest name, in characters. Privacera publishes none.
const NAME_MAX: usize = 255;
/// The longest description, in characters. Privacera publishes that there is a limit, but not
/// which.
const DESCRIPTION_MAX: usize = 1000;
/// How many applications a connector may have: their ids follow from the connector's and their
/// place.
pub(crate) const APPLICATIONS_MAX: usize = 200;
/// The most rows of one list.
const ROWS_MAX: usize = 10_000;
/// The lists of rows of an application.
const APP_CONFIGS: &str = "appConfigs";
const DEPLOY_CONFIGS: &str = "deployConfigs";
/// The rows of a deployment that an application shows as members of its own.
const REPLICAS: &str = "REPLICAS";
const IMAGE_TAG: &str = "IMAGE_TAG";
/// The members of the document that the hub has a place for, or that the server sets.
const KNOWN: [&str; 5] = [
    "name",
    "description",
    "datasourceType",
    "ownerType",
    "applications",
];

/// An import: what it says, in the hub's form.
pub(crate) struct Import {
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
pub(crate) fn read(body: Value) -> Result<Import> {
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

/// Privacera publishes that there are naming rules, but not which. What a path and a log line can
/// carry is allowed.
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
        check_rows(&application, APP_CONFIGS, faults);
        check_rows(&application, DEPLOY_CONFIGS, faults);
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
        let Some(row) = faults.object(&path, row) else {
            continue;
        };
        let name = row.string("name", faults).unwrap_or_default();
        if list == DEPLOY_CONFIGS
            && let Some(fault) = deploy_fault(name, &row)
        {
            faults.push(FieldError::new(
                row.path("value"),
                FieldCode::Invalid,
                fault,
            ));
        }
    }
}

/// What is wrong with the value of a row that says how an application is deployed. Without a value
/// there is a default.
fn deploy_fault(name: &str, row: &Fields<'_>) -> Option<&'static str> {
    let value = row.get("value").filter(|value| **value != json!(""))?;
    match name {
        REPLICAS => replicas(value)
            .is_none()
            .then_some("must be how many replicas there are to be: a whole number, 0 or more"),
        IMAGE_TAG => image_tag(value)
            .is_none()
            .then_some("must be the tag of an image: a text"),
        _ => None,
    }
}

/// How many replicas a value of a row asks for. Rows carry numbers as text as often as not.
fn replicas(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        _ => u32::try_from(value.as_u64()?).ok(),
    }
}

/// The tag that a value of a row asks for. One like `1.2` may have come as a number.
fn image_tag(value: &Value) -> Option<String> {
    match value {
        Value::String(tag) => Some(tag.clone()),
        Value::Number(tag) => Some(tag.to_string()),
        _ => None,
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

/// What a 201 has and an import document need not: it is set by the server, and sent back changes
/// nothing.
const SERVER_SET: [&str; 4] = ["id", "runtimePlaneId", "createdAt", "updatedAt"];

/// The export document of a connector: what an import takes, without secrets.
pub(crate) fn export(mut connector: Object) -> Value {
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
#[derive(Serialize)]
pub(crate) struct Preview<'p> {
    operation: &'static str,
    connector: Value,
    rows: Vec<RowOrigin<'p>>,
}

#[derive(Serialize)]
struct RowOrigin<'p> {
    pointer: String,
    name: Value,
    origin: &'p str,
}

/// What an import would do; nothing for a plan that does nothing.
pub(crate) fn preview(plan: &Plan) -> Option<Preview<'_>> {
    let change = plan.changes.first()?;
    let mut rows = Vec::new();
    for (index, application) in applications(&change.object).iter().enumerate() {
        for list in [APP_CONFIGS, DEPLOY_CONFIGS] {
            let listed = application.get(list).and_then(Value::as_array);
            for (row_index, row) in listed.into_iter().flatten().enumerate() {
                let pointer = format!("/applications/{index}/{list}/{row_index}");
                rows.push(RowOrigin {
                    name: row.get("name").cloned().unwrap_or_default(),
                    origin: origin_of(&plan.origins, &pointer),
                    pointer,
                });
            }
        }
    }
    Some(Preview {
        operation: change.operation.as_str(),
        connector: export(change.object.clone()),
        rows,
    })
}

/// The resource that a create answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Resource {
    id: i64,
    #[serde(flatten)]
    head: Map<String, Value>,
    owner_type: &'static str,
    runtime_plane_id: i64,
    applications: Vec<Value>,
    created_at: String,
    updated_at: String,
    #[serde(flatten)]
    extension: Map<String, Value>,
}

/// The resource that a create answers.
pub(crate) fn resource(connector: &Object, runtime_plane_id: i64) -> Resource {
    let applications = applications(connector).into_iter().enumerate();
    Resource {
        id: connector.id,
        head: head(connector),
        owner_type: "USER",
        runtime_plane_id,
        applications: applications
            .map(|(index, application)| deployed(connector, index, shown(application)))
            .collect(),
        created_at: connector.created_at.rfc3339_millis(),
        updated_at: connector.updated_at.rfc3339_millis(),
        extension: extension(connector),
    }
}

/// A connector with what its probe found, in the form that we give it: none is published.
#[derive(Serialize)]
pub(crate) struct Probed {
    id: i64,
    #[serde(flatten)]
    head: Map<String, Value>,
    conditions: Value,
}

/// A connector with what its probe found.
pub(crate) fn probed(connector: &Object) -> Probed {
    let conditions = connector.doc.pointer("/status/conditions");
    Probed {
        id: connector.id,
        head: head(connector),
        conditions: conditions.cloned().unwrap_or_else(|| json!([])),
    }
}

fn head(connector: &Object) -> Map<String, Value> {
    let class = text_at(&connector.doc, "/class");
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
    for list in [APP_CONFIGS, DEPLOY_CONFIGS] {
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

/// An application as created: with an id, a name and the state of its deployment, which its rows
/// decide.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Deployed {
    id: i64,
    name: String,
    status: &'static str,
    replicas: u32,
    image_tag: String,
    #[serde(flatten)]
    application: Map<String, Value>,
}

fn deployed(connector: &Object, index: usize, application: Value) -> Value {
    let app_type = hub::text::slug(text_at(&application, "/appType"));
    let Value::Object(application) = application else {
        return application;
    };
    let index = i64::try_from(index).unwrap_or_default();
    let first = connector.id.saturating_mul(256).saturating_add(1);
    // Another dialect may have put anything there.
    let row = |name| deploy_row(&application, name);
    json!(Deployed {
        id: first.saturating_add(index),
        name: format!("{}-{app_type}", connector.slug),
        status: "CREATED",
        replicas: row(REPLICAS).and_then(replicas).unwrap_or(1),
        image_tag: row(IMAGE_TAG)
            .and_then(image_tag)
            .unwrap_or_else(|| "latest".to_owned()),
        application,
    })
}

/// The value of a row that says how an application is deployed, if it has one.
fn deploy_row<'a>(application: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let rows = application.get(DEPLOY_CONFIGS)?.as_array()?;
    let row = rows
        .iter()
        .find(|row| row.get("name").and_then(Value::as_str) == Some(name))?;
    row.get("value").filter(|value| **value != json!(""))
}
