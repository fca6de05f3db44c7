//! What the functions do, free of Spin. [`perform`] carries out what a dialect made of a request: a
//! read of the store, or a change, which is computed over a view of what is there ([`mutation`])
//! and committed by one function, together with the record of the request's idempotency key
//! ([`idempotency`]).
//!
//! What it runs on is behind the traits of [`ports`].

mod answer;
mod call;
mod caller;
mod change;
mod class_check;
mod classes;
mod create;
mod idempotency;
mod jobs;
mod mutation;
#[cfg(feature = "merge")]
pub mod native;
mod operating;
pub mod outbound;
mod owners;
mod perform;
pub mod ports;
mod probe;
mod read;
mod request_value;
mod retry;
mod secrets;
mod seen_classes;
mod settings;
pub mod signed;
pub mod signing_key;
pub mod token;
mod uploads;
mod world;

pub use call::Call;
pub use caller::{Caller, ReadTarget, is_admin_key, key_holder, live_key, permissions};
pub use perform::{Perform, perform};
pub use settings::Settings;
