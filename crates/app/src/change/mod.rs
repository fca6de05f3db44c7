//! Changes what is there.

mod class;
mod key;
mod object;
mod purge;

pub use class::DeleteClass;
pub use key::RevokeKey;
pub use object::update_each;
pub use purge::purge;
