//! Which conditions come of which answers.

use super::*;
use crate::address::Refusal;
use crate::condition::{READY, Status};
use crate::definition::HttpProbe;
use crate::target::Secret;
use hub::object::{Kind, Object};
use hub::plan::{Change, Uniqueness};
use hub::secret::Clear;
use hub::time::Timestamp;

fn seen(status: u16) -> Answer {
    Answer::Response(Seen {
        status,
        headers: Vec::new(),
        text: "hunter2".to_owned(),
    })
}

fn silent(silence: ProbeFailure) -> Answer {
    Answer::Failure("https://git.example.com".to_owned(), silence)
}

fn http(expression: Option<&str>) -> Probe {
    Probe::Http(HttpProbe {
        expression: expression.map(str::to_owned),
        ..HttpProbe::default()
    })
}

fn connector(auth: &Value) -> Object {
    let doc = json!({"address": "https://git.example.com", "auth": auth});
    Change::create(
        Kind::Connector,
        1,
        "c",
        doc,
        Uniqueness::None,
        Timestamp::from_millis(0),
    )
    .unwrap()
    .object
}

fn class_doc() -> Definition {
    let types = json!([{"name": "basic", "secretType": "kubernetes.io/basic-auth"}, {"name": "free", "optional": true}]);
    Definition::parse(&json!({"auth": {"types": types}}), "").unwrap()
}

fn held(kind: &str, keys: &[&str]) -> LoadedSecret {
    let data = keys
        .iter()
        .map(|key| ((*key).to_owned(), Clear::new("x")))
        .collect();
    LoadedSecret::Secret(Secret {
        name: "s".to_owned(),
        kind: kind.to_owned(),
        data,
    })
}

#[test]
fn a_secret_is_as_its_class_wants_it() {
    let definition = class_doc();
    let basic = json!({"name": "basic"});
    let rows = [
        (
            json!(null),
            LoadedSecret::None,
            Status::True,
            "SecretOptional",
        ),
        (
            json!({"name": "free"}),
            LoadedSecret::None,
            Status::True,
            "SecretOptional",
        ),
        (
            basic.clone(),
            LoadedSecret::None,
            Status::False,
            "SecretRequired",
        ),
        (
            basic.clone(),
            LoadedSecret::Missing("s".to_owned()),
            Status::False,
            "SecretNotFound",
        ),
        (
            basic.clone(),
            LoadedSecret::Unreadable("s".to_owned()),
            Status::False,
            "SecretUnreadable",
        ),
        (
            basic.clone(),
            held("Opaque", &["username", "password"]),
            Status::False,
            "SecretTypeMismatch",
        ),
        (
            basic.clone(),
            held("kubernetes.io/basic-auth", &["username"]),
            Status::False,
            "SecretKeyMissing",
        ),
        (
            basic,
            held("kubernetes.io/basic-auth", &["username", "password"]),
            Status::True,
            "",
        ),
        (
            json!({"name": "nosuch"}),
            LoadedSecret::None,
            Status::False,
            "AuthTypeNotFound",
        ),
    ];
    for (auth, held, status, reason) in rows {
        let connector = connector(&auth);
        let subject = ProbeTarget {
            connector: &connector,
            namespace: "n",
            definition: &definition,
            budget: &Default::default(),
        };
        let found = secret(subject, &held);
        assert_eq!((found.status, found.reason), (status, reason), "{auth}");
    }
    assert_eq!(
        secret(
            ProbeTarget {
                connector: &connector(&json!({"name": "basic"})),
                namespace: "n",
                definition: &definition,
                budget: &Default::default(),
            },
            &LoadedSecret::Missing("x".to_owned())
        )
        .message,
        "secrets \"x\" not found"
    );
}

