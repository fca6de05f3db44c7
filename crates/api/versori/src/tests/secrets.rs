//! Secrets are never shown, and stay where nothing new is given; what was read can be written back.

use hub::class::Class;
use hub::error::Error;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{Operation, View};
use hub::plan::Change;
use hub::scope::SecretStore;
use serde_json::{Value, json};

use super::{Memory, uid_of};
use crate::auth::operations::PutScheme;
use crate::connection::operations::{CreateConnection, GetConnection, UpdateConnection};
use crate::connection::path::ConnectionPath;
use crate::connector::create::CreateConnector;
use crate::connector::document::HTTP;
use crate::connector::update::UpdateConnector;
use hub::operation::Reading;

const CANARY: &str = "c4n4ry";

fn oauth2() -> Value {
    json!({
        "id": "o", "description": "d", "schemeType": "oauth2",
        "authorizeUrl": "https://a", "tokenUrl": "https://t", "scopes": [], "defaultScopes": [],
        "additionalTokenParams": format!("client_secret={CANARY}"),
        "grant": {"grantType": "authorization_code", "clientId": "i", "clientSecret": "s"},
    })
}

fn connector() -> Value {
    json!({
        "name": "c", "baseUrl": "https://x", "authSchemeConfigs": [oauth2()],
        "connectionVariables": [
            {"name": "region", "value": "eu"}, {"name": "API_TOKEN", "value": CANARY},
        ],
    })
}

fn path(connector: Uid, answer: &Value) -> ConnectionPath {
    let connection = answer["id"].as_str().unwrap().to_owned();
    ConnectionPath {
        connector,
        connection,
    }
}

fn connect(memory: &mut Memory, connector: Uid) -> Value {
    let body = json!({"name": "n", "credentials": {"action": [{"authSchemeConfig": {"id": "o"}}]}});
    let create = CreateConnection { connector, body };
    memory.run(&create).unwrap().answer.unwrap()
}

/// A connector of a class that another API made.
fn put(memory: &mut Memory, doc: Value) -> Uid {
    let now = memory.now();
    let change = Change::create(Kind::Connector, 0, "other", doc, Default::default(), now);
    let mut object: Object = change.unwrap().object;
    memory.settle(&mut object).unwrap();
    object.revision = 1;
    let uid = object.uid;
    memory.objects.push(object);
    uid
}

#[test]
fn secrets_are_stored_apart_and_shown_as_masks() {
    let mut memory = Memory::new();
    let made = memory.create(&connector());
    let uid = uid_of(&made);
    assert!(!made.to_string().contains(CANARY));
    assert_eq!(made["connectionVariables"][0]["value"], "eu");
    assert_eq!(made["connectionVariables"][1]["value"], "******");
    assert_eq!(
        made["authSchemeConfigs"][0]["additionalTokenParams"],
        "******"
    );
    assert!(!memory.stored().contains(CANARY));
    assert_eq!(memory.secrets_of(uid).len(), 2);
    assert_eq!(memory.get(uid), made);
}

#[test]
fn settling_leaves_configs_as_they_are_but_for_what_is_secret() {
    let mut memory = Memory::new();
    let made = memory.create(&connector());
    let uid = uid_of(&made);
    let connection = connect(&mut memory, uid);
    let connection = Uid::parse_ulid(connection["id"].as_str().unwrap()).unwrap();
    let connector = memory.object(Kind::Connector, uid).unwrap().unwrap();
    let connection = memory
        .object(Kind::Connection, connection)
        .unwrap()
        .unwrap();
    for config in [
        &connector.doc["extensions"]["versori"]["authSchemeConfigs"][0],
        &connection.doc["credentials"]["action"][0]["authSchemeConfig"],
    ] {
        let credential = config["grant"]["credential"].as_str().unwrap();
        assert!(Uid::parse_hex(credential).is_some());
        assert!(config["additionalTokenParams"]["$secret"].is_string());
        for (name, value) in oauth2().as_object().unwrap() {
            if name != "grant" && name != "additionalTokenParams" {
                assert_eq!(&config[name], value, "{name}");
            }
        }
    }
}

