//! Creates connectors.

use hub::class::{Class, Classes};
use hub::command::{ClassUse, CreateConnector};
use hub::connector::{check_rows, fields_as_sent, settle};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::object::Kind;
use hub::plan::{Change, Plan};
use hub::scope::{Scope, SecretStore};
use hub::secret::Raw;
use hub::time::Timestamp;
use serde_json::{Value, json};

use crate::call::Call;
use crate::mutation::{Mutated, Mutation};
use crate::ports::{MergeCore, Platform};

/// The payload merged with the template of its class, and its secrets, at once.
impl Mutation for CreateConnector {
    fn compute<P: Platform>(&self, call: &Call<P>, now: Timestamp) -> Result<Mutated> {
        let (scope, classes) = (call.scope()?, call.classes()?);
        let class = find(&classes, &self.class, scope)?;
        let template = template(class);
        let (sent, core) = (self.doc.expose(), call.platform.merge());
        let mut merged = core.template(&template, sent, self.class.rules)?;
        if let Some(members) = merged.document.as_object_mut() {
            members.insert("class".to_owned(), json!(class.name));
        }
        check_rows(&mut merged.document, class)
            .map_err(|error| fields_as_sent(error, &merged.document, sent))?;
        let keeps_references = scope.secret_store != SecretStore::Values;
        let as_merged = keeps_references.then(|| merged.document.clone());
        let raw = Raw::new(merged.document);
        let settled = settle(raw, None, Some(class), scope.secret_store);
        let (doc, taken) = settled.map_err(|error| match &as_merged {
            Some(merged) => fields_as_sent(error, merged, sent),
            None => error,
        })?;
        let (kind, name) = (Kind::Connector, &self.name);
        let connector = Change::create(kind, scope.id, name, doc, self.claim, now)?;
        let vault = &call.settings.vault;
        let secret = vault.change(&connector.object, None, &taken, now)?;
        let mut plan = Plan::of(connector);
        plan.changes.extend(secret);
        plan.origins = merged.origins;
        Ok(Mutated::object(plan))
    }

    fn is_preview(&self) -> bool {
        self.preview
    }
}

fn find<'c>(classes: &'c Classes, wanted: &ClassUse, scope: &Scope) -> Result<&'c Class> {
    let given = classes.get(&wanted.given);
    given.or_else(|| classes.get(&wanted.name)).ok_or_else(|| {
        let message = format!(
            "there is no class {:?}: use one that GET /v1/scopes/{}/classes lists",
            wanted.name, scope.name
        );
        Error::field(FieldError::new(wanted.field, FieldCode::NotFound, message))
    })
}

/// The applications of a class as a document of the hub's form.
fn template(class: &Class) -> Value {
    let types = class.applications();
    let applications: Vec<Value> = types
        .iter()
        .map(|kind| json!({"appType": kind.name, "appConfigs": kind.app_configs, "deployConfigs": kind.deploy_configs}))
        .collect();
    json!({"applications": applications})
}
