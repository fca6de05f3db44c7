//! Probes one object and writes down what was found.

use std::rc::Rc;
use std::time::Duration;

use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::plan::{Change, Plan};
use hub::time::Timestamp;
use prober::condition::Status;
use prober::definition::{Definition, Endpoint, Probe};
use prober::exchange::{Exchange, Unsent};
use prober::findings::{Findings, Sent};
use prober::observation;
use prober::schedule;
use prober::target::ProbeTarget;
use serde_json::Value;
use store::Store;
use store::probes::LeasedProbe;
use store::secrets::Vault;

use super::definitions::{self, Missing};
use super::{credential, put_aside, send};
use crate::outbound::{Outbound, ProbeSettings};
use crate::retry::{Attempt, until_done};

/// How long a probe waits before code of a class is evaluated for it.
const SLICE: Duration = Duration::from_millis(1);

/// Who writes what was found, in the log of revisions.
const ACTOR: &str = "probe";

/// What a probe needs.
#[derive(Clone)]
pub(super) struct Probing<P: Outbound> {
    pub store: Store<P::Database>,
    /// What it runs on.
    pub platform: P,
    /// Opens secrets.
    pub vault: &'static Vault,
    /// The settings of probing.
    pub settings: &'static ProbeSettings,
}

impl<P: Outbound> Probing<P> {
    /// Probes a connector or a class.
    ///
    /// # Errors
    /// Those of reading the store.
    pub(super) async fn probe(&self, claimed: &LeasedProbe) -> Result<Findings> {
        match claimed.object.kind {
            Kind::Class => Ok(self.class(&claimed.object, &claimed.namespace).await),
            _ => self.connector(claimed).await,
        }
    }

    async fn connector(&self, claimed: &LeasedProbe) -> Result<Findings> {
        let connector = &claimed.object;
        let class = connector
            .doc
            .get("class")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let definition = match definitions::of(&self.store, claimed, class)? {
            Ok(definition) => definition,
            Err(missing) => {
                let is_there = matches!(missing, Missing::Sense);
                return Ok(Findings::without_answer(observation::without_class(
                    class, is_there,
                )));
            }
        };
        let version = put_aside::Version::of(claimed, class);
        let over = |path: &str| Findings {
            interval: schedule::PUT_ASIDE,
            ..Findings::without_answer(observation::over_budget(class, path))
        };
        if let Some(path) = put_aside::path(&version, Timestamp::now()) {
            return Ok(over(&path));
        }
        // Each evaluation is a slice: others come in between.
        self.platform.sleep(SLICE).await;
        let budget = Rc::default();
        let subject = ProbeTarget {
            connector,
            namespace: &claimed.namespace,
            definition: &definition,
            budget: &budget,
        };
        let found = self.subject(claimed, subject).await?;
        let Some(path) = budget.exceeded_by() else {
            return Ok(found);
        };
        put_aside::put(version, path.clone(), Timestamp::now());
        Ok(over(&path))
    }

    async fn subject(&self, claimed: &LeasedProbe, subject: ProbeTarget<'_>) -> Result<Findings> {
        let definition = subject.definition;
        let credential = credential::credential(&self.store, self.vault, subject)?;
        let secret = observation::secret(subject, &credential);
        let ca_cert =
            observation::ca_cert(&credential::certificates(&self.store, self.vault, claimed)?);
        let usable = credential
            .secret()
            .filter(|_| secret.status == Status::True);
        let mut sent = Vec::new();
        let mut judged = Vec::new();
        let budget = subject.budget;
        for probe in &definition.liveness {
            budget.enter("livenessProbe");
            let one = self.ask(probe, Exchange::new(probe, subject, None)).await;
            judged.push(observation::liveness(probe, &one.answer, budget));
            sent.push(Some(one));
        }
        let liveness =
            observation::all(judged).unwrap_or_else(|| observation::liveness_unasked(subject));
        let auth_probe = definition.auth_probe(subject.auth_name());
        let auth_probes = auth_probe.map_or(&[][..], |auth| &auth.probes);
        let is_worth_asking = secret.status == Status::True && liveness.status == Status::True;
        let mut judged = Vec::new();
        let place = auth_probe.map_or("", |auth| auth.path.as_str());
        for probe in auth_probes {
            budget.enter(place);
            let one = if is_worth_asking {
                Some(self.ask(probe, Exchange::new(probe, subject, usable)).await)
            } else {
                None
            };
            let answer = one.as_ref().map(|sent| &sent.answer);
            budget.enter(place);
            let auth = observation::auth(probe, answer, &secret, &liveness, budget);
            judged.push(auth);
            sent.push(one);
        }
        let auth = observation::all(judged)
            .unwrap_or_else(|| observation::auth_unasked(subject, &credential, &secret));
        let found = Findings {
            addresses: observation::connector_addresses(subject).to_vec(),
            interval: definition.interval,
            ..Findings::without_answer(observation::connector(
                definition, secret, ca_cert, liveness, auth,
            ))
        };
        Ok(found.with_host(&sent))
    }

