//! PingOne connector instances. The list goes first of all: it has what there is, which is then
//! what it made itself.

use std::sync::LazyLock;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Aim, Scenario, scope};
use crate::client::Call;

/// The list of a thousand instances.
pub(super) const LIST: Scenario = Scenario {
    name: "pingone-list",
    aim: Some(Aim::READ),
    subjects: 1000,
    create_subject: create,
    subject_of: path_of,
    call: |_, _| Call::new(Method::GET, INSTANCES.clone(), None),
    expected: StatusCode::OK,
};

/// The creation of an instance: parse, encrypt a password, commit.
pub(super) const CREATE: Scenario = Scenario {
    name: "pingone-create",
    aim: Some(Aim::WRITE),
    subjects: 0,
    create_subject: create,
    subject_of: |_| None,
    call: |number, _| create(number),
    expected: StatusCode::CREATED,
};

/// The read of one of a thousand instances.
pub(super) const GET: Scenario = Scenario {
    name: "pingone-read",
    aim: Some(Aim::READ),
    subjects: 1000,
    create_subject: create,
    subject_of: path_of,
    call: |_, path| Call::new(Method::GET, path.to_owned(), None),
    expected: StatusCode::OK,
};

/// The replacement of one of a thousand instances, as the Terraform provider does it: it writes
/// back what it read, the masks too, and leaves the connector empty.
pub(super) const REPLACE: Scenario = Scenario {
    name: "pingone-replace",
    aim: Some(Aim::WRITE),
    subjects: 1000,
    create_subject: create,
    subject_of: path_of,
    call: |number, path| {
        let body = instance(&format!("Renamed {number}"), "", "******");
        Call::new(Method::PUT, path.to_owned(), Some(&body))
    },
    expected: StatusCode::OK,
};

static INSTANCES: LazyLock<String> = LazyLock::new(|| {
    let environment = scope("environmentId");
    format!("/v1/environments/{environment}/connectorInstances")
});

fn create(number: u64) -> Call {
    let name = format!("API connection {number}");
    let body = instance(&name, "httpConnector", "correct horse battery staple");
    Call::new(Method::POST, INSTANCES.clone(), Some(&body))
}

fn instance(name: &str, connector: &str, password: &str) -> Value {
    json!({
        "name": name,
        "connector": {"id": connector},
        "properties": {
            "baseUrl": {"value": "https://api.acme.example/v1", "type": "string"},
            "username": {"value": "patchbay"},
            "password": {"value": password},
            "timeoutSeconds": {"value": 30, "type": "number"},
        },
    })
}

fn path_of(answer: &Value) -> Option<String> {
    let id = answer.get("id")?.as_str()?;
    Some(format!("{}/{id}", *INSTANCES))
}
