//! What differs between two documents.

use serde_json::{Map, Value};

use crate::equal::equal;
use crate::error::Error;
use crate::limits::Allowance;
use crate::pointer::Path;
use crate::rows::{find_by_key, row_key};
use crate::rules::ListRules;

/// One difference.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// A JSON Pointer into the document after; for a removal, into the document before.
    pub pointer: String,
    /// What happened there.
    pub operation: Operation,
    /// The value before; none for an addition.
    pub before: Option<Value>,
    /// The value after; none for a removal.
    pub after: Option<Value>,
}

/// What happened to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// It is new.
    Add,
    /// It is gone.
    Remove,
    /// It is another.
    Replace,
}

/// What differs, as small as possible: members by name, rows by key where the rules name one and
/// else by index. A list with a key whose rows changed places is replaced as a whole. None stands
/// for a document that does not exist.
pub fn diff(
    before: Option<&Value>,
    after: Option<&Value>,
    rules: &ListRules,
) -> Result<Vec<Change>, Error> {
    let mut comparison = Comparison {
        rules,
        changes: Vec::new(),
        allowance: Allowance::default(),
    };
    comparison.compare(before, after, &Path::Root, &Path::Root);
    comparison.allowance.check()?;
    Ok(comparison.changes)
}

struct Comparison<'r> {
    rules: &'r ListRules,
    changes: Vec<Change>,
    allowance: Allowance,
}

impl Comparison<'_> {
    /// `from` is the place in the document before, `to` the one after.
    fn compare(&mut self, before: Option<&Value>, after: Option<&Value>, from: &Path, to: &Path) {
        match (before, after) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                self.compare_objects(before, after, from, to)
            }
            (Some(Value::Array(before)), Some(Value::Array(after))) => {
                self.compare_lists(before, after, from, to)
            }
            (Some(old), Some(new)) if !equal(old, new) => {
                self.report(Operation::Replace, before, after, to)
            }
            (None, Some(_)) => self.report(Operation::Add, before, after, to),
            (Some(_), None) => self.report(Operation::Remove, before, after, from),
            (Some(_), Some(_)) | (None, None) => {}
        }
    }

    fn compare_objects(
        &mut self,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
        from: &Path,
        to: &Path,
    ) {
        for (name, value) in before {
            self.compare(
                Some(value),
                after.get(name),
                &from.member(name),
                &to.member(name),
            );
        }
        for (name, value) in after {
            if !before.contains_key(name) {
                self.compare(None, Some(value), &from.member(name), &to.member(name));
            }
        }
    }

    fn compare_lists(&mut self, before: &[Value], after: &[Value], from: &Path, to: &Path) {
        match self
            .rules
            .key_at(to)
            .map(|key| (key, distinct(before, key) && distinct(after, key)))
        {
            Some((key, true)) if same_order(before, after, key) => {
                self.compare_rows(key, before, after, from, to)
            }
            Some((_, true)) => {
                let (before, after) = (Value::Array(before.to_vec()), Value::Array(after.to_vec()));
                self.report(Operation::Replace, Some(&before), Some(&after), to);
            }
            Some((_, false)) | None => {
                for index in 0..before.len().max(after.len()) {
                    self.compare(
                        before.get(index),
                        after.get(index),
                        &from.row(index),
                        &to.row(index),
                    );
                }
            }
        }
    }

    fn compare_rows(
        &mut self,
        key: &str,
        before: &[Value],
        after: &[Value],
        from: &Path,
        to: &Path,
    ) {
        let new = find_by_key(after, key);
        for (index, row) in before.iter().enumerate() {
            if row_key(row, key).is_none_or(|name| !new.contains_key(&name)) {
                self.compare(Some(row), None, &from.row(index), to);
            }
        }
        let old = find_by_key(before, key);
        for (index, row) in after.iter().enumerate() {
            let before = row_key(row, key).and_then(|name| old.get(&name).copied());
            self.compare(before, Some(row), from, &to.row(index));
        }
    }

    fn report(
        &mut self,
        operation: Operation,
        before: Option<&Value>,
        after: Option<&Value>,
        path: &Path,
    ) {
        let pointer = path.to_pointer();
        if !self.allowance.spend(&pointer) {
            return;
        }
        self.changes.push(Change {
            pointer,
            operation,
            before: before.cloned(),
            after: after.cloned(),
        });
    }
}

/// Whether every row has a key of its own. If not, the rows can only be told apart by index.
fn distinct(rows: &[Value], key: &str) -> bool {
    find_by_key(rows, key).len() == rows.len()
}

/// Whether the rows that both lists have come in the same order.
fn same_order(before: &[Value], after: &[Value], key: &str) -> bool {
    let (old, new) = (find_by_key(before, key), find_by_key(after, key));
    let common = |rows: &[Value], others: &std::collections::BTreeMap<_, _>| -> Vec<_> {
        rows.iter()
            .filter_map(|row| row_key(row, key))
            .filter(|name| others.contains_key(name))
            .collect()
    };
    common(before, &new) == common(after, &old)
}
