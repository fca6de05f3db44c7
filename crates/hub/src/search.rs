//! Searches: lists that are filtered and sorted by what is in the documents, paged both ways.

use serde_json::Value;

use crate::object::{Kind, Object};

/// What is looked for, and which page of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchRequest {
    /// Of this kind.
    pub kind: Kind,
    /// In every scope, not only in that of the request.
    pub everywhere: bool,
    /// All of these hold.
    pub filters: Vec<Filter>,
    /// In this order; ties by the newest first.
    pub sort: Vec<(SortKey, Direction)>,
    /// Which page: from the start where it is none.
    pub from: Option<SearchPosition>,
    /// The most objects of a page.
    pub limit: u32,
}

/// A condition. Paths are those of SQLite's JSON functions: `$.extensions.versori.tags`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// The name contains this. The case of ASCII letters makes no difference.
    NameContains(String),
    /// The value at the path is this text.
    Equal(&'static str, String),
    /// The value at the path is something else, or there is none.
    NotEqual(&'static str, String),
    /// The value at the path is true.
    True(&'static str),
    /// The list at the path contains one of these texts.
    AnyOf(&'static str, Vec<String>),
    /// The object at the path has that member, and if a text is given, it is a list that contains
    /// it.
    Entry(&'static str, String, Option<String>),
}

/// What a list can be sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortKey {
    /// The name, letters of either case together.
    Name,
    /// The order of creation.
    Created,
    /// The order of the last changes.
    Updated,
    /// The text at a path of the document.
    Path(&'static str),
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The least first.
    Ascending,
    /// The greatest first.
    Descending,
}

/// A place in a list: next to an object.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchPosition {
    /// Which side of it.
    pub side: Side,
    /// The object's values of the sort keys.
    pub keys: Vec<Value>,
    /// The object's integer.
    pub id: i64,
}

/// Which side of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What comes after it.
    After,
    /// What comes before it, the nearest of it.
    Before,
}

/// One page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchPage {
    /// How many there are on all the pages.
    pub total: i64,
    /// The objects of this page in order, each with its values of the sort keys.
    pub objects: Vec<(Object, Vec<Value>)>,
    /// Whether there are any before these.
    pub before: bool,
    /// Whether there are any after these.
    pub after: bool,
}
