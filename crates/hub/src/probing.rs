//! Probing many connectors: which, and how far it is.

use std::time::Duration;

use serde_json::{Value, json};

use crate::id::Uid;
use crate::time::Timestamp;

/// How long nothing must have been written of an object before it is probed because it changed. So a burst of writes is
/// followed by one probe, whose result does not come between a client's read and its next write.
pub const QUIET: Duration = Duration::from_secs(1);

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

/// The status of a connector that has not been probed yet: nothing is known of it. Clients that wait for a condition find it
/// from the start.
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
    /// How many are due still: the time of the sweep was over, or their hosts are busy or left alone.
    pub due: i64,
}
