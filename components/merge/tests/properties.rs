//! What holds for all documents.
#![cfg(test)]

mod common;

use std::collections::BTreeMap;

use common::{rules, source_of};
use merge::rules::{ApplyRules, ListRules, ReplaceRules, TemplateRules};
use merge::{
    Error, Source, Writer, apply, diff, equal, json_patch, limits, manage_fields, merge_patch,
    replace, template, three_way,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..3).prop_map(Value::from),
        prop_oneof![Just("******"), Just(""), Just("x"), Just("ü/~\"")].prop_map(Value::from),
    ]
}

/// Few names, so that documents overlap; shuffled, so that order matters.
fn object(member: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    let name = prop_oneof![Just("a"), Just("b"), Just("c/~"), Just("rows"), Just("id")];
    let members =
        btree_map(name, member, 0..5).prop_map(|members| members.into_iter().collect::<Vec<_>>());
    members.prop_shuffle().prop_map(|members| {
        members
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>()
            .into()
    })
}

fn rows() -> impl Strategy<Value = Value> {
    let row = |(name, value): (&str, Value)| json!({"name": name, "value": value});
    let names = prop_oneof![Just("p"), Just("q"), Just("r"), Just("s")];
    let rows =
        btree_map(names, scalar(), 0..4).prop_map(|rows| rows.into_iter().collect::<Vec<_>>());
    rows.prop_shuffle()
        .prop_map(move |rows| Value::Array(rows.into_iter().map(row).collect()))
}

fn any_value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            object(inner)
        ]
    })
}

/// Any object; under `/rows`, if it is there, a list with keys.
fn document() -> impl Strategy<Value = Value> {
    (object(any_value()), rows()).prop_map(|(mut document, rows)| {
        if let Some(place) = document.get_mut("rows") {
            *place = rows;
        }
        document
    })
}

fn union() -> TemplateRules {
    rules(&json!({"lists": [{"path": "/rows", "key": "name", "select": "union"}]}))
}

fn keyed() -> ListRules {
    rules(&json!({"lists": [{"path": "/rows", "key": "name"}]}))
}

fn schema() -> ApplyRules {
    rules(&json!({"types": [{"path": "/rows", "type": "map", "keys": ["name"]}]}))
}

fn writer(manager: &str) -> Writer {
    Writer {
        manager: manager.into(),
        api_version: "v1".into(),
        subresource: String::new(),
        time: "now".into(),
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(members) => members.values().any(has_null),
        _ => false,
    }
}

/// The leaves of a document by pointer; rows of `/rows` by name.
fn leaves(value: &Value, at: &str, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, member) in members {
                leaves(
                    member,
                    &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")),
                    found,
                );
            }
        }
        Value::Array(rows) if at == "/rows" => {
            for row in rows {
                leaves(row, &format!("{at}/{}", row["name"]), found);
            }
        }
        _ => {
            found.insert(at.to_owned(), value.clone());
        }
    }
}

fn leaves_of(value: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    leaves(value, "", &mut found);
    found
}

