//! Requests that components send: to each other within the process, to the rest of the world over
//! HTTP/1.1.

use std::{
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll, ready},
    time::Duration,
};

use anyhow::Result;
use bytes::Bytes;
use http::{StatusCode, Uri, header, uri::Scheme};
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    task::JoinHandle,
    time::{Instant, Sleep, sleep, timeout},
};
use tokio_rustls::TlsConnector;
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpHooks,
    handler::{Request, Response},
};

use crate::{
    allowed_hosts::{AllowedHosts, literal_address},
    blocked_networks::BlockedNetworks,
    response::empty_response,
    tls,
};

/// The domain whose hosts are the application's components.
pub(crate) const INTERNAL_SUFFIX: &str = ".spin.internal";
/// What holds when a component sets no limit, as in Spin.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(600);

type Finished = Box<dyn Future<Output = Result<(), Error>> + Send>;
type Sending = Box<dyn Future<Output = Result<(Response, Finished), Error>> + Send>;

/// A component's response on its way: nothing when there is no such component.
pub(crate) type Calling<'a> = Pin<Box<dyn Future<Output = Option<Response>> + Send + 'a>>;

/// The components that can be called by their names.
pub(crate) trait Callees: Send + Sync {
    /// A component's response to a request: 500 when it failed.
    fn call<'a>(&'a self, component: &'a str, request: Request) -> Calling<'a>;
}

/// What all components share on their way out.
pub(crate) struct Network {
    blocked: BlockedNetworks,
    tls: TlsConnector,
    components: OnceLock<Arc<dyn Callees>>,
}

impl Network {
    /// A network that does not know the components yet, because they need it first.
    pub(crate) fn new(blocked: BlockedNetworks) -> Result<Self> {
        Ok(Self {
            blocked,
            tls: tls::connector()?,
            components: OnceLock::new(),
        })
    }

    /// Makes the components known. Later calls change nothing.
    pub(crate) fn connect(&self, components: Arc<dyn Callees>) {
        let _ = self.components.set(components);
    }

    /// A component's response to a request of another component or of a client.
    pub(crate) async fn respond(&self, component: &str, request: Request) -> Response {
        let response = match self.components.get() {
            Some(components) => components.call(component, request).await,
            None => None,
        };
        response.unwrap_or_else(|| empty_response(StatusCode::NOT_FOUND))
    }
}

/// The way out of one component.
#[derive(Clone)]
pub(crate) struct Outbound {
    network: Arc<Network>,
    component: Arc<str>,
    allowed: Arc<AllowedHosts>,
}

impl Outbound {
    /// Lets a component reach the given hosts.
    pub(crate) fn new(network: Arc<Network>, component: &str, allowed: AllowedHosts) -> Self {
        Self {
            network,
            component: component.into(),
            allowed: Arc::new(allowed),
        }
    }

    async fn send(self, mut request: Request, options: RequestOptions) -> Result<Response, Error> {
        if !self.allowed.allow(request.uri()) {
            let (scheme, authority) = (request.uri().scheme_str(), request.uri().authority());
            eprintln!(
                "component {}: allowed_outbound_hosts has no {}://{}",
                self.component,
                scheme.unwrap_or_default(),
                authority
                    .map(|authority| authority.as_str())
                    .unwrap_or_default()
            );
            return Err(Error::HttpRequestDenied);
        }
        let host = request
            .uri()
            .host()
            .unwrap_or_default()
            .to_ascii_lowercase();
        if let Some(component) = host.strip_suffix(INTERNAL_SUFFIX) {
            request.headers_mut().remove(header::HOST);
            return Ok(self.network.respond(component, request).await);
        }
        self.network.send(request, options).await
    }
}

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: Request,
        options: Option<RequestOptions>,
        _: Finished,
    ) -> Sending {
        let sending = self.clone().send(request, options.unwrap_or_default());
        // Connections are driven by tasks of their own, so nothing is left to do after the
        // response's head.
        Box::new(async { Ok((sending.await?, Box::new(async { Ok(()) }) as Finished)) })
    }
}

