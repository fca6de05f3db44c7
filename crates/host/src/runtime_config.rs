//! The runtime configuration file: of Spin's many settings, only the one that this host has.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::blocked_networks::BlockedNetworks;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuntimeConfig {
    #[serde(default)]
    outbound_networking: OutboundNetworking,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct OutboundNetworking {
    #[serde(default)]
    block_networks: Vec<String>,
}

/// Reads the networks to block. Other stores or providers are refused, because the host would
/// silently use its own.
pub(crate) fn read(path: &Path) -> Result<BlockedNetworks> {
    let text = fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    parse(&text).with_context(|| {
        format!(
            "{}: this host knows [outbound_networking] block_networks and nothing else",
            path.display()
        )
    })
}

fn parse(text: &str) -> Result<BlockedNetworks> {
    let config: RuntimeConfig = toml::from_str(text)?;
    BlockedNetworks::parse(&config.outbound_networking.block_networks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_block_networks_is_known() {
        assert!(parse("").is_ok());
        assert!(parse("[outbound_networking]\nblock_networks = ['private', '10.0.0.0/8']").is_ok());
        for other in [
            "[sqlite_database.default]\ntype = 'libsql'",
            "[key_value_store.default]\ntype = 'redis'",
            "[outbound_networking]\nmax_connections = 1",
            "[outbound_networking]\nblock_networks = ['nonsense']",
        ] {
            assert!(parse(other).is_err(), "{other}");
        }
    }
}
