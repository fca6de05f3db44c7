//! What is told of each object of an import, and how it is put together for a download
//! (`SpConfigImportResults`).

use std::borrow::Cow;
use std::collections::BTreeMap;

use hub::command::Artifact;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wire::Identity;

/// What is told of one object. Of the lists, those that have something in them are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Report {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    infos: Vec<Message>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Message>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Message>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    imported_objects: Vec<Identity>,
}

/// One message. No member may be missing or null, and `details` must be empty: the SDKs refuse all
/// else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Message {
    key: Cow<'static, str>,
    text: String,
    details: Details,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Details {}

/// An object of a file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BrokenObject {
    /// Its type, as far as it is known.
    #[serde(rename = "type")]
    pub kind: String,
    /// What is told of it.
    pub report: Report,
}

/// `ObjectImportResult`: what is told of all objects of a type. Every list is there, if only empty.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TypeResult {
    infos: Vec<Message>,
    warnings: Vec<Message>,
    errors: Vec<Message>,
    imported_objects: Vec<Identity>,
}

impl Report {
    /// It would be imported.
    pub(crate) fn preview(&mut self, identity: &Identity) {
        let Identity { id, name, .. } = identity;
        self.infos.push(message(
            "IMPORT_PREVIEW",
            format!("Object to be imported: [{id}, {name}]"),
        ));
    }

    /// What importing it would do.
    pub(crate) fn operation(&mut self, key: &'static str, text: String) {
        self.infos.push(message(key, text));
    }

    /// How a reference was resolved.
    pub(crate) fn reference(&mut self, place: &str, how: &str, wanted: &Value, found: &Value) {
        let text = format!(
            "Reference {place} to object {} is resolved by {how} to object {}",
            bracketed(wanted),
            bracketed(found)
        );
        self.infos.push(message("REFERENCE_RESOLVED", text));
    }

    /// What other APIs keep of it as objects of their own did not come with it.
    pub(crate) fn parts_left(&mut self, identity: &Identity) {
        let Identity { id, name, .. } = identity;
        let text = format!(
            "Of object [{id}, {name}], what other APIs keep as objects of their own is in no file: versions, connections and credentials"
        );
        self.warnings.push(message("PARTS_NOT_CARRIED", text));
    }

    /// Which of its secrets are still to be set.
    pub(crate) fn still_to_be_set(&mut self, identity: &Identity, places: &[String]) {
        if places.is_empty() {
            return;
        }
        let Identity { id, name, .. } = identity;
        let text = format!(
            "Secrets still to be set: {} of object [{id}, {name}], {}",
            places.len(),
            places.join(", ")
        );
        self.infos.push(message("SECRETS_STILL_TO_BE_SET", text));
    }

    /// It was left out, though the file has it.
    pub(crate) fn left_out(&mut self, text: String) {
        self.warnings.push(message("OBJECT_SKIPPED", text));
    }

    /// A reference to an identity is kept as it is, for no identities are kept here.
    pub(crate) fn unresolved_identity(&mut self, place: &str, wanted: &Value) {
        let text = format!(
            "Reference {place} to object {} is kept as it is: identities are not kept here",
            bracketed(wanted)
        );
        self.warnings.push(message("UNRESOLVED_IDENTITY", text));
    }

    /// A reference leads nowhere.
    pub(crate) fn unresolved(&mut self, wanted: &Value) {
        let text = format!(
            "Unable to resolve reference for object {}",
            bracketed(wanted)
        );
        self.errors
            .push(message("UNKNOWN_REFERENCE_RESOLVER", text));
    }

    /// It could not be imported.
    pub(crate) fn failed(&mut self, identity: &Identity, why: &str) {
        let Identity { kind, id, name } = identity;
        let text = format!(
            "There was an error importing '{kind}' with name '{name}' and id '{id}': {why}"
        );
        self.errors.push(message("IMPORT_FAILED", text));
    }

