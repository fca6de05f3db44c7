//! Differences.
#![cfg(test)]

mod common;

use common::rules;
use merge::{Change, Operation, diff};
use serde_json::{Value, json};

fn differences(before: &Value, after: &Value) -> Vec<String> {
    let rows = rules(&json!({"lists": [{"path": "/rows", "key": "name"}]}));
    let text = |value: Option<Value>| value.map_or("-".into(), |value| value.to_string());
    let line = |change: Change| {
        format!(
            "{:?} {} {} {}",
            change.operation,
            change.pointer,
            text(change.before),
            text(change.after)
        )
    };
    diff(Some(before), Some(after), &rows)
        .unwrap()
        .into_iter()
        .map(line)
        .collect()
}

#[test]
fn members_are_compared_by_name_and_rows_by_index() {
    let before = json!({"a": 1, "b": {"c": [1, 2, 3], "d": 1}, "gone": {"x": 1}});
    let after = json!({"b": {"d": 1.0, "c": [1, 9]}, "a": 1, "new/": [0]});
    assert_eq!(
        differences(&before, &after),
        [
            "Replace /b/c/1 2 9",
            "Remove /b/c/2 3 -",
            "Remove /gone {\"x\":1} -",
            "Add /new~1 - [0]"
        ]
    );
}

#[test]
fn rows_of_keyed_lists_are_compared_by_key() {
    let before = json!({"rows": [{"name": "gone"}, {"name": "a", "v": 1}, {"name": "b"}]});
    let after = json!({"rows": [{"name": "a", "v": 2}, {"name": "new"}, {"name": "b"}]});
    assert_eq!(
        differences(&before, &after),
        [
            "Remove /rows/0 {\"name\":\"gone\"} -",
            "Replace /rows/0/v 1 2",
            "Add /rows/1 - {\"name\":\"new\"}"
        ]
    );
}

#[test]
fn a_changed_order_is_a_change_of_the_list() {
    let before = json!({"rows": [{"name": "a"}, {"name": "b"}]});
    let after = json!({"rows": [{"name": "b"}, {"name": "a"}]});
    assert_eq!(
        differences(&before, &after),
        [r#"Replace /rows [{"name":"a"},{"name":"b"}] [{"name":"b"},{"name":"a"}]"#]
    );
}

#[test]
fn rows_without_a_key_of_their_own_are_compared_by_index() {
    let before = json!({"rows": [{"name": "a"}, {"name": "a", "v": 1}]});
    let after = json!({"rows": [{"name": "a"}, {"name": "a", "v": 2}]});
    assert_eq!(differences(&before, &after), ["Replace /rows/1/v 1 2"]);
}

#[test]
fn a_document_that_does_not_exist_is_added_or_removed() {
    let change = diff(None, Some(&json!({"a": 1})), &rules(&json!({}))).unwrap();
    assert_eq!(
        (
            change[0].pointer.as_str(),
            change[0].operation,
            change.len()
        ),
        ("", Operation::Add, 1)
    );
    let change = diff(Some(&json!(null)), None, &rules(&json!({}))).unwrap();
    assert_eq!(
        (change[0].operation, change[0].before.clone()),
        (Operation::Remove, Some(json!(null)))
    );
    assert!(diff(None, None, &rules(&json!({}))).unwrap().is_empty());
}
