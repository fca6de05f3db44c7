//! Connector instances and their form in the hub.

use hub::class::Class;
use hub::connector::settle;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::json::text_at;
use hub::object::{Kind, Object};
use hub::pointer::field_path;
use hub::resource::{Context, Draft, Resource};
use hub::scope::SecretStore;
use hub::secret::Raw;
use hub::slot::{MASKED, shown_members, still_to_be_set};
use serde_json::{Map, Value, json};

use super::{connector, properties};
use crate::scope::environment_id;

/// The longest name, in characters, as published.
pub(crate) const NAME_MAX: usize = 256;
/// What names and the ids of connectors must match, as published. It has no end, so that it comes
/// to what [`matches_pattern`] says.
pub(crate) const PATTERN: &str = r"^(?=\S)[\p{L}\p{M}\p{N}\p{So}/.'_ -]*(?!.*((<)|(\$\{)))";
/// The members that only the server sets; sent back they change nothing.
const SERVER_SET: [&str; 6] = [
    "_links",
    "id",
    "environment",
    "createdAt",
    "updatedAt",
    "metadata",
];
/// The members that the hub has a place for.
const KNOWN: [&str; 3] = ["name", "connector", "properties"];

/// What becomes of the members in a replacement. The official Terraform provider sends an empty
/// `connector.id`. Fewer than six asterisks may be a value.
const REPLACE_RULES: &str = r#"{
    "server": ["/_links", "/id", "/environment", "/createdAt", "/updatedAt", "/metadata"],
    "immutable": [{"path": "/connector/id", "empty": true}],
    "mask": {"text": "******", "asterisks": 6, "unmatched": "error"}
}"#;

/// A connector instance.
pub(crate) struct ConnectorInstance;

impl Resource for ConnectorInstance {
    fn name(&self) -> &'static str {
        "pingone connectorInstance"
    }

    fn kind(&self) -> Kind {
        Kind::Connector
    }

    fn show(&self, instance: &Object, context: &Context<'_>) -> Value {
        let class = context.class_of(&instance.doc);
        let mut extension = extension(instance);
        let mut members = Map::new();
        members.insert("id".to_owned(), json!(instance.uid.hex()));
        members.insert(
            "environment".to_owned(),
            json!({"id": environment_id(context.scope)}),
        );
        let mut reference = Map::new();
        reference.insert("id".to_owned(), json!(connector_id(instance, class)));
        if let Some(Value::Object(more)) = extension.shift_remove("connector") {
            reference.extend(more);
        }
        members.insert("connector".to_owned(), Value::Object(reference));
        members.insert("name".to_owned(), json!(instance.name));
        members.insert(
            "createdAt".to_owned(),
            json!(instance.created_at.rfc3339_millis()),
        );
        members.insert(
            "updatedAt".to_owned(),
            json!(instance.updated_at.rfc3339_millis()),
        );
        let shown = properties::properties(&instance.doc, class);
        if !shown.is_empty() {
            members.insert("properties".to_owned(), Value::Object(shown));
        }
        if let Some(class) = class {
            members.insert("metadata".to_owned(), connector::metadata(class));
        }
        members.extend(extension);
        Value::Object(members)
    }

    fn read(&self, wire: &Value, current: Option<&Object>, context: &Context<'_>) -> Result<Draft> {
        let mut faults = FieldErrors::default();
        if current.is_none() {
            check_members(wire, false, &mut faults);
        }
        let class = class(wire, current, context, &mut faults);
        faults.finish(())?;

        let doc = current
            .map(|current| current.doc.clone())
            .unwrap_or(json!({}));
        let Value::Object(mut doc) = doc else {
            return Err(Error::Internal(
                "the document of a connector is no object".to_owned(),
            ));
        };
        if let Some(class) = class {
            doc.insert("class".to_owned(), json!(class.name));
        }
        let given = wire.get("properties").and_then(Value::as_object).cloned();
        properties::put(&mut doc, class, &given.unwrap_or_default());
        let mut extensions = doc.get("extensions").and_then(Value::as_object).cloned();
        let extensions = extensions.get_or_insert_default();
        put(extensions, "pingone", Value::Object(unknown_members(wire)));
        put(&mut doc, "extensions", Value::Object(extensions.clone()));
        let stored = current.map(|current| &current.doc);
        let store = context.scope.secret_store;
        check_secrets(&Value::Object(doc.clone()), stored, class, store)?;
        Ok(Draft {
            name: text_at(wire, "/name").to_owned(),
            doc: Raw::new(Value::Object(doc)),
        })
    }

    fn replace_rules(&self) -> &'static str {
        REPLACE_RULES
    }
}

