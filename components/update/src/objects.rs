//! Changes and deletes objects of every kind, in terms of any dialect's documents.

use gateway::{Call, merge, owners, secrets, select};
use hub::command::{DeleteObject, Edit, ObjectRef, Outcome, UpdateObject, UpdateObjects};
use hub::connector::take_secrets;
use hub::error::{Error, Result};
use hub::object::{Kind, Object, keep_status};
use hub::plan::{Action, Change, Plan, Uniqueness};
use hub::resource::{ChangeClass, Context, Draft, Resource};
use hub::time::Timestamp;
use serde_json::Value;

/// How often a change is tried again that another one came in between of. A caller whose precondition that breaks is told
/// at once, since the next try finds it broken.
const ATTEMPTS: usize = 16;

/// Merges the edit into what the object is now, and writes that if the object is still so.
pub async fn update(call: &Call, update: &UpdateObject) -> Result<Outcome> {
    let classes = call.classes()?;
    let scope = call.scope()?;
    let context = Context {
        scope,
        classes: &classes,
    };
    let kind = update.resource.kind();
    for _ in 0..ATTEMPTS {
        let (current, owned) = match call.store.with_children(scope.id, kind, &update.by) {
            Ok((current, children)) => {
                update.precondition.check(&current)?;
                let owned = children
                    .into_iter()
                    .find(|child| child.kind == Kind::Secret);
                (Some(current), owned)
            }
            Err(Error::NotFound { .. }) if matches!(update.edit, Edit::Apply { .. }) => {
                (None, None)
            }
            Err(error) => return Err(error),
        };
        let plan = plan(call, update, &context, current.clone(), owned)?;
        if update.preview {
            return Ok(Outcome::Planned(plan));
        }
        let Some(operation) = plan.changes.first().map(|change| change.operation) else {
            let missing = || Error::not_found(kind, update.by.to_string());
            return current.map(Outcome::Updated).ok_or_else(missing);
        };
        match (call.commit(plan).await, operation) {
            (Err(Error::Conflict { .. }), _) => {}
            (Err(Error::AlreadyExists { .. }), Action::Create) => {}
            (Err(error), _) => return Err(error),
            (Ok(object), Action::Create) => return Ok(Outcome::Created(object)),
            (Ok(object), Action::Update | Action::Status) => {
                return Ok(Outcome::Updated(object));
            }
            (Ok(object), Action::Delete) => return Ok(Outcome::Deleted(object)),
        }
    }
    Err(contended(kind, update.by.to_string()))
}

/// Makes the same change of every object that is selected. One that goes meanwhile is passed over.
pub async fn update_each(call: &Call, each: &UpdateObjects) -> Result<Outcome> {
    let selected = select::select(call, &each.select)?;
    for object in &selected.objects {
        let one = UpdateObject {
            by: ObjectRef::Uid(object.uid),
            ..each.update.clone()
        };
        match update(call, &one).await {
            Ok(_) | Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Outcome::ListPage(selected))
}

/// What an update does. A plan without changes does nothing.
fn plan(
    call: &Call,
    update: &UpdateObject,
    context: &Context<'_>,
    current: Option<Object>,
    owned: Option<Object>,
) -> Result<Plan> {
    let (resource, scope) = (update.resource, context.scope);
    let wire = current
        .as_ref()
        .map(|current| resource.show(current, context));
    let (merged, owners) = merge(call, resource, &update.edit, current.as_ref(), wire)?;
    let Draft { name, mut doc } = resource.read(&merged.document, current.as_ref(), context)?;
    if let Some(current) = &current {
        keep_status(&mut doc, &current.doc);
    }
    let now = Timestamp::now();
    let mut plan = Plan {
        before: current.clone(),
        origins: merged.origins,
        ..Plan::default()
    };
    let stored = current.as_ref().map(|current| &current.doc);
    let taken = match resource.kind() {
        Kind::Connector => {
            let class = context.class_of(&doc);
            let taken = take_secrets(&mut doc, stored, class, scope.secret_store)?;
            Some(taken)
        }
        Kind::Secret => {
            secrets::seal(call, scope.id, &mut doc, current.as_ref())?;
            None
        }
        _ => None,
    };
    let mut change = match &current {
        Some(current) => change(resource, current.clone(), doc, now),
        None => Change::create(resource.kind(), scope.id, &name, doc, Uniqueness::Slug, now)?,
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
    let secret = match &taken {
        Some(taken) => call
            .config
            .vault
            .change(&change.object, owned, taken, now)?,
        None => None,
    };
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
fn merge(
    call: &Call,
    resource: &dyn Resource,
    edit: &Edit,
    current: Option<&Object>,
    wire: Option<Value>,
) -> Result<(merge::Merged, Option<Value>)> {
    let shown = wire.clone().unwrap_or_default();
    let merged = match edit {
        Edit::Apply { document, force } => {
            let (merged, owners) = owners::apply(call, resource, current, wire, document, *force)?;
            return Ok((merged, Some(owners)));
        }
        Edit::Replace(document) => merge::replace(&shown, document, resource.replace_rules())?,
        Edit::MergePatch(patch) => merge::merge_patch(&shown, patch)?,
        Edit::JsonPatch(patch) => merge::json_patch(&shown, patch)?,
        Edit::Strategic(patch) => {
            let patched = resource.patched(&shown, patch)?;
            merge::replace(&shown, &patched, "{}")?
        }
    };
    Ok((merged, None))
}

/// Deletes an object and what belongs to it.
pub async fn delete(call: &Call, delete: &DeleteObject) -> Result<Outcome> {
    let scope = call.scope()?;
    for _ in 0..ATTEMPTS {
        let (current, children) = call
            .store
            .with_children(scope.id, delete.kind, &delete.by)?;
        delete.precondition.check(&current)?;
        let now = Timestamp::now();
        if delete.preview {
            let mut plan = Plan::of(Change::delete(current.clone(), now));
            let below = children.into_iter().map(|child| Change::delete(child, now));
            plan.changes.extend(below);
            plan.before = Some(current);
            return Ok(Outcome::Planned(plan));
        }
        // What belongs to it goes by itself, and in the same statement.
        match call.commit(Plan::of(Change::delete(current, now))).await {
            Err(Error::Conflict { .. }) => {}
            committed => return committed.map(Outcome::Deleted),
        }
    }
    Err(contended(delete.kind, delete.by.to_string()))
}

fn contended(kind: Kind, name: String) -> Error {
    Error::Conflict {
        kind: kind.as_str(),
        name,
        message: "it is being changed by others: try again".to_owned(),
    }
}
