//! Creates connectors.

use front::{Call, merge};
use hub::class::Class;
use hub::command::{By, ClassUse, CreateConnector, Outcome};
use hub::connector::{check_rows, take_secrets};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::Kind;
use hub::plan::{Change, Claim, Plan};
use hub::time::Timestamp;
use serde_json::{Value, json};

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
        refuse_what_is_taken(call, &create)?;
        return Ok(Outcome::Planned(plan));
    }
    let mut connector = plan
        .changes
        .first()
        .map(|change| change.object.clone())
        .ok_or_else(no_change)?;
    let committed = call.store.commit(plan, &call.caller.name).await?;
    let revision = committed
        .first()
        .map(|committed| committed.revision)
        .ok_or_else(no_change)?;
    (connector.id, connector.revision) = (revision, revision);
    Ok(Outcome::Created(connector))
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
    let secrets = take_secrets(&mut doc, class, scope.secret_store)?;
    let now = Timestamp::now();
    let connector = Change::create(
        Kind::Connector,
        scope.id,
        &create.name,
        doc,
        create.claim,
        now,
    )?;
    let mut plan = Plan::of(connector);
    if !secrets.is_empty() && !create.preview {
        let owner = plan.changes.first().map(|change| change.object.uid);
        let doc = call.config.vault.seal_all(scope.id, &secrets)?;
        let mut secret = Change::create(
            Kind::Secret,
            scope.id,
            &create.name,
            doc,
            Default::default(),
            now,
        )?;
        secret.object.parent = owner;
        plan.changes.push(secret);
    }
    Ok(plan)
}

/// A preview foretells the refusal, which the statement of a commit finds by itself.
fn refuse_what_is_taken(call: &Call, create: &CreateConnector) -> Result<()> {
    let (by, field) = match create.claim {
        Claim::Nothing => return Ok(()),
        Claim::Name => (By::Name(create.name.clone()), "name"),
        Claim::Slug => (By::Slug(create.name.clone()), "slug"),
    };
    let taken = call.store.find(call.scope()?.id, Kind::Connector, &by)?;
    let (kind, name) = (Kind::Connector.as_str(), create.name.clone());
    taken.map_or(Ok(()), |_| Err(Error::AlreadyExists { kind, name, field }))
}

fn no_change() -> Error {
    Error::Internal("a plan without a change".to_owned())
}
