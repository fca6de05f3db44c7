//! Documents: to and from the hub's form.
//!
//! | Kubernetes | hub |
//! |---|---|
//! | `metadata.name` | the object's name and slug |
//! | `metadata.namespace` | its scope |
//! | `metadata.uid`, `generation`, `resourceVersion`, `creationTimestamp` | its uid, generation, revision and time |
//! | `metadata.labels` | `labels` |
//! | `metadata.annotations["cpaas.io/description"]` | `description` |
//! | the rest of `metadata` | `extensions.kubernetes.metadata` |
//! | `spec`, `status`, `data` | see [`connector`], [`class`] and [`secret`] |

pub(crate) mod class;
mod connector;
pub(crate) mod event;
pub(crate) mod last_applied;
mod member;
pub(crate) mod metadata;
pub(crate) mod namespace;
pub(crate) mod params;
pub(crate) mod secret;

use hub::class::{Class, Classes, SOURCE_LABEL};
use hub::object::{Kind, Object};
use serde_json::{Map, Value, json};

pub(crate) use self::member::{extension, object_of, set};
pub(crate) use self::params::OfClass;
use crate::resource::Resource;

/// The document that shows an object of the scope of that name; `class` is that of a connector.
pub(crate) fn show(
    resource: &Resource,
    object: &Object,
    scope: &str,
    class: Option<&Class>,
) -> Value {
    let namespace = resource.namespaced.then_some(scope);
    let mut document = Map::new();
    document.insert("apiVersion".to_owned(), json!(resource.api_version()));
    document.insert("kind".to_owned(), json!(resource.kind));
    document.insert("metadata".to_owned(), metadata::show(object, namespace));
    let rest = match resource.hub {
        Kind::Connector => connector::show(&object.doc, class),
        Kind::Class => class::show(&object.doc),
        Kind::Secret => secret::show(&object.doc),
        _ => namespace::show(),
    };
    document.extend(rest);
    if is_of_catalogue(object) {
        class::show_applied(&mut document);
    }
    Value::Object(document)
}

/// The class of an object, if it is a connector of one.
pub(crate) fn class_of<'c>(object: &Object, classes: &'c Classes) -> Option<&'c Class> {
    classes.get(object.doc.get("class")?.as_str()?)
}

/// Whether it is a class that the scope has not stored.
pub(crate) fn is_of_catalogue(object: &Object) -> bool {
    object.kind == Kind::Class && object.label(SOURCE_LABEL).is_some()
}

/// The hub's document of a Kubernetes document that is valid; what Kubernetes does not show of
/// `current` stays.
pub(crate) fn read(
    resource: &Resource,
    wire: &Value,
    current: Option<&Value>,
    class: OfClass<'_>,
) -> Value {
    let mut doc = match current {
        Some(Value::Object(members)) => members.clone(),
        _ => Map::new(),
    };
    match resource.hub {
        Kind::Connector => connector::read(wire, &mut doc, class),
        Kind::Class => class::read(wire, &mut doc),
        _ => secret::read(wire, &mut doc),
    }
    metadata::read(wire, &mut doc);
    Value::Object(doc)
}

#[cfg(test)]
mod tests {
    use hub::id::Uid;
    use hub::time::Timestamp;
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;
    use crate::resource::{CONNECTOR, CONNECTOR_CLASS};
    use crate::schema::{Items, Schema, Shape, prune, validate};

