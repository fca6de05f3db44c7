//! The parameters of a connector as `connectorAttributes`, and what else their rows have as
//! `patchbay.params`.

use hub::class::Class;
use hub::connector::parameters::{self, Shown, as_kind, is_set};
use serde_json::{Map, Value, json};

use super::keep::keep;
use super::members::extension;

/// The attribute that shows an address of which nothing else is known.
const URL: &str = "url";
/// The attributes that hold the URL of the tool; the first that is there and is one is the address.
const ADDRESS_ATTRIBUTES: [&str; 3] = [URL, "baseUrl", "genericWebServiceBaseUrl"];
/// The name of the dialect, for which classes name parameters.
const DIALECT: &str = "sailpoint";

/// The parameters of a connector in the form of a file.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// Names and values.
    pub attributes: Map<String, Value>,
    /// What rows have besides, and rows that cannot be attributes.
    pub rows: Vec<Value>,
}

/// What the attributes and rows of a file say.
pub(super) struct Read {
    /// The rows of the connector.
    pub rows: Vec<Map<String, Value>>,
    /// The attribute that is the address, where the class does not say which is, and the address.
    pub address: Option<(String, Value)>,
}

impl Form {
    /// That of a stored connector, with slots for secrets.
    pub(super) fn of(doc: &Value, class: Option<&Class>) -> Self {
        let mut form = Self::default();
        let known = class.and_then(Class::address).is_some();
        if let Some(address) = doc.get("address").filter(|it| is_set(it) && !known) {
            let name = came_as(doc).unwrap_or(URL);
            form.attributes.insert(name.to_owned(), address.clone());
        }
        for shown in parameters::list(doc, class) {
            form.add(doc, &shown);
        }
        form
    }

    fn add(&mut self, doc: &Value, shown: &Shown<'_>) {
        let name = name_of(doc, shown);
        let is_first = !self.attributes.contains_key(name);
        if let Some(value) = shown.value.filter(|_| is_first) {
            self.attributes.insert(name.to_owned(), typed(value, shown));
            let row = shown.row.map(without_value).unwrap_or_default();
            if row.len() > 1 {
                self.rows.push(Value::Object(row));
            }
            return;
        }
        let named = |row: &Value| row.get("name").and_then(Value::as_str) == Some(shown.name);
        if !is_first && !self.rows.iter().any(named) {
            // The first row of a name belongs to the attribute.
            self.rows.push(json!({"name": shown.name}));
        }
        self.rows.extend(shown.row.cloned().map(Value::Object));
    }

    /// The rows that it stands for. Of a connector that is there already, values that are given as
    /// they are shown stay, and so do rows that the file does not have a place for.
    ///
    /// An attribute goes before the value of its row in `patchbay.params`, unless it is a mask.
    pub(super) fn read(
        mut self,
        has_rows: bool,
        current: Option<&Value>,
        class: Option<&Class>,
    ) -> Read {
        let shown = current.map(|current| Self::of(current, class));
        if !has_rows {
            self.rows = shown.map(|shown| shown.rows).unwrap_or_default();
        }
        let address = self.take_address(current, class);
        let stored = current.map(|current| parameters::list(current, class));
        let stored = stored.unwrap_or_default();
        let mut rows: Vec<Map<String, Value>> = Vec::new();
        for (attribute, value) in std::mem::take(&mut self.attributes) {
            let name = class.and_then(|class| class.parameter_in(DIALECT, &attribute));
            let name = name.map_or(attribute.as_str(), |known| known.name.as_str());
            let before = stored.iter().find(|shown| shown.name == name);
            rows.push(self.row(name, value, before));
        }
        for row in std::mem::take(&mut self.rows) {
            let Value::Object(row) = row else { continue };
            let before = stored.iter().find(|shown| is_named(&row, shown.name));
            let had_value = before.is_some_and(|shown| shown.value.is_some());
            if row.contains_key("value")
                || !had_value
                || rows
                    .iter()
                    .any(|known| known.get("name") == row.get("name"))
            {
                let stored = before.and_then(|shown| shown.row);
                rows.push(kept_row(row, stored));
            }
        }
        let place = |row: &Map<String, Value>| {
            let mut stored = stored.iter();
            stored
                .position(|shown| is_named(row, shown.name))
                .unwrap_or(usize::MAX)
        };
        rows.sort_by_key(place);
        Read { rows, address }
    }

