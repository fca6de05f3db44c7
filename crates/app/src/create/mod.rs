//! Creates.

mod class;
mod clone;
mod connector;
mod key;
mod object;
mod scope;

pub(crate) use class::PutClass;
pub(crate) use key::CreateKey;
pub(crate) use scope::PutScope;
