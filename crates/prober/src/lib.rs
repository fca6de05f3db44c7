//! Probing without doing it: what is asked of a tool, what its answer means, when it is asked
//! again. No I/O.

pub mod address;
pub mod authentication;
pub mod budget;
pub mod check;
mod compiled;
pub mod condition;
pub mod credential;
pub mod definition;
pub mod exchange;
pub mod expression;
pub mod findings;
pub mod network;
pub mod observation;
mod pattern;
pub mod schedule;
pub mod script;
pub mod source;
pub mod target;
pub mod template;

#[cfg(test)]
mod bombs_tests;
