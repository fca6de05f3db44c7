//! Conditions in the style of Knative.

use hub::probing::CONNECTOR_CONDITIONS;
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

/// Of a class, whether its proxy is resolved.
pub const PROXY: &str = "ProxyReady";
/// Sums the others up.
pub const READY: &str = "Ready";

/// What is known of one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is so.
    True,
    /// It is not so.
    False,
    /// It is not known.
    Unknown,
}

impl Status {
    const fn as_str(&self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Unknown => "Unknown",
        }
    }
}

/// One fact, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Its type: `LivenessReady`.
    pub kind: &'static str,
    /// What is known.
    pub status: Status,
    /// A word; empty when all is well.
    pub reason: &'static str,
    /// A sentence without anything that changes from round to round, and without any secret.
    pub message: String,
    /// Whether it is there to be told only, and does not make the whole unready.
    pub is_info: bool,
}

impl Condition {
    /// It is so; `reason` is empty, or says why it need not be.
    pub fn yes(kind: &'static str, reason: &'static str) -> Self {
        Self {
            kind,
            status: Status::True,
            reason,
            message: String::new(),
            is_info: false,
        }
    }

    /// It is not so.
    pub fn no(kind: &'static str, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            status: Status::False,
            reason,
            message: message.into(),
            is_info: false,
        }
    }

    /// It is not known.
    pub fn unknown(kind: &'static str, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            status: Status::Unknown,
            reason,
            message: message.into(),
            is_info: false,
        }
    }

    /// It is only told.
    #[must_use]
    pub fn info(self) -> Self {
        Self {
            is_info: true,
            ..self
        }
    }
}

/// The sum: the first that is false, else the first that is unknown, else true. The order is that
/// of cause and effect.
pub fn ready(conditions: &[Condition]) -> Condition {
    let first = |status: Status| {
        conditions
            .iter()
            .find(|condition| !condition.is_info && condition.status == status)
    };
    match first(Status::False).or_else(|| first(Status::Unknown)) {
        Some(cause) => Condition {
            kind: READY,
            ..cause.clone()
        },
        None => Condition::yes(READY, ""),
    }
}

/// The members `conditions` and `observedGeneration` of a status, over what was there before. The
/// time of a condition is kept until its status changes. Members and conditions that are not ours
/// stay.
pub fn status(
    before: Option<&Value>,
    conditions: &[Condition],
    generation: i64,
    now: Timestamp,
) -> Map<String, Value> {
    let mut status = before
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    let known = status
        .get("conditions")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    let mut printed: Vec<Value> = conditions
        .iter()
        .map(|condition| print(condition, &known, now))
        .collect();
    let is_found = |other: &&Value| conditions.iter().any(|found| found.kind == kind(other));
    let others = known
        .iter()
        .filter(|other| !is_ours(other) && !is_found(other));
    printed.extend(others.cloned());
    printed.sort_by(|a, b| kind(a).cmp(kind(b)));
    status.insert("conditions".to_owned(), Value::Array(printed));
    status.insert("observedGeneration".to_owned(), json!(generation));
    status
}

/// Whether it is one that probes write.
fn is_ours(condition: &Value) -> bool {
    let kind = kind(condition);
    kind == PROXY || CONNECTOR_CONDITIONS.contains(&kind)
}

fn print(condition: &Condition, known: &[Value], now: Timestamp) -> Value {
    let before = known.iter().find(|known| kind(known) == condition.kind);
    let kept = before
        .filter(|before| {
            before.get("status").and_then(Value::as_str) == Some(condition.status.as_str())
        })
        .and_then(|before| before.get("lastTransitionTime").cloned());
    let mut printed = Map::new();
    printed.insert("type".to_owned(), json!(condition.kind));
    printed.insert("status".to_owned(), json!(condition.status.as_str()));
    if condition.is_info {
        printed.insert("severity".to_owned(), json!("Info"));
    }
    if !condition.reason.is_empty() {
        printed.insert("reason".to_owned(), json!(condition.reason));
    }
    if !condition.message.is_empty() {
        printed.insert("message".to_owned(), json!(condition.message));
    }
    printed.insert(
        "lastTransitionTime".to_owned(),
        kept.unwrap_or_else(|| json!(now.rfc3339_seconds())),
    );
    Value::Object(printed)
}

fn kind(condition: &Value) -> &str {
    condition
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn the_sum_is_the_first_cause() {
        let (yes, unknown) = (
            Condition::yes("A", ""),
            Condition::unknown("B", "Wait", "b"),
        );
        let (no, info) = (
            Condition::no("C", "Broken", "c"),
            Condition::no("D", "Told", "d").info(),
        );
        assert_eq!(
            ready(&[yes.clone(), info.clone()]),
            Condition::yes(READY, "")
        );
        assert_eq!(
            ready(&[yes.clone(), unknown.clone()]),
            Condition::unknown(READY, "Wait", "b")
        );
        assert_eq!(
            ready(&[yes, unknown, info, no]),
            Condition::no(READY, "Broken", "c")
        );
    }

    #[test]
    fn conditions_of_others_stay() {
        let other = json!({"type": "example.com/Audited", "status": "True", "by": "somebody"});
        let old = json!({"type": "CACertReady", "status": "True"});
        let before = json!({"conditions": [other, old]});
        let found = [Condition::yes(READY, "")];
        let status = status(Some(&before), &found, 1, NOW);
        let kinds: Vec<&str> = status["conditions"]
            .as_array()
            .unwrap()
            .iter()
            .map(kind)
            .collect();
        assert_eq!(kinds, [READY, "example.com/Audited"]);
        assert_eq!(status["conditions"][1], other);
    }

    #[test]
    fn the_time_moves_only_with_the_status() {
        let before = json!({"api": {"path": "/x"}, "conditions": [{"type": "Z", "status": "True", "lastTransitionTime": "2020-01-01T00:00:00Z"}]});
        let conditions = [
            Condition::yes("Z", "Other"),
            Condition::no("A", "Broken", "x"),
        ];
        let first = status(Some(&before), &conditions, 3, NOW);
        assert_eq!(
            Value::Object(first.clone()),
            json!({
                "api": {"path": "/x"},
                "conditions": [
                    {"type": "A", "status": "False", "reason": "Broken", "message": "x", "lastTransitionTime": "2023-11-14T22:13:20Z"},
                    {"type": "Z", "status": "True", "reason": "Other", "lastTransitionTime": "2020-01-01T00:00:00Z"},
                ],
                "observedGeneration": 3,
            })
        );
        let again = status(
            Some(&Value::Object(first.clone())),
            &conditions,
            3,
            NOW.plus_seconds(60),
        );
        assert_eq!(again, first, "another round changes nothing");
        let changed = [
            Condition::no("Z", "", ""),
            Condition::no("A", "Broken", "y"),
        ];
        let later = status(
            Some(&Value::Object(first)),
            &changed,
            3,
            NOW.plus_seconds(60),
        );
        assert_eq!(
            later["conditions"][0]["lastTransitionTime"],
            "2023-11-14T22:13:20Z"
        );
        assert_eq!(
            later["conditions"][1]["lastTransitionTime"],
            "2023-11-14T22:14:20Z"
        );
    }
}
