//! What a class says about probing its connectors, read from its document (seeds/alauda-connector-apis.txt, the spec of
//! ConnectorClass).
//!
//! Two things are ours: `probing.intervalSeconds`, how often a connector is probed, and `probing.secretHosts`, the hosts
//! beyond the connector's own that its secret may be sent to. A class written through Kubernetes says the same by
//! the annotations [`INTERVAL`] and [`SECRET_HOSTS`], since its published schema has no room for them.

use hub::error::{FieldCode, FieldError, Result};
use hub::fields::{Faults, Fields};
use serde_json::Value;

use crate::address::{Scheme, Url};
use crate::schedule;

/// The annotation for `probing.intervalSeconds`.
pub const INTERVAL: &str = "patchbay.dev/probe-interval-seconds";
/// The annotation for `probing.secretHosts`, separated by commas.
pub const SECRET_HOSTS: &str = "patchbay.dev/secret-hosts";

/// The headers that belong to the connection, which a probe cannot set (RFC 9110, section 7.6.1).
const CONNECTION_HEADERS: [&str; 9] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// How a probe is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// By a request to the tool.
    Http(HttpProbe),
    /// By a request to the class's own API: the template of its path.
    Api(String),
}

/// A request to the tool. Texts are templates where it says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HttpProbe {
    /// Whether the method is POST; GET otherwise.
    pub is_post: bool,
    /// Empty for the host of the connector's address.
    pub host: String,
    /// The scheme that was given.
    pub scheme: Option<Scheme>,
    /// A template.
    pub path: String,
    /// Names, and templates of values. A name may be there more than once.
    pub headers: Vec<(String, String)>,
    /// Whether redirects are followed.
    pub follows_redirects: bool,
    /// The expression that the response must meet; without one, any 2xx will do.
    pub expression: Option<String>,
}

/// A way in which connectors authenticate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthType {
    /// Its name.
    pub name: String,
    /// The type that the secret must have, if it matters.
    pub secret_type: Option<String>,
    /// Whether a connector needs no secret.
    pub is_optional: bool,
    /// The entries that the secret must have.
    pub keys: Vec<String>,
    /// The script that authenticates a request.
    pub generator: Option<String>,
}

/// How the authentication of a type is probed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthProbe {
    /// The type.
    pub auth_name: String,
    /// What values its parameters have where the connector gives none.
    pub defaults: Vec<(String, Value)>,
    /// The probe.
    pub probe: Probe,
}

/// Where something of the class is: `api` or `proxy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// The class has no such thing.
    None,
    /// It has one, but its address cannot be told.
    Unresolved,
    /// Its address.
    At(String),
}

/// All that a class says about probing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The address of connectors that give none.
    pub address: Option<String>,
    /// The values of parameters that a connector does not give.
    pub defaults: Vec<(String, Value)>,
    /// The ways to authenticate.
    pub auth_types: Vec<AuthType>,
    /// The probe of the tool.
    pub liveness: Option<Probe>,
    /// The probes of the ways to authenticate.
    pub auth_probes: Vec<AuthProbe>,
    /// The class's API.
    pub api: Endpoint,
    /// The class's proxy.
    pub proxy: Endpoint,
    /// Whether the proxy tells connectors apart by path; by host otherwise.
    pub proxy_by_path: bool,
    /// How often a connector is probed, in seconds.
    pub interval: i64,
    /// The hosts beyond the connector's own that its secret may be sent to.
    pub secret_hosts: Vec<String>,
}

impl Definition {
    /// Reads the document of a class. `namespace` is where services are that the class names without one.
    ///
    /// # Errors
    /// [`hub::error::Error::Invalid`] with every field that is wrong.
    pub fn parse(doc: &Value, namespace: &str) -> Result<Self> {
        let mut faults = Faults::default();
        let definition = faults
            .object("", doc)
            .map(|fields| read(&fields, namespace, &mut faults));
        faults.finish(())?;
        definition
            .ok_or_else(|| hub::error::Error::Malformed("a class must be an object".to_owned()))
    }

    /// The type of a name.
    pub fn auth_type(&self, name: &str) -> Option<&AuthType> {
        self.auth_types.iter().find(|known| known.name == name)
    }

    /// The probe for the type of a name.
    pub fn auth_probe(&self, name: &str) -> Option<&AuthProbe> {
        self.auth_probes
            .iter()
            .find(|probe| probe.auth_name == name)
    }
}

