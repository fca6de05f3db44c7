//! The memory of a process, as Linux tells it in /proc.

use std::fs;

use anyhow::{Context, Result};

/// What a process and those that it has started have in memory, in MiB.
pub(crate) fn resident(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    let own: f64 = kibibytes.context("/proc tells no VmRSS")?.trim().parse()?;
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children"));
    let children = children.unwrap_or_default();
    // One that has just ended has none.
    let theirs = children
        .split_whitespace()
        .filter_map(|child| resident(child.parse().ok()?).ok());
    Ok(own / 1024.0 + theirs.sum::<f64>())
}
