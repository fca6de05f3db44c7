//! What no API takes of a class, and what is stored of one from before it was checked.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod support;

use http::Method;
use hub::error::{Error, Result};
use serde_json::{Value, json};
use support::{App, done};

const CLASSES: &str = "/apis/connectors.alauda.io/v1alpha1/connectorclasses";
const MERGE: &str = "application/merge-patch+json";
const APPLY: &str = "application/apply-patch+yaml";

fn document(name: &str, spec: &Value) -> Value {
    json!({
        "apiVersion": "connectors.alauda.io/v1alpha1",
        "kind": "ConnectorClass",
        "metadata": {"name": name},
        "spec": spec,
    })
}

fn get(app: &App, path: &str) -> Value {
    done(app.ask(Method::GET, path, &Value::Null)).1
}

fn fields(refused: Result<impl std::fmt::Debug>) -> Vec<String> {
    let Err(Error::Invalid(faults)) = refused else {
        panic!("{refused:?}");
    };
    faults.into_iter().map(|fault| fault.field).collect()
}

#[test]
fn a_class_that_is_not_valid_is_refused_whatever_it_comes_by() {
    let app = App::new();
    let native = "/v1/scopes/default/classes/mine";
    let alone: [(Value, &str); 7] = [
        (
            json!({"parameters": [{"name": "a", "default": 1}]}),
            "parameters[0].default",
        ),
        (
            json!({"applicationTypes": [{"type": 1}]}),
            "applicationTypes[0].type",
        ),
        (
            json!({"pingone": {"colors": {"canvas": 5}}}),
            "pingone.colors.canvas",
        ),
        (
            json!({"versori": {"authSchemes": [1]}}),
            "versori.authSchemes[0]",
        ),
        (json!({"displayName": 1}), "displayName"),
        (json!({"labels": {"a": 1}}), "labels.a"),
        (json!([]), ""),
    ];
    for (doc, field) in &alone {
        assert_eq!(fields(app.ask(Method::PUT, native, doc)), [*field], "{doc}");
    }
    let spec: [(Value, &str); 6] = [
        (json!({"address": 5}), "address"),
        (
            json!({"params": [{"name": "a", "type": "number"}]}),
            "params[0].type",
        ),
        (
            json!({"livenessProbe": {"http": {"path": "/", "method": "PUT"}}}),
            "livenessProbe.http.method",
        ),
        (
            json!({"authProbes": [{"authName": "a"}]}),
            "authProbes[0].authName",
        ),
        (
            json!({"auth": {"types": [{"name": "a", "optional": "x"}]}}),
            "auth.types[0].optional",
        ),
        (
            json!({"configurations": [{"data": {"a/b": "x"}}]}),
            "configurations[0].data[a/b]",
        ),
    ];
    done(app.ask(Method::POST, CLASSES, &document("there", &json!({}))));
    let there = format!("{CLASSES}/there");
    for (spec, field) in &spec {
        assert_eq!(
            fields(app.ask(Method::PUT, native, spec)),
            [*field],
            "{spec}"
        );
        let shown = |answer: Result<api::response::Response>| {
            let error = answer.err().unwrap();
            let Error::Invalid(faults) = error else {
                panic!("{error:?}")
            };
            let faults = faults.into_iter().map(|fault| fault.field);
            faults
                .map(|field| field.trim_start_matches("spec.").to_owned())
                .collect::<Vec<_>>()
        };
        let made = document("mine", spec);
        assert_eq!(
            shown(app.ask(Method::POST, CLASSES, &made)),
            [*field],
            "{spec}"
        );
        let dry = format!("{CLASSES}?dryRun=All");
        assert_eq!(
            shown(app.ask(Method::POST, &dry, &made)),
            [*field],
            "{spec}"
        );
        let mut put = get(&app, &there);
        put["spec"] = spec.clone();
        assert_eq!(
            shown(app.ask(Method::PUT, &there, &put)),
            [*field],
            "{spec}"
        );
        for (path, media_type, body) in [
            (there.clone(), MERGE, json!({"spec": spec})),
            (
                there.clone(),
                "application/json-patch+json",
                json!([{"op": "replace", "path": "/spec", "value": spec}]),
            ),
            (
                format!("{there}?fieldManager=m"),
                APPLY,
                document("there", spec),
            ),
        ] {
            let headers = [("content-type", media_type)];
            let answer = app.ask_with(Method::PATCH, &path, &headers, &body);
            assert_eq!(shown(answer), [*field], "{media_type}: {spec}");
        }
    }
    assert_eq!(app.count("class"), 1);
}

/// As a version before this one may have stored it.
#[test]
fn a_class_from_before_that_is_not_valid_breaks_nothing() {
    let app = App::new();
    done(app.ask(Method::PUT, "/v1/scopes/default/classes/old", &json!({})));
    let bad = json!({"parameters": [{"type": 5}], "pingone": {"colors": {"canvas": 5}}, "versori": 5, "address": 5, "applicationTypes": {}});
    for table in ["object", "revision"] {
        let sql = format!("UPDATE {table} SET doc = ?1 WHERE slug = 'old'");
        let store = app.database.connection();
        store.execute(&sql, [bad.to_string()]).unwrap();
    }
    let connectors = get(&app, "/v1/environments/e/connectors");
    let listed = connectors["_embedded"]["connectors"].as_array().unwrap();
    let old = listed.iter().find(|one| one["id"] == "old").unwrap();
    assert!(old["metadata"]["colors"]["canvas"].is_string());
    for path in [
        "/v1/environments/e/connectors/old/details",
        "/v1/scopes/default/classes",
        "/o/x/protocols",
        CLASSES,
    ] {
        get(&app, path);
    }
    // Who changes something else of it need not mend it.
    let labels = json!({"metadata": {"labels": {"a": "b"}}});
    let headers = [("content-type", MERGE)];
    done(app.ask_with(Method::PATCH, &format!("{CLASSES}/old"), &headers, &labels));
    let worse = json!({"pingone": {"colors": {"canvas": 6}}});
    let refused = app.ask(Method::PUT, "/v1/scopes/default/classes/old", &worse);
    assert_eq!(fields(refused), ["pingone.colors.canvas"]);
}
