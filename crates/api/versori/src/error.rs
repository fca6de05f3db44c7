//! Errors: `{code, message, fields?, details?}`. The code is six digits that begin with the status (reference/versori.md,
//! Error, of which only `500000` is published); the last three tell errors of a status apart.

use hub::error::{Error, FieldError};
use serde_json::{Map, Value, json};

use api::request::Request;
use api::response::{Response, status, with_error_headers};

/// Prints why a request was refused.
pub fn response(request: &Request, error: &Error) -> Response {
    let mut members = Map::new();
    let mut set = |name: &str, value: Value| members.insert(name.to_owned(), value);
    set("code", json!(code(error)));
    set("message", json!(message(error)));
    if let Error::Invalid(faults) = error {
        set("fields", faults.iter().map(field).collect());
    }
    set("details", json!(format!("request {}", request.id)));
    if let Error::Invalid(faults) = error
        && super::imports(request)
    {
        set("messages", faults.iter().map(import_message).collect());
    }
    let response = Response::json(status(error), &Value::Object(members));
    with_error_headers(response, error)
}

fn code(error: &Error) -> String {
    let detail = match error {
        Error::Invalid(_) => 1,
        Error::AlreadyExists { .. } => 1,
        _ => 0,
    };
    format!("{}{detail:03}", status(error).as_u16())
}

fn message(error: &Error) -> String {
    match error {
        Error::Invalid(faults) => {
            let texts: Vec<String> = faults.iter().map(ToString::to_string).collect();
            format!("the request is not valid: {}", texts.join("; "))
        }
        other => other.to_string(),
    }
}

fn field(fault: &FieldError) -> Value {
    json!({"field": fault.field, "message": fault.message})
}

/// Imports tell in messages what is wrong with the document.
fn import_message(fault: &FieldError) -> Value {
    super::openapi::message("error", fault.to_string())
}
