//! Which parts of a version refer to its definitions.

use std::collections::HashMap;

use serde_json::Value;

use super::contents::{PartKind, name_of, parts};
use crate::text::Members;

/// Which parts refer to which definitions: by a `$ref` that ends with its name, or as `definition`,
/// by its id or name.
#[derive(Default)]
pub(crate) struct References<'c> {
    by_name: HashMap<String, Vec<Referrer<'c>>>,
    by_id: HashMap<&'c str, Vec<Referrer<'c>>>,
}

/// A part that refers to a definition.
pub(crate) type Referrer<'c> = (PartKind, &'c Value);

impl<'c> References<'c> {
    /// Those within a version, found in one walk.
    pub(crate) fn of(contents: &'c Value) -> Self {
        let mut found = Self::default();
        for kind in [PartKind::Action, PartKind::Trigger, PartKind::Definition] {
            for one in parts(contents, kind) {
                found.walk(one, (kind, one));
            }
        }
        found
    }

    /// The parts that refer to a definition, without itself.
    pub(crate) fn to(&self, definition: &Value) -> Vec<Referrer<'c>> {
        let id = definition.text_at("id");
        let by_name = self.by_name.get(name_of(definition));
        let by_id = id.and_then(|id| self.by_id.get(id));
        let mut referrers: Vec<Referrer<'c>> = Vec::new();
        for (kind, by) in by_name.into_iter().chain(by_id).flatten() {
            let is_itself = *kind == PartKind::Definition && name_of(by) == name_of(definition);
            if !is_itself && !referrers.iter().any(|(_, known)| std::ptr::eq(*known, *by)) {
                referrers.push((*kind, by));
            }
        }
        referrers
    }

    fn walk(&mut self, value: &'c Value, by: Referrer<'c>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match name.as_str() {
                        "$ref" => self.note_name(value.as_str().map(target), by),
                        "definition" => {
                            let name = value.text_at("name");
                            self.note_name(name.map(str::to_owned), by);
                            if let Some(id) = value.text_at("id") {
                                note(self.by_id.entry(id).or_default(), by);
                            }
                        }
                        _ => {}
                    }
                    self.walk(value, by);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, by)),
            _ => {}
        }
    }

    fn note_name(&mut self, name: Option<String>, by: Referrer<'c>) {
        if let Some(name) = name {
            note(self.by_name.entry(name).or_default(), by);
        }
    }
}

/// A part is walked at once, so that it is the last one where it was noted before.
fn note<'c>(referrers: &mut Vec<Referrer<'c>>, by: Referrer<'c>) {
    if !referrers
        .last()
        .is_some_and(|(_, last)| std::ptr::eq(*last, by.1))
    {
        referrers.push(by);
    }
}

/// The name at the end of a reference: a JSON Pointer in a URL fragment (RFC 6901, section 3).
fn target(reference: &str) -> String {
    let (_, last) = reference.rsplit_once('/').unwrap_or(("", reference));
    hub::pointer::unescaped(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_found_at_any_depth_but_not_in_itself() {
        let contents = json!({
            "actions": [{"name": "get", "in": [{"schema": {"$ref": "#/components/schemas/A~1B"}}]}],
            "triggers": [
                {"name": "told", "requestBody": {"definitions": [{"definition": {"id": "7"}}]}},
                {"name": "tell", "responses": [{"definitions": [{"definition": {"name": "D"}}, {"definition": {"name": "E"}}]}]},
            ],
            "definitions": [
                {"name": "A/B", "schema": {"next": {"$ref": "#/components/schemas/A~1B"}}},
                {"name": "C", "schema": {"next": {"$ref": "#/components/schemas/C"}}},
            ],
        });
        let names = |definition: Value| -> Vec<String> {
            let references = References::of(&contents).to(&definition);
            references
                .iter()
                .map(|(_, by)| name_of(by).to_owned())
                .collect()
        };
        assert_eq!(names(json!({"name": "A/B"})), ["get"]);
        assert_eq!(names(json!({"name": "C"})), [""; 0]);
        assert_eq!(names(json!({"id": "7", "name": "D"})), ["tell", "told"]);
        assert_eq!(names(json!({"id": "8", "name": "E"})), ["tell"]);
    }
}
