//! From TOML text to an artifact's bytes: the whole pipeline, and its last part alone.

use std::cell::OnceCell;
use std::time::Duration;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use pointsman_benches::model::artifact_bytes;
use pointsman_benches::routes::Kind;
use pointsman_benches::size::sizes;
use pointsman_benches::text::toml;
use pointsman_compiler::compile::compile;
use pointsman_compiler::document::{Folder, load};

fn whole(criterion: &mut Criterion) {
    for (kind, name) in
        [(Kind::Tenants, "tenants"), (Kind::InterfaceConstrained, "interface-constrained")]
    {
        let mut group = criterion.benchmark_group(format!("compile/{name}"));
        group.sample_size(10).measurement_time(Duration::from_secs(10));
        for &count in sizes(&[1_000, 10_000, 100_000]) {
            group.throughput(Throughput::Elements(count as u64));
            let text = OnceCell::new();
            let folder = || {
                let text = text.get_or_init(|| toml(kind, count));
                Folder::memory([("pointsman.toml", text.as_bytes())])
            };
            group.bench_function(BenchmarkId::new("read", count), |bencher| {
                bencher.iter_batched(
                    folder,
                    |folder| load(&folder, "pointsman.toml").expect("a folder with that file"),
                    BatchSize::PerIteration,
                );
            });
            group.bench_function(BenchmarkId::new("read-and-compile", count), |bencher| {
                bencher.iter_batched(
                    folder,
                    |folder| {
                        let loaded = load(&folder, "pointsman.toml").expect("a folder with it");
                        let outcome = compile(loaded, 0);
                        outcome.artifact.expect("a configuration without errors").len()
                    },
                    BatchSize::PerIteration,
                );
            });
            group.bench_function(BenchmarkId::new("model-to-bytes", count), |bencher| {
                bencher.iter(|| artifact_bytes(kind, count).len());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, whole);
criterion_main!(benches);
