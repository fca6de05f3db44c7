//! Connectors of every class: their exports, imported elsewhere.

use hub::class::{Class, Parameter};
use hub::connector::{Secrets, check_rows, settle};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::SecretStore;
use hub::secret::Raw;
use hub::slot::SLOT;
use hub::time::Timestamp;
use serde_json::{Value, json};

use crate::wire;

fn object(doc: Value) -> Object {
    let now = Timestamp::from_millis(0);
    Object {
        id: 1,
        uid: Uid::new(now).unwrap(),
        scope: 1,
        kind: Kind::Connector,
        name: "Lab".to_owned(),
        slug: "lab".to_owned(),
        parent: None,
        generation: 1,
        revision: 1,
        created_at: now,
        updated_at: now,
        doc,
    }
}

fn settled(doc: Value, class: Option<&Class>) -> (Value, Secrets) {
    settle(Raw::new(doc), None, class, SecretStore::Values).unwrap()
}

fn export(doc: &Value, class: Option<&Class>) -> Value {
    wire::export(&object(doc.clone()), class)
}

/// What is stored of an import that has all rows of its template.
fn imported(body: Value, class: &Class) -> (Value, Secrets) {
    let import = wire::read(body).unwrap();
    let mut doc = import.doc.expose().clone();
    assert!([&import.class, &import.datasource_type].contains(&&class.name));
    doc["class"] = json!(class.name);
    check_rows(&mut doc, class).unwrap();
    settled(doc, Some(class))
}

fn value_of(parameter: &Parameter) -> Value {
    match (parameter.kind.as_str(), parameter.allowed.last()) {
        (_, Some(allowed)) => json!(allowed),
        ("number", _) => json!(61),
        ("boolean", _) => json!(true),
        ("array", _) => json!(["x", 1]),
        ("object", _) => json!({"n": 1, "apiKey": "canary"}),
        _ if parameter.is_address => json!("https://tool.test/x"),
        _ => json!("canary"),
    }
}

/// A connector of a class as another API makes it.
fn elsewhere(class: &Class) -> Value {
    let rows = class.parameters.iter();
    let rows: Vec<Value> = rows
        .map(|one| json!({"name": one.name, "value": value_of(one)}))
        .collect();
    let doc = json!({"class": class.name, "params": rows, "description": "what for"});
    settled(doc, Some(class)).0
}

/// An export with what a mask is once it was imported where its secret is not.
fn without_secrets(export: &Value) -> String {
    export.to_string().replace("******", "")
}

fn rows(export: &Value) -> Vec<Value> {
    let applications = export["applications"].as_array().unwrap().iter();
    let lists = applications.filter_map(|application| application["appConfigs"].as_array());
    lists.flatten().cloned().collect()
}

#[test]
fn the_export_of_a_connector_from_elsewhere_can_be_imported() {
    let own = json!({"parameters": [{"name": "pin"}, {"name": "URL", "address": true}, {"name": "API_TOKEN"}]});
    let own = Class::read("My_Own", own);
    let mut classes: Vec<&Class> = Class::catalogue().collect();
    classes.push(&own);
    for class in classes {
        let doc = elsewhere(class);
        let exported = export(&doc, Some(class));
        assert_eq!(exported["description"], "what for");
        let rows = rows(&exported);
        for parameter in &class.parameters {
            let of_it = rows.iter().filter(|row| row["name"] == parameter.name);
            let values: Vec<&Value> = of_it.map(|row| &row["value"]).collect();
            let expected = match value_of(parameter) {
                _ if parameter.is_sensitive() => json!("******"),
                Value::Object(_) => json!({"n": 1, "apiKey": "******"}),
                other => other,
            };
            assert!(!values.is_empty(), "{} {}", class.name, parameter.name);
            assert!(
                values.iter().all(|value| **value == expected),
                "{} {values:?}",
                class.name
            );
        }
        let (doc, secrets) = imported(exported.clone(), class);
        assert_eq!(secrets, Secrets::default(), "{}", class.name);
        let again = export(&doc, Some(class));
        assert_eq!(
            again.to_string(),
            without_secrets(&exported),
            "{}",
            class.name
        );
        let (doc, _) = imported(again.clone(), class);
        assert_eq!(export(&doc, Some(class)).to_string(), again.to_string());
    }
}

