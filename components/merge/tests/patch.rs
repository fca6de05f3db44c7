//! JSON Merge Patch, JSON Patch and the three-way merge.
#![cfg(test)]

mod common;

use common::{bad, fields, origins, rules, source_of};
use merge::{Code, Error, Source, json_patch, merge_patch, three_way};
use serde_json::{Value, json};

#[test]
fn merge_patch_cases() {
    let cases = [
        (
            json!({"n": "old"}),
            json!({"n": "new"}),
            json!({"n": "new"}),
        ),
        (json!({"n": 1}), json!({"m": 2}), json!({"n": 1, "m": 2})),
        (json!({"n": 1}), json!({"n": null}), json!({})),
        (
            json!({"n": 1, "m": 2}),
            json!({"n": null, "x": null}),
            json!({"m": 2}),
        ),
        (
            json!({"list": ["a"]}),
            json!({"list": "flat"}),
            json!({"list": "flat"}),
        ),
        (
            json!({"list": "flat"}),
            json!({"list": ["a", null]}),
            json!({"list": ["a", null]}),
        ),
        (
            json!({"o": {"p": "q"}}),
            json!({"o": {"p": "r", "gone": null}}),
            json!({"o": {"p": "r"}}),
        ),
        (
            json!({"o": [{"p": 1}]}),
            json!({"o": [1]}),
            json!({"o": [1]}),
        ),
        (json!([1, 2]), json!([3]), json!([3])),
        (json!([1, 2]), json!({"a": 1, "b": null}), json!({"a": 1})),
        (json!({"a": 1}), json!(null), json!(null)),
        (
            json!({"a": null}),
            json!({"b": 1}),
            json!({"a": null, "b": 1}),
        ),
        (
            json!("text"),
            json!({"a": {"b": {"c": null}}}),
            json!({"a": {"b": {}}}),
        ),
        (
            json!({"a": "text"}),
            json!({"a": {"b": null}}),
            json!({"a": {}}),
        ),
        (json!({}), json!({}), json!({})),
    ];
    for (current, patch, expected) in cases {
        let merged = merge_patch(&current, &patch).unwrap();
        assert_eq!(
            merged.document.to_string(),
            expected.to_string(),
            "{current} + {patch}"
        );
    }
}

#[test]
fn merge_patch_keeps_order_and_tells_origins() {
    let merged = merge_patch(
        &json!({"c": 1, "b": {"y": 1, "x": 2}, "a": 3}),
        &json!({"z": 0, "b": {"y": 9}, "c": null}),
    )
    .unwrap();
    assert_eq!(
        merged.document.to_string(),
        r#"{"b":{"y":9,"x":2},"a":3,"z":0}"#
    );
    assert_eq!(source_of(&merged, "/b/y"), Source::Payload);
    assert_eq!(source_of(&merged, "/b/x"), Source::Current);
    assert_eq!(source_of(&merged, "/z"), Source::Payload);
}

fn patched(current: &Value, patch: &Value) -> String {
    json_patch(current, patch).unwrap().document.to_string()
}

