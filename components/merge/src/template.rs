//! Laying a payload over a template.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::error::{Code, Error};
use crate::errors::Errors;
use crate::origin::{Merged, Source, Traced};
use crate::pointer::Path;
use crate::rows::{find_by_key, row_key, unique_keys};
use crate::rules::{Select, TemplateList, TemplateRules};

/// Lays a payload over a template: the payload's values win, the template fills what the payload
/// omits, and the lists that the rules name are merged row by row. Members stand in the template's
/// order, then the payload's.
pub fn template(template: &Value, payload: &Value, rules: &TemplateRules) -> Result<Merged, Error> {
    let mut overlay = Overlay {
        rules,
        errors: Errors::default(),
    };
    let merged = overlay.lay(Some(template), payload, &Path::Root);
    overlay.errors.or(())?;
    merged.finish()
}

struct Overlay<'r> {
    rules: &'r TemplateRules,
    errors: Errors,
}

impl Overlay<'_> {
    fn lay(&mut self, template: Option<&Value>, payload: &Value, path: &Path) -> Traced {
        if let Some(rule) = self.rules.list_at(path) {
            return self.lay_list(rule, template, payload, path);
        }
        match payload {
            Value::Object(members) => {
                self.lay_object(template.and_then(Value::as_object), members, path)
            }
            _ => Traced::Whole(payload.clone(), Source::Payload),
        }
    }

    fn lay_object(
        &mut self,
        template: Option<&Map<String, Value>>,
        payload: &Map<String, Value>,
        path: &Path,
    ) -> Traced {
        let mut merged = IndexMap::with_capacity(payload.len());
        for (name, value) in template.into_iter().flatten() {
            let member = match payload.get(name) {
                Some(own) => self.lay(Some(value), own, &path.member(name)),
                None => Traced::Whole(value.clone(), Source::Template),
            };
            merged.insert(name.clone(), member);
        }
        for (name, value) in payload {
            if !merged.contains_key(name) {
                merged.insert(name.clone(), self.lay(None, value, &path.member(name)));
            }
        }
        Traced::Object(merged, Source::Payload)
    }

    fn lay_list(
        &mut self,
        rule: &TemplateList,
        template: Option<&Value>,
        payload: &Value,
        path: &Path,
    ) -> Traced {
        let Some(rows) = payload.as_array() else {
            self.errors.push(
                path,
                Code::WrongType,
                format!("must be a list of rows with the member {:?}", rule.key),
            );
            return Traced::Whole(Value::Null, Source::Payload);
        };
        let template = template
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let merged = match rule.select {
            Select::Payload => self.select_payload(&rule.key, template, rows, path),
            Select::Union => self.select_union(&rule.key, template, rows, path),
        };
        Traced::List(merged, Source::Payload)
    }

    fn select_payload(
        &mut self,
        key: &str,
        template: &[Value],
        rows: &[Value],
        path: &Path,
    ) -> Vec<Traced> {
        let keys = unique_keys(rows, key, path, &mut self.errors);
        let known = find_by_key(template, key);
        let mut merged = Vec::with_capacity(rows.len());
        for (index, (row, name)) in rows.iter().zip(keys).enumerate() {
            let Some(name) = name else { continue };
            match known.get(&name) {
                Some(base) => merged.push(self.lay(Some(base), row, &path.row(index))),
                None => {
                    let names: Vec<&str> = known.keys().map(String::as_str).collect();
                    let message = format!(
                        "the template has no {name}: use one of [{}]",
                        names.join(", ")
                    );
                    self.errors
                        .push(&path.row(index).member(key), Code::NotFound, message);
                }
            }
        }
        merged
    }

    fn select_union(
        &mut self,
        key: &str,
        template: &[Value],
        rows: &[Value],
        path: &Path,
    ) -> Vec<Traced> {
        unique_keys(rows, key, path, &mut self.errors);
        let own = find_by_key(rows, key);
        let known = find_by_key(template, key);
        let replaced =
            template.iter().map(
                |row| match row_key(row, key).and_then(|name| own.get(&name)) {
                    Some(own) => Traced::Whole((*own).clone(), Source::Payload),
                    None => Traced::Whole(row.clone(), Source::Template),
                },
            );
        let extra = rows
            .iter()
            .filter(|row| row_key(row, key).is_none_or(|name| !known.contains_key(&name)));
        replaced
            .chain(extra.map(|row| Traced::Whole(row.clone(), Source::Payload)))
            .collect()
    }
}
