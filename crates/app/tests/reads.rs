//! The reads of every dialect go through the same use cases.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod support;

use http::{Method, StatusCode};
use hub::error::Error;
use serde_json::{Value, json};
use support::{App, done};

#[test]
fn what_was_made_is_read_listed_and_in_the_history() {
    let app = App::new();
    let instances = "/v1/environments/e/connectorInstances";
    let body = json!({"name": "one", "connector": {"id": "httpConnector"}});
    let (_, made) = done(app.ask(Method::POST, instances, &body));
    let path = format!("{instances}/{}", made["id"].as_str().unwrap());
    assert_eq!(done(app.ask(Method::GET, &path, &Value::Null)).1, made);
    let (_, listed) = done(app.ask(Method::GET, instances, &Value::Null));
    assert_eq!(listed["_embedded"]["connectorInstances"], json!([made]));
    let selected = "/apis/connectors.alauda.io/v1alpha1/namespaces/default/connectors";
    let (_, list) = done(app.ask(Method::GET, selected, &Value::Null));
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    let (status, history) =
        done(app.ask(Method::GET, "/v1/scopes/default/revisions", &Value::Null));
    assert_eq!(status, StatusCode::OK);
    assert_eq!(history["revisions"][0]["object"]["name"], "one");
}

#[test]
fn classes_of_the_scope_come_before_those_of_the_catalogue() {
    let app = App::new();
    let classes = "/v1/scopes/default/classes";
    let (_, before) = done(app.ask(Method::GET, classes, &Value::Null));
    let own = json!({"address": {"name": "address", "default": "https://a.example"}});
    done(app.ask(Method::PUT, &format!("{classes}/tool"), &own));
    let (_, class) = done(app.ask(Method::GET, &format!("{classes}/tool"), &Value::Null));
    assert_eq!(class["address"]["default"], "https://a.example");
    let (_, after) = done(app.ask(Method::GET, classes, &Value::Null));
    let count = |list: &Value| list["classes"].as_array().unwrap().len();
    assert_eq!(count(&after), count(&before) + 1);
}

#[test]
fn what_is_not_there_is_not_found() {
    let app = App::new();
    for path in [
        "/v1/environments/e/connectorInstances/00000000000000000000000000000000",
        "/v1/scopes/default/classes/none",
        "/v2/runtime/connector/none/export",
    ] {
        let found = app.ask(Method::GET, path, &Value::Null);
        assert!(matches!(found, Err(Error::NotFound { .. })), "{path}");
    }
}
