//! Sets of fields, and how `managedFields` writes them (FieldsV1).

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

use serde_json::{Map, Value};

use crate::error::Code;
use crate::errors::Errors;
use crate::limits::{Allowance, MAX_ERRORS};
use crate::pointer::{Path, join};

/// One step of a field path, in the order in which FieldsV1 lists them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Element {
    /// A member of an object: `f:name`.
    Field(String),
    /// The row with these keys: `k:{"name":"x"}`. JSON text with the names in order, so that equal
    /// keys are equal text.
    Key(String),
    /// The row that is this scalar: `v:"x"`. JSON text.
    Value(String),
    /// The row at this index: `i:0`. Read from others; this core never writes one.
    Index(usize),
}

impl Element {
    /// The element of the row with these keys; none if it lacks one.
    pub(super) fn of_row<'v>(
        keys: &[String],
        scalar: impl Fn(&str) -> Option<&'v Value>,
    ) -> Option<Self> {
        let mut named = BTreeMap::new();
        for key in keys {
            named.insert(key.clone(), scalar(key)?.clone());
        }
        Some(Self::Key(
            Value::Object(named.into_iter().collect()).to_string(),
        ))
    }

    /// The element of a row of a set.
    pub(super) fn of_scalar(value: &Value) -> Option<Self> {
        (!value.is_object() && !value.is_array()).then(|| Self::Value(value.to_string()))
    }

    fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':')?;
        match kind {
            "f" => Some(Self::Field(rest.to_owned())),
            "k" => {
                let keys: BTreeMap<String, Value> = serde_json::from_str(rest).ok()?;
                Some(Self::Key(
                    Value::Object(keys.into_iter().collect()).to_string(),
                ))
            }
            "v" => Some(Self::Value(
                serde_json::from_str::<Value>(rest).ok()?.to_string(),
            )),
            "i" => rest.parse().ok().map(Self::Index),
            _ => None,
        }
    }

    fn key(&self) -> String {
        match self {
            Self::Field(name) => format!("f:{name}"),
            Self::Key(keys) => format!("k:{keys}"),
            Self::Value(value) => format!("v:{value}"),
            Self::Index(index) => format!("i:{index}"),
        }
    }

    fn key_names(&self) -> Option<Vec<String>> {
        let Self::Key(text) = self else { return None };
        let keys: BTreeMap<String, Value> = serde_json::from_str(text).ok()?;
        Some(keys.into_keys().collect())
    }
}

impl fmt::Display for Element {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(to, ".{name}"),
            Self::Value(value) => write!(to, "[={value}]"),
            Self::Index(index) => write!(to, "[{index}]"),
            Self::Key(text) => {
                let keys: BTreeMap<String, Value> = serde_json::from_str(text).unwrap_or_default();
                let keys: Vec<String> = keys
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                write!(to, "[{}]", keys.join(","))
            }
        }
    }
}

/// A set of fields, as a tree. No branch of it is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FieldSet(BTreeMap<Element, Node>);

/// What a set says of a field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Node {
    /// Whether the field itself is in the set.
    pub(super) member: bool,
    /// What of the field's own fields is.
    pub(super) below: FieldSet,
}

impl Node {
    fn kept(self) -> Option<Self> {
        (self.member || !self.below.is_empty()).then_some(self)
    }
}

