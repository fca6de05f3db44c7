//! Credentials: what a connection signs in with (Credential of the published form).
//!
//! A credential is an object that belongs to the connector. `data` of its document holds the
//! encrypted entries, as in a secret object; `credential` what may be shown: `{type, expiresAt?,
//! data}`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hub::connector::is_reference;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::World;
use hub::plan::Change;
use hub::secret::{Clear, MASK, is_mask};
use hub::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::rules;
use crate::secrets::{elsewhere, takes_values};
use crate::text::Members;

/// The types, each with the members of `data` that it needs.
const TYPES: [(&str, &[&str]); 11] = [
    ("none", &[]),
    ("string", &["value"]),
    ("binary", &["valueBase64"]),
    ("basic-auth", &["username", "password"]),
    ("oauth2-client", &["clientId", "clientSecret"]),
    (CODE, &["code", "state"]),
    ("oauth2-password", &["username", "password"]),
    (TOKEN, &[]),
    ("custom-function", &[]),
    ("certificate", &["certificate", "key"]),
    ("jwt-bearer", &[]),
];
/// What is written as a code is read back as a token.
const CODE: &str = "oauth2-code";
const TOKEN: &str = "oauth2-token";
/// The members of `data` that may be shown. All others are secrets.
const PUBLIC: [&str; 10] = [
    "username",
    "clientId",
    "authorizeUrl",
    "tokenUrl",
    "additionalParams",
    "mTLSEnabled",
    "mTLSCredentialId",
    "scopes",
    "certificate",
    "ca",
];
/// Secrets of which not even the name is shown: they can be used once only.
const WRITE_ONLY: [&str; 2] = ["code", "state"];

/// What an item of a connection signs in with, as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CredentialInput {
    /// One that the connector has.
    Existing {
        /// Which.
        uid: Uid,
        /// Where it was named.
        field: String,
    },
    /// A new one.
    New(NewCredential),
}

/// A credential to be made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NewCredential {
    /// Its name.
    pub name: String,
    /// What may be shown of it: `{type, expiresAt?, data}`.
    pub shown: Map<String, Value>,
    /// Where its data was.
    pub field: String,
    /// Its secrets by name.
    pub secrets: Vec<(String, Clear)>,
}

impl NewCredential {
    /// The code to be exchanged for tokens, and its state.
    pub(crate) fn code(&self) -> Option<(&Clear, &Clear)> {
        let is_token = self.shown.text_at("type") == Some(TOKEN);
        let secret = |name: &str| {
            let mut secrets = self.secrets.iter().filter(|_| is_token);
            secrets.find(|(known, _)| known == name)
        };
        Some((&secret("code")?.1, &secret("state")?.1))
    }
}

/// Reads a credential: with an id it names one that is there, and its other members say nothing
/// new.
pub(crate) fn read(path: &str, value: &Value, faults: &mut FieldErrors) -> Option<CredentialInput> {
    let fields = faults.object(path, value)?;
    fields.optional_string("organisationId", faults);
    if let Some(id) = fields
        .optional_string("id", faults)
        .filter(|id| !id.is_empty())
    {
        let field = fields.path("id");
        let uid = Uid::parse_ulid(id);
        if uid.is_none() {
            faults.push(FieldError::new(
                &field,
                FieldCode::Invalid,
                "must be a ULID",
            ));
        }
        return uid.map(|uid| CredentialInput::Existing { uid, field });
    }
    let types = TYPES.map(|(name, _)| name);
    let kind = fields
        .string("type", faults)
        .and_then(|_| fields.optional_choice("type", &types, faults))?;
    let name = fields.optional_string("name", faults).unwrap_or(kind);
    rules::length(&fields, "name", rules::NAME_MAX, faults);
    let mut shown = Map::new();
    shown.insert(
        "type".to_owned(),
        json!(if kind == CODE { TOKEN } else { kind }),
    );
    if let Some(expires_at) = fields.optional_string("expiresAt", faults) {
        if Timestamp::parse_rfc3339(expires_at).is_none() {
            let message = "must be a date and time of RFC 3339";
            faults.push(FieldError::new(
                fields.path("expiresAt"),
                FieldCode::Invalid,
                message,
            ));
        }
        shown.insert("expiresAt".to_owned(), json!(expires_at));
    }
    let empty = Value::Object(Map::new());
    let data = faults.object(&fields.path("data"), fields.get("data").unwrap_or(&empty))?;
    let secrets = read_data(kind, &data, &mut shown, faults);
    Some(CredentialInput::New(NewCredential {
        name: name.to_owned(),
        shown,
        field: data.path("").trim_end_matches('.').to_owned(),
        secrets,
    }))
}

