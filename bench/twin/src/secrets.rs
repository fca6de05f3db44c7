//! The secret object of a connector, which changes in the same plan as the connector.

use hub::connector::Secrets;
use hub::error::Result;
use hub::object::{Kind, Object};
use hub::plan::{Change, Claim};
use hub::time::Timestamp;
use serde_json::{Map, Value, json};
use store::secrets::Vault;

/// What becomes of the secret object of a connector that is to hold `secrets`: nothing when they stay.
pub fn change(
    vault: &Vault,
    connector: &Object,
    owned: Option<Object>,
    secrets: &Secrets,
    now: Timestamp,
) -> Result<Option<Change>> {
    let sealed = owned.as_ref().and_then(|owned| owned.doc.get("data"));
    let sealed = sealed.and_then(Value::as_object).into_iter().flatten();
    let kept = sealed.filter(|(entry, _)| secrets.kept.contains(*entry));
    let mut data: Map<String, Value> = kept
        .map(|(entry, value)| (entry.clone(), value.clone()))
        .collect();
    for (entry, value) in &secrets.new {
        let sealed = vault.seal(connector.scope, entry, value)?;
        data.insert(entry.clone(), json!(sealed));
    }
    let doc = json!({"data": data});
    Ok(match owned {
        Some(owned) if owned.doc == doc => None,
        Some(owned) => Some(Change::update(owned, doc, now)),
        None if data.is_empty() => None,
        None => {
            let (kind, scope, name) = (Kind::Secret, connector.scope, &connector.name);
            let mut change = Change::create(kind, scope, name, doc, Claim::Nothing, now)?;
            change.object.parent = Some(connector.uid);
            Some(change)
        }
    })
}
