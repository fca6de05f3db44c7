//! What an update must know of a dialect's documents: how an object is shown, how such a document
//! is read back, and how two of them merge. With it one path carries out the updates of every
//! dialect.

use std::fmt;

use serde_json::Value;

use crate::class::{Class, Classes};
use crate::error::{Error, Ownership, Result};
use crate::object::{Kind, Object};
use crate::scope::Scope;
use crate::secret::Raw;

/// What belongs to an object and is not in its document.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The scope it is in.
    pub scope: &'a Scope,
    /// The classes that connectors of the scope can have.
    pub classes: &'a Classes,
}

impl<'a> Context<'a> {
    /// The class that a connector's document names, when there is one.
    pub fn class_of(&self, doc: &Value) -> Option<&'a Class> {
        let name = doc.get("class").and_then(Value::as_str)?;
        self.classes.get(name)
    }

    /// The same of a document that may have secrets in it.
    pub fn class_of_raw(&self, doc: &Raw) -> Option<&'a Class> {
        self.classes.get(doc.class())
    }
}

/// What a dialect's document says of an object, in the hub's form.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// Its document. Secrets are still in it: in the clear when they are new, as a mask when the
    /// stored ones stay.
    pub doc: Raw,
}

/// What a change of an object touches, which decides whether it counts as a new generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeClass {
    /// What is wanted of it.
    Wanted,
    /// Names and notes that change nothing of what is wanted.
    Metadata,
    /// What was observed of it.
    Observed,
    /// That it is there at all: it goes.
    Existence,
}

/// How a dialect keeps track of who owns which field of its documents.
pub trait Owners {
    /// What of its documents is owned and how: the `ApplyRules` of the merge core, as JSON.
    fn rules(&self) -> &str;

    /// The version that its documents are written in.
    fn version(&self) -> String;

    /// The part of the object that its documents are written through; empty for all of it.
    fn subresource(&self) -> &'static str;

    /// Checks that what is applied is meant for the object as it is, or for a new one.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is meant for another object, or for an older version;
    /// [`Error::NotFound`] when a part is applied of an object that is not there.
    fn check_applied(&self, document: &Value, current: Option<&Object>) -> Result<()>;

    /// Whether a document of the hub's form says who owns what.
    fn has(&self, doc: &Value) -> bool;

    /// Takes the owners out of a document that is shown.
    fn take(&self, wire: &mut Value) -> Value;

    /// Puts the owners into a document of the hub's form.
    fn put(&self, doc: &mut Value, owners: Value);

    /// The document in which what changed is seen, where secrets are shown alike: by it is compared
    /// who changed what.
    fn comparable(&self, object: &Object, wire: Value) -> Value {
        let _ = object;
        wire
    }

    /// Puts masks in place of the secrets of a document that is applied to `current` and that are
    /// stored as they are in it already: `is_stored` says so of an entry and its value.
    fn mask(
        &self,
        _document: &mut Value,
        _current: &Object,
        _context: &Context<'_>,
        _is_stored: &dyn Fn(&str, &str) -> bool,
    ) {
    }

    /// Those of the conflicts of an apply that stand, when a manager applies to what is shown as
    /// `wire`.
    fn standing(&self, _manager: &str, _wire: &Value, conflicts: Vec<Ownership>) -> Vec<Ownership> {
        conflicts
    }

    /// What a manager's apply of `payload` leaves in the document besides what it says.
    fn applied(&self, _manager: &str, _payload: &Value, _document: &mut Value) {}
}

/// One kind of document of a dialect.
pub trait Resource: Send + Sync {
    /// Its name, for messages and logs: `pingone connectorInstance`.
    fn name(&self) -> &'static str;

    /// The kind of object that it shows.
    fn kind(&self) -> Kind;

    /// The document that shows an object, with a mask in place of every secret.
    fn show(&self, object: &Object, context: &Context<'_>) -> Value;

    /// Reads a document: of a new object, or of `current` as it is to be. What the dialect cannot
    /// show of `current` stays as it is.
    ///
    /// # Errors
    /// [`crate::error::Error::Invalid`] with every field that is wrong.
    fn read(&self, wire: &Value, current: Option<&Object>, context: &Context<'_>) -> Result<Draft>;

    /// How a full replacement merges: the `ReplaceRules` of the merge core, as JSON.
    fn replace_rules(&self) -> &'static str;

    /// A document changed by a patch that merges as the dialect says
    /// ([`crate::command::Edit::Strategic`]).
    ///
    /// # Errors
    /// [`Error::Invalid`] when the patch breaks the rules; [`Error::Internal`] where the dialect
    /// has no such patches.
    fn patched(&self, _wire: &Value, _patch: &Value) -> Result<Value> {
        Err(Error::Internal(format!(
            "{} has no patches of its own",
            self.name()
        )))
    }

    /// What is touched when the document of `current` becomes `doc`.
    fn change_class(&self, _current: &Object, _doc: &Value) -> ChangeClass {
        ChangeClass::Wanted
    }

    /// How it keeps track of who owns which field, if it does.
    fn owners(&self) -> Option<&dyn Owners> {
        None
    }
}

impl fmt::Debug for dyn Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Names tell resources apart.
impl PartialEq for dyn Resource {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}
