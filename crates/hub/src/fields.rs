//! Reads JSON field by field and collects every fault, each with its path, instead of stopping at
//! the first.

use serde_json::{Map, Value};

use crate::error::{Error, FieldCode, FieldError, Result};

/// The faults found so far in one document.
#[derive(Debug, Default)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes a fault.
    pub fn push(&mut self, fault: FieldError) {
        self.0.push(fault);
    }

    /// Notes several.
    pub fn extend(&mut self, faults: impl IntoIterator<Item = FieldError>) {
        self.0.extend(faults);
    }

    /// What was noted.
    pub fn into_inner(self) -> Vec<FieldError> {
        self.0
    }

    /// Notes that the value at `field` has the wrong type.
    pub fn wrong_type(&mut self, field: &str, expected: &str) {
        self.push(FieldError::new(
            field,
            FieldCode::Type,
            format!("must be {expected}"),
        ));
    }

    /// `value`, when nothing was wrong with the document.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault that was noted.
    pub fn finish<T>(self, value: T) -> Result<T> {
        Error::check(self.0).map(|()| value)
    }

    /// The members of an object, each read by its name.
    pub fn object<'a>(&mut self, path: &str, value: &'a Value) -> Option<Fields<'a>> {
        match value {
            Value::Object(members) => Some(Fields {
                path: path.to_owned(),
                members,
            }),
            _ => {
                self.wrong_type(path, "an object");
                None
            }
        }
    }
}

/// The members of one object, and where it is in the document.
#[derive(Debug)]
pub struct Fields<'a> {
    path: String,
    members: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// The path of a member: `applications[0].appType`.
    pub fn path(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }

    /// A member that is there and is not null.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// All the members.
    pub const fn members(&self) -> &'a Map<String, Value> {
        self.members
    }

    /// A string that may be left out or null.
    pub fn optional_string(&self, name: &str, faults: &mut FieldErrors) -> Option<&'a str> {
        let value = self.get(name)?;
        let text = value.as_str();
        if text.is_none() {
            faults.wrong_type(&self.path(name), "a string");
        }
        text
    }

    /// A string that must be there and not be blank.
    pub fn string(&self, name: &str, faults: &mut FieldErrors) -> Option<&'a str> {
        self.required(name, faults)?;
        let text = self.optional_string(name, faults)?;
        if text.trim().is_empty() {
            faults.push(FieldError::new(
                self.path(name),
                FieldCode::Required,
                "must not be empty",
            ));
            return None;
        }
        Some(text)
    }

    /// A string of a short list, which may be left out or null.
    pub fn optional_choice(
        &self,
        name: &str,
        allowed: &[&str],
        faults: &mut FieldErrors,
    ) -> Option<&'a str> {
        let text = self.optional_string(name, faults)?;
        if allowed.contains(&text) {
            return Some(text);
        }
        let allowed = allowed.iter().map(ToString::to_string).collect();
        faults.push(FieldError::unsupported(self.path(name), text, allowed));
        None
    }

    /// A boolean that may be left out or null.
    pub fn optional_bool(&self, name: &str, faults: &mut FieldErrors) -> Option<bool> {
        let value = self.get(name)?;
        let flag = value.as_bool();
        if flag.is_none() {
            faults.wrong_type(&self.path(name), "true or false");
        }
        flag
    }

    /// An array that may be left out or null, each member with its path.
    pub fn optional_array(
        &self,
        name: &str,
        faults: &mut FieldErrors,
    ) -> Option<Vec<(String, &'a Value)>> {
        let value = self.get(name)?;
        let path = self.path(name);
        match value {
            Value::Array(items) => {
                let with_path = |(index, item)| (format!("{path}[{index}]"), item);
                Some(items.iter().enumerate().map(with_path).collect())
            }
            _ => {
                faults.wrong_type(&path, "an array");
                None
            }
        }
    }

    /// An array that must be there, each member with its path.
    pub fn array(&self, name: &str, faults: &mut FieldErrors) -> Option<Vec<(String, &'a Value)>> {
        self.required(name, faults)?;
        self.optional_array(name, faults)
    }

    /// An object that may be left out or null.
    pub fn optional_object(&self, name: &str, faults: &mut FieldErrors) -> Option<Fields<'a>> {
        let value = self.get(name)?;
        faults.object(&self.path(name), value)
    }

    fn required(&self, name: &str, faults: &mut FieldErrors) -> Option<()> {
        if self.get(name).is_none() {
            faults.push(FieldError::required(self.path(name)));
            return None;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_fault_is_reported_with_its_path() {
        let document =
            json!({"name": " ", "kind": "x", "flag": 1, "list": [{"a": 2}], "text": null});
        let mut faults = FieldErrors::default();
        let fields = faults.object("", &document).unwrap();
        assert_eq!(fields.string("name", &mut faults), None);
        assert_eq!(
            fields.optional_choice("kind", &["a", "b"], &mut faults),
            None
        );
        assert_eq!(fields.optional_bool("flag", &mut faults), None);
        assert_eq!(fields.optional_string("text", &mut faults), None);
        for (path, item) in fields.array("list", &mut faults).unwrap() {
            faults.object(&path, item).unwrap().string("a", &mut faults);
        }
        fields.array("missing", &mut faults);
        let Err(Error::Invalid(errors)) = faults.finish(()) else {
            panic!("no fault was found")
        };
        let found: Vec<_> = errors
            .iter()
            .map(|error| (error.field.as_str(), error.code))
            .collect();
        let expected = [
            ("name", FieldCode::Required),
            ("kind", FieldCode::Unsupported),
            ("flag", FieldCode::Type),
            ("list[0].a", FieldCode::Type),
            ("missing", FieldCode::Required),
        ];
        assert_eq!(found, expected);
    }
}
