//! Probing many connectors: which, and how far it is.

use std::time::Duration;

use crate::id::Uid;
use crate::time::Timestamp;

/// How long nothing must have been written of an object before it is probed because it changed. So a burst of writes is
/// followed by one probe, whose result does not come between a client's read and its next write.
pub const QUIET: Duration = Duration::from_secs(1);

/// Which connectors of a scope are probed. What is left out does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector {
    /// Those of one of these names, or DNS names.
    pub names: Vec<String>,
    /// Those of one of these classes.
    pub classes: Vec<String>,
    /// Those whose condition `Ready` is one of `True`, `False` and `Unknown`.
    pub ready: Vec<String>,
}

/// Connectors that are probed because they were asked for together, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its number.
    pub id: Uid,
    /// How many connectors it has.
    pub total: i64,
    /// How many of them are still to be probed.
    pub pending: i64,
    /// When it was asked for.
    pub at: Timestamp,
}

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sweep {
    /// How many connectors and classes it probed.
    pub probed: u64,
    /// How many of them are ready.
    pub ready: u64,
    /// How many could not be written, and will be probed again.
    pub failed: u64,
    /// How many are due still: the time of the sweep was over, or their hosts are busy or left alone.
    pub due: i64,
}
