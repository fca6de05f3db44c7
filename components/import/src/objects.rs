//! Creates objects of every kind from any dialect's documents.

use front::{Call, secrets};
use hub::command::{Create, Outcome};
use hub::connector::take_secrets;
use hub::error::Result;
use hub::object::Kind;
use hub::plan::{Change, Origin, Plan};
use hub::resource::{Context, Draft};
use hub::time::Timestamp;

use crate::claims;

/// Creates the object that the document describes, and the secrets in it, at once.
pub async fn create(call: &Call, create: &Create) -> Result<Outcome> {
    let plan = plan(call, create)?;
    if create.preview {
        claims::foretell(call, &plan)?;
        return Ok(Outcome::Planned(plan));
    }
    call.commit(plan).await.map(Outcome::Created)
}

fn plan(call: &Call, create: &Create) -> Result<Plan> {
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
        take_secrets(&mut doc, None, class.as_deref(), scope.secret_store)?
    } else {
        Default::default()
    };
    let change = Change::create(kind, scope.id, &name, doc, create.claim, now)?;
    let secret = secrets::change(call, &change.object, None, &taken, now)?;
    let mut plan = Plan::of(change);
    plan.changes.extend(secret);
    plan.origins.push(Origin {
        pointer: String::new(),
        source: "payload".to_owned(),
    });
    Ok(plan)
}
