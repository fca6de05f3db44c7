//! Takes out of a document what its schema does not know.

use serde_json::Value;

use super::types::{Schema, Shape};

/// Removes unknown fields, and nulls where a value is wanted, as an API server does with custom
/// resources. Returns the paths of the unknown fields, sorted: `spec.params[0].bogus`.
pub(crate) fn prune(document: &mut Value, schema: &Schema) -> Vec<String> {
    let mut unknown = Vec::new();
    visit(document, schema, "", &mut unknown);
    unknown.sort();
    unknown
}

fn visit(value: &mut Value, schema: &Schema, path: &str, unknown: &mut Vec<String>) {
    match (value, &schema.shape) {
        (Value::Object(members), Shape::Object { members: known, .. }) => {
            members.retain(|name, value| {
                let is_known = known.iter().any(|(known, _)| known == name);
                if !is_known {
                    unknown.push(join(path, name));
                }
                is_known && keeps(value, schema.member(name))
            });
            for (name, schema) in known {
                if let Some(value) = members.get_mut(*name) {
                    visit(value, schema, &join(path, name), unknown);
                }
            }
        }
        (Value::Object(members), Shape::Map(schema)) => {
            members.retain(|_, value| keeps(value, Some(schema)));
            for (name, value) in members {
                visit(value, schema, &join(path, name), unknown);
            }
        }
        (Value::Array(items), Shape::List { item, .. }) => {
            for (index, value) in items.iter_mut().enumerate() {
                visit(value, item, &format!("{path}[{index}]"), unknown);
            }
        }
        _ => {}
    }
}

/// A null stands for a member that is not there, unless anything may be.
fn keeps(value: &Value, schema: Option<&Schema>) -> bool {
    !value.is_null() || schema.is_some_and(|schema| matches!(schema.shape, Shape::Any))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::connector;

    #[test]
    fn what_is_not_in_the_schema_goes_and_is_told() {
        let mut document = json!({
            "kind": "Connector",
            "metadata": {"name": "a", "creationTimestamp": null, "bogus": 1},
            "spec": {"zeta": 1, "address": "https://a", "params": [{"name": "p", "value": {"x": null}, "y": 1}], "alpha": {}},
        });
        let unknown = prune(&mut document, &connector());
        assert_eq!(
            unknown,
            [
                "metadata.bogus",
                "spec.alpha",
                "spec.params[0].y",
                "spec.zeta"
            ]
        );
        let expected = json!({
            "kind": "Connector",
            "metadata": {"name": "a"},
            "spec": {"address": "https://a", "params": [{"name": "p", "value": {"x": null}}]},
        });
        assert_eq!(document, expected);
    }
}
