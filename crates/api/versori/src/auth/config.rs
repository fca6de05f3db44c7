//! Auth scheme configs: how requests of a connector sign in (AuthSchemeConfig of the published
//! form).

use std::collections::HashMap;

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::object::Object;
use hub::operation::World;
use hub::plan::Change;
use hub::secret::is_mask;
use serde_json::{Map, Value, json};

use super::credential::nothing_stored;
use super::grant::{self, Grant};
use super::scheme::SCHEMES;
use crate::rules;
use crate::secrets;
use crate::text::Members;

/// The parts of a request that an API key or a signature can be in.
const LOCATIONS: [&str; 3] = ["query", "header", "cookie"];
/// The hashes of a signature.
const ALGORITHMS: [&str; 3] = ["sha1", "sha256", "sha512"];
/// What a signature can be of.
const DIGEST_INPUTS: [&str; 2] = ["body", "url"];
/// The members that are secrets where they have one in them.
const MASKABLE: [&str; 4] = [
    "authorizeUrl",
    "tokenUrl",
    "additionalAuthorizeParams",
    "additionalTokenParams",
];
/// The member of a stored grant that refers to its credential.
pub(crate) const CREDENTIAL: &str = "credential";

/// A config as it was sent: what is kept of it, and the credential of its grant.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AuthSchemeConfig {
    /// Its members, without those of the grant's credential.
    pub config: Map<String, Value>,
    /// What its grant says of the client's credential.
    pub grant: Option<Grant>,
}

impl AuthSchemeConfig {
    /// Its id, which its client made.
    pub(crate) fn id(&self) -> &str {
        id(&self.config)
    }
}

/// The id of a config.
pub(crate) fn id(config: &Map<String, Value>) -> &str {
    config.text_at("id").unwrap_or_default()
}

/// The scheme of a config.
pub(crate) fn scheme_type(config: &Map<String, Value>) -> &str {
    config.text_at("schemeType").unwrap_or_default()
}

/// Reads a config. `validationMessages` and what is not published is left out.
pub(crate) fn read(
    path: &str,
    value: &Value,
    faults: &mut FieldErrors,
) -> Option<AuthSchemeConfig> {
    let fields = faults.object(path, value)?;
    fields.string("id", faults);
    rules::length(&fields, "id", rules::ID_MAX, faults);
    described(&fields, faults);
    let mut known = vec!["id", "description", "schemeType"];
    let scheme_type = fields.string("schemeType", faults).and_then(|_| {
        fields.optional_choice("schemeType", &SCHEMES.map(|scheme| scheme.kind), faults)
    })?;
    let mut grant = None;
    match scheme_type {
        "api-key" => {
            known.extend(["name", "in"]);
            named_location(&fields, faults);
        }
        "hmac" => {
            known.extend(["name", "in", "algorithm", "digestInputs"]);
            named_location(&fields, faults);
            choice(&fields, "algorithm", &ALGORITHMS, faults);
            digest_inputs(&fields, faults);
        }
        "oauth2" => {
            known.extend([
                "authorizeUrl",
                "tokenUrl",
                "scopes",
                "defaultScopes",
                "grant",
                "additionalAuthorizeParams",
                "additionalTokenParams",
                "mtlsEnabled",
                "mtlsCredentialId",
            ]);
            oauth2(&fields, faults);
            grant = grant::read(&fields, faults);
        }
        _ => {}
    }
    let mut config = Map::new();
    for name in known {
        if let Some(value) = fields.get(name) {
            config.insert(name.to_owned(), value.clone());
        }
    }
    if let Some(members) = config.get_mut("grant").and_then(Value::as_object_mut) {
        members.retain(|name, _| name == "grantType");
    }
    Some(AuthSchemeConfig { config, grant })
}

/// Reads a list of configs, whose ids must differ.
pub(crate) fn read_list(
    fields: &Fields<'_>,
    name: &str,
    faults: &mut FieldErrors,
) -> Vec<AuthSchemeConfig> {
    let items = fields.array(name, faults).unwrap_or_default();
    if items.len() > rules::SCHEMES_MAX {
        rules::too_many(&fields.path(name), rules::SCHEMES_MAX, faults);
        return Vec::new();
    }
    let mut schemes: Vec<AuthSchemeConfig> = Vec::new();
    for (path, item) in items {
        let Some(scheme) = read(&path, item, faults) else {
            continue;
        };
        if schemes.iter().any(|known| known.id() == scheme.id()) {
            let message = format!(
                "{:?} is there twice: ids differ within the list",
                scheme.id()
            );
            let field = format!("{path}.id");
            faults.push(FieldError::new(field, FieldCode::Duplicate, message));
        }
        schemes.push(scheme);
    }
    schemes
}

