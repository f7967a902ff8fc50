//! Hosts and paths brought into their canonical form.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pointsman_routing::{Canonical, PathPolicy};

/// Name, value of `Host`, target.
const REQUESTS: &[(&str, &[u8], &[u8])] = &[
    ("root", b"a.test", b"/"),
    ("plain", b"api.example.test", b"/api/users/42/bills?x=1"),
    ("capitals-and-port", b"API.Example.TEST:8443", b"/api/users/42/bills?x=1"),
    ("escapes", b"api.example.test", b"/%61pi/us%65rs/caf%c3%a9/a%2fb?x=%7e"),
    ("raw-brackets", b"api.example.test", b"/a/{id}/[1]|2"),
    ("address", b"[2001:db8::1]:8080", b"/api/users/42"),
    (
        "long",
        b"api.example.test",
        b"/repos/some-owner/some-repository/contents/src/main/java/com/example/project/module/\
          service/implementation/FileWithALongName.java?ref=0123456789abcdef0123456789abcdef",
    ),
];

fn canonical(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("canonical");
    let mut canonical = Canonical::new();
    for (name, host, target) in REQUESTS {
        group.bench_function(*name, |bencher| {
            bencher.iter(|| {
                let read = canonical.set(Some(host), black_box(target), PathPolicy::default());
                assert_eq!(read, Ok(()));
            });
        });
    }
    group.finish();
}

criterion_group!(benches, canonical);
criterion_main!(benches);
