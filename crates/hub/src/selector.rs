//! Which objects a list or a watch is after: conditions on labels and on names, all of which must
//! hold.

use serde_json::Value;

use crate::object::Object;

/// What a requirement looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SelectorKey {
    /// The label of this name.
    Label(String),
    /// The DNS name.
    Name,
    /// The name of the scope.
    Scope,
    /// The uid, as a UUID.
    Uid,
    /// The text that is the member of this name of the document.
    Member(&'static str),
}

/// What must hold of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It is there, with one of these values.
    In(Vec<String>),
    /// It is not there, or has none of these values.
    NotIn(Vec<String>),
    /// It is there.
    Exists,
    /// It is not there.
    Missing,
    /// It is an integer greater than this.
    Greater(i64),
    /// It is an integer less than this.
    Less(i64),
}

/// One requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What it looks at.
    pub subject: SelectorKey,
    /// What must hold of it.
    pub condition: Condition,
}

/// All requirements must be met; none is always met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(pub Vec<Requirement>);

impl Selector {
    /// Whether an object of the scope of that name meets them.
    pub fn matches(&self, object: &Object, scope: &str) -> bool {
        self.0.iter().all(|requirement| {
            let uid;
            let value = match &requirement.subject {
                SelectorKey::Label(name) => object.label(name),
                SelectorKey::Name => Some(object.slug.as_str()),
                SelectorKey::Scope => Some(scope),
                SelectorKey::Uid => {
                    uid = object.uid.uuid();
                    Some(uid.as_str())
                }
                SelectorKey::Member(name) => object.doc.get(*name).and_then(Value::as_str),
            };
            requirement.condition.holds(value)
        })
    }

    /// Whether the same object can meet them at one time and not at another: names stay, labels
    /// change.
    pub fn can_change(&self) -> bool {
        self.0
            .iter()
            .any(|requirement| matches!(requirement.subject, SelectorKey::Label(_)))
    }
}

impl Condition {
    /// Whether it holds of a value, or of there being none.
    pub fn holds(&self, value: Option<&str>) -> bool {
        let integer = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::In(allowed) => value.is_some_and(|value| allowed.iter().any(|one| one == value)),
            Self::NotIn(refused) => {
                !value.is_some_and(|value| refused.iter().any(|one| one == value))
            }
            Self::Exists => value.is_some(),
            Self::Missing => value.is_none(),
            Self::Greater(than) => integer().is_some_and(|value| value > *than),
            Self::Less(than) => integer().is_some_and(|value| value < *than),
        }
    }
}
