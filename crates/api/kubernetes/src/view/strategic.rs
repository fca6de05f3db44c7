//! Strategic merge patches (Kubernetes, "Update API Objects in Place Using kubectl patch"; the
//! directives are those of "Strategic Merge Patch" in the developers' guide of API conventions).

use hub::error::{Error, Result};
use serde_json::{Map, Value};

use crate::schema::{Items, Schema, Shape};

/// What a patch makes of a document whose lists merge as the schema says.
///
/// # Errors
/// [`Error::Malformed`] for a directive that cannot be followed.
pub(super) fn merge(document: &Value, patch: &Value, schema: &Schema) -> Result<Value> {
    merged(Some(document), patch, Some(schema)).map(Option::unwrap_or_default)
}

/// None where the value is to go.
fn merged(
    current: Option<&Value>,
    patch: &Value,
    schema: Option<&Schema>,
) -> Result<Option<Value>> {
    match patch {
        Value::Null => Ok(None),
        Value::Object(patch) => {
            let current = current.and_then(Value::as_object);
            merge_object(current, patch, schema).map(|members| Some(Value::Object(members)))
        }
        Value::Array(rows) => {
            let current = current
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice);
            match schema.map(|schema| &schema.shape) {
                Some(Shape::List {
                    items: Items::Set, ..
                }) => Ok(Some(Value::Array(union(current, rows)))),
                Some(Shape::List {
                    items: Items::ByKey(key),
                    item,
                }) => merge_rows(current, rows, key, item).map(|rows| Some(Value::Array(rows))),
                _ => Ok(Some(patch.clone())),
            }
        }
        scalar => Ok(Some(scalar.clone())),
    }
}

fn merge_object(
    current: Option<&Map<String, Value>>,
    patch: &Map<String, Value>,
    schema: Option<&Schema>,
) -> Result<Map<String, Value>> {
    let mut members = match directive(patch)? {
        Directive::Merge => current.cloned().unwrap_or_default(),
        Directive::Replace | Directive::Delete => Map::new(),
    };
    if directive(patch)? == Directive::Delete {
        return Ok(members);
    }
    for (name, value) in patch.iter().filter(|(name, _)| !name.starts_with('$')) {
        let schema = schema.and_then(|schema| schema.member(name));
        match merged(members.get(name), value, schema)? {
            Some(value) => {
                members.insert(name.clone(), value);
            }
            None => {
                members.shift_remove(name);
            }
        }
    }
    for (name, value) in patch {
        if let Some(list) = name.strip_prefix("$deleteFromPrimitiveList/") {
            let gone = array(name, value)?;
            if let Some(rows) = members.get_mut(list).and_then(Value::as_array_mut) {
                rows.retain(|row| !gone.contains(row));
            }
        } else if let Some(list) = name.strip_prefix("$setElementOrder/") {
            let key = match schema
                .and_then(|schema| schema.member(list))
                .map(|list| &list.shape)
            {
                Some(Shape::List {
                    items: Items::ByKey(key),
                    ..
                }) => Some(*key),
                _ => None,
            };
            let order = array(name, value)?;
            if let Some(rows) = members.get_mut(list).and_then(Value::as_array_mut) {
                reorder(rows, order, key);
            }
        }
    }
    if let Some(retained) = patch.get("$retainKeys") {
        let retained = array("$retainKeys", retained)?;
        members.retain(|name, _| retained.iter().any(|kept| kept == name.as_str()));
    }
    Ok(members)
}

#[derive(PartialEq, Eq)]
enum Directive {
    Merge,
    Replace,
    Delete,
}

fn directive(patch: &Map<String, Value>) -> Result<Directive> {
    match patch.get("$patch") {
        None => Ok(Directive::Merge),
        Some(value) => match value.as_str() {
            Some("merge") => Ok(Directive::Merge),
            Some("replace") => Ok(Directive::Replace),
            Some("delete") => Ok(Directive::Delete),
            _ => Err(Error::Malformed(format!(
                "Unknown patch type found: {value}"
            ))),
        },
    }
}

fn array<'v>(directive: &str, value: &'v Value) -> Result<&'v [Value]> {
    let wrong = || Error::Malformed(format!("{directive} must be a list"));
    value.as_array().map(Vec::as_slice).ok_or_else(wrong)
}

fn union(current: &[Value], rows: &[Value]) -> Vec<Value> {
    let mut all = current.to_vec();
    for row in rows {
        if !all.contains(row) {
            all.push(row.clone());
        }
    }
    all
}

