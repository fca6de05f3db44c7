//! The way out, which only the probe function has.

use std::future::Future;

use bytes::Bytes;
use http::HeaderMap;
use hub::error::Result;
use prober::exchange::Request;
use prober::network::Network;
use prober::observation::ProbeFailure;

use crate::ports::Platform;

/// What the probe function needs beyond a [`Platform`].
pub trait Outbound: Platform {
    /// The settings of probing.
    ///
    /// # Errors
    /// [`hub::error::Error::Internal`] when one is missing or is not of its form.
    fn probe_settings(&self) -> impl Future<Output = Result<&'static ProbeSettings>>;

    /// Sends one request and reads the response, no more of its body than `limit` bytes. It follows
    /// no redirect.
    ///
    /// # Errors
    /// Why there is no response.
    fn send(
        &self,
        request: &Request,
        limit: usize,
    ) -> impl Future<Output = std::result::Result<Received, ProbeFailure>>;
}

/// The settings of probing.
pub struct ProbeSettings {
    /// The networks that probes may reach although they are not public.
    pub allowed: Vec<Network>,
    /// How many probes of one sweep run at a time.
    pub concurrency: usize,
    /// How many probes of one host run at a time, whoever runs them.
    pub per_host: u32,
}

/// A response, read within limits.
pub struct Received {
    pub status: u16,
    pub headers: HeaderMap,
    /// The beginning of its body.
    pub body: Bytes,
    /// How the reading of the body ended.
    pub end: End,
}

/// How the reading of a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was read as far as it was wanted.
    Whole,
    /// There is more of it.
    Cut,
    /// The connection broke off. A probe judges by what came.
    Broken,
}

impl Received {
    /// Its body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
