//! The order in which objects are applied: what is referred to before what refers to it.

use std::collections::{BTreeSet, HashMap};

use hub::job::Item;
use serde_json::Value;

/// Something in a document that may be a reference: an object with a type, and an id or a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mention<'a> {
    /// The type of what it may refer to.
    pub kind: &'a str,
    /// Its id.
    pub id: Option<&'a str>,
    /// Its name.
    pub name: Option<&'a str>,
}

/// Everything in a document that may be a reference, wherever it is. The merge core decides which of it are, by the
/// extractors of the type; to know more than those costs little and needs no second reading of JSONPath.
pub fn mentions(object: &Value) -> Vec<Mention<'_>> {
    let mut found = Vec::new();
    // A document is not nested deeper than hub::json::MAX_DEPTH.
    collect(object, &mut found);
    found
}

fn collect<'a>(value: &'a Value, found: &mut Vec<Mention<'a>>) {
    match value {
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            if let Some(kind) = text("type") {
                let (id, name) = (text("id"), text("name"));
                if id.is_some() || name.is_some() {
                    found.push(Mention { kind, id, name });
                }
            }
            members.values().for_each(|member| collect(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// Sorts so that what is referred to comes first; in a cycle, what the file has first. Apart from that the order of
/// the file is kept.
pub fn by_dependency(items: Vec<Item>) -> Vec<Item> {
    let dependencies = dependencies(&items);
    let order = depth_first(&dependencies);
    let mut items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    order
        .into_iter()
        .filter_map(|index| items.get_mut(index).and_then(Option::take))
        .collect()
}

fn dependencies(items: &[Item]) -> Vec<Vec<usize>> {
    let (mut by_id, mut by_name) = (HashMap::new(), HashMap::new());
    for (index, item) in items.iter().enumerate() {
        if let Some(id) = item.id.as_deref() {
            by_id.entry((item.kind.as_str(), id)).or_insert(index);
        }
        by_name
            .entry((item.kind.as_str(), item.name.as_str()))
            .or_insert(index);
    }
    let mut dependencies = Vec::with_capacity(items.len());
    for item in items {
        let mut targets = BTreeSet::new();
        for mention in mentions(item.doc.get("object").unwrap_or(&Value::Null)) {
            let named = |name| by_name.get(&(mention.kind, name));
            let identified = mention.id.and_then(|id| by_id.get(&(mention.kind, id)));
            targets.extend(identified.or_else(|| mention.name.and_then(named)));
        }
        dependencies.push(targets.into_iter().collect());
    }
    dependencies
}

/// Depth first, what is finished first. Not by recursion: a chain may be as long as the file.
fn depth_first(dependencies: &[Vec<usize>]) -> Vec<usize> {
    let mut order = Vec::with_capacity(dependencies.len());
    let mut entered = vec![false; dependencies.len()];
    for start in 0..dependencies.len() {
        let mut path = Vec::new();
        enter(start, dependencies, &mut entered, &mut path);
        while let Some((index, rest)) = path.last_mut() {
            match rest.next() {
                Some(next) => enter(*next, dependencies, &mut entered, &mut path),
                None => {
                    order.push(*index);
                    path.pop();
                }
            }
        }
    }
    order
}

/// What is being walked through: an item, and those of its dependencies that were not looked at yet.
type Path<'a> = Vec<(usize, std::slice::Iter<'a, usize>)>;

fn enter<'a>(
    index: usize,
    dependencies: &'a [Vec<usize>],
    entered: &mut [bool],
    path: &mut Path<'a>,
) {
    if let (Some(mark), Some(targets)) = (entered.get_mut(index), dependencies.get(index))
        && !std::mem::replace(mark, true)
    {
        path.push((index, targets.iter()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn item(id: &str, refers_to: &[&str]) -> Item {
        let refs: Vec<Value> = refers_to
            .iter()
            .map(|id| json!({"type": "ROLE", "id": id}))
            .collect();
        Item {
            kind: "ROLE".to_owned(),
            id: Some(id.to_owned()),
            name: format!("n{id}"),
            doc: json!({"object": {"deep": [refs]}}),
            secrets: None,
        }
    }

    fn ordered(items: Vec<Item>) -> Vec<String> {
        by_dependency(items)
            .into_iter()
            .filter_map(|item| item.id)
            .collect()
    }

    #[test]
    fn what_is_referred_to_comes_first() {
        let items = vec![
            item("a", &["b", "c"]),
            item("b", &["d"]),
            item("c", &[]),
            item("d", &[]),
        ];
        assert_eq!(ordered(items), ["d", "b", "c", "a"]);
    }

    #[test]
    fn a_name_is_a_reference_too() {
        let mut first = item("a", &[]);
        first.doc = json!({"object": {"owner": {"type": "ROLE", "id": "elsewhere", "name": "nb"}}});
        assert_eq!(ordered(vec![first, item("b", &[])]), ["b", "a"]);
    }

    #[test]
    fn cycles_end() {
        let items = vec![
            item("a", &["b"]),
            item("b", &["c"]),
            item("c", &["a", "c"]),
            item("d", &[]),
        ];
        assert_eq!(ordered(items), ["c", "b", "a", "d"]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let items = (0..50_000)
            .map(|n| item(&n.to_string(), &[&(n + 1).to_string()]))
            .collect();
        let order = ordered(items);
        assert_eq!(order.len(), 50_000);
        assert_eq!(order[0], "49999");
    }
}
