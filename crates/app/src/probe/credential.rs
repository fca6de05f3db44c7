//! Secrets that connectors refer to, decrypted for one probe and dropped with it.

use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::secret::Clear;
use prober::observation::LoadedSecret;
use prober::target::{ProbeTarget, Secret};
use serde_json::Value;
use store::Store;
use store::database::Database;
use store::probes::LeasedProbe;
use store::secrets::Vault;

/// The secret that the connector authenticates with: the one it refers to, or else the one it owns.
///
/// # Errors
/// Those of [`Store::find`].
pub(super) fn credential<D: Database>(
    store: &Store<D>,
    vault: &Vault,
    subject: ProbeTarget<'_>,
) -> Result<LoadedSecret> {
    let name = subject.secret_name();
    if !name.is_empty() {
        return named(store, vault, subject.connector, name);
    }
    if subject.auth_name().is_empty() {
        return Ok(LoadedSecret::None);
    }
    let owned = store
        .children(subject.connector.uid, Kind::Secret)?
        .into_iter()
        .next();
    Ok(owned.map_or(LoadedSecret::None, |secret| open(vault, &secret)))
}

/// The secret with the certificates that the connector refers to.
///
/// # Errors
/// Those of [`Store::find`].
pub(super) fn certificates<D: Database>(
    store: &Store<D>,
    vault: &Vault,
    claimed: &LeasedProbe,
) -> Result<LoadedSecret> {
    match claimed.ca_secret.as_str() {
        "" => Ok(LoadedSecret::None),
        name => named(store, vault, &claimed.object, name),
    }
}

fn named<D: Database>(
    store: &Store<D>,
    vault: &Vault,
    connector: &Object,
    name: &str,
) -> Result<LoadedSecret> {
    let by = ObjectRef::Slug(name.to_owned());
    let found = store.find(connector.scope, Kind::Secret, &by)?;
    Ok(found.map_or_else(
        || LoadedSecret::Missing(name.to_owned()),
        |secret| open(vault, &secret),
    ))
}

fn open(vault: &Vault, secret: &Object) -> LoadedSecret {
    let sealed = secret
        .doc
        .get("data")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    let opened: Result<Vec<(String, Clear)>> = sealed
        .map(|(entry, value)| {
            let value = value
                .as_str()
                .ok_or_else(|| Error::Internal("a secret is not sealed".to_owned()))?;
            Ok((entry.clone(), vault.open(secret.scope, entry, value)?))
        })
        .collect();
    match opened {
        Ok(data) => LoadedSecret::Secret(Secret {
            name: secret.slug.clone(),
            kind: secret
                .doc
                .get("type")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            data,
        }),
        Err(_) => LoadedSecret::Unreadable(secret.slug.clone()),
    }
}
