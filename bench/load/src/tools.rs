//! Stand-ins for the tools that connectors lead to: a little HTTP server on each of the addresses
//! that the twin gives its classes (bench/twin/src/seed.rs).

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Context, Result};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Response, StatusCode};
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

/// How many there are, and the port of each.
const HOSTS: u8 = 50;
const PORT: u16 = 8377;

/// All of them.
#[derive(Clone, Default)]
pub(crate) struct Tools(Arc<State>);

#[derive(Default)]
struct State {
    is_up: AtomicBool,
    answered: AtomicUsize,
}

impl Tools {
    /// Starts them. They run as long as the program does.
    pub(crate) async fn start() -> Result<Self> {
        let tools = Self::default();
        for host in 1..=HOSTS {
            let address = SocketAddr::from((Ipv4Addr::new(127, 0, 77, host), PORT));
            let listener = TcpListener::bind(address).await;
            let listener = listener.with_context(|| format!("listening on {address}"))?;
            tokio::spawn(tools.clone().accept(listener));
        }
        Ok(tools)
    }

    /// Whether they answer that they are up from now on.
    pub(crate) fn set_up(&self, is_up: bool) {
        self.0.is_up.store(is_up, Ordering::Relaxed);
    }

    /// How often they were asked.
    pub(crate) fn answered(&self) -> usize {
        self.0.answered.load(Ordering::Relaxed)
    }

    async fn accept(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(self.clone().serve(stream));
        }
    }

    async fn serve(self, stream: TcpStream) {
        // Without it an answer waits for the acknowledgement of the one before.
        let _ = stream.set_nodelay(true);
        let answer = service_fn(|_| async { Ok::<_, Infallible>(self.answer()) });
        // Clients may hang up.
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), answer)
            .await;
    }

    fn answer(&self) -> Response<Full<Bytes>> {
        self.0.answered.fetch_add(1, Ordering::Relaxed);
        let (status, body) = if self.0.is_up.load(Ordering::Relaxed) {
            (StatusCode::OK, r#"{"status": "UP"}"#)
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, r#"{"status": "DOWN"}"#)
        };
        let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
        *response.status_mut() = status;
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}
