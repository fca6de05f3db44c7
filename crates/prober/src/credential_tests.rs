//! What connectors authenticate with, in every class of the catalogue that has a probe for it.

use std::rc::Rc;

use hub::class::Class;
use hub::object::{Kind, Object};
use hub::plan::{Change, Uniqueness};
use hub::secret::Clear;
use hub::time::Timestamp;
use serde_json::json;

use super::*;
use crate::budget::Budget;
use crate::condition::{Condition, Status};
use crate::definition::{CREDENTIALS, Definition, Probe};
use crate::exchange::{Exchange, Request};
use crate::expression::Seen;
use crate::observation::{self, Answer, ProbeFailure};

fn connector(doc: Value) -> Object {
    let at = Timestamp::from_millis(0);
    Change::create(Kind::Connector, 1, "c", doc, Uniqueness::None, at)
        .unwrap()
        .object
}

fn subject<'a>(
    connector: &'a Object,
    definition: &'a Definition,
    budget: &'a Rc<Budget>,
) -> ProbeTarget<'a> {
    ProbeTarget {
        connector,
        namespace: "n",
        definition,
        budget,
    }
}

fn secret_of(entries: &[(&str, &str)]) -> LoadedSecret {
    let data = entries.iter();
    LoadedSecret::Secret(Secret {
        name: "owned".to_owned(),
        kind: String::new(),
        data: data
            .map(|(name, value)| ((*name).to_owned(), Clear::new(*value)))
            .collect(),
    })
}

fn held(subject: ProbeTarget<'_>, owned: &LoadedSecret) -> LoadedSecret {
    match Credential::of(subject) {
        Credential::Made(made) => made.secret(owned, &[("s", secret_of(&[("k", "right")]))]),
        Credential::Unmapped => LoadedSecret::Unmapped,
        _ => LoadedSecret::None,
    }
}

/// The conditions `SecretReady` and `AuthReady` of a connector whose tool takes what is right.
fn observed(
    subject: ProbeTarget<'_>,
    owned: &LoadedSecret,
    answers: impl Fn(&Request) -> u16,
) -> (Condition, Condition) {
    let held = held(subject, owned);
    let secret = observation::secret(subject, &held);
    let Some(probe) = subject.definition.auth_probe(subject.auth_name()) else {
        let auth = observation::auth_unasked(subject, &held, &secret);
        return (secret, auth);
    };
    let probe = probe.probes.first().unwrap();
    let exchange = match Exchange::new(probe, subject, held.secret()) {
        Ok(exchange) => exchange,
        Err(why) => {
            let answer = Answer::Failure(String::new(), ProbeFailure::Unsent(why));
            let alive = Condition::yes("LivenessReady", "");
            let auth = observation::auth(probe, Some(&answer), &secret, &alive, subject.budget);
            return (secret, auth);
        }
    };
    let seen = Seen {
        status: answers(exchange.request(&[]).unwrap()),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        // What tools say that answer 200 to whatever comes.
        text: json!({"ok": true, "authenticated": true, "valid": true}).to_string(),
    };
    let alive = Condition::yes("LivenessReady", "");
    let auth = observation::auth(
        probe,
        Some(&Answer::Response(seen)),
        &secret,
        &alive,
        subject.budget,
    );
    (secret, auth)
}

/// Whether a header of a request carries these values, plainly or as Basic authentication does.
fn carries(request: &Request, values: &[&str]) -> bool {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let mut headers = request.headers.iter().map(|(_, value)| value.expose());
    headers.any(|value| {
        let basic = value.strip_prefix("Basic ");
        let plain = basic.map(|encoded| STANDARD.decode(encoded).unwrap());
        let text = plain.map_or(value.to_owned(), |bytes| String::from_utf8(bytes).unwrap());
        values.iter().all(|one| text.contains(one))
    })
}

/// A connector of a class that has the entries of a type in its parameters: the last of them, which
/// is the secret, in the secret that it owns.
fn of_parameters(class: &Class, auth_type: &AuthType) -> Object {
    let mut params = Vec::new();
    if let Some((name, value)) = &auth_type.when {
        params.push(json!({"name": name, "value": value}));
    }
    for (entry, parameter) in &auth_type.credentials {
        let value = match entry.as_str() {
            "username" => json!("svc"),
            _ => json!({"$secret": "e"}),
        };
        params.push(json!({"name": parameter, "value": value}));
    }
    let mut doc = json!({"class": class.name, "params": params});
    if class.doc.pointer("/address/default").is_none() {
        doc["address"] = json!("https://tool.example.com");
    }
    connector(doc)
}

