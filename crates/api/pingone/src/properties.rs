//! The `properties` of a connector instance and the parameters that they are in the hub.
//!
//! A property is the row of a parameter with the property's own members. A member that is named
//! like one of the row's own gets a `$` in front, as many times as it has one already.

use hub::class::Class;
use hub::connector::parameters::{self, Shown, as_kind};
use hub::secrecy::{self, Secrecy, is_secret_name};
use hub::secret::{MASK, is_mask};
use hub::slot::{Shows, Slot, shown_members};
use serde_json::{Map, Value, json};

/// The name of the dialect, by which classes say what a parameter is called here.
const DIALECT: &str = "pingone";
/// Marks a value that is no object, and stands by itself where others are `{"value": …}`.
const BARE: &str = "bare";
const NAME: &str = "name";
const VALUE: &str = "value";
/// What says that a property is secret, as published.
const SECURE: &str = "secure";
/// The members that are a row's own.
const OWN: [&str; 2] = [NAME, BARE];
/// A secret that is still to be set is a property without a value.
const SHOWS: Shows<'static> = Shows {
    set: MASK,
    unset: None,
};

/// The properties that show the parameters of a connector.
pub(crate) fn properties(doc: &Value, class: Option<&Class>) -> Map<String, Value> {
    let shown = parameters::list(doc, class);
    shown
        .iter()
        .filter_map(|shown| Some((shown.name_in(DIALECT).to_owned(), property(shown)?)))
        .collect()
}

/// The property that shows a parameter; none of one that has neither a value nor members.
fn property(shown: &Shown<'_>) -> Option<Value> {
    let mut members = Map::new();
    let mut is_bare = false;
    for (name, value) in shown.row.into_iter().flatten() {
        match name.as_str() {
            NAME | VALUE => {}
            BARE => is_bare = true,
            _ => drop(members.insert(unescaped(name), value.clone())),
        }
    }
    let kind = shown
        .parameter
        .map_or("", |parameter| parameter.kind.as_str());
    if let Some(value) = shown.value {
        members.insert(VALUE.to_owned(), as_kind(value, kind));
    }
    let is_secret = shown.value.and_then(Slot::of).is_some();
    let mut members = shown_members(&members, SHOWS);
    // A row of another dialect may be secret although nothing here says so.
    let says_so = secrecy::said_by(&members) == Secrecy::Secret;
    let is_known = says_so
        || shown.parameter.map_or_else(
            || is_secret_name(shown.name),
            hub::class::Parameter::is_sensitive,
        );
    let is_unset = is_secret && !members.contains_key(VALUE);
    if is_secret && (!is_known || is_unset) {
        members.insert(SECURE.to_owned(), json!(true));
        return Some(Value::Object(members));
    }
    if is_bare {
        return members.shift_remove(VALUE);
    }
    // The row of the address is there without one, too, to keep its place.
    let is_place = members.is_empty() && shown.is_address();
    (!is_place).then_some(Value::Object(members))
}

/// Puts properties in place of those that a connector has.
pub(crate) fn put(
    doc: &mut Map<String, Value>,
    class: Option<&Class>,
    properties: &Map<String, Value>,
) {
    let stored = Value::Object(doc.clone());
    let shown = parameters::list(&stored, class);
    let rows = properties.iter().map(|(name, given)| {
        let of_name = |shown: &&Shown<'_>| shown.name_in(DIALECT) == name;
        row(name, given, shown.iter().find(of_name), class)
    });
    let rows = rows.collect();
    parameters::put(doc, class, rows, |shown| property(shown).is_some());
}

/// The row of a property. One that is given as it is shown stays as it is stored.
fn row(
    name: &str,
    given: &Value,
    stored: Option<&Shown<'_>>,
    class: Option<&Class>,
) -> Map<String, Value> {
    let parameter = class.and_then(|class| class.parameter_in(DIALECT, name));
    let own_name = parameter.map_or(name, |parameter| parameter.name.as_str());
    let mut row = Map::from_iter([(NAME.to_owned(), json!(own_name))]);
    if let Some(stored) = stored
        && property(stored).as_ref() == Some(given)
    {
        row.extend(stored.row.cloned().unwrap_or_default());
        row.extend(stored.value.map(|value| (VALUE.to_owned(), value.clone())));
        return row;
    }
    match given {
        Value::Object(members) => {
            let members = members.iter();
            row.extend(members.map(|(name, value)| (escaped(name), value.clone())));
        }
        bare => {
            row.insert(VALUE.to_owned(), bare.clone());
            row.insert(BARE.to_owned(), json!(true));
        }
    }
    let kind = parameter.map_or("", |parameter| parameter.kind.as_str());
    if let (Some(value), Some(stored)) = (row.get_mut(VALUE), stored.and_then(|one| one.value)) {
        let given = value.take();
        *value = parameters::kept(given, Some(stored), |stored| as_kind(stored, kind));
    }
    row
}

/// Whether a mask is in it somewhere.
pub(crate) fn has_mask(value: &Value) -> bool {
    match value {
        Value::String(text) => is_mask(text),
        Value::Object(members) => members.values().any(has_mask),
        Value::Array(items) => items.iter().any(has_mask),
        _ => false,
    }
}

/// How a caller knows a place in the rows of `doc`: `params[0].value` is `properties.baseUrl.value`.
/// None for what is in no row.
pub(crate) fn field(place: &str, doc: &Value, class: Option<&Class>) -> Option<String> {
    let (index, rest) = place.strip_prefix("params[")?.split_once(']')?;
    let row = doc.get("params")?.get(index.parse::<usize>().ok()?)?;
    let name = row.get(NAME)?.as_str()?;
    let parameter = class.and_then(|class| class.parameter(name));
    let name = parameter.map_or(name, |parameter| parameter.name_in(DIALECT));
    let rest = match row.get(BARE) {
        Some(_) => rest.strip_prefix(".value").unwrap_or(rest),
        None => rest,
    };
    Some(format!("properties.{name}{rest}"))
}

fn escaped(name: &str) -> String {
    if OWN.contains(&name.trim_start_matches('$')) {
        format!("${name}")
    } else {
        name.to_owned()
    }
}

fn unescaped(name: &str) -> String {
    match name.strip_prefix('$') {
        Some(rest) if OWN.contains(&rest.trim_start_matches('$')) => rest.to_owned(),
        _ => name.to_owned(),
    }
}
