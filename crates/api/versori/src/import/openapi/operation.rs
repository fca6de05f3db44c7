//! Operations of paths and webhooks as actions and triggers of the published form (OpenAPI 3.1,
//! Operation Object).
//!
//! Bodies refer to definitions: to those of the components, or else to one that is made of the
//! schema that stands there.

use std::collections::HashMap;

use hub::error::Result;
use serde::Serialize;
use serde_json::{Map, Value};

use super::parts::{definition, members};
use crate::change;
use crate::message::Message;
use crate::part::contents::name_of;
use crate::text::Members;

/// The methods that a path can have (OpenAPI 3.1, Path Item Object).
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];
/// The types of parameters that the published form has.
const SCALARS: [&str; 4] = ["string", "number", "integer", "boolean"];
/// The members of an operation that describe it, which its part has as they are.
const DESCRIBING: [&str; 5] = ["summary", "description", "deprecated", "tags", "security"];
/// Where the schemas are that have names.
const SCHEMAS: &str = "#/components/schemas/";

/// An operation of a path or a webhook (OpenAPI 3.1, Operation Object).
type OpenApiOperation = Map<String, Value>;

/// An action or a trigger of the published form, but for its id.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PartBody<'d> {
    name: &'d str,
    r#type: &'static str,
    method: String,
    path: &'d str,
    #[serde(flatten)]
    described: Map<String, Value>,
    parameters: Vec<ParameterBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_body: Option<RequestBody>,
    responses: Vec<ResponseBody>,
}

#[derive(Serialize)]
struct ParameterBody {
    name: Value,
    r#in: Value,
    required: bool,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Value>,
}

#[derive(Serialize)]
struct RequestBody {
    required: bool,
    definitions: Vec<DefinitionUse>,
}

#[derive(Serialize)]
struct ResponseBody {
    /// None where it is the default.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Value>,
    definitions: Vec<DefinitionUse>,
}

#[derive(Serialize)]
struct DefinitionUse {
    definition: DefinitionName,
}

#[derive(Serialize)]
struct DefinitionName {
    name: String,
}

/// Reads the operations of a document.
pub(super) struct Reader<'d> {
    document: &'d Value,
    /// The definitions that the operations refer to.
    pub definitions: Vec<Value>,
    /// What the user should know.
    pub messages: Vec<Message>,
    names: Names,
}

impl<'d> Reader<'d> {
    /// Of a document with these definitions.
    pub(super) fn new(document: &'d Value, definitions: Vec<Value>) -> Self {
        let mut names = Names::default();
        for definition in &definitions {
            names.take(name_of(definition));
        }
        Self {
            document,
            names,
            definitions,
            messages: Vec::new(),
        }
    }

    /// The operations at a pointer. One is called by its `operationId`, or else by its method and
    /// path.
    ///
    /// # Errors
    /// [`hub::error::Error::Internal`] when a part has no form in JSON.
    pub(super) fn operations(&mut self, pointer: &str) -> Result<Vec<Value>> {
        let mut parts: Vec<Value> = Vec::new();
        let mut names = Names::default();
        for (path, item) in members(self.document, pointer) {
            let shared = item.get("parameters").and_then(Value::as_array);
            for method in METHODS {
                let Some(operation): Option<&OpenApiOperation> =
                    item.get(method).and_then(Value::as_object)
                else {
                    continue;
                };
                let given = operation.text_at("operationId").filter(|id| !id.is_empty());
                let name =
                    given.map_or_else(|| default_name(method, path), |id| id.replace('/', "_"));
                let unique = names.take(&name);
                if unique != name {
                    let text = format!(
                        "there are several operations {name:?}: that of {method} {path} is called {unique:?}"
                    );
                    self.messages.push(Message::warning(text));
                }
                let part = self.part(&unique, path, method, operation, shared);
                parts.push(change::body(part)?);
            }
        }
        Ok(parts)
    }

