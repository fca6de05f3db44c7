use hub::class::Classes;
use hub::secret::MASK;
use hub::slot::SLOT;
use hub::time::Timestamp;
use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

fn connectors() -> Connectors {
    Connectors {
        classes: Classes::default(),
        strip_identity: |_| {},
    }
}

fn shown_config(object: &Object) -> Value {
    config_object(object, &connectors())
}

/// The object as the import stores it; entries of secrets that `sealed` has are new.
fn stored(mut config: Value, current: Option<&Object>) -> Object {
    let is_source = config["self"]["type"] == "SOURCE";
    let taken = take_secrets(&mut config, is_source, &Classes::default(), "-1");
    let sealed = taken.into_iter().map(|(entry, _)| entry).collect();
    let itself = config.get("self");
    let identity = Identity {
        kind: text(itself, "type").unwrap().to_owned(),
        id: text(itself, "id").unwrap().to_owned(),
        name: text(itself, "name").unwrap().to_owned(),
    };
    let (name, doc) = hub_object(config, &identity, current, &connectors());
    let rules = hub::connector::Rules {
        class: None,
        store: Default::default(),
        sealed: &sealed,
        suffix: "",
    };
    let current = current.map(|current| &current.doc);
    let raw = hub::secret::Raw::new(doc);
    let (doc, secrets) = hub::connector::settle_with(raw, current, rules).unwrap();
    assert_eq!(secrets.new, Vec::new());
    let change = hub::plan::Change::create(
        kind_of(&identity.kind),
        7,
        &name,
        doc,
        Default::default(),
        NOW,
    );
    change.unwrap().object
}

fn active_directory() -> Value {
    json!({
        "version": 1,
        "self": {"type": "SOURCE", "id": "2c91", "name": "Active Directory [source-101921]"},
        "object": {
            "id": "2c91", "name": "Active Directory", "description": "the domain", "type": "Active Directory - Direct",
            "connector": "active-directory", "owner": {"type": "IDENTITY", "id": "1", "name": "admin"},
            "connectorAttributes": {"url": "https://ad.example.com", "port": 636, "password": "******", "pages": [1, {"a": null}]},
            "schemas": [],
        },
    })
}

#[test]
fn a_source_is_a_connector() {
    let object = stored(active_directory(), None);
    assert_eq!(
        (object.kind, object.name.as_str()),
        (Kind::Connector, "Active Directory")
    );
    assert_eq!(object.doc["class"], "active-directory");
    assert_eq!(object.doc["address"], "https://ad.example.com");
    assert_eq!(object.doc["description"], "the domain");
    assert_eq!(
        object.doc["params"][0],
        json!({"name": "port", "value": 636})
    );
    assert_eq!(
        object.doc["params"][1],
        json!({"name": "password", "value": {SLOT: null}})
    );
    let mut unset = active_directory();
    unset["object"]["connectorAttributes"]["password"] = json!("");
    assert_eq!(shown_config(&object), unset);
    assert_eq!(stored(unset, Some(&object)).doc, object.doc);
}

#[test]
fn a_stored_secret_outlives_an_import_of_its_mask() {
    let mut set = active_directory();
    set["object"]["connectorAttributes"]["password"] = json!("hunter2");
    let first = stored(set, None);
    assert_eq!(
        first.doc["params"][1]["value"],
        json!({SLOT: "params.password-1"})
    );
    assert_eq!(shown_config(&first), active_directory());
    let again = stored(shown_config(&first), Some(&first));
    assert_eq!(again.doc, first.doc);
}

#[test]
fn what_other_dialects_know_comes_back() {
    let doc = json!({
        "class": "snowflake", "status": {"phase": "Ready"}, "extensions": {"privacera": {"x": 1}},
        "applications": [{"appType": "A", "appConfigs": [{"name": "PASSWORD", "value": {SLOT: "A.appConfigs.PASSWORD"}}]}],
        "params": [{"name": "a", "value": 1}],
    });
    let change = hub::plan::Change::create(
        Kind::Connector,
        7,
        "snow",
        doc.clone(),
        Default::default(),
        NOW,
    );
    let native = change.unwrap().object;
    let shown = shown_config(&native);
    assert_eq!(shown["self"]["id"], native.uid.uuid());
    assert_eq!(shown["object"]["connectorAttributes"], json!({"a": 1}));
    assert!(!shown.to_string().contains("A.appConfigs.PASSWORD"));
    let kept = stored(shown.clone(), Some(&native));
    assert_eq!(kept.doc["applications"], doc["applications"]);
    assert_eq!(kept.doc["status"], doc["status"]);
    let elsewhere = stored(shown.clone(), None);
    assert_eq!(elsewhere.doc["extensions"]["privacera"], json!({"x": 1}));
    let row = "/object/patchbay/applications/0/appConfigs/0/value";
    let mut unset = shown;
    *unset.pointer_mut(row).unwrap() = json!("");
    assert_eq!(shown_config(&elsewhere), unset);
}

#[test]
fn a_signed_rule_stays_as_it_is() {
    let rule = json!({
        "version": 1, "self": {"type": "RULE", "id": "r", "name": "n"}, "jwsHeader": "{\"alg\":\"ES256\"}",
        "jwsSignature": "c2ln", "object": {"source": "return secret;", "name": "n"},
    });
    assert_eq!(shown_config(&stored(rule.clone(), None)), rule);
}

#[test]
fn uids_differ_by_scope_type_and_id() {
    let uids = [
        uid(1, "RULE", Some("a"), "n"),
        uid(2, "RULE", Some("a"), "n"),
        uid(1, "SOURCE", Some("a"), "n"),
        uid(1, "RULE", Some("b"), "n"),
        uid(1, "RULE", None, "a"),
    ];
    let distinct: std::collections::HashSet<_> = uids.iter().collect();
    assert_eq!(distinct.len(), uids.len());
    assert_eq!(
        uid(1, "AUTH_ORG", Some("a"), "n"),
        uid(1, "AUTH_ORG", Some("b"), "m")
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z*:/.]{0,12}".prop_map(Value::from),
        Just(json!(MASK)),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(name(), inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z/~]{1,8}",
        Just("name".to_owned()),
        Just("description".to_owned()),
        Just("connector".to_owned()),
        Just("type".to_owned()),
        Just("connectorAttributes".to_owned()),
        Just("url".to_owned()),
    ]
}

fn any_config() -> impl Strategy<Value = Value> {
    let object = proptest::collection::btree_map(name(), any_json(), 0..8);
    let kind = prop_oneof![Just("SOURCE"), Just("TRANSFORM")];
    let attributes = proptest::collection::btree_map(name(), any_json(), 0..5);
    (kind, "[a-z]{1,5}", "[a-z]{1,5}", object, proptest::option::of(attributes), any::<bool>()).prop_map(
        |(kind, id, own_name, mut object, attributes, signed)| {
            if let Some(attributes) = attributes {
                object.insert("connectorAttributes".to_owned(), json!(attributes));
            }
            let mut config = json!({"version": 1, "self": {"type": kind, "id": id, "name": own_name}, "object": object});
            if signed {
                config["jwsHeader"] = json!("h");
                config["jwsSignature"] = json!("s");
            }
            config
        },
    )
}

proptest! {
    #[test]
    fn nothing_is_lost_on_the_way_there_and_back(config in any_config()) {
        let object = stored(config.clone(), None);
        prop_assert_eq!(shown_config(&object), config.clone());
        let again = stored(config, Some(&object));
        prop_assert_eq!(again.doc, object.doc);
    }
}
