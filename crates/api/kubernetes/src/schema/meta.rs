//! ObjectMeta: what every object has (Kubernetes API conventions, "Metadata").

use super::build::{
    any, atomic_object, boolean, formatted, integer, list, list_of, map, object, string,
};
use super::types::{Items, Schema};

/// The metadata of an object.
pub(super) fn object_meta() -> Schema {
    object(
        "What every object has: its name, its labels and what the server keeps of it.",
        &[],
        [
            (
                "annotations",
                map(
                    "Texts that tools keep with the object. Nothing selects by them.",
                    string("A text."),
                ),
            ),
            (
                "creationTimestamp",
                formatted(
                    "When the object was created. Set by the server.",
                    "date-time",
                ),
            ),
            (
                "deletionGracePeriodSeconds",
                integer(
                    "How long the object has left once it is being deleted. Set by the server.",
                ),
            ),
            (
                "deletionTimestamp",
                formatted(
                    "When its deletion was asked for; it goes when its last finalizer does. Set by the server.",
                    "date-time",
                ),
            ),
            (
                "finalizers",
                list_of(
                    "Who must agree before the object goes: each takes its own entry out.",
                    string("A qualified name."),
                    Items::Set,
                ),
            ),
            (
                "generateName",
                string("What a generated name begins with, where no name is given."),
            ),
            (
                "generation",
                integer("Counts the changes of what is wanted of the object. Set by the server."),
            ),
            (
                "labels",
                map(
                    "Names and values that lists select by.",
                    string("At most 63 letters, digits, '-', '_' and '.'."),
                ),
            ),
            (
                "managedFields",
                list(
                    "Which writer owns which fields. Kept by the server.",
                    managed_fields_entry(),
                ),
            ),
            (
                "name",
                string(
                    "The object's name, one of its kind in its namespace. It cannot be changed.",
                ),
            ),
            (
                "namespace",
                string("The namespace that the object is in. It cannot be changed."),
            ),
            (
                "ownerReferences",
                list_of(
                    "The objects that this one depends on.",
                    owner_reference(),
                    Items::ByKey("uid"),
                ),
            ),
            (
                "resourceVersion",
                string(
                    "The revision that wrote the object last: sent back, it guards against writing over another's change.",
                ),
            ),
            ("selfLink", string("No longer in use.")),
            (
                "uid",
                string(
                    "What tells this object from every other there was or will be. Set by the server.",
                ),
            ),
        ],
    )
}

fn managed_fields_entry() -> Schema {
    object(
        "What one writer owns.",
        &[],
        [
            (
                "apiVersion",
                string("The version that the fields are written in."),
            ),
            ("fieldsType", string("FieldsV1.")),
            ("fieldsV1", any("The fields, as FieldsV1 has them.")),
            ("manager", string("The writer's name.")),
            ("operation", string("Apply or Update.")),
            (
                "subresource",
                string("The subresource that was written through, if any."),
            ),
            (
                "time",
                formatted("When the writer last changed what it owns.", "date-time"),
            ),
        ],
    )
}

fn owner_reference() -> Schema {
    atomic_object(
        "An object that this one depends on.",
        &["apiVersion", "kind", "name", "uid"],
        [
            ("apiVersion", string("Its group and version.")),
            (
                "blockOwnerDeletion",
                boolean("Whether it waits for this one when it is deleted in the foreground."),
            ),
            ("controller", boolean("Whether it manages this one.")),
            ("kind", string("Its kind.")),
            ("name", string("Its name.")),
            ("uid", string("Its uid.")),
        ],
    )
}
