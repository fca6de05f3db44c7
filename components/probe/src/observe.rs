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
use prober::findings::{Findings, Sent};
use prober::observation;
use prober::target::ProbeTarget;
use serde_json::Value;
use store::Store;
use store::probes::Claimed;

use crate::definitions::{self, Missing};
use crate::secrets;
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
    pub async fn probe(&self, claimed: &Claimed) -> Result<Findings> {
        match claimed.object.kind {
            Kind::Class => Ok(self.class(&claimed.object, &claimed.namespace).await),
            _ => self.connector(claimed).await,
        }
    }

    async fn connector(&self, claimed: &Claimed) -> Result<Findings> {
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
        let subject = ProbeTarget {
            connector,
            namespace: &claimed.namespace,
            definition: &definition,
        };
        self.subject(claimed, subject).await
    }

    async fn subject(&self, claimed: &Claimed, subject: ProbeTarget<'_>) -> Result<Findings> {
        let definition = subject.definition;
        let credential = secrets::credential(&self.store, self.config, subject)?;
        let secret = observation::secret(subject, &credential);
        let ca_cert =
            observation::ca_cert(&secrets::certificates(&self.store, self.config, claimed)?);
        let usable = credential
            .secret()
            .filter(|_| secret.status == Status::True);
        let liveness_probe = definition.liveness.as_ref();
        let liveness_sent = match liveness_probe {
            Some(probe) => Some(self.ask(probe, Exchange::new(probe, subject, None)).await),
            None => None,
        };
        let liveness = observation::liveness(
            liveness_probe,
            liveness_sent.as_ref().map(|sent| &sent.answer),
        );
        let auth_probe = definition
            .auth_probe(subject.auth_name())
            .map(|auth| &auth.probe);
        let is_worth_asking = secret.status == Status::True && liveness.status == Status::True;
        let auth_sent = match auth_probe.filter(|_| is_worth_asking) {
            Some(probe) => Some(self.ask(probe, Exchange::new(probe, subject, usable)).await),
            None => None,
        };
        let auth = observation::auth(
            auth_probe,
            auth_sent.as_ref().map(|sent| &sent.answer),
            &secret,
            &liveness,
        );
        let found = Findings {
            addresses: observation::connector_addresses(subject).to_vec(),
            interval: definition.interval,
            ..Findings::without_answer(observation::connector(
                definition, secret, ca_cert, liveness, auth,
            ))
        };
        Ok(found.with_host(&[liveness_sent, auth_sent]))
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
        send::ask(probe, exchange, &self.settings.allowed).await
    }

    /// Writes what was found of each as a status revision, as [`Probing::write`] does, all in one statement.
    ///
    /// # Errors
    /// Those of [`Probing::write`], for each.
    pub async fn write_all<'a>(
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

    /// Writes what was found as a status revision, unless it is what stands there. What was changed meanwhile is due again, so
    /// that nothing is written about it.
    ///
    /// # Errors
    /// Those of [`Store::commit`].
    pub async fn write(&self, object: Object, found: &Findings) -> Result<Object> {
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
fn plan(object: &Object, found: &Findings, now: Timestamp) -> Option<Plan> {
    let doc = found.doc(object, now);
    (doc != object.doc).then(|| Plan::of(Change::observe(object.clone(), doc)))
}
