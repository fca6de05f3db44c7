//! Requests.

use hub::command::{Export, Import, NewKey, ScopeSettings, Update};
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::object::Kind;
use hub::scope::{PUBLIC_KEY, Permission, SecretStore};
use hub::time::Timestamp;
use serde_json::{Map, Value, json};

use super::wire::PERMISSIONS;
use api::form;
use api::request::Request;
use api::route::Parsed;

/// The longest namespace of Kubernetes (RFC 1123, section 2.1).
const SCOPE_NAME_MAX: usize = 63;
/// The longest description of a key, in characters.
const DESCRIPTION_MAX: usize = 1000;
/// The members that the settings of a scope may have.
const SCOPE_MEMBERS: [&str; 5] = [
    "name",
    "createdAt",
    "secretStore",
    DEFAULT_OWNER,
    IDENTITIES,
];
const DEFAULT_OWNER: &str = "defaultOwner";
const IDENTITIES: &str = "identities";

/// `POST /oauth/token`: the client's id and secret in the body (urlencoded or multipart), in the
/// query, or as basic authentication (RFC 6749, section 2.3.1).
pub(crate) fn token(request: &Request) -> Parsed<Export> {
    let mut pairs = request.query.clone();
    match request.media_type().as_str() {
        "multipart/form-data" => pairs.extend(api::multipart::text_fields(request)?),
        "application/x-www-form-urlencoded" => {
            pairs.extend(form::parse(&String::from_utf8_lossy(&request.body)))
        }
        _ => {}
    }
    let value = |name: &str| {
        pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.clone())
    };
    let grant_type = value("grant_type").unwrap_or_default();
    if grant_type != "client_credentials" {
        let allowed = vec!["client_credentials".to_owned()];
        return Err(Error::field(FieldError::unsupported(
            "grant_type",
            &grant_type,
            allowed,
        )));
    }
    let (basic_id, basic_secret) = basic_credentials(request).unzip();
    let client_id = value("client_id")
        .or(basic_id)
        .ok_or_else(|| missing("client_id"))?;
    let client_secret = value("client_secret")
        .or(basic_secret)
        .ok_or_else(|| missing("client_secret"))?;
    Ok(Export::IssueToken {
        client_id,
        client_secret,
    }
    .into())
}

fn missing(field: &str) -> Error {
    Error::field(FieldError::required(field))
}

