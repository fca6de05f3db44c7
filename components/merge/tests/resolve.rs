//! Resolution of references.
#![cfg(test)]

mod common;

use common::{bad, fields, origins, rules, source_of};
use merge::resolve::{candidates, extractors};
use merge::{Code, Error, Resolution, Resolved, Source, resolve};
use serde_json::{Value, json};

fn resolved(document: &Value, paths: &Value) -> Result<Resolved, Error> {
    let known = json!([
        {"type": "IDENTITY", "id": "1", "name": "ann"}, {"type": "IDENTITY", "id": "2", "name": "bob"},
        {"type": "IDENTITY", "id": "3", "name": "twin"}, {"type": "IDENTITY", "id": "4", "name": "twin"},
        {"type": "RULE", "id": "1", "name": "rule"}]);
    let rules = rules(
        &json!({"always_by_id": ["RULE"], "defaults": [{"type": "CLUSTER", "id": "9", "name": "main"}]}),
    );
    resolve(document, &extractors(paths)?, &candidates(known)?, &rules)
}

fn how(resolved: &Resolved) -> Vec<(&str, Resolution)> {
    resolved
        .references
        .iter()
        .map(|one| (one.pointer.as_str(), one.resolution))
        .collect()
}

#[test]
fn by_id_then_by_name_then_by_default() {
    let document = json!({
        "owner": {"type": "IDENTITY", "id": "2", "name": "renamed"},
        "by name": {"type": "IDENTITY", "id": "old", "name": "ann", "note": "stays"},
        "cluster": {"type": "CLUSTER", "id": "old", "name": "gone"},
        "rule": {"type": "RULE", "id": "old", "name": "rule"},
        "twin": {"type": "IDENTITY", "name": "twin"},
        "none": null, "other": 1});
    let paths = json!([
        "$.owner",
        "$['by name']",
        "$.cluster",
        "$[\"rule\"]",
        "$.twin",
        "$.none",
        "$.missing"
    ]);
    let result = resolved(&document, &paths).unwrap();
    assert_eq!(
        how(&result),
        [
            ("/owner", Resolution::Id),
            ("/by name", Resolution::Name),
            ("/cluster", Resolution::Default),
            ("/rule", Resolution::Unresolved),
            ("/twin", Resolution::Unresolved),
        ]
    );
    let expected = json!({
        "owner": {"type": "IDENTITY", "id": "2", "name": "bob"},
        "by name": {"type": "IDENTITY", "id": "1", "name": "ann", "note": "stays"},
        "cluster": {"type": "CLUSTER", "id": "9", "name": "main"},
        "rule": {"type": "RULE", "id": "old", "name": "rule"},
        "twin": {"type": "IDENTITY", "name": "twin"},
        "none": null, "other": 1});
    assert_eq!(result.merged.document.to_string(), expected.to_string());
    assert_eq!(source_of(&result.merged, "/by name/note"), Source::Payload);
    assert_eq!(source_of(&result.merged, "/by name/id"), Source::Reference);
    assert_eq!(source_of(&result.merged, "/cluster/id"), Source::Default);
    assert_eq!(source_of(&result.merged, "/rule"), Source::Payload);
    assert_eq!(result.references[2].wanted.name.as_deref(), Some("gone"));
    assert_eq!(result.references[3].found, None);
}

#[test]
fn paths_select_rows_members_and_lists_and_each_place_once() {
    let owner = json!({"type": "IDENTITY", "name": "bob"});
    let document = json!({"a": {"b": [{"c": owner.clone()}, {"c": null}, {"d": 1}]}, "all": [owner.clone(), owner.clone()], "map": {"x": owner}});
    let paths = json!([
        "$.a.b[*].c",
        "$.all",
        "$.all[1]",
        "$.map.*",
        "$.a.b[7].c",
        "$.map[0]",
        "$.a.b.c"
    ]);
    let result = resolved(&document, &paths).unwrap();
    let places: Vec<_> = result
        .references
        .iter()
        .map(|one| one.pointer.as_str())
        .collect();
    assert_eq!(places, ["/a/b/0/c", "/all/0", "/all/1", "/map/x"]);
    assert!(
        result
            .references
            .iter()
            .all(|one| one.resolution == Resolution::Name)
    );
    assert_eq!(result.merged.document["all"][1]["id"], "2");
}

#[test]
fn without_references_nothing_changes() {
    let document = json!({"z": 1, "a": [1, {"b": 2}]});
    let result = resolved(&document, &json!(["$.owner"])).unwrap();
    assert_eq!(result.merged.document.to_string(), document.to_string());
    assert_eq!(origins(&result.merged), r#""" payload"#);
}

#[test]
fn what_is_no_reference_is_an_error() {
    let document = json!({"a": "id", "b": [3], "c": {"type": "IDENTITY", "id": 1, "name": ["x"]}});
    let expected = [
        ("/a", Code::WrongType),
        ("/b/0", Code::WrongType),
        ("/c/id", Code::WrongType),
        ("/c/name", Code::WrongType),
    ];
    assert_eq!(
        bad(resolved(&document, &json!(["$.a", "$.b", "$.c"]))),
        fields(&expected)
    );
}

#[test]
fn paths_that_are_not_supported_are_errors() {
    let wrong = [
        "",
        "owner",
        "$owner",
        "$.",
        "$..a",
        "$.a..b",
        "$[",
        "$[x]",
        "$['x'",
        "$['x",
        "$['\\x']",
        "$[-1]",
        "$[0:1]",
        "$[?(@.a)]",
        "$[99999999999999999999]",
        "$[]",
    ];
    for text in wrong {
        assert_eq!(
            bad(extractors(&json!([text]))),
            fields(&[("/0", Code::Malformed)]),
            "{text}"
        );
    }
    assert_eq!(
        bad(extractors(&json!(["$", 1, "$x"]))),
        fields(&[("/1", Code::WrongType), ("/2", Code::Malformed)])
    );
    assert_eq!(
        bad(extractors(&json!({}))),
        fields(&[("", Code::WrongType)])
    );
    assert_eq!(
        bad(candidates(json!([1]))),
        fields(&[("", Code::Malformed)])
    );
}
