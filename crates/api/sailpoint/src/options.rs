//! What is to be exported or imported, and what stands in for references that lead nowhere.

use std::collections::{HashMap, HashSet};

use hub::error::{FieldCode, FieldError};
use hub::fields::{FieldErrors, Fields};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::types;

/// Which objects: by type, and of a type by id or name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Selection {
    include: Vec<String>,
    exclude: Vec<String>,
    /// Of a type that is here, only these objects: the union of those with the ids and those with
    /// the names.
    objects: HashMap<String, Chosen>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Chosen {
    ids: HashSet<String>,
    names: HashSet<String>,
}

impl Selection {
    /// Whether objects of a type are wanted at all. Included types go before excluded ones.
    pub(crate) fn has_type(&self, kind: &str) -> bool {
        if self.include.is_empty() {
            !self.exclude.iter().any(|known| known == kind)
        } else {
            self.include.iter().any(|known| known == kind)
        }
    }

    /// Whether an object is wanted. It may go by several names: its `self` can have another than
    /// the object.
    pub(crate) fn has(&self, kind: &str, id: &str, names: &[&str]) -> bool {
        let chosen = |chosen: &Chosen| {
            chosen.ids.contains(id) || names.iter().any(|name| chosen.names.contains(*name))
        };
        self.has_type(kind) && self.objects.get(kind).is_none_or(chosen)
    }
}

/// What an export is asked for.
#[derive(Debug, Default)]
pub(crate) struct ExportOptions {
    /// What its user says of it.
    pub description: Option<String>,
    /// Which objects.
    pub selection: Selection,
}

/// What an import is asked for.
#[derive(Debug, Default)]
pub(crate) struct ImportOptions {
    /// Which objects of the file.
    pub selection: Selection,
    /// What stands in for references, as [`default_references`] reads it.
    pub default_references: Value,
    /// Whether nothing is exported before.
    pub exclude_backup: bool,
}

/// Reads `ExportPayload`.
pub(crate) fn export(body: &Value, faults: &mut FieldErrors) -> ExportOptions {
    let Some(fields) = faults.object("", body) else {
        return ExportOptions::default();
    };
    ExportOptions {
        description: fields
            .optional_string("description", faults)
            .map(str::to_owned),
        selection: selection(&fields, false, faults),
    }
}

/// The members of `ImportOptions`.
const IMPORT_OPTIONS: [&str; 5] = [
    "excludeTypes",
    "includeTypes",
    "objectOptions",
    "defaultReferences",
    "excludeBackup",
];

/// Reads `ImportOptions`. A member that nobody reads is refused: without the option that was meant,
/// everything would be imported.
pub(crate) fn import(options: &Value, faults: &mut FieldErrors) -> ImportOptions {
    let Some(fields) = faults.object("options", options) else {
        return ImportOptions::default();
    };
    check_members(&fields, &IMPORT_OPTIONS, faults);
    ImportOptions {
        selection: selection(&fields, true, faults),
        default_references: default_references(&fields, faults),
        exclude_backup: fields
            .optional_bool("excludeBackup", faults)
            .unwrap_or_default(),
    }
}

fn check_members(fields: &Fields<'_>, known: &[&str], faults: &mut FieldErrors) {
    for name in fields.members().keys() {
        if !known.contains(&name.as_str()) {
            let message = format!("is not known: use {}", known.join(", "));
            faults.push(FieldError::new(
                fields.path(name),
                FieldCode::Unknown,
                message,
            ));
        }
    }
}

/// The options as a file of an export shows them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ShownOptions<'a> {
    exclude_types: &'a [Value],
    include_types: &'a [Value],
    object_options: Option<&'a Map<String, Value>>,
}

impl<'a> ShownOptions<'a> {
    /// Those of an `ExportPayload`.
    pub(crate) fn of(request: &'a Value) -> Self {
        let list = |name: &str| request.get(name).and_then(Value::as_array);
        Self {
            exclude_types: list("excludeTypes").map_or(&[], Vec::as_slice),
            include_types: list("includeTypes").map_or(&[], Vec::as_slice),
            object_options: request.get("objectOptions").and_then(Value::as_object),
        }
    }
}

