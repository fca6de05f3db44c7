//! Versori Connect v1.
//!
//! A connector is answered with its connections and versions, which are objects of their own. So
//! nearly all requests are about several objects, and are [operations](hub::operation) on a
//! [`family`].

mod address;
mod auth;
mod change;
mod connection;
mod connector;
mod dialect;
mod error;
mod family;
mod import;
mod json_or_yaml;
mod message;
mod page;
mod part;
mod protocol;
mod render;
mod request;
mod routes;
mod rules;
mod scope;
mod secrets;
mod text;
mod upload;
mod version;

#[cfg(test)]
mod tests;

pub use dialect::Versori;
pub use routes::ROUTES;
