//! What the answers to probes mean for a connector and for a class.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::budget::Budget;
use crate::condition::{Condition, Status, ready};
use crate::definition::{AuthType, Definition, Endpoint, Probe};
use crate::exchange::Unsent;
use crate::expression::{Expression, Seen};
use crate::schedule;
use crate::target::{ProbeTarget, Secret};

const API: &str = "APIReady";
const AUTH: &str = "AuthReady";
const CA_CERT: &str = "CACertReady";
const CLASS: &str = "ConnectorClassReady";
/// The reason of all conditions while a class is put aside.
pub const EVALUATION_BUDGET_EXCEEDED: &str = "EvaluationBudgetExceeded";
const LIVENESS: &str = "LivenessReady";
const PROXY: &str = "ProxyServiceReady";
const SECRET: &str = "SecretReady";

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
    /// A response.
    Response(Seen),
    /// None, from this origin.
    Failure(String, ProbeFailure),
}

/// What is known of a secret that is referred to.
#[derive(Clone, Debug)]
pub enum LoadedSecret {
    /// None is referred to.
    None,
    /// There is none of that name.
    Missing(String),
    /// It cannot be decrypted.
    Unreadable(String),
    /// It is there.
    Secret(Secret),
}

impl LoadedSecret {
    /// The secret, if it is there.
    pub fn secret(&self) -> Option<&Secret> {
        match self {
            Self::Secret(secret) => Some(secret),
            _ => None,
        }
    }
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

/// Whether the secret of a connector is as its class wants it. What follows asks nothing when it is
/// not.
pub fn secret(subject: ProbeTarget<'_>, held: &LoadedSecret) -> Condition {
    let auth_name = subject.auth_name();
    if auth_name.is_empty() {
        return Condition::yes(SECRET, "SecretOptional");
    }
    let Some(auth_type) = subject.auth_type() else {
        return Condition::no(
            SECRET,
            "AuthTypeNotFound",
            format!("the class has no auth type {auth_name:?}"),
        );
    };
    match held {
        LoadedSecret::None if auth_type.is_optional => Condition::yes(SECRET, "SecretOptional"),
        LoadedSecret::None => Condition::no(
            SECRET,
            "SecretRequired",
            format!("the auth type {auth_name:?} needs a secret"),
        ),
        LoadedSecret::Missing(name) => Condition::no(
            SECRET,
            "SecretNotFound",
            format!("secrets {name:?} not found"),
        ),
        LoadedSecret::Unreadable(name) => Condition::no(
            SECRET,
            "SecretUnreadable",
            format!("secrets {name:?} cannot be decrypted: store it again"),
        ),
        LoadedSecret::Secret(secret) => fits(auth_type, secret),
    }
}

fn fits(auth_type: &AuthType, secret: &Secret) -> Condition {
    let name = &secret.name;
    let wanted = auth_type.secret_type.as_deref().unwrap_or_default();
    if !wanted.is_empty() && !secret.kind.is_empty() && secret.kind != wanted {
        return Condition::no(
            SECRET,
            "SecretTypeMismatch",
            format!(
                "secrets {name:?} is of the type {:?}, not {wanted:?}",
                secret.kind
            ),
        );
    }
    match auth_type
        .keys
        .iter()
        .find(|key| secret.entry(key).is_none())
    {
        Some(key) => Condition::no(
            SECRET,
            "SecretKeyMissing",
            format!("secrets {name:?} has no entry {key:?}"),
        ),
        None => Condition::yes(SECRET, ""),
    }
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

/// Whether the tool answers.
pub fn liveness(probe: Option<&Probe>, answer: Option<&Answer>, budget: &Budget) -> Condition {
    match (probe, answer) {
        (Some(probe), Some(Answer::Response(seen))) => match verdict(probe, seen, budget) {
            Ok(()) => Condition::yes(LIVENESS, ""),
            Err(message) => Condition::no(LIVENESS, "ConnectionFailed", message),
        },
        (Some(_), Some(Answer::Failure(_, ProbeFailure::Unsent(Unsent::NoApi))))
        | (None, _)
        | (_, None) => Condition::yes(LIVENESS, "NonLivenessProbe"),
        (Some(_), Some(Answer::Failure(origin, silence))) => {
            Condition::no(LIVENESS, "ConnectionFailed", describe(origin, silence))
        }
    }
}

/// Whether the credential works. What is not known is said to be so: no answer says nothing of a
/// credential.
pub fn auth(
    probe: Option<&Probe>,
    answer: Option<&Answer>,
    secret: &Condition,
    liveness: &Condition,
    budget: &Budget,
) -> Condition {
    let Some(probe) = probe else {
        return Condition::yes(AUTH, "NonAuthProbe");
    };
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
        Some(Answer::Failure(_, ProbeFailure::Unsent(Unsent::NoApi))) | None => {
            Condition::yes(AUTH, "NonAuthProbe")
        }
        Some(Answer::Failure(
            _,
            ProbeFailure::Unsent(why @ (Unsent::Source(_) | Unsent::Header | Unsent::ForeignHost)),
        )) => Condition::no(AUTH, "AuthProbeInvalid", why.to_string()),
        Some(Answer::Failure(origin, silence)) => {
            Condition::unknown(AUTH, "ConnectionFailed", describe(origin, silence))
        }
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
    let class = Condition::yes(CLASS, "");
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
    with_ready(vec![api, proxy("ProxyReady", definition)])
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

/// What a component cannot do. WASI's HTTP has no option for it: a host has certificates for a
/// component and a host name.
const CA_NOT_USED: &str = "the certificates are read, and probes do not use them: they trust what the host of Patchbay trusts, \
     to which its runtime configuration can add certificates ([[client_tls]] of Spin)";

/// Whether the certificates that a connector refers to can be read. It is told, and makes nothing
/// unready.
pub fn ca_cert(held: &LoadedSecret) -> Condition {
    let condition = match held {
        LoadedSecret::None => Condition::yes(CA_CERT, "NoCACert"),
        LoadedSecret::Missing(name) => Condition::no(
            CA_CERT,
            "SecretNotFound",
            format!("secrets {name:?} not found"),
        ),
        LoadedSecret::Unreadable(name) => Condition::no(
            CA_CERT,
            "SecretUnreadable",
            format!("secrets {name:?} cannot be decrypted: store it again"),
        ),
        LoadedSecret::Secret(secret) => {
            let entries = secret.data.iter().map(|(_, value)| value.expose());
            if secret.data.is_empty()
                || entries
                    .clone()
                    .any(|text| !text.contains("PRIVATE KEY") && !is_pem(text))
            {
                Condition::no(
                    CA_CERT,
                    "InvalidPEM",
                    format!(
                        "secrets {:?} holds something that is no certificate in PEM form",
                        secret.name
                    ),
                )
            } else {
                Condition {
                    message: CA_NOT_USED.to_owned(),
                    ..Condition::yes(CA_CERT, "Valid")
                }
            }
        }
    };
    condition.info()
}

/// One certificate or more (RFC 7468): base64 of DER, which begins with the tag of a sequence.
fn is_pem(text: &str) -> bool {
    const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
    const END: &str = "-----END CERTIFICATE-----";
    let mut blocks = text.split(BEGIN).skip(1).peekable();
    blocks.peek().is_some()
        && blocks.all(|block| {
            let body: Option<String> = block
                .split_once(END)
                .map(|(body, _)| body.split_whitespace().collect());
            body.and_then(|body| STANDARD.decode(body).ok())
                .is_some_and(|der| der.first() == Some(&0x30))
        })
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
