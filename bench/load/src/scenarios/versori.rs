//! Versori connectors.

use std::sync::LazyLock;

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Aim, Scenario, scope};
use crate::client::Call;

/// A page of a thousand connectors, the most recently updated first.
pub(super) const LIST: Scenario = Scenario {
    name: "versori-list",
    aim: Some(Aim::READ),
    subjects: 1000,
    create_subject: create,
    subject_of: path_of,
    call: |_, _| Call::new(Method::GET, path("/connectors?first=1000"), None),
    expected: StatusCode::OK,
};

/// The creation of a connector with a connection: parse, encrypt a credential, commit all three.
pub(super) const CREATE: Scenario = Scenario {
    name: "versori-create",
    aim: Some(Aim::WRITE),
    subjects: 0,
    create_subject: create,
    subject_of: |_| None,
    call: |number, _| create(number),
    expected: StatusCode::CREATED,
};

/// The read of one of a thousand connectors, with its connection and its credential.
pub(super) const GET: Scenario = Scenario {
    name: "versori-read",
    aim: Some(Aim::READ),
    subjects: 1000,
    create_subject: create,
    subject_of: path_of,
    call: |_, path| Call::new(Method::GET, path.to_owned(), None),
    expected: StatusCode::OK,
};

/// The update of one of a thousand connectors, whose variables go to its connection as well.
pub(super) const REPLACE: Scenario = Scenario {
    name: "versori-replace",
    aim: Some(Aim::WRITE),
    subjects: 1000,
    create_subject: create,
    subject_of: path_of,
    call: |number, path| {
        let (_, id) = path.rsplit_once('/').unwrap_or_default();
        let body = json!({
            "id": id,
            "organisationId": scope("organisationId"),
            "name": format!("Renamed {number}"),
            "protocol": "http",
            "baseUrl": "https://pets.example.com/v2",
            "connectionVariables": [{"name": "tenant", "value": number.to_string()}],
        });
        Call::new(Method::PUT, path.to_owned(), Some(&body))
    },
    expected: StatusCode::OK,
};

static ORGANISATION: LazyLock<String> = LazyLock::new(|| format!("/o/{}", scope("organisationId")));

fn path(rest: &str) -> String {
    format!("{}{rest}", *ORGANISATION)
}

fn create(number: u64) -> Call {
    let config = json!({
        "id": "key", "description": "An API key", "schemeType": "api-key", "name": "X-Key", "in": "header",
    });
    let credential = json!({
        "name": "key", "type": "string", "data": {"value": "correct horse battery staple"},
    });
    let body = json!({
        "name": format!("Pets {number}"),
        "baseUrl": "https://pets.example.com/v1",
        "authSchemeConfigs": [config],
        "connectionVariables": [{"name": "tenant", "value": "acme"}],
        "connections": [{
            "name": "production",
            "credentials": {"action": [{"authSchemeConfig": config, "credential": credential}]},
            "variables": [],
        }],
    });
    Call::new(
        Method::POST,
        path("/protocols/http/connectors"),
        Some(&body),
    )
}

fn path_of(answer: &Value) -> Option<String> {
    let id = answer.get("id")?.as_str()?;
    Some(path(&format!("/connectors/{id}")))
}