#[test]
fn liveness_follows_the_answer() {
    let blocked = ProbeFailure::Unsent(Unsent::Refused(Refusal::Network));
    let rows = [
        (http(None), seen(204), Status::True, ""),
        (http(None), seen(500), Status::False, "ConnectionFailed"),
        (http(None), seen(302), Status::False, "ConnectionFailed"),
        (http(Some("statusCode == 401")), seen(401), Status::True, ""),
        (
            http(Some("statusCode == 401")),
            seen(200),
            Status::False,
            "ConnectionFailed",
        ),
        (
            http(None),
            silent(ProbeFailure::NoSuchHost),
            Status::False,
            "ConnectionFailed",
        ),
        (
            http(None),
            silent(blocked),
            Status::False,
            "ConnectionFailed",
        ),
        (
            Probe::Api("/x".to_owned()),
            silent(ProbeFailure::Unsent(Unsent::NoApi)),
            Status::True,
            "NonLivenessProbe",
        ),
        (Probe::Api("/x".to_owned()), seen(200), Status::True, ""),
        (
            http(None),
            silent(ProbeFailure::Unsent(Unsent::NoAddress)),
            Status::Unknown,
            "NotAsked",
        ),
        (
            http(None),
            silent(ProbeFailure::Unsent(Unsent::Refused(Refusal::Malformed(
                "x",
            )))),
            Status::False,
            "ConnectionFailed",
        ),
        (
            http(None),
            silent(ProbeFailure::Unsent(Unsent::Refused(Refusal::Protocol))),
            Status::Unknown,
            "NotAsked",
        ),
    ];
    for (probe, answer, status, reason) in rows {
        let found = liveness(&probe, &answer, &Budget::default());
        assert_eq!((found.status, found.reason), (status, reason), "{answer:?}");
        assert!(!found.message.contains("hunter2"), "{}", found.message);
    }
    let nowhere = silent(ProbeFailure::NoSuchHost);
    let message = liveness(&http(None), &nowhere, &Budget::default()).message;
    assert_eq!(
        message,
        "Get \"https://git.example.com\": dial tcp: lookup git.example.com: no such host"
    );
}

#[test]
fn a_credential_is_not_blamed_for_silence() {
    let (yes, no) = (
        Condition::yes("X", ""),
        Condition::no("X", "ConnectionFailed", "down"),
    );
    let rows = [
        (Some(seen(200)), &yes, &yes, Status::True, ""),
        (
            Some(seen(401)),
            &yes,
            &yes,
            Status::False,
            "AuthenticationFailed",
        ),
        (
            Some(silent(ProbeFailure::Timeout)),
            &yes,
            &yes,
            Status::Unknown,
            "ConnectionFailed",
        ),
        (
            Some(silent(ProbeFailure::Unsent(Unsent::Header))),
            &yes,
            &yes,
            Status::False,
            "AuthProbeInvalid",
        ),
        (None, &yes, &no, Status::Unknown, "ConnectionFailed"),
        (None, &no, &yes, Status::Unknown, "ConnectionFailed"),
        (
            Some(silent(ProbeFailure::Unsent(Unsent::ForeignHost))),
            &yes,
            &yes,
            Status::Unknown,
            "NotAsked",
        ),
    ];
    for (answer, secret, liveness, status, reason) in rows {
        let budget = Budget::default();
        let found = auth(&http(None), answer.as_ref(), secret, liveness, &budget);
        assert_eq!((found.status, found.reason), (status, reason), "{answer:?}");
    }
    let refused = seen(401);
    assert_eq!(
        auth(&http(None), Some(&refused), &yes, &yes, &Budget::default()).message,
        "Authentication failed: status code 401"
    );
}

#[test]
fn a_missing_class_leaves_the_rest_unknown() {
    let conditions = without_class("git", false);
    let ready = conditions
        .iter()
        .find(|condition| condition.kind == READY)
        .unwrap();
    assert_eq!(
        (ready.status.clone(), ready.reason),
        (Status::False, "ConnectorClassNotFound")
    );
    assert_eq!(
        ready.message,
        "connectorclass.connectors.alauda.io \"git\" not found"
    );
    assert_eq!(
        conditions
            .iter()
            .filter(|condition| condition.status == Status::Unknown)
            .count(),
        5
    );
}

