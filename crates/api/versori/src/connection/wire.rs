//! Connections as they are sent and answered: a name, credentials for actions and triggers, and
//! variables.

use std::collections::HashMap;

use hub::error::{FieldCode, FieldError};
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::object::Object;
use serde::Serialize;
use serde_json::{Value, json};

use super::document::{self, LISTS};
use super::variables;
use crate::auth::config::{self, AuthSchemeConfig};
use crate::auth::credential::{self, CredentialBody, CredentialInput};
use crate::rules;
use crate::secrets;
use crate::text::Members;

/// How an update is merged: credentials can be put in another order and have their config changed,
/// no more. Variables that are left out are kept.
pub(crate) const UPDATE_RULES: &str = r#"{
    "server": ["/credentials/*/*/credential"],
    "immutable": [{"path": "/id"}, {"path": "/credentials/*/*/authSchemeConfig/schemeType"}],
    "keep": ["/credentials", "/credentials/*", "/credentials/*/*/authSchemeConfig", "/variables"],
    "lists": [{"path": "/credentials/*", "key": "id"}]
}"#;

/// A connection as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ConnectionInput {
    /// Its name.
    pub name: String,
    /// Its credentials, by what they are for.
    pub credentials: Vec<(&'static str, Vec<Item>)>,
    /// Its variables, where they are given.
    pub variables: Option<Vec<Value>>,
}

/// A credential and how it is used, as sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Where it was.
    pub path: String,
    /// How it is used.
    pub config: Option<ItemConfig>,
    /// What it is.
    pub credential: Option<CredentialInput>,
}

/// An auth scheme config in an item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ItemConfig {
    /// The one of that id that the connector has.
    OfConnector(String),
    /// The whole of it.
    Given(AuthSchemeConfig),
}

/// Reads a new connection.
pub(crate) fn read_create(
    path: &str,
    value: &Value,
    faults: &mut FieldErrors,
) -> Option<ConnectionInput> {
    let fields = faults.object(path, value)?;
    if fields.get("credentials").is_none() {
        faults.push(FieldError::required(fields.path("credentials")));
    }
    read(&fields, true, faults)
}

/// Reads an update of a connection: the credentials of its items are not read, since they cannot
/// change.
pub(crate) fn read_update(body: &Value, faults: &mut FieldErrors) -> Option<ConnectionInput> {
    let fields = faults.object("", body)?;
    fields.string("id", faults);
    read(&fields, false, faults)
}

fn read(fields: &Fields<'_>, new: bool, faults: &mut FieldErrors) -> Option<ConnectionInput> {
    let name = fields.string("name", faults);
    rules::length(fields, "name", rules::NAME_MAX, faults);
    let mut credentials = Vec::new();
    if let Some(lists) = fields.optional_object("credentials", faults) {
        for list in LISTS {
            if let Some(items) = read_items(&lists, list, new, faults) {
                credentials.push((list, items));
            }
        }
        if new && LISTS.iter().all(|list| lists.get(list).is_none()) {
            let field = fields.path("credentials");
            let message = "must have action, trigger or both";
            faults.push(FieldError::new(field, FieldCode::Required, message));
        }
    }
    Some(ConnectionInput {
        name: name?.to_owned(),
        credentials,
        variables: variables::read(fields, "variables", faults),
    })
}

fn read_items(
    lists: &Fields<'_>,
    list: &str,
    new: bool,
    faults: &mut FieldErrors,
) -> Option<Vec<Item>> {
    let values = lists.optional_array(list, faults)?;
    if values.len() > rules::SCHEMES_MAX {
        rules::too_many(&lists.path(list), rules::SCHEMES_MAX, faults);
        return None;
    }
    let mut items: Vec<Item> = Vec::new();
    for (path, value) in values {
        let Some(fields) = faults.object(&path, value) else {
            continue;
        };
        let id = match new {
            true => fields
                .optional_string("id", faults)
                .filter(|id| !id.is_empty()),
            false => fields.string("id", faults),
        };
        if id.is_some() && items.iter().any(|known| known.id.as_deref() == id) {
            faults.push(FieldError::new(
                fields.path("id"),
                FieldCode::Duplicate,
                "is there twice",
            ));
        }
        if new && fields.get("authSchemeConfig").is_none() {
            faults.push(FieldError::required(fields.path("authSchemeConfig")));
        }
        let config = fields.get("authSchemeConfig");
        let config =
            config.and_then(|config| read_config(&fields.path("authSchemeConfig"), config, faults));
        let credential = fields.get("credential").filter(|_| new);
        let credential = credential
            .and_then(|value| credential::read(&fields.path("credential"), value, faults));
        items.push(Item {
            id: id.map(str::to_owned),
            path,
            config,
            credential,
        });
    }
    Some(items)
}

/// A config with nothing but an id is the connector's.
fn read_config(path: &str, value: &Value, faults: &mut FieldErrors) -> Option<ItemConfig> {
    let fields = faults.object(path, value)?;
    if fields.get("schemeType").is_some() {
        return config::read(path, value, faults).map(ItemConfig::Given);
    }
    let id = fields.string("id", faults)?;
    Some(ItemConfig::OfConnector(id.to_owned()))
}

/// A Connection.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionBody {
    id: String,
    name: String,
    credentials: CredentialsBody,
    variables: Value,
    created_at: String,
    updated_at: String,
}

/// ConnectionCredentials.
#[derive(Debug, Serialize)]
struct CredentialsBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<Vec<ItemBody>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger: Option<Vec<ItemBody>>,
}

/// A credential and how it is used.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemBody {
    id: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_scheme_config: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<CredentialBody>,
}

/// A Connection in a list.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConnectionSummary {
    id: String,
    name: String,
    created_at: String,
    updated_at: String,
}

/// A connection as it is read.
pub(crate) fn print(
    connection: &Object,
    credentials: &HashMap<Uid, &Object>,
    organisation: &str,
) -> ConnectionBody {
    let connection = &secrets::shown_object(connection, None);
    let print = |list| {
        let items = document::items(connection, list)?.iter();
        let printed = items.map(|item| print_item(item, credentials, organisation));
        Some(printed.collect())
    };
    let variables = connection.doc.get("variables").cloned();
    ConnectionBody {
        id: connection.uid.ulid(),
        name: connection.name.clone(),
        credentials: CredentialsBody {
            action: print("action"),
            trigger: print("trigger"),
        },
        variables: variables.unwrap_or_else(|| json!([])),
        created_at: connection.created_at.rfc3339_millis(),
        updated_at: connection.updated_at.rfc3339_millis(),
    }
}

fn print_item(item: &Value, credentials: &HashMap<Uid, &Object>, organisation: &str) -> ItemBody {
    let used = item.get("authSchemeConfig").and_then(Value::as_object);
    let credential = item
        .text_at("credential")
        .and_then(Uid::parse_hex)
        .and_then(|uid| credentials.get(&uid));
    ItemBody {
        id: item.get("id").cloned().unwrap_or_default(),
        auth_scheme_config: used.map(|used| config::print(used, credentials, organisation)),
        credential: credential.map(|credential| credential::print(credential, organisation)),
    }
}

/// A connection in a list.
pub(crate) fn summary(connection: &Object) -> ConnectionSummary {
    ConnectionSummary {
        id: connection.uid.ulid(),
        name: connection.name.clone(),
        created_at: connection.created_at.rfc3339_millis(),
        updated_at: connection.updated_at.rfc3339_millis(),
    }
}