impl FieldSet {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, element: &Element) -> Option<&Node> {
        self.0.get(element)
    }

    /// Puts a field into the set. The document itself is no field.
    pub(super) fn insert(&mut self, path: &[Element]) {
        let Some((first, rest)) = path.split_first() else {
            return;
        };
        // Most fields are put in below one that is there already, so its name is not copied again.
        if !self.0.contains_key(first) {
            self.0.insert(first.clone(), Node::default());
        }
        let Some(node) = self.0.get_mut(first) else {
            return;
        };
        if rest.is_empty() {
            node.member = true;
        } else {
            node.below.insert(rest);
        }
    }

    /// Adds all fields of another set.
    pub(super) fn add(&mut self, other: &FieldSet) {
        for (element, node) in &other.0 {
            match self.0.entry(element.clone()) {
                Entry::Vacant(place) => {
                    place.insert(node.clone());
                }
                Entry::Occupied(mut place) => {
                    let own = place.get_mut();
                    own.member |= node.member;
                    own.below.add(&node.below);
                }
            }
        }
    }

    /// The fields of this set that are not in the other.
    pub(super) fn without(&self, other: &FieldSet) -> FieldSet {
        let left = self.0.iter().filter_map(|(element, node)| {
            let left = match other.0.get(element) {
                None => Some(node.clone()),
                Some(gone) => {
                    let member = node.member && !gone.member;
                    Node {
                        member,
                        below: node.below.without(&gone.below),
                    }
                    .kept()
                }
            };
            left.map(|left| (element.clone(), left))
        });
        FieldSet(left.collect())
    }

    /// The fields that both sets have.
    pub(super) fn common(&self, other: &FieldSet) -> FieldSet {
        let common = self.0.iter().filter_map(|(element, node)| {
            let shared = other.0.get(element)?;
            let member = node.member && shared.member;
            let node = Node {
                member,
                below: node.below.common(&shared.below),
            }
            .kept()?;
            Some((element.clone(), node))
        });
        FieldSet(common.collect())
    }

    /// The path of every field, as Kubernetes prints it, and its JSON Pointer in a document; empty
    /// if it is not in there. Of very many, the first.
    pub(super) fn paths(&self, document: &Value) -> Vec<(String, String)> {
        let mut listing = Listing {
            paths: Vec::new(),
            allowance: Allowance::default(),
        };
        listing.list(self, Some(document), "", "");
        listing.paths
    }

    /// Where the rows of a list are.
    fn positions(&self, list: &Value) -> BTreeMap<Element, usize> {
        let names = self
            .0
            .keys()
            .find_map(Element::key_names)
            .unwrap_or_default();
        let element = |row: &Value| match row {
            Value::Object(members) => Element::of_row(&names, |name| members.get(name)),
            _ => Element::of_scalar(row),
        };
        let rows = list.as_array().into_iter().flatten().enumerate();
        rows.filter_map(|(index, row)| Some((element(row)?, index)))
            .collect()
    }

    /// Reads FieldsV1.
    pub(super) fn read(fields: &Value, path: &Path, errors: &mut Errors) -> FieldSet {
        let Some(members) = fields.as_object() else {
            errors.push(path, Code::WrongType, "must be an object of fields");
            return FieldSet::default();
        };
        let mut set = FieldSet::default();
        for (name, inside) in members.iter().filter(|(name, _)| *name != ".") {
            let path = path.member(name);
            match Element::parse(name) {
                Some(element) => {
                    let below = Self::read(inside, &path, errors);
                    let member = below.is_empty() || inside.get(".").is_some();
                    set.0.insert(element, Node { member, below });
                }
                None => errors.push(
                    &path,
                    Code::Malformed,
                    "is no field: use f:name, k:{…}, v:… or i:0",
                ),
            }
        }
        set
    }

    /// Writes FieldsV1.
    pub(super) fn write(&self) -> Value {
        Value::Object(self.members())
    }

    fn members(&self) -> Map<String, Value> {
        let member = |(element, node): (&Element, &Node)| {
            let mut inside = Map::new();
            if node.member && !node.below.is_empty() {
                inside.insert(".".into(), Value::Object(Map::new()));
            }
            inside.extend(node.below.members());
            (element.key(), Value::Object(inside))
        };
        self.0.iter().map(member).collect()
    }
}

struct Listing {
    paths: Vec<(String, String)>,
    allowance: Allowance,
}

