//! The settings of this deployment, which are Spin variables.

use std::sync::OnceLock;

use api::route::{BodyLimit, Function};
use app::Settings;
use hub::error::{Error, Result};
use store::secrets::Vault;

use crate::variable::{number, text};

/// What callers without a credential may do, where the dialect lets them in at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anonymous {
    /// Nothing.
    None,
    /// Read.
    Read,
    /// Read and write.
    Write,
}

/// How long the period of a rate limit is, in seconds.
pub(crate) const RATE_PERIOD_SECONDS: i64 = 10;

/// The settings. They are read once per instance: instances are short-lived.
pub(crate) struct Config {
    /// What use cases need.
    pub app: Settings,
    /// The largest upload of a file that is read, in bytes. While it is read it takes about eight
    /// times as much memory.
    pub max_file_bytes: usize,
    /// Whether a proxy in front says where clients reach us (`Forwarded`, `X-Forwarded-Host`,
    /// `X-Forwarded-Proto`).
    pub trust_forwarded: bool,
    /// How many requests a client may make in [`RATE_PERIOD_SECONDS`] where a dialect publishes a
    /// limit; 0 for any number.
    pub rate_limit: i64,
    /// What callers without a credential may do.
    pub anonymous: Anonymous,
}

impl Config {
    /// The settings.
    ///
    /// # Errors
    /// [`Error::Internal`] when a variable is missing or is not of its form; the text names it.
    pub(crate) async fn get() -> Result<&'static Self> {
        static CONFIG: OnceLock<Config> = OnceLock::new();
        if let Some(config) = CONFIG.get() {
            return Ok(config);
        }
        let config = Self::read().await?;
        Ok(CONFIG.get_or_init(|| config))
    }

    async fn read() -> Result<Self> {
        let admin_key = text("admin_key").await?;
        let encryption_key = text("encryption_key").await?;
        let root_key = if encryption_key.is_empty() {
            &admin_key
        } else {
            &encryption_key
        };
        Ok(Self {
            app: Settings {
                max_body_bytes: number("max_body_bytes").await?,
                token_seconds: number("token_seconds").await?,
                job_seconds: number("job_seconds").await?,
                vault: Vault::new(root_key),
                admin_key,
            },
            max_file_bytes: number("max_file_bytes").await?,
            trust_forwarded: text("trust_forwarded").await?.trim() == "true",
            rate_limit: number("rate_limit").await?,
            anonymous: anonymous().await?,
        })
    }

    /// How much of a request's body is read, in bytes.
    pub(crate) const fn body_limit(&self, body: BodyLimit) -> usize {
        match body {
            BodyLimit::Document => self.app.max_body_bytes,
            BodyLimit::File => self.max_file_bytes,
        }
    }

    /// Where another function is.
    ///
    /// # Errors
    /// [`Error::Internal`] when the variable is missing.
    pub(crate) async fn address(function: Function) -> Result<String> {
        text(&format!("{}_address", function.name())).await
    }
}

async fn anonymous() -> Result<Anonymous> {
    match text("anonymous").await?.as_str() {
        "none" => Ok(Anonymous::None),
        "read" => Ok(Anonymous::Read),
        "write" => Ok(Anonymous::Write),
        other => Err(Error::Internal(format!(
            "variable anonymous: {other:?} is not none, read or write"
        ))),
    }
}
