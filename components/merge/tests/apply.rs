//! Server-side apply and field managers.
#![cfg(test)]

mod common;

use common::{bad, fields, rules, source_of};
use merge::rules::ApplyRules;
use merge::{Applied, Code, Error, Source, Writer, apply, manage_fields};
use serde_json::{Value, json};

fn connector() -> ApplyRules {
    rules(&json!({
        "types": [
            {"path": "/spec/params", "type": "map", "keys": ["name"]},
            {"path": "/spec/ports", "type": "map", "keys": ["port", "protocol"]},
            {"path": "/metadata/finalizers", "type": "set"},
            {"path": "/spec/secretRef", "type": "atomic"}],
        "unowned": ["/apiVersion", "/kind", "/metadata/.", "/metadata/name"],
        "server": ["/metadata/uid", "/status"]}))
}

fn writer(manager: &str, time: &str) -> Writer {
    Writer {
        manager: manager.into(),
        api_version: "g/v1".into(),
        subresource: String::new(),
        time: time.into(),
    }
}

/// An object and its managers, as a store would hold them.
#[derive(Debug, Clone, Default)]
struct Stored {
    object: Option<Value>,
    managers: Value,
}

impl Stored {
    fn try_apply(&self, manager: &str, payload: &Value, force: bool) -> Result<Applied, Error> {
        self.try_apply_at(manager, payload, force, "t1")
    }

    fn try_apply_at(
        &self,
        manager: &str,
        payload: &Value,
        force: bool,
        time: &str,
    ) -> Result<Applied, Error> {
        apply(
            self.object.as_ref(),
            &self.managers,
            payload,
            &writer(manager, time),
            force,
            &connector(),
        )
    }

    fn apply(&self, manager: &str, payload: &Value) -> Self {
        let applied = self.try_apply(manager, payload, false).unwrap();
        Self {
            object: Some(applied.merged.document),
            managers: applied.managed_fields,
        }
    }

    fn update(&self, manager: &str, object: Value) -> Self {
        let managers = manage_fields(
            self.object.as_ref(),
            &object,
            &self.managers,
            &writer(manager, "t1"),
            &connector(),
        )
        .unwrap();
        Self {
            object: Some(object),
            managers,
        }
    }

    fn object(&self) -> &Value {
        self.object.as_ref().unwrap()
    }

    fn fields(&self, manager: &str) -> Value {
        let entries = self.managers.as_array().unwrap();
        entries
            .iter()
            .find(|entry| entry["manager"] == manager)
            .map_or(Value::Null, |entry| entry["fieldsV1"].clone())
    }
}

fn conflicts(result: Result<Applied, Error>) -> Vec<String> {
    match result {
        Err(Error::Conflicts(all)) => all
            .into_iter()
            .map(|one| format!("{} @{}", one.message, one.pointer))
            .collect(),
        other => panic!("expected conflicts, got {other:?}"),
    }
}

fn git() -> Value {
    json!({"apiVersion": "g/v1", "kind": "Connector", "metadata": {"name": "git", "labels": {"a": "1"}, "finalizers": ["f"]},
           "spec": {"address": "https://x", "params": [{"name": "x", "value": 1}], "secretRef": {"name": "s"}}})
}

#[test]
fn an_apply_creates_and_owns_what_it_names() {
    let stored = Stored::default().apply("kubectl", &git());
    assert_eq!(stored.object(), &git());
    assert_eq!(
        stored.managers.to_string(),
        json!([{"manager": "kubectl", "operation": "Apply", "apiVersion": "g/v1", "time": "t1", "fieldsType": "FieldsV1",
            "fieldsV1": {
                "f:metadata": {"f:finalizers": {"v:\"f\"": {}}, "f:labels": {"f:a": {}}},
                "f:spec": {"f:address": {}, "f:params": {"k:{\"name\":\"x\"}": {".": {}, "f:name": {}, "f:value": {}}}, "f:secretRef": {}}}}])
        .to_string()
    );
}

