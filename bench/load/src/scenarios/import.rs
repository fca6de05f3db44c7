//! Privacera's import of a Snowflake connector: parse, merge with the template, encrypt a password,
//! commit.

use http::{Method, StatusCode};
use serde_json::json;

use super::{Aim, Scenario};
use crate::client::Call;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "import",
    aim: Some(Aim::WRITE),
    subjects: 0,
    create_subject: call,
    subject_of: |_| None,
    call: |number, _| call(number),
    expected: StatusCode::CREATED,
};

/// The import of a connector with a name of its own.
pub(super) fn call(number: u64) -> Call {
    let row = |name: &str, value: &str| json!({"name": name, "value": value});
    let body = json!({
        "name": format!("Sales warehouse {number}"),
        "description": "What the sales team reports from",
        "datasourceType": "SNOWFLAKE",
        "ownerType": "USER",
        "applications": [{
            "appType": "ACCESS_CONTROL",
            "appConfigs": [
                row("CONNECTOR_SNOWFLAKE_JDBC_URL", "jdbc:snowflake://acme.snowflakecomputing.com"),
                row("CONNECTOR_SNOWFLAKE_JDBC_USERNAME", "PATCHBAY"),
                row("CONNECTOR_SNOWFLAKE_JDBC_PASSWORD", "correct horse battery staple"),
            ],
            "deployConfigs": [],
        }],
    });
    let path = "/v2/runtime/connector/import".to_owned();
    Call::new(Method::POST, path, Some(&body))
}