    async fn class(&self, class: &Object, namespace: &str) -> Findings {
        let definition = match Definition::parse(&class.doc, namespace) {
            Ok(definition) => definition,
            Err(_) => {
                return Findings::without_answer(observation::without_class(&class.name, true));
            }
        };
        let probe = Probe::Api(String::new());
        let answer = match &definition.api {
            Endpoint::At(_) => {
                let subject = ProbeTarget {
                    connector: class,
                    namespace,
                    definition: &definition,
                    budget: &Rc::default(),
                };
                Some(
                    self.ask(&probe, Exchange::new(&probe, subject, None))
                        .await
                        .answer,
                )
            }
            Endpoint::None | Endpoint::Unresolved => None,
        };
        Findings {
            addresses: observation::class_addresses(&definition).to_vec(),
            interval: definition.interval,
            ..Findings::without_answer(observation::class(&definition, answer.as_ref()))
        }
    }

    async fn ask(&self, probe: &Probe, exchange: std::result::Result<Exchange, Unsent>) -> Sent {
        send::ask(&self.platform, probe, exchange, &self.settings.allowed).await
    }

    /// Writes what was found of each as a status revision, as [`Probing::write`] does, all in one
    /// statement.
    ///
    /// # Errors
    /// Those of [`Probing::write`], for each.
    pub(super) async fn write_all<'a>(
        &self,
        found: impl Iterator<Item = (&'a Object, &'a Findings)>,
    ) -> Vec<Result<()>> {
        let now = Timestamp::now();
        let found: Vec<_> = found.collect();
        let (places, plans): (Vec<_>, Vec<_>) = found
            .iter()
            .enumerate()
            .filter_map(|(place, (object, found))| Some((place, plan(object, found, now)?)))
            .unzip();
        let committed = self.store.commit_all(plans, ACTOR).await;
        let mut results: Vec<_> = found.iter().map(|_| Ok(())).collect();
        for (place, committed) in places.into_iter().zip(committed) {
            let (Some(result), Some((object, found))) = (results.get_mut(place), found.get(place))
            else {
                continue;
            };
            *result = match committed {
                // Somebody else wrote in between.
                Err(Error::Conflict { .. }) => self.write((*object).clone(), found).await.map(drop),
                // It was deleted: there is nothing to write to.
                Err(Error::NotFound { .. }) => Ok(()),
                committed => committed.map(drop),
            };
        }
        results
    }

    /// Writes what was found as a status revision, unless it is what stands there. What was changed
    /// meanwhile is due again, so that nothing is written about it.
    ///
    /// # Errors
    /// Those of [`Store::commit`].
    pub(super) async fn write(&self, object: Object, found: &Findings) -> Result<Object> {
        let (kind, scope, uid, generation) =
            (object.kind, object.scope, object.uid, object.generation);
        let mut known = Some(object);
        until_done(async || {
            let current = match known.take() {
                Some(known) => known,
                None => self.store.object(scope, kind, &ObjectRef::Uid(uid))?,
            };
            let plan = plan(&current, found, Timestamp::now());
            let Some(plan) = plan.filter(|_| current.generation == generation) else {
                return Ok(Attempt::Done(current));
            };
            let written = plan.changes.first().map(|change| change.object.clone());
            match self.store.commit(plan, ACTOR).await {
                Ok(committed) => {
                    let revision = committed.first().map_or(0, |first| first.revision);
                    let written = written.unwrap_or(current);
                    Ok(Attempt::Done(Object {
                        revision,
                        ..written
                    }))
                }
                Err(error @ Error::Conflict { .. }) => Ok(Attempt::Overtaken(error)),
                Err(error) => Err(error),
            }
        })
        .await
    }
}

/// What writes that down; nothing when it is what stands there.
fn plan(object: &Object, found: &Findings, now: Timestamp) -> Option<Plan> {
    let doc = found.doc(object, now);
    (doc != object.doc).then(|| Plan::of(Change::observe(object.clone(), doc)))
}
