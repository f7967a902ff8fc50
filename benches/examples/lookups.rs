//! Look-ups without a bench around them, for profilers and for counting instructions.
//!
//! `cargo run --release -p pointsman-benches --example lookups -- KIND ROUTES LOOKUPS [canonical] [hot]`

use std::time::Instant;

use pointsman_benches::lookup::{Round, Worker};
use pointsman_benches::model::artifact_bytes;
use pointsman_benches::routes::{Kind, requests};
use pointsman_routing::Found;
use pointsman_schemas::artifact::Artifact;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, routes, lookups, rest @ ..] = arguments.as_slice() else {
        eprintln!("KIND ROUTES LOOKUPS [canonical] [hot]");
        return;
    };
    let kind = Kind::ALL.iter().find(|(_, name)| name == kind).map(|(kind, _)| *kind);
    let (Some(kind), Ok(routes), Ok(lookups)) = (kind, routes.parse(), lookups.parse::<usize>())
    else {
        eprintln!("KIND is one of {:?}, the rest are numbers", Kind::ALL.map(|(_, name)| name));
        return;
    };
    let artifact = Artifact::from_bytes(artifact_bytes(kind, routes)).expect("an artifact");
    let different = if rest.iter().any(|argument| argument == "hot") { 1 << 10 } else { 1 << 16 };
    let requests = requests(kind, routes, different, 1);
    let canonical_alone = rest.iter().any(|argument| argument == "canonical");
    let mut worker = Worker::default();
    let mut found = 0_usize;
    let mut round = Round::new(&requests);
    let start = Instant::now();
    for _ in 0..lookups {
        found += usize::from(worker.read(round.next_request()).is_ok());
        if !canonical_alone {
            found += usize::from(matches!(worker.find(&artifact), Found::Route(_)));
        }
    }
    let each = start.elapsed().as_nanos() as f64 / lookups.max(1) as f64;
    println!("{each:.1} ns each, {found} found");
}
