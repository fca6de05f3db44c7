//! How connections sign in: auth scheme configs, credentials, and the authorization of OAuth 2.0.

pub mod authorization;
pub mod code;
pub mod config;
pub mod credential;
pub mod grant;
pub mod operations;
pub mod parse;
pub mod scheme;
