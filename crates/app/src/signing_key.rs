//! Signing keys (docs/apis/versori.md, "Authentication"): a key of a scope that has a public key in
//! place of a secret. Its holder signs JSON Web Tokens (RFC 7519) with RS256 (RFC 7518, section
//! 3.3) and nobody here could.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hub::error::{Error, FieldCode, FieldError, Result};
use hub::id::Uid;
use hub::scope::ISSUER_PREFIX;
use hub::time::Timestamp;
use rsa::pkcs8::DecodePublicKey;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, PublicKey};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The shortest modulus, in bytes (RFC 7518, section 3.3).
const MODULUS_MIN: usize = 256;
/// The longest, for what it costs to check a signature.
const MODULUS_MAX: usize = 512;

/// A token that a signing key signed, or somebody else.
pub struct SignedToken<'t> {
    /// The key that it names.
    pub key: Uid,
    signed: &'t str,
    signature: Vec<u8>,
}

impl<'t> SignedToken<'t> {
    /// Reads a token; none where it is not signed with RS256, and so is of another kind.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] with what its claims lack, or when it is not of now.
    pub fn parse(token: &'t str, now: Timestamp) -> Result<Option<Self>> {
        let Some((signed, signature)) = token.rsplit_once('.') else {
            return Ok(None);
        };
        let Some((header, claims)) = signed.split_once('.') else {
            return Ok(None);
        };
        let (Some(header), Some(claims)) = (json(header), json(claims)) else {
            return Ok(None);
        };
        if header.get("alg").and_then(Value::as_str) != Some("RS256") {
            return Ok(None);
        }
        // An extension that must be understood, and is not (RFC 7515, section 4.1.11).
        if header.get("crit").is_some() {
            return Err(refused(
                "the token has the header crit, which is not supported",
            ));
        }
        let key = check_claims(&claims, now)?;
        let signature = URL_SAFE_NO_PAD.decode(signature);
        let signature = signature.map_err(|_| refused("the token is not well formed"))?;
        Ok(Some(Self {
            key,
            signed,
            signature,
        }))
    }

    /// Refuses a token that the holder of this public key did not sign.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`].
    pub fn verify(&self, public_key: &str) -> Result<()> {
        let invalid = || refused("the credential is not valid");
        let key = PublicKey::from_public_key_pem(public_key).map_err(|_| invalid())?;
        let hash = Sha256::digest(self.signed.as_bytes());
        key.verify(Pkcs1v15Sign::new::<Sha256>(), &hash, &self.signature)
            .map_err(|_| invalid())
    }
}

/// Checks the public key of a new signing key.
///
/// # Errors
/// [`Error::Invalid`] when it is not of RSA, or is too short.
pub fn check(public_key: &str) -> Result<()> {
    let refused = |message: String| {
        let code = FieldCode::Invalid;
        Error::field(FieldError::new("publicKey", code, message))
    };
    let key = PublicKey::from_public_key_pem(public_key)
        .map_err(|_| refused("must be an RSA key in PEM: -----BEGIN PUBLIC KEY-----".to_owned()))?;
    if (MODULUS_MIN..=MODULUS_MAX).contains(&key.size()) {
        return Ok(());
    }
    let (min, max) = (MODULUS_MIN * 8, MODULUS_MAX * 8);
    Err(refused(format!("must have {min} to {max} bits")))
}

/// The key that a token names as its issuer. Expiry and beginning are checked where they are given,
/// in seconds since 1970.
fn check_claims(claims: &Value, now: Timestamp) -> Result<Uid> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("sub").is_none_or(|sub| sub.trim().is_empty()) {
        return Err(refused("the token has no claim sub"));
    }
    let issuer = text("iss").and_then(|issuer| issuer.strip_prefix(ISSUER_PREFIX));
    let key = issuer.and_then(|id| Uid::parse_hex(id).or_else(|| Uid::parse_ulid(id)));
    let key = key.ok_or_else(|| {
        refused(&format!(
            "the token's iss must be {ISSUER_PREFIX} and the id of a signing key"
        ))
    })?;
    let seconds = now.millis() / 1000;
    let is_over = |time: i64| time <= seconds;
    if !check_time(claims, "exp", |time| !is_over(time)) {
        return Err(refused("the token has expired: sign another"));
    }
    if !check_time(claims, "nbf", is_over) {
        return Err(refused("the token is not good yet"));
    }
    Ok(key)
}

