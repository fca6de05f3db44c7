//! Grants of OAuth 2.0 configs, whose client's id and secret are a credential.

use hub::error::{FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::object::Object;
use hub::operation::World;
use hub::plan::Change;
use hub::secret::{Clear, MASK, is_mask};
use serde_json::{Map, Value, json};

use super::credential::{self, NewCredential, nothing_stored, seal};
use crate::text::Members;

/// The grants of OAuth 2.0 that a config can have.
const GRANTS: [&str; 3] = ["authorization_code", "password", "client_credentials"];
/// The members of a grant that are its credential's.
const GRANT_MEMBERS: [&str; 2] = ["clientId", "clientSecret"];

/// What the grant of a config says of the client's credential.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Grant {
    /// The credential that it changes, where it names one; else it makes one.
    pub existing: Option<Uid>,
    /// Where the grant was.
    pub field: String,
    /// `clientId` and `clientSecret` as sent: a merge patch of the credential's data.
    pub patch: Map<String, Value>,
}

/// Reads the grant of an OAuth 2.0 config; none where it has no credential of its own.
///
/// With neither `credentialId` nor `organisationId` it makes a credential, with both it changes
/// one.
pub(crate) fn read(config: &Fields<'_>, faults: &mut FieldErrors) -> Option<Grant> {
    let value = config.get("grant");
    if value.is_none() {
        faults.push(FieldError::required(config.path("grant")));
    }
    let grant = faults.object(&config.path("grant"), value?)?;
    let kind = grant
        .string("grantType", faults)
        .and_then(|_| grant.optional_choice("grantType", &GRANTS, faults))?;
    if kind == "client_credentials" {
        return None;
    }
    let id = grant.optional_string("credentialId", faults);
    let organisation = grant.optional_string("organisationId", faults);
    let existing = match (id, organisation) {
        (None, None) => None,
        (Some(id), Some(_)) => {
            let uid = Uid::parse_ulid(id);
            if uid.is_none() {
                let field = grant.path("credentialId");
                faults.push(FieldError::new(field, FieldCode::Invalid, "must be a ULID"));
            }
            uid
        }
        (Some(_), None) => {
            faults.push(one_without_other(&grant, "organisationId", "credentialId"));
            None
        }
        (None, Some(_)) => {
            faults.push(one_without_other(&grant, "credentialId", "organisationId"));
            None
        }
    };
    for name in GRANT_MEMBERS {
        grant.optional_string(name, faults);
    }
    let secret = grant.members().text_at("clientSecret");
    if existing.is_none() && secret.is_some_and(is_mask) {
        faults.push(nothing_stored(grant.path("clientSecret")));
    }
    let patch = GRANT_MEMBERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), grant.get(name)?.clone())));
    Some(Grant {
        existing,
        field: config.path("grant"),
        patch: patch.collect(),
    })
}

fn one_without_other(grant: &Fields<'_>, missing: &str, given: &str) -> FieldError {
    let message = format!(
        "is required with {given}: send both to change a credential, or neither to make one"
    );
    FieldError::new(grant.path(missing), FieldCode::Required, message)
}

/// The credential of a grant, and the change that makes or changes it if there is any. `credentials` are those that the
/// connector has.
///
/// # Errors
/// [`hub::error::Error::Invalid`] when the connector has no such credential; those of
/// [`World::seal`].
pub(crate) fn put(
    grant: &Grant,
    connector: Uid,
    credentials: &[Object],
    world: &dyn World,
) -> Result<(Uid, Option<Change>)> {
    let text = |name: &str| grant.patch.text_at(name).map(str::to_owned);
    let Some(uid) = grant.existing else {
        let shown = json!({"type": "oauth2-client", "data": {"clientId": text("clientId")}});
        let new = NewCredential {
            name: text("clientId").unwrap_or_default(),
            shown: shown.as_object().cloned().unwrap_or_default(),
            field: grant.field.clone(),
            secrets: text("clientSecret")
                .map(|secret| ("clientSecret".to_owned(), Clear::new(secret)))
                .into_iter()
                .collect(),
        };
        let change = credential::create(&new, connector, world)?;
        return Ok((change.object.uid, Some(change)));
    };
    let field = format!("{}.credentialId", grant.field);
    let current = credential::find(uid, credentials, &field)?;
    let secret = text("clientSecret").filter(|secret| !is_mask(secret));
    let secret: Vec<_> = secret
        .map(|secret| ("clientSecret".to_owned(), Clear::new(secret)))
        .into_iter()
        .collect();
    let mut patch = json!({"data": seal(&secret, &grant.field, world)?});
    if let (Some(id), Some(patch)) = (text("clientId"), patch.as_object_mut()) {
        patch.insert("credential".to_owned(), json!({"data": {"clientId": id}}));
    }
    let merged = world.merge_patch(&current.doc, &patch)?;
    let is_changed = merged.document != current.doc;
    let change = || Change::update(current.clone(), merged.document, world.now());
    Ok((current.uid, is_changed.then(change)))
}

/// The grant of a config as it is read, with what its credential says.
pub(crate) fn print(grant: &mut Map<String, Value>, credential: &Object, organisation: &str) {
    grant.insert("credentialId".to_owned(), json!(credential.uid.ulid()));
    grant.insert("organisationId".to_owned(), json!(organisation));
    if let Some(id) = credential.doc.pointer("/credential/data/clientId") {
        grant.insert("clientId".to_owned(), id.clone());
    }
    if credential::entries(credential).any(|name| name == "clientSecret") {
        grant.insert("clientSecret".to_owned(), json!(MASK));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub::error::Error;
    use hub::time::Timestamp;

    #[test]
    fn a_grant_names_a_credential_whole_or_not_at_all() {
        let id = Uid::new(Timestamp::default()).unwrap();
        let table = [
            (
                json!({"grantType": "password", "clientId": "c", "clientSecret": "s"}),
                None,
            ),
            (
                json!({"grantType": "password", "clientId": 1}),
                Some("grant.clientId"),
            ),
            (
                json!({"grantType": "password", "clientId": "c", "clientSecret": "***"}),
                Some("grant.clientSecret"),
            ),
            (
                json!({"grantType": "authorization_code", "credentialId": id.ulid(), "organisationId": "o"}),
                None,
            ),
            (
                json!({"grantType": "authorization_code", "credentialId": id.ulid()}),
                Some("grant.organisationId"),
            ),
            (
                json!({"grantType": "authorization_code", "organisationId": "o"}),
                Some("grant.credentialId"),
            ),
            (json!({"grantType": "client_credentials"}), None),
            (json!({"grantType": "implicit"}), Some("grant.grantType")),
        ];
        for (grant, fault) in table {
            let config = json!({"grant": grant});
            let mut faults = FieldErrors::default();
            let fields = faults.object("", &config).unwrap();
            let read = super::read(&fields, &mut faults);
            match (faults.finish(()), fault) {
                (Ok(()), None) => {
                    assert_eq!(
                        read.is_none(),
                        config["grant"]["grantType"] == "client_credentials"
                    );
                }
                (Err(Error::Invalid(errors)), Some(field)) => assert_eq!(errors[0].field, field),
                other => panic!("{config}: {other:?}"),
            }
        }
    }
}