#[test]
fn what_was_read_changes_nothing_when_it_is_written_back() {
    let mut memory = Memory::new();
    let made = memory.create(&connector());
    let connector = uid_of(&made);
    let connection = connect(&mut memory, connector);
    let body = memory.get(connector);
    let answer = memory.run(&UpdateConnector { connector, body }).unwrap();
    assert_eq!(answer.plan.changes, []);
    let path = path(connector, &connection);
    let body = GetConnection(path.clone()).answer(&memory).unwrap();
    let body = body.answer.unwrap();
    let update = UpdateConnection { path, body };
    assert_eq!(memory.run(&update).unwrap().plan.changes, []);
    let body = memory.get(connector)["authSchemeConfigs"][0].clone();
    let scheme = PutScheme {
        connector,
        id: "o".to_owned(),
        body,
    };
    assert_eq!(memory.run(&scheme).unwrap().plan.changes, []);
}

#[test]
fn a_new_connection_has_the_secrets_of_its_connector() {
    let mut memory = Memory::new();
    let made = memory.create(&connector());
    let connector = uid_of(&made);
    let connection = connect(&mut memory, connector);
    assert!(!connection.to_string().contains(CANARY));
    assert!(!memory.stored().contains(CANARY));
    let uid = Uid::parse_ulid(connection["id"].as_str().unwrap()).unwrap();
    let mut secrets = memory.secrets_of(uid);
    secrets.sort();
    assert_eq!(
        secrets,
        [CANARY.to_owned(), format!("client_secret={CANARY}")]
    );
    let mut body = memory.get(connector);
    body["connectionVariables"][0]["value"] = json!("us");
    memory.run(&UpdateConnector { connector, body }).unwrap();
    let shown = memory.get(connector);
    assert_eq!(shown["connections"][0]["variables"][0]["value"], "us");
    assert_eq!(shown["connections"][0]["variables"][1]["value"], "******");
    assert!(memory.secrets_of(uid).contains(&CANARY.to_owned()));
    let mut body = shown;
    body["connectionVariables"][1]["value"] = json!("new");
    memory.run(&UpdateConnector { connector, body }).unwrap();
    for owner in [connector, uid] {
        let secrets = memory.secrets_of(owner);
        assert!(secrets.contains(&"new".to_owned()), "{secrets:?}");
        assert!(!secrets.contains(&CANARY.to_owned()), "{secrets:?}");
    }
}

/// Of every class of the catalogue, with and without an address, and with one that is no URL.
#[test]
fn connectors_of_other_apis_can_be_written_back() {
    for class in Class::catalogue() {
        for address in [None, Some("jdbc:x://h"), Some("https://u:c4n4ry@h")] {
            let mut memory = Memory::new();
            let mut doc = json!({"class": class.name, "extensions": {"other": {"a": 1}}});
            if let Some(address) = address {
                doc["address"] = json!(address);
            }
            let connector = put(&mut memory, doc);
            let before = memory.object(Kind::Connector, connector).unwrap().unwrap();
            let mut body = memory.get(connector);
            assert!(!body.to_string().contains(CANARY), "{}", class.name);
            let default = class.doc.pointer("/address/default");
            if class.name != "bigquery" {
                let expected = match address {
                    None => default.cloned().unwrap_or(json!("")),
                    Some(text) if text.contains(CANARY) => json!("******"),
                    Some(text) => json!(text),
                };
                assert_eq!(body["baseUrl"], expected, "{}", class.name);
            }
            let update = UpdateConnector {
                connector,
                body: body.clone(),
            };
            assert_eq!(
                memory.run(&update).unwrap().plan.changes,
                [],
                "{}",
                class.name
            );
            body["public"] = json!(true);
            memory.run(&UpdateConnector { connector, body }).unwrap();
            let mut after = memory.object(Kind::Connector, connector).unwrap().unwrap();
            after.doc["extensions"]
                .as_object_mut()
                .unwrap()
                .shift_remove("versori");
            assert_eq!(after.doc, before.doc, "{}", class.name);
        }
    }
}

#[test]
fn a_changed_address_must_be_a_url() {
    let mut memory = Memory::new();
    let connector = put(
        &mut memory,
        json!({"class": "snowflake", "address": "jdbc:x"}),
    );
    let mut body = memory.get(connector);
    body["baseUrl"] = json!("jdbc:y");
    let update = UpdateConnector { connector, body };
    let Err(Error::Invalid(faults)) = update.compute(&memory) else {
        panic!("taken")
    };
    assert_eq!(faults[0].field, "baseUrl");
}

