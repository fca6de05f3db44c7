//! The order in which objects are applied: what is referred to before what refers to it.

use std::collections::{BTreeSet, HashMap};

use hub::job::Item;
use serde_json::Value;

use super::types;

/// Something in a document that may be a reference: an object with a type, and an id or a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mention<'a> {
    /// The type of what it may refer to.
    pub kind: &'a str,
    /// Its id.
    pub id: Option<&'a str>,
    /// Its name.
    pub name: Option<&'a str>,
}

/// What an object of a type may refer to, in the members that its references are in. The merge core
/// decides which of it are references, by the extractors; to know a little more than those select
/// needs no second reading of JSONPath.
pub(crate) fn mentions<'a>(kind: &str, object: &'a Value) -> Vec<Mention<'a>> {
    let mut found = Vec::new();
    for member in types::reference_members(kind) {
        if let Some(value) = object.get(member) {
            // A document is not nested deeper than hub::json::MAX_DEPTH.
            collect(value, &mut found);
        }
    }
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

/// Items in the order in which they are applied: what is referred to before what refers to it.
#[derive(Debug, Default, PartialEq)]
pub struct Ordered {
    /// The items.
    pub items: Vec<Item>,
    /// The first and the last place, counted from 1, of items that refer to each other in a cycle.
    pub cycles: Vec<(usize, usize)>,
}

/// Sorts so that what is referred to comes first. What is in a cycle stands together. Apart from
/// that the order of the file is kept.
pub fn by_dependency(items: Vec<Item>) -> Ordered {
    let components = components(&dependencies(&items));
    let mut items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
    let mut ordered = Ordered::default();
    for component in components {
        let before = ordered.items.len();
        let members = component.iter();
        let members = members.filter_map(|index| items.get_mut(*index).and_then(Option::take));
        ordered.items.extend(members);
        if component.len() > 1 {
            let places = (before.saturating_add(1), ordered.items.len());
            ordered.cycles.push(places);
        }
    }
    ordered
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
        for mention in mentions(&item.kind, item.doc.get("object").unwrap_or(&Value::Null)) {
            let named = |name| by_name.get(&(mention.kind, name));
            let identified = mention.id.and_then(|id| by_id.get(&(mention.kind, id)));
            targets.extend(identified.or_else(|| mention.name.and_then(named)));
        }
        dependencies.push(targets.into_iter().collect());
    }
    dependencies
}

/// The strongly connected components, by the path-based algorithm (H. Gabow, 2000), each after
/// those that it depends on. Not by recursion: a chain may be as long as the file.
fn components(dependencies: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut walk = Walk {
        dependencies,
        visits: vec![Visit::Unvisited; dependencies.len()],
        path: Vec::new(),
        open: Vec::new(),
        starts: Vec::new(),
        components: Vec::new(),
    };
    for start in 0..dependencies.len() {
        walk.enter(start);
        while let Some((index, rest)) = walk.path.last_mut() {
            let index = *index;
            match rest.next() {
                Some(next) => walk.enter(*next),
                None => walk.leave(index),
            }
        }
    }
    walk.components
}

/// How far a walk is with an item.
#[derive(Clone, Copy)]
enum Visit {
    /// Not reached yet.
    Unvisited,
    /// In `open`, at that index.
    Open(usize),
    /// In a component.
    Done,
}

struct Walk<'a> {
    dependencies: &'a [Vec<usize>],
    /// Of each item.
    visits: Vec<Visit>,
    /// What is being walked through, each with those of its dependencies that were not looked at
    /// yet.
    path: Vec<(usize, std::slice::Iter<'a, usize>)>,
    /// What was reached and is in no component yet.
    open: Vec<usize>,
    /// Where in `open` a component begins, as far as is known.
    starts: Vec<usize>,
    components: Vec<Vec<usize>>,
}

impl Walk<'_> {
    fn enter(&mut self, index: usize) {
        let (Some(visit), Some(targets)) =
            (self.visits.get_mut(index), self.dependencies.get(index))
        else {
            return;
        };
        match *visit {
            Visit::Unvisited => {
                *visit = Visit::Open(self.open.len());
                self.starts.push(self.open.len());
                self.open.push(index);
                self.path.push((index, targets.iter()));
            }
            // A way back: all from there on is one component.
            Visit::Open(at) => self
                .starts
                .truncate(self.starts.partition_point(|start| *start <= at)),
            Visit::Done => {}
        }
    }

    fn leave(&mut self, index: usize) {
        self.path.pop();
        let Some(Visit::Open(at)) = self.visits.get(index).copied() else {
            return;
        };
        if self.starts.pop_if(|start| *start == at).is_none() {
            return;
        }
        let mut component = self.open.split_off(at);
        for index in &component {
            if let Some(visit) = self.visits.get_mut(*index) {
                *visit = Visit::Done;
            }
        }
        component.sort_unstable();
        self.components.push(component);
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
            doc: json!({"object": {"accessProfiles": refs}}),
            secrets: None,
        }
    }

    fn ids(items: Vec<Item>) -> Vec<String> {
        by_dependency(items)
            .items
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
        assert_eq!(ids(items), ["d", "b", "c", "a"]);
    }

    #[test]
    fn a_name_is_a_reference_too() {
        let mut first = item("a", &[]);
        first.doc = json!({"object": {"owner": {"type": "ROLE", "id": "elsewhere", "name": "nb"}}});
        assert_eq!(ids(vec![first, item("b", &[])]), ["b", "a"]);
    }

    #[test]
    fn what_is_in_a_cycle_stands_together() {
        let items = vec![
            item("a", &["b", "d"]),
            item("b", &["c", "e"]),
            item("c", &["a", "c"]),
            item("d", &["f"]),
            item("e", &[]),
            item("f", &["d"]),
            item("g", &["g"]),
        ];
        let ordered = by_dependency(items.clone());
        assert_eq!(ids(items), ["e", "d", "f", "a", "b", "c", "g"]);
        assert_eq!(ordered.cycles, [(2, 3), (4, 6)]);
    }

    #[test]
    fn only_the_members_that_references_are_in_count() {
        let mut first = item("a", &[]);
        first.doc = json!({"object": {"other": {"type": "ROLE", "id": "b"}}});
        assert_eq!(ids(vec![first, item("b", &["a"])]), ["a", "b"]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let items = (0..50_000)
            .map(|n| item(&n.to_string(), &[&(n + 1).to_string()]))
            .collect();
        let order = ids(items);
        assert_eq!(order.len(), 50_000);
        assert_eq!(order[0], "49999");
    }
}
