//! What must hold of an object before it is read or changed (RFC 9110, section 13). Its entity tag
//! is [`Object::tag`].

use crate::error::{Error, Result};
use crate::object::{Kind, Object};

/// The entity tags of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tags {
    /// `*`: whatever there is.
    Any,
    /// These. A tag that is none of ours is left out, since it matches nothing.
    Listed(Vec<i64>),
}

impl Tags {
    /// Whether that one is among them.
    pub fn contain(&self, tag: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Listed(tags) => tags.contains(&tag),
        }
    }
}

/// The conditions of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Precondition {
    /// `If-Match`: the object must have one of these tags.
    pub if_match: Option<Tags>,
    /// `If-None-Match`: it must have none of them.
    pub if_none_match: Option<Tags>,
}

impl Precondition {
    /// Whether an object that is to be changed meets the conditions.
    ///
    /// # Errors
    /// [`Error::PreconditionFailed`] naming the one that does not hold and the object's tag.
    pub fn check(&self, object: &Object) -> Result<()> {
        self.check_tag(object.kind, object.tag())
    }

    /// Whether an object of that kind and with that tag does.
    ///
    /// # Errors
    /// As [`Precondition::check`].
    pub fn check_tag(&self, kind: Kind, tag: i64) -> Result<()> {
        let kind = kind.as_str();
        if self
            .if_match
            .as_ref()
            .is_some_and(|tags| !tags.contain(tag))
        {
            return Err(Error::PreconditionFailed(format!(
                "If-Match does not hold: the {kind} was changed and is now \"{tag}\": read it again and repeat the change"
            )));
        }
        if self
            .if_none_match
            .as_ref()
            .is_some_and(|tags| tags.contain(tag))
        {
            return Err(Error::PreconditionFailed(format!(
                "If-None-Match does not hold: the {kind} is there and is \"{tag}\""
            )));
        }
        Ok(())
    }
}
