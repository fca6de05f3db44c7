//! Secrets in a namespace that keeps them elsewhere: what is refused is named as it was sent.

use hub::connector::parameters::list;
use hub::connector::settle;
use hub::error::{Error, FieldError, Result};
use hub::scope::SecretStore;
use hub::secret::Raw;
use serde_json::Value;

use crate::object::params::{OfClass, hub_name};

/// Checks that a connector that was read has no secret where its namespace wants references.
///
/// # Errors
/// [`Error::Invalid`] with every field that holds one.
pub(super) fn check(
    doc: &Raw,
    document: &Value,
    stored: Option<&Value>,
    class: OfClass<'_>,
    store: SecretStore,
) -> Result<()> {
    if store == SecretStore::Values {
        return Ok(());
    }
    match settle(doc.clone(), stored, class.after, store) {
        Err(Error::Invalid(faults)) => {
            let faults = faults.into_iter().map(|fault| FieldError {
                field: as_sent(&fault.field, doc.expose(), document, stored, class),
                ..fault
            });
            Err(Error::Invalid(faults.collect()))
        }
        _ => Ok(()),
    }
}

/// `params[2].value` of the hub's document as `spec.params[0].value`, where that row was sent.
fn as_sent(
    field: &str,
    doc: &Value,
    document: &Value,
    stored: Option<&Value>,
    class: OfClass<'_>,
) -> String {
    if let Some(rest) = field.strip_prefix("extensions.kubernetes.") {
        return rest.to_owned();
    }
    let known = stored.map(|stored| list(stored, class.before));
    let (owner, of_class) = match field.strip_prefix("auth.") {
        Some(_) => ("auth.", None),
        None => ("", class.after),
    };
    let row = || {
        let row = field.strip_prefix(owner)?.strip_prefix("params[")?;
        let (index, rest) = row.split_once(']')?;
        let pointer = format!("/{}params", owner.replace('.', "/"));
        let index: usize = index.parse().ok()?;
        let name = doc.pointer(&pointer)?.get(index)?.get("name")?.as_str()?;
        let sent = document.pointer(&format!("/spec{pointer}"))?.as_array()?;
        let known = known.as_deref().filter(|_| owner.is_empty()).unwrap_or(&[]);
        let is_it = |row: &Value| hub_name(row, known, of_class) == name;
        let place = sent.iter().position(is_it)?;
        Some(format!("spec.{owner}params[{place}]{rest}"))
    };
    row().unwrap_or_else(|| format!("spec.{field}"))
}
