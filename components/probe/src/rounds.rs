//! Many probes asked for at once, and how far they are.

use front::Call;
use hub::command::Outcome;
use hub::error::Result;
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::probing::Selector;
use hub::query::{LONGEST_PAGE, Query};
use hub::time::Timestamp;
use serde_json::Value;

use crate::observe::Probing;
use crate::sweep;

/// Makes the selected connectors of the scope due, and begins.
///
/// # Errors
/// Those of the store.
pub async fn start(call: &Call, probing: Probing, selector: &Selector) -> Result<Outcome> {
    let scope = call.scope()?.id;
    let mut uids = Vec::new();
    let mut query = Query {
        limit: LONGEST_PAGE,
        ..Query::of(Kind::Connector).within(scope)
    };
    loop {
        let page = call.store.list(&query)?;
        uids.extend(
            page.objects
                .iter()
                .filter(|object| is_selected(object, selector))
                .map(|object| object.uid),
        );
        let Some(next) = page.next else { break };
        query.after = Some(next);
    }
    let round = call
        .store
        .start_round(scope, &uids, Timestamp::now())
        .await?;
    sweep::in_background(probing, scope);
    Ok(Outcome::Round(round, true))
}

/// How far it is. Who asks takes over what a lost instance left.
///
/// # Errors
/// [`hub::error::Error::NotFound`] when the scope has no such round.
pub fn get(call: &Call, probing: Probing, id: Uid) -> Result<Outcome> {
    let scope = call.scope()?.id;
    let round = call.store.round(scope, id)?;
    if round.pending > 0 {
        sweep::in_background(probing, scope);
    }
    Ok(Outcome::Round(round, false))
}

fn is_selected(connector: &Object, selector: &Selector) -> bool {
    let is_any = |wanted: &[String], values: &[&str]| {
        wanted.is_empty()
            || values
                .iter()
                .any(|value| wanted.iter().any(|one| one == value))
    };
    let class = connector
        .doc
        .get("class")
        .and_then(Value::as_str)
        .unwrap_or_default();
    is_any(&selector.names, &[&connector.name, &connector.slug])
        && is_any(&selector.classes, &[class])
        && is_any(&selector.ready, &[ready(connector)])
}

/// The status of the condition `Ready`.
fn ready(connector: &Object) -> &str {
    let conditions = connector
        .doc
        .pointer("/status/conditions")
        .and_then(Value::as_array);
    let of_ready =
        |condition: &&Value| condition.get("type").and_then(Value::as_str) == Some("Ready");
    let ready = conditions.into_iter().flatten().find(of_ready);
    ready
        .and_then(|ready| ready.get("status")?.as_str())
        .unwrap_or("Unknown")
}
