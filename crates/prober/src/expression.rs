//! CEL expressions that judge a response (seeds/alauda-connector-apis.txt, `response.cel`).
//!
//! CEL always ends, but two loops over a long list within each other take their time. How often the parts of an
//! expression are evaluated follows from its form and from the size of the response, so it is known, and limited,
//! before anything is evaluated.

use std::collections::HashMap;
use std::sync::Arc;

use cel::common::ast::{EntryExpr, Expr, IdedExpr, SourceInfo};
use cel::objects::{Key, Map};
use cel::{Context, Env, Value};
use serde_json::Value as Json;

use crate::source::SourceError;

/// The longest expression, in bytes.
pub const SOURCE_MAX: usize = 4 << 10;
/// How deep an expression may be nested: its parser and its evaluation are recursive.
const DEPTH_MAX: u16 = 48;
/// How many operators, dots and brackets an expression may have. Every one of a chain is a level of the recursion that
/// [`DEPTH_MAX`] does not count, and the stack of a component is small.
const OPERATORS_MAX: usize = 256;
/// How many parts may be evaluated, all together.
const WORK_MAX: u64 = 1_000_000;
/// How many characters of text a part goes through at the price of one.
const TEXT_PER_STEP: u64 = 1024;

/// The variables that an expression has. `response` is published; the others are those of older design documents
/// (reference/kubernetes.md, 1.3.1, "CEL vars").
const VARIABLES: [&str; 6] = [
    "response",
    "statusCode",
    "headers",
    "body",
    "bodyString",
    "bodyJSON",
];
/// The functions of the CEL standard library that there are here.
const FUNCTIONS: [&str; 13] = [
    "size",
    "contains",
    "startsWith",
    "endsWith",
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "type",
    "dyn",
    "matches",
];
/// The types that an expression may name.
const TYPES: [&str; 11] = [
    "int",
    "uint",
    "double",
    "string",
    "bytes",
    "bool",
    "list",
    "map",
    "null_type",
    "type",
    "optional_type",
];

/// What an expression sees of a response.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The status code.
    pub status: u16,
    /// The headers, with names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub text: String,
}

/// An expression that was read.
pub struct Expression {
    root: IdedExpr,
    /// Of each part, in how many loops it is.
    loops: Vec<u32>,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What is wrong with it, and where: syntax, a variable or a function that is not known.
    pub fn compile(source: &str) -> Result<Self, SourceError> {
        SourceError::check_length(source, SOURCE_MAX)?;
        check_operators(source)?;
        let parsed = Env::stdlib()
            .parser()
            .max_recursion_depth(DEPTH_MAX)
            .parse_with_source_info(source);
        let (root, places) = parsed.map_err(|errors| syntax_error(&errors))?;
        let loops = check_names(&root, source, &places)?;
        Ok(Self { root, loops })
    }

    /// Whether the response is as it should be.
    ///
    /// # Errors
    /// Why that cannot be told, without anything of the response.
    pub fn judge(&self, seen: &Seen) -> Result<bool, &'static str> {
        let body: Json = body(seen);
        if self.work(seen, &body) > WORK_MAX {
            return Err("the response is too large for the expression of the class");
        }
        let mut context = Context::with_env(Arc::new(Env::stdlib()));
        for (name, value) in variables(seen, &body) {
            context.add_variable_from_value(name, value);
        }
        match Value::resolve(&self.root, &context) {
            Ok(Value::Bool(verdict)) => Ok(verdict),
            Ok(_) => Err("the expression of the class is neither true nor false"),
            Err(_) => Err("the expression of the class cannot be evaluated for this response"),
        }
    }

    /// An upper bound of the parts that are evaluated, each at the price of going through all of the text. No list is
    /// longer than the longest there is times the number of parts, which are what can put lists together.
    fn work(&self, seen: &Seen, body: &Json) -> u64 {
        let parts = number(self.loops.len());
        let longest = longest(body).max(seen.headers.len()).max(1);
        let rounds = number(longest).saturating_add(parts);
        let price = (number(seen.text.len()) / TEXT_PER_STEP).saturating_add(1);
        let steps = self.loops.iter().map(|loops| rounds.saturating_pow(*loops));
        steps.fold(0, u64::saturating_add).saturating_mul(price)
    }
}

