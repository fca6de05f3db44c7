//! The documents of the resources as the shared update path knows them: the object, its status, and its deletion, which is
//! an update that asks for a deletion timestamp.

use std::sync::OnceLock;

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::{Kind, Object};
use hub::resource::{ChangeClass, Context, Draft, Owners, Resource as HubResource};
use serde_json::{Map, Value, json};

use super::error::MODIFIED;
use super::resource::{CONNECTOR, CONNECTOR_CLASS, Resource, SECRET};
use super::schema::{apply_rules, prune, validate};
use super::wire::{self, metadata::SERVER};
use super::{class_rules, names};

/// What of an object a request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All but its status.
    Main,
    /// Its status.
    Status,
    /// That it is to go.
    Deletion,
}

/// A part of the objects of a resource.
pub struct View {
    name: &'static str,
    /// The resource.
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
pub fn view(resource: &Resource, part: Part) -> Option<&'static View> {
    VIEWS
        .iter()
        .find(|view| view.resource.hub == resource.hub && view.part == part)
}

/// How objects of a kind are shown and who owns their fields; none of what is not served.
pub fn resource(kind: Kind) -> Option<&'static dyn HubResource> {
    let view = view(wire::resource_of(kind)?, Part::Main)?;
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
        wire::show(self.resource, object, &context.scope.name)
    }

    fn read(&self, wire: &Value, current: Option<&Object>, context: &Context<'_>) -> Result<Draft> {
        let mut document = wire.clone();
        if current.is_none() {
            names::generate(&mut document)?;
        }
        let before = current.map(|current| self.show(current, context));
        check_identity(self.resource, &document, current, &context.scope.name)?;
        self.keep(&mut document, before.as_ref());
        prune(&mut document, self.resource.schema());
        self.check(&document, before.as_ref(), current, context)?;
        if self.resource.hub == Kind::Secret {
            wire::secret::mask_last_applied(&mut document);
        }
        let name = document
            .pointer("/metadata/name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let name = current
            .map_or(name, |current| current.name.as_str())
            .to_owned();
        let doc = wire::read(
            self.resource,
            &document,
            current.map(|current| &current.doc),
        );
        Ok(Draft { name, doc })
    }

    /// A replacement is taken as it is: what it may not change is put back when it is read.
    fn replace_rules(&self) -> &'static str {
        "{}"
    }

    fn change_class(&self, current: &Object, doc: &Value) -> ChangeClass {
        let after = Object {
            doc: doc.clone(),
            ..current.clone()
        };
        let (before, after) = (
            wire::show(self.resource, current, ""),
            wire::show(self.resource, &after, ""),
        );
        let finalizers = after
            .pointer("/metadata/finalizers")
            .and_then(Value::as_array);
        let is_going = after.pointer("/metadata/deletionTimestamp").is_some();
        if is_going && finalizers.is_none_or(Vec::is_empty) {
            return ChangeClass::Existence;
        }
        if self.part == Part::Status {
            return ChangeClass::Observed;
        }
        let wanted = |document: &Value| {
            let mut wanted = document.as_object().cloned().unwrap_or_default();
            wanted.shift_remove("metadata");
            wanted.shift_remove("status");
            wanted
        };
        let was_going = before.pointer("/metadata/deletionTimestamp").is_some();
        if is_going != was_going || wanted(&before) != wanted(&after) {
            ChangeClass::Wanted
        } else {
            ChangeClass::Metadata
        }
    }

    fn owners(&self) -> Option<&dyn Owners> {
        (self.part != Part::Deletion).then_some(self)
    }
}

impl Owners for View {
    fn rules(&self) -> &str {
        let server = match self.part {
            Part::Status => ["/metadata", "/spec"].as_slice(),
            _ => [
                "/status",
                "/metadata/uid",
                "/metadata/resourceVersion",
                "/metadata/generation",
                "/metadata/creationTimestamp",
                "/metadata/deletionTimestamp",
                "/metadata/deletionGracePeriodSeconds",
                "/metadata/selfLink",
            ]
            .as_slice(),
        };
        self.apply_rules
            .get_or_init(|| apply_rules(self.resource.schema(), server).to_string())
    }

    fn version(&self) -> String {
        self.resource.api_version()
    }

    fn subresource(&self) -> &'static str {
        if self.part == Part::Status {
            "status"
        } else {
            ""
        }
    }

    fn check_applied(&self, document: &Value, current: Option<&Object>) -> Result<()> {
        match current {
            Some(current) => check_version(document, current),
            None => check_new(document),
        }
    }

    fn has(&self, doc: &Value) -> bool {
        doc.pointer("/extensions/kubernetes/metadata/managedFields")
            .is_some()
    }

    fn take(&self, wire: &mut Value) -> Value {
        let metadata = wire.get_mut("metadata").and_then(Value::as_object_mut);
        metadata
            .and_then(|metadata| metadata.shift_remove("managedFields"))
            .filter(Value::is_array)
            .unwrap_or_else(|| json!([]))
    }

    fn put(&self, doc: &mut Value, owners: Value) {
        if let Some(doc) = doc.as_object_mut() {
            wire::metadata::set_managed_fields(doc, owners);
        }
    }
}

