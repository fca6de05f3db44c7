//! Secrets that connectors refer to, decrypted for one probe and dropped with it.

use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::secret::Clear;
use prober::credential::{Credential, Made};
use prober::target::{LoadedSecret, ProbeTarget, Secret};
use serde_json::Value;
use store::Store;
use store::database::Database;
use store::probes::LeasedProbe;
use store::secrets::Vault;

/// The secret that the connector authenticates with: the one it refers to, or else one that is made
/// of its parameters.
///
/// # Errors
/// Those of [`Store::find`].
pub(super) fn credential<D: Database>(
    store: &Store<D>,
    vault: &Vault,
    subject: ProbeTarget<'_>,
) -> Result<LoadedSecret> {
    match Credential::of(subject) {
        Credential::Named(name) => named(store, vault, subject.connector, name),
        Credential::Made(parts) => made(store, vault, subject.connector, &parts),
        Credential::Unmapped => Ok(LoadedSecret::Unmapped),
        Credential::None if subject.definition.auth_types.is_empty() => Ok(LoadedSecret::None),
        Credential::None => {
            let others = store.children(subject.connector.uid, Kind::Credential)?;
            Ok(if others.is_empty() {
                LoadedSecret::None
            } else {
                LoadedSecret::Unmapped
            })
        }
    }
}

/// The secret that is made of parameters. What none of them is in is not read.
fn made<D: Database>(
    store: &Store<D>,
    vault: &Vault,
    connector: &Object,
    parts: &Made<'_>,
) -> Result<LoadedSecret> {
    let wanted = parts.owned();
    let owned = if wanted.is_empty() {
        None
    } else {
        let owned = store.children(connector.uid, Kind::Secret)?;
        owned.into_iter().next()
    };
    let owned = owned.map_or(LoadedSecret::None, |secret| {
        open(vault, &secret, |entry| wanted.contains(entry))
    });
    let mut others = Vec::new();
    for name in parts.named() {
        others.push((name, named(store, vault, connector, name)?));
    }
    Ok(parts.secret(&owned, &others))
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
        |secret| open(vault, &secret, |_| true),
    ))
}

fn open(vault: &Vault, secret: &Object, is_wanted: impl Fn(&str) -> bool) -> LoadedSecret {
    let sealed = secret
        .doc
        .get("data")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .filter(|(entry, _)| is_wanted(entry));
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
