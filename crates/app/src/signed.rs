//! Tickets: what we say to ourselves through others, such as a link that may be used for a while or
//! the `state` of OAuth 2.0. Who brings one needs no other credential for what it is for.

use hub::error::{Error, Result};
use hub::object::ScopeId;
use hub::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::secrets::Vault;

use crate::token;

/// The claims (RFC 7519, section 4.1): what it is for and its expiry, in seconds since 1970, and
/// our own.
#[derive(Serialize, Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    scope: ScopeId,
    says: Value,
}

/// What a ticket says, and in which scope.
#[derive(Clone, Debug, PartialEq)]
pub struct Signed {
    pub scope: ScopeId,
    /// What it says.
    pub says: Value,
}

/// A ticket that is good for `seconds` from `now`.
///
/// # Errors
/// Those of [`Vault::sign`].
pub fn issue(
    purpose: &str,
    signed: &Signed,
    seconds: u32,
    vault: &Vault,
    now: Timestamp,
) -> Result<String> {
    let claims = Claims {
        aud: purpose.to_owned(),
        exp: now.plus_seconds(i64::from(seconds)).millis() / 1000,
        scope: signed.scope,
        says: signed.says.clone(),
    };
    token::sign(&claims, vault)
}

/// What a ticket for this purpose says; none where we did not make it.
///
/// # Errors
/// [`Error::Forbidden`] when it was given out for something else, or has expired.
pub fn read(purpose: &str, text: &str, vault: &Vault, now: Timestamp) -> Result<Option<Signed>> {
    let Some(claims) = token::verify::<Claims>(text, vault)? else {
        return Ok(None);
    };
    if claims.aud != purpose {
        return Err(refused(purpose, "it was given out for something else"));
    }
    if claims.exp <= now.millis() / 1000 {
        return Err(refused(purpose, "it has expired: ask for another"));
    }
    Ok(Some(Signed {
        scope: claims.scope,
        says: claims.says,
    }))
}

/// Why a ticket is not taken.
pub fn refused(purpose: &str, why: &str) -> Error {
    Error::Forbidden(format!("{purpose}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn a_ticket_is_for_one_purpose_and_a_while() {
        let vault = Vault::new("root");
        let signed = Signed {
            scope: 7,
            says: json!({"upload": "a"}),
        };
        let text = issue("upload link", &signed, 300, &vault, NOW).unwrap();
        let read_at = |purpose, seconds| read(purpose, &text, &vault, NOW.plus_seconds(seconds));
        assert_eq!(read_at("upload link", 299), Ok(Some(signed)));
        assert!(read_at("upload link", 300).is_err());
        assert!(read_at("state", 0).is_err());
        let of_others = read("upload link", &text, &Vault::new("other"), NOW);
        assert_eq!(of_others, Ok(None));
    }

    #[test]
    fn neither_a_token_is_a_ticket_nor_a_ticket_a_token() {
        let vault = Vault::new("root");
        let token = token::issue(token::Subject::Admin, 60, &vault, NOW).unwrap();
        assert_eq!(read("upload link", &token, &vault, NOW), Ok(None));
        let signed = Signed {
            scope: 7,
            says: json!({"sub": "admin"}),
        };
        let text = issue("upload link", &signed, 60, &vault, NOW).unwrap();
        assert!(token::read(&text, &vault, NOW).is_err());
    }
}
