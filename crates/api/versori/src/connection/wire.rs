//! Connections: a name, credentials for actions and triggers, and variables (reference/versori.md, Connection).
//!
//! The document is `{credentials: {action?, trigger?}, variables}`, each item being `{id, authSchemeConfig, credential?}` with
//! the uid of its credential.

use std::collections::HashMap;

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::World;
use hub::plan::Change;
use serde_json::{Map, Value, json};

use super::credential::{self, CredentialInput};
use super::scheme::{self, Scheme};
use super::{connector, limits, variables};

/// What credentials are for.
pub const LISTS: [&str; 2] = ["action", "trigger"];

/// How an update is merged: credentials can be put in another order and have their config changed, no more. Variables that
/// are left out are kept.
pub const UPDATE_RULES: &str = r#"{
    "server": ["/credentials/*/*/credential"],
    "immutable": [{"path": "/id"}, {"path": "/credentials/*/*/authSchemeConfig/schemeType"}],
    "keep": ["/credentials", "/credentials/*", "/credentials/*/*/authSchemeConfig", "/variables"],
    "lists": [{"path": "/credentials/*", "key": "id"}]
}"#;

/// A connection as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionInput {
    /// Its name.
    pub name: String,
    /// Its credentials, by what they are for.
    pub credentials: Vec<(&'static str, Vec<Item>)>,
    /// Its variables, where they are given.
    pub variables: Option<Vec<Value>>,
}

/// A credential and how it is used, as sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Where it was.
    pub path: String,
    /// How it is used.
    pub config: Option<ConfigInput>,
    /// What it is.
    pub credential: Option<CredentialInput>,
}

/// An auth scheme config in an item.
#[derive(Clone, Debug, PartialEq)]
pub enum ConfigInput {
    /// The one of that id that the connector has.
    OfConnector(String),
    /// The whole of it.
    Given(Scheme),
}

/// Reads a new connection.
pub fn read_create(path: &str, value: &Value, faults: &mut FieldErrors) -> Option<ConnectionInput> {
    let fields = faults.object(path, value)?;
    if fields.get("credentials").is_none() {
        faults.push(FieldError::required(fields.path("credentials")));
    }
    read(&fields, true, faults)
}

/// Reads an update of a connection: the credentials of its items are not read, since they cannot change.
pub fn read_update(body: &Value, faults: &mut FieldErrors) -> Option<ConnectionInput> {
    let fields = faults.object("", body)?;
    fields.string("id", faults);
    read(&fields, false, faults)
}