    /// Any document that a schema allows, with or without what it does not require.
    fn valid(schema: &Schema) -> BoxedStrategy<Value> {
        match &schema.shape {
            Shape::String { allowed: [], .. } => "[a-z*]{0,6}".prop_map(Value::from).boxed(),
            Shape::String { allowed, .. } => proptest::sample::select(*allowed)
                .prop_map(Value::from)
                .boxed(),
            Shape::Integer => any::<i64>().prop_map(Value::from).boxed(),
            Shape::Boolean => any::<bool>().prop_map(Value::from).boxed(),
            Shape::Any => prop_oneof![
                "[a-z]{0,4}".prop_map(Value::from),
                vec("[a-z]{0,3}", 0..3).prop_map(Value::from),
                btree_map("[a-z]{1,3}", any::<bool>(), 0..3).prop_map(|members| json!(members)),
            ]
            .boxed(),
            Shape::Map(value) => btree_map("[a-z]{1,4}", valid(value), 0..3)
                .prop_map(|members| json!(members))
                .boxed(),
            Shape::List { item, items } => {
                let items = *items;
                let distinct = move |list: Vec<Value>| match items {
                    Items::Atomic => Value::from(list),
                    Items::Set | Items::ByKey(_) => list.into_iter().take(1).collect(),
                };
                vec(valid(item), 0..3).prop_map(distinct).boxed()
            }
            Shape::Object {
                members, required, ..
            } => {
                let of_member = |(name, schema): &(&'static str, Schema)| {
                    let (name, value) = (*name, valid(schema));
                    let value = if required.contains(&name) {
                        value.prop_map(Some).boxed()
                    } else {
                        proptest::option::weighted(0.6, value).boxed()
                    };
                    value.prop_map(move |value| Some((name.to_owned(), value?)))
                };
                let members: Vec<_> = members
                    .iter()
                    .map(|member| of_member(member).boxed())
                    .collect();
                members
                    .prop_map(|members| Value::Object(members.into_iter().flatten().collect()))
                    .boxed()
            }
        }
    }

    fn object(kind: Kind, doc: Value) -> Object {
        let now = Timestamp::from_millis(1_700_000_000_000);
        Object {
            id: 3,
            uid: Uid::new(now).unwrap(),
            scope: 1,
            kind,
            name: "git".to_owned(),
            slug: "git".to_owned(),
            parent: None,
            generation: 4,
            revision: 5,
            created_at: now,
            updated_at: now,
            doc,
        }
    }

    /// What the server decides is as it is in the object.
    fn settled(mut wire: Value, resource: &Resource, object: &Object) -> Value {
        let shown = show(resource, object, "team", None);
        let members = wire.as_object_mut().unwrap();
        let mut metadata = object_of(members.shift_remove("metadata"));
        let shown_metadata = object_of(shown.get("metadata").cloned());
        metadata.shift_remove("selfLink");
        metadata.shift_remove("namespace");
        for name in [
            "name",
            "namespace",
            "uid",
            "generation",
            "resourceVersion",
            "creationTimestamp",
        ] {
            set(&mut metadata, name, shown_metadata.get(name).cloned());
        }
        members.insert("metadata".to_owned(), Value::Object(metadata));
        members.insert("apiVersion".to_owned(), json!(resource.api_version()));
        members.insert("kind".to_owned(), json!(resource.kind));
        wire
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_connector_comes_back_as_it_was_written(wire in valid(CONNECTOR.schema())) {
            let wire = settled(wire, &CONNECTOR, &object(Kind::Connector, json!({})));
            prop_assert!(validate(&wire, CONNECTOR.schema(), "").is_empty());
            let stored = object(Kind::Connector, read(&CONNECTOR, &wire, None, OfClass::default()));
            let again = settled(wire.clone(), &CONNECTOR, &stored);
            prop_assert_eq!(show(&CONNECTOR, &stored, "team", None), again);
            prop_assert_eq!(read(&CONNECTOR, &show(&CONNECTOR, &stored, "team", None), Some(&stored.doc), OfClass::default()), stored.doc);
        }

        #[test]
        fn a_class_comes_back_as_it_was_written(wire in valid(CONNECTOR_CLASS.schema())) {
            let mut pruned = wire.clone();
            prop_assert!(prune(&mut pruned, CONNECTOR_CLASS.schema()).is_empty());
            let stored = object(Kind::Class, read(&CONNECTOR_CLASS, &wire, None, OfClass::default()));
            let again = settled(wire.clone(), &CONNECTOR_CLASS, &stored);
            prop_assert_eq!(show(&CONNECTOR_CLASS, &stored, "team", None), again);
        }
    }
}
