//! HTTP: who calls, what is asked, and what is answered, by the application's own dialects and use
//! cases. Each of some threads serves the connections that it gets, with a runtime of its own.

use std::io::Write as _;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;

use anyhow::Result;
use api::request::Request;
use api::response::Response;
use api::route::{Access, Parse};
use app::outbound::ProbeSettings;
use app::{Call, Caller, Settings, key_holder, perform, permissions};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hub::error::Error;
use hub::id::random_u128;
use hub::scope::split_api_key;
use hub::time::Timestamp;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use prober::network::Network;
use registry::Registry;
use serde_json::json;
use store::Store;
use store::secrets::Vault;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{LocalSet, spawn_local};

use crate::database::Databases;
use crate::platform::Twin;

/// As the application's variables have them by default.
const JOB_SECONDS: i64 = 604_800;
const MAX_BODY_BYTES: usize = 1 << 20;
const CONCURRENCY: usize = 32;
const PER_HOST: u32 = 4;

/// Answers requests for ever.
pub(crate) fn serve(listen: SocketAddr, databases: &Databases) -> Result<()> {
    // They live as long as the process.
    let settings: &'static Settings = Box::leak(Box::new(Settings {
        admin_key: String::new(),
        token_seconds: 0,
        job_seconds: JOB_SECONDS,
        max_body_bytes: MAX_BODY_BYTES,
        vault: Vault::new(&format!("{:032x}", random_u128()?)),
    }));
    let probing: &'static ProbeSettings = Box::leak(Box::new(ProbeSettings {
        // Loopback, where the stand-ins for tools are.
        allowed: Network::parse("127.0.0.0/8").into_iter().collect(),
        concurrency: CONCURRENCY,
        per_host: PER_HOST,
    }));
    let listener = std::net::TcpListener::bind(listen)?;
    listener.set_nonblocking(true)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut serving = Vec::new();
    for _ in 0..threads {
        let (listener, databases) = (listener.try_clone()?, databases.clone());
        serving.push(std::thread::spawn(move || {
            serve_thread(listener, databases, settings, probing)
        }));
    }
    for thread in serving {
        thread
            .join()
            .map_err(|_| anyhow::anyhow!("a thread panicked"))??;
    }
    Ok(())
}

fn serve_thread(
    listener: std::net::TcpListener,
    databases: Databases,
    settings: &'static Settings,
    probing: &'static ProbeSettings,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    LocalSet::new().block_on(&runtime, async {
        let server = Rc::new(Server {
            store: Store::over(databases, &Registry, Rc::default()),
            platform: Twin::new(probing),
            settings,
        });
        let listener = TcpListener::from_std(listener)?;
        loop {
            let (stream, _) = listener.accept().await?;
            spawn_local(server.clone().connection(stream));
        }
    })
}

struct Server {
    store: Store<Databases>,
    platform: Twin,
    settings: &'static Settings,
}

impl Server {
    /// A client that goes away is no fault.
    async fn connection(self: Rc<Self>, stream: TcpStream) {
        let service = service_fn(|request| self.clone().response(request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service);
        let _ = connection.await;
    }

    async fn response(
        self: Rc<Self>,
        request: http::Request<Incoming>,
    ) -> std::result::Result<http::Response<Full<Bytes>>, hyper::Error> {
        let started = Instant::now();
        let (head, body) = request.into_parts();
        if head.uri.path() == "/readyz" {
            return Ok(http::Response::default());
        }
        let mut request = Request {
            method: head.method,
            origin: "http://twin.example".to_owned(),
            path: head.uri.path().to_owned(),
            raw_query: head.uri.query().map(str::to_owned),
            query: api::form::parse(head.uri.query().unwrap_or_default()),
            headers: head.headers,
            body: body.collect().await?.to_bytes(),
            id: format!("{:032x}", random_u128().unwrap_or_default()),
            ..Request::default()
        };
        let answer = self.answer(&mut request).await;
        let response = answer.unwrap_or_else(|error| {
            let dialect = registry::dialect_of(&request.path);
            dialect.error(&request, &error)
        });
        log(&request, response.status, started);
        let mut sent = http::Response::new(Full::new(response.body));
        *sent.status_mut() = response.status;
        *sent.headers_mut() = response.headers;
        Ok(sent)
    }

    async fn answer(&self, request: &mut Request) -> hub::error::Result<Response> {
        let (route, params) = registry::find(&request.method, &request.path)?;
        request.params = params;
        request.route = Some(&route.info);
        let caller = self.caller(request, route.access)?;
        let scope = caller.scope.clone();
        let (store, platform) = (self.store.clone(), self.platform.clone());
        let call = Call::new(caller, self.settings, store, platform, route.dialect.name());
        let outcome = match route.parse {
            Parse::Import(parse) => perform(request, parse(request)?, call).await,
            Parse::Export(parse) => perform(request, parse(request)?, call).await,
            Parse::Update(parse) => perform(request, parse(request)?, call).await,
            Parse::Probe(parse) => perform(request, parse(request)?, call).await,
        }?;
        route.dialect.render(request, outcome, scope.as_ref())
    }

    /// The holder of a key that may use the route.
    fn caller(&self, request: &Request, access: Access) -> hub::error::Result<Caller> {
        let needed = match &access {
            Access::Scope(permission)
            | Access::ScopeIfAny(permission)
            | Access::Everywhere(permission) => std::slice::from_ref(permission),
            Access::ScopeAny(permissions) => permissions,
            _ => return Err(Error::Forbidden("the twin has no such route".to_owned())),
        };
        let unknown = || Error::Unauthenticated("the key is not known".to_owned());
        let credential = request.header("x-pcloud-key").ok_or_else(unknown)?;
        let (id, secret) = split_api_key(credential).ok_or_else(unknown)?;
        let holder = key_holder(id, secret, &self.store, None)?;
        let held = permissions(&holder.object);
        let allows = |needed| held.iter().any(|held| held.allows(needed));
        if !needed.iter().copied().any(allows) {
            return Err(Error::Forbidden("the key may not".to_owned()));
        }
        Ok(Caller::entered(holder.object.uid.hex(), holder, None))
    }
}

/// The line that the application logs, too.
fn log(request: &Request, status: http::StatusCode, started: Instant) {
    let line = json!({
        "at": Timestamp::now().rfc3339_millis(),
        "request": request.id,
        "method": request.method.as_str(),
        "path": request.path,
        "status": status.as_u16(),
        "micros": u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
    });
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}
