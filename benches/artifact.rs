//! Opening an artifact: digest, structure, every record; beside it what the digest alone costs, and
//! the bytes a route.

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pointsman_benches::model::artifact_bytes;
use pointsman_benches::routes::Kind;
use pointsman_benches::size::{is_measured, sizes};
use pointsman_schemas::artifact::Artifact;
use pointsman_schemas::artifact::sections::digest;

fn open(criterion: &mut Criterion) {
    for (kind, name) in Kind::ALL {
        let mut group = criterion.benchmark_group(format!("artifact/{name}"));
        group.sample_size(20);
        for &count in sizes(&[1_000, 100_000, 1_000_000]) {
            let bytes = artifact_bytes(kind, count);
            if is_measured() {
                let each = bytes.len() as f64 / count as f64;
                eprintln!("artifact/{name}/{count}: {} bytes, {each:.2} a route", bytes.len());
                sections(&bytes, count);
            }
            group.throughput(Throughput::Bytes(bytes.len() as u64));
            group.bench_function(BenchmarkId::new("open-and-verify", count), |bencher| {
                bencher.iter_batched(
                    || bytes.clone(),
                    |bytes| Artifact::from_bytes(bytes).expect("an artifact"),
                    BatchSize::PerIteration,
                );
            });
            group.bench_function(BenchmarkId::new("digest-alone", count), |bencher| {
                bencher.iter(|| digest(black_box(&bytes)));
            });
        }
        group.finish();
    }
}

/// What the largest sections take, in bytes a route.
fn sections(bytes: &[u8], count: usize) {
    let artifact = Artifact::from_bytes(bytes.to_vec()).expect("an artifact");
    let mut all: Vec<_> = artifact.section_list().collect();
    all.sort_by_key(|section| std::cmp::Reverse(section.bytes));
    for section in all.iter().take(8) {
        let each = section.bytes as f64 / count as f64;
        eprintln!("    {each:6.2} {}", section.kind.name().unwrap_or("unknown"));
    }
}

criterion_group!(benches, open);
criterion_main!(benches);
