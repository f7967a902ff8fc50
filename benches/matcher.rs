//! Look-ups by host and path in route sets of four sizes: cold, with requests drawn from the whole
//! set, and hot, with a thousand of them again and again. `canonical` reads the same requests into
//! their canonical form and looks nothing up: subtract it.

use std::cell::OnceCell;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use pointsman_benches::lookup::{Round, Worker};
use pointsman_benches::model::artifact_bytes;
use pointsman_benches::routes::{Kind, Wanted, requests};
use pointsman_benches::size::sizes;
use pointsman_schemas::artifact::Artifact;

/// Requests of a cold run: with their look-ups more than a cache holds.
const COLD: usize = 1 << 16;
/// Requests of a hot run.
const HOT: usize = 1 << 10;

/// An artifact and requests for it.
struct Set {
    artifact: Artifact,
    requests: Vec<Wanted>,
}

impl Set {
    /// Every request finds its route, or this is no measurement.
    fn new(kind: Kind, count: usize) -> Self {
        let artifact = Artifact::from_bytes(artifact_bytes(kind, count)).expect("an artifact");
        let requests = requests(kind, count, COLD.min(count * 16), 1);
        let mut worker = Worker::default();
        for wanted in &requests {
            assert_eq!(worker.route(&artifact, wanted), Some(wanted.id.as_str()));
        }
        Self { artifact, requests }
    }

    fn round(&self, heat: &str) -> Round {
        let count = if heat == "hot" { HOT.min(self.requests.len()) } else { self.requests.len() };
        Round::new(&self.requests[..count])
    }
}

fn matcher(criterion: &mut Criterion) {
    for (kind, name) in Kind::ALL {
        let mut group = criterion.benchmark_group(format!("matcher/{name}"));
        for &count in sizes(&[10, 1_000, 100_000, 1_000_000]) {
            // Made by the first bench that runs: a filter may leave all of them out.
            let made = OnceCell::new();
            let set = || made.get_or_init(|| Set::new(kind, count));
            for heat in ["cold", "hot"] {
                group.bench_function(BenchmarkId::new(format!("{heat}/find"), count), |bencher| {
                    let (artifact, mut round) = (&set().artifact, set().round(heat));
                    let mut worker = Worker::default();
                    bencher.iter(|| {
                        let read = worker.read(round.next_request());
                        debug_assert!(read.is_ok());
                        worker.find(black_box(artifact))
                    });
                });
                group.bench_function(BenchmarkId::new(format!("{heat}/canonical"), count), |b| {
                    let mut round = set().round(heat);
                    let mut worker = Worker::default();
                    b.iter(|| worker.read(black_box(round.next_request())));
                });
            }
        }
        group.finish();
    }
}

criterion_group!(benches, matcher);
criterion_main!(benches);
