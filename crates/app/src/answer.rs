//! What is answered once a plan is carried out.

use hub::command::Outcome;
use hub::object::Object;
use hub::operation::Computed;
use hub::plan::Action;
use hub::scope::Scope;
use serde_json::Value;

/// What is answered once a plan is carried out.
pub(crate) enum Answer {
    /// Nothing.
    Done,
    /// The object of the plan's first change as it is then, or the one that was there where nothing
    /// changes.
    Object,
    /// What an operation says.
    Computed(Box<Computed>),
    Class {
        name: String,
        /// Its document.
        doc: Value,
        /// Whether it is new.
        is_new: bool,
    },
    /// A scope; a new one has no number yet.
    Scope {
        scope: Scope,
        /// Whether it is new.
        is_new: bool,
    },
    /// A new key, and its secret where it has one.
    Key(Option<String>),
}

/// What was done to an object.
pub(crate) fn of_action(action: Action, object: Object) -> Outcome {
    match action {
        Action::Create => Outcome::Created(object),
        Action::Update | Action::Status => Outcome::Updated(object),
        Action::Delete => Outcome::Deleted(object),
    }
}