fn selection(fields: &Fields<'_>, importable_only: bool, faults: &mut FieldErrors) -> Selection {
    Selection {
        include: type_names(fields, "includeTypes", importable_only, faults),
        exclude: type_names(fields, "excludeTypes", importable_only, faults),
        objects: object_options(fields, faults),
    }
}

fn type_names(
    fields: &Fields<'_>,
    name: &str,
    importable_only: bool,
    faults: &mut FieldErrors,
) -> Vec<String> {
    let mut names = Vec::new();
    for (path, item) in fields.optional_array(name, faults).unwrap_or_default() {
        match item.as_str() {
            Some(text) => {
                check_type(&path, text, importable_only, faults);
                names.push(text.to_owned());
            }
            None => faults.wrong_type(&path, "a string"),
        }
    }
    names
}

fn check_type(path: &str, name: &str, importable_only: bool, faults: &mut FieldErrors) {
    let known = types::find(name).is_some_and(|known| known.importable || !importable_only);
    if !known {
        faults.push(FieldError::unsupported(
            path,
            name,
            types::names(importable_only),
        ));
    }
}

/// Ids and names can be given for the types that can be imported, also in an export. An entry that
/// gives neither chooses all of its type.
fn object_options(fields: &Fields<'_>, faults: &mut FieldErrors) -> HashMap<String, Chosen> {
    let mut objects = HashMap::new();
    let Some(entries) = fields.optional_object("objectOptions", faults) else {
        return objects;
    };
    for (kind, entry) in entries.members() {
        let path = entries.path(kind);
        check_type(&path, kind, true, faults);
        if entry.is_null() {
            continue;
        }
        let Some(entry) = faults.object(&path, entry) else {
            continue;
        };
        let chosen = Chosen {
            ids: texts(&entry, "includedIds", faults),
            names: texts(&entry, "includedNames", faults),
        };
        if !chosen.ids.is_empty() || !chosen.names.is_empty() {
            objects.insert(kind.clone(), chosen);
        }
    }
    objects
}

fn texts(fields: &Fields<'_>, name: &str, faults: &mut FieldErrors) -> HashSet<String> {
    let mut texts = HashSet::new();
    for (path, item) in fields.optional_array(name, faults).unwrap_or_default() {
        match item.as_str() {
            Some(text) => {
                texts.insert(text.to_owned());
            }
            None => faults.wrong_type(&path, "a string"),
        }
    }
    texts
}

/// Both published forms: the name of a type, and a whole reference. A whole one may be of any type,
/// since what is referred to (an identity) need not be an object here. Nothing is published on what
/// a mere type stands for: here it is the only object of that type, where there is just one. That
/// of identities stands for none.
fn default_references(fields: &Fields<'_>, faults: &mut FieldErrors) -> Value {
    let mut references = Vec::new();
    for (path, item) in fields
        .optional_array("defaultReferences", faults)
        .unwrap_or_default()
    {
        match item {
            Value::String(kind) => {
                check_default(&path, kind, faults);
                references.push(json!({"type": kind}));
            }
            Value::Object(_) => references.extend(whole_reference(&path, item, faults)),
            _ => faults.wrong_type(&path, "the name of a type, or a reference"),
        }
    }
    Value::Array(references)
}

fn check_default(path: &str, kind: &str, faults: &mut FieldErrors) {
    if kind != types::IDENTITY {
        check_type(path, kind, true, faults);
    }
}

