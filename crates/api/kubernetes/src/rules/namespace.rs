//! What a namespace may be called: a DNS-1123 label (Kubernetes, "Object Names and IDs").

use hub::error::FieldError;

use crate::fault::{invalid, required};

/// The longest name, in characters.
const LONGEST: usize = 63;
const RULE: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an \
     alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/// What is wrong with a name.
pub(crate) fn check(name: &str) -> Vec<FieldError> {
    const FIELD: &str = "metadata.name";
    if name.is_empty() {
        return vec![required(FIELD, "name or generateName is required")];
    }
    let mut faults = Vec::new();
    if name.len() > LONGEST {
        let rule = format!("must be no more than {LONGEST} characters");
        faults.push(invalid(FIELD, name, &rule));
    }
    if name.contains('.') || !hub::text::is_dns_name(name) {
        faults.push(invalid(FIELD, name, RULE));
    }
    faults
}
