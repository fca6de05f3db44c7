//! The end of an OAuth 2.0 authorization: the code that the user came back with is exchanged for
//! tokens (RFC 6749, section
//! 4.1.3) when a connection is made with it. A code whose `state` we did not sign comes from
//! elsewhere and is kept as it is.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fetch::{FetchRequest, FetchSource, FetchTarget, Fetched, Form};
use hub::id::Uid;
use hub::object::{Kind, Object};
use hub::operation::{View, World};
use hub::secret::Clear;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::credential::{CredentialInput, NewCredential};
use crate::address;
use crate::change::body;
use crate::connection::item::config_of_item;
use crate::connection::wire::{ConnectionInput, Item, ItemConfig};
use crate::secrets;
use crate::text::Members;
use api::form;

/// The purpose that the `state` of an authorization is signed for.
pub(crate) const STATE: &str = "state";
/// How long the user may take to sign in, in seconds.
const STATE_SECONDS: u32 = 600;
/// How much of what a token endpoint says is repeated, in characters.
const REASON_MAX: usize = 300;

/// What the `state` of an authorization says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    /// The connector.
    #[serde(with = "hex")]
    pub connector: Uid,
    /// The credential of the client.
    #[serde(with = "hex")]
    pub credential: Uid,
    /// The client, as the user was sent to sign in for.
    pub client_id: String,
    /// Where the user comes back to: the exchange must repeat it.
    pub redirect_uri: String,
    /// What was asked for.
    pub scopes: Vec<String>,
}

impl State {
    /// As a signed state.
    ///
    /// # Errors
    /// Those of [`View::issue_signed`].
    pub(crate) fn issue(&self, view: &dyn View) -> Result<String> {
        view.issue_signed(STATE, &body(self)?, STATE_SECONDS)
    }
}

/// Ids as a state has them.
mod hex {
    use hub::id::Uid;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(uid: &Uid, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&uid.hex())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Uid, D::Error> {
        let text = String::deserialize(deserializer)?;
        Uid::parse_hex(&text).ok_or_else(|| D::Error::custom("no id"))
    }
}

/// The requests that exchange the codes in a connection, in the order of its items.
///
/// # Errors
/// [`Error::Invalid`] for what cannot be exchanged, and why; those of the world.
pub(crate) fn fetches(
    input: &ConnectionInput,
    owner: &Object,
    world: &dyn World,
) -> Result<Vec<FetchRequest>> {
    let mut requests = Vec::new();
    for item in input.credentials.iter().flat_map(|(_, items)| items) {
        if let Some((code, state)) = code_of(item, world)? {
            if !secrets::takes_values(world.scope()) {
                let field = format!("{}.credential.data.code", item.path);
                return Err(Error::field(secrets::elsewhere(field)));
            }
            requests.push(exchange_request(item, code, &state, owner, world)?);
        }
    }
    Ok(requests)
}

/// Puts the tokens in place of the codes in a connection. In a preview there are none.
///
/// # Errors
/// [`Error::Invalid`] with what a token endpoint says against a code.
pub(crate) fn exchange(input: &mut ConnectionInput, world: &dyn World) -> Result<()> {
    let mut replies = world.fetched().iter();
    for item in input.credentials.iter_mut().flat_map(|(_, items)| items) {
        let Some((_, state)) = code_of(item, world)? else {
            continue;
        };
        let reply = replies.next().and_then(Option::as_ref);
        let tokens = reply.map(|reply| tokens(reply, &item.path)).transpose()?;
        if let Some(CredentialInput::New(new)) = &mut item.credential {
            put(new, &tokens.unwrap_or_default(), &state, world);
        }
    }
    Ok(())
}

/// The code of an item and what its state says, when we signed it.
fn code_of<'i>(item: &'i Item, world: &dyn World) -> Result<Option<(&'i Clear, State)>> {
    let Some(CredentialInput::New(new)) = &item.credential else {
        return Ok(None);
    };
    let Some((code, state)) = new.code() else {
        return Ok(None);
    };
    let says = match world.read_signed(STATE, state.expose()) {
        Err(Error::Forbidden(why)) => return Err(refused(item, "credential.data.state", &why)),
        says => says?,
    };
    let Some(says) = says else { return Ok(None) };
    let state = serde_json::from_value(says);
    let state = state.map_err(|error| Error::Internal(format!("a signed state: {error}")))?;
    Ok(Some((code, state)))
}

