//! What a mutation would do, and the changes that the store commits.

use serde_json::{Value, json};

use crate::error::Result;
use crate::id::Uid;
use crate::object::{Kind, Object, ScopeId};
use crate::probing::status_at_first;
use crate::time::Timestamp;

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It is new.
    Create,
    /// What is wanted of it changes.
    Update,
    /// What is observed of it changes.
    Status,
    /// It goes, and what belongs to it.
    Delete,
}

impl Action {
    /// What the revision log calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Status => "status",
            Self::Delete => "delete",
        }
    }

    /// The operation that [`Action::as_str`] prints so.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Create, Self::Update, Self::Status, Self::Delete]
            .into_iter()
            .find(|known| known.as_str() == text)
    }
}

/// What must not be there yet when an object is created. It is checked by the statement that
/// creates it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Uniqueness {
    /// Nothing: a slug that is taken gets a suffix.
    #[default]
    None,
    /// The display name, among the objects of its kind and scope (Privacera).
    Name,
    /// The slug, among the objects of its kind and scope (Kubernetes).
    Slug,
}

impl Uniqueness {
    /// How the statement calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Name => "name",
            Self::Slug => "slug",
        }
    }
}

/// One change of one object.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What is done.
    pub operation: Action,
    /// The object as it will be. For a delete, as it last was. Of a new one `id` and `revision`
    /// are 0 and `slug` is what it would like to have.
    pub object: Object,
    /// The revision that must still be the current one, or none to write over whatever is there.
    pub expected: Option<i64>,
    /// What must be unique. Only of a create.
    pub claim: Uniqueness,
}

impl Change {
    /// A new object of generation 1, whose slug follows from its name. A connector begins with a
    /// status that says that nothing is known of it.
    ///
    /// # Errors
    /// [`crate::error::Error::Internal`] when the host has no randomness to give.
    pub fn create(
        kind: Kind,
        scope: ScopeId,
        name: &str,
        mut doc: Value,
        claim: Uniqueness,
        now: Timestamp,
    ) -> Result<Self> {
        if let Some(members) = doc.as_object_mut().filter(|_| kind == Kind::Connector) {
            members
                .entry("status")
                .or_insert_with(|| status_at_first(now));
        }
        let object = Object {
            id: 0,
            uid: Uid::new(now)?,
            scope,
            kind,
            name: name.to_owned(),
            slug: crate::text::slug(name),
            parent: None,
            generation: 1,
            revision: 0,
            created_at: now,
            updated_at: now,
            doc,
        };
        Ok(Self {
            operation: Action::Create,
            object,
            expected: None,
            claim,
        })
    }

    /// `current` with another document, if nobody changed it since it was read.
    pub fn update(current: Object, doc: Value, now: Timestamp) -> Self {
        let generation = current.generation.saturating_add(1);
        let expected = Some(current.revision);
        let updated_at = current.next_update(now);
        let object = Object {
            doc,
            generation,
            updated_at,
            ..current
        };
        Self {
            operation: Action::Update,
            object,
            expected,
            claim: Uniqueness::None,
        }
    }

    /// `current` as it is, written again: what belongs to it changes, and nobody else may change
    /// that meanwhile.
    pub fn touch(current: Object, now: Timestamp) -> Self {
        let (generation, doc) = (current.generation, current.doc.clone());
        let mut change = Self::update(current, doc, now);
        change.object.generation = generation;
        change
    }

    /// `current` with another document of which only what is observed differs, if nobody changed it
    /// since it was read.
    pub fn observe(current: Object, doc: Value) -> Self {
        let expected = Some(current.revision);
        let object = Object { doc, ..current };
        Self {
            operation: Action::Status,
            object,
            expected,
            claim: Uniqueness::None,
        }
    }

    /// `current` goes, if nobody changed it since it was read.
    pub fn delete(current: Object, now: Timestamp) -> Self {
        let expected = Some(current.revision);
        let object = Object {
            updated_at: now,
            ..current
        };
        Self {
            operation: Action::Delete,
            object,
            expected,
            claim: Uniqueness::None,
        }
    }
}

/// Where a value of a merged document comes from, as a JSON Pointer (RFC 6901) and a word:
/// `template`, `payload`, `current`, `default`, `reference` or `server`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Which value: it and all beneath it that has no entry of its own.
    pub pointer: String,
    /// Where from.
    pub source: String,
}

impl Origin {
    /// The value at a pointer comes from there.
    pub fn new(pointer: &str, source: &str) -> Self {
        Self {
            pointer: pointer.to_owned(),
            source: source.to_owned(),
        }
    }
}

/// Changes that are committed together or not at all. The first one decides whether the plan is
/// carried out: where its expectation does not hold the caller is told, and nothing is written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// What is done, in order.
    pub changes: Vec<Change>,
    /// Where the values of the first change's document come from.
    pub origins: Vec<Origin>,
    /// The first change's object as it is now; a new one is not there yet.
    pub before: Option<Object>,
}

impl Plan {
    /// A plan of one change.
    pub fn of(change: Change) -> Self {
        Self {
            changes: vec![change],
            ..Self::default()
        }
    }
}

/// Where the value at a pointer comes from: the origin of the nearest value that it is beneath.
pub fn origin_of<'a>(origins: &'a [Origin], pointer: &str) -> &'a str {
    let covers = |origin: &&Origin| {
        pointer
            .strip_prefix(origin.pointer.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let nearest = origins
        .iter()
        .filter(covers)
        .max_by_key(|origin| origin.pointer.len());
    nearest.map_or("payload", |origin| origin.source.as_str())
}

/// The origins as a preview prints them.
pub fn origins_json(origins: &[Origin]) -> Value {
    origins
        .iter()
        .map(|origin| json!({"pointer": origin.pointer, "source": origin.source}))
        .collect()
}
