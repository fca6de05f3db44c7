//! Reads field selectors (Kubernetes, "Field Selectors"), and puts both kinds of selectors
//! together.

use hub::error::{Error, Result};
use hub::selector::{Condition, Requirement, Selector, SelectorKey};

use super::labels;
use super::target::Target;
use crate::resource::{CONNECTOR, Resource};
use api::request::Request;

/// The selectors of a request for a collection, and that its objects are in the namespace that the
/// path names.
///
/// # Errors
/// [`Error::Malformed`] when one cannot be read or a field is none that can be selected by.
pub(super) fn of_request(request: &Request, target: &Target) -> Result<Selector> {
    let mut requirements = labels::parse(request.query("labelSelector").unwrap_or_default())?;
    let by_fields = request.query("fieldSelector").unwrap_or_default();
    requirements.extend(fields(by_fields, target.resource)?);
    if !target.namespace.is_empty() {
        requirements.push(Requirement {
            subject: SelectorKey::Scope,
            condition: Condition::In(vec![target.namespace.clone()]),
        });
    }
    Ok(Selector(requirements))
}

/// `metadata.name==x,metadata.namespace!=y`. An empty value is a value like others: no object has
/// it.
fn fields(text: &str, resource: &Resource) -> Result<Vec<Requirement>> {
    let terms = split(text).into_iter().filter(|term| !term.is_empty());
    terms
        .map(|term| requirement(text, term, resource))
        .collect()
}

fn requirement(text: &str, term: &str, resource: &Resource) -> Result<Requirement> {
    let (name, negated, value) = split_equality(term).ok_or_else(|| {
        Error::Malformed(format!(
            "invalid selector: '{text}'; can't understand '{term}'"
        ))
    })?;
    let value = unescaped(value)
        .map_err(|problem| Error::Malformed(format!("invalid field selector: {problem}")))?;
    let constant = |actual: &str| {
        let holds = (value == actual) != negated;
        Ok(Requirement {
            subject: SelectorKey::Name,
            condition: if holds {
                Condition::Exists
            } else {
                Condition::Missing
            },
        })
    };
    let subject = match (resource.kind, name) {
        ("Event", "involvedObject.name") => SelectorKey::Name,
        ("Event", "involvedObject.namespace") => SelectorKey::Scope,
        ("Event", "involvedObject.uid") => SelectorKey::Uid,
        // All events are about connectors.
        ("Event", "involvedObject.kind") => return constant(CONNECTOR.kind),
        ("Event", "involvedObject.apiVersion") => return constant(&CONNECTOR.api_version()),
        (kind, "metadata.name") if kind != "Event" => SelectorKey::Name,
        ("Namespace", "name") => SelectorKey::Name,
        // All namespaces are active.
        ("Namespace", "status.phase") => return constant("Active"),
        ("Secret", "type") => SelectorKey::Member("type"),
        (_, "metadata.namespace") if resource.namespaced => SelectorKey::Scope,
        (_, other) => {
            return Err(Error::Malformed(format!(
                "field label not supported: {other}"
            )));
        }
    };
    let values = vec![value];
    Ok(Requirement {
        subject,
        condition: if negated {
            Condition::NotIn(values)
        } else {
            Condition::In(values)
        },
    })
}

/// Splits at commas that no backslash stands before.
fn split(text: &str) -> Vec<&str> {
    let mut escaped = false;
    text.split(|char| {
        let was_escaped = std::mem::take(&mut escaped);
        escaped = char == '\\' && !was_escaped;
        char == ',' && !was_escaped
    })
    .collect()
}

/// The first operator that no backslash stands before, and what is on both sides of it.
fn split_equality(term: &str) -> Option<(&str, bool, &str)> {
    let mut escaped = false;
    for (at, char) in term.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        escaped = char == '\\';
        let (name, rest) = term.split_at_checked(at)?;
        for (operator, negated) in [("!=", true), ("==", false), ("=", false)] {
            if let Some(value) = rest.strip_prefix(operator) {
                return Some((name, negated, value));
            }
        }
    }
    None
}

