//! The documents of the resources as the shared update path knows them: the object, its status, and
//! its deletion, which is an update that asks for a deletion timestamp.

mod applied;
mod identity;
mod owners;
mod references;
mod strategic;

use std::sync::OnceLock;

use hub::error::{Error, FieldError, Result};
use hub::json::text_at;
use hub::object::{Kind, Object};
use hub::resource::{ChangeClass, Context, Draft, Owners, Resource as HubResource};
use hub::secret::Raw;
use hub::unchanged;
use serde_json::{Value, json};

use crate::fault::forbidden;
use crate::object::{self, OfClass, last_applied, metadata, secret};
use crate::resource::{CONNECTOR, CONNECTOR_CLASS, Resource, SECRET, of_kind};
use crate::rules;
use crate::schema::{prune, validate};

pub(crate) use self::identity::MODIFIED;

/// Where a connector names its class.
const CLASS: &str = "/spec/connectorClassName";

/// What of an object a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All but its status.
    Main,
    Status,
    /// That it is to go.
    Deletion,
}

/// A part of the objects of a resource.
pub(crate) struct View {
    name: &'static str,
    pub resource: &'static Resource,
    part: Part,
    apply_rules: OnceLock<String>,
}

const fn of(name: &'static str, resource: &'static Resource, part: Part) -> View {
    View {
        name,
        resource,
        part,
        apply_rules: OnceLock::new(),
    }
}

static VIEWS: [View; 8] = [
    of("kubernetes connector", &CONNECTOR, Part::Main),
    of("kubernetes connector status", &CONNECTOR, Part::Status),
    of("kubernetes connector deletion", &CONNECTOR, Part::Deletion),
    of("kubernetes class", &CONNECTOR_CLASS, Part::Main),
    of("kubernetes class status", &CONNECTOR_CLASS, Part::Status),
    of(
        "kubernetes class deletion",
        &CONNECTOR_CLASS,
        Part::Deletion,
    ),
    of("kubernetes secret", &SECRET, Part::Main),
    of("kubernetes secret deletion", &SECRET, Part::Deletion),
];

/// A part of the objects of a resource; none of what cannot be changed.
pub(crate) fn view(resource: &Resource, part: Part) -> Option<&'static View> {
    VIEWS
        .iter()
        .find(|view| view.resource.hub == resource.hub && view.part == part)
}

/// How objects of a kind are shown and who owns their fields; none of what is not served.
pub(crate) fn resource(kind: Kind) -> Option<&'static dyn HubResource> {
    let view = view(of_kind(kind)?, Part::Main)?;
    Some(view)
}

impl HubResource for View {
    fn name(&self) -> &'static str {
        self.name
    }

    fn kind(&self) -> Kind {
        self.resource.hub
    }

    fn show(&self, object: &Object, context: &Context<'_>) -> Value {
        let class = context.class_of(&object.doc);
        object::show(self.resource, object, &context.scope.name, class)
    }

    fn read(&self, wire: &Value, current: Option<&Object>, context: &Context<'_>) -> Result<Draft> {
        let mut document = wire.clone();
        if current.is_none() {
            rules::names::generate(&mut document)?;
        }
        let before = current.map(|current| self.show(current, context));
        if let Some(before) = before
            .as_ref()
            .filter(|_| current.is_some_and(object::is_of_catalogue))
        {
            object::class::forget_applied(&mut document, before);
        }
        if let (Part::Deletion, Some(current)) = (self.part, current) {
            identity::check_preconditions(&document, current)?;
        } else {
            identity::check(self.resource, &document, current, &context.scope.name)?;
            self.check_metadata(&document, before.as_ref())?;
        }
        self.keep(&mut document, before.as_ref());
        metadata::drop_empty(&mut document);
        prune(&mut document, self.resource.schema());
        self.check(&document, before.as_ref(), current, context)?;
        let class = class_of(&document, current, context);
        let stored = current.map(|current| &current.doc);
        last_applied::mask_last_applied(&mut document, |applied| match self.resource.hub {
            Kind::Secret => secret::mask_applied(applied),
            Kind::Connector => {
                let doc = stored.unwrap_or(&Value::Null);
                last_applied::mask_connector(applied, doc, class.after);
            }
            _ => {}
        });
        let name = current.map_or_else(
            || text_at(&document, "/metadata/name"),
            |current| &current.name,
        );
        let doc = Raw::new(object::read(self.resource, &document, stored, class));
        if self.resource.hub == Kind::Connector {
            references::check(&doc, &document, stored, class, context.scope.secret_store)?;
        }
        Ok(Draft {
            name: name.to_owned(),
            doc,
        })
    }

    /// A replacement is taken as it is: what it may not change is put back when it is read.
    fn replace_rules(&self) -> &'static str {
        "{}"
    }

    fn patched(&self, wire: &Value, patch: &Value) -> Result<Value> {
        strategic::merge(wire, patch, self.resource.schema())
    }

    fn change_class(&self, current: &Object, doc: &Value) -> ChangeClass {
        let after = Object {
            doc: doc.clone(),
            ..current.clone()
        };
        let before = object::show(self.resource, current, "", None);
        let after = object::show(self.resource, &after, "", None);
        let goes = self.part == Part::Deletion || is_going(&after);
        if goes && !waits(&after) {
            return ChangeClass::Existence;
        }
        if self.part == Part::Status {
            return ChangeClass::Observed;
        }
        let wanted = |document: &Value| {
            let mut wanted = object::object_of(Some(document.clone()));
            wanted.shift_remove("metadata");
            wanted.shift_remove("status");
            wanted
        };
        if is_going(&after) != is_going(&before) || wanted(&before) != wanted(&after) {
            ChangeClass::Wanted
        } else {
            ChangeClass::Metadata
        }
    }

    fn owners(&self) -> Option<&dyn Owners> {
        (self.part != Part::Deletion).then_some(self)
    }
}

