//! References between objects, and what became of them.

use serde_json::{Map, Value};

/// What a reference says of the object it means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reference {
    /// The type of the object.
    pub kind: Option<String>,
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

impl Reference {
    /// `{type, id, name}`, without what it does not say.
    pub fn to_json(&self) -> Value {
        let members = [("type", &self.kind), ("id", &self.id), ("name", &self.name)];
        let said = members
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), Value::from(value.clone()?))));
        Value::Object(said.collect::<Map<_, _>>())
    }
}

/// How a reference was resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// There is an object of this type and id.
    Id,
    /// There is exactly one of this type and name.
    Name,
    /// The default of the type stands in for it.
    Default,
    /// It leads nowhere, and was left as it was.
    Unresolved,
}

impl Resolution {
    /// How messages call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Default => "default",
            Self::Unresolved => "nothing",
        }
    }
}

/// One reference of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedReference {
    /// Where it is in the document: a JSON Pointer (RFC 6901).
    pub pointer: String,
    /// How it was resolved.
    pub resolution: Resolution,
    /// As the document had it.
    pub wanted: Reference,
    /// What it was resolved to.
    pub found: Option<Reference>,
}
