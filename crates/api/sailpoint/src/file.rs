//! The file of an import: what an export wrote, or part of it.

use std::collections::HashMap;

use hub::error::{FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::job::Item;
use serde_json::{Map, Value, json};

use super::options::Selection;
use super::order::{self, Ordered};
use super::types;

/// The version of the form, of the file and of each object. There has been no other.
const VERSION: i64 = 1;
/// The most objects of a file.
const OBJECTS_MAX: usize = 100_000;
/// The longest name and the longest id, in characters.
const TEXT_MAX: usize = 1024;

/// Reads a file and gives the objects that are wanted, what is referred to before what refers to it.
///
/// The members around `objects` may be left out: uploads to the Configuration Hub have only some of them.
///
/// # Errors
/// [`Error::Malformed`] when it is not JSON, [`Error::Invalid`] with everything that keeps it from being such a file.
pub fn read(content: &[u8], selection: &Selection) -> Result<Ordered> {
    let mut file = hub::json::parse_part("the file", content)?;
    let mut faults = FieldErrors::default();
    check(&file, &mut faults);
    faults.finish(())?;
    let objects = match file.get_mut("objects").map(Value::take) {
        Some(Value::Array(objects)) => objects,
        _ => Vec::new(),
    };
    let items = objects.into_iter().map(item).filter(|item| {
        let names = [&item.name, item.object_name().unwrap_or(&item.name)];
        selection.has(&item.kind, item.id.as_deref().unwrap_or_default(), &names)
    });
    Ok(order::by_dependency(items.collect()))
}

fn check(file: &Value, faults: &mut FieldErrors) {
    let Some(fields) = faults.object("", file) else {
        return;
    };
    check_version(&fields, faults);
    for text in ["tenant", "timestamp", "description"] {
        fields.optional_string(text, faults);
    }
    fields.optional_object("options", faults);
    let Some(objects) = fields.array("objects", faults) else {
        return;
    };
    if objects.len() > OBJECTS_MAX {
        let message = format!("must have at most {OBJECTS_MAX} objects");
        faults.push(FieldError::new("objects", FieldCode::TooLong, message));
        return;
    }
    let mut seen = HashMap::new();
    for (path, object) in objects {
        if let Some(fields) = faults.object(&path, object) {
            check_object(&fields, &mut seen, faults);
        }
    }
}

fn check_version(fields: &Fields<'_>, faults: &mut FieldErrors) {
    let Some(version) = fields.get("version") else {
        return;
    };
    if version.as_i64() != Some(VERSION) {
        let message = format!("{version} is not supported: use {VERSION}");
        faults.push(FieldError::new(
            fields.path("version"),
            FieldCode::Unsupported,
            message,
        ));
    }
}

/// Where an object of a type and an id was first seen, or one of a type of which there is only one.
type Seen = HashMap<(String, Option<String>), String>;

fn check_object(fields: &Fields<'_>, seen: &mut Seen, faults: &mut FieldErrors) {
    check_version(fields, faults);
    for signature in ["jwsHeader", "jwsSignature"] {
        fields.optional_string(signature, faults);
    }
    let object_name = fields
        .get("object")
        .and_then(|object| object.get("name"))
        .and_then(Value::as_str);
    if fields.get("object").is_none() {
        faults.push(FieldError::required(fields.path("object")));
    }
    fields.optional_object("object", faults);
    if fields.get("self").is_none() {
        faults.push(FieldError::required(fields.path("self")));
    }
    let Some(itself) = fields.optional_object("self", faults) else {
        return;
    };
    let kind = itself.string("type", faults);
    let id = text(&itself, "id", faults);
    let name = text(&itself, "name", faults);
    if name
        .or(object_name)
        .is_none_or(|name| name.trim().is_empty())
    {
        faults.push(FieldError::required(itself.path("name")));
    }
    let Some(kind) = kind else { return };
    let Some(known) = types::find(kind) else {
        faults.push(FieldError::unsupported(
            itself.path("type"),
            kind,
            types::names(true),
        ));
        return;
    };
    if id.is_none() && !known.one_per_tenant {
        return;
    }
    let id = id.filter(|_| !known.one_per_tenant);
    let key = (kind.to_owned(), id.map(str::to_owned));
    let path = fields.path("self");
    if let Some(first) = seen.get(&key) {
        let what = id.map_or_else(|| format!("a second {kind}"), |id| format!("{kind} {id:?}"));
        faults.push(FieldError::new(
            path,
            FieldCode::Duplicate,
            format!("{what} is there already: see {first}"),
        ));
    } else {
        seen.insert(key, path);
    }
}

fn text<'a>(fields: &Fields<'a>, name: &str, faults: &mut FieldErrors) -> Option<&'a str> {
    let text = fields.optional_string(name, faults)?;
    if text.chars().count() > TEXT_MAX {
        let message = format!("must have at most {TEXT_MAX} characters");
        faults.push(FieldError::new(
            fields.path(name),
            FieldCode::TooLong,
            message,
        ));
    }
    Some(text).filter(|text| !text.is_empty())
}

