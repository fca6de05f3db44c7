//! What new objects claim for themselves.

use gateway::Call;
use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::plan::{Plan, Uniqueness};

/// Refuses a plan whose claims others have, as its commit would, for a preview to foretell it.
///
/// # Errors
/// [`Error::AlreadyExists`] with what is taken.
pub fn foretell(call: &Call, plan: &Plan) -> Result<()> {
    for change in &plan.changes {
        let object = &change.object;
        let (by, field) = match change.claim {
            Uniqueness::None => continue,
            Uniqueness::Name => (ObjectRef::Name(object.name.clone()), "name"),
            Uniqueness::Slug => (ObjectRef::Slug(object.slug.clone()), "slug"),
        };
        if call.store.find(object.scope, object.kind, &by)?.is_some() {
            let (kind, name) = (object.kind.as_str(), by.to_string());
            return Err(Error::AlreadyExists { kind, name, field });
        }
    }
    Ok(())
}