/// Counts those within texts too, which errs on the safe side.
fn check_operators(source: &str) -> Result<(), SourceError> {
    let operators =
        source.match_indices(|char: char| char.is_ascii_punctuation() && !"_'\",".contains(char));
    match operators.map(|(offset, _)| offset).nth(OPERATORS_MAX) {
        None => Ok(()),
        Some(offset) => {
            let message = format!("has more than {OPERATORS_MAX} operators, dots and brackets");
            Err(SourceError::at_offset(source, offset, message))
        }
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn syntax_error(errors: &cel::ParseErrors) -> SourceError {
    errors.errors.first().map_or_else(
        || SourceError::at_start("is not an expression"),
        |error| SourceError {
            line: usize::try_from(error.pos.0).unwrap_or_default().max(1),
            column: usize::try_from(error.pos.1).unwrap_or_default().max(1),
            message: plain(&error.msg),
        },
    )
}

/// What the parser says, without the structure that it sometimes prints around it.
fn plain(message: &str) -> String {
    let inner = message
        .split_once("msg: \"")
        .and_then(|(_, rest)| rest.split_once('"'));
    let text = inner.map_or(message, |(text, _)| text);
    text.lines().next().unwrap_or_default().to_owned()
}

/// Goes through the whole expression and refuses names that nothing stands behind. Gives for each part in how many
/// loops it is.
fn check_names(
    root: &IdedExpr,
    source: &str,
    places: &SourceInfo,
) -> Result<Vec<u32>, SourceError> {
    let mut known = [VARIABLES.as_slice(), TYPES.as_slice()].concat();
    let (mut variables, mut functions) = (Vec::new(), Vec::new());
    let mut all_loops = Vec::new();
    let mut rest = vec![(root, 0_u32)];
    while let Some((part, loops)) = rest.pop() {
        all_loops.push(loops);
        match &part.expr {
            Expr::Call(call) => functions.push((call.func_name.as_str(), part.id)),
            Expr::Ident(name) => variables.push((name.as_str(), part.id)),
            Expr::Comprehension(each) => {
                known.extend([each.iter_var.as_str(), each.accu_var.as_str()]);
                known.extend(each.iter_var2.as_deref());
                let inner = loops.saturating_add(1);
                rest.extend([(&each.loop_cond, inner), (&each.loop_step, inner)]);
            }
            _ => {}
        }
        rest.extend(children(&part.expr).into_iter().map(|child| (child, loops)));
    }
    let unknown_variable = variables.iter().find(|(name, _)| !known.contains(name));
    let is_operator = |name: &str| name.contains(['_', '@', '!']);
    let unknown_function = functions
        .iter()
        .find(|(name, _)| !is_operator(name) && !FUNCTIONS.contains(name));
    let (what, (name, id)) = match (unknown_variable, unknown_function) {
        (Some(found), _) => ("variable", found),
        (None, Some(found)) => ("function", found),
        (None, None) => return Ok(all_loops),
    };
    let offset = places.offset_for(*id).map_or(0, |(start, _)| start);
    let offset = usize::try_from(offset).unwrap_or_default();
    Err(SourceError::at_offset(
        source,
        offset,
        format!("there is no {what} {name:?}"),
    ))
}

/// The parts that are evaluated as often as the one they are in.
fn children(part: &Expr) -> Vec<&IdedExpr> {
    match part {
        Expr::Call(call) => call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .collect(),
        Expr::Select(select) => vec![&select.operand],
        Expr::List(list) => list.elements.iter().collect(),
        Expr::Map(map) => map
            .entries
            .iter()
            .flat_map(|entry| entry_parts(&entry.expr))
            .collect(),
        Expr::Struct(new) => new
            .entries
            .iter()
            .flat_map(|entry| entry_parts(&entry.expr))
            .collect(),
        Expr::Comprehension(each) => vec![&each.iter_range, &each.accu_init, &each.result],
        Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => Vec::new(),
    }
}

fn entry_parts(entry: &EntryExpr) -> Vec<&IdedExpr> {
    match entry {
        EntryExpr::StructField(field) => vec![&field.value],
        EntryExpr::MapEntry(entry) => vec![&entry.key, &entry.value],
    }
}

/// The body as JSON when it is said to be JSON and is, otherwise its text: published examples ask a body whether it
/// contains a word.
fn body(seen: &Seen) -> Json {
    let is_json = seen.headers.iter().any(|(name, value)| {
        let media_type = value
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        name == "content-type"
            && (media_type == "application/json" || media_type.ends_with("+json"))
    });
    let parsed = is_json
        .then(|| hub::json::parse(seen.text.as_bytes()).ok())
        .flatten();
    parsed.unwrap_or_else(|| Json::String(seen.text.clone()))
}

/// The length of the longest list or object.
fn longest(value: &Json) -> usize {
    match value {
        Json::Array(items) => items.iter().map(longest).fold(items.len(), usize::max),
        Json::Object(members) => members
            .values()
            .map(longest)
            .fold(members.len(), usize::max),
        _ => 1,
    }
}

fn variables(seen: &Seen, body: &Json) -> [(&'static str, Value); 6] {
    let status = Value::Int(i64::from(seen.status));
    let headers = headers(seen);
    let text = Value::from(seen.text.as_str());
    let body = value(body);
    let response = map([
        ("statusCode".to_owned(), status.clone()),
        ("headers".to_owned(), headers.clone()),
        ("body".to_owned(), body.clone()),
        ("bodyString".to_owned(), text.clone()),
    ]);
    [
        ("response", response),
        ("statusCode", status),
        ("headers", headers),
        ("body", body.clone()),
        ("bodyJSON", body),
        ("bodyString", text),
    ]
}

/// Each name in lower case, as published expressions have it, and in the canonical form of Go, as scripts have it.
fn headers(seen: &Seen) -> Value {
    let mut lists: Vec<(String, Vec<Value>)> = Vec::new();
    for (name, value) in &seen.headers {
        let value = Value::from(value.as_str());
        match lists.iter_mut().find(|(known, _)| known == name) {
            Some((_, values)) => values.push(value),
            None => lists.push((name.clone(), vec![value])),
        }
    }
    let both = lists.into_iter().flat_map(|(name, values)| {
        let values = Value::List(Arc::new(values));
        [(canonical(&name), values.clone()), (name, values)]
    });
    map(both)
}

/// `content-type` as `Content-Type` (`textproto.CanonicalMIMEHeaderKey`).
pub fn canonical(name: &str) -> String {
    let mut upper = true;
    name.chars()
        .map(|char| {
            let cased = if upper {
                char.to_ascii_uppercase()
            } else {
                char.to_ascii_lowercase()
            };
            upper = char == '-';
            cased
        })
        .collect()
}

/// Numbers without a fraction are integers, so that they can be compared with those of the expression.
fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(*flag),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::Int(number),
            (None, Some(number)) => Value::UInt(number),
            (None, None) => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => Value::List(Arc::new(items.iter().map(value).collect())),
        Json::Object(members) => map(members
            .iter()
            .map(|(name, member)| (name.clone(), value(member)))),
    }
}

fn map(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    let members: HashMap<Key, Value> = members
        .into_iter()
        .map(|(name, value)| (Key::String(Arc::new(name)), value))
        .collect();
    Value::Map(Map {
        map: Arc::new(members),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn seen(status: u16, media_type: &str, text: &str) -> Seen {
        let headers = vec![
            ("content-type".to_owned(), media_type.to_owned()),
            ("x-a".to_owned(), "1".to_owned()),
            ("x-a".to_owned(), "2".to_owned()),
        ];
        Seen {
            status,
            headers,
            text: text.to_owned(),
        }
    }

    fn judge(source: &str, seen: &Seen) -> Result<bool, String> {
        let expression = Expression::compile(source).map_err(|error| error.to_string())?;
        expression.judge(seen).map_err(str::to_owned)
    }

    #[test]
    fn published_expressions_judge_a_response() {
        let json = seen(
            200,
            "application/json; charset=utf-8",
            r#"{"status": "healthy", "uptime": 61, "errors": [], "valid": true}"#,
        );
        let text = seen(401, "text/plain", "it was a success");
        let rows = [
            (
                "response.statusCode == 200 && response.body.status == 'healthy'",
                &json,
                true,
            ),
            (
                "response.body.uptime > 60 && response.body.errors.size() == 0",
                &json,
                true,
            ),
            (
                "response.body.contains('success') && !response.body.contains('error')",
                &text,
                true,
            ),
            (
                "response.headers['content-type'][0].startsWith('application/json')",
                &json,
                true,
            ),
            (
                "response.headers['Content-Type'][0].startsWith('application/json')",
                &json,
                true,
            ),
            (
                "response.headers['x-a'].size() == 2 && response.headers['X-A'][1] == '2'",
                &json,
                true,
            ),
            ("statusCode == 200 && bodyJSON.valid == true", &json, true),
            (
                "response.statusCode == 200 || response.statusCode == 401",
                &text,
                true,
            ),
            ("response.statusCode in [401, 403]", &json, false),
            ("response.bodyString.contains('valid')", &json, true),
            (
                "has(response.body.status) && !has(response.body.nothing)",
                &json,
                true,
            ),
            ("type(response.statusCode) == int", &json, true),
            ("response.body.errors.all(e, e.size() < 3)", &json, true),
            ("response.headers.exists(name, name == 'x-a')", &json, true),
        ];
        for (source, seen, expected) in rows {
            assert_eq!(judge(source, seen), Ok(expected), "{source}");
        }
    }

    #[test]
    fn what_cannot_be_judged_is_no_success_and_tells_nothing() {
        let seen = seen(200, "application/json", r#"{"password": "hunter2"}"#);
        for source in [
            "response.body.nothing == 1",
            "response.body.password",
            "1 / 0 == 1",
            "response.body.password + 1 == 2",
        ] {
            let error = judge(source, &seen).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_broken_expression_is_refused_with_its_place() {
        let rows = [
            ("1 +", 1),
            ("response.statusCode == 200 &&\n respons.body == 1", 2),
            ("nosuch(response.body)", 1),
            ("response.bodyString.nosuch('a')", 1),
            ("response.statusCode = 200", 1),
            ("", 1),
        ];
        for (source, line) in rows {
            let error = Expression::compile(source).err().unwrap();
            assert_eq!(error.line, line, "{source}: {error}");
            assert!(!error.message.contains("source:"), "{error}");
        }
        let error = Expression::compile("true &&\n  respons.body == 1")
            .err()
            .unwrap();
        assert_eq!((error.line, error.column), (2, 3), "{error}");
        assert!(Expression::compile(&"a".repeat(SOURCE_MAX + 1)).is_err());
        assert!(Expression::compile(&format!("{}1{}", "(".repeat(500), ")".repeat(500))).is_err());
        assert!(Expression::compile(&format!("{}true", "!".repeat(2000))).is_err());
    }

    #[test]
    fn the_deepest_expressions_fit_the_stack_of_a_component() {
        let chains = [
            format!("{}true", "!".repeat(OPERATORS_MAX)),
            format!("{}1 > 0", "-".repeat(OPERATORS_MAX - 1)),
            format!("1{} > 0", "+1".repeat(OPERATORS_MAX - 1)),
            format!("body{}", ".a".repeat(OPERATORS_MAX)),
            format!("body{}", "[0]".repeat(OPERATORS_MAX / 2)),
            format!("{}false", "true?false:".repeat(OPERATORS_MAX / 2)),
            format!("true{}", "||false".repeat(OPERATORS_MAX / 2)),
            format!("{}{}", "[".repeat(128), "]".repeat(128)),
        ];
        // Code that is not optimised takes far more stack; components are.
        let stack_size = if cfg!(debug_assertions) {
            32 << 20
        } else {
            1 << 20
        };
        let small = std::thread::Builder::new().stack_size(stack_size);
        let run = move || {
            for source in chains {
                let error = judge(&source, &seen(200, "application/json", "{}")).err();
                assert!(!error.unwrap_or_default().contains("source:"), "{source}");
            }
        };
        small.spawn(run).unwrap().join().unwrap();
    }

    #[test]
    fn an_expression_that_would_take_long_is_not_begun() {
        let list = format!("[{}0]", "0,".repeat(50_000));
        let large = seen(200, "application/json", &list);
        let nested = "response.body.all(a, response.body.all(b, a == b))";
        assert!(judge(nested, &large).unwrap_err().contains("too large"));
        assert_eq!(judge("response.body.size() > 1", &large), Ok(true));
        let small = seen(200, "application/json", "[1, 2, 3]");
        assert_eq!(
            judge(
                "response.body.all(a, response.body.exists(b, a == b))",
                &small
            ),
            Ok(true)
        );
        let literal = format!(
            "[{0}0].map(a, [{0}0].map(b, a + b)).size() > 0",
            "0,".repeat(900)
        );
        assert!(judge(&literal, &small).unwrap_err().contains("too large"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn nothing_panics(source in r#"(response|body|headers|[0-9a-z.()\[\]{}+*/%<>=!&|?:,'" -]){0,40}"#) {
            let _ = judge(&source, &seen(200, "application/json", r#"{"a": [1, 2.5, -1], "b": "c"}"#));
        }
    }
}
