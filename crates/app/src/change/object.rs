//! Changes and deletes objects of every kind, in terms of any dialect's documents.

use hub::class::{SOURCE_LABEL, take_source};
use hub::command::{DeleteObject, Edit, ObjectRef, Outcome, UpdateObject, UpdateObjects};
use hub::error::{Error, Result};
use hub::object::{Kind, Object, keep_status};
use hub::operation::Merged;
use hub::plan::{Action, Change, Plan, Uniqueness};
use hub::resource::{ChangeClass, Context, Draft, Resource};
use hub::time::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::mutation::{Mutated, Mutation, carry_out};
use crate::ports::{MergeCore, Platform};
use crate::read::select;
use crate::{owners, secrets};

/// The edit merged into what the object is now.
impl Mutation for UpdateObject {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        let (scope, classes) = (call.scope()?, call.classes()?);
        let context = Context {
            scope,
            classes: &classes,
        };
        let kind = self.resource.kind();
        let (current, owned) = match call.store.with_children(scope.id, kind, &self.by) {
            Ok((current, children)) => {
                self.precondition.check(&current)?;
                let mut secrets = children
                    .into_iter()
                    .filter(|child| child.kind == Kind::Secret);
                (Some(current), secrets.next())
            }
            Err(Error::NotFound { .. }) if creates(self) => (None, None),
            Err(Error::NotFound { .. }) if kind == Kind::Class => {
                let seen = call.seen_classes()?.below_own(&self.by.to_string())?;
                self.precondition.check(&seen)?;
                return own_class(call, self, &context, &seen, now).map(Mutated::object);
            }
            Err(error) => return Err(error),
        };
        plan(call, self, &context, current, owned, now).map(Mutated::object)
    }

    fn is_preview(&self) -> bool {
        self.preview
    }
}

/// Whether an update makes what is not there: an apply does, but not one of a part.
fn creates(update: &UpdateObject) -> bool {
    let owners = update.resource.owners();
    let is_whole = owners.is_none_or(|owners| owners.subresource().is_empty());
    is_whole && matches!(update.edit, Edit::Apply { .. })
}

