//! What importing one object does, and what there is to tell of it.

use hub::error::Result;
use hub::job::{Item, ItemResult};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::{Change, Uniqueness};
use hub::reference::{Reference, Resolution, ResolvedReference};
use hub::time::Timestamp;
use sailpoint::report::Report;
use sailpoint::{types, wire};
use serde_json::{Map, Value, json};

use crate::MergeCore;

/// One object of a file, with all that was found out about it.
pub struct Subject<'a> {
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

impl Subject<'_> {
    /// What it goes by in the scope: an object that is there keeps its id, a new one that of the file.
    pub fn identity(&self, scope: ScopeId) -> wire::Identity {
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
    pub fn key(&self, scope: ScopeId) -> (String, String) {
        let identity = self.identity(scope);
        (identity.kind, identity.id)
    }

    /// Whether it is not imported, and is not there otherwise.
    pub fn is_left_out(&self) -> bool {
        self.target.is_none() && !is_importable(&self.item.kind)
    }
}

fn is_importable(kind: &str) -> bool {
    types::find(kind).is_some_and(|known| known.importable)
}

/// What importing an object does.
pub struct Planned {
    /// What the file calls it.
    own: wire::Identity,
    /// The changes; none when it failed, is as it should be already, or is not to be imported.
    pub changes: Vec<Change>,
    /// What became of it.
    pub result: ItemResult,
}

/// Of objects that are applied together, all are or none: where one failed, the others fail with it, and are told why.
pub fn hold_back(planned: &mut [Planned]) {
    let Some(culprit) = planned.iter().find(|planned| planned.result.failed) else {
        return;
    };
    let wire::Identity { kind, id, name } = &culprit.own;
    let why = format!(
        "it is in a cycle of references with {kind} [{id}, {name}], which cannot be imported, so none of the cycle is"
    );
    let others = planned
        .iter_mut()
        .filter(|planned| planned.result.target.is_some());
    for other in others {
        let mut report = Report::default();
        report.failed(&other.own, &why);
        other.changes.clear();
        other.result = result(other.result.place, None, report);
    }
}

/// Plans one object. A preview tells what an import only does.
///
/// # Errors
/// [`hub::error::Error::Internal`] when the host has no randomness to give; what is wrong with the object is told in
/// the result.
pub fn plan(
    core: &impl MergeCore,
    scope: ScopeId,
    subject: Subject<'_>,
    preview: bool,
) -> Result<Planned> {
    let mut report = Report::default();
    let identity = subject.identity(scope);
    let item = &subject.item;
    let own = wire::Identity {
        id: item.id.clone().unwrap_or_else(|| identity.id.clone()),
        ..identity.clone()
    };
    let place = subject.place;
    let without_change = |own, report| Planned {
        own,
        changes: Vec::new(),
        result: result(place, None, report),
    };
    if !is_importable(&item.kind) {
        let wire::Identity { kind, id, name } = &identity;
        report.left_out(format!(
            "Objects of type {kind} cannot be imported: [{id}, {name}] is left out"
        ));
        return Ok(without_change(own, report));
    }
    check(&subject, &own, &mut report);
    if preview {
        tell_references(&subject, &mut report);
    }
    if report.has_failed() {
        return Ok(without_change(own, report));
    }
    let write = Write::of(subject, &identity, scope)?;
    if preview {
        report.preview(&identity);
        write.tell(core, &identity, &mut report)?;
    } else {
        report.imported(&identity);
    }
    Ok(Planned {
        own,
        changes: write.changes,
        result: result(place, Some(identity.id), report),
    })
}

fn result(place: i64, target: Option<String>, report: Report) -> ItemResult {
    ItemResult {
        place,
        target,
        failed: report.has_failed(),
        report: report.into_json(),
    }
}

fn check(subject: &Subject<'_>, own: &wire::Identity, report: &mut Report) {
    if let Some(why) = signature_fault(&subject.item, subject.target) {
        report.failed(own, why);
    }
    for fault in &subject.faults {
        report.failed(own, fault);
    }
    let unresolved =
        |reference: &&ResolvedReference| reference.resolution == Resolution::Unresolved;
    for reference in subject.references.iter().filter(unresolved) {
        report.unresolved(&reference.wanted.to_json());
        let why = format!(
            "the object that {} refers to is neither in the file nor in the tenant, and there is no default reference for its type",
            place_of(&reference.pointer)
        );
        report.failed(own, &why);
    }
}

/// A signature cannot be verified here, for the key is SailPoint's own. But it must be there, and the same signature
/// cannot be that of something else.
fn signature_fault(item: &Item, target: Option<&Object>) -> Option<&'static str> {
    if !types::find(&item.kind).is_some_and(|known| known.signature_required) {
        return None;
    }
    let text = |name: &str| {
        item.doc
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    if text("jwsHeader").is_empty() || text("jwsSignature").is_empty() {
        return Some("objects of this type must be signed: jwsHeader or jwsSignature is missing");
    }
    let stored = &target?.doc;
    let signed_the_same = ["jwsHeader", "jwsSignature"]
        .iter()
        .all(|name| stored.get(*name) == item.doc.get(*name));
    (signed_the_same && stored.get("object") != item.doc.get("object"))
        .then_some("it was changed after it was signed")
}

