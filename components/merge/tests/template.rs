//! Laying a payload over a template.
#![cfg(test)]

mod common;

use common::{bad, fields, origins, rules};
use merge::{Code, Merged, template};
use serde_json::{Value, json};

fn import(payload: &Value) -> Result<Merged, merge::Error> {
    let snowflake = json!({
        "ownerType": "USER",
        "applications": [
            {"appType": "DATA", "appConfigs": []},
            {"appType": "ACCESS_CONTROL", "status": "NEW",
             "appConfigs": [{"name": "url", "value": "", "hint": "jdbc"}, {"name": "user", "value": ""}, {"name": "key", "value": "false"}],
             "deployConfigs": [{"name": "replicas", "value": 1}]}]});
    let rows = rules(&json!({"lists": [
        {"path": "/applications", "key": "appType", "select": "payload"},
        {"path": "/applications/*/appConfigs", "key": "name", "select": "union"},
        {"path": "/applications/*/deployConfigs", "key": "name", "select": "union"}]}));
    template(&snowflake, payload, &rows)
}

#[test]
fn rows_keep_the_templates_order_and_extras_follow() {
    let payload = json!({"name": "s1", "applications": [{"appType": "ACCESS_CONTROL",
        "appConfigs": [{"name": "zone", "value": "eu"}, {"name": "user", "value": "me"}, {"name": "url", "value": "x"}],
        "deployConfigs": []}]});
    let merged = import(&payload).unwrap();
    let expected = json!({"ownerType": "USER", "applications": [{"appType": "ACCESS_CONTROL", "status": "NEW",
        "appConfigs": [{"name": "url", "value": "x"}, {"name": "user", "value": "me"}, {"name": "key", "value": "false"}, {"name": "zone", "value": "eu"}],
        "deployConfigs": [{"name": "replicas", "value": 1}]}], "name": "s1"});
    assert_eq!(merged.document.to_string(), expected.to_string());
    assert_eq!(
        origins(&merged),
        r#""" payload, "/ownerType" template, "/applications/0/status" template, "/applications/0/appConfigs/2" template, "/applications/0/deployConfigs" template"#
    );
}

#[test]
fn a_row_of_the_payload_replaces_the_whole_row() {
    let payload =
        json!({"applications": [{"appType": "ACCESS_CONTROL", "appConfigs": [{"name": "url"}]}]});
    let merged = import(&payload).unwrap();
    assert_eq!(
        merged.document["applications"][0]["appConfigs"][0],
        json!({"name": "url"})
    );
    assert_eq!(
        merged.document["applications"][0]["appConfigs"][1],
        json!({"name": "user", "value": ""})
    );
}

#[test]
fn all_bad_rows_are_reported_with_their_places() {
    let payload = json!({"applications": [
        {"appType": "ACCESS_CONTROL", "appConfigs": [{"name": "a"}, {"name": "b"}, {"value": 1}, {"name": "a"}, "x", {"name": {}}]},
        {"appType": "NOPE"},
        {"appType": "ACCESS_CONTROL", "deployConfigs": {"name": "replicas"}}]});
    let expected = [
        ("/applications/2/appType", Code::Duplicate),
        ("/applications/0/appConfigs/2/name", Code::Required),
        ("/applications/0/appConfigs/3/name", Code::Duplicate),
        ("/applications/0/appConfigs/4", Code::WrongType),
        ("/applications/0/appConfigs/5/name", Code::WrongType),
        ("/applications/1/appType", Code::NotFound),
        ("/applications/2/deployConfigs", Code::WrongType),
    ];
    assert_eq!(bad(import(&payload)), fields(&expected));
}

#[test]
fn an_empty_list_selects_nothing_and_an_omitted_one_is_filled() {
    assert_eq!(
        import(&json!({"applications": []})).unwrap().document["applications"],
        json!([])
    );
    assert_eq!(
        import(&json!({})).unwrap().document["applications"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        bad(import(&json!({"applications": null}))),
        fields(&[("/applications", Code::WrongType)])
    );
}

#[test]
fn objects_are_filled_at_any_depth_and_other_lists_are_taken_whole() {
    let (class, payload) = (
        json!({"a": {"x": 1, "y": [1, 2]}, "b": {"z": 1}}),
        json!({"a": {"y": [3]}, "b": 4}),
    );
    let merged = template(&class, &payload, &rules(&json!({}))).unwrap();
    assert_eq!(
        merged.document.to_string(),
        r#"{"a":{"x":1,"y":[3]},"b":4}"#
    );
}

#[test]
fn rules_that_are_not_understood_are_an_error() {
    for text in [
        "[]",
        "{\"list\": []}",
        "{\"lists\": [{\"path\": \"x\", \"key\": \"k\", \"select\": \"union\"}]}",
        "{\"lists\": [{\"path\": \"/x\"}]}",
        "nope",
    ] {
        assert_eq!(
            bad(merge::rules::parse::<merge::rules::TemplateRules>(text)),
            fields(&[("", Code::Malformed)]),
            "{text}"
        );
    }
}
