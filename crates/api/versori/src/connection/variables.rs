//! Connection variables: `[{name, value}]`, of a connector and of each of its connections.

use hub::error::{FieldCode, FieldError, Result};
use hub::fields::{FieldErrors, Fields};
use hub::object::Object;
use hub::operation::World;
use hub::secret::is_mask;
use hub::slot::Slot;
use serde_json::{Value, json};

use crate::rules;
use crate::secrets;
use crate::text::Members;

/// Reads a list of variables, whose names must differ.
pub(crate) fn read(
    fields: &Fields<'_>,
    name: &str,
    faults: &mut FieldErrors,
) -> Option<Vec<Value>> {
    let items = fields.optional_array(name, faults)?;
    if items.len() > rules::ENTRIES_MAX {
        rules::too_many(&fields.path(name), rules::ENTRIES_MAX, faults);
        return None;
    }
    let mut variables: Vec<Value> = Vec::new();
    for (path, item) in items {
        let Some(item) = faults.object(&path, item) else {
            continue;
        };
        let name = item.string("name", faults).unwrap_or_default();
        rules::length(&item, "name", rules::NAME_MAX, faults);
        if item.get("value").is_none() {
            faults.push(FieldError::required(item.path("value")));
        }
        let value = item.optional_string("value", faults).unwrap_or_default();
        rules::length(&item, "value", rules::TEXT_MAX, faults);
        if variables.iter().any(|known| name_of(known) == name) {
            faults.push(FieldError::new(
                item.path("name"),
                FieldCode::Duplicate,
                "is there twice",
            ));
        }
        variables.push(json!({"name": name, "value": value}));
    }
    Some(variables)
}

/// The variables that a new connection starts with: those of its connector, with its own in place
/// of those of the same name, and then the rest of its own.
pub(crate) fn initialised(defaults: &[Value], own: &[Value]) -> Vec<Value> {
    let is_own = |default: &&Value| own.iter().find(|own| name_of(own) == name_of(default));
    let mut variables: Vec<Value> = defaults
        .iter()
        .map(|default| is_own(&default).unwrap_or(default).clone())
        .collect();
    let rest = own.iter().filter(|own| {
        !defaults
            .iter()
            .any(|default| name_of(default) == name_of(own))
    });
    variables.extend(rest.cloned());
    variables
}

/// The variables that are given, with what is stored in place of those that are given as they are
/// shown.
pub(crate) fn kept(given: &[Value], stored: Option<&Value>) -> Vec<Value> {
    let stored = stored
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    let keep = |given: &Value| {
        let stored = stored.iter().find(|one| name_of(one) == name_of(given));
        match (given, stored) {
            (Value::Object(given), Some(Value::Object(stored))) => {
                Value::Object(secrets::kept(given, stored))
            }
            _ => given.clone(),
        }
    };
    given.iter().map(keep).collect()
}

/// Those that a connector's other connections get of the variables that the connector has: each
/// keeps its own secret where none is given, and has a copy of the connector's where it has none.
///
/// # Errors
/// Those of [`secrets::opened`].
pub(crate) fn copied(
    of_connector: &[Value],
    given: &[Value],
    own: Option<&Value>,
    connector: &Object,
    world: &dyn World,
) -> Result<Vec<Value>> {
    let mut variables = Vec::new();
    for (kept, stored) in kept(given, own).into_iter().zip(of_connector) {
        let is_given = kept.text_at("value").is_some_and(|text| !is_mask(text));
        let is_own = Slot::of(kept.get("value").unwrap_or(&Value::Null)).is_some();
        variables.push(if is_given || is_own {
            kept
        } else {
            secrets::opened(stored, connector, world)?
        });
    }
    Ok(variables)
}

fn name_of(variable: &Value) -> &str {
    variable.text_at("name").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_variables_go_before_the_defaults() {
        let variable = |name: &str, value: &str| json!({"name": name, "value": value});
        let defaults = [variable("a", "1"), variable("b", "2")];
        let own = [variable("c", "3"), variable("b", "4")];
        let expected = [variable("a", "1"), variable("b", "4"), variable("c", "3")];
        assert_eq!(initialised(&defaults, &own), expected);
    }

    #[test]
    fn faults_are_named() {
        let document = json!({"v": [{"name": "a", "value": ""}, {"name": "a", "value": 1}, {"value": "x"}, 7]});
        let mut faults = FieldErrors::default();
        let fields = faults.object("", &document).unwrap();
        read(&fields, "v", &mut faults);
        let Err(hub::error::Error::Invalid(errors)) = faults.finish(()) else {
            panic!()
        };
        let found: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(found, ["v[1].value", "v[1].name", "v[2].name", "v[3]"]);
    }
}
