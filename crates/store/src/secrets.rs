//! Encryption of stored credentials, signatures of short-lived tokens and hashes of key secrets.
//!
//! One variable of the application is the root. Every purpose has a key of its own, derived from it
//! with a label.

mod owned;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use hub::error::{Error, Result};
use hub::id::random_bytes;
use hub::object::ScopeId;
use hub::secret::Clear;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// In front of every sealed value, so that another way of sealing can be told apart later.
const VERSION: &str = "v1.";
const NONCE: usize = 24;
/// How long a fingerprint is, in hex digits.
const FINGERPRINT: usize = 12;

/// What has the keys.
#[derive(Clone)]
pub struct Vault {
    keys: Option<Keys>,
}

#[derive(Clone)]
struct Keys {
    sealing: [u8; 32],
    signing: [u8; 32],
    marking: [u8; 32],
}

impl Vault {
    /// `root_key` is the variable `encryption_key` of the application. Where it is empty everything
    /// that needs it fails with [`Error::Conflict`], which says so.
    pub fn new(root_key: &str) -> Self {
        let derive = |label: &str| mac(root_key.as_bytes(), &[label.as_bytes()]);
        let keys = (!root_key.is_empty()).then(|| Keys {
            sealing: derive("patchbay secrets v1"),
            signing: derive("patchbay tokens v1"),
            marking: derive("patchbay fingerprints v1"),
        });
        Self { keys }
    }

    /// Encrypts the entry `name` of a secret of a scope. Sealed values can be copied to an entry of
    /// the same name in the same scope, and open nowhere else.
    ///
    /// # Errors
    /// [`Error::Conflict`] without a root key, [`Error::Internal`] when the host has no randomness
    /// to give.
    pub fn seal(&self, scope: ScopeId, name: &str, value: &Clear) -> Result<String> {
        let nonce: [u8; NONCE] = random_bytes()?;
        let bound = bound_to(scope, name);
        let payload = Payload {
            msg: value.expose().as_bytes(),
            aad: &bound,
        };
        let sealed = self
            .cipher()?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::Internal("a value cannot be encrypted".to_owned()))?;
        let mut bytes = nonce.to_vec();
        bytes.extend(sealed);
        Ok(format!("{VERSION}{}", BASE64.encode(bytes)))
    }

    /// Decrypts what [`Vault::seal`] gave for the same scope and name.
    ///
    /// # Errors
    /// [`Error::Conflict`] without a root key, and when the value was sealed with another one or
    /// for another place.
    pub fn open(&self, scope: ScopeId, name: &str, sealed: &str) -> Result<Clear> {
        let cipher = self.cipher()?;
        let bytes = sealed
            .strip_prefix(VERSION)
            .and_then(|text| BASE64.decode(text).ok())
            .ok_or_else(|| unreadable(name))?;
        let (nonce, sealed) = bytes
            .split_first_chunk::<NONCE>()
            .ok_or_else(|| unreadable(name))?;
        let bound = bound_to(scope, name);
        let payload = Payload {
            msg: sealed,
            aad: &bound,
        };
        let clear = cipher
            .decrypt(&XNonce::from(*nonce), payload)
            .map_err(|_| unreadable(name))?;
        String::from_utf8(clear)
            .map(Clear::new)
            .map_err(|_| unreadable(name))
    }

    /// The tag of a text that only who has the root key can make.
    ///
    /// # Errors
    /// [`Error::Conflict`] without a root key.
    pub fn sign(&self, text: &str) -> Result<[u8; 32]> {
        Ok(mac(&self.keys()?.signing, &[text.as_bytes()]))
    }

    /// Whether it is the tag of the text, in a time that does not tell how near it is.
    ///
    /// # Errors
    /// [`Error::Conflict`] without a root key.
    pub fn verify(&self, text: &str, tag: &[u8]) -> Result<bool> {
        Ok(bool::from(self.sign(text)?.ct_eq(tag)))
    }

    /// By what the same secret is known again in every scope: the first 12 hex digits of a tag that
    /// only who has the root key can make.
    ///
    /// # Errors
    /// [`Error::Conflict`] without a root key.
    pub fn fingerprint(&self, value: &Clear) -> Result<String> {
        let tag = mac(&self.keys()?.marking, &[value.expose().as_bytes()]);
        let digits = tag.iter().take(FINGERPRINT / 2);
        Ok(digits.map(|byte| format!("{byte:02x}")).collect())
    }

    fn cipher(&self) -> Result<XChaCha20Poly1305> {
        Ok(XChaCha20Poly1305::new(&self.keys()?.sealing.into()))
    }

    fn keys(&self) -> Result<&Keys> {
        self.keys.as_ref().ok_or_else(|| Error::Conflict {
            kind: "variable",
            name: "encryption_key".to_owned(),
            message: "it is empty, so nothing can be kept secret: set it, for example by SPIN_VARIABLE_ENCRYPTION_KEY"
                .to_owned(),
        })
    }
}

