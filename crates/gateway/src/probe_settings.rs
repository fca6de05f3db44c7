//! The settings of the probe function, which are Spin variables.

use std::sync::OnceLock;

use app::outbound::ProbeSettings;
use hub::error::{Error, Result};
use prober::network::Network;

use crate::variable::{number, text};

/// The settings of probing. They are read once per instance: instances are short-lived.
///
/// # Errors
/// [`Error::Internal`] when a variable is missing or is not of its form; the text names it.
pub(crate) async fn get() -> Result<&'static ProbeSettings> {
    static SETTINGS: OnceLock<ProbeSettings> = OnceLock::new();
    if let Some(settings) = SETTINGS.get() {
        return Ok(settings);
    }
    let settings = read().await?;
    Ok(SETTINGS.get_or_init(|| settings))
}

async fn read() -> Result<ProbeSettings> {
    let allowed = text("probe_allowed_networks").await?;
    let allowed = Network::parse_list(&allowed).map_err(|entry| {
        Error::Internal(format!(
            "variable probe_allowed_networks: {entry:?} is not a network"
        ))
    })?;
    let concurrency: u32 = number("probe_concurrency").await?;
    let per_host: u32 = number("probe_concurrency_per_host").await?;
    Ok(ProbeSettings {
        allowed,
        concurrency: usize::try_from(concurrency.clamp(1, 256)).unwrap_or(1),
        per_host: per_host.clamp(1, 256),
    })
}
