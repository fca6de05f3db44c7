//! Creates and replaces the classes of a scope.

use hub::class::take_source;
use hub::command::ObjectRef;
use hub::error::Result;
use hub::object::{Kind, keep_status};
use hub::plan::{Change, Plan, Uniqueness};
use hub::time::Timestamp;
use serde_json::Value;

use crate::answer::Answer;
use crate::call::Call;
use crate::mutation::{Mutated, Mutation};
use crate::ports::Platform;

/// Creates a class or replaces it. The same document again changes nothing. What was observed of it
/// stays until it is observed again.
pub(crate) struct PutClass {
    pub name: String,
    /// Its document.
    pub doc: Value,
}

impl Mutation for PutClass {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        let (kind, scope, mut doc) = (Kind::Class, call.scope()?.id, self.doc.clone());
        take_source(&mut doc);
        let by = ObjectRef::Slug(self.name.clone());
        let current = call.store.find(scope, kind, &by)?;
        let is_new = current.is_none();
        let change = match current {
            Some(current) => {
                keep_status(&mut doc, &current.doc);
                (current.doc != doc).then(|| Change::update(current, doc.clone(), now))
            }
            None => {
                let (doc, claim) = (doc.clone(), Uniqueness::Slug);
                Some(Change::create(kind, scope, &self.name, doc, claim, now)?)
            }
        };
        let name = self.name.clone();
        Ok(Mutated {
            plan: change.map(Plan::of).unwrap_or_default(),
            answer: Answer::Class { name, doc, is_new },
        })
    }
}