fn exchange_request(
    item: &Item,
    code: &Clear,
    state: &State,
    owner: &Object,
    world: &dyn World,
) -> Result<FetchRequest> {
    let of_state = |why: &str| refused(item, "credential.data.state", why);
    if state.connector != owner.uid {
        return Err(of_state("was given out for another connector"));
    }
    let client = world.object(Kind::Credential, state.credential)?;
    let client = client.ok_or_else(|| of_state("is of a client that is gone: start again"))?;
    let client_id = client.doc.pointer("/credential/data/clientId");
    if client_id.and_then(Value::as_str) != Some(&state.client_id) {
        let why = "is of another clientId than the credential has: start again with that";
        return Err(of_state(why));
    }
    let config = config_of_item(item, owner)?.unwrap_or_default();
    let config = secrets::opened(&Value::Object(config), owner, world)?;
    let text = |name: &str| config.text_at(name);
    let Some(token_url) = text("tokenUrl") else {
        let why = "must be an oauth2 config: its tokenUrl exchanges the code";
        return Err(refused(item, "authSchemeConfig", why));
    };
    let more = form::parse(text("additionalTokenParams").unwrap_or_default());
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("code", code.expose()),
        ("redirect_uri", &state.redirect_uri),
        ("client_id", &state.client_id),
    ];
    pairs.extend(
        more.iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    );
    Ok(FetchRequest {
        field: token_url_field(item),
        source: FetchSource::Address(FetchTarget {
            url: token_url.to_owned(),
            form: Some(Form {
                authorization: authorization(&state.client_id, &client, world)?,
                body: Clear::new(address::query(&pairs)),
            }),
        }),
    })
}

/// The field of the request that has the address of the token endpoint, or names the config that
/// has it.
fn token_url_field(item: &Item) -> String {
    let member = match item.config {
        Some(ItemConfig::Given(_)) => "tokenUrl",
        _ => "id",
    };
    format!("{}.authSchemeConfig.{member}", item.path)
}

/// How a client that has a secret shows who it is (RFC 6749, section 2.3.1).
fn authorization(id: &str, client: &Object, world: &dyn World) -> Result<Option<Clear>> {
    const SECRET: &str = "clientSecret";
    let sealed = client.doc.get("data").and_then(|data| data.text_at(SECRET));
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let secret = world.open(SECRET, sealed)?;
    let pair = format!(
        "{}:{}",
        address::encode(id),
        address::encode(secret.expose())
    );
    Ok(Some(Clear::new(format!("Basic {}", BASE64.encode(pair)))))
}

/// What a token endpoint answers (RFC 6749, section 5).
fn tokens(reply: &Fetched, path: &str) -> Result<Map<String, Value>> {
    let body = hub::json::parse_reply(reply.text.as_bytes()).unwrap_or_default();
    let text = |name: &str| body.text_at(name);
    if text("access_token").is_some() {
        return Ok(body.as_object().cloned().unwrap_or_default());
    }
    let said: Vec<&str> = ["error", "error_description"]
        .into_iter()
        .filter_map(text)
        .collect();
    let said: String = said.join(": ").chars().take(REASON_MAX).collect();
    let message = if said.is_empty() {
        format!(
            "the token endpoint answers {} without a token",
            reply.status
        )
    } else {
        format!("the token endpoint refuses it: {said}")
    };
    let field = format!("{path}.credential.data.code");
    Err(Error::field(FieldError::new(
        field,
        FieldCode::Invalid,
        message,
    )))
}

/// Makes a credential of what was a code. One that cannot be refreshed ends with its token.
fn put(new: &mut NewCredential, tokens: &Map<String, Value>, state: &State, world: &dyn World) {
    let text = |name: &str| tokens.text_at(name);
    let scopes: Vec<&str> = match text("scope") {
        Some(scope) => scope.split_whitespace().collect(),
        None => state.scopes.iter().map(String::as_str).collect(),
    };
    new.shown
        .insert("data".to_owned(), json!({"scopes": scopes}));
    let named = [
        ("accessToken", "access_token"),
        ("refreshToken", "refresh_token"),
    ];
    let secrets = named.into_iter();
    new.secrets = secrets
        .filter_map(|(name, token)| Some((name.to_owned(), Clear::new(text(token)?))))
        .collect();
    let seconds = tokens.get("expires_in").and_then(|value| {
        let number = value.as_i64();
        number.or_else(|| value.as_str()?.parse().ok())
    });
    if let Some(seconds) = seconds.filter(|_| text("refresh_token").is_none()) {
        let at = world.now().plus_seconds(seconds).rfc3339_millis();
        new.shown.insert("expiresAt".to_owned(), json!(at));
    }
}

fn refused(item: &Item, member: &str, why: &str) -> Error {
    let field = format!("{}.{member}", item.path);
    Error::field(FieldError::new(field, FieldCode::Invalid, why))
}
