//! SelfSubjectAccessReview and SelfSubjectRulesReview.

use hub::error::{Error, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::rules::{Attributes, Caller};
use crate::request::document_of;
use crate::resource::{ALL, CONNECTOR};
use api::request::Request;

const ACCESS: &str = "SelfSubjectAccessReview";
const RULES: &str = "SelfSubjectRulesReview";

/// A review, with its answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Review {
    kind: &'static str,
    api_version: &'static str,
    metadata: NoMetadata,
    spec: Value,
    status: Verdict,
}

#[derive(Serialize)]
struct NoMetadata {
    #[serde(rename = "creationTimestamp")]
    creation_timestamp: Option<String>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Verdict {
    Access(Access),
    Rules(Rules),
}

#[derive(Serialize)]
struct Access {
    allowed: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    reason: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rules {
    resource_rules: Vec<ResourceRule>,
    non_resource_rules: Vec<NonResourceRule>,
    incomplete: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceRule {
    verbs: Vec<&'static str>,
    api_groups: [&'static str; 1],
    resources: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NonResourceRule {
    verbs: [&'static str; 1],
    #[serde(rename = "nonResourceURLs")]
    urls: [&'static str; 1],
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct AccessSpec {
    resource_attributes: Option<ResourceAttributes>,
    non_resource_attributes: Option<NonResourceAttributes>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ResourceAttributes {
    namespace: String,
    verb: String,
    group: String,
    resource: String,
    subresource: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct NonResourceAttributes {
    verb: String,
}

/// Whether the caller may do one thing.
pub(super) fn access(request: &Request, caller: &Caller<'_>) -> Result<Review> {
    let spec = spec(request, ACCESS)?;
    let asked: AccessSpec = serde_json::from_value(spec.clone())
        .map_err(|error| malformed(ACCESS, &error.to_string()))?;
    let allowed = match (asked.resource_attributes, asked.non_resource_attributes) {
        (Some(asked), None) => caller.may(&Attributes {
            verb: &asked.verb,
            group: &asked.group,
            resource: &asked.resource,
            subresource: &asked.subresource,
            namespace: &asked.namespace,
        }),
        (None, Some(asked)) => caller.may_ask(&asked.verb),
        _ => {
            let problem =
                "exactly one of nonResourceAttributes or resourceAttributes must be specified";
            return Err(malformed(ACCESS, problem));
        }
    };
    let reason = if allowed {
        ""
    } else {
        "the permissions of the key do not allow it"
    };
    Ok(review(
        ACCESS,
        spec,
        Verdict::Access(Access { allowed, reason }),
    ))
}

/// All that the caller may do in a namespace.
pub(super) fn rules(request: &Request, caller: &Caller<'_>) -> Result<Review> {
    let spec = spec(request, RULES)?;
    let namespace = spec.get("namespace").unwrap_or(&Value::Null);
    let Some(namespace) = namespace.as_str().filter(|namespace| !namespace.is_empty()) else {
        return Err(malformed(RULES, "spec.namespace is required"));
    };
    let is_there = caller.scope.is_none_or(|own| own == namespace);
    let mut resource_rules = Vec::new();
    for resource in ALL {
        let verbs = caller.verbs(resource, namespace);
        if verbs.is_empty() || resource.namespaced && !is_there {
            continue;
        }
        let status = resource
            .has_status
            .then(|| format!("{}/status", resource.plural));
        resource_rules.push(ResourceRule {
            verbs,
            api_groups: [resource.group],
            resources: std::iter::once(resource.plural.to_owned())
                .chain(status)
                .collect(),
        });
    }
    if caller.may_probe() && is_there {
        resource_rules.push(ResourceRule {
            verbs: vec!["create"],
            api_groups: [CONNECTOR.group],
            resources: vec![format!("{}/probe", CONNECTOR.plural)],
        });
    }
    let reads = caller.may_ask("get");
    let rule = NonResourceRule {
        verbs: ["get"],
        urls: ["*"],
    };
    let rules = Rules {
        resource_rules,
        non_resource_rules: Vec::from_iter(reads.then_some(rule)),
        incomplete: false,
    };
    Ok(review(RULES, spec, Verdict::Rules(rules)))
}

fn spec(request: &Request, kind: &'static str) -> Result<Value> {
    let document = document_of(request, kind)?;
    match document.get("spec") {
        Some(spec) if spec.is_object() => Ok(spec.clone()),
        _ => Err(malformed(kind, "spec must be an object")),
    }
}

const fn review(kind: &'static str, spec: Value, status: Verdict) -> Review {
    Review {
        kind,
        api_version: "authorization.k8s.io/v1",
        metadata: NoMetadata {
            creation_timestamp: None,
        },
        spec,
        status,
    }
}

fn malformed(kind: &str, problem: &str) -> Error {
    Error::Malformed(format!(
        "{kind} in version \"v1\" cannot be handled as a {kind}: {problem}"
    ))
}