fn tell_references(subject: &Subject<'_>, report: &mut Report) {
    for reference in &subject.references {
        if let Some(found) = &reference.found {
            report.reference(
                &place_of(&reference.pointer),
                reference.resolution.as_str(),
                &reference.wanted.to_json(),
                &found.to_json(),
            );
        }
    }
}

/// `/owner` as `$.owner`, which is how extractors say it.
fn place_of(pointer: &str) -> String {
    pointer
        .split('/')
        .skip(1)
        .fold("$".to_owned(), |path, token| {
            if token.bytes().all(|byte| byte.is_ascii_digit()) {
                format!("{path}[{token}]")
            } else {
                format!("{path}.{}", token.replace("~1", "/").replace("~0", "~"))
            }
        })
}

/// What is written, and what it replaces.
struct Write {
    before: Option<Value>,
    after: Option<Value>,
    /// The places of secrets that are new.
    secrets: Vec<String>,
    changes: Vec<Change>,
}

impl Write {
    fn of(subject: Subject<'_>, identity: &wire::Identity, scope: ScopeId) -> Result<Self> {
        let Subject {
            mut item,
            target,
            stored_secrets,
            ..
        } = subject;
        if let Some(own) = item.doc.pointer_mut("/object/id")
            && own.as_str().is_some()
            && own.as_str() == item.id.as_deref()
        {
            *own = json!(identity.id);
        }
        let secrets = match item.secrets.take() {
            Some(Value::Object(secrets)) => Some(secrets),
            _ => None,
        };
        let now = Timestamp::now();
        let (name, doc) = wire::hub_object(item.doc, identity, target, secrets.as_ref());
        let mut write = Self {
            before: target.map(wire::config_object),
            after: None,
            secrets: secrets
                .iter()
                .flat_map(|secrets| secrets.keys().cloned())
                .collect(),
            changes: Vec::new(),
        };
        let change = match target {
            Some(target) => {
                let mut change = Change::update(target.clone(), doc, now);
                change.object.name = name;
                change
            }
            None => {
                let kind = wire::kind_of(&identity.kind);
                let mut change = Change::create(kind, scope, &name, doc, Uniqueness::None, now)?;
                change.object.uid =
                    wire::uid(scope, &identity.kind, item.id.as_deref(), &item.name);
                change
            }
        };
        let (owner, owner_name) = (change.object.uid, change.object.name.clone());
        // Of a new object there is nothing to compare or to tell.
        write.after = target.map(|_| wire::config_object(&change.object));
        if target.is_none() || write.before != write.after {
            write.changes.push(change);
        }
        if let Some(secrets) = secrets {
            let change = secrets_change(secrets, stored_secrets, scope, &owner_name, now)?;
            let mut change = change;
            change.object.parent = Some(owner);
            write.changes.push(change);
        }
        Ok(write)
    }

    fn tell(
        &self,
        core: &impl MergeCore,
        identity: &wire::Identity,
        report: &mut Report,
    ) -> Result<()> {
        let wire::Identity { id, name, .. } = identity;
        let (Some(before), Some(after)) = (&self.before, &self.after) else {
            report.operation(
                "IMPORT_PREVIEW_CREATE",
                format!("Object to be created: [{id}, {name}]"),
            );
            return Ok(());
        };
        if self.changes.is_empty() {
            let text = format!("Object is as it is in the file already: [{id}, {name}]");
            report.operation("IMPORT_PREVIEW_UNCHANGED", text);
            return Ok(());
        }
        let mut changed = core.changed(before, after)?;
        changed.extend(self.secrets.iter().map(|place| format!("/object{place}")));
        let text = format!(
            "Object to be updated: [{id}, {name}], changes: {}",
            changed.join(", ")
        );
        report.operation("IMPORT_PREVIEW_UPDATE", text);
        Ok(())
    }
}

/// New secrets are added to those that are stored, and replace those of the same place.
fn secrets_change(
    secrets: Map<String, Value>,
    stored: Option<&Object>,
    scope: ScopeId,
    name: &str,
    now: Timestamp,
) -> Result<Change> {
    let Some(stored) = stored else {
        let doc = json!({"data": secrets});
        return Change::create(Kind::Secret, scope, name, doc, Uniqueness::None, now);
    };
    let mut doc = stored.doc.clone();
    match doc.get_mut("data").and_then(Value::as_object_mut) {
        Some(data) => data.extend(secrets),
        None => doc = json!({"data": secrets}),
    }
    Ok(Change::update(stored.clone(), doc, now))
}

/// Puts what a reference leads to in the scope into the object: in the file it may have another id.
pub fn put_alias(object: &mut Value, reference: &mut ResolvedReference, id: &str, name: &str) {
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
pub fn put_default(object: &mut Value, reference: &mut ResolvedReference, default: &Value) {
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
