//! Resolution of references: by id, then by name, then by default.

mod path;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::Value;

use crate::error::{Code, Error};
use crate::errors::Errors;
use crate::limits::Allowance;
use crate::origin::{Merged, Source, Traced};
use crate::pointer::Path;
use crate::reference::Reference;
use crate::rules::ResolveRules;

pub use path::JsonPath;

/// How a reference was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolution {
    /// An object of this type and id exists.
    Id,
    /// Exactly one object of this type and name exists.
    Name,
    /// The default of the type stands in for it.
    Default,
    /// It was left as it was.
    Unresolved,
}

/// One reference of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedReference {
    /// Where it stands in the document.
    pub pointer: String,
    /// How it was resolved.
    pub resolution: Resolution,
    /// The reference as the document had it.
    pub wanted: Reference,
    /// What it was resolved to; none when unresolved.
    pub found: Option<Reference>,
}

/// A document with its references resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The document.
    pub merged: Merged,
    /// Its references: in the order of the extractors, then of the document.
    pub references: Vec<ResolvedReference>,
}

/// Resolves the references that the extractors select, and puts the id and the name of what was
/// found into the document.
///
/// A reference is an object `{type, id, name}`; where an extractor selects a list, its rows are.
/// Null is no reference. Two candidates of one type and name resolve nothing by name: a guess would
/// bind the wrong object.
pub fn resolve(
    document: &Value,
    extractors: &[JsonPath],
    candidates: &[Reference],
    rules: &ResolveRules,
) -> Result<Resolved, Error> {
    let index = Index::of(candidates);
    let mut traced = Traced::Whole(document.clone(), Source::Payload);
    let (mut errors, mut allowance) = (Errors::default(), Allowance::default());
    let mut references: Vec<ResolvedReference> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for extractor in extractors {
        extractor.visit(&mut traced, &Path::Root, &mut |place, path| {
            let pointer = path.to_pointer();
            if !allowance.spend(&pointer) || !seen.insert(pointer.clone()) {
                return;
            }
            if let Some(wanted) = read(place, path, &mut errors) {
                let (resolution, found) = index.find(&wanted, rules);
                if let Some(found) = &found {
                    put(place, found, resolution);
                }
                references.push(ResolvedReference {
                    pointer,
                    resolution,
                    wanted,
                    found,
                });
            }
        });
    }
    errors.or(())?;
    allowance.check()?;
    Ok(Resolved {
        merged: traced.finish()?,
        references,
    })
}

/// Reads extractors from a JSON list of strings.
pub fn extractors(list: &Value) -> Result<Vec<JsonPath>, Error> {
    let Some(rows) = list.as_array() else {
        return Err(Error::field(
            "",
            Code::WrongType,
            "the extractors must be a list of JSONPath strings",
        ));
    };
    let mut errors = Errors::default();
    let mut paths = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        let path = Path::Root.row(index);
        match row.as_str().map(JsonPath::parse) {
            Some(Ok(parsed)) => paths.push(parsed),
            Some(Err(problem)) => errors.push(&path, Code::Malformed, format!("{row}: {problem}")),
            None => errors.push(
                &path,
                Code::WrongType,
                "an extractor must be a JSONPath string",
            ),
        }
    }
    errors.or(paths)
}

/// Reads candidates from a JSON list of `{type, id, name}`.
pub fn candidates(list: Value) -> Result<Vec<Reference>, Error> {
    serde_json::from_value(list).map_err(|problem| {
        Error::field(
            "",
            Code::Malformed,
            format!("the candidates are not understood: {problem}"),
        )
    })
}

fn read(place: &mut Traced, path: &Path, errors: &mut Errors) -> Option<Reference> {
    if matches!(place, Traced::Whole(Value::Null, _)) {
        return None;
    }
    if !place.is_object() {
        errors.push(
            path,
            Code::WrongType,
            "must be a reference: an object with type, id and name",
        );
        return None;
    }
    place.open();
    let mut text = |name: &str| match place.member(name) {
        None | Some(Traced::Whole(Value::Null, _)) => None,
        Some(Traced::Whole(Value::String(text), _)) => Some(text.clone()),
        Some(_) => {
            errors.push(&path.member(name), Code::WrongType, "must be a string");
            None
        }
    };
    Some(Reference {
        kind: text("type"),
        id: text("id"),
        name: text("name"),
    })
}

fn put(place: &mut Traced, found: &Reference, resolution: Resolution) {
    let source = if resolution == Resolution::Default {
        Source::Default
    } else {
        Source::Reference
    };
    place.open();
    if let Traced::Object(members, _) = place {
        let parts = [
            ("type", &found.kind),
            ("id", &found.id),
            ("name", &found.name),
        ];
        for (name, value) in parts {
            if let Some(value) = value {
                members.insert(
                    name.to_owned(),
                    Traced::Whole(Value::String(value.clone()), source),
                );
            }
        }
    }
}

/// The candidates by id and by name. A name that is there twice leads nowhere.
struct Index<'a> {
    by_id: BTreeMap<(&'a str, &'a str), &'a Reference>,
    by_name: BTreeMap<(&'a str, &'a str), Option<&'a Reference>>,
}

impl<'a> Index<'a> {
    fn of(candidates: &'a [Reference]) -> Self {
        let mut index = Self {
            by_id: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        for candidate in candidates {
            let Some(kind) = candidate.kind.as_deref() else {
                continue;
            };
            if let Some(id) = candidate.id.as_deref() {
                index.by_id.entry((kind, id)).or_insert(candidate);
            }
            if let Some(name) = candidate.name.as_deref() {
                match index.by_name.entry((kind, name)) {
                    Entry::Vacant(place) => {
                        place.insert(Some(candidate));
                    }
                    Entry::Occupied(mut place) => {
                        place.insert(None);
                    }
                }
            }
        }
        index
    }

    fn find(&self, wanted: &Reference, rules: &ResolveRules) -> (Resolution, Option<Reference>) {
        let Some(kind) = wanted.kind.as_deref() else {
            return (Resolution::Unresolved, None);
        };
        if let Some(found) = wanted
            .id
            .as_deref()
            .and_then(|id| self.by_id.get(&(kind, id)))
        {
            return (Resolution::Id, Some((*found).clone()));
        }
        let by_name = !rules.always_by_id.iter().any(|only| only == kind);
        let name = wanted.name.as_deref().filter(|_| by_name);
        if let Some(Some(found)) = name.and_then(|name| self.by_name.get(&(kind, name))) {
            return (Resolution::Name, Some((*found).clone()));
        }
        match rules
            .defaults
            .iter()
            .find(|default| default.kind.as_deref() == Some(kind))
        {
            Some(default) => (Resolution::Default, Some(default.clone())),
            None => (Resolution::Unresolved, None),
        }
    }
}
