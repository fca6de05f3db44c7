//! Reads label and field selectors (Kubernetes, "Labels and Selectors" and "Field Selectors").

use hub::error::{Error, Result};
use hub::selector::{Condition, Requirement, Selector, SelectorKey};

use api::request::Request;

/// The selectors of a request, as one.
///
/// # Errors
/// [`Error::Malformed`] when one cannot be read or a field is none that can be selected by.
pub fn of_request(request: &Request) -> Result<Selector> {
    let mut requirements = labels(request.query("labelSelector").unwrap_or_default())?;
    requirements.extend(fields(request.query("fieldSelector").unwrap_or_default())?);
    Ok(Selector(requirements))
}

/// `a=b,c!=d,metadata.name==x`: only the name and the namespace can be selected by.
fn fields(text: &str) -> Result<Vec<Requirement>> {
    let mut requirements = Vec::new();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (name, negated, value) = split_equality(part).ok_or_else(|| {
            Error::Malformed(format!(
                "invalid selector: '{text}'; can't understand '{part}'"
            ))
        })?;
        let subject = match name {
            "metadata.name" => SelectorKey::Name,
            "metadata.namespace" => SelectorKey::Scope,
            other => {
                return Err(Error::Malformed(format!(
                    "field label not supported: {other}"
                )));
            }
        };
        // An empty value selects everything of the kind, as in an API server.
        if !value.is_empty() || negated {
            requirements.push(Requirement {
                subject,
                condition: equality(negated, value),
            });
        }
    }
    Ok(requirements)
}

fn split_equality(part: &str) -> Option<(&str, bool, &str)> {
    let (operator, negated) = [("!=", true), ("==", false), ("=", false)]
        .into_iter()
        .find(|(operator, _)| part.contains(operator))?;
    let (name, value) = part.split_once(operator)?;
    Some((name.trim(), negated, value.trim()))
}

fn equality(negated: bool, value: &str) -> Condition {
    let values = vec![value.to_owned()];
    if negated {
        Condition::NotIn(values)
    } else {
        Condition::In(values)
    }
}

/// `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`
fn labels(text: &str) -> Result<Vec<Requirement>> {
    let unreadable =
        |problem: String| Error::Malformed(format!("unable to parse requirement: {problem}"));
    let mut requirements = Vec::new();
    for part in split_outside_of_parentheses(text) {
        let part = part.trim();
        if part.is_empty() {
            if text.trim().is_empty() {
                continue;
            }
            return Err(unreadable("found '', expected: identifier".to_owned()));
        }
        requirements.push(requirement(part).map_err(unreadable)?);
    }
    Ok(requirements)
}

/// Splits at commas, but not at those of the values of a set.
fn split_outside_of_parentheses(text: &str) -> Vec<&str> {
    let mut inside = false;
    text.split(|char| {
        match char {
            '(' => inside = true,
            ')' => inside = false,
            _ => {}
        }
        char == ',' && !inside
    })
    .collect()
}

fn requirement(part: &str) -> std::result::Result<Requirement, String> {
    let (name, condition) = if let Some((left, values)) = part.split_once('(') {
        set(left, values)?
    } else if let Some((name, negated, value)) = split_equality(part) {
        check_value(value)?;
        (name, equality(negated, value))
    } else if let Some((name, number)) = part.split_once('>') {
        (name.trim(), Condition::Greater(integer(number)?))
    } else if let Some((name, number)) = part.split_once('<') {
        (name.trim(), Condition::Less(integer(number)?))
    } else if let Some(name) = part.strip_prefix('!') {
        (name.trim(), Condition::Missing)
    } else {
        (part, Condition::Exists)
    };
    super::names::check_label_name(name)?;
    Ok(Requirement {
        subject: SelectorKey::Label(name.to_owned()),
        condition,
    })
}

fn set<'a>(left: &'a str, values: &str) -> std::result::Result<(&'a str, Condition), String> {
    let not_closed = || format!("found '{values}', expected: ',' or ')'");
    let values = values.trim_end().strip_suffix(')').ok_or_else(not_closed)?;
    let values: Vec<String> = values
        .split(',')
        .map(|value| value.trim().to_owned())
        .collect();
    for value in &values {
        check_value(value)?;
    }
    let mut words = left.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(name), Some("in"), None) => Ok((name, Condition::In(values))),
        (Some(name), Some("notin"), None) => Ok((name, Condition::NotIn(values))),
        _ => Err(format!(
            "found '{}', expected: in, notin, =, ==, !=, gt, lt",
            left.trim()
        )),
    }
}

fn integer(text: &str) -> std::result::Result<i64, String> {
    text.trim().parse().map_err(|_| {
        format!(
            "for 'Gt', 'Lt' operators, the value must be an integer: {:?}",
            text.trim()
        )
    })
}

fn check_value(value: &str) -> std::result::Result<(), String> {
    if super::names::is_label_value(value) {
        Ok(())
    } else {
        Err(format!("invalid label value: {value:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
    fn labels_select_by_equality_sets_and_presence() {
        let matches = |text: &str| Selector(labels(text).unwrap()).matches(&object(), "ns");
        for text in [
            "",
            "team=red",
            "team == red",
            "team!=blue",
            "other!=x",
            "team in (red, blue)",
            "team notin (blue)",
            "other notin (a)",
            "team",
            "!other",
            "x.io/y=",
            "size>2",
            "size<4",
            "team in (red),size",
        ] {
            assert!(matches(text), "{text}");
        }
        for text in [
            "team=blue",
            "team!=red",
            "team in (blue)",
            "team notin (red)",
            "other",
            "!team",
            "size>3",
            "size<3",
            "other=",
            "team,other",
        ] {
            assert!(!matches(text), "{text}");
        }
        for text in ["a in (b", "a b", "=x", "a in b", "a>b", "-a", "a=-", "a,,b"] {
            assert!(matches!(labels(text), Err(Error::Malformed(_))), "{text}");
        }
    }

    #[test]
    fn fields_select_by_name_and_namespace_only() {
        let matches = |text: &str| Selector(fields(text).unwrap()).matches(&object(), "ns");
        for text in [
            "",
            "metadata.name=git",
            "metadata.namespace==ns,metadata.name!=x",
            "metadata.name=",
        ] {
            assert!(matches(text), "{text}");
        }
        assert!(!matches("metadata.name=x"));
        let refused = fields("spec.address=x");
        assert_eq!(
            refused,
            Err(Error::Malformed(
                "field label not supported: spec.address".to_owned()
            ))
        );
    }
}
