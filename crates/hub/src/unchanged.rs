//! Values that have not changed are not validated anew (KEP-4008, "CRD Validation Ratcheting"): who
//! changes one field of an object that was valid by older rules need not mend the others.

use crate::error::{FieldCode, FieldError};
use serde_json::Value;

/// The faults of what differs between the documents.
pub fn changed(
    faults: Vec<FieldError>,
    document: &Value,
    before: Option<&Value>,
) -> Vec<FieldError> {
    let Some(before) = before else { return faults };
    let stays = |fault: &FieldError| {
        let mut steps = steps(&fault.field);
        // What is missing is missing in its owner.
        if fault.code == FieldCode::Required && at(document, &steps).is_none() {
            steps.pop();
        }
        // A row that has another value is another row, though its name is the same.
        if let [.., list_item, "name"] = steps.as_slice()
            && list_item.parse::<usize>().is_ok()
        {
            steps.pop();
        }
        let (value, old) = (at(document, &steps), at(before, &steps));
        value.is_some() && value == old
    };
    faults.into_iter().filter(|fault| !stays(fault)).collect()
}

/// `spec.params[0].name` step by step.
fn steps(field: &str) -> Vec<&str> {
    let steps = field
        .split(['.', '['])
        .map(|step| step.trim_end_matches(']'));
    steps.filter(|step| !step.is_empty()).collect()
}

fn at<'a>(document: &'a Value, steps: &[&str]) -> Option<&'a Value> {
    steps.iter().try_fold(document, |value, step| match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(step),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn invalid(field: &str) -> FieldError {
        FieldError::new(field, FieldCode::Invalid, "")
    }

    #[test]
    fn only_what_changed_is_told() {
        let before = json!({"spec": {"a": 1, "rows": [{"name": "x"}], "c": 3}});
        let document = json!({"spec": {"a": 1, "rows": [{"name": "x"}], "c": 4}});
        let faults = || {
            vec![
                invalid("spec.a"),
                invalid("spec.rows[0].name"),
                FieldError::required("spec.rows[0].value"),
                invalid("spec.c"),
            ]
        };
        let left = |before: Option<&Value>| {
            let left = changed(faults(), &document, before).into_iter();
            left.map(|fault| fault.field).collect::<Vec<_>>()
        };
        assert_eq!(left(Some(&before)), ["spec.c"]);
        assert_eq!(left(None).len(), 4);
    }
}
