//! Lists: what is asked for, in which order, from where on.

use crate::id::Uid;
use crate::object::{Kind, Object, ScopeId};

/// The most objects of a page.
pub const LONGEST_PAGE: u32 = 1000;

/// Which objects, and which page of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Of these kinds.
    pub kinds: Vec<Kind>,
    /// In this scope, or in all of them. A dialect leaves it out: the function fills in the scope
    /// of the request.
    pub scope: Option<ScopeId>,
    /// Belonging to this object.
    pub parent: Option<Uid>,
    /// Of this name.
    pub name: Option<String>,
    /// In this order.
    pub order: Order,
    /// Only what comes after this in that order.
    pub after: Option<Cursor>,
    /// This many at most. More than [`LONGEST_PAGE`] are read page by page.
    pub limit: u32,
}

impl Query {
    /// All of a kind, however many, in the order of their slugs.
    pub fn of(kind: Kind) -> Self {
        Self {
            kinds: vec![kind],
            scope: None,
            parent: None,
            name: None,
            order: Order::Slug,
            after: None,
            limit: u32::MAX,
        }
    }

    /// The same in one scope.
    #[must_use]
    pub fn within(self, scope: ScopeId) -> Self {
        Self {
            scope: Some(scope),
            ..self
        }
    }

    /// How many objects are read at a time.
    pub fn limit(&self) -> u32 {
        self.limit.clamp(1, LONGEST_PAGE)
    }
}

/// In which order objects are listed. Scope by scope, where it is by a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By slug, as Kubernetes does.
    #[default]
    Slug,
    /// By name, and the oldest first where several have it.
    Name,
    /// The oldest first.
    Oldest,
    /// The newest first.
    Newest,
}

/// A place in a list: right after an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The object's scope.
    pub scope: ScopeId,
    /// Its slug or its name, as the order has it.
    pub key: String,
    /// Its id.
    pub id: i64,
}

impl Cursor {
    /// The place right after `object` in a list of that order.
    pub fn after(object: &Object, order: Order) -> Self {
        let key = match order {
            Order::Slug => object.slug.clone(),
            Order::Name => object.name.clone(),
            Order::Oldest | Order::Newest => String::new(),
        };
        Self {
            scope: object.scope,
            key,
            id: object.id,
        }
    }
}

/// Objects, where to go on and the revision at which it was so.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The objects.
    pub objects: Vec<Object>,
    /// The newest revision of the store when they were read.
    pub revision: i64,
    /// Where the next page starts, if there is more.
    pub next: Option<Cursor>,
}
