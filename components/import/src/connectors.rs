//! Creates connectors.

use gateway::{Call, merge};
use hub::class::{Class, Classes};
use hub::command::{ClassUse, CreateConnector, Outcome};
use hub::connector::{check_rows, fields_as_sent, take_secrets};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::Kind;
use hub::plan::{Change, Plan};
use hub::scope::Scope;
use hub::time::Timestamp;
use serde_json::{Value, json};

use crate::claims;

/// Merges the payload with the template of its class, and creates the connector and its secrets at once.
pub async fn create(call: &Call, create: CreateConnector) -> Result<Outcome> {
    let classes = call.classes()?;
    let class = find(&classes, &create.class, call.scope()?)?;
    let merged = merge::template(
        &template(class, &create.class)?,
        &create.doc,
        create.class.rules,
    )?;
    let mut plan = plan(call, &create, class, merged.document)?;
    plan.origins = merged.origins;
    if create.preview {
        claims::foretell(call, &plan)?;
        return Ok(Outcome::Planned(plan));
    }
    call.commit(plan).await.map(Outcome::Created)
}

fn find<'c>(classes: &'c Classes, wanted: &ClassUse, scope: &Scope) -> Result<&'c Class> {
    classes.get(&wanted.name).ok_or_else(|| {
        let message = format!(
            "there is no class {:?}: use one that GET /v1/scopes/{}/classes lists",
            wanted.name, scope.name
        );
        Error::field(FieldError::new(wanted.field, FieldCode::NotFound, message))
    })
}

/// The applications of a class as a document of the hub's form.
fn template(class: &Class, used: &ClassUse) -> Result<Value> {
    if class.application_types.is_empty() {
        let message = "its class has no application types, so there is no runtime configuration to start from";
        return Err(Error::field(FieldError::new(
            used.field,
            FieldCode::Invalid,
            message,
        )));
    }
    let types = class.application_types.iter();
    let applications: Vec<Value> = types
        .map(|kind| json!({"appType": kind.name, "appConfigs": kind.app_configs, "deployConfigs": kind.deploy_configs}))
        .collect();
    Ok(json!({"applications": applications}))
}

fn plan(call: &Call, create: &CreateConnector, class: &Class, mut doc: Value) -> Result<Plan> {
    let scope = call.scope()?;
    let taken = check_rows(&mut doc, class)
        .and_then(|()| take_secrets(&mut doc, None, Some(class), scope.secret_store))
        .map_err(|error| fields_as_sent(error, &doc, &create.doc))?;
    let now = Timestamp::now();
    let connector = Change::create(
        Kind::Connector,
        scope.id,
        &create.name,
        doc,
        create.claim,
        now,
    )?;
    let secret = call
        .config
        .vault
        .change(&connector.object, None, &taken, now)?;
    let mut plan = Plan::of(connector);
    plan.changes.extend(secret);
    Ok(plan)
}
