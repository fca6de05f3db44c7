//! What a connector authenticates with: the secret that it refers to, or one that is made of its
//! parameters, as its class says ([`AuthType::credentials`]).

use std::collections::BTreeSet;

use hub::pointer::unescaped;
use hub::slot::{self, Slot};
use serde_json::Value;

use crate::authentication::Source;
use crate::definition::AuthType;
use crate::target::{LoadedSecret, ProbeTarget, Secret};

/// What a connector authenticates with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential<'a> {
    /// Nothing.
    None,
    /// The secret of that name.
    Named(&'a str),
    /// What is made of parameters.
    Made(Made<'a>),
    /// Something, of which the class does not say how it is used.
    Unmapped,
}

/// A secret that is made of parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made<'a> {
    connector: &'a str,
    kind: &'a str,
    entries: Vec<(&'a str, Source<'a>)>,
}

impl<'a> Credential<'a> {
    /// What that connector authenticates with.
    pub fn of(subject: ProbeTarget<'a>) -> Self {
        let name = subject.secret_name();
        if !name.is_empty() {
            return Self::Named(name);
        }
        let Some(auth_type) = subject.auth_type() else {
            return Self::unmade(subject, &subject.definition.auth_types);
        };
        let entries = auth_type.entries();
        let entries: Vec<_> = entries
            .filter_map(|entry| Some((entry, subject.authentication().source(auth_type, entry)?)))
            .collect();
        if entries.is_empty() {
            return Self::unmade(subject, std::slice::from_ref(auth_type));
        }
        Self::Made(Made {
            connector: &subject.connector.slug,
            kind: auth_type.secret_type.as_deref().unwrap_or_default(),
            entries,
        })
    }

    /// What there is of a connector that has secrets, where one of these types is needed and the
    /// class does not say what it is made of.
    fn unmade(subject: ProbeTarget<'_>, types: &[AuthType]) -> Self {
        let is_unmapped = types.iter().any(|one| one.credentials.is_empty());
        let is_needed = !types.iter().any(|one| one.is_optional);
        let has_secrets = !slot::entries(&subject.connector.doc).is_empty();
        if is_unmapped && is_needed && has_secrets {
            Self::Unmapped
        } else {
            Self::None
        }
    }
}

impl Made<'_> {
    /// The entries that are read from the secret that the connector owns.
    pub fn owned(&self) -> BTreeSet<&str> {
        let sources = self.entries.iter().map(|(_, source)| source);
        let owned = sources.filter_map(|source| match source {
            Source::Owned(entry) => Some(*entry),
            _ => None,
        });
        owned.collect()
    }

    /// The names of the secrets of the scope that are read.
    pub fn named(&self) -> BTreeSet<&str> {
        let sources = self.entries.iter().map(|(_, source)| source);
        let named = sources.filter_map(|source| match source {
            Source::Elsewhere { name, .. } => Some(*name),
            _ => None,
        });
        named.collect()
    }

    /// The secret, made of what was read. An entry that is not there is left out.
    pub fn secret(&self, owned: &LoadedSecret, named: &[(&str, LoadedSecret)]) -> LoadedSecret {
        let mut data = Vec::new();
        for (entry, source) in &self.entries {
            let (loaded, key) = match source {
                Source::Here(value) => {
                    data.push(((*entry).to_owned(), value.clone()));
                    continue;
                }
                Source::Owned(key) => (Some(owned), key),
                Source::Elsewhere { name, key } => {
                    let mut named = named.iter().filter(|(known, _)| known == name);
                    (named.next().map(|(_, loaded)| loaded), key)
                }
            };
            match loaded {
                Some(LoadedSecret::Secret(secret)) => {
                    let value = secret.entry(key).cloned();
                    data.extend(value.map(|value| ((*entry).to_owned(), value)));
                }
                Some(LoadedSecret::None) | None => {}
                Some(other) => return other.clone(),
            }
        }
        LoadedSecret::Secret(Secret {
            name: self.connector.to_owned(),
            kind: self.kind.to_owned(),
            data,
        })
    }
}

/// The secrets of a connector that have no value yet, each as the place of its row: `params[name=password]`.
pub fn still_to_be_set(subject: ProbeTarget<'_>) -> Vec<String> {
    let doc = &subject.connector.doc;
    let mut places = Vec::new();
    for list in ["params", "auth", "applications"] {
        let Some(value) = doc.get(list) else {
            continue;
        };
        slot::for_each(value, &mut |pointer, slot| {
            if slot == Slot::Unset {
                add(&mut places, place(list, value, pointer));
            }
        });
    }
    for name in required(subject) {
        add(&mut places, format!("params[name={name}]"));
    }
    places
}

fn add(places: &mut Vec<String>, place: String) {
    if !places.contains(&place) {
        places.push(place);
    }
}

/// The parameters that must have a value and have none: secrets that the class requires, and those
/// that the rest of a credential is there for. A secret that is referred to stands for all that
/// ways to authenticate are mapped to.
fn required(subject: ProbeTarget<'_>) -> Vec<&str> {
    let types = &subject.definition.auth_types;
    let is_referred = !subject.secret_name().is_empty();
    let is_mapped = |name: &str| {
        let mut mapped = types.iter().flat_map(|one| &one.credentials);
        mapped.any(|(_, parameter)| parameter == name)
    };
    let parameters = subject.definition.class.parameters.iter();
    let of_class = parameters
        .filter(|parameter| parameter.required && parameter.is_sensitive())
        .map(|parameter| parameter.name.as_str())
        .filter(|name| !(is_referred && is_mapped(name)));
    let is_begun = matches!(Credential::of(subject), Credential::Made(_));
    let auth_type = subject
        .auth_type()
        .filter(|one| !is_referred && (is_begun || !one.is_optional));
    let of_type = auth_type.into_iter().flat_map(|one| {
        let entries = one.credentials.iter();
        let without =
            entries.filter(move |(entry, _)| subject.authentication().source(one, entry).is_none());
        without.map(|(_, parameter)| parameter.as_str())
    });
    of_class
        .filter(|name| subject.authentication().parameter(name).is_none())
        .chain(of_type)
        .collect()
}

/// Where something is, with the names of rows in place of their numbers, and without `value`.
fn place(list: &str, value: &Value, pointer: &str) -> String {
    let mut place = list.to_owned();
    let mut at = value;
    for token in pointer.split('/').skip(1) {
        let token = unescaped(token);
        let next = match at {
            Value::Array(items) => token.parse().ok().and_then(|index: usize| items.get(index)),
            other => other.get(&token),
        };
        let Some(next) = next else {
            break;
        };
        if at.is_array() {
            let named = ["name", "appType"]
                .into_iter()
                .find_map(|member| Some(format!("[{member}={}]", next.get(member)?.as_str()?)));
            place.push_str(&named.unwrap_or_else(|| format!("[{token}]")));
        } else if !(token == "value" && at.get("name").is_some()) {
            place.push('.');
            place.push_str(&token);
        }
        at = next;
    }
    place
}

#[cfg(test)]
#[path = "credential_tests.rs"]
mod tests;
