//! What goes in comes out: a document, the hub's form of it, and the document again.

use hub::class::Classes;
use hub::connector::take_secrets;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::resource::{Context, Resource};
use hub::scope::{NameIn, Scope, SecretStore};
use hub::secret::MASK;
use hub::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::instance::{self, ConnectorInstance};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const SENSITIVE: &str = "clientSecret";

fn scope() -> Scope {
    Scope {
        id: 7,
        name: "dev".to_owned(),
        names: vec![NameIn {
            dialect: "pingone",
            field: "environmentId",
            name: "abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6".to_owned(),
            shown: json!("abfba8f6-49eb-49f5-a5d9-80ad5c98f9f6"),
        }],
        created_at: NOW.rfc3339_millis(),
        secret_store: SecretStore::Values,
        identities: Default::default(),
    }
}

fn classes() -> Classes {
    let parameters = json!([{"name": SENSITIVE, "sensitive": true}, {"name": "region"}]);
    let class =
        json!({"parameters": parameters, "pingone": {"id": "ssoConnector", "type": "ping"}});
    Classes::new([("sso".to_owned(), class)]).unwrap()
}

/// What is stored of a document, and the names of its secrets.
fn stored(wire: &Value, current: Option<&Object>, classes: &Classes) -> (Object, Vec<String>) {
    let scope = scope();
    let context = Context {
        scope: &scope,
        classes,
    };
    let draft = ConnectorInstance.read(wire, current, &context).unwrap();
    let mut doc = draft.doc;
    let class = classes.get("sso");
    let before = current.map(|current| &current.doc);
    let taken = take_secrets(&mut doc, before, class, SecretStore::Values).unwrap();
    let entries = taken.new.into_iter().map(|(entry, _)| entry);
    let entries = entries.chain(taken.kept).collect();
    let object = Object {
        id: 1,
        uid: Uid::new(NOW).unwrap(),
        scope: 7,
        kind: Kind::Connector,
        slug: hub::text::slug(&draft.name),
        name: draft.name,
        parent: None,
        generation: 1,
        revision: 1,
        created_at: NOW,
        updated_at: NOW,
        doc,
    };
    (object, entries)
}

fn shown(object: &Object, classes: &Classes) -> Value {
    let scope = scope();
    let context = Context {
        scope: &scope,
        classes,
    };
    ConnectorInstance.show(object, &context)
}

/// The members that the client set.
fn own(shown: &Value) -> Value {
    let server_set = ["id", "environment", "createdAt", "updatedAt", "metadata"];
    let mut members = shown.as_object().unwrap().clone();
    members.retain(|name, _| !server_set.contains(&name.as_str()));
    Value::Object(members)
}

/// A document with the mask in place of what the reference calls secure, found without the hub.
fn masked(name: &str, value: &Value) -> Value {
    let secret = |value: &Value| {
        if value.is_null() || value == "" {
            value.clone()
        } else {
            json!(MASK)
        }
    };
    match value {
        Value::Object(members) => {
            let secure = members.get("secure") == Some(&json!(true)) || name == SENSITIVE;
            let inside = |(name, value): (&String, &Value)| {
                let hidden = secure && name == "value";
                let value = if hidden {
                    secret(value)
                } else {
                    masked(name, value)
                };
                (name.clone(), value)
            };
            Value::Object(members.iter().map(inside).collect())
        }
        _ if name == SENSITIVE => secret(value),
        Value::Array(items) => items.iter().map(|item| masked("", item)).collect(),
        other => other.clone(),
    }
}

fn any_name() -> impl Strategy<Value = String> {
    let names = [
        "value",
        "secure",
        "secret",
        "sensitive",
        "bare",
        "name",
        "$secret",
        "$$name",
        "type",
        "properties",
        "region",
        "a/b",
        "a.b",
        "",
        SENSITIVE,
    ];
    proptest::sample::select(names.map(str::to_owned).to_vec())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(vec!["", "text", "ünï", "a<b"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, |inside| {
        prop_oneof![
            proptest::collection::vec(inside.clone(), 0..4).prop_map(Value::from),
            any_object(inside),
        ]
    })
}

fn any_object(inside: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let members = proptest::collection::vec((any_name(), inside), 0..6);
    members.prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>()))
}

