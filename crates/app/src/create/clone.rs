//! Creates a connector like another one.

use hub::command::CloneObject;
use hub::error::Result;
use hub::id::random_bytes;
use hub::object::Kind;
use hub::plan::{Change, Origin, Plan, Uniqueness};
use hub::time::Timestamp;

use crate::call::Call;
use crate::mutation::{Mutated, Mutation};
use crate::ports::Platform;

/// With the secrets of the other one.
impl Mutation for CloneObject {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        let scope = call.scope()?.id;
        let (source, children) = call.store.with_children(scope, self.kind, &self.by)?;
        self.precondition.check(&source)?;
        let mut doc = source.doc.clone();
        registry::strip_identity(&mut doc);
        let name = clone_name(&source.name, self.name_max)?;
        let change = Change::create(self.kind, scope, &name, doc, Uniqueness::None, now)?;
        let owner = change.object.uid;
        let mut plan = Plan::of(change);
        plan.origins = vec![Origin::new("", "current"), Origin::new("/name", "server")];
        // Sealed values open in every secret of the scope, under their own name.
        let secrets = children
            .into_iter()
            .filter(|child| child.kind == Kind::Secret);
        for secret in secrets {
            let (kind, claim) = (Kind::Secret, Uniqueness::None);
            let mut copy = Change::create(kind, scope, &name, secret.doc, claim, now)?;
            copy.object.parent = Some(owner);
            plan.changes.push(copy);
        }
        Ok(Mutated::object(plan))
    }

    fn is_preview(&self) -> bool {
        self.preview
    }
}

/// As PingOne publishes it: `HTTP_Connection clone dc1d`.
fn clone_name(source: &str, longest: usize) -> Result<String> {
    let number = u16::from_be_bytes(random_bytes()?);
    let suffix = format!(" clone {number:04x}");
    let room = longest.saturating_sub(suffix.len());
    let name: String = source.chars().take(room).collect();
    Ok(name + &suffix)
}
