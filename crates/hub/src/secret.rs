//! Credentials, in the clear for no longer than it takes to encrypt them or to send them where they
//! belong.

use std::fmt;

use serde_json::Value;

/// What a dialect shows for a secret, and what, written back, keeps the one that is stored.
pub const MASK: &str = "******";

/// A credential in the clear. It prints as its mask.
#[derive(Clone, PartialEq, Eq)]
pub struct Clear(String);

impl Clear {
    /// Takes a credential in.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// Lets it out, to be encrypted or sent where it belongs.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Clear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// A document that may have secrets in the clear in it. It can be neither printed nor written down:
/// first they are taken out ([`crate::connector::settle`]).
#[derive(Clone, PartialEq)]
pub struct Raw(Value);

impl Raw {
    /// Takes a document in.
    pub fn new(doc: Value) -> Self {
        Self(doc)
    }

    /// The name of the class that it is of.
    pub fn class(&self) -> &str {
        crate::json::text_at(&self.0, "/class")
    }

    /// The document, to be merged with others.
    pub fn expose(&self) -> &Value {
        &self.0
    }

    /// The document, to take the secrets out of it.
    pub fn into_inner(self) -> Value {
        self.0
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Whether a text stands for a secret that is not shown: asterisks and nothing else.
pub fn is_mask(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}
