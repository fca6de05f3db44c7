//! New connectors (CreateHTTPConnector and CreateBigQueryConnector).

use std::collections::HashSet;

use hub::error::{FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::object::Kind;
use hub::operation::{Computed, ObjectVersion, Operation, World};
use hub::plan::{Change, Plan};
use serde_json::{Map, Value, json};

use super::{document, wire};
use crate::auth::config::{self, AuthSchemeConfig};
use crate::change::{body, no_object, organisation};
use crate::connection::make::connection_changes;
use crate::connection::variables;
use crate::connection::wire::{self as connection, ConnectionInput};
use crate::family::Family;
use crate::protocol::catalog::Protocol;
use crate::rules;
use crate::secrets;
use crate::text::Members;

/// CreateHTTPConnector, and the same for BigQuery: a connector with its connections.
#[derive(Debug)]
pub(crate) struct CreateConnector {
    /// Of which protocol.
    pub protocol: &'static str,
    /// What it is to be.
    pub body: Value,
}

/// A new connector as it was sent.
pub(crate) struct NewConnector {
    /// Its protocol.
    pub protocol: &'static str,
    /// Its members, of the form of an update.
    pub members: Map<String, Value>,
    /// Its auth scheme configs.
    pub schemes: Vec<AuthSchemeConfig>,
    /// Its connections.
    pub connections: Vec<ConnectionInput>,
}

impl Operation for CreateConnector {
    fn compute(&self, world: &dyn World) -> Result<Computed> {
        let new = read(self.protocol, &self.body, world)?;
        let (plan, family) = plan(&new, world)?;
        Ok(Computed {
            plan,
            answer: Some(body(wire::print(
                &family,
                organisation(world),
                &*world.classes()?,
            ))?),
            subject: Some(ObjectVersion::from(&family.connector)),
            ..Computed::default()
        })
    }
}

fn read(protocol: &'static str, sent: &Value, world: &dyn World) -> Result<NewConnector> {
    let allowed = Protocol::find(protocol, world)?.auth_schemes;
    let mut faults = FieldErrors::default();
    let Some(fields) = faults.object("", sent) else {
        faults.finish(())?;
        return Err(no_object());
    };
    wire::read_common(&fields, &Map::new(), &mut faults);
    let mut new = NewConnector {
        protocol,
        members: Map::new(),
        schemes: Vec::new(),
        connections: read_connections(&fields, &mut faults),
    };
    let mut own = "baseUrl";
    if protocol == document::BIGQUERY {
        own = "datasetId";
        wire::dataset(&fields, &mut faults);
        if fields.get("connections").is_none() {
            faults.push(FieldError::required("connections"));
        }
    } else {
        fields.string(own, &mut faults);
        rules::url(&fields, own, &mut faults);
        new.schemes = config::read_list(&fields, "authSchemeConfigs", &mut faults);
    }
    for (index, scheme) in new.schemes.iter().enumerate() {
        let path = format!("authSchemeConfigs[{index}]");
        config::check_protocol(&path, &scheme.config, &allowed, &mut faults);
    }
    if let Some(variables) = variables::read(&fields, "connectionVariables", &mut faults) {
        new.members
            .insert("connectionVariables".to_owned(), variables.into());
    }
    for name in [
        "name",
        "public",
        "tags",
        "documentationURL",
        "imageURL",
        own,
    ] {
        if let Some(value) = fields.get(name) {
            new.members.insert(name.to_owned(), value.clone());
        }
    }
    faults.finish(new)
}

/// The connections of an HTTP connector may be left out: they are called required, but the
/// published schema does not have them.
fn read_connections(fields: &Fields<'_>, faults: &mut FieldErrors) -> Vec<ConnectionInput> {
    let mut connections: Vec<ConnectionInput> = Vec::new();
    let mut names = HashSet::new();
    for (path, item) in fields
        .optional_array("connections", faults)
        .unwrap_or_default()
    {
        let Some(connection) = connection::read_create(&path, item, faults) else {
            continue;
        };
        if !names.insert(connection.name.clone()) {
            let message = format!(
                "{:?} is there twice: names differ within a connector",
                connection.name
            );
            faults.push(FieldError::new(
                format!("{path}.name"),
                FieldCode::Duplicate,
                message,
            ));
        }
        connections.push(connection);
    }
    connections
}

/// The plan that makes a connector with its credentials and connections, and how it is then.
///
/// # Errors
/// Those of the world, and of what its connections refer to.
pub(crate) fn plan(new: &NewConnector, world: &dyn World) -> Result<(Plan, Family)> {
    let mut doc = json!({"class": new.protocol});
    let classes = world.classes()?;
    let class = classes.get(new.protocol);
    document::write(&mut doc, &new.members, &Map::new(), class);
    let name = new.members.text_at("name").unwrap_or_default();
    let scope = world.scope().id;
    let mut first = Change::create(
        Kind::Connector,
        scope,
        name,
        doc,
        Default::default(),
        world.now(),
    )?;
    let mut changes = Vec::new();
    let mut configs = Vec::new();
    for (index, scheme) in new.schemes.iter().enumerate() {
        let field = format!("authSchemeConfigs[{index}]");
        let scheme = config::kept(scheme, None, &field)?;
        let (config, change) = config::put(&scheme, first.object.uid, &[], world)?;
        configs.push(Value::Object(config));
        changes.extend(change);
    }
    document::set_extension(
        &mut first.object.doc,
        "authSchemeConfigs",
        Some(configs.into()),
    );
    let doc = &first.object.doc;
    secrets::check(doc, None, class, world, secrets::field_of_connector)?;
    for (index, input) in new.connections.iter().enumerate() {
        let field = format!("connections[{index}].");
        changes.extend(connection_changes(
            input,
            &field,
            &first.object,
            &[],
            world,
        )?);
    }
    let family = Family {
        connector: first.object.clone(),
        children: Vec::new(),
    };
    let mut plan = Plan::of(first);
    plan.changes.extend(changes);
    let family = family.after(&plan);
    Ok((plan, family))
}
