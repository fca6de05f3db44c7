//! Rego scripts of a class: how to authenticate a request, which permission it
//! needs, where its token is. Published ones are in either version of the language.

use std::num::NonZeroU32;
use std::time::Duration;

use hub::secret::Clear;
use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine, Value};
use serde_json::Value as Json;

use crate::compiled::Compiled;
use crate::source::SourceError;

/// The longest script, in bytes.
pub const SOURCE_MAX: usize = 16 << 10;
/// How deep brackets may be nested. The parser tries each as an object, a set, an array and their
/// comprehensions, so that every level costs several times the one above.
const NESTING_MAX: usize = 8;
/// How many rules a script may have. Each can be evaluated within another, and the stack of a
/// component is small.
const RULES_MAX: usize = 24;
/// How long a script may run.
const TIME_MAX: ExecutionTimerConfig = ExecutionTimerConfig {
    limit: Duration::from_millis(250),
    check_interval: NonZeroU32::MIN,
};

/// What a script is for, which decides what it must define.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `auth.types[].generator`: how a request is authenticated.
    Generator,
    /// `api.permissions`: which permission a request needs.
    Permissions,
    /// `proxy.authExtractor`: the token of a request.
    AuthExtractor,
}

impl Purpose {
    /// The package and the rule that the script must define.
    const fn rule(self) -> (&'static str, &'static str) {
        match self {
            Self::Generator | Self::AuthExtractor => ("proxy", "auth"),
            Self::Permissions => ("permissions", "result"),
        }
    }
}

/// Where a generator wants what it made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// As headers.
    Header,
    /// As parameters of the query.
    Query,
    /// As the body, in its form.
    Body(Form),
}

/// How a body is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `application/json`
    Json,
    /// `application/x-www-form-urlencoded`
    UrlEncoded,
}

/// What a generator made of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Injection {
    /// Where it goes.
    pub position: Position,
    /// Names and values, in order.
    pub pairs: Vec<(String, Clear)>,
}

/// Checks a script. What it calls is looked up only when it is called, so it is run once over a
/// request that says nothing.
///
/// # Errors
/// What is wrong with it, and where.
pub fn check(source: &str, purpose: Purpose) -> Result<(), SourceError> {
    let mut engine = engine(source, purpose)?;
    let (package, rule) = purpose.rule();
    engine
        .eval_rule(format!("data.{package}.{rule}"))
        .map(drop)
        .map_err(|error| located(&error.to_string()))
}

/// Runs a generator over a secret's data and the request that is to be authenticated.
///
/// # Errors
/// Why nothing came of it, without anything of the secret.
pub fn generate(source: &str, input: &Json) -> Result<Injection, &'static str> {
    let unusable = "the generator of the class cannot be used";
    thread_local! {
        static COMPILED: Compiled<Engine> = Compiled::default();
    }
    let compile = |source: &str| engine(source, Purpose::Generator);
    let compiled = COMPILED.with(|compiled| compiled.get(source, compile));
    // A copy for each: an engine keeps what it is asked.
    let mut engine = compiled.map_err(|_| unusable)?.as_ref().clone();
    let input = Value::from_json_str(&input.to_string()).map_err(|_| unusable)?;
    engine.set_input(input);
    let failed = "the generator of the class gives nothing for this secret";
    let made = engine
        .eval_rule("data.proxy.auth".to_owned())
        .map_err(|_| failed)?;
    let made = made.to_json_str().map_err(|_| failed)?;
    let made: Json = serde_json::from_str(&made).map_err(|_| failed)?;
    injection(&made)
        .ok_or("the generator of the class gives something that is not {position, auth}")
}

fn injection(made: &Json) -> Option<Injection> {
    let text = |name: &str| made.get(name).and_then(Json::as_str);
    let position = match text("position") {
        Some("header") | None => Position::Header,
        Some("query") => Position::Query,
        Some("body") if text("contentType").is_some_and(|kind| kind.contains("urlencoded")) => {
            Position::Body(Form::UrlEncoded)
        }
        Some("body") => Position::Body(Form::Json),
        Some(_) => return None,
    };
    let pairs = made.get("auth")?.as_object()?.iter().map(|(name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), Clear::new(value))
    });
    Some(Injection {
        position,
        pairs: pairs.collect(),
    })
}

/// The script as version 1 of the language, or else as version 0. What is neither is told by the
/// version that understood more of it.
fn engine(source: &str, purpose: Purpose) -> Result<Engine, SourceError> {
    SourceError::check_length(source, SOURCE_MAX)?;
    check_nesting(source)?;
    let first = match compile(source, purpose, false) {
        Ok(engine) => return Ok(engine),
        Err(error) => error,
    };
    compile(source, purpose, true).map_err(|second| if second > first { second } else { first })
}

