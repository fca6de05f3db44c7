//! The sweep, step by step what components/probe does: claim, ask, judge, write, give back.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use http_body_util::{BodyExt, Full};
use hub::class::Class;
use hub::error::Error;
use hub::object::ScopeId;
use hub::plan::{Change, Plan};
use hub::probing::{Round, Selector, Sweep};
use hub::time::Timestamp;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use prober::definition::{Definition, Probe};
use prober::exchange::Exchange;
use prober::expression::Seen;
use prober::found::{Found, Sent};
use prober::network::Network;
use prober::observation::{self, Answer, Held, Silence};
use prober::schedule;
use prober::subject::Subject;
use serde_json::Value;
use store::probes::{Bounds, Claimed, Wanted};

use crate::database::{Databases, Result};

/// As the application's variables have them by default.
const BOUNDS: Bounds = Bounds {
    limit: 32,
    per_host: 4,
};
/// How long a sweep begins new probes, how long one takes at most, and how many are given back together.
const TIME_MAX: Duration = Duration::from_secs(20);
const PROBE_TIME_MAX: Duration = Duration::from_secs(10);
const FINISHED_MAX: usize = 16;

/// What sweeps share.
pub struct Prober {
    databases: Databases,
    client: Client<HttpConnector, Full<Bytes>>,
    allowed: Vec<Network>,
    definitions: Mutex<HashMap<String, Arc<Definition>>>,
}

impl Prober {
    /// One that may reach loopback, where the stand-ins for tools are.
    pub fn new(databases: Databases) -> Self {
        Self {
            databases,
            client: Client::builder(TokioExecutor::new()).build_http(),
            allowed: Network::parse("127.0.0.0/8").into_iter().collect(),
            definitions: Mutex::default(),
        }
    }

    /// Makes the selected connectors of a scope due.
    pub async fn start_round(&self, scope: ScopeId, selector: Selector) -> Result<Round> {
        let start = move |store: &store::Store<_>| {
            let round = store.start_round(scope, &selector, Timestamp::now());
            futures::executor::block_on(round)
        };
        self.databases.write(start).await
    }

    /// Probes all of a scope that is due.
    pub async fn sweep(&self, scope: ScopeId) -> Result<Sweep> {
        let deadline = Instant::now() + TIME_MAX;
        let limit = usize::try_from(BOUNDS.limit).unwrap_or_default();
        let mut sweep = Sweep::default();
        let mut running = FuturesUnordered::new();
        let mut finished = Vec::new();
        let mut may_be_more = true;
        loop {
            if may_be_more && running.len() <= limit / 2 && Instant::now() < deadline {
                self.give_back(&mut finished, &mut sweep).await?;
                let room = u32::try_from(limit.saturating_sub(running.len())).unwrap_or(1);
                let bounds = Bounds {
                    limit: room,
                    ..BOUNDS
                };
                let claimed = self.claim(scope, bounds).await?;
                may_be_more = !claimed.is_empty();
                running.extend(claimed.into_iter().map(|claimed| self.one(claimed)));
            }
            let Some(done) = running.next().await else {
                break;
            };
            finished.push(done?);
            if finished.len() >= FINISHED_MAX || running.is_empty() {
                self.give_back(&mut finished, &mut sweep).await?;
                may_be_more = true;
            }
        }
        let due = |store: &store::Store<_>| store.due_probes(Some(scope), Timestamp::now());
        sweep.due = self.databases.read(due)?;
        Ok(sweep)
    }

    async fn claim(&self, scope: ScopeId, bounds: Bounds) -> Result<Vec<Claimed>> {
        let claim = move |store: &store::Store<_>| {
            let claim = store.claim_probes(Wanted::Due(Some(scope)), bounds, Timestamp::now());
            futures::executor::block_on(claim)
        };
        self.databases.write(claim).await
    }

    async fn one(&self, claimed: Claimed) -> Result<(Claimed, Timestamp, bool)> {
        let found = self.probe(&claimed).await?;
        let now = Timestamp::now();
        let doc = found.doc(&claimed.object, now);
        if doc != claimed.object.doc {
            let change = Change::observe(claimed.object.clone(), doc);
            self.databases.commit(Plan::of(change), "probe").await?;
        }
        let random = hub::id::random_bytes().map_or(0, u32::from_le_bytes);
        let due = schedule::due(now, found.interval, random);
        Ok((claimed, due, found.is_ready()))
    }

