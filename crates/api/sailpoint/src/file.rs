//! The file of an import: what an export wrote, or part of it.

use std::collections::HashMap;

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::job::Item;
use serde_json::{Map, Value, json};

use super::options::Selection;
use super::order::{self, Ordered};
use super::report::{BrokenObject, Report};
use super::types;
use super::wire::Identity;

/// The version of the form, of the file and of each object. There has been no other.
const VERSION: i64 = 1;
/// The most objects of a file.
const OBJECTS_MAX: usize = 100_000;
/// The longest name and the longest id, in characters.
const TEXT_MAX: usize = 1024;

/// The name that objects of no type go by in results.
const NO_TYPE: &str = "UNKNOWN";

/// What was read of a file.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// The objects that are wanted, what is referred to before what refers to it.
    pub ordered: Ordered,
    /// Those that cannot be read, in the order of the file. Each fails alone.
    pub broken: Vec<BrokenObject>,
}

/// Reads a file and gives the objects that are wanted.
///
/// The members around `objects` may be left out: uploads to the Configuration Hub have only some of
/// them.
///
/// # Errors
/// [`Error::Malformed`] when it is not JSON, [`Error::Invalid`] with everything that keeps it from
/// being such a file.
///
/// [`Error::Malformed`]: hub::error::Error::Malformed
/// [`Error::Invalid`]: hub::error::Error::Invalid
pub(crate) fn read(content: &[u8], selection: &Selection) -> Result<Read> {
    let mut file = hub::json::parse_part("the file", content)?;
    let mut faults = FieldErrors::default();
    check(&file, &mut faults);
    faults.finish(())?;
    let objects = match file.get_mut("objects").map(Value::take) {
        Some(Value::Array(objects)) => objects,
        _ => Vec::new(),
    };
    let (mut items, mut broken, mut seen) = (Vec::new(), Vec::new(), Seen::new());
    for (index, object) in objects.into_iter().enumerate() {
        let mut faults = FieldErrors::default();
        let path = format!("objects[{index}]");
        let key = check_object(&path, &object, &seen, &mut faults);
        match faults.finish(key) {
            Ok(key) => {
                seen.extend(key.map(|key| (key, path)));
                items.extend(Some(item(object)).filter(|item| is_wanted(item, selection)));
            }
            Err(error) => {
                let kind = text(&object, "self", "type");
                if kind.is_none_or(|kind| selection.has_type(kind)) {
                    broken.push(broken_object(&object, &error));
                }
            }
        }
    }
    Ok(Read {
        ordered: order::by_dependency(items),
        broken,
    })
}

/// The objects of the file that could not be read, as a job was asked for with them.
pub(crate) fn broken(request: &Value) -> Vec<BrokenObject> {
    let broken = request.get("broken").cloned().unwrap_or_default();
    serde_json::from_value(broken).unwrap_or_default()
}

fn is_wanted(item: &Item, selection: &Selection) -> bool {
    let names = [&item.name, item.object_name().unwrap_or(&item.name)];
    selection.has(&item.kind, item.id.as_deref().unwrap_or_default(), &names)
}

fn broken_object(object: &Value, error: &Error) -> BrokenObject {
    let of_self = |name| text(object, "self", name).unwrap_or_default().to_owned();
    let identity = Identity {
        kind: text(object, "self", "type").unwrap_or(NO_TYPE).to_owned(),
        id: of_self("id"),
        name: of_self("name"),
    };
    let mut report = Report::default();
    match error {
        Error::Invalid(faults) => faults
            .iter()
            .for_each(|fault| report.failed(&identity, &fault.to_string())),
        other => report.failed(&identity, &other.to_string()),
    }
    BrokenObject {
        kind: identity.kind,
        report,
    }
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
    let objects = fields.array("objects", faults);
    if objects.is_some_and(|objects| objects.len() > OBJECTS_MAX) {
        let message = format!("must have at most {OBJECTS_MAX} objects");
        faults.push(FieldError::new("objects", FieldCode::TooLong, message));
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

/// What no two objects of a file have in common: a type and an id, or a type of which there is only
/// one object.
type Key = (String, Option<String>);
/// Where the object of a key is.
type Seen = HashMap<Key, String>;

/// Notes what keeps an object from being imported. Its key, if it has one.
fn check_object(path: &str, object: &Value, seen: &Seen, faults: &mut FieldErrors) -> Option<Key> {
    let fields = faults.object(path, object)?;
    check_version(&fields, faults);
    for signature in ["jwsHeader", "jwsSignature"] {
        fields.optional_string(signature, faults);
    }
    let object_name = text(object, "object", "name");
    if fields.get("object").is_none() {
        faults.push(FieldError::required(fields.path("object")));
    }
    fields.optional_object("object", faults);
    if fields.get("self").is_none() {
        faults.push(FieldError::required(fields.path("self")));
    }
    let itself = fields.optional_object("self", faults)?;
    let kind = itself.string("type", faults);
    let id = short_text(&itself, "id", faults);
    let name = short_text(&itself, "name", faults);
    if name
        .or(object_name)
        .is_none_or(|name| name.trim().is_empty())
    {
        faults.push(FieldError::required(itself.path("name")));
    }
    let kind = kind?;
    let Some(known) = types::find(kind) else {
        faults.push(FieldError::unsupported(
            itself.path("type"),
            kind,
            types::names(true),
        ));
        return None;
    };
    if id.is_none() && !known.one_per_tenant {
        return None;
    }
    let id = id.filter(|_| !known.one_per_tenant);
    let key = (kind.to_owned(), id.map(str::to_owned));
    if let Some(first) = seen.get(&key) {
        let what = id.map_or_else(|| format!("a second {kind}"), |id| format!("{kind} {id:?}"));
        faults.push(FieldError::new(
            fields.path("self"),
            FieldCode::Duplicate,
            format!("{what} is there already: see {first}"),
        ));
    }
    Some(key)
}

fn short_text<'a>(fields: &Fields<'a>, name: &str, faults: &mut FieldErrors) -> Option<&'a str> {
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

/// A text in a part of an object that says something.
fn text<'a>(object: &'a Value, part: &str, name: &str) -> Option<&'a str> {
    let text = object.get(part)?.get(name)?.as_str()?;
    (!text.is_empty()).then_some(text)
}

