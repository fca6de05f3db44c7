//! The import document, read.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::secret::Raw;
use serde_json::{Map, Value, json};

use super::deploy::{IMAGE_TAG, REPLICAS, image_tag, replicas};
use super::{APP_CONFIGS, DEPLOY_CONFIGS, class_name};

/// The longest name, in characters. Privacera publishes none.
const NAME_MAX: usize = 255;
/// The longest description, in characters. Privacera publishes that there is a limit, but not
/// which.
const DESCRIPTION_MAX: usize = 1000;
/// How many applications a connector may have: their ids follow from the connector's and their
/// place.
const APPLICATIONS_MAX: usize = 200;
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
pub(crate) struct Import {
    /// The display name.
    pub name: String,
    /// The name of the class.
    pub class: String,
    /// The data source type as it was given.
    pub datasource_type: String,
    /// The hub's document.
    pub doc: Raw,
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
    let datasource_type = datasource_type.trim().to_owned();
    let doc = Raw::new(hub_doc(&class, body));
    Ok(Import {
        name,
        class,
        datasource_type,
        doc,
    })
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