/// A config as it is stored: its grant refers to its credential. With it the change that makes or
/// changes that credential.
///
/// # Errors
/// [`hub::error::Error::Invalid`] when the connector has no such credential; those of the world.
pub(crate) fn put(
    sent: &AuthSchemeConfig,
    connector: Uid,
    credentials: &[Object],
    world: &dyn World,
) -> Result<(Map<String, Value>, Option<Change>)> {
    let mut config = sent.config.clone();
    let Some(grant) = &sent.grant else {
        return Ok((config, None));
    };
    let (credential, change) = grant::put(grant, connector, credentials, world)?;
    if let Some(members) = config.get_mut("grant").and_then(Value::as_object_mut) {
        members.insert(CREDENTIAL.to_owned(), json!(credential.hex()));
    }
    Ok((config, change))
}

/// A config as it was sent, with what is stored in place of each member that was sent as it is
/// shown.
///
/// # Errors
/// [`hub::error::Error::Invalid`] with every mask that stands for nothing.
pub(crate) fn kept(
    sent: &AuthSchemeConfig,
    stored: Option<&Map<String, Value>>,
    path: &str,
) -> Result<AuthSchemeConfig> {
    let config = match stored {
        Some(stored) => secrets::kept(&sent.config, stored),
        None => sent.config.clone(),
    };
    let masked = MASKABLE
        .iter()
        .filter(|name| config.text_at(name).is_some_and(is_mask));
    let faults = masked.map(|name| {
        let field = format!("{path}.{name}");
        nothing_stored(field.trim_start_matches('.').to_owned())
    });
    Error::check(faults.collect())?;
    Ok(AuthSchemeConfig {
        config,
        grant: sent.grant.clone(),
    })
}

/// The credential that the grant of a stored config refers to.
pub(crate) fn credential_of(config: &Map<String, Value>) -> Option<Uid> {
    Uid::parse_hex(config.get("grant")?.text_at(CREDENTIAL)?)
}

/// A stored config as it is read.
pub(crate) fn print(
    config: &Map<String, Value>,
    credentials: &HashMap<Uid, &Object>,
    organisation: &str,
) -> Value {
    let mut config = config.clone();
    let credential = credential_of(&config).and_then(|uid| credentials.get(&uid));
    if let Some(grant) = config.get_mut("grant").and_then(Value::as_object_mut) {
        grant.shift_remove(CREDENTIAL);
        if let Some(credential) = credential {
            grant::print(grant, credential, organisation);
        }
    }
    Value::Object(config)
}

/// Refuses a scheme that the protocol does not have.
pub(crate) fn check_protocol(
    path: &str,
    config: &Map<String, Value>,
    allowed: &[String],
    faults: &mut FieldErrors,
) {
    let scheme = scheme_type(config);
    if !allowed.iter().any(|known| known == scheme) {
        let field = format!("{path}.schemeType");
        let field = field.trim_start_matches('.');
        faults.push(FieldError::unsupported(field, scheme, allowed.to_vec()));
    }
}

/// The description must be there, and may be empty.
fn described(fields: &Fields<'_>, faults: &mut FieldErrors) {
    if fields.get("description").is_none() {
        faults.push(FieldError::required(fields.path("description")));
    }
    fields.optional_string("description", faults);
    rules::length(fields, "description", rules::TEXT_MAX, faults);
}

fn named_location(fields: &Fields<'_>, faults: &mut FieldErrors) {
    fields.string("name", faults);
    rules::length(fields, "name", rules::NAME_MAX, faults);
    choice(fields, "in", &LOCATIONS, faults);
}

/// A choice that must be made.
fn choice<'a>(
    fields: &Fields<'a>,
    name: &str,
    allowed: &[&str],
    faults: &mut FieldErrors,
) -> Option<&'a str> {
    fields.string(name, faults)?;
    fields.optional_choice(name, allowed, faults)
}