fn read_data(
    kind: &str,
    data: &Fields<'_>,
    shown: &mut Map<String, Value>,
    faults: &mut FieldErrors,
) -> Vec<(String, Clear)> {
    let needed = TYPES
        .iter()
        .find(|(name, _)| *name == kind)
        .map_or(&[][..], |(_, needed)| *needed);
    for name in needed {
        if !data.get(name).is_some_and(is_reference) {
            data.string(name, faults);
        }
    }
    if data.get("scopes").is_some() {
        rules::strings(data, "scopes", false, faults);
    }
    if kind == "binary" {
        let text = data.members().text_at("valueBase64");
        if BASE64.decode(text.unwrap_or_default()).is_err() {
            let field = data.path("valueBase64");
            faults.push(FieldError::new(field, FieldCode::Invalid, "must be base64"));
        }
    }
    let (mut public, mut secrets) = (Map::new(), Vec::new());
    for (name, value) in data.members().iter().filter(|(_, value)| !value.is_null()) {
        if PUBLIC.contains(&name.as_str()) || is_reference(value) {
            public.insert(name.clone(), value.clone());
        } else if value.as_str().is_some_and(is_mask) {
            faults.push(nothing_stored(data.path(name)));
        } else {
            secrets.push((name.clone(), clear(value)));
        }
    }
    shown.insert("data".to_owned(), Value::Object(public));
    secrets
}

/// A mask that stands for nothing.
pub(crate) fn nothing_stored(field: String) -> FieldError {
    let message = "is masked, but nothing is stored that it could stand for: send the real value";
    FieldError::new(field, FieldCode::Invalid, message)
}

/// A secret that is no text is kept as JSON.
fn clear(value: &Value) -> Clear {
    Clear::new(
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned),
    )
}

/// The change that makes a credential of a connector.
///
/// # Errors
/// Those of [`World::seal`].
pub(crate) fn create(new: &NewCredential, connector: Uid, world: &dyn World) -> Result<Change> {
    let mut doc = Map::new();
    doc.insert("credential".to_owned(), Value::Object(new.shown.clone()));
    doc.insert(
        "data".to_owned(),
        Value::Object(seal(&new.secrets, &new.field, world)?),
    );
    let scope = world.scope().id;
    let doc = Value::Object(doc);
    let mut change = Change::create(
        Kind::Credential,
        scope,
        &new.name,
        doc,
        Default::default(),
        world.now(),
    )?;
    change.object.parent = Some(connector);
    Ok(change)
}

/// The entries of a document that these secrets make.
///
/// # Errors
/// [`Error::Invalid`] where the scope keeps its secrets elsewhere; those of [`World::seal`].
pub(crate) fn seal(
    secrets: &[(String, Clear)],
    field: &str,
    world: &dyn World,
) -> Result<Map<String, Value>> {
    if !takes_values(world.scope()) {
        let fault = |(name, _): &(String, Clear)| elsewhere(format!("{field}.{name}"));
        Error::check(secrets.iter().map(fault).collect())?;
    }
    let sealed =
        |(name, value): &(String, Clear)| Ok((name.clone(), json!(world.seal(name, value)?)));
    secrets.iter().map(sealed).collect()
}

/// The credential of that id among those of the connector.
///
/// # Errors
/// [`Error::Invalid`], which names the field.
pub(crate) fn find<'a>(uid: Uid, credentials: &'a [Object], field: &str) -> Result<&'a Object> {
    let found = credentials
        .iter()
        .find(|known| known.uid == uid && known.kind == Kind::Credential);
    found.ok_or_else(|| {
        let message = format!("the connector has no credential {}", uid.ulid());
        Error::field(FieldError::new(field, FieldCode::NotFound, message))
    })
}

