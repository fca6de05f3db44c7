//! PingOne connector instances. The list goes first of all: it has what there is, which is then what it made itself.

use std::sync::LazyLock;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Aim, Scenario, scope};
use crate::client::Call;

const WRITE: Aim = Aim {
    rate: 0.7,
    p99: Some(3.0),
};
const READ: Aim = Aim {
    rate: 0.5,
    p99: None,
};

/// The list of a thousand instances.
pub const LIST: Scenario = Scenario {
    name: "pingone-list",
    aim: Some(READ),
    subjects: 1000,
    create_subject: create,
    subject_of: path_of,
    call: |_, _| call(Method::GET, INSTANCES.clone(), None),
    expected: StatusCode::OK,
};

/// The creation of an instance: parse, encrypt a password, commit.
pub const CREATE: Scenario = Scenario {
    name: "pingone-create",
    aim: Some(WRITE),
    subjects: 0,
    create_subject: create,
    subject_of: |_| None,
    call: |number, _| create(number),
    expected: StatusCode::CREATED,
};

/// The read of one of a thousand instances.
pub const GET: Scenario = Scenario {
    name: "pingone-read",
    aim: Some(READ),
    subjects: 1000,
    create_subject: create,
    subject_of: path_of,
    call: |_, path| call(Method::GET, path.to_owned(), None),
    expected: StatusCode::OK,
};

/// The replacement of one of a thousand instances, as the Terraform provider does it: it writes back what it read, the masks
/// too, and leaves the connector empty.
pub const REPLACE: Scenario = Scenario {
    name: "pingone-replace",
    aim: Some(WRITE),
    subjects: 1000,
    create_subject: create,
    subject_of: path_of,
    call: |number, path| {
        let body = instance(&format!("Renamed {number}"), "", "******");
        call(Method::PUT, path.to_owned(), Some(&body))
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
    call(Method::POST, INSTANCES.clone(), Some(&body))
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

fn call(method: Method, path: String, body: Option<&Value>) -> Call {
    Call {
        method,
        path,
        body: body.map_or_else(Bytes::new, |body| body.to_string().into()),
    }
}

fn path_of(answer: &Value) -> Option<String> {
    let id = answer.get("id")?.as_str()?;
    Some(format!("{}/{id}", *INSTANCES))
}