fn any_instance() -> impl Strategy<Value = Value> {
    let unknown = proptest::option::of(any_json());
    (any_object(any_json()), unknown, any::<bool>()).prop_map(|(properties, unknown, more)| {
        let mut wire = json!({"name": "An/Instance's name", "connector": {"id": "ssoConnector"}});
        if properties != json!({}) {
            wire["properties"] = properties;
        }
        if let Some(unknown) = unknown {
            wire["unknown"] = unknown;
        }
        if more {
            wire["connector"]["more"] = json!([1]);
        }
        wire
    })
}

proptest! {
    #[test]
    fn nothing_is_lost_but_secrets(wire in any_instance()) {
        let classes = classes();
        let (object, _) = stored(&wire, None, &classes);
        let mut expected = wire.clone();
        if let Some(properties) = wire.get("properties").and_then(Value::as_object) {
            let properties = properties.iter().map(|(name, value)| (name.clone(), masked(name, value)));
            expected["properties"] = Value::Object(properties.collect());
        }
        prop_assert_eq!(own(&shown(&object, &classes)), expected);
    }

    #[test]
    fn what_was_read_can_be_written_back(wire in any_instance()) {
        let classes = classes();
        let (object, entries) = stored(&wire, None, &classes);
        let (again, kept) = stored(&shown(&object, &classes), Some(&object), &classes);
        prop_assert_eq!(again.doc, object.doc);
        let sorted = |mut entries: Vec<String>| { entries.sort(); entries };
        prop_assert_eq!(sorted(kept), sorted(entries));
    }
}

#[test]
fn an_instance_of_another_dialect_keeps_what_is_not_shown_and_its_secrets() {
    let classes = classes();
    let (mut object, _) = stored(
        &json!({"name": "a", "connector": {"id": "ssoConnector"}}),
        None,
        &classes,
    );
    object.doc["applications"] = json!([{"appType": "X"}]);
    object.doc["extensions"] = json!({"kubernetes": {"labels": {}}});
    object.doc["params"] =
        json!([{"name": "token", "secret": "params.token"}, {"name": "size", "value": 3}]);
    let document = shown(&object, &classes);
    let expected = json!({"token": {"value": MASK, "secure": true}, "size": {"value": 3}});
    assert_eq!(document["properties"], expected);
    let (again, entries) = stored(&document, Some(&object), &classes);
    assert_eq!(entries, ["params.token"]);
    for member in ["applications", "extensions"] {
        assert_eq!(again.doc[member], object.doc[member]);
    }
    let document = shown(&again, &classes);
    assert_eq!(document["properties"], expected);
}

#[test]
fn where_the_tool_is_is_the_address_until_another_dialect_says_so() {
    let classes = Classes::default();
    let wire = |url: Value| json!({"name": "a", "connector": {"id": "httpConnector"}, "properties": {"baseUrl": url}});
    let (mut object, _) = stored(&wire(json!({"value": "https://a"})), None, &classes);
    assert_eq!(object.doc["address"], "https://a");
    object.doc["address"] = json!("https://elsewhere");
    let (same, _) = stored(
        &wire(json!({"value": "https://a"})),
        Some(&object),
        &classes,
    );
    assert_eq!(same.doc["address"], "https://elsewhere");
    let (other, _) = stored(&wire(json!("https://b")), Some(&same), &classes);
    assert_eq!(other.doc["address"], "https://b");
    let (none, _) = stored(&wire(json!({"value": ""})), Some(&other), &classes);
    assert!(none.doc.get("address").is_none());
}

#[test]
fn a_class_of_the_scope_is_a_connector_by_its_name() {
    let class = json!({"parameters": [{"name": "a"}]});
    let classes = Classes::new([("my-class".to_owned(), class)]).unwrap();
    let wire = json!({"name": "a", "connector": {"id": "my-class"}});
    let (object, _) = stored(&wire, None, &classes);
    assert_eq!(shown(&object, &classes)["connector"]["id"], "my-class");
    assert_eq!(
        shown(&object, &Classes::default())["connector"]["id"],
        "my-class"
    );
}

#[test]
fn names_follow_the_published_pattern() {
    let check =
        |name: &str| instance::check_replacement(&json!({"name": name, "connector": {"id": "x"}}));
    let long = "x".repeat(256);
    for name in [
        "a",
        "Ünïcode/Name's 1.2_-",
        "a$b{c}",
        "a>b",
        "a\nb<c",
        "☃",
        &long,
    ] {
        assert!(check(name).is_ok(), "{name}");
    }
    let longer = "x".repeat(257);
    for name in ["", " a", "\u{a0}a", "a<b", "a${b", &longer] {
        assert!(check(name).is_err(), "{name}");
    }
}
