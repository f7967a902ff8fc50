//! Look-ups by host and path in route sets of four sizes: cold, with requests drawn from the whole
//! set, and hot, with a thousand of them again and again. `canonical` reads the same requests into
//! their canonical form and looks nothing up: subtract it.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use pointsman_benches::lookup::{Round, Worker};
use pointsman_benches::model::artifact_bytes;
use pointsman_benches::routes::{Kind, requests};
use pointsman_benches::size::sizes;
use pointsman_routing::Found;
use pointsman_schemas::artifact::Artifact;

/// Requests of a cold run: with their look-ups more than a cache holds.
const COLD: usize = 1 << 16;
/// Requests of a hot run.
const HOT: usize = 1 << 10;

fn matcher(criterion: &mut Criterion) {
    for (kind, name) in Kind::ALL {
        let mut group = criterion.benchmark_group(format!("matcher/{name}"));
        for &count in sizes(&[10, 1_000, 100_000, 1_000_000]) {
            let artifact = Artifact::from_bytes(artifact_bytes(kind, count)).expect("an artifact");
            let cold = requests(kind, count, COLD.min(count * 16), 1);
            let mut worker = Worker::default();
            for wanted in &cold {
                assert_eq!(worker.route(&artifact, wanted), Some(wanted.id.as_str()));
            }
            for (heat, requests) in [("cold", &cold[..]), ("hot", &cold[..HOT.min(cold.len())])] {
                let mut round = Round::new(requests);
                group.bench_function(BenchmarkId::new(format!("{heat}/find"), count), |bencher| {
                    bencher.iter(|| {
                        let read = worker.read(round.next_request());
                        debug_assert!(read.is_ok());
                        let found = worker.find(black_box(&artifact));
                        debug_assert!(matches!(found, Found::Route(_)));
                        found
                    });
                });
                group.bench_function(BenchmarkId::new(format!("{heat}/canonical"), count), |b| {
                    b.iter(|| worker.read(black_box(round.next_request())));
                });
            }
        }
        group.finish();
    }
}

criterion_group!(benches, matcher);
criterion_main!(benches);
