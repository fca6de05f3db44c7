use serde_json::json;

use super::*;
use crate::connector::{Secrets, applications, settle};
use crate::scope::SecretStore;
use crate::secret::Raw;

fn class() -> Class {
    let parameters = json!([
        {"name": "URL", "address": true, "names": {"versori": "baseUrl"}}, {"name": "REGION"}, {"name": "PASSWORD"}, {"name": "PORT", "type": "number"}
    ]);
    Class::read("c", json!({"parameters": parameters}))
}

fn application(kind: &str, rows: &[(&str, &str)]) -> Value {
    let rows = rows.iter();
    let rows: Vec<Value> = rows
        .map(|(name, value)| json!({"name": name, "value": value}))
        .collect();
    json!({"appType": kind, "appConfigs": rows, "deployConfigs": []})
}

fn settled(doc: Value, current: Option<&Value>) -> (Value, Secrets) {
    settle(Raw::new(doc), current, Some(&class()), SecretStore::Values).unwrap()
}

#[test]
fn a_value_of_applications_is_that_of_the_parameter() {
    let sent = json!({"applications": [
        application("A", &[("URL", "https://a"), ("REGION", "eu"), ("PASSWORD", "x"), ("OTHER", "1")]),
        application("B", &[("URL", "https://a"), ("REGION", "us"), ("PASSWORD", "x")]),
    ]});
    let (mut doc, secrets) = settled(sent.clone(), None);
    assert_eq!(doc["address"], "https://a");
    assert_eq!(secrets.new.len(), 1, "{secrets:?}");
    let class = class();
    let values: Vec<_> = list(&doc, Some(&class))
        .iter()
        .map(|shown| (shown.name, shown.value.cloned().unwrap()))
        .collect();
    assert_eq!(values[0], ("URL", json!("https://a")));
    assert_eq!(values[1], ("REGION", json!("eu")));
    assert_eq!(values.len(), 3);
    // Another dialect changes it: applications that had it follow, the one that differs does not.
    doc["params"][1]["value"] = json!("ap");
    let (doc, _) = settled(doc.clone(), Some(&doc));
    let shown = applications::shown(&doc);
    assert_eq!(
        shown[0]["appConfigs"][1],
        json!({"name": "REGION", "value": "ap"})
    );
    assert_eq!(
        shown[1]["appConfigs"][1],
        json!({"name": "REGION", "value": "us"})
    );
    assert_eq!(shown[0]["appConfigs"][0]["value"], "https://a");
    assert_eq!(
        shown[0]["appConfigs"][2]["value"],
        shown[1]["appConfigs"][2]["value"]
    );
    assert_eq!(
        shown[0]["appConfigs"][3],
        sent["applications"][0]["appConfigs"][3]
    );
}

#[test]
fn a_value_that_is_put_into_a_linked_row_is_the_parameters() {
    let rows = [("REGION", "eu"), ("PASSWORD", "x")];
    let both = [application("A", &rows), application("B", &rows)];
    let (stored, _) = settled(json!({"applications": both}), None);
    let mut doc = stored.clone();
    doc["applications"][0]["appConfigs"][0]["value"] = json!("ap");
    doc["applications"][1]["appConfigs"][1]["value"] = json!("y");
    let (doc, secrets) = settled(doc, Some(&stored));
    let shown = applications::shown(&doc);
    for application in &shown {
        assert_eq!(application["appConfigs"][0]["value"], "ap");
        assert_eq!(
            application["appConfigs"][1], shown[0]["appConfigs"][1],
            "one secret"
        );
    }
    let entry = doc["params"][1]["value"]["$secret"].as_str().unwrap();
    assert_eq!(secrets.new.len(), 1);
    assert_eq!(secrets.new[0].0, entry);
}

#[test]
fn rows_that_a_dialect_does_not_show_stay_where_they_are() {
    let class = class();
    let row = |name: &str, value: Value| json!({"name": name, "value": value});
    let stored = json!({"address": "https://a", "params": [{"name": "URL"}, row("REGION", json!("eu")), {"name": "nested", "properties": {}}, row("PORT", json!(1))]});
    let Value::Object(mut doc) = stored.clone() else {
        panic!()
    };
    let given = |rows: &[Value]| {
        rows.iter()
            .map(|row| row.as_object().unwrap().clone())
            .collect::<Vec<_>>()
    };
    let is_shown = |shown: &Shown<'_>| shown.value.is_some() && !shown.is_address();
    put(
        &mut doc,
        Some(&class),
        given(&[row("REGION", json!("eu")), row("PORT", json!(1))]),
        is_shown,
    );
    assert_eq!(Value::Object(doc.clone()), stored);
    put(
        &mut doc,
        Some(&class),
        given(&[row("PORT", json!(2)), row("NEW", json!(3))]),
        is_shown,
    );
    let names: Vec<_> = doc["params"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["URL", "PORT", "nested", "NEW"]);
    // One that shows the address takes it away, and gives another one.
    put(
        &mut doc,
        Some(&class),
        given(&[row("URL", json!("https://b"))]),
        |_| true,
    );
    assert_eq!(
        Value::Object(doc.clone()),
        json!({"address": "https://b", "params": [{"name": "URL"}]})
    );
    put(&mut doc, Some(&class), Vec::new(), |_| true);
    assert!(doc.is_empty());
}

#[test]
fn values_are_shown_by_type_and_kept_when_they_are_given_as_they_are_shown() {
    assert_eq!(as_kind(&json!("60"), "number"), json!(60));
    assert_eq!(as_kind(&json!("1e3"), "number"), json!("1e3"));
    assert_eq!(as_kind(&json!("true"), "boolean"), json!(true));
    assert_eq!(as_text(&json!(60)), json!("60"));
    assert_eq!(
        kept(json!(60), Some(&json!("60")), |value| as_kind(
            value, "number"
        )),
        json!("60")
    );
    assert_eq!(
        kept(json!(61), Some(&json!("60")), |value| as_kind(
            value, "number"
        )),
        json!(61)
    );
}
