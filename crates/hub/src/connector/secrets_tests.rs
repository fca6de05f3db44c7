use serde_json::json;

use super::*;
use crate::connector::settle;
use crate::secret::Raw;
use crate::slot::SLOT;

fn settled(doc: Value, current: Option<&Value>, class: Option<&Class>) -> (Value, Secrets) {
    settle(Raw::new(doc), current, class, SecretStore::Values).unwrap()
}

fn class(parameters: Value) -> Class {
    Class::read("c", json!({"parameters": parameters}))
}

#[test]
fn secrets_are_found_wherever_they_are() {
    let class = class(json!([
        {"name": "special", "sensitive": true}, {"name": "MAX_TOKEN", "sensitive": false}, {"name": "idp.pin", "sensitive": true}
    ]));
    let doc = json!({
        "params": [
            {"name": "a/b", "value": "s1", "sensitive": true},
            {"name": "special", "value": {"deep": ["s2"]}},
            {"name": "MAX_TOKEN", "value": "open"},
            {"name": "idp", "properties": {"clientSecret": {"value": "s3"}, "pin": {"value": "s4"}, "x": {"value": "s5", "secure": true}}},
            {"name": "headers", "value": [{"key": "Authorization", "value": "s6"}, {"name": "Accept", "value": "open"}]},
            {"name": "body", "value": "client_secret=s7"},
            {"name": "domains", "value": [{"domain": "a", "password": "s8"}, {"domain": "b", "password": "s9"}]},
            {"name": "number", "value": 7, "sensitive": true},
            {"name": "reference", "value": {"secretRef": {"name": "n", "key": "password"}}, "sensitive": true},
        ],
        "auth": {"params": [{"name": "token", "value": "sA"}]},
        "extensions": {"x": {"encrypted": "pin", "pin": "sB", "credentials": {"user": "sC", "on": true}, "metadata": {"token": "kept"}}},
        "status": {"token": "kept"},
    });
    let (left, secrets) = settled(doc, None, Some(&class));
    let text = left.to_string();
    let values = [
        "s1",
        r#"{"deep":["s2"]}"#,
        "s3",
        "s4",
        "s5",
        "s6",
        "client_secret=s7",
        "s8",
        "s9",
        "7",
        "sA",
        "sB",
        "sC",
    ];
    let found: Vec<_> = secrets
        .new
        .iter()
        .map(|(_, value)| value.expose())
        .collect();
    assert_eq!(found, values);
    for value in values.iter().filter(|value| value.len() > 1) {
        assert!(!text.contains(value), "{value} in {text}");
    }
    assert_eq!(
        text.matches("open").count() + text.matches("kept").count(),
        4,
        "{text}"
    );
    assert!(
        text.contains(r#""secretRef":{"name":"n","key":"password"}"#),
        "{text}"
    );
    assert_eq!(left["params"][0]["value"], json!({SLOT: "params.a~1b"}));
    assert_eq!(
        left["params"][3]["properties"]["x"]["value"],
        json!({SLOT: "params.idp.properties.x.value"})
    );
}

#[test]
fn a_mask_keeps_what_is_stored_and_a_new_value_replaces_it() {
    let row = |name: &str, value: &str| json!({"name": name, "value": value, "sensitive": true});
    let (current, _) = settled(
        json!({"params": [row("a", "1"), row("b", "2"), row("c", "3")]}),
        None,
        None,
    );
    let masked = json!({"params": [row("new", "******"), row("b", "4"), row("a", "******")]});
    let (doc, secrets) = settled(masked, Some(&current), None);
    assert_eq!(secrets.kept, BTreeSet::from(["params.a".to_owned()]));
    assert_eq!(secrets.new, [("params.b".to_owned(), Clear::new("4"))]);
    assert_eq!(doc["params"][0]["value"], json!({SLOT: null}));
    assert_eq!(doc["params"][2]["value"], json!({SLOT: "params.a"}));
    let (same, kept) = settled(doc.clone(), Some(&doc), None);
    assert_eq!((same, kept.new.len(), kept.kept.len()), (doc, 0, 2));
}

#[test]
fn an_entry_stays_with_its_item_when_others_go() {
    let item = |domain: &str, password: &str| json!({"domain": domain, "password": password});
    let list = |items: Value| json!({"params": [{"name": "d", "value": items}]});
    let (current, _) = settled(list(json!([item("a", "1"), item("b", "2")])), None, None);
    let entry = |doc: &Value, index: usize| doc["params"][0]["value"][index]["password"].clone();
    let (doc, secrets) = settled(
        list(json!([item("b", "******"), item("c", "3")])),
        Some(&current),
        None,
    );
    assert_eq!(entry(&doc, 0), entry(&current, 1));
    assert_ne!(entry(&doc, 1), entry(&doc, 0));
    assert_eq!(secrets.new.len(), 1);
    // One item without a key of its own is changed: it is the one at its place.
    let (doc, _) = settled(
        list(json!([item("z", "******"), item("b", "******")])),
        Some(&current),
        None,
    );
    assert_eq!(entry(&doc, 0), entry(&current, 0));
}

#[test]
fn an_entry_cannot_be_claimed_by_naming_it() {
    let current = json!({"params": [{"name": "b", "value": {SLOT: "params.b"}}]});
    let doc = json!({"params": [{"name": "a", "value": {SLOT: "other.entry"}}]});
    let (doc, secrets) = settled(doc, Some(&current), None);
    assert_eq!(secrets.kept, BTreeSet::new());
    let inner = json!({SLOT: "params.a.$secret"});
    assert_eq!(doc["params"][0]["value"], json!({SLOT: inner}));
}

#[test]
fn a_scope_that_keeps_secrets_elsewhere_is_told_where_one_is() {
    let doc = json!({"applications": [{"appType": "A", "appConfigs": [{"name": "PASSWORD", "value": "x"}]}]});
    let error = settle(Raw::new(doc), None, None, SecretStore::Kubernetes).unwrap_err();
    let Error::Invalid(errors) = error else {
        panic!("{error}")
    };
    assert_eq!(errors[0].field, "applications[0].appConfigs[0].value");
}