impl Listing {
    fn list(&mut self, set: &FieldSet, value: Option<&Value>, path: &str, pointer: &str) {
        let positions = value.map(|value| set.positions(value)).unwrap_or_default();
        for (element, node) in &set.0 {
            let path = format!("{path}{element}");
            let (token, inside) = match element {
                Element::Field(name) => {
                    (Some(name.clone()), value.and_then(|value| value.get(name)))
                }
                _ => {
                    let index = positions.get(element);
                    let row = index.and_then(|index| value.and_then(|value| value.get(index)));
                    (index.map(usize::to_string), row)
                }
            };
            let pointer = inside
                .and(token)
                .map(|token| join(pointer, &token))
                .unwrap_or_default();
            if self.paths.len() >= MAX_ERRORS || !self.allowance.spend(&path) {
                return;
            }
            if node.member {
                self.paths.push((path.clone(), pointer.clone()));
            }
            self.list(&node.below, inside, &path, &pointer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(fields: &Value) -> FieldSet {
        let mut errors = Errors::default();
        let set = FieldSet::read(fields, &Path::Root, &mut errors);
        errors.or(set).unwrap()
    }

    #[test]
    fn fields_come_back_as_they_were_written() {
        let fields = json!({"f:metadata": {"f:finalizers": {".": {}, "v:\"a\"": {}}}, "f:spec": {"f:address": {},
            "f:params": {"k:{\"name\":\"x\"}": {".": {}, "f:name": {}, "f:value": {}}, "i:0": {}}}});
        assert_eq!(set(&fields).write().to_string(), fields.to_string());
    }

    #[test]
    fn equal_keys_are_one_field_however_they_are_written() {
        let one = set(&json!({"k:{\"a\":1,\"b\":2}": {}}));
        let other = set(&json!({"k:{ \"b\": 2, \"a\": 1 }": {}}));
        assert_eq!(one, other);
    }

    #[test]
    fn what_is_no_field_is_an_error_with_its_place() {
        let mut errors = Errors::default();
        let fields =
            json!({"f:a": {"x": {}, "k:[]": {}, "v:": {}, "i:-1": {}, "f:ok": 3}, "g:b": {}});
        FieldSet::read(&fields, &Path::Root, &mut errors);
        let Err(crate::Error::Invalid(fields)) = errors.or(()) else {
            panic!()
        };
        let places: Vec<_> = fields.iter().map(|field| field.pointer.as_str()).collect();
        assert_eq!(
            places,
            [
                "/f:a/x",
                "/f:a/k:[]",
                "/f:a/v:",
                "/f:a/i:-1",
                "/f:a/f:ok",
                "/g:b"
            ]
        );
    }

    #[test]
    fn sets_subtract_and_intersect_without_empty_branches() {
        let one = set(&json!({"f:a": {".": {}, "f:b": {}, "f:c": {}}}));
        let other = set(&json!({"f:a": {"f:b": {}}}));
        assert_eq!(
            one.without(&other).write(),
            json!({"f:a": {".": {}, "f:c": {}}})
        );
        assert_eq!(one.common(&other).write(), json!({"f:a": {"f:b": {}}}));
        assert!(other.without(&one).is_empty());
        let mut all = other.clone();
        all.add(&one);
        assert_eq!(all, one);
    }

    #[test]
    fn paths_are_printed_as_kubernetes_does() {
        let set = set(
            &json!({"f:spec": {"f:params": {"k:{\"name\":\"x\"}": {"f:value": {}}}}, "f:tags": {"v:\"t\"": {}}}),
        );
        let document =
            json!({"spec": {"params": [{"name": "w"}, {"name": "x", "value": 1}]}, "tags": ["t"]});
        let expected = [
            (".spec.params[name=\"x\"].value", "/spec/params/1/value"),
            (".tags[=\"t\"]", "/tags/0"),
        ];
        assert_eq!(
            set.paths(&document),
            expected.map(|(path, pointer)| (path.into(), pointer.into()))
        );
    }
}
