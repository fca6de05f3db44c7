//! Probes one object and writes down what was found.

use front::Config;
use hub::command::By;
use hub::error::{Error, Result};
use hub::object::{Kind, Object};
use hub::plan::{Change, Plan};
use hub::time::Timestamp;
use prober::condition::{self, Condition, READY, Status};
use prober::definition::{Definition, Endpoint, Probe};
use prober::exchange::{Exchange, Unsent};
use prober::observation::{self, Answer, Silence};
use prober::schedule;
use prober::subject::Subject;
use serde_json::Value;
use store::Store;
use store::probes::Claimed;

use crate::definitions::{self, Missing};
use crate::held;
use crate::send::{self, Sent};
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

/// What was found.
pub struct Found {
    conditions: Vec<Condition>,
    addresses: Vec<(&'static str, Value)>,
    /// How often it is probed, in seconds.
    pub interval: i64,
    /// Whether the tool's host answered; nothing when it was not asked.
    pub host_answers: Option<bool>,
    /// When the host wants to be asked again, in seconds.
    pub retry_after: Option<i64>,
}

impl Found {
    /// Whether all is well.
    pub fn is_ready(&self) -> bool {
        let sum = self
            .conditions
            .iter()
            .find(|condition| condition.kind == READY);
        sum.is_some_and(|ready| ready.status == Status::True)
    }
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
                return Ok(without_answer(observation::without_class(class, is_there)));
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
        let sent = [liveness_sent, auth_sent];
        Ok(Found {
            conditions: observation::connector(definition, secret, ca_cert, liveness, auth),
            addresses: observation::connector_addresses(subject).to_vec(),
            interval: definition.interval,
            host_answers: host_answers(&sent),
            retry_after: sent
                .iter()
                .flatten()
                .filter_map(|sent| sent.retry_after)
                .max(),
        })
    }

    async fn class(&self, class: &Object, namespace: &str) -> Found {
        let definition = match Definition::parse(&class.doc, namespace) {
            Ok(definition) => definition,
            Err(_) => return without_answer(observation::without_class(&class.name, true)),
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
            ..without_answer(observation::class(&definition, answer.as_ref()))
        }
    }

    async fn ask(&self, probe: &Probe, exchange: std::result::Result<Exchange, Unsent>) -> Sent {
        send::ask(probe, exchange, &self.settings.allowed).await
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
            let now = Timestamp::now();
            let doc = with_status(&current, found, now);
            if current.generation != generation || doc == current.doc {
                return Ok(current);
            }
            let change = Change::observe(current.clone(), doc);
            let mut written = change.object.clone();
            match self.store.commit(Plan::of(change), ACTOR).await {
                Ok(committed) => {
                    written.revision = committed
                        .first()
                        .map_or(written.revision, |committed| committed.revision);
                    return Ok(written);
                }
                Err(Error::Conflict { .. }) => {
                    current = self.store.object(scope, kind, &By::Uid(uid))?
                }
                Err(error) => return Err(error),
            }
        }
        Ok(current)
    }
}

fn with_status(object: &Object, found: &Found, now: Timestamp) -> Value {
    let mut doc = object.doc.clone();
    let mut status =
        condition::status(doc.get("status"), &found.conditions, object.generation, now);
    for (name, value) in &found.addresses {
        if value.is_null() {
            status.shift_remove(*name);
        } else {
            status.insert((*name).to_owned(), value.clone());
        }
    }
    if let Some(members) = doc.as_object_mut() {
        members.insert("status".to_owned(), Value::Object(status));
    }
    doc
}

fn without_answer(conditions: Vec<Condition>) -> Found {
    Found {
        conditions,
        addresses: Vec::new(),
        interval: schedule::INTERVAL_DEFAULT,
        host_answers: None,
        retry_after: None,
    }
}

/// Nothing where nothing was sent: an address that is refused says nothing of a host.
fn host_answers(sent: &[Option<Sent>]) -> Option<bool> {
    let answered = |sent: &Sent| match &sent.answer {
        Answer::Response(_) => Some(true),
        Answer::Silence(_, Silence::Unsent(_)) => None,
        Answer::Silence(..) => Some(false),
    };
    sent.iter()
        .flatten()
        .filter_map(answered)
        .reduce(|all, one| all && one)
}