/// Counts brackets within texts too, which errs on the safe side.
fn check_nesting(source: &str) -> Result<(), SourceError> {
    let mut depth = 0_usize;
    for (offset, char) in source.char_indices() {
        match char {
            '[' | '{' => depth = depth.saturating_add(1),
            ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > NESTING_MAX {
            let message = format!("is nested deeper than {NESTING_MAX} levels");
            return Err(SourceError::at_offset(source, offset, message));
        }
    }
    Ok(())
}

fn compile(source: &str, purpose: Purpose, is_v0: bool) -> Result<Engine, SourceError> {
    let mut engine = Engine::new();
    engine.set_rego_v0(is_v0);
    engine.set_execution_timer_config(TIME_MAX);
    engine
        .add_policy("script".to_owned(), source.to_owned())
        .map_err(|error| located(&error.to_string()))?;
    let rules: usize = engine
        .get_modules()
        .iter()
        .map(|module| module.policy.len())
        .sum();
    if rules > RULES_MAX {
        return Err(SourceError::at_start(format!(
            "has more than {RULES_MAX} rules"
        )));
    }
    let (package, rule) = purpose.rule();
    let is_package = |name: &String| name == &format!("data.{package}");
    if !engine
        .get_packages()
        .is_ok_and(|packages| packages.iter().any(is_package))
    {
        return Err(SourceError::at_start(format!(
            "must be of the package {package:?}"
        )));
    }
    let entry = format!("data.{package}.{rule}");
    engine
        .compile_with_entrypoint(&entry.as_str().into())
        .map_err(|error| {
            let text = error.to_string();
            if text.contains("not a valid rule path") {
                return SourceError::at_start(format!("must define the rule {rule:?}"));
            }
            located(&text)
        })?;
    Ok(engine)
}

/// Reads the place out of an error: `--> script:2:5` on a line, and `error: …` on a later one.
fn located(text: &str) -> SourceError {
    let place = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("--> script:"));
    let mut numbers = place
        .unwrap_or_default()
        .split(':')
        .map_while(|number| number.trim().parse().ok());
    let message = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("error: "));
    SourceError {
        line: numbers.next().unwrap_or(1),
        column: numbers.next().unwrap_or(1),
        message: plain(message.unwrap_or(text.trim())).to_owned(),
    }
}

/// Without what the compiler says of its own state: `var x is unsafe (path […], scopes […])`.
fn plain(message: &str) -> &str {
    message
        .split_once(" (path [")
        .map_or(message, |(plain, _)| plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const V0: &str = "package proxy\nauth = {\n  \"position\": \"header\",\n  \"auth\": {\n    \"PRIVATE-TOKEN\": input.token\n  }\n}\n";
    const V1: &str = "package proxy\n\nauth := {\"position\": \"query\", \"auth\": {\"access_token\": input.data.token}} if {\n  input.request.method == \"GET\"\n}\n";
    const OLD_RULE: &str = "package proxy\nauth = {\"position\": \"body\", \"contentType\": \"application/json\", \"auth\": {\"user\": input.data.username}} { input.data.username != \"\" }\n";

    fn input() -> Json {
        json!({"data": {"token": "t0k", "username": "joe"}, "token": "t0k", "request": {"method": "GET"}})
    }

    #[test]
    fn scripts_of_both_versions_generate() {
        let rows = [
            (V0, Position::Header, "PRIVATE-TOKEN", "t0k"),
            (V1, Position::Query, "access_token", "t0k"),
            (OLD_RULE, Position::Body(Form::Json), "user", "joe"),
        ];
        for (source, position, name, value) in rows {
            let made = generate(source, &input()).unwrap();
            assert_eq!(made.position, position, "{source}");
            assert_eq!(
                made.pairs,
                [(name.to_owned(), Clear::new(value.to_owned()))],
                "{source}"
            );
        }
        let encoded = "package proxy\nauth := {\"position\": \"header\", \"auth\": {\"Authorization\": concat(\" \", [\"Basic\", base64.encode(sprintf(\"%s:x\", [input.data.username]))])}}";
        let made = generate(encoded, &input()).unwrap();
        assert_eq!(made.pairs[0].1.expose(), "Basic am9lOng=");
    }

    #[test]
    fn published_permissions_and_extractors_are_accepted() {
        let permissions = "package permissions\nimport future.keywords.if\ndefault result = {\"verb\": \"\"}\nresult = {\"verb\": \"read\"} if { input.request.method == \"POST\" }";
        assert_eq!(check(permissions, Purpose::Permissions), Ok(()));
        let extractor =
            "package proxy\nauth = {\n  \"token\": input.request.headers[\"Private-Token\"][0]\n}";
        assert_eq!(check(extractor, Purpose::AuthExtractor), Ok(()));
    }

    #[test]
    fn a_broken_script_is_refused_with_its_place() {
        let rows = [
            (
                "package proxy\nauth = {\n  \"position\": \n}\n",
                Purpose::Generator,
                4,
            ),
            ("package proxy\nauth := {\"a\": x}\n", Purpose::Generator, 2),
            ("package other\nauth = {}\n", Purpose::Generator, 1),
            ("package proxy\nother = {}\n", Purpose::Generator, 1),
            ("package proxy\nauth := nosuch(1)\n", Purpose::Generator, 2),
            ("auth = 1", Purpose::AuthExtractor, 1),
            (
                "package proxy\nauth := [{[{[{[{[{1}]}]}]}]}]\n",
                Purpose::Generator,
                2,
            ),
            ("", Purpose::Permissions, 1),
            (&chain(300), Purpose::Generator, 1),
        ];
        for (source, purpose, line) in rows {
            let error = check(source, purpose).unwrap_err();
            assert_eq!(error.line, line, "{source}: {error}");
            assert!(!error.message.contains(['\n', '[']), "{error}");
        }
    }

    /// Rules that each need the next.
    fn chain(length: usize) -> String {
        let rules: String = (0..length)
            .map(|rule| format!("a{rule} := a{}\n", rule.saturating_add(1)))
            .collect();
        format!("package proxy\n{rules}a{length} := 1\nauth := a0\n")
    }

    #[test]
    fn a_script_that_fails_or_runs_long_tells_no_secret() {
        let nothing = "package proxy\nauth := {\"position\": \"header\", \"auth\": {\"a\": input.data.nosuch}}";
        let wrong = "package proxy\nauth := {\"position\": input.data.token, \"auth\": {}}";
        let long = "package proxy\nl := numbers.range(1, 3000)\nauth := {\"auth\": {\"n\": count([1 | l[_]; l[_]; l[_]])}}";
        for source in [nothing, wrong, long] {
            let error = generate(source, &input()).unwrap_err();
            assert!(!error.contains("t0k"), "{error}");
        }
    }
}
