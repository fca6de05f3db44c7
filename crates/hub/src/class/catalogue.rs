//! The catalogue: the classes that come with Patchbay (`catalogue/`, a file each).

use std::sync::OnceLock;

use super::Class;
use crate::error::{Error, Result};

include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));

/// A class that is read when it is first asked for: reading all of them takes some milliseconds.
struct Entry {
    name: &'static str,
    text: &'static str,
    class: OnceLock<Option<Class>>,
}

impl Entry {
    const fn new(name: &'static str, text: &'static str) -> Self {
        Self {
            name,
            text,
            class: OnceLock::new(),
        }
    }

    fn class(&'static self) -> Option<&'static Class> {
        self.class.get_or_init(|| self.read().ok()).as_ref()
    }

    fn read(&self) -> Result<Class> {
        let internal = |error: serde_json::Error| {
            Error::Internal(format!("catalogue, {}: {error}", self.name))
        };
        Class::parse(
            self.name,
            serde_json::from_str(self.text).map_err(internal)?,
        )
    }
}

impl Class {
    /// The class of that name in the catalogue.
    pub fn in_catalogue(name: &str) -> Option<&'static Self> {
        CATALOGUE.iter().find(|entry| entry.name == name)?.class()
    }

    /// All the classes of the catalogue, by name.
    pub fn catalogue() -> impl Iterator<Item = &'static Self> {
        CATALOGUE.iter().filter_map(Entry::class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_the_catalogue_can_be_read() {
        for entry in &CATALOGUE {
            entry.read().unwrap();
        }
    }
}
