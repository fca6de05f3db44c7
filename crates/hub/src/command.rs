//! What a dialect asks of a function, and what comes of it.

mod outcome;

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::fetch::FetchTarget;
use crate::history::{self};
use crate::id::Uid;
use crate::job::NewJob;
use crate::object::Kind;
use crate::operation::{Operation, Reading};
use crate::plan::Uniqueness;
use crate::precondition::Precondition;
use crate::probing::Selector;
use crate::purge::PurgeBatch;
use crate::query::Query;
use crate::resource::Resource;
use crate::scope::{Permission, SecretStore};
use crate::secret::Raw;
use crate::time::Timestamp;
use crate::watch::{ListRequest, Watch};

pub use self::outcome::{Artifact, Outcome};

/// How an object is named in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ObjectRef {
    /// By what it is known by for ever.
    Uid(Uid),
    /// By its integer.
    Id(i64),
    /// By its DNS name.
    Slug(String),
    /// By the name the user gave it; the oldest of several.
    Name(String),
}

/// How the class of a new connector is found and used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassUse {
    /// The name of the class.
    pub name: String,
    /// What was given for it: a class of that very name goes first.
    pub given: String,
    /// The field that named it, for the error when there is none such.
    pub field: &'static str,
    /// The template rules of the merge core, as JSON.
    pub rules: &'static str,
}

/// A connector to be created from a payload and its class's template.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateConnector {
    /// Its display name.
    pub name: String,
    /// Its class.
    pub class: ClassUse,
    /// Its document in the hub's form (see [`crate::connector`]), before the template is merged
    /// in.
    pub doc: Raw,
    /// What of it must be unique.
    pub claim: Uniqueness,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

/// A new object, as a dialect's document of it. It starts from nothing else: no template is merged
/// in.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateObject {
    /// Which document.
    pub resource: &'static dyn Resource,
    /// The document.
    pub document: Value,
    /// What of it must be unique.
    pub claim: Uniqueness,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

/// A new object that is like another one, with the secrets of that, and is named after it: `<name>
/// clone <4 hex digits>`.
#[derive(Clone, Debug, PartialEq)]
pub struct CloneObject {
    /// Of which kind.
    pub kind: Kind,
    /// The other one.
    pub by: ObjectRef,
    /// The longest name that it may get, in characters; the name of the other one is cut to fit.
    pub name_max: usize,
    /// What must hold of the other one now.
    pub precondition: Precondition,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

/// How a document is to change.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// To this one; what it leaves out is unset, except where the rules of the resource say
    /// otherwise.
    Replace(Value),
    /// By this JSON Merge Patch (RFC 7396).
    MergePatch(Value),
    /// By this JSON Patch (RFC 6902).
    JsonPatch(Value),
    /// By this patch, which the resource has its own rules for ([`Resource::patched`]).
    Strategic(Value),
    /// To have what this document says, which its writer then owns; what is not there is created.
    /// `force` takes what others own (Kubernetes, server-side apply).
    Apply {
        /// What the writer wants of it.
        document: Value,
        /// Whether fields change hands.
        force: bool,
    },
}

/// A change of an object, in terms of the document that a dialect shows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateObject {
    /// Which document.
    pub resource: &'static dyn Resource,
    /// Which object.
    pub by: ObjectRef,
    /// What is to change.
    pub edit: Edit,
    /// What must hold of it now.
    pub precondition: Precondition,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

/// An object that is to go, and what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteObject {
    /// Of which kind.
    pub kind: Kind,
    /// Which object.
    pub by: ObjectRef,
    /// What must hold of it now.
    pub precondition: Precondition,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

/// The same change of every object that is selected.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateObjects {
    /// Which objects.
    pub select: ListRequest,
    /// The change; whom it names is of no account.
    pub update: UpdateObject,
}

/// A read of a connector or of what belongs to it.
#[derive(Clone)]
pub struct Read(pub Arc<dyn Reading>);

/// An operation on a connector and what belongs to it.
#[derive(Clone)]
pub struct Operate {
    /// What is to be done.
    pub operation: Arc<dyn Operation>,
    /// What must hold of its subject now.
    pub precondition: Precondition,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

/// The settings of a scope; what is left out is generated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeSettings {
    /// Its names in dialects, by the members that they are shown as.
    pub names: Map<String, Value>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// How it wants its sensitive rows.
    pub secret_store: Option<SecretStore>,
    /// Who stands in for identities that are not known; null for nobody.
    pub default_owner: Option<Value>,
    /// Who stands in for which identity, by the id or the name that files have.
    pub identities: Option<Map<String, Value>>,
}

/// A key to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// What it may do.
    pub permissions: Vec<Permission>,
    /// What it is for.
    pub description: Option<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// The public key of who signs tokens by themselves, in PEM. A key that has one has no secret.
    pub public_key: Option<String>,
}

/// A command as a request gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct Invocation<C> {
    /// What is asked for, in the scope of the caller.
    pub command: C,
    /// The name by which the caller owns what it writes, where the dialect keeps track of that.
    pub manager: Option<String>,
    /// Whether what comes of it is shown with the classes that connectors of the scope can have.
    pub with_classes: bool,
}

