//! Reads classes: those of the scope before those of the catalogue.

use std::collections::BTreeMap;

use front::Call;
use hub::class::Class;
use hub::command::Outcome;
use hub::error::{Error, Result};
use hub::object::Kind;
use hub::scope::DEFAULT_SCOPE;
use store::{Query, ScopeName};

/// The class that a connector of that name would get.
pub fn get(call: &Call, name: String) -> Result<Outcome> {
    if let Some(object) = call.store.class(call.scope()?.id, &name)? {
        return Ok(Outcome::Class(name, object.doc, false));
    }
    let class =
        Class::in_catalogue(&name).ok_or_else(|| Error::not_found(Kind::Class, name.clone()))??;
    Ok(Outcome::Class(name, class.doc, false))
}

/// All the classes that connectors of the scope can have, by name: its own before those of the scope `default`, and
/// both before those of the catalogue.
pub fn list(call: &Call) -> Result<Outcome> {
    let mut classes = BTreeMap::new();
    for class in Class::catalogue() {
        let class = class?;
        classes.insert(class.name, class.doc);
    }
    let shared = call.store.scope_by(ScopeName::Name, DEFAULT_SCOPE)?;
    for scope in shared
        .map(|scope| scope.id)
        .into_iter()
        .chain([call.scope()?.id])
    {
        for object in call.store.list_all(Query::of(Kind::Class, scope))? {
            classes.insert(object.name, object.doc);
        }
    }
    Ok(Outcome::Classes(classes.into_iter().collect()))
}