fn whole_reference(path: &str, item: &Value, faults: &mut FieldErrors) -> Option<Value> {
    let fields = faults.object(path, item)?;
    let kind = fields.string("type", faults)?;
    let (id, name) = (
        fields.optional_string("id", faults),
        fields.optional_string("name", faults),
    );
    if id.is_none() && name.is_none() {
        let message = "must have an id or a name";
        faults.push(FieldError::new(path, FieldCode::Required, message));
        return None;
    }
    let mut reference = Map::from_iter([("type".to_owned(), json!(kind))]);
    for (member, value) in [("id", id), ("name", name)] {
        if let Some(value) = value {
            reference.insert(member.to_owned(), json!(value));
        }
    }
    Some(Value::Object(reference))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn included_types_go_before_excluded_ones() {
        let mut faults = FieldErrors::default();
        let body = json!({"includeTypes": ["RULE"], "excludeTypes": ["RULE", "SOURCE"]});
        let selection = export(&body, &mut faults).selection;
        faults.finish(()).unwrap();
        assert!(selection.has("RULE", "1", &["a"]));
        assert!(!selection.has("TRANSFORM", "1", &["a"]));
    }

    #[test]
    fn ids_and_names_choose_the_union() {
        let mut faults = FieldErrors::default();
        let body = json!({"objectOptions": {"SOURCE": {"includedIds": ["1"], "includedNames": ["b"]}, "RULE": {"includedIds": []}}});
        let selection = export(&body, &mut faults).selection;
        faults.finish(()).unwrap();
        let found = [("1", "a"), ("2", "b"), ("3", "c")]
            .map(|(id, name)| selection.has("SOURCE", id, &[name]));
        assert_eq!(found, [true, true, false]);
        assert!(selection.has("RULE", "9", &["z"]));
    }

    #[test]
    fn both_forms_of_default_references_are_read() {
        let mut faults = FieldErrors::default();
        let options =
            json!({"defaultReferences": ["SOURCE", {"type": "IDENTITY", "id": "7", "name": "n"}]});
        let read = import(&options, &mut faults).default_references;
        faults.finish(()).unwrap();
        assert_eq!(
            read,
            json!([{"type": "SOURCE"}, {"type": "IDENTITY", "id": "7", "name": "n"}])
        );
    }

    #[test]
    fn the_type_of_identities_is_a_default_that_stands_for_none() {
        let mut faults = FieldErrors::default();
        let read = import(&json!({"defaultReferences": ["IDENTITY"]}), &mut faults);
        faults.finish(()).unwrap();
        assert_eq!(read.default_references, json!([{"type": "IDENTITY"}]));
    }

    #[test]
    fn options_that_nobody_reads_are_refused() {
        let mut faults = FieldErrors::default();
        import(
            &json!({"includedTypes": ["SOURCE"], "excludeBackup": true, "preview": true}),
            &mut faults,
        );
        let text = faults.finish(()).unwrap_err().to_string();
        assert!(
            text.contains("options.includedTypes: is not known"),
            "{text}"
        );
        assert!(text.contains("options.preview: is not known"), "{text}");
        assert!(!text.contains("options.excludeBackup"), "{text}");
    }

    #[test]
    fn a_file_shows_the_options_of_its_export() {
        let request =
            json!({"description": "d", "includeTypes": ["RULE"], "objectOptions": {"RULE": {}}});
        assert_eq!(
            json!(ShownOptions::of(&request)),
            json!({"excludeTypes": [], "includeTypes": ["RULE"], "objectOptions": {"RULE": {}}})
        );
        assert_eq!(
            json!(ShownOptions::of(&json!({}))),
            json!({"excludeTypes": [], "includeTypes": [], "objectOptions": null})
        );
    }

    #[test]
    fn every_wrong_type_is_named() {
        let mut faults = FieldErrors::default();
        let options = json!({
            "includeTypes": ["SOURCES", 1], "excludeTypes": ["ROLE"], "objectOptions": {"WORKFLOW": {}},
            "defaultReferences": ["X", 3, {"type": "SOURCE"}], "excludeBackup": "no",
        });
        import(&options, &mut faults);
        let text = faults.finish(()).unwrap_err().to_string();
        for path in [
            "options.includeTypes[0]",
            "options.includeTypes[1]",
            "options.excludeTypes[0]",
            "options.objectOptions.WORKFLOW",
            "options.defaultReferences[0]",
            "options.defaultReferences[1]",
            "options.defaultReferences[2]",
            "options.excludeBackup",
        ] {
            assert!(text.contains(path), "{path} in {text}");
        }
    }
}
