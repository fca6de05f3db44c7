//! What connections are made of: their configs, and the credentials that are made or changed with
//! them.

use hub::error::Result;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::World;
use hub::plan::Change;
use serde_json::{Map, Value, json};

use super::item::config_of;
use super::variables;
use super::wire::{ConnectionInput, Item, ItemConfig};
use crate::auth::config;
use crate::auth::credential::{self, CredentialInput};
use crate::connector::document;

/// What a connection is made of, and the changes that make or change its credentials.
pub(crate) struct Prepared {
    /// The `credentials` of its document.
    pub credentials: Map<String, Value>,
    /// The credentials.
    pub changes: Vec<Change>,
}

/// Finds or makes what the items of a connection refer to.
///
/// # Errors
/// [`hub::error::Error::Invalid`] for a config or a credential that the connector does not have;
/// those of the world.
pub(crate) fn prepare(
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
            ItemConfig::Given(sent) => config::put(sent, owner.uid, credentials, world)?,
            ItemConfig::OfConnector(id) => (config_of(owner, id, &item.path)?, None),
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

/// The change that makes a connection of a connector.
///
/// # Errors
/// [`hub::error::Error::Internal`] when the host has no randomness to give.
fn create(
    input: &ConnectionInput,
    credentials: Map<String, Value>,
    owner: &Object,
    world: &dyn World,
) -> Result<Change> {
    let defaults = document::list(owner, "connectionVariables");
    let own = input.variables.as_deref().unwrap_or_default();
    let doc = json!({
        "credentials": credentials,
        "variables": variables::initialised(defaults, own),
    });
    let scope = world.scope().id;
    let mut change = Change::create(
        Kind::Connection,
        scope,
        &input.name,
        doc,
        Default::default(),
        world.now(),
    )?;
    change.object.parent = Some(owner.uid);
    Ok(change)
}

/// The changes that make a connection: its credentials, then itself.
///
/// # Errors
/// As [`prepare`].
pub(crate) fn connection_changes(
    input: &ConnectionInput,
    owner: &Object,
    credentials: &[Object],
    world: &dyn World,
) -> Result<Vec<Change>> {
    let prepared = prepare(input, owner, credentials, world)?;
    let mut changes = prepared.changes;
    changes.push(create(input, prepared.credentials, owner, world)?);
    Ok(changes)
}