#[test]
fn the_data_set_is_a_parameter_of_the_class() {
    let mut memory = Memory::new();
    let body = json!({"name": "b", "datasetId": "p.d", "connections": []});
    let create = CreateConnector {
        protocol: "bigquery",
        body,
    };
    let made = memory.run(&create).unwrap().answer.unwrap();
    assert_eq!(made["datasetId"], "p.d");
    let connector = uid_of(&made);
    let object = memory.object(Kind::Connector, connector).unwrap().unwrap();
    let row = json!([{"name": "CONNECTOR_BIGQUERY_DATASET_ID", "value": "p.d"}]);
    assert_eq!(object.doc["params"], row);

    let rows = json!([{"name": "CONNECTOR_BIGQUERY_DATASET_ID", "value": "p.e"}]);
    let applications = json!([{"appType": "AUDIT", "appConfigs": rows}]);
    let doc = json!({"class": "bigquery", "applications": applications});
    let connector = put(&mut memory, doc);
    let mut body = memory.get(connector);
    assert_eq!(body["datasetId"], "p.e");
    body["datasetId"] = json!("p.f");
    let update = UpdateConnector { connector, body };
    assert_eq!(
        memory.run(&update).unwrap().answer.unwrap()["datasetId"],
        "p.f"
    );
}

#[test]
fn masks_that_stand_for_nothing_are_refused() {
    let memory = Memory::new();
    let mut body = connector();
    body["authSchemeConfigs"][0]["tokenUrl"] = json!("******");
    let create = CreateConnector {
        protocol: HTTP,
        body,
    };
    let Err(Error::Invalid(faults)) = create.compute(&memory) else {
        panic!("taken")
    };
    assert_eq!(faults[0].field, "authSchemeConfigs[0].tokenUrl");
}

fn refused(memory: &Memory, operation: &dyn Operation) -> Vec<String> {
    match operation.compute(memory) {
        Err(Error::Invalid(faults)) => faults.into_iter().map(|fault| fault.field).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_scope_that_keeps_its_secrets_elsewhere_takes_none() {
    let mut memory = Memory::new();
    memory.scope.secret_store = SecretStore::Kubernetes;
    let create = |body| CreateConnector {
        protocol: HTTP,
        body,
    };
    let mut body = connector();
    assert_eq!(
        refused(&memory, &create(body.clone())),
        ["authSchemeConfigs[0].grant.clientSecret"]
    );
    body["authSchemeConfigs"][0]["grant"] = json!({"grantType": "client_credentials"});
    assert_eq!(
        refused(&memory, &create(body.clone())),
        [
            "connectionVariables[1].value",
            "authSchemeConfigs[0].additionalTokenParams"
        ]
    );
    let plain = json!({"name": "c", "baseUrl": "https://x", "authSchemeConfigs": []});
    let item = |data: Value| {
        let config = json!({"id": "a", "description": "", "schemeType": "basic-auth"});
        json!({"authSchemeConfig": config, "credential": {"type": "basic-auth", "data": data}})
    };
    let connection = |data, variables: Value| json!({"name": "n", "credentials": {"action": [item(data)]}, "variables": variables});
    let connector = uid_of(&memory.create(&plain));
    let secret = json!([{"name": "password", "value": CANARY}]);
    let reference = json!({"secretRef": {"name": "s", "key": "k"}});
    let raw = json!({"username": "u", "password": CANARY});
    let by_reference = json!({"username": "u", "password": reference});
    let body = connection(raw, json!([]));
    assert_eq!(
        refused(&memory, &CreateConnection { connector, body }),
        ["credentials.action[0].credential.data.password"]
    );
    let body = connection(by_reference.clone(), secret.clone());
    assert_eq!(
        refused(&memory, &CreateConnection { connector, body }),
        ["variables[0].value"]
    );
    let mut body = plain;
    body["connections"] = json!([connection(by_reference.clone(), secret)]);
    assert_eq!(
        refused(&memory, &create(body)),
        ["connections[0].variables[0].value"]
    );
    let body = connection(by_reference, json!([]));
    let create = CreateConnection { connector, body };
    let made = memory.run(&create).unwrap().answer.unwrap();
    let data = &made["credentials"]["action"][0]["credential"]["data"];
    assert_eq!(data["password"], reference);
}
