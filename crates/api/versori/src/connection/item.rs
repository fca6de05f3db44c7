//! The auth scheme config that an item of a connection uses.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::Object;
use serde_json::{Map, Value};

use super::wire::{Item, ItemConfig};
use crate::auth::config;
use crate::connector::document;

/// The config of an item, where it has one.
///
/// # Errors
/// [`Error::Invalid`] when it names one that the connector does not have.
pub(crate) fn config_of_item(item: &Item, owner: &Object) -> Result<Option<Map<String, Value>>> {
    match &item.config {
        None => Ok(None),
        Some(ItemConfig::Given(sent)) => Ok(Some(sent.config.clone())),
        Some(ItemConfig::OfConnector(id)) => config_of(owner, id, &item.path).map(Some),
    }
}

/// The config of that id of a connector.
///
/// # Errors
/// [`Error::Invalid`] when it has none.
pub(crate) fn config_of(owner: &Object, id: &str, path: &str) -> Result<Map<String, Value>> {
    let configs = document::list(owner, "authSchemeConfigs").iter();
    let found = configs
        .filter_map(Value::as_object)
        .find(|config| config::id(config) == id);
    found.cloned().ok_or_else(|| {
        let field = format!("{path}.authSchemeConfig.id");
        let message = format!(
            "the connector has no auth scheme config {id:?}: send the whole config, or add it first"
        );
        Error::field(FieldError::new(field, FieldCode::NotFound, message))
    })
}
