//! What the application runs on here: rusqlite, tokio, and the merge core as a library.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use app::native::Core;
use app::outbound::{End, Outbound, ProbeSettings, Received};
use app::ports::{Platform, ProbeFunction, Tasks};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hub::error::{Error, FieldError, Result};
use hub::fetch::{FetchResult, FetchTarget};
use hub::id::Uid;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use prober::exchange::{Request, Unsent};
use prober::observation::ProbeFailure;
use serde_json::Value;
use store::Store;

use crate::database::Databases;

/// What a thread that serves has.
#[derive(Clone)]
pub(crate) struct Twin {
    uploads: Rc<RefCell<HashMap<Uid, Vec<u8>>>>,
    client: Client<HttpConnector, Full<Bytes>>,
    settings: &'static ProbeSettings,
}

impl Twin {
    /// One that may probe where the settings say.
    pub(crate) fn new(settings: &'static ProbeSettings) -> Self {
        Self {
            uploads: Rc::default(),
            client: Client::builder(TokioExecutor::new()).build_http(),
            settings,
        }
    }
}

impl Platform for Twin {
    type Database = Databases;
    type Merge = Core;

    fn merge(&self) -> &Core {
        &Core
    }

    async fn put_upload(&self, _: &Store<Databases>, uid: Uid, content: &[u8]) -> Result<bool> {
        let before = self.uploads.borrow_mut().insert(uid, content.to_vec());
        Ok(before.is_none())
    }

    async fn upload(&self, _: &Store<Databases>, uid: Uid) -> Result<Option<Vec<u8>>> {
        Ok(self.uploads.borrow().get(&uid).cloned())
    }

    async fn expire_uploads(&self, _: &Store<Databases>) -> Result<()> {
        Ok(())
    }

    async fn ready(&self, _: &Store<Databases>) -> Result<()> {
        Ok(())
    }
}

impl Tasks for Twin {
    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        tokio::task::spawn_local(work);
    }

    async fn sleep(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn fault(&self, what: &str, error: &Error) {
        eprintln!("{what}: {error:?}");
    }
}

impl ProbeFunction for Twin {
    async fn check_class(&self, doc: &Value) -> Result<Vec<FieldError>> {
        match prober::check::class(doc) {
            Ok(()) => Ok(Vec::new()),
            Err(Error::Invalid(faults)) => Ok(faults),
            Err(error) => Err(error),
        }
    }

    async fn fetch(&self, _: &FetchTarget) -> Result<FetchResult> {
        Ok(Err("the twin fetches nothing".to_owned()))
    }

    /// It probes when it is told to sweep.
    fn announce_changes(&self) {}
}

impl Outbound for Twin {
    async fn probe_settings(&self) -> Result<&'static ProbeSettings> {
        Ok(self.settings)
    }

    async fn send(
        &self,
        request: &Request,
        limit: usize,
    ) -> std::result::Result<Received, ProbeFailure> {
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(request.url.to_string());
        for (name, value) in &request.headers {
            builder = builder.header(name, value.expose());
        }
        let body = Bytes::copy_from_slice(request.body.expose().as_bytes());
        let request = builder.body(Full::new(body));
        let request = request.map_err(|_| ProbeFailure::Unsent(Unsent::Header))?;
        let sent = self.client.request(request).await;
        let (head, body) = sent.map_err(|_| ProbeFailure::Refused)?.into_parts();
        let (body, end) = match Limited::new(body, limit).collect().await {
            Ok(body) => (body.to_bytes(), End::Whole),
            Err(_) => (Bytes::new(), End::Cut),
        };
        Ok(Received {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
            end,
        })
    }
}