#[test]
fn classes_are_ready_when_their_parts_are_resolved() {
    let parse = |doc: &Value| Definition::parse(doc, "").unwrap();
    let ready = |conditions: Vec<Condition>| {
        conditions
            .into_iter()
            .find(|condition| condition.kind == READY)
            .unwrap()
    };
    assert_eq!(
        ready(class(&parse(&json!({})), None)),
        Condition::yes(READY, "")
    );
    let unresolved = parse(&json!({"proxy": {"uri": "/relative"}}));
    assert_eq!(
        ready(class(&unresolved, None)).reason,
        "ProxyServiceNotFound"
    );
    let api = parse(&json!({"api": {"uri": "https://api.example.com"}}));
    assert_eq!(
        ready(class(&api, Some(&seen(500)))).status,
        Status::True,
        "it answers, and that will do"
    );
    assert_eq!(
        ready(class(&api, Some(&silent(ProbeFailure::Refused)))).reason,
        "ConnectionFailed"
    );
}

#[test]
fn a_connector_is_not_ready_when_its_class_is_not() {
    let not = json!([{"type": "Ready", "status": "False", "reason": "ConnectionFailed"}]);
    for (conditions, status) in [(json!([]), Status::True), (not, Status::False)] {
        let doc = json!({"status": {"conditions": conditions}});
        let definition = Definition::parse(&doc, "").unwrap();
        let found = connector_conditions(&definition, |kind| Condition::yes(kind, ""));
        assert_eq!(ready(&found).status, status);
    }
}

#[test]
fn certificates_are_told_of_only() {
    let pem = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    let of = |text: &str| {
        LoadedSecret::Secret(Secret {
            name: "ca".to_owned(),
            kind: String::new(),
            data: vec![("ca.crt".to_owned(), Clear::new(text))],
        })
    };
    let rows = [
        (LoadedSecret::None, Status::True, "NoCACert"),
        (
            LoadedSecret::Missing("ca".to_owned()),
            Status::False,
            "SecretNotFound",
        ),
        (of(pem), Status::True, "Valid"),
        (
            of("-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----"),
            Status::False,
            "InvalidPEM",
        ),
        (of("x"), Status::False, "InvalidPEM"),
    ];
    for (held, status, reason) in rows {
        let found = ca_cert(&held);
        assert_eq!(
            (found.status.clone(), found.reason, found.is_info),
            (status, reason, true)
        );
        assert_eq!(ready(&[found]), Condition::yes(READY, ""));
    }
}

#[test]
fn of_several_probes_the_worst_counts() {
    let yes = |reason| Condition::yes(LIVENESS, reason);
    let (no, unknown) = (
        Condition::no(LIVENESS, "ConnectionFailed", "x"),
        Condition::unknown(LIVENESS, "ConnectionFailed", "y"),
    );
    assert_eq!(all(vec![yes(""), no.clone(), unknown.clone()]), Some(no));
    assert_eq!(all(vec![yes(""), unknown.clone()]), Some(unknown));
    assert_eq!(all(vec![yes("NonLivenessProbe"), yes("")]), Some(yes("")));
    assert_eq!(all(Vec::new()), None);
}

#[test]
fn what_is_observed_is_what_was_unknown_at_first() {
    let kinds = |conditions: Vec<Condition>| {
        let mut kinds: Vec<&str> = conditions.iter().map(|condition| condition.kind).collect();
        kinds.sort_unstable();
        kinds
    };
    let definition = class_doc();
    let unknown = |kind| Condition::unknown(kind, "", "");
    let of_connector = connector_conditions(&definition, unknown);
    assert_eq!(kinds(of_connector), hub::probing::CONNECTOR_CONDITIONS);
}

fn connector_conditions(
    definition: &Definition,
    of: impl Fn(&'static str) -> Condition,
) -> Vec<Condition> {
    super::connector(
        definition,
        of(SECRET),
        of(ca_cert::CA_CERT).info(),
        of(LIVENESS),
        of(AUTH),
    )
}
