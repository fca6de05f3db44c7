//! The listener: connections in, responses out, and an orderly end.

use std::{io, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use http::{HeaderValue, StatusCode, Uri, header, uri::Authority, uri::Scheme};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    signal::unix::{Signal, SignalKind, signal},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use wasmtime_wasi_http::{
    Error,
    handler::{Request, Response},
};

use crate::{app::App, outbound::INTERNAL_SUFFIX, response::empty_response};

/// Spin's own path for "is it up".
const HEALTH: &str = "/.well-known/spin/health";
const TLS_HANDSHAKE_LIMIT: Duration = Duration::from_secs(10);

/// Serves until a signal, then finishes what is in flight, for as long as `patience` allows.
pub(crate) async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    patience: Duration,
) -> Result<()> {
    let mut stop = StopSignals::new()?;
    let graceful = GracefulShutdown::new();
    let scheme = if tls.is_some() {
        Scheme::HTTPS
    } else {
        Scheme::HTTP
    };
    println!("Serving {scheme}://{}", listener.local_addr()?);

    tokio::select! {
        () = accept(&app, &listener, tls.as_ref(), &graceful) => {}
        () = stop.received() => {}
    }
    drop(listener);

    let finish = async {
        graceful.shutdown().await;
        app.finish().await;
    };
    tokio::select! {
        () = finish => {}
        () = stop.received() => eprintln!("stopped at once; requests in flight are lost"),
        () = sleep(patience) => eprintln!("requests were still in flight after {} s", patience.as_secs()),
    }
    Ok(())
}

struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
}

impl StopSignals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

async fn accept(
    app: &Arc<App>,
    listener: &TcpListener,
    tls: Option<&TlsAcceptor>,
    graceful: &GracefulShutdown,
) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => drop(tokio::spawn(connection(
                Arc::clone(app),
                stream,
                tls.cloned(),
                graceful.watcher(),
            ))),
            Err(error) => {
                // Out of file descriptors, most likely: connections that end will free some.
                eprintln!("accepting a connection: {error}");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(app: Arc<App>, stream: TcpStream, tls: Option<TlsAcceptor>, watcher: Watcher) {
    // Without this the end of a chunked response waits 40 ms for the client's delayed
    // acknowledgement.
    let _ = stream.set_nodelay(true);
    match tls {
        None => serve_connection(app, stream, Scheme::HTTP, watcher).await,
        Some(tls) => {
            // A client that fails the handshake is the client's own problem.
            if let Ok(Ok(stream)) = timeout(TLS_HANDSHAKE_LIMIT, tls.accept(stream)).await {
                serve_connection(app, stream, Scheme::HTTPS, watcher).await;
            }
        }
    }
}

async fn serve_connection(
    app: Arc<App>,
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    scheme: Scheme,
    watcher: Watcher,
) {
    let service = service_fn(move |request| {
        let (app, scheme) = (Arc::clone(&app), scheme.clone());
        async move { Ok::<_, Error>(respond(&app, scheme, request).await) }
    });
    let builder = Builder::new(TokioExecutor::new());
    // Its errors are clients that went away or talk something else; the component's own work goes
    // on.
    let _ = watcher
        .watch(builder.serve_connection(TokioIo::new(stream), service))
        .await;
}

async fn respond(app: &App, scheme: Scheme, mut request: http::Request<Incoming>) -> Response {
    if request.uri().path() == HEALTH {
        return Response::new(Full::from("OK").map_err(Into::into).boxed_unsync());
    }
    let Ok(uri) = absolute(&request, scheme) else {
        return empty_response(StatusCode::BAD_REQUEST);
    };
    *request.uri_mut() = uri;
    // It concerns this connection only.
    request.headers_mut().remove(header::CONNECTION);

    let request: Request = request.map(|body| body.map_err(Error::from).boxed_unsync());
    app.respond(request).await
}

/// A component sees the whole address that the client asked for.
fn absolute(request: &http::Request<Incoming>, scheme: Scheme) -> Result<Uri> {
    let host = request
        .headers()
        .get(header::HOST)
        .map(HeaderValue::to_str)
        .transpose()?;
    let host = host.map(str::parse::<Authority>).transpose()?;
    let mut parts = request.uri().clone().into_parts();
    let authority = match (host, parts.authority.take()) {
        (Some(host), Some(authority)) if host != authority => anyhow::bail!("two different hosts"),
        (host, authority) => host.or(authority).context("no host")?,
    };
    // Only components may call each other by these names.
    anyhow::ensure!(
        !authority
            .host()
            .to_ascii_lowercase()
            .ends_with(INTERNAL_SUFFIX),
        "an internal host"
    );
    parts.scheme = Some(scheme);
    parts.authority = Some(authority);
    Ok(Uri::from_parts(parts)?)
}
