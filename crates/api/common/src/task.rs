//! Tasks: what the jobs of a dialect do with each batch.
//!
//! Who carries jobs out (crates/jobs) knows leases, and what is written when. A task does no I/O:
//! it decides what comes of a batch from what it is given and what it looks up.

use hub::class::{Class, Classes};
use hub::error::Result;
use hub::id::Uid;
use hub::job::{Item, ItemResult, Job, Mentioned, Status};
use hub::object::{Kind, Object, ScopeId};
use hub::plan::Change;
use hub::reference::ResolvedReference;
use hub::scope::Identities;
use hub::secret::Clear;
use serde_json::Value;

/// What jobs of one name do.
pub trait Task: Sync {
    /// The name that its jobs are stored with, for good. No two tasks have the same.
    fn name(&self) -> &'static str;

    /// What it works on, and how.
    fn work(&self) -> Work;
}

/// What a task works on.
#[derive(Clone, Copy)]
pub enum Work {
    /// The objects of a scope as they were at one moment.
    Snapshot(&'static dyn SnapshotTask),
    /// The items that the job was given.
    Items(&'static dyn ItemTask),
}

/// Makes an item of an object, or leaves the object out.
pub type ToItem = Box<dyn Fn(&Object) -> Option<Item>>;

/// A task that writes down objects of a scope.
pub trait SnapshotTask: Sync {
    /// Which kinds of objects it looks at.
    fn kinds(&self) -> &'static [Kind];

    /// What makes the items of a job with this request.
    fn begin(&self, request: &Value, connectors: Connectors) -> ToItem;

    /// What a job says when it is complete.
    fn message(&self) -> &'static str;
}

/// A task that works through the items that a job was given.
pub trait ItemTask: Sync {
    /// Takes the secrets out of an item, each with the name of its entry, before the item is
    /// written down. The names of entries end with `suffix`, which no other job has: so none is that
    /// of a secret that is stored.
    fn take_secrets(
        &self,
        item: &mut Item,
        classes: &Classes,
        suffix: &str,
    ) -> Vec<(String, Clear)>;

    /// Begins a job, or goes on with one.
    ///
    /// # Errors
    /// Those of what it looks up.
    fn begin<'a>(&self, context: Context<'a>) -> Result<Box<dyn Batches + 'a>>;
}

/// One job with items, while somebody works on it.
pub trait Batches {
    /// The place of the last item of a batch that begins after the place `done` and would like to
    /// end with `last`, for some items must be committed together.
    fn end_of_batch(&self, done: i64, last: i64) -> i64;

    /// What comes of the items of a batch, each with its place. The first `done` items of the job
    /// are done.
    ///
    /// # Errors
    /// Those of what it looks up and of the merge core. What is wrong with an item is told in its
    /// result.
    fn work(&self, done: i64, items: Vec<(i64, Item)>) -> Result<Vec<Worked>>;

    /// How a job ends whose items are all done, and what it says then.
    fn end(&self, job: &Job) -> (Status, String);
}

/// What comes of an item.
#[derive(Debug)]
pub struct Worked {
    /// What became of it.
    pub result: ItemResult,
    /// What is changed; nothing where it failed, or is as it should be.
    pub changes: Vec<Change>,
}

/// What is known of connectors, whatever dialect they are from.
#[derive(Clone, Debug)]
pub struct Connectors {
    /// The classes that those of the scope can have.
    pub classes: Classes,
    /// Takes out of a connector's document what says which one it is and who manages it.
    pub strip_identity: fn(&mut Value),
}

impl Connectors {
    /// The class of that name.
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.get(name)
    }

    /// The class of the connector with this document.
    pub fn class_of(&self, doc: &Value) -> Option<&Class> {
        self.class(doc.get("class")?.as_str()?)
    }
}

/// What the work on the items of a job is given.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The scope of the job.
    pub scope: ScopeId,
    /// What the job was asked for.
    pub request: &'a Value,
    /// What is known of connectors.
    pub connectors: &'a Connectors,
    /// Who stands in for identities.
    pub identities: &'a Identities,
    /// What can be looked up.
    pub lookup: &'a dyn Lookup,
    /// The merge core.
    pub core: &'a dyn MergeCore,
}

/// What can be looked up while a job is worked on: objects of its scope, and its own items. Each of
/// these fails as the store does.
pub trait Lookup {
    /// The objects with these uids.
    ///
    /// # Errors
    /// Those of the store.
    fn objects(&self, uids: &[Uid]) -> Result<Vec<Object>>;

    /// The objects of a kind with these names.
    ///
    /// # Errors
    /// Those of the store.
    fn named(&self, kind: Kind, names: &[&str]) -> Result<Vec<Object>>;

    /// The first two objects of a kind, of those whose document has a value at a JSONPath.
    ///
    /// # Errors
    /// Those of the store.
    fn first_objects(&self, kind: Kind, member: Option<(&str, &str)>) -> Result<Vec<Object>>;

    /// The objects in which these keep their secrets.
    ///
    /// # Errors
    /// Those of the store.
    fn secrets_of(&self, owners: &[Uid]) -> Result<Vec<Object>>;

    /// The items that are mentioned by type and id, and those that are by type and name.
    ///
    /// # Errors
    /// Those of the store.
    fn mentioned_items(
        &self,
        ids: &[(&str, &str)],
        names: &[(&str, &str)],
    ) -> Result<Vec<Mentioned>>;

    /// The first two items of a type.
    ///
    /// # Errors
    /// Those of the store.
    fn first_items(&self, kind: &str) -> Result<Vec<Mentioned>>;
}

/// What tasks ask of the merge core.
pub trait MergeCore {
    /// Resolves the references that the extractors select, among the candidates.
    ///
    /// # Errors
    /// [`hub::error::Error::Invalid`] with everything that an extractor selects and that is no
    /// reference.
    fn resolve(
        &self,
        document: &Value,
        extractors: &[String],
        candidates: &Value,
        rules: &Value,
    ) -> Result<(Value, Vec<ResolvedReference>)>;

    /// The JSON Pointers of what differs between two documents.
    ///
    /// # Errors
    /// Those of the merge core, for documents above its limits.
    fn changed(&self, before: &Value, after: &Value) -> Result<Vec<String>>;
}
