//! What is done with connector instances, step by step what components/import, components/export and components/update do.

use std::rc::Rc;

use hub::class::Classes;
use hub::command::{CreateObject, Edit, Outcome, UpdateObject};
use hub::connector::take_secrets;
use hub::error::{Error, Result};
use hub::object::{Kind, keep_status};
use hub::plan::{Change, Plan};
use hub::resource::{Context, Draft};
use hub::scope::Scope;
use hub::time::Timestamp;
use store::secrets::Vault;

use crate::connectors::refused;
use crate::database::Databases;

/// What comes of a command whose answer shows parts of classes: those of the catalogue, since nobody can give the twin
/// others.
pub fn with_classes(outcome: Outcome) -> Outcome {
    Outcome::WithClasses(Box::new(outcome), Rc::new(Classes::default()))
}

/// Creates an instance.
pub async fn create(
    databases: &Databases,
    vault: &Vault,
    scope: &Scope,
    actor: &str,
    create: CreateObject,
) -> Result<Outcome> {
    let classes = Classes::default();
    let context = &Context {
        scope,
        classes: &classes,
    };
    let Draft { name, mut doc } = create.resource.read(&create.document, None, context)?;
    let class = context.class_of(&doc);
    let taken = take_secrets(&mut doc, None, class, scope.secret_store)?;
    let now = Timestamp::now();
    let change = Change::create(Kind::Connector, scope.id, &name, doc, create.claim, now)?;
    let mut object = change.object.clone();
    let mut plan = Plan::of(change);
    let secret = vault.change(&object, None, &taken, now)?;
    plan.changes.extend(secret);
    object.revision = databases.commit(plan, actor).await?;
    object.id = object.revision;
    Ok(with_classes(Outcome::Created(object)))
}

/// Replaces an instance. It tries again when another replacement came in between, as the application does.
pub async fn replace(
    databases: &Databases,
    vault: &Vault,
    scope: &Scope,
    actor: &str,
    update: UpdateObject,
) -> Result<Outcome> {
    let classes = Classes::default();
    let context = &Context {
        scope,
        classes: &classes,
    };
    let resource = update.resource;
    let Edit::Replace(document) = &update.edit else {
        return Err(Error::Internal("the twin only replaces".to_owned()));
    };
    let rules = merge::rules::parse(resource.replace_rules()).map_err(refused)?;
    loop {
        let (current, children) =
            databases.read(|store| store.with_children(scope.id, resource.kind(), &update.by))?;
        update.precondition.check(&current)?;
        let shown = resource.show(&current, context);
        let merged = merge::replace(&shown, document, &rules).map_err(refused)?;
        let draft = resource.read(&merged.document, Some(&current), context)?;
        let Draft { name, mut doc } = draft;
        keep_status(&mut doc, &current.doc);
        let class = context.class_of(&doc);
        let taken = take_secrets(&mut doc, Some(&current.doc), class, scope.secret_store)?;
        let now = Timestamp::now();
        let mut change = Change::update(current, doc, now);
        change.object.name = name;
        let owned = children
            .into_iter()
            .find(|child| child.kind == Kind::Secret);
        let mut object = change.object.clone();
        let mut plan = Plan::of(change);
        let secret = vault.change(&object, owned, &taken, now)?;
        plan.changes.extend(secret);
        match databases.commit(plan, actor).await {
            Err(Error::Conflict { .. }) => {}
            Err(error) => return Err(error),
            Ok(revision) => {
                object.revision = revision;
                return Ok(with_classes(Outcome::Updated(object)));
            }
        }
    }
}
