//! The form of a structural schema.

/// What a value must be, and what it is for.
#[derive(Clone, Debug)]
pub(crate) struct Schema {
    /// What it is for; `kubectl explain` prints it.
    pub description: &'static str,
    /// Its form.
    pub shape: Shape,
}

/// The form of a value.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// Text: of a `format` of OpenAPI, and one of `allowed` where that is not empty.
    String {
        /// `date-time`, `byte` or none.
        format: Option<&'static str>,
        /// The values it may have.
        allowed: &'static [&'static str],
    },
    /// A 64-bit integer.
    Integer,
    /// True or false.
    Boolean,
    /// Anything: it is kept as it is (`x-kubernetes-preserve-unknown-fields`).
    Any,
    /// Members that are known by name; others are unknown fields.
    Object {
        /// The members, in the order they are printed in.
        members: Vec<(&'static str, Schema)>,
        /// Those that must be there.
        required: &'static [&'static str],
        /// Whether it has one owner as a whole in server-side apply.
        atomic: bool,
    },
    /// Members of any name and one form.
    Map(Box<Schema>),
    List {
        /// The form of its items.
        item: Box<Schema>,
        /// What tells its items apart.
        items: Items,
    },
}

/// What tells the items of a list apart (`x-kubernetes-list-type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Items {
    /// Nothing: the list is one value.
    Atomic,
    /// Themselves.
    Set,
    /// The member of this name.
    ByKey(&'static str),
}

impl Schema {
    /// The form of a member.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        match &self.shape {
            Shape::Object { members, .. } => members
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, schema)| schema),
            Shape::Map(value) => Some(value),
            _ => None,
        }
    }
}
