//! The catalogue: the classes that come with Patchbay (`catalogue/`, a file each, and those of which
//! only the id in a dialect is known, `catalogue/opaque/`, a line each).

use std::sync::OnceLock;

use super::Class;

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

    /// That it is valid is known from the tests.
    fn read(&self) -> serde_json::Result<Class> {
        let doc = serde_json::from_str(self.text)?;
        Ok(Class::read(self.name, doc))
    }
}

impl Class {
    /// The class of that name in the catalogue.
    pub fn in_catalogue(name: &str) -> Option<&'static Self> {
        let at = CATALOGUE.binary_search_by_key(&name, |entry| entry.name);
        CATALOGUE.get(at.ok()?)?.class()
    }

    /// The class of the catalogue that has an id of its own in a dialect. Those that have none
    /// there go by their names, and are not found here.
    pub fn with_id_in_catalogue(dialect: &str, id: &str) -> Option<&'static Self> {
        let at = IDS.binary_search_by_key(&(dialect, id), |(key, _)| *key);
        let (_, index) = IDS.get(at.ok()?)?;
        CATALOGUE.get(*index)?.class()
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

    #[test]
    fn every_class_is_found_by_its_name_and_by_its_ids() {
        for entry in &CATALOGUE {
            let class = Class::in_catalogue(entry.name).unwrap();
            assert_eq!(class.name, entry.name);
        }
        for ((dialect, id), _) in &IDS {
            let class = Class::with_id_in_catalogue(dialect, id).unwrap();
            assert_eq!(class.doc[dialect]["id"], *id);
            assert_eq!(class.id_in(dialect), *id);
        }
        assert_eq!(Class::in_catalogue("nobody"), None);
        assert_eq!(Class::with_id_in_catalogue("nobody", "git"), None);
    }
}
