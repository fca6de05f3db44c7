//! The start of an OAuth 2.0 authorization (RFC 6749, section 4.1.1).

use hub::error::{Error, FieldCode, FieldError, Result};
use hub::fields::{Faults, Fields};
use hub::id::Uid;
use hub::object::Kind;
use hub::operation::{Operation, View, Worked, World};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::organisation;
use crate::versori::limits;

/// What may stand in a query as it is: RFC 3986, section 2.3.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// The scope that asks for a refresh token.
const OFFLINE_ACCESS: &str = "offline_access";
/// What the server asks the user for unless it is told otherwise.
const PROMPT: &str = "login";

/// Makes the URL to send the user to.
#[derive(Debug)]
pub struct Initialise {
    /// Of which connector.
    pub connector: Uid,
    /// Where the user comes back to.
    pub redirect_uri: String,
    /// The body.
    pub body: Value,
}

impl Operation for Initialise {
    fn work_out(&self, view: &dyn World) -> Result<Worked> {
        let connector = view.object(Kind::Connector, self.connector)?;
        connector.ok_or_else(|| Error::not_found(Kind::Connector, self.connector.ulid()))?;
        let mut faults = Faults::default();
        let fields = faults.object("", &self.body);
        let url = fields
            .map(|fields| self.url(&fields, &mut faults, view))
            .transpose()?;
        let url = faults.finish(url.unwrap_or_default())?;
        Ok(Worked {
            answer: Some(json!({"url": url})),
            ..Worked::default()
        })
    }
}

impl Initialise {
    fn url(&self, fields: &Fields<'_>, faults: &mut Faults, view: &dyn View) -> Result<String> {
        self.check_credential(fields, faults, view)?;
        let authorize_url = fields.string("authorizeUrl", faults).unwrap_or_default();
        if !authorize_url.is_empty() {
            limits::url(fields, "authorizeUrl", faults);
        }
        let client_id = fields.string("clientId", faults).unwrap_or_default();
        let mut scopes = limits::strings(fields, "scopes", false, faults).unwrap_or_default();
        let offline = !fields
            .optional_bool("disableOfflineAccess", faults)
            .unwrap_or_default();
        if offline && !scopes.iter().any(|scope| scope == OFFLINE_ACCESS) {
            scopes.push(OFFLINE_ACCESS.to_owned());
        }
        let prompt = fields.optional_string("prompt", faults).unwrap_or(PROMPT);
        let state = Uid::new(view.now())?.ulid();
        let scopes = scopes.join(" ");
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
            pairs.push(("prompt", prompt));
        }
        if let Some(more) = fields.optional_object("additionalParams", faults) {
            for name in more.members().keys() {
                let value = more.optional_string(name, faults).unwrap_or_default();
                // What is said twice is not understood, so a parameter of the caller's own goes before ours.
                pairs.retain(|(known, _)| known != name);
                pairs.push((name, value));
            }
        }
        Ok(with_query(authorize_url, &pairs))
    }

    fn check_credential(
        &self,
        fields: &Fields<'_>,
        faults: &mut Faults,
        view: &dyn View,
    ) -> Result<()> {
        if fields.get("credential").is_none() {
            faults.push(FieldError::required("credential"));
        }
        let Some(credential) = fields.optional_object("credential", faults) else {
            return Ok(());
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
        let Some(id) = id else { return Ok(()) };
        let found = match Uid::parse_ulid(id) {
            Some(uid) => view.object(Kind::Credential, uid)?,
            None => None,
        };
        if found.is_none_or(|secret| secret.parent != Some(self.connector)) {
            let message = format!("the connector has no credential {id:?}");
            faults.push(FieldError::new(
                "credential.id",
                FieldCode::NotFound,
                message,
            ));
        }
        Ok(())
    }
}

/// The URL with more in its query, in front of its fragment.
fn with_query(url: &str, pairs: &[(&str, &str)]) -> String {
    let (url, fragment) = url
        .split_once('#')
        .map_or((url, None), |(url, fragment)| (url, Some(fragment)));
    let encode = |text: &str| utf8_percent_encode(text, UNRESERVED).to_string();
    let query: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    let separator = match url.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    let fragment = fragment
        .map(|fragment| format!("#{fragment}"))
        .unwrap_or_default();
    format!("{url}{separator}{}{fragment}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::with_query;

    #[test]
    fn parameters_are_added_to_those_that_are_there() {
        let pairs = [("a b", "c&d"), ("e", "f")];
        assert_eq!(
            with_query("https://x/y", &pairs),
            "https://x/y?a%20b=c%26d&e=f"
        );
        assert_eq!(
            with_query("https://x?z=1#top", &pairs),
            "https://x?z=1&a%20b=c%26d&e=f#top"
        );
        assert_eq!(
            with_query("https://x?", &pairs),
            "https://x?a%20b=c%26d&e=f"
        );
    }
}