#[test]
fn a_credential_is_tried_in_every_class_that_has_a_probe() {
    let mut tried = 0;
    for class in Class::catalogue() {
        let definition = Definition::parse(&class.doc, "").unwrap();
        let types = definition.auth_types.iter();
        for auth_type in types.filter(|one| definition.auth_probe(&one.name).is_some()) {
            if auth_type.credentials.is_empty() || class.name == "github" {
                // That of GitHub is asked elsewhere than at the connector's own host.
                continue;
            }
            tried += 1;
            let connector = of_parameters(class, auth_type);
            let budget = Rc::default();
            let subject = subject(&connector, &definition, &budget);
            let name = (&class.name, &auth_type.name);
            assert_eq!(subject.auth_name(), auth_type.name, "{name:?}");
            let tool = |request: &Request| {
                let right: &[&str] = match auth_type.parameter("username") {
                    Some(_) => &["svc", "right"],
                    None => &["right"],
                };
                if carries(request, right) { 200 } else { 401 }
            };
            let (secret, auth) = observed(subject, &secret_of(&[("e", "right")]), tool);
            assert_eq!(secret.status, Status::True, "{name:?} {secret:?}");
            assert_eq!(auth.status, Status::True, "{name:?} {auth:?}");
            let (secret, auth) = observed(subject, &secret_of(&[("e", "wrong")]), tool);
            assert_eq!(secret.status, Status::True, "{name:?}");
            let found = (auth.status, auth.reason);
            assert_eq!(found, (Status::False, "AuthenticationFailed"), "{name:?}");
            // Without a value of its own the secret is still to be set.
            let mut doc = connector.doc.clone();
            for row in doc["params"].as_array_mut().unwrap() {
                if row["value"].is_object() {
                    row["value"] = json!({"$secret": null});
                }
            }
            let (secret, auth) = observed(
                self::subject(&self::connector(doc), &definition, &Rc::default()),
                &LoadedSecret::None,
                tool,
            );
            assert_eq!(secret.reason, "SecretMissing", "{name:?} {secret:?}");
            let parameter = &auth_type.credentials.last().unwrap().1;
            let place = format!("params[name={parameter}]");
            assert!(secret.message.contains(&place), "{name:?} {secret:?}");
            assert_eq!(auth.status, Status::Unknown, "{name:?}");
        }
    }
    assert!(tried >= 15, "{tried}");
}

#[test]
fn a_class_that_needs_a_secret_is_not_content_without() {
    for class in Class::catalogue() {
        let definition = Definition::parse(&class.doc, "").unwrap();
        let types = &definition.auth_types;
        let connector =
            connector(json!({"class": class.name, "address": "https://tool.example.com"}));
        let (secret, auth) = observed(
            subject(&connector, &definition, &Rc::default()),
            &LoadedSecret::None,
            |_| 200,
        );
        let is_required = !types.is_empty() && !types.iter().any(|one| one.is_optional);
        let expected = if is_required {
            Status::False
        } else {
            Status::True
        };
        let is_missing = secret.reason == "SecretMissing";
        assert!(
            secret.status == expected || is_missing,
            "{} {secret:?}",
            class.name
        );
        let followed = if secret.status == Status::True {
            Status::True
        } else {
            Status::Unknown
        };
        assert_eq!(auth.status, followed, "{}", class.name);
    }
}

fn pair() -> Value {
    let header = json!({"name": "Authorization", "value": "Bearer {{ .Secret.StringData.token }}"});
    let probe = json!({"http": {"path": "/", "httpHeaders": [header]}});
    json!({
        "params": [{"name": "token", "type": "string"}, {"name": "key", "type": "string"}],
        "auth": {"types": [{"name": "t", "secretType": "connectors.cpaas.io/bearer-token"}]},
        "authProbes": [{"authName": "t", "probe": probe}],
    })
}

