//! Creates connectors.

use front::{Call, merge, secrets};
use hub::class::Class;
use hub::command::{ClassUse, CreateConnector, Outcome};
use hub::connector::{check_rows, take_secrets};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::Kind;
use hub::plan::{Change, Plan};
use hub::time::Timestamp;
use serde_json::{Value, json};

use crate::claims;

/// Merges the payload with the template of its class, and creates the connector and its secrets at once.
pub async fn create(call: &Call, create: CreateConnector) -> Result<Outcome> {
    let class = class(call, &create.class).await?;
    let merged = merge::template(
        &template(&class, &create.class)?,
        &create.doc,
        create.class.rules,
    )?;
    let mut plan = plan(call, &create, &class, merged.document)?;
    plan.origins = merged.origins;
    if create.preview {
        claims::foretell(call, &plan)?;
        return Ok(Outcome::Planned(plan));
    }
    call.commit(plan).await.map(Outcome::Created)
}

async fn class(call: &Call, class: &ClassUse) -> Result<Class> {
    let scope = call.scope()?;
    let stored = call.store.class(scope.id, &class.name)?;
    let found = match stored {
        Some(object) => Some(Class::parse(&class.name, object.doc)),
        None => Class::in_catalogue(&class.name),
    };
    found.unwrap_or_else(|| {
        let message = format!(
            "there is no class {:?}: use one that GET /v1/scopes/{}/classes lists",
            class.name, scope.name
        );
        Err(Error::field(FieldError::new(
            class.field,
            FieldCode::NotFound,
            message,
        )))
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
    check_rows(&mut doc, class)?;
    let taken = take_secrets(&mut doc, None, Some(class), scope.secret_store)?;
    let now = Timestamp::now();
    let connector = Change::create(
        Kind::Connector,
        scope.id,
        &create.name,
        doc,
        create.claim,
        now,
    )?;
    let secret = secrets::change(call, &connector.object, None, &taken, now)?;
    let mut plan = Plan::of(connector);
    plan.changes.extend(secret);
    Ok(plan)
}
