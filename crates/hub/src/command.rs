//! What a dialect asks of a function, and what comes of it.

use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use crate::class::Classes;
use crate::error::FieldError;
use crate::history::{self, History};
use crate::id::Uid;
use crate::job::{NewJob, Task};
use crate::object::{Kind, Object};
use crate::operation::{Operation, Reading, Worked};
use crate::outside::{Exchanged, Outgoing};
use crate::plan::{Claim, Plan};
use crate::precondition::Precondition;
use crate::probing::{Round, Selector, Sweep};
use crate::query::{Page, Query};
use crate::resource::Resource;
use crate::scope::{Permission, Scope, SecretStore};
use crate::time::Timestamp;
use crate::watch::{Events, Select, Selected, Watch};

/// How an object is named in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
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
    /// Its document in the hub's form (see [`crate::connector`]), before the template is merged in.
    pub doc: Value,
    /// What of it must be unique.
    pub claim: Claim,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

/// A new object, as a dialect's document of it. It starts from nothing else: no template is merged in.
#[derive(Clone, Debug, PartialEq)]
pub struct Create {
    /// Which document.
    pub resource: &'static dyn Resource,
    /// The document.
    pub document: Value,
    /// What of it must be unique.
    pub claim: Claim,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

/// A new object that is like another one, with the secrets of that, and is named after it: `<name> clone <4 hex digits>`.
#[derive(Clone, Debug, PartialEq)]
pub struct CloneObject {
    /// Of which kind.
    pub kind: Kind,
    /// The other one.
    pub by: By,
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
    /// To this one; what it leaves out is unset, except where the rules of the resource say otherwise.
    Replace(Value),
    /// By this JSON Merge Patch (RFC 7396).
    MergePatch(Value),
    /// By this JSON Patch (RFC 6902).
    JsonPatch(Value),
    /// To have what this document says, which its writer then owns; what is not there is created. `force` takes what
    /// others own (Kubernetes, server-side apply).
    Apply {
        /// What the writer wants of it.
        document: Value,
        /// Whether fields change hands.
        force: bool,
    },
}

/// A change of an object, in terms of the document that a dialect shows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// Which document.
    pub resource: &'static dyn Resource,
    /// Which object.
    pub by: By,
    /// What is to change.
    pub edit: Edit,
    /// What must hold of it now.
    pub precondition: Precondition,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

/// An object that is to go, and what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    /// Of which kind.
    pub kind: Kind,
    /// Which object.
    pub by: By,
    /// What must hold of it now.
    pub precondition: Precondition,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

/// The same change of every object that is selected.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateEach {
    /// Which objects.
    pub select: Select,
    /// The change; whom it names is of no account.
    pub update: Update,
}

/// A read of a connector or of what belongs to it.
#[derive(Clone, Debug)]
pub struct Read(pub Arc<dyn Reading>);

// A derived comparison would move out of the Arc.
impl PartialEq for Read {
    fn eq(&self, other: &Self) -> bool {
        *self.0 == *other.0
    }
}

/// An operation on a connector and what belongs to it.
#[derive(Clone, Debug)]
pub struct Operate {
    /// What is to be done.
    pub operation: Arc<dyn Operation>,
    /// What must hold of its subject now.
    pub precondition: Precondition,
    /// Whether to answer the plan instead of carrying it out.
    pub preview: bool,
}

impl PartialEq for Operate {
    fn eq(&self, other: &Self) -> bool {
        *self.operation == *other.operation
            && self.precondition == other.precondition
            && self.preview == other.preview
    }
}

/// The settings of a scope; what is left out is generated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeSettings {
    /// Its PingOne environment, a UUID.
    pub environment_id: Option<String>,
    /// Its Versori organisation, a ULID.
    pub organisation_id: Option<String>,
    /// Its Privacera runtime plane.
    pub runtime_plane_id: Option<i64>,
    /// Its SailPoint tenant.
    pub tenant: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// How it wants its sensitive rows.
    pub secret_store: Option<SecretStore>,
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

