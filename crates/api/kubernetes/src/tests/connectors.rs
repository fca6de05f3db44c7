//! Connectors of every class, however they were made: as they are shown and written back.

use std::sync::OnceLock;

use hub::class::{Class, Classes, Parameter};
use hub::connector::{Secrets, parameters, settle};
use hub::error::{Error, Result};
use hub::resource::{Context, Resource as _};
use hub::scope::{Scope, SecretStore};
use hub::slot::{SLOT, entries};
use serde_json::Value;

use super::*;
use crate::object::last_applied::LAST_APPLIED;
use crate::resource::{CONNECTOR, SECRET};
use crate::view::{Part, view};

fn scope() -> Scope {
    Scope {
        id: 1,
        name: "team".to_owned(),
        names: Vec::new(),
        created_at: String::new(),
        secret_store: SecretStore::Values,
        identities: Default::default(),
    }
}

/// The same one each time.
fn stored(doc: Value) -> Object {
    static UID: OnceLock<Uid> = OnceLock::new();
    Object {
        doc,
        uid: *UID.get_or_init(|| Uid::new(Timestamp::from_millis(0)).unwrap()),
        ..object(Kind::Connector, "lab")
    }
}

fn shown(doc: &Value, classes: &Classes) -> Value {
    let scope = scope();
    let context = Context {
        scope: &scope,
        classes,
    };
    let view = view(&CONNECTOR, Part::Main).unwrap();
    view.show(&stored(doc.clone()), &context)
}

/// What is stored when the document is written, and the secrets.
fn written(wire: &Value, current: Option<&Value>, classes: &Classes) -> Result<(Value, Secrets)> {
    let scope = scope();
    let context = Context {
        scope: &scope,
        classes,
    };
    let object = current.map(|doc| stored(doc.clone()));
    let view = view(&CONNECTOR, Part::Main).unwrap();
    let draft = view.read(wire, object.as_ref(), &context)?;
    let class = context.class_of_raw(&draft.doc);
    settle(draft.doc, current, class, SecretStore::Values)
}

