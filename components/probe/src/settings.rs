//! The settings of this function, which are Spin variables.

use std::sync::OnceLock;

use gateway::variable::{number, text};
use hub::error::{Error, Result};
use prober::network::Network;

/// The settings. They are read once per instance: instances are short-lived.
pub struct Settings {
    /// The networks that probes may reach although they are not public.
    pub allowed: Vec<Network>,
    /// How many probes of one sweep run at a time.
    pub concurrency: usize,
    /// How many probes of one host run at a time, whoever runs them.
    pub per_host: u32,
}

impl Settings {
    /// The settings.
    ///
    /// # Errors
    /// [`Error::Internal`] when a variable is missing or is not of its form; the text names it.
    pub async fn get() -> Result<&'static Self> {
        static SETTINGS: OnceLock<Settings> = OnceLock::new();
        if let Some(settings) = SETTINGS.get() {
            return Ok(settings);
        }
        let settings = Self::read().await?;
        Ok(SETTINGS.get_or_init(|| settings))
    }

    async fn read() -> Result<Self> {
        let allowed = text("probe_allowed_networks").await?;
        let allowed = Network::parse_list(&allowed).map_err(|entry| {
            Error::Internal(format!(
                "variable probe_allowed_networks: {entry:?} is not a network"
            ))
        })?;
        let concurrency: u32 = number("probe_concurrency").await?;
        Ok(Self {
            allowed,
            concurrency: usize::try_from(concurrency.clamp(1, 256)).unwrap_or(1),
            per_host: number::<u32>("probe_concurrency_per_host")
                .await?
                .clamp(1, 256),
        })
    }
}
