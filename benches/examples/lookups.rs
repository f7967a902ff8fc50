//! Look-ups without a bench around them, for profilers and for counting instructions.
//!
//! `cargo run --release -p pointsman-benches --example lookups -- KIND ROUTES LOOKUPS [PART] [HEAT]`
//!
//! PART is `canonical`, host and path into their canonical form; `matcher`, the look-up alone, of
//! requests that were read before the clock runs; or `whole`, both. HEAT is `hot`, a thousand
//! requests again and again, or `cold`, requests drawn from all routes. Without one, all of them.
//! The clock is read once a batch; the first number is the median of the batches, which a process
//! that is put aside now and then does not move.

use std::time::Instant;

use pointsman_benches::lookup::{Batch, Round, Worker};
use pointsman_benches::model::artifact_bytes;
use pointsman_benches::routes::{Kind, requests};
use pointsman_routing::Found;
use pointsman_schemas::artifact::Artifact;

/// What is measured.
const PARTS: [&str; 3] = ["canonical", "matcher", "whole"];
/// How often the same is asked again.
const HEATS: [&str; 2] = ["hot", "cold"];
/// Requests of a hot run.
const HOT: usize = 1 << 10;
/// Requests of a cold run, where there are so many routes.
const COLD_MAX: usize = 1 << 20;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, routes, lookups, rest @ ..] = arguments.as_slice() else {
        eprintln!("KIND ROUTES LOOKUPS [canonical|matcher|whole] [hot|cold]");
        return;
    };
    let kind = Kind::ALL.iter().find(|(_, name)| name == kind).map(|(kind, _)| *kind);
    let (Some(kind), Ok(routes), Ok(lookups)) =
        (kind, routes.parse::<usize>(), lookups.parse::<usize>())
    else {
        eprintln!("KIND is one of {:?}, the rest are numbers", Kind::ALL.map(|(_, name)| name));
        return;
    };
    let is_wanted = |word: &str, all: &[&str]| {
        !rest.iter().any(|one| all.contains(&one.as_str())) || rest.iter().any(|one| one == word)
    };
    let artifact = Artifact::from_bytes(artifact_bytes(kind, routes)).expect("an artifact");
    for heat in HEATS.into_iter().filter(|heat| is_wanted(heat, &HEATS)) {
        let different = if heat == "hot" { HOT } else { routes.clamp(HOT, COLD_MAX) };
        let requests = requests(kind, routes, different, 1);
        for part in PARTS.into_iter().filter(|part| is_wanted(part, &PARTS)) {
            let mut round = Round::new(&requests);
            let mut worker = Worker::default();
            let mut batch = Batch::default();
            let (mut sound, mut took) = (0, Vec::new());
            while took.len() * Batch::REQUESTS < lookups {
                if part == "matcher" {
                    batch.read(&mut round).expect("a request with a meaning");
                }
                let start = Instant::now();
                sound += match part {
                    "matcher" => batch.find(&artifact),
                    _ => from_bytes(&artifact, &mut round, &mut worker, part == "whole"),
                };
                took.push(start.elapsed().as_nanos() as f64 / Batch::REQUESTS as f64);
            }
            let count = took.len() * Batch::REQUESTS;
            let mean = took.iter().sum::<f64>() / took.len().max(1) as f64;
            took.sort_by(f64::total_cmp);
            let median = took.get(took.len() / 2).copied().unwrap_or_default();
            println!(
                "{heat:<4} {part:<9} {median:>7.1} ns each, mean {mean:>7.1}; {sound} of {count}"
            );
        }
    }
}

/// A batch of requests from their bytes on, looked for or not; how many are read, or taken.
fn from_bytes(
    artifact: &Artifact,
    round: &mut Round,
    worker: &mut Worker,
    is_whole: bool,
) -> usize {
    let mut one = || {
        let is_read = worker.read(round.next_request()).is_ok();
        is_read && (!is_whole || matches!(worker.find(artifact), Found::Route(_)))
    };
    (0..Batch::REQUESTS).filter(|_| one()).count()
}
