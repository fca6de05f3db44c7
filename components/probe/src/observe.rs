//! Probes one object and writes down what was found.

use gateway::Config;
use hub::command::ObjectRef;
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::plan::{Change, Plan};
use hub::time::Timestamp;
use prober::condition::Status;
use prober::definition::{Definition, Endpoint, Probe};
use prober::exchange::{Exchange, Unsent};
use prober::found::{Found, Sent};
use prober::observation;
use prober::subject::Subject;
use serde_json::Value;
use store::Store;
use store::probes::Claimed;

use crate::definitions::{self, Missing};
use crate::held;
use crate::send;
use crate::settings::Settings;

/// Who writes what was found, in the log of revisions.
const ACTOR: &str = "probe";
/// How often what was found is written again when somebody else wrote in between.
const ATTEMPTS: usize = 8;

/// What a probe needs.
#[derive(Clone)]
pub struct Probing {
    /// The store.
    pub store: Store,
    /// The settings of the deployment.
    pub config: &'static Config,
    /// The settings of this function.
    pub settings: &'static Settings,
}

impl Probing {
    /// Probes a connector or a class.
    ///
    /// # Errors
    /// Those of reading the store.
    pub async fn probe(&self, claimed: &Claimed) -> Result<Found> {
        match claimed.object.kind {
            Kind::Class => Ok(self.class(&claimed.object, &claimed.namespace).await),
            _ => self.connector(claimed).await,
        }
    }

    async fn connector(&self, claimed: &Claimed) -> Result<Found> {
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
                return Ok(Found::without_answer(observation::without_class(
                    class, is_there,
                )));
            }
        };
        let subject = Subject {
            connector,
            namespace: &claimed.namespace,
            definition: &definition,
        };
        self.subject(subject).await
    }

    async fn subject(&self, subject: Subject<'_>) -> Result<Found> {
        let definition = subject.definition;
        let credential = held::credential(&self.store, self.config, subject)?;
        let secret = observation::secret(subject, &credential);
        let ca_cert = observation::ca_cert(&held::certificates(&self.store, self.config, subject)?);
        let usable = credential
            .secret()
            .filter(|_| secret.status == Status::True);
        let mut sent = Vec::new();
        let mut judged = Vec::new();
        for probe in &definition.liveness {
            let one = self.ask(probe, Exchange::new(probe, subject, None)).await;
            judged.push(observation::liveness(Some(probe), Some(&one.answer)));
            sent.push(Some(one));
        }
        let liveness =
            observation::all(judged).unwrap_or_else(|| observation::liveness(None, None));
        let auth_probe = definition.auth_probe(subject.auth_name());
        let auth_probes = auth_probe.map_or(&[][..], |auth| &auth.probes);
        let is_worth_asking = secret.status == Status::True && liveness.status == Status::True;
        let mut judged = Vec::new();
        for probe in auth_probes {
            let one = if is_worth_asking {
                Some(self.ask(probe, Exchange::new(probe, subject, usable)).await)
            } else {
                None
            };
            let answer = one.as_ref().map(|sent| &sent.answer);
            judged.push(observation::auth(Some(probe), answer, &secret, &liveness));
            sent.push(one);
        }
        let auth = observation::all(judged)
            .unwrap_or_else(|| observation::auth(None, None, &secret, &liveness));
        let found = Found {
            addresses: observation::connector_addresses(subject).to_vec(),
            interval: definition.interval,
            ..Found::without_answer(observation::connector(
                definition, secret, ca_cert, liveness, auth,
            ))
        };
        Ok(found.with_host(&sent))
    }

    async fn class(&self, class: &Object, namespace: &str) -> Found {
        let definition = match Definition::parse(&class.doc, namespace) {
            Ok(definition) => definition,
            Err(_) => return Found::without_answer(observation::without_class(&class.name, true)),
        };
        let probe = Probe::Api(String::new());
        let answer = match &definition.api {
            Endpoint::At(_) => {
                let subject = Subject {
                    connector: class,
                    namespace,
                    definition: &definition,
                };
                Some(
                    self.ask(&probe, Exchange::new(&probe, subject, None))
                        .await
                        .answer,
                )
            }
            Endpoint::None | Endpoint::Unresolved => None,
        };
        Found {
            addresses: observation::class_addresses(&definition).to_vec(),
            interval: definition.interval,
            ..Found::without_answer(observation::class(&definition, answer.as_ref()))
        }
    }

    async fn ask(&self, probe: &Probe, exchange: std::result::Result<Exchange, Unsent>) -> Sent {
        send::ask(probe, exchange, &self.settings.allowed).await
    }

    /// Writes what was found of each as a status revision, as [`Probing::write`] does, all in one statement.
    ///
    /// # Errors
    /// Those of [`Probing::write`], for each.
    pub async fn write_all<'a>(
        &self,
        found: impl Iterator<Item = (&'a Object, &'a Found)>,
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

    /// Writes what was found as a status revision, unless it is what stands there. What was changed meanwhile is due again, so
    /// that nothing is written about it.
    ///
    /// # Errors
    /// Those of [`Store::commit`].
    pub async fn write(&self, object: Object, found: &Found) -> Result<Object> {
        let (kind, scope, uid, generation) =
            (object.kind, object.scope, object.uid, object.generation);
        let mut current = object;
        for _ in 0..ATTEMPTS {
            if current.generation != generation {
                break;
            }
            let Some(plan) = plan(&current, found, Timestamp::now()) else {
                break;
            };
            let written = plan.changes.first().map(|change| change.object.clone());
            match self.store.commit(plan, ACTOR).await {
                Ok(committed) => {
                    let mut written = written.unwrap_or(current);
                    if let Some(first) = committed.first() {
                        written.revision = first.revision;
                    }
                    return Ok(written);
                }
                Err(Error::Conflict { .. }) => {
                    current = self.store.object(scope, kind, &ObjectRef::Uid(uid))?
                }
                Err(error) => return Err(error),
            }
        }
        Ok(current)
    }
}

/// What writes that down; nothing when it is what stands there.
fn plan(object: &Object, found: &Found, now: Timestamp) -> Option<Plan> {
    let doc = found.doc(object, now);
    (doc != object.doc).then(|| Plan::of(Change::observe(object.clone(), doc)))
}