/// Whether the deletion of an object has been asked for.
fn is_going(document: &Value) -> bool {
    document.pointer("/metadata/deletionTimestamp").is_some()
}

/// Whether somebody must agree before it goes.
fn waits(document: &Value) -> bool {
    let finalizers = document.pointer("/metadata/finalizers");
    finalizers
        .and_then(Value::as_array)
        .is_some_and(|list| !list.is_empty())
}

impl View {
    /// Refuses metadata of a wrong form, or that changes what the server alone decides.
    fn check_metadata(&self, document: &Value, before: Option<&Value>) -> Result<()> {
        let metadata = document.get("metadata").unwrap_or(&Value::Null);
        let schema = self.resource.schema().member("metadata");
        if let Some(schema) = schema.filter(|_| !metadata.is_null()) {
            let mut known = metadata.clone();
            prune(&mut known, schema);
            Error::check(validate(&known, schema, "metadata"))?;
        }
        match before {
            Some(before) if self.part == Part::Main => {
                Error::check(identity::changed(document, before))
            }
            _ => Ok(()),
        }
    }

    /// Puts back what a writer through this view cannot change.
    fn keep(&self, document: &mut Value, before: Option<&Value>) {
        let waits = waits(document);
        let Some(members) = document.as_object_mut() else {
            return;
        };
        if self.part == Part::Status {
            let status = members.shift_remove("status");
            if let Some(Value::Object(before)) = before {
                members.clone_from(before);
            }
            object::set(members, "status", status);
            return;
        }
        let status = before.and_then(|before| before.get("status")).cloned();
        object::set(members, "status", status);
        let mut metadata = object::object_of(members.shift_remove("metadata"));
        let asked_at = metadata.shift_remove("deletionTimestamp");
        for name in metadata::SERVER {
            let value = before.and_then(|before| before.get("metadata")?.get(name));
            object::set(&mut metadata, name, value.cloned());
        }
        // What nobody holds back is gone at once, and was never about to go.
        let begins = self.part == Part::Deletion && waits;
        if begins && !metadata.contains_key("deletionTimestamp") {
            object::set(&mut metadata, "deletionTimestamp", asked_at);
            metadata.insert("deletionGracePeriodSeconds".to_owned(), json!(0));
        }
        members.insert("metadata".to_owned(), Value::Object(metadata));
    }

    fn check(
        &self,
        document: &Value,
        before: Option<&Value>,
        current: Option<&Object>,
        context: &Context<'_>,
    ) -> Result<()> {
        let faults = validate(document, self.resource.schema(), "");
        Error::check(self.changed(faults, document, before))?;
        let metadata = document.get("metadata").and_then(Value::as_object);
        let mut faults = metadata.map(rules::metadata::check).unwrap_or_default();
        faults.extend(new_finalizers(document, before));
        Error::check(faults)?;
        // Another class is another set of rules.
        let is_same_class = |before: &&Value| text_at(before, CLASS) == text_at(document, CLASS);
        let before = before.filter(is_same_class);
        let spec = document.get("spec").unwrap_or(&Value::Null);
        let faults = match self.resource.hub {
            Kind::Secret => {
                return rules::secret::check(document, current.map(|current| &current.doc));
            }
            Kind::Class => rules::class::check(spec, "spec"),
            Kind::Connector => {
                let known = before.and_then(|before| before.get("spec"));
                let mut faults = rules::connector::check(spec);
                faults.extend(against_class(spec, known, context));
                faults
            }
            _ => Vec::new(),
        };
        Error::check(self.changed(faults, document, before))
    }

    /// The faults that count: of a custom resource those of what changed.
    fn changed(
        &self,
        faults: Vec<FieldError>,
        document: &Value,
        before: Option<&Value>,
    ) -> Vec<FieldError> {
        let before = before.filter(|_| !self.resource.is_core());
        unchanged::changed(faults, document, before)
    }
}

/// The classes that a connector was of and is of.
fn class_of<'c>(document: &Value, current: Option<&Object>, context: &Context<'c>) -> OfClass<'c> {
    OfClass {
        before: current.and_then(|current| context.class_of(&current.doc)),
        after: context.classes.get(text_at(document, CLASS)),
    }
}

/// What a connector's class does not allow of its spec. `known` is the spec as it is shown.
fn against_class(spec: &Value, known: Option<&Value>, context: &Context<'_>) -> Vec<FieldError> {
    let name = text_at(spec, "/connectorClassName");
    let Some(class) = context.classes.get(name) else {
        return Vec::new();
    };
    let mut faults = rules::params::check(spec, known, class);
    if context.classes.stored(name).is_some() {
        faults.extend(rules::connector::check_against(spec, known, class));
    }
    faults
}

/// What is being deleted waits for those it waits for, and no others.
fn new_finalizers(document: &Value, before: Option<&Value>) -> Option<FieldError> {
    let list = |document: &Value| {
        let finalizers = document
            .pointer("/metadata/finalizers")
            .and_then(Value::as_array);
        finalizers.cloned().unwrap_or_default()
    };
    let old = list(before.filter(|before| is_going(before))?);
    let new: Vec<String> = list(document)
        .iter()
        .filter(|finalizer| !old.contains(finalizer))
        .map(ToString::to_string)
        .collect();
    let why = format!(
        "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
        new.join(", ")
    );
    (!new.is_empty()).then(|| forbidden("metadata.finalizers", &why))
}
