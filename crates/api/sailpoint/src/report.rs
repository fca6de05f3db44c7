//! What is told of each object of an import, and how it is put together for a download (`SpConfigImportResults`).

use hub::command::Artifact;
use serde_json::{Map, Value, json};

use super::wire::Identity;

/// The lists of an `ObjectImportResult`.
const LISTS: [&str; 4] = ["infos", "warnings", "errors", "importedObjects"];

/// What is told of one object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    infos: Vec<Value>,
    warnings: Vec<Value>,
    errors: Vec<Value>,
    imported: Vec<Value>,
}

impl Report {
    /// It would be imported.
    pub fn preview(&mut self, identity: &Identity) {
        let Identity { id, name, .. } = identity;
        self.infos.push(message(
            "IMPORT_PREVIEW",
            format!("Object to be imported: [{id}, {name}]"),
        ));
    }

    /// What importing it would do.
    pub fn operation(&mut self, key: &'static str, text: String) {
        self.infos.push(message(key, text));
    }

    /// How a reference was resolved.
    pub fn reference(&mut self, place: &str, how: &str, wanted: &Value, found: &Value) {
        let text = format!(
            "Reference {place} to object {} is resolved by {how} to object {}",
            bracketed(wanted),
            bracketed(found)
        );
        self.infos.push(message("REFERENCE_RESOLVED", text));
    }

    /// It was left out, though the file has it.
    pub fn left_out(&mut self, text: String) {
        self.warnings.push(message("OBJECT_SKIPPED", text));
    }

    /// A reference leads nowhere.
    pub fn unresolved(&mut self, wanted: &Value) {
        let text = format!(
            "Unable to resolve reference for object {}",
            bracketed(wanted)
        );
        self.errors
            .push(message("UNKNOWN_REFERENCE_RESOLVER", text));
    }

    /// It could not be imported.
    pub fn failed(&mut self, identity: &Identity, why: &str) {
        let Identity { kind, id, name } = identity;
        let text = format!(
            "There was an error importing '{kind}' with name '{name}' and id '{id}': {why}"
        );
        self.errors.push(message("IMPORT_FAILED", text));
    }

    /// It was created or updated, or is as it should be already.
    pub fn imported(&mut self, identity: &Identity) {
        self.imported.push(identity.reference());
    }

    /// Whether there is an error.
    pub fn has_failed(&self) -> bool {
        !self.errors.is_empty()
    }

    /// The lists that have something in them.
    pub fn into_json(self) -> Value {
        let lists = [self.infos, self.warnings, self.errors, self.imported];
        let lists = LISTS.into_iter().zip(lists);
        let full = lists.filter(|(_, list)| !list.is_empty());
        full.map(|(name, list)| (name.to_owned(), Value::Array(list)))
            .collect::<Map<_, _>>()
            .into()
    }
}

/// No member may be missing or null, and `details` must be empty: the SDKs refuse all else.
fn message(key: &'static str, text: String) -> Value {
    json!({"key": key, "text": text, "details": {}})
}

/// `[type: IDENTITY, id: 7, name: n]`
fn bracketed(reference: &Value) -> String {
    let text = |member: &str| {
        reference
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or("null")
    };
    format!(
        "[type: {}, id: {}, name: {}]",
        text("type"),
        text("id"),
        text("name")
    )
}

/// The results of a job, by type: every list is there, if only empty.
pub fn results(artifacts: &[Artifact]) -> Value {
    let mut results = Map::new();
    for artifact in artifacts {
        let of_type = results.entry(artifact.kind.as_str()).or_insert_with(|| {
            LISTS
                .map(|list| (list.to_owned(), json!([])))
                .into_iter()
                .collect()
        });
        let Ok(Value::Object(report)) = serde_json::from_str(&artifact.json) else {
            continue;
        };
        for (list, messages) in report {
            if let (Some(Value::Array(all)), Value::Array(messages)) =
                (of_type.get_mut(&list), messages)
            {
                all.extend(messages);
            }
        }
    }
    Value::Object(results)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_have_all_four_lists() {
        let identity = Identity {
            kind: "ROLE".to_owned(),
            id: "1".to_owned(),
            name: "n".to_owned(),
        };
        let mut report = Report::default();
        report.imported(&identity);
        let mut failed = Report::default();
        failed.unresolved(&json!({"type": "IDENTITY", "id": "7"}));
        let artifact = |report: Report| Artifact {
            kind: "ROLE".to_owned(),
            json: report.into_json().to_string(),
        };
        let results = results(&[artifact(report), artifact(failed)]);
        assert_eq!(
            results,
            json!({"ROLE": {
                "infos": [], "warnings": [],
                "errors": [{
                    "key": "UNKNOWN_REFERENCE_RESOLVER", "details": {},
                    "text": "Unable to resolve reference for object [type: IDENTITY, id: 7, name: null]",
                }],
                "importedObjects": [{"type": "ROLE", "id": "1", "name": "n"}],
            }})
        );
    }
}
