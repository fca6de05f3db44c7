//! Writes schemas down.

use super::types::{Items, Schema, Shape};

/// A schema of a form.
pub(super) const fn of(description: &'static str, shape: Shape) -> Schema {
    Schema { description, shape }
}

/// Text.
pub(super) const fn string(description: &'static str) -> Schema {
    choice(description, &[])
}

/// Text that is one of a few.
pub(super) const fn choice(description: &'static str, allowed: &'static [&'static str]) -> Schema {
    of(
        description,
        Shape::String {
            format: None,
            allowed,
        },
    )
}

/// Text of a format of OpenAPI.
pub(super) const fn formatted(description: &'static str, format: &'static str) -> Schema {
    of(
        description,
        Shape::String {
            format: Some(format),
            allowed: &[],
        },
    )
}

/// A 64-bit integer.
pub(super) const fn integer(description: &'static str) -> Schema {
    of(description, Shape::Integer)
}

/// True or false.
pub(super) const fn boolean(description: &'static str) -> Schema {
    of(description, Shape::Boolean)
}

/// Anything.
pub(super) const fn any(description: &'static str) -> Schema {
    of(description, Shape::Any)
}

/// Members that are known by name.
pub(super) fn object<const N: usize>(
    description: &'static str,
    required: &'static [&'static str],
    members: [(&'static str, Schema); N],
) -> Schema {
    of(
        description,
        Shape::Object {
            members: members.into(),
            required,
            atomic: false,
        },
    )
}

/// The same, owned as a whole.
pub(super) fn atomic_object<const N: usize>(
    description: &'static str,
    required: &'static [&'static str],
    members: [(&'static str, Schema); N],
) -> Schema {
    of(
        description,
        Shape::Object {
            members: members.into(),
            required,
            atomic: true,
        },
    )
}

/// Members of any name.
pub(super) fn map(description: &'static str, value: Schema) -> Schema {
    of(description, Shape::Map(Box::new(value)))
}

/// A list that is one value.
pub(super) fn list(description: &'static str, item: Schema) -> Schema {
    list_of(description, item, Items::Atomic)
}

/// A list whose items are told apart.
pub(super) fn list_of(description: &'static str, item: Schema, items: Items) -> Schema {
    of(
        description,
        Shape::List {
            item: Box::new(item),
            items,
        },
    )
}

/// `{name, value}` with a text value.
pub(super) fn name_and_text(description: &'static str) -> Schema {
    object(
        description,
        &["name", "value"],
        [
            ("name", string("What it is called.")),
            ("value", string("Its value.")),
        ],
    )
}

/// An address as knative's Addressable has it.
pub(super) fn address(description: &'static str) -> Schema {
    object(
        description,
        &[],
        [
            (
                "CACerts",
                string("The PEM certificates (RFC 7468) of who signs for the address."),
            ),
            ("audience", string("The OIDC audience of the address.")),
            ("name", string("What the address is called.")),
            ("url", string("The URL.")),
        ],
    )
}

/// The conditions of a kind, as knative has them.
pub(super) fn conditions() -> Schema {
    let condition = object(
        "One thing that was observed.",
        &["status", "type"],
        [
            (
                "lastTransitionTime",
                string("When its status last became another one, RFC 3339."),
            ),
            (
                "message",
                string("What happened at the last transition, for people."),
            ),
            ("reason", string("Why, as one word in CamelCase.")),
            (
                "severity",
                string("How bad it is when it is not true: empty for an error, or Info."),
            ),
            (
                "status",
                choice("True, False or Unknown.", &["True", "False", "Unknown"]),
            ),
            (
                "type",
                string("What was observed: Ready, AuthReady and so on."),
            ),
        ],
    );
    list("What was last observed, one entry a type.", condition)
}
