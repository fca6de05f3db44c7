//! Documents that know where each of their values came from.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::equal::equal;
use crate::error::Error;
use crate::limits::{Allowance, Size, size};
use crate::pointer::join;

/// Where a value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The template: the class, the catalogue.
    Template,
    /// What the caller sent.
    Payload,
    /// What was stored before.
    Current,
    /// A default reference that stood in for one that was not found.
    Default,
    /// The object that a reference was resolved to.
    Reference,
    /// A member that only the server sets.
    Server,
}

/// The source of the value at a pointer and of everything beneath it that has no entry of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// A JSON Pointer into the resulting document; empty for the whole of it.
    pub pointer: String,
    /// Where the value came from.
    pub source: Source,
}

/// A document, and where its values came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The document.
    pub document: Value,
    /// In document order, a parent before what is beneath it; the first is always the whole
    /// document.
    pub origins: Vec<Origin>,
}

/// A document under construction. What has one source stays in one piece, so tracing costs what was
/// merged, not what there is.
#[derive(Debug, Clone)]
pub(crate) enum Traced {
    Whole(Value, Source),
    /// The source is that of the object itself; it matters when there is nothing in it.
    Object(IndexMap<String, Traced>, Source),
    List(Vec<Traced>, Source),
}

impl Traced {
    /// Takes a whole object or list apart by one level, so that its members can be changed one by
    /// one.
    pub(crate) fn open(&mut self) {
        match self {
            Self::Whole(Value::Object(members), source) => {
                let source = *source;
                let members = std::mem::take(members).into_iter();
                *self = Self::Object(
                    members
                        .map(|(name, value)| (name, Self::Whole(value, source)))
                        .collect(),
                    source,
                );
            }
            Self::Whole(Value::Array(rows), source) => {
                let source = *source;
                let rows = std::mem::take(rows).into_iter();
                *self = Self::List(
                    rows.map(|value| Self::Whole(value, source)).collect(),
                    source,
                );
            }
            _ => {}
        }
    }

    /// The member of this name, if this is an object that was taken apart.
    pub(crate) fn member(&self, name: &str) -> Option<&Traced> {
        match self {
            Self::Object(members, _) => members.get(name),
            _ => None,
        }
    }

    /// The scalar member of this name, if this is an object that has one.
    pub(crate) fn scalar(&self, name: &str) -> Option<&Value> {
        let value = match (self, self.member(name)) {
            (Self::Whole(Value::Object(members), _), _) => members.get(name)?,
            (_, Some(Self::Whole(value, _))) => value,
            _ => return None,
        };
        (!value.is_object() && !value.is_array()).then_some(value)
    }

    /// An object or list with nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Whole(Value::Object(members), _) => members.is_empty(),
            Self::Whole(Value::Array(rows), _) => rows.is_empty(),
            Self::Whole(..) => false,
            Self::Object(members, _) => members.is_empty(),
            Self::List(rows, _) => rows.is_empty(),
        }
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Whole(Value::Object(_), _) | Self::Object(..))
    }

    /// Whether the value is this one, as [`equal`] has it.
    pub(crate) fn equals(&self, other: &Value) -> bool {
        match (self, other) {
            (Self::Whole(value, _), _) => equal(value, other),
            (Self::Object(members, _), Value::Object(others)) => {
                members.len() == others.len()
                    && members.iter().all(|(name, member)| {
                        others.get(name).is_some_and(|other| member.equals(other))
                    })
            }
            (Self::List(rows, _), Value::Array(others)) => {
                rows.len() == others.len()
                    && rows
                        .iter()
                        .zip(others)
                        .all(|(row, other)| row.equals(other))
            }
            _ => false,
        }
    }

    /// What the value takes.
    pub(crate) fn size(&self) -> Size {
        match self {
            Self::Whole(value, _) => size(value),
            Self::Object(members, _) => members
                .iter()
                .map(|(name, member)| member.size().named(name))
                .collect(),
            Self::List(rows, _) => rows.iter().map(Self::size).collect(),
        }
    }

    /// The document and its origins.
    pub(crate) fn finish(self) -> Result<Merged, Error> {
        let (document, sources) = self.settle();
        let mut listing = Listing {
            origins: Vec::new(),
            allowance: Allowance::default(),
        };
        listing.list(sources, String::new(), None);
        listing.allowance.check()?;
        Ok(Merged {
            document,
            origins: listing.origins,
        })
    }

    /// The document alone.
    pub(crate) fn into_value(self) -> Value {
        self.settle().0
    }

    fn settle(self) -> (Value, Sources) {
        match self {
            Self::Whole(value, source) => (
                value,
                Sources {
                    common: source,
                    exceptions: Vec::new(),
                },
            ),
            Self::Object(members, own) => {
                let mut object = Map::with_capacity(members.len());
                let mut parts = Vec::with_capacity(members.len());
                for (name, member) in members {
                    let (value, sources) = member.settle();
                    object.insert(name.clone(), value);
                    parts.push((name, sources));
                }
                (Value::Object(object), Sources::of(parts, own))
            }
            Self::List(rows, own) => {
                let (values, sources): (Vec<_>, Vec<_>) =
                    rows.into_iter().map(Self::settle).unzip();
                let parts = sources
                    .into_iter()
                    .enumerate()
                    .map(|(index, part)| (index.to_string(), part))
                    .collect();
                (Value::Array(values), Sources::of(parts, own))
            }
        }
    }
}

/// The source that most of the parts have in common, and the parts that differ.
struct Sources {
    common: Source,
    exceptions: Vec<(String, Sources)>,
}

impl Sources {
    fn of(mut parts: Vec<(String, Sources)>, own: Source) -> Self {
        // The container's own source wins a draw, then the first part's; so the same document lists
        // the same origins.
        let mut votes = vec![(own, 0_usize)];
        for (_, part) in &parts {
            match votes.iter_mut().find(|(source, _)| *source == part.common) {
                Some((_, count)) => *count = count.saturating_add(1),
                None => votes.push((part.common, 1)),
            }
        }
        let mut common = (own, 0);
        for vote in votes {
            if vote.1 > common.1 {
                common = vote;
            }
        }
        parts.retain(|(_, part)| part.common != common.0 || !part.exceptions.is_empty());
        Self {
            common: common.0,
            exceptions: parts,
        }
    }
}

struct Listing {
    origins: Vec<Origin>,
    allowance: Allowance,
}

impl Listing {
    fn list(&mut self, sources: Sources, pointer: String, covered_by: Option<Source>) {
        if !self.allowance.spend(&pointer) {
            return;
        }
        if covered_by != Some(sources.common) {
            self.origins.push(Origin {
                pointer: pointer.clone(),
                source: sources.common,
            });
        }
        for (token, part) in sources.exceptions {
            self.list(part, join(&pointer, &token), Some(sources.common));
        }
    }
}