impl View {
    /// Puts back what a writer through this view cannot change.
    fn keep(&self, document: &mut Value, before: Option<&Value>) {
        let Some(members) = document.as_object_mut() else {
            return;
        };
        let of_before = |name: &str| before.and_then(|before| before.get(name)).cloned();
        if self.part == Part::Status {
            let status = members.shift_remove("status");
            if let Some(Value::Object(before)) = before {
                members.clone_from(before);
            }
            wire::set(members, "status", status);
            return;
        }
        wire::set(members, "status", of_before("status"));
        let mut metadata = match members.shift_remove("metadata") {
            Some(Value::Object(metadata)) => metadata,
            _ => Map::new(),
        };
        let asked_at = metadata.shift_remove("deletionTimestamp");
        for name in SERVER {
            let value = before.and_then(|before| before.pointer(&format!("/metadata/{name}")));
            wire::set(&mut metadata, name, value.cloned());
        }
        if self.part == Part::Deletion && !metadata.contains_key("deletionTimestamp") {
            wire::set(&mut metadata, "deletionTimestamp", asked_at);
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
        let kind = self.resource.kind;
        let faults = validate(document, self.resource.schema(), "");
        let in_metadata = faults.iter().find(|fault| {
            fault.code == FieldCode::Type
                && (fault.field.starts_with("metadata") || fault.field == "<nil>")
        });
        if let Some(fault) = in_metadata {
            return Err(Error::Malformed(format!(
                "{kind} in version {:?} cannot be handled as a {kind}: {fault}",
                self.resource.version
            )));
        }
        Error::check(faults)?;
        let metadata = document.get("metadata").and_then(Value::as_object);
        let mut faults = metadata.map(names::check_metadata).unwrap_or_default();
        faults.extend(new_finalizers(document, before));
        Error::check(faults)?;
        match self.resource.hub {
            Kind::Secret => wire::secret::check(document, current.map(|current| &current.doc)),
            Kind::Connector => Error::check(against_class(document, before, context)),
            _ => Ok(()),
        }
    }
}

/// What a connector's class does not allow of its spec, unless the spec stays as it is.
fn against_class(
    document: &Value,
    before: Option<&Value>,
    context: &Context<'_>,
) -> Vec<FieldError> {
    let Some(spec) = document.get("spec") else {
        return Vec::new();
    };
    if before.and_then(|before| before.get("spec")) == Some(spec) {
        return Vec::new();
    }
    let name = spec
        .get("connectorClassName")
        .and_then(Value::as_str)
        .unwrap_or_default();
    match context.classes.stored(name) {
        Some(class) => class_rules::check(spec, &class.doc),
        None => Vec::new(),
    }
}

/// What is being deleted waits for those it waits for, and no others.
fn new_finalizers(document: &Value, before: Option<&Value>) -> Option<FieldError> {
    let list = |document: &Value| {
        let finalizers = document
            .pointer("/metadata/finalizers")
            .and_then(Value::as_array);
        finalizers.cloned().unwrap_or_default()
    };
    let before = before.filter(|before| before.pointer("/metadata/deletionTimestamp").is_some())?;
    let old = list(before);
    let new: Vec<String> = list(document)
        .iter()
        .filter(|finalizer| !old.contains(finalizer))
        .map(ToString::to_string)
        .collect();
    (!new.is_empty()).then(|| {
        let message = format!(
            "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
            new.join(", ")
        );
        FieldError::new("metadata.finalizers", FieldCode::Invalid, message)
    })
}

/// Refuses a document that is about another object, another kind or an older version.
fn check_identity(
    resource: &Resource,
    document: &Value,
    current: Option<&Object>,
    namespace: &str,
) -> Result<()> {
    let text = |pointer: &str| text(document, pointer);
    let kind = text("/kind").unwrap_or(resource.kind);
    if kind != resource.kind {
        return Err(Error::Malformed(format!(
            "the kind in the data ({kind}) does not match the expected kind ({})",
            resource.kind
        )));
    }
    let api_version = resource.api_version();
    if text("/apiVersion").is_some_and(|given| given != api_version) {
        return Err(Error::Malformed(format!(
            "the API version in the data ({}) does not match the expected API version ({api_version})",
            text("/apiVersion").unwrap_or_default()
        )));
    }
    if resource.namespaced && text("/metadata/namespace").is_some_and(|given| given != namespace) {
        let message =
            "the namespace of the provided object does not match the namespace sent on the request";
        return Err(Error::Malformed(message.to_owned()));
    }
    let Some(current) = current else {
        return check_new(document);
    };
    if let Some(name) = text("/metadata/name").filter(|name| *name != current.slug) {
        return Err(Error::Malformed(format!(
            "the name of the object ({name}) does not match the name on the URL ({})",
            current.slug
        )));
    }
    check_version(document, current)?;
    if resource.has_status && text("/metadata/resourceVersion").is_none() {
        let message = "Invalid value: 0x0: must be specified for an update";
        return Err(Error::field(FieldError::new(
            "metadata.resourceVersion",
            FieldCode::Invalid,
            message,
        )));
    }
    Ok(())
}

/// Refuses a document of a new object that says which version of an old one it is about.
fn check_new(document: &Value) -> Result<()> {
    match text(document, "/metadata/resourceVersion") {
        Some(_) => Err(Error::Malformed(
            "resourceVersion should not be set on objects to be created".to_owned(),
        )),
        None => Ok(()),
    }
}

/// Refuses a document that says it is about another object, or about an older version.
fn check_version(document: &Value, current: &Object) -> Result<()> {
    let conflict = |message: String| Error::Conflict {
        kind: current.kind.as_str(),
        name: current.slug.clone(),
        message,
    };
    let uid = current.uid.uuid();
    if let Some(wanted) = text(document, "/metadata/uid").filter(|wanted| *wanted != uid) {
        return Err(conflict(format!(
            "Precondition failed: UID in precondition: {wanted}, UID in object meta: {uid}"
        )));
    }
    match text(document, "/metadata/resourceVersion") {
        Some(version) if version != current.revision.to_string() => {
            Err(conflict(MODIFIED.to_owned()))
        }
        _ => Ok(()),
    }
}

/// A text that is not empty.
fn text<'a>(document: &'a Value, pointer: &str) -> Option<&'a str> {
    let text = document.pointer(pointer).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
}
