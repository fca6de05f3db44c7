//! The part of JSONPath (RFC 9535) that extractors use: `$.owner`, `$.a.b[*].c`, `$['x']`,
//! `$.a[0]`, `$.*`.

use serde_json::Value;

use crate::limits::MAX_DEPTH;
use crate::origin::Traced;
use crate::pointer::Path;

/// A parsed JSONPath.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPath(Vec<Step>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Member(String),
    Row(usize),
    All,
}

impl JsonPath {
    /// Parses a path, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let Some(mut rest) = text.trim().strip_prefix('$') else {
            return Err("a path starts with '$', the document".into());
        };
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = match rest.strip_prefix('[') {
                Some(inside) => bracketed(inside)?,
                None => dotted(rest)?,
            };
            steps.push(step);
            rest = after;
            if steps.len() > MAX_DEPTH {
                return Err(format!("a path has at most {MAX_DEPTH} steps"));
            }
        }
        Ok(Self(steps))
    }

    /// Shows every place that the path selects to `visitor`; of a selected list, its rows.
    pub(crate) fn visit(
        &self,
        root: &mut Traced,
        path: &Path,
        visitor: &mut impl FnMut(&mut Traced, &Path),
    ) {
        visit(&self.0, root, path, visitor);
    }
}

fn dotted(rest: &str) -> Result<(Step, &str), String> {
    let Some(name) = rest.strip_prefix('.') else {
        return Err(format!("expected '.' or '[' before {rest:?}"));
    };
    if name.starts_with('.') {
        return Err("'..' is not supported: name every step".into());
    }
    let end = name.find(['.', '[']).unwrap_or(name.len());
    let (name, after) = name.split_at_checked(end).unwrap_or((name, ""));
    match name {
        "" => Err("a name is missing after '.'".into()),
        "*" => Ok((Step::All, after)),
        _ => Ok((Step::Member(name.to_owned()), after)),
    }
}

fn bracketed(inside: &str) -> Result<(Step, &str), String> {
    if let Some(quote) = inside
        .chars()
        .next()
        .filter(|first| matches!(first, '\'' | '"'))
    {
        return quoted(inside, quote);
    }
    let Some((selector, after)) = inside.split_once(']') else {
        return Err("']' is missing".into());
    };
    match selector.trim() {
        "*" => Ok((Step::All, after)),
        index if !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()) => {
            match index.parse() {
                Ok(index) => Ok((Step::Row(index), after)),
                Err(_) => Err(format!("{index} is too large an index")),
            }
        }
        other => Err(format!(
            "[{other}] is not supported: use ['name'], [0] or [*]"
        )),
    }
}

fn quoted(inside: &str, quote: char) -> Result<(Step, &str), String> {
    let mut name = String::new();
    let mut characters = inside.chars();
    characters.next();
    loop {
        match characters.next() {
            Some('\\') => match characters.next() {
                Some(escaped @ ('\\' | '\'' | '"' | '/')) => name.push(escaped),
                _ => {
                    return Err(
                        "in quotes, only \\\\, \\', \\\" and \\/ are supported escapes".into(),
                    );
                }
            },
            Some(end) if end == quote => break,
            Some(other) => name.push(other),
            None => return Err(format!("the closing {quote} is missing")),
        }
    }
    match characters.as_str().strip_prefix(']') {
        Some(after) => Ok((Step::Member(name), after)),
        None => Err("']' is missing after a quoted name".into()),
    }
}

fn visit(
    steps: &[Step],
    place: &mut Traced,
    path: &Path,
    visitor: &mut impl FnMut(&mut Traced, &Path),
) {
    let Some((step, rest)) = steps.split_first() else {
        return visit_selected(place, path, visitor);
    };
    if !selects(step, place) {
        return;
    }
    place.open();
    match place {
        Traced::Object(members, _) => {
            for (name, member) in members {
                if matches!(step, Step::All)
                    || matches!(step, Step::Member(wanted) if wanted == name)
                {
                    visit(rest, member, &path.member(name), visitor);
                }
            }
        }
        Traced::List(rows, _) => {
            for (index, row) in rows.iter_mut().enumerate() {
                if matches!(step, Step::All)
                    || matches!(step, Step::Row(wanted) if *wanted == index)
                {
                    visit(rest, row, &path.row(index), visitor);
                }
            }
        }
        Traced::Whole(..) => {}
    }
}

/// Whether the step leads anywhere from here; if not, the place stays in one piece.
fn selects(step: &Step, place: &Traced) -> bool {
    match (step, place) {
        (Step::Member(name), Traced::Whole(Value::Object(members), _)) => {
            members.contains_key(name)
        }
        (Step::Member(name), Traced::Object(members, _)) => members.contains_key(name),
        (Step::Row(index), Traced::Whole(Value::Array(rows), _)) => *index < rows.len(),
        (Step::Row(index), Traced::List(rows, _)) => *index < rows.len(),
        (Step::All, Traced::Whole(value, _)) => value.is_object() || value.is_array(),
        (Step::All, _) => true,
        _ => false,
    }
}

fn visit_selected(place: &mut Traced, path: &Path, visitor: &mut impl FnMut(&mut Traced, &Path)) {
    if matches!(place, Traced::Whole(Value::Array(_), _) | Traced::List(..)) {
        place.open();
        if let Traced::List(rows, _) = place {
            for (index, row) in rows.iter_mut().enumerate() {
                visitor(row, &path.row(index));
            }
        }
    } else {
        visitor(place, path);
    }
}
