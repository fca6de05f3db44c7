//! Documents that want to do harm: they get a typed error, and soon.
#![cfg(test)]

mod common;

use std::time::{Duration, Instant};

use common::{bad, rules};
use merge::limits::{self, MAX_ERRORS};
use merge::rules::{ApplyRules, TemplateRules};
use merge::{Code, Error, Writer, apply, diff, merge_patch, template};
use serde_json::{Value, json};

fn soon<T>(what: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = what();
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "{:?}",
        start.elapsed()
    );
    done
}

fn rows(count: usize, row: impl Fn(usize) -> Value) -> Value {
    Value::Array((0..count).map(row).collect())
}

fn schema() -> ApplyRules {
    rules(&json!({"types": [{"path": "/rows", "type": "map", "keys": ["name"]}]}))
}

#[test]
fn a_million_errors_are_a_thousand_and_one() {
    let union: TemplateRules =
        rules(&json!({"lists": [{"path": "/rows", "key": "name", "select": "union"}]}));
    let payload = json!({"rows": rows(100_000, |_| json!({"name": "same"}))});
    let found = soon(|| bad(template(&json!({}), &payload, &union)));
    assert_eq!(found.len(), MAX_ERRORS + 1);
    assert_eq!(found.last().unwrap().1, Code::TooLarge);
}

#[test]
fn long_names_do_not_multiply() {
    let name = "n".repeat(1024 * 1024);
    let list = |value: &str| json!({ &name: rows(1000, |index| json!({"name": "same", "value": format!("{value}{index}")})) });
    let union: TemplateRules =
        rules(&json!({"lists": [{"path": "/*", "key": "name", "select": "union"}]}));
    let Err(Error::Invalid(found)) = soon(|| template(&json!({}), &list(""), &union)) else {
        panic!()
    };
    assert!(
        found
            .iter()
            .map(|field| field.pointer.len() + field.message.len())
            .sum::<usize>()
            <= 16 * 1024 * 1024
    );

    let members = |value: i32| -> Value {
        (0..1000)
            .map(|index| (format!("m{index}"), json!({"v": value})))
            .collect()
    };
    let current = json!({ &name: members(1) });
    let patch = json!({ &name: rows_of(&members(2)) });
    assert_eq!(
        bad(soon(|| merge_patch(&current, &patch)))[0].1,
        Code::TooLarge
    );
    let changes = soon(|| diff(Some(&list("a")), Some(&list("b")), &rules(&json!({}))));
    assert_eq!(bad(changes)[0].1, Code::TooLarge);
}

/// Every other member, so that origins alternate.
fn rows_of(members: &Value) -> Value {
    let members = members.as_object().unwrap().iter();
    let odd = members.map(|(name, _)| (name.clone(), json!({"w": 1, "x": 1})));
    Value::Object(odd.collect())
}

#[test]
fn many_rows_and_conflicts_take_no_time() {
    let list = |value: i32| json!({"rows": rows(20_000, |index| json!({"name": index.to_string(), "value": value}))});
    let writer = |manager: &str| Writer {
        manager: manager.into(),
        ..Writer::default()
    };
    let first =
        soon(|| apply(None, &json!([]), &list(1), &writer("one"), false, &schema())).unwrap();
    let second = soon(|| {
        apply(
            Some(&first.merged.document),
            &first.managed_fields,
            &list(2),
            &writer("two"),
            false,
            &schema(),
        )
    });
    match second {
        Err(Error::Conflicts(all)) => assert_eq!(all.len(), MAX_ERRORS),
        other => panic!("{other:?}"),
    }
    let mut reversed = list(1);
    reversed["rows"].as_array_mut().unwrap().reverse();
    soon(|| {
        apply(
            Some(&first.merged.document),
            &first.managed_fields,
            &reversed,
            &writer("two"),
            false,
            &schema(),
        )
    })
    .unwrap();
}

#[test]
fn many_managers_are_refused() {
    let entries = rows(
        1_001,
        |index| json!({"manager": index.to_string(), "operation": "Update", "fieldsV1": {"f:a": {}}}),
    );
    let result = apply(
        Some(&json!({})),
        &entries,
        &json!({}),
        &Writer::default(),
        false,
        &schema(),
    );
    assert_eq!(bad(result)[0].1, Code::TooLarge);
}

#[test]
fn the_deepest_document_goes_through_everything() {
    let deep = |leaf: &str| {
        format!(
            "{}{leaf}{}",
            "{\"a\":".repeat(limits::MAX_DEPTH),
            "}".repeat(limits::MAX_DEPTH)
        )
    };
    let (one, two) = (
        limits::parse("one", &deep("1")).unwrap(),
        limits::parse("two", &deep("2")).unwrap(),
    );
    let merged = merge_patch(&one, &two).unwrap();
    assert_eq!(limits::render(&merged.document).unwrap(), deep("2"));
    let applied = apply(None, &json!([]), &one, &Writer::default(), false, &schema()).unwrap();
    // What is written must be readable again.
    assert!(limits::parse_managed_fields(&applied.managed_fields.to_string()).is_ok());
}
