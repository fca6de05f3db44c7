//! Privacera's export of a connector by its name.

use http::{Method, StatusCode};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Aim, Scenario, import};
use crate::client::Call;

pub(super) const SCENARIO: Scenario = Scenario {
    name: "export",
    aim: Some(Aim::READ),
    subjects: 1000,
    create_subject: import::call,
    subject_of: |answer| answer.get("name")?.as_str().map(str::to_owned),
    call: |_, name| call(name),
    expected: StatusCode::OK,
};

fn call(name: &str) -> Call {
    let name = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let path = format!("/v2/runtime/connector/{name}/export");
    Call::new(Method::GET, path, None)
}
