//! The three-way merge, with the document that was applied last.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::error::Error;
use crate::errors::Errors;
use crate::origin::{Merged, Source, Traced};
use crate::pointer::Path;
use crate::rows::{find_by_key, places_by_key, row_key, unique_keys};
use crate::rules::ListRules;

/// Lays the payload over the current document and removes what the last applied document had and
/// the payload has not. What others put into the current document stays.
pub fn three_way(
    last: &Value,
    current: &Value,
    payload: &Value,
    rules: &ListRules,
) -> Result<Merged, Error> {
    let mut merge = ThreeWay {
        rules,
        errors: Errors::default(),
    };
    let merged = merge.lay(Some(last), Some(current), payload, &Path::Root);
    merge.errors.or(())?;
    merged.finish()
}

struct ThreeWay<'r> {
    rules: &'r ListRules,
    errors: Errors,
}

impl ThreeWay<'_> {
    fn lay(
        &mut self,
        last: Option<&Value>,
        current: Option<&Value>,
        payload: &Value,
        path: &Path,
    ) -> Traced {
        match (payload, self.rules.key_at(path)) {
            (Value::Object(members), _) => self.lay_object(
                last.and_then(Value::as_object),
                current.and_then(Value::as_object),
                members,
                path,
            ),
            (Value::Array(rows), Some(key)) => {
                self.lay_list(key, list(last), list(current), rows, path)
            }
            _ => Traced::Whole(payload.clone(), Source::Payload),
        }
    }

    fn lay_object(
        &mut self,
        last: Option<&Map<String, Value>>,
        current: Option<&Map<String, Value>>,
        payload: &Map<String, Value>,
        path: &Path,
    ) -> Traced {
        let before = |name: &str| last.and_then(|members| members.get(name));
        let mut merged = IndexMap::new();
        for (name, value) in current.into_iter().flatten() {
            let member = match payload.get(name) {
                Some(own) => self.lay(before(name), Some(value), own, &path.member(name)),
                None if before(name).is_some() => continue,
                None => Traced::Whole(value.clone(), Source::Current),
            };
            merged.insert(name.clone(), member);
        }
        for (name, value) in payload {
            if !merged.contains_key(name) {
                merged.insert(
                    name.clone(),
                    self.lay(before(name), None, value, &path.member(name)),
                );
            }
        }
        Traced::Object(merged, Source::Payload)
    }

    fn lay_list(
        &mut self,
        key: &str,
        last: &[Value],
        current: &[Value],
        payload: &[Value],
        path: &Path,
    ) -> Traced {
        unique_keys(payload, key, path, &mut self.errors);
        let (before, own, stored) = (
            find_by_key(last, key),
            places_by_key(payload, key),
            find_by_key(current, key),
        );
        let mut merged = Vec::with_capacity(current.len().max(payload.len()));
        for row in current {
            let name = row_key(row, key);
            let last = name.as_ref().and_then(|name| before.get(name).copied());
            match name.and_then(|name| own.get(&name)) {
                Some((index, payload)) => {
                    merged.push(self.lay(last, Some(row), payload, &path.row(*index)))
                }
                None if last.is_some() => {}
                None => merged.push(Traced::Whole(row.clone(), Source::Current)),
            }
        }
        for (index, row) in payload.iter().enumerate() {
            if row_key(row, key).is_none_or(|name| !stored.contains_key(&name)) {
                merged.push(self.lay(None, None, row, &path.row(index)));
            }
        }
        Traced::List(merged, Source::Payload)
    }
}

fn list(value: Option<&Value>) -> &[Value] {
    value
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}
