//! The two kinds of the core group that connectors need.

use super::build::{boolean, formatted, list_of, map, object, string};
use super::kind::kind;
use super::types::{Items, Schema};

/// Secret: credentials that connectors refer to.
pub fn secret() -> Schema {
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

/// Namespace: a scope, as Kubernetes calls it.
pub fn namespace() -> Schema {
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
