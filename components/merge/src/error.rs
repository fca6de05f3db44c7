//! What can be wrong with the input, said so that the sender can put it right.

/// Why an operation gave no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// Every bad field, in the order in which they were met.
    Invalid(Vec<FieldError>),
    /// Fields that belong to other managers; only from an apply without force.
    Conflicts(Vec<Conflict>),
}

/// One bad field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// A JSON Pointer into the payload (of a JSON Patch: into the document being patched).
    pub pointer: String,
    /// What kind of mistake it is, for programs.
    pub code: Code,
    /// What is wrong and what to do, for people.
    pub message: String,
    /// Which operation of a JSON Patch, counted from 0.
    pub operation: Option<u32>,
}

/// The kinds of mistakes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// It must be given.
    Required,
    /// It has another type than it must have.
    WrongType,
    /// It is there twice.
    Duplicate,
    /// It cannot be changed.
    Immutable,
    /// It names a row that the list does not have.
    UnknownMember,
    /// The list may only be put in another order.
    NotAPermutation,
    /// There is nothing at this place, or nothing of this name.
    NotFound,
    /// A JSON Patch test did not hold.
    TestFailed,
    /// Too many levels.
    TooDeep,
    /// Too many bytes, values, operations or errors.
    TooLarge,
    /// Not JSON, not a JSON Pointer, not a known rule or operation.
    Malformed,
}

/// A field that an apply wants to change and that belongs to another manager.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// The owner.
    pub manager: String,
    /// `Apply` or `Update`.
    pub operation: String,
    /// The API version that the owner wrote with.
    pub api_version: String,
    /// Empty for the object itself.
    pub subresource: String,
    /// Kubernetes field path: `.spec.params[name="x"].value`.
    pub field: String,
    /// JSON Pointer of the field in the document that the apply would have made; empty if it would
    /// be gone.
    pub pointer: String,
    /// As Kubernetes words it.
    pub message: String,
}

impl Error {
    /// A single bad field.
    pub fn field(pointer: impl Into<String>, code: Code, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError {
            pointer: pointer.into(),
            code,
            message: message.into(),
            operation: None,
        }])
    }
}
