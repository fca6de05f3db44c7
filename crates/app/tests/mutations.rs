//! Every way to change things: that it is done, that it is done once, and that it is done after
//! others.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod support;

use futures::executor::block_on;
use futures::future::join_all;
use http::{Method, StatusCode};
use hub::error::{Error, FieldCode, FieldError};
use serde_json::{Value, json};
use support::{App, done};

const INSTANCES: &str = "/v1/environments/e/connectorInstances";
const CONNECTORS: &str = "/apis/connectors.alauda.io/v1alpha1/namespaces/default/connectors";
const CLASS: &str = "/v1/scopes/default/classes/tool";

fn instance(name: &str) -> Value {
    json!({
        "name": name,
        "connector": {"id": "httpConnector"},
        "properties": {"password": {"value": "hunter2"}},
    })
}

fn class(address: &str) -> Value {
    json!({"address": {"name": "address", "default": address}})
}

fn create(app: &App, name: &str) -> String {
    let (status, made) = done(app.ask(Method::POST, INSTANCES, &instance(name)));
    assert_eq!(status, StatusCode::CREATED);
    made["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_connector_is_created_from_the_template_of_its_class() {
    let app = App::new();
    let payload = json!({
        "name": "warehouse", "datasourceType": "SNOWFLAKE", "ownerType": "USER",
        "applications": [{"appType": "ACCESS_CONTROL", "deployConfigs": [], "appConfigs": [
            {"name": "CONNECTOR_SNOWFLAKE_JDBC_URL", "value": "jdbc:snowflake://a.example"},
            {"name": "CONNECTOR_SNOWFLAKE_JDBC_USERNAME", "value": "patchbay"},
            {"name": "CONNECTOR_SNOWFLAKE_JDBC_PASSWORD", "value": "hunter2"},
        ]}],
    });
    let (status, made) = done(app.ask(Method::POST, "/v2/runtime/connector/import", &payload));
    assert_eq!(status, StatusCode::CREATED);
    let rows = made["applications"][0]["appConfigs"].as_array().unwrap();
    assert!(rows.len() > 3);
    let taken = app.ask(Method::POST, "/v2/runtime/connector/import", &payload);
    assert!(matches!(
        taken,
        Err(Error::AlreadyExists { field: "name", .. })
    ));
    assert_eq!(app.count("connector"), 1);
}

#[test]
fn an_object_is_created_replaced_cloned_and_deleted() {
    let app = App::new();
    let id = create(&app, "one");
    let path = format!("{INSTANCES}/{id}");
    assert_eq!(app.count("secret"), 1);
    let (_, changed) = done(app.ask(Method::PUT, &path, &instance("two")));
    assert_eq!(changed["name"], "two");
    let media = [(
        "content-type",
        "application/vnd.pingidentity.connectorInstance.clone+json",
    )];
    let (status, copy) = done(app.ask_with(Method::POST, &path, &media, &json!({})));
    assert_eq!(status, StatusCode::CREATED);
    assert!(copy["name"].as_str().unwrap().starts_with("two clone "));
    assert_eq!(app.count("secret"), 2);
    done(app.ask(Method::DELETE, &path, &Value::Null));
    assert_eq!((app.count("connector"), app.count("secret")), (1, 1));
    let gone = app.ask(Method::DELETE, &path, &Value::Null);
    assert!(matches!(gone, Err(Error::NotFound { .. })));
}

#[test]
fn a_preview_changes_nothing_and_foretells_what_is_taken() {
    let app = App::new();
    create(&app, "one");
    let preview = format!("{INSTANCES}?preview=true");
    let (_, planned) = done(app.ask(Method::POST, &preview, &instance("two")));
    assert_eq!(planned["operation"], "create");
    assert_eq!(app.count("connector"), 1);
    let connector = json!({
        "apiVersion": "connectors.alauda.io/v1alpha1", "kind": "Connector",
        "metadata": {"name": "one"}, "spec": {"connectorClassName": "http-connector"},
    });
    let dry = format!("{CONNECTORS}?dryRun=All");
    let taken = app.ask(Method::POST, &dry, &connector);
    assert!(
        matches!(taken, Err(Error::AlreadyExists { .. })),
        "{:?}",
        taken.err()
    );
}

#[test]
fn a_name_that_the_dialect_makes_up_is_made_up_again() {
    let app = App::new();
    let connector = json!({
        "apiVersion": "connectors.alauda.io/v1alpha1", "kind": "Connector",
        "metadata": {"generateName": "c-"}, "spec": {"connectorClassName": "http-connector"},
    });
    let names: std::collections::BTreeSet<String> = (0..20)
        .map(|_| done(app.ask(Method::POST, CONNECTORS, &connector)).1)
        .map(|made| made["metadata"]["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 20);
}

#[test]
fn changes_at_one_time_all_come_through() {
    let app = App::new();
    let path = format!("{INSTANCES}/{}", create(&app, "one"));
    let names: Vec<String> = (0..8).map(|number| format!("name-{number}")).collect();
    let bodies: Vec<Value> = names.iter().map(|name| instance(name)).collect();
    let answers = bodies
        .iter()
        .map(|body| app.answer(Method::PUT, &path, &[], body));
    for answer in block_on(join_all(answers)) {
        done(answer);
    }
    let (_, last) = done(app.ask(Method::GET, &path, &Value::Null));
    assert!(names.iter().any(|name| last["name"] == *name));
}

#[test]
fn a_scope_is_created_and_changed_by_several_at_one_time() {
    let app = App::new();
    let body = json!({});
    let puts = (0..6).map(|_| app.answer(Method::PUT, "/v1/scopes/team", &[], &body));
    let statuses: Vec<u16> = block_on(join_all(puts))
        .into_iter()
        .map(|answer| done(answer).0.as_u16())
        .collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 201).count(),
        1,
        "{statuses:?}"
    );
    let settings = json!({"tenant": "team-tenant"});
    let (status, scope) = done(app.ask(Method::PUT, "/v1/scopes/team", &settings));
    assert_eq!(
        (status, &scope["tenant"]),
        (StatusCode::OK, &json!("team-tenant"))
    );
    let taken = app.ask(Method::PUT, "/v1/scopes/other", &settings);
    assert!(
        matches!(
            taken,
            Err(Error::AlreadyExists {
                field: "tenant",
                ..
            })
        ),
        "{:?}",
        taken.err()
    );
}

#[test]
fn a_class_is_looked_at_by_probe_before_it_is_written() {
    let app = App::new();
    let (status, _) = done(app.ask(Method::PUT, CLASS, &class("https://a.example")));
    assert_eq!((status, app.bench.checked.get()), (StatusCode::CREATED, 1));
    let (status, _) = done(app.ask(Method::PUT, CLASS, &class("https://a.example")));
    assert_eq!((status, app.bench.checked.get()), (StatusCode::OK, 1));
    let fault = FieldError::new("address", FieldCode::Invalid, "no");
    app.bench.refused.replace(vec![fault.clone()]);
    let refused = app.ask(Method::PUT, CLASS, &class("https://b.example"));
    assert_eq!(refused.err(), Some(Error::Invalid(vec![fault])));
    done(app.ask(Method::DELETE, CLASS, &Value::Null));
    let gone = app.ask(Method::DELETE, CLASS, &Value::Null);
    assert!(matches!(gone, Err(Error::NotFound { .. })));
}

#[test]
fn a_key_is_revoked_once() {
    let app = App::new();
    let body = json!({"permissions": ["read"]});
    let (_, key) = done(app.ask(Method::POST, "/v1/scopes/default/keys", &body));
    let path = format!("/v1/scopes/default/keys/{}", key["id"].as_str().unwrap());
    done(app.ask(Method::DELETE, &path, &Value::Null));
    let (_, first) = done(app.ask(Method::GET, &path, &Value::Null));
    assert!(first["revokedAt"].is_string());
    done(app.ask(Method::DELETE, &path, &Value::Null));
    assert_eq!(done(app.ask(Method::GET, &path, &Value::Null)).1, first);
}

#[test]
fn an_operation_of_a_dialect_is_computed_and_committed() {
    let app = App::new();
    let scheme = json!({"id": "none", "description": "", "schemeType": "none"});
    let body = json!({
        "name": "api", "baseUrl": "https://api.example",
        "authSchemeConfigs": [scheme], "connections": [],
    });
    let path = "/o/01HZX3Q4V7P2S8T6W9Y0A1B2C3/protocols/http/connectors";
    let (status, _) = done(app.ask(Method::POST, path, &body));
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(app.count("connector"), 1);
}