fn digest_inputs(fields: &Fields<'_>, faults: &mut FieldErrors) {
    let inputs = fields.array("digestInputs", faults);
    if inputs.as_ref().is_some_and(Vec::is_empty) {
        let message = "must have at least one input: body or url";
        let field = fields.path("digestInputs");
        faults.push(FieldError::new(field, FieldCode::Required, message));
    }
    for (path, input) in inputs.unwrap_or_default() {
        // An input is its name, or an object of that type.
        let name = input.as_str().or_else(|| input.text_at("type"));
        match name {
            Some(name) if DIGEST_INPUTS.contains(&name) => {}
            Some(other) => {
                let allowed = DIGEST_INPUTS.map(str::to_owned).to_vec();
                faults.push(FieldError::unsupported(path, other, allowed));
            }
            None => faults.wrong_type(&path, "body or url"),
        }
    }
}

fn oauth2(fields: &Fields<'_>, faults: &mut FieldErrors) {
    for name in ["authorizeUrl", "tokenUrl"] {
        if fields.string(name, faults).is_some_and(|url| !is_mask(url)) {
            rules::url(fields, name, faults);
        }
    }
    for (path, scope) in fields.array("scopes", faults).unwrap_or_default() {
        if let Some(scope) = faults.object(&path, scope) {
            scope.string("name", faults);
            scope.optional_string("description", faults);
        }
    }
    rules::strings(fields, "defaultScopes", true, faults);
    for name in ["additionalAuthorizeParams", "additionalTokenParams"] {
        fields.optional_string(name, faults);
        rules::length(fields, name, rules::TEXT_MAX, faults);
    }
    fields.optional_bool("mtlsEnabled", faults);
    fields.optional_string("mtlsCredentialId", faults);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults_of(value: Value) -> Vec<String> {
        let mut faults = FieldErrors::default();
        read("c", &value, &mut faults);
        match faults.finish(()) {
            Err(Error::Invalid(errors)) => errors.into_iter().map(|error| error.field).collect(),
            _ => Vec::new(),
        }
    }

    #[test]
    fn every_scheme_has_its_own_members() {
        let table = [
            (json!({"schemeType": "none"}), vec![]),
            (json!({"schemeType": "basic-auth"}), vec![]),
            (json!({"schemeType": "certificate"}), vec![]),
            (json!({"schemeType": "api-key"}), vec!["c.name", "c.in"]),
            (
                json!({"schemeType": "hmac", "name": "X-Sig", "in": "header", "digestInputs": []}),
                vec!["c.algorithm", "c.digestInputs"],
            ),
            (
                json!({"schemeType": "hmac", "name": "s", "in": "body", "algorithm": "md5", "digestInputs": ["url", "x"]}),
                vec!["c.in", "c.algorithm", "c.digestInputs[1]"],
            ),
            (
                json!({"schemeType": "oauth2", "authorizeUrl": "ftp://x"}),
                vec![
                    "c.authorizeUrl",
                    "c.tokenUrl",
                    "c.scopes",
                    "c.defaultScopes",
                    "c.grant",
                ],
            ),
            (json!({"schemeType": "bogus"}), vec!["c.schemeType"]),
            (json!({}), vec!["c.schemeType"]),
        ];
        for (mut value, expected) in table {
            value["id"] = json!("a");
            value["description"] = json!("");
            assert_eq!(faults_of(value.clone()), expected, "{value}");
        }
        assert_eq!(
            faults_of(json!({"schemeType": "none"})),
            ["c.id", "c.description"]
        );
    }

    #[test]
    fn what_is_not_published_or_secret_is_not_kept() {
        let value = json!({
            "id": "a", "description": "d", "schemeType": "oauth2", "validationMessages": [1], "clientSecret": "s",
            "authorizeUrl": "https://a", "tokenUrl": "https://t", "scopes": [], "defaultScopes": [],
            "grant": {"grantType": "authorization_code", "clientId": "i", "clientSecret": "s"},
        });
        let mut faults = FieldErrors::default();
        let scheme = read("", &value, &mut faults).unwrap();
        faults.finish(()).unwrap();
        assert_eq!(
            scheme.config["grant"],
            json!({"grantType": "authorization_code"})
        );
        assert!(!format!("{:?}", scheme.config).contains("Secret"));
        assert!(!scheme.config.contains_key("validationMessages"));
        assert!(scheme.grant.is_some());
    }

    #[test]
    fn ids_differ_within_a_list() {
        let list = json!({"l": [
            {"id": "a", "description": "", "schemeType": "none"},
            {"id": "a", "description": "", "schemeType": "none"},
        ]});
        let mut faults = FieldErrors::default();
        let fields = faults.object("", &list).unwrap();
        read_list(&fields, "l", &mut faults);
        let Err(Error::Invalid(errors)) = faults.finish(()) else {
            panic!()
        };
        assert_eq!(errors[0].field, "l[1].id");
    }
}