/// Makes the same change of every object that is selected. One that goes meanwhile is passed over.
pub(crate) async fn update_each<P: Platform>(
    call: &Call<P>,
    each: &UpdateObjects,
) -> Result<Outcome> {
    let selected = select(call, &each.select)?;
    for object in &selected.objects {
        let one = UpdateObject {
            by: ObjectRef::Uid(object.uid),
            ..each.update.clone()
        };
        match carry_out(call, &one).await {
            Ok(_) | Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Outcome::ListPage(selected))
}

/// What an update does. A plan without changes does nothing.
fn plan<P: Platform>(
    call: &Call<P>,
    update: &UpdateObject,
    context: &Context<'_>,
    current: Option<Object>,
    owned: Option<Object>,
    now: Timestamp,
) -> Result<Plan> {
    let (resource, scope) = (update.resource, context.scope);
    let wire = current
        .as_ref()
        .map(|current| resource.show(current, context));
    let (known, secret) = (current.as_ref(), owned.as_ref());
    let edit = owners::masked(call, resource, context, known, secret, &update.edit);
    let (merged, owners) = merge(call, resource, &edit, known, wire.clone())?;
    let mut plan = Plan {
        before: current.clone(),
        origins: merged.origins,
        ..Plan::default()
    };
    if is_unchanged(&edit, wire.as_ref(), &merged.document) {
        return Ok(plan);
    }
    let Draft { name, doc } = resource.read(&merged.document, current.as_ref(), context)?;
    let (vault, kind) = (&call.settings.vault, resource.kind());
    let (mut doc, taken) = secrets::settle(vault, kind, doc, current.as_ref(), context)?;
    if let Some(current) = &current {
        keep_status(&mut doc, &current.doc);
    }
    let mut change = match &current {
        Some(current) => change(resource, current.clone(), doc, now),
        None => Change::create(kind, scope.id, &name, doc, Uniqueness::Slug, now)?,
    };
    match (owners, resource.owners()) {
        (Some(owners), Some(tracked)) => tracked.put(&mut change.object.doc, owners),
        _ => owners::note(
            call,
            resource,
            context,
            current.as_ref(),
            &mut change.object,
            now,
        )?,
    }
    change.object.name = name;
    let secret = vault.change(&change.object, owned, &taken, now)?;
    let is_same =
        |current: &Object| current.name == change.object.name && current.doc == change.object.doc;
    if change.operation != Action::Delete
        && current.as_ref().is_some_and(is_same)
        && secret.is_none()
    {
        return Ok(plan);
    }
    let goes = change.operation == Action::Delete;
    plan.changes.push(change);
    // What belongs to an object goes with it.
    plan.changes.extend(secret.filter(|_| !goes));
    Ok(plan)
}

/// Whether what is written is what was read. Whatever its dialect makes of it, nothing changes then.
fn is_unchanged(edit: &Edit, shown: Option<&Value>, document: &Value) -> bool {
    let says_owners = matches!(edit, Edit::Apply { .. });
    !says_owners && shown == Some(document)
}

/// What an update does of a class that is seen in the scope and is not its own: it makes one that
/// is, which begins as that class would have become.
fn own_class<P: Platform>(
    call: &Call<P>,
    update: &UpdateObject,
    context: &Context<'_>,
    seen: &Object,
    now: Timestamp,
) -> Result<Plan> {
    let (resource, mut base) = (update.resource, seen.clone());
    let source = seen.label(SOURCE_LABEL).map(str::to_owned);
    registry::strip_identity(&mut base.doc);
    if let (Some(source), Some(members)) = (source, base.doc.as_object_mut()) {
        members.insert("labels".to_owned(), json!({SOURCE_LABEL: source}));
    }
    let wire = Some(resource.show(&base, context));
    let (merged, _) = merge(call, resource, &update.edit, Some(&base), wire.clone())?;
    let is_unchanged = is_unchanged(&update.edit, wire.as_ref(), &merged.document);
    let Draft { name, doc } = resource.read(&merged.document, Some(&base), context)?;
    let mut doc = doc.into_inner();
    let refused = match resource.change_class(&base, &doc) {
        ChangeClass::Existence => Some("deleted"),
        ChangeClass::Observed => Some("given a status"),
        ChangeClass::Wanted | ChangeClass::Metadata => None,
    };
    if let Some(what) = refused {
        return Err(Error::Forbidden(format!(
            "it is not of this scope and cannot be {what} here: a class of the same name can be created, \
             which stands before it"
        )));
    }
    let mut plan = Plan {
        before: Some(seen.clone()),
        origins: merged.origins,
        ..Plan::default()
    };
    if is_unchanged {
        return Ok(plan);
    }
    take_source(&mut doc);
    let mut unchanged = base.doc.clone();
    take_source(&mut unchanged);
    if doc != unchanged {
        let (kind, claim) = (resource.kind(), Uniqueness::Slug);
        let mut change = Change::create(kind, context.scope.id, &name, doc, claim, now)?;
        let object = &mut change.object;
        owners::note(call, resource, context, Some(&base), object, now)?;
        plan.changes.push(change);
    }
    Ok(plan)
}

/// The change that makes `doc` the document of `current`.
fn change(resource: &dyn Resource, current: Object, doc: Value, now: Timestamp) -> Change {
    let (touches, generation) = (resource.change_class(&current, &doc), current.generation);
    let mut change = Change::update(current, doc, now);
    match touches {
        ChangeClass::Wanted => return change,
        ChangeClass::Metadata => {}
        ChangeClass::Observed => change.operation = Action::Status,
        ChangeClass::Existence => change.operation = Action::Delete,
    }
    change.object.generation = generation;
    change
}

/// The merged document, and its owners where the edit decides who they are.
fn merge<P: Platform>(
    call: &Call<P>,
    resource: &dyn Resource,
    edit: &Edit,
    current: Option<&Object>,
    wire: Option<Value>,
) -> Result<(Merged, Option<Value>)> {
    let core = call.platform.merge();
    let shown = wire.clone().unwrap_or_default();
    let merged = match edit {
        Edit::Apply { document, force } => {
            let (merged, owners) = owners::apply(call, resource, current, wire, document, *force)?;
            return Ok((merged, Some(owners)));
        }
        Edit::Replace(document) => core.replace(&shown, document, resource.replace_rules())?,
        Edit::MergePatch(patch) => core.merge_patch(&shown, patch)?,
        Edit::JsonPatch(patch) => core.json_patch(&shown, patch)?,
        Edit::Strategic(patch) => {
            let patched = resource.patched(&shown, patch)?;
            core.replace(&shown, &patched, "{}")?
        }
    };
    Ok((merged, None))
}

/// An object goes, and what belongs to it.
impl Mutation for DeleteObject {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        let scope = call.scope()?.id;
        let (current, children) = call.store.with_children(scope, self.kind, &self.by)?;
        self.precondition.check(&current)?;
        let mut plan = Plan::of(Change::delete(current.clone(), now));
        // What belongs to it goes by itself, and in the same statement: only a preview says so.
        if self.preview {
            let below = children.into_iter().map(|child| Change::delete(child, now));
            plan.changes.extend(below);
            plan.before = Some(current);
        }
        Ok(Mutated::object(plan))
    }

    fn is_preview(&self) -> bool {
        self.preview
    }
}
