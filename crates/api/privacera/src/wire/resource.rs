//! The documents of connectors that are answered by what changes them.

use hub::class::Class;
use hub::json::text_at;
use hub::object::Object;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::applications::applications;
use super::deploy::{IMAGE_TAG, REPLICAS, image_tag, replicas, row};
use super::export::{extension, head, masked};

/// The resource that a create answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Resource {
    id: i64,
    #[serde(flatten)]
    head: Map<String, Value>,
    owner_type: &'static str,
    runtime_plane_id: i64,
    applications: Vec<Value>,
    created_at: String,
    updated_at: String,
    #[serde(flatten)]
    extension: Map<String, Value>,
}

/// The resource that a create answers.
pub(crate) fn resource(
    connector: &Object,
    class: Option<&Class>,
    runtime_plane_id: i64,
) -> Resource {
    let applications = applications(&connector.doc, class).into_iter().enumerate();
    Resource {
        id: connector.id,
        head: head(connector),
        owner_type: "USER",
        runtime_plane_id,
        applications: applications
            .map(|(index, application)| deployed(connector, index, masked(&application)))
            .collect(),
        created_at: connector.created_at.rfc3339_millis(),
        updated_at: connector.updated_at.rfc3339_millis(),
        extension: extension(connector),
    }
}

/// A connector with what its probe found, in the form that we give it: none is published.
#[derive(Serialize)]
pub(crate) struct Probed {
    id: i64,
    #[serde(flatten)]
    head: Map<String, Value>,
    conditions: Value,
}

/// A connector with what its probe found.
pub(crate) fn probed(connector: &Object) -> Probed {
    let conditions = connector.doc.pointer("/status/conditions");
    Probed {
        id: connector.id,
        head: head(connector),
        conditions: conditions.cloned().unwrap_or_else(|| json!([])),
    }
}

/// An application as created: with an id, a name and the state of its deployment, which its rows
/// decide.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Deployed {
    id: i64,
    name: String,
    status: &'static str,
    replicas: u32,
    image_tag: String,
    #[serde(flatten)]
    application: Map<String, Value>,
}

fn deployed(connector: &Object, index: usize, application: Value) -> Value {
    let app_type = hub::text::slug(text_at(&application, "/appType"));
    let Value::Object(application) = application else {
        return application;
    };
    let index = i64::try_from(index).unwrap_or_default();
    let first = connector.id.saturating_mul(256).saturating_add(1);
    // Another dialect may have put anything there.
    let row = |name| row(&application, name);
    json!(Deployed {
        id: first.saturating_add(index),
        name: format!("{}-{app_type}", connector.slug),
        status: "CREATED",
        replicas: row(REPLICAS).and_then(replicas).unwrap_or(1),
        image_tag: row(IMAGE_TAG)
            .and_then(image_tag)
            .unwrap_or_else(|| "latest".to_owned()),
        application,
    })
}
