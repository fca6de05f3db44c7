//! The tables, in Markdown.

use crate::jobs::{Cost, Measured};
use crate::round::Round;
use crate::scenarios::{Aim, Scenario};
use crate::servers::Rounds;

/// A scenario at one number of clients.
pub(crate) struct Comparison {
    scenario: &'static Scenario,
    clients: usize,
    /// What was measured.
    pub rounds: Vec<Rounds>,
}

impl Comparison {
    /// One in which nothing was measured yet.
    pub(crate) fn new(scenario: &'static Scenario, clients: usize) -> Self {
        Self {
            scenario,
            clients,
            rounds: Vec::new(),
        }
    }

    /// The median of a figure over the rounds. Of a ratio it is the median of the rounds' ratios:
    /// what else the machine did in a round was done to both.
    fn median(&self, figure: impl Fn(&Rounds) -> f64) -> f64 {
        median(self.rounds.iter().map(figure))
    }

    /// Against the twin; none where it does not have the operation.
    fn of_twin(&self, figure: fn(&Round) -> f64) -> f64 {
        self.median(|rounds| {
            let twin = rounds.twin.as_ref().map_or(f64::NAN, figure);
            figure(&rounds.patchbay) / twin
        })
    }

    fn ratios(&self) -> String {
        let aim = self.scenario.aim.as_ref();
        let p99_aim = aim.and_then(|aim| aim.p99);
        let p99_aim = p99_aim.filter(|_| self.clients == Aim::P99_CLIENTS);
        format!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            self.scenario.name,
            self.clients,
            ratio(self.of_twin(|round| round.rate)),
            aim.map_or_else(String::new, |aim| format!("≥ {:.1}", aim.rate)),
            ratio(self.of_twin(|round| round.p99)),
            p99_aim.map_or_else(String::new, |aim| format!("≤ {aim:.1}")),
            ratio(self.median(|rounds| rounds.patchbay.rate / rounds.hello.rate)),
        )
    }

    fn raw(&self) -> String {
        let twin = |figure: fn(&Round) -> f64| {
            self.median(|rounds| rounds.twin.as_ref().map_or(f64::NAN, figure))
        };
        let patchbay = |figure: fn(&Round) -> f64| self.median(|rounds| figure(&rounds.patchbay));
        let failed = |rounds: &Rounds| {
            let twin = rounds.twin.as_ref().map_or(0, |twin| twin.failed);
            rounds.patchbay.failed + twin + rounds.hello.failed
        };
        format!(
            "| {} | {} | {:.0} | {:.0} | {:.0} | {:.2} / {:.2} | {:.2} / {:.2} | {} |",
            self.scenario.name,
            self.clients,
            patchbay(|round| round.rate),
            twin(|round| round.rate),
            self.median(|rounds| rounds.hello.rate),
            patchbay(|round| round.p50),
            twin(|round| round.p50),
            patchbay(|round| round.p99),
            twin(|round| round.p99),
            self.rounds.iter().map(failed).sum::<usize>(),
        )
    }
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

fn ratio(ratio: f64) -> String {
    if ratio.is_nan() {
        String::new()
    } else {
        format!("{ratio:.2}")
    }
}

/// Prints the ratios and what they come from.
pub(crate) fn print(comparisons: &[Comparison]) {
    println!(
        "| operation | clients | rate, of the twin's | aim | p99, of the twin's | aim | rate, of hello's |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for comparison in comparisons {
        println!("{}", comparison.ratios());
    }
    println!();
    println!(
        "| operation | clients | Patchbay, req/s | twin, req/s | hello, req/s | p50, Patchbay / twin, ms | p99, Patchbay / twin, ms | failed |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    for comparison in comparisons {
        println!("{}", comparison.raw());
    }
}

/// Prints what jobs took.
pub(crate) fn print_jobs(measured: &[Measured]) {
    println!();
    println!(
        "| job | objects | CPU beyond the twin's, s | CPU an object, µs | twin's, µs | time, of the twin's | time, Patchbay / twin, s |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for job in measured {
        println!("{}", job.row());
    }
}

impl Measured {
    fn row(&self) -> String {
        let figure =
            |figure: fn(&Cost, &Cost) -> f64| median(self.rounds.iter().map(|(a, b)| figure(a, b)));
        #[allow(clippy::cast_precision_loss, reason = "files are small")]
        let micros_each = 1e6 / self.objects as f64;
        format!(
            "| {} | {} | {:.2} | {:.0} | {:.0} | {:.2} | {:.2} / {:.2} |",
            self.name,
            self.objects,
            figure(|own, twin| own.cpu.as_secs_f64() - twin.cpu.as_secs_f64()),
            figure(|own, _| own.cpu.as_secs_f64()) * micros_each,
            figure(|_, twin| twin.cpu.as_secs_f64()) * micros_each,
            figure(|own, twin| own.wall.as_secs_f64() / twin.wall.as_secs_f64()),
            figure(|own, _| own.wall.as_secs_f64()),
            figure(|_, twin| twin.wall.as_secs_f64()),
        )
    }
}