    /// It was created or updated, or is as it should be already.
    pub(crate) fn imported(&mut self, identity: &Identity) {
        self.imported_objects.push(identity.clone());
    }

    /// Whether there is an error.
    pub(crate) fn has_failed(&self) -> bool {
        !self.errors.is_empty()
    }

    /// As it is stored.
    pub(crate) fn into_json(self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl TypeResult {
    fn add(&mut self, report: Report) {
        self.infos.extend(report.infos);
        self.warnings.extend(report.warnings);
        self.errors.extend(report.errors);
        self.imported_objects.extend(report.imported_objects);
    }
}

fn message(key: &'static str, text: String) -> Message {
    Message {
        key: Cow::Borrowed(key),
        text,
        details: Details {},
    }
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

/// The results of a job, by type: what is told of the objects of the file that could not be read,
/// and of the items.
pub(crate) fn results(
    broken: Vec<BrokenObject>,
    artifacts: &[Artifact],
) -> BTreeMap<String, TypeResult> {
    let mut results: BTreeMap<String, TypeResult> = BTreeMap::new();
    for BrokenObject { kind, report } in broken {
        results.entry(kind).or_default().add(report);
    }
    for artifact in artifacts {
        let report = serde_json::from_str(&artifact.json).unwrap_or_default();
        match results.get_mut(&artifact.kind) {
            Some(of_type) => of_type.add(report),
            None => {
                let of_type = results.entry(artifact.kind.clone());
                of_type.or_default().add(report);
            }
        }
    }
    results
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn identity(kind: &str) -> Identity {
        Identity {
            kind: kind.to_owned(),
            id: "1".to_owned(),
            name: "n".to_owned(),
        }
    }

    #[test]
    fn results_have_all_four_lists() {
        let mut report = Report::default();
        report.imported(&identity("ROLE"));
        let mut failed = Report::default();
        failed.unresolved(&json!({"type": "IDENTITY", "id": "7"}));
        let artifact = |report: Report| Artifact {
            kind: "ROLE".to_owned(),
            json: report.into_json().to_string(),
        };
        let results = results(Vec::new(), &[artifact(report), artifact(failed)]);
        assert_eq!(
            json!(results),
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

    #[test]
    fn every_message_has_a_key_a_text_and_details() {
        let (identity, wanted) = (identity("SOURCE"), json!({"type": "SOURCE", "id": "7"}));
        let mut report = Report::default();
        report.preview(&identity);
        report.operation("IMPORT_PREVIEW_CREATE", "created".to_owned());
        report.reference("$.owner", "id", &wanted, &wanted);
        report.left_out("left out".to_owned());
        report.unresolved_identity("$.owner", &wanted);
        assert!(!report.has_failed());
        report.unresolved(&wanted);
        report.failed(&identity, "why");
        assert!(report.has_failed());
        let stored = report.into_json();
        for (list, count) in [("infos", 3), ("warnings", 2), ("errors", 2)] {
            let messages = stored[list].as_array().unwrap();
            assert_eq!(messages.len(), count, "{list}");
            for message in messages {
                assert!(message["key"].is_string() && message["text"].is_string());
                assert_eq!(message["details"], json!({}));
            }
        }
        assert_eq!(stored.get("importedObjects"), None, "nothing was imported");
    }

    #[test]
    fn broken_objects_are_told_with_the_others_of_their_type() {
        let mut report = Report::default();
        report.failed(&identity("ROLE"), "objects[3].self.name: is required");
        let broken = BrokenObject {
            kind: "ROLE".to_owned(),
            report,
        };
        let stored: Vec<BrokenObject> = serde_json::from_value(json!([broken])).unwrap();
        let results = json!(results(stored, &[]));
        let text = "There was an error importing 'ROLE' with name 'n' and id '1': objects[3].self.name: is required";
        assert_eq!(results["ROLE"]["errors"][0]["text"], text);
    }
}