fn read(fields: &Fields<'_>, new: bool, faults: &mut FieldErrors) -> Option<ConnectionInput> {
    let name = fields.string("name", faults);
    limits::length(fields, "name", limits::NAME_MAX, faults);
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
    if values.len() > limits::SCHEMES_MAX {
        limits::too_many(&lists.path(list), limits::SCHEMES_MAX, faults);
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
fn read_config(path: &str, value: &Value, faults: &mut FieldErrors) -> Option<ConfigInput> {
    let fields = faults.object(path, value)?;
    if fields.get("schemeType").is_some() {
        return scheme::read(path, value, faults).map(ConfigInput::Given);
    }
    let id = fields.string("id", faults)?;
    Some(ConfigInput::OfConnector(id.to_owned()))
}

/// What a connection is made of, and the changes that make or change its credentials.
pub struct Prepared {
    /// The `credentials` of its document.
    pub credentials: Map<String, Value>,
    /// The credentials.
    pub changes: Vec<Change>,
}

/// Finds or makes what the items of a connection refer to.
///
/// # Errors
/// [`Error::Invalid`] for a config or a credential that the connector does not have; those of the world.
pub fn prepare(
    input: &ConnectionInput,
    owner: &Object,
    credentials: &[Object],
    world: &dyn World,
) -> Result<Prepared> {
    let mut prepared = Prepared {
        credentials: Map::new(),
        changes: Vec::new(),
    };
    for (list, items) in &input.credentials {
        let items = items
            .iter()
            .map(|item| prepare_item(item, owner, credentials, world, &mut prepared.changes));
        let items: Result<Vec<Value>> = items.collect();
        prepared
            .credentials
            .insert((*list).to_owned(), items?.into());
    }
    Ok(prepared)
}

fn prepare_item(
    item: &Item,
    owner: &Object,
    credentials: &[Object],
    world: &dyn World,
    changes: &mut Vec<Change>,
) -> Result<Value> {
    let mut members = Map::new();
    let id = match &item.id {
        Some(id) => id.clone(),
        None => Uid::new(world.now())?.ulid(),
    };
    members.insert("id".to_owned(), json!(id));
    if let Some(input) = &item.config {
        let (config, change) = match input {
            ConfigInput::Given(scheme) => scheme::put(scheme, owner.uid, credentials, world)?,
            ConfigInput::OfConnector(id) => (config_of(owner, id, &item.path)?, None),
        };
        members.insert("authSchemeConfig".to_owned(), Value::Object(config));
        changes.extend(change);
    }
    let uid = match &item.credential {
        None => None,
        Some(CredentialInput::Existing { uid, field }) => {
            Some(credential::find(*uid, credentials, field)?.uid)
        }
        Some(CredentialInput::New(new)) => {
            let change = credential::create(new, owner.uid, world)?;
            let uid = change.object.uid;
            changes.push(change);
            Some(uid)
        }
    };
    if let Some(uid) = uid {
        members.insert("credential".to_owned(), json!(uid.hex()));
    }
    Ok(Value::Object(members))
}

/// The config of an item, where it has one.
///
/// # Errors
/// [`Error::Invalid`] when it names one that the connector does not have.
pub fn config_of_item(item: &Item, owner: &Object) -> Result<Option<Map<String, Value>>> {
    match &item.config {
        None => Ok(None),
        Some(ConfigInput::Given(scheme)) => Ok(Some(scheme.config.clone())),
        Some(ConfigInput::OfConnector(id)) => config_of(owner, id, &item.path).map(Some),
    }
}

fn config_of(owner: &Object, id: &str, path: &str) -> Result<Map<String, Value>> {
    let configs = connector::list(owner, "authSchemeConfigs").iter();
    let found = configs
        .filter_map(Value::as_object)
        .find(|config| scheme::id(config) == id);
    found.cloned().ok_or_else(|| {
        let field = format!("{path}.authSchemeConfig.id");
        let message = format!(
            "the connector has no auth scheme config {id:?}: send the whole config, or add it first"
        );
        Error::field(FieldError::new(field, FieldCode::NotFound, message))
    })
}

/// The change that makes a connection of a connector.
///
/// # Errors
/// [`Error::Internal`] when the host has no randomness to give.
pub fn create(
    input: &ConnectionInput,
    credentials: Map<String, Value>,
    owner: &Object,
    world: &dyn World,
) -> Result<Change> {
    let defaults = connector::list(owner, "connectionVariables");
    let own = input.variables.as_deref().unwrap_or_default();
    let doc = json!({
        "credentials": credentials,
        "variables": variables::initialised(defaults, own),
    });
    let scope = world.scope().id;
    let claim = Default::default();
    let mut change = Change::create(
        Kind::Connection,
        scope,
        &input.name,
        doc,
        claim,
        world.now(),
    )?;
    change.object.parent = Some(owner.uid);
    Ok(change)
}

/// The credentials that a connection refers to.
pub fn credentials_of(connection: &Object) -> impl Iterator<Item = Uid> {
    items(connection).filter_map(|item| {
        let uid = item.get("credential").and_then(Value::as_str);
        uid.and_then(Uid::parse_hex)
    })
}

/// All that a connection refers to, in its items and in the grants of their configs.
pub fn references(connection: &Object) -> impl Iterator<Item = Uid> {
    let grants = items(connection)
        .filter_map(|item| scheme::credential_of(item.get("authSchemeConfig")?.as_object()?));
    credentials_of(connection).chain(grants)
}

fn items(connection: &Object) -> impl Iterator<Item = &Value> {
    let list = |list: &'static str| {
        let items = connection.doc.pointer(&format!("/credentials/{list}"));
        items.and_then(Value::as_array).into_iter().flatten()
    };
    LISTS.into_iter().flat_map(list)
}

/// A connection as it is read.
pub fn print(
    connection: &Object,
    credentials: &HashMap<Uid, &Object>,
    organisation: &str,
) -> Value {
    let mut lists = Map::new();
    for list in LISTS {
        let items = connection.doc.pointer(&format!("/credentials/{list}"));
        if let Some(items) = items.and_then(Value::as_array) {
            let printed = items
                .iter()
                .map(|item| print_item(item, credentials, organisation));
            lists.insert(list.to_owned(), printed.collect());
        }
    }
    json!({
        "id": connection.uid.ulid(),
        "name": connection.name,
        "credentials": lists,
        "variables": connection.doc.get("variables").cloned().unwrap_or_else(|| json!([])),
        "createdAt": connection.created_at.rfc3339_millis(),
        "updatedAt": connection.updated_at.rfc3339_millis(),
    })
}

fn print_item(item: &Value, credentials: &HashMap<Uid, &Object>, organisation: &str) -> Value {
    let mut members = Map::new();
    members.insert("id".to_owned(), item.get("id").cloned().unwrap_or_default());
    if let Some(config) = item.get("authSchemeConfig").and_then(Value::as_object) {
        let config = scheme::print(config, credentials, organisation);
        members.insert("authSchemeConfig".to_owned(), config);
    }
    let uid = item
        .get("credential")
        .and_then(Value::as_str)
        .and_then(Uid::parse_hex);
    if let Some(credential) = uid.and_then(|uid| credentials.get(&uid)) {
        members.insert(
            "credential".to_owned(),
            credential::print(credential, organisation),
        );
    }
    Value::Object(members)
}

/// A connection in a list.
pub fn summary(connection: &Object) -> Value {
    json!({
        "id": connection.uid.ulid(),
        "name": connection.name,
        "createdAt": connection.created_at.rfc3339_millis(),
        "updatedAt": connection.updated_at.rfc3339_millis(),
    })
}
