//! HTTP: who calls, what is asked, and what is answered, read and printed by the application's own dialects.

use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use api::request::Request;
use api::route::{Access, Parse};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::request::Parts;
use axum::routing::get;
use hub::command::{Export, Import, Invocation, Outcome, Probe, Update};
use hub::error::Error;
use hub::id::{Uid, random_u128};
use hub::scope::{Permission, Scope, split_api_key};
use hub::time::Timestamp;
use serde_json::json;
use store::secrets::{Vault, is_key_secret};
use store::{Entered, Entry};

use crate::database::Databases;
use crate::sweep::Prober;
use crate::versori::Live;
use crate::{connectors, jobs, pingone};

struct Twin {
    databases: Databases,
    vault: Vault,
    prober: Prober,
}

/// Answers requests for ever.
pub async fn serve(listen: SocketAddr, databases: Databases) -> Result<()> {
    let vault = Vault::new(&format!("{:032x}", random_u128()?));
    let router = Router::new()
        .route("/readyz", get(|| async {}))
        .fallback(handle)
        // The load generator is no stranger.
        .layer(DefaultBodyLimit::disable())
        .with_state(Arc::new(Twin {
            prober: Prober::new(databases.clone()),
            databases,
            vault,
        }));
    let listener = tokio::net::TcpListener::bind(listen).await?;
    axum::serve(listener, router).await?;
    Ok(())
}

async fn handle(State(twin): State<Arc<Twin>>, head: Parts, body: Bytes) -> http::Response<Body> {
    let started = Instant::now();
    let mut request = Request {
        method: head.method,
        origin: "http://twin.example".to_owned(),
        path: head.uri.path().to_owned(),
        raw_query: head.uri.query().map(str::to_owned),
        query: api::form::parse(head.uri.query().unwrap_or_default()),
        headers: head.headers,
        body,
        id: format!("{:032x}", random_u128().unwrap_or_default()),
        ..Request::default()
    };
    let answer = twin.answer(&mut request).await;
    let response = answer.unwrap_or_else(|error| {
        let dialect = registry::dialect_of(&request.path);
        dialect.error(&request, &error)
    });
    log(&request, response.status, started);
    let mut sent = http::Response::new(Body::from(response.body));
    *sent.status_mut() = response.status;
    *sent.headers_mut() = response.headers;
    sent
}

impl Twin {
    async fn answer(&self, request: &mut Request) -> Result<api::response::Response, Error> {
        let (route, params) = registry::find(&request.method, &request.path)?;
        request.params = params;
        let needed = match &route.access {
            Access::Scope(permission)
            | Access::ScopeIfAny(permission)
            | Access::Everywhere(permission) => std::slice::from_ref(permission),
            Access::ScopeAny(permissions) => permissions,
            _ => return Err(Error::Forbidden("the twin has no such route".to_owned())),
        };
        let caller = self.caller(request, needed)?;
        let scope = &caller.scope;
        request.route = Some(route);
        let outcome = match route.parse {
            Parse::Import(parse) => self.import(parse(request)?, &caller).await,
            Parse::Export(parse) => self.export(parse(request)?, &caller).await,
            Parse::Update(parse) => self.update(parse(request)?, &caller).await,
            Parse::Probe(parse) => self.probe(parse(request)?, &caller).await,
        }?;
        route.dialect.render(request, outcome, Some(scope))
    }

    async fn import(&self, asked: Invocation<Import>, caller: &Entered) -> Result<Outcome, Error> {
        let (scope, actor) = (&caller.scope, caller.object.uid.hex());
        let (databases, vault) = (&self.databases, &self.vault);
        match asked.command {
            Import::Connector(create) => {
                connectors::create(databases, vault, scope, &actor, *create)
                    .await
                    .map(Outcome::Created)
            }
            Import::Object(create) => {
                pingone::create(databases, vault, scope, &actor, *create).await
            }
            Import::StartJob(job) => jobs::start(databases, vault, scope, &actor, *job)
                .await
                .map(Outcome::Created),
            Import::GetJob(_, uid) => jobs::status(databases, scope, uid).map(Outcome::Found),
            Import::GetArtifact(_, uid) => jobs::artifact(databases, scope, uid),
            Import::Operate(operate) => self.live(scope).operate(&operate, &actor).await,
            other => Err(impossible(&other)),
        }
    }

