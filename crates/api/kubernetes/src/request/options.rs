//! The parameters of writes: in the query, and of a delete in the body too (meta.k8s.io/v1,
//! CreateOptions and others).

use hub::error::{Error, Result};
use hub::fields::FieldErrors;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{body, query};
use crate::fault::{forbidden, invalid, required, too_long, unsupported};
use api::request::Request;

/// What to do about fields that are unknown or there twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FieldValidation {
    /// Drop them.
    Ignore,
    /// Drop them and say so in `Warning` headers.
    #[default]
    Warn,
    /// Refuse the request.
    Strict,
}

/// The parameters of a create, an update or a patch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WriteOptions {
    /// Whether nothing is to be stored.
    pub dry_run: bool,
    /// What to do about fields that are unknown or there twice.
    pub field_validation: FieldValidation,
    /// Who writes.
    pub manager: String,
    /// Whether an apply takes fields from others.
    pub force: bool,
}

/// The longest name of a field manager, in characters.
const MANAGER_MAX: usize = 128;
/// The media type of an apply.
pub(super) const APPLY: &str = "application/apply-patch+yaml";

impl WriteOptions {
    /// Those of a query.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every parameter that is wrong.
    pub(crate) fn of(request: &Request) -> Result<Self> {
        let mut faults = FieldErrors::default();
        let dry_run = dry_run(query::all(request, "dryRun"), &mut faults);
        let field_validation = match request.query("fieldValidation") {
            None | Some("" | "Warn") => FieldValidation::Warn,
            Some("Ignore") => FieldValidation::Ignore,
            Some("Strict") => FieldValidation::Strict,
            Some(other) => {
                let allowed = ["", "Ignore", "Strict", "Warn"];
                faults.push(unsupported("fieldValidation", other, &allowed));
                FieldValidation::Warn
            }
        };
        let is_apply = request.method == http::Method::PATCH && request.media_type() == APPLY;
        let force = query::flag(request, "force");
        if request.method == http::Method::PATCH && !is_apply && force.is_some() {
            faults.push(forbidden(
                "force",
                "may not be specified for non-apply patch",
            ));
        }
        let manager = manager(request, is_apply, &mut faults);
        faults.finish(Self {
            dry_run,
            field_validation,
            manager,
            force: force.unwrap_or_default(),
        })
    }
}

/// The query's, or else what the client calls itself, up to its version. Who applies must say it.
fn manager(request: &Request, is_apply: bool, faults: &mut FieldErrors) -> String {
    const FIELD: &str = "fieldManager";
    let named = request.query(FIELD).unwrap_or_default();
    if named.is_empty() {
        if is_apply {
            faults.push(required(FIELD, "is required for apply patch"));
        }
        return agent(request);
    }
    if named.chars().count() > MANAGER_MAX {
        faults.push(too_long(FIELD, MANAGER_MAX));
    }
    if named.chars().any(char::is_control) {
        faults.push(invalid(
            FIELD,
            named,
            "should only contain printable characters",
        ));
    }
    named.to_owned()
}

fn agent(request: &Request) -> String {
    let agent = request.header("user-agent").unwrap_or_default();
    let agent = agent.split('/').next().unwrap_or_default();
    let agent: String = agent
        .chars()
        .filter(|char| !char.is_control())
        .take(MANAGER_MAX)
        .collect();
    if agent.is_empty() {
        "unknown".to_owned()
    } else {
        agent
    }
}

fn dry_run<'a>(values: impl Iterator<Item = &'a str>, faults: &mut FieldErrors) -> bool {
    let mut dry_run = false;
    for value in values {
        dry_run = true;
        if value != "All" {
            faults.push(unsupported("dryRun", value, &["All"]));
        }
    }
    dry_run
}

/// The parameters of a delete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DeleteOptions {
    /// Whether nothing is to be stored.
    pub dry_run: bool,
    /// The uid that the object must have.
    pub uid: Option<String>,
    /// The resource version that the object must have.
    pub resource_version: Option<String>,
}

/// DeleteOptions as they are sent. A member that is unknown is ignored, one of a wrong type is
/// refused.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct DeleteBody {
    kind: Option<String>,
    api_version: Option<String>,
    dry_run: Option<Vec<String>>,
    grace_period_seconds: Option<i64>,
    orphan_dependents: Option<bool>,
    propagation_policy: Option<String>,
    preconditions: Option<Map<String, Value>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Preconditions {
    uid: Option<String>,
    resource_version: Option<String>,
}

