//! Probes a second: how soon all connectors of a scope are probed once by callers of the sweep, and
//! how much memory the server has meanwhile.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use futures::future::{Either, select, try_join_all};
use http::Method;
use serde_json::Value;

use crate::client::{Call, Client};
use crate::memory;
use crate::server::Server;
use crate::tools::Tools;

/// How many call the sweep at the same time.
const CALLERS: usize = 4;
/// How often it is looked whether all are probed, and how much memory there is.
const STEP: Duration = Duration::from_millis(20);
const PROBES: &str = "/v1/scopes/default/probes";
const SWEEP: &str = "/v1/sweep";

/// A server, and its process.
pub(crate) struct Swept {
    pub server: Server,
    pub process: u32,
}

/// One time over all connectors.
#[derive(Clone, Copy, Debug)]
struct Round {
    rate: f64,
    /// What the processes have in memory at first, and at most until all are probed, in MiB.
    memory: (f64, f64),
    wrong: usize,
}

/// Sweeps each server as often, and prints a table.
pub(crate) async fn compare(patchbay: &Swept, twin: &Swept, rounds: u32) -> Result<()> {
    let tools = Tools::start().await?;
    println!("{HEAD}");
    for (what, changes) in [("all changed", true), ("nothing changed", false)] {
        let mut pairs = Vec::new();
        // The first brings both to the same state.
        for round in 0..=rounds {
            tools.set_up(changes && round % 2 == 0);
            eprintln!("==> sweep, {what}");
            pairs.push((sweep(patchbay, &tools).await?, sweep(twin, &tools).await?));
        }
        println!("{}", row(what, pairs.get(1..).unwrap_or_default()));
    }
    Ok(())
}

/// Makes all due, has them swept, and sees that each was asked once.
async fn sweep(swept: &Swept, tools: &Tools) -> Result<Round> {
    let server = &swept.server;
    let mut client = server.connect().await?;
    settle(&mut client).await?;
    let asked = tools.answered();
    let before = memory::resident(swept.process)?;
    let started = Instant::now();
    let round = ask(&mut client, Method::POST, PROBES).await?;
    let total = number(&round, "total")?;
    let id = round.get("id").and_then(Value::as_str).context("no id")?;
    let callers = try_join_all((0..CALLERS).map(|_| call_until_done(server)));
    let watching = std::pin::pin!(watch(&mut client, id, swept.process));
    let (time, most) = match select(watching, std::pin::pin!(callers)).await {
        Either::Left((watched, _)) => watched?,
        Either::Right((ended, watching)) => {
            ended?;
            watching.await?
        }
    };
    let time = time.duration_since(started).as_secs_f64();
    let count = u32::try_from(total)?;
    Ok(Round {
        rate: f64::from(count) / time,
        memory: (before, most),
        wrong: tools.answered().abs_diff(asked.saturating_add(total)),
    })
}

/// Sweeps until nothing is left to do.
async fn settle(client: &mut Client) -> Result<()> {
    loop {
        let swept = ask(client, Method::POST, SWEEP).await?;
        if number(&swept, "due")? == 0 {
            return Ok(());
        }
    }
}

async fn call_until_done(server: &Server) -> Result<()> {
    settle(&mut server.connect().await?).await
}

/// When the round is over, and the most memory until then.
async fn watch(client: &mut Client, round: &str, process: u32) -> Result<(Instant, f64)> {
    let mut most = 0.0_f64;
    loop {
        most = most.max(memory::resident(process)?);
        let path = format!("{PROBES}/{round}");
        let state = ask(client, Method::GET, &path).await?;
        if number(&state, "pending")? == 0 {
            return Ok((Instant::now(), most));
        }
        tokio::time::sleep(STEP).await;
    }
}

async fn ask(client: &mut Client, method: Method, path: &str) -> Result<Value> {
    let call = Call::new(method, path.to_owned(), None);
    let answer = client.ask(call).await?;
    if !answer.status.is_success() {
        bail!("{path}: {} {:?}", answer.status, answer.body);
    }
    Ok(serde_json::from_slice(&answer.body)?)
}

fn number(answer: &Value, name: &str) -> Result<usize> {
    let number = answer.get(name).and_then(Value::as_u64);
    usize::try_from(number.with_context(|| format!("no {name} in {answer}"))?).map_err(Into::into)
}

const HEAD: &str = "\
| sweep | rate, of the twin's | Patchbay, probes/s | twin, probes/s | Patchbay, MiB before / most | twin, MiB before / most | wrong |
|---|--:|--:|--:|--:|--:|--:|";

fn row(what: &str, pairs: &[(Round, Round)]) -> String {
    let median = |figure: fn(&Round, &Round) -> f64| {
        let figures = pairs.iter().map(|(patchbay, twin)| figure(patchbay, twin));
        let mut figures: Vec<f64> = figures.collect();
        figures.sort_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let wrong = pairs
        .iter()
        .map(|(patchbay, twin)| patchbay.wrong.saturating_add(twin.wrong));
    format!(
        "| {what} | {:.2} | {:.0} | {:.0} | {:.0} / {:.0} | {:.0} / {:.0} | {} |",
        median(|patchbay, twin| patchbay.rate / twin.rate),
        median(|patchbay, _| patchbay.rate),
        median(|_, twin| twin.rate),
        median(|patchbay, _| patchbay.memory.0),
        median(|patchbay, _| patchbay.memory.1),
        median(|_, twin| twin.memory.0),
        median(|_, twin| twin.memory.1),
        wrong.sum::<usize>(),
    )
}
