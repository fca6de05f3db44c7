//! The parameters that a class declares: those of its `params`, and those of its `parameters`, which
//! it has for every API. The latter are what is checked here.

use hub::class::{Class, Parameter};
use hub::connector::check_rows;
use hub::error::{Error, FieldError};
use hub::json::text_at;
use serde_json::{Value, json};

use super::value::list;
use crate::fault::invalid;
use crate::object::params::{hub_name, is_address};

const PATH: &str = "spec.params";

/// What is wrong with the rows of the class's `parameters`. `known` is the spec as it is shown:
/// rows that are as they were are not looked at.
pub(crate) fn check(spec: &Value, known: Option<&Value>, class: &Class) -> Vec<FieldError> {
    let mut faults = Vec::new();
    for (index, row) in list(spec, "params").iter().enumerate() {
        let name = hub_name(row, &[], Some(class));
        let value = row.get("value").unwrap_or(&Value::Null);
        if is_address(&name, Some(class)) {
            faults.extend(address_fault(index, row, spec));
        } else if !is_known(row, known, "params") {
            faults.extend(value_faults(index, &name, value, class));
        }
    }
    faults
}

/// The parameter that is the address has one value, and one field.
fn address_fault(index: usize, row: &Value, spec: &Value) -> Option<FieldError> {
    if row.get("value").is_some() && row.get("value") == spec.get("address") {
        return None;
    }
    let why = "is the address of the tool, which is spec.address, and must be the same";
    let name = text_at(row, "/name");
    Some(invalid(&format!("{PATH}[{index}].name"), name, why))
}

fn value_faults(index: usize, name: &str, value: &Value, class: &Class) -> Vec<FieldError> {
    let mut doc = json!({"params": [{"name": name, "value": value}]});
    let faults = match check_rows(&mut doc, class) {
        Err(Error::Invalid(faults)) => faults,
        _ => Vec::new(),
    };
    let field = format!("{PATH}[{index}].value");
    let faults = faults.into_iter().map(|fault| FieldError {
        field: field.clone(),
        ..fault
    });
    faults.collect()
}

/// What the parameters of a class are called that a row can be of.
pub(crate) fn names(class: &Class) -> Vec<&str> {
    let parameters = class.parameters.iter();
    let of_rows = parameters.filter(|parameter| !parameter.is_address);
    of_rows
        .map(|parameter: &Parameter| parameter.name_in("kubernetes"))
        .collect()
}

/// Whether a row is as it was shown, wherever in its list it is.
pub(crate) fn is_known(row: &Value, known: Option<&Value>, name: &str) -> bool {
    known.is_some_and(|known| list(known, name).contains(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class() -> Class {
        let parameters = json!([
            {"name": "URL", "address": true}, {"name": "PORT", "type": "number", "names": {"kubernetes": "port"}},
            {"name": "tier", "enum": ["a", "b"], "required": true}, {"name": "pin", "sensitive": true}
        ]);
        Class::read("c", json!({"parameters": parameters}))
    }

    fn fields(spec: &Value, known: Option<&Value>) -> Vec<String> {
        let faults = check(spec, known, &class()).into_iter();
        faults.map(|fault| fault.field).collect()
    }

    #[test]
    fn rows_have_the_type_and_the_values_that_the_class_says() {
        let row = |name: &str, value: Value| json!({"name": name, "value": value});
        let spec = json!({"params": [
            row("port", json!("x")), row("port", json!("60")), row("tier", json!("c")), row("tier", json!("")),
            row("pin", json!("")), row("other", json!({"a": 1})),
        ]});
        let expected = [
            "spec.params[0].value",
            "spec.params[2].value",
            "spec.params[3].value",
        ];
        assert_eq!(fields(&spec, None), expected);
        // What was there before may be there elsewhere.
        let mut moved = spec.clone();
        moved["params"].as_array_mut().unwrap().reverse();
        assert_eq!(fields(&moved, Some(&spec)), Vec::<String>::new());
    }

    #[test]
    fn the_address_has_one_value() {
        let rows = json!([{"name": "URL", "value": "https://a"}]);
        let spec = |address: &str| json!({"address": address, "params": rows});
        assert_eq!(fields(&spec("https://a"), None), Vec::<String>::new());
        assert_eq!(fields(&spec("https://b"), None), ["spec.params[0].name"]);
        assert_eq!(
            fields(&json!({"params": rows}), None),
            ["spec.params[0].name"]
        );
    }
}
