//! Creates objects of every kind from any dialect's documents.

use hub::command::CreateObject;
use hub::error::Result;
use hub::plan::{Change, Origin, Plan};
use hub::resource::{Context, Draft};
use hub::time::Timestamp;

use crate::call::Call;
use crate::mutation::{Mutated, Mutation};
use crate::ports::Platform;
use crate::{owners, secrets};

/// The object that the document describes, and the secrets in it, at once.
impl Mutation for CreateObject {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        let (scope, classes) = (call.scope()?, call.classes()?);
        let context = Context {
            scope,
            classes: &classes,
        };
        let (resource, vault) = (self.resource, &call.settings.vault);
        let Draft { name, doc } = resource.read(&self.document, None, &context)?;
        let kind = resource.kind();
        let (doc, taken) = secrets::settle(vault, kind, doc, None, &context)?;
        let mut change = Change::create(kind, scope.id, &name, doc, self.claim, now)?;
        owners::note(call, resource, &context, None, &mut change.object, now)?;
        let secret = vault.change(&change.object, None, &taken, now)?;
        let mut plan = Plan::of(change);
        plan.changes.extend(secret);
        plan.origins.push(Origin::new("", "payload"));
        Ok(Mutated::object(plan))
    }

    fn is_preview(&self) -> bool {
        self.preview
    }
}
