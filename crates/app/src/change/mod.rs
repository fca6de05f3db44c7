//! Changes what is there.

mod class;
mod key;
mod object;

pub use class::DeleteClass;
pub use key::RevokeKey;
pub use object::update_each;
