//! Jobs: how long each takes until it is over, and what it costs the server.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::Value;

use crate::client::{Call, Client};
use crate::cpu;
use crate::scenarios::jobs::{JOBS, Job, SIZES, form};
use crate::server::Server;

/// In how many rounds, in which both servers have their turn.
const ROUNDS: usize = 3;
/// How many scopes there must be in each server: one a size and round.
const SCOPES: usize = SIZES.len() * ROUNDS;
/// How often it is asked whether a job is over.
const STEP: Duration = Duration::from_millis(20);

/// What a job took.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// Until somebody who asks every 20 ms was told that it is over.
    pub wall: Duration,
    /// Of the processor, in all processes of the server.
    pub cpu: Duration,
}

/// A job with a file of one size.
pub(crate) struct Measured {
    pub name: &'static str,
    /// How many objects the file has.
    pub objects: usize,
    /// What it took the application and the twin, by round.
    pub rounds: Vec<(Cost, Cost)>,
}

/// A server that has scopes for jobs.
pub(crate) struct Host<'s> {
    pub server: &'s Server,
    pub process: u32,
    /// The keys of its scopes.
    pub keys: &'s [String],
}

/// Has both servers do all jobs with files of all sizes.
pub(crate) async fn compare(patchbay: &Host<'_>, twin: &Host<'_>) -> Result<Vec<Measured>> {
    if patchbay.keys.len().min(twin.keys.len()) < SCOPES {
        bail!("jobs need {SCOPES} scopes in each server");
    }
    let mut measured = Vec::new();
    let mut keys = patchbay.keys.iter().zip(twin.keys);
    for objects in SIZES {
        let form = form(objects);
        let mut rounds: Vec<Vec<(Cost, Cost)>> = vec![Vec::new(); JOBS.len()];
        for (patchbay_key, twin_key) in keys.by_ref().take(ROUNDS) {
            eprintln!("==> jobs, {objects} objects");
            let of_twin = twin.run(twin_key, &form).await?;
            let of_patchbay = patchbay.run(patchbay_key, &form).await?;
            let both = of_patchbay.into_iter().zip(of_twin);
            rounds
                .iter_mut()
                .zip(both)
                .for_each(|(rounds, both)| rounds.push(both));
        }
        let jobs = JOBS.iter().zip(rounds);
        measured.extend(jobs.map(|(job, rounds)| Measured {
            name: job.name,
            objects,
            rounds,
        }));
    }
    Ok(measured)
}

impl Host<'_> {
    /// All jobs, one after the other, in the scope of a key.
    async fn run(&self, key: &str, form: &Bytes) -> Result<Vec<Cost>> {
        let mut client = self.server.with_key(key).connect().await?;
        let mut costs = Vec::with_capacity(JOBS.len());
        for job in JOBS {
            cpu::wait_until_idle(self.process).await?;
            costs.push(self.measure(&mut client, job, form).await?);
        }
        Ok(costs)
    }

    async fn measure(&self, client: &mut Client, job: &Job, form: &Bytes) -> Result<Cost> {
        let (began, cpu) = (Instant::now(), cpu::used(self.process)?);
        let accepted = ask(client, (job.start)(form), StatusCode::ACCEPTED).await?;
        let id = accepted.get("jobId").and_then(Value::as_str);
        let status = (job.status)(id.context("a job without an id")?);
        loop {
            let now = ask(
                client,
                Call::new(Method::GET, status.clone(), None),
                StatusCode::OK,
            )
            .await?;
            match now.get("status").and_then(Value::as_str) {
                Some("NOT_STARTED" | "IN_PROGRESS") => tokio::time::sleep(STEP).await,
                Some("COMPLETE") => break,
                _ => bail!("{}: {now}", job.name),
            }
        }
        Ok(Cost {
            wall: began.elapsed(),
            cpu: cpu::used(self.process)?.saturating_sub(cpu),
        })
    }
}

async fn ask(client: &mut Client, call: Call, expected: StatusCode) -> Result<Value> {
    let path = call.path.clone();
    let answer = client.ask(call).await?;
    if answer.status != expected {
        let body = String::from_utf8_lossy(&answer.body);
        bail!("{path}: {} {body}", answer.status);
    }
    Ok(serde_json::from_slice(&answer.body)?)
}
