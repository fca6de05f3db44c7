//! What goes in comes out: a document, the hub's form of it, and the document again.

use hub::class::{Class, Classes};
use hub::connector::settle;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::resource::{Context, Resource};
use hub::scope::{NameIn, Scope, SecretStore};
use hub::secrecy::{self, Secrecy, is_secret_name};
use hub::secret::MASK;
use hub::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::instance::{self, ConnectorInstance};

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
const SENSITIVE: &str = "clientSecret";

/// A scope that is an environment.
pub(crate) fn scope() -> Scope {
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
    Classes::new([("sso".to_owned(), class)])
}

/// What is stored of a document, and the names of its secrets.
fn stored(wire: &Value, current: Option<&Object>, classes: &Classes) -> (Object, Vec<String>) {
    let scope = scope();
    let context = Context {
        scope: &scope,
        classes,
    };
    let draft = ConnectorInstance.read(wire, current, &context).unwrap();
    let class = context.class_of_raw(&draft.doc);
    let before = current.map(|current| &current.doc);
    let (doc, taken) = settle(draft.doc, before, class, SecretStore::Values).unwrap();
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

/// A document with the mask in place of what is secret by the rules that the documentation gives.
fn masked(name: &str, value: &Value, is_secret: bool) -> Value {
    let is_secret = is_secret || name == SENSITIVE || is_secret_name(name);
    match value {
        Value::Object(members) => Value::Object(masked_members(name, members, is_secret)),
        Value::Array(items) => items
            .iter()
            .map(|item| masked(name, item, is_secret))
            .collect(),
        Value::String(text) if is_secret && !text.is_empty() => json!(MASK),
        Value::Number(_) if is_secret => json!(MASK),
        other => other.clone(),
    }
}

/// A value that is secret is one secret, also where it is a list or an object.
fn masked_whole(value: &Value) -> Value {
    match value {
        Value::Object(members) if !members.is_empty() => json!(MASK),
        Value::Array(items) if !items.is_empty() => json!(MASK),
        value => masked("", value, true),
    }
}

/// A property that is an object without a value is known by the names in it alone.
fn masked_property(name: &str, value: &Value) -> Value {
    match value {
        Value::Object(members) if !secrecy::is_property(members) => {
            Value::Object(masked_members(name, members, false))
        }
        Value::Array(_) if name == SENSITIVE || is_secret_name(name) => masked_whole(value),
        value => masked(name, value, false),
    }
}

fn masked_members(name: &str, members: &Map<String, Value>, is_secret: bool) -> Map<String, Value> {
    let said = secrecy::said_by(members);
    let inherits = is_secret && !secrecy::is_property(members);
    let inside = |(member, value): (&String, &Value)| {
        let shown = match (member.as_str(), said) {
            ("value", Secrecy::Open) if name != SENSITIVE => value.clone(),
            ("value", Secrecy::Secret) => masked_whole(value),
            ("value", _) if is_secret => masked_whole(value),
            _ => masked(member, value, inherits),
        };
        (member.clone(), shown)
    };
    members.iter().map(inside).collect()
}

fn any_name() -> impl Strategy<Value = String> {
    let names = [
        "value",
        "secure",
        "secret",
        "sensitive",
        "bare",
        "name",
        "$$name",
        "type",
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
        // That is how a secret is stored that is still to be set.
        prop_assume!(!wire.to_string().contains(r#"{"$secret":null}"#));
        let classes = classes();
        let (object, _) = stored(&wire, None, &classes);
        let mut expected = wire.clone();
        if let Some(properties) = wire.get("properties").and_then(Value::as_object) {
            let properties = properties.iter().map(|(name, value)| (name.clone(), masked_property(name, value)));
            expected["properties"] = Value::Object(properties.collect());
        }
        if let Some(unknown) = wire.get("unknown") {
            expected["unknown"] = masked("unknown", unknown, false);
        }
        prop_assert_eq!(own(&shown(&object, &classes)), expected);
    }

    #[test]
    fn what_was_read_can_be_written_back(wire in any_instance()) {
        prop_assume!(!wire.to_string().contains(r#"{"$secret":null}"#));
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
    object.doc["params"] = json!([{"name": "shared", "value": {"$secret": "params.shared"}}, {"name": "size", "value": 3}]);
    let document = shown(&object, &classes);
    let expected = json!({"shared": {"value": MASK, "secure": true}, "size": {"value": 3}});
    assert_eq!(document["properties"], expected);
    let (again, entries) = stored(&document, Some(&object), &classes);
    assert_eq!(entries, ["params.shared"]);
    for member in ["applications", "extensions"] {
        assert_eq!(again.doc[member], object.doc[member]);
    }
    let document = shown(&again, &classes);
    assert_eq!(document["properties"], expected);
}

#[test]
fn where_the_tool_is_is_one_value_in_all_dialects() {
    let classes = Classes::default();
    let wire = |url: Value| json!({"name": "a", "connector": {"id": "httpConnector"}, "properties": {"baseUrl": url}});
    let (mut object, _) = stored(&wire(json!({"value": "https://a"})), None, &classes);
    assert_eq!(object.doc["address"], "https://a");
    object.doc["address"] = json!("https://elsewhere");
    let url = |object: &Object| shown(object, &classes)["properties"]["baseUrl"].clone();
    assert_eq!(url(&object), json!({"value": "https://elsewhere"}));
    let (other, _) = stored(&wire(json!("https://b")), Some(&object), &classes);
    assert_eq!(other.doc["address"], "https://b");
    assert_eq!(url(&other), "https://b");
    let without = json!({"name": "a", "connector": {"id": "httpConnector"}});
    let (none, _) = stored(&without, Some(&other), &classes);
    assert!(none.doc.get("address").is_none() && none.doc.get("params").is_none());
}

#[test]
fn every_parameter_of_every_class_is_a_property_that_can_be_written_back() {
    for class in Class::catalogue() {
        let classes = Classes::default();
        let mut properties = Map::new();
        for parameter in &class.parameters {
            let value = match parameter.kind.as_str() {
                "number" => json!("7"),
                "boolean" => json!(true),
                "array" => json!(["x"]),
                "object" => json!({"clientSecret": "hidden", "x": 1}),
                _ if parameter.is_address => json!("https://a"),
                _ => json!("hidden"),
            };
            properties.insert(parameter.name.clone(), json!({"value": value}));
        }
        let wire = json!({"name": "a", "connector": {"id": crate::connector::id(class)}, "properties": properties});
        let (object, entries) = stored(&wire, None, &classes);
        let secrets = class.parameters.iter().filter(|one| one.is_sensitive());
        let nested = class.parameters.iter().filter(|one| one.kind == "object");
        assert_eq!(
            entries.len(),
            secrets.count() + nested.count(),
            "{}: {entries:?}",
            class.name
        );
        let document = shown(&object, &classes);
        let (again, _) = stored(&document, Some(&object), &classes);
        assert_eq!(again.doc, object.doc, "{}", class.name);
    }
}

#[test]
fn a_secret_that_is_still_to_be_set_has_no_value() {
    let classes = classes();
    let wire = json!({"name": "a", "connector": {"id": "ssoConnector"}});
    let (mut object, _) = stored(&wire, None, &classes);
    object.doc["params"] = json!([
        {"name": SENSITIVE, "value": {"$secret": null}},
        {"name": "idp", "properties": {"x": {"value": {"$secret": null}, "secure": true}}},
    ]);
    let expected =
        json!({SENSITIVE: {"secure": true}, "idp": {"properties": {"x": {"secure": true}}}});
    let mut document = shown(&object, &classes);
    assert_eq!(document["properties"], expected);
    document["properties"]["idp"]["properties"]["x"]["value"] = json!("new");
    let (again, entries) = stored(&document, Some(&object), &classes);
    assert_eq!(entries, ["params.idp.properties.x.value"]);
    assert_eq!(again.doc["params"][0], object.doc["params"][0]);
}

#[test]
fn a_class_of_the_scope_is_a_connector_by_its_name() {
    let class = json!({"parameters": [{"name": "a"}]});
    let classes = Classes::new([("my-class".to_owned(), class)]);
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

#[test]
fn every_id_of_the_catalogue_is_a_connector_that_has_instances() {
    let classes = Classes::default();
    for class in classes.all() {
        let id = super::connector::id(class);
        let wire = json!({
            "name": "a",
            "connector": {"id": id},
            "properties": {
                "anything": {"value": [1, {"deep": null}]},
                "hidden": {"value": "s3cret", "secure": true},
                "oauth2": {"properties": {"code": {"value": "s3cret", "secure": true}}},
            },
        });
        let (object, taken) = stored(&wire, None, &classes);
        assert_eq!(object.doc["class"], class.name, "{id}");
        let shown = shown(&object, &classes);
        assert_eq!(shown["connector"]["id"], id);
        assert_eq!(
            shown["properties"]["anything"],
            wire["properties"]["anything"]
        );
        assert!(!shown.to_string().contains("s3cret"), "{id}: {shown}");
        assert!(!object.doc.to_string().contains("s3cret"), "{id}");
        assert_eq!(taken.len(), 2, "{id}: {taken:?}");
    }
    let unknown = json!({"name": "a", "connector": {"id": "noSuchConnector"}});
    let scope = scope();
    let context = Context {
        scope: &scope,
        classes: &classes,
    };
    assert!(ConnectorInstance.read(&unknown, None, &context).is_err());
}
