//! What a server takes of the processor: it and the processes that it started, as Linux counts them
//! (proc(5)).

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How long a tick of /proc/PID/stat is: USER_HZ is 100 wherever Linux runs.
const TICK: Duration = Duration::from_millis(10);
/// A server that took less than a tick in this time has nothing to do.
const IDLE: Duration = Duration::from_millis(500);
/// How often it is looked.
const TRIES: usize = 240;

/// The processor's time that a process and its descendants have had.
pub(crate) fn used(process: u32) -> Result<Duration> {
    let mut used = of_one(process)?;
    for child in children(process)? {
        used += self::used(child)?;
    }
    Ok(used)
}

/// Waits until a server has done what it does after its answers.
pub(crate) async fn wait_until_idle(process: u32) -> Result<()> {
    for _ in 0..TRIES {
        let before = used(process)?;
        tokio::time::sleep(IDLE).await;
        if used(process)?.saturating_sub(before) <= TICK {
            return Ok(());
        }
    }
    bail!("the server does not come to rest")
}

fn of_one(process: u32) -> Result<Duration> {
    let stat = read(&format!("/proc/{process}/stat"))?;
    // The name in brackets can have spaces in it. Behind it, utime and stime are the 12th and the
    // 13th.
    let (_, rest) = stat.rsplit_once(')').context("no name")?;
    let ticks = rest.split_whitespace().skip(11).take(2);
    let ticks: Result<Vec<u32>, _> = ticks.map(str::parse).collect();
    Ok(TICK * ticks?.into_iter().sum())
}

fn children(process: u32) -> Result<Vec<u32>> {
    let mut children = Vec::new();
    for task in fs::read_dir(format!("/proc/{process}/task"))? {
        let list = fs::read_to_string(task?.path().join("children")).unwrap_or_default();
        children.extend(
            list.split_whitespace()
                .filter_map(|id| id.parse::<u32>().ok()),
        );
    }
    Ok(children)
}

fn read(file: &str) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("{file}: jobs are measured on Linux only"))
}