    async fn export(&self, asked: Invocation<Export>, caller: &Entered) -> Result<Outcome, Error> {
        let (scope, actor) = (&caller.scope, caller.object.uid.hex());
        let (databases, vault) = (&self.databases, &self.vault);
        let outcome = match asked.command {
            Export::StartJob(job) => jobs::start(databases, vault, scope, &actor, *job)
                .await
                .map(Outcome::Created),
            Export::GetJob(_, uid) => jobs::status(databases, scope, uid).map(Outcome::Found),
            Export::GetArtifact(_, uid) => jobs::artifact(databases, scope, uid),
            Export::Get(kind, object) => {
                connectors::get(databases, scope, kind, &object).map(Outcome::Found)
            }
            Export::List(query) => databases
                .read(|store| store.list(&query.within(scope.id)))
                .map(Outcome::Listed),
            Export::Read(reading) => self.live(scope).read(&*reading.0),
            other => Err(impossible(&other)),
        }?;
        Ok(match asked.with_classes {
            true => pingone::with_classes(outcome),
            false => outcome,
        })
    }

    async fn update(&self, asked: Invocation<Update>, caller: &Entered) -> Result<Outcome, Error> {
        let (scope, actor) = (&caller.scope, caller.object.uid.hex());
        match asked.command {
            Update::Object(update) => {
                pingone::replace(&self.databases, &self.vault, scope, &actor, *update).await
            }
            Update::Operate(operate) => self.live(scope).operate(&operate, &actor).await,
            other => Err(impossible(&other)),
        }
    }

    async fn probe(&self, asked: Invocation<Probe>, caller: &Entered) -> Result<Outcome, Error> {
        let scope = &caller.scope;
        match asked.command {
            Probe::StartRound(selector) => {
                let round = self.prober.start_round(scope.id, selector).await;
                round.map(|round| Outcome::Round(round, true))
            }
            Probe::GetRound(id) => {
                let round = self.databases.read(|store| store.round(scope.id, id));
                round.map(|round| Outcome::Round(round, false))
            }
            Probe::Sweep => self.prober.sweep(scope.id).await.map(Outcome::Swept),
            other => Err(impossible(&other)),
        }
    }

    fn live<'t>(&'t self, scope: &'t Scope) -> Live<'t> {
        Live {
            databases: &self.databases,
            vault: &self.vault,
            scope,
            now: Timestamp::now(),
        }
    }

    fn caller(&self, request: &Request, needed: &[Permission]) -> Result<Entered, Error> {
        let unknown = || Error::Unauthenticated("the key is not known".to_owned());
        let credential = request.header("x-pcloud-key").ok_or_else(unknown)?;
        let (id, secret) = split_api_key(credential).ok_or_else(unknown)?;
        let uid = Uid::parse_hex(id).ok_or_else(unknown)?;
        let caller = self
            .databases
            .read(|store| store.enter(Entry::Key(uid), None))?;
        let caller = caller.ok_or_else(unknown)?;
        let member = |name: &str| caller.object.doc.get(name).cloned().unwrap_or_default();
        if !is_key_secret(secret, member("hash").as_str().unwrap_or_default()) {
            return Err(unknown());
        }
        let permissions = serde_json::from_value(member("permissions"));
        let permissions: Vec<Permission> = permissions.unwrap_or_default();
        if !permissions
            .iter()
            .any(|held| needed.iter().any(|needed| held.allows(*needed)))
        {
            return Err(Error::Forbidden("the key may not".to_owned()));
        }
        Ok(caller)
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

fn impossible(command: &impl std::fmt::Debug) -> Error {
    Error::Internal(format!("the twin cannot {command:?}"))
}
