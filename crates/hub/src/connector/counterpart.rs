//! Which item of a stored list an item of another version of it was.

use std::collections::HashMap;

use serde_json::Value;

use crate::slot::{MASKED, shown};

/// The members by which items are told apart, the first that an item has.
const KEYS: [&str; 5] = ["name", "appType", "key", "id", "uid"];

/// For each item the one that it was in `current`: the one of its name, or else one that looks the
/// same with its secrets masked, or else the one at its place if that was not found for another.
pub(super) fn of_items<'a>(items: &[Value], current: Option<&'a Value>) -> Vec<Option<&'a Value>> {
    let current = current.and_then(Value::as_array).map(Vec::as_slice);
    let Some(current) = current.filter(|current| !current.is_empty()) else {
        return vec![None; items.len()];
    };
    let mut taken = vec![false; current.len()];
    let mut found: Vec<Option<usize>> = Vec::new();
    let mut by_key: HashMap<String, Vec<usize>> = HashMap::new();
    let mut by_look: HashMap<String, Vec<usize>> = HashMap::new();
    for (index, item) in current.iter().enumerate().rev() {
        match key(item) {
            Some(key) => by_key.entry(key).or_default().push(index),
            None => by_look.entry(look(item)).or_default().push(index),
        }
    }
    for item in items {
        let same = match key(item) {
            Some(key) => by_key.get_mut(&key).and_then(Vec::pop),
            None => by_look.get_mut(&look(item)).and_then(Vec::pop),
        };
        if let Some(taken) = same.and_then(|index| taken.get_mut(index)) {
            *taken = true;
        }
        found.push(same);
    }
    let at_place = |index: usize, item: &Value| {
        let free = taken.get(index).is_some_and(|taken| !taken);
        let stored = current.get(index).filter(|_| free)?;
        (key(item).is_none() && key(stored).is_none()).then_some(stored)
    };
    let pairs = items.iter().zip(found).enumerate();
    pairs
        .map(|(index, (item, same))| match same {
            Some(same) => current.get(same),
            None => at_place(index, item),
        })
        .collect()
}

fn key(item: &Value) -> Option<String> {
    let members = item.as_object()?;
    let key = |name: &&str| Some(format!("{name}:{}", members.get(*name)?.as_str()?));
    KEYS.iter().find_map(key)
}

fn look(item: &Value) -> String {
    shown(item, MASKED).unwrap_or_default().to_string()
}
