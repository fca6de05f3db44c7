//! One client: one connection that is kept.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::{Method, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A request, as far as it does not depend on who is asked.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub method: Method,
    /// Its path and query.
    pub path: String,
    /// Of which media type its body is, if it has one.
    pub content_type: &'static str,
    pub body: Bytes,
}

impl Call {
    /// A request with a body, which is JSON, or none.
    pub(crate) fn new(method: Method, path: String, body: Option<&Value>) -> Self {
        Self {
            method,
            path,
            content_type: "application/json",
            body: body.map_or_else(Bytes::new, |body| body.to_string().into()),
        }
    }
}

/// What was answered.
pub(crate) struct Answer {
    pub status: StatusCode,
    /// The whole body.
    pub body: Bytes,
}

/// A connection to a server.
pub(crate) struct Client {
    sender: SendRequest<Full<Bytes>>,
    address: SocketAddr,
    key: String,
}

impl Client {
    /// Connects.
    pub(crate) async fn connect(address: SocketAddr, key: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)
            .await
            .with_context(|| format!("cannot connect to {address}"))?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; what goes wrong with it the next request tells.
        tokio::spawn(connection);
        Ok(Self {
            sender,
            address,
            key: key.to_owned(),
        })
    }

    /// Asks, and reads the whole answer.
    pub(crate) async fn ask(&mut self, call: Call) -> Result<Answer> {
        let mut request = http::Request::builder()
            .method(call.method)
            .uri(call.path)
            .header(HOST, self.address.to_string());
        if !self.key.is_empty() {
            request = request.header("x-pcloud-key", &self.key);
        }
        if !call.body.is_empty() {
            request = request.header(CONTENT_TYPE, call.content_type);
        }
        self.sender.ready().await?;
        let request = request.body(Full::new(call.body))?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer { status, body })
    }
}
