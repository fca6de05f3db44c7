//! What the jobs of this API do.

use api::task::{Batches, Connectors, Context, ItemTask, SnapshotTask, Task, ToItem, Work};
use hub::class::Classes;
use hub::error::Result;
use hub::fields::FieldErrors;
use hub::job::Item;
use hub::object::{Kind, Object};
use hub::secret::Clear;
use serde_json::Value;

use super::import::Import;
use super::options::{self, Selection};
use super::{types, wire};

/// The task of an export.
pub(crate) const EXPORT: &str = "export";
/// The task of an import.
pub(crate) const IMPORT: &str = "import";
/// The task of a preview of an import.
pub(crate) const PREVIEW: &str = "preview";

/// All of them.
pub(crate) const TASKS: &[&dyn Task] = &[
    &ExportTask,
    &ImportTask { preview: false },
    &ImportTask { preview: true },
];

/// Writes down the objects of a scope as a file has them.
struct ExportTask;

/// Creates and updates the objects of a file, or tells what that would do.
struct ImportTask {
    preview: bool,
}

impl Task for ExportTask {
    fn name(&self) -> &'static str {
        EXPORT
    }

    fn work(&self) -> Work {
        Work::Snapshot(&Self)
    }
}

impl SnapshotTask for ExportTask {
    fn kinds(&self) -> &'static [Kind] {
        &[Kind::Connector, Kind::ConfigObject]
    }

    fn begin(&self, request: &Value, connectors: Connectors) -> ToItem {
        // It was checked when the job was accepted.
        let selection = options::export(request, &mut FieldErrors::default()).selection;
        Box::new(move |object| item(object, &selection, &connectors))
    }

    fn message(&self) -> &'static str {
        "Download export results for details."
    }
}

fn item(object: &Object, selection: &Selection, connectors: &Connectors) -> Option<Item> {
    let identity = wire::identity(object);
    let names = [identity.name.as_str(), object.name.as_str()];
    selection
        .has(&identity.kind, &identity.id, &names)
        .then(|| Item {
            doc: wire::config_object(object, connectors),
            kind: identity.kind,
            id: Some(identity.id),
            name: identity.name,
            secrets: None,
        })
}

impl Task for ImportTask {
    fn name(&self) -> &'static str {
        if self.preview { PREVIEW } else { IMPORT }
    }

    fn work(&self) -> Work {
        Work::Items(if self.preview {
            &Self { preview: true }
        } else {
            &Self { preview: false }
        })
    }
}

impl ItemTask for ImportTask {
    /// What is signed cannot be changed, and has none.
    fn take_secrets(
        &self,
        item: &mut Item,
        classes: &Classes,
        suffix: &str,
    ) -> Vec<(String, Clear)> {
        if types::find(&item.kind).is_some_and(|known| known.signature_required) {
            return Vec::new();
        }
        let is_source = item.kind == types::SOURCE;
        wire::take_secrets(&mut item.doc, is_source, classes, suffix)
    }

    fn begin<'a>(&self, context: Context<'a>) -> Result<Box<dyn Batches + 'a>> {
        Ok(Box::new(Import::begin(context, self.preview)?))
    }
}