/// Sets a member, or removes it when there is nothing in the value.
fn put(members: &mut Map<String, Value>, name: &str, value: Value) {
    let empty = match &value {
        Value::Array(items) => items.is_empty(),
        Value::Object(inside) => inside.is_empty(),
        _ => false,
    };
    if empty {
        members.shift_remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
}

/// Refuses secrets that cannot be stored, and names the properties that hold them: a mask where
/// nothing is stored that it could stand for, and a value where only references are wanted.
fn check_secrets(
    doc: &Value,
    current: Option<&Value>,
    class: Option<&Class>,
    store: SecretStore,
) -> Result<()> {
    let is_new = current.is_none();
    if store == SecretStore::Values && !(is_new && properties::has_mask(doc)) {
        return Ok(());
    }
    let as_sent = |mut error: FieldError| {
        error.field = properties::field(&error.field, doc, class).unwrap_or(error.field);
        error
    };
    let settled = match settle(Raw::new(doc.clone()), current, class, store) {
        Err(Error::Invalid(errors)) => {
            return Error::check(errors.into_iter().map(as_sent).collect());
        }
        settled => settled?.0,
    };
    let unset = still_to_be_set(&settled).into_iter().filter(|_| is_new);
    let message = "is a mask, but nothing is stored that it could stand for: send the value";
    let errors = unset.map(|pointer| {
        as_sent(FieldError::new(
            field_path(&pointer),
            FieldCode::Invalid,
            message,
        ))
    });
    Error::check(errors.collect())
}

fn extension(instance: &Object) -> Map<String, Value> {
    let extension = instance.doc.pointer("/extensions/pingone");
    extension
        .and_then(Value::as_object)
        .map(|members| shown_members(members, MASKED))
        .unwrap_or_default()
}

/// What the hub has no place for, and what `connector` has besides its id.
fn unknown_members(wire: &Value) -> Map<String, Value> {
    let unknown = |(name, _): &(&String, &Value)| {
        !KNOWN.contains(&name.as_str()) && !SERVER_SET.contains(&name.as_str())
    };
    let members = wire.as_object().into_iter().flatten().filter(unknown);
    let mut members: Map<String, Value> = members
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let mut reference = wire.get("connector").and_then(Value::as_object).cloned();
    let reference = reference.get_or_insert_default();
    reference.shift_remove("id");
    put(&mut members, "connector", Value::Object(reference.clone()));
    members
}

/// The id of a connector that is no longer in the catalogue is the name of the class.
fn connector_id<'a>(instance: &'a Object, class: Option<&'a Class>) -> &'a str {
    class.map_or_else(|| text_at(&instance.doc, "/class"), connector::id)
}

/// The class of an instance: that of `current`, which cannot change, or the one that the document
/// names.
fn class<'a>(
    wire: &Value,
    current: Option<&Object>,
    context: &Context<'a>,
    faults: &mut FieldErrors,
) -> Option<&'a Class> {
    if let Some(current) = current {
        return context.class_of(&current.doc);
    }
    let id = text_at(wire, "/connector/id");
    let class = connector::by_id(context.classes, id);
    // That it is missing, empty or no text has been noted.
    if class.is_none() && !id.is_empty() {
        let message = format!("there is no connector {id:?} in this environment");
        faults.push(FieldError::new(
            "connector.id",
            FieldCode::NotFound,
            message,
        ));
    }
    class
}

/// Checks a replacement as it was sent, before what it leaves out is filled in.
///
/// # Errors
/// [`Error::Invalid`] with every field that breaks a published rule.
pub(crate) fn check_replacement(wire: &Value) -> Result<()> {
    let mut faults = FieldErrors::default();
    check_members(wire, true, &mut faults);
    faults.finish(())
}

/// A replacement may leave `connector.id` empty.
fn check_members(wire: &Value, replaces: bool, faults: &mut FieldErrors) {
    let Some(fields) = faults.object("", wire) else {
        return;
    };
    check_text(&fields, "name", false, faults);
    if fields.get("connector").is_none() {
        faults.push(FieldError::required("connector"));
    }
    if let Some(reference) = fields.optional_object("connector", faults) {
        check_text(&reference, "id", replaces, faults);
    }
    fields.optional_object("properties", faults);
}

fn check_text(fields: &Fields<'_>, name: &str, may_be_empty: bool, faults: &mut FieldErrors) {
    let path = fields.path(name);
    if fields.get(name).is_none() {
        faults.push(FieldError::required(path));
        return;
    }
    let Some(text) = fields.optional_string(name, faults) else {
        return;
    };
    if text.is_empty() {
        if !may_be_empty {
            faults.push(FieldError::new(path, FieldCode::Empty, "must not be empty"));
        }
    } else if text.chars().count() > NAME_MAX {
        let message = format!("must have at most {NAME_MAX} characters");
        faults.push(FieldError::new(path, FieldCode::TooLong, message));
    } else if !matches_pattern(text) {
        let message = "must not begin with white space, and its first line must have neither \"<\" nor \"${\"";
        faults.push(FieldError::new(path, FieldCode::Invalid, message));
    }
}

/// The published pattern only looks at the first character, and for what must not be in the first
/// line.
fn matches_pattern(text: &str) -> bool {
    let line = text
        .split(['\n', '\r', '\u{2028}', '\u{2029}'])
        .next()
        .unwrap_or_default();
    text.chars()
        .next()
        .is_some_and(|first| !first.is_whitespace())
        && !line.contains('<')
        && !line.contains("${")
}