#[test]
fn applying_the_same_twice_changes_nothing_not_even_the_time() {
    let stored = Stored::default().apply("kubectl", &git());
    let again = stored.try_apply_at("kubectl", &git(), false, "t2").unwrap();
    assert!(!again.changed);
    assert_eq!(again.managed_fields, stored.managers);
    assert_eq!(
        again.merged.document.to_string(),
        stored.object().to_string()
    );
}

#[test]
fn managers_of_different_fields_do_not_conflict() {
    let stored = Stored::default().apply("one", &git());
    let payload = json!({"metadata": {"labels": {"b": "2"}, "finalizers": ["g"]}, "spec": {"params": [{"name": "y", "value": 2}]}});
    let stored = stored.apply("two", &payload);
    assert_eq!(
        stored.object()["spec"]["params"],
        json!([{"name": "x", "value": 1}, {"name": "y", "value": 2}])
    );
    assert_eq!(
        stored.object()["metadata"]["labels"],
        json!({"a": "1", "b": "2"})
    );
    assert_eq!(stored.object()["metadata"]["finalizers"], json!(["f", "g"]));
}

#[test]
fn the_same_value_is_owned_together_and_outlives_one_owner() {
    let stored = Stored::default()
        .apply("one", &git())
        .apply("two", &json!({"spec": {"address": "https://x"}}));
    let stored = stored.apply("one", &json!({"spec": {"secretRef": {"name": "s"}}}));
    assert_eq!(
        stored.object()["spec"],
        json!({"address": "https://x", "secretRef": {"name": "s"}})
    );
    let stored = stored.apply("two", &json!({"metadata": {"name": "git"}}));
    assert_eq!(stored.object()["spec"], json!({"secretRef": {"name": "s"}}));
    assert_eq!(stored.fields("two"), Value::Null);
}

#[test]
fn another_managers_value_is_a_conflict_with_its_path() {
    let stored = Stored::default().apply("one", &git());
    let payload = json!({"spec": {"address": "https://y", "params": [{"name": "new"}, {"name": "x", "value": 9}], "secretRef": {"name": "t"}}});
    assert_eq!(
        conflicts(stored.try_apply("two", &payload, false)),
        [
            "conflict with \"one\": .spec.address @/spec/address",
            "conflict with \"one\": .spec.params[name=\"x\"].value @/spec/params/1/value",
            "conflict with \"one\": .spec.secretRef @/spec/secretRef",
        ]
    );
    let stored = Stored::default().update("edit", git());
    assert_eq!(
        conflicts(stored.try_apply("two", &json!({"spec": {"address": "z"}}), false)),
        ["conflict with \"edit\" using g/v1: .spec.address @/spec/address"]
    );
}

#[test]
fn force_takes_ownership() {
    let stored = Stored::default().apply("one", &git());
    let forced = stored
        .try_apply("two", &json!({"spec": {"address": "https://y"}}), true)
        .unwrap();
    assert_eq!(source_of(&forced.merged, "/spec/address"), Source::Payload);
    assert_eq!(
        source_of(&forced.merged, "/spec/params/0/value"),
        Source::Current
    );
    let stored = Stored {
        object: Some(forced.merged.document),
        managers: forced.managed_fields,
    };
    assert_eq!(stored.fields("two"), json!({"f:spec": {"f:address": {}}}));
    assert_eq!(stored.fields("one")["f:spec"].get("f:address"), None);
    assert_eq!(conflicts(stored.try_apply("one", &git(), false)).len(), 1);
}

#[test]
fn a_field_dropped_by_its_only_owner_disappears_with_its_empty_parents() {
    let stored = Stored::default().apply("one", &git());
    let stored = stored.apply(
        "one",
        &json!({"metadata": {"name": "git"}, "spec": {"address": "https://x"}}),
    );
    assert_eq!(
        stored.object(),
        &json!({"apiVersion": "g/v1", "kind": "Connector", "metadata": {"name": "git"}, "spec": {"address": "https://x"}})
    );
    assert_eq!(stored.fields("one"), json!({"f:spec": {"f:address": {}}}));
}

