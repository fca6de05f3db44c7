//! What the rules make of a value: how it merges and who may own it.

use serde_json::Value;

use super::fields::Element;
use crate::pointer::{Path, Pattern};
use crate::rules::{ApplyRules, MergeKind};

/// How a value at a place merges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape<'r> {
    /// As a whole.
    Leaf,
    /// Member by member.
    Object,
    /// Row by row, told apart by these members.
    Rows(&'r [String]),
    /// Row by row, each a scalar.
    Set,
}

impl ApplyRules {
    pub(super) fn shape(&self, value: &Value, path: &Path) -> Shape<'_> {
        match (value, self.kind_at(path)) {
            (Value::Object(_), None) => Shape::Object,
            (Value::Array(_), Some(MergeKind::Map { keys })) => Shape::Rows(keys),
            (Value::Array(_), Some(MergeKind::Set)) => Shape::Set,
            _ => Shape::Leaf,
        }
    }

    pub(super) fn kind_at(&self, path: &Path) -> Option<&MergeKind> {
        self.types
            .iter()
            .find(|rule| rule.path.matches(path))
            .map(|rule| &rule.kind)
    }

    pub(super) fn is_server(&self, path: &Path) -> bool {
        self.server.iter().any(|pattern| pattern.matches(path))
    }

    /// Whether nobody owns the value and what is beneath it.
    pub(super) fn is_unowned(&self, path: &Path) -> bool {
        self.is_server(path) || self.unowned.iter().any(|pattern| pattern.matches(path))
    }

    /// Whether nobody owns the object itself.
    pub(super) fn is_unowned_itself(&self, path: &Path) -> bool {
        self.unowned
            .iter()
            .any(|pattern| pattern.matches_itself(path))
    }
}

impl Shape<'_> {
    /// The element of a row of such a list; none if the row has no key.
    pub(super) fn element(self, row: &Value) -> Option<Element> {
        match self {
            Self::Rows(keys) => {
                Element::of_row(keys, |key| row.get(key).filter(|value| is_scalar(value)))
            }
            Self::Set => Element::of_scalar(row),
            Self::Leaf | Self::Object => None,
        }
    }
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

impl Pattern {
    /// Whether the pattern ends in `.` and what stands before matches.
    fn matches_itself(&self, path: &Path) -> bool {
        self.strip_last(".")
            .is_some_and(|pattern| pattern.matches(path))
    }
}
