//! Who owns which field of the documents, for server-side apply.

use hub::error::{Error, Ownership, Result};
use hub::json::text_at;
use hub::object::{Kind, Object};
use hub::resource::{Context, Owners};
use serde_json::{Value, json};

use super::applied;
use super::identity::{check_new, check_version};
use super::{Part, View};
use crate::object::{last_applied, metadata, secret};
use crate::schema::apply_rules;

impl Owners for View {
    fn rules(&self) -> &str {
        let server = match self.part {
            Part::Status => ["/metadata", "/spec"].as_slice(),
            _ => [
                "/status",
                "/metadata/uid",
                "/metadata/resourceVersion",
                "/metadata/generation",
                "/metadata/creationTimestamp",
                "/metadata/deletionTimestamp",
                "/metadata/deletionGracePeriodSeconds",
                "/metadata/selfLink",
            ]
            .as_slice(),
        };
        self.apply_rules
            .get_or_init(|| apply_rules(self.resource.schema(), server).to_string())
    }

    fn version(&self) -> String {
        self.resource.api_version()
    }

    fn subresource(&self) -> &'static str {
        if self.part == Part::Status {
            "status"
        } else {
            ""
        }
    }

    fn check_applied(&self, document: &Value, current: Option<&Object>) -> Result<()> {
        match current {
            Some(current) => check_version(document, current),
            None if self.part == Part::Status => {
                let name = text_at(document, "/metadata/name");
                Err(Error::not_found(self.resource.hub, name))
            }
            None => check_new(document),
        }
    }

    fn has(&self, doc: &Value) -> bool {
        doc.pointer("/extensions/kubernetes/metadata/managedFields")
            .is_some()
    }

    fn take(&self, wire: &mut Value) -> Value {
        let metadata = wire.get_mut("metadata").and_then(Value::as_object_mut);
        metadata
            .and_then(|metadata| metadata.shift_remove("managedFields"))
            .filter(Value::is_array)
            .unwrap_or_else(|| json!([]))
    }

    fn put(&self, doc: &mut Value, owners: Value) {
        if let Some(doc) = doc.as_object_mut() {
            metadata::set_managed_fields(doc, owners);
        }
    }

    /// The values of a Secret are seen as they are sealed: a value that is kept is sealed as it
    /// was.
    fn comparable(&self, object: &Object, mut wire: Value) -> Value {
        let sealed = object
            .doc
            .get("data")
            .filter(|_| object.kind == Kind::Secret);
        if let (Some(sealed), Some(shown)) = (sealed, wire.get_mut("data")) {
            shown.clone_from(sealed);
        }
        wire
    }

    fn mask(
        &self,
        document: &mut Value,
        current: &Object,
        context: &Context<'_>,
        is_stored: &dyn Fn(&str, &str) -> bool,
    ) {
        match self.resource.hub {
            Kind::Secret => secret::mask(document, is_stored),
            Kind::Connector => {
                let class = context.class_of(&current.doc);
                last_applied::mask_stored(document, &current.doc, class, is_stored);
            }
            _ => {}
        }
    }

    fn standing(&self, manager: &str, wire: &Value, conflicts: Vec<Ownership>) -> Vec<Ownership> {
        if manager != applied::MANAGER {
            return conflicts;
        }
        let taken_over = applied::fields(wire, self.resource.schema());
        conflicts
            .into_iter()
            .filter(|conflict| !taken_over.contains(&conflict.field))
            .collect()
    }

    fn applied(&self, manager: &str, payload: &Value, document: &mut Value) {
        if manager == applied::MANAGER {
            applied::keep_in_step(payload, document);
        }
    }
}