#[test]
fn an_update_takes_what_it_changes_and_what_it_removes_is_nobodys() {
    let stored = Stored::default().apply("one", &git());
    let mut object = git();
    object["spec"]["address"] = json!("https://z");
    object["spec"]
        .as_object_mut()
        .unwrap()
        .shift_remove("params");
    object["spec"]["more"] = json!({"x": {"y": 1}});
    let stored = stored.update("edit", object.clone());
    assert_eq!(
        stored.fields("edit"),
        json!({"f:spec": {"f:address": {}, "f:more": {".": {}, "f:x": {".": {}, "f:y": {}}}}})
    );
    assert_eq!(stored.fields("one")["f:spec"], json!({"f:secretRef": {}}));
    let same = stored.update("edit", object);
    assert_eq!(same.managers, stored.managers);
}

#[test]
fn a_row_changed_by_another_stays_when_its_applier_drops_it() {
    let stored = Stored::default().apply("one", &git());
    let mut object = git();
    object["spec"]["params"][0]["value"] = json!(2);
    let stored = stored
        .update("edit", object)
        .apply("one", &json!({"spec": {"address": "https://x"}}));
    assert_eq!(
        stored.object()["spec"]["params"],
        json!([{"name": "x", "value": 2}])
    );
}

#[test]
fn an_unmanaged_object_belongs_to_before_first_apply() {
    let stored = Stored {
        object: Some(git()),
        managers: Value::Null,
    };
    let found = conflicts(stored.try_apply("one", &json!({"spec": {"address": "z"}}), false));
    assert_eq!(
        found,
        ["conflict with \"before-first-apply\" using g/v1: .spec.address @/spec/address"]
    );
    assert!(stored.try_apply("one", &git(), false).unwrap().changed);
}

#[test]
fn what_the_server_sets_is_neither_applied_nor_owned() {
    let mut payload = git();
    payload["metadata"]["uid"] = json!("mine");
    payload["status"] = json!({"ready": true});
    let stored = Stored::default().apply("one", &payload);
    assert_eq!(stored.object(), &git());
    let mut object = git();
    object["status"] = json!({"ready": false});
    object["metadata"]["uid"] = json!("u");
    let stored = stored.update("controller", object.clone());
    assert_eq!(stored.fields("controller"), Value::Null);
    let applied = stored.try_apply("one", &payload, false).unwrap();
    assert_eq!(applied.merged.document, object);
    assert_eq!(source_of(&applied.merged, "/status/ready"), Source::Server);
    assert!(!applied.changed);
}

#[test]
fn shared_rows_take_the_payloads_order_and_others_stay() {
    let names = |names: &[&str]| json!({"spec": {"params": names.iter().map(|name| json!({"name": name})).collect::<Vec<_>>()}});
    let merged = |theirs: &[&str], mine: &[&str]| {
        let stored = Stored::default()
            .apply("one", &names(theirs))
            .apply("two", &names(mine));
        let rows = stored.object()["spec"]["params"]
            .as_array()
            .unwrap()
            .clone();
        rows.iter()
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect::<String>()
    };
    assert_eq!(merged(&["a", "b"], &["c", "a"]), "cab");
    assert_eq!(merged(&["a", "b", "c"], &["c", "a"]), "bca");
    assert_eq!(merged(&["a", "b"], &["c"]), "abc");
    assert_eq!(merged(&["a", "b", "c"], &["a", "x", "c"]), "abxc");
    assert_eq!(merged(&[], &["b", "a"]), "ba");
}

#[test]
fn rows_with_several_keys() {
    let port = |port: u16, protocol: &str, name: &str| json!({"port": port, "protocol": protocol, "name": name});
    let stored = Stored::default().apply(
        "one",
        &json!({"spec": {"ports": [port(80, "TCP", "a"), port(80, "UDP", "b")]}}),
    );
    assert!(
        stored.fields("one")["f:spec"]["f:ports"]
            .get("k:{\"port\":80,\"protocol\":\"TCP\"}")
            .is_some()
    );
    let found = conflicts(stored.try_apply(
        "two",
        &json!({"spec": {"ports": [port(80, "UDP", "c")]}}),
        false,
    ));
    assert_eq!(
        found,
        ["conflict with \"one\": .spec.ports[port=80,protocol=\"UDP\"].name @/spec/ports/1/name"]
    );
}