#[test]
fn another_api_changes_a_parameter_and_nothing_else_changes() {
    let class = Class::in_catalogue("snowflake").unwrap();
    let (mut doc, _) = imported(export(&elsewhere(class), Some(class)), class);
    let before = rows(&export(&doc, Some(class)));
    const NAME: &str = "CONNECTOR_SNOWFLAKE_WAREHOUSE_TO_USE";
    let params = doc["params"].as_array_mut().unwrap();
    let row = params.iter_mut().find(|row| row["name"] == NAME).unwrap();
    row["value"] = json!("new");
    params.push(json!({"name": "added", "value": 7}));
    params.push(json!({"name": "idp", "properties": {"key": {"value": {SLOT: "e"}}}}));
    let after = rows(&export(&doc, Some(class)));
    let differs = |row: &&Value| !before.contains(*row);
    let new: Vec<&Value> = after.iter().filter(differs).collect();
    assert!(
        new.contains(&&json!({"name": "added", "value": 7})),
        "{new:?}"
    );
    let properties = json!({"name": "idp", "properties": {"key": {"value": "******"}}});
    assert!(new.contains(&&properties), "{new:?}");
    assert!(
        new.iter()
            .all(|row| row["name"] != NAME || row["value"] == "new")
    );
    let first = class.application_types.first().unwrap().app_configs.len();
    assert_eq!(after[first]["name"], "added");
}

#[test]
fn a_connector_of_no_known_class_is_exported_with_its_rows() {
    let doc = json!({"class": "gone", "address": "https://a", "params": [{"name": "a", "value": {"b": 1}}]});
    let exported = export(&doc, None);
    let application = json!({"appType": "CONNECTOR", "appConfigs": [{"name": "a", "value": {"b": 1}}], "deployConfigs": []});
    assert_eq!(exported["applications"], json!([application]));
    assert!(wire::read(exported).is_ok());
}

#[test]
fn data_source_types_lead_back_to_their_classes() {
    for name in [
        "snowflake",
        "databricks-unity-catalog",
        "My_Own",
        "my_own",
        "webhookConnector",
        "a.b-c",
        "a--b",
    ] {
        let class = Class::read(name, json!({}));
        let exported = export(&json!({"class": name}), Some(&class));
        let import = wire::read(exported).unwrap();
        assert!(
            [import.class, import.datasource_type].contains(&name.to_owned()),
            "{name}"
        );
    }
    let exported = export(&json!({"class": "databricks-unity-catalog"}), None);
    assert_eq!(exported["datasourceType"], "DATABRICKS_UNITY_CATALOG");
}

#[test]
fn secrets_are_known_by_their_names_and_shown_as_masks() {
    let names = ["MY_PASSWORD", "API_TOKEN", "DB_PASSWORD"];
    let rows: Vec<Value> = names
        .iter()
        .map(|name| json!({"name": name, "value": "canary"}))
        .collect();
    let body = json!({
        "name": "Lab", "datasourceType": "SNOWFLAKE", "description": "what for", "team": {"clientSecret": "canary", "size": 3},
        "applications": [{"appType": "AUDIT", "appConfigs": rows, "deployConfigs": [{"name": "PULL_SECRET", "value": "canary"}]}],
    });
    let class = Class::in_catalogue("snowflake").unwrap();
    let (doc, secrets) = imported(body, class);
    assert_eq!(secrets.new.len(), 5);
    let connector = object(doc);
    let resource = serde_json::to_value(wire::resource(&connector, Some(class), 1)).unwrap();
    for shown in [wire::export(&connector, Some(class)), resource] {
        assert_eq!(shown["description"], "what for");
        assert_eq!(shown["team"], json!({"clientSecret": "******", "size": 3}));
        assert_eq!(shown.to_string().matches("******").count(), 5);
        assert!(!shown.to_string().contains("canary"));
    }
}

#[test]
fn a_preview_counts_what_is_still_to_be_set() {
    let class = Class::in_catalogue("snowflake").unwrap();
    let mut body = export(&elsewhere(class), Some(class));
    body["team"] = json!({"clientSecret": "******"});
    let (doc, _) = imported(body, class);
    let now = Timestamp::from_millis(0);
    let change = Change::create(Kind::Connector, 1, "Lab", doc, Uniqueness::Name, now).unwrap();
    let plan = Plan::of(change);
    let preview = serde_json::to_value(wire::preview(&plan, Some(class))).unwrap();
    let unset = &preview["stillToBeSet"];
    let rows = unset["rows"].as_array().unwrap();
    assert_eq!(unset["count"], rows.len());
    assert!(!preview.to_string().contains("******"));
    let of_row = |row: &Value| {
        preview["connector"]
            .pointer(row["pointer"].as_str().unwrap())
            .cloned()
    };
    assert!(
        rows.iter().all(|row| of_row(row) == Some(json!(""))),
        "{unset}"
    );
    let sensitive = class.parameters.iter().filter(|one| one.is_sensitive());
    for parameter in sensitive {
        assert!(
            rows.iter().any(|row| row["name"] == parameter.name),
            "{unset}"
        );
    }
    let last = rows.last().unwrap();
    assert_eq!(
        last,
        &json!({"pointer": "/team/clientSecret", "name": null})
    );
}
