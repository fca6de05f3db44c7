//! What every kind has at its top.

use super::build::{of, string};
use super::meta;
use super::types::{Schema, Shape};

/// What all kinds have at their top besides `spec` and `status`.
pub(super) fn kind<const N: usize>(
    description: &'static str,
    members: [(&'static str, Schema); N],
) -> Schema {
    let head = [
        (
            "apiVersion",
            string("The version of the schema that this document is written in: group/version."),
        ),
        (
            "kind",
            string("What this document describes, in CamelCase. It cannot be changed."),
        ),
        ("metadata", meta::object_meta()),
    ];
    of(
        description,
        Shape::Object {
            members: head.into_iter().chain(members).collect(),
            required: &[],
            atomic: false,
        },
    )
}
