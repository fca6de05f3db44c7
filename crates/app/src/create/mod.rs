//! Creates.

mod class;
mod clone;
mod connector;
mod key;
mod object;
mod scope;

pub use class::PutClass;
pub use key::CreateKey;
pub use scope::PutScope;