/// What a request asks for, in the scope of its caller.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Whether the function runs.
    Health,
    /// Whether the stores answer.
    Ready,
    /// A token for a key.
    IssueToken {
        /// The key's id.
        client_id: String,
        /// The key's secret.
        client_secret: String,
    },
    /// Create a scope or change its settings.
    PutScope {
        /// Its name.
        name: String,
        /// Its settings.
        settings: ScopeSettings,
    },
    /// Read the scope of the path.
    GetScope,
    /// All scopes.
    ListScopes,
    /// What was done to the objects of the scope.
    History(history::Query),
    /// Make a key.
    CreateKey(NewKey),
    /// The keys of the scope.
    ListKeys,
    /// One key.
    GetKey(Uid),
    /// End a key.
    RevokeKey(Uid),
    /// Create or replace a class of the scope.
    PutClass {
        /// Its name.
        name: String,
        /// Its document.
        doc: Value,
    },
    /// The class that a connector of that name would get: the scope's own or that of the catalogue.
    GetClass(String),
    /// All the classes that connectors of the scope can have.
    ListClasses,
    /// Remove a class of the scope; one of the catalogue shows again.
    DeleteClass(String),
    /// Create a connector.
    CreateConnector(Box<CreateConnector>),
    /// Read an object.
    Get(Kind, By),
    /// Read objects of the scope; a page is as long as the query says, however long.
    List(Query),
    /// Read what is selected.
    Select(Box<Select>),
    /// Tell what becomes of what is selected.
    Watch(Box<Watch>),
    /// What the dialect says of itself, for which nothing is read.
    Describe,
    /// Create an object.
    Create(Box<Create>),
    /// Create an object that is like another one.
    Clone(CloneObject),
    /// Change an object.
    Update(Box<Update>),
    /// Delete an object.
    Delete(Delete),
    /// Change objects.
    UpdateEach(Box<UpdateEach>),
    /// The command, and the name by which its writer owns what it writes.
    As(String, Box<Command>),
    /// Answer what follows from several objects.
    Read(Read),
    /// Carry out what follows from several objects.
    Operate(Box<Operate>),
    /// Probe a connector now.
    Probe(By),
    /// Probe many connectors, and tell how far it is.
    StartRound(Selector),
    /// How far a round is.
    GetRound(Uid),
    /// Probe all that is due.
    Sweep,
    /// Probe what is due because it changed.
    ProbeChanged,
    /// Whether the templates, expressions and scripts of a class can be used.
    CheckClass(Value),
    /// Ask an address for another function.
    Exchange(Outgoing),
    /// Keep what is uploaded under this id, whose time it expires with.
    PutUpload(Uid, Vec<u8>),
    /// What was uploaded under this id.
    GetUpload(Uid),
    /// The command, and the classes that connectors of the scope can have, for showing what comes of it.
    WithClasses(Box<Command>),
    /// Start a job.
    StartJob(Box<NewJob>),
    /// How a job of one of these tasks is getting on.
    GetJob(&'static [Task], Uid),
    /// What a job of one of these tasks has made.
    GetArtifact(&'static [Task], Uid),
    /// Go on with the jobs that nobody works on, and remove those that have expired.
    RunJobs,
}

/// What came of a command.
#[derive(Debug)]
pub enum Outcome {
    /// It was done, and there is nothing to tell.
    Done,
    /// What the dialect says of itself, which it knows.
    Describe,
    /// It works.
    Healthy,
    /// A token.
    Token {
        /// The token.
        token: String,
        /// How long it is good for, in seconds.
        seconds: u32,
        /// What it may do.
        permissions: Vec<Permission>,
        /// The scope it is for.
        scope: Scope,
    },
    /// A scope; true when it is new.
    Scope(Scope, bool),
    /// Scopes.
    Scopes(Vec<Scope>),
    /// What was done.
    History(History),
    /// A new key and its secret, if it has one, which is never told again.
    NewKey(Object, Option<String>),
    /// A key and when it was last used.
    Key(Object, Option<Timestamp>),
    /// Keys and when they were last used.
    Keys(Vec<(Object, Option<Timestamp>)>),
    /// A class: its name, its document, and whether it was created by this.
    Class(String, Value, bool),
    /// Classes: names and documents.
    Classes(Vec<(String, Value)>),
    /// A new object.
    Created(Object),
    /// An object as it is.
    Found(Object),
    /// Objects.
    Listed(Page),
    /// What was selected.
    Selected(Selected),
    /// What becomes of what is selected.
    Watching(Events),
    /// An object as it has become, which is as it was where the update changed nothing.
    Updated(Object),
    /// An object as it last was.
    Deleted(Object),
    /// A connector with what its probe found.
    Probed(Object),
    /// A round; true when it was started by this.
    Round(Round, bool),
    /// What a sweep did.
    Swept(Sweep),
    /// Which fields of a class cannot be used.
    Checked(Vec<FieldError>),
    /// What an address answered.
    Exchanged(Exchanged),
    /// What was uploaded.
    Uploaded(Vec<u8>),
    /// The outcome, and the classes of the scope.
    WithClasses(Box<Outcome>, Rc<Classes>),
    /// What a reading or an operation came to.
    Answered(Box<Worked>),
    /// What an operation would have come to.
    Previewed(Box<Worked>),
    /// What would have been done.
    Planned(Plan),
    /// What a job has made: the job, what exactly was asked for, and what came of each item, in order.
    Artifact(Object, Value, Vec<Artifact>),
}

/// What a job has made of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Artifact {
    /// The type of the item, in the dialect's words.
    pub kind: String,
    /// JSON, in the dialect's form.
    pub json: String,
}

impl Command {
    /// The object that is read, where the command does no more than that.
    pub fn subject(&self) -> Option<(Kind, &By)> {
        match self {
            Self::WithClasses(command) => command.subject(),
            // A scope is in no other.
            Self::Get(kind, by) if *kind != Kind::Scope => Some((*kind, by)),
            _ => None,
        }
    }
}

impl std::fmt::Display for By {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Uid(uid) => f.write_str(&uid.hex()),
            Self::Id(id) => write!(f, "{id}"),
            Self::Slug(name) | Self::Name(name) => f.write_str(name),
        }
    }
}
