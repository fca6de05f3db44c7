//! The kinds of the core group that connectors need.

use super::build::{boolean, formatted, integer, list_of, map, object, string};
use super::kind::kind;
use super::types::{Items, Schema};

/// Secret: credentials that connectors refer to.
pub(crate) fn secret() -> Schema {
    kind(
        "Credentials that connectors refer to. They are stored encrypted and are never shown: every value is read as a mask.",
        [
            (
                "data",
                map(
                    "The entries, in base64. A mask that is written back keeps what is stored.",
                    formatted("A value in base64.", "byte"),
                ),
            ),
            (
                "immutable",
                boolean("Whether the entries can no longer be changed."),
            ),
            (
                "stringData",
                map(
                    "Entries in the clear, which are written over those of data and never read.",
                    string("A value."),
                ),
            ),
            (
                "type",
                string(
                    "What the entries are for, such as kubernetes.io/basic-auth. It cannot be changed.",
                ),
            ),
        ],
    )
}

/// Event: what probes found of a connector.
pub(crate) fn event() -> Schema {
    let reference = object(
        "The connector that it is about.",
        &[],
        [
            ("apiVersion", string("Its group and version.")),
            ("kind", string("Its kind.")),
            ("name", string("Its name.")),
            ("namespace", string("Its namespace.")),
            ("uid", string("Its uid.")),
        ],
    );
    let source = object(
        "Who tells it.",
        &[],
        [("component", string("The component."))],
    );
    kind(
        "What probes found of a connector: one event a condition, as of its last transition.",
        [
            ("count", integer("How often it was seen.")),
            (
                "firstTimestamp",
                formatted("When it was first seen.", "date-time"),
            ),
            ("involvedObject", reference),
            (
                "lastTimestamp",
                formatted("When it was last seen.", "date-time"),
            ),
            ("message", string("What was found.")),
            ("reason", string("Why, as one word.")),
            ("reportingComponent", string("Who tells it.")),
            ("reportingInstance", string("Which instance of that.")),
            ("source", source),
            ("type", string("Normal or Warning.")),
        ],
    )
}

/// Namespace: a scope, as Kubernetes calls it.
pub(crate) fn namespace() -> Schema {
    kind(
        "A scope: what has connectors and keys of its own.",
        [
            (
                "spec",
                object(
                    "What is wanted of the namespace.",
                    &[],
                    [(
                        "finalizers",
                        list_of(
                            "Who must agree before it goes.",
                            string("A qualified name."),
                            Items::Atomic,
                        ),
                    )],
                ),
            ),
            (
                "status",
                object("How the namespace is.", &[], [("phase", string("Active."))]),
            ),
        ],
    )
}
