//! What importing one object does, and what there is to tell of it.

use api::task::{Context, Worked};
use hub::error::{Error, Result};
use hub::job::{Item, ItemResult};
use hub::object::Object;
use hub::reference::{Resolution, ResolvedReference};
use hub::slot::{self, Slot};
use serde_json::Value;

use super::object::ImportedObject;
use super::references::Rules;
use super::write::Write;
use crate::report::Report;
use crate::{types, wire};

/// What importing an object does.
pub(super) struct Planned {
    /// What the file calls it.
    own: wire::Identity,
    /// The changes and what became of it.
    pub worked: Worked,
}

/// Of objects that are applied together, all are or none: where one failed, the others fail with
/// it, and are told why.
pub(super) fn hold_back(planned: &mut [Planned]) {
    let Some(culprit) = planned.iter().find(|planned| planned.worked.result.failed) else {
        return;
    };
    let wire::Identity { kind, id, name } = &culprit.own;
    let why = format!(
        "it is in a cycle of references with {kind} [{id}, {name}], which cannot be imported, so none of the cycle is"
    );
    let others = planned
        .iter_mut()
        .filter(|planned| planned.worked.result.target.is_some());
    for other in others {
        let mut report = Report::default();
        report.failed(&other.own, &why);
        other.worked = without_change(other.worked.result.place, report);
    }
}

/// Plans one object. A preview tells what an import only does.
///
/// # Errors
/// [`hub::error::Error::Internal`] when the host has no randomness to give; what is wrong with the
/// object is told in the result.
pub(super) fn plan(
    context: &Context<'_>,
    rules: &Rules,
    object: ImportedObject<'_>,
    preview: bool,
) -> Result<Planned> {
    let mut report = Report::default();
    let (place, identity) = (object.place, object.identity(context.scope));
    let own = wire::Identity {
        id: object
            .item
            .id
            .clone()
            .unwrap_or_else(|| identity.id.clone()),
        ..identity.clone()
    };
    if !object.is_importable() {
        let wire::Identity { kind, id, name } = &identity;
        report.left_out(format!(
            "Objects of type {kind} cannot be imported: [{id}, {name}] is left out"
        ));
        let worked = without_change(place, report);
        return Ok(Planned { own, worked });
    }
    check(&object, &own, rules, &mut report);
    if preview {
        tell_references(&object, &mut report);
    }
    if report.has_failed() {
        let worked = without_change(place, report);
        return Ok(Planned { own, worked });
    }
    let extensions = object.item.doc.pointer("/object/patchbay/extensions");
    let brings_parts = object.target.is_none() && extensions.is_some();
    let write = match Write::of(object, &identity, context) {
        Ok(write) => write,
        Err(Error::Invalid(faults)) => {
            for fault in faults {
                report.failed(&own, &fault.to_string());
            }
            let worked = without_change(place, report);
            return Ok(Planned { own, worked });
        }
        Err(error) => return Err(error),
    };
    if brings_parts {
        report.parts_left(&identity);
    }
    report.still_to_be_set(&identity, &write.unset);
    if preview {
        report.preview(&identity);
        write.tell(context.core, &identity, &mut report)?;
    } else {
        report.imported(&identity);
    }
    let worked = Worked {
        result: result(place, Some(identity.id), report),
        changes: write.changes,
    };
    Ok(Planned { own, worked })
}

fn without_change(place: i64, report: Report) -> Worked {
    Worked {
        result: result(place, None, report),
        changes: Vec::new(),
    }
}

fn result(place: i64, target: Option<String>, report: Report) -> ItemResult {
    ItemResult {
        place,
        target,
        failed: report.has_failed(),
        report: report.into_json(),
    }
}

fn check(object: &ImportedObject<'_>, own: &wire::Identity, rules: &Rules, report: &mut Report) {
    if let Some(why) = signature_fault(&object.item, object.target) {
        report.failed(own, why);
    }
    for pointer in refused_secrets(&object.item) {
        let place = place_of(&pointer);
        let why = format!(
            "{place} must be a reference to a secret: this tenant keeps its secrets elsewhere"
        );
        report.failed(own, &why);
    }
    if object.item.kind == types::SOURCE {
        let faults = object.item.doc.get("object").map(wire::faults);
        for fault in faults.into_iter().flatten() {
            report.failed(own, &fault);
        }
    }
    for fault in &object.faults {
        report.failed(own, fault);
    }
    let unresolved =
        |reference: &&ResolvedReference| reference.resolution == Resolution::Unresolved;
    for reference in object.references.iter().filter(unresolved) {
        check_unresolved(reference, own, rules, report);
    }
}

/// Identities are not kept here: a reference to one stays as it is. Any other reference must lead
/// somewhere.
fn check_unresolved(
    reference: &ResolvedReference,
    own: &wire::Identity,
    rules: &Rules,
    report: &mut Report,
) {
    let (place, wanted) = (place_of(&reference.pointer), reference.wanted.to_json());
    let kind = reference.wanted.kind.as_deref().unwrap_or_default();
    if kind == types::IDENTITY {
        report.unresolved_identity(&place, &wanted);
        return;
    }
    report.unresolved(&wanted);
    let default = match rules.ambiguous(kind) {
        Some([one, other]) => format!(
            "the default reference {kind} is ambiguous, for there are two objects of that type or more, [{}, {}] and [{}, {}]: \
             give the one that is meant with its id",
            one.id, one.name, other.id, other.name
        ),
        None => "there is no default reference for its type".to_owned(),
    };
    let why = format!(
        "the object that {place} refers to is neither in the file nor in the tenant, and {default}"
    );
    report.failed(own, &why);
}

/// Where in the object secrets are that the scope does not take.
fn refused_secrets(item: &Item) -> Vec<String> {
    let secrets = item.secrets.as_ref().and_then(Value::as_object);
    let is_refused =
        |entry: &str| secrets.is_some_and(|secrets| secrets.get(entry) == Some(&Value::Null));
    let mut refused = Vec::new();
    if let Some(object) = item.doc.get("object") {
        slot::for_each(object, &mut |pointer, slot| {
            if let Slot::Set(entry) = slot
                && is_refused(entry)
            {
                refused.push(pointer.to_owned());
            }
        });
    }
    refused
}

/// A signature cannot be verified here, for the key is SailPoint's own. But it must be there, and
/// the same signature cannot be that of something else.
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

fn tell_references(object: &ImportedObject<'_>, report: &mut Report) {
    for reference in &object.references {
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
                format!("{path}.{}", hub::pointer::unescaped(token))
            }
        })
}
