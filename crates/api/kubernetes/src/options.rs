//! The parameters of writes: in the query, and of a delete in the body too (meta.k8s.io/v1, CreateOptions and others).

use hub::error::{Error, Result};
use hub::fields::FieldErrors;
use serde_json::Value;

use super::schema::unsupported;
use api::request::Request;

/// What to do about fields that are unknown or there twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldValidation {
    /// Drop them.
    Ignore,
    /// Drop them and say so in `Warning` headers.
    #[default]
    Warn,
    /// Refuse the request.
    Strict,
}

/// The parameters of a write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
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

/// The parameters of a write's query.
///
/// # Errors
/// [`Error::Invalid`] with every parameter that is wrong.
pub fn of_query(request: &Request) -> Result<Options> {
    let mut faults = FieldErrors::default();
    let dry_run = dry_run(
        request
            .query
            .iter()
            .filter(|(name, _)| name == "dryRun")
            .map(|(_, value)| value.as_str()),
        &mut faults,
    );
    let field_validation = match request.query("fieldValidation") {
        None | Some("" | "Warn") => FieldValidation::Warn,
        Some("Ignore") => FieldValidation::Ignore,
        Some("Strict") => FieldValidation::Strict,
        Some(other) => {
            faults.push(unsupported(
                "fieldValidation",
                other,
                &["", "Ignore", "Strict", "Warn"],
            ));
            FieldValidation::Warn
        }
    };
    let manager = manager(request);
    if manager.chars().count() > MANAGER_MAX {
        faults.push(hub::error::FieldError::new(
            "fieldManager",
            hub::error::FieldCode::TooLong,
            format!("Too long: may not be more than {MANAGER_MAX} bytes"),
        ));
    }
    faults.finish(Options {
        dry_run,
        field_validation,
        manager,
        force: matches!(request.query("force"), Some("true" | "1")),
    })
}

/// The query's, or else what the client calls itself, up to its version.
fn manager(request: &Request) -> String {
    let named = request.query("fieldManager").unwrap_or_default();
    if !named.is_empty() {
        return named.to_owned();
    }
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
        match value {
            "" => {}
            "All" => dry_run = true,
            other => faults.push(unsupported("dryRun", other, &["All"])),
        }
    }
    dry_run
}

/// The parameters of a delete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeleteOptions {
    /// Whether nothing is to be stored.
    pub dry_run: bool,
    /// The uid that the object must have.
    pub uid: Option<String>,
    /// The resource version that the object must have.
    pub resource_version: Option<String>,
}

/// The parameters of a delete, from its query and its body.
///
/// # Errors
/// [`Error::Malformed`] when the body is no DeleteOptions; [`Error::Invalid`] with every parameter that is wrong.
pub fn of_delete(request: &Request) -> Result<DeleteOptions> {
    let body = if request.body.iter().all(u8::is_ascii_whitespace) {
        Value::Null
    } else {
        super::body::yaml(&request.body)?.value
    };
    if !(body.is_object() || body.is_null()) {
        return Err(Error::Malformed(
            "the body must be DeleteOptions".to_owned(),
        ));
    }
    let mut faults = FieldErrors::default();
    let of_query = request
        .query
        .iter()
        .filter(|(name, _)| name == "dryRun")
        .map(|(_, value)| value.as_str());
    let of_body = body
        .get("dryRun")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|value| value.as_str().unwrap_or("null"));
    let dry_run = dry_run(of_query.chain(of_body), &mut faults);
    let policy = request
        .query("propagationPolicy")
        .or_else(|| body.get("propagationPolicy").and_then(Value::as_str));
    if let Some(policy) = policy
        && !["", "Foreground", "Background", "Orphan"].contains(&policy)
    {
        let allowed = ["Foreground", "Background", "Orphan", "nil"];
        faults.push(unsupported("propagationPolicy", policy, &allowed));
    }
    let precondition = |name: &str| {
        body.pointer("/preconditions")?
            .get(name)?
            .as_str()
            .map(str::to_owned)
    };
    faults.finish(DeleteOptions {
        dry_run,
        uid: precondition("uid"),
        resource_version: precondition("resourceVersion"),
    })
}
