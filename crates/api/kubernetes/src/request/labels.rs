//! Reads label selectors (Kubernetes, "Labels and Selectors"): `a=b,c!=d,e in (f,g),h notin
//! (i),j,!k,l>1`.

use hub::error::{Error, Result};
use hub::selector::{Condition, Requirement, SelectorKey};

use crate::rules::names::{check_label_name, is_label_value};

/// The requirements of a label selector.
///
/// # Errors
/// [`Error::Malformed`] when it cannot be read.
pub(super) fn parse(text: &str) -> Result<Vec<Requirement>> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut tokens = Tokens(text);
    let mut requirements = Vec::new();
    loop {
        let requirement = requirement(&mut tokens);
        requirements.push(requirement.map_err(|problem| {
            Error::Malformed(format!("unable to parse requirement: {problem}"))
        })?);
        match tokens.next() {
            "" => return Ok(requirements),
            "," => {}
            other => {
                return Err(Error::Malformed(format!(
                    "found '{other}', expected: ',' or 'end of string'"
                )));
            }
        }
    }
}

type Parsed<T> = std::result::Result<T, String>;

fn requirement(tokens: &mut Tokens<'_>) -> Parsed<Requirement> {
    let first = tokens.next();
    let negated = first == "!";
    let name = if negated { tokens.next() } else { first };
    if is_symbol(name) {
        return Err(format!("found '{name}', expected: identifier"));
    }
    check_label_name(name)?;
    let condition = if negated {
        Condition::Missing
    } else if matches!(tokens.peek(), "" | ",") {
        Condition::Exists
    } else {
        condition(tokens)?
    };
    Ok(Requirement {
        subject: SelectorKey::Label(name.to_owned()),
        condition,
    })
}

fn condition(tokens: &mut Tokens<'_>) -> Parsed<Condition> {
    Ok(match tokens.next() {
        "=" | "==" => Condition::In(vec![value(tokens)?]),
        "!=" => Condition::NotIn(vec![value(tokens)?]),
        "in" => Condition::In(set(tokens)?),
        "notin" => Condition::NotIn(set(tokens)?),
        ">" => Condition::Greater(integer(tokens)?),
        "<" => Condition::Less(integer(tokens)?),
        other => {
            return Err(format!(
                "found '{other}', expected: in, notin, =, ==, !=, gt, lt"
            ));
        }
    })
}

/// A value, which is empty where the next requirement or the end follows at once.
fn value(tokens: &mut Tokens<'_>) -> Parsed<String> {
    let value = if matches!(tokens.peek(), "" | ",") {
        ""
    } else {
        tokens.next()
    };
    checked(value)
}

fn checked(value: &str) -> Parsed<String> {
    if is_label_value(value) {
        Ok(value.to_owned())
    } else {
        Err(format!("invalid label value: {value:?}"))
    }
}

fn set(tokens: &mut Tokens<'_>) -> Parsed<Vec<String>> {
    let opening = tokens.next();
    if opening != "(" {
        return Err(format!("found '{opening}' expected: '('"));
    }
    if tokens.peek() == ")" {
        return Err("for 'in', 'notin' operators, values set can't be empty".to_owned());
    }
    let mut values = Vec::new();
    loop {
        let value = if matches!(tokens.peek(), "," | ")") {
            ""
        } else {
            tokens.next()
        };
        values.push(checked(value)?);
        match tokens.next() {
            "," => {}
            ")" => return Ok(values),
            other => return Err(format!("found '{other}', expected: ',' or ')'")),
        }
    }
}

fn integer(tokens: &mut Tokens<'_>) -> Parsed<i64> {
    let text = tokens.next();
    let wrong = |_| format!("for 'Gt', 'Lt' operators, the value must be an integer: {text:?}");
    text.parse().map_err(wrong)
}

const SYMBOLS: [&str; 9] = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"];

fn is_symbol(token: &str) -> bool {
    token.is_empty() || SYMBOLS.contains(&token)
}

/// What is left of a selector, token by token; an empty token is its end.
struct Tokens<'a>(&'a str);

impl<'a> Tokens<'a> {
    fn peek(&self) -> &'a str {
        Tokens(self.0).next()
    }

    fn next(&mut self) -> &'a str {
        let rest = self.0.trim_start();
        let symbol = SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol));
        let word = || rest.find(|char: char| char.is_whitespace() || "=!(),><".contains(char));
        let length = symbol.map_or_else(|| word().unwrap_or(rest.len()), str::len);
        let (token, rest) = rest.split_at_checked(length).unwrap_or((rest, ""));
        self.0 = rest;
        token
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub::id::Uid;
    use hub::object::{Kind, Object};
    use hub::selector::Selector;
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
        let matches = |text: &str| Selector(parse(text).unwrap()).matches(&object(), "ns");
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
            "team==",
            "team in (,blue)",
            "team,other",
        ] {
            assert!(!matches(text), "{text}");
        }
        for text in [
            "a in (b",
            "a b",
            "=x",
            "a in b",
            "a>b",
            "-a",
            "a=-",
            "a,,b",
            ",",
            "a,",
            ",a",
            "a in ()",
            "a notin ()",
            "a=b c",
            "a in (b) c",
            "!",
            "!a=b",
            "a!",
            "a in ((b))",
            "a=(b)",
            "()",
            "a>",
            "!!a",
        ] {
            assert!(matches!(parse(text), Err(Error::Malformed(_))), "{text}");
        }
    }
}
