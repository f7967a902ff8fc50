//! HTTP/1 heads: cut and parsed, both sides, and written.

use std::hint::black_box;
use std::net::IpAddr;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pointsman_benches::http1::{ANSWER, BROWSER, SMALL, many_fields};
use pointsman_core::fields::forwarded::{Forwarding, IpText};
use pointsman_core::fields::name::Underscores;
use pointsman_core::fields::via::ViaId;
use pointsman_core::http1::client::parse_response;
use pointsman_core::http1::encode::{OutgoingRequest, Persistence, write_request_head};
use pointsman_core::http1::framing::Version;
use pointsman_core::http1::head::{HeadLimits, HeadScan};
use pointsman_core::http1::server::parse_request;

fn limits() -> HeadLimits {
    HeadLimits::request(32 * 1024, 100, 8 * 1024, Underscores::Drop)
}

fn requests(criterion: &mut Criterion) {
    let many = many_fields();
    let mut group = criterion.benchmark_group("request");
    for (name, bytes) in [("small", SMALL), ("browser", BROWSER), ("64-fields", &many)] {
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(format!("scan/{name}"), |bencher| {
            bencher.iter(|| HeadScan::new().advance(black_box(bytes), &limits()));
        });
        let mut index = Vec::new();
        group.bench_function(format!("parse/{name}"), |bencher| {
            bencher.iter(|| {
                let head = parse_request(black_box(bytes), &mut index, &limits());
                head.expect("a right head").fields.len()
            });
        });
        let mut out = Vec::with_capacity(16 * 1024);
        group.bench_function(format!("write/{name}"), |bencher| {
            let head = parse_request(bytes, &mut index, &limits()).expect("a right head");
            let peer = IpText::of(IpAddr::from([192, 0, 2, 1]));
            let forwarding = Forwarding {
                peer: &peer,
                client: &peer,
                trusted: false,
                secured: false,
                host: head.host,
                port: 80,
            };
            let id = ViaId::new(0xab);
            bencher.iter(|| {
                out.clear();
                let outgoing = OutgoingRequest {
                    method: head.method,
                    target: b"/v1/users/42/bills?x=1",
                    version: Version::Http11,
                    host: b"target.internal:8080",
                    fields: head.fields,
                    seen: head.seen,
                    names_fields: head.connection.names_fields,
                    body: head.body,
                    expect_continue: false,
                    accepts_trailers: false,
                    forwarding: &forwarding,
                    via: Some((&id, head.version)),
                    request_id: b"4b1f6a7c8d9e0f1a",
                    persistence: Persistence::Keep,
                };
                write_request_head(&mut out, black_box(&outgoing));
                out.len()
            });
        });
    }
    group.finish();
}

fn responses(criterion: &mut Criterion) {
    let limits = HeadLimits::response(Underscores::Drop);
    let mut group = criterion.benchmark_group("response");
    group.throughput(Throughput::Bytes(ANSWER.len() as u64));
    group.bench_function("scan", |bencher| {
        bencher.iter(|| HeadScan::new().advance(black_box(ANSWER), &limits));
    });
    let mut index = Vec::new();
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            let head = parse_response(black_box(ANSWER), &mut index, b"GET", &limits);
            head.expect("a right head").fields.len()
        });
    });
    group.finish();
}

criterion_group!(benches, requests, responses);
criterion_main!(benches);
