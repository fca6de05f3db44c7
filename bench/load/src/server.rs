//! A server that is measured.

use std::net::SocketAddr;

use anyhow::{Context, Result};

use crate::client::Client;

/// Something that answers.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    key: String,
}

impl Server {
    /// By its URL and the key that it answers to.
    pub(crate) fn new(url: &str, key: &str) -> Result<Self> {
        let address = url.strip_prefix("http://").unwrap_or(url);
        let address = address
            .parse()
            .with_context(|| format!("{url} is not http://ADDRESS:PORT"))?;
        let key = key.to_owned();
        Ok(Self { address, key })
    }

    /// The same server for the holder of another key.
    pub(crate) fn with_key(&self, key: &str) -> Self {
        let key = key.to_owned();
        Self {
            address: self.address,
            key,
        }
    }

    /// A new connection.
    pub(crate) async fn connect(&self) -> Result<Client> {
        Client::connect(self.address, &self.key).await
    }
}