/// An object that was checked, as an item: its `self` has a name, if only that of the object.
fn item(mut config: Value) -> Item {
    let text = |part: &str, name: &str| {
        let text = config.get(part)?.get(name)?.as_str()?;
        (!text.is_empty()).then(|| text.to_owned())
    };
    let (kind, id) = (text("self", "type").unwrap_or_default(), text("self", "id"));
    let name = text("self", "name")
        .or_else(|| text("object", "name"))
        .unwrap_or_default();
    let mut itself = Map::from_iter([("type".to_owned(), json!(kind))]);
    if let Some(id) = &id {
        itself.insert("id".to_owned(), json!(id));
    }
    itself.insert("name".to_owned(), json!(name));
    if let Some(members) = config.as_object_mut() {
        members.insert("self".to_owned(), Value::Object(itself));
    }
    Item {
        kind,
        id,
        name,
        doc: config,
        secrets: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: &str = r#"{ "version": 1, "timestamp": "2021-05-10T15:19:23.425041-05:00", "tenant": "sampleTenant",
        "options": { "excludeTypes": [], "includeTypes": ["TRIGGER_SUBSCRIPTION"], "objectOptions": null },
        "objects": [{ "version": 1,
            "self": { "type": "TRIGGER_SUBSCRIPTION", "name": "test trigger", "id": "193446a1-c431-4326-8ba7-d6eebf922948" },
            "object": { "type": "HTTP", "enabled": true, "name": "test trigger" } } ] }"#;

    #[test]
    fn the_published_file_is_read() {
        let items = read(SEED.as_bytes(), &Selection::default()).unwrap().items;
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].kind, "TRIGGER_SUBSCRIPTION");
        assert_eq!(items[0].name, "test trigger");
        assert_eq!(items[0].doc.pointer("/object/enabled"), Some(&json!(true)));
    }

    #[test]
    fn every_fault_of_a_file_is_named() {
        let object = |id: &str, kind: &str| json!({"self": {"type": kind, "id": id, "name": "n"}, "object": {}});
        let file = json!({"version": 2, "tenant": 5, "objects": [
            object("1", "TRANSFORM"), object("1", "TRANSFORM"), object("1", "RULE"), object("2", "WORKFLOWS"),
            {"version": "1", "self": {"type": "RULE"}, "object": []}, {"self": {}}, 7,
            object("3", "IDENTITY_OBJECT_CONFIG"), object("4", "IDENTITY_OBJECT_CONFIG"),
        ]});
        let text = read(file.to_string().as_bytes(), &Selection::default())
            .unwrap_err()
            .to_string();
        for path in [
            "version: ",
            "tenant: ",
            "objects[1].self: TRANSFORM \"1\" is there already: see objects[0].self",
            "objects[3].self.type: ",
            "objects[4].version: ",
            "objects[4].object: ",
            "objects[4].self.name: ",
            "objects[5].object: ",
            "objects[5].self.type: ",
            "objects[6]: ",
            "objects[8].self: a second",
        ] {
            assert!(text.contains(path), "{path} in {text}");
        }
        assert!(!text.contains("objects[2]"), "{text}");
    }

    #[test]
    fn what_is_not_json_says_so() {
        let bomb = "[".repeat(100_000);
        for (content, part) in [
            ("", "the file is not valid JSON"),
            ("{", "not valid JSON"),
            (&bomb, "nested"),
        ] {
            let text = read(content.as_bytes(), &Selection::default())
                .unwrap_err()
                .to_string();
            assert!(text.contains(part), "{text}");
        }
    }
}
