//! ConnectorClass: what connectors of one kind of tool have in common.

use super::build::{
    address, any, boolean, choice, conditions, integer, list, list_of, map, name_and_text, object,
    of, string,
};
use super::kind::kind;
use super::parameter::{parameter, parameters};
use super::types::{Items, Schema, Shape};

/// The kind.
pub(crate) fn connector_class() -> Schema {
    kind(
        "What the connectors to one kind of tool have in common: their parameters, their authentication, their probes.",
        [("spec", spec()), ("status", status())],
    )
}

fn spec() -> Schema {
    object(
        "What is wanted of connectors of the class.",
        &[],
        [
            (
                "address",
                parameter("What the address of a connector must be. Only texts are supported."),
            ),
            (
                "addressExtensions",
                list(
                    "More addresses that a connector has.",
                    parameter("One more address."),
                ),
            ),
            ("api", api()),
            ("auth", auth()),
            (
                "authProbes",
                list_of(
                    "How to find out whether credentials are good, one probe a type of authentication.",
                    auth_probe(),
                    Items::ByKey("authName"),
                ),
            ),
            (
                "configurations",
                list(
                    "Files that the users of a connector are given.",
                    configuration(),
                ),
            ),
            (
                "livenessProbe",
                probe("How to find out whether the tool can be reached."),
            ),
            (
                "params",
                parameters("The parameters of a connector. Only texts are supported."),
            ),
            ("proxy", proxy()),
        ],
    )
}

fn api() -> Schema {
    let mut members = destination();
    members.extend([
        (
            "openapi",
            any("The OpenAPI description of the API. What it does not describe is forwarded to the proxy."),
        ),
        (
            "permissions",
            object(
                "Which requests need which permission.",
                &[],
                [(
                    "rego",
                    string(
                        "A Rego policy of the package permissions. Its result has a verb: read, write, delete, or empty to go by \
                         the method. Its input is request.path, .method, .headers, .query and .body.",
                    ),
                )],
            ),
        ),
    ]);
    destined(
        "The API that comes with the class, and its description.",
        members,
    )
}

fn proxy() -> Schema {
    let mut members = destination();
    members.push((
        "authExtractor",
        object(
            "How the token of a caller of the proxy is found in a request.",
            &[],
            [(
                "rego",
                string("A Rego policy of the package proxy, whose auth has a token."),
            )],
        ),
    ));
    destined("The proxy that requests to the tool go through.", members)
}

/// A Destination of knative: a reference, a URI, or both.
fn destination() -> Vec<(&'static str, Schema)> {
    vec![
        (
            "CACerts",
            string("PEM certificates (RFC 7468) to trust besides those of the target."),
        ),
        (
            "audience",
            string("The OIDC audience, where the target does not say it."),
        ),
        ("ref", reference()),
        (
            "uri",
            string("An absolute URL, or one relative to what ref refers to."),
        ),
    ]
}

fn destined(description: &'static str, mut members: Vec<(&'static str, Schema)>) -> Schema {
    members.sort_by_key(|(name, _)| *name);
    of(
        description,
        Shape::Object {
            members,
            required: &[],
            atomic: false,
        },
    )
}

fn reference() -> Schema {
    object(
        "The object whose address is meant, such as a Service.",
        &["kind", "name"],
        [
            ("address", string("Which of its addresses, by name.")),
            ("apiVersion", string("Its API version.")),
            (
                "group",
                string("Its API group, where the version does not matter."),
            ),
            ("kind", string("Its kind.")),
            ("name", string("Its name.")),
            ("namespace", string("Its namespace.")),
        ],
    )
}

fn auth() -> Schema {
    let auth_type = object(
        "One way to authenticate.",
        &["name"],
        [
            (
                "annotations",
                map("Texts that tools keep with it.", string("A text.")),
            ),
            ("description", string("What it is.")),
            ("displayName", string("What people call it.")),
            (
                "generator",
                object(
                    "How credentials are put into a request, where no convention says it.",
                    &[],
                    [(
                        "rego",
                        string(
                            "A Rego policy of the package proxy, whose auth is what is injected.",
                        ),
                    )],
                ),
            ),
            (
                "name",
                string("What it is referred to by: one of its name in the class."),
            ),
            (
                "optional",
                boolean(
                    "Whether a connector can do without credentials. False where it is left out.",
                ),
            ),
            (
                "params",
                parameters(
                    "The entries that the Secret must have. Well-known types have theirs by convention.",
                ),
            ),
            (
                "secretType",
                string("The type of the Secret, such as kubernetes.io/basic-auth."),
            ),
        ],
    );
    object(
        "How connectors of the class can authenticate.",
        &[],
        [(
            "types",
            list_of(
                "The ways there are; a connector chooses one.",
                auth_type,
                Items::ByKey("name"),
            ),
        )],
    )
}

fn auth_probe() -> Schema {
    object(
        "How to find out whether credentials of one type are good.",
        &["authName"],
        [
            (
                "authName",
                string("The name in auth.types that the probe is for."),
            ),
            (
                "params",
                parameters("The parameters that the probe needs of a connector."),
            ),
            ("probe", probe("What is asked of the tool.")),
        ],
    )
}

fn probe(description: &'static str) -> Schema {
    object(
        description,
        &[],
        [
            (
                "api",
                object(
                    "Asks the API of the class. Nothing is asked where the class has none.",
                    &[],
                    [(
                        "path",
                        string("The path to ask for, relative to the API's address."),
                    )],
                ),
            ),
            ("http", http_probe()),
        ],
    )
}

fn http_probe() -> Schema {
    object(
        "Asks the tool itself over HTTP.",
        &["path"],
        [
            (
                "disableRedirect",
                boolean("Whether redirects are left alone. False where it is left out."),
            ),
            (
                "host",
                string("The host to ask; that of the connector's address where it is left out."),
            ),
            (
                "httpHeaders",
                list(
                    "Headers of the request. A name may be there several times.",
                    name_and_text("A header."),
                ),
            ),
            (
                "method",
                choice("GET (where it is left out) or POST.", &["GET", "POST"]),
            ),
            ("path", string("The path to ask for.")),
            (
                "response",
                object(
                    "What the response must be; any success where it is left out.",
                    &[],
                    [(
                        "cel",
                        string(
                            "A CEL expression that must be true. It has response.statusCode, .headers, .body and .bodyString.",
                        ),
                    )],
                ),
            ),
            (
                "scheme",
                choice(
                    "http or https; where it is left out, that of the connector's address for its own host and http for another.",
                    &["http", "https"],
                ),
            ),
        ],
    )
}

fn configuration() -> Schema {
    object(
        "Files that the users of a connector are given.",
        &[],
        [
            (
                "annotations",
                map("Texts that tools keep with it.", string("A text.")),
            ),
            (
                "data",
                map(
                    "The files by name: letters, digits, '-', '_' and '.'.",
                    string("A template of the file's content."),
                ),
            ),
            ("name", string("What it is called.")),
            (
                "params",
                parameters("The parameters that the files are rendered with."),
            ),
        ],
    )
}

fn status() -> Schema {
    object(
        "What was observed of the class.",
        &[],
        [
            (
                "annotations",
                map("Further observations, as texts.", string("A text.")),
            ),
            (
                "api",
                object(
                    "Where the API of the class is, if it has one.",
                    &[],
                    [("address", address("The address of the API."))],
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
                    "Where the proxy of the class is, if it has one.",
                    &[],
                    [("httpAddress", address("The HTTP address of the proxy."))],
                ),
            ),
        ],
    )
}
