//! Changes what is there.

mod class;
mod key;
mod object;
mod purge;

pub(crate) use class::DeleteClass;
pub(crate) use key::RevokeKey;
pub(crate) use object::update_each;
pub(crate) use purge::purge;
