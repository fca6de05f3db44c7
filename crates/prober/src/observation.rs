//! What the answers to probes mean for a connector and for a class.

mod ca_cert;
mod held;

use serde_json::{Value, json};

use crate::address::{Refusal, Url};
use crate::budget::Budget;
use crate::condition::{self, Condition, Status, ready};
use crate::definition::{Definition, Endpoint, Probe};
use crate::exchange::Unsent;
use crate::expression::{Expression, Seen};
use crate::schedule;
use crate::target::{LoadedSecret, ProbeTarget};

pub use self::ca_cert::ca_cert;
use self::held::SECRET;
pub use self::held::secret;

const API: &str = "APIReady";
const AUTH: &str = "AuthReady";
const CLASS: &str = "ConnectorClassReady";
/// The reason of all conditions while a class is put aside.
pub const EVALUATION_BUDGET_EXCEEDED: &str = "EvaluationBudgetExceeded";
const LIVENESS: &str = "LivenessReady";
const PROXY: &str = "ProxyServiceReady";

/// Why something is not known: there is no address that could be asked.
const NOT_ASKED: &str = "NotAsked";

/// Why there is no answer. Nothing here says what is at an address that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProbeFailure {
    /// It was not asked.
    Unsent(Unsent),
    /// DNS has no such name.
    NoSuchHost,
    /// Nobody listens, or the way there is blocked.
    Refused,
    /// It took too long.
    Timeout,
    /// Its certificate, or TLS otherwise.
    Tls,
    /// The connection broke off, or what came was not HTTP.
    Broken,
}

/// What came of a request.
#[derive(Clone, Debug)]
pub enum Answer {
    Response(Seen),
    /// None, from this origin.
    Failure(String, ProbeFailure),
}

/// The conditions of a connector whose class is not there, or cannot be used.
pub fn without_class(name: &str, is_there: bool) -> Vec<Condition> {
    let class = if is_there {
        Condition::no(
            CLASS,
            "ConnectorClassInvalid",
            format!("connectorclass.connectors.alauda.io {name:?} cannot be used"),
        )
    } else {
        Condition::no(
            CLASS,
            "ConnectorClassNotFound",
            format!("connectorclass.connectors.alauda.io {name:?} not found"),
        )
    };
    because(class)
}

/// The conditions of a connector whose class is put aside, since what is at that path of it took
/// more work than it may.
pub fn over_budget(name: &str, path: &str) -> Vec<Condition> {
    let class = Condition::no(
        CLASS,
        EVALUATION_BUDGET_EXCEEDED,
        format!(
            "connectorclass.connectors.alauda.io {name:?} is put aside: {path} takes more work than a class may; \
             it is evaluated again when the class is changed, or after {} minutes",
            schedule::PUT_ASIDE / 60
        ),
    );
    because(class)
}

fn because(class: Condition) -> Vec<Condition> {
    let others = [SECRET, LIVENESS, AUTH, API, PROXY]
        .map(|kind| Condition::unknown(kind, class.reason, class.message.clone()));
    with_ready(std::iter::once(class).chain(others).collect())
}

/// What several probes came to: the first that failed, else the first that is not known, else one
/// that was made.
pub fn all(conditions: Vec<Condition>) -> Option<Condition> {
    let rank = |condition: &Condition| match condition.status {
        Status::False => 0,
        Status::Unknown => 1,
        Status::True if condition.reason.is_empty() => 2,
        Status::True => 3,
    };
    conditions.into_iter().min_by_key(rank)
}

/// Whether the tool answers, where the class has no probe that could tell.
pub fn liveness_unasked(subject: ProbeTarget<'_>) -> Condition {
    let address = subject.address();
    match Url::parse(address) {
        Err(why) if !address.is_empty() => Condition::unknown(LIVENESS, NOT_ASKED, why.to_string()),
        _ => Condition::yes(LIVENESS, "NonLivenessProbe"),
    }
}

