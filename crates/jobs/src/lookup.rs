//! What tasks can look up: the store, for one job.

use api::task::Lookup;
use hub::error::Result;
use hub::id::Uid;
use hub::job::Mentioned;
use hub::object::{Kind, Object, ScopeId};
use store::Store;
use store::database::Database;

/// The store, as the work on one job may look things up in it.
pub(crate) struct JobLookup<'a, D> {
    pub store: &'a Store<D>,
    /// The scope of the job.
    pub scope: ScopeId,
    pub job: Uid,
}

impl<D: Database> Lookup for JobLookup<'_, D> {
    fn objects(&self, uids: &[Uid]) -> Result<Vec<Object>> {
        self.store.objects(self.scope, uids)
    }

    fn named(&self, kind: Kind, names: &[&str]) -> Result<Vec<Object>> {
        self.store.named(self.scope, kind, names)
    }

    fn first_objects(&self, kind: Kind, member: Option<(&str, &str)>) -> Result<Vec<Object>> {
        self.store.first_objects(self.scope, kind, member)
    }

    fn secrets_of(&self, owners: &[Uid]) -> Result<Vec<Object>> {
        self.store.children_of_all(owners, &[Kind::Secret])
    }

    fn mentioned_items(
        &self,
        ids: &[(&str, &str)],
        names: &[(&str, &str)],
    ) -> Result<Vec<Mentioned>> {
        self.store.mentioned_items(self.job, ids, names)
    }

    fn first_items(&self, kind: &str) -> Result<Vec<Mentioned>> {
        self.store.first_items(self.job, kind)
    }
}
