//! The settings of this deployment.

use store::secrets::Vault;

/// The settings of this deployment that use cases need.
pub struct Settings {
    /// The key that may do everything; empty when nobody may.
    pub admin_key: String,
    /// How long a token is good for, in seconds.
    pub token_seconds: u32,
    /// How long jobs and what they make are kept, in seconds.
    pub job_seconds: i64,
    /// The largest document that is read, in bytes.
    pub max_body_bytes: usize,
    /// Encrypts secrets and signs tokens.
    pub vault: Vault,
}
