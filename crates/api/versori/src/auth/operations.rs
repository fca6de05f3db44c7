//! Auth scheme configs of a connector.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{Computed, Operation, World};
use serde_json::{Map, Value};

use super::change_connector;
use crate::family::Family;
use crate::protocol::Protocol;
use crate::{connector, limits, scheme};

const CONFIGS: &str = "authSchemeConfigs";

/// Adds a config, or replaces the one of that id where it stands.
#[derive(Debug)]
pub struct PutScheme {
    /// Of which connector.
    pub connector: Uid,
    /// The id, which the client makes.
    pub id: String,
    /// The AuthSchemeConfig.
    pub body: Value,
}

impl Operation for PutScheme {
    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = Family::read(self.connector, world)?;
        let mut faults = FieldErrors::default();
        let read = scheme::read("", &self.body, &mut faults);
        let protocol = Protocol::find(connector::protocol(&family.connector), world)?;
        if let Some(read) = &read {
            if read.id() != self.id && !read.id().is_empty() {
                let message = format!("must be the id in the path, {:?}", self.id);
                faults.push(FieldError::new("id", FieldCode::Immutable, message));
            }
            scheme::check_protocol("", &read.config, &protocol.auth_schemes, &mut faults);
        }
        faults.finish(())?;
        let Some(read) = read else {
            return Err(Error::Malformed(
                "the body must be a JSON object".to_owned(),
            ));
        };
        let credentials: Vec<Object> = family.of(Kind::Credential).cloned().collect();
        let (config, credential) = scheme::put(&read, self.connector, &credentials, world)?;
        let mut configs = connector::list(&family.connector, CONFIGS).to_vec();
        match configs.iter().position(|known| is(known, &self.id)) {
            Some(place) => {
                if let Some(known) = configs.get_mut(place) {
                    *known = Value::Object(config);
                }
            }
            None if configs.len() >= limits::SCHEMES_MAX => {
                let message = format!(
                    "the connector has {} auth scheme configs, which is the most",
                    configs.len()
                );
                return Err(Error::field(FieldError::new(
                    "",
                    FieldCode::TooLong,
                    message,
                )));
            }
            None => configs.push(Value::Object(config)),
        }
        let doc = with_configs(&family, configs);
        Ok(change_connector(
            family,
            doc,
            credential.into_iter().collect(),
            world,
        ))
    }
}

/// Removes a config. Connections that were made from it have their own copy, and stay.
#[derive(Debug)]
pub struct DeleteScheme {
    /// Of which connector.
    pub connector: Uid,
    /// Which.
    pub id: String,
}

impl Operation for DeleteScheme {
    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = Family::read(self.connector, world)?;
        let mut configs = connector::list(&family.connector, CONFIGS).to_vec();
        let count = configs.len();
        configs.retain(|known| !is(known, &self.id));
        if configs.len() == count {
            return Err(Error::NotFound {
                kind: "auth scheme config",
                name: self.id.clone(),
            });
        }
        let doc = with_configs(&family, configs);
        Ok(change_connector(family, doc, Vec::new(), world))
    }
}

fn is(config: &Value, id: &str) -> bool {
    let empty = Map::new();
    scheme::id(config.as_object().unwrap_or(&empty)) == id
}

fn with_configs(family: &Family, configs: Vec<Value>) -> Value {
    let mut doc = family.connector.doc.clone();
    connector::set_extension(&mut doc, CONFIGS, Some(configs.into()));
    doc
}
