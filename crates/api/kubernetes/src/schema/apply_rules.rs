//! What a schema says about merging, as rules of the merge core (its module `rules`, `ApplyRules`).

use serde_json::{Value, json};

use super::types::{Items, Schema, Shape};

/// The rules for server-side apply of a kind. `server` are the members that a writer cannot set, as
/// JSON Pointers.
pub(crate) fn apply_rules(schema: &Schema, server: &[&str]) -> Value {
    let mut types = Vec::new();
    collect(schema, "", &mut types);
    json!({
        "types": types,
        "unowned": ["/apiVersion", "/kind", "/metadata/.", "/metadata/name", "/metadata/namespace"],
        "server": server,
    })
}

fn collect(schema: &Schema, pointer: &str, types: &mut Vec<Value>) {
    match &schema.shape {
        Shape::Object {
            members, atomic, ..
        } => {
            if *atomic {
                types.push(json!({"path": pointer, "type": "atomic"}));
                return;
            }
            for (name, schema) in members {
                collect(schema, &format!("{pointer}/{name}"), types);
            }
        }
        Shape::Map(schema) => collect(schema, &format!("{pointer}/*"), types),
        Shape::List { item, items } => {
            match items {
                // What no rule names is atomic if it is a list.
                Items::Atomic => return,
                Items::Set => types.push(json!({"path": pointer, "type": "set"})),
                Items::ByKey(key) => {
                    types.push(json!({"path": pointer, "type": "map", "keys": [key]}));
                }
            }
            collect(item, &format!("{pointer}/*"), types);
        }
        Shape::Any | Shape::String { .. } | Shape::Integer | Shape::Boolean => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::connector_class;

    #[test]
    fn lists_with_keys_merge_by_them() {
        let rules = apply_rules(&connector_class(), &["/status"]);
        let types = rules["types"].as_array().unwrap();
        let find = |path: &str| types.iter().find(|rule| rule["path"] == path).cloned();
        let by_name = json!({"path": "/spec/auth/types", "type": "map", "keys": ["name"]});
        assert_eq!(find("/spec/auth/types"), Some(by_name));
        assert_eq!(find("/metadata/finalizers").unwrap()["type"], "set");
        assert_eq!(find("/spec/params"), None);
        assert_eq!(rules["server"], json!(["/status"]));
    }
}