/// A time that is no number is never right; fractions of seconds are cut.
fn check_time(claims: &Value, name: &str, is_right: impl Fn(i64) -> bool) -> bool {
    let Some(value) = claims.get(name) else {
        return true;
    };
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a cast of a float saturates, and so far away it makes no difference"
    )]
    let time = value
        .as_i64()
        .or_else(|| value.as_f64().map(|time| time as i64));
    time.is_some_and(is_right)
}

fn json(part: &str) -> Option<Value> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    serde_json::from_slice(&bytes).ok()
}

fn refused(why: &str) -> Error {
    Error::Unauthenticated(why.to_owned())
}

#[cfg(test)]
mod tests {
    use rsa::BoxedUint;
    use rsa::pkcs8::{EncodePublicKey, LineEnding};

    use super::*;
    use serde_json::json;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);
    /// A key and a token that OpenSSL made for these tests; the private key is nowhere.
    const PUBLIC_KEY: &str = include_str!("signing_key_tests/public.pem");
    const TOKEN: &str = include_str!("signing_key_tests/token.jwt");

    fn token(header: Value, claims: Value) -> String {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.AAAA", part(header), part(claims))
    }

    #[test]
    fn a_token_is_of_the_key_that_signed_it() {
        let token = TOKEN.trim();
        let read = SignedToken::parse(token, NOW).unwrap().unwrap();
        assert_eq!(read.key.hex(), "0190a1b2c3d47e5f8a9b0c1d2e3f4a5b");
        read.verify(PUBLIC_KEY).unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let (header, _) = signed.split_once('.').unwrap();
        let claims = json!({"sub": "admin", "iss": format!("{ISSUER_PREFIX}{}", read.key.hex())});
        let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
        let forged = format!("{header}.{claims}.{signature}");
        let forged = SignedToken::parse(&forged, NOW).unwrap().unwrap();
        assert!(forged.verify(PUBLIC_KEY).is_err());
        assert!(read.verify("").is_err());
    }

    #[test]
    fn claims_are_checked() {
        let key = Uid::new(NOW).unwrap();
        let claims = |more: Value| {
            let mut claims = json!({"sub": "me", "iss": format!("{ISSUER_PREFIX}{}", key.ulid())});
            claims
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().cloned().unwrap());
            claims
        };
        let header = json!({"alg": "RS256", "typ": "JWT"});
        for (more, good) in [
            (json!({}), true),
            (json!({"exp": 1_700_000_001, "nbf": 1_700_000_000}), true),
            (json!({"exp": 1_700_000_001.5}), true),
            (json!({"exp": 1_700_000_000}), false),
            (json!({"exp": "never"}), false),
            (json!({"nbf": 1_700_000_001}), false),
            (json!({"sub": " "}), false),
            (json!({"iss": "https://id.example.com"}), false),
        ] {
            let token = token(header.clone(), claims(more.clone()));
            let read = SignedToken::parse(&token, NOW);
            assert_eq!(read.is_ok(), good, "{more}");
        }
        let parse = |header: Value| {
            SignedToken::parse(&token(header, claims(json!({}))), NOW).map(|read| read.is_some())
        };
        assert_eq!(parse(json!({"alg": "HS256"})), Ok(false));
        assert_eq!(parse(json!({"alg": "none"})), Ok(false));
        assert!(parse(json!({"alg": "RS256", "crit": ["b64"]})).is_err());
        for text in ["", "a", "a.b.c", ".."] {
            assert!(SignedToken::parse(text, NOW).unwrap().is_none(), "{text}");
        }
    }

    #[test]
    fn public_keys_are_of_rsa() {
        check(PUBLIC_KEY).unwrap();
        for wrong in [
            "",
            "x",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        ] {
            assert!(matches!(check(wrong), Err(Error::Invalid(_))), "{wrong}");
        }
    }

    #[test]
    fn public_keys_have_2048_to_4096_bits() {
        for (bytes, is_right) in [
            (255, false),
            (256, true),
            (512, true),
            (513, false),
            (1024, false),
        ] {
            let modulus = BoxedUint::from_be_slice_vartime(&vec![0xff; bytes]);
            let key = PublicKey::new(modulus, BoxedUint::from(65537_u32)).unwrap();
            let pem = key.to_public_key_pem(LineEnding::LF).unwrap();
            assert_eq!(check(&pem).is_ok(), is_right, "{bytes}");
        }
    }
}