fn basic_credentials(request: &Request) -> Option<(String, String)> {
    use base64::Engine;
    let encoded = request.header("authorization")?.strip_prefix("Basic ")?;
    let decoded = base64::engine::general_purpose::STANDARD
        .decode(encoded.trim())
        .ok()?;
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// `PUT /v1/scopes/{scope}`
pub(crate) fn put_scope(request: &Request) -> Parsed<Import> {
    let body = if request.body.is_empty() {
        json!({})
    } else {
        request.json()?
    };
    let name = request.param("scope").to_owned();
    let mut faults = FieldErrors::default();
    if name.len() > SCOPE_NAME_MAX || name.contains('.') || !hub::text::is_dns_name(&name) {
        let message =
            "must be a DNS-1123 label: lower-case letters, digits and hyphens, at most 63";
        faults.push(FieldError::new("name", FieldCode::Invalid, message));
    }
    let settings = faults
        .object("", &body)
        .map(|fields| settings(&fields, &name, &mut faults));
    faults.finish(())?;
    Ok(Import::Scope {
        name,
        settings: settings.unwrap_or_default(),
    }
    .into())
}

fn settings(fields: &Fields<'_>, name: &str, faults: &mut FieldErrors) -> ScopeSettings {
    if fields
        .optional_string("name", faults)
        .is_some_and(|given| given != name)
    {
        faults.push(FieldError::new(
            "name",
            FieldCode::Immutable,
            "must be the name in the path",
        ));
    }
    // The others are names in dialects, each of which knows its own.
    let names = fields
        .members()
        .iter()
        .filter(|(member, _)| !SCOPE_MEMBERS.contains(&member.as_str()));
    ScopeSettings {
        names: names
            .map(|(member, value)| (member.clone(), value.clone()))
            .collect(),
        created_at: date(fields, "createdAt", faults),
        secret_store: fields
            .optional_choice("secretStore", &["values", "kubernetes", "cloud"], faults)
            .and_then(|text| serde_json::from_value::<SecretStore>(json!(text)).ok()),
        default_owner: match fields.get(DEFAULT_OWNER) {
            None if fields.members().contains_key(DEFAULT_OWNER) => Some(Value::Null),
            _ => default_owner(fields, faults),
        },
        identities: identities(fields, faults),
    }
}

/// Who stands in for identities that are not known.
fn default_owner(fields: &Fields<'_>, faults: &mut FieldErrors) -> Option<Value> {
    let owner = fields.optional_object(DEFAULT_OWNER, faults)?;
    refuse_unknown(&owner, &["type", "id", "name"], faults);
    if owner
        .optional_string("type", faults)
        .is_some_and(|kind| kind != "IDENTITY")
    {
        let message = "must be IDENTITY";
        faults.push(FieldError::new(
            owner.path("type"),
            FieldCode::Invalid,
            message,
        ));
    }
    let mut reference = identity(&owner, faults)?;
    reference.insert("type".to_owned(), json!("IDENTITY"));
    Some(Value::Object(reference))
}

/// Who stands in for which identity.
fn identities(fields: &Fields<'_>, faults: &mut FieldErrors) -> Option<Map<String, Value>> {
    let given = fields.optional_object(IDENTITIES, faults)?;
    let mut identities = Map::new();
    for (known, value) in given.members() {
        let Some(fields) = faults.object(&given.path(known), value) else {
            continue;
        };
        refuse_unknown(&fields, &["id", "name"], faults);
        if let Some(identity) = identity(&fields, faults) {
            identities.insert(known.clone(), Value::Object(identity));
        }
    }
    Some(identities)
}

fn identity(fields: &Fields<'_>, faults: &mut FieldErrors) -> Option<Map<String, Value>> {
    let id = fields.string("id", faults);
    let name = fields.string("name", faults);
    let members = [("id", json!(id?)), ("name", json!(name?))];
    Some(
        members
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect(),
    )
}

fn date(fields: &Fields<'_>, name: &str, faults: &mut FieldErrors) -> Option<Timestamp> {
    let text = fields.optional_string(name, faults)?;
    let parsed = Timestamp::parse_rfc3339(text);
    if parsed.is_none() {
        faults.push(FieldError::new(
            name,
            FieldCode::Invalid,
            "must be a date and time of RFC 3339",
        ));
    }
    parsed
}

/// The refusal of a number that is not one of those that a field or a parameter may have.
pub(crate) fn not_between(name: &str, least: i64, most: i64) -> FieldError {
    let message = format!("must be a number from {least} to {most}");
    FieldError::new(name, FieldCode::Invalid, message)
}

pub(crate) fn refuse_unknown(fields: &Fields<'_>, known: &[&str], faults: &mut FieldErrors) {
    for name in fields
        .members()
        .keys()
        .filter(|name| !known.contains(&name.as_str()))
    {
        let message = format!("is not known: use {}", known.join(", "));
        faults.push(FieldError::new(
            fields.path(name),
            FieldCode::Unknown,
            message,
        ));
    }
}

/// `POST /v1/scopes/{scope}/keys`
pub(crate) fn create_key(request: &Request) -> Parsed<Import> {
    let body = request.json()?;
    let mut faults = FieldErrors::default();
    let Some(fields) = faults.object("", &body) else {
        faults.finish(())?;
        return Err(Error::Malformed(
            "the body must be a JSON object".to_owned(),
        ));
    };
    refuse_unknown(
        &fields,
        &["permissions", "description", "expiresAt", PUBLIC_KEY],
        &mut faults,
    );
    let permissions = permissions(&fields, &mut faults);
    let description = fields
        .optional_string("description", &mut faults)
        .map(str::to_owned);
    if description
        .as_ref()
        .is_some_and(|text| text.chars().count() > DESCRIPTION_MAX)
    {
        let message = format!("must have at most {DESCRIPTION_MAX} characters");
        faults.push(FieldError::new("description", FieldCode::TooLong, message));
    }
    let public_key = fields
        .get(PUBLIC_KEY)
        .and_then(|_| fields.string(PUBLIC_KEY, &mut faults));
    let expires_at = date(&fields, "expiresAt", &mut faults);
    if expires_at.is_some_and(|at| at <= Timestamp::now()) {
        faults.push(FieldError::new(
            "expiresAt",
            FieldCode::Invalid,
            "must be in the future",
        ));
    }
    faults.finish(())?;
    Ok(Import::Key(NewKey {
        permissions,
        description,
        expires_at,
        public_key: public_key.map(str::to_owned),
    })
    .into())
}

fn permissions(fields: &Fields<'_>, faults: &mut FieldErrors) -> Vec<Permission> {
    let Some(items) = fields.array("permissions", faults) else {
        return Vec::new();
    };
    if items.is_empty() {
        faults.push(FieldError::new(
            "permissions",
            FieldCode::Required,
            "must have at least one permission",
        ));
    }
    let mut permissions = Vec::new();
    for (path, item) in items {
        let text = item.as_str().unwrap_or_default();
        match serde_json::from_value::<Permission>(Value::from(text)) {
            Ok(permission) if !permissions.contains(&permission) => permissions.push(permission),
            Ok(_) => {}
            Err(_) => {
                let allowed = PERMISSIONS.iter().map(ToString::to_string).collect();
                faults.push(FieldError::unsupported(path, text, allowed));
            }
        }
    }
    permissions
}

/// `GET /v1/scopes/{scope}/keys/{key}`
pub(crate) fn get_key(request: &Request) -> Parsed<Export> {
    key_id(request).map(|uid| Export::GetKey(uid).into())
}

/// `DELETE /v1/scopes/{scope}/keys/{key}`
pub(crate) fn revoke_key(request: &Request) -> Parsed<Update> {
    key_id(request).map(|uid| Update::RevokeKey(uid).into())
}

fn key_id(request: &Request) -> Result<Uid> {
    let id = request.param("key");
    Uid::parse_hex(id).ok_or_else(|| Error::not_found(Kind::Key, id))
}

/// `GET /v1/scopes/{scope}/classes/{class}`
pub(crate) fn get_class(request: &Request) -> Parsed<Export> {
    Ok(Export::GetClass(class_name(request)).into())
}

/// `PUT /v1/scopes/{scope}/classes/{class}`
pub(crate) fn put_class(request: &Request) -> Parsed<Import> {
    let (name, mut doc) = (class_name(request), request.json()?);
    if !hub::text::is_dns_name(&name) {
        let message = "must be a DNS-1123 name: lower-case letters, digits, hyphens and dots";
        return Err(Error::field(FieldError::new(
            "name",
            FieldCode::Invalid,
            message,
        )));
    }
    if let Some(members) = doc.as_object_mut() {
        let given = members.shift_remove("name");
        if given.is_some_and(|given| given != json!(name)) {
            return Err(Error::field(FieldError::new(
                "name",
                FieldCode::Immutable,
                "must be the name in the path",
            )));
        }
    }
    Ok(Import::Class { name, doc }.into())
}

/// `DELETE /v1/scopes/{scope}/classes/{class}`
pub(crate) fn delete_class(request: &Request) -> Parsed<Update> {
    Ok(Update::DeleteClass(class_name(request)).into())
}

/// `DATABRICKS_UNITY_CATALOG` is another way to write `databricks-unity-catalog`.
fn class_name(request: &Request) -> String {
    request
        .param("class")
        .to_ascii_lowercase()
        .replace('_', "-")
}
