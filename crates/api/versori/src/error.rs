//! Errors: `{code, message, fields?, details}` and what some operations publish besides. The code
//! is six digits, of which only `500000` is published: the status, and three more that tell errors
//! of one status apart.

use hub::error::{Error, FieldError, Reference, Referenced};
use serde::Serialize;
use serde_json::Value;

use crate::message::Message;
use api::request::Request;
use api::response::{Response, status, with_error_headers};

/// The operations that publish their errors with messages: imports.
const WITH_MESSAGES: [&str; 2] = ["versori.importConnector", "versori.importIntoConnector"];

/// An Error of the published form.
#[derive(Serialize)]
struct ErrorBody {
    code: String,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<FieldBody>>,
    details: String,
    /// What is wrong with an imported document.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<Message>>,
    /// The definition that others refer to (DefinitionDeletePreconditionFailed).
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<DefinitionInUse>,
}

#[derive(Serialize)]
struct FieldBody {
    field: String,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DefinitionInUse {
    id: String,
    name: String,
    referenced_by: Vec<ReferenceBody>,
}

#[derive(Serialize)]
struct ReferenceBody {
    r#type: &'static str,
    id: String,
    name: String,
}

/// Prints why a request was refused.
pub(crate) fn response(request: &Request, error: &Error) -> Response {
    let faults = match error {
        Error::Invalid(faults) => Some(faults),
        _ => None,
    };
    let has_messages = WITH_MESSAGES.contains(&request.operation());
    let body = ErrorBody {
        code: code(error),
        message: message(error),
        fields: faults.map(|faults| faults.iter().map(field).collect()),
        details: format!("request {}", request.id),
        messages: faults
            .filter(|_| has_messages)
            .map(|faults| faults.iter().map(import_message).collect()),
        definition: match error {
            Error::Referenced(referenced) => Some(definition(referenced)),
            _ => None,
        },
    };
    // Texts and lists of texts always have a form in JSON.
    let body: Value = serde_json::to_value(body).unwrap_or_default();
    with_error_headers(Response::json(status(error), &body), error)
}

fn code(error: &Error) -> String {
    let detail = match error {
        Error::Invalid(_) | Error::AlreadyExists { .. } => 1,
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

fn field(fault: &FieldError) -> FieldBody {
    FieldBody {
        field: fault.field.clone(),
        message: fault.message.clone(),
    }
}

fn import_message(fault: &FieldError) -> Message {
    Message::error(fault.to_string())
}

fn definition(referenced: &Referenced) -> DefinitionInUse {
    let reference = |one: &Reference| ReferenceBody {
        r#type: one.kind,
        id: one.id.clone(),
        name: one.name.clone(),
    };
    DefinitionInUse {
        id: referenced.object.id.clone(),
        name: referenced.object.name.clone(),
        referenced_by: referenced.by.iter().map(reference).collect(),
    }
}
