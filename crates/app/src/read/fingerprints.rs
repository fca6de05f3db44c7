//! Reads the fingerprints of secrets.

use hub::command::{ObjectRef, Outcome};
use hub::error::{Error, Result};
use hub::fingerprint::{Fingerprint, places_in, places_of_secret};
use hub::object::{Kind, Object};
use serde_json::Value;

use crate::call::Call;
use crate::ports::Platform;

/// Those of an object, which is found by the first of its names that there is; a secret that belongs
/// to another object is told with that.
pub(crate) fn of<P: Platform>(call: &Call<P>, kind: Kind, by: &[ObjectRef]) -> Result<Outcome> {
    let object = find(call, kind, by)?;
    let owned;
    let (places, secret) = if kind == Kind::Secret {
        (places_of_secret(&object.doc), Some(&object))
    } else {
        owned = call.store.children(object.uid, Kind::Secret)?;
        (places_in(&object.doc), owned.first())
    };
    let fingerprint = |(pointer, entry): (String, Option<&str>)| {
        let sealed = entry.and_then(|entry| sealed(secret?, entry));
        let vault = &call.settings.vault;
        let fingerprint = match (entry, sealed) {
            (Some(entry), Some(sealed)) => {
                Some(vault.fingerprint(&vault.open(object.scope, entry, sealed)?)?)
            }
            _ => None,
        };
        Ok(Fingerprint {
            pointer,
            entry: entry.map(str::to_owned),
            fingerprint,
        })
    };
    let fingerprints: Result<Vec<_>> = places.into_iter().map(fingerprint).collect();
    fingerprints.map(Outcome::Fingerprints)
}

fn find<P: Platform>(call: &Call<P>, kind: Kind, by: &[ObjectRef]) -> Result<Object> {
    let scope = call.scope()?.id;
    for by in by {
        let found = call.store.find(scope, kind, by)?;
        let is_own = |object: &Object| kind != Kind::Secret || object.parent.is_none();
        if let Some(object) = found.filter(is_own) {
            return Ok(object);
        }
    }
    let name = by.last().map(ToString::to_string).unwrap_or_default();
    Err(Error::not_found(kind, name))
}

fn sealed<'s>(secret: &'s Object, entry: &str) -> Option<&'s str> {
    secret.doc.get("data")?.get(entry).and_then(Value::as_str)
}