fn read(class: &Fields<'_>, namespace: &str, faults: &mut Faults) -> Definition {
    let address = class.optional_object("address", faults);
    let probing = class.optional_object("probing", faults);
    Definition {
        address: address.and_then(|address| {
            address
                .optional_string("default", faults)
                .map(str::to_owned)
        }),
        defaults: defaults(class, faults),
        auth_types: auth_types(class, faults),
        liveness: class
            .optional_object("livenessProbe", faults)
            .and_then(|probe| read_probe(&probe, faults)),
        auth_probes: auth_probes(class, faults),
        api: endpoint(class, "api", namespace, faults),
        proxy: endpoint(class, "proxy", namespace, faults),
        proxy_by_path: annotation(class, "connectors.cpaas.io/proxy-resolver") == Some("path"),
        interval: interval(class, probing.as_ref(), faults),
        secret_hosts: secret_hosts(class, probing.as_ref(), faults),
    }
}

fn defaults(owner: &Fields<'_>, faults: &mut Faults) -> Vec<(String, Value)> {
    let mut defaults = Vec::new();
    for (path, item) in owner.optional_array("params", faults).unwrap_or_default() {
        let Some(param) = faults.object(&path, item) else {
            continue;
        };
        let name = param.string("name", faults).unwrap_or_default();
        if let Some(default) = param.get("default") {
            defaults.push((name.to_owned(), default.clone()));
        }
    }
    defaults
}

fn auth_types(class: &Fields<'_>, faults: &mut Faults) -> Vec<AuthType> {
    let auth = class.optional_object("auth", faults);
    let types = auth.and_then(|auth| auth.optional_array("types", faults));
    let mut read: Vec<AuthType> = Vec::new();
    for (path, item) in types.unwrap_or_default() {
        let Some(fields) = faults.object(&path, item) else {
            continue;
        };
        let name = fields.string("name", faults).unwrap_or_default();
        refuse_duplicate(
            read.iter().any(|known| known.name == name),
            fields.path("name"),
            faults,
        );
        let secret_type = fields
            .optional_string("secretType", faults)
            .filter(|text| !text.is_empty());
        read.push(AuthType {
            name: name.to_owned(),
            secret_type: secret_type.map(str::to_owned),
            is_optional: fields.optional_bool("optional", faults).unwrap_or_default(),
            keys: keys(&fields, secret_type, faults),
            generator: script(&fields, "generator", faults),
        });
    }
    read
}

/// The entries of a secret: those that are declared and have no default, or else those that a known type has by
/// convention (reference/kubernetes.md, 1.3.1, "Auth").
fn keys(auth_type: &Fields<'_>, secret_type: Option<&str>, faults: &mut Faults) -> Vec<String> {
    let declared = auth_type
        .optional_array("params", faults)
        .unwrap_or_default();
    let mut keys = Vec::new();
    for (path, item) in &declared {
        let Some(param) = faults.object(path, item) else {
            continue;
        };
        let name = param.string("name", faults).unwrap_or_default();
        if param.get("default").is_none() {
            keys.push(name.to_owned());
        }
    }
    if !declared.is_empty() {
        return keys;
    }
    let known: &[&str] = match secret_type.unwrap_or_default() {
        "kubernetes.io/basic-auth" | "cpaas.io/distribution-registry-token" => {
            &["username", "password"]
        }
        "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
        "connectors.cpaas.io/bearer-token" | "connectors.cpaas.io/gitlab-pat-auth" => &["token"],
        _ => &[],
    };
    known.iter().map(ToString::to_string).collect()
}

fn auth_probes(class: &Fields<'_>, faults: &mut Faults) -> Vec<AuthProbe> {
    let mut probes: Vec<AuthProbe> = Vec::new();
    for (path, item) in class
        .optional_array("authProbes", faults)
        .unwrap_or_default()
    {
        let Some(fields) = faults.object(&path, item) else {
            continue;
        };
        let auth_name = fields.string("authName", faults).unwrap_or_default();
        let is_there = probes.iter().any(|known| known.auth_name == auth_name);
        refuse_duplicate(is_there, fields.path("authName"), faults);
        let probe = fields.optional_object("probe", faults);
        let Some(probe) = probe.and_then(|probe| read_probe(&probe, faults)) else {
            continue;
        };
        probes.push(AuthProbe {
            auth_name: auth_name.to_owned(),
            defaults: defaults(&fields, faults),
            probe,
        });
    }
    probes
}