    fn part<'p>(
        &mut self,
        name: &'p str,
        path: &'p str,
        method: &str,
        operation: &OpenApiOperation,
        shared: Option<&Vec<Value>>,
    ) -> PartBody<'p> {
        let described = DESCRIBING.into_iter();
        let described = described
            .filter_map(|member| Some((member.to_owned(), operation.get(member)?.clone())));
        let responses = operation.get("responses").and_then(Value::as_object);
        PartBody {
            name,
            r#type: "http",
            method: method.to_ascii_uppercase(),
            path,
            described: described.collect(),
            parameters: self.parameters(operation, shared),
            request_body: operation
                .get("requestBody")
                .map(|body| self.request_body(name, body)),
            responses: responses
                .into_iter()
                .flatten()
                .map(|(status, response)| self.response(name, status, response))
                .collect(),
        }
    }

    /// A parameter of the operation goes before the one of the same name and place that the path
    /// has.
    fn parameters(
        &self,
        operation: &OpenApiOperation,
        shared: Option<&Vec<Value>>,
    ) -> Vec<ParameterBody> {
        let own = operation.get("parameters").and_then(Value::as_array);
        let resolve = |parameter| self.resolve(parameter);
        let own: Vec<&Value> = own.into_iter().flatten().map(resolve).collect();
        let is = |one: &Value, other: &Value| {
            ["name", "in"]
                .into_iter()
                .all(|member| one.get(member) == other.get(member))
        };
        let inherited = shared
            .into_iter()
            .flatten()
            .map(resolve)
            .filter(|parameter| !own.iter().any(|own| is(own, parameter)));
        inherited
            .chain(own.iter().copied())
            .map(|one| self.parameter(one))
            .collect()
    }

    fn parameter(&self, parameter: &Value) -> ParameterBody {
        let schema = parameter.get("schema").map(|schema| self.resolve(schema));
        let of_schema = |name: &str| schema.and_then(|schema| schema.get(name));
        let kinds: Vec<&str> = match of_schema("type") {
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
            kind => kind.and_then(Value::as_str).into_iter().collect(),
        };
        let scalar = SCALARS.into_iter().find(|scalar| kinds.contains(scalar));
        let member = |name: &str| parameter.get(name).cloned();
        ParameterBody {
            name: member("name").unwrap_or_default(),
            r#in: member("in").unwrap_or_default(),
            required: is_required(parameter),
            r#type: scalar.unwrap_or("string"),
            default: of_schema("default").cloned(),
            description: member("description"),
        }
    }

    fn request_body(&mut self, operation: &str, body: &Value) -> RequestBody {
        let body = self.resolve(body);
        RequestBody {
            required: is_required(body),
            definitions: self.bodies(body, &format!("{operation}_request")),
        }
    }

    fn response(&mut self, operation: &str, status: &str, response: &Value) -> ResponseBody {
        let response = self.resolve(response);
        ResponseBody {
            // What is not of one status is the default.
            status: status.parse().ok(),
            description: response.get("description").cloned(),
            definitions: self.bodies(response, &format!("{operation}_response_{status}")),
        }
    }

    /// References to the definitions of the media types that a body can have.
    fn bodies(&mut self, body: &Value, name: &str) -> Vec<DefinitionUse> {
        let content = body.get("content").and_then(Value::as_object);
        let mut definitions = Vec::new();
        for (media_type, media) in content.into_iter().flatten() {
            let Some(schema) = media.get("schema") else {
                continue;
            };
            let reference = schema.text_at("$ref");
            let known = reference
                .and_then(|reference| reference.strip_prefix(SCHEMAS))
                .map(hub::pointer::unescaped)
                .filter(|name| self.names.has(name));
            let name = known.unwrap_or_else(|| {
                let name = self.names.take(name);
                self.definitions.push(definition(&name, media_type, schema));
                name
            });
            definitions.push(DefinitionUse {
                definition: DefinitionName { name },
            });
        }
        definitions
    }

    /// What a reference within the document leads to, or the value itself. References to references
    /// are left.
    fn resolve<'v>(&self, value: &'v Value) -> &'v Value
    where
        'd: 'v,
    {
        let pointer = value
            .get("$ref")
            .and_then(|reference| reference.as_str()?.strip_prefix('#'));
        pointer
            .and_then(|pointer| self.document.pointer(pointer))
            .unwrap_or(value)
    }
}

