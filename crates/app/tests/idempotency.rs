//! A POST that is repeated under its idempotency key.

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
use hub::error::{Error, FieldCode};
use serde_json::{Value, json};
use support::{App, done};

const KEY: [(&str, &str); 1] = [("idempotency-key", "one")];
const KEYS: &str = "/v1/scopes/default/keys";
const INSTANCES: &str = "/v1/environments/e/connectorInstances";

fn instance(name: &str) -> Value {
    json!({"name": name, "connector": {"id": "httpConnector"}})
}

#[test]
fn a_key_is_made_once_and_its_secret_is_told_again() {
    let app = App::new();
    let body = json!({"permissions": ["read"], "description": "d"});
    let first = done(app.ask_with(Method::POST, KEYS, &KEY, &body));
    assert_eq!(first.0, StatusCode::CREATED);
    let same = json!({"description": "d", "permissions": ["read"]});
    assert_eq!(done(app.ask_with(Method::POST, KEYS, &KEY, &same)), first);
    assert_eq!(app.count("key"), 1);
    // The secret is in no row of the database.
    let secret = first.1["key"]
        .as_str()
        .unwrap()
        .rsplit(['_', '.'])
        .next()
        .unwrap()
        .to_owned();
    let sql = "SELECT count(*) FROM revision WHERE instr(doc, ?1)";
    let rows: i64 = app
        .database
        .connection()
        .query_row(sql, [&secret], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 0);
}

#[test]
fn probes_asked_for_twice_are_one_round() {
    let app = App::new();
    done(app.ask(Method::POST, INSTANCES, &instance("one")));
    let path = "/v1/scopes/default/probes";
    let (status, first) = done(app.ask_with(Method::POST, path, &KEY, &json!({})));
    assert_eq!(status, StatusCode::ACCEPTED);
    let (status, again) = done(app.ask_with(Method::POST, path, &KEY, &json!({})));
    assert_eq!((status, &again["id"]), (StatusCode::ACCEPTED, &first["id"]));
    let sql = "SELECT count(*) FROM probe_round";
    let rounds: i64 = app
        .database
        .connection()
        .query_row(sql, [], |row| row.get(0))
        .unwrap();
    assert_eq!(rounds, 1);
}

#[test]
fn a_connector_is_probed_once() {
    let app = App::new();
    let (_, made) = done(app.ask(Method::POST, INSTANCES, &instance("one")));
    let path = format!("{INSTANCES}/{}/probe", made["id"].as_str().unwrap());
    let first = done(app.ask_with(Method::POST, &path, &KEY, &Value::Null));
    let before: i64 = app.store.current_revision().unwrap();
    assert_eq!(
        done(app.ask_with(Method::POST, &path, &KEY, &Value::Null)),
        first
    );
    assert_eq!(app.store.current_revision().unwrap(), before);
}

#[test]
fn of_requests_at_one_time_one_is_carried_out() {
    let app = App::new();
    let body = instance("one");
    let asked = (0..8).map(|_| app.answer(Method::POST, INSTANCES, &KEY, &body));
    let answers: Vec<_> = block_on(join_all(asked)).into_iter().map(done).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(app.count("connector"), 1);
}

#[test]
fn an_answer_is_as_it_was_whatever_became_of_the_object() {
    let app = App::new();
    let first = done(app.ask_with(Method::POST, INSTANCES, &KEY, &instance("one")));
    let path = format!("{INSTANCES}/{}", first.1["id"].as_str().unwrap());
    done(app.ask(Method::PUT, &path, &instance("renamed")));
    done(app.ask(Method::DELETE, &path, &Value::Null));
    assert_eq!(
        done(app.ask_with(Method::POST, INSTANCES, &KEY, &instance("one"))),
        first
    );
    assert_eq!(app.count("connector"), 0);
}

#[test]
fn a_key_is_for_one_request() {
    let app = App::new();
    done(app.ask_with(Method::POST, INSTANCES, &KEY, &instance("one")));
    for (path, body) in [
        (INSTANCES, instance("two")),
        (KEYS, json!({"permissions": ["read"]})),
        ("/v1/environments/e/connectorInstances?x=1", instance("one")),
        ("/v1/environments/other/connectorInstances", instance("one")),
    ] {
        let refused = app.ask_with(Method::POST, path, &KEY, &body);
        let Err(Error::Invalid(faults)) = refused else {
            panic!("{path} {body}");
        };
        assert_eq!(
            (faults[0].field.as_str(), faults[0].code),
            ("Idempotency-Key", FieldCode::Duplicate)
        );
    }
}

#[test]
fn a_preview_leaves_the_key_to_the_request_itself() {
    let app = App::new();
    let preview = [KEY[0], ("prefer", "preview")];
    done(app.ask_with(Method::POST, INSTANCES, &preview, &instance("one")));
    let (status, _) = done(app.ask_with(Method::POST, INSTANCES, &KEY, &instance("one")));
    assert_eq!(status, StatusCode::CREATED);
    done(app.ask_with(Method::POST, INSTANCES, &preview, &instance("one")));
    assert_eq!(app.count("connector"), 1);
}

#[test]
fn a_refused_request_leaves_no_record() {
    let app = App::new();
    let broken = json!({"name": "", "connector": {"id": "httpConnector"}});
    assert!(
        app.ask_with(Method::POST, INSTANCES, &KEY, &broken)
            .is_err()
    );
    done(app.ask_with(Method::POST, INSTANCES, &KEY, &instance("one")));
}

#[test]
fn a_job_is_accepted_once_and_its_artifact_is_there_when_it_is_over() {
    let app = App::new();
    let path = "/beta/sp-config/export";
    let (status, first) = done(app.ask_with(Method::POST, path, &KEY, &json!({})));
    assert_eq!(status, StatusCode::ACCEPTED);
    let (_, again) = done(app.ask_with(Method::POST, path, &KEY, &json!({})));
    assert_eq!(again["jobId"], first["jobId"]);
    let download = format!("{path}/{}/download", first["jobId"].as_str().unwrap());
    let early = app.ask(Method::GET, &download, &Value::Null);
    assert!(
        matches!(early, Err(Error::NotReady(_))),
        "{:?}",
        early.err()
    );
    app.after_response();
    done(app.ask(Method::GET, &download, &Value::Null));
    assert_eq!(app.count("job"), 1);
}
