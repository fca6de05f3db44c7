//! Which fields a document has, and which of them differ between two.

use serde_json::Value;

use super::fields::{Element, FieldSet};
use super::schema::Shape;
use crate::equal::equal;
use crate::pointer::Path;
use crate::rules::ApplyRules;

/// The fields that a payload names: leaves, and the rows of lists.
pub(super) fn fields_of(payload: &Value, rules: &ApplyRules) -> FieldSet {
    let mut walk = Naming {
        rules,
        place: Vec::new(),
        fields: FieldSet::default(),
    };
    walk.name(payload, &Path::Root);
    walk.fields
}

struct Naming<'r> {
    rules: &'r ApplyRules,
    place: Vec<Element>,
    fields: FieldSet,
}

impl Naming<'_> {
    fn name(&mut self, value: &Value, path: &Path) {
        if self.rules.is_unowned(path) {
            return;
        }
        let rules = self.rules;
        match (rules.shape(value, path), value) {
            (Shape::Object, Value::Object(members)) if !members.is_empty() => {
                for (name, member) in members {
                    self.place.push(Element::Field(name.clone()));
                    self.name(member, &path.member(name));
                    self.place.pop();
                }
            }
            (shape @ (Shape::Rows(_) | Shape::Set), Value::Array(rows)) if !rows.is_empty() => {
                for (index, row) in rows.iter().enumerate() {
                    let Some(element) = shape.element(row) else {
                        continue;
                    };
                    self.place.push(element);
                    self.fields.insert(&self.place);
                    if matches!(shape, Shape::Rows(_)) {
                        self.name(row, &path.row(index));
                    }
                    self.place.pop();
                }
            }
            _ if rules.is_unowned_itself(path) => {}
            _ => self.fields.insert(&self.place),
        }
    }
}

/// What differs between two documents. Unlike [`fields_of`] it names objects too, so that whoever
/// adds one owns it.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Added or modified.
    pub(super) set: FieldSet,
    pub(super) removed: FieldSet,
}

pub(super) fn compare(before: &Value, after: &Value, rules: &ApplyRules) -> Changes {
    let mut walk = Comparing {
        rules,
        place: Vec::new(),
        changes: Changes::default(),
    };
    walk.compare(Some(before), Some(after), &Path::Root);
    walk.changes
}

struct Comparing<'r> {
    rules: &'r ApplyRules,
    place: Vec<Element>,
    changes: Changes,
}

impl Comparing<'_> {
    fn compare(&mut self, before: Option<&Value>, after: Option<&Value>, path: &Path) {
        if self.rules.is_unowned(path) {
            return;
        }
        let shape = |value: Option<&Value>| value.map(|value| self.rules.shape(value, path));
        match (shape(before), shape(after)) {
            (None, None) => {}
            (Some(old), Some(new)) if old == new && new != Shape::Leaf => {
                self.compare_inside(new, before, after, path)
            }
            (Some(_), Some(_))
                if before
                    .zip(after)
                    .is_some_and(|(before, after)| equal(before, after)) => {}
            (old, new) => {
                // Of what is new, gone or of another kind now, everything inside is new or gone
                // too.
                self.compare_inside(old.unwrap_or(Shape::Leaf), before, None, path);
                self.compare_inside(new.unwrap_or(Shape::Leaf), None, after, path);
                self.report(before.is_some() && after.is_none(), path);
            }
        }
    }

    fn compare_inside(
        &mut self,
        shape: Shape,
        before: Option<&Value>,
        after: Option<&Value>,
        path: &Path,
    ) {
        match shape {
            Shape::Leaf => {}
            Shape::Object => self.compare_members(before, after, path),
            Shape::Rows(_) | Shape::Set => self.compare_rows(shape, before, after, path),
        }
    }

    fn compare_members(&mut self, before: Option<&Value>, after: Option<&Value>, path: &Path) {
        for (name, value) in before.and_then(Value::as_object).into_iter().flatten() {
            let after = after.and_then(|after| after.get(name));
            self.enter(
                Element::Field(name.clone()),
                Some(value),
                after,
                &path.member(name),
            );
        }
        for (name, value) in after.and_then(Value::as_object).into_iter().flatten() {
            if before.is_none_or(|before| before.get(name).is_none()) {
                self.enter(
                    Element::Field(name.clone()),
                    None,
                    Some(value),
                    &path.member(name),
                );
            }
        }
    }

    fn compare_rows(
        &mut self,
        shape: Shape,
        before: Option<&Value>,
        after: Option<&Value>,
        path: &Path,
    ) {
        let (old, new) = (
            rows_by_element(shape, before),
            rows_by_element(shape, after),
        );
        for (element, (index, row)) in &old {
            let after = new.get(element).map(|(_, row)| *row);
            self.enter(element.clone(), Some(row), after, &path.row(*index));
        }
        for (element, (index, row)) in new
            .iter()
            .filter(|(element, _)| !old.contains_key(*element))
        {
            self.enter(element.clone(), None, Some(row), &path.row(*index));
        }
    }

    fn enter(
        &mut self,
        element: Element,
        before: Option<&Value>,
        after: Option<&Value>,
        path: &Path,
    ) {
        self.place.push(element);
        self.compare(before, after, path);
        self.place.pop();
    }

    fn report(&mut self, removed: bool, path: &Path) {
        if self.rules.is_unowned_itself(path) {
            return;
        }
        let fields = if removed {
            &mut self.changes.removed
        } else {
            &mut self.changes.set
        };
        fields.insert(&self.place);
    }
}

fn rows_by_element<'v>(
    shape: Shape,
    list: Option<&'v Value>,
) -> std::collections::BTreeMap<Element, (usize, &'v Value)> {
    let mut found = std::collections::BTreeMap::new();
    for (index, row) in list
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        if let Some(element) = shape.element(row) {
            found.entry(element).or_insert((index, row));
        }
    }
    found
}