/// A Credential.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CredentialBody {
    id: String,
    organisation_id: String,
    r#type: Value,
    name: String,
    data: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Value>,
}

/// A credential as it is read: secrets are masked.
pub(crate) fn print(object: &Object, organisation: &str) -> CredentialBody {
    let shown = |name: &str| object.doc.get("credential")?.get(name).cloned();
    let mut data = match shown("data") {
        Some(Value::Object(data)) => data,
        _ => Map::new(),
    };
    for name in entries(object) {
        data.insert(name.to_owned(), json!(MASK));
    }
    CredentialBody {
        id: object.uid.ulid(),
        organisation_id: organisation.to_owned(),
        r#type: shown("type").unwrap_or_default(),
        name: object.name.clone(),
        data,
        expires_at: shown("expiresAt"),
    }
}

/// The names of the secrets that are there and may be told.
pub(crate) fn entries(object: &Object) -> impl Iterator<Item = &str> {
    let sealed = object.doc.get("data").and_then(Value::as_object);
    let names = sealed.into_iter().flat_map(Map::keys).map(String::as_str);
    names.filter(|name| !WRITE_ONLY.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(value: Value) -> Result<CredentialInput> {
        let mut faults = FieldErrors::default();
        let read = read("c", &value, &mut faults);
        faults.finish(read).map(Option::unwrap)
    }

    #[test]
    fn every_type_needs_its_members_and_hides_its_secrets() {
        let table = [
            ("none", json!({}), vec![]),
            ("string", json!({"value": "s"}), vec!["value"]),
            (
                "binary",
                json!({"valueBase64": "cw=="}),
                vec!["valueBase64"],
            ),
            (
                "basic-auth",
                json!({"username": "u", "password": "s"}),
                vec!["password"],
            ),
            (
                "oauth2-client",
                json!({"clientId": "u", "clientSecret": "s"}),
                vec!["clientSecret"],
            ),
            (
                "oauth2-code",
                json!({"code": "s", "state": "s"}),
                vec!["code", "state"],
            ),
            (
                "oauth2-password",
                json!({"username": "u", "password": "s"}),
                vec!["password"],
            ),
            (
                "oauth2-token",
                json!({"scopes": ["u"], "accessToken": "s"}),
                vec!["accessToken"],
            ),
            (
                "custom-function",
                json!({"anything": {"deep": 1}}),
                vec!["anything"],
            ),
            (
                "certificate",
                json!({"certificate": "u", "key": "s", "ca": "u"}),
                vec!["key"],
            ),
            ("jwt-bearer", json!({"privateKey": "s"}), vec!["privateKey"]),
        ];
        assert_eq!(table.len(), TYPES.len());
        for (kind, data, secrets) in table {
            let CredentialInput::New(new) = read_one(json!({"type": kind, "data": data})).unwrap()
            else {
                panic!()
            };
            let found: Vec<_> = new.secrets.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(found, secrets, "{kind}");
            assert!(!json!(new.shown).to_string().contains("\"s\""), "{kind}");
            let needed = TYPES.iter().find(|(name, _)| *name == kind).unwrap().1;
            if let Err(Error::Invalid(errors)) = read_one(json!({"type": kind, "data": {}})) {
                assert_eq!(errors.len(), needed.len(), "{kind}");
            } else {
                assert!(needed.is_empty(), "{kind}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (value, field) in [
            (json!({"type": "magic"}), "c.type"),
            (json!({"data": {}}), "c.type"),
            (json!({"id": "x"}), "c.id"),
            (
                json!({"type": "string", "data": {"value": "******"}}),
                "c.data.value",
            ),
            (
                json!({"type": "binary", "data": {"valueBase64": "%"}}),
                "c.data.valueBase64",
            ),
            (
                json!({"type": "none", "expiresAt": "tomorrow"}),
                "c.expiresAt",
            ),
        ] {
            let Err(Error::Invalid(errors)) = read_one(value) else {
                panic!("{field}")
            };
            assert_eq!(errors[0].field, field);
        }
    }
}
