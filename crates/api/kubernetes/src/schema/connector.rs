//! Connector: one tool, and how it is reached.

use super::build::{
    address, any, atomic_object, conditions, integer, list, map, name_and_text, object, string,
};
use super::kind::kind;
use super::types::Schema;

/// The kind.
pub(crate) fn connector() -> Schema {
    kind(
        "A connector: one tool, where it is and how to authenticate with it.",
        [("spec", spec()), ("status", status())],
    )
}

fn spec() -> Schema {
    object(
        "What is wanted of the connector.",
        &[],
        [
            ("address", string("Where the tool is: a URL.")),
            (
                "addressExtensions",
                list(
                    "More addresses of the tool, by the names its class declares.",
                    name_and_text("One more address."),
                ),
            ),
            ("auth", auth()),
            (
                "caCertSecretRef",
                atomic_object(
                    "The Secret that has the certificates to trust the tool by.",
                    &[],
                    [("name", string("The Secret's name."))],
                ),
            ),
            (
                "connectorClassName",
                string("The ConnectorClass that the connector is an instance of."),
            ),
            (
                "params",
                params("The values of the parameters that its class declares."),
            ),
        ],
    )
}

fn auth() -> Schema {
    object(
        "How to authenticate with the tool.",
        &[],
        [
            (
                "name",
                string("One of the names in auth.types of its ConnectorClass."),
            ),
            (
                "params",
                params("The values of the parameters that authentication needs."),
            ),
            ("secretRef", secret_reference()),
        ],
    )
}

/// `{name, value}`, where the value may be a text, a list or an object.
fn params(description: &'static str) -> Schema {
    let param = object(
        "The value of one parameter.",
        &["name", "value"],
        [
            ("name", string("The name that the class declares it by.")),
            ("value", any("Its value: a text, a list or an object.")),
        ],
    );
    list(description, param)
}

/// An ObjectReference of Kubernetes.
fn secret_reference() -> Schema {
    atomic_object(
        "The Secret that has the credentials.",
        &[],
        [
            ("apiVersion", string("The API version of the Secret: v1.")),
            (
                "fieldPath",
                string("The part of the object that is meant, if not all of it."),
            ),
            ("kind", string("The kind that is referred to: Secret.")),
            ("name", string("Its name.")),
            (
                "namespace",
                string("Its namespace; the connector's own where it is left out."),
            ),
            (
                "resourceVersion",
                string("The version of it that is meant, if a certain one is."),
            ),
            ("uid", string("Its uid.")),
        ],
    )
}

fn status() -> Schema {
    object(
        "What was observed of the connector.",
        &[],
        [
            (
                "annotations",
                map("Further observations, as texts.", string("A text.")),
            ),
            (
                "api",
                object(
                    "Where the API of the connector is.",
                    &[],
                    [(
                        "path",
                        string("The path that requests to the connector's API begin with."),
                    )],
                ),
            ),
            ("conditions", conditions()),
            (
                "observedGeneration",
                integer("The generation that was looked at last."),
            ),
            (
                "proxy",
                object(
                    "Where the proxy of the connector is.",
                    &[],
                    [("httpAddress", address("The HTTP address of the proxy."))],
                ),
            ),
        ],
    )
}
