//! An object of a file, with all that was found out about it.

use std::collections::HashSet;

use hub::job::Item;
use hub::object::{Object, ScopeId};
use hub::reference::{Reference, Resolution, ResolvedReference};
use serde_json::Value;

use crate::{types, wire};

/// Types and ids of objects.
pub(super) type Keys = HashSet<(String, String)>;

/// An object of a file, with all that was found out about it.
pub(super) struct ImportedObject<'a> {
    /// Its place among the items.
    pub place: i64,
    /// The object; its references are resolved.
    pub item: Item,
    /// The object of the scope that it is.
    pub target: Option<&'a Object>,
    /// What that object keeps its secrets in.
    pub stored_secrets: Option<&'a Object>,
    /// What became of its references.
    pub references: Vec<ResolvedReference>,
    /// What is wrong with its references.
    pub faults: Vec<String>,
}

impl<'a> ImportedObject<'a> {
    /// One whose references were not looked at yet.
    pub(super) fn of(
        place: i64,
        item: Item,
        target: Option<&'a Object>,
        stored_secrets: Option<&'a Object>,
    ) -> Self {
        Self {
            place,
            item,
            target,
            stored_secrets,
            references: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// What it goes by in the scope: an object that is there keeps its id, a new one that of the
    /// file.
    pub(super) fn identity(&self, scope: ScopeId) -> wire::Identity {
        let item = &self.item;
        let derived = || wire::uid(scope, &item.kind, None, &item.name).uuid();
        let id = match self.target {
            Some(target) => wire::identity(target).id,
            None => item.id.clone().unwrap_or_else(derived),
        };
        wire::Identity {
            kind: item.kind.clone(),
            id,
            name: item.name.clone(),
        }
    }

    /// What others in the scope find it by.
    pub(super) fn key(&self, scope: ScopeId) -> (String, String) {
        let identity = self.identity(scope);
        (identity.kind, identity.id)
    }

    /// Whether it is of a type that can be imported.
    pub(super) fn is_importable(&self) -> bool {
        types::find(&self.item.kind).is_some_and(|known| known.importable)
    }

    /// Whether it is not imported, and is not there otherwise.
    pub(super) fn is_left_out(&self) -> bool {
        self.target.is_none() && !self.is_importable()
    }
}

/// Puts what a reference leads to in the scope into the object: in the file it may have another id.
pub(super) fn put_alias(
    object: &mut Value,
    reference: &mut ResolvedReference,
    id: &str,
    name: &str,
) {
    let kind = reference
        .found
        .as_ref()
        .and_then(|found| found.kind.clone());
    let found = Reference {
        kind,
        id: Some(id.to_owned()),
        name: Some(name.to_owned()),
    };
    put(object, reference, found);
}

/// Puts the default of its type in the place of a reference.
pub(super) fn put_default(object: &mut Value, reference: &mut ResolvedReference, default: &Value) {
    let text = |name: &str| default.get(name).and_then(Value::as_str).map(str::to_owned);
    let found = Reference {
        kind: text("type"),
        id: text("id"),
        name: text("name"),
    };
    reference.resolution = Resolution::Default;
    put(object, reference, found);
}

fn put(object: &mut Value, reference: &mut ResolvedReference, found: Reference) {
    let place = object.pointer_mut(&reference.pointer);
    if let (Some(place), Value::Object(members)) =
        (place.and_then(Value::as_object_mut), found.to_json())
    {
        place.extend(members);
    }
    reference.found = Some(found);
}
