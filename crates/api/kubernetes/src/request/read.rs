//! A request as it was read.

use std::sync::Arc;

use hub::command::Edit;
use hub::error::Result;
use hub::watch::{ListRequest, Watch};

use super::accept::Accept;
use super::body::Document;
use super::options::{DeleteOptions, FieldValidation, WriteOptions};
use super::strict::findings;
use super::target::{Part, Target};
use super::{document, list, patch, strict, watch};
use crate::rules::kind;
use api::request::Request;

/// The options of a request, which its method and its target decide.
#[derive(Clone, Debug)]
pub(crate) enum Options {
    /// None: an object is read.
    Read,
    /// Of a list.
    List(ListRequest),
    /// Of a watch.
    Watch(Watch),
    /// Of a create, a replacement or a patch.
    Write(WriteOptions),
    /// Of the deletion of an object.
    Delete(DeleteOptions),
    /// Of the deletion of what a list has.
    DeleteAll(DeleteOptions, ListRequest),
}

/// A request for objects.
#[derive(Clone, Debug)]
pub(crate) struct ApiRequest {
    /// What it is about.
    pub target: Target,
    /// How its answer is to look.
    pub accept: Result<Accept>,
    pub options: Result<Options>,
    /// The document of a write.
    pub document: Result<Document>,
    /// The fields of the document that are unknown or there twice.
    pub findings: Vec<String>,
    media_type: String,
    method: http::Method,
}

impl ApiRequest {
    /// Reads a request, or takes what was read of it before; none for discovery and for what is not
    /// served.
    pub(crate) fn of(request: &Request) -> Option<Arc<Self>> {
        let read = request
            .memo
            .get_or_read(|| Self::read(request).map(Arc::new));
        Option::clone(&read)
    }

    fn read(request: &Request) -> Option<Self> {
        let target = Target::of(request)?;
        let document = match request.method.as_str() {
            "POST" | "PUT" | "PATCH" if target.part != Part::Probe => {
                document::read(request, target.resource)
            }
            _ => Ok(Document::default()),
        };
        let media_type = request.media_type();
        let findings = document.as_ref().map_or_else(
            |_| Vec::new(),
            |document| findings(document, &media_type, target.resource),
        );
        Some(Self {
            accept: Accept::of(request),
            options: options(request, &target),
            document,
            findings,
            media_type,
            method: request.method.clone(),
            target,
        })
    }

    /// The options of a write.
    ///
    /// # Errors
    /// Why they cannot be read.
    pub(crate) fn write_options(&self) -> Result<WriteOptions> {
        match self.options.clone()? {
            Options::Write(options) => Ok(options),
            _ => Ok(WriteOptions::default()),
        }
    }

    /// The whole document of a create or a replacement.
    ///
    /// # Errors
    /// Why it cannot be read, or is none of the resource.
    pub(crate) fn whole_document(&self) -> Result<serde_json::Value> {
        let document = self.document.clone()?.value;
        document::check(&document, self.target.resource)?;
        self.check_namespace(&document)?;
        self.enforce()?;
        Ok(document)
    }

    /// What a replacement or a patch changes.
    ///
    /// # Errors
    /// Why it cannot be read, or is nothing that the resource takes.
    pub(crate) fn edit(&self) -> Result<Edit> {
        if self.method == http::Method::PUT {
            return self.whole_document().map(Edit::Replace);
        }
        let options = self.write_options()?;
        let document = self.document.clone()?.value;
        self.check_namespace(&document)?;
        let edit = patch::edit(&document, &self.media_type, &self.target, &options)?;
        self.enforce()?;
        Ok(edit)
    }

    /// Of what is in no namespace, but is kept for that of the path; of the others it is known where
    /// they are read.
    fn check_namespace(&self, document: &serde_json::Value) -> Result<()> {
        let target = &self.target;
        if target.resource.namespaced || target.namespace.is_empty() {
            return Ok(());
        }
        kind::check_namespace(document, &target.namespace)
    }

    fn enforce(&self) -> Result<()> {
        let is_patch = self.method == http::Method::PATCH;
        let options = self.write_options()?;
        strict::enforce(&self.findings, is_patch, self.target.resource, &options)
    }

    /// What of the document is to be told with a success: what was dropped, where the request wants
    /// to know.
    pub(crate) fn warnings(&self) -> &[String] {
        match &self.options {
            Ok(Options::Write(options)) if options.field_validation == FieldValidation::Warn => {
                &self.findings
            }
            _ => &[],
        }
    }

    /// The name of the object: that of the path, or else of the document.
    pub(crate) fn name(&self) -> &str {
        match (&self.target.name, &self.document) {
            (name, Ok(document)) if name.is_empty() => {
                hub::json::text_at(&document.value, "/metadata/name")
            }
            (name, _) => name,
        }
    }

    /// The kind that its options are of.
    pub(crate) fn options_kind(&self) -> &'static str {
        match self.method.as_str() {
            "POST" => "CreateOptions",
            "PUT" => "UpdateOptions",
            "PATCH" => "PatchOptions",
            "DELETE" => "DeleteOptions",
            _ => "ListOptions",
        }
    }
}

fn options(request: &Request, target: &Target) -> Result<Options> {
    let is_collection = target.part == Part::Collection;
    match request.method.as_str() {
        "POST" | "PUT" | "PATCH" => WriteOptions::of(request).map(Options::Write),
        "DELETE" => {
            let options = DeleteOptions::of(request)?;
            Ok(if is_collection {
                Options::DeleteAll(options, list::parse(request, target)?)
            } else {
                Options::Delete(options)
            })
        }
        _ if !is_collection => Ok(Options::Read),
        _ if watch::is_wanted(request) => watch::parse(request, target).map(Options::Watch),
        _ => list::parse(request, target).map(Options::List),
    }
}
