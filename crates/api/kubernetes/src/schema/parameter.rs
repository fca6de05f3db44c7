//! The parameters that a class declares.

use super::build::{any, list, map, object, string};
use super::types::Schema;

/// A list of parameters.
pub(super) fn parameters(description: &'static str) -> Schema {
    list(description, parameter("One parameter."))
}

/// A parameter: its name, its type and what it may be.
pub(super) fn parameter(description: &'static str) -> Schema {
    object(
        description,
        &["name"],
        [
            (
                "annotations",
                map(
                    "Texts that tools keep with the parameter.",
                    string("A text."),
                ),
            ),
            (
                "default",
                any("The value where none is given. Without a default the parameter is required."),
            ),
            (
                "description",
                string("What it is for, to be shown to users."),
            ),
            (
                "enum",
                list(
                    "The values it may have; any where this is left out.",
                    string("A value."),
                ),
            ),
            ("name", string("What it is referred to by.")),
            (
                "properties",
                map(
                    "The members of a parameter whose type is object.",
                    object(
                        "One member.",
                        &[],
                        [("type", string("The type of the member."))],
                    ),
                ),
            ),
            (
                "type",
                string("string (where it is left out), array or object."),
            ),
        ],
    )
}
