//! Event: what probes found of a connector, one event a condition, as of the last time that it
//! became another.

use hub::id::Uid;
use hub::json::text_at;
use hub::object::Object;
use serde::Serialize;
use serde_json::Value;

use crate::resource::{CONNECTOR, EVENT};

/// Who tells it.
const COMPONENT: &str = "patchbay-probe";
/// The reason of what has not been probed yet, which is no event.
const NOT_PROBED: &str = "NotProbed";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Event<'o> {
    api_version: String,
    kind: &'static str,
    metadata: Metadata<'o>,
    involved_object: Reference<'o>,
    r#type: &'static str,
    reason: String,
    message: String,
    first_timestamp: &'o str,
    last_timestamp: &'o str,
    count: u32,
    source: EventSource,
    reporting_component: &'static str,
    reporting_instance: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata<'o> {
    name: String,
    namespace: &'o str,
    uid: String,
    resource_version: String,
    creation_timestamp: &'o str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Reference<'o> {
    api_version: String,
    kind: &'static str,
    namespace: &'o str,
    name: &'o str,
    uid: String,
}

#[derive(Serialize)]
struct EventSource {
    component: &'static str,
}

/// The events of a connector.
pub(crate) fn of(connector: &Object, namespace: &str) -> Vec<Value> {
    let conditions = connector.doc.pointer("/status/conditions");
    let conditions = conditions.and_then(Value::as_array).into_iter().flatten();
    conditions
        .filter(|condition| text_at(condition, "/reason") != NOT_PROBED)
        .map(|condition| {
            let event = event(connector, namespace, condition);
            serde_json::to_value(event).unwrap_or_default()
        })
        .collect()
}

fn event<'o>(connector: &'o Object, namespace: &'o str, condition: &'o Value) -> Event<'o> {
    let (kind, status) = (text_at(condition, "/type"), text_at(condition, "/status"));
    let at = text_at(condition, "/lastTransitionTime");
    let reason = match text_at(condition, "/reason") {
        "" => kind,
        reason => reason,
    };
    let message = match text_at(condition, "/message") {
        "" => format!("{kind} is {status}"),
        message => format!("{kind} is {status}: {message}"),
    };
    let uid = connector.uid.uuid();
    Event {
        api_version: EVENT.api_version(),
        kind: EVENT.kind,
        metadata: Metadata {
            name: format!("{}.{}", connector.slug, kind.to_ascii_lowercase()),
            namespace,
            uid: Uid::derived(&[&uid, kind]).uuid(),
            resource_version: connector.revision.to_string(),
            creation_timestamp: at,
        },
        involved_object: Reference {
            api_version: CONNECTOR.api_version(),
            kind: CONNECTOR.kind,
            namespace,
            name: &connector.slug,
            uid,
        },
        r#type: if status == "False" {
            "Warning"
        } else {
            "Normal"
        },
        reason: reason.to_owned(),
        message,
        first_timestamp: at,
        last_timestamp: at,
        count: 1,
        source: EventSource {
            component: COMPONENT,
        },
        reporting_component: COMPONENT,
        reporting_instance: "",
    }
}

#[cfg(test)]
mod tests {
    use hub::object::Kind;
    use hub::time::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn every_condition_that_was_observed_is_an_event() {
        let now = Timestamp::from_millis(0);
        let conditions = json!([
            {"type": "AuthReady", "status": "Unknown", "reason": "NotProbed"},
            {"type": "LivenessReady", "status": "False", "reason": "ConnectionFailed", "message": "no answer", "lastTransitionTime": "1970-01-01T00:00:09Z"},
            {"type": "SecretReady", "status": "True", "lastTransitionTime": "1970-01-01T00:00:08Z"},
        ]);
        let connector = Object {
            id: 1,
            uid: Uid::new(now).unwrap(),
            scope: 1,
            kind: Kind::Connector,
            name: "git".to_owned(),
            slug: "git".to_owned(),
            parent: None,
            generation: 1,
            revision: 5,
            created_at: now,
            updated_at: now,
            doc: json!({"status": {"conditions": conditions}}),
        };
        let events = of(&connector, "team");
        let told: Vec<(&str, &str, &str)> = events
            .iter()
            .map(|event| {
                (
                    text_at(event, "/type"),
                    text_at(event, "/reason"),
                    text_at(event, "/message"),
                )
            })
            .collect();
        let expected = [
            (
                "Warning",
                "ConnectionFailed",
                "LivenessReady is False: no answer",
            ),
            ("Normal", "SecretReady", "SecretReady is True"),
        ];
        assert_eq!(told, expected);
        assert_eq!(events[0]["metadata"]["name"], "git.livenessready");
        assert_eq!(events[0]["involvedObject"]["uid"], connector.uid.uuid());
    }
}
