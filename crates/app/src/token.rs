//! Short-lived tokens: JSON Web Tokens (RFC 7519) signed with HMAC-SHA256. They say whose they are;
//! what the key may do is looked up at each use, so that a revoked key's tokens end with it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hub::error::{Error, Result};
use hub::id::Uid;
use hub::time::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use store::secrets::Vault;

/// `{"alg":"HS256","typ":"JWT"}`: the only header there is.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
/// The subject of the admin's tokens.
const ADMIN: &str = "admin";
/// The subject of the functions' tokens.
const FUNCTION: &str = "function";

/// Whose token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The admin's.
    Admin,
    /// A key's.
    Key(Uid),
    /// One of the functions, for what the functions ask each other.
    Function,
}

/// The claims (RFC 7519, section 4.1): subject, issued at and expiry in seconds since 1970.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    iat: i64,
    exp: i64,
}

/// A token that is good for `seconds` from `now`.
///
/// # Errors
/// Those of [`Vault::sign`].
pub fn issue(subject: Subject, seconds: u32, vault: &Vault, now: Timestamp) -> Result<String> {
    let sub = match subject {
        Subject::Admin => ADMIN.to_owned(),
        Subject::Key(uid) => uid.hex(),
        Subject::Function => FUNCTION.to_owned(),
    };
    let claims = Claims {
        sub,
        iat: now.millis() / 1000,
        exp: now.plus_seconds(i64::from(seconds)).millis() / 1000,
    };
    sign(&claims, vault)
}

/// The claims as a signed token.
///
/// # Errors
/// Those of [`Vault::sign`].
pub(crate) fn sign(claims: &impl Serialize, vault: &Vault) -> Result<String> {
    let claims = serde_json::to_vec(claims).map_err(|error| Error::Internal(error.to_string()))?;
    let signed = format!("{HEADER}.{}", URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(vault.sign(&signed)?);
    Ok(format!("{signed}.{signature}"))
}

/// The claims of a token; none where we did not sign it, or its claims are others.
///
/// # Errors
/// Those of [`Vault::verify`].
pub(crate) fn verify<C: DeserializeOwned>(token: &str, vault: &Vault) -> Result<Option<C>> {
    let Some((signed, signature)) = token.rsplit_once('.') else {
        return Ok(None);
    };
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    let signature = decode(signature).unwrap_or_default();
    if !vault.verify(signed, &signature)? {
        return Ok(None);
    }
    let claims = signed
        .strip_prefix(HEADER)
        .and_then(|rest| decode(rest.strip_prefix('.')?));
    Ok(claims.and_then(|claims| serde_json::from_slice(&claims).ok()))
}

/// Whose token it is, when it is ours and has not expired.
///
/// # Errors
/// [`Error::Unauthenticated`] saying whether it has expired or is none of ours.
pub fn read(token: &str, vault: &Vault, now: Timestamp) -> Result<Subject> {
    let invalid = || Error::Unauthenticated("the credential is not valid".to_owned());
    let claims: Claims = verify(token, vault)?.ok_or_else(invalid)?;
    if claims.exp <= now.millis() / 1000 {
        return Err(Error::Unauthenticated(
            "the token has expired: ask for another".to_owned(),
        ));
    }
    if claims.sub == ADMIN {
        return Ok(Subject::Admin);
    }
    if claims.sub == FUNCTION {
        return Ok(Subject::Function);
    }
    Uid::parse_hex(&claims.sub)
        .map(Subject::Key)
        .ok_or_else(invalid)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    #[test]
    fn a_token_is_good_until_it_expires() {
        let (vault, uid) = (Vault::new("root"), Uid::new(NOW).unwrap());
        let token = issue(Subject::Key(uid), 60, &vault, NOW).unwrap();
        assert_eq!(
            read(&token, &vault, NOW.plus_seconds(59)),
            Ok(Subject::Key(uid))
        );
        assert!(read(&token, &vault, NOW.plus_seconds(60)).is_err());
    }

    #[test]
    fn a_token_of_another_key_or_with_another_claim_is_refused() {
        let vault = Vault::new("root");
        let token = issue(Subject::Admin, 60, &vault, NOW).unwrap();
        assert!(read(&token, &Vault::new("other"), NOW).is_err());
        let mut parts: Vec<&str> = token.split('.').collect();
        let forged = URL_SAFE_NO_PAD.encode(br#"{"sub":"admin","iat":0,"exp":99999999999}"#);
        parts[1] = &forged;
        assert!(read(&parts.join("."), &vault, NOW).is_err());
        for text in ["", ".", "..", "a.b.c", "x"] {
            assert!(read(text, &vault, NOW).is_err(), "{text}");
        }
    }
}
