//! Laying an applied payload over the current object, and taking out what is no longer applied.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::fields::{Element, FieldSet};
use super::schema::Shape;
use crate::error::Code;
use crate::errors::Errors;
use crate::origin::{Source, Traced};
use crate::pointer::Path;
use crate::rules::{ApplyRules, MergeKind};

/// Lays the payload over the current object: objects member by member, lists as their type says.
pub(super) fn merge(
    current: &Value,
    payload: &Value,
    rules: &ApplyRules,
    errors: &mut Errors,
) -> Traced {
    Merging { rules, errors }.lay(Some(current), payload, &Path::Root)
}

struct Merging<'r, 'e> {
    rules: &'r ApplyRules,
    errors: &'e mut Errors,
}

impl Merging<'_, '_> {
    fn lay(&mut self, current: Option<&Value>, payload: &Value, path: &Path) -> Traced {
        let rules = self.rules;
        match (rules.shape(payload, path), payload) {
            (Shape::Object, Value::Object(members)) => {
                self.lay_object(current.and_then(Value::as_object), members, path)
            }
            (shape @ (Shape::Rows(_) | Shape::Set), Value::Array(rows)) => {
                let current = current
                    .and_then(Value::as_array)
                    .map(Vec::as_slice)
                    .unwrap_or_default();
                self.lay_rows(shape, current, rows, path)
            }
            _ => {
                if !payload.is_null()
                    && matches!(
                        rules.kind_at(path),
                        Some(MergeKind::Map { .. } | MergeKind::Set)
                    )
                {
                    self.errors.push(path, Code::WrongType, "must be a list");
                }
                Traced::Whole(payload.clone(), Source::Payload)
            }
        }
    }

    fn lay_object(
        &mut self,
        current: Option<&Map<String, Value>>,
        payload: &Map<String, Value>,
        path: &Path,
    ) -> Traced {
        let mut merged = IndexMap::new();
        for (name, value) in current.into_iter().flatten() {
            let path = path.member(name);
            let member = match payload.get(name) {
                _ if self.rules.is_server(&path) => Traced::Whole(value.clone(), Source::Server),
                Some(own) => self.lay(Some(value), own, &path),
                None => Traced::Whole(value.clone(), Source::Current),
            };
            merged.insert(name.clone(), member);
        }
        for (name, value) in payload {
            let path = path.member(name);
            if !merged.contains_key(name) && !self.rules.is_server(&path) {
                merged.insert(name.clone(), self.lay(None, value, &path));
            }
        }
        Traced::Object(merged, Source::Payload)
    }

    /// Rows that both have come in the payload's order; rows of the current list alone stay where
    /// they are between them.
    fn lay_rows(
        &mut self,
        shape: Shape,
        current: &[Value],
        payload: &[Value],
        path: &Path,
    ) -> Traced {
        let left: Vec<_> = current
            .iter()
            .map(|row| (shape.element(row), row))
            .collect();
        let right = self.distinct_rows(shape, payload, path);
        let mut stored = BTreeMap::new();
        for (element, row) in &left {
            stored.entry(element.as_ref()).or_insert(*row);
        }
        let order: BTreeMap<_, _> = right
            .iter()
            .enumerate()
            .map(|(at, (element, ..))| (element, at))
            .collect();
        let mut merged = Vec::with_capacity(left.len().max(right.len()));
        let mut waiting = right.iter().peekable();
        let mut placed = 0_usize;
        for (element, row) in &left {
            match element.as_ref().and_then(|element| order.get(element)) {
                None => merged.push(Traced::Whole((*row).clone(), Source::Current)),
                Some(at) => {
                    // Everything that the payload has up to this row, unless another shared row
                    // must come first.
                    while placed <= *at
                        && let Some((next, index, own)) = waiting.peek()
                        && (placed == *at || !stored.contains_key(&Some(next)))
                    {
                        merged.push(self.lay(
                            stored.get(&Some(next)).copied(),
                            own,
                            &path.row(*index),
                        ));
                        waiting.next();
                        placed = placed.saturating_add(1);
                    }
                }
            }
        }
        for (element, index, own) in waiting {
            merged.push(self.lay(stored.get(&Some(element)).copied(), own, &path.row(*index)));
        }
        Traced::List(merged, Source::Payload)
    }

