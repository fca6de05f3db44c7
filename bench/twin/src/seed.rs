//! Connectors to probe: as many as are wanted, each of one of the classes, each class on a host of
//! its own.

use anyhow::Result;
use hub::object::Kind;
use hub::plan::{Change, Plan, Uniqueness};
use hub::scope::DEFAULT_SCOPE;
use hub::time::Timestamp;
use serde_json::{Value, json};

use crate::database::Databases;

/// How many hosts there are.
const HOSTS: usize = 50;

/// Where the tool of a class is. The load generator serves it there.
fn address(host: usize) -> String {
    format!("http://127.0.77.{}:8377", host.saturating_add(1))
}

/// Lays out that many connectors in the default scope.
pub(crate) async fn connectors(databases: &Databases, count: usize) -> Result<()> {
    let scope = databases.read(|store| store.scope_named(DEFAULT_SCOPE))?;
    let scope = scope.map_or(0, |scope| scope.id);
    let now = Timestamp::now();
    let create =
        |kind, name: String, doc| Change::create(kind, scope, &name, doc, Uniqueness::Slug, now);
    for host in 0..HOSTS {
        let class = create(Kind::Class, format!("tool-{host}"), class(host))?;
        databases.commit(Plan::of(class), "seed").await?;
    }
    for number in 0..count {
        let class = format!("tool-{}", number.checked_rem(HOSTS).unwrap_or_default());
        let connector = create(
            Kind::Connector,
            format!("c-{number}"),
            json!({"class": class}),
        )?;
        databases.commit(Plan::of(connector), "seed").await?;
    }
    Ok(())
}

/// A probe with what published ones have: templates in its path and a header, and an expression
/// over a JSON body.
fn class(host: usize) -> Value {
    json!({
        "address": {"name": "address", "default": address(host)},
        "livenessProbe": {"http": {
            "path": "/status/{{ .Connector.Name }}",
            "httpHeaders": [{"name": "X-Connector", "value": "{{ printf \"%s/%s\" .Connector.Namespace .Connector.Name }}"}],
            "response": {"cel": "response.statusCode == 200 && response.body.status == 'UP'"},
        }},
    })
}
