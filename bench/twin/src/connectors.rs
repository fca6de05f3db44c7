//! The two operations, step by step what components/import and components/export do.

use hub::class::Class;
use hub::command::{CreateConnector, ObjectRef};
use hub::connector::{check_rows, take_secrets};
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::plan::{Change, Plan};
use hub::scope::Scope;
use hub::time::Timestamp;
use serde_json::{Value, json};
use store::secrets::Vault;

use crate::database::Databases;

/// Merges the payload with the template of its class, and creates the connector and its secrets at once.
pub async fn create(
    databases: &Databases,
    vault: &Vault,
    scope: &Scope,
    actor: &str,
    create: CreateConnector,
) -> Result<Object> {
    let class = class(databases, scope, &create.class.name)?;
    let rules = merge::rules::parse(create.class.rules).map_err(refused)?;
    let merged = merge::template(&template(&class), &create.doc, &rules).map_err(refused)?;
    let mut doc = merged.document;
    check_rows(&mut doc, &class)?;
    let taken = take_secrets(&mut doc, None, Some(&class), scope.secret_store)?;
    let now = Timestamp::now();
    let connector = Change::create(
        Kind::Connector,
        scope.id,
        &create.name,
        doc,
        create.claim,
        now,
    )?;
    let mut object = connector.object.clone();
    let mut plan = Plan::of(connector);
    plan.changes
        .extend(vault.change(&object, None, &taken, now)?);
    object.revision = databases.commit(plan, actor).await?;
    object.id = object.revision;
    Ok(object)
}

/// A connector by its name.
pub fn get(databases: &Databases, scope: &Scope, kind: Kind, by: &ObjectRef) -> Result<Object> {
    databases.read(|store| store.object(scope.id, kind, by))
}

fn class(databases: &Databases, scope: &Scope, name: &str) -> Result<Class> {
    let stored = databases.read(|store| store.class(scope.id, name))?;
    let found = match stored {
        Some(object) => Some(Class::parse(name, object.doc)?),
        None => Class::in_catalogue(name).cloned(),
    };
    found.ok_or_else(|| Error::not_found(Kind::Class, name))
}

fn template(class: &Class) -> Value {
    let types = class.application_types.iter();
    let applications: Vec<Value> = types
        .map(|kind| json!({"appType": kind.name, "appConfigs": kind.app_configs, "deployConfigs": kind.deploy_configs}))
        .collect();
    json!({"applications": applications})
}

/// What the merge library says.
pub fn refused(error: merge::Error) -> Error {
    Error::Malformed(format!("{error:?}"))
}