    /// The payload's rows with their elements. One that has none, or another's, is an error.
    fn distinct_rows<'v>(
        &mut self,
        shape: Shape,
        payload: &'v [Value],
        path: &Path,
    ) -> Vec<(Element, usize, &'v Value)> {
        let mut seen = BTreeMap::new();
        let mut rows = Vec::with_capacity(payload.len());
        for (index, row) in payload.iter().enumerate() {
            let path = path.row(index);
            match shape.element(row) {
                None => self.report_keyless(shape, row, &path),
                Some(element) => match seen.insert(element.clone(), index) {
                    None => rows.push((element, index, row)),
                    Some(first) => {
                        let message =
                            format!("row {first} is the same {element}: remove one of the two");
                        match shape {
                            Shape::Rows([key]) => {
                                self.errors
                                    .push(&path.member(key), Code::Duplicate, message)
                            }
                            _ => self.errors.push(&path, Code::Duplicate, message),
                        }
                    }
                },
            }
        }
        rows
    }

    fn report_keyless(&mut self, shape: Shape, row: &Value, path: &Path) {
        match (shape, row) {
            (Shape::Rows(keys), Value::Object(members)) => {
                for key in keys {
                    match members.get(key) {
                        None => self.errors.push(
                            &path.member(key),
                            Code::Required,
                            "names the row: add it",
                        ),
                        Some(Value::Object(_) | Value::Array(_)) => {
                            self.errors.push(
                                &path.member(key),
                                Code::WrongType,
                                "names the row: make it a string",
                            );
                        }
                        Some(_) => {}
                    }
                }
            }
            (Shape::Rows(_), _) => self.errors.push(path, Code::WrongType, "must be an object"),
            _ => self.errors.push(
                path,
                Code::WrongType,
                "must be a string, a number or a boolean",
            ),
        }
    }
}

/// Takes out what the manager applied last and nobody owns any more. An object or list that this
/// leaves empty goes too.
pub(super) fn prune(place: &mut Traced, last: &FieldSet, owned: &FieldSet, rules: &ApplyRules) {
    Pruning { rules }.prune(place, last, owned, &[], &Path::Root);
}

struct Pruning<'r> {
    rules: &'r ApplyRules,
}

impl Pruning<'_> {
    /// `keys` name the row that this is: a row that stays keeps them, whoever owns them.
    fn prune(
        &self,
        place: &mut Traced,
        last: &FieldSet,
        owned: &FieldSet,
        keys: &[String],
        path: &Path,
    ) {
        if last.is_empty() || self.rules.is_unowned(path) {
            return;
        }
        place.open();
        match (place, self.rules.kind_at(path)) {
            (Traced::Object(members, _), None) => members.retain(|name, member| {
                let (element, path) = (Element::Field(name.clone()), path.member(name));
                keys.contains(name) || !self.goes(member, &element, last, owned, &[], &path)
            }),
            (Traced::List(rows, _), Some(MergeKind::Map { keys })) => {
                let mut index = 0_usize;
                rows.retain_mut(|row| {
                    let element = Element::of_row(keys, |key| row.scalar(key));
                    let path = path.row(index);
                    index = index.saturating_add(1);
                    element
                        .is_none_or(|element| !self.goes(row, &element, last, owned, keys, &path))
                });
            }
            (Traced::List(rows, _), Some(MergeKind::Set)) => rows.retain_mut(|row| match row {
                Traced::Whole(value, _) => {
                    let element = Element::of_scalar(value);
                    let gone =
                        |element| last.get(&element).is_some() && owned.get(&element).is_none();
                    !element.is_some_and(gone)
                }
                _ => true,
            }),
            _ => {}
        }
    }

    fn goes(
        &self,
        place: &mut Traced,
        element: &Element,
        last: &FieldSet,
        owned: &FieldSet,
        keys: &[String],
        path: &Path,
    ) -> bool {
        let Some(applied) = last.get(element) else {
            return false;
        };
        let owner = owned.get(element);
        if applied.member && owner.is_none() {
            return !self.rules.is_unowned(path);
        }
        let was_empty = place.is_empty();
        let nothing = FieldSet::default();
        self.prune(
            place,
            &applied.below,
            owner.map_or(&nothing, |owner| &owner.below),
            keys,
            path,
        );
        !was_empty && place.is_empty() && !owner.is_some_and(|owner| owner.member)
    }
}
