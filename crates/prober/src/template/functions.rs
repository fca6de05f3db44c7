//! The functions that a template may call. None of them gives a text or a list beyond the limits,
//! since a template can put what comes of one into the next.

use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gotmpl::{Template, TemplateError, Value};

use super::{Bounded, ROUNDS_MAX};

type Answer = Result<Value, TemplateError>;

/// The functions of text/template that make texts, of which there is no end without a limit.
const TEXT_FUNCTIONS: [&str; 6] = ["html", "js", "print", "printf", "println", "urlquery"];

/// The functions of text/template that are used as they are.
const OTHER_FUNCTIONS: [&str; 13] = [
    "and", "call", "eq", "ge", "gt", "index", "le", "len", "lt", "ne", "not", "or", "slice",
];

/// Those of sprig, with the arguments in its order: what is piped in comes last.
type Function = fn(&[Value]) -> Answer;

const SPRIG: [(&str, Function); 19] = [
    ("append", append),
    ("b64dec", b64dec),
    ("b64enc", |args| Ok(string(STANDARD.encode(text(args, 0)?)))),
    ("contains", |args| {
        Ok(Value::Bool(text(args, 1)?.contains(&text(args, 0)?)))
    }),
    ("default", default),
    ("first", |args| {
        Ok(items(args, 0)?.first().cloned().unwrap_or(Value::Nil))
    }),
    ("hasPrefix", |args| {
        Ok(Value::Bool(text(args, 1)?.starts_with(&text(args, 0)?)))
    }),
    ("hasSuffix", |args| {
        Ok(Value::Bool(text(args, 1)?.ends_with(&text(args, 0)?)))
    }),
    ("join", join),
    ("last", |args| {
        Ok(items(args, 0)?.last().cloned().unwrap_or(Value::Nil))
    }),
    ("list", |args| list(args.to_vec())),
    ("lower", |args| Ok(string(text(args, 0)?.to_lowercase()))),
    ("replace", replace),
    ("splitList", split_list),
    ("trim", |args| Ok(string(text(args, 0)?.trim()))),
    ("trimPrefix", |args| {
        let (prefix, text) = (text(args, 0)?, text(args, 1)?);
        Ok(string(text.strip_prefix(&prefix).unwrap_or(&text)))
    }),
    ("trimSuffix", |args| {
        let (suffix, text) = (text(args, 0)?, text(args, 1)?);
        Ok(string(text.strip_suffix(&suffix).unwrap_or(&text)))
    }),
    ("upper", |args| Ok(string(text(args, 0)?.to_uppercase()))),
    ("urlParse", |args| Ok(url_parts(&text(args, 0)?))),
];

fn b64dec(args: &[Value]) -> Answer {
    let decoded = STANDARD.decode(text(args, 0)?).ok();
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    text.map(string)
        .ok_or_else(|| wrong("b64dec: not base64 of a text"))
}

fn default(args: &[Value]) -> Answer {
    let given = args.get(1).filter(|value| value.is_truthy());
    given
        .or(args.first())
        .cloned()
        .ok_or_else(|| wrong("default: no value"))
}

fn append(args: &[Value]) -> Answer {
    let mut all = items(args, 0)?.to_vec();
    all.extend(args.get(1).cloned());
    list(all)
}

fn join(args: &[Value]) -> Answer {
    let separator = text(args, 0)?;
    let mut all = Bounded::default();
    for (index, item) in items(args, 1)?.iter().enumerate() {
        if index > 0 {
            all.write_str(&separator)?;
        }
        write!(all, "{item}")?;
    }
    Ok(string(all.0))
}

fn replace(args: &[Value]) -> Answer {
    let (old, new, text) = (text(args, 0)?, text(args, 1)?, text(args, 2)?);
    let mut all = Bounded::default();
    for (index, part) in text.split(&old).enumerate() {
        if index > 0 {
            all.write_str(&new)?;
        }
        all.write_str(part)?;
    }
    Ok(string(all.0))
}

fn split_list(args: &[Value]) -> Answer {
    let (separator, text) = (text(args, 0)?, text(args, 1)?);
    list(text.split(&separator).map(string).collect())
}

/// The parts that sprig's `urlParse` gives, and `port`. A part that is not there is empty.
fn url_parts(url: &str) -> Value {
    let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (scheme, rest) = rest.split_once("://").unwrap_or(("", rest));
    let (authority, path) = match rest.find('/') {
        _ if scheme.is_empty() => ("", rest),
        Some(at) => rest.split_at_checked(at).unwrap_or((rest, "")),
        None => (rest, ""),
    };
    let (userinfo, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (hostname, port) = match host.rsplit_once(':') {
        Some((hostname, port)) if !port.contains(']') => (hostname, port),
        _ => (host, ""),
    };
    let hostname = hostname.trim_start_matches('[').trim_end_matches(']');
    let parts = [
        ("scheme", scheme),
        ("userinfo", userinfo),
        ("host", host),
        ("hostname", hostname),
        ("port", port),
        ("path", path),
        ("query", query),
        ("fragment", fragment),
    ];
    Value::from_entries(parts.map(|(name, part)| (name.to_owned(), string(part))))
}

fn text(args: &[Value], index: usize) -> Result<String, TemplateError> {
    match args.get(index) {
        Some(Value::String(text)) => Ok(text.to_string()),
        Some(Value::Nil) => Ok(String::new()),
        Some(other @ (Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Float(_))) => {
            Ok(other.to_string())
        }
        Some(_) => Err(wrong("an argument is not a text")),
        None => Err(wrong("too few arguments")),
    }
}

fn items(args: &[Value], index: usize) -> Result<&[Value], TemplateError> {
    match args.get(index) {
        Some(Value::List(items)) => Ok(items),
        Some(_) => Err(wrong("an argument is not a list")),
        None => Err(wrong("too few arguments")),
    }
}

/// A list of more items than a template can go through is of no use.
fn list(items: Vec<Value>) -> Answer {
    if u64::try_from(items.len()).unwrap_or(u64::MAX) > ROUNDS_MAX {
        return Err(TemplateError::RangeIterLimit);
    }
    Ok(Value::List(items.into()))
}

fn string(text: impl AsRef<str>) -> Value {
    Value::String(Arc::from(text.as_ref()))
}

fn wrong(message: &str) -> TemplateError {
    TemplateError::Exec(message.to_owned())
}

/// Registers what a template may call that the engine does not have or does not limit.
pub(super) fn add_to(template: Template) -> Template {
    let template = TEXT_FUNCTIONS.into_iter().fold(template, |template, name| {
        template.func(name, move |args| limited(name, args))
    });
    SPRIG
        .into_iter()
        .fold(template, |template, (name, function)| {
            template.func(name, function)
        })
}

/// Whether there is a function of that name.
pub(super) fn is_known(name: &str) -> bool {
    TEXT_FUNCTIONS.contains(&name)
        || OTHER_FUNCTIONS.contains(&name)
        || SPRIG.iter().any(|(known, _)| *known == name)
}

/// A function of the engine, called on arguments that are not too long with a result that is not
/// either.
fn limited(name: &str, args: &[Value]) -> Answer {
    let mut size = Bounded::default();
    let mut call = format!("{{{{ {name}");
    for (index, arg) in args.iter().enumerate() {
        write!(size, "{arg}")?;
        write!(call, " (index . {index})")?;
    }
    call.push_str(" }}");
    let mut output = Bounded::default();
    Template::new("")
        .parse(&call)?
        .execute_fmt(&mut output, &Value::List(args.into()))?;
    Ok(string(output.0))
}