fn merge_rows(current: &[Value], rows: &[Value], key: &str, item: &Schema) -> Result<Vec<Value>> {
    let of = |row: &Value| row.as_object().map_or(Ok(Directive::Merge), directive);
    let mut replaces = false;
    for row in rows {
        replaces |= of(row)? == Directive::Replace;
    }
    let mut all = if replaces {
        Vec::new()
    } else {
        current.to_vec()
    };
    for row in rows {
        let Some(value) = row.get(key) else {
            if of(row)? == Directive::Merge {
                let message = format!("map does not contain declared merge key: {key}");
                return Err(Error::Malformed(message));
            }
            continue;
        };
        let same = |other: &Value| other.get(key) == Some(value);
        if of(row)? == Directive::Delete {
            all.retain(|other| !same(other));
            continue;
        }
        match all.iter_mut().find(|other| same(other)) {
            Some(found) => *found = merged(Some(found), row, Some(item))?.unwrap_or_default(),
            None => all.extend(merged(None, row, Some(item))?),
        }
    }
    Ok(all)
}

/// Puts the rows that are listed in that order; the others stay where they are among them.
fn reorder(rows: &mut [Value], order: &[Value], key: Option<&str>) {
    let name = |row: &Value| key.map_or(Some(row), |key| row.get(key)).cloned();
    let place = |row: &Value| {
        let name = name(row);
        order.iter().position(|listed| {
            let listed = key.and_then(|key| listed.get(key)).unwrap_or(listed);
            name.as_ref() == Some(listed)
        })
    };
    let (at, mut listed): (Vec<usize>, Vec<Value>) = rows
        .iter()
        .enumerate()
        .filter(|(_, row)| place(row).is_some())
        .map(|(at, row)| (at, row.clone()))
        .unzip();
    listed.sort_by_key(place);
    for (at, row) in at.into_iter().zip(listed) {
        if let Some(slot) = rows.get_mut(at) {
            *slot = row;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::secret;

    fn patched(document: &Value, patch: &Value) -> Value {
        merge(document, patch, &secret()).unwrap()
    }

    #[test]
    fn lists_merge_as_the_schema_says() {
        let owner = |uid: &str, name: &str| json!({"uid": uid, "name": name});
        let document = json!({"metadata": {"finalizers": ["a/a"], "ownerReferences": [owner("1", "x")], "labels": {"l": "1"}}});
        let patch = json!({"metadata": {"finalizers": ["b/b", "a/a"], "ownerReferences": [owner("2", "y"), {"uid": "1", "name": "z"}],
                                        "labels": {"l": null, "m": "2"}}});
        let expected = json!({"metadata": {"finalizers": ["a/a", "b/b"], "ownerReferences": [owner("1", "z"), owner("2", "y")],
                                           "labels": {"m": "2"}}});
        assert_eq!(patched(&document, &patch), expected);
    }

    #[test]
    fn directives_are_followed() {
        let document = json!({"metadata": {"finalizers": ["a/a", "b/b", "c/c"], "ownerReferences": [{"uid": "1"}, {"uid": "2"}]},
                              "data": {"a": "1", "b": "2"}});
        let of = |patch: Value| patched(&document, &patch);
        assert_eq!(
            of(json!({"data": {"$patch": "replace", "c": "3"}}))["data"],
            json!({"c": "3"})
        );
        assert_eq!(of(json!({"data": {"$patch": "delete"}}))["data"], json!({}));
        assert_eq!(
            of(json!({"data": {"$retainKeys": ["b"], "b": "4"}}))["data"],
            json!({"b": "4"})
        );
        let gone = of(json!({"metadata": {"$deleteFromPrimitiveList/finalizers": ["a/a"]}}));
        assert_eq!(gone["metadata"]["finalizers"], json!(["b/b", "c/c"]));
        let ordered = of(json!({"metadata": {"$setElementOrder/finalizers": ["c/c", "a/a"]}}));
        assert_eq!(
            ordered["metadata"]["finalizers"],
            json!(["c/c", "b/b", "a/a"])
        );
        let gone = of(json!({"metadata": {"ownerReferences": [{"uid": "1", "$patch": "delete"}]}}));
        assert_eq!(gone["metadata"]["ownerReferences"], json!([{"uid": "2"}]));
        let replaced =
            of(json!({"metadata": {"ownerReferences": [{"$patch": "replace"}, {"uid": "3"}]}}));
        assert_eq!(
            replaced["metadata"]["ownerReferences"],
            json!([{"uid": "3"}])
        );
    }

    #[test]
    fn what_cannot_be_followed_is_refused() {
        for patch in [
            json!({"data": {"$patch": "other"}}),
            json!({"data": {"$retainKeys": "a"}}),
            json!({"metadata": {"$deleteFromPrimitiveList/finalizers": "a"}}),
            json!({"metadata": {"ownerReferences": [{"name": "x"}]}}),
        ] {
            assert!(
                matches!(
                    merge(&json!({}), &patch, &secret()),
                    Err(Error::Malformed(_))
                ),
                "{patch}"
            );
        }
    }
}
