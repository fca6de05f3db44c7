//! What a class says about probing its connectors, read from its document (the spec of a published
//! ConnectorClass).
//!
//! These are ours: `probing.intervalSeconds`, how often a connector is probed, and
//! `probing.secretHosts`, the hosts beyond the connector's own that its secret may be sent to. A
//! class written through Kubernetes says the same by the annotations [`INTERVAL`] and
//! [`SECRET_HOSTS`], since its published schema has no room for them. So are
//! `auth.types[].credentials`, which parameters the entries of a secret are (the annotation
//! [`CREDENTIALS`]), and `auth.types[].when`, which parameter chooses the type by which value.

mod annotation;
mod auth;
mod endpoint;
mod http;
mod pacing;

use hub::class::Class;
use hub::error::{FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::json::text_at;
use serde_json::Value;

pub use self::annotation::CREDENTIALS;
use self::annotation::annotation;
pub use self::pacing::{INTERVAL, SECRET_HOSTS};
use crate::address::Scheme;
use crate::condition::READY;

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
    pub name: String,
    /// The type that the secret must have, if it matters.
    pub secret_type: Option<String>,
    /// Whether a connector needs no secret.
    pub is_optional: bool,
    /// The entries that the secret must have.
    pub keys: Vec<String>,
    /// The script that authenticates a request.
    pub generator: Option<String>,
    /// The parameters that entries are, each after its entry.
    pub credentials: Vec<(String, String)>,
    /// The parameter that chooses this type, and the value by which it does.
    pub when: Option<(String, String)>,
}

impl AuthType {
    /// The parameter that an entry is.
    pub fn parameter(&self, entry: &str) -> Option<&str> {
        let found = self.credentials.iter().find(|(known, _)| known == entry);
        found.map(|(_, parameter)| parameter.as_str())
    }

    /// The entries that are known: those that are mapped, and the others that there must be.
    pub fn entries(&self) -> impl Iterator<Item = &str> {
        let mapped = self.credentials.iter().map(|(entry, _)| entry.as_str());
        let others = self.keys.iter().map(String::as_str);
        mapped.chain(others.filter(|key| self.parameter(key).is_none()))
    }
}

/// How the authentication of a type is probed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthProbe {
    /// The type.
    pub auth_name: String,
    /// Where in the class its probe is.
    pub path: String,
    /// What values its parameters have where the connector gives none.
    pub defaults: Vec<(String, Value)>,
    /// The probes, one or two; all must succeed.
    pub probes: Vec<Probe>,
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
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// The class, where its parameters can be read.
    pub class: Class,
    /// Why the class is not ready, if it is known not to be.
    pub unready: Option<String>,
    /// The address of connectors that give none.
    pub address: Option<String>,
    /// The values of parameters that a connector does not give.
    pub defaults: Vec<(String, Value)>,
    /// The ways to authenticate.
    pub auth_types: Vec<AuthType>,
    /// The probes of the tool; all must succeed.
    pub liveness: Vec<Probe>,
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
    /// Reads the document of a class. `namespace` is where services are that the class names
    /// without one.
    ///
    /// # Errors
    /// [`hub::error::Error::Invalid`] with every field that is wrong.
    pub fn parse(doc: &Value, namespace: &str) -> Result<Self> {
        let mut faults = FieldErrors::default();
        let definition = faults
            .object("", doc)
            .map(|fields| read(&fields, doc, namespace, &mut faults));
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

fn read(class: &Fields<'_>, doc: &Value, namespace: &str, faults: &mut FieldErrors) -> Definition {
    let address = class.optional_object("address", faults);
    let probing = class.optional_object("probing", faults);
    Definition {
        // What is wrong with it is told where it is written.
        class: Class::read("", doc.clone()),
        unready: unready(doc),
        address: address.and_then(|address| {
            address
                .optional_string("default", faults)
                .map(str::to_owned)
        }),
        defaults: defaults(class, faults),
        auth_types: auth::types(class, faults),
        liveness: class
            .optional_object("livenessProbe", faults)
            .map(|probe| http::probes(&probe, faults))
            .unwrap_or_default(),
        auth_probes: auth::probes(class, faults),
        api: endpoint::endpoint(class, "api", namespace, faults),
        proxy: endpoint::endpoint(class, "proxy", namespace, faults),
        proxy_by_path: annotation(class, "connectors.cpaas.io/proxy-resolver") == Some("path"),
        interval: pacing::interval(class, probing.as_ref(), faults),
        secret_hosts: pacing::secret_hosts(class, probing.as_ref(), faults),
    }
}

/// What its last probe found, where it is not ready.
fn unready(class: &Value) -> Option<String> {
    let conditions = class.pointer("/status/conditions")?.as_array()?;
    let is_no = |condition: &&Value| {
        text_at(condition, "/type") == READY && text_at(condition, "/status") == "False"
    };
    let ready = conditions.iter().find(is_no)?;
    let (reason, message) = (text_at(ready, "/reason"), text_at(ready, "/message"));
    Some(format!("the class is not ready: {reason}: {message}"))
}

fn defaults(owner: &Fields<'_>, faults: &mut FieldErrors) -> Vec<(String, Value)> {
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

/// A member that holds a script under `rego`.
pub fn script(owner: &Fields<'_>, name: &str, faults: &mut FieldErrors) -> Option<String> {
    let holder = owner.optional_object(name, faults)?;
    let source = holder.optional_string("rego", faults)?;
    Some(source.to_owned()).filter(|source| !source.trim().is_empty())
}

fn refuse_duplicate(is_duplicate: bool, path: String, faults: &mut FieldErrors) {
    if is_duplicate {
        faults.push(FieldError::new(
            path,
            FieldCode::Duplicate,
            "is there twice",
        ));
    }
}

#[cfg(test)]
#[path = "definition_tests.rs"]
mod tests;
