//! The exchange machine: one whole request and answer, events in and actions out.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pointsman_benches::exchange::{LIMITS, keep_alive_get, upload};

fn exchange(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("exchange");
    group.bench_function("keep-alive-get", |bencher| {
        bencher.iter(|| keep_alive_get(black_box(LIMITS)));
    });
    group.bench_function("upload-of-64-reads", |bencher| {
        bencher.iter(|| upload(black_box(LIMITS), 64));
    });
    group.finish();
}

criterion_group!(benches, exchange);
criterion_main!(benches);