fn read_probe(probe: &Fields<'_>, faults: &mut Faults) -> Option<Probe> {
    if let Some(http) = probe.optional_object("http", faults) {
        return Some(Probe::Http(read_http(&http, faults)));
    }
    let api = probe.optional_object("api", faults)?;
    Some(Probe::Api(
        api.optional_string("path", faults)
            .unwrap_or_default()
            .to_owned(),
    ))
}

fn read_http(http: &Fields<'_>, faults: &mut Faults) -> HttpProbe {
    let method = http.optional_choice("method", &["GET", "POST", ""], faults);
    let scheme = http.optional_choice("scheme", &["http", "https", "HTTP", "HTTPS", ""], faults);
    let mut headers = Vec::new();
    for (path, item) in http
        .optional_array("httpHeaders", faults)
        .unwrap_or_default()
    {
        let Some(header) = faults.object(&path, item) else {
            continue;
        };
        let name = header.string("name", faults).unwrap_or_default();
        if http::HeaderName::from_bytes(name.as_bytes()).is_err() && !name.is_empty() {
            faults.push(FieldError::new(
                header.path("name"),
                FieldCode::Invalid,
                "must be the name of a header",
            ));
        }
        if CONNECTION_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
            let message = "belongs to the connection and cannot be set";
            faults.push(FieldError::new(
                header.path("name"),
                FieldCode::Invalid,
                message,
            ));
        }
        let value = header.optional_string("value", faults).unwrap_or_default();
        headers.push((name.to_owned(), value.to_owned()));
    }
    let response = http.optional_object("response", faults);
    let expression = response.and_then(|response| response.optional_string("cel", faults));
    HttpProbe {
        is_post: method == Some("POST"),
        host: http
            .optional_string("host", faults)
            .unwrap_or_default()
            .to_owned(),
        scheme: match scheme.unwrap_or_default().to_ascii_lowercase().as_str() {
            "http" => Some(Scheme::Http),
            "https" => Some(Scheme::Https),
            _ => None,
        },
        path: http.string("path", faults).unwrap_or_default().to_owned(),
        headers,
        follows_redirects: !http
            .optional_bool("disableRedirect", faults)
            .unwrap_or_default(),
        expression: expression
            .filter(|text| !text.trim().is_empty())
            .map(str::to_owned),
    }
}

/// The address that a destination resolves to (reference/kubernetes.md, 1.3.1, "Status addresses"): that of a service, with
/// the URI behind it, or an absolute URI alone.
fn endpoint(class: &Fields<'_>, name: &str, namespace: &str, faults: &mut Faults) -> Endpoint {
    let Some(fields) = class.optional_object(name, faults) else {
        return Endpoint::None;
    };
    let uri = fields.optional_string("uri", faults).unwrap_or_default();
    let reference = fields.optional_object("ref", faults);
    let is_absolute = Url::parse(uri).is_ok();
    match reference {
        None if is_absolute => Endpoint::At(uri.to_owned()),
        Some(service) if !is_absolute => {
            let name = service.string("name", faults).unwrap_or_default();
            let namespace = service
                .optional_string("namespace", faults)
                .unwrap_or(namespace);
            let path = uri.trim_start_matches('/');
            let slash = if path.is_empty() { "" } else { "/" };
            Endpoint::At(format!(
                "http://{name}.{namespace}.svc.cluster.local{slash}{path}"
            ))
        }
        // An API that is only described is that of the tool, which has no address here (seed, `spec.api.openapi`).
        None if uri.is_empty() && fields.get("openapi").is_some() => Endpoint::None,
        _ => Endpoint::Unresolved,
    }
}

fn interval(class: &Fields<'_>, probing: Option<&Fields<'_>>, faults: &mut Faults) -> i64 {
    let given = probing.and_then(|probing| {
        Some((
            probing.path("intervalSeconds"),
            probing.get("intervalSeconds")?.as_i64(),
        ))
    });
    let annotated = annotation(class, INTERVAL).map(|text| {
        (
            format!("metadata.annotations[{INTERVAL}]"),
            text.parse().ok(),
        )
    });
    let Some((path, seconds)) = given.or(annotated) else {
        return schedule::INTERVAL_DEFAULT;
    };
    let allowed = schedule::INTERVAL_MIN..=schedule::INTERVAL_MAX;
    seconds
        .filter(|seconds| allowed.contains(seconds))
        .unwrap_or_else(|| {
            let message = format!(
                "must be a whole number of seconds from {} to {}",
                allowed.start(),
                allowed.end()
            );
            faults.push(FieldError::new(path, FieldCode::Invalid, message));
            schedule::INTERVAL_DEFAULT
        })
}