#[test]
fn the_status_has_managers_of_its_own() {
    let stored = Stored::default().apply("one", &git());
    let status: ApplyRules =
        rules(&json!({"unowned": ["/apiVersion", "/kind", "/metadata", "/spec"]}));
    let writer = Writer {
        subresource: "status".into(),
        ..writer("controller", "t3")
    };
    let mut after = git();
    after["status"] = json!({"ready": true});
    let managers = manage_fields(
        stored.object.as_ref(),
        &after,
        &stored.managers,
        &writer,
        &status,
    )
    .unwrap();
    assert_eq!(managers[1]["subresource"], "status");
    assert_eq!(
        managers[1]["fieldsV1"],
        json!({"f:status": {".": {}, "f:ready": {}}})
    );
    assert_eq!(managers[0], stored.managers[0]);
}

#[test]
fn the_oldest_updaters_become_one() {
    let mut stored = Stored::default().update("u00", json!({"spec": {"base": 1}}));
    for index in 1..15 {
        let mut object = stored.object().clone();
        object["spec"][format!("f{index:02}")] = json!(index);
        let managers = manage_fields(
            stored.object.as_ref(),
            &object,
            &stored.managers,
            &writer(&format!("u{index:02}"), &format!("t1{index:02}")),
            &connector(),
        )
        .unwrap();
        stored = Stored {
            object: Some(object),
            managers,
        };
    }
    assert_eq!(stored.managers.as_array().unwrap().len(), 10);
    assert_eq!(stored.fields("u14"), json!({"f:spec": {"f:f14": {}}}));
    let folded = stored.fields("ancient-changes");
    assert_eq!(folded["f:spec"].as_object().unwrap().len(), 7);
}

#[test]
fn bad_payloads_name_every_field() {
    let payload = json!({"metadata": {"finalizers": ["a", "a", {}]},
        "spec": {"params": [{"name": "x"}, {"value": 1}, {"name": "x"}, 3, {"name": []}], "ports": {}}});
    let expected = [
        ("/metadata/finalizers/1", Code::Duplicate),
        ("/metadata/finalizers/2", Code::WrongType),
        ("/spec/params/1/name", Code::Required),
        ("/spec/params/2/name", Code::Duplicate),
        ("/spec/params/3", Code::WrongType),
        ("/spec/params/4/name", Code::WrongType),
        ("/spec/ports", Code::WrongType),
    ];
    assert_eq!(
        bad(Stored::default().try_apply("one", &payload, false)),
        fields(&expected)
    );
    assert_eq!(
        bad(Stored::default().try_apply("one", &json!([]), false)),
        fields(&[("", Code::WrongType)])
    );
}

#[test]
fn bad_managed_fields_are_an_error() {
    let managers = json!([{"manager": "a", "operation": "Apply", "fieldsV1": {"x": {}}}, 3, {"operation": "Delete"},
        {"operation": "Update", "manager": 1, "fieldsV1": []}]);
    let stored = Stored {
        object: Some(git()),
        managers,
    };
    let expected = [
        ("/0/fieldsV1/x", Code::Malformed),
        ("/1", Code::WrongType),
        ("/2/operation", Code::Malformed),
        ("/3/fieldsV1", Code::WrongType),
        ("/3/manager", Code::WrongType),
    ];
    assert_eq!(
        bad(stored.try_apply("one", &git(), false)),
        fields(&expected)
    );
}

#[test]
fn a_field_that_changes_its_kind_is_one_conflict_and_leaves_nothing_behind() {
    let stored = Stored::default().apply("one", &json!({"spec": {"a": {"x": 1, "y": 2}}}));
    let forced = stored
        .try_apply("two", &json!({"spec": {"a": "text"}}), true)
        .unwrap();
    let stored = Stored {
        object: Some(forced.merged.document),
        managers: forced.managed_fields,
    };
    assert_eq!(stored.object(), &json!({"spec": {"a": "text"}}));
    assert_eq!(stored.fields("one"), Value::Null);
}
