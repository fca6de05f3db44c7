//! Removes the classes of a scope.

use hub::command::ObjectRef;
use hub::error::Result;
use hub::object::Kind;
use hub::plan::{Change, Plan};
use hub::time::Timestamp;

use crate::call::Call;
use crate::mutation::{Mutated, Mutation};
use crate::ports::Platform;

/// Removes the class of that name that the scope has stored. The connectors of it stay, and one of
/// the catalogue shows again.
pub(crate) struct DeleteClass(pub String);

impl Mutation for DeleteClass {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        let by = ObjectRef::Slug(self.0.clone());
        let class = call.store.object(call.scope()?.id, Kind::Class, &by)?;
        Ok(Mutated::done(Plan::of(Change::delete(class, now))))
    }
}