/// What a key's secret is stored as. It is random and long, so that one round is enough.
pub fn hash_key_secret(secret: &str) -> String {
    BASE64.encode(Sha256::digest(secret.as_bytes()))
}

/// Whether it is the secret that was hashed, in a time that does not tell how near it is.
pub fn is_key_secret(secret: &str, hash: &str) -> bool {
    hash_key_secret(secret)
        .as_bytes()
        .ct_eq(hash.as_bytes())
        .into()
}

/// HMAC-SHA256 (RFC 2104).
fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut bytes = [0; 32];
    // A key of any length is taken, so there is always one.
    if let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key) {
        parts.iter().for_each(|part| mac.update(part));
        bytes = mac.finalize().into_bytes().into();
    }
    bytes
}

fn bound_to(scope: ScopeId, name: &str) -> Vec<u8> {
    [&scope.to_be_bytes(), name.as_bytes()].concat()
}

fn unreadable(name: &str) -> Error {
    Error::Conflict {
        kind: "secret",
        name: name.to_owned(),
        message: "it cannot be decrypted: it was stored under another encryption_key, so set that one or store the secret again"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vault() -> Vault {
        Vault::new("correct horse")
    }

    #[test]
    fn a_sealed_value_opens_in_its_place_only() {
        let sealed = vault().seal(7, "password", &Clear::new("hunter2")).unwrap();
        assert!(!sealed.contains("hunter2"));
        assert_eq!(
            vault().open(7, "password", &sealed).unwrap().expose(),
            "hunter2"
        );
        for (vault, scope, name) in [
            (vault(), 8, "password"),
            (vault(), 7, "token"),
            (Vault::new("battery staple"), 7, "password"),
        ] {
            assert!(matches!(
                vault.open(scope, name, &sealed),
                Err(Error::Conflict { .. })
            ));
        }
        for broken in ["", "v1.", "v1.AAAA", "hunter2", &sealed[..sealed.len() - 2]] {
            assert!(vault().open(7, "password", broken).is_err(), "{broken}");
        }
        assert_ne!(
            sealed,
            vault().seal(7, "password", &Clear::new("hunter2")).unwrap()
        );
    }

    #[test]
    fn a_missing_root_key_is_named() {
        let error = Vault::new("")
            .seal(7, "password", &Clear::new("x"))
            .unwrap_err();
        assert!(
            error.to_string().contains("SPIN_VARIABLE_ENCRYPTION_KEY"),
            "{error}"
        );
    }

    #[test]
    fn a_tag_is_of_one_text_and_one_root_key() {
        let tag = vault().sign("claims").unwrap();
        assert!(vault().verify("claims", &tag).unwrap());
        assert!(!vault().verify("other claims", &tag).unwrap());
        assert!(!vault().verify("claims", &tag[1..]).unwrap());
        assert!(!Vault::new("other").verify("claims", &tag).unwrap());
    }

    #[test]
    fn a_fingerprint_is_of_one_value_and_one_root_key() {
        let of = |value: &str| vault().fingerprint(&Clear::new(value)).unwrap();
        assert_eq!(of("hunter2"), of("hunter2"));
        assert_ne!(of("hunter2"), of("hunter3"));
        let is_hex = |digit: char| digit.is_ascii_digit() || ('a'..='f').contains(&digit);
        assert!(of("hunter2").len() == FINGERPRINT && of("hunter2").chars().all(is_hex));
        let other = Vault::new("other").fingerprint(&Clear::new("hunter2"));
        assert_ne!(other.unwrap(), of("hunter2"));
        let tag = vault().sign("hunter2").unwrap();
        let tag: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!tag.starts_with(&of("hunter2")));
        assert!(Vault::new("").fingerprint(&Clear::new("x")).is_err());
    }

    #[test]
    fn nothing_prints_a_secret() {
        assert_eq!(format!("{:?}", Clear::new("hunter2")), "******");
        assert!(is_key_secret("s", &hash_key_secret("s")));
        assert!(!is_key_secret("t", &hash_key_secret("s")));
    }
}
