//! What connections are made of: their configs, and the credentials that are made or changed with
//! them.

use hub::error::Result;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::World;
use hub::plan::Change;
use serde_json::{Map, Value, json};

use super::document::items as items_of;
use super::item::config_of;
use super::variables;
use super::wire::{ConnectionInput, Item, ItemConfig};
use crate::auth::config::{self, AuthSchemeConfig};
use crate::auth::credential::{self, CredentialInput};
use crate::connector::document;
use crate::secrets;

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
    current: Option<&Object>,
    owner: &Object,
    credentials: &[Object],
    world: &dyn World,
) -> Result<Prepared> {
    let mut prepared = Prepared {
        credentials: Map::new(),
        changes: Vec::new(),
    };
    for (list, items) in &input.credentials {
        let stored = current.and_then(|current| items_of(current, list));
        let stored = stored.map_or(&[][..], Vec::as_slice);
        let items = items.iter().map(|item| {
            let changes = &mut prepared.changes;
            prepare_item(item, stored, owner, credentials, world, changes)
        });
        let items: Result<Vec<Value>> = items.collect();
        prepared
            .credentials
            .insert((*list).to_owned(), items?.into());
    }
    Ok(prepared)
}

fn prepare_item(
    item: &Item,
    stored: &[Value],
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
        let stored = stored
            .iter()
            .find(|stored| stored.get("id") == Some(&json!(id)));
        let stored = stored.and_then(|stored| stored.get("authSchemeConfig")?.as_object());
        let (config, change) =
            prepare_config(input, stored, &item.path, owner, credentials, world)?;
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

/// The config of an item, and the change of its grant's credential. The connector's config is copied
/// with its secrets, unless `stored` looks the same.
fn prepare_config(
    input: &ItemConfig,
    stored: Option<&Map<String, Value>>,
    path: &str,
    owner: &Object,
    credentials: &[Object],
    world: &dyn World,
) -> Result<(Map<String, Value>, Option<Change>)> {
    let id = match input {
        ItemConfig::Given(sent) => {
            let sent = with_secrets(sent, stored, path, owner, world)?;
            return config::put(&sent, owner.uid, credentials, world);
        }
        ItemConfig::OfConnector(id) => id,
    };
    let config = Value::Object(config_of(owner, id, path)?);
    let opened = secrets::opened(&config, owner, world)?;
    let shown = secrets::shown(&opened, None);
    let is_stored = |stored: &&Map<String, Value>| {
        secrets::shown(&Value::Object((*stored).clone()), None) == shown
    };
    let opened = opened.as_object().cloned().unwrap_or_default();
    Ok((stored.filter(is_stored).cloned().unwrap_or(opened), None))
}

/// A config that is sent whole. A mask in it stands for what the item has, or else for what the
/// connector's config of that id has.
fn with_secrets(
    sent: &AuthSchemeConfig,
    stored: Option<&Map<String, Value>>,
    path: &str,
    owner: &Object,
    world: &dyn World,
) -> Result<AuthSchemeConfig> {
    let field = format!("{path}.authSchemeConfig");
    if stored.is_some() {
        return config::kept(sent, stored, &field);
    }
    let configs = document::list(owner, "authSchemeConfigs").iter();
    let known = configs
        .filter_map(Value::as_object)
        .find(|known| config::id(known) == sent.id());
    let mut kept = config::kept(sent, known, &field)?;
    let opened = secrets::opened(&Value::Object(kept.config), owner, world)?;
    kept.config = opened.as_object().cloned().unwrap_or_default();
    Ok(kept)
}

/// The change that makes a connection of a connector.
///
/// # Errors
/// [`hub::error::Error::Invalid`] with secrets where the scope takes none; those of the world.
fn create(
    input: &ConnectionInput,
    field: &str,
    credentials: Map<String, Value>,
    owner: &Object,
    world: &dyn World,
) -> Result<Change> {
    let defaults = document::list(owner, "connectionVariables");
    let own = input.variables.as_deref().unwrap_or_default();
    let variables = variables::initialised(defaults, own);
    let doc = json!({
        "credentials": credentials,
        "variables": secrets::opened(&Value::Array(variables), owner, world)?,
    });
    secrets::check(&doc, None, None, world, |name| format!("{field}{name}"))?;
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

/// The changes that make a connection: its credentials, then itself. `field` is what its fields
/// begin with where it was sent.
///
/// # Errors
/// As [`prepare`].
pub(crate) fn connection_changes(
    input: &ConnectionInput,
    field: &str,
    owner: &Object,
    credentials: &[Object],
    world: &dyn World,
) -> Result<Vec<Change>> {
    let prepared = prepare(input, None, owner, credentials, world)?;
    let mut changes = prepared.changes;
    changes.push(create(input, field, prepared.credentials, owner, world)?);
    Ok(changes)
}
