//! Auth scheme configs of a connector.

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::FieldErrors;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{Computed, ObjectVersion, Operation, View, World};
use serde_json::Value;

use super::config;
use crate::change::no_object;
use crate::connector::document;
use crate::connector::object::{change_connector, version_of};
use crate::family::Family;
use crate::protocol::catalog::Protocol;
use crate::rules;
use crate::secrets;
use crate::text::Members;

const CONFIGS: &str = "authSchemeConfigs";

/// Adds a config, or replaces the one of that id where it stands.
#[derive(Debug)]
pub(crate) struct PutScheme {
    /// Of which connector.
    pub connector: Uid,
    /// The id, which the client makes.
    pub id: String,
    /// The AuthSchemeConfig.
    pub body: Value,
}

impl Operation for PutScheme {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        version_of(view, self.connector)
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = Family::read(self.connector, world)?;
        let mut faults = FieldErrors::default();
        let read = config::read("", &self.body, &mut faults);
        let protocol = Protocol::find(document::protocol(&family.connector), world)?;
        if let Some(read) = &read {
            if read.id() != self.id && !read.id().is_empty() {
                let message = format!("must be the id in the path, {:?}", self.id);
                faults.push(FieldError::new("id", FieldCode::Immutable, message));
            }
            config::check_protocol("", &read.config, &protocol.auth_schemes, &mut faults);
        }
        faults.finish(())?;
        let Some(read) = read else {
            return Err(no_object());
        };
        let credentials: Vec<Object> = family.of(Kind::Credential).cloned().collect();
        let known = document::list(&family.connector, CONFIGS)
            .iter()
            .find(|known| is(known, &self.id));
        let read = config::kept(&read, known.and_then(Value::as_object), "")?;
        let (stored, credential) = config::put(&read, self.connector, &credentials, world)?;
        let mut configs = document::list(&family.connector, CONFIGS).to_vec();
        match configs.iter().position(|known| is(known, &self.id)) {
            Some(place) => {
                if let Some(known) = configs.get_mut(place) {
                    *known = Value::Object(stored);
                }
            }
            None if configs.len() >= rules::SCHEMES_MAX => {
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
            None => configs.push(Value::Object(stored)),
        }
        let doc = with_configs(&family, configs);
        let field = |field: &str| {
            let member = field.rsplit_once("].").map(|(_, member)| member);
            member.unwrap_or(field).to_owned()
        };
        secrets::check(&doc, Some(&family.connector.doc), None, world, field)?;
        change_connector(family, doc, credential.into_iter().collect(), world)
    }
}

/// Removes a config. Connections that were made from it have their own copy, and stay.
#[derive(Debug)]
pub(crate) struct DeleteScheme {
    /// Of which connector.
    pub connector: Uid,
    /// Which.
    pub id: String,
}

impl Operation for DeleteScheme {
    fn subject(&self, view: &dyn View) -> Result<Option<ObjectVersion>> {
        version_of(view, self.connector)
    }

    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let family = Family::read(self.connector, world)?;
        let mut configs = document::list(&family.connector, CONFIGS).to_vec();
        let count = configs.len();
        configs.retain(|known| !is(known, &self.id));
        if configs.len() == count {
            return Err(Error::NotFound {
                kind: "auth scheme config",
                name: self.id.clone(),
            });
        }
        let doc = with_configs(&family, configs);
        change_connector(family, doc, Vec::new(), world)
    }
}

fn is(config: &Value, id: &str) -> bool {
    config.text_at("id") == Some(id)
}

fn with_configs(family: &Family, configs: Vec<Value>) -> Value {
    let mut doc = family.connector.doc.clone();
    document::set_extension(&mut doc, CONFIGS, Some(configs.into()));
    doc
}