    /// The row of an attribute with what else the file says of it.
    fn row(&mut self, name: &str, value: Value, before: Option<&Shown<'_>>) -> Map<String, Value> {
        let at = self
            .rows
            .iter()
            .position(|row| row.as_object().is_some_and(|row| is_named(row, name)));
        let given = at.map(|at| self.rows.remove(at));
        let mut row = match given {
            Some(Value::Object(row)) => row,
            _ => Map::from_iter([("name".to_owned(), json!(name))]),
        };
        let is_mask = value.as_str().is_some_and(hub::secret::is_mask);
        let in_row = row.get("value").filter(|value| is_mask && is_set(value));
        let value = in_row.cloned().unwrap_or(value);
        let stored = before.and_then(|shown| Some((shown, shown.value?)));
        let value = match stored {
            Some((shown, stored)) if is_shown_as(&typed(stored, shown), &value) => stored.clone(),
            Some((_, stored)) => keep(value, stored),
            None => value,
        };
        row.insert("value".to_owned(), value);
        kept_row(row, before.and_then(|shown| shown.row))
    }

    /// The address, where no attribute is the parameter of the class that is it.
    fn take_address(
        &mut self,
        current: Option<&Value>,
        class: Option<&Class>,
    ) -> Option<(String, Value)> {
        let of_class = class.and_then(Class::address);
        if of_class.is_some_and(|known| self.attributes.contains_key(known.name_in(DIALECT))) {
            return None;
        }
        let stored = current.and_then(|current| current.get("address"));
        let before = stored.map(|_| current.and_then(came_as).unwrap_or(URL));
        let is_stored = |name: &&str| {
            let value = self.attributes.get(*name);
            value.is_some_and(|value| {
                is_url(value) || stored.is_some_and(|stored| is_shown_as(stored, value))
            })
        };
        let by_name = || {
            ADDRESS_ATTRIBUTES
                .into_iter()
                .find(|name| self.attributes.get(*name).is_some_and(is_url))
        };
        let name = before.filter(is_stored).or_else(by_name)?.to_owned();
        let value = self.attributes.shift_remove(&name)?;
        let value = match stored {
            Some(stored) if is_shown_as(stored, &value) => stored.clone(),
            _ => value,
        };
        Some((name, value))
    }
}

/// The attribute that the address came in as.
fn came_as(doc: &Value) -> Option<&str> {
    extension(doc, "address").and_then(Value::as_str)
}

fn name_of<'a>(doc: &'a Value, shown: &Shown<'a>) -> &'a str {
    let came_as = came_as(doc).filter(|_| shown.is_address());
    came_as.unwrap_or_else(|| shown.name_in(DIALECT))
}

/// A value in the type that its class gives it.
fn typed(value: &Value, shown: &Shown<'_>) -> Value {
    let kind = shown.parameter.map_or("", |parameter| &parameter.kind);
    as_kind(value, kind)
}

fn is_shown_as(stored: &Value, given: &Value) -> bool {
    hub::slot::shown(stored, hub::slot::MASKED).as_ref() == Some(given)
}

fn is_named(row: &Map<String, Value>, name: &str) -> bool {
    row.get("name").and_then(Value::as_str) == Some(name)
}

fn is_url(value: &Value) -> bool {
    let is_scheme = |scheme: &str| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.:".contains(&byte))
    };
    value
        .as_str()
        .and_then(|text| text.split_once("://"))
        .is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty())
}

fn without_value(row: &Map<String, Value>) -> Map<String, Value> {
    let mut row = row.clone();
    row.shift_remove("value");
    row
}

fn kept_row(row: Map<String, Value>, stored: Option<&Map<String, Value>>) -> Map<String, Value> {
    let Some(stored) = stored else { return row };
    let mut kept = Map::new();
    // In the order in which it is stored.
    let order = stored.keys().filter(|name| row.contains_key(*name));
    let names: Vec<String> = order.cloned().collect();
    let mut row = row;
    for name in names {
        if let (Some(value), Some(stored)) = (row.shift_remove(&name), stored.get(&name)) {
            kept.insert(name, keep(value, stored));
        }
    }
    kept.extend(row);
    kept
}
