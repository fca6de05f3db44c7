//! The start of an OAuth 2.0 authorization (RFC 6749, section 4.1.1). What comes of it is a code,
//! see [`code`](super::code).

use hub::error::{FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::id::Uid;
use hub::object::Kind;
use hub::operation::{Computed, Operation, View, World};
use serde::Serialize;
use serde_json::Value;

use super::code::State;
use crate::address::with_query;
use crate::change::{about_nothing, organisation};
use crate::connector::object::find;
use crate::rules;
use api::form;

/// The page that users come back to.
pub(crate) const CALLBACK_PAGE: &str = include_str!("callback.html");

/// The scope that asks for a refresh token.
const OFFLINE_ACCESS: &str = "offline_access";
/// The default of `prompt`.
const PROMPT: &str = "login";
/// The older name of the same parameter at Google. Where it is sent, there is no default beside it.
const APPROVAL_PROMPT: &str = "approval_prompt";

/// Makes the URL to send the user to.
#[derive(Debug)]
pub(crate) struct Initialise {
    /// Of which connector.
    pub connector: Uid,
    /// Where the user comes back to.
    pub redirect_uri: String,
    /// The body.
    pub body: Value,
}

/// Where the user is to be sent.
#[derive(Serialize)]
struct Authorization {
    url: String,
}

impl Operation for Initialise {
    fn compute(&self, view: &dyn World) -> Result<Computed> {
        find(self.connector, view)?;
        let mut faults = FieldErrors::default();
        let fields = faults.object("", &self.body);
        let url = fields
            .map(|fields| self.url(&fields, &mut faults, view))
            .transpose()?;
        let url = faults.finish(url.unwrap_or_default())?;
        about_nothing(Authorization { url })
    }
}

impl Initialise {
    fn url(
        &self,
        fields: &Fields<'_>,
        faults: &mut FieldErrors,
        view: &dyn View,
    ) -> Result<String> {
        let credential = self.credential(fields, faults, view)?;
        let authorize_url = fields.string("authorizeUrl", faults).unwrap_or_default();
        if !authorize_url.is_empty() {
            rules::url(fields, "authorizeUrl", faults);
        }
        let client_id = fields.string("clientId", faults).unwrap_or_default();
        let mut scopes = rules::strings(fields, "scopes", false, faults).unwrap_or_default();
        let offline = !fields
            .optional_bool("disableOfflineAccess", faults)
            .unwrap_or_default();
        if offline && !scopes.iter().any(|scope| scope == OFFLINE_ACCESS) {
            scopes.push(OFFLINE_ACCESS.to_owned());
        }
        let more = additional_params(fields, faults);
        let prompt = fields.optional_string("prompt", faults);
        let prompt = prompt.or_else(|| {
            let is_asked_for = more.iter().any(|(name, _)| name == APPROVAL_PROMPT);
            (!is_asked_for).then_some(PROMPT)
        });
        // Several prompts are separated by a plus, as in a query.
        let prompt = prompt.unwrap_or_default().replace('+', " ");
        let state = |credential| State {
            connector: self.connector,
            credential,
            client_id: client_id.to_owned(),
            redirect_uri: self.redirect_uri.clone(),
            scopes: scopes.clone(),
        };
        // Without a credential the request is refused.
        let state = credential.map(|credential| state(credential).issue(view));
        let (state, scopes) = (state.transpose()?.unwrap_or_default(), scopes.join(" "));
        let mut pairs = vec![
            ("response_type", "code"),
            ("client_id", client_id),
            ("redirect_uri", &self.redirect_uri),
            ("state", &state),
        ];
        if !scopes.is_empty() {
            pairs.push(("scope", &scopes));
        }
        if !prompt.is_empty() {
            pairs.push(("prompt", &prompt));
        }
        for (name, _) in &more {
            if pairs.iter().any(|(known, _)| known == name) {
                let message = format!("must not have {name:?}, which follows from the request");
                let field = "additionalParams";
                faults.push(FieldError::new(field, FieldCode::Duplicate, message));
            }
        }
        pairs.extend(
            more.iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        Ok(with_query(authorize_url, &pairs))
    }

    /// The credential of the client. It is there when nothing is wrong.
    fn credential(
        &self,
        fields: &Fields<'_>,
        faults: &mut FieldErrors,
        view: &dyn View,
    ) -> Result<Option<Uid>> {
        if fields.get("credential").is_none() {
            faults.push(FieldError::required("credential"));
        }
        let Some(credential) = fields.optional_object("credential", faults) else {
            return Ok(None);
        };
        let id = credential.string("id", faults);
        let owner = credential.string("organisationId", faults);
        if owner.is_some_and(|owner| !owner.eq_ignore_ascii_case(organisation(view))) {
            let message = "must be the organisation in the path";
            faults.push(FieldError::new(
                "credential.organisationId",
                FieldCode::Invalid,
                message,
            ));
        }
        let Some(id) = id else { return Ok(None) };
        let found = match Uid::parse_ulid(id) {
            Some(uid) => view.object(Kind::Credential, uid)?,
            None => None,
        };
        let found = found.filter(|secret| secret.parent == Some(self.connector));
        if found.is_none() {
            let message = format!("the connector has no credential {id:?}");
            faults.push(FieldError::new(
                "credential.id",
                FieldCode::NotFound,
                message,
            ));
        }
        Ok(found.map(|secret| secret.uid))
    }
}

/// More parameters, as published an urlencoded text; an object of texts says the same.
fn additional_params(fields: &Fields<'_>, faults: &mut FieldErrors) -> Vec<(String, String)> {
    const NAME: &str = "additionalParams";
    match fields.get(NAME) {
        Some(Value::Object(_)) => {
            let more = fields.optional_object(NAME, faults);
            let names = more.iter().flat_map(|more| more.members().keys());
            let mut pair = |name: &String| {
                let value = more.as_ref()?.optional_string(name, faults)?;
                Some((name.clone(), value.to_owned()))
            };
            names.filter_map(&mut pair).collect()
        }
        _ => form::parse(fields.optional_string(NAME, faults).unwrap_or_default()),
    }
}