/// A value whose commas, equals signs and backslashes are written with a backslash.
fn unescaped(value: &str) -> std::result::Result<String, String> {
    let mut read = String::new();
    let mut chars = value.chars();
    while let Some(char) = chars.next() {
        match char {
            '\\' => match chars.next() {
                Some(escaped @ ('\\' | ',' | '=')) => read.push(escaped),
                other => {
                    let sequence = other.map(String::from).unwrap_or_default();
                    return Err(format!("invalid escape sequence in value: '\\{sequence}'"));
                }
            },
            ',' | '=' => return Err(format!("unescaped character in value: '{char}'")),
            plain => read.push(plain),
        }
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::{CONNECTOR_CLASS, EVENT, NAMESPACE, SECRET};
    use hub::id::Uid;
    use hub::object::{Kind, Object};
    use hub::time::Timestamp;
    use serde_json::json;

    fn object() -> Object {
        let now = Timestamp::from_millis(0);
        Object {
            id: 1,
            uid: Uid::new(now).unwrap(),
            scope: 1,
            kind: Kind::Connector,
            name: "git".to_owned(),
            slug: "git".to_owned(),
            parent: None,
            generation: 1,
            revision: 1,
            created_at: now,
            updated_at: now,
            doc: json!({"labels": {"team": "red", "size": "3", "x.io/y": ""}}),
        }
    }

    #[test]
    fn fields_select_by_what_the_kind_has() {
        let matches =
            |text: &str| Selector(fields(text, &CONNECTOR).unwrap()).matches(&object(), "ns");
        for text in [
            "",
            ",",
            "metadata.name=git",
            "metadata.namespace==ns,metadata.name!=x",
            "metadata.name!=",
        ] {
            assert!(matches(text), "{text}");
        }
        for text in [
            "metadata.name=x",
            "metadata.name=",
            "metadata.name==",
            "metadata.namespace=",
            "metadata.name= git",
            r"metadata.name=git\,",
        ] {
            assert!(!matches(text), "{text}");
        }
        for text in [
            "spec.address=x",
            "metadata.name",
            "metadata.name=a=b",
            "=git",
            "metadata.name =git",
            "type=x",
            r"metadata.name=\x",
            "git",
        ] {
            assert!(
                matches!(fields(text, &CONNECTOR), Err(Error::Malformed(_))),
                "{text}"
            );
        }
        let refused = fields("metadata.namespace=x", &CONNECTOR_CLASS);
        let message = "field label not supported: metadata.namespace".to_owned();
        assert_eq!(refused, Err(Error::Malformed(message)));
    }

    #[test]
    fn secrets_are_selected_by_type_and_namespaces_by_phase() {
        let secret = Object {
            kind: Kind::Secret,
            doc: json!({"type": "Opaque"}),
            ..object()
        };
        let matches =
            |text: &str, resource| Selector(fields(text, resource).unwrap()).matches(&secret, "ns");
        assert!(matches("type=Opaque", &SECRET) && !matches("type=x", &SECRET));
        assert!(!matches("type!=Opaque", &SECRET) && !matches("type=", &SECRET));
        assert!(
            matches("status.phase=Active", &NAMESPACE) && !matches("status.phase=Gone", &NAMESPACE)
        );
        assert!(!matches("status.phase!=Active", &NAMESPACE) && matches("name=git", &NAMESPACE));
    }

    #[test]
    fn events_are_selected_by_what_they_are_about() {
        let uid = object().uid.uuid();
        let matches = |text: &str| Selector(fields(text, &EVENT).unwrap()).matches(&object(), "ns");
        assert!(matches(
            "involvedObject.name=git,involvedObject.namespace=ns,involvedObject.kind=Connector"
        ));
        assert!(!matches("involvedObject.kind=Pod") && !matches("involvedObject.name=x"));
        assert!(
            !matches(&format!("involvedObject.uid={uid}")),
            "each has its own"
        );
        assert!(fields("metadata.name=git", &EVENT).is_err());
    }
}