impl<C> Invocation<C> {
    /// The same, shown with the classes of the scope.
    #[must_use]
    pub fn with_classes(self) -> Self {
        Self {
            with_classes: true,
            ..self
        }
    }

    /// The same, written by a field manager.
    #[must_use]
    pub fn managed_by(self, manager: String) -> Self {
        Self {
            manager: Some(manager),
            ..self
        }
    }
}

impl<C> From<C> for Invocation<C> {
    fn from(command: C) -> Self {
        Self {
            command,
            manager: None,
            with_classes: false,
        }
    }
}

/// What import does: create.
#[derive(Clone)]
pub enum Import {
    /// Create a connector from a payload and the template of its class.
    Connector(Box<CreateConnector>),
    /// Create an object.
    Object(Box<CreateObject>),
    /// Create an object that is like another one.
    Clone(CloneObject),
    /// Carry out what follows from several objects.
    Operate(Box<Operate>),
    /// Create a scope or change its settings.
    Scope {
        /// Its name.
        name: String,
        /// Its settings.
        settings: ScopeSettings,
    },
    /// Make a key.
    Key(NewKey),
    /// Create or replace a class of the scope.
    Class {
        /// Its name.
        name: String,
        /// Its document.
        doc: Value,
    },
    /// Keep what is uploaded under this id, whose time it expires with.
    Upload(Uid, Vec<u8>),
    /// Start a job.
    StartJob(Box<NewJob>),
    /// How a job of one of these tasks is getting on.
    GetJob(&'static [&'static str], Uid),
    /// What a job of one of these tasks has made.
    GetArtifact(&'static [&'static str], Uid),
    /// Go on with the jobs that nobody works on, and remove those that have expired.
    RunJobs,
}

/// What export does: read, and export in jobs.
#[derive(Clone)]
pub enum Export {
    /// Whether the function runs.
    Health,
    /// A token for a key.
    IssueToken {
        /// The key's id.
        client_id: String,
        /// The key's secret.
        client_secret: String,
    },
    /// The scope of the path.
    GetScope,
    /// All scopes.
    ListScopes,
    /// What was done to the objects of the scope.
    History(history::Query),
    /// The fingerprints of the secrets of an object of that kind: the first of these that is there.
    Fingerprints(Kind, Vec<ObjectRef>),
    /// The keys of the scope.
    ListKeys,
    /// One key.
    GetKey(Uid),
    /// The class that a connector of that name would get: the scope's own or that of the catalogue.
    GetClass(String),
    /// All the classes that connectors of the scope can have.
    ListClasses,
    /// An object.
    Get(Kind, ObjectRef),
    /// Objects of the scope; a page is as long as the query says, however long.
    List(Query),
    /// What is selected.
    ListSelected(Box<ListRequest>),
    /// What becomes of what is selected.
    Watch(Box<Watch>),
    /// What the dialect says of itself, for which nothing is read.
    Describe,
    /// What follows from several objects.
    Read(Read),
    /// What was uploaded under this id.
    Upload(Uid),
    /// Start a job.
    StartJob(Box<NewJob>),
    /// How a job of one of these tasks is getting on.
    GetJob(&'static [&'static str], Uid),
    /// What a job of one of these tasks has made.
    GetArtifact(&'static [&'static str], Uid),
}

/// What update does: change and delete.
#[derive(Clone)]
pub enum Update {
    /// Change an object.
    Object(Box<UpdateObject>),
    /// Change objects.
    Objects(Box<UpdateObjects>),
    /// Delete an object.
    Delete(DeleteObject),
    /// Carry out what follows from several objects.
    Operate(Box<Operate>),
    /// End a key.
    RevokeKey(Uid),
    /// Remove a class of the scope; one of the catalogue shows again.
    DeleteClass(String),
    /// Purge secrets that are stored in the clear, of all scopes.
    Purge(PurgeBatch),
}

/// What probe does: ask the outside world.
#[derive(Clone, Debug, PartialEq)]
pub enum Probe {
    /// Whether the stores answer.
    Ready,
    /// Probe a connector now.
    Connector(ObjectRef),
    /// Probe many connectors, and tell how far it is.
    StartRound(Selector),
    /// How far a round is.
    GetRound(Uid),
    /// Probe all that is due.
    Sweep,
    /// Probe what is due because it changed.
    Changed,
    /// Whether the templates, expressions and scripts of a class can be used.
    CheckClass(Value),
    /// Fetch an address for another function.
    Fetch(FetchTarget),
}

impl From<Operate> for Import {
    fn from(operate: Operate) -> Self {
        Self::Operate(Box::new(operate))
    }
}

impl From<Operate> for Update {
    fn from(operate: Operate) -> Self {
        Self::Operate(Box::new(operate))
    }
}

impl std::fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Uid(uid) => f.write_str(&uid.hex()),
            Self::Id(id) => write!(f, "{id}"),
            Self::Slug(name) | Self::Name(name) => f.write_str(name),
        }
    }
}