impl Network {
    async fn send(&self, mut request: Request, options: RequestOptions) -> Result<Response, Error> {
        let limit = options.connect_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let connecting = timeout(limit, self.connection(request.uri())).await;
        let (mut sender, driver) = connecting.map_err(|_| Error::ConnectionTimeout)??;

        *request.uri_mut() = origin_form(request.uri())?;
        let limit = options.first_byte_timeout.unwrap_or(DEFAULT_TIMEOUT);
        let sending = timeout(limit, sender.send_request(request)).await;
        let response = sending.map_err(|_| Error::ConnectionReadTimeout)??;
        let between_bytes = options.between_bytes_timeout.unwrap_or(DEFAULT_TIMEOUT);
        Ok(response.map(|body| ResponseBody::new(body, driver, between_bytes).boxed_unsync()))
    }

    async fn connection(&self, uri: &Uri) -> Result<(http1::SendRequest<WasiBody>, Driver), Error> {
        let host = uri.host().ok_or(Error::HttpRequestUriInvalid)?;
        let secure = uri.scheme() == Some(&Scheme::HTTPS);
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let addresses = self.addresses(host, port).await?;

        let stream = TcpStream::connect(addresses.as_slice())
            .await
            .map_err(Error::Connect)?;
        stream.set_nodelay(true).map_err(Error::Connect)?;
        if !secure {
            return handshake(stream).await;
        }
        let name = match literal_address(host) {
            Some(address) => ServerName::from(address),
            None => {
                ServerName::try_from(host.to_owned()).map_err(|_| Error::HttpRequestUriInvalid)?
            }
        };
        handshake(self.tls.connect(name, stream).await.map_err(Error::Tls)?).await
    }

    /// The addresses of a host that may be connected to: filtered after resolution, so no name
    /// leads around the filter.
    async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
        let dns_error = || Error::DnsError {
            rcode: Some("address not available".to_owned()),
            info_code: Some(0),
        };
        let resolved: Vec<SocketAddr> = match literal_address(host) {
            Some(address) => vec![SocketAddr::new(address, port)],
            None => lookup_host((host, port))
                .await
                .map_err(|_| dns_error())?
                .collect(),
        };
        if resolved.is_empty() {
            return Err(dns_error());
        }
        let allowed: Vec<SocketAddr> = resolved
            .into_iter()
            .filter(|address| !self.blocked.block(address.ip()))
            .collect();
        if allowed.is_empty() {
            Err(Error::DestinationIpProhibited)
        } else {
            Ok(allowed)
        }
    }
}

/// A request to an origin has only path and query in its first line.
fn origin_form(uri: &Uri) -> Result<Uri, Error> {
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Uri::builder()
        .path_and_query(path)
        .build()
        .map_err(|_| Error::HttpRequestUriInvalid)
}

async fn handshake(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
) -> Result<(http1::SendRequest<WasiBody>, Driver), Error> {
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Its failure reaches the component through the request or the body.
    let driver = tokio::spawn(async { drop(connection.await) });
    Ok((sender, Driver(driver)))
}

/// Ends a connection when nobody reads it any more.
struct Driver(JoinHandle<()>);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// A response's body with its limit on silence.
struct ResponseBody {
    body: Incoming,
    _driver: Driver,
    limit: Duration,
    silence: Pin<Box<Sleep>>,
}

impl ResponseBody {
    fn new(body: Incoming, driver: Driver, limit: Duration) -> Self {
        Self {
            body,
            _driver: driver,
            limit,
            silence: Box::pin(sleep(limit)),
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            let next = Instant::now() + self.limit;
            self.silence.as_mut().reset(next);
            return Poll::Ready(frame.map(|frame| frame.map_err(Error::from)));
        }
        ready!(self.silence.as_mut().poll(context));
        Poll::Ready(Some(Err(Error::ConnectionReadTimeout)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