fn without_names(value: &Value, other: &Value) -> Value {
    let members = value
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| other.get(name).is_none());
    Value::Object(
        members
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_template_with_nothing_laid_over_it_is_itself(class in document(), payload in document()) {
        prop_assert_eq!(template(&class, &json!({}), &union()).unwrap().document.to_string(), class.to_string());
        prop_assert_eq!(template(&json!({}), &payload, &union()).unwrap().document.to_string(), payload.to_string());
    }

    #[test]
    fn laying_a_payload_over_a_template_is_idempotent_and_loses_nothing(class in document(), payload in document()) {
        let once = template(&class, &payload, &union()).unwrap().document;
        let twice = template(&once, &payload, &union()).unwrap().document;
        prop_assert_eq!(once.to_string(), twice.to_string());
        for name in class.as_object().unwrap().keys().chain(payload.as_object().unwrap().keys()) {
            prop_assert!(once.get(name).is_some());
        }
        let names = |value: &Value| -> Vec<String> {
            value["rows"].as_array().into_iter().flatten().map(|row| row["name"].to_string()).collect()
        };
        let merged = names(&once);
        prop_assert_eq!(&merged[..names(&class).len()], &names(&class)[..]);
        prop_assert!(names(&payload).iter().all(|name| merged.contains(name)));
    }

    #[test]
    fn a_value_from_the_template_is_the_templates(class in document(), payload in document()) {
        let merged = template(&class, &payload, &rules(&json!({}))).unwrap();
        for (pointer, value) in leaves_of(&merged.document) {
            let Some(found) = merged.document.pointer(&pointer) else { continue };
            prop_assert_eq!(found, &value);
            let from = if source_of(&merged, &pointer) == Source::Template { &class } else { &payload };
            prop_assert_eq!(from.pointer(&pointer), Some(&value), "{}", pointer);
        }
    }

    #[test]
    fn a_replacement_without_rules_is_the_payload(current in document(), payload in document()) {
        let merged = replace(&current, &payload, &ReplaceRules::default()).unwrap();
        prop_assert_eq!(merged.document.to_string(), payload.to_string());
        prop_assert_eq!(merged.origins.len(), 1);
    }

    #[test]
    fn a_replacement_by_itself_changes_nothing(current in document()) {
        let rules = rules(&json!({"server": ["/a"], "immutable": [{"path": "/id"}], "keep": ["/b"],
            "reorder_only": [{"path": "/rows", "key": "name"}], "mask": {"text": "******"}}));
        let merged = replace(&current, &current, &rules).unwrap();
        prop_assert_eq!(merged.document.to_string(), current.to_string());
        let kept = replace(&current, &json!({}), &rules).unwrap();
        for name in ["a", "b", "id", "rows"] {
            prop_assert_eq!(kept.document.get(name), current.get(name));
        }
    }

    #[test]
    fn merge_patch_is_idempotent_and_its_values_arrive(current in any_value(), patch in any_value()) {
        let once = merge_patch(&current, &patch).unwrap().document;
        prop_assert_eq!(merge_patch(&once, &patch).unwrap().document.to_string(), once.to_string());
        if !has_null(&patch) {
            prop_assert_eq!(merge_patch(&json!({}), &patch).unwrap().document.to_string(), patch.to_string());
        }
        prop_assert_eq!(&merge_patch(&once, &json!({})).unwrap().document, &if once.is_object() { once } else { json!({}) });
    }

    #[test]
    fn a_diff_without_keys_is_a_patch_from_one_to_the_other(before in any_value(), after in any_value()) {
        let changes = diff(Some(&before), Some(&after), &ListRules::default()).unwrap();
        // Removals from the end, so that the indexes before them stay.
        let (gone, rest): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.after.is_none());
        let operations = rest.into_iter().chain(gone.into_iter().rev()).map(|change| match change.after {
            Some(value) if change.before.is_some() => json!({"op": "replace", "path": change.pointer, "value": value}),
            Some(value) => json!({"op": "add", "path": change.pointer, "value": value}),
            None => json!({"op": "remove", "path": change.pointer}),
        });
        let patched = json_patch(&before, &Value::Array(operations.collect())).unwrap().document;
        prop_assert!(equal(&patched, &after), "{patched} {after}");
    }

    #[test]
    fn equal_documents_do_not_differ(one in document(), other in document()) {
        prop_assert!(diff(Some(&one), Some(&one), &keyed()).unwrap().is_empty());
        prop_assert_eq!(diff(Some(&one), Some(&other), &keyed()).unwrap().is_empty(), equal(&one, &other));
    }

    #[test]
    fn a_three_way_merge_from_nothing_is_the_payload(payload in document(), current in document()) {
        prop_assert_eq!(three_way(&json!({}), &json!({}), &payload, &keyed()).unwrap().document.to_string(), payload.to_string());
        let mine = three_way(&current, &current, &payload, &keyed()).unwrap().document;
        prop_assert!(equal(&mine, &payload) || current.get("rows").is_some(), "{mine}");
    }

    #[test]
    fn applying_twice_is_a_no_op(first in document(), current in document()) {
        for current in [None, Some(&current)] {
            let once = apply(current, &json!([]), &first, &writer("m"), true, &schema()).unwrap();
            let twice = apply(Some(&once.merged.document), &once.managed_fields, &first, &writer("m"), false, &schema()).unwrap();
            prop_assert!(!twice.changed);
            prop_assert_eq!(twice.merged.document.to_string(), once.merged.document.to_string());
            prop_assert_eq!(twice.managed_fields.to_string(), once.managed_fields.to_string());
        }
    }

    #[test]
    fn applied_values_are_there(first in document(), second in document()) {
        let one = apply(None, &json!([]), &first, &writer("one"), false, &schema()).unwrap();
        let two = apply(Some(&one.merged.document), &one.managed_fields, &second, &writer("two"), true, &schema()).unwrap();
        let merged = leaves_of(&two.merged.document);
        for (pointer, value) in leaves_of(&second) {
            // An empty object merges with what is there, and an empty list of rows too.
            if value != json!({}) && pointer != "/rows" && !pointer.is_empty() {
                prop_assert_eq!(merged.get(&pointer), Some(&value), "{}", pointer);
            }
        }
    }

    #[test]
    fn disjoint_applies_do_not_conflict_and_dropping_all_leaves_the_others(first in document(), second in document()) {
        let second = without_names(&second, &first);
        let one = apply(None, &json!([]), &first, &writer("one"), false, &schema()).unwrap();
        let two = apply(Some(&one.merged.document), &one.managed_fields, &second, &writer("two"), false, &schema()).unwrap();
        let left = apply(Some(&two.merged.document), &two.managed_fields, &json!({}), &writer("two"), false, &schema()).unwrap();
        prop_assert_eq!(left.merged.document.to_string(), one.merged.document.to_string());
        prop_assert_eq!(left.managed_fields.to_string(), one.managed_fields.to_string());
    }

    #[test]
    fn without_force_an_apply_changes_nobody_elses_values(first in document(), second in document()) {
        let one = apply(None, &json!([]), &first, &writer("one"), false, &schema()).unwrap();
        match apply(Some(&one.merged.document), &one.managed_fields, &second, &writer("two"), false, &schema()) {
            Err(Error::Conflicts(all)) => prop_assert!(all.iter().all(|conflict| conflict.manager == "one")),
            Err(other) => prop_assert!(false, "{other:?}"),
            Ok(two) => {
                let merged = leaves_of(&two.merged.document);
                for (pointer, value) in leaves_of(&first) {
                    if value != json!({}) && pointer != "/rows" && !pointer.is_empty() {
                        prop_assert_eq!(merged.get(&pointer), Some(&value), "{}", pointer);
                    }
                }
            }
        }
    }

    #[test]
    fn updates_own_what_they_change(first in document(), second in document()) {
        let own = |before: Option<&Value>, after: &Value, managers: &Value, name: &str| {
            manage_fields(before, after, managers, &writer(name), &schema()).unwrap()
        };
        let created = own(None, &first, &json!([]), "one");
        prop_assert_eq!(&own(Some(&first), &first, &created, "two"), &created);
        let updated = own(Some(&first), &second, &created, "two");
        let back = own(Some(&second), &json!({}), &updated, "three");
        prop_assert_eq!(back, json!([]));
    }

    #[test]
    fn nothing_panics_and_the_same_input_gives_the_same_bytes(
        one in any_value(), other in any_value(), third in any_value(), text in "[\\[\\]{}:,\"\\\\ a1-]{0,40}",
    ) {
        let run = || {
            let replacing = rules(&json!({"server": ["/a/*"], "immutable": [{"path": "/id"}], "keep": ["/*/b"],
                "reorder_only": [{"path": "/rows"}], "lists": [{"path": "/*", "key": "a"}],
                "mask": {"text": "x", "asterisks": 1}}));
            let mixed = rules(&json!({"types": [{"path": "/*", "type": "map", "keys": ["a", "b"]}, {"path": "/*/*", "type": "set"},
                {"path": "/rows/a", "type": "atomic"}], "unowned": ["/id", "/a/."], "server": ["/b"]}));
            let by_index = rules(&json!({"lists": [{"path": "/*", "key": "a", "select": "payload"}, {"path": "/*/*", "key": "b", "select": "union"}]}));
            format!(
                "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
                template(&one, &other, &by_index),
                replace(&one, &other, &replacing),
                merge_patch(&one, &other),
                json_patch(&one, &json!([{"op": "add", "path": "/a/0", "value": other}, other])),
                three_way(&one, &other, &third, &keyed()),
                apply(Some(&one), &json!([]), &other, &writer("m"), true, &mixed)
                    .and_then(|first| apply(Some(&first.merged.document), &first.managed_fields, &third, &writer("m"), false, &mixed)),
                manage_fields(Some(&one), &other, &third, &writer("m"), &mixed),
                merge::resolve::extractors(&json!(["$.*", "$.a[*].b", text])).and_then(|paths| {
                    merge::resolve(&one, &paths, &[], &merge::rules::ResolveRules::default())
                }),
                limits::parse("text", &text),
            )
        };
        prop_assert_eq!(run(), run());
    }
}
