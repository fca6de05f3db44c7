//! The structural schemas of the kinds that are served: the one source of what is validated, pruned, reported as
//! unknown, merged by key in server-side apply, and published as OpenAPI.
//!
//! Their form is that of a CustomResourceDefinition: seeds/alauda-connector-apis.txt for Connector and
//! ConnectorClass, with the members that later releases added (reference/kubernetes.md, "Schema extras").

mod apply_rules;
mod class;
mod connector;
mod core;
mod meta;
mod prune;
mod validate;

pub use apply_rules::apply_rules;
pub use class::connector_class;
pub use connector::connector;
pub use core::{namespace, secret};
pub use prune::prune;
pub use validate::{path_of, unsupported, validate};

/// What a value must be, and what it is for.
#[derive(Clone, Debug)]
pub struct Schema {
    /// What it is for; `kubectl explain` prints it.
    pub description: &'static str,
    /// Its form.
    pub shape: Shape,
}

/// The form of a value.
#[derive(Clone, Debug)]
pub enum Shape {
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
    /// A list.
    List {
        /// The form of its items.
        item: Box<Schema>,
        /// What tells its items apart.
        items: Items,
    },
}

/// What tells the items of a list apart (`x-kubernetes-list-type`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Items {
    /// Nothing: the list is one value.
    Atomic,
    /// Themselves.
    Set,
    /// The member of this name.
    ByKey(&'static str),
}

impl Schema {
    /// The form of a member.
    pub fn member(&self, name: &str) -> Option<&Self> {
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

const fn of(description: &'static str, shape: Shape) -> Schema {
    Schema { description, shape }
}

const fn string(description: &'static str) -> Schema {
    choice(description, &[])
}

const fn choice(description: &'static str, allowed: &'static [&'static str]) -> Schema {
    of(
        description,
        Shape::String {
            format: None,
            allowed,
        },
    )
}

const fn formatted(description: &'static str, format: &'static str) -> Schema {
    of(
        description,
        Shape::String {
            format: Some(format),
            allowed: &[],
        },
    )
}

const fn integer(description: &'static str) -> Schema {
    of(description, Shape::Integer)
}

const fn boolean(description: &'static str) -> Schema {
    of(description, Shape::Boolean)
}

const fn any(description: &'static str) -> Schema {
    of(description, Shape::Any)
}

fn object<const N: usize>(
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

fn atomic_object<const N: usize>(
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

fn map(description: &'static str, value: Schema) -> Schema {
    of(description, Shape::Map(Box::new(value)))
}

fn list(description: &'static str, item: Schema) -> Schema {
    list_of(description, item, Items::Atomic)
}

fn list_of(description: &'static str, item: Schema, items: Items) -> Schema {
    of(
        description,
        Shape::List {
            item: Box::new(item),
            items,
        },
    )
}

/// `{name, value}` with a text value.
fn name_and_text(description: &'static str) -> Schema {
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
fn address(description: &'static str) -> Schema {
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
fn conditions() -> Schema {
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
            ("status", string("True, False or Unknown.")),
            (
                "type",
                string("What was observed: Ready, AuthReady and so on."),
            ),
        ],
    );
    list("What was last observed, one entry a type.", condition)
}

/// What both kinds have at their top besides `spec` and `status`.
fn kind<const N: usize>(description: &'static str, members: [(&'static str, Schema); N]) -> Schema {
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