fn secret_hosts(
    class: &Fields<'_>,
    probing: Option<&Fields<'_>>,
    faults: &mut Faults,
) -> Vec<String> {
    let mut hosts: Vec<String> = annotation(class, SECRET_HOSTS)
        .into_iter()
        .flat_map(|list| list.split(','))
        .map(|host| host.trim().to_ascii_lowercase())
        .filter(|host| !host.is_empty())
        .collect();
    let listed = probing.and_then(|probing| probing.optional_array("secretHosts", faults));
    for (path, item) in listed.unwrap_or_default() {
        match item.as_str() {
            Some(host) => hosts.push(host.to_ascii_lowercase()),
            None => faults.wrong_type(&path, "a string"),
        }
    }
    hosts
}

/// An annotation of a class that was written through Kubernetes.
fn annotation<'a>(class: &Fields<'a>, name: &str) -> Option<&'a str> {
    let annotations = class
        .get("extensions")?
        .pointer("/kubernetes/metadata/annotations")?;
    annotations.get(name)?.as_str()
}

/// A member that holds a script under `rego`.
pub fn script(owner: &Fields<'_>, name: &str, faults: &mut Faults) -> Option<String> {
    let holder = owner.optional_object(name, faults)?;
    let source = holder.optional_string("rego", faults)?;
    Some(source.to_owned()).filter(|source| !source.trim().is_empty())
}

fn refuse_duplicate(is_duplicate: bool, path: String, faults: &mut Faults) {
    if is_duplicate {
        faults.push(FieldError::new(
            path,
            FieldCode::Duplicate,
            "is there twice",
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parse(doc: &Value) -> Definition {
        Definition::parse(doc, "tools").unwrap()
    }

    #[test]
    fn endpoints_are_resolved_as_published() {
        let service = json!({"kind": "Service", "name": "git"});
        let rows = [
            (json!({}), Endpoint::None),
            (
                json!({"api": {"uri": "https://api.example.com/x"}}),
                Endpoint::At("https://api.example.com/x".to_owned()),
            ),
            (
                json!({"api": {"ref": service, "uri": "/prefix"}}),
                Endpoint::At("http://git.tools.svc.cluster.local/prefix".to_owned()),
            ),
            (
                json!({"api": {"ref": {"kind": "Service", "name": "git", "namespace": "a"}}}),
                Endpoint::At("http://git.a.svc.cluster.local".to_owned()),
            ),
            (
                json!({"api": {"ref": service, "uri": "https://api.example.com"}}),
                Endpoint::Unresolved,
            ),
            (json!({"api": {"uri": "/relative"}}), Endpoint::Unresolved),
            (json!({"api": {"openapi": {}}}), Endpoint::None),
        ];
        for (doc, expected) in rows {
            assert_eq!(parse(&doc).api, expected, "{doc}");
        }
    }

    #[test]
    fn the_interval_and_hosts_are_read_from_either_place() {
        let native =
            json!({"probing": {"intervalSeconds": 60, "secretHosts": ["Auth.example.com"]}});
        let annotations = json!({INTERVAL: "60", SECRET_HOSTS: "auth.example.com, "});
        let kubernetes =
            json!({"extensions": {"kubernetes": {"metadata": {"annotations": annotations}}}});
        for doc in [native, kubernetes] {
            assert_eq!(parse(&doc).interval, 60);
            assert_eq!(parse(&doc).secret_hosts, ["auth.example.com"]);
        }
        assert_eq!(parse(&json!({})).interval, schedule::INTERVAL_DEFAULT);
        assert!(Definition::parse(&json!({"probing": {"intervalSeconds": 1}}), "").is_err());
    }

    #[test]
    fn every_class_of_the_catalogue_is_read() {
        for class in hub::class::Class::catalogue() {
            let class = class.unwrap();
            parse(&class.doc);
        }
    }
}