/// Whether the tool answers.
pub fn liveness(probe: &Probe, answer: &Answer, budget: &Budget) -> Condition {
    match answer {
        Answer::Response(seen) => match verdict(probe, seen, budget) {
            Ok(()) => Condition::yes(LIVENESS, ""),
            Err(message) => Condition::no(LIVENESS, "ConnectionFailed", message),
        },
        Answer::Failure(_, ProbeFailure::Unsent(Unsent::NoApi)) => {
            Condition::yes(LIVENESS, "NonLivenessProbe")
        }
        Answer::Failure(
            _,
            ProbeFailure::Unsent(why @ (Unsent::NoAddress | Unsent::Refused(Refusal::Protocol))),
        ) => Condition::unknown(LIVENESS, NOT_ASKED, why.to_string()),
        Answer::Failure(origin, silence) => {
            Condition::no(LIVENESS, "ConnectionFailed", describe(origin, silence))
        }
    }
}

/// Whether the credential works. What is not known is said to be so: no answer says nothing of a
/// credential.
pub fn auth(
    probe: &Probe,
    answer: Option<&Answer>,
    secret: &Condition,
    liveness: &Condition,
    budget: &Budget,
) -> Condition {
    for cause in [secret, liveness] {
        if cause.status != Status::True {
            return Condition::unknown(AUTH, cause.reason, cause.message.clone());
        }
    }
    match answer {
        Some(Answer::Response(seen)) => match verdict(probe, seen, budget) {
            Ok(()) => Condition::yes(AUTH, ""),
            Err(message) => Condition::no(
                AUTH,
                "AuthenticationFailed",
                format!("Authentication failed: {message}"),
            ),
        },
        Some(Answer::Failure(_, ProbeFailure::Unsent(why @ Unsent::NoApi))) => {
            Condition::unknown(AUTH, "NonAuthProbe", why.to_string())
        }
        None => Condition::unknown(AUTH, NOT_ASKED, "it has not been asked"),
        Some(Answer::Failure(
            _,
            ProbeFailure::Unsent(why @ (Unsent::Source(_) | Unsent::Header)),
        )) => Condition::no(AUTH, "AuthProbeInvalid", why.to_string()),
        Some(Answer::Failure(_, ProbeFailure::Unsent(why))) => {
            Condition::unknown(AUTH, NOT_ASKED, why.to_string())
        }
        Some(Answer::Failure(origin, silence)) => {
            Condition::unknown(AUTH, "ConnectionFailed", describe(origin, silence))
        }
    }
}

/// Whether the credential works, where there is no probe that could tell.
pub fn auth_unasked(
    subject: ProbeTarget<'_>,
    held: &LoadedSecret,
    secret: &Condition,
) -> Condition {
    if secret.status != Status::True {
        return Condition::unknown(AUTH, secret.reason, secret.message.clone());
    }
    let message = if matches!(held, LoadedSecret::None) {
        "there is no credential to try".to_owned()
    } else {
        let name = subject.auth_name();
        format!("the class has no probe for the auth type {name:?}, so it was not tried")
    };
    Condition {
        message,
        ..Condition::yes(AUTH, "NonAuthProbe")
    }
}

fn verdict(probe: &Probe, seen: &Seen, budget: &Budget) -> Result<(), String> {
    let Probe::Http(http) = probe else {
        return if seen.status == 200 {
            Ok(())
        } else {
            Err(format!("status code {}", seen.status))
        };
    };
    let Some(source) = &http.expression else {
        return if (200..300).contains(&seen.status) {
            Ok(())
        } else {
            Err(format!("status code {}", seen.status))
        };
    };
    let expression = Expression::compiled(source)
        .map_err(|_| "the expression of the class cannot be read".to_owned())?;
    budget.enter_part("http.response.cel");
    match expression.judge(seen, budget) {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!(
            "status code {}: the response does not meet the expression of the class",
            seen.status
        )),
        Err(why) => Err(format!("status code {}: {why}", seen.status)),
    }
}