#[test]
fn a_class_says_by_names_or_by_an_annotation_what_entries_are() {
    let mut annotated = pair();
    annotated["extensions"]["kubernetes"]["metadata"]["annotations"] =
        json!({CREDENTIALS: "{\"t\": {\"token\": \"key\"}}"});
    let tool = |request: &Request| {
        if carries(request, &["right"]) {
            200
        } else {
            401
        }
    };
    for (class, parameter) in [(pair(), "token"), (annotated.clone(), "key")] {
        let definition = Definition::parse(&class, "").unwrap();
        for value in [
            json!("right"),
            json!({"secretRef": {"name": "s", "key": "k"}}),
        ] {
            let row = json!({"name": parameter, "value": value});
            let doc = json!({"address": "https://tool.example.com", "params": [row]});
            let connector = connector(doc);
            let (secret, auth) = observed(
                subject(&connector, &definition, &Rc::default()),
                &LoadedSecret::None,
                tool,
            );
            assert_eq!(secret.status, Status::True, "{parameter} {secret:?}");
            assert_eq!(auth.status, Status::True, "{parameter} {auth:?}");
        }
    }
    annotated["extensions"]["kubernetes"]["metadata"]["annotations"][CREDENTIALS] = json!("[");
    assert!(Definition::parse(&annotated, "").is_err());
    let wrong = json!({"auth": {"types": [{"name": "t", "credentials": {"token": 1}}]}});
    assert!(Definition::parse(&wrong, "").is_err());
}

#[test]
fn what_cannot_be_asked_is_not_known() {
    let mut class = pair();
    class["authProbes"] = json!([]);
    let definition = Definition::parse(&class, "").unwrap();
    let row = json!({"name": "token", "value": "x"});
    let connector = connector(json!({"address": "jdbc:x://db.example.com", "params": [row]}));
    let budget = Rc::default();
    let subject = subject(&connector, &definition, &budget);
    let (_, auth) = observed(subject, &LoadedSecret::None, |_| 200);
    assert_eq!((auth.status, auth.reason), (Status::True, "NonAuthProbe"));
    let alive = observation::liveness_unasked(subject);
    assert_eq!((alive.status, alive.reason), (Status::Unknown, "NotAsked"));
    let unmapped = json!({"auth": {"types": [{"name": "t"}]}});
    let definition = Definition::parse(&unmapped, "").unwrap();
    let row = json!({"name": "clientSecret", "value": {"$secret": "e"}});
    let connector = self::connector(json!({"params": [row]}));
    let (secret, auth) = observed(
        self::subject(&connector, &definition, &Rc::default()),
        &LoadedSecret::None,
        |_| 200,
    );
    assert_eq!(
        (secret.status, secret.reason),
        (Status::Unknown, "CredentialNotMapped")
    );
    assert_eq!(auth.status, Status::Unknown);
}

#[test]
fn what_is_still_to_be_set_is_named_by_its_row() {
    let definition = Definition::parse(&json!({}), "").unwrap();
    let unset = json!({"$secret": null});
    let connector = connector(json!({
        "params": [{"name": "password", "value": unset}, {"name": "deep", "value": {"a": [unset]}}],
        "applications": [{"appType": "AUDIT", "deployConfigs": [{"name": "KEY", "value": unset}]}],
    }));
    assert_eq!(
        still_to_be_set(subject(&connector, &definition, &Rc::default())),
        [
            "params[name=password]",
            "params[name=deep].a[0]",
            "applications[appType=AUDIT].deployConfigs[name=KEY]",
        ]
    );
}

#[test]
fn a_secret_stays_out_of_templates_of_parameters() {
    let definition = Definition::parse(
        &json!({"livenessProbe": {"http": {"path": "/{{ range .Connector.Spec.Params }}{{ .Name }}{{ end }}"}}}),
        "",
    )
    .unwrap();
    let params =
        json!([{"name": "a", "value": "1"}, {"name": "password", "value": {"$secret": "e"}}]);
    let connector = connector(json!({"address": "https://tool.example.com", "params": params}));
    let probe: &Probe = definition.liveness.first().unwrap();
    let exchange = Exchange::new(
        probe,
        subject(&connector, &definition, &Rc::default()),
        None,
    )
    .unwrap();
    assert_eq!(exchange.request(&[]).unwrap().url.target, "/a");
}

#[test]
fn the_address_is_found_where_it_was_stored_before() {
    let class = Class::in_catalogue("http").unwrap();
    let definition = Definition::parse(&class.doc, "").unwrap();
    let row = json!({"name": "baseUrl", "value": "https://old.example.com"});
    let connector = connector(json!({"applications": [{"appType": "X", "appConfigs": [row]}]}));
    assert_eq!(
        subject(&connector, &definition, &Rc::default()).address(),
        "https://old.example.com"
    );
}
