//! Opening an artifact: digest, structure, every record; beside it what the digest alone costs, and
//! the bytes a route.

use std::cell::OnceCell;
use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, criterion_group, criterion_main};
use pointsman_benches::model::artifact_bytes;
use pointsman_benches::routes::Kind;
use pointsman_benches::size::{is_measured, sizes};
use pointsman_schemas::artifact::Artifact;
use pointsman_schemas::artifact::seal::{sign, verify};
use pointsman_schemas::artifact::sections::digest;
use pointsman_schemas::key::SecretKey;

fn open(criterion: &mut Criterion) {
    for (kind, name) in Kind::ALL {
        let mut group = criterion.benchmark_group(format!("artifact/{name}"));
        group.sample_size(20);
        for &count in sizes(&[1_000, 100_000, 1_000_000]) {
            // Made by the first bench that runs: a filter may leave all of them out.
            let made = OnceCell::new();
            let bytes = || made.get_or_init(|| make(kind, name, count));
            group.bench_function(BenchmarkId::new("open-and-verify", count), |bencher| {
                let bytes = bytes();
                bencher.iter_batched(
                    || bytes.clone(),
                    |bytes| Artifact::from_bytes(bytes).expect("an artifact"),
                    BatchSize::PerIteration,
                );
            });
            group.bench_function(BenchmarkId::new("digest-alone", count), |bencher| {
                let bytes = bytes();
                bencher.iter(|| digest(black_box(bytes)));
            });
            group.bench_function(BenchmarkId::new("signature-alone", count), |bencher| {
                let key = SecretKey::from_seed(&[7; 32]);
                let trusted = [key.public()];
                let artifact = Artifact::from_bytes(bytes().clone()).expect("an artifact");
                let signed = sign(&artifact, &[key]).expect("a good key");
                let signed = Artifact::from_bytes(signed).expect("an artifact");
                bencher.iter(|| verify(black_box(&signed), &trusted).expect("a signature"));
            });
        }
        group.finish();
    }
}

/// An artifact; says what it takes, by section, in bytes a route.
fn make(kind: Kind, name: &str, count: usize) -> Vec<u8> {
    let bytes = artifact_bytes(kind, count);
    if is_measured() {
        let each = bytes.len() as f64 / count as f64;
        eprintln!("artifact/{name}/{count}: {} bytes, {each:.2} a route", bytes.len());
        sections(&bytes, count);
    }
    bytes
}

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