fn fields(result: Result<(Value, Secrets)>) -> Vec<String> {
    match result {
        Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

fn new(spec: Value) -> Value {
    json!({"apiVersion": "connectors.alauda.io/v1alpha1", "kind": "Connector", "metadata": {"name": "lab"}, "spec": spec})
}

fn classes(name: &str, doc: Value) -> Classes {
    Classes::new([(name.to_owned(), doc)])
}

/// A value that a parameter can have, as other APIs may store it.
fn value_of(parameter: &Parameter) -> Value {
    if let Some(allowed) = parameter.allowed.last() {
        return json!(allowed);
    }
    match parameter.kind.as_str() {
        "number" => json!(61),
        "boolean" => json!(true),
        "array" => json!(["x", 1]),
        "object" => {
            json!({"number": 1, "apiKey": "canary-nested", "deep": [{"on": true, "null": null}]})
        }
        _ if parameter.is_address => json!("https://tool.test/x"),
        _ => json!(format!("canary-{}", parameter.name)),
    }
}

/// A connector of a class as it is stored, with a value of every parameter.
fn full(class: &Class) -> Value {
    let rows = class.parameters.iter();
    let rows: Vec<Value> = rows
        .map(|one| json!({"name": one.name, "value": value_of(one), "label": "of another API"}))
        .collect();
    let doc = json!({
        "class": class.name, "params": rows, "description": "for what",
        "auth": {"name": "basicAuth", "params": [{"name": "token", "value": "canary-of-auth"}], "hidden": 1},
        "extensions": {"pingone": {"a": {"clientSecret": "canary-extension"}}},
    });
    settle(
        hub::secret::Raw::new(doc),
        None,
        Some(class),
        SecretStore::Values,
    )
    .unwrap()
    .0
}

#[test]
fn what_is_shown_of_a_connector_of_any_class_can_be_written_back() {
    let classes = Classes::default();
    for class in Class::catalogue() {
        let doc = full(class);
        let wire = shown(&doc, &classes);
        let rows = wire.pointer("/spec/params").and_then(Value::as_array);
        let expected = class
            .parameters
            .iter()
            .filter(|one| !one.is_address)
            .count();
        assert_eq!(rows.map_or(0, Vec::len), expected, "{}", class.name);
        assert_eq!(
            wire["spec"].get("address").is_some(),
            class.address().is_some()
        );
        for canary in ["canary-nested", "canary-of-auth", "canary-extension"] {
            assert!(!wire.to_string().contains(canary), "{}", class.name);
        }
        let (again, secrets) = written(&wire, Some(&doc), &classes).unwrap();
        assert_eq!(again, doc, "{}", class.name);
        assert_eq!(secrets.new, [], "{}", class.name);
        assert_eq!(secrets.kept, entries(&doc), "{}: {doc}", class.name);
        let mut labelled = wire.clone();
        labelled["metadata"]["labels"] = json!({"a": "b"});
        let (mut again, _) = written(&labelled, Some(&doc), &classes).unwrap();
        again.as_object_mut().unwrap().shift_remove("labels");
        assert_eq!(again, doc, "{}", class.name);
    }
}

#[test]
fn one_row_is_changed_and_the_others_stay() {
    let classes = Classes::default();
    for class in Class::catalogue() {
        let doc = full(class);
        let wire = shown(&doc, &classes);
        let rows = wire.pointer("/spec/params").and_then(Value::as_array);
        for (index, row) in rows.into_iter().flatten().enumerate() {
            let name = row["name"].as_str().unwrap();
            let parameter = class.parameter(name).unwrap();
            let new = match (parameter.kind.as_str(), parameter.allowed.first()) {
                (_, Some(allowed)) => json!(allowed),
                ("number", _) => json!("7"),
                ("boolean", _) => json!("false"),
                ("object", _) => json!({"number": 2, "apiKey": "******"}),
                ("array", _) => json!([]),
                _ => json!("new"),
            };
            let mut wire = wire.clone();
            wire["spec"]["params"][index]["value"] = new;
            let (after, secrets) = written(&wire, Some(&doc), &classes).unwrap();
            let is_secret = !secrets.new.is_empty();
            assert_eq!(is_secret, parameter.is_sensitive(), "{} {name}", class.name);
            let value =
                |doc: &Value, name: &str| parameters::value(doc, Some(class), name).cloned();
            for other in &class.parameters {
                let same = value(&after, &other.name) == value(&doc, &other.name);
                let stays = other.name != name || is_secret || parameter.allowed.len() == 1;
                assert_eq!(same, stays, "{} {name}: {}", class.name, other.name);
            }
            assert_eq!(after["extensions"], doc["extensions"]);
        }
    }
}

#[test]
fn what_kubernetes_does_not_show_stays_with_its_row() {
    let doc = json!({
        "class": "x", "address": "https://a",
        "params": [
            {"name": "idp", "properties": {"clientSecret": {"value": {SLOT: "params.idp"}}}},
            {"name": "port", "value": 60, "label": "Port"},
            {"name": "key", "value": {SLOT: "params.key"}, "sensitive": true},
            {"name": "later", "value": {SLOT: null}, "bare": true},
            {"name": "empty"},
            {"name": "map", "value": {"n": 1, "later": {SLOT: null}, "now": {SLOT: "params.map.now"}}},
        ],
        "applications": [{"appType": "A"}],
        "extensions": {"pingone": {"a": 1}, "kubernetes": {"spec": {"addressExtensions": [{"name": "t", "value": {SLOT: "ext"}}]}}},
    });
    let classes = classes("x", json!({"params": [{"name": "p", "default": "1"}]}));
    let wire = shown(&doc, &classes);
    let rows = json!([
        {"name": "port", "value": 60}, {"name": "key", "value": "******"}, {"name": "later", "value": ""},
        {"name": "map", "value": {"n": 1, "later": "", "now": "******"}},
    ]);
    assert_eq!(wire["spec"]["params"], rows);
    assert_eq!(wire["spec"]["addressExtensions"][0]["value"], "******");
    let mut changed = wire.clone();
    changed["metadata"]["labels"] = json!({"a": "b"});
    changed["spec"]["params"][3]["value"]["n"] = json!(2);
    let (after, secrets) = written(&changed, Some(&doc), &Classes::default()).unwrap();
    let mut expected = doc.clone();
    expected["labels"] = json!({"a": "b"});
    expected["params"][5]["value"]["n"] = json!(2);
    assert_eq!(after, expected);
    assert!(secrets.new.is_empty());
    // A class that does not know the rows does not refuse those that were there.
    changed["spec"]["params"][3]["value"]["n"] = json!(1);
    changed["spec"]["address"] = json!("https://b");
    assert!(written(&changed, Some(&doc), &classes).is_ok());
    changed["spec"]["params"]
        .as_array_mut()
        .unwrap()
        .insert(0, json!({"name": "other", "value": "1"}));
    assert_eq!(
        fields(written(&changed, Some(&doc), &classes)),
        ["spec.params[0].name"]
    );
    // A row that was there without a value gets one.
    changed["spec"]["params"][0] = json!({"name": "empty", "value": "full"});
    let (after, _) = written(&changed, Some(&doc), &Classes::default()).unwrap();
    let names = after["params"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["name"] == "empty");
    assert_eq!(names.count(), 1);
}

#[test]
fn rows_of_parameters_that_a_class_has_for_every_api_are_taken() {
    let doc = json!({"parameters": [{"name": "pin"}, {"name": "URL", "address": true}, {"name": "tier", "names": {"kubernetes": "level"}}]});
    let classes = classes("own", doc);
    let spec = json!({"connectorClassName": "own", "address": "https://a", "params": [
        {"name": "pin", "value": "1"}, {"name": "URL", "value": "https://a"}, {"name": "level", "value": "2"}]});
    let (doc, _) = written(&new(spec), None, &classes).unwrap();
    assert_eq!(
        doc["params"],
        json!([{"name": "pin", "value": "1"}, {"name": "tier", "value": "2"}])
    );
    let wire = shown(&doc, &classes);
    assert_eq!(wire["spec"]["params"][1]["name"], "level");
    assert_eq!(written(&wire, Some(&doc), &classes).unwrap().0, doc);
    let refused = |params: Value| {
        let spec = json!({"connectorClassName": "own", "address": "https://a", "params": params});
        fields(written(&new(spec), None, &classes))
    };
    assert_eq!(
        refused(json!([{"name": "other", "value": "1"}])),
        ["spec.params[0].name"]
    );
    assert_eq!(
        refused(json!([{"name": "URL", "value": "https://b"}])),
        ["spec.params[0].name"]
    );
}

#[test]
fn an_address_with_a_password_is_refused_and_not_told() {
    let spec = json!({"connectorClassName": "git", "address": "https://user:hunter2@host/x"});
    let error = written(&new(spec), None, &Classes::default()).unwrap_err();
    assert!(!format!("{error:?}").contains("hunter2"));
    assert_eq!(fields(Err(error)), ["spec.address"]);
    // One that another API has stored is shown as a mask, and stays until there is another one.
    let doc = json!({"class": "git", "params": [{"name": "url", "value": {SLOT: "params.url"}}]});
    let mut wire = shown(&doc, &Classes::default());
    assert_eq!(wire["spec"]["address"], "******");
    assert_eq!(
        written(&wire, Some(&doc), &Classes::default()).unwrap().0,
        doc
    );
    wire["spec"]["address"] = json!("https://a");
    let (doc, secrets) = written(&wire, Some(&doc), &Classes::default()).unwrap();
    assert_eq!(
        (doc["address"].clone(), secrets),
        (json!("https://a"), Secrets::default())
    );
}

#[test]
fn secrets_that_are_to_be_references_are_named_as_they_were_sent() {
    let scope = Scope {
        secret_store: SecretStore::Kubernetes,
        ..scope()
    };
    let classes = Classes::default();
    let context = Context {
        scope: &scope,
        classes: &classes,
    };
    let doc =
        json!({"class": "x", "params": [{"name": "hidden"}, {"name": "plain", "value": "1"}]});
    let mut wire = shown(&doc, &classes);
    wire["spec"]["params"] = json!([
        {"name": "plain", "value": "1"}, {"name": "token", "value": "canary"}, {"name": "map", "value": {"apiKey": "canary"}},
        {"name": "password", "value": {"secretRef": {"name": "n", "key": "k"}}},
    ]);
    wire["spec"]["auth"] = json!({"params": [{"name": "password", "value": "canary"}]});
    wire["spec"]["addressExtensions"] = json!([{"name": "token", "value": "canary"}]);
    let view = view(&CONNECTOR, Part::Main).unwrap();
    let Err(Error::Invalid(faults)) = view.read(&wire, Some(&stored(doc)), &context) else {
        panic!()
    };
    let mut fields: Vec<String> = faults.into_iter().map(|fault| fault.field).collect();
    fields.sort();
    let expected = [
        "spec.addressExtensions[0].value",
        "spec.auth.params[0].value",
        "spec.params[1].value",
        "spec.params[2].value.apiKey",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn what_was_applied_last_has_no_secret_in_it() {
    let spec = json!({
        "address": "https://a", "auth": {"params": [{"name": "password", "value": "canary1"}]},
        "params": [
            {"name": "token", "value": "canary2"}, {"name": "map", "value": {"apiKey": "canary3", "open": "kept"}},
            {"name": "marked", "value": "canary4"}, {"name": "plain", "value": "kept"},
        ],
    });
    let mut wire = new(spec);
    let text = format!("{wire}\n");
    wire["metadata"]["annotations"] = json!({LAST_APPLIED: text});
    wire["metadata"]["resourceVersion"] = json!("1");
    let marked = json!({"params": [{"name": "marked", "value": {SLOT: "e"}, "sensitive": true}]});
    let (doc, secrets) = written(&wire, Some(&marked), &Classes::default()).unwrap();
    assert_eq!(secrets.new.len(), 4);
    assert!(!doc.to_string().contains("canary"), "{doc}");
    let shown = shown(&doc, &Classes::default());
    let applied = shown["metadata"]["annotations"][LAST_APPLIED]
        .as_str()
        .unwrap();
    assert_eq!(applied.matches("******").count(), 4);
    assert_eq!(applied.matches("kept").count(), 2);
    assert!(applied.ends_with('\n'));
    // The same again is the same, and so is what was shown.
    let (again, new) = written(&wire, Some(&doc), &Classes::default()).unwrap();
    assert_eq!(again, doc);
    assert_eq!(new.new, secrets.new);
    assert_eq!(
        written(&shown, Some(&doc), &Classes::default()).unwrap().0,
        doc
    );
    let mut unread = wire;
    unread["metadata"]["annotations"][LAST_APPLIED] = json!("{\"a");
    let (doc, _) = written(&unread, Some(&doc), &Classes::default()).unwrap();
    assert!(!doc.to_string().contains(LAST_APPLIED));
}

#[test]
fn secrets_that_are_applied_as_they_are_stored_are_masked() {
    let spec = json!({
        "connectorClassName": "git", "auth": {"params": [{"name": "password", "value": "canary1"}]},
        "params": [{"name": "plain", "value": "x"}, {"name": "token", "value": "canary2"}, {"name": "map", "value": {"apiKey": "canary3", "n": 1}}],
    });
    let wire = new(spec);
    let (doc, secrets) = written(&wire, None, &Classes::default()).unwrap();
    let is_stored = |entry: &str, value: &str| {
        secrets
            .new
            .iter()
            .any(|(known, clear)| known == entry && clear.expose() == value)
    };
    let (scope, classes) = (scope(), Classes::default());
    let context = Context {
        scope: &scope,
        classes: &classes,
    };
    let owners = view(&CONNECTOR, Part::Main).unwrap().owners().unwrap();
    let mut applied = wire.clone();
    owners.mask(&mut applied, &stored(doc.clone()), &context, &is_stored);
    assert_eq!(applied["spec"], shown(&doc, &classes)["spec"]);
    let mut other = wire;
    other["spec"]["params"][1]["value"] = json!("canary4");
    owners.mask(&mut other, &stored(doc), &context, &is_stored);
    assert_eq!(other["spec"]["params"][1]["value"], "canary4");
    assert_eq!(other.to_string().matches("canary").count(), 1);
}

#[test]
fn a_secret_that_is_immutable_stays_so() {
    let (scope, classes) = (scope(), Classes::default());
    let context = Context {
        scope: &scope,
        classes: &classes,
    };
    let view = view(&SECRET, Part::Main).unwrap();
    let current = Object {
        doc: json!({"type": "Opaque", "immutable": true, "data": {"a": "sealed"}}),
        ..object(Kind::Secret, "s")
    };
    let shown = view.show(&current, &context);
    assert!(view.read(&shown, Some(&current), &context).is_ok());
    for immutable in [Some(json!(null)), Some(json!(false)), None] {
        let mut wire = shown.clone();
        let members = wire.as_object_mut().unwrap();
        crate::object::set(members, "immutable", immutable.clone());
        let read = view.read(&wire, Some(&current), &context);
        let Err(Error::Invalid(faults)) = read else {
            panic!("{immutable:?}: {read:?}")
        };
        assert_eq!(faults[0].field, "immutable");
    }
}
