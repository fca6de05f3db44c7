//! Credentials, in the clear for no longer than it takes to encrypt them or to send them where they
//! belong.

use std::fmt;

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

/// Whether a text stands for a secret that is not shown: asterisks and nothing else.
pub fn is_mask(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}
