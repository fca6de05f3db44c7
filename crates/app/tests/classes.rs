//! Classes as Kubernetes shows them: those that are stored before those of the catalogue.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod support;

use std::collections::BTreeSet;

use http::{Method, StatusCode};
use hub::class::Class;
use hub::error::{Error, Result};
use serde_json::{Value, json};
use support::{App, done};

const CLASSES: &str = "/apis/connectors.alauda.io/v1alpha1/connectorclasses";
const TEAM: &str = "/apis/connectors.alauda.io/v1alpha1/namespaces/team/connectorclasses";
const SOURCE: &str = "patchbay.dev/source";
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

fn patch(app: &App, path: &str, media_type: &str, body: &Value) -> Result<(StatusCode, Value)> {
    let answer = app.ask_with(Method::PATCH, path, &[("content-type", media_type)], body)?;
    Ok(done(Ok(answer)))
}

fn names(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| item["metadata"]["name"].as_str().unwrap())
        .collect()
}

#[test]
fn every_class_of_the_catalogue_is_listed_and_read_as_it_is_listed() {
    let app = App::new();
    let list = get(&app, CLASSES);
    let known: Vec<&str> = Class::catalogue().map(|class| &*class.name).collect();
    assert_eq!(names(&list), known);
    let newest: i64 = list["metadata"]["resourceVersion"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let mut uids = BTreeSet::new();
    for item in list["items"].as_array().unwrap() {
        let metadata = &item["metadata"];
        assert_eq!(metadata["labels"], json!({SOURCE: "catalogue"}));
        assert!(metadata.get("namespace").is_none() && metadata["creationTimestamp"].is_string());
        assert!(uids.insert(metadata["uid"].to_string()));
        let version: i64 = metadata["resourceVersion"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=newest).contains(&version));
        let path = format!("{CLASSES}/{}", metadata["name"].as_str().unwrap());
        assert_eq!(get(&app, &path), *item);
    }
    assert_eq!(get(&app, CLASSES), list, "the same again");
}

#[test]
fn pages_and_selectors_are_of_all_that_is_seen() {
    let app = App::new();
    let labelled = json!({"apiVersion": "connectors.alauda.io/v1alpha1", "kind": "ConnectorClass", "metadata": {"name": "git", "labels": {"a": "b"}}, "spec": {}});
    done(app.ask(Method::POST, CLASSES, &labelled));
    let whole = get(&app, CLASSES);
    let (mut paged, mut next) = (Vec::new(), String::new());
    loop {
        let page = get(&app, &format!("{CLASSES}?limit=50&continue={next}"));
        paged.extend(page["items"].as_array().unwrap().clone());
        assert_eq!(
            page["metadata"]["resourceVersion"],
            whole["metadata"]["resourceVersion"]
        );
        let left = whole["items"].as_array().unwrap().len() - paged.len();
        let Some(token) = page["metadata"]["continue"].as_str() else {
            assert_eq!(left, 0);
            break;
        };
        assert_eq!(page["metadata"]["remainingItemCount"], left);
        next = token.to_owned();
    }
    assert_eq!(Value::from(paged), whole["items"]);
    for (selector, expected) in [
        ("labelSelector=a%3Db", vec!["git"]),
        ("labelSelector=!patchbay.dev/source", vec!["git"]),
        ("fieldSelector=metadata.name%3Dnpm", vec!["npm"]),
        ("fieldSelector=metadata.name%3Dnobody", vec![]),
    ] {
        assert_eq!(
            names(&get(&app, &format!("{CLASSES}?{selector}"))),
            expected,
            "{selector}"
        );
    }
    let catalogue = get(
        &app,
        &format!("{CLASSES}?labelSelector=patchbay.dev/source%3Dcatalogue"),
    );
    assert_eq!(names(&catalogue).len(), Class::catalogue().count() - 1);
}

