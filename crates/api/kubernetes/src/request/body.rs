//! Reads bodies, and finds fields that are there twice while reading: a map that has been read has
//! lost them.

use std::cell::RefCell;
use std::fmt;

use api::yaml::{self, Schema};
use hub::error::{Error, Result};
use hub::json::MAX_DEPTH;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

pub(super) use api::yaml::Document;

/// Reads JSON.
///
/// # Errors
/// [`Error::Malformed`] when it is not JSON or is nested too deep.
pub(super) fn json(bytes: &[u8]) -> Result<Document> {
    hub::json::check("the body", bytes)?;
    let duplicates = RefCell::default();
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = Tracked::top(&duplicates)
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| Error::Malformed(format!("the body is not valid JSON: {error}")))?;
    Ok(Document {
        value,
        duplicates: duplicates.into_inner(),
    })
}

/// Reads YAML 1.2, of which JSON is a part, with the booleans and merge keys that Kubernetes reads.
///
/// # Errors
/// [`Error::Malformed`] when it is not YAML, is nested too deep, or grows too much by its aliases.
pub(super) fn yaml(bytes: &[u8]) -> Result<Document> {
    if bytes.trim_ascii_start().starts_with(b"{") {
        return json(bytes);
    }
    yaml::parse("the body", bytes, Schema::Kubernetes)
}

/// Reads one value and notes the duplicates in it.
struct Tracked<'a> {
    path: String,
    depth: usize,
    duplicates: &'a RefCell<Vec<String>>,
}

impl<'a> Tracked<'a> {
    const fn top(duplicates: &'a RefCell<Vec<String>>) -> Self {
        Self {
            path: String::new(),
            depth: 0,
            duplicates,
        }
    }

    fn below(&self, path: String) -> Self {
        Self {
            path,
            depth: self.depth.saturating_add(1),
            duplicates: self.duplicates,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Tracked<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Value, D::Error> {
        if self.depth > MAX_DEPTH {
            return Err(D::Error::custom(format!(
                "it is nested deeper than {MAX_DEPTH} levels"
            )));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tracked<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> std::result::Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> std::result::Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> std::result::Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) =
            items.next_element_seed(self.below(format!("{}[{}]", self.path, list.len())))?
        {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> std::result::Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            let path = crate::schema::path_of(&self.path, &name);
            if members.contains_key(&name) {
                self.duplicates.borrow_mut().push(path.clone());
            }
            let value = entries.next_value_seed(self.below(path))?;
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn duplicates_are_told_by_path_and_the_last_one_counts() {
        let expected = Document {
            value: json!({"spec": {"address": "b", "params": [{"name": "z"}]}}),
            duplicates: vec!["spec.address".to_owned(), "spec.params[0].name".to_owned()],
        };
        let text = br#"{"spec": {"address": "a", "address": "b", "params": [{"name": "x", "name": "z"}]}}"#;
        assert_eq!(json(text).unwrap(), expected);
        let text = b"spec:\n  address: a\n  address: b\n  params:\n  - name: x\n    name: z\n";
        assert_eq!(yaml(text).unwrap(), expected);
    }

    #[test]
    fn numbers_and_texts_stay_what_they_are() {
        let text = br#"{"a": 1, "b": 1.5, "c": "yes", "d": null, "e": true, "f": 18446744073709551615, "g": -3}"#;
        let value =
            json!({"a": 1, "b": 1.5, "c": "yes", "d": null, "e": true, "f": u64::MAX, "g": -3});
        assert_eq!(json(text).unwrap().value, value);
        let text = b"a: 1\nb: 1.5\nc: \"yes\"\nd: null\ne: true\nf: 18446744073709551615\ng: -3\n";
        assert_eq!(yaml(text).unwrap().value, value);
    }

    #[test]
    fn what_is_broken_or_too_deep_is_refused() {
        for text in ["{", "{} x", "[1,]", ""] {
            assert!(json(text.as_bytes()).is_err(), "{text}");
        }
        assert!(json("[".repeat(100_000).as_bytes()).is_err());
        assert!(yaml("- ".repeat(100).as_bytes()).is_err());
        let laughs = "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n\
             d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\n\
             g: &g [*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g]\n";
        assert!(yaml(laughs.as_bytes()).is_err());
    }
}
