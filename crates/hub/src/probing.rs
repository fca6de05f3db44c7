//! Probing many connectors: which, and how far it is.

use std::time::Duration;

use serde_json::{Value, json};

use crate::dialects::Dialects;
use crate::id::Uid;
use crate::object::{Kind, Object};
use crate::time::Timestamp;

/// How long nothing must have been written of an object before it is probed because it changed. So
/// a burst of writes is followed by one probe, whose result does not come between a client's read
/// and its next write.
pub const QUIET: Duration = Duration::from_secs(1);

/// What the sweep needs of the document of a connector or a class. It is computed when the document
/// is written, and the store has it beside the document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The class of a connector; empty where it has none.
    pub class: String,
    /// The secret that a connector authenticates with; empty where it refers to none.
    pub secret: String,
    /// The secret with the certificates of its tool, likewise.
    pub ca_secret: String,
    /// The host and port of its address, empty where the address has none; of a class, those of
    /// its default address. None without an address: a connector is then where its class says.
    pub host: Option<String>,
}

impl Target {
    /// What the sweep needs of an object; none of objects that are not probed.
    pub fn of(object: &Object, dialects: &dyn Dialects) -> Option<Self> {
        let doc = &object.doc;
        let (class, host) = match object.kind {
            Kind::Connector => (text(doc, "/class"), host(text(doc, "/address"))),
            Kind::Class => ("", Self::host_of_class(doc)),
            _ => return None,
        };
        let ca_secret = match text(doc, "/caCertSecretRef/name") {
            "" => dialects.ca_secret(doc).unwrap_or_default(),
            name => name,
        };
        Some(Self {
            class: class.to_owned(),
            secret: text(doc, "/auth/secretRef/name").to_owned(),
            ca_secret: ca_secret.to_owned(),
            host,
        })
    }

    /// The host that the default address of a class has, as in [`Target::host`].
    pub fn host_of_class(doc: &Value) -> Option<String> {
        host(text(doc, "/address/default"))
    }
}

fn text<'d>(doc: &'d Value, pointer: &str) -> &'d str {
    doc.pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// What stands between `://` and the path, the query or the fragment.
fn host(address: &str) -> Option<String> {
    if address.is_empty() {
        return None;
    }
    let (_, rest) = address.split_once("://").unwrap_or_default();
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    Some(host.to_ascii_lowercase())
}

/// The facts that are observed of a connector, by name.
pub const CONNECTOR_CONDITIONS: [&str; 8] = [
    "APIReady",
    "AuthReady",
    "CACertReady",
    "ConnectorClassReady",
    "LivenessReady",
    "ProxyServiceReady",
    "Ready",
    "SecretReady",
];
/// The one of them that is told only, and makes nothing unready.
pub const INFO_CONDITION: &str = "CACertReady";

/// The status of a connector that has not been probed yet: nothing is known of it. Clients that
/// wait for a condition find it from the start.
pub fn status_at_first(now: Timestamp) -> Value {
    let conditions = CONNECTOR_CONDITIONS.iter().map(|name| {
        let mut condition = json!({
            "type": name,
            "status": "Unknown",
            "reason": "NotProbed",
            "message": "it has not been probed yet",
            "lastTransitionTime": now.rfc3339_seconds(),
        });
        if let Some(members) = condition
            .as_object_mut()
            .filter(|_| *name == INFO_CONDITION)
        {
            members.insert("severity".to_owned(), json!("Info"));
        }
        condition
    });
    json!({"conditions": conditions.collect::<Vec<_>>()})
}

/// Which connectors of a scope are probed. What is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// Those of one of these names, or DNS names.
    pub names: Vec<String>,
    /// Those of one of these classes.
    pub classes: Vec<String>,
    /// Those whose condition `Ready` is one of `True`, `False` and `Unknown`.
    pub ready: Vec<String>,
}

/// Connectors that are probed because they were asked for together, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its number.
    pub id: Uid,
    /// How many connectors it has.
    pub total: i64,
    /// How many of them are still to be probed.
    pub pending: i64,
    /// When it was asked for.
    pub at: Timestamp,
}

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// How many connectors and classes it probed.
    pub probed: u64,
    /// How many of them are ready.
    pub ready: u64,
    /// How many could not be written, and will be probed again.
    pub failed: u64,
    /// How many are due still: the time of the sweep was over, or their hosts are busy or left
    /// alone.
    pub due: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_what_is_connected_to() {
        for (address, expected) in [
            ("", None),
            ("git.example", Some("")),
            ("https://", Some("")),
            ("https://Git.example", Some("git.example")),
            ("https://git.example:8443/x?y#z", Some("git.example:8443")),
            ("https://git.example?x=/y", Some("git.example")),
            ("https://git.example#/x", Some("git.example")),
            ("postgres://db.example/x://y", Some("db.example")),
        ] {
            assert_eq!(host(address).as_deref(), expected, "{address}");
        }
    }
}