/// An object that was checked, as an item: its `self` has a name, if only that of the object.
fn item(mut config: Value) -> Item {
    let of_self = |name| text(&config, "self", name);
    let name = of_self("name").or_else(|| text(&config, "object", "name"));
    let (kind, id) = (
        of_self("type").unwrap_or_default().to_owned(),
        of_self("id"),
    );
    let (name, id) = (name.unwrap_or_default().to_owned(), id.map(str::to_owned));
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
        let items = read(SEED.as_bytes(), &Selection::default())
            .unwrap()
            .ordered
            .items;
        assert_eq!(items.len(), 1);
        assert_eq!(items[0].kind, "TRIGGER_SUBSCRIPTION");
        assert_eq!(items[0].name, "test trigger");
        assert_eq!(items[0].doc.pointer("/object/enabled"), Some(&json!(true)));
    }

    #[test]
    fn every_fault_of_the_file_itself_is_named() {
        let file = json!({"version": 2, "tenant": 5, "options": [], "objects": {}});
        let text = read(file.to_string().as_bytes(), &Selection::default())
            .unwrap_err()
            .to_string();
        for path in ["version: ", "tenant: ", "options: ", "objects: "] {
            assert!(text.contains(path), "{path} in {text}");
        }
    }

    #[test]
    fn broken_objects_fail_alone_with_all_that_is_wrong() {
        let object = |id: &str, kind: &str| json!({"self": {"type": kind, "id": id, "name": "n"}, "object": {}});
        let file = json!({"objects": [
            object("1", "TRANSFORM"), object("1", "TRANSFORM"), object("1", "RULE"), object("2", "WORKFLOWS"),
            {"version": "1", "self": {"type": "RULE"}, "object": []}, {"self": {}}, 7,
            object("3", "IDENTITY_OBJECT_CONFIG"), object("4", "IDENTITY_OBJECT_CONFIG"),
            {"self": {"type": "ATTR_SYNC_SOURCE_CONFIG", "id": "5"}, "object": {}}, {"object": {"name": "n"}},
            {"self": {"type": "SOURCE", "name": "n"}, "object": null}, {"self": 5, "object": {}},
        ]});
        let read = read(file.to_string().as_bytes(), &Selection::default()).unwrap();
        let ids: Vec<_> = read
            .ordered
            .items
            .iter()
            .map(|item| item.id.as_deref())
            .collect();
        assert_eq!(ids, [Some("1"), Some("1"), Some("3")]);
        let told: Vec<String> = read
            .broken
            .iter()
            .map(|one| format!("{} {}", one.kind, one.report.clone().into_json()))
            .collect();
        for (index, (kind, faults)) in [
            (
                "TRANSFORM",
                &["objects[1].self: TRANSFORM \\\"1\\\" is there already: see objects[0]"][..],
            ),
            ("WORKFLOWS", &["objects[3].self.type: "]),
            (
                "RULE",
                &[
                    "objects[4].version: ",
                    "objects[4].object: ",
                    "objects[4].self.name: ",
                ],
            ),
            (
                "UNKNOWN",
                &["objects[5].object: ", "objects[5].self.type: "],
            ),
            ("UNKNOWN", &["objects[6]: "]),
            ("IDENTITY_OBJECT_CONFIG", &["objects[8].self: a second"]),
            (
                "ATTR_SYNC_SOURCE_CONFIG",
                &["objects[9].self.name: is required"],
            ),
            ("UNKNOWN", &["objects[10].self: is required"]),
            ("SOURCE", &["objects[11].object: is required"]),
            ("UNKNOWN", &["objects[12].self: must be an object"]),
        ]
        .into_iter()
        .enumerate()
        {
            let told = &told[index];
            assert!(told.starts_with(&format!("{kind} ")), "{kind}: {told}");
            for fault in faults {
                assert!(told.contains(fault), "{fault} in {told}");
            }
        }
        assert_eq!(told.len(), 10);
    }

    #[test]
    fn broken_objects_of_a_type_that_is_not_wanted_are_left_out() {
        let mut faults = FieldErrors::default();
        let options = json!({"includeTypes": ["SOURCE"]});
        let selection = crate::options::import(&options, &mut faults).selection;
        faults.finish(()).unwrap();
        let file =
            json!({"objects": [{"self": {"type": "ROLE"}}, {"self": {"type": "SOURCE"}}, {}]});
        let broken = read(file.to_string().as_bytes(), &selection)
            .unwrap()
            .broken;
        let kinds: Vec<_> = broken.iter().map(|one| one.kind.as_str()).collect();
        assert_eq!(kinds, ["SOURCE", "UNKNOWN"]);
    }

    #[test]
    fn what_the_job_was_asked_for_has_the_broken_objects() {
        let read = read(br#"{"objects": [{}]}"#, &Selection::default()).unwrap();
        let request = json!({"broken": read.broken});
        assert_eq!(broken(&request), read.broken);
        assert!(broken(&json!({})).is_empty());
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
