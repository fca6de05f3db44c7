//! Changes and deletes objects of every kind, in terms of any dialect's documents.

use front::{Call, merge, secrets};
use hub::command::{Delete, Edit, Outcome, Update};
use hub::connector::take_secrets;
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::plan::{Change, Plan};
use hub::resource::{Context, Draft, Resource};
use hub::time::Timestamp;

/// How often a change is tried again that another one came in between of. A caller whose precondition that breaks is told
/// at once, since the next try finds it broken.
const ATTEMPTS: usize = 16;

/// Merges the edit into what the object is now, and writes that if the object is still so.
pub async fn update(call: &Call, update: &Update) -> Result<Outcome> {
    let classes = call.classes()?;
    let scope = call.scope()?;
    let context = Context {
        scope,
        classes: &classes,
    };
    let kind = update.resource.kind();
    for _ in 0..ATTEMPTS {
        let (current, children) = call.store.with_children(scope.id, kind, &update.by)?;
        update.precondition.check(&current)?;
        let owned = children
            .into_iter()
            .find(|child| child.kind == Kind::Secret);
        let plan = plan(call, update, &context, current.clone(), owned)?;
        if update.preview {
            return Ok(Outcome::Planned(plan));
        }
        if plan.changes.is_empty() {
            return Ok(Outcome::Updated(current));
        }
        match call.commit(plan).await {
            Err(Error::Conflict { .. }) => {}
            committed => return committed.map(Outcome::Updated),
        }
    }
    Err(contended(kind, update.by.to_string()))
}

/// What an update does. A plan without changes does nothing.
fn plan(
    call: &Call,
    update: &Update,
    context: &Context<'_>,
    current: Object,
    owned: Option<Object>,
) -> Result<Plan> {
    let merged = merge(update.resource, &update.edit, &current, context)?;
    let Draft { name, mut doc } =
        update
            .resource
            .read(&merged.document, Some(&current), context)?;
    let now = Timestamp::now();
    let mut plan = Plan {
        before: Some(current.clone()),
        origins: merged.origins,
        ..Plan::default()
    };
    let secret = if current.kind == Kind::Connector {
        let class = context.class_of(&doc);
        let mode = context.scope.secret_store;
        let taken = take_secrets(&mut doc, Some(&current.doc), class.as_deref(), mode)?;
        secrets::change(call, &current, owned, &taken, now)?
    } else {
        None
    };
    if name == current.name && doc == current.doc && secret.is_none() {
        return Ok(plan);
    }
    let mut change = Change::update(current, doc, now);
    change.object.name = name;
    plan.changes.push(change);
    plan.changes.extend(secret);
    Ok(plan)
}

fn merge(
    resource: &dyn Resource,
    edit: &Edit,
    current: &Object,
    context: &Context<'_>,
) -> Result<merge::Merged> {
    let wire = resource.show(current, context);
    match edit {
        Edit::Replace(document) => merge::replace(&wire, document, resource.replace_rules()),
        Edit::MergePatch(patch) => merge::merge_patch(&wire, patch),
        Edit::JsonPatch(patch) => merge::json_patch(&wire, patch),
    }
}

/// Deletes an object and what belongs to it.
pub async fn delete(call: &Call, delete: &Delete) -> Result<Outcome> {
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