impl DeleteOptions {
    /// Those of a request, from its query and its body. Each asks for a dry run by itself, so that
    /// none deletes what was not meant to be deleted.
    ///
    /// # Errors
    /// [`Error::Malformed`] when the body is no DeleteOptions, [`Error::UnsupportedMediaType`] when
    /// it is of another media type; [`Error::Invalid`] with every parameter that is wrong.
    pub(crate) fn of(request: &Request) -> Result<Self> {
        let (body, preconditions) = DeleteBody::of(request)?;
        let grace: Option<i64> = query::number(request, "gracePeriodSeconds")?;
        let mut faults = FieldErrors::default();
        if body
            .grace_period_seconds
            .or(grace)
            .is_some_and(|seconds| seconds < 0)
        {
            let message = "must be greater than or equal to 0";
            faults.push(invalid("gracePeriodSeconds", "", message));
        }
        let listed = body.dry_run.iter().flatten().map(String::as_str);
        let dry_run = dry_run(query::all(request, "dryRun").chain(listed), &mut faults);
        let of_query = request.query("propagationPolicy");
        let policies = [body.propagation_policy.as_deref(), of_query];
        for policy in policies.into_iter().flatten() {
            if !["Foreground", "Background", "Orphan"].contains(&policy) {
                let allowed = ["Foreground", "Background", "Orphan", "nil"];
                faults.push(unsupported("propagationPolicy", policy, &allowed));
            }
        }
        let orphans = body
            .orphan_dependents
            .or_else(|| query::flag(request, "orphanDependents"));
        if orphans.is_some() && policies.into_iter().flatten().next().is_some() {
            let message = "orphanDependents and deletionPropagation cannot be both set";
            faults.push(invalid("propagationPolicy", "", message));
        }
        faults.finish(Self {
            dry_run,
            uid: preconditions.uid,
            resource_version: preconditions.resource_version,
        })
    }
}

impl DeleteBody {
    fn of(request: &Request) -> Result<(Self, Preconditions)> {
        if request.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Default::default());
        }
        let document = match request.media_type().as_str() {
            "" | "application/json" => body::json(&request.body)?,
            "application/yaml" => body::yaml(&request.body)?,
            _ => {
                return Err(Error::UnsupportedMediaType {
                    supported: vec!["application/json", "application/yaml"],
                });
            }
        };
        if !document.value.is_object() {
            return Err(malformed("the body must be an object"));
        }
        let body: Self = typed(document.value)?;
        let kind = body.kind.as_deref().unwrap_or_default();
        if !["", "DeleteOptions"].contains(&kind) {
            return Err(malformed(&format!("it is of the kind {kind:?}")));
        }
        let version = body.api_version.as_deref().unwrap_or_default();
        let versions = ["", "v1", "meta.k8s.io/v1", "connectors.alauda.io/v1alpha1"];
        if !versions.contains(&version) {
            return Err(malformed(&format!("it is of the version {version:?}")));
        }
        // An object only: a list would do for a struct as well.
        let preconditions = body.preconditions.clone().unwrap_or_default();
        Ok((body, typed(Value::Object(preconditions))?))
    }
}

fn typed<T: DeserializeOwned>(value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| malformed(&error.to_string()))
}

fn malformed(problem: &str) -> Error {
    Error::Malformed(format!(
        "DeleteOptions in version \"v1\" cannot be handled as a DeleteOptions: {problem}"
    ))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};
    use serde_json::json;

    use super::*;

    fn delete(query: &str, body: &Value) -> Result<DeleteOptions> {
        DeleteOptions::of(&Request {
            method: http::Method::DELETE,
            query: api::form::parse(query),
            body: body.to_string().into(),
            ..Request::default()
        })
    }

    #[test]
    fn a_delete_reads_all_that_it_is_sent() {
        let body = json!({"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": "Background", "unknown": 1,
                          "preconditions": {"uid": "", "resourceVersion": "5"}, "dryRun": ["All"], "gracePeriodSeconds": 0});
        let read = delete("", &body).unwrap();
        let expected = DeleteOptions {
            dry_run: true,
            uid: Some(String::new()),
            resource_version: Some("5".to_owned()),
        };
        assert_eq!(read, expected);
        assert!(delete("dryRun=All", &json!({})).unwrap().dry_run);
    }

    #[test]
    fn a_wrong_type_is_no_absence() {
        let bodies = [
            json!({"dryRun": "All"}),
            json!({"dryRun": true}),
            json!({"dryRun": [5]}),
            json!({"preconditions": {"uid": 5}}),
            json!({"preconditions": []}),
            json!({"propagationPolicy": 5}),
            json!({"gracePeriodSeconds": "x"}),
            json!({"orphanDependents": "x"}),
            json!({"kind": "Connector"}),
            json!({"kind": 5}),
            json!({"apiVersion": "apps/v1"}),
            json!([]),
            json!("x"),
        ];
        for body in bodies {
            assert!(
                matches!(delete("", &body), Err(Error::Malformed(_))),
                "{body}"
            );
        }
        for query in ["gracePeriodSeconds=x", "gracePeriodSeconds=-1"] {
            assert!(
                matches!(delete(query, &json!({})), Err(Error::Malformed(_))),
                "{query}"
            );
        }
        for query in [
            "dryRun=",
            "dryRun=Some",
            "propagationPolicy=Later",
            "propagationPolicy=",
        ] {
            assert!(
                matches!(delete(query, &json!({})), Err(Error::Invalid(_))),
                "{query}"
            );
        }
        let text = Request {
            headers: HeaderMap::from_iter([(
                http::header::CONTENT_TYPE,
                HeaderValue::from_static("text/plain"),
            )]),
            body: "{}".into(),
            ..Request::default()
        };
        assert!(matches!(
            DeleteOptions::of(&text),
            Err(Error::UnsupportedMediaType { .. })
        ));
    }
}