    async fn probe(&self, claimed: &Claimed) -> Result<Found> {
        let class = claimed.object.doc.get("class").and_then(Value::as_str);
        let Some(definition) = self.definition(claimed, class.unwrap_or_default())? else {
            let conditions = observation::without_class(class.unwrap_or_default(), false);
            return Ok(Found::without_answer(conditions));
        };
        let subject = Subject {
            connector: &claimed.object,
            namespace: &claimed.namespace,
            definition: &definition,
        };
        let secret = observation::secret(subject, &Held::Nothing);
        let ca_cert = observation::ca_cert(&Held::Nothing);
        let (mut sent, mut judged) = (Vec::new(), Vec::new());
        for probe in &definition.liveness {
            let one = self.ask(probe, subject).await;
            judged.push(observation::liveness(Some(probe), Some(&one.answer)));
            sent.push(Some(one));
        }
        let liveness =
            observation::all(judged).unwrap_or_else(|| observation::liveness(None, None));
        let auth = observation::auth(None, None, &secret, &liveness);
        let found = Found {
            addresses: observation::connector_addresses(subject).to_vec(),
            interval: definition.interval,
            ..Found::without_answer(observation::connector(
                &definition,
                secret,
                ca_cert,
                liveness,
                auth,
            ))
        };
        Ok(found.with_host(&sent))
    }

    fn definition(&self, claimed: &Claimed, class: &str) -> Result<Option<Arc<Definition>>> {
        let poisoned = |_| Error::Internal("a sweep panicked".to_owned());
        let mut definitions = self.definitions.lock().map_err(poisoned)?;
        if let Some(known) = definitions.get(&claimed.class_version) {
            return Ok(Some(Arc::clone(known)));
        }
        let scope = claimed.object.scope;
        let stored = self.databases.read(|store| store.class(scope, class))?;
        let doc = match stored {
            Some(stored) => Some(stored.doc),
            None => Class::in_catalogue(class).map(|class| class.doc.clone()),
        };
        let Some(doc) = doc else { return Ok(None) };
        let definition = Arc::new(Definition::parse(&doc, &claimed.namespace)?);
        definitions.insert(claimed.class_version.clone(), Arc::clone(&definition));
        Ok(Some(definition))
    }

    async fn ask(&self, probe: &Probe, subject: Subject<'_>) -> Sent {
        let asking = tokio::time::timeout(PROBE_TIME_MAX, self.response(probe, subject));
        let answer = match asking.await {
            Ok(Ok(seen)) => Answer::Response(seen),
            Ok(Err(silence)) => Answer::Silence(subject.address().to_owned(), silence),
            Err(_) => Answer::Silence(subject.address().to_owned(), Silence::Timeout),
        };
        Sent {
            answer,
            retry_after: None,
        }
    }

    async fn response(&self, probe: &Probe, subject: Subject<'_>) -> Result<Seen, Silence> {
        let exchange = Exchange::new(probe, subject, None).map_err(Silence::Unsent)?;
        let request = exchange.request(&self.allowed).map_err(Silence::Unsent)?;
        let mut builder = http::Request::builder()
            .method(request.method.clone())
            .uri(request.url.to_string());
        for (name, value) in &request.headers {
            builder = builder.header(name, value.expose());
        }
        let body = Bytes::copy_from_slice(request.body.expose().as_bytes());
        let request = builder.body(Full::new(body)).map_err(|_| Silence::Broken)?;
        let sent = self.client.request(request).await;
        let (head, body) = sent.map_err(|_| Silence::Refused)?.into_parts();
        let body = Body::new(body)
            .collect()
            .await
            .map_err(|_| Silence::Broken)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = head.headers.iter();
        Ok(Seen {
            status: head.status.as_u16(),
            headers: headers
                .map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes())))
                .collect(),
            text: text(&body.to_bytes()),
        })
    }

    async fn give_back(
        &self,
        finished: &mut Vec<(Claimed, Timestamp, bool)>,
        sweep: &mut Sweep,
    ) -> Result<()> {
        if finished.is_empty() {
            return Ok(());
        }
        for (_, _, ready) in finished.iter() {
            sweep.probed = sweep.probed.saturating_add(1);
            sweep.ready = sweep.ready.saturating_add(u64::from(*ready));
        }
        let done: Vec<_> = finished
            .drain(..)
            .map(|(claimed, due, _)| (claimed, due))
            .collect();
        let finish =
            move |store: &store::Store<_>| futures::executor::block_on(store.finish_probes(&done));
        self.databases.write(finish).await
    }
}
