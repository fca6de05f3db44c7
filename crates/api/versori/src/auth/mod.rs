//! How connections sign in: auth scheme configs, credentials, and the authorization of OAuth 2.0.

pub(crate) mod authorization;
pub(crate) mod code;
pub(crate) mod config;
pub(crate) mod credential;
pub(crate) mod grant;
pub(crate) mod operations;
pub(crate) mod parse;
pub(crate) mod scheme;
