//! What of probing is ours: how often, and where a secret may go.

use hub::error::{FieldCode, FieldError};
use hub::fields::{FieldErrors, Fields};

use super::annotation;
use crate::schedule;

/// The annotation for `probing.intervalSeconds`.
pub const INTERVAL: &str = "patchbay.dev/probe-interval-seconds";
/// The annotation for `probing.secretHosts`, separated by commas.
pub const SECRET_HOSTS: &str = "patchbay.dev/secret-hosts";

pub(super) fn interval(
    class: &Fields<'_>,
    probing: Option<&Fields<'_>>,
    faults: &mut FieldErrors,
) -> i64 {
    let given = probing.and_then(|probing| {
        Some((
            probing.path("intervalSeconds"),
            probing.get("intervalSeconds")?.as_i64(),
        ))
    });
    let annotated = annotation(class, INTERVAL).map(|text| {
        (
            format!("metadata.annotations[{INTERVAL}]"),
            text.parse().ok(),
        )
    });
    let Some((path, seconds)) = given.or(annotated) else {
        return schedule::INTERVAL_DEFAULT;
    };
    let allowed = schedule::INTERVAL_MIN..=schedule::INTERVAL_MAX;
    seconds
        .filter(|seconds| allowed.contains(seconds))
        .unwrap_or_else(|| {
            let message = format!(
                "must be a whole number of seconds from {} to {}",
                allowed.start(),
                allowed.end()
            );
            faults.push(FieldError::new(path, FieldCode::Invalid, message));
            schedule::INTERVAL_DEFAULT
        })
}

pub(super) fn secret_hosts(
    class: &Fields<'_>,
    probing: Option<&Fields<'_>>,
    faults: &mut FieldErrors,
) -> Vec<String> {
    let mut hosts: Vec<String> = annotation(class, SECRET_HOSTS)
        .into_iter()
        .flat_map(|list| list.split(','))
        .map(|host| host.trim().to_ascii_lowercase())
        .filter(|host| !host.is_empty())
        .collect();
    let listed = probing.and_then(|probing| probing.optional_array("secretHosts", faults));
    for (path, item) in listed.unwrap_or_default() {
        match item.as_str() {
            Some(host) => hosts.push(host.to_ascii_lowercase()),
            None => faults.wrong_type(&path, "a string"),
        }
    }
    hosts
}
