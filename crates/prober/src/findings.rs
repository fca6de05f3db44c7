//! What a probe found out about an object, and the document that says so.

use hub::object::Object;
use hub::time::Timestamp;
use serde_json::Value;

use crate::condition::{self, Condition, READY, Status};
use crate::observation::{Answer, ProbeFailure};
use crate::schedule;

/// What came of a request, and when the host wants to be asked again, in seconds.
#[derive(Clone, Debug)]
pub struct Sent {
    pub answer: Answer,
    /// `Retry-After`.
    pub retry_after: Option<i64>,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The conditions, in the order of cause and effect.
    pub conditions: Vec<Condition>,
    /// Members of the status beside them; null for those that it does not have.
    pub addresses: Vec<(&'static str, Value)>,
    /// How often it is probed, in seconds.
    pub interval: i64,
    /// Whether the tool's host answered; nothing when it was not asked.
    pub host_answers: Option<bool>,
    /// When the host wants to be asked again, in seconds.
    pub retry_after: Option<i64>,
}

impl Findings {
    /// What follows without asking anybody.
    pub fn without_answer(conditions: Vec<Condition>) -> Self {
        Self {
            conditions,
            addresses: Vec::new(),
            interval: schedule::INTERVAL_DEFAULT,
            host_answers: None,
            retry_after: None,
        }
    }

    /// With what requests told of the host.
    #[must_use]
    pub fn with_host(self, sent: &[Option<Sent>]) -> Self {
        let sent = || sent.iter().flatten();
        Self {
            host_answers: sent()
                .filter_map(host_answers)
                .reduce(|all, one| all && one),
            retry_after: sent().filter_map(|sent| sent.retry_after).max(),
            ..self
        }
    }

    /// Whether all is well.
    pub fn is_ready(&self) -> bool {
        let sum = self
            .conditions
            .iter()
            .find(|condition| condition.kind == READY);
        sum.is_some_and(|ready| ready.status == Status::True)
    }

    /// The document of the object with what was found as its status.
    pub fn doc(&self, object: &Object, now: Timestamp) -> Value {
        let mut doc = object.doc.clone();
        let mut status =
            condition::status(doc.get("status"), &self.conditions, object.generation, now);
        for (name, value) in &self.addresses {
            if value.is_null() {
                status.shift_remove(*name);
            } else {
                status.insert((*name).to_owned(), value.clone());
            }
        }
        if let Some(members) = doc.as_object_mut() {
            members.insert("status".to_owned(), Value::Object(status));
        }
        doc
    }
}

/// Nothing where nothing was sent: an address that is refused says nothing of a host.
fn host_answers(sent: &Sent) -> Option<bool> {
    match &sent.answer {
        Answer::Response(_) => Some(true),
        Answer::Failure(_, ProbeFailure::Unsent(_)) => None,
        Answer::Failure(..) => Some(false),
    }
}