fn is_required(value: &Value) -> bool {
    let required = value.get("required").and_then(Value::as_bool);
    required.unwrap_or_default()
}

/// Names that are taken, each with the number that its next twin gets.
#[derive(Default)]
struct Names(HashMap<String, u32>);

impl Names {
    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Takes the name, with a number behind it when it is taken.
    fn take(&mut self, name: &str) -> String {
        let mut unique = name.to_owned();
        while self.has(&unique) {
            let next = self.0.entry(name.to_owned()).or_insert(2);
            unique = format!("{name}_{next}");
            *next = next.saturating_add(1);
        }
        self.0.insert(unique.clone(), 2);
        unique
    }
}

/// `get /pets/{id}` is `get_pets_id`.
fn default_name(method: &str, path: &str) -> String {
    let words = path
        .split(|char: char| !char.is_alphanumeric())
        .filter(|word| !word.is_empty());
    std::iter::once(method)
        .chain(words)
        .collect::<Vec<_>>()
        .join("_")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_operation_becomes_an_action_of_the_published_form() {
        let document = json!({
            "paths": {"/pets/{id}": {
                "parameters": [{"$ref": "#/components/parameters/id"}, {"name": "verbose", "in": "query"}],
                "post": {
                    "operationId": "change/pet",
                    "parameters": [{"name": "verbose", "in": "query", "required": true, "schema": {"type": ["boolean", "null"], "default": true}}],
                    "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                    "responses": {
                        "200": {"description": "OK", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}},
                        "default": {"content": {"text/plain": {"schema": {"type": "string"}}, "text/html": {}}},
                    },
                },
            }},
            "components": {"parameters": {"id": {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}}},
        });
        let pet = definition("Pet", "application/json", &json!({}));
        let mut reader = Reader::new(&document, vec![pet]);
        let expected = json!([{
            "name": "change_pet",
            "type": "http",
            "method": "POST",
            "path": "/pets/{id}",
            "parameters": [
                {"name": "id", "in": "path", "required": true, "type": "integer"},
                {"name": "verbose", "in": "query", "required": true, "type": "boolean", "default": true},
            ],
            "requestBody": {"required": false, "definitions": [{"definition": {"name": "change_pet_request"}}]},
            "responses": [
                {"status": 200, "description": "OK", "definitions": [{"definition": {"name": "Pet"}}]},
                {"definitions": [{"definition": {"name": "change_pet_response_default"}}]},
            ],
        }]);
        assert_eq!(Value::from(reader.operations("/paths").unwrap()), expected);
        let names: Vec<&str> = reader.definitions.iter().map(name_of).collect();
        assert_eq!(
            names,
            ["Pet", "change_pet_request", "change_pet_response_default"]
        );
        assert_eq!(reader.definitions[2]["accept"], json!(["text/plain"]));
    }

    #[test]
    fn names_are_told_apart() {
        let document = json!({"paths": {
            "/a": {"get": {"operationId": "x"}, "put": {"operationId": "x_2"}},
            "/b": {"get": {"operationId": "x"}},
        }});
        let mut reader = Reader::new(&document, Vec::new());
        let operations = reader.operations("/paths").unwrap();
        let names: Vec<&str> = operations.iter().map(name_of).collect();
        assert_eq!(names, ["x", "x_2", "x_3"]);
        assert_eq!(reader.messages.len(), 1);
    }
}
