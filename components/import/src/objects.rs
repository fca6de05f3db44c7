//! Creates objects of every kind from any dialect's documents.

use gateway::{Call, owners, secrets};
use hub::command::{CloneObject, CreateObject, Outcome};
use hub::connector::take_secrets;
use hub::error::{Error, Result};
use hub::id::random_bytes;
use hub::object::Kind;
use hub::plan::{Change, Origin, Plan, Uniqueness};
use hub::resource::{Context, Draft};
use hub::time::Timestamp;

use crate::claims;

/// How many names are tried where the dialect makes them up.
const NAMES: usize = 8;

/// Creates the object that the document describes, and the secrets in it, at once.
pub async fn create(call: &Call, create: &CreateObject) -> Result<Outcome> {
    let mut plan = self::plan(call, create)?;
    let mut tried: usize = 0;
    loop {
        let name = name(&plan);
        let created = if create.preview {
            claims::foretell(call, &plan).map(|()| Outcome::Planned(plan))
        } else {
            call.commit(plan).await.map(Outcome::Created)
        };
        let Err(taken @ Error::AlreadyExists { .. }) = created else {
            return created;
        };
        tried = tried.saturating_add(1);
        plan = self::plan(call, create)?;
        // A name that was made up is now another one.
        if tried == NAMES || self::name(&plan) == name {
            return Err(taken);
        }
    }
}

fn name(plan: &Plan) -> Option<String> {
    let first = plan.changes.first();
    first.map(|change| change.object.name.clone())
}

fn plan(call: &Call, create: &CreateObject) -> Result<Plan> {
    let scope = call.scope()?;
    let classes = call.classes()?;
    let context = Context {
        scope,
        classes: &classes,
    };
    let kind = create.resource.kind();
    let Draft { name, mut doc } = create.resource.read(&create.document, None, &context)?;
    let now = Timestamp::now();
    let taken = if kind == Kind::Connector {
        let class = context.class_of(&doc);
        take_secrets(&mut doc, None, class, scope.secret_store)?
    } else {
        Default::default()
    };
    if kind == Kind::Secret {
        secrets::seal(call, scope.id, &mut doc, None)?;
    }
    let mut change = Change::create(kind, scope.id, &name, doc, create.claim, now)?;
    owners::note(
        call,
        create.resource,
        &context,
        None,
        &mut change.object,
        now,
    )?;
    let secret = call
        .config
        .vault
        .change(&change.object, None, &taken, now)?;
    let mut plan = Plan::of(change);
    plan.changes.extend(secret);
    plan.origins.push(origin("", "payload"));
    Ok(plan)
}

fn origin(pointer: &str, source: &str) -> Origin {
    Origin {
        pointer: pointer.to_owned(),
        source: source.to_owned(),
    }
}

/// Creates a connector like another one, with its secrets.
pub async fn clone(call: &Call, clone: &CloneObject) -> Result<Outcome> {
    let scope = call.scope()?.id;
    let (source, children) = call.store.with_children(scope, clone.kind, &clone.by)?;
    clone.precondition.check(&source)?;
    let mut doc = source.doc.clone();
    registry::strip_identity(&mut doc);
    let now = Timestamp::now();
    let name = clone_name(&source.name, clone.name_max)?;
    let change = Change::create(clone.kind, scope, &name, doc, Uniqueness::None, now)?;
    let owner = change.object.uid;
    let mut plan = Plan::of(change);
    plan.origins = vec![origin("", "current"), origin("/name", "server")];
    // Sealed values open in every secret of the scope, under their own name.
    for secret in children
        .into_iter()
        .filter(|child| child.kind == Kind::Secret)
    {
        let (kind, claim) = (Kind::Secret, Uniqueness::None);
        let mut copy = Change::create(kind, scope, &name, secret.doc, claim, now)?;
        copy.object.parent = Some(owner);
        plan.changes.push(copy);
    }
    if clone.preview {
        return Ok(Outcome::Planned(plan));
    }
    call.commit(plan).await.map(Outcome::Created)
}

/// As published: `HTTP_Connection clone dc1d` (reference/pingone.md, B3).
fn clone_name(source: &str, longest: usize) -> Result<String> {
    let number = u16::from_be_bytes(random_bytes()?);
    let suffix = format!(" clone {number:04x}");
    let room = longest.saturating_sub(suffix.len());
    let name: String = source.chars().take(room).collect();
    Ok(name + &suffix)
}