#[test]
fn json_patch_cases() {
    let document = json!({"a": {"b": 1, "c": [1, 2, 3]}, "~/": 0, "": "empty"});
    let cases = [
        (json!([]), r#"{"a":{"b":1,"c":[1,2,3]},"~/":0,"":"empty"}"#),
        (
            json!([{"op": "add", "path": "/a/b", "value": 2}]),
            r#"{"a":{"b":2,"c":[1,2,3]},"~/":0,"":"empty"}"#,
        ),
        (
            json!([{"op": "add", "path": "/a/c/0", "value": 0}]),
            r#"{"a":{"b":1,"c":[0,1,2,3]},"~/":0,"":"empty"}"#,
        ),
        (
            json!([{"op": "add", "path": "/a/c/3", "value": 4}]),
            r#"{"a":{"b":1,"c":[1,2,3,4]},"~/":0,"":"empty"}"#,
        ),
        (
            json!([{"op": "add", "path": "/a/c/-", "value": [4]}]),
            r#"{"a":{"b":1,"c":[1,2,3,[4]]},"~/":0,"":"empty"}"#,
        ),
        (json!([{"op": "add", "path": "", "value": null}]), "null"),
        (
            json!([{"op": "remove", "path": "/a"}]),
            r#"{"~/":0,"":"empty"}"#,
        ),
        (
            json!([{"op": "remove", "path": "/a/c/1"}]),
            r#"{"a":{"b":1,"c":[1,3]},"~/":0,"":"empty"}"#,
        ),
        (
            json!([{"op": "replace", "path": "/~0~1", "value": null}]),
            r#"{"a":{"b":1,"c":[1,2,3]},"~/":null,"":"empty"}"#,
        ),
        (
            json!([{"op": "replace", "path": "", "value": {}}, {"op": "add", "path": "/x", "value": 1}]),
            r#"{"x":1}"#,
        ),
        (
            json!([{"op": "replace", "path": "/", "value": 1}]),
            r#"{"a":{"b":1,"c":[1,2,3]},"~/":0,"":1}"#,
        ),
        (
            json!([{"op": "move", "from": "/a/b", "path": "/d"}]),
            r#"{"a":{"c":[1,2,3]},"~/":0,"":"empty","d":1}"#,
        ),
        (
            json!([{"op": "move", "from": "/a/c/0", "path": "/a/c/2"}]),
            r#"{"a":{"b":1,"c":[2,3,1]},"~/":0,"":"empty"}"#,
        ),
        (
            json!([{"op": "move", "from": "/a/c", "path": ""}]),
            "[1,2,3]",
        ),
        (
            json!([{"op": "move", "from": "/a", "path": "/a"}]),
            r#"{"a":{"b":1,"c":[1,2,3]},"~/":0,"":"empty"}"#,
        ),
        (
            json!([{"op": "copy", "from": "/a/c", "path": "/a/b"}, {"op": "remove", "path": "/a/c/0"}]),
            r#"{"a":{"b":[1,2,3],"c":[2,3]},"~/":0,"":"empty"}"#,
        ),
        (
            json!([{"op": "copy", "from": "", "path": "/a"}, {"op": "remove", "path": "/a/a"}, {"op": "remove", "path": "/~0~1"}]),
            r#"{"a":{"~/":0,"":"empty"},"":"empty"}"#,
        ),
        (
            json!([{"op": "test", "path": "/a", "value": {"c": [1.0, 2, 3], "b": 1}, "extra": true}]),
            r#"{"a":{"b":1,"c":[1,2,3]},"~/":0,"":"empty"}"#,
        ),
        (
            json!([{"op": "test", "path": "", "value": document.clone()}]),
            r#"{"a":{"b":1,"c":[1,2,3]},"~/":0,"":"empty"}"#,
        ),
    ];
    for (patch, expected) in cases {
        assert_eq!(patched(&document, &patch), expected, "{patch}");
    }
}

#[test]
fn json_patch_errors() {
    let document = json!({"a": {"b": 1, "c": [1, 2, 3]}});
    let cases = [
        (json!({"op": "remove", "path": "/x"}), "/x", Code::NotFound),
        (json!({"op": "remove", "path": ""}), "", Code::Malformed),
        (
            json!({"op": "remove", "path": "/a/c/3"}),
            "/a/c/3",
            Code::NotFound,
        ),
        (
            json!({"op": "remove", "path": "/a/c/-"}),
            "/a/c/-",
            Code::NotFound,
        ),
        (
            json!({"op": "remove", "path": "/a/b/x"}),
            "/a/b/x",
            Code::NotFound,
        ),
        (
            json!({"op": "replace", "path": "/x", "value": 1}),
            "/x",
            Code::NotFound,
        ),
        (
            json!({"op": "replace", "path": "/a/c/3", "value": 1}),
            "/a/c/3",
            Code::NotFound,
        ),
        (
            json!({"op": "add", "path": "/x/y", "value": 1}),
            "/x/y",
            Code::NotFound,
        ),
        (
            json!({"op": "add", "path": "/a/b/y", "value": 1}),
            "/a/b/y",
            Code::NotFound,
        ),
        (
            json!({"op": "add", "path": "/a/c/4", "value": 1}),
            "/a/c/4",
            Code::NotFound,
        ),
        (
            json!({"op": "add", "path": "/a/c/01", "value": 1}),
            "/a/c/01",
            Code::NotFound,
        ),
        (
            json!({"op": "add", "path": "/a/c/+1", "value": 1}),
            "/a/c/+1",
            Code::NotFound,
        ),
        (
            json!({"op": "add", "path": "/a/c/", "value": 1}),
            "/a/c/",
            Code::NotFound,
        ),
        (
            json!({"op": "add", "path": "/a/c/99999999999999999999", "value": 1}),
            "/a/c/99999999999999999999",
            Code::NotFound,
        ),
        (json!({"op": "add", "path": "/a"}), "/a", Code::Required),
        (
            json!({"op": "add", "path": "a", "value": 1}),
            "a",
            Code::Malformed,
        ),
        (
            json!({"op": "add", "path": "/~2", "value": 1}),
            "/~2",
            Code::Malformed,
        ),
        (
            json!({"op": "add", "path": 3, "value": 1}),
            "",
            Code::WrongType,
        ),
        (json!({"op": "add", "value": 1}), "", Code::Required),
        (json!({"path": "/a"}), "/a", Code::Required),
        (
            json!({"op": "ADD", "path": "/a", "value": 1}),
            "/a",
            Code::Malformed,
        ),
        (json!({"op": "move", "path": "/a"}), "/a", Code::Required),
        (
            json!({"op": "move", "from": "/a", "path": "/a/c"}),
            "/a/c",
            Code::Malformed,
        ),
        (
            json!({"op": "move", "from": "/x", "path": "/x"}),
            "/x",
            Code::NotFound,
        ),
        (
            json!({"op": "copy", "from": "/x", "path": "/y"}),
            "/x",
            Code::NotFound,
        ),
        (
            json!({"op": "test", "path": "/a/b", "value": "1"}),
            "/a/b",
            Code::TestFailed,
        ),
        (
            json!({"op": "test", "path": "/x", "value": null}),
            "/x",
            Code::NotFound,
        ),
        (json!("remove"), "", Code::WrongType),
    ];
    for (operation, pointer, code) in cases {
        let patch = json!([{"op": "test", "path": "", "value": document.clone()}, operation]);
        let Err(Error::Invalid(found)) = json_patch(&document, &patch) else {
            panic!("{patch}")
        };
        assert_eq!(
            (found[0].pointer.as_str(), found[0].code, found[0].operation),
            (pointer, code, Some(1)),
            "{patch}"
        );
        assert!(
            found[0].message.starts_with("operation 1: "),
            "{}",
            found[0].message
        );
    }
    assert_eq!(
        bad(json_patch(&document, &json!({}))),
        fields(&[("", Code::WrongType)])
    );
}

#[test]
fn every_malformed_operation_is_reported() {
    let patch =
        json!([{"op": "add"}, {"op": "test", "path": "/x", "value": 1}, {"op": "no", "path": "/"}]);
    let expected = [
        ("", Code::Required),
        ("", Code::Required),
        ("/", Code::Malformed),
    ];
    assert_eq!(bad(json_patch(&json!({}), &patch)), fields(&expected));
}

#[test]
fn json_patch_tells_origins() {
    let current = json!({"list": [1, 2, 3], "a": 1, "b": 2});
    let patch = json!([{"op": "add", "path": "/list/0", "value": 0}, {"op": "replace", "path": "/a", "value": 9}]);
    assert_eq!(
        origins(&json_patch(&current, &patch).unwrap()),
        r#""" current, "/list/0" payload, "/a" payload"#
    );
}

#[test]
fn copies_cannot_fill_the_memory() {
    let copies: Value = (0..20)
        .map(|_| json!({"op": "copy", "from": "/0", "path": "/-"}))
        .collect();
    let (bytes, values) = (json!(["x".repeat(1024 * 1024)]), json!([vec![0; 100_000]]));
    for document in [bytes, values] {
        assert_eq!(bad(json_patch(&document, &copies))[0].1, Code::TooLarge);
    }
    let deep: Vec<Value> = (0..100)
        .map(|_| json!({"op": "copy", "from": "", "path": "/a"}))
        .collect();
    assert_eq!(
        bad(json_patch(&json!({}), &Value::Array(deep)))[0].1,
        Code::TooDeep
    );
    let many: Vec<Value> = (0..20_000)
        .map(|_| json!({"op": "test", "path": "", "value": {}}))
        .collect();
    assert_eq!(
        bad(json_patch(&json!({}), &Value::Array(many)))[0].1,
        Code::TooLarge
    );
}

#[test]
fn moves_cannot_take_the_processor() {
    let rows = Value::Array((0..300_000).map(Value::from).collect());
    let patch: Vec<Value> = (0..10_000)
        .map(|_| json!({"op": "move", "from": "/0", "path": "/-"}))
        .collect();
    assert_eq!(
        bad(json_patch(&rows, &Value::Array(patch)))[0].1,
        Code::TooLarge
    );
}

#[test]
fn three_way_removes_only_what_was_applied_before() {
    let last = json!({"a": 1, "gone": 1, "o": {"x": 1, "y": 1}, "rows": [{"name": "r1", "v": 1, "w": 1}, {"name": "r2"}]});
    let current = json!({"gone": 2, "theirs": 1, "a": 5, "o": {"y": 1, "x": 1, "theirs": 1},
        "rows": [{"name": "r0"}, {"name": "r2"}, {"name": "r1", "w": 1, "v": 1, "theirs": 1}]});
    let payload = json!({"a": 2, "o": {"x": 3}, "rows": [{"name": "r3"}, {"name": "r1", "v": 2}]});
    let merged = three_way(
        &last,
        &current,
        &payload,
        &rules(&json!({"lists": [{"path": "/rows", "key": "name"}]})),
    )
    .unwrap();
    let expected = json!({"theirs": 1, "a": 2, "o": {"x": 3, "theirs": 1},
        "rows": [{"name": "r0"}, {"name": "r1", "v": 2, "theirs": 1}, {"name": "r3"}]});
    assert_eq!(merged.document.to_string(), expected.to_string());
    assert_eq!(source_of(&merged, "/rows/0"), Source::Current);
    assert_eq!(source_of(&merged, "/rows/1/v"), Source::Payload);
}
