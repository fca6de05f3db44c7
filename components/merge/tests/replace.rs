//! Full replacement.
#![cfg(test)]

mod common;

use common::{bad, fields, origins, rules};
use merge::rules::ReplaceRules;
use merge::{Code, Error, Merged, replace};
use serde_json::{Value, json};

fn versori() -> ReplaceRules {
    rules(&json!({
        "server": ["/createdAt", "/updatedAt", "/meta/uid"],
        "immutable": [{"path": "/id"}, {"path": "/connector/id", "empty": true}],
        "keep": ["/connectionVariables"],
        "reorder_only": [{"path": "/authSchemeConfigs", "key": "id"}]}))
}

fn stored() -> Value {
    json!({"id": "01A", "name": "old", "public": true, "createdAt": "then", "connector": {"id": "http", "note": 1},
           "connectionVariables": [{"name": "v"}], "authSchemeConfigs": [{"id": "a", "d": 1}, {"id": "b"}, {"id": "c"}],
           "meta": {"uid": "u", "other": 1}})
}

fn put(payload: &Value) -> Result<Merged, Error> {
    replace(&stored(), payload, &versori())
}

#[test]
fn what_is_omitted_is_unset_except_what_must_stay() {
    let merged = put(&json!({"name": "new", "imageURL": "i"})).unwrap();
    let expected = json!({"name": "new", "imageURL": "i", "id": "01A", "createdAt": "then", "connector": {"id": "http"},
        "connectionVariables": [{"name": "v"}], "authSchemeConfigs": [{"id": "a", "d": 1}, {"id": "b"}, {"id": "c"}],
        "meta": {"uid": "u"}});
    assert_eq!(merged.document.to_string(), expected.to_string());
    assert_eq!(
        origins(&merged),
        r#""" current, "/name" payload, "/imageURL" payload, "/createdAt" server, "/meta" server"#
    );
}

#[test]
fn immutable_members_may_be_omitted_equal_or_empty_if_so_ruled() {
    let same = json!({"id": "01A", "connector": {"id": ""}, "connectionVariables": []});
    let merged = put(&same).unwrap();
    assert_eq!(merged.document["connector"], json!({"id": "http"}));
    assert_eq!(merged.document["connectionVariables"], json!([]));
    let other = json!({"id": "", "connector": {"id": "x"}});
    assert_eq!(
        bad(put(&other)),
        fields(&[("/id", Code::Immutable), ("/connector/id", Code::Immutable)])
    );
    let first = replace(&json!({}), &json!({"id": "new"}), &versori()).unwrap();
    assert_eq!(first.document, json!({"id": "new"}));
}

#[test]
fn what_the_server_sets_is_ignored() {
    let merged = put(&json!({"createdAt": "now", "updatedAt": "now", "meta": {"uid": 3}})).unwrap();
    assert_eq!(merged.document["createdAt"], "then");
    assert_eq!(merged.document.get("updatedAt"), None);
    assert_eq!(merged.document["meta"], json!({"uid": "u"}));
}

#[test]
fn a_parent_cannot_be_replaced_by_what_holds_no_members() {
    assert_eq!(
        put(&json!({"connector": null})).unwrap().document["connector"],
        json!({"id": "http"})
    );
    assert_eq!(
        bad(put(&json!({"connector": "x", "meta": []}))),
        fields(&[("/connector", Code::WrongType), ("/meta", Code::WrongType)])
    );
}

#[test]
fn a_list_can_be_reordered_by_keys_or_by_rows() {
    for order in [
        json!(["c", "a", "b"]),
        json!([{"id": "c", "d": "ignored"}, {"id": "a"}, "b"]),
    ] {
        let merged = put(&json!({"authSchemeConfigs": order})).unwrap();
        assert_eq!(
            merged.document["authSchemeConfigs"],
            json!([{"id": "c"}, {"id": "a", "d": 1}, {"id": "b"}])
        );
    }
}

#[test]
fn a_reordered_list_must_be_a_permutation() {
    let list = |rows: Value| bad(put(&json!({"authSchemeConfigs": rows})));
    assert_eq!(
        list(json!(["a", "b"])),
        fields(&[("/authSchemeConfigs", Code::NotAPermutation)])
    );
    assert_eq!(
        list(json!([])),
        fields(&[("/authSchemeConfigs", Code::NotAPermutation)])
    );
    assert_eq!(
        list(json!(["a", "b", "c", "d"])),
        fields(&[("/authSchemeConfigs/3", Code::UnknownMember)])
    );
    assert_eq!(
        list(json!(["a", "b", "c", "a"])),
        fields(&[("/authSchemeConfigs/3", Code::Duplicate)])
    );
    assert_eq!(
        list(json!(["a", "b", "c", []])),
        fields(&[("/authSchemeConfigs/3", Code::WrongType)])
    );
    assert_eq!(
        list(json!("a")),
        fields(&[("/authSchemeConfigs", Code::WrongType)])
    );
}

fn masked(unmatched: &str) -> ReplaceRules {
    rules(
        &json!({"lists": [{"path": "/rows", "key": "name"}], "mask": {"text": "<hidden>", "asterisks": 2, "unmatched": unmatched}}),
    )
}

#[test]
fn a_mask_keeps_what_is_stored_at_the_same_place() {
    let stored = json!({"properties": {"password": {"value": {"ref": "s1"}}, "list": ["s2", "s3"]},
        "rows": [{"name": "a", "value": "s4"}, {"name": "b", "value": "s5"}]});
    let payload = json!({"properties": {"password": {"value": "******"}, "list": ["x", "**"], "glob": "*"},
        "rows": [{"name": "b", "value": "<hidden>"}, {"name": "c", "value": 1}]});
    let merged = replace(&stored, &payload, &masked("error")).unwrap();
    let expected = json!({"properties": {"password": {"value": {"ref": "s1"}}, "list": ["x", "s3"], "glob": "*"},
        "rows": [{"name": "b", "value": "s5"}, {"name": "c", "value": 1}]});
    assert_eq!(merged.document, expected);
    assert_eq!(
        origins(&merged),
        r#""" payload, "/properties/password" current, "/properties/list/1" current, "/rows/0/value" current"#
    );
}

#[test]
fn a_mask_of_nothing_is_an_error_or_left_out() {
    let payload =
        json!({"a": "**", "rows": [{"name": "new", "value": "***", "n": 1}], "list": ["****"]});
    let places = [
        ("/a", Code::NotFound),
        ("/rows/0/value", Code::NotFound),
        ("/list/0", Code::NotFound),
    ];
    assert_eq!(
        bad(replace(&json!({}), &payload, &masked("error"))),
        fields(&places)
    );
    let dropped = replace(&json!({}), &payload, &masked("drop")).unwrap();
    assert_eq!(
        dropped.document,
        json!({"rows": [{"name": "new", "n": 1}], "list": []})
    );
}

#[test]
fn an_immutable_member_may_hold_a_mask() {
    let rules: ReplaceRules =
        rules(&json!({"immutable": [{"path": "/auth"}], "mask": {"text": "******"}}));
    let stored = json!({"auth": {"kind": "basic", "password": "s1"}});
    let merged = replace(
        &stored,
        &json!({"auth": {"password": "******", "kind": "basic"}}),
        &rules,
    )
    .unwrap();
    assert_eq!(merged.document, stored);
}

#[test]
fn duplicate_rows_of_a_keyed_list_are_refused() {
    let payload = json!({"rows": [{"name": "a"}, {"name": "a"}]});
    assert_eq!(
        bad(replace(&json!({}), &payload, &masked("error"))),
        fields(&[("/rows/1/name", Code::Duplicate)])
    );
}