#[test]
fn one_of_the_own_stands_before_the_catalogue_until_it_goes() {
    let app = App::new();
    let git = format!("{CLASSES}/git");
    let original = get(&app, &git);
    let own = document("git", &json!({"params": [{"name": "p"}]}));
    let (status, made) = done(app.ask(Method::POST, CLASSES, &own));
    assert_eq!(status, StatusCode::CREATED);
    assert!(matches!(
        app.ask(Method::POST, CLASSES, &own),
        Err(Error::AlreadyExists { .. })
    ));
    assert_eq!(made["spec"], own["spec"]);
    assert_eq!(get(&app, &git), made);
    assert!(made["metadata"].get("labels").is_none());
    assert_ne!(made["metadata"]["uid"], original["metadata"]["uid"]);
    assert_eq!(names(&get(&app, CLASSES)).len(), Class::catalogue().count());
    done(app.ask(Method::DELETE, &git, &Value::Null));
    let again = get(&app, &git);
    let version = |class: &Value| -> i64 {
        class["metadata"]["resourceVersion"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    };
    assert!(version(&again) > version(&made), "as new as the deletion");
    let list = get(&app, CLASSES);
    assert_eq!(version(&again), version(&list));
    assert!(list["items"].as_array().unwrap().contains(&again));
    let mut same = again;
    same["metadata"]["resourceVersion"] = original["metadata"]["resourceVersion"].clone();
    assert_eq!(same, original);
}

#[test]
fn a_change_of_one_of_the_catalogue_makes_one_of_the_own() {
    let spec = json!({"livenessProbe": {"http": {"method": "GET", "path": "/health"}}});
    let put = |app: &App, path: &str, body: &Value| {
        app.ask(Method::PUT, path, body)
            .map(|answer| done(Ok(answer)))
    };
    let app = App::new();
    for name in ["git", "github", "npm", "webhook"] {
        let path = format!("{CLASSES}/{name}");
        let read = get(&app, &path);
        // What was read and is written back changes nothing.
        let (status, same) = put(&app, &path, &read).unwrap();
        assert_eq!((status, same), (StatusCode::OK, read.clone()));
        let unchanged = patch(
            &app,
            &path,
            MERGE,
            &json!({"metadata": {"labels": {"x": null}}}),
        );
        assert_eq!(unchanged.unwrap().1, read);
        assert_eq!(app.count("class"), 0);
    }
    let (status, made) = patch(
        &app,
        &format!("{CLASSES}/git"),
        MERGE,
        &json!({"spec": spec}),
    )
    .unwrap();
    let before = Class::in_catalogue("git").unwrap();
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(made["spec"]["livenessProbe"], spec["livenessProbe"]);
    assert!(made["metadata"].get("labels").is_none());
    // What Kubernetes does not show goes with it.
    let native = get(&app, "/v1/scopes/default/classes/git");
    assert_eq!(native["auth"], before.doc["auth"]);
    assert_eq!(native["parameters"], before.doc["parameters"]);
    assert_eq!(native["pingone"], before.doc["pingone"]);

    let json_patch = json!([{"op": "add", "path": "/metadata/labels/a", "value": "b"}]);
    let (_, made) = patch(
        &app,
        &format!("{CLASSES}/npm"),
        "application/json-patch+json",
        &json_patch,
    )
    .unwrap();
    assert_eq!(made["metadata"]["labels"], json!({"a": "b"}));
    let (status, made) = put(
        &app,
        &format!("{CLASSES}/github"),
        &document("github", &spec),
    )
    .unwrap();
    assert_eq!((status, &made["spec"]), (StatusCode::CREATED, &spec));
    let path = format!("{CLASSES}/webhook?fieldManager=m");
    let (status, made) = patch(&app, &path, APPLY, &document("webhook", &spec)).unwrap();
    assert_eq!((status, &made["spec"]), (StatusCode::CREATED, &spec));
    assert_eq!(app.count("class"), 4);
    // A dry run makes none.
    patch(
        &app,
        &format!("{CLASSES}/maven?dryRun=All"),
        MERGE,
        &json!({"spec": spec}),
    )
    .unwrap();
    assert_eq!(app.count("class"), 4);
    assert_eq!(
        get(&app, &format!("{CLASSES}/maven"))["metadata"]["labels"][SOURCE],
        "catalogue"
    );
}

#[test]
fn the_catalogue_itself_cannot_be_deleted_or_observed() {
    let app = App::new();
    let git = format!("{CLASSES}/git");
    let original = get(&app, &git);
    assert!(matches!(
        app.ask(Method::DELETE, &git, &Value::Null),
        Err(Error::Forbidden(_))
    ));
    let status = json!({"status": {"observedGeneration": 1}});
    let observed = patch(&app, &format!("{git}/status"), MERGE, &status);
    assert!(matches!(observed, Err(Error::Forbidden(_))), "{observed:?}");
    let mut applied = document("git", &json!({}));
    applied["status"] = status["status"].clone();
    let path = format!("{git}/status?fieldManager=m");
    let observed = patch(&app, &path, APPLY, &applied);
    assert!(matches!(observed, Err(Error::Forbidden(_))), "{observed:?}");
    done(app.ask(Method::POST, CLASSES, &document("mine", &json!({}))));
    done(app.ask(Method::DELETE, CLASSES, &Value::Null));
    assert_eq!(names(&get(&app, CLASSES)).len(), Class::catalogue().count());
    assert_eq!(get(&app, &git), original);
    let missing = app.ask(Method::DELETE, &format!("{CLASSES}/nobody"), &Value::Null);
    assert!(matches!(missing, Err(Error::NotFound { .. })));
}

#[test]
fn a_namespace_has_classes_of_its_own() {
    let app = App::new();
    done(app.ask(Method::PUT, "/v1/scopes/team", &json!({})));
    let spec = |name: &str| json!({"params": [{"name": name}]});
    done(app.ask(Method::POST, CLASSES, &document("git", &spec("shared"))));
    done(app.ask(Method::POST, CLASSES, &document("tool", &spec("shared"))));
    let seen =
        |name: &str| get(&app, &format!("{TEAM}/{name}"))["spec"]["params"][0]["name"].clone();
    assert_eq!(seen("git"), "shared");
    let mut own = document("git", &spec("own"));
    own["metadata"]["namespace"] = json!("other");
    assert!(matches!(
        app.ask(Method::POST, TEAM, &own),
        Err(Error::Malformed(_))
    ));
    own["metadata"]["namespace"] = json!("team");
    let (status, _) = done(app.ask(Method::POST, TEAM, &own));
    assert_eq!((status, seen("git")), (StatusCode::CREATED, json!("own")));
    assert_eq!(get(&app, &format!("{CLASSES}/git"))["spec"], spec("shared"));
    let list = get(&app, TEAM);
    assert_eq!(names(&list).len(), Class::catalogue().count() + 1);
    for item in list["items"].as_array().unwrap() {
        let name = item["metadata"]["name"].as_str().unwrap();
        assert_eq!(get(&app, &format!("{TEAM}/{name}")), *item);
    }
    // Each write through the path is of the namespace.
    for edit in [
        json!({"metadata": {"namespace": "other"}}),
        json!({"metadata": {"namespace": 1}}),
    ] {
        assert!(
            patch(&app, &format!("{TEAM}/git"), MERGE, &edit).is_err(),
            "{edit}"
        );
    }
    let refused = app.ask(Method::DELETE, &format!("{TEAM}/tool"), &Value::Null);
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    let (status, _) = patch(
        &app,
        &format!("{TEAM}/tool"),
        MERGE,
        &json!({"spec": spec("changed")}),
    )
    .unwrap();
    assert_eq!(
        (status, seen("tool")),
        (StatusCode::CREATED, json!("changed"))
    );
    assert_eq!(
        get(&app, &format!("{CLASSES}/tool"))["spec"],
        spec("shared")
    );
    let applied = patch(
        &app,
        &format!("{TEAM}/npm?fieldManager=m"),
        APPLY,
        &own_named("npm", &spec("applied")),
    );
    assert_eq!(
        (applied.unwrap().0, seen("npm")),
        (StatusCode::CREATED, json!("applied"))
    );
    // What is deleted there shows again what it hid.
    done(app.ask(Method::DELETE, TEAM, &Value::Null));
    assert_eq!(
        (seen("git"), seen("tool")),
        (json!("shared"), json!("shared"))
    );
    assert_eq!(
        names(&get(&app, CLASSES)).len(),
        Class::catalogue().count() + 1
    );
}

fn own_named(name: &str, spec: &Value) -> Value {
    let mut own = document(name, spec);
    own["metadata"]["namespace"] = json!("team");
    own
}