/// In the words of Go's client, which published conditions have. The path is left out, since it may
/// hold a secret.
fn describe(origin: &str, silence: &ProbeFailure) -> String {
    let host = origin.split_once("://").map_or(origin, |(_, host)| host);
    let what = match silence {
        ProbeFailure::Unsent(why) => return why.to_string(),
        ProbeFailure::NoSuchHost => {
            let name = host.split(':').next().unwrap_or(host);
            format!("dial tcp: lookup {name}: no such host")
        }
        ProbeFailure::Refused => "dial tcp: connection refused".to_owned(),
        ProbeFailure::Timeout => "no answer in time".to_owned(),
        ProbeFailure::Tls => "tls: the certificate or the handshake was not accepted".to_owned(),
        ProbeFailure::Broken => "the connection broke off".to_owned(),
    };
    format!("Get \"{origin}\": {what}")
}

/// All the conditions of a connector, in the order of cause and effect.
pub fn connector(
    definition: &Definition,
    secret: Condition,
    ca_cert: Condition,
    liveness: Condition,
    auth: Condition,
) -> Vec<Condition> {
    let class = match &definition.unready {
        None => Condition::yes(CLASS, ""),
        Some(why) => Condition::no(CLASS, "ConnectorClassNotReady", why),
    };
    let (api, proxy) = (api(definition), proxy(PROXY, definition));
    with_ready(vec![class, secret, liveness, auth, api, proxy, ca_cert])
}

/// The conditions of a class; `answer` is what its API said, whatever it said.
pub fn class(definition: &Definition, answer: Option<&Answer>) -> Vec<Condition> {
    let api = match (api(definition), answer) {
        (resolved, Some(Answer::Failure(origin, silence))) if resolved.reason.is_empty() => {
            Condition::no(API, "ConnectionFailed", describe(origin, silence))
        }
        (resolved, _) => resolved,
    };
    with_ready(vec![api, proxy(condition::PROXY, definition)])
}

fn api(definition: &Definition) -> Condition {
    match definition.api {
        Endpoint::None => Condition::yes(API, "NonAPI"),
        Endpoint::At(_) => Condition::yes(API, ""),
        Endpoint::Unresolved => Condition::no(
            API,
            "APINotResolved",
            "the class's api needs a ref, or an absolute uri alone",
        ),
    }
}

fn proxy(kind: &'static str, definition: &Definition) -> Condition {
    match definition.proxy {
        Endpoint::None => Condition::yes(kind, "NonProxy"),
        Endpoint::At(_) => Condition::yes(kind, ""),
        Endpoint::Unresolved => Condition::no(
            kind,
            "ProxyServiceNotFound",
            "the class's proxy needs a ref, or an absolute uri alone",
        ),
    }
}

fn with_ready(mut conditions: Vec<Condition>) -> Vec<Condition> {
    conditions.push(ready(&conditions));
    conditions
}

/// The addresses in the status of a connector.
pub fn connector_addresses(subject: ProbeTarget<'_>) -> [(&'static str, Value); 2] {
    let (name, namespace) = (&subject.connector.slug, subject.namespace);
    let definition = subject.definition;
    let host = format!("http://c-{name}.{namespace}.svc.cluster.local");
    let path = if definition.proxy_by_path {
        format!("/namespaces/{namespace}/connectors/{name}")
    } else {
        String::new()
    };
    let proxy = match definition.proxy {
        Endpoint::None => Value::Null,
        _ => json!({"httpAddress": {"url": format!("{host}{path}")}}),
    };
    [
        (
            "api",
            json!({"path": format!("/connectors/v1alpha1/{namespace}/{name}/path")}),
        ),
        ("proxy", proxy),
    ]
}

/// The addresses in the status of a class.
pub fn class_addresses(definition: &Definition) -> [(&'static str, Value); 2] {
    let at = |endpoint: &Endpoint, member: &str| match endpoint {
        Endpoint::At(url) => json!({member: {"url": url}}),
        Endpoint::None | Endpoint::Unresolved => Value::Null,
    };
    [
        ("api", at(&definition.api, "address")),
        ("proxy", at(&definition.proxy, "httpAddress")),
    ]
}

#[cfg(test)]
#[path = "observation_tests.rs"]
mod tests;
